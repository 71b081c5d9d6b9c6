#!/usr/bin/python3
"""What a timeline says of awkward situations, each crafted: test_situations.py CHATSNIFF"""
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
import fragments  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
SERVER, ALPINE, DEBIAN = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
FOLDER = tempfile.TemporaryDirectory(prefix="chatsniff-situations-")


def timeline(frames, *arguments, **options):
    path = Path(FOLDER.name) / "capture.pcapng"
    path.write_bytes(craft.pcapng(frames, **options))
    return records(CHATSNIFF, "--explain", *arguments, path)


def answers(told):
    return {record["frame"]: record["request"] for record in told if "request" in record}


def lost_request():
    """What is asked again before it is answered is the same request; after that it is another one."""
    ask, answer = craft.udp(ALPINE, SERVER, b"rl"), craft.udp(SERVER, ALPINE, b"rl")
    told = timeline([ask, ask, answer, ask, answer], seconds=[0, 60, 60.001, 120, 120.001])
    equal(answers(told), {3: 1, 5: 4}, "requests answered")
    equal(told[2]["latency"], 60.001, "latency, from the first asking")


def lost_request_of_another():
    """A lost ar and the next one's answer: the address is not that of the first name."""
    told = timeline([craft.udp(ALPINE, SERVER, b"ar debian"), craft.udp(ALPINE, SERVER, b"ar alice"),
                     craft.udp(SERVER, ALPINE, b"ar 10.0.0.9 5000"),
                     craft.udp(ALPINE, (craft.DEBIAN, 5000), b"msg me> x\n")], seconds=[0, 60, 60.001, 61])
    equal(answers(told), {3: 2}, "requests answered")


def argument_of_the_reply():
    told = timeline([craft.udp(ALPINE, SERVER, b"rc one"), craft.udp(ALPINE, SERVER, b"rc two"),
                     craft.udp(SERVER, ALPINE, b"rc two")])
    equal(answers(told), {3: 2}, "requests answered")


def repetition():
    told = timeline([craft.udp(ALPINE, SERVER, b"hi alpine"), craft.udp(ALPINE, SERVER, b"hi alpine"),
                     craft.udp(SERVER, ALPINE, b"hi alpine")])
    equal(answers(told), {3: 1}, "requests answered")
    expect("the same request as frame 1" in told[1]["label"], told[1]["label"])


def cut_off():
    """The beginning of a name or a port is another name or port."""
    frame = craft.udp(ALPINE, SERVER, b"hi alexander")
    told = timeline([frame], snapshot=len(frame) - 5)
    equal(told[0]["messages"][0]["form"], "unknown", "form")
    expect("5 bytes were not captured" in told[0]["label"], told[0]["label"])
    text = craft.udp(ALPINE, DEBIAN, b"msg alpine> a long line of text\n")
    told = timeline([text, craft.udp(ALPINE, DEBIAN, b"msg alpine> x\n")], snapshot=len(text) - 6)
    equal(told[0]["messages"][0]["text"], "a long line of", "text")
    expect("6 bytes of it were not captured" in told[0]["label"], told[0]["label"])


def cut_in_a_character():
    """Half a character at the snapshot length makes no binary data of a chat."""
    text = craft.udp(ALPINE, DEBIAN, b"msg alpine> sch\xc3\xb6n\n")
    told = timeline([text, craft.udp(ALPINE, DEBIAN, b"msg alpine> x\n")], snapshot=len(text) - 3)
    equal(len(told), 2, "records")
    equal(told[0]["messages"][0]["text"], "sch", "text")


def refused_then_answered():
    """Some systems send the same SYN again after a refusal: one stream, and its states begin anew."""
    client, server = (craft.ALPINE, 40003), (craft.SERVER, 9999)
    refusal = [craft.tcp(client, server, "S", 1000, 0), craft.tcp(server, client, "RA", 0, 1001)]
    told = timeline(refusal + craft.tcp_chat(port=9999))
    equal([record["stream"] for record in told], [0] * 10, "streams")
    equal(told[1]["states"], {"client": "CLOSED", "server": "CLOSED"}, "states after the refusal")
    equal(told[4]["states"], {"client": "ESTABLISHED", "server": "ESTABLISHED"}, "states after the handshake")
    equal(told[9]["states"]["server"], "CLOSED", "the server's state in the end")
    expect("refuses" in told[1]["label"] and "after it was refused" in told[2]["label"], told[2]["label"])


def early_data():
    client, server = (craft.ALPINE, 40003), SERVER
    told = timeline([craft.tcp(client, server, "S", 1000, 0, b"hello\n"),
                     craft.tcp(server, client, "SA", 5000, 1007), craft.tcp(client, server, "A", 1007, 5001)])
    equal(told[0]["messages"][0]["text"], "hello", "text")
    expect("already says: “hello”" in told[0]["label"], told[0]["label"])
    expect("carries no data" not in told[0]["explanation"], told[0]["explanation"])


