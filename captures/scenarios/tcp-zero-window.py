"""The reading program stands still, and its host runs out of room."""

TITLE = "A stopped reader: the zero window"
SHOWS = (
    "The program on `server` is stopped, and its host has little memory for what waits. `alpine` goes on typing long "
    "lines until the receive window is 0. Its TCP then asks again and again whether there is room: zero-window "
    "probes. When the program runs again, a window update lets the rest go.")
POINTS = [
    ("the window is 0: nothing more may be sent", {"analysis": "zero_window"}),
    ("is there room? probes of the zero window",
     {"sender": "client", "analysis": ["keep_alive", "zero_window_probe"]}),
    ("room again: the window update", {"analysis": "window_update"}),
]
FINDINGS = [
    ("zero_window", {"analysis": "zero_window"}),
    ("nothing_lost", {}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "Which field makes the sender stop? Would the sender notice if the window update were lost?"
ANSWER = (
    "The receive window of the acknowledgements, 0. An acknowledgement without data is never sent again, so a lost "
    "window update would leave both sides waiting for ever: therefore the sender probes (RFC 9293, section "
    "3.8.6.1), and each answer to a probe says the window once more. Linux sends at most two such answers in a second: "
    "a probe that comes sooner stays without one, and the next probe gets it.")


def play(stage):
    stage.fixed_window("server", 8192)
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    server.stop()
    for number in range(1, 4):
        client.say(f"line {number} " + "of many bytes " * 150)
    stage.wait(1.8)
    server.go_on()
    server.expect("line 3")
    client.say("there you are")
    server.expect("there you are")
    client.say(":q")
    client.wait()
    server.wait()
