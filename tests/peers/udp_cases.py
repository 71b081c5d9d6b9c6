"""Cases for udp-chat on the loopback, with itself and with stand-ins for the originals."""
import re
import signal
import socket
import subprocess
import time
from contextlib import ExitStack

from peer import PATIENCE, UDP_CHAT, Peer, free_port, need_ipv6, refuses
from tap import equal, expect

CLEAR = "rj __clear_peers__"
MAX_USERS, MAX_ROOMS, MAX_MEMBERS, MAX_NAME = 1024, 256, 64, 64
QUIET = 0.4  # seconds after which nothing more is expected


class Plain:
    """A socket that speaks the protocol by hand. Whatever it receives must be something an original survives."""

    def __init__(self, to=None, address="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((address, 0))
        self.port = self.socket.getsockname()[1]
        self.to = to
        self.source = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text, to=None):
        self.socket.sendto(text if isinstance(text, bytes) else text.encode(), to or self.to)

    def receive(self, timeout=PATIENCE):
        self.socket.settimeout(timeout)
        try:
            octets, self.source = self.socket.recvfrom(65536)
        except socket.timeout:
            return None
        expect(len(octets) <= 1024, f"{len(octets)} octets")
        text = octets.decode("utf-8")
        expect(text.split(), "a blank datagram")
        if self.socket.family == socket.AF_INET and text[:3] in ("rj ", "ar "):
            expect(":" not in text, f"an IPv6 address for IPv4: {text}")
        return text

    def asks(self, text, *answers):
        """Sends it, and gets exactly these."""
        self.send(text)
        self.hears(*answers)

    def hears(self, *answers):
        got = []
        for _ in answers:
            got.append(self.receive())
        equal(got, list(answers), "received")

    def knows(self, name):
        """Is asked by a client whether it knows it, and does."""
        self.hears(f"ar {name}")
        self.send(f"ar {self.source[0]} {self.source[1]}", self.source)

    def hears_nothing(self):
        equal(self.receive(QUIET), None, "received")


def serving(port, *options):
    server = Peer(UDP_CHAT, *options, port)
    server.expect("Serving on port")
    return server


def client(port, name, address="127.0.0.1"):
    peer = Peer(UDP_CHAT, address, port)
    peer.expect("Your name:")
    peer.say(name)
    peer.expect(f"You are registered as {name}")
    return peer


def quits(*peers):
    for peer in peers:
        peer.say(":q")
        peer.ends(0)


def test_register():
    """Registers, says so on both sides, and leaves."""
    port = free_port()
    with serving(port) as server, client(port, "anna") as anna:
        server.expect(r"anna is registered, from 127\.0\.0\.1:\d+")
        quits(anna)
        server.expect("anna has left")
        server.say(":q")
        server.ends(0)


def test_names():
    """Asks again for a name that is short, has spaces, is too long, or is taken."""
    port = free_port()
    with serving(port), client(port, "anna"), Peer(UDP_CHAT, "127.0.0.1", port) as other:
        for name, said in (("abc", "at least 4 characters"), ("", "at least 4"), ("an na", "no spaces"),
                           ("ü" * 33, "at most 64 bytes"), ("tab\x01tab", "no control characters"),
                           ("anna", "The name anna is taken"), ("__clear_peers__", "is taken")):
            other.say(name)
            other.expect(said)
        other.say("gräf")
        other.expect("You are registered as gräf")
        quits(other)


def test_names_without_a_person():
    """Ends with 1 where the input is over before it has a name, or --name is no good."""
    port = free_port()
    with serving(port), client(port, "anna"):
        refuses(1, "the input ended before", UDP_CHAT, "127.0.0.1", port)
        with Peer(UDP_CHAT, "127.0.0.1", port) as other:
            other.write(b"anna\n")
            other.end_input()
            other.ends(1)
        with Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", port) as other:
            other.write(b"$userlist\n")
            other.expect("The name anna is taken")
            other.ends(1)
            other.expect_not("registered")
        refuses(1, "at least 4", UDP_CHAT, "--name", "abc", "127.0.0.1", port)
        with Peer(UDP_CHAT, "--name", "berta", "127.0.0.1", port) as other:
            other.expect("You are registered as berta")
            quits(other)
        with Peer(UDP_CHAT, "127.0.0.1", port) as other:
            quits(other)


