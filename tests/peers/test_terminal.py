#!/usr/bin/python3
"""The chat programs at a terminal, in tmux: what is being typed stays whole, whatever arrives, is pasted or resized.

Arguments: tcp-chat udp-chat [WORD...]. With words, only the cases whose names hold one of them.
"""
import shutil
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from peer import PATIENCE, TCP_CHAT, UDP_CHAT, Peer, collect_cases, free_port  # noqa: E402
from terminal import Terminal  # noqa: E402
from tap import Skip, equal, expect, run_cases  # noqa: E402

HALF = "half of a line which is longer than forty columns, ü€😀 "


def tcp_terminal(**options):
    """A tcp-chat in a terminal, with a plain socket at the other side."""
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    port = free_port()
    terminal = Terminal(TCP_CHAT, port, **options)
    terminal.expect("Listening on port")
    plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    terminal.expect("has connected")
    return terminal, plain


def udp_terminal(port, name, **options):
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    terminal = Terminal(UDP_CHAT, "127.0.0.1", port, **options)
    terminal.expect("Your name:")
    terminal.say(name)
    terminal.expect(f"registered as {name}")
    terminal.expect(f"^{name}>")
    return terminal


def receive(plain, length):
    octets = b""
    while len(octets) < length:
        part = plain.recv(65536)
        expect(part, f"the end after {octets!r}")
        octets += part
    return octets.decode()


def test_half_typed_tcp():
    """tcp-chat: a line half typed while ten messages arrive, 40 columns wide and resized, is sent as typed"""
    terminal, plain = tcp_terminal()
    with terminal, plain:
        terminal.expect(r"\(:q quits\)")
        for piece, width in (("half of a line ", 40), ("which is longer than ", 25), ("forty columns, ", 70), ("ü€😀 ",
                                                                                                               40)):
            terminal.resize(width)
            terminal.type(piece)
            for number in range(10):
                plain.sendall(f"{width}: message number {number}\n".encode())
            terminal.expect(f"^{width}: message number 9$")
        terminal.type("and its end")
        terminal.keys("Enter")
        line = HALF + "and its end\n"
        equal(receive(plain, len(line.encode())), line, "received")
        screen = terminal.screen()
        for width in (40, 25, 70):
            for number in range(10):
                expect(f"\n{width}: message number {number}\n" in screen,
                       f"message {number} at {width} columns:\n{screen}")
        terminal.say(":q")
        equal(plain.recv(100), b"", "the end")
        terminal.ends(0)


def test_half_typed_udp():
    """udp-chat: a line half typed while ten messages arrive, 40 columns wide and resized, is sent as typed"""
    port = free_port()
    with Peer(UDP_CHAT, port) as server, Peer(UDP_CHAT, "--name", "berta", "127.0.0.1", port) as berta:
        server.expect("berta is registered")
        with udp_terminal(port, "anna") as anna:
            berta.expect("registered")
            berta.say("$poke anna")
            berta.expect("anna is at")
            anna.say("$poke berta")
            anna.expect("berta is at")
            anna.type(HALF)
            for number in range(10):
                berta.say(f"message number {number}")
                anna.resize(40 if number % 2 else 31)
            anna.expect("^berta> message number 9$")
            anna.say("and its end")
            berta.expect("anna> " + HALF + "and its end\n")
            screen = anna.screen()
            for number in range(10):
                expect(f"\nberta> message number {number}\n" in screen, screen)
            anna.keys("C-d")
            anna.ends(0)


def test_paste():
    """5,000 pasted characters arrive whole, in brackets or not; several pasted lines arrive as lines"""
    terminal, plain = tcp_terminal()
    with terminal, plain:
        for bracketed in (True, False):
            text = "".join(f"{number:04}ü" for number in range(1000))
            terminal.paste(text, bracketed)
            terminal.keys("Enter")
            equal(receive(plain, len(text.encode()) + 1), text + "\n", f"pasted, bracketed: {bracketed}")
            terminal.paste("one\ntwo\tand\nthree", bracketed)
            terminal.keys("Enter")
            equal(receive(plain, 18), "one\ntwo\tand\nthree\n", f"lines pasted, bracketed: {bracketed}")
        terminal.keys("C-c")
        terminal.ends(0)


