#!/usr/bin/python3
"""What a live capture loses is told where it happened: test_loss.py CHATSNIFF

As test_live.py, whose cable it uses; chatsniff is stopped while more packets come than the kernel's buffer holds.
"""
import json
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import test_live  # noqa: E402
from test_live import CHATSNIFF, Live, frames, send  # noqa: E402

import craft  # noqa: E402
import hosts  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

TOLD = re.compile(r"── (\d+) packets were not captured here: .* ──")


def overflow(live):
    """Stops it while 8 MB come in, lets it go on, and sends the chats' packets again."""
    live.process.send_signal(signal.SIGSTOP)
    send([craft.udp((craft.SERVER, 9), (craft.ALPINE, 9), bytes(1200))] * 7000)
    live.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    send(frames())


def lossy(*options):
    path = test_live.FOLDER / "lossy.pcapng"
    live = Live("capture", "-w", path, "-B", "512", *options)
    send(frames())
    live.wait_for(lambda: "hello" in live.told(), "nothing was told")
    overflow(live)
    live.wait_for(lambda: live.told().count("hello") >= 2, "nothing was told after the gap")
    equal(live.end(signal.SIGINT), 0, f"exit status ({live.said()})")
    captured, dropped = map(int,
                            re.search(r"^(\d+) packets captured, (\d+) dropped", live.said(), re.MULTILINE).groups())
    equal(captured + dropped, 7000 + 2 * len(frames()), "packets captured and dropped")
    expect(dropped > 1000, f"only {dropped} were dropped")
    return path, live.told(), dropped


def in_text():
    _, told, dropped = lossy()
    lines = told.splitlines()
    gaps = [(number, int(match.group(1))) for number, match in enumerate(map(TOLD.search, lines)) if match]
    equal([n for _, n in gaps], [dropped], "what was told as lost")
    before, after = lines[:gaps[0][0]], lines[gaps[0][0] + 1:]
    expect(any("hello" in line for line in before) and any("hello" in line for line in after), "told at a wrong place")


def in_records():
    path, told, dropped = lossy("--format", "json")
    told = sorted(map(json.loads, told.splitlines()), key=lambda record: record["frame"])
    equal([record.get("lost") for record in told], [None] * 14 + [dropped] * 14, "lost")
    equal(told, records(CHATSNIFF, path), "records of the file")
    expect(TOLD.search(run([CHATSNIFF, "timeline", "--quiet", path]).stdout.decode()), "the file's text tells nothing")


def in_wireshark():
    """The file says it as the format wants: tshark shows the same number at the same frame."""
    path, _, dropped = lossy()
    counts = []
    data = path.read_bytes()
    position = 0
    while position < len(data):  # Enhanced Packet Blocks with the option epb_dropcount
        kind, length = struct.unpack_from("<II", data, position)
        if kind == 6:
            captured = struct.unpack_from("<I", data, position + 20)[0]
            options = data[position + 28 + (captured + 3) // 4 * 4:position + length - 4]
            if options[:4] == struct.pack("<HH", 4, 8):
                counts.append(struct.unpack_from("<Q", options, 4)[0])
        position += length
    equal(sum(counts), dropped, f"epb_dropcount ({counts})")  # the kernel may count them in several pieces


def stays_in_order():
    """A reader that is too slow for a while loses nothing where the buffers hold it."""
    path = test_live.FOLDER / "slow.pcapng"
    live = Live("capture", "-w", path, "-B", "65536", "--format", "json")
    live.process.send_signal(signal.SIGSTOP)
    send(frames() * 200)
    live.process.send_signal(signal.SIGCONT)
    live.wait_for(lambda: live.told().count("\n") >= 14 * 200, "not every packet was told", 30)
    equal(live.end(signal.SIGINT), 0, "exit status")
    expect("2800 packets captured, 0 dropped" in live.said(), live.said())
    equal(sorted((json.loads(line) for line in live.told().splitlines()), key=lambda record: record["frame"]),
          records(CHATSNIFF, path), "records of the file")


def sizes():
    for size in ("0", "-1", "2097152", "much"):
        done = run([CHATSNIFF, "timeline", "-i", "hear0", "-B", size])
        equal(done.returncode, 2, f"exit status with -B {size}")


def main():
    if "--inside" not in sys.argv:
        within = hosts.namespace_command()
        if not within:
            print("1..0 # SKIP network namespaces are not permitted here")
            return 0
        return subprocess.run([*within, sys.executable, __file__, CHATSNIFF, "--inside"], check=False).returncode
    hosts.setting(None, "ipv6/conf/default/disable_ipv6", 1)
    test_live.cable()
    with tempfile.TemporaryDirectory(prefix="chatsniff-loss-") as folder:
        test_live.FOLDER = Path(folder)
        return run_cases([
            ("text tells what was lost, where it happened", in_text),
            ("so do records, live and of the file", in_records),
            ("the file says it as pcapng does", in_wireshark),
            ("a slow reader loses nothing that the buffer holds", stays_in_order),
            ("-B takes a size", sizes),
        ])


if __name__ == "__main__":
    sys.exit(main())
