"""Why nothing that would be noticed can be seen of a policy, found by rule from what was run, and what would change that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.figures.rounding import SHARE_UNITS, finer, percent, plain, shown, step
from analysis.figures.words import capital, count, listed, lower, plural
from analysis.studies.compare.answer import Answer
from analysis.studies.compare.summing import Comparison, Outcome
from simulation.vocabulary import school_year

SMALL_SIZE = 0.2
"""Standard deviations below which what a programme does for those who take part is small, as Cohen has it (Statistical Power
Analysis, 1988): differences of that size are called small there."""
SMALL_ODDS = math.log(1.1)
"""Log-odds below which a programme hardly changes how often something happens: a tenth of the odds."""
FEW = 0.02
"""Share of all staff in a year below which few are reached."""
SHORT_OF_HELP = 0.25
"""Share of the helpers needed that is missing, from which it is a reason."""
FEW_YEARS = 4
"""Fewer projected years than that show nothing of what takes three years and more."""
MOST_PAIRS = 10_000
"""Pairs of runs beyond which nobody would be told to run so many."""


@dataclass(frozen=True)
class Reason:
    """Why something cannot be seen."""

    because: str
    instead: str
    """What would change that."""

    @property
    def text(self) -> str:
        """Both, in two sentences."""
        return f"{capital(self.because)}. {self.instead}."


def why(found: Comparison, outcome: Outcome, of: Answer) -> list[Reason]:
    """Why no outcome of a policy would be noticed; nothing where one would be, or where no rule tells."""
    if of.outcomes or outcome.identical:
        return []
    new = new_programmes(found, outcome)
    return [
        *_late(found, new),
        *_few(found, outcome, new),
        *_helpers(found, outcome, new),
        *_small(new),
        *_runs(found, of),
    ]


def new_programmes(found: Comparison, outcome: Outcome) -> dict[str, Any]:
    """Programmes of a policy that the base has not, or has otherwise, as they were resolved, by name."""
    return {
        name: known
        for name, known in outcome.policy.programmes.items()
        if known != found.base.programmes.get(name)
    }  # fmt: skip


def _late(found: Comparison, new: Mapping[str, Any]) -> Iterator[Reason]:
    for known in new.values():
        begins = known["places"].get("from")
        first = None if begins is None else int(str(begins)[:4])
        if first is not None and first + known["years"] > found.last:
            yield Reason(
                f"{known['title']} starts too late: in {school_year(first)}, where the last year is {school_year(found.last)}",
                "Start it earlier, or project more years",
            )
            return
    if new and found.last - found.first + 1 < FEW_YEARS:
        years = count(found.last - found.first + 1, "year")
        yield Reason(f"{years} are few: what helps heads to stay, and pupils, shows after three and more".replace(
            "1 year are", "1 year is"), "Project more years")  # fmt: skip


def records_of(found: Comparison, scenario: str, programme: str) -> dict[str, float]:
    """Means of what is told of all who get and give a programme in a scenario, by measure; without what is kept back."""
    return {
        one["measure"]: one["mean"]
        for table in found.reach
        for one in table.records
        if one["scenario"] == scenario and one["mean"] is not None and one["where"] == {"programme": programme}
    }


def _few(found: Comparison, outcome: Outcome, new: Mapping[str, Any]) -> Iterator[Reason]:
    staff = [i for i in range(len(found.cells)) if found.line_of(i).name == "teachers"]
    if not staff:
        return
    people, years = float(outcome.statistics.base[staff[-1]]), found.last - found.first + 1
    starts = 0.0
    for name, known in new.items():
        told = records_of(found, outcome.policy.name, name).get("programme_starts")
        if told is None or known["joins"] != "person":
            return
        starts += told / years
    if new and people > 0 and starts / people < FEW:
        whole, sampled = starts / found.base.scale, "" if found.base.scale == 1 else " in all schools"
        many = shown(whole, step(whole / 10, "people", whole), "people")
        yield Reason(
            f"few are reached: about {many} start in a year{sampled}, "
            f"{percent(round(starts / people, 3))} of all teachers and leaders",
            "More places would reach more; what it does for those who take part is told by headway evaluate",
        )


def _helpers(found: Comparison, outcome: Outcome, new: Mapping[str, Any]) -> Iterator[Reason]:
    for name, known in new.items():
        told = records_of(found, outcome.policy.name, name)
        needed, short = told.get("programme_helpers_needed", 0.0), told.get("programme_helpers_short", 0.0)
        if needed > 0 and short / needed >= SHORT_OF_HELP:
            kind = (known["helpers"] or {}).get("kind", "helper")
            yield Reason(
                f"{plural(kind)} of {known['title']} are missing: {percent(round(short / needed, 2))} of those who are needed",
                f"More {plural(kind)} who are willing, or fewer places",
            )


def _small(new: Mapping[str, Any]) -> Iterator[Reason]:
    sizes: dict[str, list[float]] = {"standard deviations": [], "log-odds": []}
    for known in new.values():
        for path, one in known["figures"].items():
            if path in known["effects"]:
                if one["unit"] not in sizes:
                    return  # of an unlike unit: no rule says what is small
                sizes[one["unit"]].append(abs(one["value"]))
    size, odds = (max(found, default=0.0) for found in sizes.values())
    if any(sizes.values()) and size < SMALL_SIZE and odds < SMALL_ODDS:
        parts = [f"at most {plain(round(size, 2))} standard deviations of how people differ"] if size else []
        parts += [
            f"odds move by {percent(round(math.expm1(odds), 2))} at most" if odds else "nobody is kept by it alone"
        ]
        yield Reason(
            f"what it does for those who take part is judged small: {listed(parts)}",
            "Evidence of a larger effect, or a programme that does more, would change that",
        )


def _runs(found: Comparison, of: Answer) -> Iterator[Reason]:
    known = [d for d in of.unclear if d.adjusted > d.worth > 0]
    if not known:
        return
    d = min(known, key=lambda d: d.adjusted / d.worth)
    need = math.ceil(d.pairs * (d.adjusted / d.worth) ** 2 / 10) * 10
    unit = " points" if d.line.unit in SHARE_UNITS else ""
    # What is wider does not look the same.
    place = finer(
        max(step(d.worth, d.line.unit, d.worth) / 10, 1e-4),
        lambda p: shown(d.adjusted, p, d.line.unit) == shown(d.worth, p, d.line.unit),
    )
    half, least = (
        shown(v, min(place, max(step(v, d.line.unit, v) / 10, 1e-4)), d.line.unit).removesuffix("%")
        for v in (d.adjusted, d.worth)
    )
    more = (
        f"About {need:,} pairs of runs would tell"
        if need <= MOST_PAIRS
        else "No number of pairs that one would run can tell"
    )
    sample = ", or a larger share of the schools" if found.base.scale < 1 else ""
    yield Reason(
        f"{'the sample and ' if found.base.scale < 1 else ''}the runs are too few for {count(len(known), 'figure')}: "
        f"the nearest is {lower(d.line.label)}, known to ± {half}{unit}, where {least}{unit} is worth telling",
        f"{more}{sample}",
    )
