#!/usr/bin/python3
"""What hosts tell their routers of the groups in which rooms talk (IGMP, MLD), crafted: test_groups.py CHATSNIFF"""
import json
import socket
import struct
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
SERVER, ALPINE, DEBIAN, DORA = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002), (craft.DEBIAN, 40003)
GROUP, OTHER = "239.255.0.1", "239.255.0.9"
ROUTERS = "224.0.0.22"
IS_EXCLUDE, TO_INCLUDE, TO_EXCLUDE, ALLOW = 2, 3, 4, 5
FOLDER = tempfile.TemporaryDirectory(prefix="chatsniff-groups-")


def igmp(host, body, to=ROUTERS, ident=0):
    body = body[:2] + struct.pack("!H", craft.checksum(body[:2] + b"\0\0" + body[4:])) + body[4:]
    return craft.ip4(host, to, 2, body, ident=ident)


def report3(host, *changes, ident=0):
    """changes: (record type, group, sources)."""
    body = struct.pack("!BBHHH", 0x22, 0, 0, 0, len(changes))
    for kind, group, *sources in changes:
        body += struct.pack("!BBH", kind, 0, len(sources)) + socket.inet_aton(group)
        body += b"".join(map(socket.inet_aton, sources))
    return igmp(host, body, ident=ident)


def old(host, kind, group, to=None):
    return igmp(host, struct.pack("!BBH", kind, 0, 0) + socket.inet_aton(group), to or group)


def joins_room(client, name, room="lab", group=GROUP):
    return [craft.udp(client, SERVER, f"hi {name}".encode()), craft.udp(SERVER, client, f"hi {name}".encode()),
            craft.udp(client, SERVER, f"rj {room}".encode()), craft.udp(SERVER, client, b"rj __clear_peers__"),
            craft.udp(SERVER, client, f"rj {group} 8091".encode())]


IN_ROOM = joins_room(ALPINE, "alpine")  # frames 1 to 5


def path_of(frames, **options):
    path = Path(FOLDER.name) / "capture.pcapng"
    path.write_bytes(craft.pcapng(frames, **options))
    return path


def told(frames, **options):
    """Of IGMP: frame, name of the host, phase, what is said of each group."""
    found = [record for record in records(CHATSNIFF, path_of(frames, **options)) if record["transport"] == "igmp"]
    for record in found:
        expect("stream" not in record and record["kind"] == "igmp" and record["maintenance"], f"{record}")
    return [(record["frame"], record["source"]["name"], record["phase"],
             [(change["change"], change["room"], change.get("repeated", False)) for change in record["groups"]])
            for record in found]


def version_3():
    frames = IN_ROOM + [report3(craft.ALPINE, (TO_EXCLUDE, GROUP)), report3(craft.ALPINE, (TO_EXCLUDE, GROUP), ident=1),
                        report3(craft.ALPINE, (IS_EXCLUDE, GROUP), ident=2),
                        report3(craft.ALPINE, (ALLOW, GROUP, "10.0.0.9"), ident=3),
                        report3(craft.ALPINE, (TO_INCLUDE, GROUP), ident=4)]
    equal(told(frames), [(6, "alpine", "setup", [("join", "lab", False)]),
                         (7, "alpine", "setup", [("join", "lab", True)]),
                         (8, "alpine", "control", [("member", "lab", True)]),
                         (9, "alpine", "control", [("sources", "lab", True)]),
                         (10, "alpine", "teardown", [("leave", "lab", False)])], "what the host says")


def versions_1_and_2():
    frames = IN_ROOM + [old(craft.ALPINE, 0x16, GROUP), old("10.0.0.254", 0x11, GROUP), old(craft.ALPINE, 0x16, GROUP),
                        old(craft.ALPINE, 0x17, GROUP, "224.0.0.2"), old(craft.ALPINE, 0x12, GROUP)]
    equal(told(frames), [(6, "alpine", "setup", [("join", "lab", False)]),
                         (7, None, "control", [("query", "lab", False)]),
                         (8, "alpine", "control", [("member", "lab", True)]),
                         (9, "alpine", "teardown", [("leave", "lab", False)]),
                         (10, "alpine", "setup", [("join", "lab", False)])], "one report for two meanings")


def several_groups_in_one_report():
    frames = IN_ROOM + joins_room(ALPINE, "alpine", "cafe", OTHER)[2:] + [
        report3(craft.ALPINE, (TO_INCLUDE, GROUP), (TO_EXCLUDE, "239.1.2.3"), (TO_EXCLUDE, OTHER))]
    equal(told(frames), [(9, "alpine", "setup", [("leave", "lab", False), ("join", "cafe", False)])],
          "to join is to set up; the group of nobody's room is left out")


def groups_of_nobody():
    """Before a room is known to talk there, and where none does."""
    equal(told([report3(craft.ALPINE, (TO_EXCLUDE, GROUP))] + IN_ROOM), [], "before the server names the group")
    equal(told(IN_ROOM + [report3(craft.ALPINE, (TO_EXCLUDE, OTHER))]), [], "another group")
    equal(told(IN_ROOM + [igmp("10.0.0.254", b"\x11\x64\0\0\0\0\0\0", "224.0.0.1")]), [], "a general query")


