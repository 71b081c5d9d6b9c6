#!/usr/bin/python3
"""Every command says the same of a packet: test_consistency.py CHATSNIFF CAPTURES SHARED

Holds `timeline`, `conversations` and `summary` against each other on every capture at hand: what one of them counts is
counted again from the records of the timeline.
"""
import collections
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])
STATUSES = (0, 3)  # damaged captures are compared as far as they go


def summary(capture):
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", capture])
    expect(done.returncode in STATUSES, f"summary: status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def endpoint(side):
    return (side["address"], side.get("port"))


def check_phases(told, total):
    groups = collections.defaultdict(list)
    for record in told:
        groups[record["transport"], record["phase"], record["layer"], record["maintenance"]].append(record["frame"])
    rows = {(row["transport"], row["phase"], row["layer"], row["maintenance"]): row for row in total["phases"]}
    equal({key: row["frames"] for key, row in rows.items()}, groups, "frames of the phases")
    for key, row in rows.items():
        equal(row["packets"], len(groups[key]), f"packets of {key}")
        equal(sorted(frame for step in row["steps"] for frame in step["frames"]), row["frames"], f"steps of {key}")
    capture = total["capture"]
    equal(capture["chat_packets"], len(told), "packets of chats")
    equal(capture["packets"], capture["chat_packets"] + sum(row["packets"] for row in capture["others"]), "all packets")
    equal(capture["other_packets"], capture["packets"] - len(told), "other packets")


def counts_of(told):
    """By conversation: packets, messages of either endpoint, requests asked and answered."""
    counts = collections.defaultdict(lambda: {"messages": collections.Counter(), "asked": 0, "answered": set()})
    for record in told:
        if record["transport"] not in ("tcp", "udp"):
            continue
        count = counts[record["transport"], record["stream"]]
        if record["transport"] == "tcp" or record["kind"] == "message":
            # A line that had to wait for another packet is told with that one, and says whose it is.
            for message in record.get("messages", []):
                side = message.get("sender", record["sender"])
                count["messages"][side if side != "peer" else endpoint(record["source"])] += 1
        if record["kind"] == "request" and "repeats" not in record and not record.get("captured_twice"):
            count["asked"] += 1
        if record["kind"] == "reply" and "request" in record:
            count["answered"].add(record["request"])
    return counts


def check_conversations(told, conversations, total):
    counts = counts_of(told)
    equal({(row["transport"], row["stream"]) for row in conversations}, set(counts), "conversations")
    chats = {(row["transport"], row["stream"]): row for row in total["chats"]}
    equal(set(chats), set(counts), "chats of the summary")
    for row in conversations:
        key = row["transport"], row["stream"]
        count, chat = counts[key], chats[key]
        for side in ("client", "server"):
            told_messages = count["messages"][side] + count["messages"][endpoint(row[side])]
            equal(row["messages"][side], told_messages, f"messages of the {side} of {key}")
        if "requests" in row:
            equal(row["requests"], {"asked": count["asked"], "answered": len(count["answered"])}, f"requests of {key}")
        for name in ("messages", "requests", "packets", "bytes", "label", "protocol"):
            equal(chat.get(name), row.get(name), f"{name} of {key} in the summary")
        if row["transport"] == "tcp":
            equal((chat["teardown"], chat["state"]), (row["teardown"]["kind"], row["state"]), f"the end of {key}")


def check_requests(told, total):
    replies = collections.defaultdict(list)
    for record in told:
        if "request" in record:
            replies[record["request"]].append(record["frame"])
    repeats = collections.defaultdict(list)
    for record in told:
        if "repeats" in record:
            repeats[record["repeats"]].append(record["frame"])
    asked = [record["frame"] for record in told
             if record["kind"] == "request" and "repeats" not in record and not record.get("captured_twice")]
    exchanges = {exchange["frame"]: exchange for session in total["sessions"] for exchange in session["exchanges"]}
    equal(sorted(exchanges), asked, "requests of the sessions")
    for frame, exchange in exchanges.items():
        equal(exchange["replies"], replies[frame], f"replies to frame {frame}")
        equal(exchange["repeats"], repeats[frame], f"repetitions of frame {frame}")
    unanswered = [frame for frame in asked if not replies[frame]]
    found = [finding["frames"][0] for finding in total["findings"] if finding["kind"] == "unanswered_request"]
    equal(sorted(found), unanswered, "unanswered requests among the findings")
    for session in total["sessions"]:
        for form in session["requests"]:
            equal(form["asked"], form["answered"] + form["unanswered"], f"sum of {form['form']}")
        equal(sum(form["asked"] for form in session["requests"]), len(session["exchanges"]), "requests by form")


def check_findings(told, total):
    frames = {record["frame"] for record in told}
    for finding in total["findings"]:
        expect(finding["text"].rstrip().endswith((".", ")")), f"no end mark: {finding['text']}")
        if finding["kind"] != "clock_went_back":  # that is of all packets
            expect(set(finding["frames"]) <= frames, f"{finding['kind']} names frames of no chat: {finding['frames']}")


def check_sheet(capture, total):
    """The text answers the lab sheet three times over: by phase, by step, by layer. Each adds up to all chat
    packets."""
    text = run([CHATSNIFF, "summary", "--quiet", "--color", "never", capture]).stdout.decode("utf-8", "replace")
    packets = total["capture"]["chat_packets"]
    if packets == 0:
        expect("1. " not in text, "no chat, no answers")
        return
    parts = dict(re.findall(r"^(\d)\. [^\n]+\n(.*?)(?=^\S|\Z)", text, re.M | re.S))
    equal(sorted(parts), ["1", "2", "3", "4"], "questions")
    phases = re.findall(r"^  (?:TCP|UDP|ICMP|IGMP) +\w+ +\w+ +(?:maintenance|user data) +(\d+) +\d+$", parts["1"], re.M)
    equal(sum(map(int, phases)), packets, "packets by phase")
    rows = {title: int(n) for title, n in re.findall(r"^  (\w[\w -]*?) +(\d+)  \S", parts["2"] + parts["3"], re.M)}
    layers = [rows.pop(layer, 0) for layer in ("network", "transport", "application")]
    equal(sum(layers), packets, "packets by layer")
    maintenance, typed = rows.pop("all maintenance"), rows.pop("user data")
    equal(sum(rows.values()), maintenance, "packets by step")
    equal(maintenance + typed, packets, "maintenance and user data")


def compare(capture):
    told = [record for record in records(CHATSNIFF, capture, statuses=STATUSES) if record["protocol"]]
    conversations = [row for row in records(CHATSNIFF, capture, command="conversations", statuses=STATUSES)]
    total = summary(capture)
    check_phases(told, total)
    check_conversations(told, conversations, total)
    check_requests(told, total)
    check_findings(told, total)
    check_sheet(capture, total)


def cases():
    folders = [CAPTURES, SHARED, SHARED / "pcapng", SHARED.parent / "cases"]
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            if path.is_file() and any(part in path.name for part in (".pcap", ".dmp")):
                yield path.name, lambda path=path: compare(path)
    if not SHARED.is_dir():
        def absent():
            raise Skip("the shared captures are not here")
        yield "shared captures", absent


sys.exit(run_cases(list(cases())))
