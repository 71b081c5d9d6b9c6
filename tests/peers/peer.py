"""A chat program under test, and what its tests need around it."""
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip  # noqa: E402

# Absolute: meson gives paths from the build directory.
TCP_CHAT, UDP_CHAT = (str(Path(program).resolve()) for program in
                      (sys.argv[1:3] if len(sys.argv) > 2 else (os.environ["TCP_CHAT"], os.environ["UDP_CHAT"])))
PATIENCE = 10  # seconds for what takes none; a machine may be busy


def free_port():
    """A port that neither TCP nor UDP has now, below those that the kernel hands out itself."""
    family = socket.AF_INET6 if socket.has_ipv6 else socket.AF_INET
    for _ in range(200):
        port = random.randint(15000, 31000)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(family, kind) as probe:
                    probe.bind(("", port))
        except OSError:
            continue
        return port
    raise Failed("no port is free")


def need_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        raise Skip(f"no IPv6 on the loopback: {error}") from error


def name_of_this_host():
    """A name to connect to; its address where nothing, not even /etc/hosts, can resolve one."""
    try:
        socket.getaddrinfo("localhost", None)
    except OSError:
        return "127.0.0.1"
    return "localhost"


class Peer:
    """A running program. What it prints, on either stream, is read all the time, so that it is never held up."""

    def __init__(self, *command, stdin=subprocess.PIPE):
        self.command = " ".join(str(word) for word in command)
        self.process = subprocess.Popen([str(word) for word in command], stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.printed = b""
        self.seen = 0
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        if self.process.stdin and not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except OSError:
                pass
        self.process.stdout.close()

    def _read(self):
        while True:
            octets = os.read(self.process.stdout.fileno(), 65536)
            with self.news:
                self.printed += octets
                self.news.notify_all()
            if not octets:
                return

    def text(self):
        return self.printed.decode("utf-8", "backslashreplace")

    def say(self, line):
        self.write(line.encode() + b"\n")

    def write(self, octets):
        """What a program that has already ended was to read is lost; what is expected next tells of its end."""
        try:
            self.process.stdin.write(octets)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def end_input(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def expect(self, pattern, timeout=PATIENCE):
        """Waits for the pattern after what was expected last."""
        compiled = re.compile(pattern.encode())
        deadline = time.monotonic() + timeout
        with self.news:
            while True:
                found = compiled.search(self.printed, self.seen)
                if found:
                    self.seen = found.end()
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Failed(f"{self.command} did not print {pattern!r}:\n{self.text()[-2000:]}")
                self.news.wait(left)

    def expect_not(self, pattern, since=0):
        """Nothing of the kind was printed up to now."""
        with self.news:
            if re.search(pattern.encode(), self.printed[since:]):
                raise Failed(f"{self.command} printed {pattern!r}:\n{self.text()[-2000:]}")

    def ends(self, status, timeout=PATIENCE):
        try:
            got = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.command} has not ended:\n{self.text()[-2000:]}") from None
        self.reader.join()
        if got != status:
            raise Failed(f"{self.command} ended with {got}, not {status}:\n{self.text()[-4000:]}")


def refuses(status, pattern, *command):
    """The program ends at once with that status and says why."""
    with Peer(*command, stdin=subprocess.DEVNULL) as peer:
        peer.ends(status)
        if not re.search(pattern, peer.text()):
            raise Failed(f"{peer.command} did not print {pattern!r}:\n{peer.text()}")


def collect_cases(namespace):
    """Every function test_..., in the order in which they are written, named by its first line of description."""
    return [(function.__doc__.splitlines()[0].rstrip("."), function)
            for name, function in namespace.items() if name.startswith("test_")]
