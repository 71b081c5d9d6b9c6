"""A room that talks in a multicast group."""

TITLE = "A room in a multicast group"
SHOWS = (
    "The server gives each room a multicast group (`udp-chat --multicast`), as the lab sheet asks. Who joins the room "
    "is told the group and joins it with IGMP; what is said goes once to the group, and reaches all of its members. "
    "`$who` asks the group who is there, without the server; the answer of `debian`, who is on the same host as "
    "`dora`, does not leave that host. When the last member on a host leaves the room, the host leaves the group.")
POINTS = [
    ("the server names the room's group", {"form": "room-group"}),
    ("IGMP: a host joins the group, and says so twice", {"transport": "igmp", "phase": "setup"}),
    ("messages to the group", {"form": "message"}),
    ("who is there? to the group", {"form": "who"}),
    ("the answer of a member on another host, to the one who asked", {"form": "here"}),
    ("IGMP: a host leaves the group", {"transport": "igmp", "phase": "teardown"}),
]
FINDINGS = []
QUESTION = (
    "Three clients on two hosts are in the room. How many datagrams does the message of `alpine` take, and how many "
    "would it take without multicast?")
ANSWER = (
    "One, to the group's address, whatever the number of members; without multicast one for each other member, here "
    "two.")


def group_room(stage, address):
    common = stage.scenario("udp-register")
    common.server(stage, "--multicast")
    clients = [common.client(stage, host, name, address=address["server"])
               for host, name in (("alpine", "alpine"), ("debian", "debian"), ("debian", "dora"))]
    alpine, debian, dora = clients
    alpine.say("$roomcreate lab")
    alpine.expect("The room lab was created")
    for client in clients:
        client.say("$roomjoin lab")
        client.expect("You have joined the room lab")
    stage.wait(1.5)  # the kernels repeat their reports
    alpine.say("hello group")
    for client in (debian, dora):
        client.expect("hello group")
    debian.say("hello alpine")
    for client in (alpine, dora):
        client.expect("hello alpine")
    dora.say("$who")
    dora.expect("In the room lab: .*alpine")
    alpine.say("$roomleave")
    alpine.expect("You have left the room lab")
    stage.wait(1.5)
    common.leave(alpine, debian, dora)
    stage.wait(1.5)


def play(stage):
    group_room(stage, stage.address)
