"""A program is killed while a line that it has not read waits for it."""

TITLE = "A chat that ends with a reset"
SHOWS = ("The program on `server` is stopped, `alpine` sends it one more line, which the kernel of `server` "
         "acknowledges, and then the program is killed. What it never read is lost, and the kernel says so: RST, "
         "not FIN.")
POINTS = [
    ("the line that the kernel of `server` acknowledged and the program never read",
     {"kind": "data", "label": "are you still there"}),
    ("the RST", {"kind": "rst"}),
]
FINDINGS = [
    ("reset", {"kind": "rst"}),
]
QUESTION = "The last line was acknowledged. Did the chat program on `server` get it?"
ANSWER = ("No: an acknowledgement says that TCP has the bytes, not that a program has read them. A chat that has to "
          "know must send an answer of its own.")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    server.stop()
    client.say("are you still there?")
    stage.pause()
    server.die()
    client.wait()
