"""i: a Dask cluster: what a run of a sweep costs the one who coordinates, and how many workers that only pretend are kept busy."""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from benchmarks.asked import Asked
from benchmarks.children import ROOT, call
from benchmarks.parts.sweeps import SMALL_YEARS, write_design
from benchmarks.table import Aim, Line

TITLE = "A Dask cluster: a sweep, and workers that sleep for as long as a run takes and give as much as a run gives"
ROUNDS = 3
"""Runs of England that each worker pretends to simulate."""
YEARS = 20


def measure(asked: Asked) -> Iterator[Line]:
    """A sweep; then runs of no length, so that only handing out counts; short ones; long ones with England's results."""
    yield _sweep(asked.sizes.coordinated)
    size, (short, long) = asked.sizes, asked.sizes.pretended
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.pickle"
        megabytes = call(write_results, str(file), size.first_scale) / 1e6
        yield _line(f"{size.tasks:,} runs of no length", size.workers, size.tasks, 0.0, None)
        yield _line(f"runs of {short:g} s that give a word", size.workers, size.workers * ROUNDS * 4, short, None)
        what = f"runs of {long:g} s that give England's {megabytes:.0f} MB"
        yield _line(what, size.workers, size.workers * ROUNDS, long, str(file))


def _on_cluster(workers: int, work: Callable[[str], dict[str, float]]) -> tuple[dict[str, float], float]:
    """What ``work`` finds at the address of a cluster of its own, and the seconds of processor that the cluster took."""
    with Popen(
        [sys.executable, "-m", "benchmarks.parts.cluster", str(workers)], cwd=ROOT, stdin=PIPE, stdout=PIPE
    ) as cluster:
        assert cluster.stdin is not None
        assert cluster.stdout is not None
        try:
            found = work(cluster.stdout.readline().decode().strip())
        finally:
            cluster.stdin.close()  # upon which it ends
        return found, float(cluster.stdout.readline())


def _sweep(runs: int) -> Line:
    """What so many runs take of the coordinator's processor more than two do, a run: the store's part included, starting left out."""

    def more_than_two(address: str) -> dict[str, float]:
        two, more = (call(coordinated, address, count) for count in (2, 2 + runs))
        return {name: 1000 * (more[name] - two[name]) / runs for name in more}

    found, _ = _on_cluster(2, more_than_two)
    what = f"a sweep of {runs:,} runs of 87 schools, {SMALL_YEARS} years, 2 workers: coordinator"
    return Line(what, None, {"ms a run": found["processor"]}, Aim(most=5.0, of="ms a run"))


def coordinated(address: str, runs: int) -> dict[str, float]:
    """Seconds of this process's processor that a sweep takes whose runs a cluster carries out."""
    from analysis.studies.sweep.execute import Options, sweep

    with tempfile.TemporaryDirectory() as folder:
        design = write_design(Path(folder), "eastern-region-2010", 1.0, SMALL_YEARS, runs)
        used = time.process_time()
        sweep(design, Path(folder) / "out", Options(scheduler=address))
        return {"processor": time.process_time() - used}


def _line(what: str, workers: int, tasks: int, seconds: float, file: str | None) -> Line:
    """Tasks on a cluster of its own; the ratio is the time that they need, were handing them out for nothing, to what they took."""
    found, used = _on_cluster(workers, lambda address: call(coordinate, address, tasks, seconds, file))
    least = tasks * seconds / workers
    figures = {
        "runs a second": tasks / found["clock"],
        "ms a run, coordinator": 1000 * found["processor"] / tasks,
        "scheduler and workers": 1000 * used / tasks,
    }
    aim = Aim(least=0.9) if seconds else None
    return Line(f"{workers} workers, {what}: needed ÷ taken", least / found["clock"] if seconds else None, figures, aim)


def write_results(file: str, scale: float) -> int:
    """Keep in ``file`` what a worker sends back of a run of England; returns its bytes. They hardly depend on the scale."""
    from dataclasses import replace

    import scenarios
    from analysis.runs.plan import Options, plan
    from analysis.runs.replicate import simulate

    scenario = replace(scenarios.load("england"), scale=scale, years=YEARS)
    data = pickle.dumps(simulate(plan(scenario, Options(replicates=1)), 0), protocol=5)
    Path(file).write_bytes(data)
    return len(data)


def coordinate(address: str, tasks: int, seconds: float, file: str | None) -> dict[str, float]:
    """Hand out so many tasks to a cluster's workers; seconds of the clock and of this process's processor, once it answers."""
    from analysis.runs.executor import Where, share_out
    from analysis.runs.work import Task, Work

    def work(count: int, seconds: float) -> Work:
        return Work(pretend, (seconds, file), [Task(str(n), n) for n in range(count)])

    where = Where(scheduler=address)
    list(share_out(work(1, 0.0), where))  # everything is imported now, here and there
    start, used = time.perf_counter(), time.process_time()
    for outcome in share_out(work(tasks, seconds), where):
        if outcome.told is not None:
            raise RuntimeError(outcome.told.message)
    return {"clock": time.perf_counter() - start, "processor": time.process_time() - used}


def pretend(shared: tuple[float, str | None], _part: int, _heard: Callable[[str], None]) -> Any:
    """Sleep for as long as a run takes, and give what one gives."""
    seconds, file = shared
    time.sleep(seconds)
    return "done" if file is None else _results(file)


@cache
def _results(file: str) -> Any:
    return pickle.loads(Path(file).read_bytes())


def serve(workers: int) -> None:
    """A scheduler and workers in this process, on the loopback address, until standard input ends; prints what that took."""
    from distributed import LocalCluster

    used = time.process_time()
    options: dict[str, Any] = {
        "dashboard_address": "127.0.0.1:0",
        "protocol": "tcp",
        "host": "127.0.0.1",
        "memory_limit": 0,
    }
    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=False, **options) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
        print(time.process_time() - used, flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
