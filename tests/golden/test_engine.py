#!/usr/bin/python3
"""Captures that are easily told wrongly, each crafted, and the right answer: test_engine.py CHATSNIFF"""
import gzip
import lzma
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = tempfile.TemporaryDirectory(prefix="chatsniff-engine-")
SERVER, ALPINE, DEBIAN = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)


def write(octets, name="capture.pcapng"):
    path = Path(FOLDER.name) / name
    path.write_bytes(octets)
    return path


def timeline(octets, *arguments):
    return records(CHATSNIFF, *arguments, write(octets))


def conversations(octets, *arguments):
    return records(CHATSNIFF, *arguments, write(octets), command="conversations")


# --- captured twice ------------------------------------------------------------------------------------------

def twice(frames, apart=0.00003, others=None):
    """Each frame, and soon after it the same one, or that of others."""
    pairs = [frame for pair in zip(frames, others or frames) for frame in pair]
    return pairs, [number // 2 * 0.1 + number % 2 * apart for number in range(len(pairs))]


def pcapng_of_interfaces(frames, seconds, interfaces):
    """Like craft.pcapng(), but each frame is of that interface."""
    blocks = craft.pcapng_blocks(frames, seconds=seconds)
    packets = [
        block[:8] + struct.pack("<I", interface) + block[12:] for block, interface in zip(blocks[2:], interfaces)
    ]
    return b"".join([blocks[0]] + [blocks[1]] * (max(interfaces) + 1) + packets)


def without_id(frame):
    """The IP header without its identification."""
    header = frame[14:18] + b"\0\0" + frame[20:24] + b"\0\0" + frame[26:34]
    return frame[:14] + header[:10] + struct.pack("!H", craft.checksum(header)) + header[12:] + frame[34:]


def with_id(frame, ident):
    header = frame[14:18] + struct.pack("!H", ident) + frame[20:24] + b"\0\0" + frame[26:34]
    return frame[:14] + header[:10] + struct.pack("!H", craft.checksum(header)) + header[12:] + frame[34:]


def chat_of_udp():
    frames = craft.udp_chat() + [craft.udp(ALPINE, SERVER, b"ul"), craft.udp(SERVER, ALPINE, b"ul alpine"),
                                 craft.udp(SERVER, ALPINE, b"ul debian")]
    return [with_id(frame, 100 + number) for number, frame in enumerate(frames)]


def check_twice(octets, once):
    """Told once: octets is the capture in which each frame of once comes twice."""
    told = timeline(octets)
    firsts, seconds, alone = told[::2], told[1::2], timeline(once)
    equal([record["captured_twice"] for record in seconds], [record["frame"] for record in firsts], "captured_twice")
    expect(not any("captured_twice" in record for record in firsts), "the first is the first")
    for key in ("kind", "phase", "messages", "label"):
        if key != "label" or not any("request" in record for record in alone):
            equal([record[key] for record in firsts], [record[key] for record in alone], key)
    for key in ("kind", "phase"):
        equal([record[key] for record in seconds], [record[key] for record in alone], key)
    expect(all(record["messages"] == [] and "request" not in record and record["maintenance"] for record in seconds),
           "nothing is told twice")
    for all_of in ((), ("--all",)):
        for double, single in zip(conversations(octets, *all_of), conversations(once, *all_of), strict=True):
            for key in ("messages", "requests", "analysis", "state", "teardown"):
                equal(double.get(key), single.get(key), f"{key} of the conversation")
            equal(double["packets"], 2 * single["packets"], "packets")


def udp_same_identification():
    frames = chat_of_udp()
    pairs, seconds = twice(frames)
    check_twice(craft.pcapng(pairs, seconds=seconds), craft.pcapng(frames))


def udp_other_interface():
    """Without an identification: the same octets at another interface, whose clock is a little behind."""
    frames = [without_id(frame) for frame in chat_of_udp()]
    for apart in (0.003, -0.003):
        pairs, seconds = twice(frames, apart)
        check_twice(pcapng_of_interfaces(pairs, seconds, [0, 1] * len(frames)), craft.pcapng(frames))


def udp_sent_twice():
    """The same words at the same interface, or half a second later, were said twice."""
    frames = [without_id(frame) for frame in chat_of_udp()]
    for octets in (craft.pcapng(twice(frames)[0], seconds=twice(frames)[1]),
                   pcapng_of_interfaces(*twice(frames, 0.05), [0, 1] * len(frames))):
        expect(not any("captured_twice" in record for record in timeline(octets)), "two datagrams")
    pairs, seconds = twice(chat_of_udp(),
                           others=[with_id(frame, 900 + number) for number, frame in enumerate(chat_of_udp())])
    expect(not any("captured_twice" in record for record in timeline(craft.pcapng(pairs, seconds=seconds))),
           "other numbers")


def udp_between_others():
    """A burst passes one interface, then the other."""
    frames = chat_of_udp()
    burst = frames[:4] + frames[4:6] * 2
    told = timeline(craft.pcapng(burst, seconds=[0, 0.1, 0.2, 0.3, 0.4, 0.40001, 0.40002, 0.40003]))
    equal([record.get("captured_twice") for record in told[4:]], [None, None, 5, 6], "captured_twice")


def cooked(frame, kind):
    """As from the device “any”: kind 0 came in, 4 went out."""
    return struct.pack("!HHH8sH", kind, 1, 6, frame[6:12] + b"\0\0", 0x0800) + frame[14:]


def any_device():
    frames = [without_id(frame) for frame in chat_of_udp()]
    pairs, seconds = twice([cooked(frame, 4) for frame in frames], others=[cooked(frame, 0) for frame in frames])
    check_twice(craft.pcapng(pairs, 113, seconds=seconds), craft.pcapng(frames))


def routed():
    """Before and behind a router the time to live differs, and the header's checksum."""
    frames = chat_of_udp()
    behind = []
    for frame in frames:
        header = frame[14:22] + bytes([frame[22] - 1]) + frame[23:24] + b"\0\0" + frame[26:34]
        behind.append(frame[:14] + header[:10] + struct.pack("!H", craft.checksum(header)) + header[12:] + frame[34:])
    pairs, seconds = twice(frames, others=behind)
    check_twice(craft.pcapng(pairs, seconds=seconds), craft.pcapng(frames))


def tcp_same_identification():
    frames = [with_id(frame, 500 + number) for number, frame in enumerate(craft.tcp_chat())]
    pairs, seconds = twice(frames)
    check_twice(craft.pcapng(pairs, seconds=seconds), craft.pcapng(frames,
                                                                   seconds=[number * 0.1 for number in range(8)]))


def tcp_repeats_stay():
    """A segment that is sent again is one retransmission, however often it was captured."""
    client, server = (craft.ALPINE, 40003), SERVER
    frames = craft.tcp_chat()[:3] + [craft.tcp(client, server, "PA", 1001, 5001, b"hello\n")] * 3
    frames = [with_id(frame, 500 + number) for number, frame in enumerate(frames)]
    pairs, seconds = twice(frames)
    equal(conversations(craft.pcapng(pairs, seconds=seconds))[0]["analysis"], {"retransmission": 2}, "analysis")


def icmp_twice():
    ask = with_id(craft.udp(ALPINE, SERVER, b"hi alpine"), 7)
    error = craft.ip4(craft.SERVER, craft.ALPINE, 1, b"\3\3" + struct.pack("!H", 0) + bytes(4) + ask[14:], 9)
    told = timeline(craft.pcapng([ask, error, error], seconds=[0, 0.1, 0.10001]))
    equal([record["kind"] for record in told], ["request", "icmp_error", "icmp_error"], "kinds")
    equal([record.get("captured_twice") for record in told], [None, None, 2], "captured_twice")


def icmp_quotes_no_request():
    """An error is laid to the newest request only where what it quotes can be its beginning."""
    hello, ask, nonsense = (craft.udp(ALPINE, SERVER, octets) for octets in (b"hi alpine", b"ul", b"what"))

    def error(quoted):
        return craft.ip4(craft.SERVER, craft.ALPINE, 1, b"\3\3" + bytes(6) + quoted, 9)

    told = timeline(craft.pcapng([hello, ask, error(nonsense[14:]), error(nonsense[14:42]), error(ask[14:] + bytes(90)),
                                  error(hello[14:])]))
    equal([record.get("undelivered") for record in told[2:]], [None, 2, 2, 1], "undelivered")


# --- headers -------------------------------------------------------------------------------------------------

def raw_ip():
    """BSD systems write 12 or 14, in pcapng as in pcap."""
    frames = [frame[14:] for frame in craft.udp_chat()]
    for number in (12, 14, 101):
        for octets in (craft.pcap(frames, number), craft.pcapng(frames, number)):
            equal(len(timeline(octets)), 6, f"packets of link type {number}")
            done = run([CHATSNIFF, "timeline", "-f", "port 8090", "--format", "json", write(octets)])
            equal(done.stdout.count(b"\n"), 4, f"packets of link type {number} that the filter lets through")


def ip6(source, destination, protocol, payload, length=None):
    """An Ethernet frame; length as in the IPv6 header, if that is not the truth."""
    return (bytes(12) + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000,
                                                  len(payload) if length is None else length, protocol, 64) +
            bytes(15) + source + bytes(15) + destination + payload)


