#!/usr/bin/python3
"""chatsniff on a live interface: test_live.py CHATSNIFF

Two ends of a cable in a network namespace of the test's own: crafted frames are put on one, chatsniff listens at the
other. Skipped where the system permits no namespaces.
"""
import json
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "captures"))
import craft  # noqa: E402
import hosts  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = None  # a temporary one, made in main()


def cable():
    """A new pair of interfaces that nobody else sends on; their names: to put frames on, to listen at."""
    hosts.run("ip", "link", "add", "talk0", "type", "veth", "peer", "name", "hear0")
    for name in ("talk0", "hear0"):
        hosts.run("ip", "link", "set", name, "arp", "off", "up")


def send(frames, pause=0.0):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as line:
        line.bind(("talk0", 0))
        for frame in frames:
            line.send(frame)
            if pause:
                time.sleep(pause)


class Live:
    """A running chatsniff whose standard output goes to a file."""

    def __init__(self, *arguments, interface="hear0", before=hosts.die_with_parent, output=None):
        self.output = FOLDER / "live.out"
        self.errors = FOLDER / "live.err"
        with open(self.output, "wb") as kept, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen([str(CHATSNIFF), *map(str, arguments), "-i", interface],
                                            stdout=output or kept, stderr=errors, stdin=subprocess.DEVNULL,
                                            preexec_fn=before)
        self.wait_for(lambda: "Ctrl-C" in self.said(), "it did not begin")

    def said(self):
        return self.errors.read_text("utf-8")

    def told(self):
        return self.output.read_text("utf-8")

    def wait_for(self, condition, what, seconds=15):
        deadline = time.monotonic() + seconds
        while not condition():
            expect(self.process.poll() is None and time.monotonic() < deadline, f"{what}: {self.said()}")
            time.sleep(0.02)

    def is_idle(self):
        """It has used no processor time for half a second: nothing is left to read."""
        def used():
            threads = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
            return sorted(tuple(stat.read_text().rsplit(")", 1)[1].split()[11:13]) for stat in threads)

        before = used()
        time.sleep(0.5)
        return used() == before

    def end(self, number=None):
        if number:
            self.process.send_signal(number)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()


def frames():
    return craft.udp_chat() + craft.tcp_chat()


def saved(path):
    return records(CHATSNIFF, path)


def live_equals_file():
    for options in ([], ["--explain"]):
        path = FOLDER / "equal.pcapng"
        live = Live("capture", "-w", path, "--format", "json", *options)
        send(frames() + [craft.udp((craft.SERVER, 53), (craft.ALPINE, 5353), b"\x08\x05\x81\x80\0\1\0\0")] + frames())
        live.wait_for(lambda: live.told().count("\n") >= 28, "not every packet was told")
        equal(live.end(signal.SIGINT), 0, "exit status")
        told = sorted(map(json.loads, live.told().splitlines()), key=lambda record: record["frame"])
        equal(told, records(CHATSNIFF, *options, path), f"records with {options}")


def told_at_once():
    """Each packet of a recognised chat is shown when it comes, not at the end."""
    live = Live("timeline", "--format", "json")
    for number, frame in enumerate(craft.udp_chat(), 1):
        send([frame])
        live.wait_for(lambda number=number: live.told().count("\n") == number, f"packet {number} was not told", 5)
    equal(live.end(signal.SIGINT), 0, "exit status")


def ends_on(number):
    path = FOLDER / "ended.pcapng"
    live = Live("capture", "-w", path)
    send(frames())
    live.wait_for(lambda: "hello" in live.told(), "nothing was told")
    equal(live.end(number), 0, "exit status")
    expect(re.search(r"^14 packets captured, 0 dropped.*ended\.pcapng$", live.said(), re.MULTILINE), live.said())
    equal(len(saved(path)), 14, "records of the file")


def killed_leaves_a_readable_file():
    path = FOLDER / "killed.pcapng"
    live = Live("capture", "-w", path, "--format", "json")
    send(frames())
    live.wait_for(lambda: live.told().count("\n") >= 14, "not every packet was told")
    equal(live.end(signal.SIGKILL), -signal.SIGKILL, "exit status")
    equal(len(saved(path)), 14, "records of the file that was left")


