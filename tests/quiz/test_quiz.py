#!/usr/bin/python3
"""Quizzes, held against what tshark says of their captures: test_quiz.py CHATSNIFF CAPTURES [SEEDS [CAPTURE…]]

Of each capture in CAPTURES 50 questions with each of SEEDS seeds (3; the full round is 20) are made. check.py holds
each key and each wrong answer against truth.py, which knows tshark's fields and nothing of chatsniff's. Then the
formats: all say the same, Moodle's XML is valid, GIFT can be read, and hostile text stays text.
"""
import copy
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "sentences")]
import craft  # noqa: E402
import formats  # noqa: E402
import rules  # noqa: E402
from check import check_quiz  # noqa: E402
from craft import ALPINE, DEBIAN, SERVER, pcap, tcp, udp  # noqa: E402
from tap import Failed, Skip, equal, expect, run, run_cases  # noqa: E402
from truth import Capture  # noqa: E402

UPDATE = sys.argv[1:2] == ["--update"]
del sys.argv[1:1 + UPDATE]
CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
SEEDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
FOLDER = tempfile.TemporaryDirectory()
WORK = Path(FOLDER.name)
QUESTIONS = 50
CAPTURE_FILES = [Path(name) for name in sys.argv[4:]] or sorted(CAPTURES.glob("*.pcapng"))


def topics():
    lines = run([CHATSNIFF, "topics", "--format", "json"]).stdout.decode("utf-8").splitlines()
    return {topic["topic"]: topic for topic in map(json.loads, lines)}


def make(capture, name, *options, status=0):
    done = run([CHATSNIFF, "quiz", "--quiet", *options, capture, "-o", WORK / name])
    equal(done.returncode, status, done.stderr.decode("utf-8", "replace"))
    return WORK / name


def quiz(capture, *options):
    return json.loads(make(capture, "quiz.json", *options).read_text("utf-8"))


def needs_tshark():
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")


def keys_are_right(path):
    needs_tshark()
    capture, known = Capture(path), topics()
    for seed in range(1, SEEDS + 1):
        made = quiz(path, "--questions", str(QUESTIONS), "--seed", str(seed))
        equal(len(made["questions"]), QUESTIONS, f"questions with seed {seed}")
        mistakes = check_quiz(capture, made, known)
        if mistakes:
            raise Failed(f"seed {seed}\n" + "\n".join(mistakes[:10]))


def own_protocol():
    """A description of the user's own: what TCP does is what it always does; of its lines nothing is asked that their
    forms do not tell."""
    needs_tshark()
    folder = CAPTURES.parent / "examples"
    if not folder.is_dir():
        raise Skip("there are no examples")
    for name in ("guess", "board"):
        path, options = folder / name / f"{name}.pcapng", ("--protocol", folder / name / f"{name}.ini")
        made = quiz(path, "--questions", "150", *options)
        equal(len(made["questions"]), 150, f"questions about {name}")
        if name == "guess":
            mistakes = check_quiz(Capture(path), made, topics())
            expect(not mistakes, "\n".join(mistakes[:5]))
        else:
            kinds = {question["kind"] for question in made["questions"]}
            expect({"request", "next", "fields", "which_frame", "sent_again"} <= kinds, f"{kinds}")


def false_keys_are_found():
    """The checker itself: a key that is turned round is a mistake, of every kind of question."""
    needs_tshark()
    turned = set()
    for name in ("lab-session", "udp-server-absent"):
        path = CAPTURES / f"{name}.pcapng"
        capture, known = Capture(path), topics()
        for question in quiz(path, "--questions", "400")["questions"]:
            false = copy.deepcopy(question)
            if question["shape"] == "choice":
                for answer in false["answers"]:
                    answer["right"] = not answer["right"]
                second = [answer for answer in false["answers"] if answer["right"]][1:]
                for answer in second:
                    answer["right"] = False
            elif question["shape"] == "number":
                false["number"] += 3
            elif question["shape"] == "order":
                false["answers"][0], false["answers"][1] = false["answers"][1], false["answers"][0]
            else:
                field = false["fields"][0]
                field["right"] = next(option for option in field["options"] if option != field["right"]) \
                    if "options" in field else field["right"] + 1
            expect(check_quiz(capture, {"questions": [false]}, known), f"not found: {question['text']}")
            turned.add(question["kind"])
    equal(sorted(turned), [
        "compute", "fields", "layer", "maintenance", "mistake", "next", "order", "request", "sent_again", "which_frame"
    ], "kinds")