def described_lines():
    """Lines of the user's own protocol: directions, arguments, and its own sentences."""
    path = Path(FOLDER.name) / "quiz.ini"
    path.write_text("""[protocol]
name = quiz
title = Quiz
description = Questions and answers
transport = tcp
ports = 7000

[form login]
pattern = LOGIN {name:user}
from = client
meaning = register
label = signs in as {name}

[form question]
pattern = ASK {text:rest}
from = server
meaning = message
label = asks: {text}
""", encoding="utf-8")
    told = timeline(craft.tcp_chat(b"LOGIN ann\n", port=7777), "--protocol", str(path))
    equal(told[3]["protocol"], "quiz", "protocol")
    equal(told[3]["messages"][0]["form"], "login", "form")
    equal(told[3]["label"], "signs in as ann", "label")
    told = timeline(craft.tcp_chat(b"hello\n", port=7777), "--protocol", str(path))
    equal(told[3]["protocol"], "tcpchat", "a line that the description does not have")


def lines_that_look_like_others():
    """On a chat's own port people may write what other protocols begin with."""
    for line in (b"100 Gramm Mehl bitte\n", b"NICK ist da\n", b"+OK, bis gleich\n"):
        equal(len(timeline(craft.tcp_chat(line))), 8, f"records of {line}")
    for line in (b"SSH-2.0-OpenSSH_9.2\n", b"GET / HTTP/1.1\n"):
        equal(timeline(craft.tcp_chat(line)), [], f"records of {line}")


def server_known_later():
    server = (craft.SERVER, 9000)
    told = timeline([craft.udp(ALPINE, server, b"hi alpine"), craft.udp(ALPINE, server, b"ul"),
                     craft.udp(DEBIAN, server, b"hi debian"), craft.udp(server, DEBIAN, b"hi debian")])
    equal([record["frame"] for record in told], [1, 2, 3, 4], "frames")


def out_of_order_flood():
    """Thousands of one-octet pieces with holes between them: bounded, and the lines behind them are still told."""
    client, server = (craft.ALPINE, 40003), SERVER
    frames = craft.tcp_chat()[:4]
    frames += [craft.tcp(client, server, "A", 1007 + 2 * number, 5001, b"x") for number in range(1, 5000)]
    told = timeline(frames + [craft.tcp(client, server, "A", 1007 + 20000, 5001, b"\nlast\n")])
    equal(len(told), 5004, "records")


def fast_retransmission():
    client, server = (craft.ALPINE, 40003), SERVER
    ack = craft.tcp(server, client, "A", 5001, 1007)
    frames = craft.tcp_chat()[:4] + [ack]
    frames += [craft.tcp(client, server, "PA", 1009 + 2 * number, 5001, b"b\n") for number in range(3)]
    frames += [ack, ack, ack, craft.tcp(client, server, "PA", 1007, 5001, b"a\n")]
    told = timeline(frames)
    equal([message["text"] for message in told[-1]["messages"]], ["a", "b", "b", "b"], "what it completes")
    expect("RFC 5681" in told[-1]["explanation"], told[-1]["explanation"])


def output_over_the_capture():
    path = Path(FOLDER.name) / "own.pcapng"
    path.write_bytes(craft.pcapng(craft.tcp_chat()))
    before = path.read_bytes()
    done = run([CHATSNIFF, "timeline", path, "-o", path])
    equal((done.returncode, path.read_bytes()), (2, before), "status, and the capture untouched")
    done = run([CHATSNIFF, "timeline", path, "-o", "-"], cwd=FOLDER.name)
    expect(done.returncode == 0 and b"hello" in done.stdout, "-o - is standard output")


def datagram_in_fragments():
    """Told once, by the fragment that completes it; the frames that made it are named."""
    long_message = craft.udp(ALPINE, DEBIAN, b"msg alpine> " + b"x" * 60 + b"\n")
    pieces = fragments.cut(long_message)
    frames = [*craft.udp_chat()[:4], *pieces, fragments.piece4(long_message, 0, 24, True, ident=8)]
    told = timeline(frames)
    equal([record["frame"] for record in told], [1, 2, 3, 4, 4 + len(pieces)], "frames")
    equal(told[-1]["fragments"], list(range(5, 5 + len(pieces))), "fragments")
    equal(told[-1]["messages"][0]["text"], "x" * 60, "text")
    expect(told[-1]["label"].endswith(f"(its datagram came in {len(pieces)} fragments)"), told[-1]["label"])
    expect("in frames 5, 6" in told[-1]["explanation"], told[-1]["explanation"])
    done = run([CHATSNIFF, "timeline", Path(FOLDER.name) / "capture.pcapng"], env={"COLUMNS": "80"})
    said = done.stdout.decode()
    expect(f"{len(pieces) - 1} fragments belong to the datagrams shown" in said, said)
    expect("1 fragment could not be reassembled" in said, said)


