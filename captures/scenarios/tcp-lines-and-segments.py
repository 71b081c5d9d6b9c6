"""A segment is not a message: a long line, three lines at once, a last line without its end."""

TITLE = "Lines and segments are not the same"
SHOWS = ("A line longer than a segment holds, which arrives in several; three lines typed at once, which "
         "may share one segment or have one each; and a last line whose line feed never comes.")
POINTS = [
    ("data", {"kind": "data"}),
    ("the teardown", {"phase": "teardown"}),
]
FINDINGS = [
    ("nothing_lost", {}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "How does the receiver know where a line ends?"
ANSWER = ("By the line feed alone. It reads bytes and keeps those behind the last line feed until the next one "
          "comes, or the connection ends.")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    client.say("long " * 800 + "end-of-the-long-line")
    server.expect("end-of-the-long-line")
    server.say("one\ntwo\nthree")
    client.expect("three")
    client.type("no line feed here")
    client.end_of_input()
    client.wait()
    server.wait()
