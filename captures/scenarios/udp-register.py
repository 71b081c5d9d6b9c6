"""Two clients enter the server's address book and leave it."""

TITLE = "Registering and leaving"
SHOWS = ("`hi NAME` takes a client into the server's address book, and the server answers with the same words; "
         "`by` takes it out again.")
POINTS = [
    ("a client's `hi NAME`", {"form": "register"}),
    ("the server's answer: confirmed", {"form": "registered"}),
    ("a client's `by`", {"form": "leave"}),
    ("the server's answer: removed", {"form": "left"}),
]
REGISTERED = "You are registered as {name}"
FINDINGS = []
QUESTION = "Request and answer hold the same bytes. What tells them apart?"
ANSWER = ("The direction: who has the server's address and port as source. The meaning of a datagram depends on who "
          "sends it.")


def server(stage, *options):
    peer = stage.peer("server", "udp-chat", *options, stage.port)
    stage.listening("server", "udp")
    return peer


def client(stage, host, name=None, address=None):
    """A client on the host that is registered under the name, the host's where none is given, with the server at the
    address."""
    name = name or host
    peer = stage.peer(host, "udp-chat", address or stage.address["server"], stage.port)
    peer.say(name)
    peer.expect(REGISTERED.format(name=name))
    return peer


def leave(*clients):
    for peer in clients:
        peer.say(":q")
        peer.wait()


def play(stage):
    server(stage)
    alpine = client(stage, "alpine")
    debian = client(stage, "debian")
    leave(alpine, debian)
