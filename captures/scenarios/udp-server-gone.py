"""The server ends in the middle of a chat; the peers go on talking."""

TITLE = "The server is gone, the chat goes on"
SHOWS = (
    "`alpine` and `debian` are in a room when the server's program is killed. Their messages still arrive, because "
    "they never went through the server. Only those who ask the server for something find out: before it leaves, each "
    "program asks whether the server still knows it, and the kernel of `server` answers with ICMP port unreachable.")
POINTS = [
    ("messages, before and after", {"form": "message"}),
    ("requests that nobody answers", {"form": "find-user"}),
    ("port unreachable", {"kind": "icmp_error"}),
]
REFUSED = ["asks for the address of", "no program receives"]
FINDINGS = [
    ("unanswered_request", {"stream": 0, "label": REFUSED}),
    ("unanswered_request", {"stream": 1, "label": REFUSED}),
]
QUESTION = "What does not work any more without the server, and what still does?"
ANSWER = (
    "Nobody can register, leave, find a user or change the room. Those who already know each other's addresses can "
    "talk as before.")


def in_a_room(stage):
    """The server, and alpine and debian in the room lab."""
    common = stage.scenario("udp-register")
    server = common.server(stage)
    alpine = common.client(stage, "alpine")
    debian = common.client(stage, "debian")
    alpine.say("$roomcreate lab")
    alpine.expect("The room lab was created")
    alpine.say("$roomjoin lab")
    alpine.expect("You have joined the room lab")
    debian.say("$roomjoin lab")
    debian.expect("In the room with you: ")
    alpine.expect("In the room with you: ")
    return server, alpine, debian


def play(stage):
    server, alpine, debian = in_a_room(stage)
    alpine.say("before the server ends")
    debian.expect("before the server ends")
    server.die()
    debian.say("after the server has ended")
    alpine.expect("after the server has ended")
    stage.scenario("udp-register").leave(alpine, debian)