def test_lists():
    """Lists users and rooms, and makes rooms."""
    port = free_port()
    with serving(port) as server, client(port, "anna") as anna, client(port, "berta"):
        anna.say("$userlist")
        anna.expect("User: anna\nUser: berta\n")
        anna.say("$roomlist")
        anna.expect("There are no rooms")
        anna.say("$roomcreate lab")
        anna.expect("The room lab was created")
        server.expect("anna has created the room lab")
        anna.say("$roomcreate lab")
        anna.expect("The room was not created")
        anna.say("$roomcreate hall")
        anna.expect("The room hall was created")
        anna.say("$roomlist")
        anna.expect("Room: lab\nRoom: hall\n")
        anna.say("$roomjoin cellar")
        anna.expect("There is no such room")
        # Nobody is in a room that they made.
        anna.say("hello?")
        anna.expect("Nobody receives what you type yet")


def test_rooms():
    """Three in a room talk; one moves, one leaves, and only those who should hear."""
    port = free_port()
    with ExitStack() as stack:
        server = stack.enter_context(serving(port))
        anna, berta, carol = (stack.enter_context(client(port, name)) for name in ("anna", "berta", "carol"))
        for room in ("lab", "hall"):
            anna.say(f"$roomcreate {room}")
            anna.expect(f"The room {room} was created")
        for peer in (anna, berta, carol):
            peer.say("$roomjoin lab")
            peer.expect(r"You have joined the room lab\. (You are alone in the room|In the room with you: )")
        two = r"In the room with you: 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+\.\n"
        anna.expect(r"joined the room lab\. " + two)
        berta.expect(r"127\.0\.0\.1:\d+ has joined the room lab\. " + two)
        anna.say("hello both")
        berta.expect("anna> hello both\n")
        carol.expect("anna> hello both\n")
        carol.say("$roomjoin hall")
        server.expect("carol has joined the room hall")
        carol.expect(r"You have joined the room hall\. You are alone in the room\.")
        # The room that she moved out of is told. Who has spoken is named.
        anna.expect(r"127\.0\.0\.1:\d+ has left the room lab\. In the room with you: 127\.0\.0\.1:\d+\.\n")
        berta.expect(r"127\.0\.0\.1:\d+ has left the room lab\. In the room with you: anna \(127\.0\.0\.1:\d+\)\.\n")
        mark = len(carol.printed)
        berta.say("two of us")
        anna.expect("berta> two of us")
        left = len(berta.printed)
        berta.say("$roomleave")
        berta.expect("You have left the room lab")
        anna.expect(r"berta \(127\.0\.0\.1:\d+\) has left the room lab\. You are alone in the room\.")
        anna.say("alone")
        anna.expect("Nobody receives what you type yet")
        time.sleep(QUIET)
        berta.expect_not("peers|In the room|alone|list", left)
        carol.expect_not("two of us|alone", mark)
        # Leaving altogether is leaving the room.
        berta.say("$roomjoin hall")
        carol.expect("has joined the room hall. In the room with you")
        quits(berta)
        carol.expect(r"has left the room hall\. You are alone in the room")
        carol.say("anybody?")
        carol.expect("Nobody receives what you type yet")


def test_poke():
    """Pokes, talks, is answered by one who had no peers, and forgets."""
    port = free_port()
    with serving(port), client(port, "anna") as anna, client(port, "berta") as berta:
        anna.say("$poke berta")
        anna.expect(r"berta is at 127\.0\.0\.1:\d+")
        anna.say("$poke berta")
        anna.expect(r"berta is at")
        anna.say("knock knock")
        berta.expect("anna> knock knock\n")
        berta.say("who is there?")
        anna.expect(r"berta> who is there\?\n")
        # Poking twice does not double what is said.
        time.sleep(QUIET)
        equal(berta.text().count("knock knock"), 1, "times heard")
        anna.say("$poke nobody")
        anna.expect("There is no user nobody")
        anna.say("$kick")
        anna.expect("forgotten")
        anna.say("hello?")
        anna.expect("Nobody receives what you type yet")
        anna.say("$nonsense")
        anna.expect(r"There is no command \$nonsense")
        for wrong in ("$poke", "$poke a b", "$roomcreate", "$userlist now"):
            anna.say(wrong)
            anna.expect("Usage: " + re.escape(wrong.split()[0]))


