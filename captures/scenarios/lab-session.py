"""A lab afternoon: a TCP chat, a UDP chat with a room, and what else a network carries."""

TITLE = "A lab session: both chats among other traffic"
SHOWS = (
    "A TCP chat of `server` and `alpine`, a UDP chat with a room of `alpine` and `debian`, and among them an "
    "HTTP request, two DNS queries and an SSH connection that ends soon after its beginning, which chatsniff does not "
    "show.")
POINTS = [
    ("the TCP chat's handshake", {"kind": ["syn", "syn_ack", "handshake_ack"]}),
    ("its lines", {"kind": "data"}),
    ("its teardown", {"transport": "tcp", "phase": "teardown"}),
    ("the clients register", {"form": ["register", "registered"]}),
    ("the room is created and joined", {"form": ["create-room", "room-created", "join-room"]}),
    ("the server tells everybody in the room who is there", {"form": ["clear-peers", "room-peer"]}),
    ("the messages, directly from peer to peer", {"form": "message"}),
    ("the clients leave", {"form": ["leave", "left"]}),
]
FINDINGS = [
    ("nothing_lost", {}),
]
QUESTION = "Which of the other packets had to be there for the chats to work?"
ANSWER = ("ARP: without the hardware address behind an IP address no frame can be sent on Ethernet. HTTP, DNS and "
          "SSH had nothing to do with the chats, which were called with addresses, not with names.")


def ask(stage, what):
    asking = stage.noise("debian", what, "ask", stage.address["server"])
    asking.expect("done")
    asking.wait()


def play(stage):
    for what, transport, port in (("http", "tcp", 8000), ("dns", "udp", 53), ("ssh", "tcp", 22)):
        stage.noise("server", what, "serve")
        stage.listening("server", transport, port)

    ask(stage, "dns")
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    ask(stage, "http")
    client.say("the lab sheet is online")
    server.expect("online")
    server.say("thank you, see you in the other chat")
    client.expect("other chat")
    client.say(":q")
    client.wait()
    server.wait()

    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    ask(stage, "ssh")
    debian = common.client(stage, "debian")
    alpine.say("$roomcreate lab")
    alpine.expect("The room lab was created")
    alpine.say("$roomjoin lab")
    alpine.expect("You have joined the room lab")
    debian.say("$roomjoin lab")
    alpine.expect("In the room with you: " + stage.address["debian"])
    debian.expect("In the room with you: " + stage.address["alpine"])
    alpine.say("hello debian")
    debian.expect("hello debian")
    debian.say("hi alpine, grüß dich")
    alpine.expect("grüß dich")
    ask(stage, "dns")
    alpine.say("that was short, bye")
    debian.expect("bye")
    common.leave(alpine, debian)
