"""One segment of many is lost: duplicate acknowledgements ask for it."""

TITLE = "Duplicate acknowledgements, and a fast retransmission"
SHOWS = (
    "`alpine` types a line of some 11,000 bytes, which takes eight segments. The third one is captured and then lost. "
    "Each segment behind it makes the TCP of `server` acknowledge the same number once more, with SACK blocks that "
    "say what it has already; and the TCP of `alpine` sends the missing segment again at once, without waiting for "
    "its timer.")
STILL_EXPECTED = {"sender": "server", "kind": "ack", "label": ["repeats that it expects", "beyond a gap"]}
POINTS = [
    ("the segments of the long line, and the one sent again", {"kind": "data", "label": ["long", "bytes again"]}),
    ("the duplicate acknowledgements: the same number, and what has arrived beyond the gap", STILL_EXPECTED),
    ("the missing segment, again", {"analysis": ["retransmission", "fast_retransmission", "out_of_order"]}),
]
FINDINGS = [
    ("retransmission", {"analysis": ["retransmission", "fast_retransmission", "out_of_order"]}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "How many duplicate acknowledgements does a sender wait for, and why not for the first?"
ANSWER = (
    "Three (RFC 5681, section 3.2), because one or two may come from segments that only overtook each other. With "
    "SACK and RACK (RFC 8985) today's senders decide by time and by what was delivered, and may be earlier.")
LONG = "ip daddr 10.0.0.1 tcp dport 8090 ip length > 1000"


def play(stage):
    stage.fixed_window("server", 65536)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    loss = stage.lose("server", LONG, 2)
    client.say("long " * 2200 + "the end")
    server.expect("the end")
    loss.end()
    client.say(":q")
    client.wait()
    server.wait()
