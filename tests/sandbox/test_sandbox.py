#!/usr/bin/python3
"""The sandbox from inside and from outside: test_sandbox.py CHATSNIFF BREAK-OUT CAPTURES

BREAK-OUT (break-out.c) enters the sandbox as the commands do, and then tries what a parser that was taken over would.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, BREAK_OUT, CAPTURES = (Path(word).resolve() for word in sys.argv[1:4])
VERSION = run([CHATSNIFF, "--version"]).stdout.decode()
HAS_SECCOMP = ", seccomp" in VERSION
HAS_LANDLOCK = "Landlock (ABI" in VERSION
IS_SANITIZED = "for the sanitizer" in VERSION
CAPTURE = CAPTURES / "lab-session.pcapng"

# What is tried, and the system calls one of which has to be named. A sanitizer needs some itself.
STOPPED = {
    "open": "open",
    "open-in-thread": "open",
    "open-to-write": "open",
    "create": "open",
    "rename": "rename",
    "unlink": "unlink",
    "socket": "socket",
    "connect": "connect",
    "send": "sendto",
    "exec": "execve",
    "fork": "clone",
    "trace": "ptrace",
    "kill": "kill",
    "new-code": "mmap",
    "type": "ioctl",
    "other-handler-in-disguise": "",
}
LEFT_TO_SANITIZERS = {"open", "open-in-thread", "fork", "trace", "kill", "new-code", "other-handler",
                      "other-handler-in-disguise"}


def attempt(name, *options, path=None, sign=None):
    if not HAS_SECCOMP:
        raise Skip("the kernel has no seccomp")
    if IS_SANITIZED and name in LEFT_TO_SANITIZERS:
        raise Skip("a sanitizer does this itself")
    with tempfile.NamedTemporaryFile() as file:
        return run([BREAK_OUT, *options, name, path or file.name, *([sign] if sign else [])])


def stopped(name):
    with tempfile.NamedTemporaryFile() as file:
        done = attempt(name, path=file.name)
        expect(os.path.exists(file.name), "the file is gone")
    said = done.stderr.decode()
    equal((done.returncode, done.stdout), (1, b""), f"exit status and output ({said})")
    expect(re.search(rf"^chatsniff: stopped by the sandbox: .*\(number \d+(, )?{STOPPED[name]}", said), said)


def killed(name, *options):
    done = attempt(name, *options)
    equal((done.returncode, done.stdout), (-signal.SIGSYS, b""), "how it ended, and its output")


def goes_through():
    for options in ([], ["--fonts"], ["--parent-tells"]):
        done = attempt("work", *options)
        equal((done.returncode, done.stdout), (0, b"went through\n"), f"with {options}: {done.stderr.decode()}")


def goes_through_in_any_locale():
    for locale in locales():
        done = run([BREAK_OUT, "work", "-"], env={"LC_ALL": locale, "LANGUAGE": "de"})
        equal((done.returncode, done.stdout), (0, b"went through\n"), f"in {locale}: {done.stderr.decode()}")


def locales():
    """Some encodings, as far as they are installed."""
    installed = subprocess.run(["locale", "-a"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               check=False).stdout.split()
    other = [name for name in installed if not name.lower().replace("-", "").endswith("utf8")]
    return ["C", "C.UTF-8", *other[:8]]


def aborts():
    equal(attempt("abort").returncode, -signal.SIGABRT, "how it ended")


def fonts_alone():
    """With fonts, files can be opened to read, but only theirs; nothing else changes."""
    for name in ("connect", "exec"):
        done = attempt(name, "--fonts")
        equal((done.returncode, done.stdout), (1, b""), name)
    # fontconfig tries to write its cache: that fails, but does not end the run.
    for name in ("open-to-write", "create", "rename", "unlink"):
        with tempfile.NamedTemporaryFile() as file:
            done = attempt(name, "--fonts", path=file.name)
            equal((done.returncode, done.stdout), (0, b"refused: Read-only file system\n"), name)
            expect(os.path.exists(file.name), "the file is gone")
    done = attempt("open", "--fonts", path="/etc/fonts/fonts.conf")
    if os.path.exists("/etc/fonts/fonts.conf"):
        equal(done.stdout, b"went through\n", "fontconfig's configuration")
    if not HAS_LANDLOCK:
        raise Skip("the kernel has no Landlock: without it any file can be opened to read")
    equal(attempt("open", "--fonts").stdout, b"refused: Permission denied\n", "another file")


def deputy():
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("what only the deputy can read")
        file.flush()
        sign = Path(file.name + ".sign")
        done = attempt("deputy", path=file.name, sign=sign)
        equal(done.stdout, b"what only the deputy can read\nwent through\n", "the answer")
        expect(not sign.exists(), "asked, it did what it does when nobody asks")
    done = attempt("deputy", path="/nowhere/at/all")
    expect(b"No such file" in done.stdout, done.stdout)


def deputy_after_the_end():
    """Whatever ends the program, its deputy cleans up."""
    for name in ("work", "exec", "abort"):
        with tempfile.TemporaryDirectory() as folder:
            sign = Path(folder) / "sign"
            attempt(name, sign=sign)
            expect(wait_for(sign.exists), f"the deputy did nothing after {name}")


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def status_of(process):
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{process.pid}/status").read_text("utf-8").splitlines())


def while_reading(*options):
    """The status, in /proc, of a run that waits for the rest of its capture."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder) / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen([CHATSNIFF, "timeline", *options, pipe], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process, open(pipe, "wb", buffering=0) as writer:
            writer.write(CAPTURE.read_bytes()[:-100])
            process.stdout.read(1)  # it has begun to tell
            return status_of(process)


