"""Runs tshark with the dissector, apart from whatever is installed for the user, and notices every Lua error."""
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, expect, run  # noqa: E402

ENTRY = Path(__file__).resolve().parent.parent.parent / "dissector" / "chatsniff.lua"
SEPARATOR, INNER = "\x1f", "\x1e"
# What tshark says on standard error that is no mistake of ours.
HARMLESS = re.compile(r"Running as user \"root\"|^\s*$|cut short in the middle of a packet|appears to have been cut|"
                      r"tshark: The file .* appears|^ \(")

_home = tempfile.TemporaryDirectory(prefix="chatsniff-wireshark-")


def need_tshark():
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")


def environment(home=None):
    home = str(home or _home.name)
    return {"HOME": home, "XDG_CONFIG_HOME": os.path.join(home, ".config"), "LC_ALL": "C.UTF-8"}


def tshark(*arguments, entry=ENTRY, home=None, timeout=120, harmless=HARMLESS):
    """tshark's standard output. A Lua error leaves its exit status at 0: every line on standard error is a failure."""
    need_tshark()
    script = ["-X", f"lua_script:{entry}"] if entry else []
    done = run(["tshark", "-n", *script, *arguments], env=environment(home), timeout=timeout)
    errors = done.stderr.decode("utf-8", "replace")
    output = done.stdout.decode("utf-8", "replace")
    complaints = [line for line in errors.splitlines() if not harmless.search(line)]
    expect(not complaints, "tshark complains: " + "\n".join(complaints[:10]))
    expect("Lua Error" not in output and "Lua error" not in output, "a Lua error is shown in the packets")
    return output


def fields(capture, names, *arguments, two_passes=True, display_filter=None, **options):
    """[{name: [values]}] of the frames that the filter takes; a name's list is empty where the field is not there."""
    command = ["-r", str(capture), *(["-2"] if two_passes else []), "-T", "fields", "-E", f"separator={SEPARATOR}",
               "-E", f"aggregator={INNER}", "-E", "occurrence=a", *arguments]
    if display_filter:
        command += ["-Y", display_filter]
    for name in names:
        command += ["-e", name]
    rows = []
    for line in tshark(*command, **options).split("\n")[:-1]:  # splitlines() splits at INNER too
        values = line.split(SEPARATOR)
        if len(values) != len(names):
            raise Failed(f"a line of {len(values)} values, not {len(names)}: {line!r}")
        rows.append({name: value.split(INNER) if value else [] for name, value in zip(names, values)})
    return rows


def escape(text):
    """Text of a JSON record as the dissector shows it."""
    def one(character):
        point = ord(character)
        unsafe = (point < 0x20 or 0x7f <= point < 0xa0 or point in (0x61c, 0xfeff) or 0x200e <= point <= 0x200f
                  or 0x2028 <= point <= 0x202e or 0x2066 <= point <= 0x2069)
        if not unsafe:
            return character
        named = {9: "\\t", 10: "\\n", 13: "\\r"}
        return named.get(point) or (f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}")
    return "".join(one(character) for character in text)
