"""The real peers on the loopback interface: with each other, with stand-ins that behave as the originals do, and with
those who mean them no good. Arguments: tcp-chat udp-chat"""

import atexit
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run_cases  # noqa: E402

TCP_CHAT, UDP_CHAT = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])
PATIENCE = 20


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Peer:
    """A running program whose output can be waited for."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        atexit.register(self.process.kill)
        self.output = b""
        self.changed = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            octets = os.read(self.process.stdout.fileno(), 65536)
            with self.changed:
                self.output += octets
                self.changed.notify_all()
            if not octets:
                return

    def expect(self, pattern, seconds=PATIENCE):
        """Waits for the pattern, and goes past it."""
        pattern = re.compile(pattern if isinstance(pattern, bytes) else pattern.encode())
        with self.changed:
            found = self.changed.wait_for(lambda: pattern.search(self.output), seconds)
            expect(found, f"no {pattern.pattern!r} in {self.output[-500:]!r}")
            self.output = self.output[pattern.search(self.output).end():]

    def type(self, text):
        self.process.stdin.write(text if isinstance(text, bytes) else text.encode())
        self.process.stdin.flush()

    def end(self, status=0):
        try:
            equal(self.process.wait(PATIENCE), status, f"exit status; it said {self.output[-300:]!r}")
        finally:
            self.process.kill()

    def close(self):
        self.process.stdin.close()


def tcp_listening():
    port = free_port(socket.SOCK_STREAM)
    peer = Peer(TCP_CHAT, port)
    peer.expect("Listening on port")
    return peer, port


def tcp_pair(address="127.0.0.1"):
    server, port = tcp_listening()
    client = Peer(TCP_CHAT, address, port)
    client.expect("Connected")
    server.expect("has connected")
    return server, client


# --- tcp-chat ------------------------------------------------------------------------------------------

def tcp_both_ways():
    server, client = tcp_pair()
    client.type("hello\n")
    server.expect("hello\n")
    server.type("grüß dich\n")
    client.expect("grüß dich\n")
    client.type(":q\n")
    client.end()
    server.expect("closed the connection")
    server.end()


def tcp_end_of_input():
    server, client = tcp_pair()
    client.type("last words")
    client.close()
    client.end()
    server.expect("last words\n.*closed")
    server.end()


def tcp_ipv6():
    if not socket.has_ipv6:
        raise Skip("no IPv6")
    server, client = tcp_pair("::1")
    client.type("six\n")
    server.expect("six")
    server.type(":q\n")
    server.end()
    client.end()


def tcp_refused_then_listens():
    port = free_port(socket.SOCK_STREAM)
    first = Peer(TCP_CHAT, "127.0.0.1", port)
    first.expect("No connection.*refused")
    first.expect("Listening")
    second = Peer(TCP_CHAT, "127.0.0.1", port)
    second.expect("Connected")
    second.type("there you are\n:q\n")
    first.expect("there you are")
    second.end()
    first.end()


def tcp_reset():
    server, port = tcp_listening()
    raw = socket.create_connection(("127.0.0.1", port))
    raw.sendall(b"before\n")
    server.expect("before")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()
    server.expect("reset")
    server.end(1)


def tcp_hostile_octets():
    server, port = tcp_listening()
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"\x1b[2J\x07\x00bell \xff\xfe end\n")
        server.expect(rb"\\x1b\[2J\\x07\\x00bell \xef\xbf\xbd\xef\xbf\xbd end\n")
        raw.sendall(b"x" * 300_000)
        raw.sendall(b"\nafter\n")
        server.expect("after")
    server.end()


def tcp_peer_that_never_reads():
    """Nothing grows without end: once the socket is full, the input waits."""
    server, port = tcp_listening()
    raw = socket.create_connection(("127.0.0.1", port))
    os.set_blocking(server.process.stdin.fileno(), False)
    written, line, idle = 0, b"y" * 1000 + b"\n", 0
    while idle < 50 and written < 64_000_000:
        try:
            written += os.write(server.process.stdin.fileno(), line)
            idle = 0
        except BlockingIOError:
            idle += 1
            time.sleep(0.01)
    expect(written < 64_000_000, "it took in 64 MB for a peer that never reads")
    pages = int(pathlib.Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    # AddressSanitizer alone takes some tens of megabytes.
    expect(pages * os.sysconf("SC_PAGE_SIZE") < 256_000_000, f"{pages} pages in memory")
    raw.close()
    server.end(1)


# --- udp-chat ------------------------------------------------------------------------------------------

def udp_server():
    port = free_port(socket.SOCK_DGRAM)
    server = Peer(UDP_CHAT, port)
    server.expect("Serving on port")
    return server, port


def udp_client(port, name, address="127.0.0.1"):
    client = Peer(UDP_CHAT, address, port)
    client.type(name + "\n")
    client.expect(f"registered as {name}")
    return client


class Original:
    """A stand-in for an original client: a plain socket, which insists on what an original survives."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.server = ("127.0.0.1", port)

    def send(self, text):
        self.socket.sendto(text.encode() if isinstance(text, str) else text, self.server)

    def receive(self):
        octets, source = self.socket.recvfrom(65536)
        text = octets.decode()
        expect(text.strip() and len(octets) <= 1024, f"an original would not survive {octets!r}")
        return text, source

    def bind(self):
        """Takes a port now, and not with the first datagram."""
        self.socket.bind(("127.0.0.1", 0))

    def ask(self, text):
        self.send(text)
        return self.receive()[0]

    def insist(self, text):
        """Asks until there is an answer, since a busy server may lose a datagram."""
        deadline = time.monotonic() + PATIENCE
        self.socket.settimeout(0.5)
        try:
            while True:
                try:
                    return self.ask(text)
                except TimeoutError:
                    expect(time.monotonic() < deadline, f"no answer to {text!r}")
        finally:
            self.socket.settimeout(5)

    def quiet(self):
        self.socket.settimeout(0.3)
        try:
            raise AssertionError(f"unexpected: {self.socket.recvfrom(2048)}")
        except TimeoutError:
            self.socket.settimeout(5)


