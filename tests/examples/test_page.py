#!/usr/bin/python3
"""What docs/own-protocol.md prints is what the program prints, and the descriptions in it are those of examples/.

usage: test_page.py CHATSNIFF ROOT            compares
       test_page.py --update CHATSNIFF ROOT   writes the outputs into the page
"""
import os
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import equal, expect, run, run_cases  # noqa: E402

ARGUMENTS = [argument for argument in sys.argv[1:] if argument != "--update"]
CHATSNIFF, ROOT = Path(ARGUMENTS[0]).resolve(), Path(ARGUMENTS[1]).resolve()
PAGE = ROOT / "docs" / "own-protocol.md"
BLOCK = re.compile(r"^```(ini|console)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def new_folder():
    """Where the reader would be: the examples are there, and chatsniff is found."""
    folder = Path(tempfile.mkdtemp(prefix="chatsniff-page-"))
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "bin").mkdir()
    (folder / "bin" / "chatsniff").symlink_to(CHATSNIFF)
    return folder


def follow(text):
    """The page with the outputs of its commands, run in its order."""
    folder = new_folder()

    def one(block):
        kind, content = block.groups()
        if kind == "ini":
            name = content.split("\n", 1)[0].removeprefix("# ")
            if name == "first.ini":
                (folder / name).write_text(content, "utf-8")
            elif name == "first.ini, continued":
                with open(folder / "first.ini", "a", encoding="utf-8") as file:
                    file.write("\n" + content.split("\n", 1)[1])
            return block.group(0)
        shown = []
        for command in re.findall(r"^\$ (.*)", content, re.MULTILINE):
            done = run(["sh", "-c", command], cwd=folder,
                       env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"})
            shown.append(f"$ {command}\n{(done.stdout + done.stderr).decode('utf-8')}")
        return "```console\n" + "".join(shown) + "```\n"
    return BLOCK.sub(one, text)


def outputs():
    text = PAGE.read_text("utf-8")
    expect(text.count("\n$ chatsniff ") >= 8, "the page runs hardly any command")
    told, wanted = text.splitlines(), follow(text).splitlines()
    for number, (one, other) in enumerate(zip(told, wanted), 1):
        equal(one, other, f"line {number} of {PAGE.name} (test_page.py --update writes it again)")
    equal(len(told), len(wanted), "lines")


def descriptions():
    board = (ROOT / "examples" / "board" / "board.ini").read_text("utf-8")
    groups = [group for kind, content in BLOCK.findall(PAGE.read_text("utf-8")) if kind == "ini"
              for group in re.findall(r"^\[form [^\[]*", content, re.MULTILINE)]
    expect(len(groups) > 5, "descriptions in the page")
    for group in groups[1:]:  # the first one has the mistakes that the page corrects
        expect(group.strip() in board, f"board.ini has not:\n{group}")


def links():
    for target in re.findall(r"\]\(([^)#]+)", PAGE.read_text("utf-8")):
        expect((PAGE.parent / target).exists(), f"{target} is not there")


if __name__ == "__main__":
    if "--update" in sys.argv:
        PAGE.write_text(follow(PAGE.read_text("utf-8")), "utf-8")
        sys.exit(0)
    sys.exit(run_cases([("the outputs in the page", outputs), ("the descriptions in the page", descriptions),
                        ("the links of the page", links)]))
