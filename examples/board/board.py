#!/usr/bin/python3
"""A notice board over UDP, in one file: the server keeps a note for each topic, clients pin and read them.

    board.py serve                 keep the board
    board.py use ADDRESS           use it: pin TOPIC TEXT, read TOPIC, topics, follow TOPIC; end of input ends it

What travels is described in board.ini, for chatsniff and for Wireshark. It is an example of a protocol of one's own:
docs/own-protocol.md walks through it.
"""
import argparse
import os
import select
import socket
import sys

PORT = 4712
PATIENCE = 1.0  # seconds until a request is sent again: UDP repeats nothing by itself
ATTEMPTS = 3


class Board:
    """The server: topics with their notes, and who wants to hear of changes."""

    def __init__(self, sock):
        self.sock = sock
        self.notes = {}      # topic: text
        self.followers = {}  # topic: addresses

    def send(self, address, *words):
        self.sock.sendto(" ".join(words).encode(), address)

    def answer(self, client, words):
        """Answers one request, which is a datagram. What is none is ignored, as a server does best."""
        match words:
            case ["pin", topic, text]:
                self.notes[topic] = text
                self.send(client, "pinned", topic)
                for follower in self.followers.get(topic, ()):
                    if follower != client:
                        self.send(follower, "changed", topic, text)
            case ["read", topic] if topic in self.notes:
                self.send(client, "note", topic, self.notes[topic])
            case ["read", topic]:
                self.send(client, "nothing", topic)
            case ["topics"]:
                self.send(client, "count", str(len(self.notes)))
                for topic in sorted(self.notes):
                    self.send(client, "topic", topic)
            case ["follow", topic]:
                self.followers.setdefault(topic, set()).add(client)
                self.send(client, "following", topic)

    def serve(self):
        while True:
            octets, client = self.sock.recvfrom(2048)
            self.answer(client, octets.decode("utf-8", "replace").split(maxsplit=2))


def use(sock):
    """The client: what is typed is sent as it is, what comes is shown. Unanswered requests are sent again."""
    request, attempts = None, 0
    while True:
        ready, _, _ = select.select([sys.stdin, sock], [], [], PATIENCE if request else None)
        if sys.stdin in ready:
            typed = os.read(sys.stdin.fileno(), 4096)  # not readline(), whose buffer select() does not see
            if not typed:
                return
            for request in filter(None, map(bytes.strip, typed.splitlines())):
                sock.send(request)
                attempts = 1
        if sock in ready:
            try:
                answer = sock.recv(2048).decode("utf-8", "replace")
            except ConnectionRefusedError:  # an ICMP error: nobody has that port, yet
                print("(nobody is there)", flush=True)
                continue
            print(answer, flush=True)
            if not answer.startswith("changed "):
                request = None
        if not ready and request:
            if attempts == ATTEMPTS:
                print("(no answer)", flush=True)
                request = None
            else:
                attempts += 1
                sock.send(request)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=PORT, help=f"the server's port (default: {PORT})")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="keep the board")
    commands.add_parser("use", help="use it").add_argument("address", metavar="ADDRESS", help="where the server is")
    options = parser.parse_args()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if options.command == "serve":
        sock.bind(("", options.port))
        print(f"The board is open at port {options.port}", flush=True)
        Board(sock).serve()
    sock.connect((options.address, options.port))  # so that ICMP errors are told
    use(sock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
