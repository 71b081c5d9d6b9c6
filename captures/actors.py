"""Who acts in a scenario: programs on the hosts, whose input it types and whose output it reads."""
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from hosts import HOSTS, Loss, StageError, die_with_parent, host_command, lengthen_cable, run, setting

HERE = Path(__file__).resolve().parent
PATIENCE = 15.0  # seconds for which something expected is waited for
PAUSE = 0.25     # seconds between two things that a person does; time stamps stay readable


class Actor:
    """A program whose input the scenario types, and whose output it reads."""

    def __init__(self, name, command, echo=None, errors=subprocess.STDOUT, stage=None):
        self.name = name
        self.stage = stage
        self.output = ""
        self.read_up_to = 0
        self.news = threading.Condition()
        self.ended = False
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            preexec_fn=die_with_parent)
        self.echo = echo
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            text = chunk.decode("utf-8", "replace")
            if self.echo:
                self.echo(text)
            with self.news:
                self.output += text
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def expect(self, pattern, seconds=PATIENCE):
        """Waits until the output that was not yet expected holds the pattern, and goes past it."""
        deadline = time.monotonic() + seconds
        with self.news:
            while not (found := re.search(pattern, self.output[self.read_up_to:])):
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    raise StageError(f"{self.name} never said /{pattern}/; it said:\n{self.output}")
                self.news.wait(left)
            self.read_up_to += found.end()
        return found

    def tell(self, what):
        if self.stage and self.stage.narrate:
            self.stage.narrate(f"{self.name} {what}")

    def type(self, text, at_once=False):
        """Types a moment later, as a person does."""
        if not at_once:
            self.stage.pause()
        shown = text.rstrip("\n").replace("\n", " ⏎ ")
        self.tell(f"types: {shown if len(shown) <= 60 else shown[:57] + '…'}")
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def say(self, line, at_once=False):
        self.type(line + "\n", at_once)

    def end_of_input(self):
        self.stage.pause()
        self.tell("has no more input")
        self.process.stdin.close()

    def send_signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Keeps the program from running, until go_on(); its kernel goes on by itself."""
        self.tell("is stopped")
        self.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.tell("runs again")
        self.send_signal(signal.SIGCONT)

    def die(self):
        """Kills the program."""
        self.tell("is killed")
        self.kill()

    def wait(self, seconds=PATIENCE):
        """Waits until it ends by itself."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StageError(f"{self.name} did not end; it said:\n{self.output}") from None
        self.reader.join(seconds)
        return self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Stage:
    """What a scenario plays on."""

    address = {host: f"10.0.0.{number}" for host, number in HOSTS.items()}
    address6 = {host: f"fd00::{number}" for host, number in HOSTS.items()}
    port = 8090

    def __init__(self, build, slowness=1.0, narrate=None):
        """slowness: how much longer than when recording people pause. narrate: is told in words what they do."""
        self.build = build
        self.slowness = slowness
        self.narrate = narrate
        self.actors = []
        self.prepared = None  # what the scenario's prepare() returned: done before the capture began

    def start(self, host, *command, name=None):
        return self._add(Actor(name or f"{command[0]} on {host}", host_command(host, *command), stage=self))

    def _add(self, actor):
        self.actors.append(actor)
        return actor

    def peer(self, host, program, *arguments):
        """One of the project's own chat programs."""
        return self.start(host, self.build / "chat" / "peers" / program, *arguments, name=f"{program} on {host}")

    def noise(self, host, *arguments):
        """Traffic that is no chat: see noise.py."""
        return self.start(host, sys.executable, HERE / "noise.py", *arguments, name=f"noise on {host}")

    def by_hand(self, host, *arguments):
        """A TCP partner that does what tcp-chat does not: see by_hand.py."""
        return self.start(host, sys.executable, HERE / "by_hand.py", *arguments, name=f"by_hand.py on {host}")

    def long_cable(self, host, *options):
        """Makes the host's cable slow, or has it change the order of frames: see wire.py."""
        ends = lengthen_cable(host)
        wire = self._add(
            Actor(f"the cable of {host}",
                  [sys.executable, str(HERE / "wire.py"), *map(str, options), *ends],
                  stage=self))
        wire.expect("ready")

    @staticmethod
    def lose(host, match, *numbers, before_capture=False):
        """Loses packets in silence, see Loss."""
        return Loss(host, match, numbers, before_capture)

    @staticmethod
    def setting(host, name, value):
        setting(host, name, value)

    @staticmethod
    def link(host, *words):
        """Changes the host's interface: see ip-link(8)."""
        run(*host_command(host, "ip", "link", "set", "eth0", *words))

    @classmethod
    def acquaint(cls, *hosts):
        """The hosts know each other's hardware addresses and need not ask."""
        for host in hosts:
            for other in hosts:
                if other != host:
                    run(*host_command(host, "ip", "neighbour", "replace", cls.address[other], "lladdr",
                                      f"02:00:00:00:00:0{HOSTS[other]}", "dev", "eth0"))

    @staticmethod
    def fixed_window(host, octets):
        """What arrives at the host may take so much memory, and no more later: its window does not grow."""
        setting(host, "ipv4/tcp_rmem", f"4096 {octets} {octets}")

    @staticmethod
    def scenario(name):
        """Another scenario, for the functions that it shares."""
        return load_scenario(name)

    def pause(self):
        """As long as a person takes between two things."""
        time.sleep(PAUSE * self.slowness)

    @staticmethod
    def wait(seconds):
        """For a kernel's timer: it takes as long in front of a class."""
        time.sleep(seconds)

    def listening(self, host, transport, port=None, seconds=PATIENCE):
        """Waits until a socket of the host is bound to the port (TCP: listens)."""
        port = port or self.port
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for family in ("", "6"):
                table = run(*host_command(host, "cat", f"/proc/net/{transport}{family}"))
                for row in table.splitlines()[1:]:
                    words = row.split()
                    bound = int(words[1].rsplit(":", 1)[1], 16) == port
                    if bound and (transport == "udp" or words[3] == "0A"):
                        return
            time.sleep(0.02)
        raise StageError(f"nothing on {host} listens on {transport} port {port}")

    def established(self, host, port=None, seconds=PATIENCE):
        """Waits until a TCP connection of the host with this port at either end is established."""
        port = port or self.port
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for family in ("", "6"):
                table = run(*host_command(host, "cat", f"/proc/net/tcp{family}"))
                for row in table.splitlines()[1:]:
                    words = row.split()
                    ports = [int(end.rsplit(":", 1)[1], 16) for end in words[1:3]]
                    if port in ports and words[3] == "01":
                        return
            time.sleep(0.02)
        raise StageError(f"no connection with port {port} on {host}")

    def clear(self):
        for actor in self.actors:
            actor.kill()
        self.actors = []


def scenario_names():
    return sorted(path.stem for path in (HERE / "scenarios").glob("*.py"))


def load_scenario(name):
    """name: that of a scenario, or of a file of its own that ends in .py."""
    path = Path(name) if name.endswith(".py") else HERE / "scenarios" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quiet_file(path, seconds):
    """Waits until a file has not grown for so long: the last packets are in it."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.05)
