#!/usr/bin/python3
"""Holds chatsniff against captures whose truth is known: check_truth.py CHATSNIFF GENERATOR [PACKETS]

The generator's truth does not come from any analysis; check_generator.py holds it against tshark. Here every count
in it is held against what `timeline` and `conversations` say. Their output is read line by line, so a million
packets need little memory.
"""
import functools
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, expect, run_cases  # noqa: E402

CHATSNIFF, GENERATOR = (Path(argument).resolve() for argument in sys.argv[1:3])
PACKETS = int(sys.argv[3]) if len(sys.argv) > 3 else 60_000
SEEDS = (1, 2, 3) if PACKETS <= 100_000 else (1,)
FLOODS = ("half-open", "syn-flood-sequential", "syn-flood-random", "syn-flood-colliding")
FLOOD_PACKETS = 20_000
# The contract names an initiator only where one side began the end.
WITHOUT_INITIATOR = ("simultaneous", "refused", "none")


def say_what_differs(got, wanted, what):
    """Both are counts by name; a name that is missing counts 0."""
    lines = [f"{what}: {name}: got {got.get(name, 0)}, not {wanted.get(name, 0)}"
             for name in sorted(set(got) | set(wanted)) if got.get(name, 0) != wanted.get(name, 0)]
    if lines:
        raise Failed("\n".join(lines))


