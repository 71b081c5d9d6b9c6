#!/usr/bin/python3
"""How chatsniff behaves as a command: test_cli.py CHATSNIFF CAPTURES

Its messages, exit statuses (0 done, 1 nothing to report on, 2 wrong usage, 3 damaged input), what it leaves behind,
and what it takes as input. What needs a network interface is in test_live.py.
"""
import concurrent.futures
import gzip
import lzma
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import Skip, equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
FOLDER = None  # a temporary one, made in main()
COMMANDS = ["timeline", "conversations", "capture", "annotate", "ladder"]
NOBODY = 65534


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


def chatsniff(*arguments, **options):
    done = run([CHATSNIFF, *arguments], **options)
    done.said = done.stderr.decode("utf-8", "replace")
    expect(done.returncode in (0, 1, 2, 3), f"exit status {done.returncode}: {done.said}")
    return done


def refused(status, pattern, *arguments, **options):
    """It ends with this status, one clear line on standard error, and nothing on standard output."""
    done = chatsniff(*arguments, **options)
    equal(done.returncode, status, f"exit status ({done.said.strip()})")
    expect(re.search(pattern, done.said), f"/{pattern}/ is not in: {done.said}")
    expect(done.said.startswith("chatsniff: "), f"does not begin with the program's name: {done.said}")
    equal(done.said.count("\n"), 1, f"lines on standard error ({done.said})")
    equal(done.stdout, b"", "standard output")
    return done


def both_chats():
    return craft.udp_chat() + craft.tcp_chat()


# --- usage ---------------------------------------------------------------------------------------------

def no_arguments():
    done = chatsniff()
    equal(done.returncode, 2, "exit status")
    expect("Usage" in done.said, done.said)


def help_everywhere():
    for arguments in [["--help"], ["help"], ["-h"]] + [[command, "--help"] for command in COMMANDS]:
        done = chatsniff(*arguments)
        equal(done.returncode, 0, f"exit status of {arguments}")
        equal(done.said, "", f"standard error of {arguments}")
        expect(b"Usage" in done.stdout, f"{arguments}: no usage")
    whole = chatsniff("--help").stdout.decode()
    for command in COMMANDS:
        expect(command in whole, f"--help does not name {command}")


def help_names_every_option():
    for command in COMMANDS:
        text = chatsniff(command, "--help").stdout.decode()
        for option in ("--interface", "--format", "--explain", "--explain-selection", "--all", "--port", "--protocol",
                       "--color", "--quiet", "--oneline", "--no-pager", "-f", "-o", "-i"):
            expect(option in text, f"{command} --help does not name {option}")


def version():
    done = chatsniff("--version")
    equal(done.returncode, 0, "exit status")
    expect(re.fullmatch(rb"chatsniff \d+\.\d+\.\d+\nsandbox: gives up [^\n]+\n", done.stdout), done.stdout)


def usage_errors():
    capture = file("usage.pcapng", craft.pcapng(both_chats()))
    for pattern, arguments in [
            ("timelime.*did you mean.*timeline", ["timelime", capture]),
            ("no command .*frobnicate", ["frobnicate"]),
            ("--exlain", ["timeline", "--exlain", capture]),
            ("-Z", ["timeline", "-Z", capture]),
            ("--count", ["timeline", "--count", "3", capture]),
            ("xml.*text or json", ["timeline", "--format", "xml", capture]),
            ("auto, always or never.*maybe", ["timeline", "--color", "maybe", capture]),
            ("“0” is not a port", ["timeline", "--port", "0", capture]),
            ("“65536” is not a port", ["timeline", "--port", "65536", capture]),
            ("“chat” is not a port", ["timeline", "--port", "chat", capture]),
            ("no capture given", ["timeline"]),
            ("only one file can be read", ["timeline", capture, capture]),
            ("not both", ["timeline", "-i", "lo", capture]),
            ("-i IFACE", ["capture", "-w", FOLDER / "out.pcapng"]),
            ("-w OUT", ["capture", "-i", "lo"]),
            ("argument too many", ["capture", "-i", "lo", "-w", FOLDER / "out.pcapng", "more"]),
            ("more than 0", ["capture", "-i", "lo", "-w", FOLDER / "out.pcapng", "--count", "-1"]),
            ("more than 0", ["capture", "-i", "lo", "-w", FOLDER / "out.pcapng", "--duration", "-1"]),
            ("port", ["timeline", "-f", "port eighty", capture])]:
        refused(2, pattern, *arguments)
    expect(not (FOLDER / "out.pcapng").exists(), "a refused capture left a file")