def test_paste_udp():
    """5,000 pasted characters arrive whole over UDP, in parts that receivers read"""
    port = free_port()
    with Peer(UDP_CHAT, port) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        server.expect("Serving")
        plain.settimeout(PATIENCE)
        plain.sendto(b"hi berta", ("127.0.0.1", port))
        equal(plain.recv(100), b"hi berta", "registered")
        with udp_terminal(port, "anna") as anna:
            anna.say("$poke berta")
            anna.expect("berta is at")
            text = "".join(f"{number:04}ü" for number in range(1000))
            anna.paste(text, True)
            anna.keys("Enter")
            got = ""
            while len(got) < len(text):
                part = plain.recv(65536)
                expect(len(part) <= 1024 and part.startswith(b"msg anna> ") and part.endswith(b"\n"), f"{part!r}")
                got += part[10:-1].decode()
            equal(got, text, "pasted")


def test_editing():
    """A line is edited and recalled; Tab completes commands; $help lists them; the prompt shows name and room"""
    port = free_port()
    with Peer(UDP_CHAT, port) as server:
        server.expect("Serving")
        with udp_terminal(port, "anna", width=80) as anna:
            anna.say("$help")
            for command in ("userlist", "roomlist", "poke NAME", "roomcreate ROOM", "roomjoin ROOM", "roomleave", "who",
                            "kick"):
                anna.expect(rf"^\${command} ")
            anna.type("$roomc")
            anna.keys("Tab")
            anna.say("hall")
            anna.expect("The room hall was created")
            anna.keys("Up", "BSpace", "BSpace", "BSpace", "BSpace")
            anna.say("lab")
            anna.expect("The room lab was created")
            anna.say("$roomjoin lab")
            anna.expect(r"^anna \(lab\)>")
            anna.say("  :q ")
            anna.ends(0)
            server.expect("anna has left")


def test_suspended():
    """Ctrl-Z gives the terminal back to the shell, and after fg the line goes on where it was"""
    port = free_port()
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    with Terminal("bash", "--norc", "-i", width=80) as terminal:
        terminal.expect(r"[#$] *$")
        terminal.say(f"{TCP_CHAT} {port}")
        terminal.expect("Listening")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
            terminal.expect("has connected")
            terminal.type("before ")
            terminal.expect("quits. before")
            terminal.keys("C-z")
            terminal.expect("Stopped")
            terminal.say("echo $((6 * 7)); fg")
            terminal.expect("^42$")
            time.sleep(0.3)
            terminal.say("and after")
            equal(receive(plain, 17), "before and after\n", "received")
            terminal.say(":q")
            terminal.expect(r":q\n.*[#$] *$")


def test_colours():
    """Names are coloured at a terminal, not where NO_COLOR says so; what arrives cannot draw on it"""
    port = free_port()
    with Peer(UDP_CHAT, port) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        server.expect("Serving")
        plain.settimeout(PATIENCE)
        plain.sendto(b"hi berta", ("127.0.0.1", port))
        equal(plain.recv(100), b"hi berta", "registered")
        for environment, pattern in (({}, "\x1b\\[3[1-6]mberta>(\x1b\\[[0-9;]*m)+ .x1b.31mhello"),
                                     ({"NO_COLOR": "1"}, "^berta> .x1b.31mhello")):
            with udp_terminal(port, "anna", environment=environment) as anna:
                plain.sendto(b"ar anna", ("127.0.0.1", port))
                words = plain.recv(100).decode().split()
                plain.sendto(b"msg berta> \x1b[31mhello\n", (words[1], int(words[2])))
                anna.expect(pattern, colours=True)
                anna.keys("C-d")
                anna.ends(0)


def test_interrupted():
    """Ctrl-C, a terminal that closes and a server at a terminal end in good order"""
    port = free_port()
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    with Terminal(UDP_CHAT, port) as server:
        server.expect("Serving on port")
        with udp_terminal(port, "anna") as anna:
            server.expect("anna is registered")
            anna.type("half")
            anna.keys("C-c")
            anna.ends(0)
        server.expect("anna has left")
        with udp_terminal(port, "berta") as berta:
            berta.run("kill-session")
            server.expect("berta has left")
        server.type(":")
        with udp_terminal(port, "carla"):
            server.expect("carla is registered")
            server.say("q")
            server.ends(0)


CASES = collect_cases(globals())
WANTED = sys.argv[3:]

if __name__ == "__main__":
    sys.exit(run_cases([case for case in CASES if not WANTED or any(word in case[0] for word in WANTED)]))
