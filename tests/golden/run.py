#!/usr/bin/python3
"""Compares what is said of captures/ with the golden files: run.py [--update] CHATSNIFF CAPTURES GOLDEN

Of the timeline, NAME.txt is the text as on a terminal of 80 columns, NAME.explained.txt the same with --explain, and
NAME.json the records with their explanations; NAME.conversations.txt (with --explain) and NAME.conversations.json are
those of `conversations`, NAME.summary.txt and NAME.summary.json those of `summary`. With --update they are written
instead; the diff is then read like any other change of the program.
"""
import argparse
import difflib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, expect, run, run_cases  # noqa: E402

ENDINGS = {
    ".txt": ["timeline", "--color", "never"],
    ".explained.txt": ["timeline", "--explain", "--color", "never"],
    ".json": ["timeline", "--explain", "--format", "json"],
    ".conversations.txt": ["conversations", "--explain", "--color", "never"],
    ".conversations.json": ["conversations", "--format", "json"],
    ".summary.txt": ["summary", "--color", "never"],
    ".summary.json": ["summary", "--format", "json"],
}


def told(chatsniff, capture, ending):
    # The name is given without its folder, and the time in UTC: neither may get into a golden file.
    done = run([chatsniff, *ENDINGS[ending], capture.name], cwd=capture.parent,
               env={"COLUMNS": "80", "TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8"})
    expect(done.returncode == 0, f"exit status {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode("utf-8")


def compare(chatsniff, capture, golden, ending):
    path = golden / (capture.stem + ending)
    expect(path.exists(), f"there is no golden file {path.name}: ./lab golden writes it")
    wanted = path.read_text("utf-8").splitlines(keepends=True)
    got = told(chatsniff, capture, ending).splitlines(keepends=True)
    difference = "".join(difflib.unified_diff(wanted, got, f"golden {path.name}", "now"))
    if difference:
        raise Failed(difference)


def nothing_left_over(captures, golden):
    names = {capture.stem + ending for capture in captures for ending in ENDINGS}
    left = [path.name for path in golden.iterdir() if path.suffix in (".txt", ".json") and path.name not in names]
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
            if old.suffix in (".txt", ".json"):
                os.unlink(old)
        for capture in captures:
            for ending in ENDINGS:
                (options.golden / (capture.stem + ending)).write_text(told(chatsniff, capture, ending), "utf-8")
        return 0

    cases = [("every golden file has its capture", lambda: nothing_left_over(captures, options.golden))]
    for capture in captures:
        for ending in ENDINGS:
            cases.append((f"{capture.stem}{ending}",
                          lambda capture=capture, ending=ending: compare(chatsniff, capture, options.golden, ending)))
    return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
