"""Holds a quiz (chatsniff quiz … -o FILE.json) against what truth.py knows of its capture: that each key is right, that
each wrong answer is wrong, and that what is shown is so. A mistake raises Wrong."""
import math
import re

from truth import ACK, FIN, PSH, RST, SYN, form_of


class Wrong(Exception):
    pass


def demand(condition, what):
    if not condition:
        raise Wrong(what)


def same(got, wanted, what):
    demand(got == wanted, f"{what}: {got!r}, but it is {wanted!r}")


# What a cell of an excerpt must say

def cell_truth(capture, frame, column):
    if column == "Frame":
        return str(frame.number)
    if column == "Time (s)":
        return (frame.nanoseconds - capture.first) / 1e9
    if frame.is_icmp:
        return {"Sent by": frame.source_host, "From": frame.source_host, "To": frame.destination_host,
                "Flags": f"ICMP type {frame.icmp[0]}, code {frame.icmp[1]}",
                "Datagram": f"ICMP type {frame.icmp[0]}, code {frame.icmp[1]}"}.get(column, "–")
    if frame.is_udp:
        kind = capture.kind(frame)
        return {"From": frame.source, "To": frame.destination, "What it is": kind or "–",
                "Answers frame": str(capture.requests.get(frame.number)) if kind == "reply" else "–"}.get(column)
    states = capture.states.get(frame.number, {})
    return {"Sent by": capture.side(frame), "Flags": frame.flag_names, "Seq": str(frame.seq),
            "Ack": "–" if frame.ack is None else str(frame.ack), "Len": str(frame.len),
            "Client then in": states.get("client"), "Server then in": states.get("server")}.get(column)


def check_excerpt(capture, question):
    excerpt = question.get("excerpt")
    if not excerpt or excerpt["columns"][0] != "Frame" or len(excerpt["columns"]) < 3:
        return
    for row in excerpt["rows"]:
        frame = capture.frames[int(row[0])]
        for column, cell in zip(excerpt["columns"], row):
            if isinstance(cell, dict):
                continue
            wanted = cell_truth(capture, frame, column)
            if column == "Time (s)":
                demand(abs(float(cell) - wanted) <= 6e-7, f"frame {frame.number}: time {cell}, but it is {wanted}")
            elif column in ("Datagram", "Data") and not frame.is_icmp:
                check_text(frame, cell)
            else:
                same(cell, wanted, f"frame {frame.number}, {column}")


def check_text(frame, cell):
    """The data as shown: cut where it is long, control characters as words."""
    text = frame.payload.decode("utf-8", "replace")
    text = text[:-1] if text.endswith("\n") else text
    if not frame.payload:
        same(cell, "", f"frame {frame.number}, data")
    elif text.isprintable() and "�" not in text:
        wanted = f"“{text}”" if len(text) <= 48 else f"“{text[:48]}…”"
        same(cell, wanted, f"frame {frame.number}, data")


# Each kind of question

def is_new(capture, frame):
    """TCP: carries data that no earlier segment of its side carried."""
    return all(other.end <= frame.seq or other.seq >= frame.end or other.len == 0
               for other in capture.streams[frame.stream] if other.is_tcp and other.number < frame.number
               and other.source == frame.source)


def is_typed(capture, frame):
    if frame.is_tcp:
        return frame.len > 0 and is_new(capture, frame)
    return frame.is_udp and capture.kind(frame) == "message" and capture.form(frame) == "message"


def check_choice(question, is_true):
    """Exactly the right answers are true. is_true gets an answer's value."""
    right = [answer for answer in question["answers"] if answer["right"]]
    same(len(right), 1, "right answers")
    demand(len(question["answers"]) >= 3, "fewer than three answers")
    same(len({answer["text"] for answer in question["answers"]}), len(question["answers"]), "different answers")
    for answer in question["answers"]:
        demand(answer["why"].strip(), f"no reason for “{answer['text']}”")
        same(answer["right"], bool(is_true(answer["value"])), f"“{answer['text']}” is true")


def check_layer(capture, question):
    frame = capture.frames[question["ask"]["frame"]]
    demand(f"frame {frame.number}?" in question["text"], "the text names its frame")
    data = frame.len if frame.is_tcp else frame.udp_length - 8
    check_choice(question, lambda value: value == ("application" if data else "transport"))


