#!/usr/bin/python3
"""Reads all sentences that the suite can produce: test_sentences.py CHATSNIFF CAPTURES [SHARED]

Those of every capture in captures/, and of all that tests/golden crafts; what is crafted here fills in what neither
has. rules.py says what a sentence must not be; here it is applied, and the topics are held against what is said.
"""
import ipaddress
import json
import re
import struct
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "golden")]
import craft  # noqa: E402
import rules  # noqa: E402
import test_engine  # noqa: E402
import test_situations  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
SERVER, ALPINE, DEBIAN = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
CLIENT = (craft.ALPINE, 40003)
TOPICS = {}   # by name
FOLDER = tempfile.TemporaryDirectory()
QUIZ = Path(FOLDER.name) / "quiz.json"
TOLD = []     # timelines: lists of records with explanations
AS_WHOLE = [] # conversation records with explanations


def mine(flags, seq, ack, payload=b"", **options):
    return craft.tcp(CLIENT, SERVER, flags, 1000 + seq, 5000 + ack if "A" in flags else 0, payload, **options)


def theirs(flags, seq, ack, payload=b"", **options):
    return craft.tcp(SERVER, CLIENT, flags, 5000 + seq, 1000 + ack if "A" in flags else 0, payload, **options)


def icmp(kind, code, quoted, source=craft.SERVER):
    """An ICMP error about a frame of ours."""
    packet = quoted[14:]
    body = struct.pack("!BBHI", kind, code, 0, 0) + packet[:28]
    body = body[:2] + struct.pack("!H", craft.checksum(body)) + body[4:]
    return craft.ip4(source, craft.ALPINE, 1, body)


def udp6(payload):
    """Over IPv6, from fd00::2 to fd00::1, and without a checksum."""
    segment = struct.pack("!HHHH", 40001, 8090, 8 + len(payload), 0) + payload
    addresses = (ipaddress.ip_address(address).packed for address in ("fd00::2", "fd00::1"))
    return (craft.mac(craft.SERVER) + craft.mac(craft.ALPINE) + b"\x86\xdd"
            + struct.pack("!IHBB", 6 << 28, len(segment), 17, 64) + b"".join(addresses) + segment)


