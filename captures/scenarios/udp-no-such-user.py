"""Asking for somebody, and for a room, that does not exist."""

TITLE = "Nobody of that name, and no such room"
SHOWS = "`$poke` and `$roomjoin` with names that the server does not know: bare `ar` and bare `rj`."
POINTS = [
    ("where is the user `nobody`?", {"form": "find-user"}),
    ("no user has that name", {"form": "no-such-user"}),
    ("join a room that does not exist", {"form": "join-room"}),
    ("there is no such room", {"form": "no-such-room"}),
]
FINDINGS = [
    ("no_such_user", {"form": "no-such-user"}, "with requests"),
    ("no_such_room", {"form": "no-such-room"}, "with requests"),
]
QUESTION = "The next line typed on `alpine`: to whom is it sent?"
ANSWER = "To nobody: `alpine` has no peer, and its program says so."


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    alpine.say("$poke nobody")
    alpine.expect("There is no user nobody")
    alpine.say("$roomjoin cellar")
    alpine.expect("There is no such room")
    common.leave(alpine)
