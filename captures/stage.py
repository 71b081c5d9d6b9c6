#!/usr/bin/python3
"""Stages chats between three hosts and captures them.

    stage.py [--build FOLDER] [SCENARIO...]        record scenarios (all, where none is named) into captures/
    stage.py --output FILE --live FILE SCENARIO    record one elsewhere, showing the live timeline, kept in FILE
             [--slowness N] [--narrate]            ... N times as slowly, saying in between who does what
    stage.py --output FILE SCENARIO.py             record one that is a file of its own, as those of examples/
    stage.py --describe                            write manifest.json and README.md from what was recorded
    stage.py --list                                the scenarios' names and titles
    stage.py --tell NAME, --question NAME          what one shows; what to ask about it
    stage.py --check                               whether namespaces and live capture are permitted here
    stage.py --compare LIVE FILE                   whether two text timelines are equal, sorted by frame

The hosts are in hosts.py; `chatsniff capture` listens on the bridge between them, unless the scenario names another
INTERFACE. What a scenario's prepare(stage) does is not captured, what its play(stage) does is.
"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from actors import PATIENCE, Actor, Stage, load_scenario, quiet_file, scenario_names
from hosts import HERE, StageError, build_stage, die_with_parent, namespace_command, no_checksum_offload
from manifest import describe

# ---------------------------------------------------------------------------------------------------------
# Recording
# ---------------------------------------------------------------------------------------------------------


def narrator(colored):
    """Says in the live timeline's gaps who does what; it is no part of the timeline."""
    begin, end = ("\x1b[2m", "\x1b[0m") if colored else ("", "")

    def narrate(words):
        sys.stdout.write(f"{begin}       ({words}){end}\n")
        sys.stdout.flush()
    return narrate


