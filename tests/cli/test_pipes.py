#!/usr/bin/python3
"""A capture that comes through a pipe is read as it comes: test_pipes.py CHATSNIFF CAPTURES"""
import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, records, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES = (Path(argument).resolve() for argument in sys.argv[1:3])
FOLDER = None  # a temporary one, made in main()
PATIENCE = 20


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


class Reading:
    """A running chatsniff that reads what the test writes to it; its standard output goes to a file."""

    def __init__(self, *arguments, source="-"):
        self.output, self.errors = FOLDER / "reading.out", FOLDER / "reading.err"
        with open(self.output, "wb") as out, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen([str(CHATSNIFF), *map(str, arguments), str(source)], stdin=subprocess.PIPE,
                                            stdout=out, stderr=errors)

    def write(self, octets):
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def lines(self):
        return self.output.read_text("utf-8").splitlines()

    def wait_for(self, n, what):
        deadline = time.monotonic() + PATIENCE
        while len(self.lines()) < n:
            expect(time.monotonic() < deadline and self.process.poll() is None,
                   f"{what}: {len(self.lines())} lines, not {n}; {self.errors.read_text('utf-8')}")
            time.sleep(0.005)
        equal(len(self.lines()), n, f"{what}: lines")

    def end(self, status=0):
        self.process.stdin.close()
        equal(self.process.wait(PATIENCE), status, f"exit status ({self.errors.read_text('utf-8')})")
        return self.lines()


def sorted_records(octets, *arguments, status=0):
    done = run([CHATSNIFF, "timeline", "--format", "json", *arguments, "-"], stdin=octets)
    equal(done.returncode, status, f"exit status ({done.stderr.decode()})")
    return sorted(map(json.loads, done.stdout.splitlines()), key=lambda record: record["frame"])


def each_packet_at_once():
    """Whatever came is told while the pipe stays open."""
    header, *packets = split(craft.pcapng_blocks(craft.udp_chat()))
    for arguments in (["--format", "json"], ["--oneline"]):
        reading = Reading("timeline", *arguments)
        reading.write(header)
        for number, packet in enumerate(packets, 1):
            reading.write(packet)
            reading.wait_for(number, f"packet {number} with {arguments}")
        equal(len(reading.end()), 6, "lines in the end")


def split(blocks):
    return [blocks[0] + blocks[1], *blocks[2:]]


def half_a_packet():
    """What is whole is told although the next one has begun."""
    header, *packets = split(craft.pcapng_blocks(craft.udp_chat()))
    reading = Reading("timeline", "--format", "json")
    reading.write(header + packets[0] + packets[1][:20])
    reading.wait_for(1, "the first packet")
    reading.write(packets[1][20:])
    reading.wait_for(2, "the second packet")
    reading.end()


def handshake():
    """It is held until the chat is known; with --port and --all nothing has to be."""
    header, *packets = split(craft.pcapng_blocks(craft.tcp_chat(b"hello\n", 7777)))
    for arguments, at_once in (([], False), (["--port", "7777"], True), (["--all"], True)):
        reading = Reading("timeline", "--format", "json", *arguments)
        reading.write(header)
        for number in range(3):
            reading.write(packets[number])
            if at_once:
                reading.wait_for(number + 1, f"packet {number + 1} of the handshake with {arguments}")
        time.sleep(0.1)
        equal(len(reading.lines()), 3 if at_once else 0, f"lines before anything was said, with {arguments}")
        reading.write(b"".join(packets[3:]))
        told = [json.loads(line) for line in reading.end()]
        equal([record["frame"] for record in told], list(range(1, 9)), f"frames with {arguments}")
        equal(told[3]["messages"][0]["text"], "hello", "what was said")
        if arguments != ["--all"]:
            equal({record["protocol"] for record in told}, {"tcpchat"}, "protocols")


def port_is_obeyed():
    """Whatever runs over the port, in both transports; the first packet too."""
    frames = craft.tcp_chat(b"SSH-2.0-x\r\n", 2222) + [craft.udp((craft.ALPINE, 5000), (craft.SERVER, 2222), b"\0\1\2")]
    for octets in (craft.pcapng(frames), craft.pcap(frames)):
        told = sorted_records(octets, "--port", "2222")
        equal([(record["frame"], record["protocol"]) for record in told],
              [(frame, "tcpchat") for frame in range(1, 9)] + [(9, "udpchat")], "records")
        equal(told, records(CHATSNIFF, "--port", "2222", file("port.cap", octets)), "records of the file")
        equal((told[8]["sender"], told[8]["kind"]), ("client", "other"), "the datagram")


def equals_the_file():
    """Sorted by frame, the records of a pipe are those of the file; so are the conversations and the summary."""
    for path in sorted(CAPTURES.glob("*.pcapng")):
        for options in ([], ["--explain"]):
            equal(sorted_records(path.read_bytes(), *options), records(CHATSNIFF, *options, path), path.name)
        for command in ("conversations", "summary"):
            done = run([CHATSNIFF, command, "--format", "json", "-"], stdin=path.read_bytes())
            told = done.stdout.decode().replace('"file":"-"', f'"file":"{path.name}"')
            equal(list(map(json.loads, told.splitlines())), records(CHATSNIFF, path, command=command),
                  f"{command} of {path.name}")


