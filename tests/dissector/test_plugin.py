#!/usr/bin/python3
"""What the plugin shows in tshark, beyond its agreement with chatsniff: other protocols' packets, hostile ones, links,
preferences, descriptions of the user's own, installation.

usage: test_plugin.py CHATSNIFF CAPTURES SHARED-CAPTURES SHARED-CASES
"""
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from wireshark import ENTRY, environment, fields, need_tshark, tshark  # noqa: E402
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import Failed, Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED, CASES = sys.argv[1], *map(Path, sys.argv[2:5])
ROOT = ENTRY.parent.parent
ALL_HEURISTICS = ["-o", "tcpchat.heuristics:TRUE"]
SERVER, ALPINE, DEBIAN = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
WORK = tempfile.TemporaryDirectory(prefix="chatsniff-plugin-")


def capture_of(frames, **options):
    path = Path(WORK.name) / "capture.pcapng"
    path.write_bytes(craft.pcapng(frames, **options))
    return path


def column(rows, name):
    return [row[name][0] if row[name] else None for row in rows]


def claims(capture, *arguments):
    return tshark("-r", capture, *ALL_HEURISTICS, *arguments, "-Y", "udpchat or tcpchat or _ws.lua.error")


def takes_no_others():
    need_tshark()
    if not SHARED.is_dir():
        raise Skip("the shared captures are not here")
    others = [path for path in sorted(SHARED.rglob("*")) + [CASES / "no-chat-line-protocols.pcapng"]
              if path.is_file() and path.suffix != ".md" and not path.name.startswith("lab-")]
    expect(len(others) > 30, f"only {len(others)} captures")
    for capture in others:
        for passes in ([], ["-2"]):
            claimed = claims(capture, *passes)
            expect(not claimed.strip(), f"{capture.name}: {claimed}")


def takes_no_other_text():
    """UDP datagrams of other protocols that look a little like a chat's, on ports of nobody."""
    frames = []
    for number, text in enumerate([b"hi", b"hi there", b"by", b"ul", b"ul x", b"rl", b"pk", b"msg queue> full", b"",
                                   b"rj room", b"\x00\x01\x02", b"hi \xff", b"ar x"]):
        one, other = (craft.ALPINE, 50000 + number), (craft.DEBIAN, 51000 + number)
        frames += [craft.udp(one, other, text), craft.udp(other, one, b"pong " + text), craft.udp(one, other, text)]
    for number, text in enumerate([b"by", b"ul", b"rl", b"rk"]):  # a server that echoes
        one, other = (craft.ALPINE, 52000 + number), (craft.DEBIAN, 53000 + number)
        frames += [craft.udp(one, other, text), craft.udp(other, one, text)]
    equal(claims(capture_of(frames), "-2").strip(), "", "claimed")


def links_both_ways():
    rows = fields(CAPTURES / "udp-lists.pcapng", ["frame.number", "udpchat.request_in", "udpchat.reply_in"],
                  display_filter="udpchat")
    requests = {int(row["frame.number"][0]): [int(frame) for frame in row["udpchat.reply_in"]] for row in rows
                if row["udpchat.reply_in"]}
    replies = {
        int(row["frame.number"][0]): int(row["udpchat.request_in"][0]) for row in rows if row["udpchat.request_in"]
    }
    expect(len(requests) >= 4, f"{len(requests)} requests are answered")
    equal(sorted((request, reply) for request, frames in requests.items() for reply in frames),
          sorted((request, reply) for reply, request in replies.items()), "requests to replies, replies to requests")
    one_pass = fields(CAPTURES / "udp-lists.pcapng", ["udpchat.reply_in"], two_passes=False, display_filter="udpchat")
    expect(not any(row["udpchat.reply_in"] for row in one_pass), "one pass knows the future")