def udp_three_clients():
    server, port = udp_server()
    anna, bert, carl = (udp_client(port, name) for name in ("anna", "bert", "carl"))
    anna.type("$roomlist\n")
    anna.expect("There are no rooms")
    anna.type("$userlist\n")
    for name in ("anna", "bert", "carl"):
        anna.expect(f"User: {name}")
    anna.type("$roomcreate lab\n")
    anna.expect("The room lab was created")
    bert.type("$roomcreate lab\n")
    bert.expect("The room was not created")
    bert.type("$roomjoin hall\n")
    bert.expect("no such room")
    for client in (anna, bert, carl):
        client.type("$roomjoin lab\n")
        client.expect("You have joined the room lab")
    anna.expect(r"joined the room lab\. In the room with you: [^,\n]*, [^,\n]*\.\n")
    anna.type("hello all\n")
    bert.expect("anna> hello all")
    carl.expect("anna> hello all")
    bert.type("$roomleave\n")
    bert.expect("You have left the room")
    anna.expect(r"has left the room lab\. In the room with you: [^,\n]*\.\n")
    carl.type("$poke bert\n")
    carl.expect("bert is at 127.0.0.1")
    carl.type("$poke nobody\n")
    carl.expect("There is no user nobody")
    carl.type("psst\n")
    bert.expect("carl> psst")
    bert.type("yes?\n")  # whoever has no peers answers the one who spoke
    carl.expect("bert> yes")
    anna.type(":q\n")
    anna.end()
    server.expect("anna has left")
    bert.process.send_signal(signal.SIGINT)
    bert.end()
    server.expect("bert has left")
    carl.close()
    carl.end()
    server.expect("carl has left")
    server.type(":q\n")
    server.end()


