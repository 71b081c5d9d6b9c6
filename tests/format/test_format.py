#!/usr/bin/python3
"""Holds the sources against .clang-format and the width that HACKING.md names: test_format.py ROOT

clang-format changes no C file, and no line of any text file of ours is wider than 120 columns.
"""
import functools
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run_cases  # noqa: E402

ROOT = Path(sys.argv[1]).resolve()
WIDTH = 120
TOPS = ("analyzer", "captures", "chat", "dissector", "docs", "examples", "reports", "tests")
# Written by programs, or held by their own rules: goldens, examples, what npm pinned. The Python among them is ours.
GENERATED = ("tests/golden", "tests/report/golden", "reports/examples", "tests/browser/package-lock.json",
             "tests/fuzz/corpus", "tests/protocol/wrong", "captures/README.md", "docs/performance.md")
WRITTEN = (".build", ".c", ".h", ".ini", ".lua", ".py", ".sh")


def files(suffixes):
    found = [path for top in TOPS for path in (ROOT / top).rglob("*") if path.is_file() and path.suffix in suffixes]
    names = {path.relative_to(ROOT).as_posix(): path for path in found}
    return {name: path for name, path in sorted(names.items())
            if path.suffix == ".py" or not name.startswith(GENERATED)}


def formatted(folder):
    tool = shutil.which("clang-format")
    if not tool:
        raise Skip("clang-format is not installed")
    sources = [name for name in files((".c", ".h")) if name.rpartition("/")[0] == folder]
    done = subprocess.run([tool, "--dry-run", "--Werror", "--style=file", *sources],
                          cwd=ROOT,
                          capture_output=True,
                          timeout=120,
                          check=False)
    complaints = done.stderr.decode("utf-8", "replace")
    wrong = [name for name in sources if f"{name}:" in complaints]
    expect(done.returncode == 0, f"run clang-format -i {' '.join(wrong) or complaints}")


def mistakes_are_found():
    """The tool itself sees a mistake in a file of ours."""
    tool = shutil.which("clang-format")
    if not tool:
        raise Skip("clang-format is not installed")
    done = subprocess.run(
        [tool, "--dry-run", "--Werror", f"--style=file:{ROOT / '.clang-format'}", "--assume-filename=a.c"],
        input=b"int main(void) {\n  return 0; }\n",
        capture_output=True,
        timeout=60,
        check=False)
    equal(done.returncode != 0, True, "a wrong layout is found")


def narrow(suffix):
    wide = [f"{name}:{number} has {len(line)} columns" for name, path in files((suffix,)).items()
            for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if len(line) > WIDTH]
    expect(not wide, "\n".join(wide[:20]) + (f"\nand {len(wide) - 20} more" if len(wide) > 20 else ""))


if __name__ == "__main__":
    FOLDERS = sorted({name.rpartition("/")[0] for name in files((".c", ".h"))})
    CASES = [(f"clang-format changes nothing in {folder}", functools.partial(formatted, folder)) for folder in FOLDERS]
    CASES += [("a wrong layout is found", mistakes_are_found)]
    CASES += [(f"lines of *{suffix} fit", functools.partial(narrow, suffix)) for suffix in WRITTEN]
    sys.exit(run_cases(CASES))