def options_and_rarities():
    client, server = (craft.ALPINE, 40003), SERVER
    sack = b"\5\x12" + struct.pack("!IIII", 1001, 1003, 1008, 1011)
    told = timeline([
        craft.tcp(client, server, "SEC", 1000, 0, options=b"\2\4\5\xb4\3\3\7\4\2\x08\x0a\0\0\0\1\0\0\0\0"),
        craft.tcp(server, client, "SAE", 5000, 1001, options=b"\2\4\5\xb4"),
        craft.tcp(client, server, "A", 1001, 5001),
        craft.tcp(client, server, "PAU", 1001, 5001, b"hello\n", urgent=3),
        craft.tcp(server, client, "A", 5001, 1007, options=sack),
        craft.tcp(server, client, "A", 5001, 1007, options=b"\x08\x0a\0\0"),
    ])
    wanted = (("at most 1460 bytes", "units of 128 bytes", "SACK permitted", "offers to stamp", "offers ECN."),
              ("accepts the offer of ECN",), (), ("ends before byte 4",),
              ("numbers 1 to 2 have arrived twice", "numbers 8 to 10 have arrived, numbers before"), ("does not fit into the header",))
    for record, sentences in zip(told, wanted):
        for sentence in sentences:
            expect(sentence in record["explanation"], f"“{sentence}” is not in: {record['explanation']}")


def say(told, wanted):
    """wanted: for each record a tuple of what its explanation says; what begins with "!" it does not say."""
    equal(len(told), len(wanted), "records")
    for record, sentences in zip(told, wanted):
        for sentence in sentences:
            words = record["explanation"]
            if sentence.startswith("!"):
                expect(sentence[1:] not in words, f"“{sentence[1:]}” is in {record['frame']}: {words}")
            else:
                expect(sentence in words, f"“{sentence}” is not in {record['frame']}: {words}")


def fast_open():
    """The cookie asked for, handed out, and shown; its experimental form; data that is taken and data that is not."""
    client, server = (craft.ALPINE, 40003), SERVER

    def pair(port, mine, theirs, text=b"", taken=True):
        ack = 1001 + (len(text) if taken else 0)
        return [craft.tcp((craft.ALPINE, port), server, "S", 1000, 0, text, options=mine),
                craft.tcp(server, (craft.ALPINE, port), "SA", 5000, ack, options=theirs)]
    cookie = b"\x22\x0a" + b"c" * 8
    told = timeline([*pair(1, b"\x22\2", cookie), *pair(2, cookie, b"", b"hello\n"),
                     *pair(3, b"\xfe\4\xf9\x89", b"\xfe\x0c\xf9\x89" + b"c" * 8),
                     *pair(4, cookie, b"", b"hello\n", taken=False), *pair(5, b"", b"", b"hello\n"),
                     *pair(6, b"\x22\7abcde", b""), craft.tcp(client, server, "A", 7, 7, options=cookie)])
    say(told, [("asks the server for a cookie",), ("hands out a cookie of 8 bytes",),
               ("presents a cookie of 8 bytes", "carries 6 bytes of data; if the cookie is valid"),
               ("acknowledges the 6 bytes that came with the SYN",),
               ("asks the server for a cookie",), ("hands out a cookie of 8 bytes",),
               (), ("does not acknowledge the data that came with the SYN",),
               ("holds until the handshake is complete",), (),
               ("Fast Open option has an impossible length, 7 bytes, and is ignored", "!presents a cookie of"), (),
               ("belongs in a SYN or SYN-ACK",)])


def seldom_options():
    client, server = (craft.ALPINE, 40003), SERVER
    wanted = (
        (b"\x1e\x04\x01\x81", ("MP_CAPABLE: the client",)), (b"\x1e\x0c\x10\0" + b"j" * 8, ("MP_JOIN",)),
        (b"\x1e\x08\x20\1\0\0\0\1", ("DSS",)), (b"\x1e\x03\xb0", ("subtype 11 is not assigned",)),
        (b"\x1e\2", ("“Multipath TCP” has an impossible length, 2 bytes",)), (b"\x1e\3\x10", ("“Multipath TCP” has an impossible length, 3 bytes",)),
        (b"\x13\x12" + b"m" * 16, ("carries an MD5 signature", "RFC 2385")), (b"\x13\4mm", ("“MD5 signature” has an impossible length, 4 bytes",)),
        (b"\x1d\x10\7\1" + b"a" * 12, ("as number 7", "RFC 5925")), (b"\x1d\2", ("“TCP-AO” has an impossible length, 2 bytes",)),
        (b"\x1c\4\x80\5", ("after 5 minutes", "RFC 5482")), (b"\x1c\4\0\1", ("after 1 second without",)),
        (b"\x1c\3\0", ("“User Timeout” has an impossible length, 3 bytes",)),
        (b"\xac\x0b\0\0\1\0\0\0\0\1\1", ("ECT(0): 1, CE: 0, ECT(1): 257",)), (b"\xae\5\0\0\2", ("ECT(1): 2.",)),
        (b"\xae\4\0\0", ("“Accurate ECN” has an impossible length, 4 bytes",)), (b"\xfd\4\1\2", ("kind 253), ExID 0x102",)),
        (b"\x4d\3\0", ("of kind 77",)), (b"\2\3\0", ("“MSS” has an impossible length, 3 bytes",)), (b"\5\6\0\0\0\0", ("“SACK” has an impossible length, 6 bytes",)),
        (b"\x08\2", ("“Timestamps” has an impossible length, 2 bytes",)), (b"\0\x4d\3\0", ("!of kind",)),
    )
    frames = craft.tcp_chat()[:4] + [craft.tcp(client, server, "A", 1007, 5001, options=octets) for octets, _ in wanted]
    say(timeline(frames), [()] * 4 + [sentences for _, sentences in wanted])


