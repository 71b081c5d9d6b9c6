"""A program on a pseudo-terminal of its own, as a person has it in front of them."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal  # noqa: E402


class Terminal:
    """Runs a command whose standard input, output and error are a terminal, unless they are given otherwise."""

    def __init__(self, command, columns=80, rows=24, *, stdout=None, **environment):
        try:
            self.main, side = pty.openpty()
        except OSError as error:
            raise Skip(f"no pseudo-terminals here: {error}") from None
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = {key: value for key, value in os.environ.items()
               if key not in ("NO_COLOR", "COLUMNS", "LINES", "PAGER", "LESS")}
        env.update({"TERM": "xterm", "LC_ALL": "C.UTF-8", **environment})
        self.process = subprocess.Popen([str(word) for word in command], stdin=side, stdout=stdout or side, stderr=side,
                                        env=env, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(side)
        self.output = b""

    def type(self, keys):
        os.write(self.main, keys)

    def read(self, until=None, seconds=30):
        """Reads what it says until that holds of the output, or until the terminal is closed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not (until and until(self.output)):
            if not select.select([self.main], [], [], 0.1)[0]:
                continue
            try:
                chunk = os.read(self.main, 65536)
            except OSError:  # nobody has the other side any more
                break
            if not chunk:
                break
            self.output += chunk
        return self.output

    def end(self, status=0):
        """Waits for its end; the output with line ends as the program wrote them."""
        self.read()
        os.close(self.main)
        equal(self.process.wait(30), status, "exit status on a terminal")
        return self.output.replace(b"\r\n", b"\n")


def on_a_terminal(command, columns=80, **options):
    return Terminal(command, columns, **options).end()


def cells(text):
    """How many cells of a terminal a text takes."""
    return sum(0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else
               2 if unicodedata.east_asian_width(character) in ("W", "F") else 1 for character in text)
