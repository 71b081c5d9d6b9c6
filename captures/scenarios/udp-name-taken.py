"""Two want the same name."""

TITLE = "A name that is taken"
SHOWS = ("`alpine` is registered as `anna`. `debian` asks for the same name and gets a bare `hi`: refused. It asks "
         "for another, and is registered.")
POINTS = [
    ("both ask for a name", {"form": "register"}),
    ("refused: the name is taken", {"form": "name-taken"}),
    ("confirmed", {"form": "registered"}),
]
FINDINGS = [
    ("name_taken", {"form": "name-taken"}, "with requests"),
]
QUESTION = "How would a client tell this `hi` from the `hi NAME` of a server that cuts datagrams short?"
ANSWER = ("Not at all. A refusal that differs from a confirmation by what is missing cannot be told from one that "
          "was cut; a code of its own would be better.")


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine", "anna")
    debian = stage.peer("debian", "udp-chat", stage.address["server"], stage.port)
    debian.say("anna")
    debian.expect("The name anna is taken")
    debian.say("berta")
    debian.expect(common.REGISTERED.format(name="berta"))
    common.leave(debian, alpine)