def test_commands_at_once():
    """Commands that are typed without waiting get each its own answer."""
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(serving(port))
        anna = stack.enter_context(client(port, "anna"))
        there = {}
        for name in ("berta", "carol"):
            there[name] = stack.enter_context(Plain(("127.0.0.1", port)))
            there[name].asks(f"hi {name}", f"hi {name}")
        anna.write(b"$poke berta\n$poke nobody\n$poke carol\n$roomcreate lab\n")
        anna.expect(f"berta is at 127.0.0.1:{there['berta'].port};")
        anna.expect("There is no user nobody")
        anna.expect(f"carol is at 127.0.0.1:{there['carol'].port};")
        anna.expect("The room lab was created")
        mark = len(anna.printed)
        time.sleep(2.5)
        anna.expect_not("No answer", mark)
        anna.say("hello")
        for plain in there.values():
            plain.hears("msg anna> hello\n")


def test_leave_once():
    """Says `by` once at :q, at the end of input and at Ctrl-C; not where it is not registered."""
    def end_input(peer):
        peer.end_input()

    for how in (lambda peer: peer.say(":q"), end_input, Peer.interrupt, lambda peer: peer.interrupt(signal.SIGTERM)):
        with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
            peer.say("anna")
            equal(server.receive(), "hi anna", "received")
            server.send("hi anna", server.source)
            peer.expect("registered")
            how(peer)
            server.knows("anna")
            equal(server.receive(), "by", "received")
            server.send("by", server.source)
            peer.ends(0)
            server.hears_nothing()
    with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
        peer.say("anna")
        equal(server.receive(), "hi anna", "received")
        peer.interrupt()
        peer.ends(1)
        server.hears_nothing()


def test_leave_unanswered():
    """Ends though `by` is not answered, and does not repeat it."""
    with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
        peer.say("anna")
        server.receive()
        server.send("hi anna", server.source)
        peer.expect("registered")
        peer.say(":q")
        server.knows("anna")
        peer.ends(0)
        equal(server.receive(), "by", "received")
        server.hears_nothing()


def test_no_server():
    """Repeats hi three times, a second apart, then gives up with 1."""
    with Plain() as server, Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", server.port) as peer:
        times = []
        for _ in range(4):
            equal(server.receive(), "hi anna", "received")
            times.append(time.monotonic())
        for before, after in zip(times, times[1:]):
            expect(0.8 < after - before < 2, f"{after - before:.2f} s between two")
        peer.expect("No answer from the server at 127.0.0.1:.*asked 4 times")
        peer.ends(1)
        server.hears_nothing()


def test_hi_repeated():
    """A lost answer: the repeated hi is answered, also where a bare hi comes first; `taken by yourself` is said."""
    with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
        peer.say("anna")
        server.hears("hi anna", "hi anna")
        server.send("hi", server.source)
        server.send("hi anna", server.source)
        peer.expect("You are registered as anna")
        peer.expect_not("taken")
    with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
        peer.say("anna")
        server.hears("hi anna", "hi anna")
        server.send("hi", server.source)
        peer.expect("taken .*by yourself")
        peer.say("berta")
        server.hears("hi berta")
    port = free_port()
    with serving(port), Plain(("127.0.0.1", port)) as plain, Plain(("127.0.0.1", port)) as other:
        plain.asks("hi anna", "hi anna")
        plain.asks("hi anna", "hi anna")
        other.asks("hi anna", "hi")
        plain.asks("ul", "ul anna")


