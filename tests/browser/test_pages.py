#!/usr/bin/python3
"""Makes report pages and hands them to a browser: test_pages.py CHATSNIFF CAPTURES GENERATOR WORK

WORK is a folder of the build. The browser is Debian's Chromium, driven by playwright-core, which npm installs there.
What is missing skips the tests, with the reason.
"""
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from craft import ALPINE, DEBIAN, SERVER, pcap, tcp, tcp_chat, udp, udp_chat  # noqa: E402
from chromium import find_chromium, install  # noqa: E402
from tap import run  # noqa: E402

CHATSNIFF, CAPTURES, GENERATOR, WORK = sys.argv[1:5]
WORK = Path(WORK)


def report(capture, name, *options):
    done = run([CHATSNIFF, "report", "--quiet", *options, capture, "-o", WORK / name])
    if done.returncode != 0:
        print("Bail out! " + done.stderr.decode("utf-8", "replace").strip())
        sys.exit(1)


def hostile_frames():
    """Chats whose lines and names try to be more than text."""
    client, server = (ALPINE, 40003), (SERVER, 8090)
    texts = ["<script>alert(1)</script>", "]]>", "\"><img src=x onerror=alert(2)>", "'", "--><!--", "\x1b[31mred\x07",
             "\u202eevil\u2066", "| a | `b` | **c**", "&lt;&#x3c;", "{{7*7}}", "javascript:alert(3)", "A" * 900,
             "http://example.com/ me@example.com"]
    frames = tcp_chat("\n".join(texts).encode() + b"\xff\xfe\n")
    frames += [tcp(client, server, "PA", 1001, 5001, ("B" * 1400).encode())]
    frames += udp_chat()
    names = [b"hi <b>bold</b>", b"hi \xe2\x80\xaertl", b"rc <room>", "rj \"quoted'".encode(), b"ul", b"\0\1\2", b"",
             b"hi " + b"n" * 300]
    frames += [udp((DEBIAN, 40009), server, name) for name in names]
    frames += [udp(server, (DEBIAN, 40009), name) for name in names]
    frames += [udp((ALPINE, 40001), (DEBIAN, 40002), b"msg <i>alpine</i>> " + text.encode() + b"\n") for text in texts]
    frames += [udp((ALPINE, 40001), (DEBIAN, 40002), b"msg alpine> " + b"C" * 60000)]
    return frames


def main():
    chromium, modules = find_chromium(), install(WORK)
    report(Path(CAPTURES) / "lab-session.pcapng", "session.html")
    hostile = WORK / "hostile.pcap"
    hostile.write_bytes(pcap(hostile_frames()))
    report(hostile, "hostile.html")
    big = WORK / "big.pcap"
    subprocess.run([GENERATOR, "--packets=50000", big], check=True, stdout=subprocess.DEVNULL)
    report(big, "big.html")
    sys.exit(subprocess.run(["node", HERE / "pages.mjs", modules, chromium, WORK], check=False).returncode)


if __name__ == "__main__":
    main()