def protocol_description_errors():
    capture = file("described.pcapng", craft.pcapng(both_chats()))
    bad = file("bad.ini", b"[protocol]\nname = mychat\ntransport = carrier pigeon\n")
    done = chatsniff("timeline", "--protocol", bad, capture)
    expect(done.returncode in (1, 2), f"exit status {done.returncode}")
    expect(re.search(r"bad\.ini:3: protocol:transport: ", done.said), done.said)
    done = chatsniff("timeline", "--protocol", FOLDER / "absent.ini", capture)
    expect(done.returncode in (1, 2), f"exit status {done.returncode}")
    expect("absent.ini" in done.said, done.said)


# --- input that is none --------------------------------------------------------------------------------

def missing_file():
    refused(1, r"(?i)absent\.pcapng.*no such file", "timeline", FOLDER / "absent.pcapng")


def empty_file():
    refused(1, "empty", "timeline", file("empty.pcapng", b""))
    refused(1, "empty", "timeline", "-", stdin=b"")


def folder_as_file():
    refused(1, "a directory, and neither a file nor a pipe", "timeline", FOLDER)


def not_a_capture():
    for name, octets in [("text.pcapng", b"This is no capture, but a letter to somebody.\n" * 20),
                         ("zeros.pcapng", bytes(4096)), ("short.pcapng", b"\n"),
                         ("letter.gz", gzip.compress(b"Neither is this one, although it is compressed.\n" * 9))]:
        refused(1, r"not a (pcap|capture)|no capture", "timeline", file(name, octets))


def random_octets():
    octets = random.Random(1)
    for number in range(40):
        path = file("random.pcapng", octets.randbytes(octets.randrange(1, 4000)))
        done = chatsniff("timeline", path)
        equal(done.returncode, 1, f"exit status for random file {number}")
        expect(done.said.startswith("chatsniff: "), done.said)


def random_octets_behind_a_header():
    octets = random.Random(2)
    blocks = craft.pcapng_blocks(both_chats())
    headers = [craft.pcap([]), b"".join(blocks[:1]), b"".join(blocks[:2]), b"".join(blocks[:5])]
    for number in range(60):
        path = file("behind.pcapng", headers[number % 4] + octets.randbytes(octets.randrange(16, 3000)))
        done = chatsniff("timeline", path)
        equal(done.returncode, 3, f"exit status for random file {number} ({done.said.strip()})")
        expect(re.search(r"(truncated|damaged) at byte \d+, after packet \d+", done.said), done.said)


def octets_changed():
    """Any octet of a capture may be any other: it ends in order."""
    octets = random.Random(3)
    whole = craft.pcapng(both_chats())

    def one(number):
        changed = bytearray(whole)
        for _ in range(1 + number % 3):
            changed[octets.randrange(len(changed))] = octets.randrange(256)
        chatsniff("timeline", "--all", "--explain", "--format", "json", file(f"changed-{number}", bytes(changed)))

    in_parallel(one, range(150))


def unreadable_file():
    path = file("secret.pcapng", craft.pcapng(both_chats()))
    path.chmod(0)
    # A copy: the build folder may lie where nobody gets to.
    program = FOLDER / "chatsniff-for-all"
    shutil.copy(CHATSNIFF, program)
    program.chmod(0o755)
    done = run([program, "timeline", path], **as_nobody())
    equal(done.returncode, 1, "exit status")
    expect("Permission denied" in done.stderr.decode(), done.stderr.decode())


# --- input that is cut ---------------------------------------------------------------------------------

def in_parallel(function, values):
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        for _ in pool.map(function, values):
            pass


