"""A client registers with a server that does not run."""

TITLE = "No server: ICMP answers"
SHOWS = ("No program on `server` receives on the port, so the kernel of `server` answers the datagrams from `debian` "
         "with ICMP port unreachable, each quoting the datagram that could not be delivered. `debian` sends its `hi` "
         "four times in all and then gives up.")
POINTS = [
    ("`hi debian`, again and again", {"form": "register"}),
    ("port unreachable", {"kind": "icmp_error"}),
]
FINDINGS = [
    ("unanswered_request", {"protocol": "udpchat"}),
]
QUESTION = "UDP has no reset. How does the client learn that nobody is there, and what if ICMP is filtered?"
ANSWER = (
    "By the silence, after its own time limit. The kernel hands an ICMP error only to a program whose socket is "
    "connected to the server, or that asks for errors; udp-chat talks to the server and to all peers over one socket, "
    "which is not connected. If ICMP is filtered, every program has only the silence.")


def play(stage):
    debian = stage.peer("debian", "udp-chat", stage.address["server"], stage.port)
    debian.say("debian")
    debian.expect("No answer from the server")
    debian.wait()