def options_cut_off():
    """What the snapshot length left of them is read, and no more."""
    frame = craft.tcp((craft.ALPINE, 40003), SERVER, "S", 1000, 0, options=b"\x1c\4\0\1\x22\x0a" + b"c" * 8)
    for length in range(54, len(frame)):
        told = timeline([frame], snapshot=length)
        equal("User Timeout" in told[0]["explanation"], length >= 58, f"the first option, cut to {length}")
        equal("presents a cookie" in told[0]["explanation"], length >= 68, f"the second option, cut to {length}")


def congestion(offer, answer, *later):
    """A connection whose SYN and SYN-ACK have these flags, and what comes then: (client?, flags, payload)."""
    client, server, mine = (craft.ALPINE, 40003), SERVER, 1001
    frames = [craft.tcp(client, server, offer, 1000, 0), craft.tcp(server, client, answer, 5000, 1001)]
    for is_client, flags, payload in later:
        if is_client:
            frames.append(craft.tcp(client, server, flags, mine, 5001, payload))
            mine += len(payload)
        else:
            frames.append(craft.tcp(server, client, flags, 5001, mine, payload))
    return frames


def marked(frame):
    """The same frame, marked by a router."""
    header = frame[14:34]
    header = header[:1] + b"\3" + header[2:10] + b"\0\0" + header[12:]
    return frame[:14] + header[:10] + struct.pack("!H", craft.checksum(header)) + header[12:] + frame[34:]


def congestion_classic():
    frames = congestion("SEC", "SAE", (True, "A", b""), (True, "PA", b"hello\n"), (False, "AE", b""),
                        (True, "PAC", b"hello\n"))
    frames[3] = marked(frames[3])
    say(timeline(frames), [("offers ECN.",), ("accepts the offer of ECN",), ("!ECN",), ("A router marked this packet.", "slows down"),
                           ("ECE: the server got", "!CWR:", "!if ECN was"), ("CWR: the client", "!ECE:")])


def congestion_not_agreed():
    frames = congestion("SEC", "SA", (True, "A", b""), (True, "PAC", b"hello\n"), (False, "A", b""))
    frames[4] = marked(frames[4])
    say(timeline(frames), [("offers ECN.",), ("does not accept",), ("!ECN",), ("mean nothing here",), ("did not agree",)])
    # A host that sends back what it got has not accepted.
    say(timeline(congestion("SEC", "SAEC", (True, "A", b""))), [("offers ECN.",), ("does not accept",), ()])
    say(timeline(congestion("S", "SA", (True, "A", b""))), [("!ECN",), ("!ECN",), ("!ECN",)])


def congestion_unknown():
    """The handshake was not captured."""
    frames = congestion("S", "SA", (True, "PA", b"hello\n"), (False, "AE", b""))[2:]
    say(timeline(frames), [(), ("if ECN was agreed on", "ECE (")])


def congestion_accurate():
    frames = congestion("SECN", "SAC", (True, "AC", b""), (True, "PAEN", b"hello\n"), (False, "ACN", b""),
                        (False, "A", b""), (True, "RA", b""))
    say(timeline(frames), [("offers Accurate ECN",), ("accept Accurate ECN", "SYN arrived as Not-ECT"),
                           ("SYN-ACK arrived as Not-ECT",), ("stands at 5:", "no marked packet so far"),
                           ("stands at 6:", "1 marked packet so far"), ("stands at 0:", "3 marked packets so far"),
                           ("!counter",)])
    say(timeline(congestion("SECN", "SACN", (True, "ACN", b""))), [(), ("SYN arrived marked CE",), ("SYN-ACK arrived marked CE",)])
    # The server knows the older way only.
    say(timeline(congestion("SECN", "SAE", (True, "A", b""), (True, "PAC", b"hello\n"))),
        [("offers Accurate",), ("accepts the offer of ECN",), ("!ECN",), ("CWR: the client",)])