def jumbo(source, destination, protocol, payload):
    option = struct.pack("!BBBBI", protocol, 0, 0xC2, 4, 8 + len(payload))
    return ip6(source, destination, 0, option + payload, 0)


def jumbograms():
    """Their length stands in an option, and what follows in the frame is none of theirs (RFC 2675)."""
    lines = b"".join(b"line %05d of a huge write\n" % number for number in range(3000))
    head = struct.pack("!HHIIBBHHH", 40000, 8090, 1, 1, 0x50, 0x18, 64240, 0, 0)
    frames = [jumbo(b"\1", b"\2", 6, head + lines) + b"trailer\n", jumbo(b"\1", b"\2", 6, head + lines)]
    told = timeline(craft.pcapng(frames), "--all")
    equal([record["tcp"]["length"] for record in told], [len(lines)] * 2, "lengths")
    equal(len(told[0]["messages"]), 3000, "lines")
    datagram = struct.pack("!HHHH", 40001, 8090, 0, 0) + b"hi alpine"
    told = timeline(craft.pcapng([jumbo(b"\1", b"\2", 17, datagram) + b" and more"]))
    equal([record["messages"][0]["arguments"] for record in told], [["alpine"]], "a datagram whose own length is 0")
    # An option cut off anywhere, or one that says something else, must not be read beyond its end.
    whole = jumbo(b"\1", b"\2", 17, datagram)
    for end in range(14, len(whole)):
        timeline(craft.pcapng([whole], snapshot=end), "--all")


