#!/usr/bin/python3
"""Packets inside of packets, held against tshark: test_encapsulation.py CHATSNIFF [FIRST_SEED [SEEDS]]

In every encapsulation, and in many nested by seed, there is a conversation over TCP and one over UDP, of IPv4 and of
IPv6; compared are the numbers of the streams, sequence and acknowledgement numbers, flags, lengths, analysis, addresses
and ports of the innermost packet.
"""
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
import encapsulate as enc  # noqa: E402
from packets import compare, differences  # noqa: E402
from tap import Failed, Skip, expect, records, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FIRST_SEED, SEEDS = (int(argument) for argument in (sys.argv[2:4] or ("0", "4")))
PER_CAPTURE = 150  # random stacks of one seed
OUTER4, OUTER6 = ("10.0.0.1", "10.0.0.2"), ("fd00::1", "fd00::2")
ETHERNET, PPP, PPP_HDLC, PPPOE, CISCO_HDLC, WIRELESS, COOKED, PRISM, RADIOTAP, AVS, PPI, PPP_DIRECTION, COOKED2 = (
    1, 9, 50, 51, 104, 105, 113, 119, 127, 163, 192, 204, 276)
ARCNET, FDDI, ARCNET_LINUX, JUNIPER, IPV4_ALONE, NFLOG, INFINIBAND = 7, 10, 129, 178, 228, 239, 242


def conversation(number, version=4, source_port=40000):
    """A handshake with two lines, and two datagrams, between two hosts that no other number has."""
    if version == 4:
        hosts = [f"192.168.{number >> 7}.{number % 128 * 2}", f"192.168.{number >> 7}.{number % 128 * 2 + 1}"]
    else:
        hosts = [f"fd01::{number:x}:1", f"fd01::{number:x}:2"]
    client, server = (hosts[0], source_port), (hosts[1], 9999)
    return [
        enc.tcp(client, server, "S", 1000, 0), enc.tcp(server, client, "SA", 5000, 1001),
        enc.tcp(client, server, "A", 1001, 5001), enc.tcp(client, server, "PA", 1001, 5001, b"hello\n"),
        enc.udp(client, server, b"msg b> hello\n"),
        enc.tcp(server, client, "PA", 5001, 1007, b"hello yourself\n"), enc.udp(server, client, b"msg a> hello\n"),
    ]


def both(number=0):
    return conversation(number) + conversation(number, 6)


def addresses(capture):
    """{frame: (source, destination)}, each with its port, of the innermost packet as tshark tells it."""
    fields = ["frame.number", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport", "tcp.dstport",
              "udp.dstport", "frame.protocols"]
    command = ["tshark", "-n", "-r", str(capture), "-Y", "(tcp or udp) and not (icmp or icmpv6)", "-T", "fields", "-E",
               "occurrence=l"]
    for field in fields:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout.splitlines()
    found = {}
    for line in lines:
        frame, *ends, protocols = line.split("\t")
        layers = protocols.split(":")
        # Both IPv4 and IPv6 may be there: the last of the layers says which is the inner.
        six = [layer for layer in layers if layer in ("ip", "ipv6")][-1] == "ipv6"
        is_udp = [layer for layer in layers if layer in ("tcp", "udp")][-1] == "udp"
        found[int(frame)] = ((ends[six], int(ends[4 + is_udp])), (ends[2 + six], int(ends[6 + is_udp])))
    return found


def compare_addresses(capture):
    theirs = addresses(capture)
    told = records(CHATSNIFF, "--all", capture, statuses=(0, 3))
    ours = {record["frame"]: tuple((record[end]["address"], record[end]["port"]) for end in ("source", "destination"))
            for record in told if record["transport"] in ("tcp", "udp")}
    different = [f"frame {frame}: tshark {theirs.get(frame)}, chatsniff {ours.get(frame)}"
                 for frame in sorted(set(theirs) | set(ours)) if theirs.get(frame) != ours.get(frame)]
    if different:
        raise Failed("\n".join(different[:20] + [f"{len(different)} frames have other addresses"]))