def test_unanswered():
    """A command without an answer in 2 s is said, each."""
    with Plain() as server, Peer(UDP_CHAT, "127.0.0.1", server.port) as peer:
        peer.say("anna")
        server.receive()
        server.send("hi anna", server.source)
        peer.expect("registered")
        start = time.monotonic()
        peer.say("$userlist")
        peer.say("$roomlist")
        peer.say("$poke berta")
        server.hears("ul", "rl", "ar berta")
        server.send("rl", server.source)
        peer.expect("There are no rooms")
        peer.expect(r"No answer to \$userlist")
        expect(1.8 < time.monotonic() - start < 4, "after 2 s")
        peer.expect(r"No answer to \$poke")
        peer.expect_not(r"No answer to \$roomlist")


def test_long_lines():
    """A long line is sent in parts of 1,024 octets at most, cut between characters; a monstrous one is refused."""
    port = free_port()
    with serving(port), client(port, "anna") as anna, Plain(("127.0.0.1", port)) as plain:
        plain.asks("hi plain", "hi plain")
        anna.say("$poke plain")
        anna.expect("plain is at")
        for line in ("ä" * 1500, "x" * 1013, "x" * 1014, "€" * 700, "a" + "😀" * 600):
            anna.say(line)
            got = ""
            while len(got) < len(line):
                part = plain.receive()
                expect(part and part.startswith("msg anna> ") and part.endswith("\n"), f"{part!r}")
                got += part[10:-1]
            equal(got, line, "received")
        anna.write(b"y" * 70000 + b":q\n$kick\n")
        anna.expect("too long")
        anna.expect("forgotten")
        plain.hears_nothing()
        anna.say("$roomcreate " + "r" * 2000)
        anna.expect("cannot be sent")
        anna.say("$roomcreate " + "r" * 65)
        anna.expect("The room was not created")


def test_hostile_text():
    """Invalid octets typed become U+FFFD; what is received is shown safely; a blank line is no blank datagram."""
    port = free_port()
    with serving(port), client(port, "anna") as anna, Plain(("127.0.0.1", port)) as plain:
        plain.asks("hi plain", "hi plain")
        anna.say("$poke plain")
        anna.expect("plain is at")
        anna.write(b"bad \xff\xc3( nul \x00 end\n\n  \n")
        plain.hears("msg anna> bad \ufffd\ufffd( nul \ufffd end\n")
        plain.receive(QUIET)
        anna_at = ("127.0.0.1", port_of(plain, "anna"))
        plain.send("msg eve> \x1b[31mred\x07\nsecond line\n", anna_at)
        anna.expect(re.escape("eve> \\x1b[31mred\\x07\\x0asecond line\n"))


def port_of(plain, name):
    plain.send(f"ar {name}")
    return int(plain.receive().split()[2])


def test_who_is_ignored():
    """`pk`, which others may send, disturbs neither side; nor does garbage from a stranger or a forged answer."""
    port = free_port()
    with serving(port), client(port, "anna") as anna, Plain(("127.0.0.1", port)) as plain, Plain() as stranger:
        plain.asks("hi plain", "hi plain")
        at = ("127.0.0.1", port_of(plain, "anna"))
        mark = len(anna.printed)
        for text in ("pk", "pk eve", "", " \n", b"\xff\xfe", "msg", "msg nothing", "x" * 3000, CLEAR,
                     "rj 127.0.0.1 9", "ar 127.0.0.1 9", "ul eve", "hi anna", "hi", "by", b"\0" * 40):
            stranger.send(text, at)
        plain.asks("pk")
        anna.say("$userlist")
        anna.expect("User: anna\nUser: plain\n")
        equal(anna.printed[mark:].decode(), "User: anna\nUser: plain\n", "printed")
        anna.say("hello?")
        anna.expect("Nobody receives what you type yet")


def test_garbage_flood():
    """The server survives a flood of garbage, answers no stranger, and still serves."""
    port = free_port()
    with serving(port) as server, Plain(("127.0.0.1", port)) as noise:
        for i in range(3000):
            noise.send((b"", b" ", b"\xff" * 7, b"ul", b"rl", b"rj lab", b"ar x", b"by", b"rk", b"rc lab", b"hi",
                        b"hi a b", b"msg x> y\n", b"rj 127.0.0.1 80", b"\0", b"z" * 2000, b"hi \xc3", b"pk", b"ul anna",
                        bytes([i & 255]) * (i % 1500))[i % 20])
        noise.hears_nothing()
        with client(port, "anna") as anna:
            anna.say("$userlist")
            anna.expect("User: anna\n")
            quits(anna)
        equal(server.process.poll(), None, "the server's end")