def reason_holds(capture, frame, code):
    flags = frame.flags if frame.is_tcp else 0
    kind = capture.kind(frame) if frame.is_udp else None
    return {
        "opens": flags & (SYN | ACK) == SYN, "agrees": flags & (SYN | ACK) == (SYN | ACK),
        "acknowledges": frame.is_tcp and flags == ACK and frame.len == 0,
        "closes": flags & FIN and not flags & RST, "resets": flags & RST, "typed": is_typed(capture, frame),
        "request": kind == "request", "reply": kind == "reply", "notice": kind == "notice", "error": frame.is_icmp,
        # What is never so: TCP and UDP do not do it, or no data is there.
        "others_answer": frame.is_tcp and frame.len > 0 and is_typed(capture, frame),
        "carries_copy": frame.is_tcp and frame.len > 0 and not is_new(capture, frame),
        "push_asks": False, "udp_acknowledges": False, "udp_opens": False, "udp_is_data": False,
        "tcp_is_maintenance": frame.is_tcp and frame.len == 0,
    }[code]


def check_maintenance(capture, question):
    frame = capture.frames[question["ask"]["frame"]]
    demand(f"frame {frame.number}," in question["text"], "the text names its frame")

    def is_true(value):
        return value["maintenance"] == (not is_typed(capture, frame)) and reason_holds(capture, frame, value["reason"])
    check_choice(question, is_true)


def completes(capture, frame):
    """The first segment that acknowledges the SYN-ACK and has no SYN."""
    if not frame.is_tcp or frame.flags & (SYN | RST) or not frame.flags & ACK:
        return False
    seen = None
    for other in capture.streams[frame.stream]:
        if other.is_tcp and other.flags & (SYN | ACK) == (SYN | ACK) and seen is None:
            seen = other
        elif seen and other.is_tcp and other.source != seen.source and other.flags & ACK and not other.flags & SYN \
                and other.ack >= seen.end:
            return other is frame
    return False


def does(capture, frame, ask):
    what = ask["does"]
    if what in ("opens", "agrees", "resets"):
        return reason_holds(capture, frame, what)
    if what == "completes":
        return completes(capture, frame)
    if what == "closes":
        return frame.is_tcp and frame.flags & FIN and capture.side(frame) == ask["side"]
    if what == "brings":
        return bytes.fromhex(ask["text"]) in frame.payload
    if what == "acknowledges":
        subject = capture.frames[ask["acknowledged"]]
        frames = [other for other in capture.streams[ask["stream"]] if other.is_tcp and other.number > subject.number
                  and other.source != subject.source and other.ack is not None and other.ack >= subject.end]
        return frames and frames[0] is frame
    if what == "state":
        return frame.is_tcp and capture.states[frame.number][ask["side"]] == ask["state"] \
            and capture.before[frame.number][ask["side"]] != ask["state"]
    demand(what == "says", f"unknown deed {what}")
    subject = capture.frames[ask["subject"]]
    return frame.is_udp and (frame.source, frame.destination) == (ask["from"], ask["to"]) \
        and frame.payload.split() == subject.payload.split() and capture.kind(frame) == capture.kind(subject)


def check_which_frame(capture, question):
    ask = question["ask"]
    check_choice(question, lambda value: does(capture, capture.frames[value], ask))
    shown = {int(row[0]) for row in question["excerpt"]["rows"]}
    demand(all(answer["value"] in shown for answer in question["answers"]), "an answer is not in the excerpt")
    doers = [frame.number for frame in capture.streams[ask["stream"]] if does(capture, frame, ask)]
    same(len(doers), 1, f"frames of {ask['stream']} that do it")


def check_request(capture, question):
    frame = capture.frames[question["ask"]["frame"]]
    demand(f"frame {frame.number} " in question["text"] and frame.destination in question["text"], "the text")
    same(capture.role(frame), "server", "the sender")
    check_choice(question, lambda value: value == capture.requests.get(frame.number))
    shown = {int(row[0]) for row in question["excerpt"]["rows"]}
    demand(frame.number in shown and all(answer["value"] in shown | {None} for answer in question["answers"]),
           "a frame is not in the excerpt")


