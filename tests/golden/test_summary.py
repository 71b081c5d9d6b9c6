#!/usr/bin/python3
"""What a summary finds out of the ordinary, and what it does not, in crafted captures: test_summary.py CHATSNIFF

Each kind of finding has a capture that shows it, at the frames that are named here, and one much like it that does not.
"""
import json
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
import fragments  # noqa: E402
from tap import equal, expect, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
SERVER, ALPINE, DEBIAN = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
GENTOO, OTHER_SERVER = ("10.0.0.4", 40004), ("10.0.0.7", 8090)
CLIENT = (craft.ALPINE, 40003)
FOLDER = tempfile.TemporaryDirectory(prefix="chatsniff-summary-")


def write(frames, **options):
    path = Path(FOLDER.name) / "capture.pcapng"
    path.write_bytes(craft.pcapng(frames, **options))
    return path


def summary(frames, *arguments, **options):
    done = run([CHATSNIFF, "summary", "--format", "json", *arguments, write(frames, **options)])
    equal(done.returncode, 0, f"exit status ({done.stderr.decode()})")
    told = json.loads(done.stdout)
    capture = told["capture"]
    equal(sum(other["packets"] for other in capture["others"]) + capture["chat_packets"], capture["packets"],
          "packets, the chats' and the others'")
    equal(sum(phase["packets"] for phase in told["phases"]), capture["chat_packets"], "packets of all phases")
    return told


def found(frames, kind, *arguments, **options):
    """The frames of each finding of that kind."""
    return [
        finding["frames"] for finding in summary(frames, *arguments, **options)["findings"] if finding["kind"] == kind
    ]


def asks(client, text, server=SERVER):
    return craft.udp(client, server, text.encode())


def answers(client, text, server=SERVER):
    return craft.udp(server, client, text.encode())


def says(source, destination, name, text="hello"):
    return craft.udp(source, destination, f"msg {name}> {text}\n".encode())


def registers(client, name, server=SERVER):
    return [asks(client, f"hi {name}", server), answers(client, f"hi {name}", server)]


def listed(client, *peers):
    return [answers(client, "rj __clear_peers__")
            ] + [answers(client, f"rj {address} {port}") for address, port in peers]


def unreachable(host, quoted):
    """The ICMP error about a frame, from the host that it did not reach a port of."""
    packet = quoted[14:]
    body = struct.pack("!BBHI", 3, 3, 0, 0) + packet
    body = body[:2] + struct.pack("!H", craft.checksum(body)) + body[4:]
    to = ".".join(str(octet) for octet in packet[12:16])
    return craft.ip4(host, to, 1, body)


BOTH = registers(ALPINE, "alpine") + registers(DEBIAN, "debian")  # frames 1 to 4


# --- requests --------------------------------------------------------------------------------------------------

def unanswered_request():
    frames = BOTH + [asks(ALPINE, "ul"), says(ALPINE, DEBIAN, "alpine")]
    equal(found(frames, "unanswered_request", seconds=[0, 0, 1, 1, 2, 60]), [[5]], "one")
    equal(found(frames[:4] + [asks(ALPINE, "ul"), answers(ALPINE, "ul debian")], "unanswered_request"), [], "answered")
    told = summary(frames, seconds=[0, 0, 1, 1, 2, 60])["findings"]
    equal([finding["severity"] for finding in told if finding["kind"] == "unanswered_request"], ["warning"], "severity")
    again = BOTH + [asks(ALPINE, "ul"), asks(ALPINE, "ul"), says(ALPINE, DEBIAN, "alpine")]
    equal(found(again, "unanswered_request", seconds=[0, 0, 1, 1, 2, 3, 60]), [[5, 6]], "asked twice")


