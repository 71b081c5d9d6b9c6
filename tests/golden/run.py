#!/usr/bin/python3
"""Compares the timelines of captures/ with the golden files: run.py [--update] CHATSNIFF CAPTURES GOLDEN

NAME.txt is the text as on a terminal of 100 columns, NAME.json the records with their explanations. With --update
they are written instead; the diff is then read like any other change of the program.
"""
import argparse
import difflib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, expect, run, run_cases  # noqa: E402

ENDINGS = {
    ".txt": ["--color", "never"],
    ".json": ["--explain", "--format", "json"],
}


def timeline(chatsniff, capture, ending):
    # The name is given without its folder, and the time in UTC: neither may get into a golden file.
    done = run([chatsniff, "timeline", "--quiet", *ENDINGS[ending], capture.name], cwd=capture.parent,
               env={"COLUMNS": "100", "TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8"})
    expect(done.returncode == 0, f"exit status {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode("utf-8")


def compare(chatsniff, capture, golden, ending):
    path = golden / (capture.stem + ending)
    expect(path.exists(), f"there is no golden file {path.name}: ./lab golden writes it")
    wanted = path.read_text("utf-8").splitlines(keepends=True)
    got = timeline(chatsniff, capture, ending).splitlines(keepends=True)
    difference = "".join(difflib.unified_diff(wanted, got, f"golden {path.name}", "now"))
    if difference:
        raise Failed(difference)


def nothing_left_over(captures, golden):
    stems = {capture.stem for capture in captures}
    left = [path.name for path in golden.iterdir() if path.suffix in ENDINGS and path.stem not in stems]
    expect(not left, f"golden files without a capture: {', '.join(left)}")
    expect(captures, "there are no captures")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("chatsniff", type=Path)
    parser.add_argument("captures", type=Path)
    parser.add_argument("golden", type=Path)
    options = parser.parse_args()
    chatsniff = options.chatsniff.resolve()
    captures = sorted(options.captures.resolve().glob("*.pcapng"))

    if options.update:
        for old in options.golden.iterdir():
            if old.suffix in ENDINGS:
                os.unlink(old)
        for capture in captures:
            for ending in ENDINGS:
                (options.golden / (capture.stem + ending)).write_text(timeline(chatsniff, capture, ending), "utf-8")
        return 0

    cases = [("every golden file has its capture", lambda: nothing_left_over(captures, options.golden))]
    for capture in captures:
        for ending in ENDINGS:
            cases.append((f"{capture.stem}{ending}",
                          lambda capture=capture, ending=ending: compare(chatsniff, capture, options.golden, ending)))
    return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
