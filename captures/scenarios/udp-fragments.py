"""A datagram longer than the link carries goes in fragments."""

TITLE = "A long message in IP fragments"
SHOWS = (
    "The interface of `alpine` carries packets of at most 400 bytes (its MTU). A message of some 900 bytes is one UDP "
    "datagram, and travels in three IP fragments; only the first has a UDP header. `debian` puts them together "
    "before UDP sees anything. chatsniff tells the datagram where it is whole, in the frame of the last fragment; the "
    "frames before count among the other packets.")
POINTS = [
    ("the frame of the last fragment, with which the datagram is whole", {"form": "message", "from": "10.0.0.2"}),
    ("a short message in one packet", {"form": "message", "from": "10.0.0.3"}),
]
FINDINGS = []
QUESTION = "What would `debian` get if one of the three fragments were lost?"
ANSWER = (
    "Nothing of the message: a datagram is delivered whole or not at all. The fragments that did come are thrown away "
    "after a while (RFC 791, section 3.2).")


def play(stage):
    stage.link("alpine", "mtu", "400")
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    debian = common.client(stage, "debian")
    alpine.say("$poke debian")
    alpine.expect("debian is at " + stage.address["debian"])
    alpine.say("long message, " * 60 + "the end")
    debian.expect("the end")
    debian.say("that was long")
    alpine.expect("that was long")
    common.leave(alpine, debian)
