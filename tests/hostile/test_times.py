#!/usr/bin/python3
"""Times that no clock shows: test_times.py CHATSNIFF

A file may say any time. Whatever it says, no difference of two may overflow (which the sanitizers find), no command may
fail, and none may take the distance for something that it is not."""
import itertools
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = None  # a temporary one, made in main()
# Nanoseconds since 1970, as far as 64 bits go (years 1677 to 2262), 1970 itself and a time like ours.
EARLIEST, LATEST = -(1 << 63), (1 << 63) - 1
TIMES = [EARLIEST, LATEST, 0, -1, craft.BEGIN]
# An interface's offset, in seconds, for times before 1970.
OFFSET = EARLIEST // 1_000_000_000

COMMANDS = [
    ["timeline", "--explain"], ["timeline", "--all", "--explain", "--format", "json"], ["timeline", "--oneline"],
    ["conversations", "--all", "--explain"], ["conversations", "--format", "json"],
    ["summary"], ["summary", "--format", "json"],
    ["report", "-o", "{out}.html"], ["report", "-o", "{out}.md"],
    ["ladder", "--strip", "-o", "{out}.svg"], ["annotate", "--explain", "-o", "{out}.pcapng"],
]


def interface(offset):
    options = struct.pack("<HHB3x", 9, 1, 9) + struct.pack("<HHq", 14, 8, offset) + struct.pack("<HH", 0, 0)
    return craft.block(1, struct.pack("<HHI", 1, 0, 262144) + options)


def packet(time, frame):
    """Of interface 1, whose offset is negative, before 1970."""
    before = time < 0
    ticks = time - OFFSET * 1_000_000_000 if before else time
    return craft.block(6, struct.pack("<IIIII", int(before), ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
                       + frame)


def capture(name, frames, times):
    path = FOLDER / name
    path.write_bytes(craft.pcapng_blocks([])[0] + interface(0) + interface(OFFSET)
                     + b"".join(map(packet, times, frames)))
    return path


def frames():
    """Handshake, data sent twice, answers and resets; requests, replies and messages; both chats to their end."""
    chat = craft.tcp_chat()
    chat[4:4] = [chat[3], chat[4], chat[4]]
    return [*itertools.chain.from_iterable(itertools.zip_longest(chat, craft.udp_chat(), fillvalue=chat[-1]))]


def every_command(times):
    path = capture("times.pcapng", frames(), times)
    for command in COMMANDS:
        done = run([CHATSNIFF, *(word.replace("{out}", str(FOLDER / "out")) for word in command), "--quiet", path])
        equal(done.returncode, 0, f"{command}: exit status ({done.stderr.decode()[-2000:]})")


def pairs():
    n = len(frames())
    for one, other in itertools.permutations(TIMES, 2):
        every_command([one if i % 2 else other for i in range(n)])


def steps():
    n = len(frames())
    for first, last in ((EARLIEST, LATEST), (LATEST, EARLIEST)):
        every_command([first + (last - first) * i // (n - 1) for i in range(n)])


def are_read():
    """The times are those that were meant."""
    path = capture("read.pcapng", craft.udp_chat()[:3], [EARLIEST, LATEST, 0])
    equal([record.get("time") for record in records(CHATSNIFF, path)],
          ["1677-09-21T00:12:43.145224192Z", "2262-04-11T23:47:16.854775807Z", "1970-01-01T00:00:00.000000000Z"],
          "times")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-times-") as folder:
        FOLDER = Path(folder)
        return run_cases([("they are read", are_read), ("every pair of them", pairs), ("in even steps", steps)])


if __name__ == "__main__":
    sys.exit(main())
