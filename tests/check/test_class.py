#!/usr/bin/python3
"""A class of 200: grades, feedback and shared frames as the generator knows them; test_class.py CHATSNIFF"""
import configparser
import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from classroom import ALL, POINTS, Classroom  # noqa: E402
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF = sys.argv[1]
FOLDER = Path(tempfile.mkdtemp(prefix="chatsniff-check-"))
LIMIT = "6"  # seconds of processor time: what the bomb takes, and a million packets do not


class Made:
    """The class, written once, and what chatsniff said of it, once for each number of workers."""

    def __init__(self):
        self.classroom = Classroom()
        self.submissions = FOLDER / "submissions"
        self.classroom.write(self.submissions)
        self.roster = FOLDER / "roster.csv"
        self.roster.write_text(self.classroom.roster(), encoding="utf-8")
        self.results = {}

    def check(self, output, *options, jobs=2, status=3):
        path = FOLDER / output
        done = run([CHATSNIFF, "check", "tcp-task", self.submissions, "--roster", self.roster, "-o", path, "-j", jobs,
                    "--time-limit", LIMIT, *options], timeout=120)
        equal(done.returncode, status, f"exit status; it says {done.stderr.decode()}")
        return path

    def json(self):
        if "json" not in self.results:
            path = self.check("results.json", "--state", FOLDER / "state")
            self.results["json"] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return self.results["json"]


MADE = Made()
STUDENTS = MADE.classroom.students


def counted(row):
    """The capture that counts."""
    return next(capture for capture in row["captures"] if capture["file"] == row["counts"])


def grades():
    rows = MADE.json()
    equal([row["identifier"] for row in rows], [student.participant for student in STUDENTS], "the students, in order")
    for student, row in zip(STUDENTS, rows):
        what = f"{student.participant} ({student.kind})"
        equal(row["grade"], student.points(), f"grade of {what}")
        equal(row["maximum"], sum(POINTS.values()), f"maximum of {what}")
        if not student.files:
            equal(row["captures"], [], f"captures of {what}")
            continue
        capture = counted(row)
        if student.remark:
            expect(re.search(student.remark, capture["remark"]), f"remark on {what}: {capture['remark']!r}")
        else:
            expect("remark" not in capture, f"a remark on {what}: {capture}")
        if student.grade == "points":
            equal(capture["packets"], student.packets, f"packets of {what}")
            lacks = {item["item"] for item in capture["items"] if item["verdict"] == "missing"}
            equal(lacks, set(student.lacks), f"what is missing of {what}")
            equal({item["item"] for item in capture["items"]}, set(ALL), f"items of {what}")


def shared_frames():
    numbers = {student.participant: student.number for student in STUDENTS}
    found = {}
    for row in MADE.json():
        for capture in row["captures"]:
            for shared in capture["shared"]:
                pair = numbers[row["identifier"]], numbers[shared["identifier"]]
                expect(pair not in found, f"pair {pair} is told twice")
                found[pair] = shared["frames"]
                for side in ("mine", "theirs"):
                    equal(sum(last - first + 1 for first, last in shared[side]), shared["frames"],
                          f"frames of {pair}, {side}")
    wanted = {}
    for (one, other), frames in MADE.classroom.pairs.items():
        wanted[one, other] = wanted[other, one] = frames
    equal(sorted(found), sorted(wanted), "pairs")
    equal(found, wanted, "frames of the pairs")


def feedback_of(student, rubric):
    """In the words of the rubric."""
    lines = []
    for section in rubric.sections():
        if not section.startswith("item "):
            continue
        item, values = section[len("item "):], rubric[section]
        fill = lambda text: text.replace("{port}", student.port).replace("{name}", student.name)  # noqa: E731
        points = 0 if item in student.lacks else POINTS[item]
        line = f"{points} of {POINTS[item]}: {fill(values['text'])}"
        if item in student.lacks:
            line += f" Missing. {fill(values['hint'])}"
        lines.append(line)
    return lines


def gradebook():
    rubric = configparser.RawConfigParser()
    rubric.read_string(run([CHATSNIFF, "check", "--example", "tcp-task"]).stdout.decode())
    path = MADE.check("grades.csv", "--state", FOLDER / "state")
    octets = path.read_bytes()
    expect(b"\n" in octets and octets.count(b"\r\n") >= len(STUDENTS), "rows end with CR LF")
    rows = list(csv.DictReader(octets.decode("utf-8").splitlines(keepends=True)))
    equal(len(rows), len(STUDENTS), "rows")
    for student, row in zip(STUDENTS, rows):
        what = f"{student.participant} ({student.kind})"
        equal(row["Identifier"], student.participant, "identifier")
        equal(row["Full name"], student.full_name, "full name")
        equal(row["Grade"], "" if student.points() is None else str(student.points()), f"grade of {what}")
        equal(row["Last modified (grade)"], "-", f"Moodle's time of {what}")
        lines = row["Feedback comments"].split("\n")
        if student.grade == "points":
            equal(lines[-len(POINTS):], feedback_of(student, rubric), f"feedback of {what}")
        rest = lines[:-len(POINTS)] if student.grade == "points" else lines
        if student.remark:
            expect(re.match(r"The capture: " + student.remark, rest[0]), f"feedback of {what}: {rest}")
        elif student.kind == "two-files":
            equal(rest, ["Of 2 captures this is the one with the most points: "
                         "chat.pcapng."], f"feedback of {what}")
        elif not student.files:
            equal(rest, ["No capture was handed in."], f"feedback of {what}")
        else:
            equal(rest, [], f"feedback of {what}")
        others = [other.participant for other in STUDENTS if other is not student]
        expect(not any(other in row["Feedback comments"] for other in others), f"{what} is told of somebody else")