def checksums():
    """Damage is told in the label; what the network card was to complete, in the explanation alone."""
    frames = craft.tcp_chat()
    frames[3] = frames[3][:50] + b"\x12\x34" + frames[3][52:]
    frames[4] = frames[4][:50] + b"\0\0" + frames[4][52:]
    frames[5] = frames[5][:24] + b"\x12\x34" + frames[5][26:]
    told = timeline(frames)
    equal([record.get("checksum") for record in told], [None, None, None, "bad", "offloaded", "bad", None, None], "checksum")
    for number, label, sentence in ((3, True, "TCP checksum does not fit"), (4, False, "network card"), (5, True, "IPv4 header")):
        equal("the receiver discards it" in told[number]["label"], label, told[number]["label"])
        expect(sentence in told[number]["explanation"], told[number]["explanation"])
    # Over IPv6 a datagram without one, which has two zero octets there, is told from one whose sum does not fit.
    datagram = craft.udp(ALPINE, SERVER, b"\0l")
    for field, sentence in (b"\0\0", "has no checksum"), (b"\0\1", "UDP checksum does not fit"):
        segment = datagram[34:40] + field + datagram[42:]
        packet = b"\x60\0\0\0" + struct.pack("!HBB", len(segment), 17, 64) + b"\xfd" + b"\0" * 14 + b"\2\xfd" + b"\0" * 14 + b"\1"
        told = timeline([datagram[:12] + b"\x86\xdd" + packet + segment], "--port", "8090")
        expect(sentence in told[0]["explanation"], told[0]["explanation"])
    # In what is no chat they are looked at only where explanations are asked for.
    frames = [craft.tcp((craft.ALPINE, 40003), (craft.SERVER, 80), "S", 1000, 0)[:50] + b"\x12\x34\0\0"]
    equal([record.get("checksum") for record in timeline(frames, "--all")], ["bad"], "with --explain")
    path = Path(FOLDER.name) / "capture.pcapng"
    equal([record.get("checksum") for record in records(CHATSNIFF, "--all", path)], [None], "without")


CLIENT = (craft.ALPINE, 40003)


def mine(flags, seq, ack, payload=b"", **options):
    return craft.tcp(CLIENT, SERVER, flags, 1000 + seq, 5000 + ack, payload, **options)


def theirs(flags, seq, ack, payload=b"", **options):
    return craft.tcp(SERVER, CLIENT, flags, 5000 + seq, 1000 + ack, payload, **options)


def opened(*later):
    """Frames and their times: a handshake of 2 ms, and then (seconds after it, frame)."""
    frames = [craft.tcp(CLIENT, SERVER, "S", 1000, 0), theirs("SA", 0, 1), mine("A", 1, 1)]
    return timeline(frames + [frame for _, frame in later], seconds=[0, 0.001, 0.002] + [1 + time for time, _ in later])


def why_out_of_order():
    told = opened((0, mine("PA", 3, 1, b"b\n")), (0.0005, mine("PA", 1, 1, b"a\n")))
    equal([record["analysis"] for record in told[3:]], [["lost_segment"], ["out_of_order"]], "analysis")
    say(told[3:], [("should have been 1: 2 bytes",),
                   ("500 µs after later data", "round-trip time of 2.00 ms", "reordered on its way",
                    "!captured before")])


def why_retransmission():
    lines = [(0, mine("PA", 1, 1, b"a\n")), (0.01, mine("PA", 3, 1, b"b\n"))]
    told = opened(*lines, (0.3, mine("PA", 1, 1, b"a\n")), (0.9, mine("PA", 1, 1, b"a\n")), (0.901, mine("PA", 3, 1, b"b\n")))
    equal([record["analysis"] for record in told[5:]], [["retransmission"]] * 3, "analysis")
    say(told[5:], [("290 ms after later data", "no sooner than the round-trip time of 2.00 ms", "in frame 4, 300 ms earlier"),
                   ("captured 2 times before, first in frame 4, 900 ms earlier",),
                   ("ends with the newest number of its sender", "in frame 5, 891 ms earlier")])
    # The first copy was lost before it got to where the capture was made.
    told = opened((0, mine("PA", 3, 1, b"b\n")), (0.3, mine("PA", 1, 1, b"a\n")))
    say(told[4:], [("None of its bytes was captured before",)])


def why_spurious():
    """Acknowledged already, and the D-SACK says that it was not needed."""
    twice = b"\5\x0a" + struct.pack("!II", 1001, 1003)
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.1, theirs("A", 1, 3)), (0.3, mine("PA", 1, 1, b"a\n")),
                  (0.4, theirs("A", 1, 3, options=twice)))
    equal(told[5]["analysis"], ["spurious_retransmission"], "analysis")
    say(told[5:], [("everything before number 3.", "in frame 4, 300 ms earlier"),
                   ("1 to 2 have arrived twice", "Duplicate 1 of", "asks for nothing", "Frame 6, 100 ms earlier")])


