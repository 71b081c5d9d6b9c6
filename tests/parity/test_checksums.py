#!/usr/bin/python3
"""Holds what chatsniff says of checksums against what tshark says: test_checksums.py CHATSNIFF CAPTURES SHARED

Every capture of CAPTURES, and of SHARED where that folder is there, and crafted packets. What tshark calls bad is bad
or left to the network card in chatsniff; everything else has no `checksum` in its record.
"""
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
import fragments  # noqa: E402
from tap import Skip, equal, records, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])
CLIENT, SERVER = (craft.ALPINE, 40001), (craft.SERVER, 8090)
STATUS = ["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "icmp.checksum.status",
          "icmpv6.checksum.status", "igmp.checksum.status"]
# capture: {frames whose status differs: the reason}
KNOWN = {
}


def wrong_in_tshark(capture):
    """The frames in which it finds a checksum wrong (0) or illegal (4), outside of quotes; 1 is right, 2 not checked, 3
    not there."""
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a",
               "-o", "tcp.desegment_tcp_streams:FALSE"]
    for layer in ("ip", "tcp", "udp"):
        command += ["-o", f"{layer}.check_checksum:TRUE"]
    for field in ["frame.number", "frame.protocols", *STATUS]:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    wrong = set()
    for line in done.stdout.splitlines():
        frame, protocols, *statuses = line.split("\t")
        values = [status.split(",") for status in statuses if status]
        # Of a packet that ICMP quotes, and of what carries a tunnel, nothing is asked here.
        quoting = ":icmp:" in protocols or ":icmpv6:" in protocols
        if any((value[0] if quoting else value[-1]) in "04" for value in values):
            wrong.add(int(frame))
    return wrong


def compare(capture, wanted=None):
    told = {record["frame"]: record.get("checksum")
            for record in records(CHATSNIFF, "--all", "--explain", capture, statuses=(0, 3))}
    wrong = (wrong_in_tshark(capture) & set(told)) - KNOWN.get(capture.name, {}).keys()
    ours = {frame for frame, status in told.items() if status} - KNOWN.get(capture.name, {}).keys()
    equal(sorted(ours), sorted(wrong), f"frames of {capture.name} with a checksum that does not fit")
    if wanted is not None:
        equal([told.get(frame + 1) for frame in range(len(wanted))], wanted, "what chatsniff says of each")


def with_field(frame, at, value):
    return frame[:at] + struct.pack("!H", value) + frame[at + 2:]


def partial(frame, at, protocol, length):
    """The sum of the pseudo-header alone, as a host leaves it to its network card."""
    source, destination, _protocol, _octets = fragments.segment(frame)
    return with_field(frame, at, ~craft.checksum(craft.pseudo_header(source, destination, protocol, length)) & 0xFFFF)


TCP_FIELD, UDP_FIELD, IP_FIELD = 14 + 20 + 16, 14 + 20 + 6, 14 + 10


def crafted(frames, wanted, **options):
    with tempfile.TemporaryDirectory(prefix="chatsniff-checksums-") as folder:
        path = Path(folder) / "crafted.pcapng"
        path.write_bytes(craft.pcapng(frames, **options))
        compare(path, wanted)


def wrong_and_right():
    tcp = craft.tcp(CLIENT, SERVER, "PA", 1, 1, b"hello\n")
    udp = craft.udp(CLIENT, SERVER, b"hi alpine")
    crafted([tcp, with_field(tcp, TCP_FIELD, 0x1234), tcp[:-2] + b"x\n", udp, with_field(udp, UDP_FIELD, 0x1234),
             with_field(tcp, IP_FIELD, 0x1234)], [None, "bad", "bad", None, "bad", "bad"])


def left_to_the_network_card():
    tcp = craft.tcp(CLIENT, SERVER, "PA", 1, 1, b"hello\n")
    udp = craft.udp(CLIENT, SERVER, b"hi alpine")
    crafted([partial(tcp, TCP_FIELD, 6, 26), partial(tcp, TCP_FIELD, 6, 0), partial(udp, UDP_FIELD, 17, 17),
             with_field(tcp, IP_FIELD, 0)], ["offloaded"] * 4)


def none_made():
    """0 in UDP: allowed over IPv4, not over IPv6."""
    udp = with_field(craft.udp(CLIENT, SERVER, b"hi alpine"), UDP_FIELD, 0)
    crafted([udp, with_field(fragments.to_six(udp), 14 + 40 + 6, 0)], [None, "bad"])


def not_all_there():
    """What the snapshot length or the fragmentation took cannot be added up."""
    tcp = with_field(craft.tcp(CLIENT, SERVER, "PA", 1, 1, b"hello\n" * 20), TCP_FIELD, 0x1234)
    crafted([tcp], [None], snapshot=100)
    udp = with_field(craft.udp(CLIENT, SERVER, b"msg me> " + b"x" * 80 + b"\n"), UDP_FIELD, 0x1234)
    crafted(fragments.cut(udp)[:-1], [])
    crafted(fragments.cut(udp), [None] * (len(fragments.cut(udp)) - 1) + ["bad"])
    right = craft.udp(CLIENT, SERVER, b"msg me> " + b"x" * 80 + b"\n")
    crafted(fragments.cut(right), [None] * len(fragments.cut(right)))


def padding():
    """What fills a short frame up, or follows the datagram, belongs to no sum."""
    udp, tcp = craft.udp(CLIENT, SERVER, b"ul"), craft.tcp(CLIENT, SERVER, "A", 1, 1)
    crafted([udp + b"\x55" * 17, tcp + b"\x55" * 7], [None, None])


def random_lengths():
    """Odd and even ones, over both versions of IP."""
    frames = []
    for length in (*range(0, 9), 33, 400, 1399, 1400):
        text = bytes(number * 7 & 0xFF for number in range(length))
        for frame in (craft.udp(CLIENT, SERVER, text), craft.tcp(CLIENT, SERVER, "A", 1, 1, text)):
            frames += [frame, fragments.to_six(frame)]
    crafted(frames, [None] * len(frames))


def folder_cases(folder, prefix):
    names = sorted(path for path in folder.rglob("*") if path.suffix in (".pcap", ".pcapng", ".gz", ".ntar"))
    return [(f"{prefix}{path.relative_to(folder)}", lambda path=path: compare(path)) for path in names]


def shared_absent():
    raise Skip("the shared captures are not here")


if __name__ == "__main__":
    CASES = [(function.__name__.replace("_", " "), function) for function in (
        wrong_and_right, left_to_the_network_card, none_made, not_all_there, padding, random_lengths)]
    CASES += folder_cases(CAPTURES, "")
    CASES += folder_cases(SHARED, "shared: ") if SHARED.is_dir() else [("shared captures", shared_absent)]
    sys.exit(run_cases(CASES))
