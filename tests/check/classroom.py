"""A class of students and what they handed in, with the grades that are right: made from what each of them did, not
from what chatsniff says. The exercise is the example rubric tcp-task, each student with a port and a name."""
import csv
import gzip
import io
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from craft import block, tcp, udp  # noqa: E402

SERVER, CLIENT = "10.0.0.1", "10.0.0.2"
NOON = 1_700_000_000_000_000_000  # nanoseconds
STEP = 1_357_911  # between two packets: no whole microseconds

# Each item of the rubric with its points; what a student lacks is told by these names.
POINTS = {"chat": 1, "handshake": 2, "name": 2, "both": 1, "client-closes": 2, "complete": 2}
ALL = frozenset(POINTS)


class Frames:
    """Packets with the times at which one student's capture has them."""

    def __init__(self, number):
        self.time = NOON + number * 3_600_000_000_000
        self.frames = []

    def add(self, octets):
        self.time += STEP
        self.frames.append((self.time, octets))


def noise(frames, number, count):
    for index in range(count):
        frames.add(
            udp((CLIENT, 50000 + index % 1000), ("10.0.0.53", 53),
                struct.pack("!HH", number & 0xFFFF, index & 0xFFFF) + b"\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1"))


def chat(number, port, *, said=None, answer="hello to you", late=False, server_closes=False, reset=False, lost=False):
    """One chat. said: what the client types; answer None: the server says nothing. late: captured without its
    handshake; lost: a segment with data is missing from the capture."""
    frames = Frames(number)
    client, server = (CLIENT, 30000 + number), (SERVER, port)
    mine, theirs = 100_000 * (number + 1), 7_000_000 + 1000 * number
    noise(frames, number, 3)
    if not late:
        frames.add(tcp(client, server, "S", mine, 0))
        frames.add(tcp(server, client, "SA", theirs, mine + 1))
        frames.add(tcp(client, server, "A", mine + 1, theirs + 1))
    mine, theirs = mine + 1, theirs + 1
    for line in [said] if said else []:
        octets = f"{line}\n".encode()
        frames.add(tcp(client, server, "PA", mine, theirs, octets))
        mine += len(octets)
        frames.add(tcp(server, client, "A", theirs, mine))
    if lost:  # sent, acknowledged, and not captured
        mine += 20
        frames.add(tcp(server, client, "A", theirs, mine))
        octets = b"and here I am again\n"
        frames.add(tcp(client, server, "PA", mine, theirs, octets))
        mine += len(octets)
        frames.add(tcp(server, client, "A", theirs, mine))
    if answer:
        octets = f"{answer}\n".encode()
        frames.add(tcp(server, client, "PA", theirs, mine, octets))
        theirs += len(octets)
        frames.add(tcp(client, server, "A", mine, theirs))
    if reset:
        frames.add(tcp(client, server, "RA", mine, theirs))
    else:
        first, second = (server, client) if server_closes else (client, server)
        one, other = (theirs, mine) if server_closes else (mine, theirs)
        frames.add(tcp(first, second, "FA", one, other))
        frames.add(tcp(second, first, "FA", other, one + 1))
        frames.add(tcp(first, second, "A", one + 1, other + 1))
    noise(frames, number + 500, 2)
    return frames.frames


def pcap(frames, nanoseconds=True):
    parts = [struct.pack("<IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for time, octets in frames:
        seconds, rest = divmod(time, 1_000_000_000)
        parts += [
            struct.pack("<IIII", seconds, rest if nanoseconds else rest // 1000, len(octets), len(octets)), octets
        ]
    return b"".join(parts)


def pcapng(frames):
    parts = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
             block(1, struct.pack("<HHI", 1, 0, 262144) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0))]
    for time, octets in frames:
        parts.append(
            block(6,
                  struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(octets), len(octets)) + octets))
    return b"".join(parts)


