#!/usr/bin/python3
"""Which conversations are chats, and why: test_recognition.py CHATSNIFF"""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = tempfile.TemporaryDirectory(prefix="chatsniff-recognition-")
SERVER, ALPINE, DEBIAN = (craft.SERVER, 5555), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)


def write(frames):
    path = Path(FOLDER.name) / "capture.pcapng"
    path.write_bytes(craft.pcapng(frames))
    return path


def chats(frames, *arguments):
    """The conversations that are taken for chats; a timeline must take the same."""
    path = write(frames)
    told = records(CHATSNIFF, *arguments, path, command="conversations")
    shown = {(record["transport"], record["stream"]) for record in records(CHATSNIFF, *arguments, path)}
    equal(shown, {(record["transport"], record["stream"]) for record in told}, "conversations of the timeline")
    return told


def why(frames, *arguments):
    """What is said of the selection, a line a conversation."""
    path = write(frames)
    said = [run([CHATSNIFF, command, "--explain-selection", "--format", "json", *arguments, path]).stderr.decode()
            for command in ("conversations", "timeline")]
    equal(said[0], said[1], "what both commands say")
    return said[0].splitlines()


def connection(*said, port=5555, client_port=40003, begin=True):
    """A connection in which the client ("c") and the server ("s") send these octets, one segment each."""
    client, server = (craft.ALPINE, client_port), (craft.SERVER, port)
    mine, theirs = 1001, 5001
    frames = [craft.tcp(client, server, "S", 1000, 0), craft.tcp(server, client, "SA", 5000, mine),
              craft.tcp(client, server, "A", mine, theirs)] if begin else []
    for side, octets in said:
        if side == "c":
            frames.append(craft.tcp(client, server, "PA", mine, theirs, octets))
            mine += len(octets)
        else:
            frames.append(craft.tcp(server, client, "PA", theirs, mine, octets))
            theirs += len(octets)
    return frames


def exchange(*said, port=5555):
    """Datagrams from and to a server."""
    server = (craft.SERVER, port)
    return [
        craft.udp(ALPINE, server, octets) if side == "c" else craft.udp(server, ALPINE, octets) for side, octets in said
    ]


MACHINES = [
    b"<13>Nov 25 15:00:00 host app: something happened", b"2026-11-25T15:00:00Z started",
    b"2026-11-25 15:00:00,123 INFO up", b"Nov 25 15:00:00 host sshd[7]: Accepted", b"Nov  5 15:00:00 host x",
    b"Wed Nov 25 15:00:00 2026", b'{"method":"ping","id":3}', b'{"result":1}', b"{}", b'["a",1]', b'[{"a":1}]',
    b"servers.a.load 1.5 1700000000", b"page.views:1|c", b"cpu,host=a value=0.5 1700000000", b"# HELP up",
    b"OK MPD 0.23.5", b"nginx/1.22.1", b"myserver 2.0.1", b"220 mail.example ESMTP", b"+OK ready", b"* OK IMAP4rev1",
    b"login: ", b"Welcome to the server", b"time=12 level=info msg=x", b"level=warn msg=y", b"$GPGGA,123519,4807.038,N",
    b"!AIVDM,1,1,,A,14eG,0*7D", b"<event>x</event>", b"000fabc master", b"CONNECT", b"NICK anna", b"8=FIX.4.2",
    b"USER anonymous", b"PING :irc.example", b"[INFO] started", b"Wed, 25 Nov 2026 15:00:00 GMT",
    b"Tuesday, February 22, 1982 17:37:43-PST",
]
PEOPLE = [
    b"hello", b"h", b"", b"{ is a brace", b"[joking]", b"<3", b"<grin> no", b"2026 was a year",
    b"Nov 25 is my birthday", b"I use python 3.11", b"at 15:00:00?", b"1.5 or 2.5", b"call me at 5:1", b"a|b",
    b"what is 7 8 9", b"host: port", b"220", b"welcome", b"OK", b"OK then", b"OK 5", b"$5 please", b"!!!",
    b"time flies", "grüß dich 東京 😀".encode(), "grüß dich, Süße".encode("latin-1"), "Süß".encode("latin-1"), b"\xe9",
    b"hel\x1b[D\x1b[Do", b"\x1b[A", b"\x1bOA\x1b[15~again", b"helo\x08\x08llo", b"helo\x7f\x7fllo", b"\x03", b"\thello",
    b"x" * 4000,
]