def check_next(capture, question):
    frame = capture.frames[question["ask"]["frame"]]
    following = capture.neighbour(frame, 1)
    same(int(question["excerpt"]["rows"][-1][0]), frame.number, "the last row")

    def is_true(value):
        if "octets" in value:
            return bytes.fromhex(value["octets"]).split() == following.payload.split()
        if "acknowledges" in value:
            return False
        return (value["side"], value["flags"], value["seq"], value["ack"], value["len"]) == (
            capture.side(following), following.flag_names, following.seq, following.ack, following.len)
    check_choice(question, is_true)
    if frame.is_udp:
        same(capture.role(following), "server", "who sends it")
        meanings = [form_of("server", bytes.fromhex(answer["value"]["octets"])) for answer in question["answers"]
                    if "octets" in answer["value"]]
        same(len(set(meanings)), len(meanings), "different forms")


STEP = re.compile(r"(\S+): (.+), Seq (\d+)(?:, Ack (\d+))?, Len (\d+)$")
# What a client can only ask for when it was told so: PROTOCOL's server serves who registered.
BEFORE = {"create-room": ["registered"], "join-room": ["registered", "room-created"], "list-users": ["registered"],
          "list-rooms": ["registered"], "find-user": ["registered"], "leave": ["registered"],
          "leave-room": ["clear-peers", "room-peer"], "register": ["name-taken"]}


def forced(capture, a, b):
    if a.is_tcp:
        return b.seq == a.end if a.source == b.source else b.ack == a.end
    if capture.requests.get(b.number) == a.number:
        return True
    return capture.form(a) in BEFORE.get(capture.form(b), [])


def check_order(capture, question):
    frames = [capture.frames[answer["value"]] for answer in question["answers"]]
    demand(len(frames) >= 3, "fewer than three steps")
    same([frame.number for frame in frames], sorted(frame.number for frame in frames), "the order")
    demand(question["offered"] != sorted(question["offered"]), "offered in the right order")
    same(sorted(question["offered"]), list(range(len(frames))), "offered")
    for a, b in zip(frames, frames[1:]):
        demand(forced(capture, a, b), f"frame {b.number} need not come after frame {a.number}")
    same(len({answer["text"] for answer in question["answers"]}), len(frames), "different steps")
    for frame, answer in zip(frames, question["answers"]):
        if not frame.is_tcp:
            same(answer["text"].split(" sends ")[0], f"The {capture.role(frame)}", "sender")
            check_text(frame, answer["text"].split(" sends ", 1)[1])
            continue
        side, flags, seq, ack, length = STEP.match(answer["text"]).groups()
        same((side, flags, int(seq), None if ack is None else int(ack), int(length)),
             (capture.side(frame), frame.flag_names, frame.seq, frame.ack, frame.len), f"frame {frame.number}")