def test_registration_flood():
    """The address book has an end, and a place in it that becomes free is given again."""
    port = free_port()
    with serving(port) as server, Plain(("127.0.0.1", port), "127.0.9.9") as late:
        first = Plain(("127.0.0.1", port), "127.0.0.1")
        first.asks("hi user-0", "hi user-0")
        for i in range(1, MAX_USERS + 20):
            with Plain(("127.0.0.1", port), f"127.1.{i >> 8}.{i & 255}") as plain:
                plain.asks(f"hi user-{i}", f"hi user-{i}" if i < MAX_USERS else "hi")
        server.expect(rf"The address book is full \({MAX_USERS} users")
        late.asks("hi late", "hi")
        late.asks("ul")
        late.hears_nothing()
        with first:
            first.asks("by", "by")
        late.asks("hi late", "hi late")
        equal(server.text().count("book is full"), 1, "times said")


def test_room_flood():
    """Rooms, their members and the length of names have bounds; names have rules."""
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(serving(port))
        plain = stack.enter_context(Plain(("127.0.0.1", port)))
        plain.asks("hi plain", "hi plain")
        for i in range(MAX_ROOMS + 5):
            plain.asks(f"rc room-{i}", f"rc room-{i}" if i < MAX_ROOMS else "rc")
        with Plain(("127.0.0.1", port)) as other:
            for name in ("__clear_peers__", "n" * (MAX_NAME + 1), "a\x1b[2J", "a\u200eb", "a\x7fb"):
                other.asks(f"hi {name}", "hi")
            other.asks("hi " + "n" * MAX_NAME, "hi " + "n" * MAX_NAME)
        for i in range(MAX_MEMBERS + 2):
            member = stack.enter_context(Plain(("127.0.0.1", port)))
            member.asks(f"hi member-{i}", f"hi member-{i}")
            member.asks("rj room-0", CLEAR if i < MAX_MEMBERS else "rj")
        # Joining again is answered to the one who asks, and disturbs nobody else.
        plain.asks("rj room-1", CLEAR)
        plain.asks("rj room-1", CLEAR)
        plain.hears_nothing()


def test_families():
    """IPv6 works, and each hears only of addresses of its own family."""
    need_ipv6()
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(serving(port))
        four = stack.enter_context(Plain(("127.0.0.1", port)))
        six = stack.enter_context(Plain(("::1", port), "::1"))
        ours = stack.enter_context(client(port, "ours", "::1"))
        four.asks("hi four", "hi four")
        six.asks("hi six", "hi six")
        four.asks("rc lab", "rc lab")
        four.asks("rj lab", CLEAR)
        six.asks("rj lab", CLEAR)
        four.hears(CLEAR)
        ours.say("$roomjoin lab")
        ours.expect(r"In the room with you: \[::1\]:%d\.\n" % six.port)
        six.receive()
        ours_at = six.receive()
        expect(re.fullmatch(r"rj ::1 \d+", ours_at), ours_at)
        four.hears(CLEAR)
        four.hears_nothing()
        four.asks("ar six", "ar")
        six.asks("ar four", "ar")
        six.asks("ar six", f"ar ::1 {six.port}")
        ours.say("six of us")
        six.hears("msg ours> six of us\n")
        six.send("msg six> indeed\n", ("::1", int(ours_at.split()[2])))
        ours.expect("six> indeed\n")


