#!/usr/bin/python3
"""How much memory a run takes at most, on captures made to take it: test_memory.py CHATSNIFF

Under --memory-limit 64M no command may take more than 96 MB, whatever the capture: the limit is for what grows with
the input, the rest is the program with its libraries. A sanitizer takes several times as much, so that under one only
the exit status counts."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import bombs  # noqa: E402
from tap import equal, expect, is_sanitized, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = None  # a temporary one, made in main()
LIMIT, MOST = "64M", 96 * 1024  # kilobytes
PATIENCE = "120"
IS_SANITIZED = is_sanitized(CHATSNIFF)

COMMANDS = {
    "timeline": ["timeline", "--explain"],
    "timeline as JSON": ["timeline", "--all", "--format", "json"],
    "conversations": ["conversations", "--all", "--format", "json"],
    "summary": ["summary"],
    "summary as JSON": ["summary", "--format", "json"],
    "report": ["report", "-o", "{out}.html"],
    "ladder": ["ladder", "-o", "{out}.svg"],
    "annotate": ["annotate", "-o", "{out}.pcapng"],
    "quiz": ["quiz", "-o", "{out}.html"],
}
COMMANDS_SANITIZED = ("timeline", "summary as JSON")
# What each of them says, if anything, and its exit status: 1 where there is nothing to draw or to read.
STATUSES = (0, 1, 3)


def measure(command, path, limit=LIMIT):
    """The exit status, the most memory in kilobytes, and what was said."""
    arguments = [word.replace("{out}", str(FOLDER / "out")) for word in COMMANDS[command]]
    with open(FOLDER / "said", "w+b") as said, open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(["timeout", PATIENCE, str(CHATSNIFF), *arguments, "--quiet", "--memory-limit", limit,
                                    str(path)], stdin=subprocess.DEVNULL, stdout=nowhere, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, usage.ru_maxrss, said.read().decode()


def make(bomb, path):
    """In a process of its own: what this one takes would count for those that it starts."""
    subprocess.run([sys.executable, bombs.__file__, path, bomb], check=True)


def stays_within(bomb):
    path = FOLDER / "bomb.gz"
    make(bomb, path)
    for command in COMMANDS_SANITIZED if IS_SANITIZED else COMMANDS:
        status, memory, said = measure(command, path)
        expect(status in STATUSES, f"{command}: exit status {status}: {said}")
        if not IS_SANITIZED:
            expect(memory <= MOST, f"{command} took {memory} KB: {said}")


def says_what_it_left_out():
    """Nothing is given up in silence."""
    for bomb, words in {"line_feeds": "lines of packets that brought very many are not shown",
                        "names": "names of \\d+ endpoints",
                        "dictionary": "asks for too much memory"}.items():
        path = FOLDER / "bomb.gz"
        make(bomb, path)
        _, _, said = measure("timeline as JSON", path)
        expect(re.search(words, said) and "--memory-limit" in said, f"{bomb}: {said}")
    make("rooms", path)
    _, _, said = measure("summary as JSON", path, limit="32M")
    expect("The lists of the summary are not complete" in said, said)


def too_small():
    """A block that has to be copied as a whole is either copied or refused, with what to do about it."""
    path = FOLDER / "bomb.gz"
    make("large_blocks", path)
    status, _, said = measure("annotate", path)
    equal(status, 1, "exit status")
    expect("--memory-limit is too small" in said, said)
    status, _, said = measure("annotate", path, limit="1G")
    equal(status, 0, f"exit status with more ({said})")
    # Nor is a whole file that takes too much to unpack called a damaged one.
    make("dictionary", path)
    status, _, said = measure("timeline as JSON", path)
    equal((status, "truncated" in said), (1, False), f"a dictionary that is too large: {said}")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-memory-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            *((bomb.replace("_", " "), lambda bomb=bomb: stays_within(bomb)) for bomb in bombs.BOMBS),
            ("what is left out is said", says_what_it_left_out),
            ("a limit that is too small", too_small),
        ])


if __name__ == "__main__":
    sys.exit(main())