def check_compute(capture, question):
    what = question["ask"]["what"]
    first, second = (capture.frames[number] for number in question["ask"]["frames"])
    for frame in (first,) if what == "syn_ack_after" else (first, second): # there the answer's frame is part of it
        demand(re.search(rf"frame {frame.number}\b", question["text"], re.I), f"the text names frame {frame.number}")

    def microseconds():
        return (second.nanoseconds - first.nanoseconds) / 1000

    def newly():
        own = [frame for frame in capture.streams[first.stream] if frame.is_tcp and frame.source == second.destination]
        extra = [frame for frame in own if frame.flags & (SYN | FIN) and first.ack < frame.end <= second.ack]
        return second.ack - first.ack - len(extra)

    def arrived():
        own = [frame for frame in capture.streams[first.stream] if frame.is_tcp and frame.source == second.destination]
        return second.ack - sum(1 for frame in own if frame.flags & (SYN | FIN) and frame.end <= second.ack)

    def window():
        syns = [frame for frame in capture.streams[first.stream] if frame.is_tcp and frame.flags & SYN]
        demand(len(syns) == 2 and all(frame.shift is not None for frame in syns), "both SYNs carry a scale")
        same(first.source, second.source, "whose scale")
        return second.window << first.shift
    data = second.len if second.is_tcp else second.udp_length - 8 if second.is_udp else 0
    truth = {
        "syn_ack_after": microseconds, "latency": microseconds, "since": lambda: microseconds() / 1000,
        "header_share": lambda: 100 * (second.length - data) / second.length,
        "newly_acknowledged": newly, "acknowledged": arrived, "next_sequence": lambda: second.end,
        "raw_sequence": lambda: second.seq_raw, "window": window, "udp_length": lambda: second.udp_length,
        "tcp_header": lambda: second.header_length, "syn_window": lambda: second.window,
        "segment_size": lambda: second.mss - 12,
    }[what]()
    if what == "syn_ack_after":
        demand(first.flags & (SYN | ACK) == SYN and second.flags & (SYN | ACK) == (SYN | ACK), "SYN and SYN-ACK")
    if what == "latency":
        same(capture.requests[second.number], first.number, "the request")
    if what == "raw_sequence":
        demand(first.flags & SYN and first.source == second.source, "the SYN of the same side")
        same((first.seq_raw + second.seq) % 2**32, second.seq_raw, "the sum")
    demand(math.isclose(question["number"], truth, rel_tol=1e-9, abs_tol=6e-4), f"{question['number']} is not {truth}")
    for answer in question["answers"]:
        demand(abs(answer["value"] - truth) > question["tolerance"], f"{answer['value']} counts as right")
        demand(answer["why"].strip(), "no reason")


def check_sent_again(capture, question):
    frame, original = capture.frames[question["ask"]["frame"]], capture.frames[question["ask"]["original"]]
    demand(str(frame.number) in question["text"] and str(original.number) in question["text"], "the text")
    frames = capture.streams[frame.stream]
    between = [other for other in frames if original.number < other.number < frame.number]
    back = [other for other in between if not other.is_icmp and other.source != frame.source]
    if frame.is_udp:
        same(frame.payload.split(), original.payload.split(), "the same request")
        truth = {"no_answer": not back, "udp_repeats": False, "asked_again": bool(back), "unreachable": False}
    else:
        same((frame.seq, frame.end), (original.seq, original.end), "the same numbers")
        duplicates = sum(1 for other in back if other.is_duplicate_ack)
        acknowledged = any(other.ack is not None and other.ack >= frame.end for other in back)
        demand(duplicates == 0 or duplicates >= 3, f"{duplicates} duplicate acknowledgements decide nothing")
        truth = {"no_answer": duplicates < 3 and not acknowledged, "duplicates": duplicates >= 3,
                 "acknowledged": acknowledged, "refused": any(other.flags & RST for other in back),
                 "new": frame.seq != original.seq}
    check_choice(question, lambda value: truth[value])


def statement_holds(capture, frame, code, value):
    previous = capture.neighbour(frame, -1)
    if code == "length":
        return value == (frame.len if frame.is_tcp else frame.udp_length - 8)
    if code == "sender":
        return value == capture.side(frame)
    if code == "numbers_used":
        return value == frame.end - frame.seq
    if code == "port":
        return value == frame.destination_port
    if code == "through_server":
        return value == bool({frame.source, frame.destination} & capture.servers)
    if code == "who_answers":
        return value == "program" and capture.requests[frame.number] is not None
    if code == "icmp_meaning":
        demand(frame.icmp in ((3, 3), (1, 4)) and previous, "port unreachable")
        return value == "port"
    if code == "number_in_header":
        return value == ("chosen" if frame.seq_raw else "zero")
    if code == "opens_alone":
        return value == (frame.flags & ACK != 0)
    if code == "repeats":
        first = capture.streams[frame.stream][0]
        demand(first is not frame, "it repeats itself")
        return value == (first.seq_raw == frame.seq_raw)
    return {
        "last_arrived": frame.is_tcp and frame.ack is not None and value == frame.ack - 1,
        "wants_acknowledgement": frame.is_tcp and value == (frame.end != frame.seq),
        "typed": value == is_typed(capture, frame),
        "push": frame.is_tcp and bool(frame.flags & PSH) and value == "deliver",
        # By the protocols themselves: UDP has neither, ICMP no ports, and repeats nothing.
        "udp_acknowledged": value is False, "udp_connection": value is False, "resent": value == "program",
        "icmp_author": value == "host", "icmp_quotes": value == "quote", "icmp_repeats": value is False,
        "icmp_ports": value is False,
    }[code]