def udp_lengths():
    """A datagram that says more than its packet has room for is dropped by its receiver, unless it is a part of one."""
    asked, answered = craft.udp(ALPINE, SERVER, b"hi alpine"), craft.udp(SERVER, ALPINE, b"hi alpine")
    longer = asked[:38] + struct.pack("!H", 40) + asked[40:]
    told = timeline(craft.pcapng([longer, asked, answered, longer]))
    equal([record["kind"] for record in told], ["other", "request", "reply", "other"], "kinds")
    expect(told[0]["messages"][0]["reason"].startswith("its length contradicts"), told[0]["messages"])
    expect("the receiver drops" in told[0]["label"], told[0]["label"])
    equal(timeline(craft.pcapng([longer])), [], "nothing that anybody received makes a chat")
    equal(
        conversations(craft.pcapng([longer, asked, answered]))[0]["requests"], {
            "asked": 1,
            "answered": 1
        }, "requests")
    # Cut off by the snapshot length, and before it was captured: the header of the packet promises as much.
    text = b"msg alpine> " + b"x" * 200 + b"\n"
    told = timeline(craft.pcapng([asked, answered, craft.udp(ALPINE, SERVER, text)], snapshot=[999, 999, 100]))
    expect("were not captured" in told[2]["label"] or told[2]["messages"][0]["reason"].startswith("the capture"),
           told[2])
    whole = craft.udp(ALPINE, DEBIAN, text)
    told = timeline(craft.pcapng([*craft.udp_chat(), whole[:100]]))
    equal(told[-1]["messages"][0]["missing"], len(whole) - 100, "octets that were cut off before the capture")


