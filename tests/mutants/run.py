#!/usr/bin/python3
"""Changes lines of the source at random, one at a time, and says which changes no test notices.

    run.py [--lines N] [--seed S] [--minutes M] [--under FOLDER]

Works on a copy of what is committed, in a build folder of its own below the system's folder for temporary files, so the
working tree stays as it is. A change that does not compile without a warning, or gives the same machine code, is no
change and another is drawn for it. Each mutant is shown to the tests that know its folder, the quickest first, and to
none after one that fails. A survivor is a line that could be wrong without anybody noticing; write the test that fails
on it. Some survive rightly, because the change makes no difference to anybody (a larger buffer, a prefetch): judge
each.
"""
import argparse
import hashlib
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["analyzer", "chat", "reports"]
# Per folder: the unit tests that know it, then the others which can notice, the quickest first.
TESTS = {
    "analyzer/capture": (["capture", "input", "link-type", "filter"], ["clocks", "filters", "golden", "live", "pipes"]),
    "analyzer/decode": (["decode", "tunnels", "routes", "reader", "tcp-flags", "defragment", "fields", "checksum",
                         "addresses"], ["groups", "situations", "golden", "checksums"]),
    "analyzer/flow": (["flow", "flow-limits", "doubles"], ["situations", "golden", "engine"]),
    "analyzer/session": (["directory", "requests", "group-members", "group-questions", "session"],
                         ["groups", "situations", "golden", "recognition"]),
    "analyzer/timeline": (["sentence", "timeline"], ["groups", "situations", "golden", "engine"]),
    "analyzer/summary": (["stream-filter", "summary", "chat-sessions", "findings"], ["summary", "golden", "groups"]),
    "analyzer/output": (["output"], ["summary", "golden", "conversations", "situations", "descriptions", "face"]),
    "analyzer/rubric": (["rubric"], ["rubric", "class"]),
    "analyzer/sandbox": ([], ["sandbox", "system-calls"]),
    "analyzer/cli": ([], ["filters", "golden", "pipes", "cli", "nothing-lost", "face", "annotate", "live", "rubric"]),
    "chat/protocol": (["protocol", "ascii"], ["descriptions", "golden", "peers"]),
    "chat/peers": ([], ["peers", "peers-chats", "peers-terminal", "peers-multicast"]),
    "reports/quiz": (["questions"], ["quiz"]),
    "reports": (["ladder", "questions", "reports"], ["ladder-pictures", "report"]),
}
PROGRAMS = ["analyzer/cli/chatsniff", "chat/peers/udp-chat", "chat/peers/tcp-chat"]
TOOLS = ["tests/bench/generate-capture"]

OPERATORS = [
    (r"(?<![<>=!-])<(?![<=])(?= )", ["<=", ">="]), (r"(?<![<>=!-])>(?![>=])(?= )", [">=", "<="]),
    (r"<=", ["<", ">"]), (r">=", [">", "<"]), (r"==", ["!="]), (r"!=", ["=="]),
    (r"&&", ["||"]), (r"\|\|", ["&&"]),
    (r"(?<= )\+(?= )", ["-"]), (r"(?<=[\w)] )-(?= )", ["+"]), (r"(?<= )\*(?= [\w(])", ["+"]), (r"(?<= )/(?= )", ["*"]),
    (r"\+\+", ["--"]), (r"\+=", ["-="]), (r"(?<= )<<(?= )", [">>"]), (r"(?<= )>>(?= )", ["<<"]),
    (r"\bTRUE\b", ["FALSE"]), (r"\bFALSE\b", ["TRUE"]), (r"\bMIN\(", ["MAX("]), (r"\bMAX\(", ["MIN("]),
    (r"(?<=[ (\[])([0-9]+)u?(?=[ ;,)\]])", [lambda number: str(int(number.rstrip("u")) + 1)]),
    (r"!(?=[a-z(])", [""]),
]
STATEMENT = re.compile(r"^\s+[a-z_>.\[\]()*-]+( [-+|&]?= |\+\+;|\().*;$")


def code_lines(path):
    """(number, text) of the lines that do something: no comments, no includes, no declarations at the left edge."""
    in_comment = False
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        begins = line.strip().startswith("/*")
        if not in_comment and not begins and line.startswith("        ") and not line.strip().startswith(
            ("case ", "\"", "/", "*")):
            yield number, line
        if begins or in_comment:
            in_comment = "*/" not in line


