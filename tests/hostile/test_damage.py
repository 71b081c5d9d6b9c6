#!/usr/bin/python3
"""Captures that were cut short or corrupted: test_damage.py CHATSNIFF DRIVER CAPTURES [SEEDS [FIRST]]

Each capture is cut at every byte: the exit status, where standard error says that it ends, and the records before the
cut, which are those of the whole capture. Then it is corrupted, SEEDS times (200) from the seed FIRST (0) on:
whatever comes out is valid JSON, and text that a terminal does not act on. DRIVER (damage.c) reads them all in one
process; a sample is given to the program itself, which must say the same. An input that ends the driver is kept in
the temporary folder, under the name that the failure tells.
"""
import gzip
import itertools
import json
import lzma
import math
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import Failed, Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, DRIVER, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:4])
SEEDS = int(sys.argv[4]) if len(sys.argv) > 4 else 200
FIRST = int(sys.argv[5]) if len(sys.argv) > 5 else 0
SAMPLE = 12  # so many positions, and so many seeds, are given to the program itself


# --- captures ---------------------------------------------------------------------------------------------

def packets_of(name):
    """(nanoseconds, octets) of each packet of a capture of the project's: little endian, time in nanoseconds."""
    octets, packets, position = (CAPTURES / f"{name}.pcapng").read_bytes(), [], 0
    while position < len(octets):
        kind, length = struct.unpack_from("<II", octets, position)
        if kind == 6:
            high, low, captured = struct.unpack_from("<III", octets, position + 12)
            packets.append((high << 32 | low, octets[position + 28:position + 28 + captured]))
        position += length
    return packets


def timed(frames):
    return [(craft.BEGIN + number * craft.STEP, frame) for number, frame in enumerate(frames)]


class Capture:
    """A capture file, piece by piece: the whole of it is cut at the end of no piece, but within every one."""

    def __init__(self, name, pieces, *, compress=None, recognised=True):
        """pieces: (octets, whether they are a packet, where in them its octets begin and how many they are); the
        first is what a capture needs to be one. recognised: its chats are known from their first packet on."""
        self.name, self.recognised = name, recognised
        self.plain = b"".join(piece[0] for piece in pieces)
        self.compress = compress
        self.octets = compress(self.plain) if compress else self.plain
        self.ends = list(itertools.accumulate(len(piece[0]) for piece in pieces))
        self.packet_ends = [end for piece, end in zip(pieces, self.ends) if piece[1]]
        self.bodies = [position for piece, end in zip(pieces, self.ends) if piece[1]
                       for position in range(end - len(piece[0]) + piece[1][0], end - len(piece[0]) + sum(piece[1]))]

    def packets_before(self, position):
        return sum(end <= position for end in self.packet_ends)