def unanswered_at_the_end():
    """The capture ends before an answer could have come; whatever the capture begins with, and whatever is shown of
    it."""
    def of(frames, *arguments, **options):
        findings = summary(frames, *arguments, **options)["findings"]
        return [(finding["severity"], finding["frames"]) for finding in findings
                if finding["kind"] == "unanswered_request"]

    other = craft.udp(("10.0.0.9", 5000), ("10.0.0.8", 53), b"\1\2\3\4\5\6\7\10")
    asked = BOTH + [asks(ALPINE, "ul")]
    equal(of(asked), [("info", [5])], "at the end")
    equal(of([other] + asked + [other], seconds=[0, 100, 100, 101, 101, 102, 102.5]), [("info", [6])],
          "with other packets")
    late = [0, 100, 100, 101, 101, 102, 160]
    equal(of([other] + asked + [other], seconds=late), [("warning", [6])], "long before the end")
    equal(of([other] + asked + [other], "-f", "udp port 8090", seconds=late), [("warning", [6])], "with a filter")
    back = [100, 0, 0, 1, 1, 2, 3]
    equal(of([other] + asked + [other], seconds=back), [("info", [6])], "a clock that was set back")


def not_delivered():
    ask = asks(ALPINE, "hi alpine")
    frames = [ask, unreachable(craft.SERVER, ask), ask, unreachable(craft.SERVER, ask)]
    equal(found(frames, "unanswered_request"), [[1, 2, 3, 4]], "asked twice, refused twice")
    equal(found(frames, "message_not_received"), [], "a request is no message")


def refusals():
    for ask, refusal, answer, kind in (("hi debian", "hi", "hi debian",
                                        "name_taken"), ("ar bob", "ar", "ar 10.0.0.9 99", "no_such_user"),
                                       ("rj red", "rj", "rj __clear_peers__",
                                        "no_such_room"), ("rc red", "rc", "rc red", "room_exists")):
        client = GENTOO if kind == "name_taken" else ALPINE
        equal(found(BOTH + [asks(client, ask), answers(client, refusal)], kind), [[5, 6]], kind)
        equal(found(BOTH + [asks(client, ask), answers(client, answer)], kind), [], f"no {kind}")
    twice = [asks(ALPINE, "hi alpine"), asks(ALPINE, "hi alpine"), answers(ALPINE, "hi alpine"), answers(ALPINE, "hi")]
    equal(found(twice, "name_taken"), [], "taken by itself")


def answer_not_received():
    again = registers(ALPINE, "alpine")
    told = summary(again + again, seconds=[0, 0.001, 1, 1.001])
    equal([finding["kind"] for finding in told["findings"]], ["answer_not_received"], "asked again at once")
    equal(told["findings"][0]["frames"], [3], "frames")
    equal(len(told["sessions"][0]["users"]), 1, "users")
    equal(found(again + again, "answer_not_received", seconds=[0, 0, 30, 30]), [], "much later")
    other = registers(ALPINE, "anna")
    equal(found(again + other, "answer_not_received", seconds=[0, 0, 1, 1]), [], "another name")


def talked_before_the_server_was_seen():
    """Peers first, then their server: one session."""
    frames = [says(ALPINE, DEBIAN, "alpine"), says(DEBIAN, ALPINE, "debian"), asks(ALPINE, "by"), answers(ALPINE, "by"),
              asks(DEBIAN, "by"), answers(DEBIAN, "by")]
    told = summary(frames)
    equal([session["server"]["address"] for session in told["sessions"]], [craft.SERVER], "sessions")
    equal([user["name"] for user in told["sessions"][0]["users"]], ["alpine", "debian"], "users")
    equal([finding for finding in told["findings"] if finding["kind"] == "same_name_on_two_servers"], [], "one server")