def why_fast_retransmission():
    again = theirs("A", 1, 3)
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.1, again), (0.2, mine("PA", 5, 1, b"c\n")), (0.21, again),
                  (0.22, mine("PA", 7, 1, b"d\n")), (0.23, again), (0.24, mine("PA", 9, 1, b"e\n")), (0.25, again),
                  (0.251, mine("PA", 3, 1, b"b\n")))
    equal(told[-1]["analysis"], ["fast_retransmission"], "analysis")
    say(told[6:7], [("Duplicate 1 of this", "expects number 3 next",)])
    say(told[10:], [("Duplicate 3 of this",), ("3 duplicate acknowledgements were captured, the last one 1.00 ms earlier",)])


def acknowledged_unseen():
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.1, theirs("A", 1, 9)))
    equal(told[-1]["analysis"], ["ack_lost_segment"], "analysis")
    say(told[-1:], [("only those before number 3", "the capture missed it")])


def one_direction():
    frames = [craft.tcp(CLIENT, SERVER, "S", 1000, 0), mine("A", 1, 1), mine("PA", 1, 1, b"hello\n"), mine("A", 7, 20)]
    say(timeline(frames), [("!holds nothing",), ("holds nothing of the server so far",), ("!holds nothing",),
                           ("holds nothing of the server so far",)])
    say(timeline(craft.tcp_chat()[3:5]), [("beginning of this connection was not captured",), ("!beginning", "!holds nothing")])


def captured_twice():
    """Each packet seen on two interfaces: nothing was lost, whatever the rules call it."""
    frames = []
    for number, frame in enumerate((mine("S", 0, -5000, ident=1), theirs("SA", 0, 1, ident=1), mine("A", 1, 1, ident=2),
                                    mine("PA", 1, 1, b"hello\n", ident=3), theirs("A", 1, 7, ident=2),
                                    mine("FA", 7, 1, ident=4), theirs("FA", 1, 8, ident=3), mine("A", 8, 2, ident=5))):
        frames += [(number * 0.01, frame), (number * 0.01 + 0.00002, frame)]
    told = timeline([frame for _, frame in frames], seconds=[time for time, _ in frames])
    for key in ("phase", "kind", "tcp", "states"):
        equal([record[key] for record in told[1::2]], [record[key] for record in told[::2]], key)
    for record in told[1::2]:
        equal(record["captured_twice"], record["frame"] - 1, "captured_twice")
        expect(f"frame {record['frame'] - 1} captured a second time, 20.0 µs later" == record["label"], record["label"])
        equal((record["messages"], record["maintenance"]), ([], True), "messages, maintenance")
        expect("same IP identification" in record["explanation"], record["explanation"])
        expect(record["analysis"], "Wireshark's flags stay")
    # Another identification, or a time in which timers run out: sent again.
    told = opened((0, mine("PA", 1, 1, b"a\n", ident=7)), (0.0001, mine("PA", 1, 1, b"a\n", ident=8)),
                  (0.5, mine("PA", 1, 1, b"a\n", ident=8)))
    expect(all("captured a second time" not in record["label"] for record in told), [record["label"] for record in told])
    # Without identifications only what takes up numbers is known again.
    ack = theirs("A", 1, 3)
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.0001, mine("PA", 1, 1, b"a\n")), (0.1, ack), (0.1001, ack))
    equal(["captured a second time" in record["label"] for record in told[3:]], [False, True, False, False], "captured twice")


def zero_window():
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.1, theirs("A", 1, 3, window=0)), (0.5, mine("A", 2, 1)),
                  (0.6, theirs("A", 1, 3, window=0)), (1, mine("A", 3, 1, b"x")), (1.1, theirs("A", 1, 3, window=0)),
                  (2, theirs("A", 1, 3)), (9, mine("A", 2, 1)), (9.1, theirs("A", 1, 3)))
    equal([record["analysis"] for record in told[4:]],
          [["zero_window"], ["keep_alive"], ["zero_window"], ["zero_window_probe"], ["zero_window", "zero_window_probe_ack"],
           ["window_update"], ["keep_alive"], ["keep_alive_ack"]], "analysis")
    for record, words in zip(told[4:], ("announces a zero window", "zero-window probe", "still zero", "asks with one byte", "still zero",
                                        "announces a receive window", "(keep-alive probe)", "answers the keep-alive")):
        expect(words in record["label"], record["label"])
    say(told[5:9], [("Wireshark calls it",), ("still zero",), ("sends one byte to be told",), ()])


