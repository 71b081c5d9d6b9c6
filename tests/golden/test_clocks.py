#!/usr/bin/python3
"""Holds the times of packets against fractions: test_clocks.py CHATSNIFF

A pcapng interface says in which unit its times count, any power of ten or of two, and what they count from
(draft-ietf-opsawg-pcapng, options if_tsresol and if_tsoffset).
"""
import datetime
import struct
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, records, run_cases  # noqa: E402

CHATSNIFF = sys.argv[1]
FRAME = craft.udp((craft.ALPINE, 40001), (craft.SERVER, 8090), b"hi alpine")
BEGIN = Fraction(1_650_050_679_442_185_123, 1_000_000_000)
EPOCH = datetime.datetime(1970, 1, 1)


def option(code, octets):
    return struct.pack("<HH", code, len(octets)) + octets + b"\0" * (-len(octets) % 4)


def capture(clocks):
    """One interface and one packet for each (resolution, offset, ticks)."""
    blocks = [craft.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for resolution, offset, _ in clocks:
        blocks.append(craft.block(1, struct.pack("<HHI", 1, 0, 0) + option(9, bytes([resolution]))
                                  + option(14, struct.pack("<q", offset)) + option(0, b"")))
    for number, (_, _, ticks) in enumerate(clocks):
        blocks.append(
            craft.block(6,
                        struct.pack("<IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(FRAME), len(FRAME)) + FRAME))
    return b"".join(blocks)


def unit(resolution):
    return Fraction(1, 2 ** (resolution & 0x7F) if resolution & 0x80 else 10 ** resolution)


def told(seconds):
    """As a record tells a time: nanoseconds, what is smaller left out."""
    whole, part = divmod(seconds.numerator * 1_000_000_000 // seconds.denominator, 1_000_000_000)
    return (EPOCH + datetime.timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S") + f".{part:09}Z"


def check(clocks):
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
        file.write(capture(clocks))
        file.flush()
        got = [record["time"] for record in records(CHATSNIFF, "--all", file.name)]
    for (resolution, offset, ticks), time in zip(clocks, got):
        equal(time, told(ticks * unit(resolution) + offset), f"time of {ticks} ticks, if_tsresol {resolution:#x}")
    equal(len(got), len(clocks), "packets")


def near(resolution):
    """The ticks at BEGIN; all that fit, where that is later than 64 bits can tell."""
    return min(int(BEGIN / unit(resolution)), 2 ** 64 - 1)


def every_resolution():
    check([(kind | resolution, 0, near(kind | resolution)) for kind in (0, 0x80) for resolution in range(64)])


def offsets():
    check([(resolution, offset, near(resolution) // 2) for resolution in (0, 3, 6, 9, 0x80 | 10, 0x80 | 30)
           for offset in (0, 1, -1, 500_000_000)])


if __name__ == "__main__":
    sys.exit(run_cases([("every resolution", every_resolution), ("offsets", offsets)]))