def gives_up():
    status = while_reading()
    for name in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
        equal(int(status[name], 16), 0, name)
    equal(status["NoNewPrivs"], "1", "NoNewPrivs")
    if HAS_SECCOMP:
        equal(status["Seccomp"], "2", "Seccomp")


def no_sandbox():
    status = while_reading("--no-sandbox")
    equal((status["NoNewPrivs"], status["Seccomp"]), (status_of(ThisProcess)["NoNewPrivs"],
                                                      status_of(ThisProcess)["Seccomp"]), "what was given up")


class ThisProcess:
    pid = "self"


def killed_leaves_nothing():
    """Even SIGKILL leaves no half of a file behind."""
    with tempfile.TemporaryDirectory() as folder:
        pipe, output = Path(folder) / "pipe", Path(folder) / "told.json"
        os.mkfifo(pipe)
        with subprocess.Popen([CHATSNIFF, "timeline", "--format", "json", pipe, "-o", output],
                              stderr=subprocess.DEVNULL) as process, open(pipe, "wb", buffering=0) as writer:
            writer.write(CAPTURE.read_bytes()[:-100])
            expect(wait_for(lambda: any(name.startswith("told.json.") for name in os.listdir(folder))),
                   "there is no temporary file")
            process.kill()
            process.wait()
        expect(wait_for(lambda: os.listdir(folder) == ["pipe"]), f"left behind: {os.listdir(folder)}")


def a_filter_by_names():
    """Names in a filter are looked up in files, after the sandbox has closed."""
    with_name = run([CHATSNIFF, "timeline", "--all", "--quiet", "-f", "port domain and host localhost or port domain",
                     CAPTURE])
    with_number = run([CHATSNIFF, "timeline", "--all", "--quiet", "-f", "port 53", CAPTURE])
    equal((with_name.returncode, with_name.stdout), (0, with_number.stdout), with_name.stderr.decode())


def main():
    return run_cases([
        *((f"stopped: {name}", lambda name=name: stopped(name)) for name in STOPPED),
        ("the kernel kills whoever sets another handler", lambda: killed("other-handler")),
        ("the kernel kills whoever blocks the signal", lambda: killed("blocked-signal")),
        ("the kernel kills whoever uses another machine's calls", lambda: killed("other-machine")),
        ("the same in a thread", lambda: killed("other-machine-in-thread")),
        *((f"for a worker's parent: {name}", lambda name=name: killed(name, "--parent-tells"))
          for name in ("open-to-write", "connect", "exec")),
        ("what a parser does goes through", goes_through),
        ("what a parser does goes through in any locale", goes_through_in_any_locale),
        ("abort() still ends it", aborts),
        ("fonts can be read, and nothing else", fonts_alone),
        ("a deputy does what the sandbox forbids", deputy),
        ("a deputy cleans up after the end", deputy_after_the_end),
        ("a run gives up its rights", gives_up),
        ("--no-sandbox", no_sandbox),
        ("SIGKILL leaves no output behind", killed_leaves_nothing),
        ("names in a filter", a_filter_by_names),
    ])


if __name__ == "__main__":
    sys.exit(main())
