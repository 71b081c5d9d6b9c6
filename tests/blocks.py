"""pcapng (draft-ietf-opsawg-pcapng) block by block, for tests: an independent reader, which knows no more than the
layout of blocks and options, and a writer in either byte order."""
import struct
from typing import NamedTuple

SECTION, INTERFACE, OLD_PACKET, SIMPLE, NAMES, STATISTICS, PACKET = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6
SECRETS, CUSTOM, CUSTOM_NO_COPY = 10, 0xBAD, 0x40000BAD
COMMENT = 1


class Block(NamedTuple):
    kind: int
    body: bytes    # without type and lengths
    order: str     # "<" or ">"
    section: int   # which section of the file, from 0
    start: int     # octet of the file

    @property
    def end(self):
        return self.start + 12 + len(self.body)


def parse(octets):
    """All blocks; ValueError where the octets are not whole blocks."""
    blocks, at, order, section = [], 0, "<", -1
    while at < len(octets):
        if octets[at:at + 4] == b"\n\r\r\n":
            magic = octets[at + 8:at + 12]
            if magic not in (b"\x1a\x2b\x3c\x4d", b"\x4d\x3c\x2b\x1a"):
                raise ValueError(f"no byte-order magic at {at}")
            order = ">" if magic[0] == 0x1A else "<"
            section += 1
        if section < 0 or at + 12 > len(octets):
            raise ValueError(f"no block at {at}")
        kind, length = struct.unpack_from(order + "II", octets, at)
        if length < 12 or length % 4 or at + length > len(octets):
            raise ValueError(f"a block of {length} octets at {at}")
        if struct.unpack_from(order + "I", octets, at + length - 4)[0] != length:
            raise ValueError(f"two lengths of the block at {at}")
        blocks.append(Block(kind, octets[at + 8:at + length - 4], order, section, at))
        at += length
    return blocks


def section_length(block):
    """What a section header says of its section's length; None: unknown."""
    length = struct.unpack_from(block.order + "q", block.body, 8)[0]
    return None if length == -1 else length


def split_packet(block):
    """A packet block's body without options, its options as (code, value, the octets of all of it), and the rest: what
    ends them and may stand behind it, or what makes no sense as an option."""
    captured = struct.unpack_from(block.order + "I", block.body, 12)[0]
    at = 20 + (captured + 3) // 4 * 4
    fixed, options = block.body[:at], []
    while at < len(block.body):
        code, length = struct.unpack_from(block.order + "HH", block.body, at)
        end = at + 4 + (length + 3) // 4 * 4
        if code == 0 or end > len(block.body):
            break
        options.append((code, block.body[at + 4:at + 4 + length], block.body[at:end]))
        at = end
    return fixed, options, block.body[at:]


def comments(block):
    return [value.decode("utf-8") for code, value, _ in split_packet(block)[1] if code == COMMENT]


def option(code, value=b"", order="<", padding=b"\0"):
    return struct.pack(order + "HH", code, len(value)) + value + padding * (-len(value) % 4)


def block(kind, body, order="<"):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(order="<", length=-1, options=b""):
    return block(SECTION, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length) + options, order)


def interface(order="<", link_type=1, snapshot=0, options=b""):
    return block(INTERFACE, struct.pack(order + "HHI", link_type, 0, snapshot) + options, order)


def packet(frame, time=0, order="<", options=b"", number=0):
    head = struct.pack(order + "IIIII", number, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
    return block(PACKET, head + frame + b"\0" * (-len(frame) % 4) + options, order)


def old_packet(frame, time=0, order="<", options=b"", number=0):
    head = struct.pack(order + "HHIIII", number, 0xFFFF, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
    return block(OLD_PACKET, head + frame + b"\0" * (-len(frame) % 4) + options, order)


def simple_packet(frame, order="<"):
    return block(SIMPLE, struct.pack(order + "I", len(frame)) + frame, order)
