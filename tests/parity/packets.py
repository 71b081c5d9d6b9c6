"""What tshark and what chatsniff say of every packet and connection of a capture, in one form to compare."""
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, records  # noqa: E402

FLAGS = "FSRPAUEC"  # bit 0 upwards, as on the wire
ORDER = "SFRPAUEC"  # as chatsniff writes them
FIELDS = [
    "frame.number", "icmp", "icmpv6", "tcp.stream", "tcp.seq", "tcp.ack", "tcp.flags", "tcp.window_size", "tcp.len",
    "udp.stream"
]
ANALYSIS = ["ack_lost_segment", "duplicate_ack", "fast_retransmission", "keep_alive", "keep_alive_ack", "lost_segment",
            "out_of_order", "retransmission", "reused_ports", "spurious_retransmission", "window_full",
            "window_update", "zero_window", "zero_window_probe", "zero_window_probe_ack"]


def tshark_packets(capture):
    """{frame: ("tcp", stream, seq, ack, flags, window, length, analysis) or ("udp", stream), or ("icmp", stream) of the
    packet that an error quotes}"""
    command = ["tshark", "-n", "-r", str(capture), "-Y", "tcp or udp",
               "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-E", "occurrence=l"]
    for field in FIELDS + [f"tcp.analysis.{name}" for name in ANALYSIS]:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    packets = {}
    for line in done.stdout.splitlines():
        frame, icmp, icmp6, stream, seq, ack, flags, window, length, udp_stream, *analysis = line.split("\t")
        found = {name for name, value in zip(ANALYSIS, analysis) if value}
        if found & {"fast_retransmission", "spurious_retransmission"}:
            found.discard("retransmission")  # tshark sets it beside the special ones
        if icmp or icmp6:
            if stream or udp_stream:
                packets[int(frame)] = ("icmp", int(stream or udp_stream))
        elif stream:
            bits = int(flags, 0) if flags else 0
            letters = {letter for bit, letter in enumerate(FLAGS) if bits >> bit & 1}
            packets[int(frame)] = ("tcp", int(stream), int(seq) if seq else None,
                                   int(ack) if ack and "A" in letters else None, "".join(letter for letter in ORDER
                                                                                         if letter in letters),
                                   int(window) if window else None, int(length) if length else None, sorted(found))
        elif udp_stream:
            packets[int(frame)] = ("udp", int(udp_stream))
    return packets


def chatsniff_packets(chatsniff, capture):
    packets = {}
    for record in records(chatsniff, "--all", capture, statuses=(0, 3)):
        if record["transport"] == "tcp":
            tcp = record["tcp"]
            packets[record["frame"]] = ("tcp", record["stream"], tcp["seq"], tcp.get("ack"), tcp["flags"],
                                        tcp["window"], tcp["length"], record["analysis"])
        elif record["transport"] == "udp":
            packets[record["frame"]] = ("udp", record["stream"])
        elif record["kind"] == "icmp_error":
            packets[record["frame"]] = ("icmp", record["stream"])
    return packets


def tshark_fields(capture, *fields, options=()):
    """A tuple of the fields' texts for each TCP packet."""
    command = ["tshark", "-n", *options, "-r", str(capture), "-Y", "tcp",
               "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-E", "occurrence=l"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return [line.split("\t") for line in done.stdout.splitlines()]


def tshark_connections(capture):
    """{stream: (completeness, initial RTT)}

    With two passes tshark shows beside a stream's first packet what it knew after the stream's last one. (Beside the
    others the first packet counts a second time: it then sets bits that a stream's first packet does not set.) The
    round-trip time is that of the first pass: the second one measures from a SYN that comes later, if there is one.
    Streams that only ICMP errors speak of are left out, as chatsniff leaves them out.
    """
    completeness, rtts, captured = {}, {}, set()
    for stream, value, icmp, icmp6 in tshark_fields(capture, "tcp.stream", "tcp.completeness", "icmp", "icmpv6",
                                                    options=["-2"]):
        if stream:
            completeness.setdefault(int(stream), int(value))
            if not icmp and not icmp6:
                captured.add(int(stream))
    completeness = {stream: value for stream, value in completeness.items() if stream in captured}
    for stream, value in tshark_fields(capture, "tcp.stream", "tcp.analysis.initial_rtt"):
        # A negative difference is no round-trip time: there, and only there, chatsniff has none.
        if stream and value and float(value) >= 0:
            rtts[int(stream)] = round(float(value), 9)
    return {stream: (value, rtts.get(stream)) for stream, value in completeness.items()}


def chatsniff_connections(chatsniff, capture):
    return {record["stream"]: (record["completeness"], record["handshake"]["rtt"])
            for record in records(chatsniff, "--all", capture, command="conversations", statuses=(0, 3))
            if record["transport"] == "tcp"}


def differences(chatsniff, capture, known=()):
    """[what differs], but for the known frames."""
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    theirs, ours = tshark_packets(capture), chatsniff_packets(chatsniff, capture)
    different = [f"frame {frame}: tshark {theirs.get(frame)}, chatsniff {ours.get(frame)}"
                 for frame in sorted(set(theirs) | set(ours))
                 if frame not in known and theirs.get(frame) != ours.get(frame)
                 # Of a TCP header that is quoted up to its sequence number tshark does not name the stream.
                 and not (frame not in theirs and ours[frame][0] == "icmp")]
    first_frames = {}
    for frame, packet in theirs.items():
        if packet[0] in ("tcp", "icmp"):
            first_frames.setdefault(packet[1], frame)
    theirs, ours = tshark_connections(capture), chatsniff_connections(chatsniff, capture)
    for stream, (completeness, rtt) in theirs.items():
        # tshark shows the time in the analysis of the packets that follow; after the last there is none.
        if rtt is None and stream in ours:
            theirs[stream] = (completeness, ours[stream][1])
    different += [f"frame {first_frames.get(stream)}: tcp stream {stream}: tshark {theirs.get(stream)}, "
                  f"chatsniff {ours.get(stream)}"
                  for stream in sorted(set(theirs) | set(ours)) if theirs.get(stream) != ours.get(stream)]
    return different


def compare(chatsniff, capture, known=()):
    different = differences(chatsniff, capture, known)
    if different:
        raise Failed("\n".join(different[:40] + [f"{len(different)} frames differ"]))
