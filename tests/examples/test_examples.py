#!/usr/bin/python3
"""The examples of protocols of one's own: their programs really talk, and what was recorded of them is understood by
every command.

usage: test_examples.py CHATSNIFF ROOT
"""
import json
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Failed, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, ROOT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
EXAMPLES = ROOT / "examples"
WORK = Path(tempfile.mkdtemp(prefix="chatsniff-examples-"))
PYTHON = "/usr/bin/python3"
PATIENCE = 20


def of(name):
    """The options and the capture of an example."""
    return ["--protocol", EXAMPLES / name / f"{name}.ini", EXAMPLES / name / f"{name}.pcapng"]


def told(name):
    return records(CHATSNIFF, *of(name))


def summary(name):
    done = run([CHATSNIFF, "summary", "--format", "json", *of(name)])
    equal(done.returncode, 0, "the exit status of summary")
    return json.loads(done.stdout)


def by_frame(name):
    return {record["frame"]: record for record in told(name)}


# --- the programs ----------------------------------------------------------------------------------------------------

def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Program:
    """One of an example's programs, whose input we type."""

    def __init__(self, name, *arguments):
        self.name, self.output = name, ""
        self.process = subprocess.Popen([PYTHON, EXAMPLES / name / f"{name}.py", *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def expect(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.output:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not chunk:
                raise Failed(f"{self.name} never said {text!r}; it said:\n{self.output}")
            self.output += chunk.decode("utf-8", "replace")
        self.output = self.output.split(text, 1)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def board_talks():
    port = free_port(socket.SOCK_DGRAM)
    with Program("board", "--port", port, "serve") as server, \
            Program("board", "--port", port, "use", "127.0.0.1") as anna, \
            Program("board", "--port", port, "use", "127.0.0.1") as ben:
        server.expect("open")
        anna.say("follow lunch")
        anna.expect("following lunch")
        ben.say("pin lunch Soup, and bread with it")
        ben.expect("pinned lunch")
        anna.expect("changed lunch Soup, and bread with it")
        anna.say("topics\nread nothing")  # two requests at once
        anna.expect("count 1")
        anna.expect("nothing nothing")


def guess_talks():
    port = free_port(socket.SOCK_STREAM)
    with Program("guess", "--port", port, "serve", "--number", 42) as server:
        server.expect("may come")
        with Program("guess", "--port", port, "play", "127.0.0.1") as anna, \
                Program("guess", "--port", port, "play", "127.0.0.1") as ben:
            anna.say("name anna")
            anna.expect("welcome anna")
            ben.say("name anna\nname ben")
            ben.expect("taken anna")
            ben.expect("welcome ben")
            ben.say("guess 50\nguess 42")
            ben.expect("lower")
            ben.expect("right 42")
            anna.expect("news ben found it: 42")
            anna.say("scores")
            anna.expect("score ben 1")
            anna.expect("end")
            anna.say("bye")
            anna.expect("bye anna")
            equal(anna.process.wait(PATIENCE), 0, "the exit status of a player who said bye")


def guess_survives_garbage():
    port = free_port(socket.SOCK_STREAM)
    with Program("guess", "--port", port, "serve") as server:
        server.expect("may come")
        for octets in (b"\xff\xfe\n\n\n", b"x" * 100000, b"name a b c\nguess\n"):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as sock:
                try:
                    sock.sendall(octets)
                except OSError:
                    pass  # it hangs up on a line without an end
        with Program("guess", "--port", port, "play", "127.0.0.1") as anna:
            anna.say("name anna")
            anna.expect("welcome anna")


def helps(name):
    done = run([PYTHON, EXAMPLES / name / f"{name}.py", "--help"])
    equal(done.returncode, 0, "the exit status of --help")
    expect(b"serve" in done.stdout and b"--port" in done.stdout, done.stdout.decode())


# --- what was recorded ------------------------------------------------------------------------------------------------

def description_is_right(name):
    done = run([CHATSNIFF, "protocol", "check", EXAMPLES / name / f"{name}.ini"])
    equal([done.returncode, done.stderr], [0, b""], "the exit status, and what is said")


def everything_is_understood(name):
    forms = json.loads(run([CHATSNIFF, "protocol", "show", "--format", "json",
                            EXAMPLES / name / f"{name}.ini"]).stdout)["forms"]
    wanted = {form["form"] for form in forms}
    seen = {message["form"] for record in told(name) for message in record.get("messages", [])}
    equal(seen, wanted, "the forms in the capture are those of the description")


def board_is_paired():
    frames = by_frame("board")
    asked = [record for record in frames.values() if record["kind"] == "request"]
    expect(any("repeats" in record for record in asked), "one request is repeated")
    for record in frames.values():
        form = record["messages"][0]["form"] if record.get("messages") else None
        if record["kind"] == "reply":
            request = frames[record["request"]]["messages"][0]
            expect(form in {"read": ("note", "nothing"), "pin": ("pinned",), "follow": ("following",),
                            "topics": ("count", "topic")}[request["form"]], f"{form} answers {request['form']}")
        elif form == "changed":
            equal([record["kind"], "request" in record], ["notice", False], "what the server says unasked")
    pins = [record for record in frames.values() if record.get("messages") and record["messages"][0]["form"] == "pin"]
    equal({(record["phase"], record["maintenance"]) for record in pins}, {("transfer", False)}, "pins bring user data")
    session = summary("board")["sessions"][0]
    equal([len([asked for asked in session["exchanges"] if not asked["replies"]]), session["users"]], [0, []],
          "unanswered, users")


def guess_is_paired():
    frames = by_frame("guess")
    two = next(record for record in frames.values() if len(record.get("messages", [])) == 2)
    equal([message["form"] for message in two["messages"]], ["guess", "guess"], "two requests in one segment")
    answers = [record for record in frames.values() if record.get("request") == two["frame"]]
    equal([record["messages"][0]["form"] for record in answers], ["higher", "lower"], "and their answers, in order")
    replies = {form["form"] for form in json.loads(run([CHATSNIFF, "protocol", "show", "--format", "json",
               EXAMPLES / "guess" / "guess.ini"]).stdout)["forms"] if form["answers"]}
    for record in frames.values():
        for message in record.get("messages", []):
            equal("request" in message, message["form"] in replies, f"frame {record['frame']}: {message['form']}")


def guess_has_names():
    frames = by_frame("guess")
    welcome = next(frame for frame, record in frames.items() if record.get("messages") and
                   record["messages"][0]["form"] == "welcome")
    player = (frames[welcome]["destination"]["address"], frames[welcome]["destination"]["port"])
    goodbye = next(frame for frame, record in frames.items() if record.get("messages") and
                   record["messages"][0]["form"] == "goodbye")
    for frame, record in frames.items():
        for end in ("source", "destination"):
            if (record[end]["address"], record[end]["port"]) == player:
                equal(record[end]["name"], "anna" if welcome <= frame < goodbye else None, f"the name in frame {frame}")
    found = summary("guess")
    users = {user["name"]: (user["registered"] is not None, user.get("left") is not None)
             for user in found["sessions"][0]["users"]}
    equal(users, {"anna": (True, True), "ben": (True, False)}, "users: registered, left")
    expect("name_taken" in {finding["kind"] for finding in found["findings"]}, "the name that was taken is a finding")
    expect("unanswered_request" not in {finding["kind"] for finding in found["findings"]}, "all requests are answered")


def every_request_once():
    session = summary("guess")["sessions"][0]
    equal(len(session["exchanges"]), 12, "requests")
    equal([asked["frame"] for asked in session["exchanges"] if not asked["replies"]], [], "those without a reply")
    equal(sum(form["asked"] for form in session["requests"]), 12, "requests by form")


def live_as_from_a_file(name):
    """From a pipe, as it comes: the records are those of the file."""
    description, capture = of(name)[1:]
    file = run([CHATSNIFF, "timeline", "--quiet", "--format", "json", "--protocol", description, capture])
    pipe = run([CHATSNIFF, "timeline", "--quiet", "--format", "json", "--protocol", description, "-"],
               stdin=capture.read_bytes())
    equal(sorted(pipe.stdout.splitlines(), key=lambda line: json.loads(line)["frame"]), file.stdout.splitlines(),
          "records")


def conversations_agree(name):
    messages, names = {}, {}
    for record in told(name):
        for message in record.get("messages", []):
            if record["transport"] == "tcp":
                counts = messages.setdefault(record["stream"], {"client": 0, "server": 0})
                counts[record["sender"]] += 1
        for end in ("source", "destination"):
            if record[end]["name"]:
                names.setdefault((record["transport"], record["stream"]), set()).add(record[end]["name"])
    for conversation in records(CHATSNIFF, *of(name), command="conversations"):
        key = (conversation["transport"], conversation["stream"])
        equal({conversation[end]["name"] for end in ("client", "server")} - {None}, names.get(key, set()),
              f"names of {key}")
        if conversation["transport"] == "tcp":
            equal(conversation["messages"], messages[conversation["stream"]], f"lines of {key}")


def annotated(name):
    output = WORK / f"{name}.pcapng"
    equal(run([CHATSNIFF, "annotate", "--quiet", *of(name), output]).returncode, 0, "the exit status of annotate")
    content = output.read_bytes().decode("utf-8", "replace")
    for record in told(name):
        expect(record["label"] in content, f"the comment of frame {record['frame']}: {record['label']}")


def drawn(name):
    output = WORK / f"{name}.svg"
    equal(run([CHATSNIFF, "ladder", *of(name), "-o", output]).returncode, 0, "the exit status of ladder")
    text = re.sub(r"<[^>]+>", " ", output.read_text("utf-8"))
    expect({"board": "lunch", "guess": "anna"}[name] in text, "the picture has the labels")


def report_is_current(name):
    output = WORK / f"{name}.html"
    equal(run([CHATSNIFF, "report", "--quiet", *of(name), "-o", output]).returncode, 0, "the exit status of report")
    expect(output.read_bytes() == (EXAMPLES / name / f"{name}.html").read_bytes(), f"{name}.html is old: ./lab reports")


def report_has_the_table(name):
    """The same table as `protocol show`."""
    output = WORK / f"{name}.md"
    equal(run([CHATSNIFF, "report", "--quiet", *of(name), "-o", output]).returncode, 0, "the exit status of report")
    shown = run([CHATSNIFF, "protocol", "show", "--format", "markdown",
                 EXAMPLES / name / f"{name}.ini"]).stdout.decode()
    table = shown[shown.index("| form |"):].strip()
    expect(table in output.read_text("utf-8"), "the report has another table than protocol show")


NAMES = ("board", "guess")
if __name__ == "__main__":
    EACH = [("--help", helps), ("its description is right", description_is_right),
            ("its capture has every form", everything_is_understood), ("a pipe", live_as_from_a_file),
            ("conversations", conversations_agree), ("annotate", annotated), ("ladder", drawn),
            ("the report is current", report_is_current), ("the report's table", report_has_the_table)]
    sys.exit(
        run_cases([("board: its programs talk", board_talks), ("guess: its programs talk", guess_talks),
                   ("guess: its server survives garbage", guess_survives_garbage),
                   ("board: requests and replies", board_is_paired), ("guess: requests and replies", guess_is_paired),
                   ("guess: names", guess_has_names), ("guess: every request once", every_request_once)] +
                  [(f"{name}: {what}", lambda name=name, case=case: case(name)) for name in NAMES
                   for what, case in EACH]))