def udp_names():
    server, port = udp_server()
    udp_client(port, "anna")
    second = Peer(UDP_CHAT, "127.0.0.1", port)
    second.type("abc\n")
    second.expect("at least 4")
    second.type("two words\n")
    second.expect("no spaces")
    second.type("anna\n")
    second.expect("taken")
    second.type("berta\n")
    second.expect("registered as berta")
    named = Peer(UDP_CHAT, "--name", "carla", "127.0.0.1", port)
    named.expect("registered as carla")
    server.type(":q\n")
    server.end()


def udp_no_server():
    client = Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", free_port(socket.SOCK_DGRAM))
    client.expect("No answer from the server.*asked 4 times")
    client.end(1)


def udp_ipv6():
    server, port = udp_server()
    anna, bert = udp_client(port, "anna", "::1"), udp_client(port, "bert")
    anna.type("$poke bert\n")
    anna.expect("There is no user bert")  # of the other family: an original would crash
    carl = udp_client(port, "carl", "::1")
    anna.type("$poke carl\n")
    anna.expect(r"carl is at \[::1\]")
    anna.type("over six\n")
    carl.expect("anna> over six")
    bert.type(":q\n")
    bert.end()
    server.type(":q\n")
    server.end()


def udp_original_clients():
    server, port = udp_server()
    one, two = Original(port), Original(port)
    equal(one.ask("hi debian"), "hi debian", "registration")
    equal(one.ask("hi debian"), "hi debian", "registration, repeated")
    equal(two.ask("hi debian"), "hi", "a name that is taken")
    equal(two.ask("hi alpine"), "hi alpine", "registration")
    equal(one.ask("rl"), "rl", "no rooms")
    equal(one.ask("rc lab"), "rc lab", "a room")
    equal(one.ask("rc lab"), "rc", "a room that exists")
    equal(one.ask("rj no"), "rj", "no such room")
    equal(one.ask("rj lab"), "rj __clear_peers__", "join")
    equal(two.ask("rj lab"), "rj __clear_peers__", "join")
    equal(two.receive()[0], "rj 127.0.0.1 %d" % one.socket.getsockname()[1], "the other member")
    equal(one.receive()[0], "rj __clear_peers__", "notice")
    equal(one.receive()[0], "rj 127.0.0.1 %d" % two.socket.getsockname()[1], "notice")
    equal({two.ask("ul"), two.receive()[0]}, {"ul debian", "ul alpine"}, "users")
    equal(two.ask("ar debian"), "ar 127.0.0.1 %d" % one.socket.getsockname()[1], "poke")
    equal(two.ask("ar ghost"), "ar", "poke nobody")
    ours = udp_client(port, "ours")
    ours.type("$roomjoin lab\n")
    ours.expect(r"You have joined the room lab\. In the room with you: [^,\n]*, [^,\n]*\.\n")
    ours.type("hello originals\n")
    for original in (one, two):
        seen = original.receive()[0]
        while not seen.startswith("msg"):
            seen = original.receive()[0]
        equal(seen, "msg ours> hello originals\n", "a message")
    one.socket.sendto(b"msg debian> hello ours\n", two.socket.getsockname())
    equal(two.ask("by"), "msg debian> hello ours\n", "a message between originals")
    server.type(":q\n")
    server.end()


