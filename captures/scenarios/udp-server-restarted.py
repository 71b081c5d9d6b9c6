"""The server is started again and has forgotten everybody."""

TITLE = "The server is restarted, and knows nobody"
SHOWS = ("The server's program is killed and started again: its address book and its rooms are empty. `alpine` asks it for "
         "the list of users, is not in it, and registers again under its name.")
POINTS = [
    ("registrations: the one after the restart was not typed by anybody", {"form": ["register", "registered"]}),
    ("the list of users that the restarted server gives", {"form": ["list-users", "user", "no-users"]}),
]
FINDINGS = []
QUESTION = "Nothing in the capture says “restarted”. What shows it all the same?"
ANSWER = ("The same endpoint registers under the same name a second time, without having left in between, and the server "
          "confirms it: it must have forgotten the first time.")


def play(stage):
    common = stage.scenario("udp-register")
    server, alpine, debian = stage.scenario("udp-server-gone").in_a_room(stage)
    server.die()
    common.server(stage)
    alpine.say("$userlist")
    alpine.expect("registered")
    alpine.say("$userlist")
    alpine.expect("User: alpine")
    common.leave(alpine)
    debian.say(":q")
    debian.wait()
