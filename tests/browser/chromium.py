"""What tests of pages need: Debian's Chromium, and playwright-core and axe-core, which npm installs in the build
folder. What is missing skips the test, with the reason."""
import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def install(work):
    """playwright-core and axe-core, as package-lock.json pins them."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    modules = work / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text("utf-8")
    stamp = modules / "installed"
    with open(work / "lock", "w", encoding="utf-8") as lock_file: # two tests may come at once
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text("utf-8") != lock:
            fetch(modules)
            stamp.write_text(lock, "utf-8")
    return modules


def fetch(modules):
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, modules / name)
    try:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=modules, timeout=120,
                              capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired:
        skip("npm could not fetch playwright-core within two minutes")
    if done.returncode != 0:
        skip("npm could not fetch playwright-core: " + " ".join(done.stderr.split())[:200])


def find_chromium():
    chromium = shutil.which("chromium")
    if not chromium:
        skip("chromium is not installed")
    return chromium
