#!/usr/bin/python3
"""What a rubric, a roster and a folder may look like, and what is refused; test_rubric.py CHATSNIFF CAPTURES"""
import csv
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from craft import pcap, tcp_chat  # noqa: E402
from tap import equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
FOLDER = Path(tempfile.mkdtemp(prefix="chatsniff-rubric-"))
CAPTURE = FOLDER / "chat.pcap"
CAPTURE.write_bytes(pcap(tcp_chat()))


def check(*arguments, status, **options):
    done = run([CHATSNIFF, "check", *arguments], cwd=FOLDER, **options)
    said = done.stderr.decode("utf-8")
    equal(done.returncode, status, f"exit status of {arguments}; it says {said!r}")
    return done.stdout.decode("utf-8"), said


def write(name, text):
    path = FOLDER / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def results(*arguments, status):
    output = FOLDER / "results.json"
    output.unlink(missing_ok=True)
    check(*arguments, "-o", output, status=status)
    return [json.loads(line) for line in output.read_text("utf-8").splitlines()]


def item(when, name="a", points="1", more=""):
    return f"[item {name}]\npoints = {points}\ntext = t\nwhen = {when}\n{more}"


# A rubric, and the lines with what has to be said of them.
MISTAKES = [
    ("", {1: "no [item NAME]"}),
    ("[rubric]\ntitle = x\n", {1: "no [item NAME]"}),
    ("[rubric]\ntitel = x\n" + item("true"), {2: "no such key"}),
    ("[rubrik]\ntitle = x\n" + item("true"), {1: "a group is"}),
    ("[item ]\npoints = 1\n", {1: "a group is"}),
    ("what is this\n" + item("true"), {1: "neither"}),
    (item("true") + item("true"), {5: "line 1"}),
    ("[item a]\npoints = 1\npoints = 2\ntext = t\nwhen = true\n", {3: "line 2"}),
    ("[item a]\npoints = 1\nwhen = true\n", {1: "text"}),
    ("[item a]\npoints = 1\ntext = t\n", {1: "when"}),
    ("[item a]\ntext = t\nwhen = true\n", {1: "points"}),
    ("[item a]\npoints =\ntext = t\nwhen = true\n", {2: "value is missing"}),
    (item("true", points="-1"), {2: "not a number of points"}),
    (item("true", points="0"), {2: "not a number of points"}),
    (item("true", points="1.234"), {2: "not a number of points"}),
    (item("true", points="1e9"), {2: "not a number of points"}),
    (item("true", points="99999999999"), {2: "not a number of points"}),
    ("[rubric]\ngrade = many\n" + item("true"), {2: "not a number of points"}),
    (item("true", more="weight = 3\n"), {5: "no such key"}),
    ("[parameters]\nPort = 1\n" + item("true"), {2: "small letters"}),
    ("[parameters]\nif = 1\n" + item("true"), {2: "word of jq"}),
    ("[parameters]\nport = 1\n" + item("port_is({port})"), {6: "$port"}),
    (item(".a =="), {4: "syntax error"}),
    (item("tcp_handshake_compleet"), {4: "tcp_handshake_compleet/0 is not defined"}),
    (item("message_contains($name)"), {4: "$name is not defined; a parameter"}),
    (item('import "x" as x; true'), {4: "syntax error"}),
    (item("true) or (false"), {4: "a character that does not belong here"}),
    (item("(true"), {4: "the end of the filter"}),
    (item("true) | (true # (") + item("1) as $x | ($x", name="b"), {4: "syntax error", 8: "syntax error"}),
    (item("true") + item("(", name="b") + item("nonsense", name="c"), {8: "syntax", 12: "nonsense"}),
    ("[item a]\npoints = x\ntext = t\nhint\n", {2: "not a number", 4: "neither", 1: "when"}),
    (b"[item a]\nwhen = \xff\n", {1: "UTF-8"}),
    (b"[item a]\0\n", {1: "UTF-8"}),
]


def mistakes():
    for text, wanted in MISTAKES:
        path = write("wrong.ini", text)
        said = check(path, CAPTURE, status=2)[1]
        lines = said.splitlines()
        for line, words in wanted.items():
            expect(any(f"wrong.ini:{line}: " in found and words in found for found in lines),
                   f"line {line} of {text!r} is told with {words!r}: {said}")
        equal(len(lines), len(wanted), f"mistakes in {text!r}: {said}")


