#!/usr/bin/python3
"""chatsniff annotate: test_annotate.py CHATSNIFF CAPTURES SHARED-CAPTURES

Whatever is in a capture is in its copy, octet by octet, as an independent reader sees it (tests/blocks.py); the labels
of the timeline, and nothing else, are added as comments, as tshark reads them.
"""
import gzip
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import blocks  # noqa: E402
import craft  # noqa: E402
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED = (Path(argument).resolve() for argument in sys.argv[1:4])
FOLDER = None  # a temporary one, made in main()
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


def annotate(source, *options, status=0, out=None):
    """Runs it; the copy as octets, None where there is none. What it said is in annotate.said."""
    out = out or FOLDER / "annotated.pcapng"
    out.unlink(missing_ok=True)
    done = run([CHATSNIFF, "annotate", *options, source, out])
    annotate.said = done.stderr.decode("utf-8", "replace")
    equal(done.returncode, status, f"exit status for {source} ({annotate.said.strip()})")
    equal(done.stdout, b"", "standard output")
    return out.read_bytes() if out.exists() else None


def both_chats():
    return craft.udp_chat() + craft.tcp_chat()


# --- nothing is lost -----------------------------------------------------------------------------------

def without_added(before, after):
    """The comments that a packet block got, of which there is one at the most; all else has to be as it was."""
    where = f"the block at {before.start} of the original"
    if after.body == before.body:
        return []
    expect(before.kind in (blocks.PACKET, blocks.OLD_PACKET), f"{where}, of type {before.kind:#x}, has changed")
    old_fixed, old, old_rest = blocks.split_packet(before)
    fixed, new, rest = blocks.split_packet(after)
    equal(fixed, old_fixed, f"{where}: header and data")
    equal(new[:-1], old, f"{where}: its options")
    equal(rest, old_rest or bytes(4), f"{where}: what ends the options")
    code, value, _ = new[-1]
    equal(code, blocks.COMMENT, f"{where}: the code of what was added")
    return [value.decode("utf-8")]


def section_lengths(original, copy, damaged):
    """What a section says of its length, if anything, is true where it changed, and as it was elsewhere."""
    def extents(all_blocks):
        headers = [block for block in all_blocks if block.kind == blocks.SECTION]
        ends = [header.start for header in headers[1:]] + [all_blocks[-1].end]
        return [(blocks.section_length(header), end - header.end) for header, end in zip(headers, ends)]

    for (old, old_actual), (new, actual) in zip(extents(original), extents(copy)):
        if old is None:
            equal(new, None, "an unknown length")
        elif actual != old_actual or damaged:
            equal(new, actual, "a section's length")
        else:
            equal(new, old, "the length of a section that did not change")


def compare(original, copy, damaged=False):
    """{index of the block: the comment that was added}. damaged: behind what is the original here there was more."""
    before, after = blocks.parse(original), blocks.parse(copy)
    section_lengths(before, after, damaged)
    equal(len(after), len(before), "the number of blocks")
    added = {}
    for index, (old, new) in enumerate(zip(before, after)):
        equal((new.kind, new.order, new.section), (old.kind, old.order, old.section), f"block {index}")
        if old.kind == blocks.SECTION:
            equal(new.body[:8] + new.body[16:], old.body[:8] + old.body[16:], f"the header of section {old.section}")
            continue
        for comment in without_added(old, new):
            added[index] = comment
    return added


def pcapng_files(*folders):
    found = [path for folder in folders for path in sorted(folder.glob("*.pcapng"))]
    if not found:
        raise Skip("no captures at hand")
    return found


def every_block_survives(*folders):
    told = 0
    for path in pcapng_files(*folders):
        octets = path.read_bytes()
        for options in ([], ["--all", "--explain"]):
            added = compare(octets, annotate(path, *options))
            wanted = len(records(CHATSNIFF, *options, path))
            missing = re.search(r"(\d+) packets? w\w+ copied without", annotate.said)
            equal(len(added) + int(missing[1] if missing else 0), wanted, f"{path.name}: packets that were told")
            told += len(added)
    expect(told > 0, "not one packet got a comment")


def without_chats_nothing_changes():
    octets = craft.pcapng([craft.tcp((craft.ALPINE, 40000), (craft.SERVER, 80), "S", 1, 0)])
    equal(annotate(file("none.pcapng", octets)), octets, "the copy")
    expect(re.search("nothing to comment on.*--all", annotate.said), annotate.said)


