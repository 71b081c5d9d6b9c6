"""Those who mean ours no good, or have stopped: floods, killed clients, readers that do not read. Memory stays bounded,
and afterwards they still serve."""
import os
import random
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from peer import PATIENCE, TCP_CHAT, UDP_CHAT, Peer, free_port
from tap import equal, expect

GROWTH = 48 << 20  # bytes by which a program may grow; AddressSanitizer keeps what was freed for a while
CODES = (b"hi", b"by", b"ul", b"rl", b"ar", b"rc", b"rj", b"rk", b"pk", b"msg")


def memory(peer):
    """Bytes in memory."""
    pages = int(Path(f"/proc/{peer.process.pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def garbage(random_source, codes=CODES):
    """A datagram that is nearly one of the protocol's, or nothing like it."""
    kind = random_source.randrange(4)
    if kind == 0:
        return random_source.randbytes(random_source.randrange(1400))
    words = [random_source.choice(codes)]
    for _ in range(random_source.randrange(4)):
        words.append(random_source.choice((b"__clear_peers__", b"127.0.0.1", b"::1", b"239.255.0.9", b"9", b"65536",
                                           b"anna", b"\xff\xfe", b"\0", b"x" * 3000, "ü€😀".encode(), b"a>", b">")))
    return random_source.choice((b" ", b"\n", b"\t ")).join(words) if kind < 3 else b" " * random_source.randrange(9)


def flood(to, count, source=None):
    """Sends garbage; a pause now and then lets most of it arrive."""
    random_source = random.Random(19)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
        if source:
            noise.bind(source)
        for number in range(count):
            noise.sendto(garbage(random_source), to)
            if number % 100 == 0:
                time.sleep(0.005)


def serving(port):
    server = Peer(UDP_CHAT, port)
    server.expect("Serving on port")
    return server


def client(port, name):
    peer = Peer(UDP_CHAT, "--name", name, "127.0.0.1", port)
    peer.expect(f"You are registered as {name}")
    return peer


def still_serves(port, name="witness"):
    with client(port, name) as witness:
        witness.say(f"$roomcreate {name}")
        witness.expect(f"The room {name} was created")
        witness.say(":q")
        witness.ends(0)


def test_garbage_to_a_server():
    """10,000 garbage datagrams, from a stranger and from a registered endpoint, do not end a server"""
    port = free_port()
    with serving(port) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as known:
        known.bind(("127.0.0.1", 0))
        source = known.getsockname()
        known.settimeout(PATIENCE)
        known.sendto(b"hi insider", ("127.0.0.1", port))
        equal(known.recv(100), b"hi insider", "registered")
        known.close()
        before = memory(server)
        flood(("127.0.0.1", port), 10000)
        flood(("127.0.0.1", port), 5000, source)
        still_serves(port)
        expect(memory(server) - before < GROWTH, f"it grew by {memory(server) - before} bytes")


def test_garbage_to_a_client():
    """10,000 garbage datagrams, from strangers and from its server, do not end a client"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, ExitStack() as stack:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE)
        at = server.getsockname()
        anna = stack.enter_context(Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", at[1]))
        octets, source = server.recvfrom(100)
        equal(octets, b"hi anna", "received")
        server.sendto(b"hi anna", source)
        anna.expect("registered")
        anna.say("$roomjoin lab")
        before = memory(anna)
        flood(source, 10000)
        random_source = random.Random(20)
        for number in range(5000):
            # Not "that name is taken", which would end it.
            server.sendto(garbage(random_source, CODES[1:]), source)
            if number % 100 == 0:
                time.sleep(0.005)
        time.sleep(0.5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
            friend.sendto(b"msg berta> are you still there?\n", source)
            anna.expect(r"berta> are you still there\?\n")
        expect(memory(anna) - before < GROWTH, f"it grew by {memory(anna) - before} bytes")
        equal(anna.process.poll(), None, "its end")


def test_registrations():
    """1,000 registrations a second for four seconds, from many endpoints, leave room for memory and for service"""
    port = free_port()
    with serving(port) as server, client(port, "anna") as anna:
        before = memory(server)
        start = time.monotonic()
        for number in range(4000):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
                one.bind((f"127.2.{number >> 8}.{number & 255}", 0))
                one.sendto(b"hi name-%d" % number, ("127.0.0.1", port))
                if number % 8:
                    one.sendto(b"by", ("127.0.0.1", port))
            while time.monotonic() - start < number / 1000:
                time.sleep(0.001)
        anna.say("$roomcreate lab")
        anna.expect("The room lab was created")
        anna.say("$roomjoin lab")
        anna.expect("You have joined the room lab")
        expect(memory(server) - before < GROWTH, f"it grew by {memory(server) - before} bytes")
        anna.say(":q")
        anna.ends(0)
        still_serves(port)


def test_server_that_nobody_reads():
    """A server whose output nobody reads goes on serving, and says later what is missing"""
    port = free_port()
    process = subprocess.Popen([UDP_CHAT, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        process.stderr.readline()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.settimeout(PATIENCE)
            for number in range(3000):
                one.sendto(b"hi %d-%s" % (number, b"n" * 50), ("127.0.0.1", port))
                expect(one.recv(100).startswith(b"hi "), "an answer")
            still_serves(port)
            os.set_blocking(process.stdout.fileno(), False)
            while process.stdout.read(65536):
                pass
            one.sendto(b"by", ("127.0.0.1", port))
            equal(one.recv(100), b"by", "received")
        os.set_blocking(process.stdout.fileno(), True)
        line = process.stdout.readline()
        expect(b"lines are missing here: nobody read them" in line, f"{line!r}")
    finally:
        process.kill()
        process.communicate()


def test_killed_in_a_line():
    """A client that is killed in the middle of a line: what came is shown, and the chat ends"""
    port = free_port()
    with Peer(TCP_CHAT, port) as server:
        server.expect("Listening")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
            plain.sendall(b"whole\nhalf of a li")
            server.expect("whole\n")
        server.expect("half of a li\n")
        server.expect("The other side has closed the connection")
        server.ends(0)
    port = free_port()
    with ExitStack() as stack:
        server = stack.enter_context(Peer(TCP_CHAT, port))
        server.expect("Listening")
        killed = stack.enter_context(Peer(TCP_CHAT, "127.0.0.1", port))
        server.expect("has connected")
        killed.interrupt(signal.SIGSTOP)
        server.say("never read")
        time.sleep(0.2)
        killed.interrupt(signal.SIGKILL)
        server.expect("reset by the other side")
        server.ends(1)


def test_stopped_reader():
    """A reader that is stopped: the writer takes in no more than it can keep; when it goes on, nothing is missing"""
    port = free_port()
    line = b"z" * 999 + b"\n"
    with ExitStack() as stack:
        reader = stack.enter_context(Peer(TCP_CHAT, port))
        reader.expect("Listening")
        writer = stack.enter_context(Peer(TCP_CHAT, "127.0.0.1", port))
        reader.expect("has connected")
        reader.interrupt(signal.SIGSTOP)
        before = memory(writer)
        os.set_blocking(writer.process.stdin.fileno(), False)
        written, idle = 0, 0
        while idle < 50 and written < 64_000_000:
            try:
                written += os.write(writer.process.stdin.fileno(), line)
                idle = 0
            except BlockingIOError:
                idle += 1
                time.sleep(0.01)
        expect(written < 64_000_000, "it took in 64 MB")
        expect(memory(writer) - before < GROWTH, f"it grew by {memory(writer) - before} bytes")
        os.set_blocking(writer.process.stdin.fileno(), True)
        reader.interrupt(signal.SIGCONT)
        writer.write(b"\nthe end\n")
        writer.end_input()
        reader.expect("the end\n", 30)
        equal(reader.printed.count(b"z"), written // 1000 * 999 + min(written % 1000, 999), "bytes that arrived")
        writer.ends(0)
        reader.ends(0)
