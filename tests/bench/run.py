#!/usr/bin/python3
"""Measures how fast chatsniff is, and how much memory it takes, beside the tools that people know.

    run.py --chatsniff PROGRAM --generator PROGRAM [--packets N] [--half-open N] [--runs N] [--slow-runs N]
           [--write FILE]

Each round runs every tool once, so that a slow minute of the machine meets all of them; the medians of the rounds
are told. The captures stand in a temporary folder (TMPDIR says where) and are removed.
"""
import argparse
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MEGA = 1024 * 1024
PATIENCE = 300  # seconds, for one run of one tool
# Less what meson sets for tests, which makes every allocation slower.
ENVIRONMENT = {key: value for key, value in os.environ.items()
               if key not in ("MALLOC_PERTURB_", "G_SLICE", "G_DEBUG")}

INTRODUCTION = """# How fast chatsniff is

This page is written by the benchmark, `./lab bench --write docs/performance.md`. The figures are of one machine on
one day; what they are compared with ran on the same machine in the same minutes.

**What is measured, and why.** Somebody who looks for chats in a capture waits for the answer, so the first question
is how long a big one takes. The capture is made by `tests/bench/generate.c`: chats over TCP and UDP on the described
and on other ports, with lost, repeated, swapped and held-back segments and every way a connection can end, among
them web, TLS, SSH and DNS traffic. The same seed makes the same capture, and what is in it is known, so `meson test
--suite truth` can hold every count that chatsniff reports against it: an analyzer is not fast if it is wrong.

- `tcpdump` copies the packets and understands nothing: the time it takes just to read them.
- `tcptrace` follows TCP connections, as `chatsniff conversations` does.
- `tshark` explains each packet in a line, as `chatsniff timeline` does.

Both are told with `-n` not to look up the names of hosts: they would wait for the network.

The second question is memory, and whether somebody who sends packets on purpose can make it grow or make the
analyzer slow. A million connections that were begun and never answered all have to be remembered for a while; and
endpoints chosen so that they collide in a simple hash function must cost no more than random ones.

**How it is measured.** Each round runs each tool once, output to `/dev/null`; the figures are the medians of the
rounds. *Time* is what a clock on the wall shows, *processor* is the time that all processors spent on it, *memory*
is the peak resident set as the kernel counts it, the highest of the rounds: never less than the measuring script
took when it started the program, which the table of half-open connections tells. The capture is in the page cache,
so the disk plays no part.

**To repeat it:** `./lab bench` installs the tools that are missing, builds and measures. `./lab bench --packets
100000` does the same with a smaller capture.
"""


class Measured:
    """The runs of one command."""

    def __init__(self, name, command, runs):
        self.name, self.command, self.runs = name, [str(word) for word in command], runs
        self.wall, self.processor, self.memory = [], [], []
        self.trouble = None if shutil.which(self.command[0]) else "not installed"
        self.reason = None

    def run(self):
        with tempfile.TemporaryFile() as errors:
            begin = time.monotonic()
            process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=errors, env=ENVIRONMENT)
            # Not Popen.wait(): only wait4() tells what this one child used.
            status, usage = wait_for(process, begin + PATIENCE)
            wall = time.monotonic() - begin
            process.returncode = status
            if status != 0:
                errors.seek(0)
                words = errors.read().decode("utf-8", "replace").strip().splitlines()
                self.trouble = "took too long" if wall > PATIENCE else "failed"
                self.reason = f"exit status {status}: {words[-1][:160] if words else 'no reason given'}"
                return
        self.wall.append(wall)
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.memory.append(usage.ru_maxrss * 1024)

    @property
    def is_measured(self):
        return not self.trouble and bool(self.wall)

    @property
    def seconds(self):
        return statistics.median(self.wall)

    @property
    def peak(self):
        return max(self.memory)


def wait_for(process, deadline):
    """os.wait4() that does not wait for ever."""
    pause = 0.0005
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), usage
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(pause)
        pause = min(pause * 1.2, 0.01)


