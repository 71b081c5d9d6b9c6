#!/usr/bin/python3
"""Holds what chatsniff says of a packet against what tshark says: test_parity.py CHATSNIFF CAPTURES SHARED

Every capture of CAPTURES, and of SHARED where that folder is there. Compared are, for every TCP packet, its frame
number, stream, relative sequence and acknowledgement number, flags, length and analysis, and for every UDP packet its
frame number and stream.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from packets import compare  # noqa: E402
from tap import Skip, expect, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])


def folder_cases(folder, prefix):
    names = sorted(path for path in folder.rglob("*") if path.suffix in (".pcap", ".pcapng", ".gz", ".ntar"))
    return [(f"{prefix}{path.relative_to(folder)}", lambda path=path: compare(CHATSNIFF, path)) for path in names]


def shared_absent():
    raise Skip("the shared captures are not here")


def some_captures():
    expect(any(CAPTURES.glob("*.pcapng")), "there are no captures")


if __name__ == "__main__":
    CASES = [("there are captures", some_captures)] + folder_cases(CAPTURES, "")
    CASES += folder_cases(SHARED, "shared: ") if SHARED.is_dir() else [("shared captures", shared_absent)]
    sys.exit(run_cases(CASES))