# Cases that are about octets and commands, or say one thing many times.
SILENT = {
    "options_cut_off", "output_over_the_capture", "out_of_order_flood", "skippable_frames", "padding_of_xz", "raw_ip",
    "jumbograms", "zeek_states", "tcp_repeats_stay", "udp_sent_twice", "udp_between_others"
}
OPENING = [mine("S", 0, 0), theirs("SA", 0, 1), mine("A", 1, 1)]
CRAFTED = {
    "icmp errors": [craft.udp(ALPINE, SERVER, b"hi alpine")] + [
        icmp(kind, code, craft.udp(ALPINE, SERVER, b"hi alpine"), source)
        for kind, code, source in ((3, 3, craft.SERVER), (3, 3, craft.DEBIAN), (3, 0, craft.DEBIAN),
                                   (3, 4, craft.DEBIAN), (3, 9, craft.DEBIAN), (3, 10, craft.DEBIAN),
                                   (3, 13, craft.DEBIAN), (4, 0, craft.DEBIAN), (5, 1, craft.DEBIAN),
                                   (11, 0, craft.DEBIAN), (11, 1, craft.SERVER), (12, 0, craft.SERVER))
    ],
    "an ICMP error for a SYN": [mine("S", 0, 0), icmp(3, 13, mine("S", 0, 0), craft.DEBIAN)],
    "a SYN without an answer": [mine("S", 0, 0), mine("S", 0, 0), mine("S", 0, 0)],
    "a SYN-ACK repeated": [*OPENING[:2], theirs("SA", 0, 1)],
    "a SYN after its answer": [*OPENING[:2], mine("S", 0, 0), mine("A", 1, 1)],
    "a handshake broken off": [*OPENING[:2], mine("R", 1, 0)],
    "an old connection": [
        mine("S", 0, 0),
        theirs("A", 3000, 4000),
        mine("R", 4000, 0),
        mine("S", 0, 0),
        theirs("SA", 0, 1),
        mine("A", 1, 1)
    ],
    "no such connection": [mine("", 0, 0), theirs("RA", -5000, 0)],
    "data after a close": [
        *OPENING,
        mine("FA", 1, 1),
        theirs("A", 1, 2),
        theirs("PA", 1, 2, b"late\n"),
        mine("R", 2, 0),
        mine("R", 2, 0)
    ],
    "an RST after the close": [*OPENING,
                               mine("FA", 1, 1),
                               theirs("FA", 1, 2),
                               mine("A", 2, 2),
                               theirs("R", 2, 0)],
    "FINs again": [
        *OPENING,
        mine("FA", 1, 1),
        mine("FA", 1, 1),
        theirs("FA", 1, 1),
        mine("FA", 1, 2),
        theirs("FA", 1, 2),
        theirs("A", 2, 2)
    ],
    "a FIN acknowledged before the second": [
        *OPENING,
        mine("FA", 1, 1),
        theirs("A", 1, 2),
        theirs("PFA", 1, 2, b"x"),
        mine("A", 2, 3),
        theirs("FA", 2, 2)
    ],
    "a window that fills up": [
        mine("S", 0, 0),
        theirs("SA", 0, 1, options=b"\3\3\0"),
        mine("A", 1, 1),
        theirs("A", 1, 1, window=6),
        mine("PA", 1, 1, b"hello\n"),
        theirs("A", 1, 7, window=1)
    ],
    "one byte of everything": [
        mine("S", 0, 0, options=b"\2\4\0\1\3\3\0"),
        theirs("SA", 0, 1),
        mine("A", 1, 1),
        mine("PA", 1, 1, b"\n"),
        mine("PA", 1, 1, b"\n"),
        theirs("A", 1, 2),
        mine("PA", 1, 1, b"\n"),
        mine("PA", 3, 1, b"\n"),
        theirs("A", 1, 4),
        mine("PA", 1, 1, b"\n\n\n\n")
    ],
    "a window scale that is too large": [mine("S", 0, 0, options=b"\3\3\x0f"),
                                         theirs("SA", 0, 1)],
    "a user timeout of 0": [mine("S", 0, 0, options=b"\x1c\4\0\0")],
    "a private subtype": [mine("S", 0, 0, options=b"\x1e\4\xf1\0")],
    "the beginning was missed": [theirs("A", 1, 1, window=3),
                                 theirs("A", 1, 1, window=4),
                                 mine("PA", 1, 1, b"x\n")],
    "a long datagram": [
        *craft.udp_chat(),
        craft.udp(ALPINE, DEBIAN, b"msg alpine> " + b"x" * 1200 + b"\n"),
        craft.udp(ALPINE, SERVER, b"zz"),
        craft.udp(ALPINE, SERVER, b""),
        craft.udp(ALPINE, SERVER, b"ul x y"),
        craft.udp(ALPINE, SERVER, b"\xff")
    ],
    "a group": [
        craft.udp(ALPINE, SERVER, b"hi alpine"),
        craft.udp(SERVER, ALPINE, b"hi alpine"),
        craft.udp(ALPINE, ("239.255.0.1", 5000), b"msg alpine> to all\n")
    ],
    "no checksum": [udp6(b"hi alpine")],
    "notices": [
        craft.udp(ALPINE, SERVER, b"hi alpine"),
        craft.udp(SERVER, ALPINE, b"hi alpine"),
        craft.udp(DEBIAN, SERVER, b"hi debian"),
        craft.udp(SERVER, DEBIAN, b"hi debian"),
        craft.udp(ALPINE, SERVER, b"rj lab"),
        craft.udp(SERVER, ALPINE, b"rj __clear_peers__"),
        craft.udp(DEBIAN, SERVER, b"rj lab"),
        craft.udp(SERVER, ALPINE, b"rj __clear_peers__"),
        craft.udp(SERVER, DEBIAN, b"rj __clear_peers__"),
        craft.udp(DEBIAN, SERVER, b"ul"),
        craft.udp(DEBIAN, SERVER, b"ul"),
        craft.udp(SERVER, DEBIAN, b"ul debian"),
        craft.udp(SERVER, ALPINE, b"rk")
    ],
}


def read_topics():
    done = run([CHATSNIFF, "topics", "--format", "json"])
    equal(done.returncode, 0, "exit status")
    for line in done.stdout.decode("utf-8").splitlines():
        topic = json.loads(line)
        equal(sorted(topic), ["paragraph", "source", "title", "topic"], "keys")
        expect(topic["topic"] not in TOPICS, f"{topic['topic']} is there twice")
        TOPICS[topic["topic"]] = topic