def rosters():
    rubric = write("named.ini", "[parameters]\nport = 8090\nname =\n" + item("true"))
    for text, line, words in [
        ("", 1, "empty"),
        ("id,name\n1,a\n", 1, "no column “identifier”"),
        ("identifier,port\n1,8090\n", 1, "no column “name”"),
        ("identifier,name,Name\n1,a,b\n", 1, "two columns of the name “name”"),
        ("identifier,name\n1,a\n\n1,b\n", 4, "earlier row already"),
        ("identifier,name\n1,a\n,b\n", 3, "identifier is missing"),
        ("identifier,name\n1,\n", 2, "value of “name” is missing"),
        ("identifier,name\n=1+1,a\n", 2, "formula"),
        ('identifier,name\n1,"a\n', 2, "not closed"),
        (b"identifier,name\n\xff,a\n", 1, "UTF-8"),
    ]:
        roster = write("roster.csv", text)
        said = check(rubric, CAPTURE, "--roster", roster, status=2)[1]
        expect(f"roster.csv:{line}: " in said and words in said, f"{text!r}: {said}")
    expect("--roster" in check(rubric, CAPTURE, status=2)[1], "a rubric that needs a roster says so")
    # What spreadsheets write: a mark in front, semicolons, quotation marks, and lines in cells.
    write("roster.csv", '\ufeff"Identifier";"Full name";"Name"\r\n"chat";"Ada ""the first""\r\nLovelace";" ada "\r\n')
    row, = results(rubric, CAPTURE, "--roster", "roster.csv", status=0)
    equal((row["identifier"], row["full_name"]), ("chat", 'Ada "the first"\\r\\nLovelace'), "names")


def one_endless_filter_for_many():
    """Of a filter that never ends the first captures pay, the others not, and it is told."""
    folder = FOLDER / "patience"
    folder.mkdir()
    for i in range(12):
        (folder / f"{i:02}.pcap").write_bytes(pcap(tcp_chat()))
    rubric = write("patience.ini", item("true") + item("def f: f; f", name="b") + item(".a.b == null", name="c"))
    output = FOLDER / "patience.json"
    said = check(rubric, folder, "-o", output, "--time-limit", "1", "-j", "1", status=3)[1]
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    equal({tuple(each["verdict"] for each in row["captures"][0]["items"]) for row in rows},
          {("fulfilled", "undecided", "fulfilled")}, "verdicts, the other items too")
    reasons = [row["captures"][0]["items"][1]["reason"] for row in rows]
    for words, times in (("one second", 6), ("not asked again", 6)):
        equal(sum(words in reason for reason in reasons), times, f"captures with {words!r}: {reasons}")
    expect("patience.ini:8: " in said and "did not end for 6 captures" in said, f"it is told with its line: {said!r}")


def slow_for_some():
    """A filter that ends for one capture is asked of every one."""
    folder = FOLDER / "some"
    folder.mkdir()
    for i in range(4):
        (folder / f"{i:02}.pcap").write_bytes(pcap(tcp_chat()))
    rubric = write("some.ini", "[parameters]\nname =\n" + item('def f: f; if $name < "03" then f else true end'))
    roster = write("some.csv", "identifier,name\n" + "".join(f"{i:02},{i:02}\n" for i in range(4)))
    verdicts = [row["captures"][0]["items"][0]["verdict"]
                for row in results(rubric, folder, "--roster", roster, "--time-limit", "1", "-j", "2", status=3)]
    equal(verdicts, ["undecided"] * 3 + ["fulfilled"], "verdicts")


def states_that_cannot_be_used():
    foreign, noise, damaged = (FOLDER / f"{name}.state" for name in ("foreign", "noise", "damaged"))
    rubric = write("state.ini", item("true"))
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE marks (student)")
    database.commit()
    database.close()
    noise.write_bytes(b"nothing of the kind " * 100)
    check(rubric, CAPTURE, "--state", damaged, status=0)
    octets = bytearray(damaged.read_bytes())
    octets[100:] = bytes(len(octets) - 100)
    damaged.write_bytes(octets)
    for state, words in ((foreign, "another program"), (noise, "not a state file"), (damaged, "delete it")):
        before = state.read_bytes()
        said = check(rubric, CAPTURE, "--state", state, status=1)[1]
        expect(words in said, f"{state.name}: {said!r}")
        equal(state.read_bytes(), before, f"{state.name} is left as it was")