def check(frames, link_type=ETHERNET, known=(), least=1, ends=True):
    """least: so many packets there must be that both have read. ends: their addresses are those of their IP headers."""
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "encapsulated.pcapng"
        capture.write_bytes(craft.pcapng(frames, link_type))
        compare(CHATSNIFF, capture, known)
        if ends and not known:
            compare_addresses(capture)
        expect(len(addresses(capture)) >= least, f"tshark reads only {len(addresses(capture))} packets")


# --- each encapsulation by itself ---------------------------------------------------------------------------------

def over_ends(encapsulation, **options):
    """The encapsulation over IPv4 and over IPv6."""
    return [lambda packet, ends=ends: encapsulation(packet, ends, **options) for ends in (OUTER4, OUTER6)]


# name: a list of functions from packet to packet
TUNNELS = {
    "802.1Q": [enc.vlan, lambda packet: enc.vlan(enc.vlan(packet), enc.QINQ), lambda packet: enc.vlan(packet, 0x9100)],
    "MPLS": [
        enc.mpls, lambda packet: enc.mpls(packet,
                                          (16, 17, 18)), lambda packet: enc.mpls(packet, (17, ), enc.MPLS_MULTICAST),
        lambda packet: enc.mpls(packet, (0 if packet[0] == enc.IPV4 else 2, )), lambda packet: enc.mpls(packet, (1, 3)),
        lambda packet: enc.vlan(enc.mpls(packet))
    ],
    "Ethernet pseudowire": [
        lambda packet: enc.mpls(packet, control_word=bytes(4)), lambda packet: enc.mpls(packet, control_word=b""),
        lambda packet: enc.mpls(packet, control_word=b"\x0f\xff\1\2"),
        lambda packet: enc.mpls(enc.vlan(packet), (16, 17), control_word=b"\0\0\0\7")
    ],
    "associated channel": [
        lambda packet: enc.mpls((packet[0], struct.pack("!HH", 0x1000, enc.PPP_PROTOCOLS[packet[0]]) + packet[1]),
                                (label, )) for label in (13, 16)
    ],
    "PPPoE": [enc.pppoe, lambda packet: enc.vlan(enc.pppoe(packet)), lambda packet: enc.pppoe(enc.mpls(packet))],
    "IP in IP": over_ends(enc.ip_in_ip),
    "GRE": [
        tunnel for flags in (0, 0x8000, 0x2000, 0x1000, 0xA000, 0xB000, 0x0007)
        for tunnel in over_ends(enc.gre, flags=flags)
    ] + [lambda packet: enc.gre(enc.mpls(packet), OUTER4)],
    "GRE with source routing": [
        lambda packet: enc.
        ip(*OUTER4, 47,
           struct.pack("!HHI", 0x4000, packet[0], 0) + struct.pack("!HBB4sI", 0x0800, 0, 4, b"\1\2\3\4", 0) + packet[1])
    ],
    "GRE with Ethernet": over_ends(enc.gre_ethernet) + [
        lambda packet: enc.gre_ethernet(enc.vlan(packet), OUTER6, 0x2000), lambda packet: enc.gre(
            (0x6400, enc.ethernet(packet)), OUTER4)
    ],
    "PPTP": (over_ends(enc.gre_ppp) + over_ends(enc.gre_ppp, acknowledge=False) +
             over_ends(enc.gre_ppp, ppp_header=b"")),
    "ERSPAN": over_ends(enc.erspan, version=1) + over_ends(enc.erspan, version=2) + over_ends(enc.erspan, version=3) + [
        lambda packet: enc.gre(
            (0x22EB, struct.pack("!HHIHHQ", 0x2000, 1, 0, 0, 1, 0) + enc.ethernet(packet)), OUTER4, 0x1000)
    ],
    "802.11 in GRE": over_ends(enc.gre_wireless) + over_ends(enc.gre_wireless, kind=0x8370, qos=0) +
    [lambda packet: enc.gre_wireless(packet, OUTER4, 0x82A0, to_ds=False, from_ds=True)],
    "GRE in UDP": [
        tunnel for flags in (0, 0x8000, 0x2000, 0x1000) for tunnel in over_ends(enc.gre_in_udp, flags=flags)
    ] + [lambda packet: enc.gre_in_udp((enc.ETHERNET_BRIDGING, enc.ethernet(packet)), OUTER6)],
    "AYIYA": over_ends(enc.ayiya) + over_ends(enc.ayiya, identity=0, signature=0),
    "FabricPath": [
        enc.fabricpath, lambda packet: enc.vlan(enc.fabricpath(packet)), lambda packet: enc.fabricpath(enc.vlan(packet))
    ],
    "WCCP": [
        lambda packet: enc.gre((0x883E, packet[1]), OUTER4)
        if packet[0] == enc.IPV4 else packet, lambda packet: enc.gre((0x883E, bytes(4) + packet[1]), OUTER4)
    ],
    "EtherIP, MPLS and Ethernet in IP": [
        lambda packet: enc.ip(*OUTER4, 97, b"\x30\0" + enc.ethernet(packet)),
        lambda packet: enc.ip(*OUTER6, 137,
                              enc.mpls(packet)[1]), lambda packet: enc.ip(*OUTER6, 143, enc.ethernet(packet))
    ],
    "VXLAN": over_ends(enc.vxlan) + over_ends(enc.vxlan, port=50000) + over_ends(enc.vxlan, flags=0) +
    [lambda packet: enc.vxlan(enc.vlan(packet), OUTER4)],
    "Geneve": over_ends(enc.geneve, bridged=False) + over_ends(enc.geneve, options=bytes(12)) + [
        lambda packet: enc.geneve(packet, OUTER4, version=1),
        lambda packet: enc.geneve(enc.vlan(packet), OUTER4, bridged=False)
    ],
    "tunnels over UDP in others": [
        lambda packet: enc.gtp(enc.vxlan(packet, OUTER6), OUTER4),
        lambda packet: enc.l2tp(enc.gtp(packet, OUTER4), OUTER6),
        lambda packet: enc.vxlan_gpe(enc.l2tp(packet, OUTER4), OUTER4),
        lambda packet: enc.mpls_in_udp(enc.geneve(packet, OUTER4), OUTER6),
        lambda packet: enc.teredo(enc.vxlan(packet, OUTER6), OUTER4)
    ],
    "VXLAN in VXLAN": [
        lambda packet: enc.vxlan(enc.vxlan(packet, OUTER6), OUTER4),
        lambda packet: enc.vxlan(enc.vxlan(packet, OUTER4), OUTER4),
        lambda packet: enc.geneve(enc.vxlan(enc.geneve(packet, OUTER6), OUTER4), OUTER6)
    ],
    "VXLAN-GPE": over_ends(enc.vxlan_gpe) + over_ends(enc.vxlan_gpe, kind=3) + [
        lambda packet: enc.vxlan_gpe(enc.mpls(packet), OUTER4),
        lambda packet: enc.vxlan_gpe(enc.vlan(packet), OUTER6, kind=3)
    ],
    "GTP-U": [tunnel for flags in range(4) for tunnel in over_ends(enc.gtp, flags=flags)] +
    over_ends(enc.gtp, flags=4, extensions=[(0x85, b"\0\1")]) +
    over_ends(enc.gtp, flags=7, extensions=[(0x40, b"\x10\1"), (0x85, b"\0\1" + bytes(4))]) +
    over_ends(enc.gtp, bridged=True) + over_ends(enc.gtp, bridged=True, flags=2),
    "Teredo": [
        lambda packet, before=before: enc.teredo(packet if packet[0] == enc.IPV6 else enc.ip_in_ip(packet, OUTER6),
                                                 OUTER4, before)
        for before in (b"", b"\0\0" + bytes(6), b"\0\1\0\0" + bytes(9), b"\0\1\3\4" + bytes(16) + b"\0\0" + bytes(6))
    ],
    "L2TP": [tunnel for flags in (0, 0x4000, 0x0800, 0x4A00) for tunnel in over_ends(enc.l2tp, flags=flags)] +
    over_ends(enc.l2tp, flags=0x0200, offset=5) + over_ends(enc.l2tp, ppp_header=b""),
    "MPLS in UDP": over_ends(enc.mpls_in_udp) + over_ends(enc.mpls_in_udp, labels=(16, 17)) +
    over_ends(enc.mpls_in_udp, control_word=bytes(4)),
    "tags of bridges": [
        enc.e_tag, enc.vn_tag, enc.hsr, enc.metadata, enc.backbone, lambda packet: enc.backbone(packet, 0xFE000007),
        lambda packet: enc.vlan(enc.metadata(packet)), lambda packet: enc.e_tag(enc.vlan(packet)),
        lambda packet: enc.vn_tag(enc.vlan(packet)), lambda packet: enc.hsr(enc.vlan(packet)),
        lambda packet: enc.vlan(enc.backbone(enc.vlan(packet)), enc.QINQ)
    ],
    "Shim6": [lambda packet: enc.extended(packet, 140, b"\0\0\x80" + bytes(5)) if packet[0] == enc.IPV6 else packet],
    "Authentication Header": [
        lambda packet: enc.authenticated(packet)
        if packet[0] == enc.IPV4 else packet, lambda packet: enc.authenticated(enc.authenticated(packet, 0))
        if packet[0] == enc.IPV4 else packet, lambda packet: enc.authenticated(enc.ip_in_ip(packet, OUTER4)),
        lambda packet: enc.gre(enc.authenticated(packet, 4) if packet[0] == enc.IPV4 else packet, OUTER4)
    ],
    "one in another": [
        lambda packet: enc.gre(enc.ip_in_ip(packet, OUTER6), OUTER4, 0x2000),
        lambda packet: enc.vxlan(enc.gre(packet, ("10.1.0.1", "10.1.0.2")), OUTER4),
        lambda packet: enc.ip_in_ip(enc.vxlan(packet, OUTER6), OUTER4),
        lambda packet: enc.mpls(enc.geneve(enc.vlan(packet), OUTER4), (16, ), control_word=bytes(4)),
        lambda packet: enc.pppoe(enc.gre_ppp(packet, OUTER4)), lambda packet: enc.gre_ethernet(
            (len(enc.snap(packet)), enc.snap(packet)), OUTER4)
    ],
}
W = enc.wireless
# name: the link type, and a list of functions from packet to frame
LINKS = {
    "Ethernet with LLC": (ETHERNET, [
        enc.ethernet_llc, enc.ethernet_llc_ip, lambda packet: enc.ethernet_llc(packet) + bytes(20),
        lambda packet: enc.ethernet(enc.vlan((len(enc.snap(packet)), enc.snap(packet)))),
        lambda packet: enc.ethernet_llc(enc.vlan(packet)), lambda packet: enc.ethernet((0x8870, enc.snap(packet)))
    ]),
    "ENC": (109, [enc.enc_header, lambda packet: enc.enc_header(packet, ">")]),
    "PFLOG": (117, [
        enc.pflog, lambda packet: enc.pflog(packet, 64), lambda packet: enc.pflog(packet, 45),
        lambda packet: enc.pflog(packet, 84), lambda packet: enc.pflog(packet, 100),
        lambda packet: enc.pflog(packet, family=None if packet[0] == enc.IPV4 else 28)
    ]),
    "PPP": (PPP, [
        enc.ppp, lambda packet: enc.ppp(packet, b""), lambda packet: enc.ppp(packet, compressed=True),
        lambda packet: enc.ppp(packet, b"", True), lambda packet: enc.ppp(enc.mpls(packet)), enc.cisco_hdlc
    ]),
    "PPP in HDLC": (PPP_HDLC, [enc.ppp, enc.cisco_hdlc, lambda packet: enc.ppp(packet, b"", True)]),
    "PPP with direction": (PPP_DIRECTION, [
        lambda packet: b"\0" + enc.ppp(packet), lambda packet: b"\1" + enc.ppp(packet, b""),
        lambda packet: b"\1" + enc.cisco_hdlc(packet, 0x8F)
    ]),
    "FDDI": (FDDI, [
        enc.fddi, lambda packet: enc.fddi(packet, 0x50), lambda packet: enc.fddi(packet, 0x5F),
        lambda packet: enc.fddi(packet, body=b"\6\6\3" + packet[1])
    ]),
    "ARCNET": (ARCNET, [
        enc.arcnet, lambda packet: enc.arcnet(packet, exception=True), lambda packet: enc.arcnet_old(packet)
        if packet[0] == enc.IPV4 else enc.arcnet(packet)
    ]),
    "ARCNET on Linux": (ARCNET_LINUX, [
        lambda packet: enc.arcnet(packet, linux=True), lambda packet:
        (enc.arcnet_old if packet[0] == enc.IPV4 else enc.arcnet)(packet, linux=True)
    ]),
    "InfiniBand": (INFINIBAND, [enc.infiniband, lambda packet: enc.infiniband(packet, b"\x60" + bytes(range(39)))]),
    "NFLOG": (NFLOG,
              [enc.nflog, lambda packet: enc.nflog(packet, before=False),
               lambda packet: enc.nflog(packet, after=True)]),
    "Juniper Ethernet": (JUNIPER, [
        enc.juniper, lambda packet: enc.juniper(packet, b"\1\4\0\0\0\0"), lambda packet: enc.juniper(packet, b""),
        lambda packet: enc.juniper(enc.vlan(packet)), lambda packet: enc.juniper(packet, link=False),
        lambda packet: enc.juniper(packet, b"\1\1\0", False)
    ]),
    "IPv4 and IPv6 alone": (IPV4_ALONE, [lambda packet: packet[1]]),
    "PPPoE alone": (PPPOE, [lambda packet: enc.pppoe(packet)[1]]),
    "Cisco HDLC": (CISCO_HDLC, [
        enc.cisco_hdlc, lambda packet: enc.cisco_hdlc(packet, 0x8F), lambda packet: enc.cisco_hdlc(enc.mpls(packet)),
        lambda packet: enc.cisco_hdlc((enc.ETHERNET_BRIDGING, enc.ethernet(packet)))
    ]),
    "Linux cooked": (COOKED, [
        enc.cooked, enc.cooked_llc, lambda packet: enc.cooked(enc.vlan(packet)), lambda packet: enc.cooked(
            (3, enc.ethernet(packet))), lambda packet: enc.cooked((7, enc.ppp(packet))), lambda packet: enc.cooked(
                (4, b"\6\6\3" + packet[1])), lambda packet: enc.cooked(enc.mpls(packet), 778),
        lambda packet: enc.cooked((4, enc.radiotap(W(packet))), 803)
    ]),
    "Linux cooked v2": (COOKED2, [
        enc.cooked2, enc.cooked2_llc, lambda packet: enc.cooked2(enc.mpls(packet)), lambda packet: enc.cooked2(
            (7, enc.ppp(packet))), lambda packet: enc.cooked2(enc.mpls(packet), 778)
    ]),
    "802.11": (WIRELESS, [
        W, lambda packet: W(packet, False, True), lambda packet: W(packet, False, False),
        lambda packet: W(packet, True, True), lambda packet: W(packet, qos=0x75),
        lambda packet: W(packet, True, True, qos=0), lambda packet: W(packet, qos=0, high_throughput=True),
        lambda packet: W(packet, order=True), lambda packet: W(packet, retry=True),
        lambda packet: W(packet, fcs=b"abcd"), lambda packet: W(packet, body=b"\6\6\3" + packet[1]),
        lambda packet: W(packet, body=enc.ethernet(packet)), lambda packet: W(packet, body=b"\0\0" + enc.snap(packet)),
        lambda packet: W(enc.vlan(packet)), lambda packet: W(enc.mpls(packet)), lambda packet: W(packet, fragment=3)
    ]),
    "802.11 mesh": (WIRELESS, [
        lambda packet: W(packet, False, True, body=b"\0\x1f\0\0\0\1" + enc.snap(packet)),
        lambda packet: W(packet, True, True, qos=0, body=b"\1" + bytes(11) + enc.snap(packet)),
        lambda packet: W(packet, True, True, body=b"\2" + bytes(17) + enc.snap(packet))
    ]),
    "802.11 aggregates of one": (WIRELESS, [
        lambda packet: W(packet, qos=0x80, body=enc.subframe(packet)),
        lambda packet: W(packet, True, True, qos=0x80, body=enc.subframe(packet))
    ]),
    "radiotap": (RADIOTAP, [
        lambda packet: enc.radiotap(W(packet)), lambda packet: enc.radiotap(W(packet, qos=0), 0),
        lambda packet: enc.radiotap(W(packet, fcs=b"abcd"), 0x10),
        lambda packet: enc.radiotap(W(packet, qos=0, pad=True), 0x20),
        lambda packet: enc.radiotap(W(packet, qos=0, high_throughput=True, pad=True), 0x20),
        lambda packet: enc.radiotap(W(packet, True, True, qos=0, pad=True, fcs=b"abcd"), 0x30),
        lambda packet: struct.pack("<BBHIQB", 0, 0, 17, 3, 5, 0x10) + W(packet, fcs=b"abcd"),
        lambda packet: struct.pack("<BBHIIIQB", 0, 0, 25, 0x80000003, 0, 0, 7, 0x10) + W(packet, fcs=b"abcd")
    ]),
    "Prism and AVS": (PRISM, [
        lambda packet: enc.prism(W(packet)), lambda packet: enc.prism(W(packet, qos=0)), W,
        lambda packet: enc.avs(W(packet))
    ]),
    "AVS alone": (AVS, [lambda packet: enc.avs(W(packet))]),
    "PPI": (PPI, [
        lambda packet: enc.ppi(W(packet)), lambda packet: enc.ppi(enc.ethernet(packet), ETHERNET),
        lambda packet: enc.ppi(enc.radiotap(W(packet, fcs=b"abcd"), 0x10), RADIOTAP),
        lambda packet: enc.ppi(W(packet, fcs=b"abcd"), WIRELESS, True)
    ]),
}


