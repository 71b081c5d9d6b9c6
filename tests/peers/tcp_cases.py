"""Cases for tcp-chat on the loopback, with itself and with plain sockets."""
import re
import socket
import struct
import threading
import time

from peer import PATIENCE, TCP_CHAT, Peer, free_port, name_of_this_host, need_ipv6, refuses
from tap import equal, expect

CLOSED = "The other side has closed the connection"
NO_PORT = "is not a port number|Unknown option"
SYN_TIME = 15  # seconds after which it gives up connecting


def listening(port):
    peer = Peer(TCP_CHAT, port)
    peer.expect("Listening on port")
    return peer


def connected(port, address="127.0.0.1"):
    plain = socket.create_connection((address, port), timeout=PATIENCE)
    plain.settimeout(PATIENCE)
    return plain


def plain_listener(family=socket.AF_INET, address="127.0.0.1"):
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, 0))
    listener.listen()
    listener.settimeout(PATIENCE)
    return listener, listener.getsockname()[1]


def accepted(listener):
    plain = listener.accept()[0]
    plain.settimeout(PATIENCE)
    return plain


def everything(plain):
    """All that arrives until the FIN."""
    octets = bytearray()
    while True:
        part = plain.recv(65536)
        if not part:
            return bytes(octets)
        octets += part


def reset(plain):
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def test_hello_client_closes():
    """Both roles talk; the one that connected closes."""
    port = free_port()
    with listening(port) as server, Peer(TCP_CHAT, "127.0.0.1", port) as client:
        client.expect("Connected to 127.0.0.1 port")
        server.expect(r"127\.0\.0\.1:\d+ has connected")
        client.say("hello, grüße")
        server.expect("hello, grüße\n")
        server.say("and back")
        client.expect("and back\n")
        client.say(":q")
        client.ends(0)
        server.expect(CLOSED)
        server.ends(0)
        server.expect_not(":q")


def test_hello_server_closes():
    """Both roles talk; the one that listened closes."""
    port = free_port()
    with listening(port) as server, Peer(TCP_CHAT, name_of_this_host(), port) as client:
        server.expect("has connected")
        server.say("one")
        server.say(":q")
        server.ends(0)
        client.expect("one\n")
        client.expect(CLOSED)
        client.ends(0)


def test_end_of_input():
    """The end of input closes like :q, after all was sent."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        server.write(b"last\n")
        server.end_input()
        equal(everything(plain), b"last\n", "received")
        server.ends(0)


def test_typed_before():
    """What is typed before there is a peer is sent when there is one."""
    port = free_port()
    with listening(port) as server:
        server.write(b"early\n:q\n")
        time.sleep(0.2)
        with connected(port) as plain:
            equal(everything(plain), b"early\n", "received")
        server.ends(0)


def test_quit_while_listening():
    """:q ends the waiting for a peer."""
    with listening(free_port()) as server:
        server.say(":q")
        server.ends(0)


def test_refused_then_listening():
    """A refused connection is said, and it listens on that port instead."""
    port = free_port()
    with Peer(TCP_CHAT, "127.0.0.1", port) as first:
        first.expect("No connection to 127.0.0.1 port .*refused")
        first.expect("Listening on port")
        with Peer(TCP_CHAT, "127.0.0.1", port) as second:
            second.say("found you")
            first.expect("found you\n")
            first.say(":q")
            first.ends(0)
            second.ends(0)


def test_reset():
    """A reset ends the chat with a message, in both roles."""
    port = free_port()
    with listening(port) as server:
        plain = connected(port)
        plain.sendall(b"before\n")
        server.expect("before\n")
        reset(plain)
        server.expect("reset by the other side")
        server.ends(1)
        server.expect_not("closed the connection")
    listener, port = plain_listener()
    with listener, Peer(TCP_CHAT, "127.0.0.1", port) as client:
        client.expect("Connected")
        reset(accepted(listener))
        client.expect("reset by the other side")
        client.ends(1)
        client.expect_not("Listening")


def test_long_line():
    """A line of a megabyte arrives octet by octet as it was typed, and is shown whole."""
    line = ("0123456789äöü€" * 60000).encode() + b"\n"
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        writer = threading.Thread(target=lambda: (server.write(line), server.end_input()))
        writer.start()
        equal(everything(plain) == line, True, "the same octets")
        writer.join()
        server.ends(0)
    with listening(port) as server, connected(port) as plain:
        plain.sendall(line)
        plain.shutdown(socket.SHUT_WR)
        server.ends(0)
        shown = server.printed.replace(b"\n", b"")
        expect(line.strip() in shown, "shown whole")
        expect(b"\xef\xbf\xbd" not in shown, "cut between characters")


def test_quit_inside_a_long_line():
    """:q at the end of a long line is not alone on it."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        for size in range(65533, 65539):
            line = b"x" * size + b":q\n"
            writer = threading.Thread(target=server.write, args=(line,))
            writer.start()
            octets = b""
            while len(octets) < len(line):
                part = plain.recv(65536)
                expect(part, "it has not quit")
                octets += part
            writer.join()
            equal(octets == line, True, f"the line of {len(line)} octets")
        server.write(b":q:q\n:q now\n")
        octets = b""
        while len(octets) < 12:
            octets += plain.recv(100)
        equal(octets, b":q:q\n:q now\n", "not alone either")
        server.say("\t :q  ")
        equal(plain.recv(100), b"", "blanks around it are none")
        server.ends(0)


