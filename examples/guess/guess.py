#!/usr/bin/python3
"""A game over TCP, in one file: players guess the number that the server thinks of.

    guess.py serve                 think of a number
    guess.py play ADDRESS          play: name NAME, guess NUMBER, scores, bye

What travels are lines, described in guess.ini, for chatsniff and for Wireshark. It is an example of a protocol of one's
own: docs/own-protocol.md says how to write such a description.
"""
import argparse
import os
import random
import select
import socket
import sys

PORT = 4713
LONGEST = 200  # octets of a line; nobody's name is longer


class Player:
    """A connection, what of its line has come so far, and what is known of who is there."""

    def __init__(self, sock):
        self.sock = sock
        self.begun = b""
        self.name = None

    def send(self, *words):
        self.sock.sendall((" ".join(words) + "\n").encode())


class Game:
    """The server. Names are unique; whoever finds the number gets a point, and the next one begins."""

    def __init__(self, numbers):
        self.numbers = numbers
        self.number = next(numbers)
        self.players = []
        self.points = {}

    def tell_others(self, player, text):
        for other in self.players:
            if other is not player and other.name:
                other.send("news", text)

    def welcome(self, player, name):
        if any(other.name == name for other in self.players):
            player.send("taken", name)
            return
        player.name = name
        self.points.setdefault(name, 0)
        player.send("welcome", name)
        self.tell_others(player, f"{name} plays, too")

    def guess(self, player, text):
        if not text.isdecimal():
            player.send("what?")
        elif int(text) != self.number:
            player.send("higher" if int(text) < self.number else "lower")
        else:
            self.points[player.name] += 1
            self.number = next(self.numbers)
            player.send("right", text)
            self.tell_others(player, f"{player.name} found it: {text}")

    def answer(self, player, words):
        """Answers one line; False where it was the last."""
        match words:
            case ["name", name]:
                self.welcome(player, name)
            case ["guess", text] if player.name:
                self.guess(player, text)
            case ["scores"]:
                for name, points in sorted(self.points.items()):
                    player.send("score", name, str(points))
                player.send("end")
            case ["bye"] if player.name:
                player.send("bye", player.name)
                return False
            case _:
                player.send("what?")
        return True

    def read(self, player):
        """What came of a player: whole lines are answered. False: the connection is at its end."""
        octets = player.sock.recv(4096)
        *lines, player.begun = (player.begun + octets).split(b"\n")
        for line in lines:
            if not self.answer(player, line.decode("utf-8", "replace").split()):
                return False
        return bool(octets) and len(player.begun) <= LONGEST

    def leave(self, player):
        self.players.remove(player)
        player.sock.close()
        if player.name:
            self.tell_others(player, f"{player.name} has left")

    def serve(self, listener):
        while True:
            ready, _, _ = select.select([listener, *[player.sock for player in self.players]], [], [])
            if listener in ready:
                self.players.append(Player(listener.accept()[0]))
            for player in [player for player in self.players if player.sock in ready]:
                try:
                    goes_on = self.read(player)
                except OSError:
                    goes_on = False
                if not goes_on:
                    self.leave(player)


def play(sock):
    """The client: what is typed is sent as it is, what comes is shown."""
    while True:
        ready, _, _ = select.select([sys.stdin, sock], [], [])
        if sys.stdin in ready:
            typed = os.read(sys.stdin.fileno(), 4096)  # not readline(), whose buffer select() does not see
            if not typed:
                return
            sock.sendall(typed)
        if sock in ready:
            octets = sock.recv(4096)
            if not octets:
                return
            sys.stdout.write(octets.decode("utf-8", "replace"))
            sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=PORT, help=f"the server's port (default: {PORT})")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="think of a number")
    serve.add_argument("--number", type=int, action="append", default=[], metavar="N",
                       help="think of this one first (repeatable), for a game that is known beforehand")
    commands.add_parser("play", help="play").add_argument("address", metavar="ADDRESS", help="where the server is")
    options = parser.parse_args()
    if options.command == "serve":
        listener = socket.create_server(("", options.port))
        print(f"Players may come to port {options.port}", flush=True)
        given = iter(options.number)
        Game(iter(lambda: next(given, random.randint(1, 100)), None)).serve(listener)
    with socket.create_connection((options.address, options.port)) as sock:
        play(sock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