def udp_original_server():
    """A server as the originals have it: ignores rk, and crashes on a second by."""
    answering = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    answering.bind(("127.0.0.1", 0))
    answering.settimeout(10)
    client = Peer(UDP_CHAT, "127.0.0.1", answering.getsockname()[1])
    client.type("anna\n")
    octets, source = answering.recvfrom(2048)
    equal(octets, b"hi anna", "registration")
    octets, source = answering.recvfrom(2048)
    equal(octets, b"hi anna", "asked again, as nobody answered")
    # Both arrived: the second one finds the name taken, by itself.
    answering.sendto(b"hi anna", source)
    answering.sendto(b"hi", source)
    client.expect("registered as anna")
    client.type("$roomleave\n")
    equal(answering.recvfrom(2048)[0], b"rk", "leave the room")
    client.expect("No answer to .roomleave")
    client.type("no peers yet\n$nonsense\n")
    client.expect("Nobody receives what you type")
    client.expect("There is no command .nonsense")
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(10)
    peer.sendto(b"msg bert> \x1b[31mhi\n", source)
    client.expect(rb"bert> \\x1b\[31mhi")
    client.type("\n \n" + "é" * 1000 + "\n")
    text = b""
    while text.count("é".encode()) < 1000:
        octets = peer.recvfrom(65536)[0]
        expect(len(octets) <= 1024 and octets.decode(), "too long, or cut in a character")
        text += octets
    client.type(b"bad \xff byte\n")
    equal(peer.recvfrom(2048)[0].decode(), "msg anna> bad \ufffd byte\n", "repaired text")
    client.type(":q\n")
    octets = answering.recvfrom(2048)[0]
    while octets in (b"ar anna", b"hi anna"):
        answering.sendto(b"ar 127.0.0.1 %d" % source[1] if octets == b"ar anna" else b"hi anna", source)
        octets = answering.recvfrom(2048)[0]
    equal(octets, b"by", "by")
    answering.sendto(b"by", source)
    client.end()
    answering.settimeout(0.3)
    try:
        raise AssertionError(f"sent after by: {answering.recvfrom(2048)}")
    except TimeoutError:
        pass


def udp_flood():
    """Garbage and registrations from many: bounded, and afterwards it still serves."""
    server, port = udp_server()
    noise, late, stranger, witness = (Original(port) for _ in range(4))
    for client in (late, stranger, witness):
        client.bind()  # before the others come, so that none of those that register has its port
    for number in range(5000):
        noise.send(os.urandom(number % 200))
        noise.send(b"hi " + b"n" * (number % 1200))
    for number in range(1500):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"hi name%d" % number, ("127.0.0.1", port))
            if number % 50 == 0:
                time.sleep(0.01)
    # What is asked while the server's buffer is still full is lost, so it is asked until an answer comes.
    expect(late.insist("hi late") in ("hi", "hi late"), "no answer after the flood")
    for _ in range(5):
        expect(late.ask("hi late") in ("hi", "hi late"), "no answer a second time")
    stranger.send("ul")
    stranger.send("rc room")
    # Datagrams are served in the order in which they come: with this answer, the stranger's are done with.
    witness.insist("hi witness")
    stranger.quiet()
    server.type(":q\n")
    server.end()


def wrong_usage():
    for program in (TCP_CHAT, UDP_CHAT):
        for arguments in ([], ["0"], ["65536"], ["http"], ["127.0.0.1", "-1"], ["a", "b", "c"], ["--nonsense", "1"]):
            done = subprocess.run([program, *arguments],
                                  capture_output=True,
                                  timeout=PATIENCE,
                                  stdin=subprocess.DEVNULL)
            equal(done.returncode, 2, f"{arguments}: {done.stderr!r}")
            expect(done.stderr, f"{arguments}: nothing said")
        done = subprocess.run([program, "no such host", "9"], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        equal(done.returncode, 1, f"{done.stderr!r}")
        expect(b"unknown host" in done.stderr, f"{done.stderr!r}")
        done = subprocess.run([program, "--help"], capture_output=True, timeout=PATIENCE)
        expect(done.returncode == 0 and b"Example" in done.stdout, "--help")


sys.exit(run_cases([
    ("tcp: both ways, and :q", tcp_both_ways),
    ("tcp: the end of input, a last line without line feed", tcp_end_of_input),
    ("tcp: IPv6", tcp_ipv6),
    ("tcp: refused, then listening", tcp_refused_then_listens),
    ("tcp: reset", tcp_reset),
    ("tcp: control characters, bad UTF-8, a line of 300,000 bytes", tcp_hostile_octets),
    ("tcp: a peer that never reads", tcp_peer_that_never_reads),
    ("udp: three clients", udp_three_clients),
    ("udp: names", udp_names),
    ("udp: no server", udp_no_server),
    ("udp: IPv6", udp_ipv6),
    ("udp: clients as the originals are", udp_original_clients),
    ("udp: a server as the original is", udp_original_server),
    ("udp: a flood", udp_flood),
    ("wrong usage", wrong_usage),
]))
