"""Encapsulations made by hand. A packet is (ethertype, octets) on its way through tunnels, each of which gives
another, and at last through a link, which gives the octets of a frame. MAC addresses have organizations that Wireshark
knows: its guess at an Ethernet pseudowire without a control word goes by them."""
import ipaddress
import struct

IPV4, IPV6, VLAN, QINQ, MPLS, MPLS_MULTICAST, PPPOE = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8848, 0x8864
ETHERNET_BRIDGING, GRE_PPP = 0x6558, 0x880B
PPP_PROTOCOLS = {IPV4: 0x0021, IPV6: 0x0057, MPLS: 0x0281, MPLS_MULTICAST: 0x0283}
HERE, THERE = bytes.fromhex("00000c000001"), bytes.fromhex("00000c000002")
MAC_HEADER = THERE + HERE
FLAGS = "FSRPAUEC"


# --- the packets inside -----------------------------------------------------------------------------------------

def ip(source, destination, protocol, payload, more_fragments=False):
    """The checksum of the header is left out: neither tshark, by default, nor chatsniff looks at it."""
    source, destination = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    if source.version == 6:
        header = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
        return IPV6, header + source.packed + destination.packed + payload
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0x2000 * more_fragments, 64, protocol, 0)
    return IPV4, header + source.packed + destination.packed + payload


def udp(source, destination, payload):
    """source and destination are (address, port)."""
    header = struct.pack("!HHHH", source[1], destination[1], 8 + len(payload), 0)
    return ip(source[0], destination[0], 17, header + payload)