def same_with_any_number():
    """The order of rows, and everything in them, does not depend on who was ready first."""
    few = Classroom(size=40, packets=5000, gigabytes=2)
    folder = FOLDER / "few"
    few.write(folder)
    (FOLDER / "few.csv").write_text(few.roster(), encoding="utf-8")
    outputs = []
    for jobs in (1, 2, 7):
        path = FOLDER / f"few-{jobs}.json"
        run([CHATSNIFF, "check", "tcp-task", folder, "--roster", FOLDER / "few.csv", "-o", path, "-j", jobs,
             "--time-limit", "1"], timeout=60)
        outputs.append(path.read_bytes())
    expect(outputs[0] and len(outputs[0].splitlines()) == 40, "one row a student")
    equal(outputs[1] == outputs[0], True, "two workers say the same as one")
    equal(outputs[2] == outputs[0], True, "seven workers say the same as one")


def results_in(state):
    database = sqlite3.connect(state)
    with database:
        rows = dict(database.execute("SELECT capture, result FROM results").fetchall())
    database.close()
    return rows


def killed_and_run_again():
    """Killed in the middle. What was done is kept, and the next run believes it, even where it was changed; what is
    missing is done, and then the same comes out as if nothing had happened."""
    few = Classroom(size=200, packets=2000, gigabytes=0)
    folder, state, output = FOLDER / "many", FOLDER / "killed.state", FOLDER / "killed.json"
    few.write(folder)
    command = [CHATSNIFF, "check", "tcp-task", str(folder), "--roster", str(MADE.roster), "-o", str(output), "-j", "1"]
    run(command, timeout=60)
    wanted = output.read_bytes()
    output.unlink()
    command += ["--state", str(state)]
    log = FOLDER / "killed.state-wal"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (log.exists() and log.stat().st_size > 100_000):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    expect(not output.exists(), "no output of a run that was killed")
    kept = results_in(state)
    expect(0 < len(kept) < 190, f"it was killed in the middle: {len(kept)} results")
    # Two of those that were kept, in place of each other.
    one, other = [key for key, result in kept.items() if result != kept[min(kept)]][:2]
    database = sqlite3.connect(state)
    with database:
        database.execute("UPDATE results SET result = ? WHERE capture = ?", (kept[other], one))
    database.close()
    run(command, timeout=60)
    changed = [
        number for number, (before, after) in enumerate(zip(wanted.splitlines(),
                                                            output.read_bytes().splitlines()))
        if json.loads(before) != json.loads(after)
    ]
    expect(changed, "what was kept is not done again")
    after = results_in(state)
    equal({key: after[key] for key in kept if key != one}, {key: kept[key] for key in kept if key != one},
          "what was kept, afterwards")
    equal(after[one], kept[other], "what was kept and changed, afterwards")
    database = sqlite3.connect(state)
    with database:
        database.execute("DELETE FROM results WHERE capture = ?", (one,))
    database.close()
    run(command, timeout=60)
    expect(output.read_bytes() == wanted, "without the changed one the same comes out as from one run")


def ctrl_c():
    state = FOLDER / "stopped.state"
    command = [CHATSNIFF, "check", "tcp-task", str(FOLDER / "few"), "--roster", str(FOLDER / "few.csv"), "-o",
               str(FOLDER / "stopped.csv"), "--state", str(state), "-j", "2", "--time-limit", "20"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as process:
        time.sleep(1)
        if process.poll() is not None:
            raise Skip("it was done before it could be stopped")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=10)[1].decode()
    equal(process.returncode, 1, f"exit status after Ctrl-C; it says {said}")
    expect("the same --state to go on" in said, f"it says how to go on: {said!r}")
    expect(not (FOLDER / "stopped.csv").exists(), "no half of an output")
    left = subprocess.run(["pgrep", "-f", str(state)], capture_output=True, check=False).stdout
    equal(left, b"", "processes that are left")


def page_and_reports():
    folder = FOLDER / "two"
    folder.mkdir()
    for student in STUDENTS[:2]:
        (folder / f"{student.participant}.pcapng").write_bytes(student.files["chat.pcapng"])
    page = FOLDER / "class.html"
    done = run([CHATSNIFF, "check", "tcp-task", folder, "--roster", MADE.roster, "--reports", "-o", page])
    equal(done.returncode, 0, f"exit status; it says {done.stderr.decode()}")
    text = page.read_text("utf-8")
    links = re.findall(r'href="(class-reports/[^"]+)"', text)
    equal(len(links), 2, "links to reports")
    for link in links:
        report = (FOLDER / link).read_text("utf-8")
        expect("<h2" in report and "10.0.0.1" in report, f"{link} is a report")
    expect("198 handed in nothing" in text, "who handed in nothing is counted")


if __name__ == "__main__":
    try:
        STATUS = run_cases([
            ("grades of 200 students", grades),
            ("every copied pair, and no other", shared_frames),
            ("the gradebook and its feedback", gradebook),
            ("one worker, two and seven say the same", same_with_any_number),
            ("killed in the middle and run again: nothing is done twice", killed_and_run_again),
            ("Ctrl-C ends it in good order", ctrl_c),
            ("the page, with a report of each capture", page_and_reports),
        ])
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(STATUS)
