#!/usr/bin/python3
"""`chatsniff conversations` as a command, and the bounds of memory: test_conversations.py CHATSNIFF CAPTURES
GENERATOR"""
import json
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, is_sanitized, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, GENERATOR = (Path(argument).resolve() for argument in sys.argv[1:4])
FOLDER = None  # a temporary one
CLIENT, SERVER = (craft.ALPINE, 40003), (craft.SERVER, 8090)


def conversations(*arguments, statuses=(0,)):
    return records(CHATSNIFF, *arguments, command="conversations", statuses=statuses)


def crafted(name, frames):
    path = FOLDER / f"{name}.pcapng"
    path.write_bytes(craft.pcapng(frames))
    return path


def from_client(flags, seq, ack, payload=b""):
    return craft.tcp(CLIENT, SERVER, flags, 1000 + seq, 5000 + ack if "A" in flags else 0, payload)


def from_server(flags, seq, ack, payload=b""):
    return craft.tcp(SERVER, CLIENT, flags, 5000 + seq, 1000 + ack if "A" in flags else 0, payload)


OPENING = [from_client("S", 0, 0), from_server("SA", 0, 1), from_client("A", 1, 1)]


def only(name, frames, *arguments):
    told = conversations(crafted(name, frames), *arguments)
    equal(len(told), 1, "conversations")
    return told[0]


def a_chat():
    told = only("chat", craft.tcp_chat())
    equal(told["protocol"], "tcpchat", "protocol")
    equal(told["client"], {"address": craft.ALPINE, "port": 40003, "name": None}, "client")
    equal(told["handshake"], {"complete": True, "rtt": 0.02, "frames": [1, 2, 3]}, "handshake")
    equal(told["teardown"], {"kind": "fin", "initiator": "client"}, "teardown")
    equal((told["completeness"], told["state"], told["analysis"]), (31, "SF", {}), "how it went")
    equal(told["messages"], {"client": 1, "server": 0}, "messages")
    equal((told["packets"], told["duration"], told["offset"]), (8, 0.07, 0), "packets, duration, offset")
    expect("closed (client first)" in told["label"], told["label"])


def endings():
    fin, fin_acked = from_client("FA", 1, 1), from_server("A", 1, 2)
    for what, frames, kind, initiator, state in (
        ("no answer", [from_client("S", 0, 0)], "none", None, "S0"),
        ("refused", [from_client("S", 0, 0), from_server("RA", 0, 1)], "refused", None,
         "REJ"), ("given up by the client", [from_client("S", 0, 0), from_client("R", 1, 0)], "rst", "client",
                  "RSTOS0"), ("open", OPENING, "none", None,
                              "S1"), ("half closed", [*OPENING, fin, fin_acked], "half_closed", "client",
                                      "S2"),
        ("half closed by the server", [*OPENING, from_server("FA", 1, 1),
                                       from_client("A", 1, 2)], "half_closed", "server",
         "S3"), ("the last acknowledgement is missing", [*OPENING, fin, from_server("FA", 1, 2)], "half_closed",
                 "client", "SF"), ("closed",
                                   [*OPENING, fin, from_server("FA", 1, 2),
                                    from_client("A", 2, 2)], "fin", "client", "SF"),
        ("closed, and a reset after it",
         [*OPENING, fin, from_server("FA", 1, 2),
          from_client("A", 2, 2),
          from_server("R", 2, 0)], "fin", "client", "SF"),
        ("closed at once", [*OPENING, fin,
                            from_server("FA", 1, 1),
                            from_server("A", 2, 2),
                            from_client("A", 2,
                                        2)], "simultaneous", None,
         "SF"), ("closed at once, neither acknowledged", [*OPENING,
                                                          fin, from_server("FA", 1, 1)], "half_closed", "client",
                 "SF"), ("reset by the client", [*OPENING, from_client("R", 1, 0)], "rst", "client",
                         "RSTO"), ("reset by the server", [*OPENING, from_server("RA", 1, 1)], "rst", "server",
                                   "RSTR"), ("a FIN and then a reset", [*OPENING, fin,
                                                                        from_server("RA", 1, 2)
                                                                        ], "rst", "server", "RSTR"),
        ("begun before the capture", [from_client("A", 1, 1), from_server("A", 1, 1)], "none", None,
         "OTH"), ("a SYN-ACK and a reset alone", [from_server("SA", 0, 1),
                                                  from_server("R", 1, 0)], "rst", "server",
                  "RSTRH"), ("a SYN and a FIN alone", [from_client("S", 0, 0),
                                                       from_client("FA", 1, 1)], "half_closed", "client",
                             "SH"), ("a SYN-ACK and a FIN alone", [from_server("SA", 0, 1),
                                                                   from_server("FA", 1,
                                                                               1)], "half_closed", "server", "SHR")):
        told = only("ending", frames, "--all")
        equal(told["teardown"], {"kind": kind, "initiator": initiator}, f"{what}: teardown")
        equal(told["state"], state, f"{what}: state")


