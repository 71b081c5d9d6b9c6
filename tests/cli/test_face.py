#!/usr/bin/python3
"""What a person sees: test_face.py CHATSNIFF CAPTURES

The text on terminals of several widths, and where it is read by programs; the pager, colours and progress.
"""
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402
from terminal import Terminal, cells, on_a_terminal  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
FOLDER = None  # a temporary one, made in main()
WIDTHS = (72, 80, 100, 105, 106, 120, 188, 189, 190, 200, 300)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


def timeline(*arguments, columns=None, command="timeline"):
    """Its standard output: as on a terminal of so many columns, or as a program reads it."""
    done = run([CHATSNIFF, command, *arguments], env={"COLUMNS": str(columns)} if columns else {})
    equal(done.returncode, 0, f"exit status ({done.stderr.decode()})")
    return done.stdout.decode("utf-8")


def chat_between(names, text="grüß dich"):
    """UDP frames: each registers, and the first speaks to the second."""
    server = (craft.SERVER, 8090)
    clients = [(craft.ALPINE, 40001), (craft.DEBIAN, 40002)]
    frames = []
    for name, client in zip(names, clients):
        frames += [craft.udp(client, server, f"hi {name}".encode()), craft.udp(server, client, f"hi {name}".encode())]
    return frames + [craft.udp(clients[0], clients[1], f"msg {names[0]}> {text}\n".encode())]


def all_captures():
    return sorted(CAPTURES.glob("*.pcapng"))


# --- what each packet shows ---------------------------------------------------------------------------------------

def by_frame(text):
    """The lines of each packet, put together; a packet begins with its number and time."""
    told, current = {}, None
    for line in text.splitlines():
        if begins := re.match(r" *(\d+) +(?:\d+\.\d{6}|-) ", line):
            current = told.setdefault(int(begins.group(1)), [])
        elif not line.startswith(" " * 19):
            current = None
        if current is not None:
            current.append(line.strip())
    return {frame: " ".join(lines) for frame, lines in told.items()}


def words_of(record):
    """What has to stand in the text of a packet, whatever its layout."""
    words = [record["phase"], record["layer"], "maintenance" if record["maintenance"] else "user data",
             *([f"{'tcp' if 'tcp' in record else 'udp'} {record['stream']} "] if "stream" in record else [])]
    if "tcp" in record:
        tcp = record["tcp"]
        words.append(f"seq {tcp['seq']}" + (f" ack {tcp['ack']}" if tcp["ack"] is not None else ""))
        words += [f"len {tcp['length']}"] if tcp["length"] else []
    return words


def each_packet_shows_what_it_is():
    for path in all_captures():
        told = records(CHATSNIFF, path)
        for columns in (None, *WIDTHS):
            text = by_frame(timeline(path, columns=columns))
            equal(sorted(text), [record["frame"] for record in told], f"{path.name}, {columns} columns: frames")
            for record in told:
                for word in words_of(record):
                    expect(word in text[record["frame"]],
                           f"{path.name}, {columns} columns: “{word}” is not in: {text[record['frame']]}")
                label = record["label"].split()
                expect(" ".join(label[:3]) in text[record["frame"]], f"{path.name}, {columns} columns: no label")


def fits(text, columns, what):
    for line in ESCAPES.sub("", text).splitlines():
        expect(cells(line) <= columns, f"{what}: {cells(line)} cells of {columns} in: {line}")


def lines_fit():
    long = file("long.pcapng", craft.pcapng(
        craft.tcp_chat(b"x" * 300 + b" " + "京都".encode() * 60 + b"\n") + craft.tcp_chat(b"y" * 90 + b"\n", 64999)))
    for path in [*all_captures(), long]:
        for columns in WIDTHS:
            for command, options in (("timeline", ["--explain"]), ("timeline", ["--all"]), ("conversations",
                                                                                            ["--explain"])):
                minimum = 72 if command == "timeline" else 80
                fits(timeline(*options, path, columns=columns, command=command), max(columns, minimum),
                     f"{command} of {path.name} for {columns} columns")


def wide_is_used():
    """From 190 columns on a packet is one line, as long as its sentence fits."""
    text = timeline(CAPTURES / "udp-register.pcapng", columns=200)
    equal(len([line for line in text.splitlines() if re.match(r" *\d+ +\d+\.", line)]), 8, "packets")
    expect("  UDP hi, request  " in text, text)
    equal(text.count("\n"), 1 + 2 * 2 + 8 + 2, f"lines: {text}")