# --- connections ---------------------------------------------------------------------------------------------

CLIENT = (craft.ALPINE, 40003)
MINE, THEIRS = 1000, 5000


def mine(flags, seq, ack, text=b"", **options):
    return craft.tcp(CLIENT, SERVER, flags, MINE + seq, THEIRS + ack, text, **options)


def theirs(flags, seq, ack, text=b"", **options):
    return craft.tcp(SERVER, CLIENT, flags, THEIRS + seq, MINE + ack, text, **options)


HANDSHAKE = [craft.tcp(CLIENT, SERVER, "S", MINE, 0), theirs("SA", 0, 1), mine("A", 1, 1)]


def lines_of(told):
    return [message["text"] for record in told for message in record["messages"]]


def outcome(frames, **options):
    """(state, kind of the teardown) of the last TCP conversation."""
    last = [
        record for record in conversations(craft.pcapng(frames, **options), "--all") if record["transport"] == "tcp"
    ][-1]
    return last["state"], last["teardown"]["kind"]


def second_life(first, syn, server_isn=99000):
    """What follows when the same ports begin again with a SYN of that number."""
    def frame(flags, seq, ack, text=b""):
        return craft.tcp(CLIENT, SERVER, flags, syn + seq, server_isn + ack if "A" in flags else 0, text)

    def answer(flags, seq, ack, text=b""):
        return craft.tcp(SERVER, CLIENT, flags, server_isn + seq, syn + ack, text)
    return [*first, frame("S", 0, 0), answer("SA", 0, 1), frame("A", 1, 1), frame("PA", 1, 1, b"another life\n"),
            answer("A", 1, 14), frame("FA", 14, 1), answer("FA", 1, 15), frame("A", 15, 2)]


def half_open():
    """A client that has restarted meets the connection that its server still has: RFC 9293, section 3.5.1."""
    syn = 700000
    old = [*HANDSHAKE, mine("PA", 1, 1, b"first life\n"), theirs("A", 1, 12)]
    refused = [craft.tcp(CLIENT, SERVER, "S", syn, 0), theirs("A", 1, 12), craft.tcp(CLIENT, SERVER, "R", MINE + 12, 0)]
    octets = craft.pcapng(second_life([*old, *refused], syn))
    told = timeline(octets)
    equal([(record["states"]["client"], record["states"]["server"]) for record in told[5:11]],
          [("SYN-SENT", "SYN-RECEIVED"), ("SYN-SENT", "ESTABLISHED"), ("SYN-SENT", "CLOSED"),
           ("SYN-SENT", "SYN-RECEIVED"), ("ESTABLISHED", "SYN-RECEIVED"), ("ESTABLISHED", "ESTABLISHED")], "states")
    equal([record["phase"] for record in told[8:12]], ["setup", "setup", "setup", "transfer"], "phases")
    equal(lines_of(told), ["first life", "another life"], "lines")
    expect("rejects that acknowledgement" in told[7]["label"] and "older connection is gone" in told[8]["label"],
           told[7]["label"])
    expect("retransmission" in told[8]["analysis"], "Wireshark's flags stay")
    equal([(record["state"], record["teardown"]["kind"]) for record in conversations(octets)], [("S1", "none"),
                                                                                                ("SF", "fin")],
          "outcomes")
    # The client that gives up sends its own next number.
    equal(outcome([craft.tcp(CLIENT, SERVER, "S", MINE, 0),
                   craft.tcp(CLIENT, SERVER, "R", MINE + 1, 0)]), ("RSTOS0", "rst"), "given up")


