#!/usr/bin/python3
"""Rooms that talk in multicast groups, between two hosts: network namespaces, joined by a cable. Argument: udp-chat

Where namespaces are not permitted, the test skips itself.
"""
import os
import re
import socket
import struct
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
# peer.py wants both programs.
if len(sys.argv) < 3:
    sys.argv.insert(1, sys.argv[1])
from peer import PATIENCE, UDP_CHAT, Peer, collect_cases  # noqa: E402
from tap import Skip, equal, expect, run_cases  # noqa: E402

PORT = 8090
INSIDE = "CHAT_TEST_HOSTS"  # in the environment: the process whose network is the second host's
ADDRESSES = {4: ("10.0.0.1", "10.0.0.2"), 6: ("fd00::1", "fd00::2")}
GROUP = {4: r"239\.255\.0\.1:8091", 6: r"\[ff15::1\]:8091"}


def enter():
    """Runs this program again within namespaces, where that is permitted."""
    for unshare in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
            setup = """
                set -e
                unshare --net sh -c 'echo ready; exec sleep 300' >"$0.ready" & second=$!
                trap 'kill $second' EXIT
                while [ ! -s "$0.ready" ]; do sleep 0.05; done
                ip link set lo up
                ip link add eth0 type veth peer name eth0 netns $second
                ip link set eth0 up
                ip address add 10.0.0.1/24 dev eth0
                ip address add fd00::1/64 dev eth0 nodad
                nsenter --net=/proc/$second/ns/net sh -ec '
                    ip link set lo up
                    ip link set eth0 up
                    ip address add 10.0.0.2/24 dev eth0
                    ip address add fd00::2/64 dev eth0 nodad'
                CHAT_TEST_HOSTS=$second "$@"
            """
            folder = os.environ.get("TMPDIR", "/tmp")
            ready = Path(folder) / f"chat-multicast-{os.getpid()}"
            try:
                return subprocess.run([*unshare, "sh", "-c", setup, str(ready), sys.executable, *sys.argv],
                                      check=False).returncode
            finally:
                Path(f"{ready}.ready").unlink(missing_ok=True)
    return None


def on_second_host(*command):
    return ["nsenter", f"--net=/proc/{os.environ[INSIDE]}/ns/net", *map(str, command)]


def need_hosts():
    if INSIDE not in os.environ:
        raise Skip("no network namespaces are permitted here")


def serving(*options):
    server = Peer(UDP_CHAT, *options, PORT)
    server.expect("Serving on port 8090, with a multicast group for each room")
    return server


def client(name, family, second):
    command = [UDP_CHAT, "--name", name, ADDRESSES[family][0], PORT]
    peer = Peer(*(on_second_host(*command) if second else command))
    peer.expect(f"You are registered as {name}")
    return peer


def membership(family, second, wanted):
    """Waits until a host is in the group, or is not, as its kernel says."""
    deadline = time.monotonic() + PATIENCE
    while is_member(family, second) != wanted:
        expect(time.monotonic() < deadline, f"the {'second' if second else 'first'} host's membership: not {wanted}")
        time.sleep(0.05)


def is_member(family, second):
    table = "/proc/net/igmp" if family == 4 else "/proc/net/igmp6"
    command = ["cat", table]
    text = subprocess.run(on_second_host(*command) if second else command, capture_output=True, text=True,
                          check=True).stdout
    return ("0100FFEF" if family == 4 else "ff150000000000000000000000000001") in text


def joins(peer, family, room="lab"):
    peer.say(f"$roomjoin {room}")
    peer.expect(
        f"You have joined the room {room}. Its members talk in the multicast group {GROUP[family]}; .who asks who is "
        "there"
    )