def mutations(line):
    """All lines that this one could be instead."""
    code = re.sub(r'"(\\.|[^"\\])*"|/\*.*?\*/', lambda match: "\0" * len(match[0]), line)  # neither texts nor comments
    found = []
    for pattern, others in OPERATORS:
        for match in re.finditer(pattern, code):
            for other in others:
                new = other(match[0]) if callable(other) else other
                found.append(line[:match.start()] + new + line[match.end():])
    if STATEMENT.match(code) and not re.match(r"^\s+return\b", code):
        found.append(re.match(r"^\s*", line)[0] + ";")
    return found


class Bench:
    """A copy of the source, built."""

    def __init__(self, folder):
        self.source, self.build = folder, folder / "build"
        if not self.source.exists():
            subprocess.run(["git", "-C", ROOT, "worktree", "prune"], check=True)
            subprocess.run(["git", "clone", "--quiet", "--shared", ROOT, self.source], check=True)
            self.call("meson", "setup", "--buildtype=debug", "-Db_lto=false", "-Dwerror=true", self.build, self.source)
        if not self.compile(unit for units, _ in TESTS.values() for unit in units):
            sys.exit("What is committed does not build.")
        self.original = self.fingerprint()

    @staticmethod
    def call(*command, limit=900):
        try:
            return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  check=False, timeout=limit).returncode
        except subprocess.TimeoutExpired:
            return -1

    def compile(self, units=()):
        return self.call("ninja", "-C", self.build, *PROGRAMS, *TOOLS, *(f"tests/test-{unit}" for unit in units)) == 0

    def fingerprint(self):
        """Of the machine code: the programs without what names source lines."""
        digest = hashlib.sha256()
        for program in PROGRAMS:
            with tempfile.NamedTemporaryFile() as stripped:
                subprocess.run(["objcopy", "--strip-debug", "--remove-section=.note.gnu.build-id", self.build / program,
                                stripped.name], check=True)
                digest.update(Path(stripped.name).read_bytes())
        return digest.digest()

    def killer(self, path):
        """The first test that fails, or None."""
        units, others = tests_of(path)
        if units and self.call("meson", "test", "-C", self.build, "--no-rebuild", "--suite=unit", *units) != 0:
            return "unit"
        for test in others:
            if self.call("meson", "test", "-C", self.build, "--no-rebuild", "--timeout-multiplier=0.5", test) != 0:
                return test
        return None


def tests_of(path):
    return next((tests for folder, tests in TESTS.items() if path.startswith(folder + "/")), ([], ["golden", "cli"]))


def draw(seed, under):
    candidates = [(path, number, new)
                  for room in ROOMS for path in sorted((ROOT / room).rglob("*.c"))
                  if not path.name.startswith("fuzz-") and str(path.relative_to(ROOT)).startswith(under)
                  for number, line in code_lines(path) for new in mutations(line)]
    random.Random(seed).shuffle(candidates)
    seen = set()
    for path, number, new in candidates:
        if (path, number) not in seen:
            seen.add((path, number))
            yield path.relative_to(ROOT), number, new


def main():
    parser = argparse.ArgumentParser(description="Says which changes of the source no test notices.")
    parser.add_argument("--lines", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed changes the same lines (default: 1)")
    parser.add_argument("--minutes", type=float, default=15, help="begin no other after so many (default: 15)")
    parser.add_argument("--skip", type=int, default=0, help="go on after the first so many of the seed (default: 0)")
    parser.add_argument("--under", default="", metavar="FOLDER", help="only there, as analyzer/flow")
    arguments = parser.parse_args()
    bench = Bench(Path(tempfile.gettempdir()) / f"chatsniff-mutants-{arguments.seed}")
    until = time.monotonic() + 60 * arguments.minutes
    killed = survived = 0
    for place, (path, number, new) in enumerate(draw(arguments.seed, arguments.under)):
        if place < arguments.skip:
            continue
        if killed + survived == arguments.lines or time.monotonic() > until:
            print(f"the next time: --skip {place}")
            break
        source = bench.source / path
        original = source.read_text("utf-8")
        lines = original.splitlines(keepends=True)
        lines[number] = new + "\n"
        source.write_text("".join(lines), "utf-8")
        try:
            if not bench.compile(tests_of(str(path))[0]) or bench.fingerprint() == bench.original:
                continue
            test = bench.killer(str(path))
            killed, survived = killed + bool(test), survived + (not test)
            print(f"{'killed by ' + test if test else 'SURVIVED'}: {path}:{number + 1}: {new.strip()}", flush=True)
        finally:
            source.write_text(original, "utf-8")
    print(f"{killed} killed, {survived} survived of {killed + survived}"
          + (f": {100 * killed / (killed + survived):.0f} %" if killed + survived else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