def numbers_are_never_cut():
    """Frame, sequence and acknowledgement numbers, and late times, in any width."""
    client, server = (craft.ALPINE, 40003), ("203.0.113.250", 8090)
    big = 4_000_000_000
    frames = [
        craft.tcp(client, server, "S", 7, 0),
        craft.tcp(server, client, "SA", 9, 8),
        craft.tcp(client, server, "A", 8, 10),
        craft.tcp(client, server, "PA", 8 + big, 10 + big, b"far away\n")
    ]
    filler = [craft.udp((craft.SERVER, 53), (craft.ALPINE, 5353), b"\0")] * 100_000
    path = file("numbers.pcapng", craft.pcapng(filler + frames,
                                               seconds=[0] * 100_000 + [123_456 + n for n in range(4)]))
    for columns in (None, 80, 106, 200):
        text = timeline("--port", "8090", path, columns=columns)
        told = by_frame(text)
        equal(sorted(told), [100_001, 100_002, 100_003, 100_004], f"frames for {columns} columns")
        expect(f"seq {1 + big} ack {1 + big} len 9" in told[100_004], told[100_004])
        expect("123459.000000" in told[100_004], told[100_004])
        expect(columns or "203.0.113.250:8090" in told[100_004], told[100_004])
        if columns:
            fits(text, columns, f"large numbers in {columns} columns")


def stream_on_each_packet():
    """Packets of two connections that alternate: each says of which it is."""
    first, second = craft.tcp_chat(), craft.tcp_chat(b"other\n", 7777)
    mixed = [frame for pair in zip(first, second) for frame in pair]
    told = by_frame(timeline(file("mixed.pcapng", craft.pcapng(mixed)), columns=80))
    for frame, text in told.items():
        expect(f" tcp {(frame - 1) % 2} " in text, text)


def without_time():
    block = craft.block(3, b"\x36\0\0\0" + craft.tcp_chat()[0].ljust(0x36, b"\0"))
    octets = b"".join(craft.pcapng_blocks([])) + block
    text = timeline("--all", file("timeless.pcapng", octets), columns=80)
    expect(re.search(r"^    1 {11}-  setup", text, re.MULTILINE), text)


# --- wide and combining characters -----------------------------------------------------------------------------------

NAMES = ["東京都渋谷区神南太郎花子", "한국어이름이아주길다한국어", "e\u0301" * 30, "🙂" * 15, "a🙂" * 9, "ｗｉｄｅ" * 6, "ไทย" * 9]


def wide_names():
    for name in NAMES:
        path = file("wide.pcapng", craft.pcapng(chat_between([name, "debian"])))
        for columns in WIDTHS:
            text = timeline(path, columns=columns)
            fits(text, columns, f"the name {name}")
            lines = [line for line in text.splitlines() if re.search(rf"udp \d  {re.escape(name[:1])}", line)]
            expect(lines, f"{name}: no line names it")
            for line in lines:
                shown = re.search(r"udp \d  (.*?) +[─◀]", line).group(1)
                if "…" not in shown:
                    equal(shown, name, f"the name in {columns} columns")
                    continue
                head, tail = shown.split("…")
                expect(name.startswith(head) and name.endswith(tail) and len(head) + len(tail) < len(name),
                       f"{name} is cut to {shown}")
                expect(cells(shown) >= 18 and cells(tail[:1]) > 0, f"{name} is cut to {shown}")
                # What stands right of it begins in one column, whatever the characters.
                equal(cells(line.split("─▶" if "─▶" in line else "◀─")[0]),
                      cells(lines[0].split("─▶" if "─▶" in lines[0] else "◀─")[0]), f"column of the arrow in: {line}")
        whole = timeline(path)
        expect(re.search(rf" {re.escape(name)} +─▶ debian ", whole), f"{name} is not whole on one line: {whole}")


def invalid_octets():
    """Text that is no UTF-8 is cut as little as any other."""
    frames = [craft.udp((craft.ALPINE, 40001), (craft.SERVER, 8090), b"hi " + b"\xff\x80" * 20),
              craft.udp((craft.SERVER, 8090), (craft.ALPINE, 40001), b"hi " + b"\xff\x80" * 20)]
    fits(timeline("--port", "8090", file("invalid.pcapng", craft.pcapng(frames)), columns=80), 80, "invalid octets")


