"""Two rooms at once, and one who moves from one to the other."""

TITLE = "Two rooms, and one who moves"
SHOWS = (
    "`anna` and `carla` talk in the room `lab`, `berta` and `dora` in the room `cafe`. Then `carla` joins `cafe`: the "
    "server takes her out of `lab`, and sends both rooms their new lists.")
POINTS = [
    ("the rooms are created", {"form": ["create-room", "room-created"]}),
    ("the members join; the last one moves", {"form": "join-room"}),
    ("the lists that the server sends to the members of a room", {"form": ["clear-peers", "room-peer"]}),
    ("what is said", {"form": "message"}),
]
FINDINGS = []
QUESTION = "Whom does `carla` reach before she moves, whom afterwards? Which datagrams decide that?"
ANSWER = (
    "Before, `anna`; afterwards `berta` and `dora`. Her program sends to the peers of the newest list that the server "
    "sent it: `rj __clear_peers__` empties the list, each `rj IP PORT` adds one. What she says to `dora`, on her own "
    "host, does not leave the host, and is not in the capture.")


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    anna, berta = (common.client(stage, "alpine", name) for name in ("anna", "berta"))
    carla, dora = (common.client(stage, "debian", name) for name in ("carla", "dora"))
    # Two on the same host talk within it, where nothing is captured: each room has one of each host.
    rooms = {"lab": (anna, carla), "cafe": (berta, dora)}
    for room, (first, second) in rooms.items():
        first.say(f"$roomcreate {room}")
        first.expect(f"The room {room} was created")
        first.say(f"$roomjoin {room}")
        first.expect(f"You have joined the room {room}")
        second.say(f"$roomjoin {room}")
        second.expect(f"You have joined the room {room}")
        first.expect("In the room with you: ")
        first.say(f"hello {room}")
        second.expect(f"hello {room}")
    carla.say("$roomjoin cafe")
    carla.expect("You have joined the room cafe")
    berta.expect("In the room with you: .*, ")
    carla.say("hello cafe, it is me")
    for other in (berta, dora):
        other.expect("it is me")
    common.leave(anna, berta, carla, dora)
