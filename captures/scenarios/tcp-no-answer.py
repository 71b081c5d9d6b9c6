"""A firewall swallows the SYN: nobody answers at all."""

TITLE = "Nobody answers: a firewall drops the SYN"
SHOWS = ("Everything that `alpine` sends to port 8090 of `server` is dropped without a word. Its TCP sends the SYN again "
         "after 1, 2 and 4 seconds, and so on; the program loses patience after 15 seconds, and listens itself.")
POINTS = [
    ("the SYN, again and again, with the same initial sequence number", {"kind": "syn"}),
]
FINDINGS = []
QUESTION = "What does the program learn here, and what in tcp-refused-then-listening? How long does each take?"
ANSWER = ("There an RST says at once that no program listens. Here nothing comes: the host may be switched off, the cable "
          "cut, or a firewall in between, and only time tells.")


def play(stage):
    loss = stage.lose("server", "ip daddr 10.0.0.1 tcp dport 8090")
    client = stage.peer("alpine", "tcp-chat", stage.address["server"], stage.port)
    client.expect("No connection", seconds=30)
    loss.end()
