"""The shortest whole TCP chat over IPv6."""

TITLE = "A TCP chat of two lines over IPv6"
SHOWS = ("The same two lines as in tcp-hello-client-closes, between fd00::1 and fd00::2. Neighbour "
         "Discovery takes the place of ARP; TCP works the same way, only the MSS is 20 bytes smaller and the "
         "checksum covers other addresses.")
POINTS = [
    ("the handshake", {"kind": ["syn", "syn_ack", "handshake_ack"]}),
    ("the two lines", {"kind": "data"}),
    ("the teardown", {"phase": "teardown"}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "Which headers differ from the same chat over IPv4, and which are equal?"
ANSWER = ("The network layer differs: the IPv6 header of 40 bytes instead of IPv4's 20, without a checksum and with "
          "other addresses, and the Ethernet type. The TCP headers have the same fields; only the checksum, whose "
          "pseudo-header has other addresses, and the MSS differ by it.")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage, stage.address6["server"])
    client.say(":q")
    client.wait()
    server.wait()