def room_over(family):
    need_hosts()
    with ExitStack() as stack:
        server = stack.enter_context(serving("--multicast"))
        anna, berta = (stack.enter_context(client(name, family, False)) for name in ("anna", "berta"))
        carla = stack.enter_context(client("carla", family, True))
        anna.say("$roomcreate lab")
        anna.expect("The room lab was created")
        for peer in (anna, berta, carla):
            joins(peer, family)
        membership(family, False, True)
        membership(family, True, True)
        for speaker, text in ((anna, "grüße aus der gruppe"), (carla, "vom zweiten host")):
            mark = len(speaker.printed)
            speaker.say(text)
            for hearer in (anna, berta, carla):
                if hearer is not speaker:
                    hearer.expect(f"(anna|carla)> {text}\n")
            speaker.say("$who")
            speaker.expect(r"In the room lab: (anna|carla) \(you\), [a-z]+ \([^,]+\), [a-z]+ \([^,]+\)\.\n")
            speaker.expect_not(text + "\n", mark)  # what it said itself
        carla.say("$roomleave")
        carla.expect("You have left the room lab")
        membership(family, True, False)
        mark = len(carla.printed)
        anna.say("without carla")
        berta.expect("anna> without carla\n")
        anna.say("$who")
        anna.expect(r"In the room lab: anna \(you\), berta \([^,]+\)\.\n")
        carla.expect_not("without", mark)
        carla.say("anybody?")
        carla.expect("Nobody receives what you type yet")
        for peer, name in ((anna, "anna"), (berta, "berta"), (carla, "carla")):
            peer.say(":q")
            peer.ends(0)
            server.expect(f"{name} has left\n")
        membership(family, False, False)


def test_ipv4():
    """IPv4: two hosts talk in 239.255.0.1, ask who is there, and leave"""
    room_over(4)


def test_ipv6():
    """IPv6: two hosts talk in ff15::1, ask who is there, and leave"""
    room_over(6)


def test_rooms_apart():
    """Each room has a group of its own, and moving leaves the old one"""
    need_hosts()
    with ExitStack() as stack:
        stack.enter_context(serving("--multicast"))
        anna, berta = (stack.enter_context(client(name, 4, second))
                       for name, second in (("anna", False), ("berta", True)))
        for room in ("lab", "hall"):
            anna.say(f"$roomcreate {room}")
            anna.expect(f"The room {room} was created")
        joins(anna, 4)
        berta.say("$roomjoin hall")
        berta.expect(r"You have joined the room hall. Its members talk in the multicast group 239\.255\.0\.2:8091")
        anna.say("nobody in hall hears this")
        anna.say("$who")
        anna.expect("Nobody has answered: you seem to be alone in the room lab")
        joins(berta, 4)
        berta.say("here I am")
        anna.expect("berta> here I am\n")
        berta.expect_not("nobody in hall")


def test_hostile():
    """Garbage sent to the group disturbs nobody; a group that is none is refused"""
    need_hosts()
    with ExitStack() as stack:
        stack.enter_context(serving("--multicast"))
        anna = stack.enter_context(client("anna", 4, False))
        anna.say("$roomcreate lab")
        anna.expect("was created")
        joins(anna, 4)
        noise = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        noise.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.0.0.1"))
        for number in range(2000):
            noise.sendto((b"", b"\xff" * 100, b"pk " + b"x" * 1000, b"rj __clear_peers__", b"hi anna", os.urandom(50),
                          struct.pack("I", number))[number % 7], ("239.255.0.1", 8091))
        time.sleep(0.5)  # what does not fit into her buffer is lost
        noise.sendto(b"msg eve> \x1b[2J\xff\n", ("239.255.0.1", 8091))
        anna.expect(re.escape("eve> \\x1b[2J\ufffd\n"))
        anna.say(":q")
        anna.ends(0)
    with ExitStack() as stack:
        plain = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        plain.bind(("10.0.0.1", PORT))
        plain.settimeout(10)
        anna = stack.enter_context(Peer(UDP_CHAT, "--name", "anna", "10.0.0.1", PORT))
        octets, at = plain.recvfrom(100)
        equal(octets, b"hi anna", "received")
        plain.sendto(b"hi anna", at)
        anna.expect("registered")
        anna.say("$roomjoin lab")
        equal(plain.recvfrom(100)[0], b"rj lab", "received")
        for text in (b"rj __clear_peers__", b"rj 10.0.0.1 8091", b"rj 224.0.0.1 0", b"rj 256.0.0.1 5",
                     b"rj ff15::zz 5"):
            plain.sendto(text, at)
        anna.expect("You have joined the room lab")
        anna.say(":q")


def test_usage():
    """--multicast is the server's"""
    done = subprocess.run([UDP_CHAT, "--multicast", "127.0.0.1", "8090"], capture_output=True, text=True, check=False)
    equal(done.returncode, 2, "status")
    expect("--multicast is for the server" in done.stderr, done.stderr)


if __name__ == "__main__":
    if INSIDE not in os.environ:
        STATUS = enter()
        if STATUS is not None:
            sys.exit(STATUS)
    sys.exit(run_cases(collect_cases(globals())))
