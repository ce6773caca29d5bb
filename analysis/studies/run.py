"""A study: some scenarios run, kept in a folder and summed up in a table."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.figures.doubt import doubts_in, which_in_a_line
from analysis.figures.estimates import FEWEST_RUNS, RUNS_LEVEL, tails
from analysis.figures.lines import Line, left_out, shown_in
from analysis.figures.naming import naming_in, speaking
from analysis.figures.rounding import interval, number
from analysis.figures.tables import Table, columns
from analysis.figures.words import sample
from analysis.runs import plan as run
from analysis.runs import replicate
from analysis.runs.executor import in_order
from analysis.runs.replicate import Plans
from analysis.runs.work import Passed, unheard
from analysis.store import Store, run_key, telling_what_is_kept
from analysis.store.layout import check_folder
from analysis.store.select import labels_of, select
from analysis.telling import progress, say
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb

    from analysis.store import Rows, Run
    from scenarios.scenario import Scenario


def lines_of(programmes: Iterable[str]) -> list[Line]:
    """The lines of the table: those of every run, and how many each programme reaches and what it costs."""
    of_each = shown_in("programmes of a run")
    return [*shown_in("table of a run"), *(line.of("programme", name) for name in programmes for line in of_each)]


def records(db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A record per line, scenario and year: mean, interval over replicates and number of replicates.

    Years in which a measure has no value (a cohort too young to be followed) are left out.
    """
    found = []
    for line in lines_of(labels_of(db, "programme")):
        for scenario in manifest["scenarios"]:
            runs = db.execute("SELECT count(*) FROM runs WHERE scenario = ?", [scenario["name"]]).fetchone()[0]  # type: ignore[index]
            low_end, high_end = tails(runs)
            first, last = scenario["base_year"], scenario["base_year"] + scenario["years"]
            sql, arguments = select(db, line.measure, dict(line.where), "year, value", scenario["name"])
            rows = db.execute(
                f"SELECT year, avg(value), quantile_cont(value, {low_end}), quantile_cont(value, {high_end}), count(*) "
                f"FROM ({sql}) WHERE year IN (?, ?, ?) GROUP BY year ORDER BY year",
                [*arguments, first, (first + last) // 2, last],
            ).fetchall()
            about = {"scenario": scenario["name"], "line": line.long, "measure": line.measure, **dict(line.where)}
            found += [
                {**about, "unit": line.unit, "school_year": school_year(year)}
                | {"mean": mean, "low": low, "high": high, "replicates": count}
                for year, mean, low, high, count in rows
            ]
    return found


def table(found: Sequence[dict[str, Any]], manifest: Mapping[str, Any], title: str = "", note: str = "") -> Table:
    """The records as a table to read: a row for each line and scenario, a column a year.

    The last column has the interval over replicates in the scenario's last year.
    """
    several = len(manifest["scenarios"]) > 1
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for record in found:
        name = record["scenario"]
        first = not any(line == record["line"] for line, _ in rows)
        row = rows.setdefault((record["line"], name), {"line": record["line"] if first else "", "scenario": name})
        row[record["school_year"]] = number(record["mean"], record["unit"])
        row["range"] = interval(record["low"], record["high"], record["unit"])  # the last year's is what stays
    words = {"line": "", "scenario": "Scenario"} if several else {"line": ""}
    years = {year: year for year in sorted({r["school_year"] for r in found})}
    ranges = {}
    if any(r["replicates"] > 1 for r in found):
        last = {school_year(s["base_year"] + s["years"]) for s in manifest["scenarios"]}
        ranges["range"] = f"range in {last.pop()}" if len(last) == 1 else "range in last year"
    numeric = {**years, **ranges}
    return Table(title, columns({**words, **numeric}, numeric), list(rows.values()), found, note)


@dataclass(frozen=True)
class Study:
    """What a run leaves behind."""

    folder: Path
    manifest: dict[str, Any]
    summary: list[dict[str, Any]]
    """See :func:`records`."""
    ran: int
    """Runs that this call has carried out; the others were there."""

    @property
    def title(self) -> str:
        """What was run, in a line."""
        return "; ".join(s["title"] for s in self.manifest["scenarios"])

    @property
    def note(self) -> str:
        """How to read the table."""
        scenarios = self.manifest["scenarios"]
        schools = {_schools(s): s["name"] for s in scenarios}
        sizes = "; ".join(schools if len(schools) == 1 else (f"{name}: {size}" for size, name in schools.items()))
        runs = scenarios[0]["replicates"]
        if runs == 1:
            spread = "one run: chance moves small groups"
        elif runs < FEWEST_RUNS:
            spread = f"mean and range of {runs} runs, few enough that the range is rough"
        else:
            spread = f"mean of {runs:,} runs and, as range, the middle {RUNS_LEVEL}% of them"
        with speaking(naming_in(self.manifest)):
            away = left_out("table of a run")
        doubt = which_in_a_line(doubts_in(scenarios))
        return f"{sizes}; {spread}{'; blank: nobody to follow so far' if self._gaps() else ''}. {doubt} {away}".rstrip()

    def _gaps(self) -> bool:
        made = table(self.summary, self.manifest)
        return any(not row.get(c.key) for row in made.rows for c in made.columns if c.key.startswith("20"))

    @property
    def table(self) -> Table:
        """The summary for reading."""
        return table(self.summary, self.manifest, self.title, self.note)


def carry_out(names: Sequence[str | Scenario], options: run.Options, out: Path | None = None) -> Study:
    """Run scenarios into ``out`` (or a folder named after them) and return what they left.

    Raise ``scenarios.InputError`` for a scenario or register that cannot be used and :exc:`~analysis.errors.UserError`
    for a folder that cannot; nothing is run then.
    """
    return execute(ready(names, options, out), out, options.workers)


def ready(names: Sequence[str | Scenario], options: run.Options, out: Path | None) -> list[run.Plan]:
    """Plans of scenarios that are to be run into ``out``. Raise as :func:`carry_out`."""
    if out is not None:
        check_folder(out)
    plans = [run.plan(name, options) for name in names]
    if twice := sorted({p.name for p in plans if sum(q.name == p.name for q in plans) > 1}):
        advice = "Name each scenario once; files need names of their own."
        raise UserError(f"scenario {twice[0]}", "given twice", advice)
    return plans


def simulate(
    plans: Sequence[run.Plan], measures: Sequence[str] | None = None, workers: int | None = None
) -> list[list[tuple[Run, Rows]]]:
    """Run plans and keep nothing: for each, what its replicates gave, in their order, of ``measures`` (None: all)."""
    found: list[list[tuple[Run, Rows]]] = [[] for _ in plans]
    tasks = [(i, r) for i, p in enumerate(plans) for r in range(p.replicates)]
    for (i, _), result in zip(tasks, _runs((plans, measures), tasks, workers), strict=True):
        found[i].append(result)
    return found


def execute(plans: list[run.Plan], out: Path | None, workers: int | None = None) -> Study:
    """Run what is missing of plans that are ready, and sum up all that the folder then has."""
    from analysis.runs import manifest

    described = manifest.build(plans)
    folder = out or Path("results") / f"{'-'.join(p.name for p in plans)[:80]}-{described['digest'][:8]}"
    known = [run.identity(p) for p in plans]
    keys = {(i, r): run_key(known[i], p.seed, r) for i, p in enumerate(plans) for r in range(p.replicates)}
    new = [p for p in (folder, *folder.parents) if not p.exists()]
    store = Store.create(folder, described, {key: (plans[i].name, None, r) for (i, r), key in keys.items()})
    # An earlier call may have asked for more replicates than this one.
    asked = plans[0].replicates
    plans = [replace(p, replicates=sum(s == p.name for s, _, _ in store.expected.values())) for p in plans]
    if (most := plans[0].replicates) > asked:
        say(
            f"{folder} is for {most:,} replicates of each scenario, as an earlier command asked: "
            f"all {most:,} are run and shown, not {asked:,} alone."
        )
    tasks = {(i, r): run_key(known[i], p.seed, r) for i, p in enumerate(plans) for r in range(p.replicates)}
    missing = {task: key for task, key in tasks.items() if key not in store.done()}
    try:
        with store.writing():
            run_missing(store, plans, missing, workers)
    except KeyboardInterrupt:
        if new and not store.done():  # nothing is kept, so nothing is left
            shutil.rmtree(new[-1], ignore_errors=True)
        raise
    with telling_what_is_kept(folder):
        if not missing:
            say(f"All {len(tasks):,} runs are there already: nothing had to be run.")
        with store.connect() as db, speaking(naming_in(store.manifest)):
            return Study(folder, store.manifest, records(db, store.manifest), len(missing))


def run_missing(
    store: Store, plans: list[run.Plan], missing: dict[tuple[int, int], str], workers: int | None, beside: bool = False
) -> None:
    """Run what is missing, commit it, and fold it into batches. Raise the error of a run that fails, once it is kept.

    ``beside``: run the others beside the first, so that what they move is known as after a comparison.
    """
    years = sum(plans[i].setup.last_year - plans[i].setup.first_year for i, _ in missing)
    with progress(years, "Setting up", "runs", max(1, years // max(1, len(missing)))) as done:
        setups = [plans[i].setup for i, _ in missing]
        runs = in_order(_beside if beside else _one, (plans, None), list(missing), setups, workers, done)
        for (i, number), key in missing.items():
            try:
                one, rows = next(runs)
            except Exception as error:
                command = shlex.join(store.manifest["command"])
                store.fail(key, (plans[i].name, None, number), "simulate", error, command)
                raise
            store.commit(key, one, rows)
            store.compact()
    store.compact(everything=True)


Asked = tuple[Sequence[run.Plan], Sequence[str] | None]
"""Plans, and the measures to take of them."""


def _runs(
    asked: Asked, tasks: Sequence[tuple[int, int]], workers: int | None, passed: Passed = unheard
) -> Iterator[tuple[Run, Rows]]:
    """The replicates that ``tasks`` name by the place of their plan and their number, in this order."""
    return in_order(_one, asked, tasks, [asked[0][i].setup for i, _ in tasks], workers, passed)


def _one(asked: Asked, task: tuple[int, int], passed: Passed) -> tuple[Run, Rows]:
    plans, measures = asked
    return replicate.simulate(plans[task[0]], task[1], passed, measures)


def _beside(asked: Asked, task: tuple[int, int], passed: Passed) -> tuple[Run, Rows]:
    """A replicate that is run beside that of the first plan."""
    plans, measures = asked
    if task[0] == 0:
        return _one(asked, task, passed)
    found: tuple[Run, Rows] = replicate.pair(Plans.of((plans[0], plans[task[0]]), measures), task[1], passed)[1].get()
    return found


def _schools(scenario: dict[str, Any]) -> str:
    """How many schools were simulated."""
    return f"{scenario['schools']:,} schools ({sample(scenario['scale'])})"