def same_number_again():
    """After both FINs, and after an RST of either, a SYN with the same number begins anew; a line left open is over."""
    closed = craft.tcp_chat(b"first life\n")
    for first in (closed, [*HANDSHAKE, mine("PA", 1, 1, b"first life\n"), mine("R", 12, 1)],
                  [*HANDSHAKE, mine("PA", 1, 1, b"first life\n"), theirs("RA", 1, 12)],
                  [*HANDSHAKE, mine("PA", 1, 1, b"first life"), mine("FA", 11, 1), theirs("FA", 1, 12)]):
        octets = craft.pcapng(second_life(first, MINE))
        told = timeline(octets, "--explain")
        equal(lines_of(told), ["first life", "another life"], "lines")
        life = told[len(first):]
        equal([record["kind"] for record in life],
              ["syn", "syn_ack", "handshake_ack", "data", "ack", "fin", "fin", "teardown_ack"], "kinds")
        equal([record["phase"] for record in life],
              ["setup", "setup", "setup", "transfer", "transfer", "teardown", "teardown", "teardown"], "phases")
        equal(life[-1]["states"], {"client": "TIME-WAIT", "server": "CLOSED"}, "states")
        expect(any("retransmission" in record["analysis"] for record in life), "Wireshark's flags stay")
        expect(not any("was captured before" in record["explanation"] for record in life), "the numbers were another's")
        equal(outcome(second_life(first, MINE)), ("SF", "fin"), "outcome")
        equal(lines_of(timeline(craft.pcapng(second_life(first, MINE, THEIRS)))), ["first life", "another life"],
              "lines, the server's number is the same, too")
    # A SYN that is sent again before any answer is the same one.
    told = timeline(craft.pcapng([HANDSHAKE[0], *craft.tcp_chat()], seconds=[0, *range(1, 9)]))
    equal((told[1]["phase"], lines_of(told)), ("recovery", ["hello"]), "a SYN sent again")


def rst_without_effect():
    """Outside the window, and to a SYN without acknowledging it: the connection goes on (RFC 9293, 3.10.7)."""
    part, rest = mine("PA", 1, 1, b"par"), [mine("PA", 4, 1, b"tial line\n"), theirs("A", 1, 14), mine("FA", 14, 1),
                                            theirs("FA", 1, 15), mine("A", 15, 2)]
    for reset in (theirs("R", 2_000_000_000, 0), theirs("RA", 70000, 4), theirs("R", -1, 0), theirs("R", -40000, 0)):
        frames = [*HANDSHAKE, part, theirs("A", 1, 4), mine("A", 4, 1), reset, *rest]
        told = timeline(craft.pcapng(frames), "--explain")
        equal(lines_of(told), ["partial line"], "lines")
        equal(told[6]["states"], {"client": "ESTABLISHED", "server": "ESTABLISHED"}, "states")
        equal((told[6]["kind"], told[6]["phase"]), ("rst", "teardown"), "kind and phase")
        expect(
            "outside the window: the receiver drops it" in told[6]["label"]
            and "accepts only numbers from 1 to 64240" in told[6]["explanation"], told[6]["explanation"])
        equal([record["phase"] for record in told[7:]], ["transfer", "transfer", "teardown", "teardown", "teardown"],
              "phases")
        equal(outcome(frames), ("SF", "fin"), "outcome")
    for reset in (theirs("R", 1, 0), theirs("R", 64241, 0), theirs("RA", 30000, 4)):
        equal(outcome([*HANDSHAKE, part, theirs("A", 1, 4), reset]), ("RSTR", "rst"), "inside the window")
    # The sender's own next number counts even where the window is full.
    equal(outcome([*HANDSHAKE, theirs("A", 1, 1, window=1),
                   mine("PA", 1, 1, b"x"),
                   mine("R", 2, 1)]), ("RSTO", "rst"), "next")
    equal(outcome([mine("PA", 1, 1, b"x\n"), theirs("R", 500_000, 0)])[1], "rst", "nothing shows the window")
    syn = HANDSHAKE[0]
    for refusal, state in ((craft.tcp(SERVER, CLIENT, "RA", 0, MINE + 1), "REJ"),
                           (craft.tcp(SERVER, CLIENT, "R", 0, 0), "S0"), (craft.tcp(SERVER, CLIENT, "RA", 0,
                                                                                    MINE + 7), "S0")):
        equal(outcome([syn, refusal])[0], state, "answer to a SYN")
    told = timeline(craft.pcapng([syn, craft.tcp(SERVER, CLIENT, "RA", 0, MINE + 1)]))
    equal((told[1]["phase"], told[1]["kind"]), ("setup", "rst"), "a refusal belongs to the setup")


