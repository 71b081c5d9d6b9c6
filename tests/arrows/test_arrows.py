#!/usr/bin/python3
"""Holds the arrows between the rooms against the #includes: test_arrows.py ROOT

Each room says at the top of a header which rooms and libraries it "May use"; that line is read here, and there is no
other table. A room may include its own headers, those of the rooms that it names, and what these may include in turn.
Nothing runs back. A library is included only where a header names it.
"""
import functools
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, expect, run_cases  # noqa: E402

ROOT = Path(sys.argv[1]).resolve()
TOPS = ("chat", "analyzer", "reports")

# What a library is called in a "May use" line, and its headers. Whatever else stands in <> has to be C's or POSIX's.
LIBRARIES = {
    "GLib": r"(glib|gio|gobject)(/.*)?\.h|glib-unix\.h|glib/.*\.h",
    "libpcap": r"pcap(/.*)?\.h",
    "zlib": r"zlib\.h",
    "liblzma": r"lzma\.h",
    "libzstd": r"zstd(_errors)?\.h",
    "liblz4": r"lz4frame\.h",
    "libxml2": r"libxml/.*\.h",
    "librsvg": r"librsvg/.*\.h",
    "cairo": r"cairo(-\w+)?\.h",
    "readline": r"readline/.*\.h",
    "sockets": r"sys/socket\.h|netdb\.h|sys/select\.h|netinet/.*\.h|net/.*\.h|ifaddrs\.h",
    "libjq": r"jq\.h|jv\.h",
    "SQLite": r"sqlite3\.h",
    "libseccomp": r"seccomp\.h",
    "Linux": r"linux/.*\.h|sys/(prctl|syscall|capability)\.h|sched\.h",
}
SYSTEM = re.compile(
    r"(arpa/inet|assert|ctype|errno|fcntl|float|inttypes|langinfo|limits|locale|math|obstack|poll|pwd|signal|stdarg"
    r"|stdatomic"
    r"|stdbool|stddef|stdint|stdio|stdlib|string|termios|time|unistd|wchar|getopt|stdio_ext|pthread|dirent"
    r"|sys/(eventfd|file|ioctl|mman|resource|stat|sysmacros|time|types|uio|un|wait|random|statvfs|vfs|statfs))\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
MAY_USE = re.compile(r"^[ *]*May use: (.*?)\. Is used by", re.MULTILINE | re.DOTALL)
EVERYTHING = "everything"


def rooms():
    return sorted({str(path.parent.relative_to(ROOT)) for top in TOPS for path in (ROOT / top).rglob("*.[ch]")})


def sources(room):
    return sorted((ROOT / room).glob("*.[ch]"))


def includes(path):
    return INCLUDE.findall(path.read_text("utf-8"))


@functools.lru_cache(maxsize=None)
def uses(room):
    """What the room's headers say that it may use: rooms, single headers of a room, libraries."""
    named = set()
    for path in sources(room):
        for line in MAY_USE.findall(path.read_text("utf-8")):
            line = re.sub(r"\n[ *]*", " ", line)
            named |= {re.sub(r"'s \w+$", "", word.strip()) for word in re.split(r",|\band\b", line)}
    return frozenset(named - {""})


def is_place(name):
    return (ROOT / name).exists()


@functools.lru_cache(maxsize=None)
def reach(room):
    """What a room may include: what it names, and what the rooms of that name."""
    if EVERYTHING in uses(room):
        return frozenset(rooms())
    allowed, todo = set(), [name for name in uses(room) if is_place(name)]
    while todo:
        name = todo.pop()
        if name not in allowed:
            allowed.add(name)
            if (ROOT / name).is_dir():
                todo += [other for other in uses(name) if is_place(other)]
    return frozenset(allowed)


def library_of(name):
    return next((library for library, pattern in LIBRARIES.items() if re.fullmatch(pattern, name)), None)


def check_include(room, kind, name):
    """What is wrong with it, or None."""
    if kind == '"':
        folder = name.rpartition("/")[0]
        if not folder:
            return "give the path from the root"
        if folder != room and folder not in reach(room) and name not in reach(room):
            return f"{room} may not use {folder}"
        return None
    library = library_of(name)
    if library and library not in uses(room) and EVERYTHING not in uses(room):
        return f"the header of {room} does not say that it may use {library}"
    if not library and not SYSTEM.fullmatch(name):
        return "this test does not know the library: add it to LIBRARIES, and to the room's header"
    return None


def arrows_of(room):
    wrong = [f"{path.relative_to(ROOT)} includes {name}: {why}" for path in sources(room)
             for kind, name in includes(path) if (why := check_include(room, kind, name))]
    if wrong:
        raise Failed("\n".join(wrong))


def every_room_says():
    silent = [room for room in rooms() if not uses(room)]
    expect(not silent, f"no header says what these may use: {', '.join(silent)}")


def words_are_known():
    for room in rooms():
        unknown = [name for name in uses(room) if name != EVERYTHING and name not in LIBRARIES and not is_place(name)]
        expect(not unknown, f"{room} may use {', '.join(unknown)}: neither a room, nor a header, nor a known library")


def no_cycles():
    for room in rooms():
        back = [
            other for other in reach(room) if other != room and room in reach(other) and EVERYTHING not in uses(room)
        ]
        expect(not back, f"{room} and {', '.join(back)} use each other")


def hacking_agrees():
    """HACKING.md has the same arrows in a table for people."""
    text = (ROOT / "HACKING.md").read_text("utf-8")
    for room in rooms():
        row = re.search(rf"^\| `{room}` \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
        expect(row, f"HACKING.md has no row for {room}")
        if EVERYTHING in uses(room):
            continue
        named = re.findall(r"`([^`]+)`", row.group(1))
        folder = next((name.rpartition("/")[0] for name in named if name.endswith(".h")), "")
        told = {name if "/" in name or not name.endswith(".h") else f"{folder}/{name}" for name in named}
        places = {name for name in uses(room) if is_place(name)}
        expect(told == places, f"{room}: HACKING.md says {sorted(told)}, its header {sorted(places)}")


def private_headers():
    """A header called …-private.h or …-internal.h stays in its room."""
    for room in rooms():
        for path in sources(room):
            for kind, name in includes(path):
                private = re.search(r"-(private|internal)\.h$", name)
                expect(not (kind == '"' and private) or name.rpartition("/")[0] == room,
                       f"{path.relative_to(ROOT)} includes {name}, which is another room's own")


def names_differ():
    """Two files of one name are confused in every list, log and debugger."""
    seen = {}
    for room in rooms():
        for path in sources(room):
            other = seen.setdefault(path.name, path)
            expect(other is path, f"{path.relative_to(ROOT)} and {other.relative_to(ROOT)} have one name")


PARSERS = ("chat/protocol", "analyzer/decode", "analyzer/flow", "analyzer/session", "analyzer/timeline")
PRINTING = re.compile(
    r"(?<!\w)(v?[fd]?printf|f?puts|f?putc|putchar|fwrite|write|g_print(err)?|g_message|g_warning|g_log|perror)"
    r"\s*\(|\b(stdout|stderr)\b")
COMMENTS_AND_STRINGS = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def printing_of(code):
    found = PRINTING.search(COMMENTS_AND_STRINGS.sub("", code))
    return found and found.group(0)


def parsers_never_print():
    for room in PARSERS:
        for path in sources(room):
            found = printing_of(path.read_text("utf-8"))
            expect(not found, f"{path.relative_to(ROOT)} prints: {found}")


def printing_is_found():
    """The pattern itself."""
    for code in ('printf("x");', '\tprintf ("x")', 'fprintf(stderr, "x");', "vprintf(f, a)", 'puts("x")', "fputs(s, f)",
                 "dprintf(1, f)", 'g_print("x")', 'g_printerr("x")', 'perror("x")', "fwrite(p, 1, n, f)",
                 "write(1, p, n)", "f = stderr;"):
        expect(printing_of(code), f"not found: {code}")
    for code in ('g_string_append_printf(s, "x")', 'g_strdup_printf("x")', "g_snprintf(b, n, f)", "/* printf(x) */",
                 '"puts (it)"', "ip_address_write(a, b)", "snprintf(b, n, f)"):
        expect(not printing_of(code), f"wrongly found: {code}")


def not_too_long():
    long = [f"{path.relative_to(ROOT)} has {lines} lines" for room in rooms() for path in sources(room)
            if (lines := path.read_text("utf-8").count("\n")) > 1000]
    expect(not long, "; ".join(long))


if __name__ == "__main__":
    CASES = [(f"{room} uses what it may", lambda room=room: arrows_of(room)) for room in rooms()]
    CASES += [
        ("every room says what it may use", every_room_says),
        ("every room and library that is named is known", words_are_known),
        ("HACKING.md has the same arrows", hacking_agrees),
        ("no cycles", no_cycles),
        ("private headers stay at home", private_headers),
        ("no two files have one name", names_differ),
        ("printing is found", printing_is_found),
        ("parsers never print", parsers_never_print),
        ("no file of more than a thousand lines", not_too_long),
    ]
    sys.exit(run_cases(CASES))
