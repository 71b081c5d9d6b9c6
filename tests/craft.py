"""Packets and captures made by hand, for the tests: octets in, octets out."""
import ipaddress
import struct

SERVER, ALPINE, DEBIAN = "10.0.0.1", "10.0.0.2", "10.0.0.3"
BEGIN = 1_650_050_679_442_185_000  # nanoseconds; the first packet's time
STEP = 10_000_000                  # between two packets
FLAGS = "FSRPAUECN"  # N: AE, which was once called the nonce sum


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac(address):
    return bytes([2, 0, 0, 0, 0, ipaddress.ip_address(address).packed[-1]])


def ip4(source, destination, protocol, payload, ident=0):
    source_octets, destination_octets = (ipaddress.ip_address(address).packed for address in (source, destination))
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, 0x4000, 64, protocol, 0,
                         source_octets, destination_octets)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return mac(destination) + mac(source) + b"\x08\x00" + header + payload


def pseudo_header(source, destination, protocol, length):
    return (ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
            + struct.pack("!BBH", 0, protocol, length))


def udp(source, destination, payload):
    """source and destination are (address, port)."""
    length = 8 + len(payload)
    segment = struct.pack("!HHHH", source[1], destination[1], length, 0) + payload
    value = checksum(pseudo_header(source[0], destination[0], 17, length) + segment) or 0xFFFF
    return ip4(source[0], destination[0], 17, segment[:6] + struct.pack("!H", value) + payload)


def tcp(source, destination, flags, seq, ack, payload=b"", options=b"", urgent=0, window=64240, ident=0):
    bits = sum(1 << FLAGS.index(letter) for letter in flags)
    options += b"\1" * (-len(options) % 4)
    segment = struct.pack("!HHIIHHHH", source[1], destination[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 12 | bits, window, 0, urgent) + options + payload
    value = checksum(pseudo_header(source[0], destination[0], 6, len(segment)) + segment)
    return ip4(source[0], destination[0], 6, segment[:16] + struct.pack("!H", value) + segment[18:], ident)


def udp_chat():
    """Two clients register, and one speaks to the other: six frames."""
    server, alpine, debian = (SERVER, 8090), (ALPINE, 40001), (DEBIAN, 40002)
    return [
        udp(alpine, server, b"hi alpine"), udp(server, alpine, b"hi alpine"),
        udp(debian, server, b"hi debian"), udp(server, debian, b"hi debian"),
        udp(alpine, debian, b"msg alpine> hello\n"), udp(debian, alpine, b"msg debian> hi yourself\n"),
    ]


def tcp_chat(line=b"hello\n", port=8090):
    """A line from the client, and the client closes: eight frames."""
    client, server = (ALPINE, 40003), (SERVER, port)
    mine, theirs, length = 1000, 5000, len(line)
    return [
        tcp(client, server, "S", mine, 0), tcp(server, client, "SA", theirs, mine + 1),
        tcp(client, server, "A", mine + 1, theirs + 1),
        tcp(client, server, "PA", mine + 1, theirs + 1, line),
        tcp(server, client, "A", theirs + 1, mine + 1 + length),
        tcp(client, server, "FA", mine + 1 + length, theirs + 1),
        tcp(server, client, "FA", theirs + 1, mine + 2 + length),
        tcp(client, server, "A", mine + 2 + length, theirs + 2),
    ]


def pcap(frames, link_type=1):
    """A pcap file with nanoseconds."""
    parts = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link_type)]
    for number, frame in enumerate(frames):
        seconds, nanoseconds = divmod(BEGIN + number * STEP, 1_000_000_000)
        parts += [struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)), frame]
    return b"".join(parts)


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def pcapng_blocks(frames, link_type=1, seconds=None, snapshot=262144):
    """A list of blocks: the section header, the interface (nanoseconds), and one a frame, which comes a STEP after
    the one before it or so many seconds after BEGIN, and is cut off at the snapshot length (one for all, or a list)."""
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
              block(1, struct.pack("<HHI", link_type, 0, 262144) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0))]
    for number, frame in enumerate(frames):
        time = BEGIN + (number * STEP if seconds is None else int(seconds[number] * 1_000_000_000))
        captured = frame[:snapshot[number] if isinstance(snapshot, list) else snapshot]
        blocks.append(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(captured), len(frame))
                            + captured))
    return blocks


def pcapng(frames, link_type=1, **options):
    return b"".join(pcapng_blocks(frames, link_type, **options))