# --- for programs ----------------------------------------------------------------------------------------------------

def one_line():
    """Nothing but packets, each a line, the same with --oneline on a terminal as in a pipe."""
    long = craft.tcp_chat(b"word " * 19 + b"\n")
    path = file("oneline.pcapng", craft.pcapng(craft.udp_chat() + long))
    piped = timeline(path)
    equal(piped.count("\n"), 14, f"lines: {piped}")
    expect(all(re.match(r" *\d+ +\d+\.\d{6}  \w+ ", line) for line in piped.splitlines()), piped)
    expect("“" + "word " * 19 + "”" in piped, f"the line is cut: {piped}")
    equal(timeline("--oneline", path, columns=80), piped, "--oneline where a terminal is said to be")
    shown = on_a_terminal([CHATSNIFF, "timeline", "--oneline", "--color", "never", "--no-pager", path])
    equal(shown.decode().splitlines()[:14], piped.splitlines(), "--oneline on a terminal")
    explained = timeline("--explain", path)
    equal(explained.count("\n"), 14, "lines with --explain")
    expect("RFC 9293" in explained.splitlines()[6], "no explanation")
    equal(timeline("-o", "-", path), piped, "-o -")
    run([CHATSNIFF, "timeline", "-o", FOLDER / "out.txt", path])
    equal((FOLDER / "out.txt").read_text(), piped, "-o FILE")


def long_names_are_whole():
    path = file("names.pcapng", craft.pcapng(chat_between(["n" * 60, "debian"])))
    expect("n" * 60 + " " in timeline(path), "a long name is cut in one line")
    expect("n" * 60 not in by_frame(timeline(path, columns=80))[5], "a long name is not cut in 80 columns")


def closing_counts():
    """On a terminal below the packets; else on standard error; with --quiet nowhere. What is missing is always said."""
    path = CAPTURES / "udp-register.pcapng"
    counts = b"8 packets shown, in 2 conversations; 4 others are not part of them.\n"
    expect(timeline(path, columns=80).encode().endswith(b"\n" + counts), "no counts on a terminal")
    done = run([CHATSNIFF, "timeline", path])
    equal(done.stderr, b"chatsniff: " + counts, "standard error")
    expect(b"shown" not in done.stdout, "counts between the packets' lines")
    expect("\n2 conversations among 12 packets.\n" in timeline(path, command="conversations"),
           "counts of conversations")
    for arguments in (["timeline", "--quiet", path], ["timeline", "--format", "json", path],
                      ["conversations", "--quiet", path]):
        done = run([CHATSNIFF, *arguments])
        equal(done.stderr, b"", f"standard error of {arguments[:-1]}")
    expect("shown" not in timeline("--quiet", path, columns=80), "counts with --quiet")
    none = file("none.pcapng", craft.pcapng([]))
    expect(timeline(none, columns=80).startswith("No chat among 0 packets. With --all"), "no chat, on a terminal")
    expect(timeline(none).startswith("No chat among 0 packets. With --all"), "no chat, in a pipe")
    unread = file("unread.pcapng", craft.pcapng(craft.udp_chat(), link_type=147))
    done = run([CHATSNIFF, "timeline", "--quiet", unread])
    expect(b"link type 147" in done.stderr, f"what was not read is not said: {done.stderr}")


# --- ARP --------------------------------------------------------------------------------------------------------------

def arp(operation, sender, target, sender_address=None):
    ours, theirs = craft.mac(sender), craft.mac(target)
    return (b"\xff" * 6 + ours + b"\x08\x06\0\1\x08\0\6\4" + operation.to_bytes(2, "big") + ours
            + bytes(map(int, (sender_address or sender).split("."))) + (theirs if operation == 2 else b"\0" * 6)
            + bytes(map(int, target.split("."))))


