"""The shortest whole TCP chat; the side that connected ends it."""

TITLE = "A TCP chat of two lines; the client closes"
SHOWS = ("The handshake, one line in each direction with its acknowledgement, and the teardown that begins "
         "when `alpine`, who had connected, types `:q`.")
POINTS = [
    ("the handshake", {"kind": ["syn", "syn_ack", "handshake_ack"]}),
    ("the two lines", {"kind": "data"}),
    ("their acknowledgements", {"kind": "ack"}),
    ("the client's FIN: it closes first", {"kind": "fin", "sender": "client"}),
    ("the server's FIN", {"kind": "fin", "sender": "server"}),
    ("the last acknowledgement", {"kind": "teardown_ack", "sender": "client"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "`:q` is never sent. How does the server know that the chat has ended?"
ANSWER = ("By the FIN of the client's TCP: the server's program reads the end of the stream. The bytes `:q` would "
          "be two characters like any others.")


def hello(stage, address=None):
    """alpine connects to server, and each says a line. Returns the two peers."""
    server = stage.peer("server", "tcp-chat", stage.port)
    stage.listening("server", "tcp")
    client = stage.peer("alpine", "tcp-chat", address or stage.address["server"], stage.port)
    stage.established("server")
    client.say("hello")
    server.expect("hello")
    server.say("hi from server")
    client.expect("hi from server")
    return server, client


def play(stage):
    server, client = hello(stage)
    client.say(":q")
    client.wait()
    server.wait()
