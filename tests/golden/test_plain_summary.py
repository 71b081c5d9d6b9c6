#!/usr/bin/python3
"""What a summary says where a beginner could be misled: copies, keep-alives, fragments, SYNs that cross, a server that
has forgotten everybody. test_plain_summary.py CHATSNIFF CAPTURES"""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])


def text_of(name):
    return " ".join(run([CHATSNIFF, "summary", CAPTURES / f"{name}.pcapng"]).stdout.decode().split())


def summary_of(name):
    return json.loads(run([CHATSNIFF, "summary", "--format", "json", CAPTURES / f"{name}.pcapng"]).stdout)


def frames_by_step(summary):
    found = {}
    for phase in summary["phases"]:
        for step in phase["steps"]:
            found.setdefault(step.get("step"), []).extend(step["frames"])
    return {step: sorted(frames) for step, frames in found.items()}


def copies():
    summary = summary_of("capture-on-any")
    steps = frames_by_step(summary)
    copied = sorted(frame for finding in summary["findings"] if finding["kind"] == "captured_twice"
                    for frame in finding["frames"])
    equal(steps["Captured twice"], copied, "all copies, and nothing else")
    equal(len(steps["Handshake"]), 3, "three segments of one handshake")
    expect("3 packets to open a connection, 3 to close it" in text_of("capture-on-any"), "they were sent once")


def keep_alive():
    records = run([CHATSNIFF, "timeline", "--format", "json", CAPTURES / "tcp-keep-alive.pcapng"]).stdout.splitlines()
    told = [record["frame"] for record in map(json.loads, records) if "keep-alive" in record["label"]]
    expect(told, "there are probes")
    equal(frames_by_step(summary_of("tcp-keep-alive"))["Keep-alive"], told, "probes and answers")
    expect("Flow control" not in text_of("tcp-keep-alive"), "no window was told of")
    expect("Keep-alive" not in text_of("tcp-zero-window"), "probes of a zero window are flow control")


def fragments():
    udp, = summary_of("udp-fragments")["features"]
    equal(sum(udp["layer_bytes"].values()), udp["bytes"], "headers and data are what the frames hold")


def crossed_syns():
    chat, = summary_of("tcp-simultaneous-open")["chats"]
    expect("retransmission" not in chat["label"], f"nothing was sent again: {chat['label']}")
    chat, = summary_of("tcp-no-answer")["chats"]
    expect("3 retransmissions" in chat["label"], chat["label"])


def restarted_server():
    session, = summary_of("udp-server-restarted")["sessions"]
    again, = (finding["frames"] for finding in summary_of("udp-server-restarted")["findings"]
              if finding["kind"] == "server_restarted")
    equal(sorted(member["left"]["frame"] for member in session["rooms"][0]["members"]), again,
          "its rooms are gone, too")


def undelivered_at_the_end():
    found = [
        finding for finding in summary_of("udp-server-gone")["findings"] if finding["kind"] == "unanswered_request"
    ]
    equal([finding["severity"] for finding in found], ["warning"] * 2, "no answer can come to what was not delivered")


def words():
    expect("handshake not completed, frame 6" in text_of("tcp-no-answer"), "half-open is something else (RFC 9293)")
    for name, protocol in (("udp-multicast", "IGMP"), ("udp-multicast-ipv6", "MLD")):
        expect(re.search(rf"Group membership 8 {protocol} join [0-9 ]+ · {protocol} leave [0-9 ]+", text_of(name)),
               name)


CASES = (copies, keep_alive, fragments, crossed_syns, restarted_server, undelivered_at_the_end, words)

if __name__ == "__main__":
    sys.exit(run_cases([(function.__name__.replace("_", " "), function) for function in CASES]))