def server_restarted():
    again = registers(ALPINE, "alpine")
    later = [0, 0, 1, 1, 30, 30]
    equal(found(BOTH + again, "server_restarted", seconds=later), [[6]], "registered twice")
    between = BOTH + [asks(ALPINE, "ul"), says(ALPINE, DEBIAN, "alpine")] + again
    equal(found(between, "server_restarted"), [[8]], "registered again after it asked in vain")
    goodbye = [asks(ALPINE, "by"), answers(ALPINE, "by")]
    equal(found(BOTH + goodbye + again, "server_restarted"), [], "left in between")
    two_names = registers(ALPINE, "alpine") + registers(ALPINE, "again")
    equal(found(two_names, "server_restarted"), [], "two names")
    told = summary(two_names + registers(ALPINE, "alpine"))
    equal([user["name"] for user in told["sessions"][0]["users"]], ["alpine", "again"], "users")
    repeated = [again[0], again[0], again[1], again[1]]
    equal(found(repeated, "server_restarted"), [], "a request that was repeated")


# --- messages --------------------------------------------------------------------------------------------------

def message_after_leave():
    room = [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN) + [asks(ALPINE, "rk")]  # to frame 8
    equal(found(BOTH + room + [says(DEBIAN, ALPINE, "debian"), says(ALPINE, DEBIAN, "alpine")], "message_after_leave"),
          [[9, 10]], "after an rk that was ignored")
    equal(found(BOTH + room[:-1] + [says(DEBIAN, ALPINE, "debian")], "message_after_leave"), [], "nobody left")
    back = [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN)
    equal(found(BOTH + room + back + [says(DEBIAN, ALPINE, "debian")], "message_after_leave"), [], "joined again")


def message_after_leave_and_poke():
    """Who leaves a room and asks for somebody's address means to talk to that user."""
    room = [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN) + [asks(ALPINE, "rk"),
                                                                answers(ALPINE, "rk")] + listed(ALPINE)
    poke = [asks(ALPINE, "ar debian"), answers(ALPINE, f"ar {DEBIAN[0]} {DEBIAN[1]}")]
    equal(found(BOTH + room + poke + [says(ALPINE, DEBIAN, "alpine"), says(DEBIAN, ALPINE, "debian")],
                "message_after_leave"), [], "the leaver asked")
    poke = [asks(DEBIAN, "ar alpine"), answers(DEBIAN, f"ar {ALPINE[0]} {ALPINE[1]}")]
    equal(found(BOTH + room + poke + [says(DEBIAN, ALPINE, "debian")], "message_after_leave"), [],
          "the other one asked")


def message_to_gone_peer():
    goodbye = [asks(ALPINE, "by"), answers(ALPINE, "by")]
    message = [says(DEBIAN, ALPINE, "debian")]
    equal(found(BOTH + goodbye + message, "message_to_gone_peer"), [[7]], "gone")
    equal(found(BOTH + message + goodbye, "message_to_gone_peer"), [], "not gone yet")
    equal(found(BOTH + goodbye + registers(ALPINE, "alpine") + message, "message_to_gone_peer"), [], "back again")
    told = summary(BOTH + goodbye + [says(ALPINE, DEBIAN, "alpine")] + message)
    equal([user["name"] for user in told["sessions"][0]["users"]], ["alpine", "debian"],
          "users, though one talks after leaving")
    equal([finding["frames"] for finding in told["findings"] if finding["kind"] == "message_to_gone_peer"], [[8]],
          "gone")


def message_to_unknown_peer():
    message = [says(ALPINE, GENTOO, "alpine")]
    equal(found(BOTH + message, "message_to_unknown_peer"), [[5]], "unknown")
    for announced in (registers(GENTOO, "gentoo"),
                      [asks(ALPINE, "ar gentoo"), answers(ALPINE, f"ar {GENTOO[0]} {GENTOO[1]}")],
                      [asks(ALPINE, "rj red")] + listed(ALPINE, GENTOO)):
        equal(found(BOTH + announced + message, "message_to_unknown_peer"), [], "announced")


