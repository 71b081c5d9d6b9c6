#!/usr/bin/python3
"""The parts of the dissector that need no Wireshark under every Lua that is here, and luacheck over all of it.

usage: test_lua.py DISSECTOR DESCRIPTIONS
"""
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, expect, run, run_cases  # noqa: E402

HERE = Path(__file__).resolve().parent
DISSECTOR, DESCRIPTIONS = map(Path, sys.argv[1:3])


def units(lua):
    if not shutil.which(lua):
        raise Skip(f"{lua} is not installed")
    if run([lua, "-e", "require 'luaunit'"]).returncode != 0:
        raise Skip(f"{lua} has no luaunit (Debian: lua-unit)")
    done = run([lua, HERE / "units.lua", DISSECTOR, DESCRIPTIONS, "-o", "tap"])
    output = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    passed = len(re.findall(r"^ok\s", output, re.MULTILINE))
    if done.returncode != 0 or "not ok" in output:
        raise Failed(output)
    expect(passed >= 25, f"only {passed} unit tests ran")


def luacheck():
    if not shutil.which("luacheck"):
        raise Skip("luacheck is not installed (Debian: lua-check)")
    root = DISSECTOR.parent
    done = run(["luacheck", "--no-color", "--config", root / ".luacheckrc", "dissector", "tests/dissector"], cwd=root)
    expect(done.returncode == 0, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace"))


def modules_only_return():
    """Wireshark runs each file of a plugin's folder by itself too: without their entry file they must do nothing, and
    those that need no Wireshark say so."""
    for path in sorted((DISSECTOR / "chatsniff").glob("*.lua")):
        expect(path.name != "init.lua", "Wireshark takes init.lua for its own")
        lines = path.read_text("utf-8").splitlines()
        expect(lines[-1].startswith("return "), f"{path.name} does not end with what it returns")
        expect(len(lines) < 400, f"{path.name} has {len(lines)} lines")
        loose = [
            line for line in lines
            if re.match(r"(?!local |function |return |end|--|\}|\]|    |$|if |for |[a-z_.]+ = )", line)
        ]
        expect(not loose, f"{path.name} does something by itself: {loose}")


if __name__ == "__main__":
    sys.exit(
        run_cases([(f"unit tests under {lua}", lambda lua=lua: units(lua)) for lua in ("lua5.2", "lua5.3", "lua5.4")] +
                  [("luacheck", luacheck), ("modules only return what they offer", modules_only_return)]))
