"""Both connect to each other at the same moment, and neither listens."""

TITLE = "Both open at the same moment"
SHOWS = (
    "Two programs, written by hand since tcp-chat cannot, connect to each other at the same moment, each from port "
    "8090 to port 8090; the cable of `server` is slow (50 ms), so that the SYNs cross. Each side answers a SYN with "
    "a SYN-ACK, and one connection results, not two.")
POINTS = [
    ("two SYNs, one in each direction", {"kind": "syn"}),
    ("two SYN-ACKs", {"kind": "syn_ack"}),
    ("the lines", {"kind": "data"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "Which of the two is the server?"
ANSWER = ("Neither: both opened actively, and both went from SYN-SENT through SYN-RECEIVED to ESTABLISHED (RFC 9293, "
          "section 3.5, figure 7). chatsniff calls the one whose SYN was captured first the client, to give it a name.")


def play(stage):
    stage.long_cable("server", "--delay", 0.05)
    stage.acquaint("alpine", "server")  # whoever had to ask for the other's hardware address would come late
    both = [stage.by_hand(host, "--from", stage.port, "--when-told", stage.address[other], stage.port)
            for host, other in (("alpine", "server"), ("server", "alpine"))]
    for actor in both:
        actor.expect("Ready")
    both[0].say("go")
    both[1].say("go", at_once=True)
    for actor in both:
        actor.expect("Connected")
    alpine, server = both
    alpine.say("I called you!")
    server.expect("I called you")
    server.say("and I called you!")
    alpine.expect("called you")
    alpine.end_of_input()
    alpine.wait()
    server.wait()