def address_changed():
    elsewhere = (craft.ALPINE, 41000)
    equal(found(BOTH + [says(elsewhere, DEBIAN, "alpine")], "address_changed"), [[5]], "from another port")
    equal(found(BOTH + [says(ALPINE, DEBIAN, "alpine")], "address_changed"), [], "from its own")
    goodbye = [asks(ALPINE, "by"), answers(ALPINE, "by")]
    equal(found(BOTH + goodbye + [says(elsewhere, DEBIAN, "alpine")], "address_changed"), [], "the name is free")


def rooms_disagree():
    frames = (BOTH + [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN) + [asks(DEBIAN, "rj blue")]
              + listed(DEBIAN, GENTOO))
    seconds = [0, 0, 1, 1, 2, 2, 2, 30, 30, 30]
    equal(found(frames, "rooms_disagree", seconds=seconds), [[9]], "moved, and the others were not told")
    agreed = BOTH + [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN) + [asks(DEBIAN, "rj red")] + listed(
        DEBIAN, ALPINE)
    equal(found(agreed, "rooms_disagree", seconds=seconds), [], "both lists name the other")
    twice = frames[:7] + [answers(ALPINE, f"rj {DEBIAN[0]} {DEBIAN[1]}")] + frames[7:]
    equal(found(twice, "rooms_disagree", seconds=seconds[:7] + [2] + seconds[7:]), [[10]], "listed twice, told once")


def rooms_disagree_in_a_large_room():
    """A list that is too long to be kept denies nobody."""
    many = [(f"10.1.{number // 250}.{number % 250 + 1}", 5000) for number in range(200)]
    frames = (BOTH + [asks(ALPINE, "rj red")] + listed(ALPINE, DEBIAN, *many) + [asks(DEBIAN, "rj red")]
              + listed(DEBIAN, *many, ALPINE))
    seconds = [0] * 4 + [1] * 203 + [30] * 203
    equal(found(frames, "rooms_disagree", seconds=seconds), [], "findings")


def datagram_too_long():
    prefix = len("msg alpine> ") + 1
    for length, wanted in ((1024, []), (1025, [[5]])):
        equal(found(BOTH + [says(ALPINE, DEBIAN, "alpine", "x" * (length - prefix))], "datagram_too_long"), wanted,
              f"{length} bytes")


def unknown_datagram():
    equal(found(BOTH + [asks(ALPINE, "xy zzy")], "unknown_datagram"), [[5]], "of no form")
    equal(found(BOTH + [asks(ALPINE, "ul")], "unknown_datagram"), [], "of one")


def message_not_received():
    message = says(ALPINE, DEBIAN, "alpine")
    equal(found(BOTH + [message, unreachable(craft.DEBIAN, message)], "message_not_received"), [[6]],
          "an error says so")
    equal(found(BOTH + [message], "message_not_received"), [], "no error")


def message_lost_between_two_points():
    def numbered(number):
        return says(ALPINE, DEBIAN, "alpine", f"line {number}")

    def seen_behind_a_router(frame):
        return frame[:11] + b"\7" + frame[12:]

    frames, seconds = list(BOTH), [0, 0, 1, 1]
    for number in range(4):
        frames.append(numbered(number))
        seconds.append(2 + number)
        if number != 2:
            frames.append(seen_behind_a_router(numbered(number)))
            seconds.append(2.0001 + number)
    equal(found(frames, "message_not_received", seconds=seconds), [[9]], "one of four was seen once")
    equal(found(frames, "captured_twice", seconds=seconds), [[6, 8, 11]], "the others twice")
    equal(found(frames[:8], "message_not_received", seconds=seconds[:8]), [], "all were seen twice")
    told = summary(frames, seconds=seconds)
    equal(told["sessions"][0]["users"][0]["name"], "alpine", "user")


