"""Whether sweeps can be trusted overnight: ``python -m benchmarks.sweeps [PART...]``; each part ends with an error if not.

``same``      the digest of 200 runs is the same with 1, 2 and 4 workers, threads or processes, in any order, in three
              shards that are merged, and on a scheduler with two workers started as processes of their own.
``killed``    600 runs whose process is killed (SIGKILL) 100 times at random moments, and 20 times more with two worker
              processes, end with the same digest; nothing is missing, there twice or damaged.
``workers``   1,000 runs during which a worker is killed every five seconds end with the same digest.
``cost``      what store and engine add to a run of about 15 ms, and what becomes of memory over 5,000 runs.
``finished``  a finished sweep of 10,000 runs, called again, does nothing within 5 seconds.

Measured on two cores that other work kept busy (load 3 to 12; Python 3.11, Linux); seconds can be half of these:

=============  ==========================================================================================
``same``       8 s in one process, 9 s with 2 processes, 10 s with 2 threads: start-up outweighs such small
               runs; one digest in all eight ways
``killed``     120 kills over 1,800 runs: one digest, nothing missing, double or damaged
``workers``    23 killed: one digest
``cost``       7.6 ms a run (6.3 ms at load 3), of which the digest of the world 2.5, the commit 1.2, making
               the point 0.7, folding into batches 0.6; 323 MB after 1,000 runs, 343 after 5,000: the records
               of runs, some 5 kB each, are what grows
``finished``   3.3 s
=============  ==========================================================================================
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from analysis.store import Store

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
HEADWAY = (sys.executable, "-m", "analysis.cli")


def design(folder: Path, draws: int, replicates: int = 2) -> Path:
    """A design of 2 × ``draws`` × ``replicates`` runs of some ten schools, over one year without a warm-up."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "title: Quick\nsummary: Small worlds.\n"
    (folder / "context.yaml").write_text(f"{head}extends: england\nwarm_up_years: 0\n", encoding="utf-8")
    (folder / "quick.yaml").write_text(
        f"{head}context: context.yaml\nyears: 1\nprogrammes:\n  teaching-leaders: {{}}\n", encoding="utf-8"
    )
    path = folder / f"design-{draws}-{replicates}.yaml"
    path.write_text(
        f"{head}scenarios: [quick.yaml]\nscale: 0.0005\nreplicates: {replicates}\n"
        "levers:\n  programmes.teaching-leaders.places.number: [320, 32000]\n"
        f"uncertainties:\n  leave.state_schools: {{times: {{uniform: [0.8, 1.2]}}}}\ndraws: {draws}\n",
        encoding="utf-8",
    )
    return path