def rich_capture(order):
    """Everything that a section may hold, told by the timeline or not."""
    b, frames, time_now = blocks, both_chats(), 1_650_050_679_000_000
    comment = b.option(b.COMMENT, "eine frühere Bemerkung".encode(), order, padding=b"\xee")
    pieces = [
        b.interface(order, options=b.option(2, b"eth0", order) + b.option(b.COMMENT, b"of the interface", order)
                    + b.option(0, b"", order)),
        b.block(b.NAMES, struct.pack(order + "HH", 1, 9) + b"\x0a\0\0\2alp\0\0\0\0" + bytes(4), order),
        b.packet(frames[0], time_now, order, comment + b.option(2, b"\0\0\0\1", order) + b.option(0, b"", order)),
        b.packet(frames[1], time_now, order, comment),  # not ended
        b.packet(frames[2], time_now, order, comment + b.option(0, b"", order) + b"behind the end: 0123"),
        b.packet(frames[3], time_now, order, b.option(2989, struct.pack(order + "I", 32473) + b"custom", order, b"\7")),
        b.block(b.CUSTOM, struct.pack(order + "I", 32473) + b"custom data", order),
        b.block(b.CUSTOM_NO_COPY, struct.pack(order + "I", 32473) + b"not for copies", order),
        b.old_packet(frames[4], time_now, order, b.option(2, b"\0\0\0\2", order)),
        b.block(0x12345678, b"nobody knows this one", order),
        b.block(b.SECRETS, struct.pack(order + "II", 0x544C534B, 5) + b"CLIEN", order),
        b.packet(frames[5], time_now, order),
        b.block(b.STATISTICS, struct.pack(order + "III", 0, 0, 0) + b.option(4, bytes(8), order), order),
    ]
    return pieces


def rich_sections():
    """Both byte orders, in one file, with section lengths that are unknown, true, and of an old writer who was
    wrong."""
    parts = []
    for order, known in (("<", True), (">", True), (">", False), ("<", False)):
        body = b"".join(rich_capture(order))
        parts.append(blocks.section(order, len(body) if known else -1, blocks.option(4, b"tests", order)) + body)
    added = compare(b"".join(parts), annotate(file("rich.pcapng", b"".join(parts))))
    equal(len(added), 4 * 6, "packets with a comment")
    wrong = b"".join(rich_capture("<"))
    octets = blocks.section("<", 8) + wrong
    compare(octets, annotate(file("wrong-length.pcapng", octets)))