def two_servers():
    same = BOTH + registers(GENTOO, "alpine", OTHER_SERVER)
    equal(found(same, "same_name_on_two_servers"), [[6]], "the same name")
    equal(found(same, "several_servers"), [[]], "two servers")
    equal(found(BOTH + registers(GENTOO, "gentoo", OTHER_SERVER), "same_name_on_two_servers"), [], "another name")
    again = BOTH + [asks(ALPINE, "by"), answers(ALPINE, "by")] + registers(ALPINE, "alpine")
    equal(found(again, "same_name_on_two_servers"), [], "the same server")
    equal(found(again, "several_servers"), [], "one server")


# --- TCP -------------------------------------------------------------------------------------------------------

def connection(port, server=SERVER, line=b"hello\n"):
    client = (craft.ALPINE, port)
    mine, theirs, length = 1000, 5000, len(line)
    return [
        craft.tcp(client, server, "S", mine, 0), craft.tcp(server, client, "SA", theirs, mine + 1),
        craft.tcp(client, server, "A", mine + 1, theirs + 1),
        craft.tcp(client, server, "PA", mine + 1, theirs + 1, line),
        craft.tcp(server, client, "A", theirs + 1, mine + 1 + length),
        craft.tcp(client, server, "FA", mine + 1 + length, theirs + 1),
        craft.tcp(server, client, "FA", theirs + 1, mine + 2 + length),
        craft.tcp(client, server, "A", mine + 2 + length, theirs + 2),
    ]


def one_connection():
    kinds = {finding["kind"] for finding in summary(craft.tcp_chat())["findings"]}
    equal(kinds, {"nothing_lost"}, "findings of a chat in which nothing happens")


def reconnected():
    equal(found(connection(50001) + connection(50002), "reconnected"), [[9]], "again")
    equal(found(connection(50001), "reconnected"), [], "once")
    other = connection(50001) + connection(50002, (craft.DEBIAN, 8090))
    equal(found(other, "reconnected"), [], "with another host")
    attempt = connection(50001)[:1]
    equal(found(attempt + connection(50002), "reconnected", "--port", "8090"), [], "after an attempt without an answer")


def refused_then_listening():
    refused = [craft.tcp(CLIENT, SERVER, "S", 1000, 0), craft.tcp(SERVER, CLIENT, "RA", 0, 1001)]
    frames = refused + connection(50002)
    equal(found(frames, "refused", "--port", "8090"), [[2]], "refused")
    equal(found(frames, "refused_then_listening", "--port", "8090"), [[3]], "then accepted")
    equal(found(frames, "reconnected", "--port", "8090"), [], "there was no connection before")
    equal(found(refused, "refused_then_listening", "--port", "8090"), [], "refused only")
    equal(found(connection(50002), "refused"), [], "accepted only")


def resets():
    chat = connection(50001)[:5]
    client = (craft.ALPINE, 50001)
    good = craft.tcp(SERVER, client, "RA", 5001, 1007)
    outside = craft.tcp(SERVER, client, "R", 5001 + 1_000_000, 0)
    equal(found(chat + [good], "reset"), [[6]], "an RST that fits")
    equal(found(chat + [good], "reset_ignored"), [], "an RST that fits is obeyed")
    equal(found(chat + [outside], "reset_ignored"), [[6]], "an RST outside of the window")
    equal(found(chat + [outside], "reset"), [], "an RST outside of the window resets nothing")
    equal(found(connection(50001), "reset"), [], "a FIN")


def open_ends():
    chat = connection(50001)
    equal(found(chat[:5], "left_open"), [[1]], "no FIN")
    equal(found(chat, "left_open"), [], "closed")
    equal(found(chat[:6], "half_closed"), [[6]], "one FIN")
    equal(found(chat, "half_closed"), [], "two")
    equal(found(chat[:1], "half_open", "--port", "8090"), [[1]], "a SYN alone")
    equal(found(chat[:1], "nothing_lost", "--port", "8090"), [], "the SYN may have been lost")
    equal(found(chat, "half_open", "--port", "8090"), [], "a handshake")
    equal(found(chat[3:5], "half_open"), [], "the capture began later")
    equal(found(chat[3:5], "left_open"), [[1]], "and says that it is open")