def cut_everywhere(name, pieces, header):
    """Cuts a file at every octet. pieces: the file in parts of which each but the first header parts is a packet."""
    whole = b"".join(pieces)
    ends = []
    for piece in pieces:
        ends.append((ends[-1] if ends else 0) + len(piece))
    all_told = {record["frame"]: record for record in records(CHATSNIFF, "--all", file(f"whole-{name}", whole))}

    def one(cut):
        path = file(f"cut-{name}-{cut}", whole[:cut])
        done = chatsniff("timeline", "--all", "--format", "json", path)
        path.unlink()
        packets = sum(1 for end in ends[header:] if end <= cut)
        if cut == 0:
            equal(done.returncode, 1, "exit status of an empty file")
        elif cut < ends[0]:
            expect(done.returncode in (1, 3), f"cut at {cut}, in the file's header: exit status {done.returncode}")
        elif cut in ends:
            equal(done.returncode, 0, f"cut at {cut}, between two packets: exit status")
        else:
            equal(done.returncode, 3, f"cut at {cut}: exit status")
            expect(re.search(rf"truncated at byte {cut}, after packet {packets}$", done.said.strip()),
                   f"cut at {cut}, after packet {packets}: {done.said}")
        if done.returncode != 0:
            expect(done.said.startswith("chatsniff: "), f"cut at {cut}: {done.said}")
        told = done.stdout.decode().splitlines()
        equal(len(told), packets, f"cut at {cut}: records")

    in_parallel(one, range(len(whole)))
    equal(len(all_told), len(pieces) - header, "records of the whole file")


def cut_pcapng():
    cut_everywhere("pcapng", craft.pcapng_blocks(craft.udp_chat()[:4]), 2)


def cut_pcap():
    frames = craft.udp_chat()[:4]
    whole = craft.pcap(frames)
    pieces, at = [whole[:24]], 24
    for frame in frames:
        pieces.append(whole[at:at + 16 + len(frame)])
        at += 16 + len(frame)
    cut_everywhere("pcap", pieces, 1)


def cut_compressed():
    """A download that broke off: everything before the break is told."""
    path = file("cut.pcapng.gz", gzip.compress(craft.pcapng(both_chats() * 20), 0)[:4000])
    done = chatsniff("timeline", "--format", "json", path)
    equal(done.returncode, 3, f"exit status ({done.said.strip()})")
    expect(re.search(r"(truncated|damaged) at byte \d+, after packet \d+", done.said), done.said)
    expect(done.stdout, "nothing was told of what is before the break")


def damage_is_told_after_the_rest():
    """The records before the damage equal those of the whole file."""
    frames = craft.tcp_chat()
    whole = records(CHATSNIFF, file("sound.pcapng", craft.pcapng(frames)))
    cut = records(CHATSNIFF, file("cut-last.pcapng", craft.pcapng(frames)[:-3]), statuses=(3,))
    equal(cut, whole[:len(cut)], "records")
    equal(len(cut), len(whole) - 1, "their number")


# --- output --------------------------------------------------------------------------------------------

def output_to_a_file():
    capture = file("in.pcapng", craft.pcapng(both_chats()))
    out = FOLDER / "out.json"
    done = chatsniff("timeline", "--format", "json", "-o", out, capture)
    equal((done.returncode, done.stdout), (0, b""), "status and standard output")
    equal(out.read_bytes(), chatsniff("timeline", "--format", "json", capture).stdout, "the file")


def no_partial_output():
    out = file("kept.txt", b"what was there before\n")
    inputs = [FOLDER / "absent.pcapng", file("empty.pcapng", b""), file("letter.pcapng", b"Dear reader,\n" * 9)]
    before = sorted(FOLDER.iterdir())
    for path in inputs:
        done = chatsniff("timeline", "-o", out, path)
        equal(done.returncode, 1, f"exit status ({done.said.strip()})")
    equal(out.read_bytes(), b"what was there before\n", "the file that was there")
    chatsniff("timeline", "-o", FOLDER / "new.txt", FOLDER / "absent.pcapng")
    equal(sorted(FOLDER.iterdir()), before, "files in the folder")


def interrupted_leaves_nothing():
    """SIGTERM in the middle of a long file: no output file, nothing beside it."""
    folder = FOLDER / "interrupted"
    folder.mkdir()
    big = file("big.pcap", craft.pcap(both_chats() * 12000))
    process = subprocess.Popen([str(CHATSNIFF), "timeline", "--explain", "-o", str(folder / "out.txt"), str(big)],
                               stderr=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while not any(folder.iterdir()) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=30)[1].decode()
    if process.returncode == 0:
        raise Skip("it was done before the signal came")
    expect(process.returncode in (1, -signal.SIGTERM), f"exit status {process.returncode}: {said}")
    equal(list(folder.iterdir()), [], "files left")


def damaged_input_is_still_written():
    cut = file("cut-out.pcapng", craft.pcapng(both_chats())[:-5])
    out = FOLDER / "damaged.json"
    equal(chatsniff("timeline", "--format", "json", "-o", out, cut).returncode, 3, "exit status")
    expect(out.read_bytes().count(b"\n") > 5, "what was before the damage is not in the output")