def arp_in_text():
    frames = [
        arp(1, craft.ALPINE, craft.SERVER),
        arp(2, craft.SERVER, craft.ALPINE),
        arp(1, craft.ALPINE, craft.ALPINE),
        arp(1, craft.ALPINE, craft.DEBIAN, "0.0.0.0"),
        arp(9, craft.ALPINE, craft.SERVER),
        arp(1, craft.ALPINE, craft.SERVER)[:30]
    ]
    path = file("arp.pcapng", craft.pcapng(frames + craft.udp_chat()))
    told = by_frame(timeline("--all", path, columns=80))
    equal(sorted(told), list(range(1, 13)), "frames")
    wanted = {
        1: "10.0.0.2 ─▶ 10.0.0.1 ARP request · network · maintenance asks for the MAC address of 10.0.0.1",
        2: "10.0.0.1 ─▶ 10.0.0.2 ARP reply · network · maintenance "
           "answers: 10.0.0.1 has the MAC address 02:00:00:00:00:01",
        3: "announces: 10.0.0.2 has the MAC address 02:00:00:00:00:02",
        4: "asks whether a host has the address 10.0.0.3 already",
        5: "ARP operation 9",
        6: "cut off"
    }
    for frame, text in wanted.items():
        expect(text in re.sub(" +", " ", told[frame]), f"frame {frame}: {told[frame]}")
    explained = timeline("--all", "--explain", path)
    for source in ("(RFC 826; RFC 1122, section 2.3.2.1)", "(RFC 5227, section 2.1.1)", "(RFC 5227, section 2.3)"):
        equal(explained.count(source), 1, f"{source} with --explain")
    equal(timeline("--all", "--explain=full", path).count("(RFC 826;"), 4, "explanations with --explain=full")
    equal(sorted(by_frame(timeline(path, columns=80))), list(range(7, 13)), "frames without --all")
    equal([record["frame"] for record in records(CHATSNIFF, "--all", path)], list(range(7, 13)), "frames of JSON")
    equal(sorted(by_frame(timeline("--all", "-f", "arp", path))), list(range(1, 7)), "frames with -f arp")


# --- the filter of a file ---------------------------------------------------------------------------------------------

def filter_chooses_and_nothing_else():
    """Number, time, stream, names and analysis are those of the whole file."""
    frames = craft.tcp_chat(b"one\n", 7777) + craft.udp_chat() + craft.tcp_chat()
    path = file("filtered.pcapng", craft.pcapng(frames))
    whole = {record["frame"]: record for record in records(CHATSNIFF, "--explain", path)}
    for expression in ("udp and host 10.0.0.3", "tcp[13] & 16 != 0", "port 8090", "src host 10.0.0.1", "greater 60"):
        some = records(CHATSNIFF, "--explain", "-f", expression, path)
        expect(0 < len(some) < len(whole), f"{expression}: {len(some)} records of {len(whole)}")
        for record in some:
            equal(record, whole[record["frame"]], f"{expression}: frame {record['frame']}")
    equal([record["frame"] for record in records(CHATSNIFF, "-f", "udp and host 10.0.0.3", path)], [11, 12, 13, 14],
          "frames")
    text = timeline("-f", "tcp port 8090", path, columns=80)
    expect("8 packets shown, in 1 conversation; 14 others are not part of it, or left out by the filter." in text, text)
    told = records(CHATSNIFF, "-f", "tcp[13] & 2 != 0 and port 7777", path, command="conversations")
    equal([(one["stream"], one["packets"], one["messages"]) for one in told], [(0, 8, {"client": 1, "server": 0})],
          "conversations are told whole")