def million(number, port, name, count):
    """A chat in front of very many other packets; made fast: one packet again and again, each at a time of its own."""
    frames = chat(number, port, said=f"I am {name}")
    octets = udp((CLIENT, 40000), ("10.0.0.53", 53), b"\0\1\1\0\0\1\0\0\0\0\0\0\1a\3org\0\0\1\0\1")
    start = frames[-1][0] // 1_000_000_000 + 1
    head = struct.Struct("<IIII")
    length = len(octets)
    parts = [pcap(frames)]
    parts += [head.pack(start + index // 1000, index % 1000 * 1000, length, length) + octets for index in range(count)]
    return b"".join(parts), len(frames) + count


def bomb(gigabytes):
    """A few megabytes of gzip that are a capture of so many gigabytes: valid packets without end."""
    octets = udp((CLIENT, 40000), ("10.0.0.53", 53), bytes(60_000))
    record = struct.pack("<IIII", 1_700_000_000, 1, len(octets), len(octets)) + octets
    member = gzip.compress(record * 256, 9)
    return gzip.compress(pcap([])) + member * (gigabytes * 1_000_000_000 // (len(record) * 256))


class Student:
    def __init__(self, number, kind):
        self.number, self.kind = number, kind
        self.participant = f"Participant {1000 + number}"
        self.full_name = f"Student {number:03} Übung"
        self.port, self.name = str(8000 + number), f"nick{number:03}"
        self.files = {}           # name → octets
        self.lacks = frozenset()  # of POINTS
        self.grade = "points"     # "points", 0 for nothing that could be read, or None for not graded
        self.remark = None        # what is said of the capture, as a regular expression
        self.packets = None       # that are readable

    def points(self):
        if self.grade != "points":
            return self.grade
        return sum(POINTS[item] for item in ALL - self.lacks)


def right(student):
    return chat(student.number, int(student.port), said=f"hello, I am {student.name}")


def _mistakes():
    """kind → (arguments of chat(), what is then missing)."""
    return {
        "late": ({"late": True}, {"handshake", "complete"}),
        "anonymous": ({"said": "hello, I am nobody"}, {"name"}),
        "alone": ({"answer": None}, {"both"}),
        "server-closes": ({"server_closes": True}, {"client-closes"}),
        "reset": ({"reset": True}, {"client-closes"}),
        "lost": ({"lost": True}, {"complete"}),
        "late-and-reset": ({"late": True, "reset": True}, {"handshake", "complete", "client-closes"}),
        "anonymous-server-closes": ({"said": "who am I", "server_closes": True}, {"name", "client-closes"}),
    }


class Classroom:
    """students, and pairs: {(number, other number): shared frames}."""

    def __init__(self, size=200, packets=1_000_000, gigabytes=30):
        self.students, self.pairs = [], {}
        mistakes = _mistakes()
        kinds = ["right"] * 4 + list(mistakes) + ["wrong-port", "no-chat", "damaged", "two-files"]
        for number in range(size):
            student = Student(number, kinds[number % len(kinds)])
            self.students.append(student)
        special = ["empty", "no-packets", "junk", "absent", "absent", "million", "bomb", "empty-folder", "link"]
        for offset, kind in enumerate(special):
            self.students[size - 1 - offset].kind = kind
        for student in self.students:
            self._hand_in(student, mistakes, packets, gigabytes)
        self._copy()

    def _hand_in(self, student, mistakes, packets, gigabytes):
        kind, number, port = student.kind, student.number, int(student.port)
        name = "chat.pcapng"
        if kind in mistakes:
            arguments, lacks = mistakes[kind]
            student.lacks = frozenset(lacks)
            student.frames = chat(number, port, **{"said": f"hello, I am {student.name.upper()}", **arguments})
        elif kind == "wrong-port":
            student.lacks = frozenset({"chat"})
            student.frames = chat(number, port + 1000, said=f"hello, I am {student.name}")
        elif kind == "no-chat":
            student.lacks = ALL
            frames = Frames(number)
            noise(frames, number, 20)
            student.frames = frames.frames
        else:
            student.frames = right(student)
        octets = pcapng(student.frames) if number % 2 else pcap(student.frames)
        student.packets = len(student.frames)
        if kind == "damaged":  # cut off in the first FIN: what came before it counts
            keep = next(index for index, (_, frame) in enumerate(student.frames) if frame[47] & 1)
            cut = len(pcapng(student.frames[:keep]) if number % 2 else pcap(student.frames[:keep])) + 30
            octets, student.packets = octets[:cut], keep
            student.lacks = frozenset({"client-closes"})
            student.remark = rf"truncated at byte \d+, after packet {keep}"
        elif kind == "two-files":  # the better one counts
            student.files["a first try.pcap"] = pcap(chat(number + 600, port, said="test", reset=True))
            student.files["notes.txt"] = b"I tried twice.\n"
        elif kind == "empty":
            octets, student.grade, student.remark = b"", 0, "empty file"
        elif kind == "no-packets":
            octets, student.lacks, student.packets = pcap([]), ALL, 0
        elif kind == "junk":
            octets, student.grade = b"this is no capture\n" * 100, 0
            student.remark = "not a capture file"
        elif kind == "million":
            octets, student.packets = million(number, port, student.name, packets)
        elif kind == "bomb":
            name, octets, student.grade = "chat.pcap.gz", bomb(gigabytes), None
            student.remark = r"reading it took more than \d+ seconds of processor time"
        elif kind in ("absent", "empty-folder", "link"):
            octets, student.grade = None, None
        if octets is not None:
            student.files[name] = octets

    def _copy(self):
        """Some right ones hand in what others captured: whole, in another format, a part of it among their own."""
        sources = [student for student in self.students if student.kind == "right"]
        for index in range(0, len(sources) - 5, 6):
            source, whole, converted, part = sources[index:index + 4]
            for student, kind, frames, octets in (
                    (whole, "copy", source.frames, source.files["chat.pcapng"]),
                    (converted, "copy-converted", source.frames, pcap(source.frames, nanoseconds=False)),
                    (part, "copy-part", part.frames + source.frames[2:9], None)):
                student.kind, student.source = kind, source
                student.files = {"chat.pcapng": octets or pcapng(sorted(frames))}
                student.packets = len(frames)
                if kind != "copy-part":  # another one's name and port
                    student.lacks = frozenset({"name", "chat"})
            for one, other, shared in ((source, whole, len(source.frames)), (source, converted, len(source.frames)),
                                       (whole, converted, len(source.frames)), (source, part, 7), (whole, part, 7),
                                       (converted, part, 7)):
                self.pairs[min(one.number, other.number), max(one.number, other.number)] = shared

    def write(self, folder):
        """As Moodle downloads it: a folder for each student, for every third only a file."""
        folder.mkdir(parents=True)
        for student in self.students:
            prefix = f"{student.full_name}_{1000 + student.number}_assignsubmission_file_"
            if student.kind in ("empty-folder", "link"):
                (folder / prefix).mkdir()
                if student.kind == "link":
                    (folder / prefix / "chat.pcapng").symlink_to("/dev/zero")
                continue
            for name, octets in student.files.items():
                if student.number % 3 == 0:
                    (folder / f"{prefix}{name}").write_bytes(octets)
                else:
                    (folder / prefix).mkdir(exist_ok=True)
                    (folder / prefix / name).write_bytes(octets)

    def roster(self):
        """Moodle's grading worksheet, with two columns more."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
                       "Last modified (grade)", "Feedback comments", "Port", "Name"])
        for student in self.students:
            rows.writerow([student.participant, student.full_name, f"s{student.number}@example.org", "Submitted", "",
                           "10.00", "-", "", student.port, student.name])
        return text.getvalue()