def what_labels_say():
    client_to = lambda seq, payload: from_client("PA", seq, 1, payload)  # noqa: E731
    for what, frames, label, lines in (
        ("a loss is one gap", [*OPENING, client_to(1, b"a\n"),
                               client_to(13, b"b\n"),
                               from_server("A", 1,
                                           15)], "opened in 20.0 ms, 2 lines (2 + 0), 1 gap, still open at the end",
         2), ("what still waits is not told, and does not count",
              [*OPENING, client_to(1, b"a\n"),
               client_to(13, b"b\n")], "opened in 20.0 ms, 1 line (1 + 0), 1 gap, still open at the end",
              1), ("handshake not completed", OPENING[:2], "handshake not completed",
                   0), ("the SYN comes late", [OPENING[1], OPENING[0],
                                               OPENING[2]], "opened, 0 lines (0 + 0), still open at the end",
                        0), ("the SYN comes last", [OPENING[1], OPENING[2], OPENING[0]],
                             "opened, 0 lines (0 + 0), 1 retransmission, still open at the end", 0),
        ("the time is that of the handshake, whatever acknowledged the SYN first",
         [OPENING[0], from_server("A", 9, 9),
          *OPENING[1:]], "opened in 30.0 ms, 0 lines (0 + 0), 1 retransmission, 1 gap, still open at the end", 0)):
        told = only("label", frames)
        equal(told["label"], label, what)
        if what.startswith("the SYN"):
            expect(told["handshake"]["complete"], f"{what}: {told['handshake']}")
        equal(told["messages"]["client"], lines, f"{what}: lines")


def times_out_of_order():
    path = FOLDER / "order.pcapng"
    path.write_bytes(craft.pcapng([*OPENING, from_client("A", 1, 1, b"x\n")], seconds=[5, 6, 7, 2]))
    told = conversations(path)[0]
    equal((told["duration"], told["start"][17:19]), (5, "41"), "times")


def all_or_chats():
    frames = craft.udp_chat() + [craft.udp((craft.ALPINE, 5353), (craft.DEBIAN, 5353), b"\0\1\2")]
    path = crafted("mixed", frames)
    equal({told["protocol"] for told in conversations(path)}, {"udpchat"}, "chats")
    told = conversations("--all", path)
    equal([entry["stream"] for entry in told if entry["transport"] == "udp"], list(range(4)), "streams with --all")
    equal([entry["client"]["name"] for entry in told], ["alpine", "debian", "alpine", None], "names")