def check_mistake(capture, question):
    frame = capture.frames[question["ask"]["frame"]]
    demand(f"frame {frame.number}." in question["text"], "the text names its frame")
    same(len(question["answers"]), 4, "statements")
    check_choice(question, lambda value: not statement_holds(capture, frame, value["statement"], value["value"]))
    for answer in question["answers"]:
        if answer["value"]["statement"] == "who_answers":
            demand(re.search(rf"frame {capture.requests[frame.number]}\b", answer["text"]), "names the request")


COLUMNS = {"seq": "Seq", "ack": "Ack", "len": "Len", "sent_by": "Sent by", "flags": "Flags",
           "client_state": "Client then in", "server_state": "Server then in", "kind": "What it is",
           "answers": "Answers frame"}


def follows_from_shown(capture, question, field):
    """Whether a hidden number can be found from what is still shown."""
    frame = capture.frames[field["frame"]]
    excerpt = question["excerpt"]
    hidden = {(other["frame"], other["column"]) for other in question["fields"]}
    shown = [capture.frames[int(row[0])] for row in excerpt["rows"]]
    others = [other for other in shown if other is not frame]

    def seen(other, *columns):
        return not any((other.number, column) in hidden for column in columns)
    if field["column"] == "seq":
        return any(other.source == frame.source and other.end == frame.seq and seen(other, "seq", "len")
                   for other in others if other.number < frame.number)
    if field["column"] == "ack":
        return any(other.source != frame.source and other.end == frame.ack and seen(other, "seq", "len")
                   for other in others if other.number < frame.number)
    if field["column"] == "len":
        return seen(frame, "seq") and any(other.source == frame.source and other.seq == frame.end and seen(other, "seq")
                                          for other in others if other.number > frame.number)
    if field["column"] == "answers":
        return capture.requests[frame.number] in {other.number for other in others}
    return True


def check_fields(capture, question):
    demand(len(question["fields"]) >= 2, "fewer than two fields")
    places = [cell["field"] for row in question["excerpt"]["rows"] for cell in row if isinstance(cell, dict)]
    same(sorted(places), list(range(len(question["fields"]))), "hidden cells")
    for field in question["fields"]:
        wanted = cell_truth(capture, capture.frames[field["frame"]], COLUMNS[field["column"]])
        same(str(field["right"]), wanted, field["label"])
        demand(field["why"].strip(), "no reason")
        if "options" in field:
            same(field["options"].count(field["right"]), 1, f"{field['label']}: right options")
            same(len(set(field["options"])), len(field["options"]), "different options")
        demand(follows_from_shown(capture, question, field), f"{field['label']} does not follow from what is shown")


CHECKS = {"layer": check_layer, "maintenance": check_maintenance, "which_frame": check_which_frame,
          "request": check_request, "next": check_next, "order": check_order, "compute": check_compute,
          "sent_again": check_sent_again, "mistake": check_mistake, "fields": check_fields}


def check_question(capture, question, topics):
    demand(question["why"].strip(), "no reason")
    demand(question["source"].strip() and question["source"] == topics[question["topics"][0]]["source"], "the source")
    demand(all(topic in topics for topic in question["topics"]), "unknown topics")
    demand(question["frames"] and all(number in capture.frames for number in question["frames"]), "frames")
    demand(1 <= question["level"] <= 3, "level")
    check_excerpt(capture, question)
    CHECKS[question["kind"]](capture, question)


def check_quiz(capture, quiz, topics):
    """What is wrong with it, as a list of texts."""
    mistakes = []
    for number, question in enumerate(quiz["questions"], 1):
        try:
            check_question(capture, question, topics)
        except Wrong as wrong:
            mistakes.append(f"{number} ({question['kind']}): {question['text']}\n  {wrong}")
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            mistakes.append(f"{number} ({question['kind']}): {question['text']}\n  {type(error).__name__}: {error}")
    return mistakes