def count_and_duration():
    path = FOLDER / "count.pcapng"
    live = Live("capture", "-w", path, "--count", "5")
    send(frames())
    equal(live.end(), 0, "exit status with --count")
    equal(len(records(CHATSNIFF, "--all", path)), 5, "packets with --count 5")
    began = time.monotonic()
    live = Live("capture", "-w", path, "--duration", "0.7")
    send(frames())
    equal(live.end(), 0, "exit status with --duration")
    expect(0.6 < time.monotonic() - began < 10, "--duration 0.7 took another time")
    equal(len(saved(path)), 14, "packets with --duration")


def filtered():
    path = FOLDER / "filtered.pcapng"
    live = Live("capture", "-w", path, "-f", "tcp", "--format", "json")
    send(frames())
    live.wait_for(lambda: live.told().count("\n") >= 8, "not every packet was told")
    equal(live.end(signal.SIGTERM), 0, "exit status")
    equal([record["frame"] for record in saved(path)], list(range(1, 9)), "frames of the file")
    done = run([CHATSNIFF, "capture", "-i", "hear0", "-w", FOLDER / "wrong.pcapng", "-f", "port eighty"])
    equal(done.returncode, 2, "exit status with a wrong filter")
    expect(not (FOLDER / "wrong.pcapng").exists(), "a capture that never began left a file")


def cannot_be_written():
    for path, reason in ((FOLDER / "no" / "where.pcapng", "No such file"), (FOLDER, "directory")):
        done = run([CHATSNIFF, "capture", "-i", "hear0", "-w", path], timeout=20)
        equal(done.returncode, 1, "exit status")
        expect(reason in done.stderr.decode(), done.stderr.decode())


def limit_files():
    """In a child: no file grows beyond 40,000 octets, and writing more is an error, not a signal."""
    hosts.die_with_parent()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def disk_full():
    """The file cannot grow any more: said, exit status 1, and what was written is readable."""
    path = FOLDER / "full.pcapng"
    with open("/dev/null", "wb") as output:
        live = Live("capture", "-w", path, before=limit_files, output=output)
    send(frames() * 200)
    equal(live.end(), 1, f"exit status ({live.said()})")
    expect("File too large" in live.said() and "full.pcapng" in live.said(), live.said())
    held = re.search(r"it holds (\d+) packets, (\d+) bytes", live.said())
    expect(held, live.said())
    # To the last whole block: no half of one makes the file a damaged one.
    equal(path.stat().st_size, int(held[2]), "the file's size")
    equal(records(CHATSNIFF, path)[-1]["frame"], int(held[1]), "the last packet that it holds")


def interface_goes_away():
    path = FOLDER / "away.pcapng"
    live = Live("capture", "-w", path, "--format", "json")
    send(frames())
    live.wait_for(lambda: live.told().count("\n") >= 14, "not every packet was told")
    hosts.run("ip", "link", "delete", "talk0")
    try:
        equal(live.end(), 1, f"exit status ({live.said()})")
        expect("hear0" in live.said(), live.said())
        equal(len(saved(path)), 14, "records of the file")
    finally:
        cable()


def told_is_kept():
    """Whatever was told, or can be told, of an interface that goes away is kept, by every command."""
    for command, name in ((["timeline", "--format", "json"], "away.json"), (["timeline"], "away.txt"),
                          (["conversations", "--format", "json"], "away.json"), (["summary"], "away.txt"),
                          (["report"], "away.html")):
        path = FOLDER / name
        path.unlink(missing_ok=True)
        live = Live(*command, "-o", path)
        send(frames())
        live.wait_for(live.is_idle, "it did not read what came")
        hosts.run("ip", "link", "delete", "talk0")
        try:
            equal(live.end(), 1, f"{command}: exit status ({live.said()})")
            expect("hear0" in live.said() and "14 packets captured" in live.said(), f"{command}: {live.said()}")
            expect(path.exists(), f"{command}: nothing was kept")
            kept = path.read_text("utf-8")
            if command[0] == "timeline" and path.suffix == ".json":
                equal(len(kept.splitlines()), 14, "records kept")
            expect("alpine" in kept or command[0] == "conversations" and kept, f"{command}: {kept}")
        finally:
            cable()


def many_packets():
    """A burst is neither lost nor told out of order by the file."""
    path = FOLDER / "many.pcapng"
    live = Live("capture", "-w", path, "--format", "json")
    send(frames() * 150, 0.0002)
    live.wait_for(lambda: live.told().count("\n") >= 14 * 150, "not every packet was told", 30)
    equal(live.end(signal.SIGINT), 0, "exit status")
    told = sorted(map(json.loads, live.told().splitlines()), key=lambda record: record["frame"])
    expect(told == saved(path), "the live records are not those of the file")


