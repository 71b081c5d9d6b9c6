#!/usr/bin/python3
"""Nothing is lost: neither what was captured nor what was told of it: test_nothing_lost.py CHATSNIFF

Outputs that would destroy inputs or each other, streams that are missing, disks that are full, readers that stop. Live
cases run over a pipe, which goes by the rules of a live capture; those of a device are in test_live.py."""
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import craft  # noqa: E402
from tap import equal, expect, run, run_cases, Skip  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = None  # a temporary one, made in main()
PATIENCE = 30

# Every command that reads a capture, and how it is told where to write.
TO_OUTPUT = {
    "timeline": ["timeline"], "timeline as JSON": ["timeline", "--format", "json"], "conversations": ["conversations"],
    "summary": ["summary"], "annotate": ["annotate"],
}
# Of these the name tells what is written.
TO_NAME = {"report": ("report", ".html"), "ladder": ("ladder", ".svg"), "quiz": ("quiz", ".html")}
EVERY = [
    "timeline", "conversations", "summary", "topics", "capture", "annotate", "report", "ladder", "quiz", "protocol"
]


def capture(name="in.pcapng", repeated=1):
    path = FOLDER / name
    path.unlink(missing_ok=True)
    path.write_bytes(craft.pcapng((craft.udp_chat() + craft.tcp_chat()) * repeated))
    return path


def chatsniff(*arguments, **options):
    done = run([CHATSNIFF, *arguments], **options)
    done.said = done.stderr.decode()
    return done


def shell(script, *arguments):
    """sh -c script, in which $1 is chatsniff."""
    done = run(["sh", "-c", script, "sh", CHATSNIFF, *arguments], cwd=FOLDER)
    done.said = done.stderr.decode()
    return done


# --- outputs and inputs --------------------------------------------------------------------------------


def refuses(done, path, before, what):
    equal(done.returncode, 2, f"{what}: exit status ({done.said})")
    expect("capture" in done.said, f"{what}: {done.said}")
    equal(path.read_bytes(), before, f"{what}: the capture")


def output_is_input():
    """By whatever name, a capture that is read is not written."""
    path = capture()
    before = path.read_bytes()
    link, hard = FOLDER / "link", FOLDER / "hard"
    link.symlink_to(path)
    hard.hardlink_to(path)
    for command, words in TO_OUTPUT.items():
        for name in (path, "./in.pcapng", link, hard, "/dev/stdout"):
            source = path if name != "/dev/stdout" else "in.pcapng"
            redirection = ">> in.pcapng" if name == "/dev/stdout" else ""
            done = shell(f'"$@" {redirection}', *words, "--quiet", source, "-o", name)
            refuses(done, path, before, f"{command} -o {name}")
    for command, ending in TO_NAME.values():
        other = FOLDER / f"in{ending}"
        other.unlink(missing_ok=True)
        other.symlink_to(path)
        refuses(chatsniff(command, "--quiet", path, "-o", other), path, before, command)


def output_is_standard_input():
    """What stands behind standard input is known by what it is, since it has no name."""
    path = capture()
    before = path.read_bytes()
    for command, words in TO_OUTPUT.items():
        refuses(shell('"$@" < in.pcapng', *words, "--quiet", "-", "-o", "in.pcapng"), path, before, command)
        refuses(shell('"$@" <> in.pcapng >> in.pcapng', *words, "--quiet", "-", *(["-"] if command == "annotate" else
                                                                                   [])), path, before, command)
        # Not at its beginning, it is read like a pipe.
        refuses(shell('(head -c 0; "$@") < in.pcapng', *words, "--quiet", "-", "-o", "in.pcapng"), path, before,
                command)
    for command, ending in TO_NAME.values():
        other = FOLDER / f"in{ending}"
        other.unlink(missing_ok=True)
        other.symlink_to(path)
        refuses(shell('"$@" < in.pcapng', command, "--quiet", "-", "-o", other), path, before, command)


def outputs_apart():
    """-w and -o, or a stream, that are one file under two names. Needs to listen on lo."""
    permitted = chatsniff("capture", "-i", "lo", "-w", FOLDER / "x", "--duration", "0.01")
    if permitted.returncode != 0:
        raise Skip("capturing is not permitted here")
    (FOLDER / "x").unlink()
    (FOLDER / "to-x").symlink_to("x")
    for arguments in (["-w", "x", "-o", "./x"], ["-w", "x", "-o", "to-x"], ["-w", "to-x", "-o", "x"],
                      ["-w", "x", "-o", FOLDER / "x"]):
        for existing in (False, True):
            if existing:
                (FOLDER / "x").write_bytes(b"precious")
            done = run([CHATSNIFF, "capture", "-i", "lo", "--duration", "0.01", *arguments], cwd=FOLDER)
            equal(done.returncode, 2, f"{arguments}: exit status ({done.stderr.decode()})")
            if existing:
                equal((FOLDER / "x").read_bytes(), b"precious", f"{arguments}: the file")
                (FOLDER / "x").unlink()
            expect(not (FOLDER / "x").exists(), f"{arguments} left a file")
    for redirection in (">> x", "2>> x"):
        (FOLDER / "x").write_bytes(b"precious")
        done = shell(f'"$@" {redirection}', "capture", "-i", "lo", "--duration", "0.01", "-w", "x")
        equal(done.returncode, 2, f"{redirection}: exit status ({done.said})")
        expect((FOLDER / "x").read_bytes().startswith(b"precious"), f"{redirection}: the file")