def run_rounds(measured, progress):
    rounds = max(each.runs for each in measured)
    for number in range(rounds):
        for each in measured:
            if number < each.runs and not each.trouble:
                progress(f"round {number + 1} of {rounds}: {each.name}")
                each.run()
    progress("")


def generate(arguments, path, shape, packets):
    begin = time.monotonic()
    subprocess.run([arguments.generator, "--shape", shape, "--packets", str(packets), path], check=True)
    return time.monotonic() - begin


def count(number):
    return f"{number:,}"


def megabytes(octets):
    return f"{octets / MEGA:,.0f} MB" if octets >= 10 * MEGA else f"{octets / MEGA:.1f} MB"


def ratio(each, other):
    return f"{each.seconds / other.seconds:.2f} ×" if each.is_measured and other.is_measured else "–"


def table(headings, rows):
    """A Markdown table whose columns are aligned for those who read it as text; all but the first to the right."""
    widths = [max(len(str(row[column])) for row in [headings, *rows]) for column in range(len(headings))]

    def line(cells):
        return "| " + " | ".join(str(cell).ljust(width) if not column else str(cell).rjust(width)
                                 for column, (cell, width) in enumerate(zip(cells, widths))) + " |"

    rule = "|" + "|".join("-" * (width + 2) if not column else "-" * (width + 1) + ":"
                          for column, width in enumerate(widths)) + "|"
    return "\n".join([line(headings), rule, *(line(row) for row in rows)]) + "\n"


def figures(each, packets):
    if not each.is_measured:
        return [each.trouble or "not run", "", "", ""]
    spread = f"{each.seconds:.2f} s ({min(each.wall):.2f}–{max(each.wall):.2f})"
    return [spread, f"{statistics.median(each.processor):.2f} s", megabytes(each.peak),
            count(round(packets / each.seconds / 1000) * 1000)]


def reasons(everything):
    """Why something failed, beneath the table."""
    return "".join(f"\n{each.name}: {each.reason}\n" for each in everything if each.reason)


class Targets:
    def __init__(self):
        self.rows = []

    def at_most(self, what, value, limit, show):
        """value is None where it could not be measured."""
        if value is None:
            self.rows.append([what, f"≤ {show(limit)}", "–", "not measured"])
        else:
            self.rows.append([what, f"≤ {show(limit)}", show(value), "met" if value <= limit else "**not met**"])

    def at_least(self, what, value, limit, show):
        if value is None:
            self.rows.append([what, f"≥ {show(limit)}", "–", "not measured"])
        else:
            self.rows.append([what, f"≥ {show(limit)}", show(value), "met" if value >= limit else "**not met**"])


def times(value):
    return f"{value:.2f} ×".replace(".00 ×", " ×")


def quotient(above, below):
    return above.seconds / below.seconds if above.is_measured and below.is_measured else None


def peak_of(each):
    return each.peak if each.is_measured else None


def measure_tools(arguments, folder, targets, progress):
    path = Path(folder) / "capture.pcap"
    progress("generating the capture")
    took = generate(arguments, path, "mixed", arguments.packets)
    chatsniff, fast, slow = arguments.chatsniff, arguments.runs, arguments.slow_runs
    tcpdump = Measured("tcpdump -w /dev/null", ["tcpdump", "-Z", "root", "-r", path, "-w", "/dev/null"], fast)
    tcptrace = Measured("tcptrace -n", ["tcptrace", "-n", path], slow)
    tshark = Measured("tshark -n", ["tshark", "-n", "-r", path], slow)
    short = Measured("chatsniff conversations", [chatsniff, "conversations", path], fast)
    long = Measured("chatsniff conversations --all (JSON)",
                    [chatsniff, "conversations", "--all", "--format", "json", path], fast)
    timeline = Measured("chatsniff timeline --all (JSON)",
                        [chatsniff, "timeline", "--all", "--format", "json", path], fast)
    everything = [tcpdump, tcptrace, tshark, short, long, timeline]
    run_rounds(everything, progress)
    size = path.stat().st_size
    path.unlink()

    rows = [[each.name, *figures(each, arguments.packets), ratio(each, tcpdump), ratio(each, tcptrace),
             ratio(each, tshark)] for each in everything]
    for each in (short, long):
        targets.at_most(f"`{each.name}`, time against tcpdump", quotient(each, tcpdump), 3, times)
        targets.at_least(f"`{each.name}`, so many times faster than tcptrace", quotient(tcptrace, each), 4, times)
    targets.at_least(f"`{timeline.name}`, so many times faster than tshark", quotient(tshark, timeline), 15, times)
    for each in (short, long, timeline):
        targets.at_most(f"`{each.name}`, peak memory", peak_of(each), 64 * MEGA, megabytes)
    return (f"## A capture of {count(arguments.packets)} packets\n\n"
            f"{megabytes(size)}, generated in {took:.1f} s. Rounds: {fast}; of tcptrace and tshark: {slow}. In "
            "brackets the fastest and the slowest.\n\n"
            + table(["", "time", "processor", "memory", "packets a second", "÷ tcpdump", "÷ tcptrace", "÷ tshark"],
                    rows) + reasons(everything)), everything


