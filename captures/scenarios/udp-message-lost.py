"""A message is lost, and nobody notices."""

TITLE = "A lost message that nobody misses"
SHOWS = (
    "`alpine` sends three messages to `debian`. The second one is captured on the bridge and lost behind it. Nothing "
    "in the capture shows that: no acknowledgement is missing, since there are none.")
POINTS = [
    ("the messages; the second one never arrived", {"form": "message", "from": "10.0.0.2"}),
    ("what `debian` says to it", {"form": "message", "from": "10.0.0.3"}),
]
FINDINGS = []
QUESTION = "Does the capture show that the second message arrived? And that it did not?"
ANSWER = (
    "Neither: it shows that the message passed the point of capture. Only what `debian` says afterwards gives it away. "
    "A chat that wants to know would have to acknowledge and repeat, and so build a part of TCP once more.")


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    alpine = common.client(stage, "alpine")
    debian = common.client(stage, "debian")
    alpine.say("$poke debian")
    alpine.expect("debian is at " + stage.address["debian"])
    loss = stage.lose("debian", "ip saddr 10.0.0.2 udp dport != 8090 @th,64,24 0x6d7367", 1)  # "msg"
    alpine.say("are you coming?")
    debian.expect("are you coming")
    alpine.say("not at eight, at nine!")
    loss.wait(1, 5)
    alpine.say("see you there")
    debian.expect("see you there")
    loss.end()
    debian.say("see you at eight")
    alpine.expect("at eight")
    common.leave(alpine, debian)