def lines_of_machines():
    for line in MACHINES:
        for side in "cs":
            equal(chats(connection((side, line + b"\n"))), [], f"chats with {line!r}")


def lines_of_people():
    for line in PEOPLE:
        for side in "cs":
            equal(len(chats(connection((side, line + b"\n")))), 1, f"chats with {line!r}")
            if len(line) > 1:
                equal(len(chats(connection((side, line[:1]), (side, line[1:] + b"\n")))), 1,
                      f"chats with {line!r} in two")


def binary():
    for octets in (b"\0\1binary\n", b"\x16\x03\x01\x02\x00\x01\n", bytes(range(1, 32)) + b"\n",
                   b"\xff\xfb\x01\xff\xfd\x03\xff\xfe\n"):
        equal(chats(connection(("s", octets))), [], f"chats with {octets!r}")


def prompts():
    """What waits for an answer without a line feed is a program."""
    for prompt in (b"login: ", b"> ", b"router# ", b"Name? "):
        equal(chats(connection(("s", prompt), ("c", b"root\n"))), [], f"chats behind {prompt!r}")
    equal(len(chats(connection(("s", b"he"), ("c", b"root\n")))), 1, "half a line of somebody's")


def services():
    """Where another service lives, content alone is not enough; a client's port says nothing."""
    for port in (7, 13, 514, 79, 6667, 5222):
        equal(chats(connection(("c", b"text to echo\n"), ("s", b"text to echo\n"), port=port)), [],
              f"chats on port {port}")
        equal(len(chats(connection(("c", b"hello\n"), port=port), "--port", str(port))), 1,
              f"chats on port {port}, given")
        equal(chats(exchange(("c", b"hi there"), ("s", b"hi there"), ("c", b"ul"), ("s", b"ul"), port=port)), [],
              f"port {port}")
    equal(len(chats(connection(("c", b"hello\n"), client_port=6667))), 1, "chats from port 6667")


def given_port():
    """What runs over it is a chat, whatever it holds, and even if it holds nothing."""
    for octets in (b"GET / HTTP/1.1\r\n\r\n", b"\0\1\2", b'{"jsonrpc":"2.0"}\n', b"no end"):
        told = chats(connection(("c", octets)), "--port", "5555")
        equal([record["protocol"] for record in told], ["tcpchat"], f"protocols of {octets!r}")
        told = chats(exchange(("c", octets)), "--port", "5555")
        equal([(record["protocol"], record["server"]["port"]) for record in told], [("udpchat", 5555)],
              f"UDP with {octets!r}")
        told = chats(exchange(("s", octets), ("c", b"")), "--port", "5555")
        equal([record["server"]["port"] for record in told], [5555], f"the server of {octets!r}")
    for frames in (connection(), connection()[:1]):
        equal(len(chats(frames, "--port", "5555")), 1, "a connection in which nothing is said")
        equal(chats(frames, "--port", "5556"), [], "another port")


def described_port():
    """There only another protocol is none."""
    for line in (b'{"a":1}\n', b"<13>Nov 25 15:00:00 x\n", b"OK MPD 0.23.5\n", b"hello\r\n", b"NICK anna\n"):
        equal(len(chats(connection(("c", line), port=8090))), 1, f"chats with {line!r}")
    for line in (b"GET / HTTP/1.1\r\n", b"SSH-2.0-x\n", b"HELO there\r\n", b"\0\1\n"):
        equal(chats(connection(("c", line), port=8090)), [], f"chats with {line!r}")


def in_the_middle():
    """Where the beginning was not captured, lines may be of anything: a page, say."""
    page = b"ed></p>\n<p>The second paragraph.</p>\n<p>And a third"
    text = b"of the text\nwhich goes on\nand on\n"
    for body in (page, text, text[:-1]):
        equal(chats(connection(("s", body), ("s", b" one</p>\nand more\n"), begin=False)), [],
              f"chats in the middle of {body!r}")
        equal(chats(connection(("s", body), ("c", b"GET /more HTTP/1.1\r\n\r\n"), begin=False)), [],
              "chats before a request")
    equal(len(chats(connection(("s", b"typed\n"), begin=False))), 1, "a line alone in its segment")
    equal(len(chats(connection(("s", b"typed\nand pasted\n"), ("c", b"what\nelse\n"), begin=False))), 1,
          "lines from both sides")
    equal(len(chats(connection(("s", b"typed\nand pasted\n")))), 1, "from the beginning on")
    lost = connection(("s", b"x" * 50), ("s", text), ("c", b"GET / HTTP/1.1\r\n\r\n"))
    equal(chats([*lost[:3], *lost[4:]]), [], "behind a gap")