def tells_what_to_notice():
    frames = [
        craft.udp(ALPINE, SERVER, b"hi alpine"), craft.udp(SERVER, ALPINE, b"hi alpine"),
        craft.udp(DEBIAN, SERVER, b"hi alpine"), craft.udp(SERVER, DEBIAN, b"hi"),
        craft.udp(DEBIAN, SERVER, b"ar nobody"), craft.udp(SERVER, DEBIAN, b"ar"),
        craft.udp(DEBIAN, SERVER, b"rj nowhere"), craft.udp(SERVER, DEBIAN, b"rj"),
        craft.udp(DEBIAN, SERVER, b"dance"), craft.udp(DEBIAN, SERVER, b"hi too many words"),
        craft.udp(DEBIAN, SERVER, b"hi \xff\xfe"), craft.udp(DEBIAN, SERVER, b"ul"), craft.udp(DEBIAN, SERVER, b"ul"),
        craft.udp(ALPINE, SERVER, b"rk"), craft.udp(ALPINE, DEBIAN, b"msg alpine> still here\n"),
        craft.udp(ALPINE, DEBIAN, b"msg alpine> " + b"x" * 1100 + b"\n"),
        craft.udp(ALPINE, DEBIAN, b"msg alpine> \x1b[2Jred\x07\n"),
    ]
    rows = fields(capture_of(frames), ["frame.number", "_ws.expert.message"], display_filter="udpchat")
    equal(len(rows), len(frames), "frames that are the chat's")
    told = {int(row["frame.number"][0]): " ".join(row["_ws.expert.message"]) for row in rows}
    for frame, words in {
            4: "The server refuses the name: taken, or not usable",
            6: "The server answers: nobody of that name can be reached",
            8: "The server refuses: no such room, or it is full", 9: "the chat has no message with this code",
            10: "its arguments do not fit this code", 11: "it is not valid UTF-8",
            12: "never answered", 13: "Asked again", 14: "never answered", 15: "asked to leave in frame 14",
            16: "Longer than the 1024 bytes", 17: "Control characters"}.items():
        expect(words in told[frame], f"frame {frame}: {told[frame]!r}")
    equal(told[1], "", "frame 1")


def shows_no_control_characters():
    """Random and malicious payloads: a tree, never an error, never a raw control character."""
    drawn = random.Random(16)
    nasty = [
        b"msg \x1b]0;title\x07> text\n", b"msg a> \xc2\x9b31m\n", b"hi \xe2\x80\xae", b"msg a> \x00\n", b"\xff" * 40,
        b"hi " + b"a" * 9000, b"msg a> " + b"y" * 65000 + b"\n", b"rj " + b"9" * 400 + b" 1", b"ar ::::: 1",
        b"rj 1.2.3.4 \x1b[1m", b"msg %s%n{text}> {source}%1\n", b"\n\n\n", b"hi", b" hi \t\x0b\x0c x \r\n"
    ]
    nasty += [bytes(drawn.randrange(256) for _ in range(drawn.randrange(1, 60))) for _ in range(150)]
    nasty += [code + b" " + bytes(drawn.randrange(256) for _ in range(drawn.randrange(1, 30)))
              for code in (b"hi", b"by", b"ul", b"rl", b"ar", b"rc", b"rj", b"rk", b"pk", b"msg") for _ in range(15)]
    frames = [craft.udp(ALPINE, SERVER, b"hi alpine"), craft.udp(SERVER, ALPINE, b"hi alpine")]
    for text in nasty:
        frames += [craft.udp(ALPINE, SERVER, text), craft.udp(SERVER, ALPINE, text), craft.udp(ALPINE, DEBIAN, text)]
    client, sequence = (craft.ALPINE, 40003), 1
    frames.append(craft.tcp(client, SERVER, "PA", sequence, 1, b"begin\n"))
    sequence += 6
    for text in nasty:
        for at in range(0, len(text), 1400):
            frames.append(craft.tcp(client, SERVER, "PA", sequence, 1, text[at:at + 1400]))
            sequence += len(text[at:at + 1400])
    for snapshot in (262144, 50):
        capture = capture_of(frames, snapshot=snapshot)
        for passes in ([], ["-2"]):
            shown = tshark(*passes, "-r", capture, *ALL_HEURISTICS, "-V", "-Y", "udpchat or tcpchat")
            summary = tshark(*passes, "-r", capture, *ALL_HEURISTICS, "-Y", "udpchat or tcpchat")
            expect(
                summary.count("\n") > (300 if snapshot > 50 else 3), f"only {summary.count(chr(10))} packets are shown")
            for text in (shown, summary):
                raw = {character for character in text if character != "\n" and
                       (ord(character) < 0x20 or 0x7f <= ord(character) < 0xa0 or character in "\u202e\u2066")}
                expect(not raw, f"raw control characters: {raw}")
        names = ["udpchat.message", "udpchat.user", "udpchat.room", "udpchat.code", "udpchat.peer.address",
                 "udpchat.sender.name", "tcpchat.message", "tcpchat.partial", "_ws.col.Info"]
        for row in fields(capture, names, *ALL_HEURISTICS):
            for values in row.values():
                expect(all(character >= " " and character != "\x7f" for value in values for character in value),
                       f"a raw control character in {row}")