def shared():
    """Captures beside the project, if they are there; of the large ones the chats alone are told."""
    folders = [Path(argument).resolve() for argument in sys.argv[3:]]
    return sorted(path for folder in folders + [folder.parent / "cases" for folder in folders]
                  for path in folder.glob("*.pcap*"))


def listen(module, tell):
    """The same timeline(), and what it told, or would with explanations, is kept for us."""
    def timeline(*arguments, **options):
        told = tell(*arguments, **options)
        path = Path(module.FOLDER.name) / "capture.pcapng"
        TOLD.append(told if told and "explanation" in told[0] else records(CHATSNIFF, "--explain", "--all", path))
        AS_WHOLE.extend(records(CHATSNIFF, "--explain", "--all", path, command="conversations"))
        return told
    return timeline


def gather():
    """Every timeline is told in all its conversations, with explanations; and the conversations as a whole."""
    for capture in sorted(CAPTURES.glob("*.pcapng")):
        TOLD.append(records(CHATSNIFF, "--explain", "--all", capture))
        AS_WHOLE.extend(records(CHATSNIFF, "--explain", "--all", capture, command="conversations"))
    expect(len(TOLD) > 10, f"{len(TOLD)} captures")
    for capture in shared():
        TOLD.append(records(CHATSNIFF, "--explain", capture, statuses=(0, 3)))
        AS_WHOLE.extend(records(CHATSNIFF, "--explain", capture, command="conversations", statuses=(0, 3)))
    for module in (test_situations, test_engine):
        module.timeline = listen(module, module.timeline)
        for case in module.CASES:
            if case.__name__ not in SILENT:
                case()
    for frames in CRAFTED.values():
        test_situations.timeline(frames, "--all")


def refuse(what, reasons):
    expect(not reasons, "\n".join(f"{why}\n  in: {what}" for why in reasons[:5]))


def known_sources():
    return {citation for topic in TOPICS.values() for citation in rules.citations(topic["source"])}


def rules_refuse():
    for rule, text in rules.REFUSED:
        expect(rule(text), f"{rule.__name__} accepts: {text}")
    for text in rules.ACCEPTED:
        refuse(text, rules.of_any(text))
    expect(rules.unknown_citations("as it says (RFC 9293, section 9.9.9).", known_sources()),
           "an unknown section is accepted")
    equal(rules.citations("RFC 768; RFC 9293, sections 3.5.2 and 3.10.7.1; RFC 1122, section 4.1.3.3."),
          {(768, ""), (9293, "3.5.2"), (9293, "3.10.7.1"), (1122, "4.1.3.3")}, "citations")


def topics_are_whole():
    for name, topic in TOPICS.items():
        expect(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name), name)
        expect(topic["title"] and topic["source"] and not topic["source"].endswith("."), name)
        refuse(topic["paragraph"], rules.of_any(topic["paragraph"]) + rules.incomplete(topic["paragraph"]))
        expect(not rules.citations(topic["paragraph"]), f"{name}: its sources stand in their own key")


def explanations():
    known = known_sources()
    for record in [record for told in TOLD for record in told] + AS_WHOLE:
        text = record["explanation"]
        refuse(f"{record.get('frame') or record['stream']} {text}",
               rules.of_any(text) + rules.incomplete(rules.unquoted(text)) + rules.unknown_citations(text, known))


def our_words(record):
    """A label without the names in it, which are what somebody typed."""
    label = record["label"]
    for message in record["messages"] if record.get("transport") == "udp" and "frame" in record else []:
        for argument in message["arguments"]:
            label = label.replace(argument, "…")
    return label


def labels():
    known = known_sources()
    for record in [record for told in TOLD for record in told] + AS_WHOLE:
        label = our_words(record)
        refuse(record["label"], rules.of_any(label) + rules.not_a_label(rules.unquoted(label))
               + rules.unknown_citations(label, known))


def findings():
    """What a summary finds in each capture is said by the same rules."""
    said = 0
    for capture in sorted(CAPTURES.glob("*.pcapng")):
        done = run([CHATSNIFF, "summary", "--format", "json", capture])
        equal(done.returncode, 0, "exit status")
        for finding in json.loads(done.stdout.decode("utf-8"))["findings"]:
            text = finding["text"]
            expect(text.endswith("."), text)
            refuse(text, rules.of_any(text) + rules.unknown_citations(text, known_sources()))
            said += 1
    expect(said > 5, f"{said} findings")