def measure_half_open(arguments, folder, targets, progress):
    path, tiny = Path(folder) / "half-open.pcap", Path(folder) / "tiny.pcap"
    progress("generating connections that nobody answers")
    generate(arguments, path, "half-open", arguments.half_open)
    generate(arguments, tiny, "half-open", 10)
    command = [arguments.chatsniff, "conversations", "--all", "--format", "json"]
    itself = Measured("the program itself (ten packets)", [*command, tiny], arguments.runs)
    default = Measured("no option", [*command, path], arguments.runs)
    limited = Measured("--memory-limit 64M", [*command, "--memory-limit", "64M", path], arguments.runs)
    nothing = Measured("the least that can be seen", ["/bin/true"], arguments.runs)
    everything = [nothing, itself, default, limited]
    run_rounds(everything, progress)
    path.unlink()

    packets = {default: arguments.half_open, limited: arguments.half_open}
    rows = [[each.name, *figures(each, packets.get(each, 10))[:3]] for each in everything]
    for row in rows[:2]:
        if len(row) > 2 and row[2]:
            row[1:3] = ["", ""]
    targets.at_most(f"{count(arguments.half_open)} half-open connections, peak memory", peak_of(default), 512 * MEGA,
                    megabytes)
    targets.at_most("the same with `--memory-limit 64M`", peak_of(limited),
                    64 * MEGA + (peak_of(itself) or 0), megabytes)
    return (f"## {count(arguments.half_open)} connections that nobody answers\n\n"
            "A SYN each, all of different endpoints; `chatsniff conversations --all --format json`. With a limit, the "
            "program may use that much for conversations, besides what it needs itself.\n\n"
            + table(["", "time", "processor", "memory"], rows) + reasons(everything))


def measure_floods(arguments, folder, targets, progress):
    command = [arguments.chatsniff, "conversations", "--all", "--format", "json"]
    names = {"syn-flood-random": "at random", "syn-flood-sequential": "one after the other",
             "syn-flood-colliding": "to collide"}
    everything = {}
    for shape, name in names.items():
        progress(f"generating endpoints chosen {name}")
        path = Path(folder) / f"{shape}.pcap"
        generate(arguments, path, shape, arguments.half_open)
        everything[shape] = Measured(name, [*command, path], arguments.runs)
    run_rounds(list(everything.values()), progress)
    random = everything["syn-flood-random"]
    rows = [[each.name, *figures(each, arguments.half_open)[:3], ratio(each, random)] for each in everything.values()]
    for shape in ("syn-flood-sequential", "syn-flood-colliding"):
        each = everything[shape]
        targets.at_most(f"endpoints chosen {each.name}, time against random ones", quotient(each, random), 2, times)
    return (f"## A flood of {count(arguments.half_open)} SYNs from endpoints chosen\n\n"
            "*To collide*: all sums and all exclusive ors of the addresses and ports are the same.\n\n"
            + table(["", "time", "processor", "memory", "÷ at random"], rows) + reasons(everything.values()))