def lines_in_every_setting():
    """The same lines whatever Wireshark reassembles, in order or not."""
    client = (craft.ALPINE, 40003)
    pieces = [b"one\ntwo\nth", b"ree\nfo", b"u", b"r\n", b"the last"]
    frames, sequence = craft.tcp_chat()[:3], 1001
    for piece in pieces:
        frames.append(craft.tcp(client, SERVER, "PA", sequence, 5001, piece))
        sequence += len(piece)
    frames.append(craft.tcp(client, SERVER, "FA", sequence, 5001))
    wanted = [(4, ["one", "two"]), (5, ["three"]), (7, ["four"]), (8, ["the last"])]
    for options in ([], ["-o", "tcp.desegment_tcp_streams:FALSE"], ["-o", "tcp.reassemble_out_of_order:TRUE"],
                    ["-o", "tcp.relative_sequence_numbers:FALSE"], ["-o", "tcp.analyze_sequence_numbers:FALSE"]):
        rows = fields(capture_of(frames), ["frame.number", "tcpchat.message"],
                      *options,
                      display_filter="tcpchat.message")
        equal([(int(row["frame.number"][0]), row["tcpchat.message"]) for row in rows], wanted, " ".join(options))
    # The segment that bears the middle of a line was lost before the capture.
    for options in ([], ["-o", "tcp.desegment_tcp_streams:FALSE"], ["-o", "tcp.reassemble_out_of_order:TRUE"]):
        for passes in (True, False):
            rows = fields(capture_of(frames[:4] + frames[5:]), ["tcpchat.message", "tcpchat.partial"], *options,
                          two_passes=passes, display_filter="tcpchat")
            told = [text for row in rows for text in row["tcpchat.message"]]
            # Wireshark holds back what follows the gap, if it is to put segments in order: "th" then seems to be the
            # last.
            expect(set(told) <= {"one", "two", "the last"} | ({"th"} if "order" in str(options) else set()),
                   f"{options}: {told}")


def knows_multicast_rooms():
    group = ("239.255.7.7", 41000)
    frames = [
        craft.udp(ALPINE, SERVER, b"rj room"), craft.udp(SERVER, ALPINE, b"rj __clear_peers__"),
        craft.udp(SERVER, ALPINE, b"rj 239.255.7.7 41000"), craft.udp(ALPINE, group, b"msg alpine> all of you\n"),
        craft.udp(ALPINE, group, b"pk"), craft.udp(DEBIAN, ALPINE, b"pk debian"),
    ]
    rows = fields(capture_of(frames), ["udpchat.form", "udpchat.peer.address", "udpchat.request_in", "udpchat.kind"],
                  display_filter="udpchat")
    equal(column(rows, "udpchat.form"), ["join-room", "clear-peers", "room-group", "message", "who", "here"], "forms")
    equal(column(rows, "udpchat.peer.address")[2], "239.255.7.7", "the group")
    equal(column(rows, "udpchat.request_in"), [None, "1", "1", None, None, "5"], "what is answered")


def ignores_quoted_packets():
    udp = craft.udp(ALPINE, SERVER, b"hi alpine")
    body = b"\x03\x03\0\0\0\0\0\0" + udp[14:]
    checksum = craft.checksum(body).to_bytes(2, "big")
    frames = [udp, craft.ip4(craft.SERVER, craft.ALPINE, 1, body[:2] + checksum + body[4:])]
    equal(column(fields(capture_of(frames), ["frame.number"], display_filter="udpchat.form"), "frame.number"), ["1"],
          "frames of the chat")


def preferences_and_decode_as():
    frames = [craft.udp((craft.ALPINE, 40001), (craft.SERVER, 7070), b"hi alpine")]
    capture = capture_of(frames)
    shown = ("frame.number",)
    equal(fields(capture, shown, display_filter="udpchat"), [], "nothing but a port could tell")
    for options in (["-o", "udpchat.ports:7000-7100"], ["-d", "udp.port==7070,udpchat"]):
        equal(len(fields(capture, shown, *options, display_filter="udpchat")), 1, " ".join(options))
    capture = capture_of(craft.tcp_chat(port=7070))
    equal(fields(capture, shown, display_filter="tcpchat"), [], "TCP heuristics are off")
    for options in (ALL_HEURISTICS, ["-o", "tcpchat.ports:7070"], ["-d", "tcp.port==7070,tcpchat"]):
        equal(len(fields(capture, shown, *options, display_filter="tcpchat")), 1, " ".join(options))
    peers = capture_of(craft.udp_chat())
    equal(len(fields(peers, shown, display_filter="udpchat")), 6, "peers' ports are learned")
    equal(len(fields(peers, shown, "-o", "udpchat.heuristics:FALSE", display_filter="udpchat")), 4,
          "without heuristics")


def reports():
    """What Tools, Chat shows, as tshark prints it."""
    capture = CAPTURES / "lab-session.pcapng"
    for passes in ([], ["-2"]):
        printed = tshark("-q", *passes, "-r", capture, "-o", "udpchat.report:all")
        for words in ("alpine at 10.0.0.2 port", "left in frame", "debian entered in frame",
                      "alpine says: “hello debian”", "client says: “hello”", "Nothing out of the ordinary."):
            expect(words in printed, f"{words!r} is not in the report: {printed}")
    if (SHARED / "lab-udp-chat.pcapng").is_file():
        printed = tshark("-q", "-r", SHARED / "lab-udp-chat.pcapng", "-o", "udpchat.report:findings")
        expect("986  This request was never answered" in printed, printed)
    equal(tshark("-q", "-r", capture), "", "nothing is printed unasked")