def output_errors():
    capture = file("in2.pcapng", craft.pcapng(both_chats()))
    refused(1, "cannot be written.*No such file|No such file", "timeline", "-o", FOLDER / "no" / "where", capture)
    refused(1, "directory", "timeline", "-o", FOLDER, capture)
    refused(1, "No space left", "timeline", "-o", "/dev/full", capture)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([str(CHATSNIFF), "timeline", str(capture)], stdout=full, stderr=subprocess.PIPE,
                              check=False)
    equal(done.returncode, 1, "exit status with standard output full")
    expect(b"No space left" in done.stderr, done.stderr)


def reader_went_away():
    """`chatsniff … | head` ends without a word."""
    big = file("piped.pcap", craft.pcap(both_chats() * 500))
    done = subprocess.run(["sh", "-c", f"'{CHATSNIFF}' timeline '{big}' | head -n 1"], capture_output=True,
                          check=False, timeout=60)
    equal(done.stderr, b"", "standard error")


# --- what it takes -------------------------------------------------------------------------------------

def told(path, **options):
    done = chatsniff("timeline", "--format", "json", path, **options)
    equal(done.returncode, 0, f"exit status ({done.said.strip()})")
    return done.stdout


def standard_input():
    octets = craft.pcapng(both_chats())
    wanted = told(file("plain.pcapng", octets))
    expect(wanted.count(b"\n") == 14, "records of the file")
    with open(FOLDER / "plain.pcapng", "rb") as source:
        done = subprocess.run([str(CHATSNIFF), "timeline", "--format", "json", "-"], stdin=source, capture_output=True,
                              check=False, timeout=60)
    equal(done.stdout, wanted, "from standard input, a file")
    equal(told("-", stdin=gzip.compress(octets)), wanted, "from standard input, compressed")


def compressed_with(tool):
    octets = craft.pcapng(both_chats())
    if tool == "gzip":
        packed = gzip.compress(octets)
    elif tool == "xz":
        packed = lzma.compress(octets)
    else:
        if not shutil.which(tool):
            raise Skip(f"{tool} is not installed")
        packed = subprocess.run([tool, "-q", "-c", "-"], input=octets, capture_output=True, check=True).stdout
    equal(told(file(f"packed.{tool}", packed)), told(file("plain.pcapng", octets)), "records")


def pcap_and_pcapng_agree():
    frames = both_chats()
    equal(told(file("same.pcap", craft.pcap(frames))), told(file("same.pcapng", craft.pcapng(frames))), "records")


def no_chat():
    """No chat in a sound capture is an answer, not an error."""
    path = file("none.pcapng", craft.pcapng([]))
    equal(told(path), b"", "records")
    done = chatsniff("timeline", path)
    equal(done.returncode, 0, "exit status")
    expect(b"No chat" in done.stdout, done.stdout)


def ports_and_filter():
    quiet = craft.tcp_chat(b"", 7777)  # says nothing: only its port can tell what it is
    path = file("port.pcapng", craft.pcapng(quiet + craft.udp_chat()))
    equal(len(records(CHATSNIFF, path)), 6, "records")
    equal(len(records(CHATSNIFF, "--port", "7777", path)), 6 + len(quiet), "records with --port")
    equal(len(records(CHATSNIFF, "--all", path)), 6 + len(quiet), "records with --all")
    frames = [record["frame"] for record in records(CHATSNIFF, "--all", "-f", "tcp", path)]
    equal(frames, list(range(1, len(quiet) + 1)), "frames with a filter")
    frames = [record["frame"] for record in records(CHATSNIFF, "--all", "-f", "udp", path)]
    equal(frames, list(range(len(quiet) + 1, len(quiet) + 7)), "frames with a filter keep their numbers")


# --- on the terminal -----------------------------------------------------------------------------------