def reused_ports():
    told = timeline([*craft.tcp_chat(), craft.tcp(CLIENT, SERVER, "S", 9000, 0)])
    equal(told[-1]["stream"], 1, "stream")
    say(told[-1:], [("tcp stream 0, which both sides had closed", "initial sequence number was 1000", "10.0 ms earlier")])
    told = timeline([craft.tcp(CLIENT, SERVER, "S", 1000, 0), theirs("SA", 0, 1), theirs("SA", 77, 1)])
    say(told[-1:], [("In frame 2 the server had another initial sequence number, 5000",)])


def numbers_wrap():
    base = 0xFFFFFFFF - 1000
    told = timeline([craft.tcp(CLIENT, SERVER, "S", base + 996, 0), craft.tcp(SERVER, CLIENT, "SA", 5000, base + 997),
                     craft.tcp(CLIENT, SERVER, "PA", base + 997, 5001, b"hello\n"),
                     craft.tcp(SERVER, CLIENT, "A", 5001, base + 1003), craft.tcp(CLIENT, SERVER, "PA", base + 1003, 5001, b"x\n")])
    equal([record["tcp"]["seq"] for record in told], [0, 0, 1, 1, 7], "numbers")
    say(told, [("!circle",), ("!circle",), ("4294967292", "as on a circle"), ("!circle",), ("!circle",)])


def half_close():
    told = opened((0, mine("FA", 1, 1)), (0.1, theirs("PA", 1, 1, b"before\n")), (0.2, theirs("PA", 8, 2, b"after\n")))
    say(told[4:], [("!half-closed",), ("sent its FIN in frame 4", "half-closed")])


def simultaneous_open():
    frames = [craft.tcp(CLIENT, SERVER, "S", 1000, 0), craft.tcp(SERVER, CLIENT, "S", 5000, 0), mine("SA", 0, 1), theirs("SA", 0, 1)]
    told = timeline([*frames, mine("PA", 1, 1, b"hello\n")])
    equal([record["phase"] for record in told], ["setup"] * 4 + ["transfer"], "phases")
    expect("of its own" in told[1]["label"] and all("repeats its own" in record["label"] for record in told[2:4]),
           [record["label"] for record in told])
    say(told[1:4], [("!1 of 3", "simultaneous open"), ("nothing was lost",), ("nothing was lost",)])
    # Split: the server's SYN comes alone, and its acknowledgement last.
    told = timeline([*frames[:3], theirs("A", 1, 1), mine("PA", 1, 1, b"hello\n")])
    expect("the connection is open" in told[3]["label"] and "3 of 3" not in told[3]["label"], told[3]["label"])
    say(told[3:4], [("which completes the handshake", "!3 of 3")])


def simultaneous_close():
    told = opened((0, mine("PA", 1, 1, b"a\n")), (0.1, mine("FA", 3, 1)), (0.1001, theirs("FA", 1, 3)), (0.2, theirs("A", 2, 4)),
                  (0.2001, mine("A", 4, 2)))
    expect("had not seen the client's FIN yet" in told[5]["label"], told[5]["label"])
    say(told[4:6], [("!cross",), ("does not acknowledge the client's FIN of frame 5", "the FINs cross")])


def behind_a_gap():
    """What a lost segment kept waiting is told by the acknowledgement that covers it, or an RST; a gap never in silence."""
    client, server = (craft.ALPINE, 40003), SERVER

    def mine(flags, seq, payload=b""):
        return craft.tcp(client, server, flags, 1000 + seq, 5001, payload)

    def theirs(flags, ack, payload=b"", seq=1):
        return craft.tcp(server, client, flags, 5000 + seq, 1000 + ack, payload)

    opening = [craft.tcp(client, server, "S", 1000, 0), theirs("SA", 1, seq=0), mine("A", 1), mine("PA", 1, b"one\n")]
    late = opening + [mine("PA", 15, b"three\n")]
    told = timeline(late + [theirs("A", 21)])
    equal(told[4]["messages"], [], "messages of what waits")
    equal(told[4]["label"], "sends 6 bytes of data behind a gap of 10 bytes: “three”", "label of what waits")
    equal(told[5]["messages"], [{"form": "line", "arguments": ["three"], "text": "three", "sender": "client", "missing": 10}],
          "messages of the acknowledgement")
    expect("the client had said: “three” (10 bytes of it were not captured)" in told[5]["label"], told[5]["label"])
    # With an answer of its own in the same segment.
    told = timeline(late + [theirs("PA", 21, b"answer\n")])
    equal([(message["text"], message.get("sender")) for message in told[5]["messages"]],
          [("three", "client"), ("answer", None)], "messages of both sides")
    expect(told[5]["label"].startswith("says: “answer”; the client had said: “three”"), told[5]["label"])
    # Nobody acknowledges it, and either side resets: that is told of both directions.
    for reset, sender in ((theirs("RA", 5), "client"), (mine("RA", 21), None)):
        told = timeline(late + [reset])
        equal([(message["text"], message.get("sender"), message["missing"]) for message in told[5]["messages"]],
              [("three", sender, 10)], "messages of the RST")
        expect("10 bytes of it were not captured" in told[5]["label"], told[5]["label"])
    # The segment comes after all: nothing was missing.
    told = timeline(late + [mine("PA", 5, b"and more.\n"), theirs("A", 21)])
    equal([message["text"] for message in told[5]["messages"]], ["and more.", "three"], "messages out of order")
    equal(told[6]["messages"], [], "nothing left for the acknowledgement")
    # The last octets before the FIN.
    told = timeline(opening + [mine("FA", 15), theirs("A", 16)])
    expect("; 10 bytes from the client are missing from the capture" in told[5]["label"], told[5]["label"])
    # A line that the capture's end leaves waiting is in its own record's label, and makes a chat of the conversation.
    told = timeline(opening[:3] + [mine("PA", 15, b"three\n")])
    expect("behind a gap of 14 bytes: “three”" in told[-1]["label"], told[-1]["label"])


