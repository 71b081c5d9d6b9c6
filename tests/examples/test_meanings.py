#!/usr/bin/python3
"""Only meanings decide: a protocol unlike the lab's, over UDP and over TCP, is understood by its meanings alone, by
chatsniff and by the dissector alike.

usage: test_meanings.py CHATSNIFF ROOT
"""
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import craft  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, ROOT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
sys.path.insert(0, str(HERE.parent / "dissector"))
sys.argv[1:] = [str(CHATSNIFF), str(ROOT / "captures"), "/nowhere", "/nowhere"]  # what test_parity.py asks for
import test_parity  # noqa: E402

WORK = Path(tempfile.mkdtemp(prefix="chatsniff-meanings-"))
DESCRIPTION = """
[protocol]
name = relay
transport = {transport}
ports = 5005

[form hello]
pattern = iam {{name:user}}
from = client
meaning = register
label = is {{name}}
# It names nobody: the request did.
[form ok]
pattern = ok
from = server
answers = hello
reply = only
meaning = registered
label = agrees
[form enter]
pattern = enter {{room:room}}
from = client
meaning = join-room
label = enters {{room}}
# Entering and leaving are answered by a list of members, and by nothing else.
[form quit]
pattern = quit
from = client
meaning = leave-room
label = leaves
[form fresh]
pattern = fresh
from = server
answers = enter;quit
reply = first
meaning = clear-peers
label = begins a list of members
[form member]
pattern = member {{address:ip}} {{port:port}}
from = server
answers = enter;quit
reply = more
meaning = peer-address
label = lists {{address}}
# Nobody answers it, and the server passes it on.
[form say]
pattern = say {{text:rest}}
from = client
meaning = message
label = says “{{text}}”
[form said]
pattern = said {{name:user}} {{text:rest}}
from = server
meaning = message
label = passes on: {{name}} says “{{text}}”
"""
# Who says what: "a" and "b" are clients.
PLAY = [("a", "iam anna"), ("A", "ok"), ("b", "iam ben"), ("B", "ok"), ("a", "enter hall"), ("A", "fresh"),
        ("b", "enter hall"), ("B", "fresh"), ("B", "member 10.0.0.2 40001"), ("A", "fresh"),
        ("A", "member 10.0.0.3 40002"), ("a", "say good morning"), ("B", "said anna good morning"), ("a", "quit"),
        ("A", "fresh"), ("b", "say bye")]
CLIENTS = {"a": ("10.0.0.2", 40001), "b": ("10.0.0.3", 40002)}
SERVER = ("10.0.0.1", 5005)


def datagrams():
    frames = []
    for who, text in PLAY:
        client = CLIENTS[who.lower()]
        ends = (client, SERVER) if who.islower() else (SERVER, client)
        frames.append(craft.udp(*ends, text.encode() + b"\n"))
    return frames


def segments():
    """Two connections, each with a handshake, and each line a segment."""
    frames, numbers = [], {}
    for who, client in CLIENTS.items():
        frames += [craft.tcp(client, SERVER, "S", 100, 0), craft.tcp(SERVER, client, "SA", 900, 101),
                   craft.tcp(client, SERVER, "A", 101, 901)]
        numbers[who] = [101, 901]
    for who, text in PLAY:
        client, line = CLIENTS[who.lower()], text.encode() + b"\n"
        sent = numbers[who.lower()]
        if who.islower():
            frames.append(craft.tcp(client, SERVER, "PA", sent[0], sent[1], line))
            sent[0] += len(line)
        else:
            frames.append(craft.tcp(SERVER, client, "PA", sent[1], sent[0], line))
            sent[1] += len(line)
    return frames


def files(transport):
    folder = WORK / transport / "relay"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "relay.ini").write_text(DESCRIPTION.format(transport=transport), "utf-8")
    (folder / "relay.pcapng").write_bytes(craft.pcapng(datagrams() if transport == "udp" else segments()))
    return folder


