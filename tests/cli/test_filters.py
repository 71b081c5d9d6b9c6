#!/usr/bin/python3
"""-f with captures of other link types than Ethernet, and with what is no filter: test_filters.py CHATSNIFF CAPTURES"""
import struct
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "parity")]
import craft  # noqa: E402
import encapsulate as enc  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
FOLDER = None  # a temporary one, made in main()
RADIOTAP, RAW = 127, 101
CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 8090)


def packets():
    return [enc.tcp(CLIENT, SERVER, "S", 1000, 0), enc.tcp(SERVER, CLIENT, "SA", 5000, 1001),
            enc.tcp(CLIENT, SERVER, "A", 1001, 5001), enc.tcp(CLIENT, SERVER, "PA", 1001, 5001, b"hello\n")]


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


def frames_of(capture, expression):
    return [record["frame"] for record in records(CHATSNIFF, "--all", "-f", expression, capture)]


def wireless():
    """“type data” means nothing on Ethernet, and is compiled for what the file holds."""
    data = [enc.radiotap(enc.wireless(packet)) for packet in packets()]
    beacon = enc.radiotap(b"\x80\0" + enc.wireless(packets()[0])[2:])
    capture = file("radiotap.pcapng", craft.pcapng([data[0], beacon, *data[1:]], RADIOTAP))
    equal(frames_of(capture, "type data"), [1, 3, 4, 5], "frames of type data")
    equal(frames_of(capture, "type mgt"), [], "frames of type mgt")
    equal(frames_of(capture, "tcp[tcpflags] & tcp-push != 0"), [5], "frames with PSH")


def every_link_type():
    """A filter of IP finds it behind the header of each link type that libpcap can look behind."""
    for link_type, link in ((1, enc.ethernet), (RAW, lambda packet: packet[1]), (113, enc.cooked), (276, enc.cooked2),
                            (9, enc.ppp), (10, enc.fddi), (127, lambda packet: enc.radiotap(enc.wireless(packet)))):
        capture = file("any.pcapng", craft.pcapng([link(packet) for packet in packets()], link_type))
        equal(frames_of(capture, "tcp dst port 8090"), [1, 3, 4], f"frames of link type {link_type}")


def several():
    """Of several link types it is enough that the filter fits one; the frames of the others are left out."""
    blocks = craft.pcapng_blocks([enc.ethernet(packet) for packet in packets()])
    interface = craft.block(1, struct.pack("<HHI", RAW, 0, 262144) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0))
    bare = packets()[0][1]
    alone = craft.block(
        6,
        struct.pack("<IIIII", 1, craft.BEGIN >> 32, craft.BEGIN & 0xFFFFFFFF, len(bare), len(bare)) + bare)
    capture = file("several.pcapng", b"".join([blocks[0], blocks[1], interface, alone, *blocks[2:]]))
    equal(frames_of(capture, "ether src 00:00:0c:00:00:01"), [2, 3, 4, 5], "frames with an Ethernet address")
    equal(frames_of(capture, "tcp"), [1, 2, 3, 4, 5], "frames of TCP")


def refused(capture, expression, *words, command="timeline", **options):
    done = run([CHATSNIFF, command, "-f", expression, *([capture] if capture else ["-"])], **options)
    equal(done.returncode, 2, f"exit status of {command} -f “{expression}”")
    expect(done.stdout == b"", f"something was told: {done.stdout!r}")
    for word in words:
        expect(word.encode() in done.stderr, f"“{word}” is not in {done.stderr!r}")


def wrong_for_the_file():
    """Right elsewhere, but not for what this file holds: bad usage in every command, and also of a pipe."""
    capture = file("ethernet.pcapng", craft.pcapng([enc.ethernet(packet) for packet in packets()]))
    for command in ("timeline", "conversations", "summary"):
        refused(capture, "type data", "“type data” is wrong", "802.11", command=command)
    refused(None, "type data", "“type data” is wrong", stdin=capture.read_bytes())


def wrong_everywhere():
    refused(CAPTURES / "lab-session.pcapng", "port eighty", "“port eighty” is wrong")
    refused(CAPTURES / "lab-session.pcapng", "(tcp", "“(tcp” is wrong")


def of_wireshark():
    refused(CAPTURES / "lab-session.pcapng", "tcp.port == 8090", "display filter of Wireshark", "“tcp port 8090”")
    refused(CAPTURES / "lab-session.pcapng", "ip.addr==10.0.0.1 && udp", "“host 10.0.0.1”")
    refused(CAPTURES / "lab-session.pcapng", "tcp.analysis.flags", "display filter of Wireshark", "man pcap-filter")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FOLDER = Path(folder)
        sys.exit(run_cases([
            ("802.11 behind radiotap", wireless), ("IP behind each link type", every_link_type),
            ("several link types", several), ("wrong for this file", wrong_for_the_file),
            ("wrong everywhere", wrong_everywhere), ("a filter of Wireshark's", of_wireshark),
        ]))
