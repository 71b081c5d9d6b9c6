"""Lines typed faster than acknowledgements come share a segment."""

TITLE = "Nagle's algorithm: small lines are put together"
SHOWS = (
    "The cable of `server` is slow (50 ms). `alpine` types five short lines at once. The first leaves alone; while it "
    "is not acknowledged, no second small segment may leave, and so the other four leave together as soon as the "
    "acknowledgement comes.")
POINTS = [
    ("the first line alone, the other four in one segment", {"kind": "data", "label": ["one", "two"]}),
    ("the acknowledgement that let them go", {"kind": "ack", "sender": "server", "label": "first 10 bytes"}),
]
FINDINGS = [
    ("nothing_lost", {}),
    ("messages_joined", {"label": "lines in one segment"}),
]
QUESTION = "Five lines, two segments: how would they travel if the chat had set TCP_NODELAY?"
ANSWER = (
    "In five segments, each sent as soon as its line was written; 20 bytes of TCP header and 20 of IPv4, or more, for "
    "each (RFC 9293, section 3.7.4).")


def play(stage):
    stage.long_cable("server", "--delay", 0.05)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    client.say("one\ntwo\nthree\nfour\nfive")
    server.expect("five")
    client.say(":q")
    client.wait()
    server.wait()