def tcp(source, destination, flags, seq, ack, payload=b""):
    bits = sum(1 << FLAGS.index(letter) for letter in flags)
    header = struct.pack("!HHIIBBHHH", source[1], destination[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, bits,
                         64240, 0, 0)
    return ip(source[0], destination[0], 6, header + payload)


# --- tunnels ----------------------------------------------------------------------------------------------------

def vlan(packet, tag=VLAN):
    return tag, struct.pack("!HH", 7, packet[0]) + packet[1]


def mpls(packet, labels=(16,), ethertype=MPLS, control_word=None):
    """The label stack; with a control word, or none of zero octets, an Ethernet pseudowire."""
    entries = [label << 12 | (number == len(labels) - 1) << 8 | 64 for number, label in enumerate(labels)]
    octets = packet[1] if control_word is None else control_word + ethernet(packet)
    return ethertype, struct.pack(f"!{len(entries)}I", *entries) + octets


def pppoe(packet):
    octets = struct.pack("!H", PPP_PROTOCOLS[packet[0]]) + packet[1]
    return PPPOE, struct.pack("!BBHH", 0x11, 0, 17, len(octets)) + octets


def ip_in_ip(packet, ends):
    return ip(*ends, 4 if packet[0] == IPV4 else 41, packet[1])


def gre(packet, ends, flags=0):
    """flags: 0x8000 checksum, 0x2000 key, 0x1000 sequence number."""
    header = struct.pack("!HH", flags, packet[0])
    header += b"".join(bytes(4) for bit in (0x8000, 0x2000, 0x1000) if flags & bit)
    return ip(*ends, 47, header + packet[1])


def gre_ethernet(packet, ends, flags=0):
    return gre((ETHERNET_BRIDGING, ethernet(packet)), ends, flags)


def gre_ppp(packet, ends, acknowledge=True, ppp_header=b"\xff\3"):
    """RFC 2637 section 4.1."""
    octets = ppp_header + struct.pack("!H", PPP_PROTOCOLS[packet[0]]) + packet[1]
    header = struct.pack("!HHHHI", 0x3081 if acknowledge else 0x3001, GRE_PPP, len(octets), 5, 1)
    return ip(*ends, 47, header + (struct.pack("!I", 7) if acknowledge else b"") + octets)


def erspan(packet, ends, version):
    """The header of ERSPAN I (none, and no sequence number), II or III, before an Ethernet frame."""
    if version == 1:
        return gre((0x88BE, ethernet(packet)), ends)
    if version == 2:
        return gre((0x88BE, struct.pack("!HHI", 0x1000, 1, 0) + ethernet(packet)), ends, 0x1000)
    return gre((0x22EB, struct.pack("!HHIHH", 0x2000, 1, 0, 0, 0) + ethernet(packet)), ends, 0x1000)


def vxlan(packet, ends, port=49152, flags=0x08000000):
    return udp((ends[0], port), (ends[1], 4789), struct.pack("!II", flags, 42 << 8) + ethernet(packet))


def geneve(packet, ends, port=49152, options=b"", bridged=True, version=0):
    kind, octets = (ETHERNET_BRIDGING, ethernet(packet)) if bridged else packet
    header = struct.pack("!BBHI", version << 6 | len(options) // 4, 0, kind, 42 << 8)
    return udp((ends[0], port), (ends[1], 6081), header + options + octets)


def vxlan_gpe(packet, ends, kind=None):
    """kind: 3 for an Ethernet frame; else what the packet is."""
    octets = ethernet(packet) if kind == 3 else packet[1]
    kind = kind or {IPV4: 1, IPV6: 2, MPLS: 5}[packet[0]]
    return udp((ends[0], 49152), (ends[1], 4790), struct.pack("!BHBI", 0x0C, 0, kind, 42 << 8) + octets)


def gtp(packet, ends, flags=0, extensions=(), bridged=False):
    """3GPP TS 29.281 section 5.1; flags: 4 extension headers, 2 sequence number, 1 number of the N-PDU. An extension
    header is its type and its content."""
    octets = ethernet(packet) if bridged else packet[1]
    optional = struct.pack("!HB", 7, 0) if flags else b""
    for kind, content in extensions:
        optional += bytes([kind, len(content) // 4 + 1]) + content + bytes((2 - len(content)) % 4)
    if flags:
        optional += b"\0"
    header = struct.pack("!BBHI", 0x30 | flags, 255, len(optional) + len(octets), 1)
    return udp((ends[0], 2152), (ends[1], 2152), header + optional + octets)


def teredo(packet, ends, before=b""):
    return udp((ends[0], 49152), (ends[1], 3544), before + packet[1])


def l2tp(packet, ends, flags=0, offset=0, ppp_header=b"\xff\3"):
    """RFC 2661 section 3.1; flags: 0x4000 length, 0x0800 sequence numbers, 0x0200 offset."""
    octets = ppp_header + struct.pack("!H", PPP_PROTOCOLS[packet[0]]) + packet[1]
    body = struct.pack("!HH", 1, 1)
    if flags & 0x0800:
        body += struct.pack("!HH", 5, 6)
    if flags & 0x0200:
        body += struct.pack("!H", offset) + bytes(offset)
    body += octets
    header = struct.pack("!H", flags | 2) + (struct.pack("!H", 4 + len(body)) if flags & 0x4000 else b"")
    return udp((ends[0], 1701), (ends[1], 1701), header + body)


def mpls_in_udp(packet, ends, **options):
    return udp((ends[0], 49152), (ends[1], 6635), mpls(packet, **options)[1])


def e_tag(packet):
    return 0x893F, struct.pack("!HHBBH", 0, 7, 0, 0, packet[0]) + packet[1]


def vn_tag(packet):
    return 0x8926, struct.pack("!IH", 7, packet[0]) + packet[1]


def hsr(packet):
    return 0x892F, struct.pack("!HHH", len(packet[1]) + 6, 1, packet[0]) + packet[1]


def metadata(packet):
    """Cisco's, with a security group tag."""
    return 0x8909, struct.pack("!BBHHH", 1, 1, 1, 7, packet[0]) + packet[1]


def fabricpath(packet):
    """With a frame check sequence at the end, which Wireshark 4.0 cuts off unasked."""
    return 0x8903, struct.pack("!H", 1 << 6 | 32) + ethernet(packet) + bytes(4)


def gre_in_udp(packet, ends, flags=0):
    """RFC 8086; the same header as over IP."""
    return udp((ends[0], 49152), (ends[1], 4754), struct.pack("!HH", flags, packet[0])
               + b"".join(bytes(4) for bit in (0x8000, 0x2000, 0x1000) if flags & bit) + packet[1])


def gre_wireless(packet, ends, kind=0x8200, **options):
    """As Aruba's access points send frames to their controller."""
    return gre((kind, wireless(packet, **options)), ends)


def ayiya(packet, ends, operation=1, identity=4, signature=5):
    """identity: the logarithm of its length; signature: words."""
    header = bytes([identity << 4 | 1, signature << 4 | 2, 1 << 4 | operation, 4 if packet[0] == IPV4 else 41
                    ]) + bytes(4)
    return udp((ends[0], 49152), (ends[1], 5072), header + bytes((1 << identity) + 4 * signature) + packet[1])


def backbone(packet, tag=7):
    return 0x88E7, struct.pack("!I", tag) + ethernet(packet)


# --- ways -------------------------------------------------------------------------------------------------------

def extended(packet, number, header, source=None, destination=None):
    """The IPv6 packet with an extension header, whose first octet is set, and with other addresses in its header."""
    octets = packet[1]
    ends = [ipaddress.ip_address(address).packed if address else octets[at:at + 16]
            for address, at in ((source, 8), (destination, 24))]
    header = octets[6:7] + header[1:]
    return IPV6, (octets[:4] + struct.pack("!H", len(header) + len(octets) - 40) + bytes([number]) + octets[7:8]
                  + b"".join(ends) + header + octets[40:])


def routed(packet, kind, stations=("fd03::1", "fd03::2")):
    """On its way along a routing header: the last address is in there, and in the IPv6 header a station's."""
    end = packet[1][24:40]
    addresses = [ipaddress.ip_address(station).packed for station in stations[1:]] + [end]
    extra = bytes(4)
    if kind == 3:  # RFC 6554: all have 14 octets of their own
        extra = struct.pack("!BBH", 0x22, 4 << 4 if len(addresses) == 2 else 2 << 4, 0)
        addresses = [address[2:] for address in addresses] + [bytes(extra[1] >> 4)]
    elif kind == 4:  # RFC 8754
        addresses.reverse()
        extra = bytes([len(addresses) - 1, 0, 0, 0])
    octets = b"".join(addresses)
    return extended(packet, 43, bytes([0, len(octets) // 8, kind, len(stations)]) + extra + octets, None, stations[0])


def from_home(packet, care_of="fd03::1"):
    """RFC 6275 section 6.3."""
    return extended(packet, 60, bytes([0, 2, 1, 2, 0, 0, 201, 16]) + packet[1][8:24], care_of)


def source_routed(packet, kind=0x83, stations=("10.3.0.1", "10.3.0.2")):
    """RFC 791 section 3.1, on the way to the first station."""
    octets = packet[1]
    addresses = [ipaddress.ip_address(station).packed for station in stations]
    route = b"".join(addresses[1:]) + octets[16:20]
    option = bytes([1, kind, 3 + len(route), 4]) + route
    return IPV4, (bytes([0x45 + len(option) // 4]) + octets[1:2] + struct.pack("!H", len(octets) + len(option))
                  + octets[4:16] + addresses[0] + option + octets[20:])


def authenticated(packet, words=3):
    """RFC 4302 section 2, in transport mode; words: of the check value."""
    octets = packet[1]
    header = struct.pack("!BBHII", octets[9], 1 + words, 0, 1, 1) + bytes(4 * words)
    return IPV4, (octets[:2] + struct.pack("!H", len(octets) + len(header)) + octets[4:9] + b"\x33" + octets[10:20]
                  + header + octets[20:])


# --- links ------------------------------------------------------------------------------------------------------

def ethernet(packet):
    return MAC_HEADER + struct.pack("!H", packet[0]) + packet[1]


def snap(packet):
    return b"\xaa\xaa\3\0\0\0" + struct.pack("!H", packet[0]) + packet[1]


def ethernet_llc(packet):
    octets = snap(packet)
    return MAC_HEADER + struct.pack("!H", len(octets)) + octets


def ethernet_llc_ip(packet):
    octets = b"\6\6\3" + packet[1]
    return MAC_HEADER + struct.pack("!H", len(octets)) + octets


def cooked(packet, hardware=1):
    """hardware: the number of ARP for it, or one of Linux's own."""
    return struct.pack("!HHH8sH", 0, hardware, 6, HERE, packet[0]) + packet[1]


def cooked_llc(packet):
    return cooked((4, snap(packet)))


def cooked2(packet, hardware=1):
    return struct.pack("!HHIHBB8s", packet[0], 0, 1, hardware, 0, 6, HERE) + packet[1]


def cooked2_llc(packet):
    return cooked2((4, snap(packet)))


def enc_header(packet, order="<"):
    return struct.pack(f"{order}III", 2 if packet[0] == IPV4 else 24, 1, 0) + packet[1]


def pflog(packet, length=61, family=None):
    header = struct.pack("!BBBB16s", length, family or (2 if packet[0] == IPV4 else 24), 0, 0, b"em0")
    return header + bytes(length + -length % 4 - len(header)) + packet[1]


def fddi(packet, control=0x54, body=None):
    return bytes([control]) + MAC_HEADER + (snap(packet) if body is None else body)


ARCNET_PROTOCOLS = {IPV4: 212, IPV6: 196}


def arcnet(packet, split=0, exception=False, linux=False):
    """RFC 1201; as BSD systems capture it, or as Linux does, with an offset."""
    protocol = bytes([ARCNET_PROTOCOLS[packet[0]]])
    header = b"\1\2" + (b"\0\0" if linux else b"") + protocol
    if exception:
        header += b"\xff\xff\xff" + protocol
    return header + struct.pack("!BH", split, 7) + packet[1]


def arcnet_old(packet, linux=False):
    """RFC 1051, which knows IPv4 alone."""
    return b"\1\2" + (b"\0\0" if linux else b"") + b"\xf0" + packet[1]


def infiniband(packet, routing=bytes(40)):
    return routing + struct.pack("!HH", packet[0], 0) + packet[1]


def nflog(packet, order="<", before=True, after=False):
    """The attributes of an NFLOG group: a header and a prefix, the packet, perhaps a user's number."""
    def attribute(kind, value):
        return struct.pack(f"{order}HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)

    octets = bytes([2 if packet[0] == IPV4 else 10, 0]) + struct.pack("!H", 30)
    if before:
        octets += attribute(1, struct.pack("!HBB", packet[0], 1, 0)) + attribute(10, b"chat: \0")
    octets += attribute(9, packet[1])
    return octets + (attribute(11, bytes(4)) if after else b"")


def juniper(packet, extensions=None, link=True):
    """link: whether the Ethernet header is there, or the number of the protocol."""
    flags = 1 | (0 if link else 2) | (0 if extensions is None else 0x80)
    header = b"MGC" + bytes([flags])
    if extensions is not None:
        header += struct.pack("!H", len(extensions)) + extensions
    if link:
        return header + ethernet(packet)
    return header + struct.pack("<I", 2 if packet[0] == IPV4 else 6) + packet[1]


def ppp(packet, header=b"\xff\3", compressed=False):
    protocol = PPP_PROTOCOLS[packet[0]]
    return header + struct.pack("!B" if compressed and protocol < 0x100 else "!H", protocol) + packet[1]


def cisco_hdlc(packet, address=0x0F):
    return struct.pack("!BBH", address, 0, packet[0]) + packet[1]


def wireless(packet, to_ds=True, from_ds=False, qos=None, high_throughput=False, order=False, control=0, retry=False,
             fcs=b"", pad=False, body=None, fragment=0):
    """IEEE 802.11-2020 section 9.3.2.1; qos is the first octet of QoS Control, fragment its number."""
    frame_control = (0x88 if qos is not None else 0x08) << 8 | to_ds | from_ds << 1 | retry << 3 | control
    if high_throughput or order:
        frame_control |= 0x80
    header = struct.pack("!HH", frame_control, 0) + THERE + HERE + THERE + bytes([0x10 | fragment, 0])
    if to_ds and from_ds:
        header += HERE
    if qos is not None:
        header += bytes([qos, 0])
        if high_throughput:
            header += bytes(4)
    if pad:
        header += bytes(-len(header) % 4)
    return header + (snap(packet) if body is None else body) + fcs


def subframe(packet, last=True):
    """Of an A-MSDU, section 9.3.2.2.2."""
    octets = MAC_HEADER + struct.pack("!H", len(snap(packet))) + snap(packet)
    return octets if last else octets + bytes(-len(octets) % 4)


def radiotap(frame, flags=None):
    """With the field of flags, or without any field."""
    header = struct.pack("<BBHI", 0, 0, 8, 0) if flags is None else struct.pack("<BBHIB", 0, 0, 9, 2, flags)
    return header + frame


def prism(frame):
    return struct.pack("<II16s", 0x44, 144, b"wlan0") + bytes(120) + frame


def avs(frame):
    return struct.pack("!II", 0x80211001, 64) + bytes(56) + frame


def ppi(frame, link_type=105, fcs=False):
    """With fcs, a field of 802.11 that says that a frame check sequence follows."""
    fields = struct.pack("<HHQH10s", 2, 20, 0, 1, b"") if fcs else b""
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), link_type) + fields + frame
