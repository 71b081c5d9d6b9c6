"""A room: created, joined, talked in, left."""

TITLE = "A room, from its creation to its leaving"
SHOWS = ("`alpine` creates the room `lab` and joins it, `debian` joins it too, and they talk: the messages go "
         "directly from one to the other, not through the server. When `debian` leaves the room, the server sends "
         "`alpine` a new list.")
POINTS = [
    ("create a room, and the answer", {"form": ["create-room", "room-created"]}),
    ("join it", {"form": "join-room"}),
    ("the server: empty your list of peers", {"form": "clear-peers"}),
    ("the server: the address of another member", {"form": "room-peer"}),
    ("what they say to each other", {"form": "message"}),
    ("leave the room, and the answer", {"form": ["leave-room", "room-left"]}),
]
FINDINGS = []
QUESTION = "The server's port is in none of the messages. How do the two know where to send them?"
ANSWER = ("The server told them: `rj IP PORT` holds the address and port of each other member, those from which "
          "that member registered.")


def room(stage, address):
    """address: those of the hosts, of IPv4 or IPv6."""
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine", address=address["server"])
    debian = common.client(stage, "debian", address=address["server"])
    alpine.say("$roomcreate lab")
    alpine.expect("The room lab was created")
    alpine.say("$roomjoin lab")
    alpine.expect("You have joined the room lab")
    debian.say("$roomjoin lab")
    alpine.expect("In the room with you: .*" + address["debian"])
    debian.expect("In the room with you: .*" + address["alpine"])
    alpine.say("hello debian, is this the lab?")
    debian.expect("is this the lab")
    debian.say("it is: Übung 3")
    alpine.expect("Übung 3")
    debian.say("$roomleave")
    debian.expect("You have left the room")
    alpine.expect("has left the room lab")
    alpine.say("$roomleave")
    alpine.expect("You have left the room")
    common.leave(debian, alpine)


def play(stage):
    room(stage, stage.address)