def copy_of_plugin(name):
    folder = Path(WORK.name) / name
    shutil.copytree(ENTRY.parent, folder)
    for description in (ROOT / "chat" / "protocol").glob("*.ini"):
        shutil.copy(description, folder)
    return folder


OWN = """[protocol]
name = birds
title = Bird calls
transport = udp
ports = 4455
[form call]
pattern = tweet {species:token} {loud:port} {song:rest}
from = client
label = calls as {species}: “{song}”
[form echo]
pattern = tweeted
from = server
answers = call
reply = only
label = has heard it
"""


def reads_descriptions_beside_it():
    folder = copy_of_plugin("own")
    (folder / "birds.ini").write_text(OWN, "utf-8")
    server = (craft.SERVER, 4455)
    capture = capture_of([craft.udp(ALPINE, server, b"tweet robin 7 ti di\n"), craft.udp(server, ALPINE, b"tweeted"),
                          craft.udp(ALPINE, SERVER, b"hi alpine")])
    rows = fields(capture, ["_ws.col.Protocol", "_ws.col.Info", "birds.token", "birds.message", "birds.request_in",
                            "udpchat.user"], entry=folder / "chatsniff.lua")
    equal([row["birds.token"] for row in rows], [["robin"], [], []], "words")
    equal([row["birds.request_in"] for row in rows], [[], ["1"], []], "links")
    equal(rows[0]["_ws.col.Info"], ["client calls as robin: “ti di”"], "Info")
    equal(rows[0]["_ws.col.Protocol"], ["BIRDS"], "Protocol")
    equal(rows[2]["udpchat.user"], ["alpine"], "the other protocols are still there")


def refuses_wrong_descriptions():
    folder = copy_of_plugin("wrong")
    (folder / "birds.ini").write_text(OWN.replace("from = client", "from = tree"), "utf-8")
    (folder / "tcp.ini").write_text(OWN.replace("name = birds", "name = tcp"), "utf-8")
    try:
        tshark("-r", capture_of(craft.udp_chat()), entry=folder / "chatsniff.lua")
    except Failed as complaint:
        expect("birds.ini:8: form call:from: “tree” is none of client, server, peer" in str(complaint), str(complaint))
        expect("tcp.ini" in str(complaint), "a name that Wireshark has already is told")
    else:
        raise Failed("nothing is said about wrong descriptions")
    done = run(["tshark", "-n", "-r", str(capture_of(craft.udp_chat())), "-X", f"lua_script:{folder}/chatsniff.lua",
                "-Y", "udpchat"], env=environment())
    equal(done.stdout.count(b"\n"), 6, "the right descriptions still work")


def lua_errors_are_noticed():
    """That the tests would see one: at the start, and while a packet is dissected."""
    for name, file, text in (("start", "chatsniff.lua", "error('broken on purpose')\n"),
                             ("packet", "chatsniff/sentences.lua", None)):
        folder = copy_of_plugin("broken-" + name)
        path = folder / file
        text = text or path.read_text("utf-8").replace("return sentences\n",
                                                       "sentences.label = nil\nreturn sentences\n")
        path.write_text(text, "utf-8")
        try:
            tshark("-V", "-r", capture_of(craft.udp_chat()), entry=folder / "chatsniff.lua")
        except Failed:
            continue
        raise Failed(f"a Lua error ({name}) went unnoticed")


CASES_HERE = [
    ("no packet of another protocol is claimed", takes_no_others),
    ("no text that looks like a chat's is claimed", takes_no_other_text),
    ("requests and replies are linked both ways", links_both_ways),
    ("expert information says what to notice", tells_what_to_notice),
    ("hostile payloads give no error and no control character", shows_no_control_characters),
    ("lines are the same in every setting of TCP", lines_in_every_setting),
    ("multicast rooms", knows_multicast_rooms),
    ("what an ICMP error quotes is no packet of the chat", ignores_quoted_packets),
    ("reports of a whole capture", reports),
    ("preferences, Decode As, heuristics", preferences_and_decode_as),
    ("descriptions beside the plugin are dissected", reads_descriptions_beside_it),
    ("wrong descriptions are told and left out", refuses_wrong_descriptions),
    ("a Lua error anywhere fails a test", lua_errors_are_noticed),
]

if __name__ == "__main__":
    sys.exit(run_cases(CASES_HERE))