def udp_answers():
    """An echo is no answer, and one code alone is none yet."""
    for said in ((("c", b"by"), ("s", b"by")), (("c", b"hi"), ("s", b"by")),
                 (("c", b"ul"), ("s", b"ul"), ("c", b"rl"), ("s", b"rl")), (("c", b"rc room"), ("s", b"rc room")),
                 (("c", b"hello"), ("s", b"pong hello")), (("c", b"hi anna"), ("s", b"hi bert")),
                 (("c", b"hi anna"), ("s", b"hi")), (("c", b"msg x> y"), ("s", b"msg x> y")), (("c", b"hi anna"),
                                                                                               ("c", b"by"))):
        equal(chats(exchange(*said)), [], f"chats with {said}")
    for said in ((("c", b"hi anna"), ("s", b"hi anna")), (("c", b"ul"), ("s", b"ul anna")),
                 (("c", b"ar x"), ("s", b"ar")) * 1 + (("c", b"rc x"), ("s", b"rc")), (("c", b"ar anna"),
                                                                                       ("s", b"ar 10.0.0.3 40002")),
                 (("c", b"rj lab"), ("s", b"rj __clear_peers__")), (("s", b"rj 10.0.0.3 40002"), )):
        told = chats(exchange(*said))
        equal([(record["server"]["port"], record["protocol"]) for record in told], [(5555, "udpchat")],
              f"chats with {said}")


def room_of_that_name():
    """Whoever asks for a room called __clear_peers__ is no server by that."""
    for said, port in (((("c", b"rj __clear_peers__"), ("s", b"rj")), 8090), ((("c", b"rj __clear_peers__"),
                                                                               ("s", b"rj __clear_peers__")), 5555),
                       ((("c", b"hi anna"), ("s", b"hi anna"), ("c", b"rj __clear_peers__"), ("s", b"rj")),
                        5555), ((("c", b"rj __clear_peers__"), ("c", b"hi anna"), ("s", b"hi anna")),
                                5555), ((("s", b"rj __clear_peers__"), ), 5555), ((("s", b"rj __clear_peers__"),
                                                                                   ("s", b"rj 10.0.0.3 40002")), 5555)):
        told = chats(exchange(*said, port=port))
        equal([record["server"]["port"] for record in told], [port], f"the server of {said}")


def reasons():
    """A line a conversation, on both commands."""
    frames = [
        *connection(("c", b"hello\n")), *connection(("c", b"GET / HTTP/1.1\r\n\r\n"), client_port=40004), *connection(
            ("s", MACHINES[0] + b"\n"), client_port=40005), *connection(("c", b"x\n"), client_port=40006, port=7),
        *connection(client_port=40007), *connection(client_port=40008, port=8090), *exchange(("c", b"hi x"),
                                                                                             ("s", b"hi x")),
        craft.udp(ALPINE, DEBIAN, b"msg x> y\n"),
        craft.udp(DEBIAN, (craft.SERVER, 53), b"?")
    ]
    wanted = [("40003", "taken", "somebody typed"), ("40004", "left", "another protocol"),
              ("40005", "left", "a program"), ("40006", "left", "another service"), ("40007", "left", "nothing"),
              ("40008", "taken", "port of the protocol"), ("5555", "taken", "answers a request"),
              ("40002", "taken", "address book"), ("53", "left", "another service")]
    said = why(frames)
    equal(len(said), len(wanted), "conversations")
    for line, words in zip(said, wanted):
        expect(all(word in line for word in words), f"{words} are not in: {line}")
    expect("--port" in why(frames, "--port", "7")[3], "a given port")
    expect(all(line.startswith(("tcp stream ", "udp stream ")) for line in said), said)
    done = run([CHATSNIFF, "timeline", "--quiet", write(frames)])
    equal(done.stderr, b"", "without the option")


sys.exit(
    run_cases([(case.__name__.replace("_", " "), case)
               for case in (lines_of_machines, lines_of_people, binary, prompts, services, given_port, described_port,
                            in_the_middle, udp_answers, room_of_that_name, reasons)]))
