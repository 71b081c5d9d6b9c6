"""Captured on all interfaces at once: every packet comes several times."""

TITLE = "Captured on `any`"
SHOWS = (
    "A TCP and a UDP chat, captured on the pseudo-interface `any` of the machine with the bridge: each packet is "
    "captured where it comes in and where it goes out. Wireshark takes the second capture of a segment for a "
    "retransmission; chatsniff says what it is: captured twice.")
INTERFACE = "any"
POINTS = [
    ("the line of `alpine`, as often as it was captured", {"kind": "data", "sender": "client"}),
    ("copies: nothing was sent again", {"label": "captured a second time"}),
]
FINDINGS = [
    ("nothing_lost", {}),
    ("captured_twice", {"transport": "tcp", "label": "captured a second time"}),
    ("captured_twice", {"transport": "udp", "label": "captured a second time"}),
]
QUESTION = "How can you tell a packet that was captured twice from one that was sent twice?"
ANSWER = (
    "Its copies have the same IP identification and come within microseconds; a retransmission is a new packet, "
    "mostly with an identification of its own, and comes after a timer or duplicate acknowledgements. (The "
    "identification of a SYN-ACK is 0 on Linux, in copies and retransmissions alike; there the time decides.) In the "
    "frame, the interface of the cooked header differs.")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    client.say(":q")
    client.wait()
    server.wait()
    stage.scenario("udp-poke").play(stage)
