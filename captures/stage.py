#!/usr/bin/python3
"""Stages chats between three hosts and captures them.

    stage.py [--build FOLDER] [SCENARIO...]        record scenarios (all, where none is named) into captures/
    stage.py --output FILE --live FILE SCENARIO    record one elsewhere, showing the live timeline, kept in FILE
    stage.py --output FILE SCENARIO.py             record one that is a file of its own, as those of examples/
    stage.py --describe                            write manifest.json and README.md from what was recorded
    stage.py --list                                the scenarios' names
    stage.py --check                               whether namespaces and live capture are permitted here
    stage.py --compare LIVE FILE                   whether two text timelines are equal, sorted by frame

Each host is a network namespace with one interface, eth0, on the bridge br0, where `chatsniff capture` listens:

    server  10.0.0.1  fd00::1        alpine  10.0.0.2  fd00::2        debian  10.0.0.3  fd00::3

The bridge is in a network namespace of this program's own (see unshare(1)): nothing is left behind on the machine,
however the program ends, and two can run at once. Root is not needed where the system lets users make user
namespaces.
"""
import argparse
import ctypes
import fcntl
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOSTS = {"server": 1, "alpine": 2, "debian": 3}
PATIENCE = 15.0  # seconds for which something expected is waited for
PAUSE = 0.25     # seconds between two things that a person does; time stamps stay readable


class StageError(Exception):
    """What was expected did not happen."""


# ---------------------------------------------------------------------------------------------------------
# The stage: namespaces, hosts, the bridge
# ---------------------------------------------------------------------------------------------------------

def unshare_commands():
    """The ways to get namespaces of our own, the best first. Root tries it as root, then as a user would."""
    plain = ["unshare", "--net"]
    as_user = ["unshare", "--user", "--map-root-user", "--net"]
    return [plain, as_user] if os.geteuid() == 0 else [as_user]


def namespace_command():
    """What to put before a command that is to run within them; None where that is not permitted."""
    for command in unshare_commands():
        trial = subprocess.run(command + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               check=False)
        if trial.returncode == 0:
            return command
    return None


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StageError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def die_with_parent():
    """In a child: be killed when the driver ends, whatever ended it."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


holders = {}  # host: a process whose network namespace is the host's; it ends with our end of its input


def new_host(host):
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec cat"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    if holder.stdout.readline() != b"ready\n":
        raise StageError(f"no network namespace for {host}")
    holders[host] = holder
    return str(holder.pid)


def host_command(host, *command):
    return ["nsenter", f"--net=/proc/{holders[host].pid}/ns/net", *map(str, command)]


def setting(host, name, value):
    """A kernel setting of a host's network; not every kernel has every one of them."""
    path = "/proc/sys/net/" + name
    command = ["sh", "-c", f'[ ! -e {path} ] || echo {value} >{path}']
    run(*(host_command(host, *command) if host else command))


def no_checksum_offload():
    """Run within a host: has the kernel fill in checksums, so that captures show real ones."""
    siocethtool, ethtool_stxcsum = 0x8946, 0x17
    value = ctypes.create_string_buffer(struct.pack("II", ethtool_stxcsum, 0))
    request = struct.pack("16sP", b"eth0", ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, siocethtool, request)


def build_stage():
    setting(None, "ipv6/conf/default/disable_ipv6", 1)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
    for host, number in HOSTS.items():
        namespace = new_host(host)
        setting(host, "ipv6/conf/default/accept_dad", 0)
        setting(host, "ipv6/conf/default/router_solicitations", 0)
        setting(host, "ipv6/conf/default/addr_gen_mode", 1)
        setting(host, "ipv6/conf/default/mldv2_unsolicited_report_interval", 1)  # said before anybody listens
        run("ip", "link", "add", f"to-{host}", "type", "veth", "peer", "name", "eth0", "netns", namespace)
        run("ip", "link", "set", f"to-{host}", "master", "br0", "up")
        for words in ("link set lo up",
                      f"link set eth0 address 02:00:00:00:00:0{number} up",
                      f"address add 10.0.0.{number}/24 dev eth0",
                      f"address add fd00::{number}/64 dev eth0 nodad"):
            run(*host_command(host, "ip", *words.split()))
        run(*host_command(host, sys.executable, HERE / "stage.py", "--no-checksum-offload"))
    run("ip", "link", "set", "br0", "up")


# ---------------------------------------------------------------------------------------------------------
# The actors: programs with scripted input
# ---------------------------------------------------------------------------------------------------------

