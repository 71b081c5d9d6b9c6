"""A room that talks in a multicast group over IPv6: MLD takes the place of IGMP."""

TITLE = "A room in a multicast group, over IPv6"
SHOWS = ("The same as udp-multicast over IPv6. Hosts tell their routers with MLD, a part of ICMPv6, which groups they "
         "have joined.")
POINTS = [
    ("the server names the room's group", {"form": "room-group"}),
    ("MLD: a host joins the group, and says so twice", {"transport": "icmp", "phase": "setup"}),
    ("messages to the group", {"form": "message"}),
    ("MLD: a host leaves the group", {"transport": "icmp", "phase": "teardown"}),
]
FINDINGS = []
QUESTION = "To which address are the reports themselves sent, and with which hop limit? Why?"
ANSWER = (
    "To ff02::16, the group of all MLDv2-capable routers, with hop limit 1: they concern only the routers on this link "
    "(RFC 3810, sections 5 and 5.2.14).")


def play(stage):
    stage.scenario("udp-multicast").group_room(stage, stage.address6)