def text():
    path = crafted("text", craft.udp_chat() + craft.tcp_chat())
    done = run([CHATSNIFF, "conversations", "--color", "never", path])
    said = done.stdout.decode()
    equal(done.returncode, 0, "exit status")
    expect(
        re.search(
            r"^tcp 0 +10\.0\.0\.2:40003 +─▶ 10\.0\.0\.1:8090 +8 +\d+ +0\.070  opened in .*, closed \(client first",
            said, re.M), said)
    expect("4 conversations among 14 packets." in said, said)
    narrow = run([CHATSNIFF, "conversations", "--color", "never", path], env={"COLUMNS": "100"})
    said = narrow.stdout.decode()
    expect(re.search(r"^tcp 0 +10\.0\.0\.2:40003 +─▶ 10\.0\.0\.1:8090 +8 +\d+ +0\.070\n +opened in ", said, re.M), said)
    expect(all(len(line) <= 100 for line in said.splitlines()), said)
    nothing = run([CHATSNIFF, "conversations", crafted("other", [craft.udp(CLIENT, (craft.DEBIAN, 9), b"\0")])])
    expect("No chat among 1 packet." in nothing.stdout.decode(), nothing.stdout)


def explanations():
    """Why each began, went and ended so: the frames, the rules, and the names that Zeek and Wireshark have for it."""
    fin, fin_acked = from_client("FA", 1, 1), from_server("A", 1, 2)
    refused = [from_client("S", 0, 0), from_server("RA", 0, 1)]
    cases = (("closed", craft.tcp_chat(), ("frames 1, 2 and 3", "FINs are in frames 6 and 7", "SF: opened and closed.",
                                           "31: SYN, SYN-ACK, ACK, data, FIN.")),
             ("half-closed", OPENING + [fin, fin_acked], ("Only the client's FIN was captured, in frame 4",
                                                          "S2: opened, closed by the client alone.")),
             ("refused", refused, ("RST in frame 2 answered the SYN", "REJ: refused.")),
             ("silent", [from_client("S", 0, 0)], ("No answer to the SYN in frame 1 was captured",
                                                   "S0: a SYN without an answer.")),
             ("reset", OPENING + [from_server("R", 1, 0)], ("The RST in frame 4 ended",
                                                            "RSTR: SYN and SYN-ACK, then reset by the server.")),
             ("again", OPENING + [from_client("PA", 1, 1, b"hello\n")] * 2,
              ("1 segment was retransmitted.",
               "S1: opened, not closed.")), ("midstream", [from_client("PA", 1, 1,
                                                                       b"hello\n")], ("No SYN was captured", "OTH: ")),
             ("datagrams", craft.udp_chat()[:2], ("UDP has no connections", )), ("unanswered", craft.udp_chat()[:1],
                                                                                 ("1 request stayed unanswered.", )),
             )
    for name, frames, phrases in cases:
        said = only(name, frames, "--explain", "--all")["explanation"]
        for phrase in phrases:
            expect(phrase in said, f"{name}: “{phrase}” is not in: {said}")
        expect(said[0] != " " and "  " not in said, f"{name}: {said}")
        plain = run([CHATSNIFF, "conversations", "--explain", "--all", crafted(name, frames)], env={"COLUMNS": "100"})
        expect(all(len(line) <= 100 for line in plain.stdout.decode().splitlines()), plain.stdout)
    expect("explanation" not in only("plain", craft.tcp_chat()), "without --explain")


def hostile_names():
    server = (craft.SERVER, 8090)
    frames = [
        craft.udp(CLIENT, server, b"hi \xe2\x80\xaee\x1b[31m"),
        craft.udp(server, CLIENT, b"hi \xe2\x80\xaee\x1b[31m")
    ]
    for arguments in (["--format", "json"], ["--color", "never"]):
        done = run([CHATSNIFF, "conversations", *arguments, crafted("names", frames)])
        expect(b"\x1b" not in done.stdout and b"\xe2\x80\xae" not in done.stdout, done.stdout)


def damaged():
    whole = craft.pcapng(craft.tcp_chat())
    path = FOLDER / "damaged.pcapng"
    path.write_bytes(whole[:-20])
    done = run([CHATSNIFF, "conversations", "--format", "json", path])
    equal(done.returncode, 3, "exit status")
    expect(re.search(r"truncated at byte \d+, after packet 7$", done.stderr.decode().strip()), done.stderr)
    equal(json.loads(done.stdout)["packets"], 7, "packets before the damage")


