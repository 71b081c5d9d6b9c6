"""The capture begins when the chats are already under way."""

TITLE = "A capture that begins in the middle"
SHOWS = (
    "Both chats are under way when the capture begins: the TCP connection is established, the UDP clients are "
    "registered and in a room. What was before is unknown; relative numbers begin at the first segment captured, and "
    "names are known as soon as a message holds them.")
POINTS = [
    ("the first lines of the TCP chat: no handshake before them", {"transport": "tcp", "kind": "data"}),
    ("its teardown", {"transport": "tcp", "phase": "teardown"}),
    ("the messages in the room: nobody joined it in this capture", {"form": "message"}),
    ("the clients leave", {"form": ["leave", "left"]}),
]
FINDINGS = [
    ("message_to_unknown_peer", {"form": "message", "from": "10.0.0.2"}),
    ("nothing_lost", {}),
]
QUESTION = "Which of the two TCP hosts is the client? Which facts of the handshake cannot be known any more?"
ANSWER = (
    "The one whose port is not the chat's (8090): a guess, since no SYN was captured. The maximum segment sizes, the "
    "window scales, whether SACK is permitted, the initial sequence numbers and the initial round-trip time were in "
    "the handshake.")


def prepare(stage):
    tcp = stage.scenario("tcp-hello-client-closes").hello(stage)
    _, alpine, debian = stage.scenario("udp-server-gone").in_a_room(stage)
    return *tcp, alpine, debian


def play(stage):
    server, client, alpine, debian = stage.prepared
    client.say("is anybody capturing now?")
    server.expect("capturing now")
    server.say("yes, but too late")
    client.expect("too late")
    client.say(":q")
    client.wait()
    server.wait()
    alpine.say("what did I miss?")
    debian.expect("miss")
    debian.say("the beginning")
    alpine.expect("the beginning")
    stage.scenario("udp-register").leave(alpine, debian)
