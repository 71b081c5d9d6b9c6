"""Captures made to take memory: small files, most of them compressed, that stand for very much. Each is written piece
by piece, so that making them takes little.

bombs.py FILE NAME writes one."""
import gzip
import lzma
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import craft  # noqa: E402

CLIENT, SERVER = (craft.ALPINE, 40003), (craft.SERVER, 2500)
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)
UDP_SERVER = (craft.SERVER, 8091)


def address(i):
    return f"20.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


class Pcap:
    """A compressed pcap file that grows frame by frame."""

    def __init__(self, path, link_type=1, level=6):
        self.file = gzip.open(path, "wb", compresslevel=level)
        self.file.write(PCAP_HEADER[:-4] + struct.pack("<I", link_type))
        self.time = craft.BEGIN

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def add(self, frame, after=1000):
        self.time += after
        seconds, nanoseconds = divmod(self.time, 1_000_000_000)
        self.file.write(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)


def handshake(capture, client=CLIENT, server=SERVER):
    for frame in craft.tcp_chat(line=b"hello\n", port=server[1])[:5]:
        capture.add(frame)


def jumbo(source, destination, flags, seq, ack, payload):
    """A segment as offloading shows it: its IP header says length 0 where it is too long. Without a checksum."""
    bits = sum(1 << craft.FLAGS.index(letter) for letter in flags)
    segment = struct.pack("!HHIIHHHH", source[1], destination[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          5 << 12 | bits, 64240, 0, 0) + payload
    return craft.ip4(source[0], destination[0], 6, segment)


def line_feeds_behind_gaps(path):
    """Lines of nothing wait behind a gap, a megabyte of them, until an acknowledgement lets them go at once."""
    with Pcap(path) as capture:
        handshake(capture)
        seq = 1007
        for _ in range(18):
            seq += 1
            for _ in range(16):
                capture.add(jumbo(CLIENT, SERVER, "PA", seq, 5001, b"\n" * 65000))
                seq += 65000
            capture.add(craft.tcp(SERVER, CLIENT, "A", 5001, seq))


def line_feeds(path):
    with Pcap(path) as capture:
        handshake(capture)
        for i in range(60):
            capture.add(jumbo(CLIENT, SERVER, "PA", 1007 + i * 65000, 5001, b"\n" * 65000))


def short_lines(path):
    """Hundreds of small segments, each with hundreds of lines."""
    with Pcap(path) as capture:
        handshake(capture)
        for i in range(6000):
            capture.add(jumbo(CLIENT, SERVER, "PA", 1007 + i * 480, 5001, b"\n" * 480))


def begun_lines(path):
    with Pcap(path) as capture:
        for i in range(8000):
            source = (address(i), 4000)
            capture.add(craft.tcp(source, SERVER, "A", 1, 1, b"hello\n"))
            capture.add(craft.tcp(source, SERVER, "A", 7, 1, b"a" * 1400))


def waiting_octets(path):
    """In each of many connections something waits behind a gap."""
    with Pcap(path) as capture:
        for i in range(1000):
            source = (address(i), 4000)
            capture.add(craft.tcp(source, SERVER, "A", 1, 1, b"hello\n"))
            capture.add(jumbo(source, SERVER, "A", 100, 1, b"a" * 60000))


def fragment(source, destination, ident, offset, more, octets, protocol=17):
    frame = bytearray(craft.ip4(source, destination, protocol, octets, ident))
    frame[20:22] = struct.pack("!H", offset // 8 | (0x2000 if more else 0))
    frame[24:26] = b"\0\0"
    return bytes(frame)


def fragments(path):
    """Of very many datagrams all but the end, in small pieces; then the ends of many, one after the other."""
    datagram = struct.pack("!HHHH", 4000, 8091, 65488, 0) + b"msg a> " + b"b" * 65473
    with Pcap(path) as capture:
        for round_number in range(8):
            for i in range(62):
                capture.add(fragment(address(i), craft.SERVER, round_number + 1, 0, True, datagram[:65480]), after=1)
            for i in range(62):
                capture.add(fragment(address(i), craft.SERVER, round_number + 1, 65480, False, datagram[65480:]),
                            after=1)
        for i in range(30000):
            capture.add(fragment(address(i), craft.SERVER, 99, 8 * (i % 1000), True, b"c" * 8), after=1)


def nested(path):
    """IP in IP in IP, and each of them in fragments."""
    with Pcap(path) as capture:
        for i in range(150):
            inner = struct.pack("!HHHH", 4000, 8091, 60008, 0) + b"d" * 60000
            for depth in range(4):
                whole = craft.ip4(address(i), craft.SERVER, 4 if depth else 17, inner, i + 1)[14:]
                inner = whole
            capture.add(fragment(address(i), craft.SERVER, i + 1, 0, True, inner[:59992], 4))
            capture.add(fragment(address(i), craft.SERVER, i + 1, 59992, False, inner[59992:], 4))


def names(path):
    """Ever new users, with names as long as they can be, and where they are."""
    with Pcap(path) as capture:
        for i in range(12000):
            client = (address(i), 5000)
            name = f"{i}".encode().ljust(900, b"x")
            capture.add(craft.udp(client, UDP_SERVER, b"hi " + name))
            capture.add(craft.udp(UDP_SERVER, client, b"hi " + name))


def rooms(path):
    """Servers with rooms with members with lists."""
    with Pcap(path) as capture:
        for i in range(12000):
            server, client = (address(i % 200), 8091), (address(100000 + i), 5000)
            name, room = f"u{i}".encode(), f"room{i % 1500}".encode()
            capture.add(craft.udp(client, server, b"hi " + name))
            capture.add(craft.udp(server, client, b"hi " + name))
            capture.add(craft.udp(client, server, b"jn " + room))
            capture.add(craft.udp(server, client, b"rj __clear_peers__"))
            capture.add(craft.udp(server, client, b"rj 10.0.0.9 4001"))


def requests(path):
    """Requests that nobody answers, by many clients of many servers, each with an argument of its own."""
    with Pcap(path) as capture:
        for i in range(60000):
            server, client = (address(i % 100), 8091), (address(100000 + i % 3000), 5000)
            if i < 100:
                capture.add(craft.udp(client, server, b"hi a%d" % i))
                capture.add(craft.udp(server, client, b"hi a%d" % i))
            capture.add(craft.udp(client, server, b"ar " + b"n%d" % i + b"y" * 200))


def repeated_requests(path):
    """Each of many requests is asked again and again, in turn, so that no two frames of one are neighbours."""
    with Pcap(path) as capture:
        for _ in range(100):
            for i in range(1000):
                capture.add(craft.udp((address(i), 5000), UDP_SERVER, b"ar n%d" % i))


def resets(path):
    """Everything that is out of the ordinary, ever again."""
    with Pcap(path) as capture:
        for i in range(20000):
            client, server = (address(i), 4000), (craft.SERVER, 2500)
            capture.add(craft.tcp(client, server, "S", 1, 0))
            capture.add(craft.tcp(server, client, "SA", 1, 2))
            capture.add(craft.tcp(client, server, "PA", 2, 2, b"hello\n"))
            capture.add(craft.tcp(client, server, "PA", 2, 2, b"hello\n"))
            capture.add(craft.tcp(server, client, "R", 2, 0))


def half_open(path):
    with Pcap(path) as capture:
        for i in range(150000):
            capture.add(craft.tcp((address(i), 1000), (craft.SERVER, 2500), "S", 7, 0))


def udp_conversations(path):
    with Pcap(path) as capture:
        for i in range(150000):
            capture.add(craft.udp((address(i), 1000), (craft.SERVER, 9999), b"hi x"))


def sections(path):
    with gzip.open(path, "wb", compresslevel=6) as file:
        blocks = craft.pcapng_blocks([craft.udp_chat()[0]])
        file.write(b"".join(blocks) * 66000)


def option(code, octets):
    return struct.pack("<HH", code, len(octets)) + octets + b"\0" * (-len(octets) % 4)


def interfaces(path):
    """A million, each with a name of 64,000 octets."""
    body = struct.pack("<HHI", 1, 0, 262144) + option(2, b"e" * 64000) + option(0, b"")
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.write(craft.pcapng_blocks([])[0])
        few = craft.block(1, body) * 50
        for _ in range(40):
            file.write(few)
        short = craft.block(1, struct.pack("<HHI", 1, 0, 262144)) * 1000
        for _ in range(1000):
            file.write(short)


def large_frames(path):
    """Packets of a bus, which may have 128 MB each."""
    with Pcap(path, link_type=249) as capture:
        frame = bytes(120 * 1024 * 1024)
        for _ in range(2):
            capture.add(frame)


def large_blocks(path):
    with gzip.open(path, "wb", compresslevel=6) as file:
        blocks = craft.pcapng_blocks(craft.udp_chat())
        file.write(b"".join(blocks[:2]))
        for kind in (0xBAD, 0x7777, 4):
            file.write(craft.block(kind, bytes(100 * 1024 * 1024)))
        file.write(b"".join(blocks[2:]))


def dictionary(path):
    """An xz file whose dictionary alone is larger than the limit."""
    frames = craft.pcap(craft.udp_chat() * 20000)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 256 * 1024 * 1024}]
    with lzma.open(path, "wb", filters=filters) as file:
        file.write(frames)


BOMBS = {function.__name__: function for function in (
    line_feeds_behind_gaps, line_feeds, short_lines, begun_lines, waiting_octets, fragments, nested, names, rooms,
    requests, repeated_requests, resets, half_open, udp_conversations, sections, interfaces, large_frames,
    large_blocks, dictionary)}

if __name__ == "__main__":
    BOMBS[sys.argv[2]](sys.argv[1])
