"""Ours with the originals' stand-ins, in every role and in mixed rooms. None of ours makes one of them crash."""
import os
import signal
import socket
import time
from contextlib import ExitStack

from originals import OriginalClient, OriginalServer, OriginalTcp
from peer import TCP_CHAT, UDP_CHAT, Peer, free_port
from tap import equal, expect

FORGOTTEN = "The server no longer knew you, as after a restart. You are registered again as {}"


def ours(port, name):
    peer = Peer(UDP_CHAT, "--name", name, "127.0.0.1", port)
    peer.expect(f"You are registered as {name}")
    return peer


def serving(port):
    server = Peer(UDP_CHAT, port)
    server.expect("Serving on port")
    return server


def quits(*peers):
    for peer in peers:
        peer.say(":q")
        peer.ends(0)


def mixed_room(port, original_server):
    """Two of ours and two originals: registered, in a room, talking, one leaving, all the others going on."""
    with ExitStack() as stack:
        anna, berta = (stack.enter_context(ours(port, name)) for name in ("anna", "berta"))
        olga, otto = (stack.enter_context(OriginalClient(name, port)) for name in ("olga", "otto"))
        anna.say("$userlist")
        for name in ("anna", "berta", "olga", "otto"):
            anna.expect(f"User: {name}")
        olga.ask("rc lab")
        olga.expect("rc lab")
        anna.say("$roomlist")
        anna.expect("Room: lab")
        for number, member in enumerate((olga, anna, otto, berta)):
            if isinstance(member, Peer):
                member.say("$roomjoin lab")
                member.expect("You have joined the room lab. In the room with you: " + ", ".join(["[^,]+"] * number))
            else:
                member.ask("rj lab")
                member.expect("rj __clear_peers__")
                time.sleep(0.3)
        olga.say("grüße an alle")
        for member in (anna, berta):
            member.expect("olga> grüße an alle\n")
        otto.expect("olga> grüße an alle")
        berta.say("von berta")
        anna.expect("berta> von berta\n")
        for member in (olga, otto):
            member.expect("msg berta> von berta")
        # Task 3b: ours answer, the originals are named as those that do not.
        anna.say("$who")
        anna.expect(r"In the room lab: anna \(you\), berta \(127\.0\.0\.1:\d+\)\.")
        anna.expect("No answer from .*the original chat programs never answer")
        olga.ask("ar anna")
        olga.expect("ar 127.0.0.1")
        anna.say("$poke otto")
        anna.expect("otto is at 127.0.0.1")
        anna.say("$roomleave")
        anna.expect("No answer to .roomleave" if original_server else "You have left the room lab")
        quits(berta)
        olga.say("wer ist noch da?")
        otto.expect("wer ist noch da")
        quits(anna)
        olga.ask("ul")
        olga.expect("ul olga")


def test_mixed_room_over_ours():
    """Two originals and two of ours in a room, over our server."""
    port = free_port()
    with serving(port) as server:
        mixed_room(port, False)
        quits(server)


def test_mixed_room_over_original():
    """Two originals and two of ours in a room, over the original server."""
    with OriginalServer() as server:
        mixed_room(server.port, True)
        equal(server.asked.count(["by"]), 2, "by, once from each of ours")


def test_original_restarted():
    """An original server is restarted: $userlist shows it, ours registers again and says so, and leaves in peace."""
    with OriginalServer() as server, ours(server.port, "anna") as anna, ours(server.port, "berta") as berta:
        anna.say("$roomcreate lab")
        anna.expect("was created")
        server.restart()
        anna.say("$userlist")
        anna.expect(FORGOTTEN.format("anna"))
        equal(sorted(server.users), ["anna"], "users")
        # berta has not noticed, and says no by, which would crash the server.
        quits(berta)
        berta.expect("The server no longer knows you")
        equal(server.asked.count(["by"]), 0, "by")
        server.restart()
        anna.say("$roomcreate lab")
        anna.expect("was created")
        server.restart()
        anna.say("$roomjoin lab")
        anna.expect("There is no such room")
        anna.expect(FORGOTTEN.format("anna"))
        quits(anna)
        equal(server.asked.count(["by"]), 1, "by")


def test_original_restarted_and_name_gone():
    """After a restart somebody else has the name: ours asks for another, and never says by for the other's."""
    with OriginalServer() as server, ours(server.port, "anna") as anna, ours(server.port, "berta") as berta:
        server.restart()
        with OriginalClient("anna", server.port), OriginalClient("berta", server.port):
            quits(anna)
            anna.expect("The server no longer knows you")
            equal(server.asked.count(["by"]), 0, "by")
            berta.say("$poke berta")
            berta.expect("somebody else has the name berta now")


def test_our_server_restarted():
    """Our server is restarted: an unanswered command shows it, ours registers again, and the command then works."""
    port = free_port()
    with ExitStack() as stack:
        server = stack.enter_context(serving(port))
        anna = stack.enter_context(ours(port, "anna"))
        server.interrupt(signal.SIGKILL)
        server.process.wait()
        stack.enter_context(serving(port))
        anna.say("$roomcreate lab")
        anna.expect(r"No answer to \$roomcreate from the server")
        anna.expect("registered again as anna")
        anna.say("$roomcreate lab")
        anna.expect("The room lab was created")
        quits(anna)


