"""What an analyst types in a notebook: each result shows itself as a table at the end of a cell.

Results know nothing of display. Where this is imported in IPython it registers how they are shown; everywhere else they
show by their ``repr``.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.runs.plan import DEFAULT_SEED, Options
from analysis.store import Store

if TYPE_CHECKING:
    from analysis.charts.drawing import Figure
    from analysis.explain.text import Section
    from analysis.studies.compare.summing import Comparison
    from analysis.studies.evaluate.evaluate import Evaluation
    from analysis.studies.validate import Card

__all__ = [
    "Evaluations",
    "Explanation",
    "Validation",
    "compare",
    "compare_stored",
    "evaluate",
    "explain",
    "figures",
    "open_study",
    "records",
    "validate",
]

# Mesa, imported where it is needed, brings a progress bar that it does not use here and that complains in a notebook.
warnings.filterwarnings("ignore", "IProgress not found", module="tqdm")


def compare(
    base: str | Path, *policies: str | Path, replicates: int = 30, seed: int = DEFAULT_SEED,
    years: int | None = None, scale: float | None = None, schools: Path | None = None,
    measures: Sequence[str] = (), by: Sequence[str] = (), level: float = 90, all_years: bool = False,
    out: str | Path | None = None, workers: int | None = None,
) -> Comparison:  # fmt: skip
    """Run a base and policies in pairs, as ``headway compare`` does, and say what differs and how sure that is.

    ``base`` and ``policies`` are names of the library or paths of files; ``level`` is in per cent; ``out`` is a folder that
    keeps all runs, with every measure. :func:`records` has every figure unrounded. Raise :exc:`UserError` or
    ``scenarios.InputError`` for what cannot be run or compared.
    """
    from analysis.studies.compare.study import carry_out
    from analysis.studies.compare.summing import Asked

    if not policies:
        raise UserError(str(base), "there is no policy to compare with it", "Name one or more after the base.")
    if replicates < 2:
        raise UserError(f"replicates={replicates}", "a comparison needs 2 pairs at least", "Leave it out for 30.")
    if not 50 <= level <= 99.9:
        raise UserError(f"level={level:g}", "this is not possible", "Write a per cent from 50 to 99.9, such as 90.")
    if isinstance(measures, str) or isinstance(by, str):
        raise UserError(str(measures or by), "measures and by are lists", 'Write measures=["heads_leaving"].')
    options = Options(replicates, seed, years, scale, schools, None, workers)
    asked = Asked(
        list(measures), list(by), level=level / 100, all_years=all_years, out=None if out is None else Path(out)
    )
    return carry_out([str(base), *map(str, policies)], options, asked)


def records(found: Comparison) -> list[dict[str, Any]]:
    """One record per policy and figure of a comparison, with nothing rounded, as ``headway compare --json`` prints them."""
    from analysis.studies.compare.report import records as unrounded

    return unrounded(found)


def open_study(folder: str | Path) -> Store:
    """The results in a folder that ``compare``, ``headway run`` or ``headway sweep`` has written."""
    return Store.open(folder)


def compare_stored(study: Store | str | Path, all_years: bool = False) -> Comparison:
    """Compare the scenarios of a study with its first, from the runs that are there; nothing is run.

    Raise :exc:`UserError` for scenarios whose runs are no pairs, for a design, and if no pair is there.
    """
    from analysis.studies.compare.asking import headlines
    from analysis.studies.compare.stored import stored, unlike

    store = _opened(study)
    store.require_scenarios()
    if why := unlike(store.manifest):
        raise UserError(str(store.folder), f"nothing to compare: {why}")
    with store.connect() as db:
        found = stored(db, store.manifest, headlines(), all_years=all_years)
    if found is None:
        raise UserError(str(store.folder), "there is no pair of runs yet", "Run the same command again to finish it.")
    return found


def figures(study: Store | str | Path, *names: str) -> dict[str, Figure]:
    """The charts of a study by name: those of ``names``, or all for which it holds enough.

    Raise :exc:`UserError` for a name that is no chart, and for a chart that these results do not hold enough for.
    """
    from analysis.charts import charts, draw
    from analysis.charts.drawing import Source
    from scenarios.strict.suggest import did_you_mean

    for name in names:
        if name not in charts():
            advice = did_you_mean(name, list(charts())) or f"there are {', '.join(charts())}."
            raise UserError(name, "there is no such chart", advice[0].upper() + advice[1:])
    with Source.of(_opened(study)) as source:
        drawn = draw(source, names or None)
    for name in names:
        if name not in drawn:
            raise UserError(name, "these results do not hold what this chart needs", "See docs/reference/charts.md.")
    return drawn


def _opened(study: Store | str | Path) -> Store:
    return study if isinstance(study, Store) else Store.open(study)


@dataclass(frozen=True, repr=False)
class Explanation:
    """A programme or a scenario in plain English; ``print`` gives it as text."""

    title: str
    sections: Sequence[Section]

    def __repr__(self) -> str:
        return f"<Explanation of {self.title}>"

    def __str__(self) -> str:
        from analysis.explain.text import page, page_width

        return page(self.title, self.sections, page_width())


def explain(name: str | Path) -> Explanation:
    """Say what a programme does, costs and rests on, or what a scenario changes. Raise ``scenarios.InputError``."""
    from analysis.explain import programme, scenario
    from scenarios.catalogue import find
    from scenarios.programme_files.known import KnownProgramme

    found = find(str(name))
    sections = programme.sections(found) if isinstance(found, KnownProgramme) else scenario.sections(found)
    return Explanation(found.title, sections)


@dataclass(frozen=True, repr=False)
class Validation:
    """The validation card."""

    lines: Sequence[Card]
    replicates: int

    def __repr__(self) -> str:
        from analysis.studies.validate import verdict

        return f"<Validation: {verdict(self.lines, self.replicates)}>"


def validate(
    scenario: str = "england", replicates: int = 4, seed: int = DEFAULT_SEED, scale: float | None = None
) -> Validation:
    """Hold the base year against published figures, as ``headway validate`` does."""
    from analysis.studies.validate import card

    return Validation(card(scenario, Options(replicates, seed, None, scale)), replicates)


@dataclass(frozen=True, repr=False)
class Evaluations:
    """Evaluations of one programme, one for each calibration."""

    found: Sequence[Evaluation]

    def __repr__(self) -> str:
        return f"<Evaluations: {', '.join(map(repr, self.found))}>"


def evaluate(
    programme: str | Path, calibration: str | None = None, scenario: str | None = None, replicates: int = 8,
    seed: int = DEFAULT_SEED, years: int | None = None, scale: float | None = 0.2, workers: int | None = None,
) -> Evaluations:  # fmt: skip
    """Evaluate a programme by its study's own design, as ``headway evaluate`` does: the gap, the effect and selection."""
    from analysis.studies.evaluate.evaluate import evaluate as carry_out

    options = Options(replicates, seed, years, scale, workers=workers)
    return Evaluations(carry_out(str(programme), options, calibration, scenario))


def formatters() -> Mapping[type, Callable[[Any], str]]:
    """How each kind of result is shown in HTML."""
    from analysis.output import display
    from analysis.studies.compare.summing import Comparison
    from analysis.studies.evaluate.evaluate import Evaluation

    return {
        Comparison: display.comparison,
        Store: display.store,
        Evaluation: lambda found: display.evaluations([found]),
        Evaluations: lambda several: display.evaluations(several.found),
        Validation: lambda card: display.validation(card.lines, card.replicates),
        Explanation: lambda told: display.explanation(told.title, told.sections),
    }


def register() -> None:
    """Teach the IPython that runs this, if one does, to show results."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = None if get_ipython is None else get_ipython()
    if shell is not None:
        html = shell.display_formatter.formatters["text/html"]
        for kind, shown in formatters().items():
            html.for_type(kind, shown)


register()