class Actor:
    """A program whose input the scenario types, and whose output it reads."""

    def __init__(self, name, command, echo=None, errors=subprocess.STDOUT):
        self.name = name
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

    def type(self, text):
        """Types a moment later, as a person does."""
        time.sleep(PAUSE)
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def say(self, line):
        self.type(line + "\n")

    def end_of_input(self):
        self.process.stdin.close()

    def send_signal(self, number):
        self.process.send_signal(number)

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

    def __init__(self, build):
        self.build = build
        self.actors = []

    def start(self, host, *command, name=None):
        actor = Actor(name or f"{command[0]} on {host}", host_command(host, *command))
        self.actors.append(actor)
        return actor

    def peer(self, host, program, *arguments):
        """One of the project's own chat programs."""
        return self.start(host, self.build / "chat" / "peers" / program, *arguments, name=f"{program} on {host}")

    def noise(self, host, *arguments):
        """Traffic that is no chat: see noise.py."""
        return self.start(host, sys.executable, HERE / "noise.py", *arguments, name=f"noise on {host}")

    @staticmethod
    def scenario(name):
        """Another scenario, for the functions that it shares."""
        return load_scenario(name)

    @staticmethod
    def pause(seconds=PAUSE):
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


def quiet_file(path, seconds):
    """Waits until a file has not grown for so long: the last packets are in it."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.05)


# ---------------------------------------------------------------------------------------------------------
# Recording
# ---------------------------------------------------------------------------------------------------------

def scenario_names():
    return sorted(path.stem for path in (HERE / "scenarios").glob("*.py"))


def load_scenario(name):
    path = Path(name) if name.endswith(".py") else HERE / "scenarios" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(stage, name, output, live=None):
    """Plays a scenario while `chatsniff capture` records it to output. live: the file for its live timeline,
    which is then shown too."""
    scenario = load_scenario(name)
    output.unlink(missing_ok=True)
    command = [str(stage.build / "analyzer" / "cli" / "chatsniff"), "capture", "-i", "br0", "-w", str(output)]
    kept = None
    echo = None
    if live:
        kept = open(live, "w", encoding="utf-8")
        command += ["--color", "always" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else "never"]
        os.environ.setdefault("COLUMNS", str(shutil.get_terminal_size().columns))

        def echo(text):
            for stream in (kept, sys.stdout):
                stream.write(text)
                stream.flush()
    # The live timeline is what it says on standard output; how it fares goes to ours.
    capture = Actor("chatsniff capture", command, echo, None if live else subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (output.exists() and output.stat().st_size):
            if capture.ended or time.monotonic() > deadline:
                raise StageError(f"chatsniff capture did not begin; it said:\n{capture.output}")
            time.sleep(0.02)
        time.sleep(0.1)
        scenario.play(stage)
        quiet_file(output, 0.5)
        capture.send_signal(signal.SIGINT)
        if capture.wait() != 0:
            raise StageError(f"chatsniff capture failed:\n{capture.output}")
    finally:
        stage.clear()
        capture.kill()
        if kept:
            kept.close()


# ---------------------------------------------------------------------------------------------------------
# The manifest, and the page made from it
# ---------------------------------------------------------------------------------------------------------

def fits(record_, where):
    """Whether a record of a timeline has these values; a list is a choice, "form" looks into the messages, "label" is a
    part of the label."""
    for key, wanted in where.items():
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if key == "form":
            if not any(message["form"] in wanted for message in record_.get("messages", [])):
                return False
        elif key == "label":
            if not any(word in record_["label"] for word in wanted):
                return False
        elif record_.get(key) not in wanted:
            return False
    return True


def expected_findings(scenario, records):
    """What `summary` has to find in a scenario's capture, and where: FINDINGS has (kind, what fits the packets), or
    (kind, what fits, True) where the requests that these packets answer belong to it as well."""
    findings = []
    for kind, where, *with_requests in scenario.FINDINGS:
        found = [record_ for record_ in records if where and fits(record_, where)]
        if where and not found:
            raise StageError(f"no packet shows the finding {kind}")
        frames = {record_["frame"] for record_ in found}
        if with_requests:
            frames |= {record_["request"] for record_ in found}
        findings.append({"kind": kind, "frames": sorted(frames)})
    return findings


def describe(build):
    manifest = {}
    page = ["# The captures", "",
            "Each was recorded with the project's own chat programs on three hosts: `./lab captures` records",
            "them again and writes this page, whose frame numbers come from the recordings. Look at one with",
            "`chatsniff timeline --explain captures/NAME.pcapng`, or with Wireshark.", ""]
    for name in scenario_names():
        scenario = load_scenario(name)
        capture = HERE / f"{name}.pcapng"
        told = run(str(build / "analyzer" / "cli" / "chatsniff"), "timeline", "--quiet", "--format", "json",
                   str(capture))
        records = [json.loads(line) for line in told.splitlines()]
        points = []
        for what, where in scenario.POINTS:
            frames = [record_["frame"] for record_ in records if fits(record_, where)]
            if not frames:
                raise StageError(f"{name}: no packet shows \"{what}\"")
            points.append({"what": what, "frames": frames})
        manifest[name] = {"title": scenario.TITLE, "shows": scenario.SHOWS, "points": points,
                          "findings": expected_findings(scenario, records),
                          "question": scenario.QUESTION}
        page += [f"## {name}", "", f"**{scenario.TITLE}.** {scenario.SHOWS}", "",
                 "| frames | what they show |", "|---|---|"]
        page += [f"| {', '.join(map(str, point['frames']))} | {point['what']} |" for point in points]
        page += ["", f"*To ask:* {scenario.QUESTION}", ""]
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (HERE / "README.md").write_text("\n".join(page).rstrip() + "\n", "utf-8")


# ---------------------------------------------------------------------------------------------------------
# Comparing a live timeline with a file's
# ---------------------------------------------------------------------------------------------------------

def told_by_frame(path):
    """The text of a timeline, by frame: a record begins with its number and may take several lines."""
    escapes = re.compile(r"\x1b\[[0-9;]*m")
    told, current = {}, None
    for line in Path(path).read_text("utf-8").splitlines():
        line = escapes.sub("", line).rstrip()
        if begins := re.match(r" {0,5}(\d+) +\d+\.\d{6} ", line):
            current = int(begins.group(1))
            told[current] = []
        if not line:
            current = None
        elif current is not None:
            told[current].append(line)
    return told


def compare(live, file):
    live, file = told_by_frame(live), told_by_frame(file)
    if not file:
        print("There is no packet in the timeline.", file=sys.stderr)
        return 1
    different = [frame for frame in sorted(set(live) | set(file)) if live.get(frame) != file.get(frame)]
    for frame in different:
        for which, timeline in (("live", live), ("file", file)):
            for line in timeline.get(frame, [f"{frame}: absent"]):
                print(f"{which}: {line}", file=sys.stderr)
    return 1 if different else 0


# ---------------------------------------------------------------------------------------------------------

def play_inside(options):
    """Within the namespaces: plays one scenario, or says whether hosts can be made and their packets be seen."""
    try:
        build_stage()
        if options.check:
            socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
        else:
            record(Stage(options.build), options.scenarios[0], options.output.resolve(), options.live)
    except (OSError, StageError) as error:
        if options.check:
            print(f"This machine does not permit the three hosts or live capture: {error}")
        else:
            print(f"stage.py: {error}", file=sys.stderr)
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description="Stages chats between three hosts and captures them.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--build", default=HERE.parent / "build", type=Path, help="the build folder")
    parser.add_argument("--output", type=Path, help="the capture to write, of one scenario")
    parser.add_argument("--live", type=Path, help="show the live timeline, and keep it here")
    parser.add_argument("--check", action="store_true", help="say whether this machine permits it")
    parser.add_argument("--describe", action="store_true", help="write manifest.json and README.md")
    parser.add_argument("--list", action="store_true", help="the scenarios' names")
    parser.add_argument("--compare", nargs=2, metavar=("LIVE", "FILE"), help="compare two text timelines")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--no-checksum-offload", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.build = options.build.resolve()

    if options.no_checksum_offload:
        no_checksum_offload()
        return 0
    if options.list:
        print("\n".join(scenario_names()))
        return 0
    if options.compare:
        return compare(*options.compare)
    if options.describe:
        describe(options.build)
        return 0
    unknown = [name for name in options.scenarios
               if name not in scenario_names() and not (name.endswith(".py") and Path(name).is_file())]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]}; there are: {', '.join(scenario_names())}")
    if (options.output or options.live) and len(options.scenarios) != 1:
        parser.error("--output and --live are for one scenario")

    if options.inside:
        return play_inside(options)
    within = namespace_command()
    if not within:
        print("This machine does not permit network namespaces (unshare(2)), which the three hosts are.")
        return 1
    # Each scenario has a stage of its own: no host remembers another's addresses or connections.
    for name in options.scenarios or ([None] if options.check else scenario_names()):
        arguments = ["--check"] if options.check else [name, "--build", options.build]
        if name:
            arguments += ["--output", options.output or HERE / f"{name}.pcapng"]
            arguments += ["--live", options.live] if options.live else []
            if not options.live:
                print(f"{name} ...", flush=True)
        done = subprocess.run([*within, sys.executable, HERE / "stage.py", "--inside", *arguments], check=False,
                              preexec_fn=die_with_parent)
        if done.returncode != 0:
            return done.returncode
    if not options.output and not options.check:
        describe(options.build)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
