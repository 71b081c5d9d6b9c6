"""Datagrams cut into fragments by hand, for the tests: IPv4 (RFC 791) and IPv6 (RFC 8200)."""
import ipaddress
import struct

import craft

SIX = {craft.SERVER: "fd00::1", craft.ALPINE: "fd00::2", craft.DEBIAN: "fd00::3"}


def six(address):
    return SIX.get(address, address)


def segment(frame):
    """(source, destination, protocol, what follows the IP header) of a frame that craft made."""
    header = frame[14:34]
    return (str(ipaddress.ip_address(header[12:16])), str(ipaddress.ip_address(header[16:20])), header[9], frame[34:])


def piece4(frame, start, end, more, ident=7, ecn=0):
    """A fragment of an IPv4 frame: its octets start to end."""
    source, destination, protocol, octets = segment(frame)
    payload = octets[start:end]
    header = struct.pack("!BBHHHBBH4s4s", 0x45, ecn, 20 + len(payload), ident, (0x2000 if more else 0) | start // 8, 64,
                         protocol, 0, ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed)
    header = header[:10] + struct.pack("!H", craft.checksum(header)) + header[12:]
    return frame[:14] + header + payload


def ip6(source, destination, protocol, octets, ecn=0):
    header = struct.pack("!IHBB16s16s", 6 << 28 | ecn << 20, len(octets), protocol, 64,
                         ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed)
    return craft.mac(destination) + craft.mac(source) + b"\x86\xdd" + header + octets


def to_six(frame):
    """The same segment between the same hosts over IPv6, its checksum right."""
    source, destination, protocol, octets = segment(frame)
    source, destination = six(source), six(destination)
    at = {6: 16, 17: 6}[protocol]
    octets = octets[:at] + b"\0\0" + octets[at + 2:]
    pseudo = (ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
              + struct.pack("!IHBB", len(octets), 0, 0, protocol))
    value = craft.checksum(pseudo + octets) or 0xFFFF
    return ip6(source, destination, protocol, octets[:at] + struct.pack("!H", value) + octets[at + 2:])


def piece6(frame, start, end, more, ident=7, ecn=0):
    """A fragment of an IPv4 frame that is sent over IPv6 instead."""
    whole = to_six(frame)
    source, destination = (str(ipaddress.ip_address(whole[14 + at:30 + at])) for at in (8, 24))
    header = struct.pack("!BBHI", whole[20], 0, start | int(more), ident)
    return ip6(source, destination, 44, header + whole[54:][start:end], ecn)


def cut(frame, size=24, ident=7, piece=piece4, **options):
    """All fragments of a frame, of so many octets each."""
    length = len(segment(frame)[3])
    return [piece(frame, start, min(start + size, length), start + size < length, ident, **options)
            for start in range(0, length, size)]
