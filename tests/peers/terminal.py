"""A terminal of tmux, in which a program of ours runs: what a person types, pastes and sees."""
import os
import re
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

from peer import PATIENCE
from tap import Failed


class Terminal:
    """One window, with a shell that runs the command. Its screen is read as the user sees it."""

    def __init__(self, *command, width=40, height=24, environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="chat-terminal-", ignore_cleanup_errors=True)
        self.server = ["tmux", "-S", f"{self.folder.name}/socket", "-f", "/dev/null"]
        variables = {name: value for name, value in os.environ.items()
                     if name not in ("TMUX", "NO_COLOR", "INPUTRC", "HISTFILE")}
        variables.update({"LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null", **(environment or {})})
        words = shlex.join(str(word) for word in command)
        done = f"{self.folder.name}/done"
        self.done = Path(done)
        script = f"trap : INT; {words}; echo $? >{done}.new; stty -a >>{done}.new; mv {done}.new {done}; exec sleep 600"
        self.run("new-session", "-d", "-x", width, "-y", height, f"sh -c {shlex.quote(script)}", environment=variables)
        self.run("set-option", "-g", "history-limit", "20000")

    def run(self, *words, environment=None):
        done = subprocess.run([*self.server, *map(str, words)], capture_output=True, text=True, env=environment,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise Failed(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([*self.server, "kill-server"], capture_output=True, check=False)
        self.folder.cleanup()

    def type(self, text):
        self.run("send-keys", "-l", text)

    def keys(self, *names):
        self.run("send-keys", *names)

    def say(self, text):
        self.type(text)
        self.keys("Enter")

    def paste(self, text, bracketed):
        path = Path(self.folder.name) / "paste"
        path.write_text(text, "utf-8")
        self.run("load-buffer", path)
        # -r: line feeds stay what they are; -p: with the brackets that the program has asked for.
        self.run("paste-buffer", "-r", *(["-p"] if bracketed else []))

    def resize(self, width):
        self.run("resize-window", "-x", width)

    def screen(self, colours=False):
        """All lines, those that were scrolled away included; a line that was wrapped is one."""
        return self.run("capture-pane", "-p", "-J", "-S", "-", *(["-e"] if colours else []))

    def expect(self, pattern, colours=False):
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.screen(colours), re.MULTILINE)):
            if time.monotonic() > deadline:
                raise Failed(f"the terminal does not show {pattern!r}:\n{self.screen(colours).strip()}")
            time.sleep(0.03)
        return found

    def ends(self, status):
        """The program ends, and leaves the terminal as a shell wants it."""
        deadline = time.monotonic() + PATIENCE
        while not self.done.exists():
            if time.monotonic() > deadline:
                raise Failed(f"it has not ended:\n{self.screen().strip()}")
            time.sleep(0.03)
        lines = self.done.read_text("utf-8").split()
        if lines[0] != str(status):
            raise Failed(f"it ended with {lines[0]}, not {status}:\n{self.screen().strip()}")
        for flag in ("icanon", "echo", "isig"):
            if flag not in lines:
                raise Failed(f"it left the terminal without {flag}")
