#!/usr/bin/python3
"""The plugin and the profile as installed: by ./lab wireshark for one user, and by meson.

usage: test_install.py CAPTURES BUILD
"""
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from wireshark import ENTRY, environment, fields, need_tshark, tshark  # noqa: E402
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, equal, expect, run, run_cases  # noqa: E402

CAPTURES, BUILD = map(Path, sys.argv[1:3])
ROOT = ENTRY.parent.parent
PROFILE = ["preferences", "colorfilters", "dfilter_buttons", "recent"]


def lab(home, *arguments):
    done = run([ROOT / "lab", "wireshark", *arguments], env=environment(home))
    expect(done.returncode == 0, done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")


def chat_packets(home, *arguments, entry=None):
    return len(
        fields(CAPTURES / "lab-session.pcapng", ["frame.number"],
               *arguments,
               display_filter="udpchat or tcpchat",
               home=home,
               entry=entry))


def for_one_user():
    need_tshark()
    with tempfile.TemporaryDirectory() as home:
        lab(home)
        expect(chat_packets(home) > 20, "the installed plugin shows nothing")
        equal(chat_packets(home, entry=ENTRY), chat_packets(home), "installed and given with -X as well")
        profile = Path(home) / ".config" / "wireshark" / "profiles" / "Chat lab"
        for name in PROFILE:
            equal((profile / name).read_bytes(), (ROOT / "dissector" / "profile" / name).read_bytes(), name)
        (profile / "preferences").write_text("# mine\n", "utf-8")
        lab(home)
        equal((profile / "preferences").read_text("utf-8"), "# mine\n", "what the user changed in the profile")
        other = profile.parent / "Other"
        other.mkdir()
        lab(home, "--remove")
        expect(not profile.exists(), "the profile is still there")
        expect(other.is_dir(), "another profile is gone")
        left = [str(path) for path in Path(home).rglob("*chat*")]
        expect(not left, f"left behind: {left}")
        lab(home, "--remove")  # again: nothing to do


def refuses_other_words():
    with tempfile.TemporaryDirectory() as home:
        done = run([ROOT / "lab", "wireshark", "everything"], env=environment(home))
        expect(done.returncode != 0 and b"everything" in done.stderr, "an unknown word is taken")
        expect(not any(Path(home).iterdir()), "something was installed")


def profile_works():
    """Colour rules and columns are what tshark, too, reads of a profile."""
    need_tshark()
    with tempfile.TemporaryDirectory() as home:
        lab(home)
        shown = tshark("-C", "Chat lab", "-2", "-r", CAPTURES / "lab-session.pcapng", entry=None, home=home)
        expect("alpine" in shown and "setup" in shown and "transfer" in shown, "the columns are not the profile's")
        rows = fields(CAPTURES / "lab-session.pcapng", ["frame.coloring_rule.name", "udpchat.phase", "tcpchat.phase"],
                      "-C",
                      "Chat lab",
                      "--color",
                      entry=None,
                      home=home,
                      display_filter="udpchat or tcpchat")
        expect(len(rows) > 20, "no chat packets")
        for row in rows:
            phase = (row["udpchat.phase"] + row["tcpchat.phase"])[0]
            equal(row["frame.coloring_rule.name"], [phase.capitalize()], "the rule that colours a packet")
        rules = (ROOT / "dissector" / "profile" / "colorfilters").read_text("utf-8")
        for colour in ("[26214,43433,65021]", "[41634,41891,43176]", "[48316,65278,52171]", "[64764,46260,11308]",
                       "[65278,59110,65278]"):
            equal(rules.count(colour + "[7196,8224,9252]"), 1, colour)


def buttons_are_filters():
    need_tshark()
    text = (ROOT / "dissector" / "profile" / "dfilter_buttons").read_text("utf-8")
    buttons = [line.split('","') for line in text.splitlines() if line.startswith('"TRUE"')]
    expect(len(buttons) >= 5, f"{len(buttons)} buttons")
    for _, label, expression, _ in buttons:
        tshark("-r", CAPTURES / "lab-session.pcapng", "-Y", expression.replace("\\x22", '"'))
        expect(label, "a button without label")


def by_meson():
    need_tshark()
    if not shutil.which("meson"):
        raise Skip("meson is not on the path")
    with tempfile.TemporaryDirectory() as folder:
        done = run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder])
        expect(done.returncode == 0, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace"))
        entries = list(Path(folder).rglob("wireshark/plugins/chatsniff/chatsniff.lua"))
        equal(len(entries), 1, "entry files")
        with tempfile.TemporaryDirectory() as home:
            plugins = Path(home) / ".local" / "lib" / "wireshark" / "plugins"
            shutil.copytree(entries[0].parent.parent, plugins)
            expect(chat_packets(home) > 20, "the installed plugin shows nothing")
        profiles = list(Path(folder).rglob("wireshark/profiles/Chat lab"))
        equal(sorted(path.name for path in profiles[0].iterdir()), sorted(PROFILE), "files of the profile")


if __name__ == "__main__":
    sys.exit(run_cases([
        ("./lab wireshark installs for one user and removes", for_one_user),
        ("./lab wireshark refuses other words", refuses_other_words),
        ("the profile has the chats' columns and the phases' colours", profile_works),
        ("the filter buttons hold filters", buttons_are_filters),
        ("meson install", by_meson),
    ]))
