"""Scripted use: scripts, their pace, plain pipes, and terminals that edit lines themselves."""
import os
import pty
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager

from peer import PATIENCE, TCP_CHAT, UDP_CHAT, Peer, free_port, refuses
from tap import equal, expect


@contextmanager
def script(text):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        yield file.name


def serving(port):
    server = Peer(UDP_CHAT, port)
    server.expect("Serving on port")
    return server


def piped(text, *command):
    """What it prints, given the text and the end of input at once."""
    done = subprocess.run([str(word) for word in command], input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=PATIENCE, check=False)
    equal(done.returncode, 0, f"status; it said {done.stdout.decode()}")
    return done.stdout.decode()


def test_pipe_waits_for_answers():
    """From a pipe, a message after $roomjoin reaches the room, and a list is complete before the end"""
    port = free_port()
    with serving(port), Peer(UDP_CHAT, "--name", "berta", "127.0.0.1", port) as berta:
        berta.expect("registered")
        berta.write(b"$roomcreate lab\n$roomjoin lab\n")
        berta.expect("You have joined the room lab")
        said = piped("$roomjoin lab\nhello, all at once\n$userlist\n$roomlist\n", UDP_CHAT, "--name", "anna",
                     "127.0.0.1", port)
        for line in ("You have joined the room lab. In the room with you: 127", "User: berta\nUser: anna\n",
                     "Room: lab\n"):
            expect(line in said, f"{line!r} is missing: {said}")
        expect("Nobody receives" not in said, said)
        berta.expect("anna> hello, all at once\n")
        berta.expect(r"anna \(127\.0\.0\.1:\d+\) has left the room lab\. You are alone in the room\.")


def test_pipe_with_who():
    """From a pipe, $who is asked of the room that was just joined, and answered before the end"""
    port = free_port()
    with serving(port), Peer(UDP_CHAT, "--name", "berta", "127.0.0.1", port) as berta:
        berta.expect("registered")
        berta.write(b"$roomcreate lab\n$roomjoin lab\n")
        berta.expect("You have joined the room lab")
        said = piped("$roomjoin lab\n$who\n$kick\n", UDP_CHAT, "--name", "anna", "127.0.0.1", port)
        expect("In the room lab: anna (you), berta (127.0.0.1:" in said, said)
        expect(said.index("In the room lab") < said.index("You have forgotten all peers"), said)


def test_script():
    """A script's lines come first, then those that are typed; its last line needs no line feed"""
    port = free_port()
    with serving(port), script("$roomcreate lab\n$roomjoin lab") as path, \
            Peer(UDP_CHAT, "--name", "anna", "--script", path, "127.0.0.1", port) as anna:
        anna.expect("You have joined the room lab")
        anna.say("$roomlist")
        anna.expect("Room: lab\n")
        anna.say(":q")
        anna.ends(0)
    port = free_port()
    with script("one\ntwo\n:q\nnever\n") as path, ExitStack() as stack:
        listening = stack.enter_context(Peer(TCP_CHAT, port))
        listening.expect("Listening")
        scripted = stack.enter_context(Peer(TCP_CHAT, "--script", path, "127.0.0.1", port))
        listening.expect("one\ntwo\n")
        scripted.ends(0)
        listening.ends(0)
        listening.expect_not("never")
    with script(":q\n") as path, Peer(TCP_CHAT, "--script", path, free_port()) as listening:
        listening.ends(0)


def test_pace():
    """With --pace the lines of a script are typed one by one"""
    port = free_port()
    with script("one\ntwo\nthree\n") as path, ExitStack() as stack:
        listening = stack.enter_context(Peer(TCP_CHAT, port))
        listening.expect("Listening")
        start = time.monotonic()
        scripted = stack.enter_context(Peer(TCP_CHAT, "--script", path, "--pace", "0.4", "127.0.0.1", port))
        scripted.end_input()
        for number, word in enumerate(("one", "two", "three"), 1):
            listening.expect(f"{word}\n")
            expect(time.monotonic() - start > 0.35 * number, f"{word} after {time.monotonic() - start:.2f} s")
        scripted.ends(0)
        listening.ends(0)


def test_script_usage():
    """A script that is not there, or for a server, is refused"""
    refuses(1, "No such file", TCP_CHAT, "--script", "/nonexistent/script", free_port())
    refuses(1, "No such file", UDP_CHAT, "--name", "anna", "--script", "/nonexistent/script", "127.0.0.1", free_port())
    refuses(2, "are for a client", UDP_CHAT, "--script", "/dev/null", free_port())
    refuses(2, "pace", TCP_CHAT, "--pace", "fast", free_port())


def test_terminal_that_edits():
    """Typed at a terminal whose output goes elsewhere, a line that the terminal itself cuts is not cut in silence"""
    port = free_port()
    ours, theirs = pty.openpty()
    try:
        with Peer(TCP_CHAT, port, stdin=theirs) as listening:
            listening.expect("Listening")
            os.write(ours, b"x" * 4500 + b"\n")
            listening.expect("The terminal passes on 4095 bytes of a line at most")
            os.write(ours, b":q\n")
            os.write(ours, b"\x04")
            listening.interrupt()
            listening.ends(1)
    finally:
        os.close(ours)
        os.close(theirs)
