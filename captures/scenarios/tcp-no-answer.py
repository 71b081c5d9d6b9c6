"""A firewall swallows the SYN: nobody answers at all."""

TITLE = "Nobody answers: a firewall drops the SYN"
SHOWS = (
    "Everything that `alpine` sends to port 8090 of `server` is dropped without a word. Its TCP sends the SYN again "
    "after one second, and waits twice as long each time; the program loses patience after 15 seconds, and listens "
    "itself.")
POINTS = [
    ("the SYN, and the same SYN again: they have one initial sequence number", {"kind": "syn"}),
    ("sent again", {"analysis": "retransmission"}),
]
FINDINGS = [
    ("retransmission", {"analysis": "retransmission"}),
    ("half_open", {"kind": "syn"}, "last 1"),
]
QUESTION = "What does the program learn here, and what in tcp-refused-then-listening? How long does each take?"
ANSWER = (
    "There an RST says within a round trip, less than a millisecond here, that no program listens. Here nothing "
    "comes: the host may be switched off, the cable cut, or a firewall in between, and only time tells: 15 seconds, "
    "since tcp-chat waits no longer. The kernel by itself would go on for more than two minutes.")


def play(stage):
    stage.setting("alpine", "ipv4/tcp_syn_linear_timeouts", 0)  # newer kernels wait one second several times first
    loss = stage.lose("server", "ip daddr 10.0.0.1 tcp dport 8090")
    client = stage.peer("alpine", "tcp-chat", stage.address["server"], stage.port)
    client.expect("No connection", seconds=30)
    loss.end()
