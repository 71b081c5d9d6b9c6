"""Both type :q at the same moment, and the FINs cross."""

TITLE = "Both close at the same moment"
SHOWS = (
    "The cable of `server` is slow (50 ms), and both sides type `:q` within that time: each FIN is sent before the "
    "other one has arrived. Neither FIN acknowledges the other; both sides go through CLOSING to TIME-WAIT.")
POINTS = [
    ("both FINs", {"kind": "fin"}),
    ("both acknowledgements", {"kind": "teardown_ack"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "What in the two FINs shows that they crossed?"
ANSWER = (
    "Their acknowledgement numbers: the second one to be captured does not acknowledge the first, although it was "
    "captured later.")

def play(stage):
    stage.long_cable("server", "--delay", 0.05)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    server.say(":q")
    client.say(":q", at_once=True)
    client.wait()
    server.wait()
