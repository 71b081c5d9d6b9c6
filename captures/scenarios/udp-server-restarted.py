"""The server is started again and has forgotten everybody."""

TITLE = "The server is restarted, and knows nobody"
SHOWS = (
    "The server's program is killed and started again: its address book and its rooms are empty. `alpine` and "
    "`debian` ask it for the list of users and get no answer, since it serves only those whom it knows; then their "
    "programs ask whether it still knows them, get no answer either, and register again.")
POINTS = [("registrations and their answers: typed at first, and after the restart by the programs themselves", {
    "form": ["register", "registered"]
}), ("requests that the restarted server does not answer", {
    "form": "list-users"
}), ("which rooms are there? none: the room is gone, too", {
    "form": ["list-rooms", "no-rooms"]
}), ]
FINDINGS = [
    ("unanswered_request", {"stream": 0, "form": "list-users"}),
    ("unanswered_request", {"stream": 1, "form": "list-users"}),
    ("server_restarted", {"form": "registered"}, "last 2"),
]
QUESTION = "Nothing in the capture says “restarted”. What shows it all the same?"
ANSWER = (
    "The same endpoint registers under the same name a second time, without having left in between, and the server "
    "confirms it: it must have forgotten the first time.")


def play(stage):
    common = stage.scenario("udp-register")
    server, alpine, debian = stage.scenario("udp-server-gone").in_a_room(stage)
    server.die()
    common.server(stage)
    for client in (alpine, debian):
        client.say("$userlist")
        client.expect("registered")
    alpine.say("$roomlist")
    alpine.expect("There are no rooms")
    common.leave(alpine, debian)