def said(transport):
    """The records with a message, in the order of PLAY."""
    folder = files(transport)
    found = [record for record in records(CHATSNIFF, "--protocol", folder / "relay.ini", folder / "relay.pcapng")
             if record.get("messages")]
    equal([record["messages"][0]["form"] for record in found],
          [{"iam": "hello"}.get(text.split()[0], text.split()[0]) for _, text in PLAY], "forms")
    return found


def summary(transport):
    folder = files(transport)
    done = run([CHATSNIFF, "summary", "--format", "json", "--protocol", folder / "relay.ini", folder / "relay.pcapng"])
    return json.loads(done.stdout)


def the_request_names_its_client(transport):
    found = said(transport)
    equal([found[0]["source"]["name"], found[1]["destination"]["name"], found[11]["source"]["name"]],
          [None, "anna", "anna"], "the name of the first client, over time")
    equal([(user["name"], user["inferred"]) for user in summary(transport)["sessions"][0]["users"]],
          [("anna", False), ("ben", False)], "users")


def a_list_answers_leaving(transport):
    found = said(transport)
    equal([found[14].get("request"), found[5].get("request"), found[7].get("request")],
          [found[13]["frame"], found[4]["frame"], found[6]["frame"]], "what the lists answer")
    equal(found[8].get("request"), found[6]["frame"], "what the member's address belongs to")
    expect("request" not in found[9] and "request" not in found[10], "a list that nobody asked for is a notice")


def rooms_are_replayed(transport):
    rooms = summary(transport)["sessions"][0]["rooms"]
    equal([room["name"] for room in rooms], ["hall"], "rooms")
    equal([member["name"] for member in rooms[0]["members"]], ["anna", "ben"], "members")


def what_is_passed_on_names_nobody(transport):
    for record in said(transport):
        server = "source" if record["source"]["port"] == SERVER[1] else "destination"
        equal(record[server]["name"], None, f"the server's name in frame {record['frame']}")


def what_nobody_answers_is_no_request(transport):
    found = summary(transport)
    equal([finding for finding in found["findings"] if finding["kind"] == "unanswered_request"], [], "findings")
    equal([form["form"] for form in found["sessions"][0]["requests"] if form["form"] == "say"], [], "requests")
    equal(found["sessions"][0]["messages"], 2, "messages")
    if transport == "udp":
        say = said(transport)[11]
        equal([say["kind"], say["phase"], say["maintenance"]], ["message", "transfer", False], "say")


def wireshark_agrees(transport):
    test_parity.nothing(test_parity.same_example(files(transport), True))


def no_limit_but_the_described():
    """1,024 bytes are the lab's programs', not everybody's."""
    folder = files("udp")
    capture = WORK / "long.pcapng"
    capture.write_bytes(craft.pcapng([craft.udp(CLIENTS["a"], SERVER, b"say " + b"x" * 1200)]))
    for extra, is_told in (("", False), ("receive-limit = 1000\n", True)):
        description = WORK / "long.ini"
        description.write_text((folder / "relay.ini").read_text("utf-8").replace("ports = 5005\n",
                                                                                 "ports = 5005\n" + extra), "utf-8")
        record = records(CHATSNIFF, "--protocol", description, capture)[0]
        equal("receivers lose the rest" in record["label"], is_told, f"with {extra!r}: {record['label'][-60:]}")


if __name__ == "__main__":
    CASES = [("the request names its client", the_request_names_its_client),
             ("a list answers leaving", a_list_answers_leaving), ("rooms are replayed", rooms_are_replayed),
             ("what the server passes on names nobody", what_is_passed_on_names_nobody),
             ("what nobody answers is no request", what_nobody_answers_is_no_request),
             ("Wireshark agrees", wireshark_agrees)]
    sys.exit(run_cases([(f"{transport}: {name}", lambda transport=transport, case=case: case(transport))
                        for transport in ("udp", "tcp") for name, case in CASES]
                       + [("no limit but the described one", no_limit_but_the_described)]))