def every_topic_is_told():
    """And each by what the glossary says of it."""
    met = set()
    for record in [record for told in TOLD for record in told] + AS_WHOLE:
        equal(len(record["topics"]), len(set(record["topics"])), "topics twice")
        for name in record["topics"]:
            expect(name in TOPICS, f"{name} is not in the glossary")
            expect(TOPICS[name]["paragraph"][:-1] in record["explanation"],
                   f"{name} is not told: {record['explanation']}")
        met.update(record["topics"])
    # What belongs to no conversation has no record: ARP is told in text alone, IGMP not yet.
    done = run([CHATSNIFF, "timeline", "--all", "--explain", CAPTURES / "lab-session.pcapng"])
    met.update(name for name in TOPICS
               if name.startswith("arp") and TOPICS["arp"]["paragraph"][:-1] in done.stdout.decode("utf-8"))
    # What only quizzes ask about.
    done = run([CHATSNIFF, "quiz", "--quiet", "--questions", "400", CAPTURES / "lab-session.pcapng", "-o", QUIZ])
    equal(done.returncode, 0, "quiz")
    met.update(name for question in json.loads(QUIZ.read_text("utf-8"))["questions"] for name in question["topics"])
    equal(sorted(set(TOPICS) - met - {"group_membership"}), [], "topics that nothing is about")


def states_when_they_change():
    """Said where a state has just changed, and nowhere else."""
    said = 0
    for told in TOLD:
        before = {}
        for record in told:
            if record["transport"] != "tcp" or "states" not in record:
                continue
            changed = {side: state for side, state in record["states"].items()
                       if state != before.get(record["stream"], {}).get(side, "unknown") and state != "unknown"}
            if "captured_twice" not in record:
                equal("states" in record["topics"], bool(changed),
                      f"{record['frame']}: {record['explanation']}: changed {changed}")
                for state in changed.values():
                    expect(f"in {state}" in record["explanation"],
                           f"{record['frame']}: {state}: {record['explanation']}")
            said += bool(changed)
            before[record["stream"]] = record["states"]
    expect(said > 100, f"{said} changes")


def told_once():
    """In text a topic is told in full once a capture, with --explain=full every time; what is the packet's own
    always."""
    for capture in sorted(CAPTURES.glob("*.pcapng")):
        for command in ("timeline", "conversations"):
            texts = {}
            for option in ("--explain", "--explain=full"):
                done = run([CHATSNIFF, command, option, "--quiet", "--color", "never", capture])
                equal(done.returncode, 0, "exit status")
                texts[option] = re.sub(r"\s+", " ", done.stdout.decode("utf-8"))
            told = records(CHATSNIFF, "--explain", capture, command=command)
            for name in {name for record in told for name in record["topics"]}:
                paragraph = TOPICS[name]["paragraph"][:-1]
                equal(texts["--explain"].count(paragraph), 1, f"{capture.name}: {name} with --explain")
                equal(texts["--explain=full"].count(paragraph), sum(name in record["topics"] for record in told),
                      f"{capture.name}: {name} with --explain=full")
            for record in told:
                own = record["explanation"]
                for name in record["topics"]:
                    own = own.replace(f"{TOPICS[name]['paragraph'][:-1]} ({TOPICS[name]['source']}).", "")
                for sentence in rules.sentences(re.sub(r"\s+", " ", own).strip()):
                    expect(sentence in texts["--explain"], f"{capture.name}: not told: {sentence}")


def glossary():
    done = run([CHATSNIFF, "topics"])
    text = done.stdout.decode("utf-8")
    for name, topic in TOPICS.items():
        expect(f"{topic['title']} [{name}]" in text, name)
        expect(topic["paragraph"] in re.sub(r"\n {4}", " ", text), f"the paragraph of {name}")
    one = run([CHATSNIFF, "topics", "half_close"]).stdout.decode("utf-8")
    expect(one.startswith("Half-closed connection [half_close]\n") and one.count("[") == 1, one)
    wrong = run([CHATSNIFF, "topics", "half"])
    equal(wrong.returncode, 2, "exit status")
    expect("did you mean “half_close”" in wrong.stderr.decode("utf-8"), wrong.stderr)
    equal(run([CHATSNIFF, "topics", "--format", "xml"]).returncode, 2, "a format that there is not")


if __name__ == "__main__":
    sys.exit(run_cases([(function.__name__.replace("_", " "), function) for function in (
        read_topics, gather, rules_refuse, topics_are_whole, explanations, labels, findings, every_topic_is_told,
        states_when_they_change, told_once, glossary)]))
