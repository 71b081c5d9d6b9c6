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
    packets = [block[:8] + struct.pack("<I", interface) + block[12:] for block, interface in zip(blocks[2:], interfaces)]
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
    pairs, seconds = twice(chat_of_udp(), others=[with_id(frame, 900 + number) for number, frame in enumerate(chat_of_udp())])
    expect(not any("captured_twice" in record for record in timeline(craft.pcapng(pairs, seconds=seconds))), "other numbers")


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
    check_twice(craft.pcapng(pairs, seconds=seconds), craft.pcapng(frames, seconds=[number * 0.1 for number in range(8)]))


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
    return (bytes(12) + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000, len(payload) if length is None else length, protocol, 64)
            + bytes(15) + source + bytes(15) + destination + payload)


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
    equal(conversations(craft.pcapng([longer, asked, answered]))[0]["requests"], {"asked": 1, "answered": 1}, "requests")
    # Cut off by the snapshot length, and before it was captured: the header of the packet promises as much.
    text = b"msg alpine> " + b"x" * 200 + b"\n"
    told = timeline(craft.pcapng([asked, answered, craft.udp(ALPINE, SERVER, text)], snapshot=[999, 999, 100]))
    expect("were not captured" in told[2]["label"] or told[2]["messages"][0]["reason"].startswith("the capture"), told[2])
    whole = craft.udp(ALPINE, DEBIAN, text)
    told = timeline(craft.pcapng([*craft.udp_chat(), whole[:100]]))
    equal(told[-1]["messages"][0]["missing"], len(whole) - 100, "octets that were cut off before the capture")


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
        octets = skippable(b"four") + pack(MANY[:half]) + skippable(b"", 15) + skippable(b"x" * 70000) + pack(MANY[half:])
        equal(told_of(octets, 0)[0], 406, f"packets, {ending}")
    n, said = told_of(skippable(b"and nothing") * 2, 1)
    expect(n == 0 and "not a capture file" in said, said)


def padding_of_xz():
    equal(told_of(lzma.compress(MANY[:999]) + bytes(8) + lzma.compress(MANY[999:]) + bytes(4), 0)[0], 406, "packets")


CASES = [udp_same_identification, udp_other_interface, udp_sent_twice, udp_between_others, any_device, routed,
         tcp_same_identification, tcp_repeats_stay, icmp_twice,
         raw_ip, jumbograms, udp_lengths,
         skippable_frames, padding_of_xz]
OF_COMPRESSIONS = [compression_cut_short, compression_checksum, compressed_pieces]

sys.exit(run_cases(
    [(case.__name__.replace("_", " "), case) for case in CASES] +
    [(f"{case.__name__.replace('_', ' ')}, {ending}", lambda case=case, ending=ending: case(ending))
     for case in OF_COMPRESSIONS for ending in PACKERS]))