def stream_records(command, capture):
    """The records of a command, one at a time."""
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen([CHATSNIFF, command, "--quiet", "--all", "--format", "json", capture],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as process:
            for line in process.stdout:
                yield json.loads(line)
        errors.seek(0)
        expect(process.returncode == 0, f"chatsniff {command}: exit status {process.returncode}: "
                                        f"{errors.read(2000).decode('utf-8', 'replace').strip()}")


class Capture:
    """A generated capture, its truth, and what was counted in chatsniff's records of it; each made when first
    asked for."""

    def __init__(self, folder, shape, seed, packets):
        self.path = Path(folder) / f"{shape}-{seed}.pcap"
        self.arguments = ["--shape", shape, "--seed", str(seed), "--packets", str(packets)]

    @functools.cached_property
    def truth(self):
        written = self.path.with_suffix(".json")
        subprocess.run([GENERATOR, *self.arguments, "--truth", written, self.path], check=True)
        return json.loads(written.read_text("utf-8"))

    @functools.cached_property
    def timeline(self):
        try:
            return count_timeline(self.path) if self.truth else None
        except (Failed, ValueError, KeyError) as error:
            return error  # so that a command which fails is run once, not once a case

    @functools.cached_property
    def conversations(self):
        try:
            return count_conversations(self.path) if self.truth else None
        except (Failed, ValueError, KeyError) as error:
            return error

    def counted(self, command):
        counts = getattr(self, command)
        if isinstance(counts, Exception):
            raise Failed(f"chatsniff {command}: {type(counts).__name__}: {counts}")
        return counts


def count_timeline(capture):
    counts = {name: Counter() for name in ("packets", "streams", "kinds", "analysis", "lines", "forms", "requests")}
    streams = {"tcp": set(), "udp": set()}
    chats = {"tcpchat": set(), "udpchat": set()}
    answered = set()
    n_requests = 0
    frames = 0
    for record in stream_records("timeline", capture):
        frames += 1
        counts["packets"]["with another frame number than its place"] += record["frame"] != frames
        transport, stream, kind, protocol = (record[key] for key in ("transport", "stream", "kind", "protocol"))
        counts["packets"][transport] += 1
        streams[transport].add(stream)
        if protocol:
            chats[protocol].add(stream)
        if transport == "tcp":
            counts["kinds"][kind] += 1
            counts["analysis"].update(record.get("analysis", ["records without the key"]))
            if protocol:
                counts["lines"][record["sender"]] += len(record["messages"])
            continue
        if not protocol:
            continue
        message = record["messages"][0]
        counts["forms"][message["form"]] += 1
        if "request" in record:
            answered.add(record["request"])
        if kind == "request":
            counts["requests"]["repeated"] += "repeats" in record
            n_requests += "repeats" not in record
    counts["requests"]["answered"] = len(answered)
    counts["requests"]["unanswered"] = n_requests - len(answered)
    for transport, numbers in streams.items():
        counts["streams"][transport] = len(numbers)
        counts["streams"][f"{transport}, gaps in their numbers"] = max(numbers, default=-1) + 1 - len(numbers)
    counts["chats"] = {protocol: len(numbers) for protocol, numbers in chats.items()}
    return counts


def count_conversations(capture):
    counts = {name: Counter() for name in ("streams", "packets", "octets", "chats", "handshakes", "teardown", "state",
                                           "completeness", "analysis", "lines")}
    seen = set()
    for record in stream_records("conversations", capture):
        transport, protocol = record["transport"], record["protocol"]
        seen.add((transport, record["stream"]))
        counts["streams"][transport] += 1
        counts["packets"][transport] += record["packets"]
        counts["octets"]["all"] += record["bytes"]
        if protocol:
            counts["chats"][protocol] += 1
        if transport != "tcp":
            continue
        counts["handshakes"]["complete"] += record["handshake"]["complete"]
        if record["handshake"]["complete"]:
            counts["handshakes"]["complete, but not of three frames"] += len(record["handshake"]["frames"]) != 3
        kind, initiator = record["teardown"]["kind"], record["teardown"]["initiator"]
        counts["teardown"][f"{kind}/{'null' if kind in WITHOUT_INITIATOR or not initiator else initiator}"] += 1
        counts["state"][record["state"]] += 1
        counts["completeness"][str(record["completeness"])] += 1
        counts["analysis"].update(record["analysis"])
        if protocol:
            counts["lines"].update(record["messages"])
    counts["streams"]["told twice"] = sum(counts["streams"].values()) - len(seen)
    return counts


def per_transport(truth, key):
    return {transport: truth[transport][key] for transport in ("tcp", "udp")}


def check_timeline(capture, what):
    truth, counts = capture.truth, capture.counted("timeline")
    wanted = {
        "packets": per_transport(truth, "packets"),
        "streams": per_transport(truth, "conversations"),
        "chats": truth["chats"],
        "kinds": truth["tcp"]["kinds"],
        "analysis": truth["tcp"]["analysis"],
        "lines": truth["tcp"]["lines"],
        "forms": truth["udp"]["forms"],
        "requests": truth["udp"]["requests"],
    }
    say_what_differs(counts[what], wanted[what], what)


def check_conversations(capture, what):
    truth, counts = capture.truth, capture.counted("conversations")
    wanted = {
        "streams": per_transport(truth, "conversations"),
        "packets": per_transport(truth, "packets"),
        "octets": {"all": truth["octets"]},
        "chats": truth["chats"],
        "handshakes": {"complete": truth["tcp"]["handshakes"]},
        "teardown": truth["tcp"]["teardown"],
        "state": truth["tcp"]["state"],
        "completeness": truth["tcp"]["completeness"],
        "analysis": truth["tcp"]["analysis"],
        "lines": truth["tcp"]["lines"],
    }
    say_what_differs(counts[what], wanted[what], what)


def check_flood(capture):
    for what in ("streams", "packets", "octets", "handshakes", "teardown", "state", "completeness", "analysis"):
        check_conversations(capture, what)


def all_cases(folder):
    cases = []
    for seed in SEEDS:
        capture = Capture(folder, "mixed", seed, PACKETS)
        for what in ("packets", "streams", "chats", "kinds", "analysis", "lines", "forms", "requests"):
            cases.append((f"seed {seed}: timeline: {what}", functools.partial(check_timeline, capture, what)))
        for what in ("streams", "packets", "octets", "chats", "handshakes", "teardown", "state", "completeness",
                     "analysis", "lines"):
            cases.append((f"seed {seed}: conversations: {what}",
                          functools.partial(check_conversations, capture, what)))
    for shape in FLOODS:
        cases.append((f"{shape}: conversations",
                      functools.partial(check_flood, Capture(folder, shape, 1, FLOOD_PACKETS))))
    return cases


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as TEMPORARY:
        STATUS = run_cases(all_cases(TEMPORARY))
    sys.exit(STATUS)
