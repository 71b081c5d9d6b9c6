"""Stand-ins for the original chat programs. They behave as the originals were seen to, crashes and omissions included:
what would end an original ends these, and the test that uses them fails."""
import socket
import threading
import time
import traceback

from peer import PATIENCE
from tap import Failed

LIMIT = 1024  # octets that an original reads of a datagram or of a stream at once


class _Original:
    """A socket, read in a thread until it is closed or something has crashed it."""

    def __init__(self, kind):
        self.socket = socket.socket(socket.AF_INET, kind)
        self.crash = None
        self.closing = False
        self.lines = []
        self.news = threading.Condition()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.closing = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        if not kind:
            self.lives()

    def _run(self):
        try:
            self.run()
        except Exception:  # pylint: disable=broad-except
            if not self.closing:
                with self.news:
                    self.crash = traceback.format_exc()
                    self.news.notify_all()

    def run(self):
        raise NotImplementedError

    def show(self, line):
        with self.news:
            self.lines.append(line)
            self.news.notify_all()

    def lives(self):
        if self.crash:
            raise Failed(f"the original {type(self).__name__} has crashed:\n{self.crash}")

    def expect(self, wanted, seconds=PATIENCE):
        """Waits until a line with the text was shown; forgets the lines up to it."""
        deadline = time.monotonic() + seconds
        with self.news:
            while True:
                self.lives()
                for number, line in enumerate(self.lines):
                    if wanted in line:
                        del self.lines[:number + 1]
                        return line
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Failed(f"the original {type(self).__name__} did not show {wanted!r}: {self.lines}")
                self.news.wait(left)


class OriginalServer(_Original):
    """The UDP server: its address book is never cleaned up, it ignores rk, and it trusts whatever comes."""

    def __init__(self, port=0):
        super().__init__(socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.users, self.rooms = {}, {}
        self.asked = []
        self.mute = False  # as a server whose answers are all lost
        self.thread.start()

    def restart(self):
        """Begins again on the same port, knowing nobody."""
        self.users, self.rooms = {}, {}

    def answer(self, to, *words):
        self.socket.sendto(" ".join(str(word) for word in words).encode(), to)

    def run(self):
        while True:
            octets, source = self.socket.recvfrom(LIMIT)
            if self.closing:
                return
            words = octets.decode().split()
            self.asked.append(words)
            if not self.mute:
                self.handle(words[0], words[1:], source)

    def handle(self, code, arguments, source):
        if code == "hi":
            if arguments[0] in self.users:
                self.answer(source, "hi")
            else:
                self.users[arguments[0]] = source
                self.answer(source, "hi", arguments[0])
        elif code == "by":
            name = [name for name, address in self.users.items() if address == source][0]
            del self.users[name]
            self.answer(source, "by")
        elif code == "ul":
            self.enumerate(source, "ul", self.users)
        elif code == "rl":
            self.enumerate(source, "rl", self.rooms)
        elif code == "ar":
            self.answer(source, "ar", *self.users.get(arguments[0], ()))
        elif code == "rc":
            if arguments[0] in self.rooms:
                self.answer(source, "rc")
            else:
                self.rooms[arguments[0]] = []
                self.answer(source, "rc", arguments[0])
        elif code == "rj":
            self.join(arguments[0], source)

    def enumerate(self, source, code, names):
        for name in names or [None]:
            self.answer(source, code, *([name] if name else []))

    def join(self, room, source):
        if room not in self.rooms:
            self.answer(source, "rj")
            return
        for members in self.rooms.values():
            if source in members:
                members.remove(source)
        self.rooms[room].append(source)
        for member in self.rooms[room]:
            self.answer(member, "rj", "__clear_peers__")
            for other in self.rooms[room]:
                if other != member:
                    self.answer(member, "rj", *other)


class OriginalClient(_Original):
    """The UDP client: never says by, doubles whom it pokes twice, and takes every address for IPv4."""

    def __init__(self, name, port):
        super().__init__(socket.SOCK_DGRAM)
        self.name = name
        self.server = ("127.0.0.1", port)
        self.peers = []
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread.start()
        self.ask(f"hi {name}")
        self.expect(f"hi {name}")

    def ask(self, text):
        self.socket.sendto(text.encode(), self.server)

    def say(self, text):
        for peer in self.peers:
            self.socket.sendto(f"msg {self.name}> {text}\n".encode(), peer)

    def run(self):
        while True:
            octets, source = self.socket.recvfrom(LIMIT)
            if self.closing:
                return
            text = octets.decode()
            words = text.split()
            if words[0] == "msg":
                if not self.peers:
                    self.peers.append(source)
            elif words[0] == "rj" and words[1:] == ["__clear_peers__"]:
                self.peers = []
            elif words[0] in ("rj", "ar") and len(words) > 1:
                socket.inet_aton(words[1])
                self.peers.append((words[1], int(words[2])))
            self.show(text.rstrip("\n"))


class OriginalTcp(_Original):
    """The TCP chat: listens where it gets no address. What it reads must be UTF-8."""

    def __init__(self, port=None):
        super().__init__(socket.SOCK_STREAM)
        self.closed = False
        if port:
            self.socket.connect(("127.0.0.1", port))
        else:
            self.listener = self.socket
            self.listener.bind(("127.0.0.1", 0))
            self.listener.listen(1)
        self.port = self.socket.getsockname()[1]
        self.thread.start()

    def run(self):
        if self.socket is getattr(self, "listener", None):
            listener = self.socket
            self.socket = listener.accept()[0]
            listener.close()
            self.show("connected")
        while octets := self.socket.recv(LIMIT):
            for line in octets.decode().splitlines():
                self.show(line)
        self.closed = True
        self.socket.close()
        self.show("closed")

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def quit(self):
        """Types :q, which is not sent."""
        self.closing = True
        self.socket.shutdown(socket.SHUT_RDWR)