def test_segments():
    """Several lines in a segment, and a line in several segments."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.sendall(b"one\ntwo\nthr")
        server.expect("one\ntwo\n")
        server.expect_not("thr")
        for octet in "ee grün\n".encode():
            plain.sendall(bytes([octet]))
            time.sleep(0.01)
        server.expect("three grün\n")


def test_unterminated():
    """A last line without its line feed travels so, and is shown."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        server.write(b"whole\npart")
        server.end_input()
        equal(everything(plain), b"whole\npart", "received")
    with listening(port) as server, connected(port) as plain:
        plain.sendall(b"the tail")
        plain.shutdown(socket.SHUT_WR)
        server.expect("the tail\n")
        server.ends(0)


def test_octets():
    """What is typed travels as it is, but for what is no UTF-8; what is received is shown safely."""
    hostile = b"\x1b[2Jbell\x07 nul\x00 bad\xff\xc3( c1\xc2\x9b tab\t bidi\xe2\x80\xae end\n"
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        server.write(hostile)
        valid = hostile.replace(b"\xff\xc3(", "\ufffd\ufffd(".encode())
        octets = b""
        while len(octets) < len(valid):
            octets += plain.recv(1000)
        equal(octets, valid, "received")
        plain.sendall(hostile)
        server.expect(re.escape("\\x1b[2Jbell\\x07 nul\\x00 bad\ufffd\ufffd( c1\\x9b tab\t bidi\\u202e end\n"))


def test_peer_that_never_reads():
    """While the peer does not read, no more input is taken; later nothing is missing."""
    port = free_port()
    line = b"y" * 999 + b"\n"
    wanted = 30000
    with listening(port) as server:
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        plain.settimeout(PATIENCE)
        plain.connect(("127.0.0.1", port))
        written = [0]

        def write():
            for _ in range(wanted):
                server.write(line)
                written[0] += len(line)
            server.end_input()

        with plain:
            writer = threading.Thread(target=write)
            writer.start()
            before = -1
            while before != written[0]:
                before = written[0]
                time.sleep(0.5)
            expect(0 < before < wanted * len(line), f"it took {before} octets of input")
            # It still listens meanwhile.
            plain.sendall(b"still there?\n")
            server.expect(r"still there\?\n")
            equal(everything(plain) == line * wanted, True, "all of it")
            writer.join()
        server.ends(0)