def same_seed_same_bytes():
    path = CAPTURES / "lab-session.pcapng"
    for ending in ("xml", "gift", "html", "md", "json"):
        first = make(path, f"a.{ending}", "--seed", "7").read_bytes()
        equal(make(path, f"b.{ending}", "--seed", "7").read_bytes(), first, f"again, as .{ending}")
        expect(make(path, f"c.{ending}", "--seed", "8").read_bytes() != first, f"another seed, as .{ending}")
    short, long = (quiz(path, "--questions", n)["questions"] for n in ("10", "30"))
    equal(long[:10], short, "a longer quiz begins with the shorter one")


def levels_and_topics():
    path = CAPTURES / "lab-session.pcapng"
    for text, wanted in (("1", {1}), ("2", {2}), ("3", {3}), ("1-2", {1, 2}), ("1-3", {1, 2, 3})):
        equal({question["level"] for question in quiz(path, "--level", text)["questions"]}, wanted, f"--level {text}")
    chosen = {"fin", "states"}
    for question in quiz(path, "--topics", "fin,states")["questions"]:
        expect(chosen & set(question["topics"]), f"{question['topics']}")


def wrong_usage():
    path = CAPTURES / "lab-session.pcapng"
    for options, says in ((["--topics", "nonsense"], "no topic “nonsense”"), (["--level", "4"], "is no level"),
                          (["--level", "3-1"], "is no level"), (["--questions", "0"], "from 1 to"),
                          (["--seed", "-1"], "--seed is"), (["--seed", "x"], "--seed is")):
        done = run([CHATSNIFF, "quiz", *options, path, "-o", WORK / "x.json"])
        equal(done.returncode, 2, f"{options}")
        expect(says in done.stderr.decode("utf-8"), done.stderr.decode("utf-8"))
    for name, says in (("x.txt", "should end in"), ("x", "should end in")):
        done = run([CHATSNIFF, "quiz", path, "-o", WORK / name])
        equal(done.returncode, 2, name)
        expect(says in done.stderr.decode("utf-8") and not (WORK / name).exists(), name)
    equal(run([CHATSNIFF, "quiz", path]).returncode, 2, "without -o")
    equal(run([CHATSNIFF, "quiz", "-i", "lo", "-o", WORK / "x.md"]).returncode, 2, "with -i")


def fewer_than_asked_for():
    done = run([CHATSNIFF, "quiz", "--questions", "1000", CAPTURES / "udp-register.pcapng", "-o", WORK / "all.json"])
    equal(done.returncode, 0, "exit status")
    made = json.loads((WORK / "all.json").read_text("utf-8"))
    found = re.search(r"gives (\d+) of the 1000 questions asked for", done.stderr.decode("utf-8"))
    expect(found and int(found.group(1)) == len(made["questions"]), done.stderr.decode("utf-8"))
    nothing = WORK / "nothing.pcap"
    nothing.write_bytes(pcap([]))
    for ending in ("xml", "gift", "html", "md", "json"):
        done = run([CHATSNIFF, "quiz", nothing, "-o", WORK / f"nothing.{ending}"])
        expect(done.returncode in (0, 1), f"exit status {done.returncode} of an empty capture")


def is_as_written(path, text):
    """That nothing has changed in what somebody has read. Where it is meant to: `test_quiz.py --update CHATSNIFF
    CAPTURES`, and read what has changed."""
    if UPDATE:
        path.write_text(text, "utf-8")
    equal(text.splitlines(), path.read_text("utf-8").splitlines(), path.name)


def all_that_can_be_asked():
    """Of these captures, all questions that there are, one a line, with the frames that are offered."""
    lines = [
        f"{name}: {question['kind']}, level {question['level']}, {json.dumps(question['ask'])}" +
        "".join(f", {answer['value']}" for answer in question.get("answers", [])
                if question["kind"] in ("which_frame", "request"))
        for name in ("tcp-half-close", "tcp-hello-client-closes", "udp-register")
        for question in quiz(CAPTURES / f"{name}.pcapng", "--questions", "1000")["questions"]
    ]
    is_as_written(HERE / "asked.txt", "\n".join(sorted(lines)) + "\n")


def on_paper():
    """A whole quiz as Markdown: tables, answers, key and reasons."""
    path = make(CAPTURES / "lab-session.pcapng", "paper.md", "--questions", "12", "--seed", "4")
    is_as_written(HERE / "paper.md", path.read_text("utf-8"))


def damaged_capture():
    cut = WORK / "cut.pcapng"
    cut.write_bytes((CAPTURES / "lab-session.pcapng").read_bytes()[:5000])
    done = run([CHATSNIFF, "quiz", cut, "-o", WORK / "cut.md"])
    equal(done.returncode, 3, "exit status")
    expect(b"truncated" in done.stderr and (WORK / "cut.md").exists(), "what came before is asked about")