def senseless_options():
    """An option that is longer than its block stays where it is, behind the comment."""
    frames = both_chats()
    broken = struct.pack("<HH", 1, 400) + b"too long"
    parts = [blocks.section(), blocks.interface(), blocks.packet(frames[0], options=broken),
             blocks.packet(frames[1], options=blocks.option(1, b"good") + broken)] + \
            [blocks.packet(frame) for frame in frames[2:]]
    octets = b"".join(parts)
    got = blocks.parse(annotate(file("senseless.pcapng", octets)))
    for index, before in ((2, b""), (3, blocks.option(1, b"good"))):
        at = 20 + (len(frames[index - 2]) + 3) // 4 * 4
        rest = got[index].body[at:]
        expect(rest.startswith(before), "the option before")
        code, length = struct.unpack_from("<HH", rest, len(before))
        equal(code, blocks.COMMENT, "what was added")
        equal(rest[len(before) + 4 + (length + 3) // 4 * 4:], broken, "the senseless option")


def simple_packets():
    frames = craft.udp_chat()
    octets = blocks.section() + blocks.interface() + b"".join(blocks.simple_packet(frame) for frame in frames)
    equal(annotate(file("simple.pcapng", octets)), octets, "the copy")
    expect(re.search(r"6 packets were copied without a comment", annotate.said), annotate.said)
    expect("0 packets commented" in annotate.said, annotate.said)
    annotate(file("simple.pcapng", octets), "--quiet")
    expect("6 packets were copied without" in annotate.said, f"with --quiet: {annotate.said}")


def twice_is_once():
    first = annotate(CAPTURES / "lab-session.pcapng")
    again = annotate(file("once.pcapng", first))
    equal(again, first, "annotated again")
    third = compare(first, annotate(file("once.pcapng", first), "--phase"))
    equal(len(third), len(compare((CAPTURES / "lab-session.pcapng").read_bytes(), first)), "phases beside labels")


# --- what is added -------------------------------------------------------------------------------------

def tshark_comments(path):
    """{frame: its comments}, as tshark has them; -T json keeps them apart and their characters whole."""
    if not shutil.which("tshark"):
        raise Skip("no tshark")
    done = run(["tshark", "-r", path, "-T", "json", "-e", "frame.number", "-e", "frame.comment"], timeout=120)
    found = {}
    for packet in json.loads(done.stdout.decode("utf-8")):
        layers = packet["_source"]["layers"]
        found[int(layers["frame.number"][0])] = layers.get("frame.comment", [])
    return found


def comments_are_labels(paths):
    """tshark's frame.comment is the label of every frame that the timeline tells, and of no other."""
    seen = 0
    for path in paths:
        before = tshark_comments(path)
        annotate(path)
        wanted = {frame: list(found) for frame, found in before.items()}
        bare = "copied without a comment" in annotate.said
        for record in records(CHATSNIFF, path):
            wanted[record["frame"]].append(record["label"])
        got = tshark_comments(FOLDER / "annotated.pcapng")
        if bare:  # of which packets, without_added() knows
            wanted = {frame: labels if got[frame] else [] for frame, labels in wanted.items()}
        equal(got, wanted, path.name)
        seen += sum(len(labels) for labels in got.values())
    expect(seen > 0, "no comments at all")


def shared_chats():
    found = sorted(SHARED.glob("lab-*.pcapng")) + sorted((SHARED.parent / "cases").glob("*.pcapng"))
    if not found:
        raise Skip("the shared captures are not here")
    comments_are_labels(found)


def explanations_and_phases():
    path = CAPTURES / "lab-session.pcapng"
    told = records(CHATSNIFF, "--explain", path)
    annotate(path, "--explain")
    got = tshark_comments(FOLDER / "annotated.pcapng")
    for record in told:
        label, _, rest = got[record["frame"]][0].partition("\n")
        equal(label, record["label"], f"frame {record['frame']}: the first line")
        equal(rest.replace("\n", " "), record["explanation"], f"frame {record['frame']}: what follows it")
        expect(
            len(rest.splitlines()) == len(record["topics"]), f"frame {record['frame']}: a line for each point: {rest}")
    annotate(path, "--phase")
    got = tshark_comments(FOLDER / "annotated.pcapng")
    for record in told:
        equal(got[record["frame"]], [record["phase"]], f"frame {record['frame']}")


def filter_selects():
    path = file("filter.pcapng", craft.pcapng(both_chats()))
    added = compare(path.read_bytes(), annotate(path, "-f", "tcp"))
    equal(sorted(added), [2 + number for number in range(6, 14)], "blocks with a comment")


def hostile_texts():
    """Names and lines of control characters, of bad UTF-8, and as long as can be."""
    server, alpine, debian = (craft.SERVER, 8090), (craft.ALPINE, 40001), (craft.DEBIAN, 40002)
    nasty = b"\x1b]0;owned\x07\x1b[31m\x00\x9b2J\xff\xfe\xc3 \r\t\xe2\x80\xae\xf0\x9f\x98\x80"
    long_text = "ä".encode() * 30000
    texts = [nasty, b"a\nb\nc", b"\xc3\xa4" * 700, long_text, b"\x1b" * 30000, b"\xff" * 60000]
    frames = craft.udp_chat()
    for text in texts:
        frames += [craft.udp(alpine, debian, b"msg alpine> " + text), craft.udp(alpine, server, b"hi " + text[:200]),
                   craft.udp(server, alpine, b"hi " + text[:200])]
    for number, text in enumerate(texts):
        port = 41000 + number
        line = text.replace(b"\n", b" ") + b"\n"
        pieces = [line[at:at + 1400] for at in range(0, len(line), 1400)]
        client, host, at = (craft.ALPINE, port), (craft.SERVER, 8090), 1
        frames += [craft.tcp(client, host, "S", 0, 0), craft.tcp(host, client, "SA", 0, 1),
                   craft.tcp(client, host, "A", 1, 1), craft.tcp(client, host, "PA", 1, 1, b"hello\n")]
        at += 6
        for piece in pieces:
            frames.append(craft.tcp(client, host, "PA", at, 1, piece))
            at += len(piece)
    octets = craft.pcapng(frames)
    longest = 0
    for options in ([], ["--explain"]):
        added = compare(octets, annotate(file("hostile.pcapng", octets), *options))
        expect(len(added) > 30, f"{len(added)} packets with a comment")
        for index, comment in added.items():
            expect(not CONTROL.search(comment), f"block {index}: {CONTROL.search(comment)}")
            expect(len(comment.encode()) <= 65535, f"block {index}: its length")
            if not options:
                expect("\n" not in comment, f"block {index}: a label of several lines")
            longest = max(longest, len(comment.encode()))
    expect(any("\\x1b]0;owned\\x07" in comment for comment in added.values()), "the escapes are not shown")
    expect(any("😀" in comment for comment in added.values()), "a character was escaped without need")
    expect(longest > 20000, f"the longest comment has {longest} octets only")


# --- from pcap -----------------------------------------------------------------------------------------

def pcap_file(order, magic, fraction, extra=b"", version=(2, 4)):
    """The two chats as a pcap file of one of its kinds, and the times in it, in its unit."""
    octets = struct.pack(order + "IHHiIII", magic, *version, 0, 0, 65535, 1)
    times = []
    for number, frame in enumerate(both_chats()):
        seconds, part = 1_650_050_679 + number, number * 7919 % fraction
        times.append(seconds * fraction + part)
        octets += struct.pack(order + "IIII", seconds, part, len(frame), len(frame) + number % 2) + extra + frame
    return octets, times


def from_pcap():
    for name, magic, fraction, extra in (("micro", 0xA1B2C3D4, 10 ** 6, b""), ("nano", 0xA1B23C4D, 10 ** 9, b""),
                                         ("modified", 0xA1B2CD34, 10 ** 6, bytes(8))):
        for order in "<>":
            octets, times = pcap_file(order, magic, fraction, extra)
            got = blocks.parse(annotate(file(f"{name}.pcap", octets)))
            equal([block.kind for block in got[:2]], [blocks.SECTION, blocks.INTERFACE], "the first blocks")
            expect(b"chatsniff" in got[0].body, "who converted it is not said")
            link_type, snapshot = struct.unpack_from("<H2xI", got[1].body)
            equal((link_type, snapshot), (1, 65535), "link type and snapshot length")
            expect(blocks.option(9, bytes([9 if fraction == 10 ** 9 else 6])) in got[1].body, "the unit of times")
            equal(len(got), 2 + len(times), "blocks")
            for number, (block, frame, wanted) in enumerate(zip(got[2:], both_chats(), times)):
                high, low, captured, original = struct.unpack_from("<4xIIII", block.body)
                equal((high << 32 | low, captured, original), (wanted, len(frame), len(frame) + number % 2),
                      f"{name}: packet {number + 1}")
                equal(block.body[20:20 + captured], frame, f"{name}: data of packet {number + 1}")
            labels = [record["label"] for record in records(CHATSNIFF, FOLDER / f"{name}.pcap")]
            equal([text for block in got[2:] for text in blocks.comments(block)], labels, f"{name}: comments")


def pcap_headers():
    """A snapshot length that is shorter than packets, which libpcap refuses in pcapng; a frame check sequence."""
    octets = bytearray(pcap_file("<", 0xA1B2C3D4, 10 ** 6)[0])
    octets[16:20] = struct.pack("<I", 40)
    octets[20:24] = struct.pack("<I", 1 | 0x04000000 | 2 << 28)
    path = file("header.pcap", bytes(octets))
    got = blocks.parse(annotate(path))
    equal(struct.unpack_from("<I", got[1].body, 4)[0], max(len(frame) for frame in both_chats()), "the snapshot length")
    for block in got[2:]:
        options = blocks.split_packet(block)[1]
        equal([code for code, _, _ in options], [2, blocks.COMMENT], "options of a packet")
        equal(options[0][1], struct.pack("=I", 4 << 5), "a frame check sequence of four octets")
    if shutil.which("tcpdump"):
        done = run(["tcpdump", "-nr", FOLDER / "annotated.pcapng"])
        equal((done.returncode, done.stdout.count(b"\n")), (0, len(both_chats())), "tcpdump")


def shared_pcap_files():
    """What tshark says of a packet of a pcap file it says of the copy."""
    found = sorted(SHARED.glob("*.pcap")) + sorted(SHARED.glob("*.dmp.gz"))
    if not found:
        raise Skip("the shared captures are not here")
    if not shutil.which("tshark"):
        raise Skip("no tshark")
    fields = [word for field in ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.protocols", "tcp.payload")
              for word in ("-e", field)]
    for path in found:
        annotate(path, "--all")
        before, after = (run(["tshark", "-r", name, "-T", "fields", *fields], timeout=120).stdout.decode().splitlines()
                         for name in (path, FOLDER / "annotated.pcapng"))
        equal(len(after), len(before), f"{path.name}: packets")
        for number, (old, new) in enumerate(zip(before, after), 1):
            # A microsecond more precision than there is may be shown for one of the two.
            equal(re.sub(r"^(\d+\.\d{6})000", r"\1", new), re.sub(r"^(\d+\.\d{6})000", r"\1", old),
                  f"{path.name}: packet {number}")


def compressed():
    plain = CAPTURES / "lab-session.pcapng"
    wanted = annotate(plain)
    path = FOLDER / "session.pcapng.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    equal(annotate(path), wanted, "of a compressed capture")
    for tool in ("xz", "zstd", "lz4"):
        if shutil.which(tool):
            packed = FOLDER / f"session.pcapng.{tool}"
            packed.write_bytes(run([tool, "-c"], stdin=plain.read_bytes()).stdout)
            equal(annotate(packed), wanted, f"of a capture compressed with {tool}")


# --- files ---------------------------------------------------------------------------------------------

def standard_streams():
    plain = CAPTURES / "lab-session.pcapng"
    wanted = annotate(plain)
    done = run([CHATSNIFF, "annotate", "-", "-"], stdin=plain.read_bytes())
    equal((done.returncode, done.stdout), (0, wanted), "from a pipe to a pipe")
    out = FOLDER / "redirected.pcapng"
    with plain.open("rb") as source, out.open("wb") as target:
        subprocess.run([str(CHATSNIFF), "annotate", "--quiet", "-", "-"], stdin=source, stdout=target, check=True)
    equal(out.read_bytes(), wanted, "from a file to a file")
    # A pipe cannot be corrected later: the length of a section becomes unknown.
    body = b"".join(rich_capture("<"))
    octets = blocks.section("<", len(body)) + body
    done = run([CHATSNIFF, "annotate", "-", "-"], stdin=octets)
    got = blocks.parse(done.stdout)
    equal(blocks.section_length(got[0]), None, "the section's length")
    compare(blocks.section("<", -1) + body, done.stdout)
    # Nor can what is appended to a file.
    with out.open("wb") as target:
        target.write(b"before ")
    with out.open("ab") as target:
        subprocess.run([str(CHATSNIFF), "annotate", "--quiet",
                        file("known.pcapng", octets), "-"],
                       stdout=target,
                       check=True)
    equal(out.read_bytes(), b"before " + done.stdout, "appended")


def refused(pattern, *arguments, **options):
    done = run([CHATSNIFF, "annotate", *arguments], **options)
    said = done.stderr.decode()
    equal(done.returncode, 2, f"exit status ({said.strip()})")
    expect(re.search(pattern, said), f"/{pattern}/ is not in: {said}")
    equal((said.count("\n"), done.stdout), (1, b""), "lines said, and standard output")


def usage_errors():
    path, out = CAPTURES / "lab-session.pcapng", FOLDER / "never.pcapng"
    for pattern, arguments in [("no capture given", []), ("no file to write", [path]),
                               ("one too many", [path, out, "more"]), ("one too many", [path, out, "-o", "more"]),
                               ("leave -i out", ["-i", "lo", out]),
                               ("leave --format out", ["--format", "json", path, out]),
                               ("exclude each other", ["--phase", "--explain", path, out]),
                               ("port", ["-f", "port eighty", path, out])]:
        refused(pattern, *arguments)
    expect(not out.exists(), "a refused run left a file")
    equal(run([CHATSNIFF, "annotate", path, "-o", out]).returncode, 0, "-o OUT: exit status")
    equal(out.read_bytes(), annotate(path), "-o OUT")


def same_file():
    octets = craft.pcapng(both_chats())
    path = file("same.pcapng", octets)
    (FOLDER / "folder").mkdir()
    os.link(path, FOLDER / "hard.pcapng")
    (FOLDER / "soft.pcapng").symlink_to("same.pcapng")
    (FOLDER / "far.pcapng").symlink_to(FOLDER / "soft.pcapng")
    names = [path, "same.pcapng", "./same.pcapng", "folder/../same.pcapng", "hard.pcapng", "soft.pcapng", "far.pcapng",
             "/proc/self/cwd/same.pcapng"]
    for name in names:
        refused("is the capture itself", path, name, cwd=FOLDER)
        refused("is the capture itself", name, path, cwd=FOLDER)
    with path.open("rb") as source:
        done = subprocess.run([str(CHATSNIFF), "annotate", "-", str(path)],
                              stdin=source,
                              capture_output=True,
                              check=False)
    equal(done.returncode, 2, "as standard input")
    with path.open("r+b") as target:
        done = subprocess.run([str(CHATSNIFF), "annotate", str(path), "-"],
                              stdout=target,
                              stderr=subprocess.PIPE,
                              check=False)
    equal(done.returncode, 2, "as standard output")
    equal(path.read_bytes(), octets, "the capture")


def through_a_link():
    path = file("linked-in.pcapng", craft.pcapng(both_chats()))
    wanted = annotate(path)
    folder = FOLDER / "links"
    folder.mkdir()
    target = folder / "target.pcapng"
    target.write_bytes(b"old")
    target.chmod(0o640)
    (folder / "link.pcapng").symlink_to("target.pcapng")
    (folder / "two.pcapng").symlink_to(folder / "link.pcapng")
    equal(run([CHATSNIFF, "annotate", path, folder / "two.pcapng"]).returncode, 0, "exit status")
    expect((folder / "link.pcapng").is_symlink() and (folder / "two.pcapng").is_symlink(), "a link was replaced")
    equal(target.read_bytes(), wanted, "where the links lead to")
    equal(target.stat().st_mode & 0o7777, 0o640, "its mode")
    target.unlink()
    equal(run([CHATSNIFF, "annotate", path, folder / "two.pcapng"]).returncode, 0, "exit status of a dangling link")
    equal(target.read_bytes(), wanted, "where the dangling links lead to")
    (folder / "round.pcapng").symlink_to("round.pcapng")
    equal(run([CHATSNIFF, "annotate", path, folder / "round.pcapng"]).returncode, 1, "exit status of a link to itself")
    equal(sorted(entry.name for entry in folder.iterdir()),
          ["link.pcapng", "round.pcapng", "target.pcapng", "two.pcapng"], "files in the folder")


def failures():
    path = file("failing.pcapng", craft.pcapng(both_chats()))
    before = sorted(FOLDER.iterdir())
    for arguments, pattern in [([path, FOLDER / "no" / "where.pcapng"], "No such file"), ([path, FOLDER], "directory"),
                               ([path, "/dev/full"], "No space left"),
                               ([FOLDER / "absent.pcapng", FOLDER / "x.pcapng"], "no such file")]:
        done = run([CHATSNIFF, "annotate", *arguments])
        equal(done.returncode, 1, f"exit status ({done.stderr.decode().strip()})")
        expect(re.search(pattern, done.stderr.decode()), done.stderr.decode())
    letter = file("letter.pcapng", b"Dear reader,\n" * 9)
    annotate(letter, status=1)
    letter.unlink()
    (FOLDER / "annotated.pcapng").unlink(missing_ok=True)
    equal([path for path in sorted(FOLDER.iterdir()) if path not in before], [], "files left")


def killed_half_way():
    """No OUT where there was none, and the old one where there was one; asked to end, it leaves nothing else either."""
    big = file("big.pcap", craft.pcap(both_chats() * 15000))
    folder = FOLDER / "killed"
    folder.mkdir()
    out = folder / "out.pcapng"
    half_way = 0
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        for old in (None, b"what was there before"):
            for entry in folder.iterdir():
                entry.unlink()
            if old:
                out.write_bytes(old)
            process = subprocess.Popen(
                [str(CHATSNIFF), "annotate", "--all", str(big), str(out)], stderr=subprocess.PIPE)
            deadline = time.monotonic() + 30
            while process.poll() is None and time.monotonic() < deadline and \
                    not any(entry != out and entry.stat().st_size > 100_000 for entry in folder.iterdir()):
                time.sleep(0.002)
            process.send_signal(number)
            process.communicate(timeout=60)
            if process.returncode == 0:
                continue
            half_way += 1
            equal(out.read_bytes() if out.exists() else None, old, f"OUT after signal {number}")
            if number != signal.SIGKILL:
                equal(process.returncode, 1, f"exit status after signal {number}")
                equal([entry for entry in folder.iterdir() if entry != out], [], f"other files after signal {number}")
    big.unlink()
    if half_way == 0:
        raise Skip("it was always done before the signal came")


# --- damage --------------------------------------------------------------------------------------------

def cut_anywhere():
    """What was whole is copied, and the section's length is that of what there is."""
    for order in "<>":
        body = b"".join(rich_capture(order))
        octets = blocks.section(order, len(body)) + body
        ends = {block.end for block in blocks.parse(octets)}
        for cut in range(28, len(octets), 12):
            copy = annotate(file("cut.pcapng", octets[:cut]), status=0 if cut in ends else 3)
            whole = max(end for end in ends if end <= cut)
            compare(octets[:whole], copy, damaged=cut not in ends)
            if cut not in ends:
                expect(re.search(rf"truncated at byte {cut}, after packet \d+", annotate.said), annotate.said)
                equal(annotate.said.count("truncated"), 1, f"times that it is said ({annotate.said})")
    for header in (blocks.section(">"), pcap_file(">", 0xA1B2C3D4, 10 ** 6)[0][:24]):
        for cut in range(4, len(header), 4):
            equal(annotate(file("header.pcapng", header[:cut]), status=1), None, f"a copy of {cut} octets of a header")
        annotate(file("header.pcapng", header))
    pcap, _ = pcap_file("<", 0xA1B2C3D4, 10 ** 6)
    got = blocks.parse(annotate(file("cut.pcap", pcap[:-5]), status=3))
    equal(len(got), 2 + len(both_chats()) - 1, "blocks of a pcap file that is cut")


def cut_compressed():
    path = file("cut.pcapng.gz", gzip.compress(craft.pcapng(both_chats() * 20), 0)[:4000])
    got = blocks.parse(annotate(path, status=3))
    expect(len(got) > 20, "what could be unpacked was not copied")


def changed_octets():
    """Any octet may be any other: it ends in order, and what it leaves is whole blocks."""
    octets, draw = blocks.section(">", 10 ** 6) + b"".join(rich_capture(">")), random.Random(5)
    for _ in range(150):
        changed = bytearray(octets)
        for _ in range(draw.randrange(1, 4)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        out = FOLDER / "changed-out.pcapng"
        out.unlink(missing_ok=True)
        done = run([CHATSNIFF, "annotate", "--all", file("changed.pcapng", bytes(changed)), out])
        expect(done.returncode in (0, 1, 3), f"exit status {done.returncode}: {done.stderr.decode()}")
        expect(out.exists() == (done.returncode != 1), f"exit status {done.returncode}, and OUT exists: {out.exists()}")
        if out.exists():
            blocks.parse(out.read_bytes())


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-annotate-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            ("every block of our captures survives", lambda: every_block_survives(CAPTURES)),
            ("every block of the pcapng test files survives", lambda: every_block_survives(SHARED / "pcapng")),
            ("every block of the other shared captures survives",
             lambda: every_block_survives(SHARED, SHARED.parent / "cases")),
            ("without a chat nothing changes", without_chats_nothing_changes),
            ("all kinds of blocks, both byte orders, several sections", rich_sections),
            ("options that make no sense", senseless_options),
            ("packets that can have no comment", simple_packets),
            ("annotated twice", twice_is_once),
            ("comments are the labels, in tshark", lambda: comments_are_labels(pcapng_files(CAPTURES))),
            ("comments are the labels, of the shared chats", shared_chats),
            ("--explain and --phase", explanations_and_phases),
            ("-f", filter_selects),
            ("hostile names and lines", hostile_texts),
            ("pcap files of all kinds", from_pcap),
            ("pcap files and what their headers say", pcap_headers),
            ("pcap files as tshark sees them", shared_pcap_files),
            ("compressed captures", compressed),
            ("standard input and output", standard_streams),
            ("wrong usage", usage_errors),
            ("the same file by other names", same_file),
            ("OUT through a link", through_a_link),
            ("what cannot be read or written", failures),
            ("killed half-way", killed_half_way),
            ("cut anywhere", cut_anywhere),
            ("a compressed file that is cut", cut_compressed),
            ("changed octets", changed_octets),
        ])


if __name__ == "__main__":
    sys.exit(main())