def test_no_reset():
    """What still arrives after :q is shown, and not answered with a reset"""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        server.say(":q")
        equal(plain.recv(100), b"", "the FIN")
        for word in ("late", "later"):
            plain.sendall(word.encode() + b"\n")
            server.expect(f"{word}\n")
        plain.shutdown(socket.SHUT_WR)
        server.ends(0)
        equal(plain.recv(100), b"", "no reset")
    with listening(port := free_port()) as server, connected(port):
        start = time.monotonic()
        server.say(":q")
        server.ends(0)
        expect(time.monotonic() - start < 5, "it does not wait long for a FIN")


def test_interrupt_with_a_peer_that_never_reads():
    """Ctrl-C ends it where the other side does not take what was typed before :q."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def write():
            try:
                server.write(b"z" * 60000 + b"\n")
                while server.process.poll() is None:
                    server.write((b"z" * 999 + b"\n") * 10)
            except (OSError, ValueError):
                pass

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        time.sleep(1)
        server.interrupt()
        server.ends(0)
        writer.join()


def test_interrupts():
    """Ctrl-C closes the connection with a FIN; while listening it ends with 1."""
    port = free_port()
    with listening(port) as server, connected(port) as plain:
        server.expect("has connected")
        server.interrupt()
        equal(everything(plain), b"", "a FIN alone")
        server.ends(0)
    with listening(free_port()) as server:
        server.interrupt()
        server.ends(1)


def test_no_standard_input():
    """Started without a standard input it takes that for its end, not a socket for its input."""
    port = free_port()
    with Peer("sh", "-c", f'exec "$0" {port} <&-', TCP_CHAT) as server:
        server.expect("Listening")
        with connected(port) as plain:
            equal(everything(plain), b"", "received")
        server.ends(0)


def test_ipv6():
    """IPv6: the literal in both roles."""
    need_ipv6()
    port = free_port()
    with listening(port) as server, Peer(TCP_CHAT, "::1", port) as client:
        server.expect(r"\[::1\]:\d+ has connected")
        client.say("six")
        server.expect("six\n")
        client.say(":q")
        client.ends(0)
        server.ends(0)


def test_usage():
    """Wrong usage ends with 2 and says what is wrong."""
    for port in ("0", "65536", "-1", "+80", "8090x", "", "http", "99999999999999999999", " 80"):
        refuses(2, NO_PORT, TCP_CHAT, port)
        refuses(2, NO_PORT, TCP_CHAT, "127.0.0.1", port)
    refuses(2, "give PORT, or ADDRESS PORT", TCP_CHAT)
    refuses(2, "give PORT, or ADDRESS PORT", TCP_CHAT, "a", "1", "2")
    refuses(2, "--help", TCP_CHAT, "--nonsense")
    refuses(0, "Example:", TCP_CHAT, "--help")
    refuses(0, r"^tcp-chat \d+\.\d+", TCP_CHAT, "--version")


def test_failures():
    """An unknown host and a port in use end with 1 and say so."""
    refuses(1, "is an unknown host", TCP_CHAT, "no-such-host.invalid", free_port())
    refuses(1, "is an unknown host", TCP_CHAT, "1.2.3.4.5", free_port())
    listener, port = plain_listener()
    with listener:
        refuses(1, "another program uses it", TCP_CHAT, port)


def test_no_answer():
    """Without an answer for 15 s it says so and listens instead."""
    # A port that answers no SYN: its queue is full.
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(0)
    port = silent.getsockname()[1]
    fillers = [socket.socket() for _ in range(3)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
    time.sleep(0.2)
    start = time.monotonic()
    with Peer(TCP_CHAT, "127.0.0.1", port) as peer:
        # Its port must be free again by then. Between the SYNs that are repeated nobody notices that.
        time.sleep(12)
        peer.expect_not("No connection")
        silent.close()
        for filler in fillers:
            filler.close()
        peer.expect("No connection to 127.0.0.1", timeout=SYN_TIME)
        waited = time.monotonic() - start
        expect(SYN_TIME - 1 < waited < SYN_TIME + 3, f"it waited {waited:.1f} s")
        peer.expect("Listening")
        with connected(port) as plain:
            plain.sendall(b"late\n")
            peer.expect("late\n")
            peer.say(":q")
            peer.ends(0)
