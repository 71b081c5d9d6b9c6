"""Who is there, and which rooms: lists with and without entries."""

TITLE = "The lists of users and of rooms"
SHOWS = ("`$userlist` and `$roomlist`: the answer is one datagram for each entry, and nothing says which is the last. "
         "An empty list is answered with the bare code.")
POINTS = [
    ("who is there?", {"form": "list-users"}),
    ("one datagram for each user", {"form": "user"}),
    ("which rooms are there?", {"form": "list-rooms"}),
    ("none yet", {"form": "no-rooms"}),
    ("one datagram for each room", {"form": "room"}),
]
FINDINGS = []
QUESTION = "How many users would the client believe in if one of the datagrams were lost?"
ANSWER = "One fewer, and it could not know: nothing says how many there are, and nothing numbers them."


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    debian = common.client(stage, "debian")
    alpine.say("$userlist")
    alpine.expect("User: alpine")
    alpine.expect("User: debian")
    alpine.say("$roomlist")
    alpine.expect("There are no rooms")
    alpine.say("$roomcreate lab")
    alpine.expect("The room lab was created")
    alpine.say("$roomcreate hall")
    alpine.expect("The room hall was created")
    debian.say("$roomlist")
    debian.expect("Room: (lab|hall)")
    debian.expect("Room: (lab|hall)")
    common.leave(debian, alpine)
