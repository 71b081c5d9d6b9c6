"""A segment is lost before the point of capture: the capture has a gap that is filled later."""

TITLE = "A segment that is lost before it is captured"
SHOWS = (
    "The same long line as in tcp-fast-retransmission, but its third segment is lost between `alpine` and the bridge: "
    "the capture never shows it. What it shows is a sequence number that is skipped, the duplicate "
    "acknowledgements, and the missing bytes, which come later than their place.")
POINTS = [
    ("the segment whose number does not follow the one before it", {"analysis": "lost_segment"}),
    ("acknowledgements of the number that is still expected",
     {"sender": "server", "kind": "ack", "label": ["repeats that it expects", "beyond a gap"]}),
    ("the missing bytes, for the first time in this capture",
     {"analysis": ["retransmission", "fast_retransmission", "out_of_order"]}),
]
FINDINGS = [
    ("retransmission", {"analysis": ["retransmission", "fast_retransmission", "out_of_order"]}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "The bytes are in the capture once only. Were they sent once only?"
ANSWER = (
    "No: `server` asked for them with duplicate acknowledgements, so they had not arrived, and `alpine` sent them "
    "again. The first try was lost where nobody captured. Overtaken segments look alike; see tcp-reordered.")


def play(stage):
    stage.fixed_window("server", 65536)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    loss = stage.lose("alpine", stage.scenario("tcp-fast-retransmission").LONG, 2, before_capture=True)
    client.say("long " * 2200 + "the end")
    server.expect("the end")
    loss.end()
    client.say(":q")
    client.wait()
    server.wait()
