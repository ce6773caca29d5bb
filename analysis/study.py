"""A study: some scenarios run, kept in a folder, drawn and summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import run, summary
from analysis.errors import UserError
from analysis.show import progress
from analysis.workers import how_many, simulate_all


@dataclass(frozen=True)
class Study:
    """What a run leaves behind."""

    folder: Path
    manifest: dict[str, Any]
    summary: list[dict[str, Any]]
    """See :func:`analysis.summary.records`."""

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
            spread = "one run: chance alone moves small groups"
        elif runs < summary.FEWEST_FOR_LEVEL:
            spread = f"mean and range of {runs} runs, few enough that the range is rough"
        else:
            spread = f"mean of {runs:,} runs and, as range, the middle {summary.LEVEL}% of them"
        return f"{sizes}; {spread}{'; blank: nobody to follow so far' if self._gaps() else ''}."

    def _gaps(self) -> bool:
        rows, headings = self.summary_table()
        return any(not row.get(name) for row in rows for name in headings if name.startswith("20"))

    def summary_table(self) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Rows and headings for reading."""
        return summary.layout(self.summary, self.manifest)


def carry_out(names: Sequence[str], options: run.Options, out: Path | None) -> Study:
    """Run scenarios into ``out`` (or a folder named after them) and return what they left.

    Raise ``scenarios.InputError`` for a scenario or register that cannot be used and :exc:`~analysis.errors.UserError`
    for a folder that cannot; nothing is left behind then.
    """
    from analysis import store

    if out is not None:
        store.check_out(out)
    plans = [run.plan(name, options) for name in names]
    twice = sorted({p.name for p in plans if sum(q.name == p.name for q in plans) > 1})
    if twice:
        raise UserError(
            f"scenario {twice[0]}", "given twice", "Name each scenario once; files need names of their own."
        )
    return execute(plans, out, options.workers)


def execute(plans: list[run.Plan], out: Path | None, workers: int | None = None) -> Study:
    """Run plans that are ready."""
    from analysis import manifest, store
    from analysis.charts import draw_all

    described = manifest.build(plans)
    folder = out or Path("results") / f"{'-'.join(p.name for p in plans)[:80]}-{described['digest'][:8]}"
    years = sum(p.replicates * (p.setup.last_year - p.setup.first_year) for p in plans)
    with store.writing(folder, run.dimensions()) as writer:
        with progress(years, "Setting up") as done:
            for one in simulate_all(plans, how_many(plans, workers), done):
                writer.add(*one)
        with writer.tables() as db:
            charts = draw_all(db, described, writer.folder / "charts")
            found = summary.records(db, described)
        described["charts"] = charts
        writer.finish(described)
    return Study(folder, described, found)


def _schools(scenario: dict[str, Any]) -> str:
    """How many schools were simulated."""
    whole = "all schools" if scenario["scale"] == 1 else f"a sample of {100 * scenario['scale']:.3g}% of schools"
    return f"{scenario['schools']:,} schools ({whole})"