def wrong_limits():
    for limit in ("1M", "many", "-5", "64Q", ""):
        done = run([CHATSNIFF, "conversations", "--memory-limit", limit, CAPTURES / "lab-session.pcapng"])
        equal(done.returncode, 2, f"exit status with --memory-limit {limit!r}")
        expect("memory" in done.stderr.decode(), done.stderr)


def evictions():
    """A hundred thousand half-open connections in 32 MB: those that do not fit are told first, and all are told."""
    path = FOLDER / "half-open.pcap"
    subprocess.run([GENERATOR, "--shape", "half-open", "--packets", "100000", path], check=True)
    command = [CHATSNIFF, "conversations", "--all", "--quiet", "--format", "json", "--memory-limit", "32M", path]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        streams = sorted(json.loads(line)["stream"] for line in process.stdout)
        said = process.stderr.read().decode()
    equal(streams, list(range(100000)), "streams told")
    found = re.search(r"^chatsniff: (\d+) conversations were forgotten", said)
    expect(found and 0 < int(found[1]) < 100000, said)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    expect(is_sanitized(CHATSNIFF) or used <= max(before, 32 * 1024), f"{used} KB were taken")


def readings_agree():
    """A timeline, which is read twice, forgets the same conversations both times: those that it remembers from the
    first reading are those that it meets in the second. A chat pauses while strangers ask, each of them twice."""
    strangers = 30000
    ask = [craft.tcp((f"20.{i >> 16}.{i >> 8 & 255}.{i & 255}", 1000), (craft.SERVER, 25), "S", 7, 0)
           for i in range(strangers)]
    chats = [craft.tcp_chat(line=b"before\n", port=9000 + i)[:4] for i in range(50)]
    after = [craft.tcp(CLIENT, (craft.SERVER, 9000 + i), "PA", 1000 + 8, 5001, b"after\n") for i in range(50)]
    packets = [packet for chat in chats for packet in chat]
    packets += [packet for packet in ask for _ in range(2)] + after
    command = [CHATSNIFF, "--quiet", "--memory-limit", "32M", crafted("pause", packets)]
    lines = run([command[0], "timeline", "--format", "json", *command[1:]])
    expect("were forgotten for want of memory" in lines.stderr.decode(), lines.stderr)
    records = [json.loads(line) for line in lines.stdout.decode().splitlines()]
    texts = [message["text"] for record in records for message in record["messages"]]
    equal(texts.count("before"), 50, "before the pause")
    equal(texts.count("after"), 50, "after it")
    equal(len(records), 50 * 5, "packets of chats")


def recognised_late():
    """What came before a conversation was known to be a chat counts as well: a few datagrams are kept until then, for
    more of them the capture is read again. Who only ever asked is recognised at the end, by the server."""
    server, alpine, debian = (craft.SERVER, 9999), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
    for n in 1, 3, 16, 17, 40:
        asked = [craft.udp(alpine, server, f"ar user{i}".encode()) for i in range(n)]
        unheard = [craft.udp(debian, server, f"ar other{i}".encode()) for i in range(n)]
        answer = craft.udp(server, alpine, b"ar 10.0.0.3 40002")
        path = crafted(f"late-{n}", [frame for pair in zip(asked, unheard) for frame in pair] + [answer])
        told = conversations(path)
        equal([(c["client"]["address"], c["requests"]) for c in told],
              [(craft.ALPINE, {"asked": n, "answered": 1}), (craft.DEBIAN, {"asked": n, "answered": 0})],
              f"requests and answers, {n} of them before")
        equal(told[1]["client"]["name"], "user0", "the name that the answer tells")
        with open(path, "rb") as capture:
            through_pipe = subprocess.run([CHATSNIFF, "conversations", "--format", "json", "-"], input=capture.read(),
                                          capture_output=True, check=True)
        equal([json.loads(line) for line in through_pipe.stdout.splitlines()], told, "the same through a pipe")


