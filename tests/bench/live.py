#!/usr/bin/python3
"""What live captures lose: live.py CHATSNIFF FLOOD [--rates 50000,100000,200000] [--seconds N] [--rounds N]

In a network namespace of its own, FLOOD sends small datagrams over lo at each rate, while tcpdump, `chatsniff capture`
and `chatsniff timeline` listen in turn. Printed is a table of what each did not get.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "captures"))
import hosts  # noqa: E402

PORT = 8090
FILTER = f"udp port {PORT}"


def commands(chatsniff, folder):
    """Of each program: its command, and whether its standard output is the records."""
    return {
        "tcpdump -w": ["tcpdump", "-i", "lo", "-n", "-Z", "root", "-w", f"{folder}/tcpdump.pcap", FILTER],
        "capture -w": [chatsniff, "capture", "-i", "lo", "-w", f"{folder}/capture.pcapng", "-f", FILTER],
        "timeline --port": [chatsniff, "timeline", "-i", "lo", "--port", str(PORT), "-f", FILTER],
        "timeline --format json": [chatsniff, "timeline", "-i", "lo", "--port", str(PORT), "-f", FILTER, "--format",
                                   "json", "--explain"],
    }


def measure(command, flood, rate, seconds, folder):
    """How many datagrams were sent, how many the program got, and the seconds until it had ended."""
    told, said = f"{folder}/told", f"{folder}/said"
    with open(told, "wb") as output, open(said, "wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                   preexec_fn=hosts.die_with_parent)
        while not re.search(rb"listening|Ctrl-C", Path(said).read_bytes()):
            if process.poll() is not None:
                sys.exit(f"{command[0]}: {Path(said).read_text('utf-8', 'replace')}")
            time.sleep(0.02)
        sent = int(subprocess.run([flood, str(PORT), str(rate), str(seconds)], stdin=subprocess.DEVNULL,
                                  capture_output=True, check=True).stdout)
        time.sleep(1.2)  # tcpdump has the last ones after a second
        ended = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(120)
        ended = time.monotonic() - ended
    counted = re.search(r"(\d+) packets? captured", Path(said).read_text("utf-8", "replace"))
    return sent, int(counted.group(1)), ended


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("chatsniff", type=Path)
    parser.add_argument("flood", type=Path)
    parser.add_argument("--rates", default="50000,100000,200000")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the figures, not a table")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        within = hosts.namespace_command()
        if not within:
            sys.exit("network namespaces are not permitted here")
        return subprocess.run([*within, sys.executable, *sys.argv, "--inside"], check=False).returncode

    hosts.run("ip", "link", "set", "lo", "up")
    figures = []
    with tempfile.TemporaryDirectory(prefix="chatsniff-live-") as folder:
        listening = commands(str(options.chatsniff.resolve()), folder)
        for rate in map(int, options.rates.split(",")):
            for number in range(options.rounds):
                for name, command in listening.items():
                    sent, got, ended = measure(command, str(options.flood.resolve()), rate, options.seconds, folder)
                    figures.append({"rate": rate, "round": number + 1, "program": name, "sent": sent,
                                    "lost": sent - got, "seconds_to_end": round(ended, 2)})
                    for path in os.listdir(folder):
                        os.unlink(os.path.join(folder, path))
    if options.json:
        print(json.dumps(figures, indent=1))
        return 0
    print("| lost of so many a second |", " | ".join(listening), "|")
    print("|---:|" + "---:|" * len(listening))
    for rate in dict.fromkeys(figure["rate"] for figure in figures):
        cells = [", ".join(str(figure["lost"]) for figure in figures
                           if figure["rate"] == rate and figure["program"] == name) for name in listening]
        print(f"| {rate:,} |", " | ".join(cells), "|")
    return 0


if __name__ == "__main__":
    sys.exit(main())