def test_original_client():
    """An original client, which never says `by`, chats with ours over our server."""
    port = free_port()
    with serving(port), client(port, "anna") as anna, Plain(("127.0.0.1", port)) as original:
        original.asks("hi orig", "hi orig")
        original.asks("ul", "ul anna", "ul orig")
        original.asks("rl", "rl")
        original.asks("ar nobody", "ar")
        original.asks("rc lab", "rc lab")
        original.asks("rc lab", "rc")
        original.asks("rl", "rl lab")
        original.asks("rj nowhere", "rj")
        original.asks("rj lab", CLEAR)
        anna.say("$roomjoin lab")
        anna.expect(f"In the room with you: 127.0.0.1:{original.port}")
        equal(original.receive(), CLEAR, "received")
        word, address, peer_port = original.receive().split()
        equal((word, address), ("rj", "127.0.0.1"), "received")
        original.send("msg orig> hello, anna\n", (address, int(peer_port)))
        anna.expect("orig> hello, anna\n")
        anna.say("hello, you")
        original.hears("msg anna> hello, you\n")
        original.asks("rk", "rk", CLEAR)
        anna.expect(r"orig \(127\.0\.0\.1:\d+\) has left the room lab\. You are alone in the room\.")
        quits(anna)


def test_original_server():
    """Ours talk over an original server, which ignores `rk`, and whose second `by` would be its end."""
    with ExitStack() as stack:
        server = stack.enter_context(Plain())
        anna = stack.enter_context(Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", server.port))
        equal(server.receive(), "hi anna", "received")
        at_anna = server.source
        server.send("hi anna", at_anna)
        berta = stack.enter_context(Peer(UDP_CHAT, "--name", "berta", "127.0.0.1", server.port))
        equal(server.receive(), "hi berta", "received")
        at_berta = server.source
        server.send("hi berta", at_berta)
        anna.expect("registered")
        berta.expect("registered")
        anna.say("$roomjoin lab")
        equal(server.receive(), "rj lab", "received")
        for to, other in ((at_anna, at_berta), (at_berta, at_anna)):
            server.send(CLEAR, to)
            server.send(f"rj {other[0]} {other[1]}", to)
        anna.expect("You have joined the room lab. In the room with you: 127")
        berta.expect("The server has given you new peers: 127")
        anna.say("over the original")
        berta.expect("anna> over the original\n")
        berta.say("indeed")
        anna.expect("berta> indeed\n")
        anna.say("$roomleave")
        equal(server.receive(), "rk", "received")
        anna.expect(r"No answer to \$roomleave.*the original server ignores it")
        server.knows("anna")
        for peer, at in ((anna, at_anna), (berta, at_berta)):
            peer.say(":q")
            server.knows("anna" if peer is anna else "berta")
            equal((server.receive(), server.source), ("by", at), "received")
            server.send("by", at)
            peer.ends(0)
        server.hears_nothing()


def test_server_ends():
    """The server ends with :q, Ctrl-C and SIGTERM, and lives on without an input."""
    for how in (lambda peer: peer.say(":q"), Peer.interrupt, lambda peer: peer.interrupt(signal.SIGTERM)):
        with serving(free_port()) as server:
            how(server)
            server.ends(0)
    port = free_port()
    with Peer(UDP_CHAT, port, stdin=subprocess.DEVNULL) as server:
        server.expect("Serving")
        with client(port, "anna") as anna:
            quits(anna)
        server.interrupt()
        server.ends(0)


def test_usage():
    """Wrong usage ends with 2, a failure with 1, and both say what is wrong."""
    for port in ("0", "65536", "-1", "8090x", "", "99999999999999999999"):
        refuses(2, "is not a port number|Unknown option", UDP_CHAT, port)
        refuses(2, "is not a port number|Unknown option", UDP_CHAT, "127.0.0.1", port)
    refuses(2, "give PORT, or ADDRESS PORT", UDP_CHAT)
    refuses(2, "give PORT, or ADDRESS PORT", UDP_CHAT, "a", "1", "2")
    refuses(2, "--help", UDP_CHAT, "--nonsense")
    refuses(0, "Example:", UDP_CHAT, "--help")
    refuses(0, r"^udp-chat \d+\.\d+", UDP_CHAT, "--version")
    refuses(1, "is an unknown host", UDP_CHAT, "no-such-host.invalid", "8090")
    port = free_port()
    with serving(port):
        refuses(1, "another program uses it", UDP_CHAT, port)