def streams_told(command, *arguments):
    return sorted({(told["transport"], told["stream"]) for told in records(CHATSNIFF, *arguments, command=command)})


def judged_as_in_timeline():
    """What is kept to be counted later decides nothing: conversations and timeline take the same for chats."""
    server, alpine, debian = (craft.SERVER, 9999), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
    # The server of the first is known only at the end, which is too late for the second.
    path = crafted("server-at-end", [craft.udp(server, alpine, b"rj __clear_peers__"),
                                     craft.udp(debian, server, b"ar user")])
    equal(streams_told("conversations", path), [("udp", 0)], "chats whose server is known only at the end")
    equal(streams_told("timeline", path), [("udp", 0)], "the same in the timeline")
    # Datagrams that could be requests fill what may be kept of them; a first line in two segments has its own room.
    asked = [craft.udp((craft.ALPINE, 10000 + i), (craft.SERVER, 9000), b"rj " + b"x" * 200)
             for i in range(2000) for _ in range(12)]
    typist, listener = (craft.ALPINE, 40003), (craft.SERVER, 45454)
    typed = [craft.tcp(typist, listener, "S", 1000, 0), craft.tcp(listener, typist, "SA", 5000, 1001),
             craft.tcp(typist, listener, "A", 1001, 5001), craft.tcp(typist, listener, "PA", 1001, 5001, b"hel"),
             craft.tcp(typist, listener, "PA", 1004, 5001, b"lo\n")]
    path = crafted("many-asked", asked + typed)
    for command in "conversations", "timeline":
        equal(streams_told(command, "--memory-limit", "64M", path), [("tcp", 0)], f"{command}, with little memory")


def bounds():
    """What is said is bounded as well as who speaks: lines and first lines without an end, and ever new names."""
    def long_lines(i, first):
        address = (f"20.{i >> 16}.{i >> 8 & 255}.{i & 255}", 4000)
        yield craft.tcp(address, (craft.SERVER, 2500), "A", 1, 1, first)
        yield craft.tcp(address, (craft.SERVER, 2500), "A", 1 + len(first), 1, b"a" * 3000)

    cases = {
        "lines": ([p for i in range(3000) for p in long_lines(i, b"hello\n")], "long lines were split"),
        "first lines": ([p for i in range(3000) for p in long_lines(i, b"hello")], "judged by less than their first"),
        "names": ([craft.udp((craft.SERVER, 8091), (CLIENT[0], 5000), f"ar 20.0.{i >> 8}.{i & 255} 4000".encode())
                   for i in range(20000)], "endpoints were forgotten"),
    }
    for name, (packets, reason) in cases.items():
        path = crafted(name.replace(" ", "-"), packets)
        for command in "conversations", "timeline":
            done = run([CHATSNIFF, command, "--quiet", "--format", "json", "--memory-limit", "32M", path])
            equal(done.returncode, 0, "exit status")
            expect(reason in done.stderr.decode(), f"{name}, {command}: {done.stderr}")
            usual = run([CHATSNIFF, command, "--quiet", "--format", "json", path])
            equal(usual.stderr, b"", f"{name}, {command} without limit")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-conversations-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            ("a chat", a_chat),
            ("every way to begin and to end", endings),
            ("how labels count and measure", what_labels_say),
            ("times out of order", times_out_of_order),
            ("chats, or all", all_or_chats),
            ("text", text),
            ("explanations", explanations),
            ("control characters from the wire", hostile_names),
            ("a damaged capture", damaged),
            ("a limit that is none", wrong_limits),
            ("forgotten for want of memory, and told", evictions),
            ("both readings forget alike", readings_agree),
            ("recognised late", recognised_late),
            ("judged as in the timeline", judged_as_in_timeline),
            ("what is said is bounded", bounds),
        ])


if __name__ == "__main__":
    sys.exit(main())
