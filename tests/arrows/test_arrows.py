#!/usr/bin/python3
"""Holds the arrows between the rooms against the #includes: test_arrows.py ROOT

A room may include its own headers and those of the rooms listed here, which are what it says at the top of its main
header, and what these may include in turn. Nothing runs back.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, expect, run_cases  # noqa: E402

ROOT = Path(sys.argv[1]).resolve()

USES = {
    "chat/protocol": [],
    "chat/peers": ["chat/protocol"],
    "analyzer/capture": [],
    "analyzer/decode": ["analyzer/capture/frame.h", "analyzer/capture/link-type.h"],
    "analyzer/flow": ["analyzer/decode"],
    "analyzer/session": ["analyzer/flow", "chat/protocol"],
    "analyzer/timeline": ["analyzer/session"],
    "analyzer/summary": ["analyzer/timeline"],
    "analyzer/output": ["analyzer/summary", "analyzer/timeline", "analyzer/capture"],
    "analyzer/cli": ["analyzer/capture", "analyzer/decode", "analyzer/flow", "analyzer/session", "analyzer/timeline",
                     "analyzer/summary", "analyzer/output", "reports", "chat/protocol"],
    "reports": ["analyzer/summary", "analyzer/timeline", "analyzer/decode"],
}
# Libraries that one room alone may know.
ONLY = {
    r"pcap(/.*)?\.h": {"analyzer/capture"},
    r"(lz4frame|lzma|zlib|zstd|zstd_errors)\.h": {"analyzer/capture"},
    r"libxml/.*\.h": {"reports"},
    r"readline/.*": {"chat/peers"},
    r"sys/socket\.h|netdb\.h|sys/select\.h": {"chat/peers", "analyzer/capture"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def reach(room):
    """What a room may include, and what the rooms of that may."""
    allowed, todo = set(), list(USES[room])
    while todo:
        name = todo.pop()
        if name not in allowed:
            allowed.add(name)
            todo += USES.get(name, [])
    return allowed


def sources(room):
    return sorted(path for path in (ROOT / room).glob("*.[ch]"))


def includes(path):
    return INCLUDE.findall(path.read_text("utf-8"))


def arrows_of(room):
    allowed = reach(room)
    wrong = []
    for path in sources(room):
        for kind, name in includes(path):
            where = f"{path.relative_to(ROOT)} includes {name}"
            if kind == '"':
                folder = name.rpartition("/")[0]
                if not folder:
                    wrong.append(f"{where}: give the path from the root")
                elif folder != room and folder not in allowed and name not in allowed:
                    wrong.append(f"{where}: {room} may not use {folder}")
            for pattern, rooms in ONLY.items():
                if re.fullmatch(pattern, name) and room not in rooms:
                    wrong.append(f"{where}: only {' and '.join(sorted(rooms))} may")
    if wrong:
        raise Failed("\n".join(wrong))


def no_room_forgotten():
    found = {str(path.parent.relative_to(ROOT)) for top in ("chat", "analyzer", "reports")
             for path in (ROOT / top).rglob("*.[ch]")}
    unknown = {folder for folder in found if folder not in USES}
    expect(not unknown, f"rooms without arrows in this test: {', '.join(sorted(unknown))}")


def no_cycles():
    for room in USES:
        back = [other for other in reach(room) if other in USES and room in reach(other)]
        expect(not back, f"{room} and {', '.join(back)} use each other")


def private_headers():
    """A header called …-private.h or …-internal.h stays in its room."""
    for room in USES:
        for path in sources(room):
            for kind, name in includes(path):
                private = re.search(r"-(private|internal)\.h$", name)
                expect(not (kind == '"' and private) or name.rpartition("/")[0] == room,
                       f"{path.relative_to(ROOT)} includes {name}, which is another room's own")


def parsers_never_print():
    printing = re.compile(r"\b(printf|puts|putchar|fputs|g_print|g_printerr|perror)\s*\(")
    for room in ("chat/protocol", "analyzer/decode", "analyzer/flow", "analyzer/session", "analyzer/timeline"):
        for path in sources(room):
            found = printing.search(path.read_text("utf-8"))
            expect(not found, f"{path.relative_to(ROOT)} prints: {found and found.group(0)}")


def not_too_long():
    long = [f"{path.relative_to(ROOT)} has {lines} lines" for room in USES for path in sources(room)
            if (lines := path.read_text("utf-8").count("\n")) > 1000]
    expect(not long, "; ".join(long))


if __name__ == "__main__":
    CASES = [(f"{room} uses what it may", lambda room=room: arrows_of(room))
             for room in USES if (ROOT / room).is_dir()]
    CASES += [
        ("every room has its arrows", no_room_forgotten),
        ("no cycles", no_cycles),
        ("private headers stay at home", private_headers),
        ("parsers never print", parsers_never_print),
        ("no file of more than a thousand lines", not_too_long),
    ]
    sys.exit(run_cases(CASES))
