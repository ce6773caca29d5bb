"""A program that has everything loaded and forks processes that work in a folder; each is killed at a call that is given by number.

It reads ``WORK FOLDER CALL`` a line and prints the exit code of each process. What is to be killed is killed by the system
(SIGKILL), in the middle of its work, and wherever that call is.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from analysis.selftest.calls import watched
from analysis.store import Store, batch, merge
from analysis.studies.sweep import execute
from tests.analysis import tiny

RUNS, IN_A_BATCH = 120, 10


def fold(folder: Path) -> Store:
    """Commit what is missing and fold it into batches, as the only writer."""
    store = tiny.store(folder / "out", RUNS)
    with store.writing():
        for i in range(RUNS):
            if tiny.key(i) not in store.done():
                store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
                store.compact()
        store.compact(everything=True)
    return store


def join(folder: Path) -> Store:
    """Merge two folders with parts of one study."""
    return merge([folder / "first", folder / "second"], folder / "out")


def sweep(folder: Path) -> Store:
    """A sweep by this process alone."""
    return execute.sweep(folder / "design.yaml", folder / "out", execute.Options(workers=1)).store


WORKS = {"fold": fold, "merge": join, "sweep": sweep}


def main() -> None:
    """Fork a process for each line of the input."""
    batch.MOST_RUNS = IN_A_BATCH
    if design := sys.argv[1:]:
        execute.prepare(execute.load_design(Path(design[0]))).warm_up()
    for line in sys.stdin:
        work, folder, number = line.split("\t")
        child = os.fork()
        if child == 0:
            left = int(number)

            def meet(_call: object) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            with watched(Path(folder) / "out", meet, disk=False):
                WORKS[work](Path(folder))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
