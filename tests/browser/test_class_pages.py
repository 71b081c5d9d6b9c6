#!/usr/bin/python3
"""Makes the page of a class and hands it to a browser: test_class_pages.py CHATSNIFF WORK

WORK is a folder of the build, as for test_pages.py.
"""
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "check")]
from chromium import find_chromium, install  # noqa: E402
from classroom import chat, pcap, pcapng  # noqa: E402
from tap import run  # noqa: E402

CHATSNIFF, WORK = sys.argv[1], Path(sys.argv[2])
NAMES = [
    "<script>alert(1)<", "\"><img src=x onerror=alert(2)>", "\x1b[31mred", "\u202eevil", "A" * 200, "a;b,c",
    "javascript:alert(3)"
]


def main():
    chromium, modules = find_chromium(), install(WORK)
    folder = WORK / "class"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    alice = chat(1, 8090, said="I am alice")
    (folder / "alice.pcapng").write_bytes(pcapng(alice))
    (folder / "ale.pcap").write_bytes(pcap(alice, nanoseconds=False))
    (folder / "cut.pcap").write_bytes(pcap(chat(2, 8090, said="I am cut"))[:-20])
    (folder / "nothing.pcap").write_bytes(b"")
    (folder / "absent").mkdir()
    for number, name in enumerate(NAMES):
        (folder / f"{name.replace('/', '_')}.pcap").write_bytes(pcap(chat(10 + number, 8090, said=name, reset=True)))
    rubric = WORK / "class.ini"
    rubric.write_text(run([CHATSNIFF, "check", "--example",
                           "tcp-task"]).stdout.decode().replace("name =", "name = alice"),
                      encoding="utf-8")
    done = run([CHATSNIFF, "check", rubric, folder, "--reports", "-o", WORK / "class.html"])
    if done.returncode != 3:
        print("Bail out! " + done.stderr.decode("utf-8", "replace").strip())
        sys.exit(1)
    sys.exit(subprocess.run(["node", HERE / "class.mjs", modules, chromium, WORK], check=False).returncode)


if __name__ == "__main__":
    main()