def arrived_before_the_stop():
    """What the kernel has when the signal comes was captured, even if the program had no time to look at it."""
    path = FOLDER / "stopped.pcapng"
    live = Live("capture", "-w", path)
    live.process.send_signal(signal.SIGSTOP)
    send(frames())
    live.process.send_signal(signal.SIGINT)
    live.process.send_signal(signal.SIGCONT)
    equal(live.end(), 0, f"exit status ({live.said()})")
    equal(len(saved(path)), 14, "records of the file")


def ends_on_a_busy_device():
    """There is always a next packet, but those after the signal are not wanted."""
    path = FOLDER / "busy.pcapng"
    live = Live("capture", "-w", path)
    over, some = threading.Event(), frames()

    def flood():
        """Without a pause, such as closing a socket is."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as line:
            line.bind(("talk0", 0))
            while not over.is_set():
                for frame in some:
                    line.send(frame)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        live.wait_for(lambda: "hello" in live.told(), "nothing was told")
        equal(live.end(signal.SIGINT), 0, f"exit status ({live.said()})")
    finally:
        over.set()
        flooding.join()


def received_by_the_kernel(path):
    """What the statistics of a pcapng file say (isb_ifrecv, code 4)."""
    octets, at, received = path.read_bytes(), 0, None
    while at < len(octets):
        kind, length = struct.unpack_from("=II", octets, at)
        option = at + 20
        while kind == 5 and option < at + length - 4:
            code, size = struct.unpack_from("=HH", octets, option)
            if code == 4:
                received = struct.unpack_from("=Q", octets, option + 4)[0]
            option += 4 + (size + 3) // 4 * 4
        at += length
    return received


def loopback_counts_once():
    """A packet leaves and arrives at lo: it is one, in what is told and in what the kernel is said to have received."""
    path = FOLDER / "loopback.pcapng"
    hosts.run("ip", "link", "set", "lo", "up")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        receiver.bind(("127.0.0.1", 0))
        port = receiver.getsockname()[1]
        live = Live("capture", "-w", path, "--all", "--format", "json", "-f", f"udp port {port}", interface="lo")
        for _ in range(40):
            sender.sendto(b"once", ("127.0.0.1", port))
        live.wait_for(lambda: live.told().count("\n") >= 40, "not every packet was told")
        equal(live.end(signal.SIGINT), 0, "exit status")
    expect("40 packets captured, 0 dropped" in live.said(), live.said())
    equal(received_by_the_kernel(path), 40, "packets received by the kernel")


def any_device():
    """The pseudo-device "any" has a link type of its own."""
    path = FOLDER / "any.pcapng"
    live = Live("capture", "-w", path, "--format", "json", "-f", "inbound", interface="any")
    send(frames())
    live.wait_for(lambda: live.told().count("\n") >= 14, "not every packet was told")
    equal(live.end(signal.SIGINT), 0, "exit status")
    expect(len(saved(path)) >= 14, "records of the file")


def main():
    global FOLDER
    if "--inside" not in sys.argv:
        within = hosts.namespace_command()
        if not within:
            print("1..0 # SKIP network namespaces are not permitted here")
            return 0
        return subprocess.run([*within, sys.executable, __file__, CHATSNIFF, "--inside"], check=False).returncode
    hosts.setting(None, "ipv6/conf/default/disable_ipv6", 1)
    cable()
    with tempfile.TemporaryDirectory(prefix="chatsniff-live-") as folder:
        FOLDER = Path(folder)
        cases = [
            ("the live records equal those of the file", live_equals_file),
            ("a packet is told when it comes", told_at_once),
            ("SIGINT ends in order", lambda: ends_on(signal.SIGINT)),
            ("SIGTERM ends in order", lambda: ends_on(signal.SIGTERM)),
            ("killed, it leaves a readable file", killed_leaves_a_readable_file),
            ("--count and --duration", count_and_duration),
            ("-f", filtered),
            ("a burst of packets", many_packets),
            ("what arrived before the signal", arrived_before_the_stop),
            ("a signal on a busy device", ends_on_a_busy_device),
            ("loopback counts a packet once", loopback_counts_once),
            ("the device any", any_device),
            ("a file that cannot be written", cannot_be_written),
            ("a disk that fills up", disk_full),
            ("an interface that goes away", interface_goes_away),
            ("what was told of an interface that goes away", told_is_kept),
        ]
        return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
