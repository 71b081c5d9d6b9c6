#!/usr/bin/python3
"""The same class on a real Slurm of one node, which is started here and ended again; test_slurm.py CHATSNIFF

Needs root, and Debian's slurmctld, slurmd, slurm-client and munge."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from classroom import Classroom  # noqa: E402
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF = Path(sys.argv[1]).resolve()
FOLDER = Path(tempfile.mkdtemp(prefix="chatsniff-slurm-"))
PROGRAMS = {"munged": "munge", "slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client",
            "sinfo": "slurm-client"}
PATIENCE = 40  # seconds until a cluster of one node is up


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Slurm:
    """munged, slurmctld and slurmd, all with files below one folder."""

    def __init__(self):
        self.processes = []
        self.environment = {}

    def start(self):
        missing = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program, path=PATH)})
        if missing:
            raise Skip(f"Slurm is not here; Debian's packages: {' '.join(missing)}")
        if os.geteuid() != 0:
            raise Skip("slurmd runs jobs only as root")
        os.chmod(FOLDER, 0o755)
        (FOLDER / "munge.key").write_bytes(os.urandom(1024))
        os.chmod(FOLDER / "munge.key", 0o600)
        self.daemon("munged", "--foreground", "--force", f"--key-file={FOLDER}/munge.key",
                    f"--socket={FOLDER}/munge.socket", f"--pid-file={FOLDER}/munged.pid",
                    f"--log-file={FOLDER}/munged.log", f"--seed-file={FOLDER}/munged.seed")
        self.wait_for("munged", (FOLDER / "munge.socket").exists)
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            (FOLDER / name).mkdir()
        (FOLDER / "slurm.conf").write_text(f"""
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={FOLDER}/munge.socket
CredType=cred/munge
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmctldPidFile={FOLDER}/slurmctld.pid
SlurmdPidFile={FOLDER}/slurmd.pid
SlurmctldLogFile={FOLDER}/slurmctld.log
SlurmdLogFile={FOLDER}/slurmd.log
StateSaveLocation={FOLDER}/state
SlurmdSpoolDir={FOLDER}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=lab Nodes={host} Default=YES MaxTime=INFINITE State=UP
""", encoding="utf-8")
        self.environment = {"SLURM_CONF": str(FOLDER / "slurm.conf"), "PATH": PATH}
        self.daemon("slurmctld", "-D", "-i", "-f", str(FOLDER / "slurm.conf"))
        self.daemon("slurmd", "-D", "-f", str(FOLDER / "slurm.conf"), "-N", host)
        self.wait_for("slurmd", self.is_up)

    def daemon(self, name, *arguments):
        log = open(FOLDER / f"{name}.out", "wb")  # the daemon's, as long as it runs
        with log:
            self.processes.append(
                subprocess.Popen([shutil.which(name, path=PATH), *arguments],
                                 stdin=subprocess.DEVNULL,
                                 stdout=log,
                                 stderr=log,
                                 start_new_session=True,
                                 env={
                                     **os.environ,
                                     **self.environment
                                 }))

    def is_up(self):
        done = run(["sinfo", "-h", "-o", "%t"], env=self.environment)
        return done.stdout.strip() in (b"idle", b"mix", b"alloc")

    def wait_for(self, name, is_there):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if is_there():
                return
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.1)
        logs = "".join(path.read_text(errors="replace")[-600:] for path in sorted(FOLDER.glob("*.out")))
        raise Skip(f"{name} does not run here: {' '.join(logs.split())[-400:]}")

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
SLURM = Slurm()
WORK = FOLDER / "with spaces and 'quotes'"


def prepare():
    SLURM.start()
    WORK.mkdir()
    few = Classroom(size=40, packets=5000, gigabytes=2)
    few.write(WORK / "submissions")
    (WORK / "roster.csv").write_text(few.roster(), encoding="utf-8")


def check(output, *options, statuses=(0, 3)):
    done = run([
        CHATSNIFF, "check", "tcp-task", "submissions", "--roster", "roster.csv", "-o", output, "--time-limit", "1",
        *options
    ],
               env=SLURM.environment,
               cwd=WORK,
               timeout=120)
    expect(done.returncode in statuses, f"exit status {done.returncode}: {done.stderr.decode()}")
    return done.stderr.decode()


def needs_slurm():
    if not SLURM.environment or not WORK.exists():
        raise Skip("there is no Slurm, see above")


def same_results():
    needs_slurm()
    for ending in ("json", "csv", "html"):
        check(f"here.{ending}", "-j", "2", "--state", "state")
    said = check("there.json",
                 "--slurm",
                 "work",
                 "--chunk",
                 "7",
                 "--sbatch=--partition=lab",
                 "--sbatch=--cpus-per-task=1",
                 "--wait",
                 statuses=(0, ))
    expect("tasks: job " in said, f"it says which jobs: {said!r}")
    parts = sorted(path.name for path in (WORK / "work").glob("part-*"))
    expect(len(parts) >= 5, f"an array of tasks, not one: {parts}")
    equal((WORK / "there.json").read_bytes() == (WORK / "here.json").read_bytes(), True,
          f"the same results; the merge says {(WORK / 'work' / 'merge.log').read_text()!r}")
    # The merge alone, for the other two: the tasks are done.
    script = (WORK / "work" / "merge.sh").read_text(encoding="utf-8").split("\n", 1)[1]
    for ending in ("csv", "html"):
        run(["sh", "-c", script.replace("there.json", f"there.{ending}")], env=SLURM.environment, cwd=WORK, timeout=60)
        equal((WORK / f"there.{ending}").read_bytes() == (WORK / f"here.{ending}").read_bytes(), True,
              f"the same .{ending}")


def nothing_twice():
    """The parts of the case before are those of the same question: no task writes its own again."""
    needs_slurm()
    before = {path.name: path.stat().st_mtime_ns for path in (WORK / "work").glob("part-*")}
    (WORK / "work" / "part-2").unlink()
    check("again.json", "--slurm", "work", "--chunk", "7", "--wait", statuses=(0,))
    after = {path.name: path.stat().st_mtime_ns for path in (WORK / "work").glob("part-*")}
    equal({name for name in after if after[name] != before[name]}, {"part-2"}, "parts that were done again")
    equal((WORK / "again.json").read_bytes() == (WORK / "here.json").read_bytes(), True, "the same results")


def lost_task():
    """A part that nobody wrote: its captures are told as not judged, and all others are."""
    needs_slurm()
    (WORK / "work" / "part-1").unlink()
    script = (WORK / "work" / "merge.sh").read_text(encoding="utf-8")
    done = run(["sh", "-c", script.split("\n", 1)[1]], env=SLURM.environment, cwd=WORK, timeout=60)
    equal(done.returncode, 3, f"exit status of the merge; it says {done.stderr.decode()}")
    rows = [json.loads(line) for line in (WORK / "again.json").read_text("utf-8").splitlines()]
    lost = [capture for row in rows for capture in row["captures"] if "the task" in capture.get("remark", "")]
    equal(len(lost), 7, "captures of the lost task")
    equal(sum(row["grade"] is not None for row in rows) >= 20, True, "the others are graded")


def refused():
    needs_slurm()
    said = check("no.json", "--slurm", "other", "--sbatch=--partition=there-is-none", statuses=(1,))
    expect("sbatch" in said and "partition" in said.lower(), f"Slurm's own words: {said!r}")


if __name__ == "__main__":
    try:
        STATUS = run_cases([
            ("a Slurm of one node", prepare),
            ("its results are those of -j, byte for byte", same_results),
            ("run again, it does nothing twice", nothing_twice),
            ("a task that was lost costs its own captures", lost_task),
            ("what Slurm refuses is told", refused),
        ])
    finally:
        SLURM.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(STATUS)