# Formats

def wanted_key(question, for_gift):
    if question["shape"] == "choice":
        return "choice", next(answer["text"] for answer in question["answers"] if answer["right"])
    if question["shape"] == "number":
        return "number", None
    if question["shape"] == "order":
        return "matching", [(question["answers"][index]["text"], str(index + 1)) for index in question["offered"]]
    if for_gift:
        return "matching", [(f"({number}) {field['label']}", str(field["right"]))
                            for number, field in enumerate(question["fields"], 1)]
    places = [cell["field"] for row in question["excerpt"]["rows"] for cell in row if isinstance(cell, dict)]
    return "fields", [str(question["fields"][index]["right"]) for index in places]


def compare_keys(read, made, for_gift):
    equal(len(read), len(made["questions"]), "questions")
    for got, question in zip(read, made["questions"]):
        wanted = wanted_key(question, for_gift)
        equal(got[0], wanted[0], question["text"])
        if got[0] == "number":
            number, tolerance = got[1]
            expect(
                abs(number - question["number"]) <= max(0.5 * 10**-len(str(number).partition(".")[2]), 0.5 * tolerance)
                and abs(tolerance - question["tolerance"]) < 1e-6, f"{got[1]} of {question['text']}")
        else:
            equal(got[1], wanted[1], question["text"])


def validate(path):
    if not shutil.which("xmllint"):
        raise Skip("xmllint is not installed")
    done = subprocess.run(["xmllint", "--noout", "--relaxng", HERE / "moodle.rng", path],
                          capture_output=True,
                          text=True,
                          check=False,
                          timeout=60)
    equal(done.returncode, 0, done.stderr[:2000])


def compare_page(page, made):
    """The key on the page: of each question why, by which RFC, and what is to be said of each answer."""
    keys = [html.unescape(re.sub(r"<[^>]*>", "", key)) for key in re.split(r'<li id="k\d+">', page)[1:]]
    equal(len(keys), len(made["questions"]), "keys on the page")
    for question, key in zip(made["questions"], keys):
        why = question["why"]
        expect(f"{why} Topic: " in key and f"({question['source']})" in key, f"{key}: not {why} ({question['source']})")
        if question["shape"] == "choice":
            for letter, answer in zip("ABCDEFGH", question["answers"]):
                expect(f"{letter} {answer['why']}" in key, f"{key}: not {letter} {answer['why']}")


def all_formats(path, *options):
    made = quiz(path, *options)
    xml = make(path, "quiz.xml", *options)
    validate(xml)
    compare_keys(formats.read_moodle(xml), made, False)
    compare_keys(formats.read_gift(make(path, "quiz.gift", *options).read_text("utf-8")), made, True)
    markdown = make(path, "quiz.md", *options).read_text("utf-8")
    questions, _, key = markdown.partition("\n## Key\n")
    equal(len(re.findall(r"(?m)^### \d+\. ", questions)), len(made["questions"]), "questions in Markdown")
    equal(len(re.findall(r"(?m)^\*\*\d+\.\*\* ", key)), len(made["questions"]), "keys in Markdown")
    page = make(path, "quiz.html", *options).read_text("utf-8")
    equal(len(re.findall(r'<form class="quiz" id="q\d+"', page)), len(made["questions"]), "questions on the page")
    compare_page(page, made)
    return made, xml, markdown, page


def formats_agree():
    for name in ("lab-session", "udp-server-absent", "tcp-reset"):
        all_formats(CAPTURES / f"{name}.pcapng", "--questions", "50")


def schema_refuses():
    """The schema itself: without a right answer, or with an element too many, a quiz is not valid."""
    good = make(CAPTURES / "lab-session.pcapng", "good.xml").read_text("utf-8")
    for what, old, new in (("an element", "<hidden>0</hidden>", "<hidden>0</hidden><script/>"),
                           ("a fraction", 'fraction="100"', 'fraction="101"'),
                           ("a name", "<name>", "<title>"), ("a tolerance", "<tolerance>", "<tolerance>x")):
        expect(old in good, what)
        bad = WORK / "bad.xml"
        bad.write_text(good.replace(old, new, 1), "utf-8")
        try:
            validate(bad)
        except Failed:
            continue
        raise Failed(f"{what} passed")


def reader_refuses():
    """The reader of GIFT itself."""
    for text in ("::a::[html]<p>x</p>{\n~a#b\n=c#d\n~e#f\n}\n", "::a::[html]<p>{x</p>{\n~a#b\n=c#d\n####g\n}\n",
                 "::a::[html]<p>x</p>{\n~a#b\n~c#d\n~e#f\n####g\n}\n",
                 "::a::[html]<p>x = y</p>{\n~a#b\n=c#d\n####g\n}\n"):
        try:
            formats.read_gift(text)
        except (formats.Refused, StopIteration):
            continue
        raise Failed(f"passed: {text}")


