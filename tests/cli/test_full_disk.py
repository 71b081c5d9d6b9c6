#!/usr/bin/python3
"""A disk that is full: test_full_disk.py CHATSNIFF

The disk is a file system in memory, as small as the kernel allows, which only the program under test sees: it is
mounted in a mount namespace of the program's own."""
import functools
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import WITH_FONTS, Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = None  # a temporary one, made in main()
SIZE = 16384
MOUNT = f'mount -t tmpfs -o size={SIZE} none "$1" && cd "$1" && shift && '
RUBRIC = "[rubric]\ntitle = Chat\n\n[item chat]\npoints = 1\ntext = A chat.\nwhen = has_chat\n"

# Everything that commands write, each more than SIZE of it.
COMMANDS = {
    "timeline": ["timeline", "-o", "out.txt", "CAPTURE"],
    "timeline as JSON": ["timeline", "--format", "json", "-o", "out.json", "CAPTURE"],
    "conversations": ["conversations", "-o", "out.txt", "CAPTURE"],
    "conversations as JSON": ["conversations", "--format", "json", "-o", "out.json", "CAPTURE"],
    "summary": ["summary", "-o", "out.txt", "CAPTURE"],
    "summary as JSON": ["summary", "--format", "json", "-o", "out.json", "CAPTURE"],
    "annotate": ["annotate", "CAPTURE", "out.pcapng"],
    "report as a page": ["report", "CAPTURE", "-o", "out.html"],
    "report as Markdown": ["report", "CAPTURE", "-o", "out.md"],
    "ladder as SVG": ["ladder", "CAPTURE", "-o", "out.svg"],
    "ladder as PNG": ["ladder", "CAPTURE", "-o", "out.png"],
    "quiz as a page": ["quiz", "CAPTURE", "-o", "out.html"],
    "quiz for Moodle": ["quiz", "--questions", "100", "CAPTURE", "-o", "out.xml"],
    "check as a page": ["check", "RUBRIC", "CLASS", "-o", "out.html"],
    "check as a gradebook": ["check", "RUBRIC", "CLASS", "-o", "out.csv"],
    "check as JSON": ["check", "RUBRIC", "CLASS", "-o", "out.json"],
}


@functools.lru_cache(maxsize=1)
def namespace():
    """The words that start a command in a mount namespace of its own."""
    for words in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        try:
            if run([*words, "sh", "-c", MOUNT + "true", "sh", FOLDER / "disk"]).returncode == 0:
                return words
        except FileNotFoundError:
            break
    raise Skip("no file system can be mounted in a namespace here")


def on_small_disk(script, *words):
    """sh -c script on the small disk, with the program and words as "$@". What stays on the disk is listed on standard
    output, after a line “left:”."""
    names = {"CAPTURE": FOLDER / "in.pcapng", "RUBRIC": FOLDER / "rubric.ini", "CLASS": FOLDER / "class"}
    listing = 'status=$?; echo left:; wc -c -- *; exit "$status"'
    done = run([*namespace(), "sh", "-c", MOUNT + f"{{ {script}; {listing}; }}", "sh", FOLDER / "disk", CHATSNIFF,
                *(names.get(word, word) for word in words)], env=WITH_FONTS)
    done.said = done.stderr.decode()
    left = done.stdout.decode().partition("left:\n")[2].splitlines()
    done.left = [line.split()[1] for line in left if line.split()[1] != "total"]
    return done


def full_file(words):
    """The reason and the amount are told, and nothing stays behind."""
    name = next(word for word in words if word.startswith("out."))
    done = on_small_disk('"$@"', *words)
    equal(done.returncode, 1, f"exit status ({done.said})")
    complaint = [line for line in done.said.splitlines() if "cannot be written" in line]
    equal(len(complaint), 1, f"complaints in {done.said!r}")
    told = re.fullmatch(
        r"chatsniff: (\S+): cannot be written: No space left on device; the (\d+) bytes written so far are "
        "removed", complaint[0])
    expect(told and told[1] == name, f"got {complaint[0]!r}")
    expect(0 < int(told[2]) <= SIZE and int(told[2]) % 4096 == 0, f"got {complaint[0]!r}, of a disk of {SIZE} bytes")
    equal(done.left, [], "files left on the disk")


def full_standard_output(words):
    """What goes to standard output stays, and its size is told."""
    words = [*words[:words.index("-o")], *words[words.index("-o") + 2:]] if "-o" in words else [*words[:-1], "-"]
    done = on_small_disk('"$@" > kept', *words)
    equal(done.returncode, 1, f"exit status ({done.said})")
    expect(
        f"standard output: cannot be written any further: No space left on device; it holds {SIZE} bytes" in done.said,
        f"got {done.said!r}")
    equal(done.left, ["kept"], "files left on the disk")


def full_from_the_beginning():
    """A disk without any room: there is no amount to tell."""
    done = on_small_disk(f'head -c {SIZE} /dev/zero > filler; "$@"', *COMMANDS["report as a page"])
    equal(done.returncode, 1, f"exit status ({done.said})")
    expect("out.html: cannot be written: No space left on device\n" in done.said, f"got {done.said!r}")
    equal(done.left, ["filler"], "files left on the disk")


def full_device(command, words):
    """/dev/full refuses every write, and holds nothing."""
    words = [*words[:words.index("-o")], *words[words.index("-o") + 2:]] if "-o" in words else [*words[:-1], "-"]
    done = run(["sh", "-c", '"$@" > /dev/full', "sh", CHATSNIFF, *(FOLDER / "in.pcapng" if word == "CAPTURE" else word
                                                                  for word in words)])
    equal(done.returncode, 1, f"{command}: exit status ({done.stderr.decode()})")
    expect("standard output: cannot be written: No space left on device\n" in done.stderr.decode(),
           f"{command}: {done.stderr.decode()}")


def prepare():
    """Two hundred conversations over TCP, some over UDP, and a class that hands the same in."""
    frames = craft.udp_chat() + [frame for i in range(200) for frame in craft.tcp_chat(b"line %d\n" % i, 8090 + i)]
    (FOLDER / "in.pcapng").write_bytes(craft.pcapng(frames))
    (FOLDER / "rubric.ini").write_text(RUBRIC)
    (FOLDER / "disk").mkdir()
    for i in range(300):
        student = FOLDER / "class" / f"student {i} of a class with long names, so that a row is long"
        student.mkdir(parents=True)
        (student / "chat.pcapng").write_bytes(craft.pcapng(craft.udp_chat()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FOLDER = Path(folder)
        prepare()
        CASES = [(f"{name}: a full disk", functools.partial(full_file, words)) for name, words in COMMANDS.items()]
        CASES += [(f"{name} to standard output: a full disk", functools.partial(full_standard_output, COMMANDS[name]))
                  for name in ("timeline", "conversations as JSON", "summary as JSON", "annotate")]
        CASES += [(f"{name} to /dev/full", functools.partial(full_device, name, COMMANDS[name]))
                  for name in ("timeline", "conversations as JSON", "summary as JSON", "annotate")]
        CASES += [("a disk without any room", full_from_the_beginning)]
        sys.exit(run_cases(CASES))