def zeek_states():
    """As Zeek has them where the SYN is missing, and where an RST comes after both FINs."""
    close = [mine("FA", 7, 1), theirs("FA", 1, 8), mine("A", 8, 2)]
    say = [mine("PA", 1, 1, b"hello\n"), theirs("A", 1, 7)]
    late = HANDSHAKE[1:]
    for frames, state in (([*late, *say, *close], "SF"), ([*late, *say], "S1"), ([*late, *say, close[0]], "S2"),
                          ([*late, *say, theirs("R", 1, 0)], "RSTR"), ([HANDSHAKE[1], theirs("R", 1, 0)], "RSTRH"),
                          ([HANDSHAKE[1], theirs("FA", 1,
                                                 1)], "SHR"), ([*HANDSHAKE, *say, *close[:2],
                                                                theirs("R", 2, 0)], "SF"),
                          ([*HANDSHAKE, *say, *close[:2],
                            mine("R", 8, 0)], "SF"), ([*HANDSHAKE, *say, close[0],
                                                       mine("R", 8,
                                                            0)], "RSTO"), ([*HANDSHAKE,
                                                                            mine("PA", 1, 1, b"hello\n")], "S1"),
                          ([HANDSHAKE[0], mine("A", 1, 1)], "S0"), ([HANDSHAKE[0],
                                                                     mine("A", 1, 1),
                                                                     mine("FA", 1, 1)], "SH")):
        equal(outcome(frames)[0], state, f"state after {len(frames)} frames")


def pcapng_without_time(frames, timeless):
    """Frames whose numbers (from 0) are in timeless come in Simple Packet Blocks."""
    blocks = craft.pcapng_blocks(frames)
    for number in timeless:
        blocks[2 + number] = craft.block(3, struct.pack("<I", len(frames[number])) + frames[number])
    return b"".join(blocks)


def no_time():
    """A Simple Packet Block has none: nothing that is measured may come of it."""
    frames = craft.tcp_chat()
    for timeless in ([0], [2], [0, 2], [1, 3, 4, 5, 6, 7], range(8)):
        octets = pcapng_without_time(frames, timeless)
        told = timeline(octets, "--explain")
        equal([record["frame"] - 1 for record in told if "time" not in record], list(timeless), "records without time")
        expect(all(("offset" in record) == ("time" in record) for record in told), "offsets")
        measured = 0 not in timeless and 2 not in timeless
        equal("after" in told[2]["label"], measured, told[2]["label"])
        conversation = conversations(octets)[0]
        equal(conversation["handshake"]["rtt"] is not None, measured, "round-trip time")
        if len(timeless) == 8:
            expect("start" not in conversation and "duration" not in conversation, conversation)
        else:
            expect(conversation["start"].startswith("2022-") and 0 <= conversation["duration"] < 1, conversation)
        text = run([CHATSNIFF, "timeline", write(octets)]).stdout.decode() + run(
            [CHATSNIFF, "conversations", write(octets)]).stdout.decode()
        expect("1650" not in text, text)
    ask, answer = craft.udp(ALPINE, SERVER, b"hi alpine"), craft.udp(SERVER, ALPINE, b"hi alpine")
    for timeless in ([0], [1], [0, 1]):
        told = timeline(pcapng_without_time([ask, answer], timeless))
        equal((told[1]["request"], told[1].get("latency")), (1, None), "request, latency")