def values_are_no_program():
    """What stands in a roster is text, whatever it looks like."""
    rubric = write("quoted.ini", "[parameters]\nname =\n" + item('message_contains($name) or $name == "secret"'))
    for name in ('x") or true or ("', "$ENV", "\\(true)", "true", '"', "{}", "| true"):
        with open(FOLDER / "roster.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["identifier", "name"], ["chat", name]])
        row, = results(rubric, CAPTURE, "--roster", "roster.csv", status=0)
        equal(row["grade"], 0, f"grade with the name {name!r}")


def filters_see_nothing_else():
    for when in ("($ENV | length) + (env | length) == 0", "(try input catch 0) | type != \"object\"", "[inputs] == []",
                 "input_filename == null", "get_search_list == []"):
        row, = results(write("closed.ini", item(when)), CAPTURE, status=0)
        equal(row["grade"], 1, f"points of {when}")
    for when in ('"/etc/passwd" | modulemeta', "halt", "halt_error", '"x" | halt_error(1)'):
        row, = results(write("closed.ini", item(when) + item("true", name="b")), CAPTURE, status=3)
        equal([each["verdict"] for each in row["captures"][0]["items"]], ["undecided", "fulfilled"], when)
        equal(row["grade"], None, "no grade where something is not decided")


def filters_without_end():
    rubric = write("endless.ini", item("true") + item("def f: f; f", name="b")
                   + item('reduce range(60) as $i ("x"; . + .) | length > 0', name="c") + item(".a.b.c | .[0]", name="d")
                   + item(".messages[0].text | error", name="e") + item("empty", name="f") + item("null", name="g")
                   + item("0", name="h"))
    row, = results(rubric, CAPTURE, "--time-limit", "1", status=3)
    items = row["captures"][0]["items"]
    equal([each["verdict"] for each in items], ["fulfilled", "undecided", "undecided", "missing", "undecided", "missing",
                                                "missing", "fulfilled"], "verdicts")
    expect("second" in items[1]["reason"], f"the time is told: {items[1]}")
    expect("memory" in items[2]["reason"] or "second" in items[2]["reason"], f"so is the memory: {items[2]}")
    equal(items[4]["reason"], "hello", "the filter's own words")
    equal(row["grade"], None, "no grade where something is not decided")


# Of captures of the project: filters and whether they hold.
TRUTHS = {
    "tcp-hello-client-closes": [
        ("has_chat", 1), ("tcp_handshake_complete", 1), ("closed_by_client", 1), ("closed_by_server", 0),
        ("closed_orderly", 1), ("was_refused", 0), ("port_is(8090)", 1), ('port_is("8090")', 1), ("port_is(80)", 0),
        ('message_contains("HELLO")', 1), ('message_contains("hallo")', 0), ('message_matches("^hi .*server$")', 1),
        ("messages_at_least(2)", 1), ("messages_at_least(3)", 0), ("both_sides_speak", 1), ("no_finding", 1),
        ('no_finding("reset")', 1), ('form_seen("line")', 1), ('user_registered("alpine")', 0),
    ],
    "tcp-hello-server-closes": [("closed_by_client", 0), ("closed_by_server", 1), ("closed_orderly", 1)],
    "tcp-reset": [("closed_orderly", 0), ("closed_by_client", 0), ('finding("reset")', 1), ("no_finding", 0)],
    "tcp-refused-then-listening": [("was_refused", 1), ("tcp_handshake_complete", 1)],
    "udp-rooms": [
        ("tcp_handshake_complete", 0), ('user_registered("alpine")', 1), ('user_registered("ALPINE")', 1),
        ('user_registered("nobody")', 0), ('user_left("debian")', 1), ("requests_answered", 1), ("both_sides_speak", 1),
        ('forms_seen(["register", "registered", "join-room"])', 1), ('forms_seen(["register", "pigeon"])', 0),
        ('form_seen("clear-peers")', 1), ("messages_at_least(2)", 1), (".sessions[0].rooms[0].name | room_joined(.)", 0),
        (". as $all | .sessions[0].rooms[0].name as $room | $all | room_joined($room)", 1),
    ],
    "udp-server-absent": [("requests_answered", 0), ("no_finding", 0), ('user_registered("alpine")', 0)],
}


def ready_made_names():
    for name, truths in TRUTHS.items():
        rubric = write("truths.ini", "".join(item(when, name=f"i{index}") for index, (when, _) in enumerate(truths)))
        output = FOLDER / "truths.json"
        run([CHATSNIFF, "check", rubric, CAPTURES / f"{name}.pcapng", "-o", output])
        items = json.loads(output.read_text("utf-8"))["captures"][0]["items"]
        for (when, truth), found in zip(truths, items):
            if "room_joined(.)" in when:  # "." is no longer the facts there: a mistake of the rubric
                equal(found["verdict"], "undecided", when)
            else:
                equal(found["verdict"], "fulfilled" if truth else "missing", f"{when} of {name}")


def facts():
    """They are the summary, and two keys more."""
    for path in sorted(CAPTURES.glob("*.pcapng")):
        told = json.loads(check("--facts", path, status=0)[0])
        records = told.pop("conversation_records")
        messages, left_out = told.pop("messages"), told.pop("left_out")
        equal(left_out, {"conversations": 0, "messages": 0}, "what is left out")
        summary = run([CHATSNIFF, "summary", "--quiet", "--format", "json", path])
        equal(told, json.loads(summary.stdout), f"summary of {path.name}")
        wanted = run([CHATSNIFF, "conversations", "--quiet", "--format", "json", path]).stdout.splitlines()
        equal(records, [json.loads(line) for line in wanted], f"conversations of {path.name}")
        timeline = run([CHATSNIFF, "timeline", "--quiet", "--format", "json", path]).stdout.splitlines()
        said = [(record["frame"], message.get("text")) for record in map(json.loads, timeline)
                for message in record.get("messages", [])]
        equal([(message["frame"], message.get("text")) for message in messages], said, f"messages of {path.name}")


def folders():
    folder = FOLDER / "class"
    octets = CAPTURE.read_bytes()
    moodle = "Ada Lovelace_17_assignsubmission_file_"
    for name in (f"{moodle}/chat.pcap", f"{moodle}/deeper/second.pcap", "Bob_18_assignsubmission_file_chat.pcap",
                 "carol.pcapng.gz", "dave/x.pcap", "dave/report.pdf", "eve/unnamed", ".hidden.pcap", "__MACOSX/x.pcap"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
    (folder / "nobody").mkdir()
    (folder / "outside.pcap").symlink_to(CAPTURE)
    os.mkfifo(folder / "dave" / "pipe.pcap")
    rubric = write("class/rubric.ini", item("has_chat"))
    rows = results(rubric, folder, status=0)
    equal([(row["identifier"], [capture["file"] for capture in row["captures"]]) for row in rows], [
        ("Participant 17", ["chat.pcap", "second.pcap"]),
        ("Participant 18", ["chat.pcap"]),
        ("carol", ["carol.pcapng.gz"]), ("dave", ["x.pcap"]), ("eve", ["unnamed"]), ("nobody", []), ("outside", []),
    ], "submissions")
    equal(rows[0]["full_name"], "Ada Lovelace", "Moodle's name")
    expect("not a file" in rows[3]["remark"], f"what was left out is told: {rows[3]}")
    expect("symbolic link" in rows[6]["remark"], f"links are not followed: {rows[6]}")
    equal([row["grade"] for row in rows], [1, 1, 1, 1, 1, None, None], "grades")


def unknown_students():
    rubric = write("named.ini", "[parameters]\nname =\n" + item("message_contains($name)"))
    write("roster.csv", "identifier,submission,full name,name\n4711,chat,Ada,hello\n4712,,Bob,hello\n")
    folder = FOLDER / "known"
    folder.mkdir()
    for name in ("chat.pcap", "Bob.pcap", "stranger.pcap"):
        (folder / name).write_bytes(CAPTURE.read_bytes())
    rows = results(rubric, folder, "--roster", "roster.csv", status=3)
    equal([(row["identifier"], row["grade"], row.get("unknown", False)) for row in rows],
          [("4711", 1, False), ("4712", 1, False), ("stranger", None, True)], "who is known, and graded")
    expect("“name”" in rows[2]["captures"][0]["items"][0]["reason"], "it says what nobody knows")


def hostile_names():
    """A spreadsheet computes nothing, a page runs nothing, and a terminal is not moved."""
    folder = FOLDER / "hostile"
    folder.mkdir()
    names = ["=cmd|' -C calc'!A0.pcap", "+1.pcap", "-1.pcap", "@SUM(1).pcap", "<script>alert(1)<.pcap", "a\x1b[31m\n,b.pcap",
             'q"uote.pcap']
    for name in names:
        (folder / name).write_bytes(CAPTURE.read_bytes())
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.pcap")).write_bytes(CAPTURE.read_bytes())
    rubric = write("hostile.ini", item("has_chat"))
    output = FOLDER / "hostile.csv"
    check(rubric, folder, "-o", output, status=0)
    rows = list(csv.reader(output.read_bytes().decode("utf-8").splitlines(keepends=True)))
    equal(len(rows), len(names) + 2, "rows")
    for row in rows[1:]:
        for cell in row:
            expect(cell == "-" or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"{cell!r} would be computed")
            expect(not any(ord(letter) < 32 and letter not in "\n" for letter in cell), f"{cell!r} holds control characters")
    page = FOLDER / "hostile.html"
    check(rubric, folder, "-o", page, "--reports", status=0)
    text = page.read_text("utf-8")
    expect("<script>alert" not in text and "&lt;script&gt;alert" in text, "names are escaped")
    expect("\x1b" not in text, "no control character in the page")
    equal(len(list((FOLDER / "hostile-reports").iterdir())), len(names) + 1, "reports")


def grades():
    rubric = write("scaled.ini", "[rubric]\ntitle = T\ngrade = 100\n" + item("true", points="0.1") + item("true", "b", "0.2")
                   + item("false", "c", "0.6"))
    row, = results(rubric, CAPTURE, status=0)
    equal((row["grade"], row["maximum"]), (33.33, 100), "grade in hundred")
    rubric = write("tenths.ini", item("true", points="0.1") + item("true", "b", "0.2"))
    row, = results(rubric, CAPTURE, status=0)
    equal((row["grade"], row["maximum"]), (0.3, 0.3), "tenths add up")


def examples():
    for name, capture in (("tcp-task", "tcp-hello-client-closes"), ("udp-task", "udp-rooms")):
        text = check("--example", name, status=0)[0]
        write(f"{name}.ini", text)
        write("roster.csv", f"identifier,name\n{capture},{'hello' if name == 'tcp-task' else 'alpine'}\n")
        for rubric in (name, f"{name}.ini"):
            row, = results(rubric, CAPTURES / f"{capture}.pcapng", "--roster", "roster.csv", status=0)
            equal(row["grade"], 10, f"grade of {capture} by {rubric}")
    check("--example", "nonsense", status=2)


def usage():
    rubric = write("good.ini", item("true"))
    for arguments in ([], [rubric], [rubric, CAPTURE, "-j", "0"], [rubric, CAPTURE, "-o", "x.txt"],
                      [rubric, CAPTURE, "--time-limit", "0"], [rubric, CAPTURE, "--reports"], ["-i", "lo", rubric, CAPTURE],
                      [rubric, CAPTURE, "--sbatch=-x"], [rubric, CAPTURE, "--slurm", "w"],
                      [rubric, CAPTURE, "--slurm", "w", "-o", "x.csv", "--chunk", "0"],
                      [rubric, CAPTURE, "--slurm", "w", "-o", "x.csv", "--state", "s"], ["--facts"]):
        check(*arguments, status=2)
    expect("no such rubric" in check("nothing.ini", CAPTURE, status=1)[1], "a rubric that is not there")
    expect("nothing.pcap" in check(rubric, "nothing.pcap", status=1)[1], "a capture that is not there")
    write("no.state", b"this is no database, but long enough to be looked at as one" * 30)
    expect("not a state file" in check(rubric, CAPTURE, "--state", "no.state", status=1)[1], "a state that is none")
    expect("cannot be written" in check(rubric, CAPTURE, "-o", "no/such/folder.csv", status=1)[1], "an output that cannot be")


if __name__ == "__main__":
    try:
        STATUS = run_cases([
            ("each mistake in a rubric is told at its line", mistakes),
            ("rosters, and what is wrong with them", rosters),
            ("what stands in a roster is no program", values_are_no_program),
            ("a filter sees the capture and nothing else", filters_see_nothing_else),
            ("a filter without end costs its item", filters_without_end),
            ("one endless filter for many captures", one_endless_filter_for_many),
            ("a filter that does not end for some", slow_for_some),
            ("state files that cannot be used", states_that_cannot_be_used),
            ("the ready-made names", ready_made_names),
            ("--facts: what a filter sees", facts),
            ("folders, as they are handed in", folders),
            ("who is not in the roster", unknown_students),
            ("hostile names of files", hostile_names),
            ("points and grades", grades),
            ("the example rubrics", examples),
            ("usage", usage),
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(STATUS)