def filter_and_fragments():
    """Of a datagram in fragments the filter knows the ports of the first alone: it is told all the same."""
    whole = craft.udp((craft.ALPINE, 40001), (craft.SERVER, 8090), b"hi " + b"n" * 60)
    packet = whole[14:]
    parts = []
    for offset, more in ((0, True), (40, False)):
        piece = packet[20 + offset:20 + offset + 40 if more else None]
        header = bytearray(packet[:20])
        header[2:4] = (20 + len(piece)).to_bytes(2, "big")
        header[4:8] = b"\0\7" + ((0x2000 if more else 0) | offset // 8).to_bytes(2, "big")
        header[10:12] = b"\0\0"
        header[10:12] = craft.checksum(bytes(header)).to_bytes(2, "big")
        parts.append(whole[:14] + bytes(header) + piece)
    path = file("fragments.pcapng", craft.pcapng(parts))
    for expression, frames in (("udp port 8090", [2]), ("ip[6:2] & 0x1fff != 0", [2]), ("tcp", [])):
        told = [record["frame"] for record in records(CHATSNIFF, "--all", "-f", expression, path)]
        equal(told, frames, f"frames with {expression}")


# --- the terminal -----------------------------------------------------------------------------------------------------

def width_of_the_terminal():
    path = CAPTURES / "lab-session.pcapng"
    for columns in (80, 132, 200):
        shown = on_a_terminal([CHATSNIFF, "timeline", "--no-pager", path], columns).decode()
        equal(ESCAPES.sub("", shown), timeline(path, columns=columns), f"text on a terminal of {columns} columns")


def colours():
    """A chip of the phase's colour, readable on any background; nothing is dim; and none where none are wanted."""
    path = CAPTURES / "tcp-hello-client-closes.pcapng"
    shown = timeline("--color", "always", "--explain", path, columns=80)
    styles = set(re.findall(r"\x1b\[([0-9;]*)m", shown))
    equal(styles, {"0", "1", *(f"38;5;231;48;5;{ground}" for ground in (26, 22, 53))}, "styles")
    for word, ground in (("setup", 26), ("transfer", 22), ("teardown", 53)):
        expect(f"\x1b[38;5;231;48;5;{ground}m {word:8} \x1b[0m" in shown, f"no chip of {word}")
    expect("\x1b[1msays: “hello”\x1b[0m" in shown, "what was typed does not stand out")
    equal(ESCAPES.sub("", shown), timeline("--explain", path, columns=80), "the text without its colours")
    expect(b"\x1b[" in on_a_terminal([CHATSNIFF, "timeline", path], PAGER="cat"), "no colours on a terminal")
    for arguments, environment in (([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["--color", "never"], {})):
        shown = on_a_terminal([CHATSNIFF, "timeline", *arguments, path], PAGER="cat", **environment)
        expect(b"\x1b[" not in shown, f"colours despite {arguments} {environment}")


def through_a_pager():
    path = CAPTURES / "lab-session.pcapng"
    plain = timeline(path, columns=80)
    for pager in ("sed s/^/:/", "tr a-z A-Z", "exec cat -"):
        shown = on_a_terminal([CHATSNIFF, "timeline", "--color", "never", path], PAGER=pager)
        wanted = {"sed": "".join(f":{line}\n" for line in plain.splitlines()), "tr ": plain.translate(
            {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}), "exe": plain}[pager[:3]]
        equal(shown.decode(), wanted, f"through {pager}")
    shown = on_a_terminal([CHATSNIFF, "conversations", path], PAGER="sed s/^/:/").decode()
    expect(shown.startswith(":stream"), f"conversations: {shown}")
    shown = on_a_terminal([CHATSNIFF, "timeline", path], PAGER="env").decode()
    expect("LESS=FRX\n" in shown, "LESS is not set")
    shown = on_a_terminal([CHATSNIFF, "timeline", path], PAGER="env", LESS="S").decode()
    expect("LESS=S\n" in shown, "the user's LESS is overwritten")


def without_a_pager():
    """Not for JSON, a file, a pipe, a live capture, or who does not want one."""
    path, out = CAPTURES / "udp-register.pcapng", FOLDER / "unpaged.txt"
    marker = {"PAGER": "echo PAGED"}
    for arguments in (["--no-pager"], ["--format", "json"], ["-o", out]):
        shown = on_a_terminal([CHATSNIFF, "timeline", *arguments, path], **marker)
        expect(b"PAGED" not in shown, f"a pager with {arguments}")
    for pager in ("", "cat"):
        expect(b"registered as alpine" in on_a_terminal([CHATSNIFF, "timeline", path], PAGER=pager), f"PAGER={pager!r}")
    expect(b"PAGED" not in on_a_terminal([CHATSNIFF, "timeline", path], TERM="dumb", **marker),
           "a pager on a dumb terminal")
    shown = on_a_terminal(["sh", "-c", f"cat '{path}' | '{CHATSNIFF}' timeline -"], **marker)
    expect(b"PAGED" not in shown and b"registered as alpine" in shown, "a pager for a pipe")
    done = run([CHATSNIFF, "timeline", path], env=marker)
    expect(b"PAGED" not in done.stdout, "a pager in a pipe")
    terminal = Terminal([CHATSNIFF, "timeline", path], PAGER="no-such-pager-at-all")
    expect(b"no-such-pager-at-all" in terminal.end(1), "a pager that is not there is not named")


def big_capture():
    path = FOLDER / "big.pcap"
    if not path.exists():
        path.write_bytes(craft.pcap((craft.udp_chat() + craft.tcp_chat()) * 4000))
    return path


def pager_is_left_early():
    """Whoever has seen enough goes: that is no error, and nothing is said about it."""
    began = time.monotonic()
    shown = on_a_terminal([CHATSNIFF, "timeline", "--color", "never", big_capture()], PAGER="head -n 3")
    equal(shown.count(b"\n"), 3, f"lines: {shown}")
    expect(time.monotonic() - began < 20, "it went on for long")


def interrupt_in_the_pager():
    """Ctrl-C is the pager's: what comes after it is still shown."""
    path = big_capture()
    told = FOLDER / "paged.txt"
    ready = FOLDER / "ready"
    pager = f"trap '' INT; : >'{ready}'; sleep 1; cat >'{told}'"
    terminal = Terminal([CHATSNIFF, "timeline", "--color", "never", path], PAGER=pager)
    while not ready.exists():
        time.sleep(0.01)
    terminal.type(b"\x03")
    terminal.end()
    equal(told.read_text(), timeline(path, columns=80), "what the pager was given")


def damage_is_said_after_the_pager():
    cut = file("cut.pcapng", craft.pcapng(craft.udp_chat())[:-5])
    terminal = Terminal([CHATSNIFF, "timeline", "--color", "never", cut], PAGER="sleep 0.3; cat; echo END OF PAGER")
    shown = terminal.end(3).decode()
    expect(re.search(r"END OF PAGER\nchatsniff: .*cut\.pcapng: truncated at byte \d+, after packet 5\n$", shown), shown)


def progress():
    """On standard error, only where that is a terminal and standard output is not; never in what is told."""
    path = FOLDER / "slow.pcap"
    path.write_bytes(craft.pcap((craft.udp_chat() + craft.tcp_chat()) * 4000))
    # A reader that takes its time, so that the reading lasts longer than half a second.
    with open(FOLDER / "told.txt", "wb") as out:
        slow = subprocess.Popen(
            ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do dd bs=64k count=8 2>/dev/null; sleep 0.2; done; cat"],
            stdin=subprocess.PIPE,
            stdout=out)
        for options, wanted in (([], True), (["--quiet"], False)):
            terminal = Terminal([CHATSNIFF, "timeline", *options, path], stdout=slow.stdin)
            shown = terminal.end()
            equal(b"reading: " in shown, wanted, f"progress with {options}: {shown}")
        slow.stdin.close()
        slow.wait(30)
    expect(b"reading" not in (FOLDER / "told.txt").read_bytes(), "progress in the output")
    shown = on_a_terminal([CHATSNIFF, "timeline", path],
                          PAGER="for i in 1 2 3 4 5; do dd bs=64k count=8 2>/dev/null; sleep 0.3; done; cat")
    expect(b"reading: " not in shown, "progress on the terminal that shows the text")


def main():
    global FOLDER
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with tempfile.TemporaryDirectory(prefix="chatsniff-face-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            ("each packet shows phase, stream, layer and purpose, in every width", each_packet_shows_what_it_is),
            ("lines fit every width", lines_fit),
            ("a wide terminal is used", wide_is_used),
            ("numbers are never cut", numbers_are_never_cut),
            ("each packet names its stream", stream_on_each_packet),
            ("a packet without a time", without_time),
            ("wide and combining characters", wide_names),
            ("octets that are no text", invalid_octets),
            ("one line a packet", one_line),
            ("nothing is cut in one line", long_names_are_whole),
            ("closing counts and --quiet", closing_counts),
            ("ARP", arp_in_text),
            ("-f chooses what is told, and nothing else", filter_chooses_and_nothing_else),
            ("-f and fragments", filter_and_fragments),
            ("the width of the terminal", width_of_the_terminal),
            ("colours", colours),
            ("through a pager", through_a_pager),
            ("without a pager", without_a_pager),
            ("a pager that is left early", pager_is_left_early),
            ("Ctrl-C in a pager", interrupt_in_the_pager),
            ("damage is said after the pager", damage_is_said_after_the_pager),
            ("progress", progress),
        ])


if __name__ == "__main__":
    sys.exit(main())
