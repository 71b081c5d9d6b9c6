"""A UDP chat with a room over IPv6."""

TITLE = "A room over IPv6"
SHOWS = (
    "The same as udp-rooms, but over IPv6: Neighbour Discovery takes the place of ARP, the addresses in the server's "
    "lists are IPv6 addresses, and the IPv6 header has no checksum. The chat is the same; before each client leaves, "
    "its program asks whether the server still knows it (`ar` with its own name).")
POINTS = [
    ("the clients register", {"form": ["register", "registered"]}),
    ("the server: the address of another member", {"form": "room-peer"}),
    ("what they say to each other", {"form": "message"}),
]
FINDINGS = []
QUESTION = "Over IPv4 a UDP checksum may be 0, which means that there is none. Why not over IPv6?"
ANSWER = (
    "The IPv6 header has no checksum of its own: the one of UDP is all that protects the addresses (RFC 8200, section "
    "8.1).")


def play(stage):
    stage.scenario("udp-rooms").room(stage, stage.address6)