def pcap_pieces(packets, order, magic, unit):
    pieces = [(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, 1), None)]
    for time, frame in packets:
        seconds, rest = divmod(time, 1_000_000_000)
        pieces.append((struct.pack(order + "IIII", seconds, rest // unit, len(frame), len(frame)) + frame,
                       (16, len(frame))))
    return pieces


def pcapng_block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng_pieces(packets, order="<", interfaces=(("eth0", 9),)):
    """Packets go round the interfaces, each of which has a name and a resolution of time (10^-N seconds)."""
    pieces = [(pcapng_block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)), None)]
    for name, resolution in interfaces:
        octets = name.encode()
        options = struct.pack(order + "HH", 2, len(octets)) + octets + b"\0" * (-len(octets) % 4)
        options += struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
        pieces.append((pcapng_block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + options), None))
    for number, (time, frame) in enumerate(packets):
        index = number % len(interfaces)
        ticks = time // 10 ** (9 - interfaces[index][1])
        head = struct.pack(order + "IIIII", index, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        pieces.append((pcapng_block(order, 6, head + frame), (28, len(frame))))
    pieces.append((pcapng_block(order, 5, struct.pack(order + "III", 0, 0, 0)), None))  # interface statistics
    return pieces


def compress_with(tool):
    if not shutil.which(tool):
        return None
    return lambda octets: subprocess.run([tool, "-c"], input=octets, capture_output=True, check=True).stdout


def make_captures():
    hello, ipv6, reset = (packets_of(name) for name in ("tcp-hello-client-closes", "tcp-hello-ipv6", "tcp-reset"))
    rooms, register, taken = (packets_of(name) for name in ("udp-rooms", "udp-register", "udp-name-taken"))
    both = timed(craft.udp_chat() + craft.tcp_chat())
    several = timed(craft.tcp_chat("zwei Zeilen\nüber ein Segment\n".encode()))
    return [
        Capture("pcapng, a TCP chat", pcapng_pieces(hello)),
        Capture("pcapng, three interfaces, a UDP chat with rooms",
                pcapng_pieces(rooms, interfaces=(("eth0", 9), ("a name that is not short", 6), ("", 7)))),
        Capture("pcapng, big endian, two interfaces, IPv6",
                pcapng_pieces(ipv6, ">", interfaces=(("eth0", 6), ("eth1", 9)))),
        Capture("pcapng, two sections of different byte order",
                pcapng_pieces(register) + pcapng_pieces(several, ">")),
        Capture("pcap, microseconds, little endian", pcap_pieces(reset, "<", 0xA1B2C3D4, 1000)),
        Capture("pcap, microseconds, big endian", pcap_pieces(taken, ">", 0xA1B2C3D4, 1000)),
        Capture("pcap, nanoseconds, little endian", pcap_pieces(both, "<", 0xA1B23C4D, 1)),
        Capture("pcap, nanoseconds, big endian", pcap_pieces(hello, ">", 0xA1B23C4D, 1)),
        Capture("pcap, a TCP chat on no chat's port",
                pcap_pieces(timed(craft.tcp_chat(port=5555)), "<", 0xA1B2C3D4, 1000), recognised=False),
        Capture("pcapng, gzip", pcapng_pieces(rooms), compress=lambda octets: gzip.compress(octets, mtime=0)),
        Capture("pcap, gzip, little endian", pcap_pieces(both, "<", 0xA1B2C3D4, 1000),
                compress=lambda octets: gzip.compress(octets, mtime=0)),
        Capture("pcapng, xz", pcapng_pieces(taken), compress=lzma.compress),
        Capture("pcapng, zstd", pcapng_pieces(register), compress=compress_with("zstd") or "zstd"),
        Capture("pcapng, lz4", pcapng_pieces(several), compress=compress_with("lz4") or "lz4"),
    ]


# --- the driver -------------------------------------------------------------------------------------------

class Answer:
    def __init__(self, status, said, json_octets, text, summary, summary_text):
        self.status, self.said, self.json, self.text = status, said, json_octets, text
        self.summary, self.summary_text = summary, summary_text
        self.lines = json_octets.splitlines(keepends=True)


def keep(octets):
    """Keeps an input for whoever mends what it shows."""
    fd, path = tempfile.mkstemp(prefix="chatsniff-damage-")
    with open(fd, "wb") as file:
        file.write(octets)
    return path


def explain_all(inputs):
    """What the driver answers to each, in their order; an iterator, so that the answers need not all be kept."""
    with subprocess.Popen([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as driver:
        said = []

        def feed():
            try:
                for octets in inputs:
                    driver.stdin.write(struct.pack("=I", len(octets)) + octets)
                driver.stdin.close()
            except BrokenPipeError:
                pass

        threads = [threading.Thread(target=feed), threading.Thread(target=lambda: said.append(driver.stderr.read()))]
        for thread in threads:
            thread.start()

        def take(length):
            octets = driver.stdout.read(length)
            if len(octets) < length:
                raise EOFError
            return octets

        def take_text():
            return take(struct.unpack("=I", take(4))[0])

        try:
            for octets in inputs:
                try:
                    yield Answer(
                        struct.unpack("=i", take(4))[0],
                        take_text().decode("utf-8"), *(take_text() for _ in range(4)))
                except EOFError:
                    driver.wait()
                    threads[1].join()
                    words = b"".join(said).decode("utf-8", "replace")
                    raise Failed(f"the driver ended with status {driver.returncode} (-14: it hung) at the input kept "
                                 f"in {keep(octets)}:\n{words}") from None
        finally:
            driver.kill()
            for thread in threads:
                thread.join()


def as_program(octets, *options):
    """The same, from the program itself: status, what it says, standard output."""
    with tempfile.NamedTemporaryFile(prefix="chatsniff-") as file:
        file.write(octets)
        file.flush()
        done = run([CHATSNIFF, "timeline", "--quiet", "--all", "--explain", *options, file.name], timeout=30,
                   env={"COLUMNS": "80"})
        said = done.stderr.decode("utf-8")
        if done.returncode not in (0, 1, 3):
            raise Failed(f"exit status {done.returncode} at the input kept in {keep(octets)}: {said}")
        return done.returncode, said.replace(file.name, "NAME"), done.stdout


def same_as_program(octets, answer):
    status, said, output = as_program(octets, "--format", "json")
    equal((status, output), (answer.status, answer.json), "status and records of program and driver")
    mine = re.sub(r"^/proc/self/fd/\d+", "NAME", answer.said)
    # Beside JSON goes what the text ends with: whatever could not be told in full.
    closing = {f"chatsniff: {line}" for line in answer.text.decode("utf-8").splitlines()}
    rest = [line for line in said.splitlines() if line not in closing]
    equal(rest, [f"chatsniff: {mine}"] if mine else [], "what is said")
    equal(as_program(octets)[2], answer.text, "text of program and driver")


# --- cut --------------------------------------------------------------------------------------------------

LATER = ("protocol", "phase", "kind", "layer", "maintenance", "messages", "label", "explanation", "sender")


def without_chat(line):
    """What of a record does not depend on whether its conversation is recognised as a chat."""
    return {key: value for key, value in json.loads(line).items() if key not in LATER}


def check_cut(capture, position, answer, whole, frames):
    where = f"cut at byte {position}"
    found = re.fullmatch(r"/proc/self/fd/\d+: truncated at byte (\d+), after packet (\d+)(: .*)?", answer.said)
    # With so few octets nobody can say what the file was to be: two tell gzip, eleven lz4.
    if position == 0 or (answer.status == 1 and position < (12 if capture.compress else 4)):
        equal((answer.status, answer.json), (1, b""), where)
        expect("empty file" in answer.said or "not a capture file" in answer.said, f"{where}: {answer.said}")
        return
    if capture.compress:
        # How far the compression's own reader gets is its affair, but what it
        # gave must be told, and counted as it is told.
        if answer.status == 3:
            expect(found, f"{where}: {answer.said}")
            position = int(found[1])
            expect(position <= len(capture.plain), f"{where}: {answer.said}")
        else:  # only what the compression adds after the last octet, as its checksum, can be missed
            equal(answer.status, 0, f"{where}: {answer.said}")
            position = len(capture.plain)
    elif position in capture.ends:
        equal((answer.status, answer.said), (0, ""), where)
    else:
        equal(answer.status, 3, f"{where}: {answer.said}")
        expect(found and int(found[1]) == position, f"{where}: {answer.said}")
    packets = capture.packets_before(position)
    if answer.status == 3:
        equal(int(found[2]), packets, f"{where}: {answer.said}: the number of packets")
    told = sum(frame <= packets for frame in frames)
    if capture.recognised:
        if answer.lines != whole[:told]:
            different = [pair for pair in itertools.zip_longest(answer.lines, whole[:told]) if pair[0] != pair[1]]
            raise Failed(f"{where}: {len(answer.lines)} records, not {told}; the first that differs:\n"
                         f"{different[0][0]}\nnot\n{different[0][1]}")
    else:
        equal([without_chat(line) for line in answer.lines], [without_chat(line) for line in whole[:told]], where)


def cut_everywhere(capture):
    if isinstance(capture.compress, str):
        raise Skip(f"{capture.compress} is not here")
    [entire] = explain_all([capture.octets])
    equal((entire.status, entire.said), (0, ""), "the whole capture")
    frames = [json.loads(line)["frame"] for line in entire.lines]
    expect(len(frames) >= 4, "hardly anything is in it")
    positions = range(len(capture.octets))
    sample = set(random.Random(capture.name).sample(positions, SAMPLE)) | {0, 1, 4, len(capture.octets) - 1}
    for position, answer in zip(positions, explain_all([capture.octets[:position] for position in positions])):
        check_cut(capture, position, answer, entire.lines, frames)
        if position in sample:
            same_as_program(capture.octets[:position], answer)


# --- corrupted --------------------------------------------------------------------------------------------

def corrupted(capture, seed):
    """Two of a hundred octets are others: anywhere, or in every second capture within the packets alone, which are
    otherwise hardly reached, as a wrong length ends the reading."""
    chance = random.Random(f"{capture.name} {seed}")
    inside = seed % 2 == 1
    octets = bytearray(capture.plain if inside else capture.octets)
    positions = capture.bodies if inside else range(len(octets))
    for position in chance.sample(positions, max(1, len(positions) // 50)):
        octets[position] = chance.randrange(256)
    return capture.compress(bytes(octets)) if inside and capture.compress else bytes(octets)


def no_constant(word):
    raise ValueError(f"{word} is no JSON")


def check_numbers(value):
    if isinstance(value, float):
        expect(math.isfinite(value), f"the number {value}")
    elif isinstance(value, (list, dict)):
        for member in value.values() if isinstance(value, dict) else value:
            check_numbers(member)


def without_twins(pairs):
    equal(len(dict(pairs)), len(pairs), "keys of an object, without those there twice")
    return dict(pairs)


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def check_summary(answer):
    """It counts each packet that has a record, and each one once."""
    summary = json.loads(answer.summary, parse_constant=no_constant, object_pairs_hook=without_twins)
    check_numbers(summary)
    capture = summary["capture"]
    chats = [record for record in map(json.loads, answer.lines) if record["protocol"] is not None]
    equal(capture["chat_packets"], len(chats), "packets of chats in the summary")
    equal(sum(phase["packets"] for phase in summary["phases"]), len(chats), "packets of all phases")
    equal(sum(other["packets"] for other in capture["others"]) + len(chats), capture["packets"], "packets")
    for octets in (answer.summary, answer.summary_text):
        found = CONTROL.search(octets.decode("utf-8").rstrip("\n"))
        expect(not found, f"the summary has {found and found[0]!r}")


def check_output(answer):
    expect(answer.status in (0, 1, 3), f"exit status {answer.status}")
    expect(bool(answer.said) == (answer.status != 0), f"status {answer.status}, and standard error: {answer.said}")
    expect(answer.status != 1 or not answer.json, "records although there was nothing to report on")
    expect(answer.status != 0 or answer.summary, "no summary")
    last = 0
    for line in answer.json.decode("utf-8").split("\n")[:-1]:
        expect(not CONTROL.search(line), f"control characters in {line!r}")
        record = json.loads(line, parse_constant=no_constant, object_pairs_hook=without_twins)
        check_numbers(record)
        expect(record["frame"] > last, f"frame {record['frame']} after {last}")
        last = record["frame"]
    expect(answer.json.endswith(b"\n") or not answer.json, "the last line has no end")
    found = CONTROL.search(answer.text.decode("utf-8"))
    expect(not found, f"the text has {found and found[0]!r}")
    if answer.summary or answer.json:
        check_summary(answer)


def corrupt(capture):
    if isinstance(capture.compress, str):
        raise Skip(f"{capture.compress} is not here")
    statuses, n_records = {0: 0, 1: 0, 3: 0}, 0
    inputs = [corrupted(capture, seed) for seed in range(FIRST, FIRST + SEEDS)]
    sample = set(random.Random(capture.name).sample(range(SEEDS), min(SAMPLE // 2, SEEDS)))
    for number, (octets, answer) in enumerate(zip(inputs, explain_all(inputs))):
        try:
            check_output(answer)
            if number in sample:
                same_as_program(octets, answer)
        except (Failed, ValueError) as error:
            raise Failed(f"seed {FIRST + number}, kept in {keep(octets)}: {error}") from error
        statuses[answer.status] += 1
        n_records += len(answer.lines)
    print(f"# {capture.name}: {n_records} records; exit statuses {statuses}")
    expect(n_records >= SEEDS, f"hardly any record in {SEEDS} captures: the test tests nothing")


if __name__ == "__main__":
    os.environ.pop("COLUMNS", None)
    ALL = make_captures()
    CASES = [(f"cut at every byte: {capture.name}", lambda capture=capture: cut_everywhere(capture))
             for capture in ALL]
    CASES += [(f"corrupted: {capture.name}", lambda capture=capture: corrupt(capture)) for capture in ALL]
    sys.exit(run_cases(CASES))