def test_server_gone():
    """A server that is gone is told of; peers still hear each other, and leaving ends."""
    with OriginalServer() as server, ours(server.port, "anna") as anna, ours(server.port, "berta") as berta:
        anna.say("$poke berta")
        anna.expect("berta is at")
        server.mute = True
        anna.say("$roomlist")
        anna.expect(r"No answer to \$roomlist")
        anna.expect("does not answer any more; your peers still receive", 12)
        anna.say("still there?")
        berta.expect(r"anna> still there\?")
        quits(anna)
        anna.expect("The server does not answer; it could not be told that you leave")
        equal(server.asked.count(["by"]), 0, "by")


def test_interrupted_while_registering():
    """Interrupted before the answer to hi, it waits for that, and leaves no name behind."""
    with OriginalServer() as server:
        server.mute = True
        with Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", server.port) as anna:
            deadline = time.monotonic() + 10
            while not server.asked:
                expect(time.monotonic() < deadline, "hi")
                time.sleep(0.01)
            anna.interrupt()
            time.sleep(0.3)
            server.mute = False
            source = ("127.0.0.1", port_of(anna))
            server.handle("hi", ["anna"], source)
            anna.ends(1)
        equal(server.users, {}, "users")
        equal(server.asked.count(["by"]), 1, "by")


def test_interrupted_after_repeating():
    """Interrupted after hi was repeated: a bare hi may mean itself, so it asks before it says by."""
    with OriginalServer() as server:
        server.mute = True
        with Peer(UDP_CHAT, "--name", "anna", "127.0.0.1", server.port) as anna:
            deadline = time.monotonic() + 10
            while len(server.asked) < 2:
                expect(time.monotonic() < deadline, "hi twice")
                time.sleep(0.01)
            source = ("127.0.0.1", port_of(anna))
            anna.interrupt()
            time.sleep(0.2)
            server.users["anna"] = source  # the first answer was lost
            server.mute = False
            server.handle("hi", ["anna"], source)
            anna.ends(1)
        equal(server.users, {}, "users")


def port_of(peer):
    """The UDP port of a program of ours, from /proc."""
    inodes = set()
    folder = f"/proc/{peer.process.pid}/fd"
    for name in os.listdir(folder):
        target = os.readlink(f"{folder}/{name}")
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for family in ("udp", "udp6"):
        with open(f"/proc/net/{family}", encoding="ascii") as table:
            for row in table.read().splitlines()[1:]:
                words = row.split()
                if words[9] in inodes:
                    return int(words[1].rsplit(":", 1)[1], 16)
    raise AssertionError("no UDP socket")


def test_nothing_that_crashes():
    """Bytes that are no UTF-8, blank and long lines reach originals only in a shape that they survive."""
    with OriginalServer() as server, ours(server.port, "anna") as anna, \
            OriginalClient("otto", server.port) as otto:
        anna.write(b"$poke otto\nbad \xff\xc3( byte\n\n   \n\xe2\x82\n" + "€".encode() * 1000 + b"\nlast\n"
                   b"$poke \xff\xfe\n$roomcreate \xc3\n$nonsense\n$roomjoin\n")
        otto.expect("bad \ufffd\ufffd( byte")
        otto.expect("€€€")
        otto.expect("last")
        anna.expect("There is no user \ufffd\ufffd who can be reached")
        quits(anna)


def test_received_whole():
    """A datagram longer than an original reads is shown whole, and what is no UTF-8 in it as U+FFFD."""
    with OriginalServer() as server, ours(server.port, "anna") as anna, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        long = b"msg otto> " + b"x" * 30000 + b"\xff end\n"
        plain.sendto(long, ("127.0.0.1", port_of(anna)))
        anna.expect("otto> " + "x" * 30000 + "\ufffd end\n")
        quits(anna)


def test_families():
    """Ours over IPv6 in a room with an original: neither is told of the other's address."""
    port = free_port()
    with serving(port), OriginalClient("otto", port) as otto, Peer(UDP_CHAT, "--name", "anna", "::1", port) as anna:
        anna.expect("registered as anna")
        otto.ask("rc lab")
        otto.ask("rj lab")
        otto.expect("rj __clear_peers__")
        anna.say("$roomjoin lab")
        anna.expect("You have joined the room lab. You are alone in the room")
        otto.ask("ar anna")
        otto.expect("ar")
        quits(anna)


def test_tcp():
    """The TCP originals in both roles; what is typed badly does not crash them; either side closes."""
    for we_close in (True, False):
        port = free_port()
        with Peer(TCP_CHAT, port) as server:
            server.expect("Listening")
            with OriginalTcp(port) as client:
                client.say("hallo, grüß dich")
                server.expect("hallo, grüß dich\n")
                server.write(b"typed badly: \xff\xe2\x82 \xc0\x80\n")
                client.expect("typed badly: \ufffd\ufffd\ufffd \ufffd\ufffd")
                if we_close:
                    server.say(":q")
                    client.expect("closed")
                else:
                    client.quit()
                    server.expect("The other side has closed the connection")
                server.ends(0)
        with OriginalTcp() as listening, Peer(TCP_CHAT, "127.0.0.1", listening.port) as client:
            client.expect("Connected")
            listening.expect("connected")
            client.say("und zurück")
            listening.expect("und zurück")
            listening.say("ja")
            client.expect("ja\n")
            if we_close:
                client.say(":q")
                listening.expect("closed")
            else:
                listening.quit()
                client.expect("The other side has closed the connection")
            client.ends(0)
