#!/usr/bin/python3
"""What must be told of the two captures of the original lab: test_expectations.py CHATSNIFF CAPTURES SHARED

They are not the project's to hand on; where the folder SHARED is absent, these cases are skipped. What the captures
of captures/ show is checked against their manifest, too.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])
sys.dont_write_bytecode = True
sys.path.insert(0, str(CAPTURES))
import manifest  # noqa: E402

SERVER = ("192.168.122.25", 8090)
DEBIAN = ("192.168.122.9", 36396)
ALPINE = ("192.168.122.25", 34456)

# frame: sender, kind, form, arguments and text, from, to
LAB_UDP = {
    180: ("client", "request", "register", ["debian"], DEBIAN, SERVER),
    181: ("server", "reply", "registered", ["debian"], SERVER, DEBIAN),
    582: ("client", "request", "list-rooms", [], DEBIAN, SERVER),
    583: ("server", "reply", "no-rooms", [], SERVER, DEBIAN),
    654: ("client", "request", "create-room", ["testroom"], DEBIAN, SERVER),
    655: ("server", "reply", "room-created", ["testroom"], SERVER, DEBIAN),
    715: ("client", "request", "join-room", ["testroom"], DEBIAN, SERVER),
    716: ("server", "reply", "clear-peers", [], SERVER, DEBIAN),
    807: ("server", "notice", "clear-peers", [], SERVER, DEBIAN),
    808: ("server", "notice", "room-peer", ["192.168.122.25", "34456"], SERVER, DEBIAN),
    845: ("peer", "message", "message", ["alpine", "hello there"], ALPINE, DEBIAN),
    909: ("peer", "message", "message", ["debian", "hello alpine!"], DEBIAN, ALPINE),
    986: ("client", "request", "leave-room", [], DEBIAN, SERVER),
    1047: ("peer", "message", "message", ["alpine", "hellooo"], ALPINE, DEBIAN),
    1209: ("peer", "message", "message", ["alpine", "exit"], ALPINE, DEBIAN),
}
LATENCIES = {181: (180, 0.000968368), 583: (582, 0.000734582), 655: (654, 0.000720906), 716: (715, 0.000668469)}

# frame: sender, kind, phase, flags, seq, ack, length, message
LAB_TCP = {
    97: ("client", "syn", "setup", "S", 0, None, 0, None),
    98: ("server", "syn_ack", "setup", "SA", 0, 1, 0, None),
    99: ("client", "handshake_ack", "setup", "A", 1, 1, 0, None),
    123: ("client", "data", "transfer", "PA", 1, 1, 6, "hello"),
    124: ("server", "ack", "transfer", "A", 1, 7, 0, None),
    172: ("server", "data", "transfer", "PA", 1, 7, 15, "hi from alpine"),
    173: ("client", "ack", "transfer", "A", 7, 16, 0, None),
    186: ("client", "fin", "teardown", "FA", 7, 16, 0, None),
    189: ("server", "fin", "teardown", "FA", 16, 8, 0, None),
    193: ("client", "teardown_ack", "teardown", "A", 8, 17, 0, None),
}


def shared(name):
    path = SHARED / name
    if not path.exists():
        raise Skip(f"the lab's own {name} is not here")
    return path


def endpoint(side):
    return side["address"], side["port"]


def lab_udp_frames():
    told = records(CHATSNIFF, shared("lab-udp-chat.pcapng"))
    equal([record["frame"] for record in told], sorted(LAB_UDP), "the frames")
    for record in told:
        frame = record["frame"]
        sender, kind, form, arguments, source, destination = LAB_UDP[frame]
        equal(record["transport"], "udp", f"transport of {frame}")
        equal(record["protocol"], "udpchat", f"protocol of {frame}")
        equal(record["sender"], sender, f"sender of {frame}")
        equal(record["kind"], kind, f"kind of {frame}")
        equal([message["form"] for message in record["messages"]], [form], f"form of {frame}")
        # The text of a message is an argument too, with its line ending; shown is the text without.
        got = [argument.rstrip("\n") for argument in record["messages"][0]["arguments"]]
        equal(got, arguments, f"arguments of {frame}")
        if form == "message":
            equal(record["messages"][0]["text"], arguments[1], f"text of {frame}")
        equal(endpoint(record["source"]), source, f"source of {frame}")
        equal(endpoint(record["destination"]), destination, f"destination of {frame}")


def lab_udp_names():
    """An endpoint has its name from the packet on that gives it."""
    for record in records(CHATSNIFF, shared("lab-udp-chat.pcapng")):
        for side in (record["source"], record["destination"]):
            wanted = {SERVER: None, DEBIAN: "debian" if record["frame"] > 180 else side["name"],
                      ALPINE: "alpine"}[endpoint(side)]
            equal(side["name"], wanted, f"name of {side['address']}:{side['port']} in {record['frame']}")


def lab_udp_latencies():
    for record in records(CHATSNIFF, shared("lab-udp-chat.pcapng")):
        frame = record["frame"]
        if frame in LATENCIES:
            request, latency = LATENCIES[frame]
            equal(record.get("request"), request, f"request of {frame}")
            expect(abs(record["latency"] - latency) < 5e-10, f"latency of {frame}: {record['latency']}, not {latency}")
        else:
            expect("request" not in record and "latency" not in record, f"{frame} answers nothing")


def lab_tcp_frames():
    told = records(CHATSNIFF, shared("lab-tcp-chat.pcapng"))
    equal([record["frame"] for record in told], sorted(LAB_TCP), "the frames")
    for record in told:
        frame = record["frame"]
        sender, kind, phase, flags, seq, ack, length, message = LAB_TCP[frame]
        for key, wanted in (("sender", sender), ("kind", kind), ("phase", phase), ("protocol", "tcpchat")):
            equal(record[key], wanted, f"{key} of {frame}")
        tcp = record["tcp"]
        equal((tcp["flags"], tcp["seq"], tcp["ack"], tcp["length"]), (flags, seq, ack, length), f"tcp of {frame}")
        equal([text["text"] for text in record.get("messages", [])], [message] if message else [],
              f"messages of {frame}")


def lab_tcp_round_trip():
    told = {record["frame"]: record for record in records(CHATSNIFF, "--explain", shared("lab-tcp-chat.pcapng"))}
    words = told[99]["label"] + " " + told[99]["explanation"]
    expect("807 µs" in words or "0.807 ms" in words,
           f"the handshake took 0.806517 ms, from 97 to 99; said was: {words}")


def lab_tcp_states():
    told = {record["frame"]: record for record in records(CHATSNIFF, shared("lab-tcp-chat.pcapng"))}
    equal({state.upper().replace("_", "-") for state in told[173]["states"].values()}, {"ESTABLISHED"},
          "states in the middle")
    equal(told[193]["states"]["client"].upper().replace("_", "-"), "TIME-WAIT", "the state of who closed first")
    equal(told[193]["states"]["server"].upper().replace("_", "-"), "CLOSED", "the state of the other")


def as_the_manifest_says(name, points):
    """Every packet that a point names is told, and is what the point says, as far as its condition can say it."""
    told = records(CHATSNIFF, CAPTURES / f"{name}.pcapng")
    for point in points:
        expect(point["frames"], f"\"{point['what']}\" names no frame")
        equal([record["frame"] for record in told if manifest.fits(record, point["where"])], point["frames"],
              f"the frames of \"{point['what']}\"")


def scenario_and_manifest_agree(name, entry):
    """What people read in the manifest and the page is what the scenario says."""
    scenario = manifest.load_scenario(name)
    for key, wanted in (("title", scenario.TITLE), ("shows", scenario.SHOWS), ("question", scenario.QUESTION),
                        ("answer", scenario.ANSWER)):
        equal(entry[key], wanted, key)
    equal([(point["what"], point["where"]) for point in entry["points"]],
          [tuple(point) for point in scenario.POINTS], "points")
    page = "\n".join(manifest.page_of(name, entry))
    expect(page in (CAPTURES / "README.md").read_text("utf-8"), "captures/README.md is old: ./lab captures writes it")


def findings_of_the_manifest(name, wanted):
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", CAPTURES / f"{name}.pcapng"])
    found = [(finding["kind"], finding["frames"]) for finding in json.loads(done.stdout)["findings"]]
    equal(sorted(found), sorted((finding["kind"], finding["frames"]) for finding in wanted), "findings")


def lab_udp_summary():
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", shared("lab-udp-chat.pcapng")])
    total = json.loads(done.stdout)
    equal([(finding["kind"], finding["frames"]) for finding in total["findings"]],
          [("unanswered_request", [986]), ("message_after_leave", [1047, 1209])], "findings")
    equal(sum(row["packets"] for row in total["phases"]), 15, "packets of the phases")
    equal({row["name"]: row["packets"] for row in total["capture"]["others"]},
          {"SSH": 1174, "ARP": 22, "Dropbox LAN sync discovery": 9, "DHCP": 2}, "other traffic")
    (session,) = total["sessions"]
    (room,) = session["rooms"]
    equal((room["name"], room["created"]), ("testroom", 655), "the room")
    equal([(member["name"], member["joined"]["frame"], member["inferred"]) for member in room["members"]],
          [("debian", 716, False), ("alpine", 808, True)], "its members")
    equal([(user["name"], user["inferred"], user["registered"]) for user in session["users"]],
          [("debian", False, session["users"][0]["registered"]), ("alpine", True, None)], "users")


def lab_tcp_summary():
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", shared("lab-tcp-chat.pcapng")])
    total = json.loads(done.stdout)
    groups = {(row["phase"], row["layer"], row["maintenance"]): row["frames"] for row in total["phases"]}
    equal(groups, {("setup", "transport", True): [97, 98, 99], ("transfer", "transport", True): [124, 173],
                   ("transfer", "application", False): [123, 172], ("teardown", "transport", True): [186, 189, 193]},
          "phases")
    equal(total["capture"]["other_packets"], 188, "other packets")


def manifest_is_whole(entries):
    equal(sorted(entries), sorted(path.stem for path in CAPTURES.glob("*.pcapng")), "the captures")
    equal(sorted(entries), sorted(path.stem for path in (CAPTURES / "scenarios").glob("*.py")), "the scenarios")


def main():
    entries = json.loads((CAPTURES / "manifest.json").read_text("utf-8"))
    cases = [
        ("the lab's UDP chat: fifteen frames, their forms and directions", lab_udp_frames),
        ("the lab's UDP chat: names", lab_udp_names),
        ("the lab's UDP chat: requests and latencies", lab_udp_latencies),
        ("the lab's TCP chat: ten frames, their kinds and messages", lab_tcp_frames),
        ("the lab's TCP chat: the handshake's round-trip time", lab_tcp_round_trip),
        ("the lab's TCP chat: the endpoints' states", lab_tcp_states),
        ("the lab's UDP chat: its summary", lab_udp_summary),
        ("the lab's TCP chat: its summary", lab_tcp_summary),
        ("the manifest has every capture and scenario", lambda: manifest_is_whole(entries)),
    ]
    for name, entry in entries.items():
        cases.append((f"{name}: the manifest's frames are told",
                      lambda name=name, entry=entry: as_the_manifest_says(name, entry["points"])))
        cases.append((f"{name}: the manifest and the page are the scenario's",
                      lambda name=name, entry=entry: scenario_and_manifest_agree(name, entry)))
        cases.append((f"{name}: the manifest's findings, and no others",
                      lambda name=name, entry=entry: findings_of_the_manifest(name, entry["findings"])))
    return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