def check_tunnels(tunnels):
    frames = [enc.ethernet(tunnel(packet)) for number, tunnel in enumerate(tunnels) for packet in both(number)]
    check(frames, least=len(frames))


def check_link(link_type, links):
    frames = [link(packet) for number, link in enumerate(links) for packet in both(number)]
    check(frames, link_type, least=len(frames))


def check_foreign_nflog():
    """Captured on a host of the other byte order, in which the file is, too."""
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    frames = [enc.nflog(packet, ">", before, not before) for before in (False, True) for packet in both(before)]
    octets = struct.pack(">IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, NFLOG)
    for number, frame in enumerate(frames):
        octets += struct.pack(">IIII", 1700000000 + number, 0, len(frame), len(frame)) + frame
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "foreign.pcap"
        capture.write_bytes(octets)
        compare(CHATSNIFF, capture)
        compare_addresses(capture)
        expect(len(addresses(capture)) == len(frames), f"tshark reads only {len(addresses(capture))} packets")


# --- what is no whole conversation inside ---------------------------------------------------------------------------

def check_routes():
    """Each conversation has one direction along the source route, and the other one straight."""
    ways = {
        4: [
            enc.source_routed, lambda packet: enc.source_routed(packet, 0x89),
            lambda packet: enc.gre(enc.source_routed(packet, stations=("10.3.0.1", )), OUTER4)
        ],
        6: [
            lambda packet, kind=kind, stations=stations: enc.routed(packet, kind, stations) for kind in (0, 2, 3, 4)
            for stations in (("fd01::a:1", ), ("fd01::a:1", "fd01::a:2")) if kind != 2 or len(stations) == 1
        ] + [enc.from_home, lambda packet: enc.routed(enc.from_home(packet), 4)]
    }
    frames = []
    for version, functions in ways.items():
        for number, way in enumerate(functions):
            packets = conversation(number, version)
            source = packets[0][1][12:16] if version == 4 else packets[0][1][8:24]
            frames += [enc.ethernet(way(packet) if packet[1][12:16] == source or packet[1][8:24] == source else packet)
                       for packet in packets]
    check(frames, least=len(frames), ends=False)
    # An error quotes the packet as it was on its way.
    frames = []
    for number, way in enumerate((ways[6][0], ways[6][-2])):
        packets = conversation(number, 6)
        error = enc.ip("fd03::1", "fd01::1", 58, b"\1\0" + bytes(6) + way(packets[4])[1])
        frames += [enc.ethernet(packet) for packet in (error, *packets)]
    packets = conversation(2)
    error = enc.ip("10.3.0.1", "192.168.0.4", 1, b"\x0b\0" + bytes(6) + enc.source_routed(packets[4])[1])
    frames += [enc.ethernet(packet) for packet in (error, *packets)]
    check(frames, least=len(frames) - 3, ends=False)


def check_without_packet():
    """What is inside has no IP header: then it is the datagram around it that is told."""
    arp, inner = (0x0806, bytes(28)), enc.udp(("192.168.9.1", 5), ("192.168.9.2", 6), b"x")
    check([
        enc.ethernet(packet)
        for packet in (enc.ayiya(inner, OUTER4, operation=0), enc.gre_in_udp(arp, OUTER4), enc.vxlan(arp, OUTER4),
                       enc.vxlan(inner, OUTER4), enc.geneve(arp, OUTER6), enc.geneve(inner, OUTER6),
                       enc.gtp(arp, OUTER4, bridged=True), enc.gtp((0, b"\0hello"), OUTER4),
                       enc.l2tp(inner, OUTER4, ppp_header=b"\xff"), enc.teredo(inner, OUTER4),
                       enc.vxlan_gpe((0, b"hello"), OUTER4, kind=9),
                       enc.udp((OUTER4[0], 2152), (OUTER4[1], 2152), b"\x30\xff\0\5\0\0\0\1" + inner[1]),
                       enc.udp((OUTER4[0], 2152), (OUTER4[1], 2152), b"\x30\1\0\x40\0\0\0\1" + inner[1]),
                       enc.udp((OUTER4[0], 1701), (OUTER4[1], 1701), b"\x40\2\0\x0a\0\1\0\1\xff\3\0\x21" + inner[1]),
                       enc.udp((OUTER4[0], 1701), (OUTER4[1], 1701), b"\xc8\2\0\x0c\0\0\0\0\0\0\0\0"),
                       enc.geneve((1000, b"x" * 20), OUTER4, bridged=False),
                       enc.udp((OUTER4[0], 9), (OUTER4[1], 4789), b"hello"),
                       enc.udp((OUTER4[0], 9), (OUTER4[1], 4789), b""), enc.gre(arp, OUTER4), enc.gre((0, b""), OUTER4),
                       enc.gre((enc.VLAN, enc.vlan(inner)[1]), OUTER4), enc.mpls(inner, (14, )), (enc.IPV6, inner[1]),
                       enc.geneve((enc.IPV6, inner[1]), OUTER4, bridged=False), inner)
    ])


def check_errors():
    """ICMP errors inside tunnels quote packets, whose conversations have numbers after the tunnel's."""
    quoted = enc.udp(("192.168.9.1", 50001), ("192.168.9.2", 50002), b"x")
    error = enc.ip("192.168.9.2", "192.168.9.1", 1, b"\3\3" + bytes(6) + quoted[1])
    later = enc.udp(("192.168.9.3", 50001), ("192.168.9.2", 50002), b"x")
    check([enc.ethernet(packet) for packet in (
        enc.vxlan(error, OUTER4), enc.vxlan(later, OUTER4), enc.gre(error, OUTER6), enc.gre(quoted, OUTER6), quoted)],
        least=3)


def check_unread():
    """Frames of 802.11 that nobody can read, between such as can be read."""
    first, second = both()[3], both()[4]
    check([W(first, control=0x40), W(first), b"\x80" + W(first)[1:], b"\x48" + W(first)[1:], b"\x09" + W(first)[1:],
           b"\xd4\0\0\0" + enc.HERE, W(second, qos=0), b"\xc8" + W(second, qos=0)[1:], W(second, control=4)], WIRELESS)


def check_cut():
    """Datagrams in tunnels, cut off by the snapshot length: those whose headers are there have the right numbers. Of
    others tshark gives the numbers of the datagrams around them, and chatsniff says nothing."""
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    rng = random.Random(0)
    frames = []
    for number in range(60):
        stack = random_stack(rng)
        frames += [enc.ethernet(stack(packet)) for packet in both(number)
                   if packet[1][9 if packet[0] == enc.IPV4 else 6] == 17]
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "cut.pcapng"
        for snapshot in range(60, 300, 40):
            capture.write_bytes(craft.pcapng(frames, snapshot=snapshot))
            different = [line for line in differences(CHATSNIFF, capture) if not line.endswith("chatsniff None")]
            expect(not different, "\n".join([f"cut at {snapshot}"] + different[:20]))


# --- nested by seed -------------------------------------------------------------------------------------------------

def random_tunnel(rng, packet):
    ends = rng.choice([OUTER4, OUTER6, ("10.2.0.1", "10.2.0.2"), ("fd02::1", "fd02::2")])
    is_ip = packet[0] in (enc.IPV4, enc.IPV6)
    kinds = [enc.vlan, lambda inner: enc.vlan(inner, enc.QINQ),
             lambda inner: enc.mpls(inner, tuple(range(16, 17 + rng.randrange(3))), control_word=rng.choice(
                 [bytes(4), b"\0\0\0\7"])),
             lambda inner: enc.gre_ethernet(inner, ends, rng.choice([0, 0x2000, 0x1000, 0x8000])),
             lambda inner: enc.erspan(inner, ends, rng.randint(1, 3)),
             lambda inner: enc.vxlan(inner, ends, rng.choice([49152, 50000, 4789])),
             lambda inner: enc.geneve(inner, ends, rng.choice([49152, 50000]), bytes(4 * rng.randrange(4)),
                                      rng.random() < .5)]
    if is_ip:
        kinds += [lambda inner: enc.mpls(inner, tuple(range(16, 17 + rng.randrange(3)))), enc.pppoe,
                  lambda inner: enc.ip_in_ip(inner, ends),
                  lambda inner: enc.gre(inner, ends, rng.choice([0, 0x2000, 0x1000, 0x8000, 0xB000])),
                  lambda inner: enc.gre_ppp(inner, ends, rng.random() < .5, rng.choice([b"\xff\3", b""]))]
    return rng.choice(kinds)(packet)


def random_stack(rng):
    """A function from packet to packet that nests the same tunnels each time, no more than four over UDP."""
    seed, depth = rng.getrandbits(32), rng.randint(1, 4)

    def stack(packet):
        own = random.Random(seed)
        for _ in range(depth):
            packet = random_tunnel(own, packet)
        return packet
    return stack


def check_random(seed):
    rng = random.Random(seed)
    link_type, links = rng.choice([
        (ETHERNET, [enc.ethernet, lambda packet: enc.ethernet((len(enc.snap(packet)), enc.snap(packet)))]),
        (COOKED, [enc.cooked, enc.cooked_llc]), (COOKED2, [enc.cooked2, enc.cooked2_llc]),
        (WIRELESS, [W, lambda packet: W(packet, qos=0), lambda packet: W(packet, True, True)]),
        (RADIOTAP, [lambda packet: enc.radiotap(W(packet)),
                    lambda packet: enc.radiotap(W(packet, fcs=b"abcd"), 0x10)])])
    frames = []
    for number in range(PER_CAPTURE):
        stack, link = random_stack(rng), rng.choice(links)
        frames += [link(stack(packet)) for packet in conversation(number, rng.choice([4, 6]))]
    check(frames, link_type, least=len(frames))


if __name__ == "__main__":
    CASES = [(f"inside of {name}", lambda tunnels=tunnels: check_tunnels(tunnels)) for name, tunnels in TUNNELS.items()]
    CASES += [(f"on {name}", lambda link=link: check_link(*link)) for name, link in LINKS.items()]
    CASES += [("on NFLOG of the other byte order", check_foreign_nflog)]
    CASES += [("source routes", check_routes), ("tunnels without a packet", check_without_packet),
              ("errors in tunnels", check_errors), ("frames that cannot be read", check_unread), ("cut off", check_cut)]
    CASES += [(f"nested, seed {seed}", lambda seed=seed: check_random(seed))
              for seed in range(FIRST_SEED, FIRST_SEED + SEEDS)]
    wanted = sys.argv[4:]  # a word of the names of those that are wanted
    sys.exit(run_cases([case for case in CASES if not wanted or any(word in case[0] for word in wanted)]))
