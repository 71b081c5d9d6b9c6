"""Captures that put a diagram to the test: hostile and long texts, long addresses, many hosts, much at the same
time."""
import ipaddress
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402

SERVER = (craft.SERVER, 8090)


def udp6(source, destination, payload):
    length = 8 + len(payload)
    addresses = b"".join(ipaddress.ip_address(end[0]).packed for end in (source, destination))
    segment = struct.pack("!HHHH", source[1], destination[1], length, 0) + payload
    value = craft.checksum(addresses + struct.pack("!IHBB", length, 0, 0, 17) + segment) or 0xFFFF
    header = struct.pack("!IHBB", 6 << 28, length, 17, 64) + addresses
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x86\xdd" + header + segment[:6] + struct.pack("!H", value) + payload


def register(client, name, send=craft.udp, server=SERVER):
    return [send(client, server, b"hi " + name), send(server, client, b"hi " + name)]


def hostile():
    """Texts that are markup, controls, marks of direction, not UTF-8, or far too long."""
    alpine, debian = (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
    frames = register(alpine, "<b>alpine</b>&amp;\"'".encode()) + register(debian, "\u202enaibed".encode())
    texts = [
        b"<script>alert(1)</script>", b"]]><svg onload=alert(1)>", b"\x1b[31mred\x07 \x9b\xff\xfe", b"A" * 900,
        "\u05d0\u05d1\u05d2 \u0627\u0644\u0639 1 2 3".encode(),
        "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \u6f22\u5b57".encode() * 9,
        "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324algo".encode(),
        b"| `back` | \\ {} $(x) %s%n", "\ufffe\uffff\ufdfd\u2e3b\u2028\ue000".encode(),
        "\u0429\u0416\u0428 ".encode() * 40, "\u01c4".encode() * 200, b" " * 300 + b"end"
    ]
    for i, text in enumerate(texts):
        ends = (alpine, debian) if i % 2 else (debian, alpine)
        frames.append(craft.udp(*ends, b"msg alpine> " + text + b"\n"))
    return frames


def long_lines():
    return craft.tcp_chat(b"a very long line that says the same again and again, " * 26 + b"\n")


def addresses():
    """IPv6 addresses of full length."""
    ends = [(f"2001:db8:85a3:8d3:1319:8a2e:370:{0x7340 + i:x}", 40001 + i) for i in range(3)]
    server = (ends[0][0], 8090)
    frames = register(ends[1], b"alpine", udp6, server) + register(ends[2], b"somebody-with-a-name-of-forty-letters-ok",
                                                                   udp6, server)
    return frames + [udp6(ends[1], ends[2], b"msg alpine> hello\n"), udp6(ends[2], ends[1], b"msg x> hello yourself\n")]


def many_hosts(n=5):
    """A server, and so many clients that speak to each other."""
    clients = [(f"192.168.100.{100 + i}", 50000 + i) for i in range(n)]
    frames = [frame for i, client in enumerate(clients) for frame in register(client, b"user-%d" % i)]
    for i in range(n):
        frames.append(craft.udp(clients[i], clients[(i + 1) % n], b"msg user-%d> hello, neighbour\n" % i))
    return frames


def parallel():
    """Two TCP chats and a UDP chat at the same time."""
    one, other, third = craft.tcp_chat(), craft.tcp_chat(b"good morning\n", 8091), craft.udp_chat()
    frames = []
    for i in range(max(map(len, (one, other, third)))):
        frames += [chat[i] for chat in (one, third, other) if i < len(chat)]
    return frames


def multicast():
    """Two peers of a room whose messages go to a group."""
    alpine, debian, group = (craft.ALPINE, 40001), (craft.DEBIAN, 40002), ("239.1.2.3", 40005)
    frames = register(alpine, b"alpine") + register(debian, b"debian")
    return frames + [
        craft.udp(alpine, group, b"msg alpine> hello all\n"),
        craft.udp(debian, group, b"msg debian> hello\n")
    ]


def router():
    """A router between the hosts says that one of them cannot be reached."""
    alpine, router_address = (craft.ALPINE, 40001), "10.0.0.254"
    frames = register(alpine, b"alpine")
    lost = craft.udp(alpine, ("10.9.9.9", 40002), b"msg alpine> are you there?\n")
    error = struct.pack("!BBHI", 3, 1, 0, 0) + lost[14:14 + 28]
    error = error[:2] + struct.pack("!H", craft.checksum(error)) + error[4:]
    return frames + [lost, craft.ip4(router_address, craft.ALPINE, 1, error)]


def exchange(n_lines, turns=1):
    """A TCP chat of many lines: the client's, and after so many the server's."""
    client, server = (craft.ALPINE, 40003), SERVER
    seq = {client: 1001, server: 5001}
    frames = [craft.tcp(client, server, "S", 1000, 0), craft.tcp(server, client, "SA", 5000, 1001),
              craft.tcp(client, server, "A", 1001, 5001)]
    for i in range(n_lines):
        sender, receiver = (client, server) if i // turns % 2 == 0 else (server, client)
        line = b"line %d\n" % i
        frames.append(craft.tcp(sender, receiver, "PA", seq[sender], seq[receiver], line))
        seq[sender] += len(line)
        frames.append(craft.tcp(receiver, sender, "A", seq[receiver], seq[sender]))
    return frames


CASES = {
    "hostile": hostile,
    "long-lines": long_lines,
    "addresses": addresses,
    "many-hosts": many_hosts,
    "parallel": parallel,
    "multicast": multicast,
    "router": router,
    "too-many-hosts": lambda: many_hosts(12),
    "runs": lambda: exchange(60, 20),
    "left-out": lambda: exchange(400),
}
