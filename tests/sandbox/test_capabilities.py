#!/usr/bin/python3
"""Live capture without root, by file capabilities: test_capabilities.py CHATSNIFF CAPTURE

A copy of the program gets the two capabilities that the documentation names, and is run by the user “nobody” in a
network namespace of the test's own. Only root may give capabilities to a file.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "captures"))
import hosts  # noqa: E402
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURE = (Path(word).resolve() for word in sys.argv[1:3])
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
FOLDER = None  # a temporary one of nobody's, made in main()


def as_nobody(*arguments, **options):
    return run([*AS_NOBODY, FOLDER / "chatsniff", *arguments], cwd=FOLDER, **options)


def refused():
    """Without them it says how to give them."""
    shutil.copy(CHATSNIFF, FOLDER / "chatsniff")
    (FOLDER / "chatsniff").chmod(0o755)
    done = as_nobody("capture", "-i", "lo", "-w", "refused.pcapng", "--duration", "1")
    equal(done.returncode, 1, "exit status")
    expect("setcap cap_net_raw,cap_net_admin=ep " in done.stderr.decode(), done.stderr.decode())
    equal((FOLDER / "refused.pcapng").exists(), False, "a file is there")


def give():
    """As the documentation says; skips the case where the file system holds no capabilities, or ignores them."""
    if subprocess.run(["setcap", "cap_net_raw,cap_net_admin=ep", FOLDER / "chatsniff"], capture_output=True,
                      check=False).returncode != 0:
        raise Skip("the file system holds no capabilities")
    if os.statvfs(FOLDER).f_flag & os.ST_NOSUID:
        raise Skip("the file system is mounted “nosuid”")


def captures():
    give()
    path = FOLDER / "taken.pcapng"
    with subprocess.Popen([*AS_NOBODY, FOLDER / "chatsniff", "capture", "-i", "lo", "--all", "-w", path], cwd=FOLDER,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hosts.die_with_parent) as process:
        said = process.stderr.readline().decode()
        if "Ctrl-C" not in said:
            process.kill()
        expect("Ctrl-C" in said, said)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(b"hi alice", ("127.0.0.1", 5555))
        wait_until_told(path)
        status = dict(row.split(":\t", 1) for row in Path(f"/proc/{process.pid}/status").read_text().splitlines())
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    equal(process.returncode, 0, "exit status")
    equal(status["Uid"].split()[0], str(NOBODY), "user")
    for name in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
        equal(int(status[name], 16), 0, f"{name} while it captures")
    expect(b"127.0.0.1:5555" in told, told)
    equal(path.stat().st_uid, NOBODY, "the owner of the capture")
    expect(b"hi alice" in path.read_bytes(), "what was sent is in the capture")


def wait_until_told(path):
    deadline = time.monotonic() + 20
    while b"hi alice" not in path.read_bytes():
        expect(time.monotonic() < deadline, "nothing was captured")
        time.sleep(0.02)


def reads_files():
    """A program with capabilities is no ordinary one for the kernel (in /proc, for example): files it reads as ever."""
    give()
    shutil.copy(CAPTURE, FOLDER / "given.pcapng")
    (FOLDER / "given.pcapng").chmod(0o644)
    as_ever = run([CHATSNIFF, "timeline", "--quiet", "given.pcapng"], cwd=FOLDER)
    done = as_nobody("timeline", "--quiet", "given.pcapng", "-o", "told.txt")
    equal((done.returncode, done.stderr), (0, b""), "exit status, and what was said")
    equal((FOLDER / "told.txt").read_bytes(), as_ever.stdout, "what was told")
    secret = FOLDER / "secret.pcapng"
    shutil.copy(CAPTURE, secret)
    secret.chmod(0o600)
    equal(as_nobody("timeline", secret).returncode, 1, "exit status for what only root may read")


def main():
    global FOLDER
    missing = [name for name in ("setcap", "setpriv", "ip") if not shutil.which(name)]
    if os.geteuid() != 0 or missing:
        print("1..0 # SKIP " + (f"{', '.join(missing)} is not installed" if missing else "only root may do this"))
        return 0
    if "for the sanitizer" in run([CHATSNIFF, "--version"]).stdout.decode():
        print("1..0 # SKIP the kernel lets no sanitizer look into a program with capabilities")
        return 0
    if "--inside" not in sys.argv:
        if hosts.namespace_command() != ["unshare", "--net"]:
            print("1..0 # SKIP network namespaces are not permitted here, or only with other users' numbers")
            return 0
        return subprocess.run(["unshare", "--net", sys.executable, __file__, CHATSNIFF, CAPTURE, "--inside"],
                              check=False).returncode
    hosts.run("ip", "link", "set", "lo", "up")
    with tempfile.TemporaryDirectory(prefix="chatsniff-capabilities-") as folder:
        FOLDER = Path(folder)
        os.chown(folder, NOBODY, NOBODY)
        return run_cases([
            ("without them it says how to give them", refused),
            ("with them anybody captures, and they are given up", captures),
            ("with them files are read as ever", reads_files),
        ])


if __name__ == "__main__":
    sys.exit(main())
