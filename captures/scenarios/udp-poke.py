"""One finds another by name and talks with it without a room."""

TITLE = "Poking: finding one user by name"
SHOWS = ("`$poke debian` asks the server where `debian` is; the messages then go straight there. `debian`, who had "
         "no peer, takes the sender of the first message as its own.")
POINTS = [
    ("where is debian?", {"form": "find-user"}),
    ("the answer: its address", {"form": "user-address"}),
    ("the messages", {"form": "message"}),
]
FINDINGS = []
QUESTION = "`debian` never asked where `alpine` is. How does it know where to send its answer?"
ANSWER = ("From the source address and port of the first message: they are in the IP and UDP headers of every "
          "datagram.")


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    debian = common.client(stage, "debian")
    alpine.say("$poke debian")
    alpine.expect("debian is at " + stage.address["debian"])
    alpine.say("knock knock")
    debian.expect("knock knock")
    debian.say("who is there?")
    alpine.expect("who is there")
    common.leave(alpine, debian)
