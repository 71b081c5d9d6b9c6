"""One side has ended and still listens: half-closed, with data flowing."""

TITLE = "Half-closed: one side ends, the other goes on talking"
SHOWS = (
    "`alpine` sends its FIN: it has nothing more to say. `server` says two more lines before it ends its own "
    "direction (both by hand: tcp-chat ends when the other side does). The acknowledgements of `alpine` go on, and "
    "keep their sequence number: one more than that of its FIN.")
POINTS = [
    ("the client's FIN", {"kind": "fin", "sender": "client"}),
    ("lines of the server behind it", {"kind": "data", "label": ["one more", "last thing"]}),
    ("the server's FIN", {"kind": "fin", "sender": "server"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "In which state is `alpine` while it still receives lines? And `server`?"
ANSWER = ("`alpine` is in FIN-WAIT-2, because its FIN is acknowledged and the other one has not come; `server` is in "
          "CLOSE-WAIT until its program ends, too (RFC 9293, section 3.6).")


def play(stage):
    server = stage.by_hand("server", "--stay", stage.port)
    stage.listening("server", "tcp")
    client = stage.by_hand("alpine", stage.address["server"], stage.port)
    server.expect("Connected")
    client.say("that is all from me")
    server.expect("all from me")
    client.end_of_input()
    server.expect("has ended")
    server.say("wait, one more thing")
    client.expect("one more thing")
    server.say("and a last thing: goodbye")
    client.expect("goodbye")
    server.end_of_input()
    server.wait()
    client.wait()