def control_characters():
    """Nothing that came from the wire reaches a terminal as a control character."""
    evil = b"\x1b]0;owned\x07\x1b[2J\x9b31m\xc2\x9b31m\r\x08\x00\xff \xe2\x80\xae.end"
    server, alpine = (craft.SERVER, 8090), (craft.ALPINE, 40001)
    debian = (craft.DEBIAN, 40002)
    frames = craft.udp_chat() + [
        craft.udp(alpine, debian, b"msg alpine> " + evil.replace(b"\0", b"").replace(b"\xff", b"").replace(
            b"\x9b31m\xc2", b"\xc2") + b"\n"),
        craft.udp(alpine, debian, b"msg alpine> " + evil),
        craft.udp(alpine, server, b"hi \x1b[31mred"), craft.udp(server, alpine, b"hi \x1b[31mred"),
        craft.udp(alpine, server, evil)] + craft.tcp_chat(b"hello\n\x1b[31mred\x07\xc2\x9b\n")
    path = file("evil.pcapng", craft.pcapng(frames))
    for arguments in (["--color", "never"], ["--color", "never", "--all",
                                             "--explain"], ["--format", "json", "--explain"]):
        output = chatsniff("timeline", *arguments, path).stdout.decode("utf-8")  # and valid UTF-8
        bad = {character for character in output
               if (ord(character) < 32 and character != "\n") or 127 <= ord(character) < 160 or character == "\u202e"}
        if arguments[1] == "json":
            bad -= {"\u202e"}
        expect(not bad, f"{arguments}: {bad!r} reach the terminal")


# --- live, as far as it needs no network ---------------------------------------------------------------

def unknown_interface():
    for command in (["timeline", "-i",
                     "nosuchif0"], ["capture", "-i", "nosuchif0", "-w", FOLDER / "never-began.pcapng"]):
        refused(1, r"nosuchif0", *command)
    expect(not (FOLDER / "never-began.pcapng").exists(), "a capture that never began left a file")


def as_nobody():
    """Options for run() with which the command has no rights; the temporary folder is made so that it can read."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def no_permission():
    """As nobody, with a copy of the program that nobody may read and run."""
    program = FOLDER / "chatsniff"
    shutil.copy(CHATSNIFF, program)
    program.chmod(0o755)
    for arguments in (["timeline", "-i", "lo"], ["capture", "-i", "lo", "-w", FOLDER / "denied.pcapng"]):
        try:
            done = run([program, *arguments], timeout=10, **as_nobody())
        except subprocess.TimeoutExpired:
            raise Skip("everybody may capture here") from None
        said = done.stderr.decode()
        equal(done.returncode, 1, f"exit status ({said.strip()})")
        expect("CAP_NET_RAW" in said.upper(), f"the capability is not named: {said}")
        expect(re.search(r"setcap cap_net_raw\S* \S+", said), f"no setcap line: {said}")
    expect(not (FOLDER / "denied.pcapng").exists(), "a capture that never began left a file")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-cli-") as folder:
        FOLDER = Path(folder)
        FOLDER.chmod(0o755)
        cases = [
            ("no arguments", no_arguments),
            ("--help everywhere", help_everywhere),
            ("--help names every option", help_names_every_option),
            ("--version", version),
            ("wrong usage: what is misspelt, missing or too many", usage_errors),
            ("a wrong protocol description", protocol_description_errors),
            ("a file that is missing", missing_file),
            ("an empty file", empty_file),
            ("a folder", folder_as_file),
            ("not a capture", not_a_capture),
            ("random octets", random_octets),
            ("random octets behind a sound header", random_octets_behind_a_header),
            ("changed octets", octets_changed),
            ("a file that may not be read", unreadable_file),
            ("pcapng cut at every octet", cut_pcapng),
            ("pcap cut at every octet", cut_pcap),
            ("a compressed file that is cut", cut_compressed),
            ("damage: what is before it is told as ever", damage_is_told_after_the_rest),
            ("-o", output_to_a_file),
            ("no partial output file", no_partial_output),
            ("interrupted: no partial output file", interrupted_leaves_nothing),
            ("-o with damaged input", damaged_input_is_still_written),
            ("output that cannot be written", output_errors),
            ("a reader that goes away", reader_went_away),
            ("standard input", standard_input),
            ("gzip", lambda: compressed_with("gzip")),
            ("xz", lambda: compressed_with("xz")),
            ("zstd", lambda: compressed_with("zstd")),
            ("lz4", lambda: compressed_with("lz4")),
            ("pcap and pcapng agree", pcap_and_pcapng_agree),
            ("no chat in the capture", no_chat),
            ("--port, --all and -f", ports_and_filter),
            ("control characters from the wire", control_characters),
            ("an unknown interface", unknown_interface),
            ("no permission to capture", no_permission),
        ]
        return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
