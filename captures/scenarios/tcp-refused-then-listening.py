"""Nobody listens yet: the connection is refused, and the refused one listens itself."""

TITLE = "A refused connection, and the one who was refused then listens"
SHOWS = ("`alpine` connects to a port of `server` on which no program listens: the kernel of `server` answers the SYN "
         "with RST. The program on `alpine` then listens on that port itself, and `server` connects to it.")
POINTS = [
    ("the SYN from `alpine`, and the RST that refuses it", {"stream": 0}),
    ("the handshake from `server`: now the roles are swapped",
     {"stream": 1, "kind": ["syn", "syn_ack", "handshake_ack"]}),
    ("the two lines", {"kind": "data"}),
    ("the teardown", {"stream": 1, "phase": "teardown"}),
]
FINDINGS = [
    ("nothing_lost", {}),
    ("refused", {"kind": "rst"}),
    ("refused_then_listening", {"kind": "syn", "stream": 1}),
]
QUESTION = "No program was running on `server` at first. Who sent the RST?"
ANSWER = "The kernel of `server`, in whose table no socket listens on that port (RFC 9293, section 3.10.7.1)."


def play(stage):
    first = stage.peer("alpine", "tcp-chat", stage.address["server"], stage.port)
    stage.listening("alpine", "tcp")
    second = stage.peer("server", "tcp-chat", stage.address["alpine"], stage.port)
    stage.established("alpine")
    second.say("you wanted to talk?")
    first.expect("you wanted to talk")
    first.say("yes, I was early")
    second.expect("yes, I was early")
    second.say(":q")
    second.wait()
    first.wait()
