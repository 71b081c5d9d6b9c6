#!/usr/bin/python3
"""The chat programs on the loopback, with each other and with stand-ins for the originals.

Arguments: tcp-chat udp-chat [WORD...]. With words, only the cases whose names hold one of them. Without arguments, the
programs are taken from the environment: TCP_CHAT, UDP_CHAT.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import hostile_cases  # noqa: E402
import original_cases  # noqa: E402
import scripted_cases  # noqa: E402
import tcp_cases  # noqa: E402
import udp_cases  # noqa: E402
from peer import collect_cases  # noqa: E402
from tap import run_cases  # noqa: E402

CASES = [(f"{program}: {name}", case)
         for program, module in (("tcp-chat", tcp_cases), ("udp-chat", udp_cases), ("originals", original_cases),
                                 ("hostile", hostile_cases), ("scripted", scripted_cases))
         for name, case in collect_cases(vars(module))]
WANTED = sys.argv[3:]

if __name__ == "__main__":
    sys.exit(run_cases([case for case in CASES if not WANTED or any(word in case[0] for word in WANTED)]))
