#!/usr/bin/python3
"""The dissector and chatsniff say the same of every packet of every chat.

So they do of the protocols in examples/, each with its description beside the plugin.

usage: test_parity.py CHATSNIFF CAPTURES SHARED-CAPTURES SHARED-CASES
"""
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from wireshark import ENTRY, escape, fields, need_tshark  # noqa: E402
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, Skip, records, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED, CASES = sys.argv[1], *map(Path, sys.argv[2:5])
EXAMPLES = CAPTURES.parent / "examples"
UDP = ["frame.number", "udpchat.form", "udpchat.code", "udpchat.user", "udpchat.room", "udpchat.peer.address",
       "udpchat.peer.port", "udpchat.message", "udpchat.sender", "udpchat.sender.name", "udpchat.receiver.name",
       "udpchat.kind", "udpchat.request_in", "udpchat.reply_time"]
TCP = ["frame.number", "tcpchat.message", "tcpchat.partial"]
ANY_PORT = ["-o", "tcpchat.heuristics:TRUE"]


def only(row, name):
    return row[name][0] if row[name] else None


def dissected_datagrams(capture, two_passes):
    packets = {}
    for row in fields(capture, UDP, two_passes=two_passes, display_filter="udpchat"):
        arguments = row["udpchat.user"] + row["udpchat.room"] + row["udpchat.peer.address"] + \
            row["udpchat.peer.port"] + row["udpchat.message"]
        time = only(row, "udpchat.reply_time")
        packets[int(only(row, "frame.number"))] = {
            "form": only(row, "udpchat.form"), "arguments": arguments, "sender": only(row, "udpchat.sender"),
            "names": (only(row, "udpchat.sender.name"), only(row, "udpchat.receiver.name")),
            "kind": only(row, "udpchat.kind"),
            "request": int(only(row, "udpchat.request_in")) if row["udpchat.request_in"] else None,
            "latency": round(float(time), 9) if time else None}
    return packets


def told_datagrams(timeline):
    """chatsniff tells a packet that was captured twice once. A dissector sees one packet at a time: the copy says in it
    what the first says, and answers what that answers."""
    packets = {}
    messages = {}
    for record in timeline:
        if record["transport"] != "udp" or not record["protocol"]:
            continue
        message = record["messages"][0] if record.get("messages") else {"form": "unknown", "arguments": []}
        message = messages[record["frame"]] = messages.get(record.get("captured_twice"), message)
        names = tuple(
            escape(record[side]["name"]) if record[side]["name"] else None for side in ("source", "destination"))
        packets[record["frame"]] = {
            "form": message["form"] or "unknown", "arguments": [escape(text) for text in message["arguments"]],
            "sender": record["sender"], "names": names, "kind": record["kind"],
            "request": record.get("request"), "latency": record.get("latency")}
    return packets


def differences(ours, theirs):
    different = []
    for frame in sorted(set(ours) | set(theirs)):
        one, other = ours.get(frame), theirs.get(frame)
        if one != other:
            parts = [(key, one[key], other[key]) for key in one
                     if one[key] != other[key]] if one and other else (one, other)
            different.append(f"frame {frame}: dissector, chatsniff: {parts}")
    return different


def same_datagrams(capture, two_passes):
    need_tshark()
    timeline = records(CHATSNIFF, str(capture), statuses=(0, 3))
    dissected, told = dissected_datagrams(capture, two_passes), told_datagrams(timeline)
    for frame in (record["frame"] for record in timeline if "captured_twice" in record):
        for packets in (dissected, told):
            for key in ("kind", "names", "request", "latency"):
                packets.get(frame, {}).pop(key, None)
    return differences(dissected, told)


def told_lines(timeline):
    """{frame: [text]} of the chats whose segments came in order; and the frames of the other chats. A last line without
    line feed belongs to its own segment here."""
    messages, last_data, disordered = {}, {}, set()
    for record in timeline:
        if record["transport"] != "tcp" or not record["protocol"]:
            continue
        if any("retransmission" in name or name in ("out_of_order", "lost_segment", "ack_lost_segment", "reused_ports")
               for name in record["analysis"]):
            disordered.add(record["stream"])
        key = (record["stream"], record["source"]["port"])
        if record["tcp"]["length"] > 0 and "keep_alive" not in record["analysis"]:
            last_data[key] = record["frame"]
        for message in record.get("messages", []):
            frame = record["frame"]
            if message.get("terminated") is False:
                mine = message.get("sender", record["sender"]) == record["sender"]
                frame = last_data[key if mine else (record["stream"], record["destination"]["port"])]
            messages.setdefault((record["stream"], frame), []).append(escape(message["text"]))
    streams = {record["frame"]: record["stream"] for record in timeline if record["transport"] == "tcp"}
    return ({frame: texts for (stream, frame), texts in messages.items() if stream not in disordered},
            {frame for frame, stream in streams.items() if stream in disordered})