HOSTILE = [
    "<script>alert(1)</script>", "]]>", "\"><img src=x onerror=alert(2)>", "'", "--><!--", "\x1b[31mred\x07", "‮evil⁦",
    "| a | `b` | **c**", "&lt;&#x3c;", "~=#{}:\\", "{1:NUMERICAL:=3}", "$$x$$ \\(y\\)", "@@PLUGINFILE@@",
    "[[a]] %50% ####", "::t:: {T}", "// no comment", "$CATEGORY: x", "\\n\\", "->", "A" * 900, "é\u2028\u0085x",
    "&&123;", "<bdi>", "</form>", "\ufffe\uffff"
]


def hostile_frames():
    server, alpine, debian = (SERVER, 8090), (ALPINE, 40001), (DEBIAN, 40002)
    frames = [*craft.udp_chat()]
    for text in HOSTILE:
        octets = text.encode("utf-8")
        frames += [udp(alpine, debian, b"msg alpine> " + octets + b"\n")]
        word = b"".join(octets.split())[:80]
        frames += [udp(alpine, server, b"rc " + word), udp(server, alpine, b"rc " + word),
                   udp(debian, server, b"hi " + word), udp(server, debian, b"hi " + word)]
    client, seq = (ALPINE, 40003), 1001
    frames += [
        tcp(client, server, "S", 1000, 0),
        tcp(server, client, "SA", 5000, 1001),
        tcp(client, server, "A", 1001, 5001)
    ]
    for text in HOSTILE:
        octets = text.encode("utf-8") + b"\n"
        frames += [tcp(client, server, "PA", seq, 5001, octets), tcp(server, client, "A", 5001, seq + len(octets))]
        seq += len(octets)
    frames += [tcp(client, server, "PA", seq, 5001, b"\xff\xfe\0\n"), tcp(server, client, "A", 5001, seq + 4)]
    return frames


CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffe\uffff]")


def hostile_text():
    needs_tshark()
    path = WORK / "hostile <b>&\"name'.pcap"
    path.write_bytes(pcap(hostile_frames()))
    for seed in ("1", "2"):
        options = ("--questions", "300", "--seed", seed)
        made, xml, markdown, page = all_formats(path, *options)
        mistakes = check_quiz(Capture(path), made, topics())
        expect(not mistakes, "\n".join(mistakes[:5]))
        for name in ("quiz.json", "quiz.xml", "quiz.gift", "quiz.md", "quiz.html"):
            found = CONTROL.search((WORK / name).read_text("utf-8"))
            expect(not found, f"{found and hex(ord(found.group(0)))} in {name}")
        equal(len(re.findall(r"<script", page)), 1, "scripts on the page")
        expect("<img" not in page and not re.search(r"(?<!\\)<(script|img|/?bdi|/form)", markdown),
               "markup of the capture's")


def sentences_are_plain():
    """By the rules for all sentences, of every question that there is."""
    known = set().union(*(rules.citations(topic["source"]) for topic in topics().values()))
    found = set()
    for path in CAPTURE_FILES:
        for question in quiz(path, "--questions", "1000")["questions"]:
            texts = [question["text"], question["why"]] + [question.get("excerpt", {}).get("caption", "")]
            for part in question.get("answers", []) + question.get("fields", []):
                texts += [part["why"], part.get("text", "")]
            for text in map(rules.unquoted, texts):
                for rule in (rules.wrong_numbers, rules.doubled_words, rules.forbidden_words, rules.unfilled):
                    found.update(f"{why}: {text}" for why in rule(text))
                found.update(f"{why}: {text}" for why in rules.unknown_citations(text, known))
                found.update(f"{why}: {text}" for why in rules.misset(text) if text)
    expect(not found, "\n".join(sorted(found)[:20]))


CASES = [(f"{path.stem}: every key is right", lambda path=path: keys_are_right(path)) for path in CAPTURE_FILES]
CASES += [(function.__name__.replace("_", " "), function)
          for function in (own_protocol, false_keys_are_found, same_seed_same_bytes, levels_and_topics, wrong_usage,
                           fewer_than_asked_for, all_that_can_be_asked, on_paper, damaged_capture, formats_agree,
                           schema_refuses, reader_refuses, hostile_text, sentences_are_plain)]

if __name__ == "__main__":
    sys.exit(run_cases(CASES))
