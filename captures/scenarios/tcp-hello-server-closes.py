"""The same chat, ended by the side that was connected to."""

TITLE = "A TCP chat of two lines; the server closes"
SHOWS = ("The same two lines as in tcp-hello-client-closes, but it is the server who types `:q`: in TCP either "
         "side may close, whoever opened.")
POINTS = [
    ("the handshake: `alpine` opens", {"kind": ["syn", "syn_ack", "handshake_ack"]}),
    ("the server's FIN: it closes first", {"kind": "fin", "sender": "server"}),
    ("the client's FIN", {"kind": "fin", "sender": "client"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "Which of the two hosts keeps the connection in TIME-WAIT, and why that one?"
ANSWER = ("The server, because it closed first: it sends the last acknowledgement, and must be able to send it "
          "again if it is lost (RFC 9293, section 3.6).")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    server.say(":q")
    server.wait()
    client.wait()