def dissected_lines(capture, *arguments):
    return {int(only(row, "frame.number")): row["tcpchat.message"]
            for row in fields(capture, TCP, *ANY_PORT, *arguments, display_filter="tcpchat") if row["tcpchat.message"]}


def same_lines(capture, *arguments):
    need_tshark()
    theirs, disordered = told_lines(records(CHATSNIFF, str(capture), statuses=(0, 3)))
    ours = {frame: texts for frame, texts in dissected_lines(capture, *arguments).items() if frame not in disordered}
    return differences({frame: {"lines": texts} for frame, texts in ours.items()},
                       {frame: {"lines": texts} for frame, texts in theirs.items()})


def nothing(different):
    if different:
        raise Failed("\n".join(different[:20] + [f"{len(different)} frames differ"]))


# --- the examples: protocols with a description of their own ---------------------------------------------------------

PARTS = ("form", "user", "room", "peer.address", "peer.port", "token", "message", "sender", "sender.name",
         "receiver.name", "kind", "request_in", "reply_time")
ARGUMENTS = PARTS[1:7]


def entry_with(description):
    """The plugin with one more description beside it."""
    folder = Path(tempfile.mkdtemp(prefix="chatsniff-parity-"))
    shutil.copytree(ENTRY.parent / "chatsniff", folder / "chatsniff")
    for path in (ENTRY, *(ENTRY.parent.parent / "chat" / "protocol").glob("*.ini"), description):
        shutil.copy(path, folder)
    return folder / ENTRY.name


def dissected_example(capture, description, name, two_passes):
    rows = fields(capture, ["frame.number", *(f"{name}.{part}" for part in PARTS)], display_filter=name,
                  two_passes=two_passes, entry=entry_with(description))
    packets = {}
    for row in rows:
        values = {part: row[f"{name}.{part}"] for part in PARTS}
        packets[int(only(row, "frame.number"))] = {
            "forms": values["form"], "arguments": sorted(sum((values[part] for part in ARGUMENTS), [])),
            "sender": values["sender"], "names": (values["sender.name"], values["receiver.name"]),
            "requests": list(map(int, values["request_in"])),
            "latencies": [round(float(time), 9) for time in values["reply_time"]]}
    return packets


def told_example(capture, description, name):
    packets = {}
    for record in records(CHATSNIFF, "--protocol", description, str(capture)):
        messages = record.get("messages", [])
        if record["protocol"] != name or record["transport"] not in ("tcp", "udp") or not messages:
            continue
        replies = [
            message for message in (messages if record["transport"] == "tcp" else [record]) if "request" in message
        ]
        packets[record["frame"]] = {
            "forms": [message["form"] for message in messages],
            "arguments": sorted(escape(text) for message in messages for text in message["arguments"]),
            "sender": [record["sender"]],
            "names": tuple([escape(record[side]["name"])] if record[side]["name"] else []
                           for side in ("source", "destination")),
            "requests": [reply["request"] for reply in replies],
            "latencies": [reply["latency"] for reply in replies]}
    return packets


def same_example(folder, two_passes):
    need_tshark()
    capture, description = folder / f"{folder.name}.pcapng", folder / f"{folder.name}.ini"
    told = told_example(capture, description, folder.name)
    if len(told) < 10:
        raise Failed(f"only {len(told)} packets of {folder.name} have messages")
    return differences(dissected_example(capture, description, folder.name, two_passes), told)


def examples():
    return sorted(path.parent for path in EXAMPLES.glob("*/*.ini"))


WAYS = [
    ("UDP", lambda capture: same_datagrams(capture, True)),
    ("TCP", lambda capture: same_lines(capture)),
    ("TCP without desegmentation", lambda capture: same_lines(capture, "-o", "tcp.desegment_tcp_streams:FALSE")),
    ("TCP with reassembly out of order", lambda capture: same_lines(capture, "-o", "tcp.reassemble_out_of_order:TRUE")),
]


def captures():
    found = sorted(CAPTURES.glob("*.pcapng"))
    for folder, pattern in ((SHARED, "lab-*.pcapng"), (CASES, "*.pcapng")):
        found += sorted(folder.glob(pattern)) if folder.is_dir() else []
    return found


def absent():
    raise Skip("the shared captures are not here")


if __name__ == "__main__":
    ALL = [(f"{capture.name}, {name}", lambda capture=capture, way=way: nothing(way(capture)))
           for capture in captures() for name, way in WAYS]
    ALL += [(f"the example {folder.name}, {'two passes' if two else 'one pass'}",
             lambda folder=folder, two=two: nothing(same_example(folder, two)))
            for folder in examples() for two in (True, False)]
    if not SHARED.is_dir():
        ALL.append(("the shared captures", absent))
    sys.exit(run_cases(ALL))
