"""Questions that are being answered: a queue with a bound, one at a time, each by opaque id, each can be stopped."""

from __future__ import annotations

import contextlib
import math
import re
import secrets
import shutil
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from analysis.app.form import CONTEXTS, MOST_SCHOOL_YEARS, Form, Written, command, share, written
from analysis.app.leftovers import folder_of_own
from analysis.app.saving import Saved
from analysis.app.watch import record_run
from analysis.app.worker import Question, answer, warm_up
from analysis.errors import UserError
from analysis.figures.estimates import FEWEST_FOR_INTERVAL
from analysis.figures.words import listed, pairs_of_runs
from analysis.runs.crew import Crew, Here
from analysis.runs.plan import Options, Plan, identity, plan
from analysis.runs.replicate import Plans
from analysis.runs.work import Task, Work
from analysis.studies.compare.study import Arriving, check_pairs
from analysis.studies.compare.summing import Comparison

if TYPE_CHECKING:
    from analysis.app.watch import Recording
    from analysis.studies.compare.study import ByYear

MOST_WAITING = 4
"""Jobs that may wait or run at a time."""
MOST_REMEMBERED = 20
"""Jobs whose results can still be looked at; older ones are forgotten."""
TRIES = 2
"""Times that a process may be lost at a pair: there is less room the more jobs it has seen."""
MOST_PATIENCE = 30.0
"""Seconds to wait for another recording to end."""
BETWEEN = 0.4
"""Seconds, at least, between two summaries of what has arrived."""
GROWTH = 1.5
"""Pairs at one look at what has arrived, times those at the look before: words that follow every pair flicker, and who looks
after every pair sees sooner or later whatever chance can show."""


def next_look(pairs: int) -> int:
    """After how many pairs what has arrived is summed up, once ``pairs`` of them are there: 1, 8, 12, 18, 27, 41, …, and at the end.

    From 8 pairs on there are intervals.
    """
    look = 1
    while look <= pairs:
        look = max(FEWEST_FOR_INTERVAL, math.ceil(look * GROWTH))
    return look


class BusyError(Exception):
    """There are as many jobs as there may be."""


@dataclass
class Job:
    """One question: a base, its policies and how many pairs."""

    id: str
    form: Form
    files: list[Written]
    folder: Path
    """Where the policies' files are."""
    plans: list[Plan]
    state: str = "waiting"
    """``waiting``, ``running``, ``done``, ``stopped`` or ``failed``."""
    error: str = ""
    arriving: Arriving | None = None
    found: Comparison | None = None
    by_year: list[list[ByYear]] = field(default_factory=list)
    looked: int = 0
    """Pairs that ``found`` and ``by_year`` are made of."""
    settled: bool = False
    """Whether nothing more will change, what had arrived when it was stopped summed up as well."""
    replaced: bool = False
    """Whether another question has taken its place before it was answered."""
    begun: float = 0.0
    ended: float = 0.0
    first: float = 0.0
    """Seconds from the start to the first numbers."""
    years: int = 0
    """School years simulated so far."""
    version: int = 0
    """Rises whenever there is something new to show."""
    recordings: dict[int, Recording] = field(default_factory=dict)
    saved: Saved | None = None

    @property
    def pairs(self) -> int:
        """Pairs that have arrived."""
        return 0 if self.arriving is None else len(self.arriving)

    @property
    def wanted(self) -> int:
        """Pairs that were asked for."""
        return self.plans[0].replicates

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    @property
    def title(self) -> str:
        """What is asked, in a line."""
        return f"{listed([one.title for one in self.files])}: {CONTEXTS[self.form.context].label}"

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        far = f"{self.pairs} of {pairs_of_runs(self.wanted)}"
        words = {
            "waiting": "waiting for the question before it", "running": f"running: {far}",
            "done": f"answered: {pairs_of_runs(self.wanted)}", "stopped": f"stopped: {far}",
        }  # fmt: skip
        return words.get(self.state, "broke off")

    @property
    def left(self) -> float | None:
        """Seconds that it may still take; None if that cannot be said yet."""
        if self.state != "running" or not self.pairs:
            return None
        return (monotonic() - self.begun) / self.pairs * (self.wanted - self.pairs)

    def command(self) -> list[str]:
        """The command that gives the same numbers from the saved files."""
        return command(self.form, [one.name for one in self.files])


