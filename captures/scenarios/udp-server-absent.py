"""A client registers with a server that does not run."""

TITLE = "No server: ICMP answers"
SHOWS = ("No program on server has the port, so server's kernel answers debian's datagrams with ICMP "
         "\"port unreachable\", each quoting the datagram that could not be delivered. debian repeats its `hi` "
         "three times and then gives up.")
POINTS = [
    ("`hi debian`, again and again", {"form": "register"}),
    ("port unreachable", {"kind": "icmp_error"}),
]
FINDINGS = [
    ("unanswered_request", {"protocol": "udpchat"}),
]
QUESTION = "UDP has no reset. How does the client learn that nobody is there, and what if ICMP is filtered?"


def play(stage):
    debian = stage.peer("debian", "udp-chat", stage.address["server"], stage.port)
    debian.say("debian")
    debian.expect("No answer from the server")
    debian.wait()