def last_line_at_the_fin():
    """A line that ends with its line feed is not called one without."""
    client, server = (craft.ALPINE, 40003), SERVER
    frames = craft.tcp_chat(b"one\ntwo")[:4] + [craft.tcp(client, server, "FA", 1008, 5001)]
    expect("ends its last line without line feed: “two”" in timeline(frames)[4]["label"], "no line feed")
    # The octets that were missing come with the FIN.
    frames = craft.tcp_chat()[:3] + [craft.tcp(client, server, "PA", 1005, 5001, b"two\n"),
                                     craft.tcp(client, server, "FA", 1001, 5001, b"one\n")]
    label = timeline(frames)[4]["label"]
    expect("“one”, “two”" in label and "without line feed" not in label, label)


def same_number_after_a_reset():
    """The connection was there, and is opened once more with the same numbers: all of it is new."""
    client, server = (craft.ALPINE, 40003), SERVER
    frames = craft.tcp_chat(b"before\n")[:5] + [craft.tcp(server, client, "RA", 5001, 1008)]
    told = timeline(frames + craft.tcp_chat(b"after!\n"))
    equal({record["stream"] for record in told}, {0}, "streams")
    equal(told[6]["label"], "asks to open the connection anew, after it was reset (handshake, 1 of 3)", "the SYN")
    equal(told[6]["phase"], "setup", "phase of the SYN")
    equal(told[7]["label"], "agrees, and opens its own direction (handshake, 2 of 3)", "the SYN-ACK")
    equal([message["text"] for record in told for message in record["messages"]], ["before", "after!"], "lines")


def without_ack():
    """Scans, and what the answer means."""
    client, server = (craft.ALPINE, 40003), (craft.SERVER, 9)
    for flags, name in (("", "null"), ("FPU", "Xmas"), ("F", "FIN")):
        told = timeline([craft.tcp(client, server, flags, 1000, 0), craft.tcp(server, client, "RA", 0, 1000)], "--all")
        expect(f"({name} scan)" in told[0]["label"], told[0]["label"])
        expect("3.10.7" in told[0]["explanation"], told[0]["explanation"])
        equal(told[0]["states"], {"client": "unknown", "server": "unknown"}, f"states after a {name} scan")
        expect("no such connection" in told[1]["label"], told[1]["label"])
    told = timeline(craft.tcp_chat()[:4] + [craft.tcp((craft.ALPINE, 40003), SERVER, "", 1007, 0)])
    equal(told[4]["label"], "sends a segment without any flag that says what it is for: the receiver drops it",
          "in a connection")


def unread_link_type():
    path = Path(FOLDER.name) / "other.pcapng"
    path.write_bytes(craft.pcapng([b"\0" * 40] * 3, link_type=250))
    done = run([CHATSNIFF, "timeline", path], env={"COLUMNS": "80"})
    expect(b"3 packets could not be read: chatsniff does not know link type 250" in done.stdout,
           done.stdout.decode())


CASES = (
    lost_request, lost_request_of_another, argument_of_the_reply, repetition, cut_off, cut_in_a_character,
    refused_then_answered, same_number_after_a_reset, behind_a_gap, last_line_at_the_fin, without_ack, early_data,
    described_lines, lines_that_look_like_others, server_known_later,
    out_of_order_flood, fast_retransmission, output_over_the_capture, datagram_in_fragments,
    options_and_rarities, congestion_classic, congestion_not_agreed, congestion_unknown,
    fast_open, seldom_options, options_cut_off, congestion_accurate, checksums, why_out_of_order, why_retransmission,
    why_spurious, why_fast_retransmission, acknowledged_unseen, one_direction, captured_twice, zero_window, reused_ports,
    numbers_wrap, half_close, simultaneous_open, simultaneous_close, unread_link_type)

if __name__ == "__main__":
    sys.exit(run_cases([(function.__name__.replace("_", " "), function) for function in CASES]))
