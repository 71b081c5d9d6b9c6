#!/usr/bin/python3
"""Makes quiz pages and hands them to a browser: test_quiz_pages.py CHATSNIFF CAPTURES WORK

WORK is a folder of the build, as for test_pages.py.
"""
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from chromium import find_chromium, install  # noqa: E402
from craft import ALPINE, DEBIAN, SERVER, pcap, udp, udp_chat  # noqa: E402
from tap import run  # noqa: E402

CHATSNIFF, CAPTURES, WORK = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
TEXTS = ["<script>alert(1)</script>", "]]>", "\"><img src=x onerror=alert(2)>", "</form>", "</bdi>", "\x1b[31m",
         "\u202eevil", "A" * 400, "&lt;"]


def make(capture, name, *options):
    """The page and, beside it, the same questions as JSON, which says what is right."""
    for ending in ("html", "json"):
        done = run([CHATSNIFF, "quiz", "--quiet", *options, capture, "-o", WORK / f"{name}.{ending}"])
        if done.returncode != 0:
            print("Bail out! " + done.stderr.decode("utf-8", "replace").strip())
            sys.exit(1)


def main():
    chromium, modules = find_chromium(), install(WORK)
    make(CAPTURES / "lab-session.pcapng", "quiz", "--questions", "60")
    frames = udp_chat()
    for text in TEXTS:
        frames += [udp((ALPINE, 40001), (DEBIAN, 40002), b"msg alpine> " + text.encode() + b"\n"),
                   udp((DEBIAN, 40002), (SERVER, 8090), b"rc " + text.encode().replace(b" ", b"_")[:80])]
    hostile = WORK / "quiz-hostile.pcap"
    hostile.write_bytes(pcap(frames))
    make(hostile, "quiz-hostile", "--questions", "100")
    sys.exit(subprocess.run(["node", HERE / "quiz.mjs", modules, chromium, WORK], check=False).returncode)


if __name__ == "__main__":
    main()
