#!/usr/bin/python3
"""Holds what chatsniff says of a packet against what tshark says: test_parity.py CHATSNIFF CAPTURES SHARED

Every capture of CAPTURES, and of SHARED where that folder is there. Compared are, for every TCP packet, its frame
number, stream, relative sequence and acknowledgement number, flags, length and analysis, and for every UDP packet its frame
number and stream. KNOWN lists where the two differ for a reason.
"""
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, expect, records, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])
FLAGS = "FSRPAUEC"  # bit 0 upwards, as on the wire
ORDER = "SFRPAUEC"  # as chatsniff writes them
FIELDS = ["frame.number", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.flags", "tcp.len", "udp.stream"]
ANALYSIS = ["ack_lost_segment", "duplicate_ack", "fast_retransmission", "keep_alive", "keep_alive_ack", "lost_segment",
            "out_of_order", "retransmission", "reused_ports", "spurious_retransmission", "window_full",
            "window_update", "zero_window", "zero_window_probe", "zero_window_probe_ack"]

# capture: (frames or None for all, reason)
KNOWN = {
}


def tshark_packets(capture):
    """{frame: ("tcp", stream, seq, ack, flags, length, analysis) or ("udp", stream)}"""
    command = ["tshark", "-n", "-r", str(capture), "-Y", "(tcp or udp) and not (icmp or icmpv6)",
               "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-E", "occurrence=l"]
    for field in FIELDS + [f"tcp.analysis.{name}" for name in ANALYSIS]:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    packets = {}
    for line in done.stdout.splitlines():
        frame, stream, seq, ack, flags, length, udp_stream, *analysis = line.split("\t")
        found = {name for name, value in zip(ANALYSIS, analysis) if value}
        if found & {"fast_retransmission", "spurious_retransmission"}:
            found.discard("retransmission")  # tshark sets it beside the special ones
        if stream:
            bits = int(flags, 0)
            letters = {letter for bit, letter in enumerate(FLAGS) if bits >> bit & 1}
            packets[int(frame)] = ("tcp", int(stream), int(seq), int(ack) if "A" in letters else None,
                                   "".join(letter for letter in ORDER if letter in letters), int(length),
                                   sorted(found))
        elif udp_stream:
            packets[int(frame)] = ("udp", int(udp_stream))
    return packets


def chatsniff_packets(capture):
    packets = {}
    for record in records(CHATSNIFF, "--all", capture, statuses=(0, 3)):
        if record["transport"] == "tcp":
            tcp = record["tcp"]
            packets[record["frame"]] = ("tcp", record["stream"], tcp["seq"], tcp.get("ack"), tcp["flags"],
                                        tcp["length"], record["analysis"])
        elif record["transport"] == "udp":
            packets[record["frame"]] = ("udp", record["stream"])
    return packets


def compare(capture):
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    frames, reason = KNOWN.get(capture.name, ((), ""))
    if frames is None:
        raise Skip(reason)
    theirs, ours = tshark_packets(capture), chatsniff_packets(capture)
    different = []
    for frame in sorted(set(theirs) | set(ours)):
        if frame not in frames and theirs.get(frame) != ours.get(frame):
            different.append(f"frame {frame}: tshark {theirs.get(frame)}, chatsniff {ours.get(frame)}")
    if different:
        raise Failed("\n".join(different[:40] + [f"{len(different)} frames differ"]))


def folder_cases(folder, prefix):
    names = sorted(path for path in folder.rglob("*") if path.suffix in (".pcap", ".pcapng", ".gz", ".ntar"))
    return [(f"{prefix}{path.relative_to(folder)}", lambda path=path: compare(path)) for path in names]


def shared_absent():
    raise Skip("the shared captures are not here")


def some_captures():
    expect(any(CAPTURES.glob("*.pcapng")), "there are no captures")


if __name__ == "__main__":
    CASES = [("there are captures", some_captures)] + folder_cases(CAPTURES, "")
    CASES += folder_cases(SHARED, "shared: ") if SHARED.is_dir() else [("shared captures", shared_absent)]
    sys.exit(run_cases(CASES))