def record(stage, name, output, live=None, colored=False):
    """Plays a scenario while `chatsniff capture` records it to output. live: the file for its live timeline,
    which is then shown too."""
    scenario = load_scenario(name)
    output.unlink(missing_ok=True)
    if hasattr(scenario, "prepare"):
        stage.prepared = scenario.prepare(stage)
    command = [str(stage.build / "analyzer" / "cli" / "chatsniff"), "capture", "-i",
               getattr(scenario, "INTERFACE", "br0"), "-w", str(output)]
    kept = None
    echo = None
    if live:
        kept = open(live, "w", encoding="utf-8")
        command += ["--color", "always" if colored else "never"]
        os.environ.setdefault("COLUMNS", str(shutil.get_terminal_size().columns))

        def echo(text):
            for stream in (kept, sys.stdout):
                stream.write(text)
                stream.flush()
    # The live timeline is what it says on standard output; how it fares goes to ours.
    capture = Actor("chatsniff capture", command, echo, None if live else subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (output.exists() and output.stat().st_size):
            if capture.ended or time.monotonic() > deadline:
                raise StageError(f"chatsniff capture did not begin; it said:\n{capture.output}")
            time.sleep(0.02)
        time.sleep(0.1)
        scenario.play(stage)
        quiet_file(output, 0.5)
        capture.send_signal(signal.SIGINT)
        if capture.wait() != 0:
            raise StageError(f"chatsniff capture failed:\n{capture.output}")
    finally:
        stage.clear()
        capture.kill()
        if kept:
            kept.close()


# ---------------------------------------------------------------------------------------------------------
# Comparing a live timeline with a file's
# ---------------------------------------------------------------------------------------------------------


def told_by_frame(path):
    """The text of a timeline, by frame: a record begins with its number and may take several lines."""
    escapes = re.compile(r"\x1b\[[0-9;]*m")
    told, current = {}, None
    for line in Path(path).read_text("utf-8").splitlines():
        line = escapes.sub("", line).rstrip()
        if begins := re.match(r" {0,5}(\d+) +\d+\.\d{6} ", line):
            current = int(begins.group(1))
            told[current] = []
        if not line:
            current = None
        elif current is not None:
            told[current].append(line)
    return told


def compare(live, file):
    live, file = told_by_frame(live), told_by_frame(file)
    if not file:
        print("There is no packet in the timeline.", file=sys.stderr)
        return 1
    different = [frame for frame in sorted(set(live) | set(file)) if live.get(frame) != file.get(frame)]
    for frame in different:
        for which, timeline in (("live", live), ("file", file)):
            for line in timeline.get(frame, [f"{frame}: absent"]):
                print(f"{which}: {line}", file=sys.stderr)
    return 1 if different else 0


# ---------------------------------------------------------------------------------------------------------

def play_inside(options):
    """Within the namespaces: plays one scenario, or says whether hosts can be made and their packets be seen."""
    try:
        build_stage()
        if options.check:
            socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
        else:
            colored = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            stage = Stage(options.build, options.slowness, narrator(colored) if options.narrate else None)
            record(stage, options.scenarios[0], options.output.resolve(), options.live, colored)
    except (OSError, StageError) as error:
        if options.check:
            print(f"This machine does not permit the three hosts or live capture: {error}")
        else:
            print(f"stage.py: {error}", file=sys.stderr)
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description="Stages chats between three hosts and captures them.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--build", default=HERE.parent / "build", type=Path, help="the build folder")
    parser.add_argument("--output", type=Path, help="the capture to write, of one scenario")
    parser.add_argument("--live", type=Path, help="show the live timeline, and keep it here")
    parser.add_argument("--slowness", type=float, default=1.0, help="people pause so many times as long")
    parser.add_argument("--narrate", action="store_true", help="say who does what")
    parser.add_argument("--tell", metavar="NAME", help="say what a scenario shows")
    parser.add_argument("--question", metavar="NAME", help="say what to ask about a scenario")
    parser.add_argument("--check", action="store_true", help="say whether this machine permits it")
    parser.add_argument("--describe", action="store_true", help="write manifest.json and README.md")
    parser.add_argument("--list", action="store_true", help="the scenarios' names")
    parser.add_argument("--compare", nargs=2, metavar=("LIVE", "FILE"), help="compare two text timelines")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--no-checksum-offload", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.build = options.build.resolve()

    if options.no_checksum_offload:
        no_checksum_offload()
        return 0
    if options.list:
        width = max(map(len, scenario_names()))
        for name in scenario_names():
            print(f"  {name:{width}}  {load_scenario(name).TITLE}")
        return 0
    if options.tell:
        scenario = load_scenario(options.tell)
        print(f"{scenario.TITLE}\n")
        print(textwrap.fill(scenario.SHOWS, min(100, shutil.get_terminal_size().columns)))
        return 0
    if options.question:
        print(load_scenario(options.question).QUESTION)
        return 0
    if options.compare:
        return compare(*options.compare)
    if options.describe:
        describe(options.build)
        return 0
    unknown = [name for name in options.scenarios
               if name not in scenario_names() and not (name.endswith(".py") and Path(name).is_file())]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]}; there are: {', '.join(scenario_names())}")
    if (options.output or options.live) and len(options.scenarios) != 1:
        parser.error("--output and --live are for one scenario")

    if options.inside:
        return play_inside(options)
    within = namespace_command()
    if not within:
        print("This machine does not permit network namespaces (unshare(2)), which the three hosts are.")
        return 1
    # Each scenario has a stage of its own: no host remembers another's addresses or connections.
    for name in options.scenarios or ([None] if options.check else scenario_names()):
        arguments = ["--check"] if options.check else [name, "--build", options.build]
        if name:
            arguments += ["--output", options.output or HERE / f"{name}.pcapng"]
            arguments += ["--live", options.live] if options.live else []
            arguments += ["--slowness", str(options.slowness)] + (["--narrate"] if options.narrate else [])
            if not options.live:
                print(f"{name} ...", flush=True)
        done = subprocess.run([*within, sys.executable, HERE / "stage.py", "--inside", *arguments], check=False,
                              preexec_fn=die_with_parent)
        if done.returncode != 0:
            return done.returncode
    if not options.output and not options.check:
        describe(options.build)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