def start(path: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """``headway sweep`` in a process of its own."""
    command = [*HEADWAY, "sweep", str(path), "--out", str(out), *options]
    return subprocess.Popen(
        command, cwd=path.parent, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip


def finish(path: Path, out: Path, *options: str) -> tuple[str, float]:
    """Run it to the end; returns the digest and the seconds it took."""
    began = time.perf_counter()
    process = start(path, out, *options)
    said, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {said}")
    return re.findall("Digest: ([0-9a-f]{64})", said)[-1], time.perf_counter() - began


def check(condition: bool, what: str) -> None:
    """Print what holds, or end."""
    if not condition:
        raise SystemExit(f"FAILED: {what}")
    print(f"  {what}", flush=True)


def same(folder: Path) -> None:
    """See the module."""
    path = design(folder, 50)
    wanted, seconds = finish(path, folder / "one", "--workers", "1")
    print(f"  one process: {seconds:.0f} s, {wanted[:16]}")
    for options in (["2"], ["4"], ["2", "--threads"], ["4", "--threads"]):
        digest, seconds = finish(path, folder / "-".join(options), "--workers", *options)
        check(digest == wanted, f"--workers {' '.join(options)}: the same, {seconds:.0f} s")
    digest = in_order_of_chance(path, folder / "shuffled")
    check(digest == wanted, "in an order of chance: the same")
    for i in (1, 2, 3):
        finish(path, folder / f"shard{i}", "--shard", f"{i}/3")
    parts = [str(folder / f"shard{i}") for i in (3, 1, 2)]
    subprocess.run(
        [*HEADWAY, "merge", *parts, "--out", str(folder / "merged")], check=True, env=ENVIRONMENT, cwd=folder
    )
    check(Store.open(folder / "merged").digest() == wanted, "three shards, merged: the same")
    with scheduler(folder) as address:
        digest, seconds = finish(path, folder / "remote", "--scheduler", address)
    check(digest == wanted, f"a scheduler and two workers of their own: the same, {seconds:.0f} s")


def in_order_of_chance(path: Path, out: Path) -> str:
    """Carry it out with tasks shuffled."""
    from analysis.studies.sweep import execute

    ordered = execute._todo

    def shuffled(*given: object) -> list:
        tasks = ordered(*given)  # type: ignore[arg-type]
        random.Random(3).shuffle(tasks)
        return tasks

    execute._todo = shuffled
    try:
        return execute.sweep(path, out, execute.Options(workers=1)).store.digest()
    finally:
        execute._todo = ordered


class scheduler:  # noqa: N801 - used as a word: with scheduler(folder)
    """A Dask scheduler and two workers, each a process of its own, on the loopback address."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"

    def __enter__(self) -> str:
        """Start them; returns the address."""
        dask = [sys.executable, "-m", "dask"]
        file = str(self.file)
        quiet = {
            "env": ENVIRONMENT,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "cwd": self.file.parent,
        }
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter", "--scheduler-file", file]
        self.processes = [subprocess.Popen([*dask, "scheduler", *options], **quiet)]  # type: ignore[call-overload]
        while not self.file.exists():
            time.sleep(0.1)
        worker = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--scheduler-file", file]
        self.processes += [subprocess.Popen([*dask, "worker", *worker], **quiet) for _ in range(2)]  # type: ignore[call-overload]
        time.sleep(5)
        return json.loads(self.file.read_text(encoding="utf-8"))["address"]

    def __exit__(self, *_error: object) -> None:
        """End them."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


NURSERY = """
import os, sys
from pathlib import Path
from analysis.studies.sweep import execute
import analysis.studies.sweep.plan, analysis.store.digest, simulation.model, duckdb
path, out = map(Path, sys.argv[1:])
ready = execute.prepare(execute.load_design(path))
ready.warm_up()
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        print(f"at work {os.getpid()}", flush=True)
        execute.sweep(path, out, execute.Options(workers=1))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def killed(folder: Path) -> None:
    """See the module."""
    path, out, moments = design(folder, 150), folder / "killed", random.Random(11)
    wanted, _ = finish(path, folder / "whole", "--workers", "1")
    # Children are forked from a process that has everything loaded, so that they are killed at work and not at start.
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path), str(out)], env=ENVIRONMENT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder,
    )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdout.readline()
    kills, rounds = 0, 0
    while kills < 100:
        print("go", file=nursery.stdin, flush=True)
        child = int(nursery.stdout.readline().split()[-1])
        time.sleep(0.9 + moments.uniform(0, 0.3))
        os.kill(child, signal.SIGKILL)
        kills += int(nursery.stdout.readline()) == -signal.SIGKILL
        done = Store.open(out).status().done if (out / "manifest.json").exists() else 0
        if done >= 590:  # begin anew before there is nothing left to be killed at
            rounds += 1
            check(
                finish(path, out, "--workers", "1")[0] == wanted,
                f"{kills} kills so far, {600 * rounds:,} runs: the same digest",
            )
            check(Store.open(out).verify() == [], "every bit as written")
            shutil.rmtree(out)
    nursery.stdin.close()
    nursery.wait()
    while Store.open(out).status().done < 590 and kills < 120:
        process = start(path, out, "--workers", "2")
        time.sleep(moments.uniform(3, 8))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += process.returncode == -signal.SIGKILL
    digest, _ = finish(path, out, "--workers", "2")
    store = Store.open(out)
    check(digest == wanted and store.verify() == [], f"{kills} kills: the same digest, every bit as written")
    with store.connect() as db:
        counted = db.execute("SELECT count(*), count(DISTINCT run) FROM runs").fetchone()
    check(counted == (600, 600), "600 runs, none missing and none there twice")


def workers(folder: Path) -> None:
    """See the module."""
    path, out = design(folder, 250), folder / "out"
    wanted, _ = finish(path, folder / "whole", "--workers", "1")
    process = start(path, out, "--workers", "2")
    kills, chance = 0, random.Random(5)
    while process.poll() is None and not list(out.glob("runs/*.run")):
        time.sleep(0.1)
    while process.poll() is None:
        found = [
            child
            for child in psutil.Process(process.pid).children(recursive=True)
            if any("spawn_main" in part for part in child.cmdline())
        ]
        if found:
            chance.choice(found).kill()
            kills += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"FAILED: {kills} workers killed, exit code {process.returncode}: {said[-1500:]}")
    check(Store.open(out).digest() == wanted, f"{kills} workers killed: the same digest")


COST = """
import json, sys, time
from pathlib import Path
import psutil
from analysis.runs import plan as run
from analysis.studies.sweep import execute
from simulation.model import PipelineModel

class Timed(PipelineModel):
    seconds = 0.0
    def __init__(self, *given, **named):
        start = time.process_time()
        super().__init__(*given, **named)
        Timed.seconds += time.process_time() - start
    def run(self, *given):
        start = time.process_time()
        super().run(*given)
        Timed.seconds += time.process_time() - start

import simulation.model
simulation.model.PipelineModel = Timed
path, out = map(Path, sys.argv[1:])
memory, done, commit = {}, 0, execute.Store.commit
def counted(*given):
    global done
    done += 1
    if done % 500 == 0:
        memory[done] = round(psutil.Process().memory_info().rss / 1e6)
    return commit(*given)
execute.Store.commit = counted
start = time.process_time()
execute.sweep(path, out, execute.Options(workers=1))
print(json.dumps([done, time.process_time() - start, Timed.seconds, memory]))
"""


def cost(folder: Path) -> None:
    """See the module. In seconds of processor, so that it does not matter what else the machine is at."""
    path = design(folder, 1250)
    command = [sys.executable, "-c", COST, str(path), str(folder / "out")]
    said = subprocess.run(command, env=ENVIRONMENT, cwd=folder, capture_output=True, text=True, check=True).stdout
    runs, seconds, simulating, memory = json.loads(said.splitlines()[-1])
    print(f"  {runs:,} runs: {seconds:.0f} s of processor, of which {simulating:.0f} s simulating")
    added = 1000 * (seconds - simulating) / runs
    check(added <= 10, f"store, engine and the making of points add {added:.1f} ms a run")
    print("  MB after so many runs:", memory)
    settled = [size for done, size in memory.items() if int(done) >= 1000]
    check(max(settled) < 1.1 * settled[0], "memory stays within 10% after the first thousand")


def finished(folder: Path) -> None:
    """See the module."""
    path, out = design(folder, 2500), folder / "out"
    first, seconds = finish(path, out)
    print(f"  10,000 runs: {seconds:.0f} s")
    again, seconds = finish(path, out)
    check(again == first and seconds < 5, f"called again: {seconds:.1f} s")


PARTS = {"same": same, "killed": killed, "workers": workers, "cost": cost, "finished": finished}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            PARTS[name](Path(temporary))