def formats():
    frames = craft.udp_chat() + craft.tcp_chat()
    wanted = records(CHATSNIFF, file("plain.pcapng", craft.pcapng(frames)))
    equal(len(wanted), 14, "records of the file")
    equal(sorted_records(craft.pcap(frames)), wanted, "pcap")
    equal(sorted_records(gzip.compress(craft.pcapng(frames))), wanted, "gzip")
    done = run([CHATSNIFF, "timeline", "-"], stdin=b"")
    equal((done.returncode, done.stderr), (1, b"chatsniff: standard input: empty file\n"), "an empty pipe")
    done = run([CHATSNIFF, "timeline", "-"], stdin=b"Dear reader, this is a letter.")
    equal(done.returncode, 1, "exit status of a letter")
    expect(b"not a capture" in done.stderr, done.stderr)


def cut_short():
    """Told up to the cut, then said: exit status 3, in every command."""
    octets = craft.pcapng(craft.udp_chat())[:-9]
    equal([record["frame"] for record in sorted_records(octets, status=3)], [1, 2, 3, 4, 5], "frames")
    for command in ("timeline", "conversations", "summary"):
        out = FOLDER / "cut.out"
        done = run([CHATSNIFF, command, "-o", out, "-"], stdin=octets)
        equal(done.returncode, 3, f"exit status of {command}")
        expect(f"standard input: truncated at byte {len(octets)}, after packet 5" in done.stderr.decode(), done.stderr)
        expect(out.stat().st_size > 0, f"{command}: what was told is not kept")


def filtered():
    """A filter chooses what is told, as of a file: the numbers are those of the whole."""
    octets = craft.pcapng(craft.udp_chat() + craft.tcp_chat())
    for expression in ("tcp", "host 10.0.0.3", "tcp[13] & 2 != 0"):
        told = sorted_records(octets, "-f", expression)
        equal(told, records(CHATSNIFF, "-f", expression, file("filtered.pcapng", octets)), f"records with {expression}")
        expect(0 < len(told) < 14, f"{expression}: {len(told)} records")


def named_pipe():
    """Opened once: its writer may come late, write little, and go again."""
    pipe, octets = FOLDER / "fifo", craft.pcapng(craft.udp_chat())
    os.mkfifo(pipe)
    for delay in (0, 0.3):
        reading = Reading("timeline", "--format", "json", source=pipe)
        time.sleep(delay)
        with open(pipe, "wb") as end:  # waits for a reader; a second opening would have to wait for a second writer
            end.write(octets)
        equal(len(reading.end()), 6, f"records, {delay} s late")
    reading = Reading("timeline", "--format", "json", source=pipe)
    header, *packets = split(craft.pcapng_blocks(craft.udp_chat()))
    with open(pipe, "wb") as end:
        end.write(header + packets[0])
        end.flush()
        reading.wait_for(1, "the first packet")
    reading.end()
    done = subprocess.run(["bash", "-c", f"'{CHATSNIFF}' timeline --format json <(cat '{file('sub.pcapng', octets)}')"],
                          capture_output=True, check=False, timeout=60)
    equal(done.stdout.count(b"\n"), 6, f"records of <(…): {done.stderr}")
    done = run([CHATSNIFF, "timeline", "/dev/null"])
    equal(done.returncode, 1, "exit status of a device")
    expect(b"a device, and neither a file nor a pipe" in done.stderr, done.stderr)


def interrupted():
    """Ctrl-C while it waits: what it has is told, what it held too, and that is no error."""
    header, *packets = split(craft.pcapng_blocks(craft.tcp_chat(b"hello\n", 7777)))
    for number in (signal.SIGINT, signal.SIGTERM):
        reading = Reading("timeline", "--format", "json", "-f", "tcp")
        reading.write(header + b"".join(packets[:5]) + packets[5][:30])
        reading.wait_for(5, "what was said")
        reading.process.send_signal(number)
        equal(reading.process.wait(PATIENCE), 0, f"exit status after {number.name}")
        equal(len(reading.end()), 5, "records")
    reading = Reading("conversations", "--format", "json")
    reading.write(header + b"".join(packets[:5]))
    time.sleep(0.3)
    reading.process.send_signal(signal.SIGINT)
    equal(reading.process.wait(PATIENCE), 0, "exit status of conversations")
    equal([json.loads(line)["packets"] for line in reading.end()], [5], "conversations")


def many_packets():
    """Faster than one write a packet: all of them arrive."""
    octets = craft.pcap((craft.udp_chat() + craft.tcp_chat()) * 3000)
    told = sorted_records(octets)
    equal([record["frame"] for record in told], list(range(1, 42001)), "frames")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-pipes-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            ("each packet at once", each_packet_at_once),
            ("half a packet", half_a_packet),
            ("a handshake at once with --port and --all", handshake),
            ("--port is obeyed", port_is_obeyed),
            ("a pipe tells what the file tells", equals_the_file),
            ("formats", formats),
            ("cut short", cut_short),
            ("-f", filtered),
            ("pipes with a name", named_pipe),
            ("Ctrl-C", interrupted),
            ("many packets", many_packets),
        ])


if __name__ == "__main__":
    sys.exit(main())
