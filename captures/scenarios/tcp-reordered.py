"""Segments overtake each other on their way: nothing is lost."""

TITLE = "Segments that overtake each other"
SHOWS = (
    "The cable of `alpine` holds one segment of a long line back until the two behind it have passed. The TCP of "
    "`server` answers each of these two with the number that it still expects: two times, fewer than the three that a "
    "sender waits for. Nothing was sent again: the IP identification of the late segment shows that it was sent in "
    "its turn. A flag of Wireshark is a guess: it calls such a segment out of order or, where it counts two duplicate "
    "acknowledgements, a fast retransmission.")
POINTS = [
    ("the segment whose number does not follow the one before it", {"analysis": "lost_segment"}),
    ("the segment that was overtaken", {"analysis": ["out_of_order", "retransmission", "fast_retransmission"]}),
    ("acknowledgements of the number that is still expected",
     {"sender": "server", "kind": "ack", "label": ["repeats that it expects", "beyond a gap"]}),
]
FINDINGS = [
    ("reordered", {"analysis": ["out_of_order", "retransmission", "fast_retransmission"]}),
    ("nothing_lost", {}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "What in this capture differs from that of a lost segment?"
ANSWER = ("The late segment comes a fraction of a millisecond after those that overtook it, before a sender could have "
          "learned of a loss, and its IP identification lies before theirs: it was sent in its turn.")


def play(stage):
    stage.fixed_window("server", 65536)
    stage.long_cable("alpine", "--overtaken", 2)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    client.say("long " * 2200 + "the end")
    server.expect("the end")
    client.say(":q")
    client.wait()
    server.wait()