class Jobs:
    """All jobs of the page."""

    def __init__(self, crew: Crew | Here, results: Path) -> None:
        """Have runs carried out by ``crew``, and keep what is saved in ``results``."""
        self.crew, self.results = crew, results
        self._folder = contextlib.ExitStack()
        self._root = self._folder.enter_context(folder_of_own())
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: deque[Job] = deque()
        self._lock, self._watching = threading.Lock(), threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def get(self, job_id: str) -> Job | None:
        """The job with this id, if it is known."""
        return self._jobs.get(job_id)

    def busy(self) -> bool:
        """Whether one more job would be too many."""
        return sum(not job.over for job in list(self._jobs.values())) >= MOST_WAITING

    def start(self, form: Form, replaces: str = "") -> Job:
        """Take in a job; ``replaces`` is one that is not wanted any more.

        Raise :exc:`BusyError` if there are too many, ``scenarios.InputError`` and :exc:`UserError` for scenarios that cannot
        be used.
        """
        if replaces:
            self.stop(replaces, replaced=True)
        with self._lock:
            if self.busy():
                raise BusyError
            job_id = secrets.token_urlsafe(18)
            folder = self._root / job_id
            folder.mkdir(mode=0o700)
        try:
            files = written(form)
            plans = _plans(form, files, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        job = Job(job_id, form, files, folder, plans)
        with self._lock:
            if self.busy():
                shutil.rmtree(folder, ignore_errors=True)
                raise BusyError
            self._jobs[job_id] = job
            self._queue.append(job)
            self._forget()
        self._wake.set()
        return job

    def _forget(self) -> None:
        for old in [job for job in self._jobs.values() if job.over][: max(0, len(self._jobs) - MOST_REMEMBERED)]:
            _stop_saving(old)
            shutil.rmtree(old.folder, ignore_errors=True)
            del self._jobs[old.id]

    def listed(self) -> list[Job]:
        """All jobs that are remembered, the newest first, but for those whose place another has taken before they were answered."""
        return [job for job in reversed(list(self._jobs.values())) if not job.replaced]

    def stop(self, job_id: str, replaced: bool = False) -> None:
        """End a job, perhaps because it is ``replaced``; what has arrived of it stays, and is summed up."""
        job = self._jobs.get(job_id)
        if job is None:
            return
        if not job.over:
            job.settled, job.replaced = job.state == "waiting", replaced
            job.state = "stopped"
            job.version += 1
            self._wake.set()

    # --- the thread that runs them -----------------------------------------------------------------------------------

    def _work(self) -> None:
        import scipy.special  # noqa: F401  (loaded before the first numbers wait for it)

        self._warm_up()
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            while self._queue and not self._closed:
                job = self._queue.popleft()
                if job.over:
                    job.settled = True
                    continue
                try:
                    self._run(job)
                except UserError as error:
                    _failed(job, self.told(f"{error.problem}. {error.advice}".strip()))
                except Exception as error:  # told to the user without a trace
                    _failed(job, f"The runs broke off ({type(error).__name__}). Fewer schools or pairs may work.")
                job.settled = True
                job.version += 1

    def _warm_up(self) -> None:
        """Have every process load the model, by a short question that uses most of it."""
        if isinstance(self.crew, Crew):
            plans = [plan(name, Options(1, 1, 2)) for name in ("eastern-region", "eastern-region-2010")]
            question = Question(Plans.of(plans, Arriving(plans).measures), "warm-up")
            tasks = [Task(str(n), 0, n) for n in range(len(self.crew))]
            for _outcome in self.crew.share_out(Work(warm_up, question, tasks, stopped=lambda: self._closed)):
                pass

    def _run(self, job: Job) -> None:
        job.arriving = Arriving(job.plans)
        if job.over:  # stopped while that took its time
            return
        job.state, job.version, job.begun = "running", job.version + 1, monotonic()
        question = Question(Plans.of(job.plans, job.arriving.measures), identity(job.plans[0]))
        tasks = [Task(str(r), r, r) for r in range(job.wanted)]  # each where its past is known
        summed = 0.0

        def sum_up(now: bool = False) -> None:
            nonlocal summed
            assert job.arriving is not None
            due = job.pairs >= next_look(job.looked) and monotonic() - summed >= BETWEEN and not job.over
            if job.pairs > job.looked and (now or due):
                job.found, job.by_year = job.arriving.comparison(), job.arriving.by_year()
                job.first = job.first or monotonic() - job.begun
                summed, job.looked = monotonic(), job.pairs
                job.version += 1

        def passed(_word: str) -> None:
            job.years += 1
            sum_up()

        work = Work(answer, question, tasks, TRIES, passed, lambda: job.over or self._closed)
        with contextlib.closing(self.crew.share_out(work)) as outcomes:
            for outcome in outcomes:
                if outcome.error is not None:
                    raise outcome.error
                job.arriving.take(outcome.task.part, outcome.value)
                sum_up()
        sum_up(now=True)
        job.ended = monotonic()
        if not job.over:
            job.state, job.version = "done", job.version + 1

    # --- the pipeline, and what is kept ------------------------------------------------------------------------------

    def recording(self, job: Job, number: int) -> Recording | None:
        """The first replicate of a plan of a job, recorded; it is run when it is first asked for. None if it was stopped.

        One is run at a time; raise :exc:`BusyError` if others take too long.
        """
        if number in job.recordings:
            return job.recordings[number]
        if not self._watching.acquire(timeout=MOST_PATIENCE):
            raise BusyError
        try:
            if number not in job.recordings:
                work = Work(record_run, job.plans[number], [Task("recording", 0)], TRIES, stopped=lambda: self._closed)
                for outcome in self.crew.share_out(work):
                    if outcome.error is not None:
                        raise outcome.error
                    job.recordings[number] = outcome.value
            return job.recordings.get(number)
        finally:
            self._watching.release()

    def save(self, job: Job) -> Saved:
        """Keep the comparison, with every measure, in a folder of results, and make a report of it, once it has begun to come.

        Raise :exc:`BusyError` while another is being kept.
        """
        with self._lock:
            if job.saved is not None and job.saved.state not in ("failed", "stopped"):
                return job.saved
            if any(other.saved and not other.saved.over for other in self._jobs.values()):
                raise BusyError
            folder = self.results / f"app-{job.id[:8].lower().strip('-_')}"
            job.saved = Saved(folder, job.wanted * len(job.plans))
        words = command(job.form, [one.name for one in job.files], job.folder)[1:]
        job.saved.start(words, lambda: job.found is not None, lambda: job.over or self._closed)
        return job.saved

    def close(self) -> None:
        """End everything at once and leave nothing behind."""
        self._closed = True
        for job in list(self._jobs.values()):
            self.stop(job.id)
            _stop_saving(job)
        self._wake.set()
        self.crew.close()
        self._folder.close()

    def told(self, message: str) -> str:
        """``message`` as whoever asks may read it: files by their names, not by where they lie here."""
        return re.sub(rf"{re.escape(str(self._root))}[\\/](?:[^\s\\/]+[\\/])*", "", message)


def _stop_saving(job: Job) -> None:
    if job.saved is not None:
        job.saved.stop()


def _failed(job: Job, message: str) -> None:
    job.error, job.state, job.ended = message, "failed", monotonic()
    job.version += 1


@lru_cache(maxsize=16)
def _base(name: str, options: Options) -> Plan:
    return plan(name, options)


def _plans(form: Form, files: list[Written], folder: Path) -> list[Plan]:
    """Plans of the base and of each policy, whose files are written into ``folder``."""
    options = Options(
        int(form.pairs), int(form.seed), int(form.years), float(share(form.scale)), fixed=bool(form.fixed)
    )
    plans = [_base(CONTEXTS[form.context].base, options)]
    for one in files:
        inside = folder / one.name  # a file may name others beside it: there are none
        inside.mkdir(mode=0o700)
        path = inside / f"{one.name}.yaml"
        path.write_text(one.text, encoding="utf-8")
        plans.append(plan(str(path), options))
        path.rename(folder / path.name)
        inside.rmdir()
    check_pairs(plans[0], plans[1:])
    setup = plans[0].setup
    size = len(setup.register) * (setup.last_year - setup.first_year) * len(plans) * int(form.pairs)
    if size > MOST_SCHOOL_YEARS:
        raise UserError(
            "This question", f"would simulate {size / 1e6:,.0f} million school years; {MOST_SCHOOL_YEARS / 1e6:,.0f} are allowed here",
            "Ask for a smaller share of schools, fewer pairs or fewer years, or run it with headway compare.",
        )  # fmt: skip
    return plans
