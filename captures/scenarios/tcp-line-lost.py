"""A line is lost behind the point of capture: only its retransmission tells."""

TITLE = "A line is lost, and sent again"
SHOWS = ("The second line of `alpine` is captured on its way and lost behind the bridge, without a word to anybody. No "
         "acknowledgement comes, and after a fraction of a second the TCP of `alpine` sends the same bytes again.")
POINTS = [
    ("the lines, and the one that was sent twice", {"kind": "data", "sender": "client"}),
    ("the retransmission: the same sequence number", {"analysis": "retransmission"}),
    ("acknowledgements: the lost line has none until it was sent again", {"kind": "ack", "sender": "server"}),
]
FINDINGS = [
    ("retransmission", {"analysis": "retransmission"}),
]
QUESTION = "Where was the segment lost: before or behind the point of capture? How can you tell?"
ANSWER = ("Behind it. The segment was captured, and its receiver did not acknowledge it until it came again. A segment "
          "that is lost before the point of capture is missing in the capture: its number is skipped, as in "
          "tcp-lost-before-capture.")
WITH_DATA = "ip daddr 10.0.0.1 tcp dport 8090 tcp flags & psh == psh"  # to the server


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    loss = stage.lose("server", WITH_DATA, 0)
    client.say("this line will be lost once")
    server.expect("this line will be lost once")
    loss.end()
    server.say("I have it")
    client.expect("I have it")
    client.say(":q")
    client.wait()
    server.wait()