def clock_went_back():
    """A negative difference is no round-trip time."""
    frames = craft.tcp_chat()
    octets = craft.pcapng(frames, seconds=[100 - number for number in range(8)])
    told = timeline(octets, "--explain")
    equal(told[2]["offset"], -2, "offset")
    equal(told[2]["label"], "acknowledges: the connection is open (handshake, 3 of 3)", "label")
    expect("1.00 s earlier than that of the packet before it" in told[2]["explanation"], told[2]["explanation"])
    expect("in front of it" not in told[0]["explanation"], told[0]["explanation"])
    conversation = conversations(octets)[0]
    equal((conversation["handshake"]["rtt"], conversation["duration"]), (None, 7), "round-trip time, duration")
    expect("-" not in conversation["label"], conversation["label"])
    told = timeline(
        craft.pcapng([craft.udp(ALPINE, SERVER, b"hi alpine"),
                      craft.udp(SERVER, ALPINE, b"hi alpine")], seconds=[5, 4]))
    equal((told[1]["request"], told[1].get("latency")), (1, None), "request, latency")


def lost_before_the_tap():
    """A line that was lost before the capture comes with its repetition, which completes those behind it."""
    again = theirs("A", 1, 7)
    frames = [*HANDSHAKE, mine("PA", 1, 1, b"hello\n"), again, mine("PA", 13, 1, b"line2\n"), again,
              mine("PA", 19, 1, b"line3\n"), again, mine("PA", 25, 1, b"line4\n"), again, mine("PA", 7, 1, b"line1\n"),
              theirs("A", 1, 31)]
    told = timeline(craft.pcapng(frames, seconds=[number * 0.0001 for number in range(len(frames))]))
    equal(told[11]["analysis"], ["fast_retransmission"], "analysis")
    equal([message["text"] for message in told[11]["messages"]], ["line1", "line2", "line3", "line4"], "lines")
    for words in ("again at once", "completes 4 lines", "“line1”, “line2”, “line3” and 1 more"):
        expect(words in told[11]["label"], told[11]["label"])
    equal((told[11]["maintenance"], told[11]["layer"]), (False, "application"), "maintenance, layer")
    one = timeline(craft.pcapng([*frames[:6], again, again, mine("PA", 7, 1, b"line1\n")],
                                seconds=[number * 0.0001 for number in range(9)]))
    expect("completes 2 lines" in one[8]["label"] and "“line1”, “line2”" in one[8]["label"], one[8]["label"])


def gaps():
    """One gap is one, however many segments show it; what comes in the end is none; and what nobody shows any more
    is."""
    hello, wave = mine("PA", 1, 1, b"hello\n"), mine("PA", 20, 1, b"wave\n")
    for frames, n in (([hello, wave], 1), ([hello,
                                            theirs("A", 1, 7), wave,
                                            theirs("A", 1, 25),
                                            theirs("A", 1, 25)], 1),
                      ([hello, wave, mine("PA", 7, 1, b"in the middle"),
                        theirs("A", 1, 25)], 0), ([hello, theirs("A", 1, 20)], 1), ([hello,
                                                                                     theirs("A", 1, 20), wave], 1), ([
                                                                                         hello, wave,
                                                                                         theirs("A", 1, 25),
                                                                                         mine("PA", 30, 1, b"x\n"),
                                                                                         theirs("PA", 9, 32, b"y\n"),
                                                                                         mine("A", 32, 11)
                                                                                     ], 3),
                      ([hello, theirs("A", 1, 7), mine("FA", 50, 1),
                        theirs("A", 1, 51)], 1), ([hello, mine("FA", 7, 1),
                                                   theirs("FA", 1, 8),
                                                   mine("A", 8, 2)], 0)):
        label = conversations(craft.pcapng([*HANDSHAKE, *frames]))[0]["label"]
        expect((f", {n} gap{'s' if n > 1 else ''}" in label) if n > 0 else "gap" not in label, f"{n}: {label}")


def half_a_character():
    """It belongs to the next segment."""
    line = "Größe 東 😀".encode() + b"\n"
    for end in range(1, len(line)):
        told = timeline(craft.pcapng([*HANDSHAKE, mine("PA", 1, 1, line[:end]), mine("PA", 1 + end, 1, line[end:])]))
        begun = line[:end].decode("utf-8", "ignore")
        expect(told[3]["label"].endswith(f"“{begun}”"), told[3]["label"])
        equal(lines_of(told), [line.decode().rstrip()], "lines")


# --- compressed files ----------------------------------------------------------------------------------------

