#!/usr/bin/python3
"""Runs the fuzz targets of a build, several side by side: run.py BUILD SECONDS [TARGET ...]

Each target searches for SECONDS, with what earlier runs found in BUILD/corpus/TARGET and with tests/fuzz/corpus/TARGET,
and with the words of the protocols' descriptions. Inputs on which one fails are kept in BUILD/crashes/TARGET.
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Memory for one target; libFuzzer ends one that takes more, and calls that a finding.
MEMORY_MB = 2048
SECONDS_OF_ONE_INPUT = 10
# A target that hangs outside of the code under test must not hold up the others for ever.
GRACE = 60


def words_of_protocols():
    """The literals of all patterns, as a dictionary of libFuzzer's."""
    words = set()
    for description in sorted((ROOT / "chat/protocol").glob("*.ini")):
        for pattern in re.findall(r"^pattern\s*=\s*(.*)$", description.read_text("utf-8"), re.MULTILINE):
            words |= {word for word in pattern.split() if not re.search(r'[{"\\]', word)}
    return "".join(f'"{word}"\n' for word in sorted(words))


def write_dictionary(build, name):
    own = ROOT / f"tests/fuzz/{name}.dict"
    path = build / f"{name}.dict"
    path.write_text(words_of_protocols() + (own.read_text("utf-8") if own.exists() else ""), "utf-8")
    return path


def last_number(pattern, text):
    numbers = re.findall(pattern, text)
    return int(numbers[-1]) if numbers else 0


def fuzz(build, name, seconds):
    """Returns whether nothing was found, and what to say."""
    found, crashes, kept = build / "corpus" / name, build / "crashes" / name, ROOT / "tests/fuzz/corpus" / name
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    command = [build / "tests/fuzz" / f"fuzz-{name}", f"-max_total_time={seconds}", f"-timeout={SECONDS_OF_ONE_INPUT}",
               f"-rss_limit_mb={MEMORY_MB}", "-entropic=0", "-print_final_stats=1", f"-artifact_prefix={crashes}/",
               f"-dict={write_dictionary(build, name)}", found] + ([kept] if kept.is_dir() else [])
    log = build / f"{name}.log"
    with log.open("wb") as output:
        environment = dict(os.environ, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
        try:
            status = subprocess.run(command, stdout=output, stderr=output, env=environment, check=False,
                                    timeout=seconds + GRACE + SECONDS_OF_ONE_INPUT).returncode
        except subprocess.TimeoutExpired:
            status = None
    said = log.read_text("utf-8", errors="replace")
    if status == 0:
        return True, (
            f"  {name:12} nothing found: {last_number(r'number_of_executed_units: *([0-9]+)', said):,} executions, "
            f"coverage {last_number(r' cov: ([0-9]+)', said):,}, corpus {len(list(found.iterdir())):,} inputs")
    end = "\n".join(said.splitlines()[-40:])
    why = "did not end" if status is None else "FAILED"
    return False, (f"{end}\n  {name} {why}; the input is in {crashes}/: mend it and keep it in "
                   f"tests/fuzz/corpus/{name}/")


def main(build, seconds, wanted):
    built = sorted(path.name.removeprefix("fuzz-") for path in (build / "tests/fuzz").glob("fuzz-*") if path.is_file())
    unknown = [name for name in wanted if name not in built]
    if unknown or not built:
        sys.exit(f"There is no fuzz target {' or '.join(unknown) or 'at all'}. Built: {', '.join(built) or 'none'}")
    names = wanted or built
    side_by_side = min(len(names), os.cpu_count() or 1)
    print(f"Fuzzing {len(names)} targets for {seconds} seconds each, {side_by_side} at a time ...", flush=True)
    passed = True
    with ThreadPoolExecutor(side_by_side) as pool:
        for is_clean, line in pool.map(lambda name: fuzz(build, name, seconds), names):
            passed = passed and is_clean
            print(line, flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:]))
