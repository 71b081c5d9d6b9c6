#!/usr/bin/python3
"""Counts what meson's test runs reported: count.py BUILD-FOLDER...

Says which tests were skipped and why, and which failed, and ends with the line "N passed, N failed".
Every subtest that a test reported in TAP counts as one.
"""
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def short(name):
    """A test's own name: "unit - chatsniff:protocol" and "chatsniff.protocol" are both "protocol"."""
    return re.split(r"[ :/.]+", name)[-1]


def main():
    passed = failed = 0
    skipped = {}
    for folder in map(Path, sys.argv[1:]):
        logs = folder / "meson-logs"
        try:
            report = ElementTree.parse(logs / "testlog.junit.xml").getroot()
            tests = [json.loads(line) for line in (logs / "testlog.json").read_text("utf-8").splitlines()]
        except (OSError, ValueError, ElementTree.ParseError) as error:
            print(f"failed in {folder}: the tests left no report ({error})")
            failed += 1
            continue
        blamed = set()
        for suite in report.iter("testsuite"):
            for case in suite.findall("testcase"):
                name = f"{short(suite.get('name', ''))}: {case.get('name')}"
                if case.find("failure") is not None or case.find("error") is not None:
                    failed += 1
                    blamed.add(short(suite.get("name", "")))
                    print(f"failed in {folder}: {name}")
                elif case.find("skipped") is not None:
                    reason = case.findtext("system-out") or "no reason given"
                    skipped.setdefault(f"{name}: {reason}", []).append(str(folder))
                else:
                    passed += 1
        # A program that ends badly although no subtest of it failed: a leak that a sanitizer found, a time-out.
        for test in tests:
            if test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and short(test["name"]) not in blamed:
                failed += 1
                print(f"failed in {folder}: {short(test['name'])}: {test['result'].lower()}")
    for why, folders in skipped.items():
        print(f"skipped in {', '.join(folders)}: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