def limits_of_a_capture():
    for arguments in (["--count", "0"], ["--count", "-1"], ["--duration", "0"], ["--duration", "nan"]):
        done = chatsniff("capture", "-i", "lo", "-w", FOLDER / "never", *arguments, timeout=PATIENCE)
        equal(done.returncode, 2, f"{arguments}: exit status ({done.said})")
        expect(not (FOLDER / "never").exists(), f"{arguments} wrote a file")
    done = chatsniff("capture", "-i", "lo", "-w", FOLDER / "short", "--duration", "1e-9", timeout=PATIENCE)
    if done.returncode == 1 and "permission" in done.said:
        raise Skip("capturing is not permitted here")
    equal(done.returncode, 0, f"--duration 1e-9: exit status ({done.said})")


# --- standard streams ----------------------------------------------------------------------------------


def missing_streams():
    """Whatever is missing, what the program says gets into no file, and a missing output is an error."""
    path = capture()
    whole = chatsniff("timeline", path).stdout
    for closed in ("<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "<&- 2>&-"):
        out = FOLDER / "out"
        out.unlink(missing_ok=True)
        done = shell(f'"$@" {closed}', "timeline", "in.pcapng", "-o", "out")
        equal(done.returncode, 0, f"-o with {closed}: exit status ({done.said})")
        equal(out.read_bytes(), whole, f"-o with {closed}")
        done = shell(f'"$@" {closed}', "timeline", "--explain-selection", "in.pcapng", "-o", "out")
        equal(done.returncode, 0, f"--explain-selection with {closed}: exit status ({done.said})")
        equal(out.read_bytes(), whole, f"what --explain-selection says, with {closed}")
        done = shell(f'"$@" {closed}', "timeline", "in.pcapng")
        equal(done.returncode, 1 if " >&-" in " " + closed else 0, f"{closed}: exit status ({done.said})")
        done = shell(f'"$@" {closed}', "annotate", "in.pcapng", "out", "--all")
        equal(done.returncode, 0, f"annotate with {closed}: exit status")
        equal(chatsniff("timeline", out).stdout, whole, f"the copy with {closed}")
        done = shell(f'"$@" {closed}', "report", "in.pcapng", "-o", "out.html")
        equal(done.returncode, 0, f"report with {closed}: exit status")
    for command, words in TO_OUTPUT.items():
        if command != "annotate":
            equal(shell('"$@" >&-', *words, "in.pcapng").returncode, 1, f"{command} without standard output")
    equal(shell('"$@" >&-', "topics").returncode, 1, "topics without standard output")
    done = shell('"$@" <&-', "timeline", "-")
    equal(done.returncode, 1, "exit status without standard input")
    expect("standard input" in done.said, done.said)


def full_device():
    """Whatever is printed, a full disk is an error that is said once."""
    capture()
    cases = [["--help"], ["--version"], *([command, "--help"] for command in EVERY), ["topics"],
             *([*words, "in.pcapng", *(["-"] if command == "annotate" else [])]
               for command, words in TO_OUTPUT.items())]
    for words in cases:
        done = shell('"$@" > /dev/full', *words)
        equal(done.returncode, 1, f"{words}: exit status ({done.said})")
        equal(done.said.count("cannot be written"), 1, f"{words}: {done.said}")


# --- full disks ----------------------------------------------------------------------------------------


def limit_files(size=20_000):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Piped:
    """chatsniff that reads what the test writes."""

    def __init__(self, *arguments, **options):
        self.process = subprocess.Popen([str(CHATSNIFF), *map(str, arguments), "-"], stdin=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=FOLDER, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def end(self):
        said = self.process.stderr.read().decode()
        return self.process.wait(PATIENCE), said


def feed(pipe, blocks, repeated):
    """Until the reader has had enough."""
    try:
        pipe.write(b"".join(blocks[:2]))
        for _ in range(repeated):
            pipe.write(b"".join(blocks[2:]))
            pipe.flush()
            time.sleep(0.001)
        return True
    except BrokenPipeError:
        return False


def full_while_live():
    """It ends at once, says how much there is, and that is kept under its name."""
    blocks = craft.pcapng_blocks(craft.udp_chat())
    for arguments, out in ((["-o", "live.json"], None), ([], "live.json")):
        path = FOLDER / "live.json"
        path.unlink(missing_ok=True)
        with open(path if out else os.devnull, "wb") as output:
            with Piped("timeline", "--format", "json", *arguments, stdout=output, preexec_fn=limit_files) as piped:
                expect(not feed(piped.process.stdin, blocks, 3000), "it went on reading")
                status, said = piped.end()
        equal(status, 1, f"exit status ({said})")
        expect("File too large" in said and "20000 bytes" in said, said)
        equal(path.stat().st_size, 20000, "what is kept")
        lines = path.read_text().splitlines()
        expect(len([json.loads(line) for line in lines[:-1]]) > 10, "no records")


def full_with_a_file():
    """What can be told again leaves nothing behind."""
    path = capture("long.pcapng", 200)
    for command, words in TO_OUTPUT.items():
        if command in ("conversations", "summary"):
            continue
        done = run([CHATSNIFF, *words, "--quiet", path, "-o", "part"], cwd=FOLDER, preexec_fn=limit_files)
        equal(done.returncode, 1, f"{command}: exit status ({done.stderr.decode()})")
        expect("part" in done.stderr.decode() and "File too large" in done.stderr.decode(), done.stderr.decode())
        equal(list(FOLDER.glob("part*")), [], f"{command} left")
    for command, ending in TO_NAME.values():
        done = run([CHATSNIFF, command, "--quiet", path, "-o", f"part{ending}"], cwd=FOLDER, preexec_fn=limit_files)
        equal(done.returncode, 1, f"{command}: exit status ({done.stderr.decode()})")
        equal(list(FOLDER.glob("part*")), [], f"{command} left")


# --- interrupted ---------------------------------------------------------------------------------------


def read_slowly(file, after, into):
    time.sleep(after)
    into.append(file.read())


def state_of(process):
    """Where it waits, as the kernel says: for a writer to a full pipe, the same twice."""
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def interrupted_while_blocked(command=("timeline", "--format", "json"), number=signal.SIGINT):
    """The reader of standard output has stopped; the pipe is full; then comes Ctrl-C, and then the reader goes on."""
    blocks = craft.pcapng_blocks(craft.udp_chat())
    said_to, written = os.pipe()
    with Piped(*command, stdout=written) as piped, open(said_to, "rb") as reader:
        os.close(written)
        got = []
        feeder = threading.Thread(target=feed, args=(piped.process.stdin, blocks, 400))
        feeder.start()
        feeder.join(5)  # until nobody takes anything any more, or all of it was taken
        time.sleep(0.3)
        piped.process.send_signal(number)
        time.sleep(0.3)
        expect(piped.process.poll() is None, "it did not wait for its reader")
        read_slowly(reader, 0, got)
        status, said = piped.end()
        try:
            piped.process.stdin.close()
        except BrokenPipeError:
            pass
        feeder.join(PATIENCE)
    equal(status, 0, f"exit status ({said})")
    expect("nterrupted" not in said, said)
    lines = got[0].decode().splitlines()
    records = [json.loads(line) for line in lines]
    frames = [record["frame"] for record in records]
    equal(frames, list(range(1, len(frames) + 1)), "frames told")
    expect(len(got[0]) > 65536, "the pipe was never full")


def interrupted_summary():
    """The same of what is written at the end, which a signal finds waiting as well."""
    many = [frame for i in range(300) for frame in craft.tcp_chat(port=2000 + i)]
    path = FOLDER / "many.pcapng"
    path.write_bytes(craft.pcapng(many))
    for command in ("summary", "conversations"):
        with subprocess.Popen([CHATSNIFF, command, "--format", "json", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(path.read_bytes())
            process.stdin.close()
            process.stdin = None
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            out, said = process.communicate(timeout=PATIENCE)
        expect("nterrupted" not in said.decode(), f"{command}: {said.decode()}")
        equal(process.returncode, 0, f"{command}: exit status ({said.decode()})")
        expect(len(out) > 65536, f"{command}: {len(out)} bytes never filled the pipe")
        for line in out.decode().splitlines():
            json.loads(line)


def quick_writer():
    """A pipe with a name is opened once, however quickly its writer is gone again."""
    octets = craft.pcapng(craft.udp_chat())
    pipe = FOLDER / "fifo"
    os.mkfifo(pipe)
    for i in range(60):
        command = list(TO_OUTPUT.values())[i % 4]
        process = subprocess.Popen([str(CHATSNIFF), *command, "--quiet", str(pipe)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        with open(pipe, "wb") as writer:
            writer.write(octets)
        out, said = process.communicate(timeout=PATIENCE)
        equal(process.returncode, 0, f"{command}: exit status ({said.decode()})")
        expect(out, f"{command} told nothing")


def main():
    global FOLDER
    with tempfile.TemporaryDirectory(prefix="chatsniff-lost-") as folder:
        FOLDER = Path(folder)
        return run_cases([
            ("an output that is the input", output_is_input),
            ("an output that is standard input", output_is_standard_input),
            ("two outputs that are one file", outputs_apart),
            ("limits of a capture", limits_of_a_capture),
            ("streams that are missing", missing_streams),
            ("a full device", full_device),
            ("a full disk, live", full_while_live),
            ("a full disk, from a file", full_with_a_file),
            ("SIGINT while the reader has stopped", interrupted_while_blocked),
            ("SIGTERM while the reader has stopped", lambda: interrupted_while_blocked(number=signal.SIGTERM)),
            ("SIGINT while a sum is written", interrupted_summary),
            ("a pipe whose writer is quick", quick_writer),
        ])


if __name__ == "__main__":
    sys.exit(main())
