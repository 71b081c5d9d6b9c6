"""One line that takes many segments, which end within characters."""

TITLE = "A line over many segments"
SHOWS = (
    "`alpine` types one line of 20,000 bytes, most of them in characters of two bytes. It takes fourteen segments; "
    "each but the last ends in the middle of a character, and only the last one holds the line feed.")
POINTS = [
    ("the segments of the long line", {"kind": "data", "sender": "client", "label": ["byte", "line"]}),
    ("the segment that completes the line", {"label": "completes"}),
]
FINDINGS = [
    ("nothing_lost", {}),
    ("message_split", {"label": "completes"}),
]
QUESTION = "Why must a program that receives text not decode each segment for itself?"
ANSWER = (
    "Because TCP carries bytes, not characters and not lines: a segment can end between the two bytes of an “ü”. The "
    "bytes have to be put together up to the line feed first.")


def play(stage):
    server, client = stage.scenario("tcp-hello-client-closes").hello(stage)
    client.say("a" + "ü" * 9993 + "that was all")
    server.expect("that was all")
    client.say(":q")
    client.wait()
    server.wait()
