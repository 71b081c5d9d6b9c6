#!/usr/bin/python3
"""How many captures a second `chatsniff check` does, beside tshark in a shell loop, and what a second worker brings.

    class.py --chatsniff PROGRAM --generator PROGRAM [--captures N] [--packets N] [--tshark N] [--runs N]

The captures are made by tests/bench/generate.c, each with a seed of its own, in a temporary folder (TMPDIR says where).
tshark gets some of them, asked for what `-z conv,tcp` and `-z expert` say: no points, no names, no messages. All that
is told is measured in the same minutes; the load of the machine is told beside it.
"""
import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command, **options):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **options)
    if done.returncode != 0:  # a capture that is not judged is fast, and counts for nothing
        sys.exit(f"{command}: {done.stderr.decode(errors='replace')}")
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--chatsniff", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--packets", type=int, default=1_000)
    parser.add_argument("--tshark", type=int, default=20, help="so many of them go through tshark")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    chatsniff, generator = Path(options.chatsniff).resolve(), Path(options.generator).resolve()
    with tempfile.TemporaryDirectory(prefix="chatsniff-class-") as name:
        folder = Path(name)
        submissions = folder / "submissions"
        submissions.mkdir()
        for number in range(options.captures):
            subprocess.run([generator, f"--packets={options.packets}", f"--seed={number + 1}",
                            submissions / f"{number:05}.pcap"], check=True, stdout=subprocess.DEVNULL)
        rubric = folder / "rubric.ini"
        text = subprocess.run([chatsniff, "check", "--example", "tcp-task"], capture_output=True, text=True,
                              check=True).stdout
        rubric.write_text(text.replace("name =", "name = hello"), encoding="utf-8")
        some = sorted(submissions.iterdir())[:options.tshark]
        loop = "for capture in {}; do tshark -n -q -r \"$capture\" -z conv,tcp -z expert; done".format(
            " ".join(shlex.quote(str(path)) for path in some))
        command = [chatsniff, "check", rubric, submissions, "--quiet", "-o", folder / "out.json"]
        times = {1: [], 2: [], "tshark": []}
        for _ in range(options.runs):
            for jobs in (1, 2):
                times[jobs].append(seconds([*command, "-j", str(jobs)]))
            times["tshark"].append(seconds(["sh", "-c", loop]))
    one, two, tshark = (statistics.median(times[key]) for key in (1, 2, "tshark"))
    rate, tshark_rate = options.captures / two, len(some) / tshark
    print(
        f"{options.captures} captures of {options.packets} packets, {os.cpu_count()} processors, load "
        f"{os.getloadavg()[0]:.1f}"
    )
    print(f"check -j 1     {options.captures / one:8.1f} captures a second")
    print(f"check -j 2     {rate:8.1f} captures a second, {one / two:.2f} times as many as -j 1")
    print(
        f"tshark's loop  {tshark_rate:8.1f} captures a second ({len(some)} of them); check -j 2: "
        f"{rate / tshark_rate:.0f} times as many"
    )


if __name__ == "__main__":
    main()
