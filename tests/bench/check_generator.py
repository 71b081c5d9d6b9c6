#!/usr/bin/python3
"""Holds the generator's truth against tshark, which knows nothing of either: check_generator.py GENERATOR [PACKETS]

What tshark cannot say (lines, forms, who refused whom) is left to check_truth.py.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run_cases  # noqa: E402

GENERATOR = Path(sys.argv[1]).resolve()
PACKETS = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
SEEDS = (1, 2, 3)
COPIES = ("fast_retransmission", "spurious_retransmission")  # tshark flags these as retransmission besides
COUNTED = ["duplicate_ack", "fast_retransmission", "keep_alive", "keep_alive_ack", "lost_segment", "out_of_order",
           "retransmission", "spurious_retransmission", "window_update", "zero_window", "zero_window_probe",
           "zero_window_probe_ack"]
# None of these is ever meant to be in the capture.
NEVER = ["ack_lost_segment", "reused_ports", "window_full"]
FIELDS = ["tcp.stream", "udp.stream", "frame.len", "tcp.completeness", "_ws.malformed", "ip.checksum.status",
          "tcp.checksum.status", "udp.checksum.status"]
FIELDS += [f"tcp.analysis.{name}" for name in COUNTED + NEVER]


def generate(folder, *arguments):
    capture, truth = Path(folder) / "capture.pcap", Path(folder) / "truth.json"
    subprocess.run([GENERATOR, *arguments, "--truth", truth, capture], check=True)
    return capture, json.loads(truth.read_text("utf-8"))


def read_with_tshark(capture):
    # Two passes for the completeness. What the segments carry stays data: where they are not put together, half a
    # message of the protocol above is malformed to tshark.
    command = ["tshark", "-2", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=f",
               "-d", "tcp.port==0-65535,data", "-d", "udp.port==0-65535,data",
               "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "ip.check_checksum:TRUE",
               "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    expect(done.returncode == 0, f"tshark: {done.stderr[:500]}")
    return [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]


def check_seed(seed):
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    with tempfile.TemporaryDirectory() as folder:
        capture, truth = generate(folder, "--seed", str(seed), "--packets", str(PACKETS))
        packets = read_with_tshark(capture)
    equal(len(packets), truth["packets"], "packets")
    equal(sum(int(packet["frame.len"]) for packet in packets), truth["octets"], "octets")
    for transport in ("tcp", "udp"):
        streams = [int(packet[f"{transport}.stream"]) for packet in packets if packet[f"{transport}.stream"]]
        equal(len(streams), truth[transport]["packets"], f"{transport} packets")
        equal(max(streams) + 1, truth[transport]["conversations"], f"{transport} conversations")
        # 1 is "good"; 2 would be "not checked"
        statuses = {packet[f"{transport}.checksum.status"] for packet in packets if packet[f"{transport}.stream"]}
        equal(statuses, {"1"}, f"{transport} checksums")
    equal({packet["ip.checksum.status"] for packet in packets} - {""}, {"1"}, "ip checksums")
    equal(sum(packet["_ws.malformed"] != "" for packet in packets), 0, "malformed packets")

    flags = Counter()
    for packet in packets:
        for name in COUNTED + NEVER:
            flags[name] += packet[f"tcp.analysis.{name}"] != ""
    flags["retransmission"] -= sum(flags[name] for name in COPIES)
    for name in COUNTED:
        equal(flags[name], truth["tcp"]["analysis"][name], name)
        expect(flags[name] > 0, f"the capture has no {name}")
    for name in NEVER:
        equal(flags[name], 0, name)

    last = {packet["tcp.stream"]: packet["tcp.completeness"] for packet in packets if packet["tcp.stream"]}
    equal(dict(Counter(last.values())), truth["tcp"]["completeness"], "completeness")


def check_determined():
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        captures = [generate(folder, "--seed", "7", "--packets", "5000")[0].read_bytes() for folder in (one, other)]
    expect(captures[0] == captures[1], "the same seed made two captures")


def check_shape(shape):
    with tempfile.TemporaryDirectory() as folder:
        capture, truth = generate(folder, "--shape", shape, "--packets", "5000")
        octets = capture.read_bytes()
        equal(truth["tcp"]["conversations"], 5000, "conversations")
        equal(os.path.getsize(capture), 24 + truth["octets"] + 16 * truth["packets"], "size of the file")
    # Ethernet 14 octets, IPv4 20: addresses and ports stand in a row.
    length = (len(octets) - 24) // 5000
    tuples = {octets[start + 42:start + 54] for start in range(24, len(octets), length)}
    equal(len(tuples), 5000, "different endpoints")
    if shape == "syn-flood-colliding":
        words = [[int.from_bytes(key[at:at + size], "big") for at, size in ((0, 4), (4, 4), (8, 2), (10, 2))]
                 for key in tuples]
        equal(len({sum(each) for each in words}), 1, "different sums")
        equal(len({each[0] ^ each[1] ^ each[2] ^ each[3] for each in words}), 1, "different exclusive ors")


if __name__ == "__main__":
    CASES = [("the same seed makes the same capture", check_determined)]
    CASES += [(f"tshark agrees with the truth, seed {seed}", lambda seed=seed: check_seed(seed)) for seed in SEEDS]
    CASES += [(f"{shape}: no two packets of the same endpoints", lambda shape=shape: check_shape(shape))
              for shape in ("half-open", "syn-flood-sequential", "syn-flood-random", "syn-flood-colliding")]
    sys.exit(run_cases(CASES))