def first_match(pattern, text, otherwise):
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else otherwise


def version_of(command, pattern):
    if not shutil.which(str(command[0])):
        return "not installed"
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60,
                          stdin=subprocess.DEVNULL)
    return first_match(pattern, done.stdout + done.stderr, "version unknown")


def describe_machine(arguments):
    def text_of(path):
        try:
            return Path(path).read_text("utf-8")
        except OSError:
            return ""

    processor = first_match(r"^model name\s*: (.*)$", text_of("/proc/cpuinfo"), platform.machine())
    system = first_match(r'^PRETTY_NAME="(.*)"$', text_of("/etc/os-release"), platform.system())
    memory = first_match(r"^MemTotal:\s*(\d+) kB", text_of("/proc/meminfo"), "0")
    words = ["tests/bench/run.py", "--chatsniff", shown(arguments.chatsniff), "--generator",
             shown(arguments.generator), "--packets", arguments.packets, "--half-open", arguments.half_open,
             "--runs", arguments.runs, "--slow-runs", arguments.slow_runs]
    if arguments.write:
        words += ["--write", shown(arguments.write)]
    tools = [f"chatsniff {version_of([arguments.chatsniff, '--version'], r'([0-9][0-9.]*)')}",
             f"tcpdump {version_of(['tcpdump', '--version'], r'version ([0-9][0-9.]*)')}",
             f"tcptrace {version_of(['tcptrace', '-version'], r'[Vv]ersion:? *([0-9][0-9.]*)')}",
             f"tshark {version_of(['tshark', '--version'], r'([0-9]+[.][0-9.]*[0-9])')}"]
    return ("## Where this was measured\n\n"
            f"- {time.strftime('%Y-%m-%d')}, {system}, Linux {platform.release()}\n"
            f"- processor: {processor}, {len(os.sched_getaffinity(0))} cores; memory: "
            f"{int(memory) / MEGA:.0f} GB; load at the beginning: {os.getloadavg()[0]:.1f}\n"
            f"- {'; '.join(tools)}\n"
            f"- `{shlex.join(str(word) for word in words)}`\n")


def shown(path):
    return os.path.relpath(path, ROOT)


def program(path):
    found = shutil.which(path)
    if not found:
        raise argparse.ArgumentTypeError(f"“{path}” is not a program")
    return str(Path(found).resolve())


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1")
    return value


def parse_arguments():
    parser = argparse.ArgumentParser(description="Measures chatsniff beside tcpdump, tcptrace and tshark.")
    parser.add_argument("--chatsniff", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--generator", type=program, required=True, metavar="PROGRAM", help="generate-capture")
    parser.add_argument("--packets", type=positive, default=1_000_000, metavar="N", help="default: 1000000")
    parser.add_argument("--half-open", type=positive, default=1_000_000, metavar="N",
                        help="connections begun and never answered; default: 1000000")
    parser.add_argument("--runs", type=positive, default=5, metavar="N", help="rounds; default: 5")
    parser.add_argument("--slow-runs", type=positive, default=5, metavar="N",
                        help="rounds of tcptrace and tshark; default: 5")
    parser.add_argument("--write", metavar="FILE", help="write the page there, too")
    return parser.parse_args()


def main():
    arguments = parse_arguments()

    def progress(words):
        if sys.stderr.isatty():
            print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)

    targets = Targets()
    machine = describe_machine(arguments)
    with tempfile.TemporaryDirectory(prefix="chatsniff-bench-") as folder:
        text, tools = measure_tools(arguments, folder, targets, progress)
        parts = [text, measure_half_open(arguments, folder, targets, progress),
                 measure_floods(arguments, folder, targets, progress)]
    parts.insert(0, "## Targets\n\n" + table(["", "target", "measured", ""], targets.rows))
    parts.append(machine)
    print("\n".join(parts))
    if arguments.write:
        Path(arguments.write).write_text("\n".join([INTRODUCTION, *parts]), "utf-8")
    return 1 if any(each.trouble for each in tools if each.name.startswith("chatsniff")) else 0


if __name__ == "__main__":
    sys.exit(main())
