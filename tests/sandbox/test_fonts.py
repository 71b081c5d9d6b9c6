#!/usr/bin/python3
"""Fonts as people have them, and not only as a fresh system has: test_fonts.py CHATSNIFF CAPTURE

fontconfig reads, lists and writes files when a picture is drawn, which is when the sandbox is closed already.
"""
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURE = (Path(word).resolve() for word in sys.argv[1:3])


# Where fontconfig looks for what is the user's.
PLACES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


def draws(folder, environment):
    """A diagram is drawn in this environment, and nothing is said."""
    picture = Path(folder) / "ladder.png"
    without = [word for name in PLACES for word in ("-u", name)]
    done = run([
        "env", *without, *(f"{name}={value}" for name, value in environment.items()), CHATSNIFF, "ladder", CAPTURE,
        "-o", picture
    ])
    equal((done.returncode, done.stderr.decode()), (0, ""), "exit status, and what was said")
    expect(picture.read_bytes().startswith(b"\x89PNG"), "a picture")


def home(folder):
    return {"HOME": folder}


def own_configuration():
    """Landlock refuses a rule for a file that would let somebody list it as a folder."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".fonts.conf").write_text('<?xml version="1.0"?><fontconfig/>', "utf-8")
        draws(folder, home(folder))


def newer_than_the_cache():
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"))
    if not fonts:
        raise Skip("there are no fonts")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / ".local/share/fonts"
        own.mkdir(parents=True)
        shutil.copy(fonts[0], own / "new.ttf")
        draws(folder, home(folder))


def no_home():
    with tempfile.TemporaryDirectory() as folder:
        draws(folder, {})


def home_that_is_not_there():
    with tempfile.TemporaryDirectory() as folder:
        draws(folder, home("/nowhere/at/all"))


def main():
    return run_cases([
        ("a file ~/.fonts.conf", own_configuration),
        ("a font of one's own that is in no cache", newer_than_the_cache),
        ("no home", no_home),
        ("a home that is not there", home_that_is_not_there),
    ])


if __name__ == "__main__":
    sys.exit(main())
