"""Tests in TAP, the few lines of it that ours need."""
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path


# For programs that draw text: what fontconfig leaves behind is not ours.
WITH_FONTS = {"LSAN_OPTIONS": f"suppressions={Path(__file__).resolve().parent}/lsan-suppressions:print_suppressions=0"}


class Skip(Exception):
    """Raised by a case that this machine cannot run, with the reason."""


class Failed(Exception):
    """Raised by a case whose expectation does not hold; its text is shown."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: got {got!r}, not {wanted!r}")


def run_cases(cases):
    """Runs (name, function) pairs, prints TAP, and returns the exit status for sys.exit()."""
    failed = False
    print(f"1..{len(cases)}", flush=True)
    for number, (name, function) in enumerate(cases, 1):
        try:
            function()
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}")
        except Exception as error:  # whatever a case runs into is its failure, and the others still run
            failed = True
            text = str(error) if isinstance(error, Failed) else traceback.format_exc()
            print(f"not ok {number} - {name}")
            for line in text.splitlines():
                print(f"# {line}")
        else:
            print(f"ok {number} - {name}")
        sys.stdout.flush()
    return 1 if failed else 0


def is_sanitized(program):
    """Whether it is built with a sanitizer, with which it is several times as large, and slower."""
    octets = Path(program).read_bytes()
    return b"__asan_init" in octets or b"__tsan_init" in octets


def run(command, *, stdin=None, timeout=60, env=None, **options):
    """Runs a command to its end; its output as octets. env is added to ours, less what would change the output."""
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    environment.update(env or {})
    source = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    return subprocess.run([str(word) for word in command], capture_output=True, timeout=timeout, check=False,
                          env=environment, **source, **options)


def records(chatsniff, *arguments, command="timeline", statuses=(0,)):
    """The records of `chatsniff COMMAND --format json`."""
    done = run([chatsniff, command, "--quiet", "--format", "json", *arguments])
    expect(done.returncode in statuses,
           f"exit status {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
