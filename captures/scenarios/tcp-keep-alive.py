"""Nobody says anything, and one kernel asks whether the other is still there."""

TITLE = "Keep-alive probes in a silent connection"
SHOWS = (
    "`alpine` has its kernel probe the connection after each second of silence (by hand: tcp-chat does not ask for "
    "that). A probe repeats the last sequence number that was acknowledged already; the answer is an "
    "acknowledgement of what the other side has anyway. No program notices.")
POINTS = [
    ("the probes: one less than the next sequence number", {"analysis": "keep_alive"}),
    ("their answers", {"analysis": "keep_alive_ack"}),
    ("the lines before and after", {"kind": "data"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "Who sends the probes, and who would be told if no answer came?"
ANSWER = (
    "The kernel of `alpine`, because the program asked for it with SO_KEEPALIVE. If several probes in a row stay "
    "without an answer, the kernel gives the connection up, and the program's next call on the socket fails with a "
    "time-out (RFC 9293, section 3.8.4)."
)


def play(stage):
    server = stage.peer("server", "tcp-chat", stage.port)
    stage.listening("server", "tcp")
    client = stage.by_hand("alpine", "--keep-alive", 1, stage.address["server"], stage.port)
    client.expect("Connected")
    client.say("I will be quiet now")
    server.expect("quiet now")
    stage.wait(2.6)
    server.say("hello? still there?")
    client.expect("still there")
    client.end_of_input()
    client.wait()
    server.wait()