def two_clients_on_a_host():
    frames = IN_ROOM + joins_room(DEBIAN, "debian") + joins_room(DORA, "dora") + [
        report3(craft.DEBIAN, (TO_EXCLUDE, GROUP)), report3("10.0.0.77", (TO_EXCLUDE, GROUP))]
    equal([(name, changes) for _, name, _, changes in told(frames)], [(None, [("join", "lab", False)]),
                                                                      (None, [("join", "lab", False)])],
          "nobody can say which of the two, or who")


def known_by_a_message_alone():
    """The capture begins later: somebody talks in the group."""
    frames = [craft.udp(ALPINE, (GROUP, 8091), b"msg alpine> hello\n"), craft.udp(ALPINE, SERVER, b"ul"),
              report3(craft.ALPINE, (TO_INCLUDE, GROUP))]
    equal(told(frames), [(3, "alpine", "teardown", [("leave", None, False)])], "a room without a name")


def hostile_reports():
    """More records than are read, records that are cut off, numbers that lie."""
    many = report3(craft.ALPINE, *[(TO_EXCLUDE, GROUP)] * 200)
    equal(len(told(IN_ROOM + [many])[0][3]), 32, "so many records are read")
    whole = report3(craft.ALPINE, (TO_EXCLUDE, GROUP), (TO_INCLUDE, GROUP))
    for length in range(34, len(whole)):
        expect(len(told(IN_ROOM + [whole], snapshot=[262144] * 5 + [length])) <= 1, "one that is cut off")
    lies = struct.pack("!BBHHH", 0x22, 0, 0, 0, 0xFFFF) + struct.pack("!BBH", TO_EXCLUDE, 255,
                                                                      0xFFFF) + socket.inet_aton(GROUP)
    equal(told(IN_ROOM + [igmp(craft.ALPINE, lies)]), [(6, "alpine", "setup", [("join", "lab", False)])],
          "false numbers")


def captured_twice():
    once = report3(craft.ALPINE, (TO_EXCLUDE, GROUP), ident=77)
    frames = IN_ROOM + [once, once]
    seconds = [0.01 * i for i in range(6)] + [0.05001]
    found = [record for record in records(CHATSNIFF, path_of(frames, seconds=seconds)) if record["transport"] == "igmp"]
    equal([record.get("captured_twice") for record in found], [None, 6], "the second capture")


def in_the_summary():
    frames = IN_ROOM + [report3(craft.ALPINE, (TO_EXCLUDE, GROUP)), report3(craft.ALPINE, (TO_INCLUDE, GROUP), ident=1)]
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", path_of(frames)])
    total = json.loads(done.stdout)
    (room,) = total["sessions"][0]["rooms"]
    equal((room["group"]["address"], room["group"]["port"], room["reports"]), (GROUP, 8091, [6, 7]), "the room's group")
    equal([(row["phase"], row["frames"]) for row in total["phases"] if row["transport"] == "igmp"],
          [("setup", [6]), ("teardown", [7])], "phases")
    equal(total["capture"]["others"], [], "nothing else is in it")


def answers_to_a_group():
    """Each member answers from its own socket; the first answer is the request's, the others go on from it."""
    group = (GROUP, 8091)
    frames = IN_ROOM + joins_room(DEBIAN, "debian") + joins_room(DORA, "dora") + [
        craft.udp(ALPINE, group, b"pk"), craft.udp(DEBIAN, ALPINE, b"pk debian"), craft.udp(DORA, ALPINE, b"pk dora"),
        craft.udp(ALPINE, group, b"pk")]
    last = records(CHATSNIFF, path_of(frames))[-4:]
    equal([(record["kind"], record.get("request"), record.get("repeats")) for record in last],
          [("request", None, None), ("reply", 16, None), ("reply", 16, None),
           ("request", None, None)], "who answers what")
    counts = [json.loads(line) for line in
              run([CHATSNIFF, "conversations", "--quiet", "--format", "json", path_of(frames)]).stdout.splitlines()]
    expect("2 requests, 1 answered" in [row["label"] for row in counts if row["server"]["address"] == GROUP][0],
           f"the group's conversation: {counts}")
    late = craft.udp(DEBIAN, ALPINE, b"pk debian")
    frames = frames[:16] + [late]
    equal(
        records(CHATSNIFF, path_of(frames, seconds=[0.01 * i for i in range(16)] + [60]))[-1]["kind"], "message",
        "too late")


CASES = (version_3, versions_1_and_2, several_groups_in_one_report, groups_of_nobody, two_clients_on_a_host,
         known_by_a_message_alone, hostile_reports, captured_twice, in_the_summary, answers_to_a_group)

if __name__ == "__main__":
    sys.exit(run_cases([(function.__name__.replace("_", " "), function) for function in CASES]))