def sent_again():
    chat = connection(50001)
    again = chat[:4] + [chat[3]] + chat[4:]
    late = [0, 0.001, 0.002, 1, 2, 2.001, 3, 3.001, 3.002]
    equal(found(again, "retransmission", seconds=late), [[5]], "sent again")
    equal(found(again, "nothing_lost", seconds=late), [], "something was lost")
    equal(found(chat, "retransmission"), [], "sent once")


def lines_and_segments():
    joined = connection(50001, line=b"one\ntwo\n")
    equal(found(joined, "messages_joined"), [[4]], "two lines in a segment")
    equal(found(connection(50001), "messages_joined"), [], "one")
    chat = connection(50001, line=b"hello\n")
    client = (craft.ALPINE, 50001)
    split = chat[:3] + [
        craft.tcp(client, SERVER, "PA", 1001, 5001, b"hel"),
        craft.tcp(client, SERVER, "PA", 1004, 5001, b"lo\n")
    ] + chat[4:]
    equal(found(split, "message_split"), [[5]], "a line in two segments")
    equal(found(chat, "message_split"), [], "a line in one")


def not_captured():
    chat = connection(50001, line=b"hello\n")
    client = (craft.ALPINE, 50001)
    more = craft.tcp(client, SERVER, "PA", 1007, 5001, b"again\n")
    frames = chat[:4] + [more, craft.tcp(SERVER, client, "A", 5001, 1013)]
    without = chat[:3] + frames[4:]
    equal(len(found(without + [craft.tcp(client, SERVER, "PA", 1013, 5001, b"x\n")], "packets_not_captured")), 1,
          "a gap")
    equal(found(frames, "packets_not_captured"), [], "no gap")


def windows():
    chat = connection(50001)
    client = (craft.ALPINE, 50001)
    full = craft.tcp(SERVER, client, "A", 5001, 1007, window=0)
    equal(found(chat[:5] + [full], "zero_window"), [[6]], "full")
    equal(found(chat[:5], "zero_window"), [], "not full")


def clocks():
    equal(found(BOTH, "clock_went_back", seconds=[5, 6, 2, 3]), [[3]], "set back")
    equal(found(BOTH, "clock_went_back", seconds=[5, 6, 5.9999995, 7]), [], "two interfaces put together")


# --- rooms over time -------------------------------------------------------------------------------------------

def rooms_over_time():
    frames = (BOTH + [asks(ALPINE, "rc red"), answers(ALPINE, "rc red"), asks(ALPINE, "rj red")] + listed(ALPINE)
              + [asks(DEBIAN, "rj red")] + listed(DEBIAN, ALPINE) + listed(ALPINE, DEBIAN)
              + [asks(ALPINE, "rk"), answers(ALPINE, "rk")] + listed(ALPINE) + listed(DEBIAN))
    rooms = summary(frames)["sessions"][0]["rooms"]
    equal([room["name"] for room in rooms], ["red"], "rooms")
    equal([(member["name"], member["joined"]["frame"], member["left"] and member["left"]["frame"])
           for member in rooms[0]["members"]],
          [("alpine", 8, 15), ("debian", 10, None)], "members")
    equal(found(frames, "unanswered_request"), [], "all were answered")


# --- the command -----------------------------------------------------------------------------------------------

def fragments_and_filter():
    """The filter lets the first fragment through, which alone has the ports."""
    long = says(ALPINE, DEBIAN, "alpine", "x" * 2000)
    told = summary(BOTH + fragments.cut(long, 1000), "-f", "udp port 40002")
    equal(told["capture"]["chat_packets"], 3, "packets of the chat")


