#!/usr/bin/python3
"""Every system call of every command, as strace sees them: test_system_calls.py CHATSNIFF CAPTURES DECISION

From the moment on in which the sandbox is closed, all of them have to be in the list that DECISION gives.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "captures"))
import hosts  # noqa: E402
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, DECISION = (Path(word).resolve() for word in sys.argv[1:4])
VERSION = run([CHATSNIFF, "--version"]).stdout.decode()
CAPTURE = CAPTURES / "lab-session.pcapng"
CALL = re.compile(r"^(?:<\.\.\. )?(\w+)(?:\(| resumed)")
THREAD = re.compile(r"^(?:<\.\.\. )?clone3?(?:\(| resumed).*CLONE_THREAD.* = (\d+)$")
NEW_THREAD = re.compile(r" = (\d+)$")


def documented(heading):
    """The calls in the indented lines below a heading."""
    text = DECISION.read_text("utf-8")
    part = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return {word for line in part.splitlines() if line.startswith("    ") for word in line.split("#")[0].split()}


def calls_in_sandbox(folder):
    """Of the files that strace wrote, one a thread: the calls after the filter is set, in all threads begun since."""
    lines = {int(path.suffix[1:]): path.read_text("utf-8", "replace").splitlines() for path in folder.glob("trace.*")}
    closed = {}
    for thread, told in lines.items():
        for number, line in enumerate(told):
            if line.startswith("seccomp(SECCOMP_SET_MODE_FILTER") and line.endswith("= 0"):
                closed[thread] = told[number + 1:]
    expect(closed, "no sandbox was closed")
    todo, done = list(closed), []
    while todo:
        thread = todo.pop()
        told = closed.get(thread, lines.get(thread, []))
        done.append(told)
        for line in told:
            if line.startswith("clone") and "CLONE_THREAD" in line and NEW_THREAD.search(line):
                todo.append(int(NEW_THREAD.search(line).group(1)))
    return {match.group(1) for told in done for match in map(CALL.match, told) if match}


def trace(arguments, allowed, stdin=None, within=()):
    with tempfile.TemporaryDirectory() as folder:
        words = [str(word).replace("FOLDER", folder) for word in arguments]
        done = run([*within, "strace", "-ff", "-qq", "-s", "0", "-o", f"{folder}/trace", CHATSNIFF, *words],
                   stdin=stdin,
                   timeout=120)
        equal(done.returncode, 0, f"exit status of {words}: {done.stderr.decode('utf-8', 'replace')}")
        made = calls_in_sandbox(Path(folder))
    expect(made <= allowed, f"{' '.join(words)}: not in the list: {' '.join(sorted(made - allowed))}")
    return made


def may_trace():
    if ", seccomp" not in VERSION:
        raise Skip("the kernel has no seccomp")
    if "for the sanitizer" in VERSION:
        raise Skip("a sanitizer makes calls of its own")
    if not can_trace():
        raise Skip("strace is not installed, or not permitted")


def command(*arguments, fonts=False, stdin=None):
    def case():
        may_trace()
        allowed = documented("The system calls")
        trace(arguments, allowed | documented("With fonts") if fonts else allowed, stdin=stdin)
    return " ".join(map(str, arguments)).replace(str(CAPTURES) + os.sep, ""), case


def live(*arguments):
    """On the loopback of a network namespace of its own, while something is sent there."""
    def case():
        may_trace()
        namespace = hosts.namespace_command()
        if not namespace:
            raise Skip("network namespaces are not permitted here")
        within = [*namespace, sys.executable, "-c", TALK]
        trace(arguments, documented("The system calls"), within=within)
    return " ".join(map(str, arguments)), case


# Starts what its arguments say and sends datagrams until that ends.
TALK = """
import socket, subprocess, sys, time
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with subprocess.Popen(sys.argv[1:]) as process, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    while process.poll() is None:
        try:
            line.sendto(b"hi alice", ("127.0.0.1", 5555))
        except ConnectionRefusedError:
            pass
        time.sleep(0.01)
sys.exit(process.returncode)
"""


RUBRIC = """[rubric]
title = One item

[item messages]
points = 1
text = Something was said
hint = Say something.
when = any(.messages[]; .text | contains("hello"))
"""


def class_of_one():
    """A worker of “check”, which is a process of its own."""
    may_trace()
    with tempfile.NamedTemporaryFile("w", suffix=".ini", encoding="utf-8") as rubric:
        rubric.write(RUBRIC)
        rubric.flush()
        trace(["check", rubric.name, CAPTURE, "--reports", "--state", "FOLDER/checked.state", "-o",
               "FOLDER/grades.csv"],
              documented("The system calls"))


def as_pdf():
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "weasyprint")):
        raise Skip("nothing is installed that makes a PDF")
    command("report", CAPTURE, "-o", "FOLDER/report.pdf")[1]()


def can_trace():
    try:
        return subprocess.run(["strace", "-qq", "true"], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False).returncode == 0
    except FileNotFoundError:
        return False


def main():
    packed = gzip.compress(CAPTURE.read_bytes())
    return run_cases([
        command("timeline", CAPTURE),
        command("timeline", "--all", "--explain", "--format", "json", CAPTURE, "-o", "FOLDER/told.json"),
        command("timeline", "--explain-selection", "-f", "port domain", "--all", CAPTURE),
        ("timeline - (compressed)", command("timeline", "-", stdin=packed)[1]),
        ("timeline - (a pipe)", command("timeline", "-", stdin=CAPTURE.read_bytes())[1]),
        command("conversations", "--memory-limit", "32M", CAPTURE),
        command("summary", CAPTURE),
        command("summary", "--format", "json", CAPTURE),
        command("annotate", CAPTURE, "FOLDER/copy.pcapng"),
        command("annotate", CAPTURE, "-"),
        command("report", CAPTURE, "-o", "FOLDER/report.html"),
        command("report", CAPTURE, "-o", "FOLDER/report.md"),
        command("quiz", CAPTURE, "-o", "FOLDER/quiz.xml"),
        command("quiz", CAPTURE, "-o", "FOLDER/quiz.html"),
        ("report -o FOLDER/report.pdf", as_pdf),
        ("check", class_of_one),
        live("capture", "-i", "lo", "-w", "FOLDER/taken.pcapng", "--duration", "1"),
        live("capture", "-i", "lo", "-w", "FOLDER/taken.pcapng", "--all", "--count", "20", "-o", "FOLDER/told.txt"),
        command("ladder", CAPTURE, "-o", "FOLDER/ladder.svg"),
        command("ladder", CAPTURE, "-o", "FOLDER/ladder.png", fonts=True),
        command("ladder", "--strip", CAPTURE, "-o", "FOLDER/ladder.pdf", fonts=True),
    ])


if __name__ == "__main__":
    sys.exit(main())
