#!/usr/bin/python3
"""Three hosts that chat, captured live: test_stage.py BUILD

What is told live equals what is told of the file, however quickly people type; and a scenario can be played in front of
a class. Skipped where the system permits no namespaces.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "captures"))
import hosts  # noqa: E402
import stage as staging  # noqa: E402
from actors import Actor, Stage, quiet_file  # noqa: E402
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
CHATSNIFF = BUILD / "analyzer" / "cli" / "chatsniff"
TEMPORARY = tempfile.TemporaryDirectory(prefix="chatsniff-stage-")
FOLDER = Path(TEMPORARY.name)
EACH = 50  # messages of each of the four


class Quick(Stage):
    """Nobody pauses."""

    def pause(self):
        pass


def listener(name, *arguments):
    """A chatsniff on the bridge that has begun."""
    actor = Actor(name, [str(CHATSNIFF), *map(str, arguments), "-i", "br0"])
    actor.expect("Ctrl-C", 15)
    return actor


def chat(stage):
    """Two rooms with one of each host, and 200 messages as fast as the programs take them. Returns how many were
    said."""
    common = stage.scenario("udp-register")
    common.server(stage)
    people = {name: common.client(stage, host, name) for name, host in
              (("anna", "alpine"), ("berta", "alpine"), ("carla", "debian"), ("dora", "debian"))}
    for room, pair in (("lab", ("anna", "carla")), ("cafe", ("berta", "dora"))):
        people[pair[0]].say(f"$roomcreate {room}")
        people[pair[0]].expect(f"The room {room} was created")
        for name in pair:
            people[name].say(f"$roomjoin {room}")
            people[name].expect(f"You have joined the room {room}")
        people[pair[0]].expect("In the room with you: ")
    for name, person in people.items():
        person.type("".join(f"{name} says {number}\n" for number in range(EACH)))
    for hearer, speaker in (("anna", "carla"), ("carla", "anna"), ("berta", "dora"), ("dora", "berta")):
        people[hearer].expect(f"{speaker} says {EACH - 1}\n")
    common.leave(*people.values())
    return EACH * len(people)


def live_equals_file():
    """Inside: on the bridge. The capture's own timeline has the frames of its file; the summary listens for itself, and
    where two hosts speak at the same moment another listener can have their packets the other way round."""
    hosts.build_stage()
    stage = Quick(BUILD)
    capture = FOLDER / "capture.pcapng"
    summary, timeline = FOLDER / "live.summary.json", FOLDER / "live.json"
    listeners = [listener("capture", "capture", "-w", capture, "--format", "json", "-o", timeline),
                 listener("summary", "summary", "--format", "json", "-o", summary)]
    try:
        said = chat(stage)
        quiet_file(capture, 1.0)
        for actor in listeners:
            actor.send_signal(2)
            equal(actor.wait(), 0, f"exit status of {actor.name}")
    finally:
        stage.clear()
        for actor in listeners:
            actor.kill()
    told = records(CHATSNIFF, capture)
    equal(sum(record["kind"] == "message" for record in told), said, "messages in the file")
    live = sorted((json.loads(line) for line in timeline.read_text("utf-8").splitlines()),
                  key=lambda record: record["frame"])
    equal(live, told, "the live timeline")
    wanted = json.loads(run([CHATSNIFF, "summary", "--quiet", "--format", "json", capture]).stdout)
    found = json.loads(summary.read_text("utf-8"))
    for part in ("users", "rooms", "exchanges", "requests"):
        equal(comparable(found["sessions"][0][part]), comparable(wanted["sessions"][0][part]), f"the live {part}")
    for part in ("phases", "findings", "hosts"):
        equal(comparable(found[part]), comparable(wanted[part]), f"the live {part}")


def comparable(part):
    """Without what each listener has of its own: times, and the numbers of frames, of which there are as many."""
    if isinstance(part, dict):
        return {key: len(value) if key == "frames" else comparable(value) for key, value in part.items()
                if key not in ("time", "offset", "latency", "explanation", "frame", "request", "reply", "replies")}
    return [comparable(value) for value in part] if isinstance(part, list) else part


def inside(case):
    """Runs a case of this file in namespaces of its own."""
    within = hosts.namespace_command()
    if not within:
        raise Skip("network namespaces are not permitted here")
    done = subprocess.run(
        [*within, sys.executable, __file__, str(BUILD), "--inside", case], capture_output=True, check=False)
    expect(done.returncode == 0, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace"))


def plays_a_scenario():
    """As ./lab scenario calls it: what people do is said between the packets, and the file has the packets alone."""
    if not hosts.namespace_command():
        raise Skip("network namespaces are not permitted here")
    live, capture = FOLDER / "timeline.txt", FOLDER / "poke.pcapng"
    done = run([
        sys.executable, ROOT / "captures" / "stage.py", "--build", BUILD, "--slowness", "2", "--narrate", "--live",
        live, "--output", capture, "udp-poke"
    ])
    equal(done.returncode, 0, f"exit status ({done.stderr.decode()})")
    shown = done.stdout.decode("utf-8")
    expect("(udp-chat on alpine types: knock knock)" in shown and "says: “knock knock”" in shown, shown)
    expect("types:" not in live.read_text("utf-8"), "the kept timeline has what chatsniff told, and nothing else")
    expect(any(record["kind"] == "message" for record in records(CHATSNIFF, capture)), "the capture has the messages")


def names_what_is_missing():
    done = run([sys.executable, ROOT / "captures" / "stage.py", "no-such-scenario"])
    equal(done.returncode, 2, "exit status")
    expect(b"there is no scenario no-such-scenario" in done.stderr, done.stderr.decode())
    listed = run([sys.executable, ROOT / "captures" / "stage.py", "--list"]).stdout.decode("utf-8")
    for name in staging.scenario_names():
        expect(f"  {name} " in listed and staging.load_scenario(name).TITLE in listed, f"{name} is not listed")


def main():
    if sys.argv[2:3] == ["--inside"]:
        globals()[sys.argv[3]]()
        return 0
    return run_cases([("three hosts, two rooms, 200 messages: live and file agree", lambda: inside("live_equals_file")),
                      ("a scenario is played and told", plays_a_scenario),
                      ("scenarios are listed, others refused", names_what_is_missing)])


if __name__ == "__main__":
    sys.exit(main())