def many_findings():
    """More than are kept: of each severity the first ones, and it is said how many there were."""
    chat = [craft.tcp((craft.ALPINE, 1024 + number), SERVER, "S", 1, 0) for number in range(2100)]
    told = summary(chat + BOTH + [asks(ALPINE, "zz")], "--port", "8090")
    severities = [finding["severity"] for finding in told["findings"]]
    equal((severities.count("warning"), severities.count("notice")), (2000, 1), "findings")
    equal(told["findings_left_out"], 100, "findings that are left out")
    text = run([CHATSNIFF, "summary", "--port", "8090", write(chat)]).stdout.decode()
    expect("… and 2000 more: see --format json" in text, text[-400:])
    expect("… and" not in run([CHATSNIFF, "summary", write(BOTH)]).stdout.decode(), "a list that is whole")


def long_names():
    """A name of a thousand bytes is not kept again with each of many requests."""
    name = "n" * 3000
    told = summary(registers(ALPINE, name) + [asks(ALPINE, f"ar user{number}") for number in range(50)])
    names = {request["client"]["name"] for request in told["sessions"][0]["exchanges"][1:]}
    equal(len(names), 1, "names")
    expect(len(names.pop()) <= 256, "length of the name that is kept")


def nothing_to_open():
    target = Path(FOLDER.name) / "nothing.txt"
    done = run([CHATSNIFF, "summary", "-i", "no-such-device", "-o", target])
    equal(done.returncode, 1, "exit status")
    expect(not target.exists() and done.stdout == b"" and done.stderr, "something was written")


def pipe_and_file():
    octets = craft.pcapng(craft.udp_chat() + craft.tcp_chat())
    (Path(FOLDER.name) / "capture.pcapng").write_bytes(octets)
    of_file = run([CHATSNIFF, "summary", "--format", "json", Path(FOLDER.name) / "capture.pcapng"])
    piped = subprocess.run([CHATSNIFF, "summary", "--format", "json", "-"],
                           input=octets,
                           capture_output=True,
                           check=False)
    equal(piped.returncode, 0, "exit status of a pipe")
    one, other = json.loads(of_file.stdout), json.loads(piped.stdout)
    one["capture"]["file"] = other["capture"]["file"] = None
    equal(one, other, "of a file, and through a pipe")


def damaged_pipe():
    octets = craft.pcapng(craft.udp_chat())[:-30]
    piped = subprocess.run([CHATSNIFF, "summary", "--format", "json", "-"],
                           input=octets,
                           capture_output=True,
                           check=False)
    equal(piped.returncode, 3, "exit status")
    equal(json.loads(piped.stdout)["capture"]["packets"], 5, "packets before the damage")


def interrupted():
    """Ctrl-C ends a live capture; what was seen so far is told."""
    octets = craft.pcapng(craft.udp_chat())
    with subprocess.Popen([CHATSNIFF, "summary", "--format", "json", "-"],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        process.stdin.write(octets)
        process.stdin.flush()
        time.sleep(1)  # it has read them, and waits for more
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()
        process.stdin.close()
        process.wait(20)
    equal(process.returncode, 0, "exit status")
    equal(json.loads(out)["capture"]["packets"], 6, "packets")


CASES = (unanswered_request, unanswered_at_the_end, not_delivered, refusals, server_restarted, answer_not_received,
         talked_before_the_server_was_seen, message_after_leave, message_after_leave_and_poke, message_to_gone_peer,
         message_to_unknown_peer, address_changed, rooms_disagree, rooms_disagree_in_a_large_room, datagram_too_long,
         unknown_datagram, message_not_received, message_lost_between_two_points, two_servers, one_connection,
         reconnected, refused_then_listening, resets, open_ends, sent_again, lines_and_segments, not_captured, windows,
         clocks, rooms_over_time, fragments_and_filter, many_findings, long_names, nothing_to_open, pipe_and_file,
         damaged_pipe, interrupted)

if __name__ == "__main__":
    sys.exit(run_cases([(function.__name__.replace("_", " "), function) for function in CASES]))