def pack_with(*command):
    """What the tool makes of its input; a Skip where it is missing."""
    def pack(octets):
        try:
            return run(command, stdin=octets).stdout
        except FileNotFoundError as error:
            raise Skip(f"{command[0]} is missing") from error
    return pack


PACKERS = {"gz": gzip.compress, "xz": lzma.compress, "zst": pack_with("zstd", "-c", "--check"),
           "lz4": pack_with("lz4", "-c")}
MANY = craft.pcapng(craft.tcp_chat() * 50 + craft.udp_chat())


def told_of(octets, status):
    """How many packets of all are told, and what is said."""
    done = run([CHATSNIFF, "timeline", "--all", "--format", "json", write(octets)])
    equal(done.returncode, status, f"exit status: {done.stderr!r}")
    return done.stdout.count(b"\n"), done.stderr.decode()


def compression_cut_short(ending):
    """Only the compression's own last octets are missing: every packet is there."""
    packed = PACKERS[ending](MANY)
    equal(told_of(packed, 0)[0], 406, "packets of all of it")
    for missing in (1, 4):
        n, said = told_of(packed[:-missing], 3)
        equal(n, 406, f"packets, {missing} octets missing")
        expect(f"truncated at byte {len(MANY)}, after packet 406" in said, said)
    n, said = told_of(packed[:len(packed) // 2], 3)
    expect(0 < n < 406 or ending in ("zst", "lz4"), f"{n} packets of a half")  # these have one block here
    expect(f"after packet {n}:" in said, said)


def compression_checksum(ending):
    """A wrong checksum at the end: what could be unpacked is told."""
    packed = bytearray(PACKERS[ending](MANY))
    packed[{"gz": -5, "xz": -1, "zst": -1, "lz4": -1}[ending]] ^= 1
    n, said = told_of(bytes(packed), 3)
    equal(n, 406, "packets")
    expect("corrupt" in said, said)


def compressed_pieces(ending):
    """Streams that follow each other are one file, as for the tools."""
    pack, half = PACKERS[ending], len(MANY) // 2
    equal(told_of(pack(MANY[:half]) + pack(MANY[half:]), 0)[0], 406, "packets")


def skippable_frames():
    """pzstd writes one in front of each frame, with the length of that; lz4 knows them too."""
    def skippable(octets, number=0):
        return struct.pack("<II", 0x184D2A50 + number, len(octets)) + octets
    for ending in ("zst", "lz4"):
        pack, half = PACKERS[ending], len(MANY) // 2
        octets = skippable(b"four") + pack(MANY[:half]) + skippable(b"", 15) + skippable(b"x" * 70000) + pack(
            MANY[half:])
        equal(told_of(octets, 0)[0], 406, f"packets, {ending}")
    equal(told_of(skippable(bytes(1 << 24)) + PACKERS["zst"](MANY), 0)[0], 406, "packets, behind a long one")
    n, said = told_of(skippable(b"and nothing") * 2, 1)
    expect(n == 0 and "not a capture file" in said, said)


def padding_of_xz():
    equal(told_of(lzma.compress(MANY[:999]) + bytes(8) + lzma.compress(MANY[999:]) + bytes(4), 0)[0], 406, "packets")


CASES = [udp_same_identification, udp_other_interface, udp_sent_twice, udp_between_others, any_device, routed,
         tcp_same_identification, tcp_repeats_stay, icmp_twice, icmp_quotes_no_request,
         raw_ip, jumbograms, udp_lengths,
         half_open, same_number_again, rst_without_effect, zeek_states, no_time, clock_went_back,
         lost_before_the_tap, gaps, half_a_character,
         skippable_frames, padding_of_xz]
OF_COMPRESSIONS = [compression_cut_short, compression_checksum, compressed_pieces]

if __name__ == "__main__":
    sys.exit(run_cases(
        [(case.__name__.replace("_", " "), case) for case in CASES] +
        [(f"{case.__name__.replace('_', ' ')}, {ending}", lambda case=case, ending=ending: case(ending))
         for case in OF_COMPRESSIONS for ending in PACKERS]))
