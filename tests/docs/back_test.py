"""The page of the back-test of England: ``python -m tests.docs.back_test [CONSTANT.json PAY.json]``.

Runs both scenarios with all schools on draws, which takes a quarter of an hour, or reads what ``headway back-test --json`` printed of each, and
writes the page, its picture, and what the page of limits says of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.charts.back_test import picture
from analysis.figures.rounding import NONE, percent
from analysis.figures.words import listed, sample
from analysis.runs.plan import Options
from analysis.studies.back_test.study import back_test
from analysis.studies.back_test.told import amount, records
from simulation.vocabulary import school_year
from tests.docs.between import put

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "background" / "back-test.md"
PICTURE: Final = DOCS / "images" / "charts" / "back-test.svg"
SCENARIOS: Final = ("england-2010-constant", "england-2010")
SEED, RUNS = 1, 8
LIMITS: Final = DOCS / "background" / "limits.md"
START, END = "<!-- python -m tests.docs.back_test -->", "<!-- end of the back-test -->"
Records = Sequence[Mapping[str, Any]]

HEAD = """\
# Would it have foretold the last years?

`england-2010` is England in 2010/11: its schools, stock, ages, women, ethnic groups and trusts, where they are published. Rolls, posts,
the share of newcomers who are newly qualified, and schools in trusts are fed to the run year by year; the pandemic is declared to it
as a shock. Rates of leaving and retiring, and heads' odds of leaving, are fitted to the series of the years up to {until}; every other rate
is that of England today, and so are the [draws](../guides/doubt.md) of parameters, of which each run takes another. The years after {until} are
foretold.

`headway back-test england-2010` does this, and `--fit-until` says up to when to fit. This page is written by `python -m
tests.docs.back_test` from {runs} of {schools} (seed {seed}){apart}. What is published is in `outcomes.yaml` in the context's folder,
each figure with its row of evidence. The last rows of the first table count figures that lie within what nine in ten predictions do: as widely as runs differ,
by the error of what is published and, after {until}, by what the runs miss the figures of fitted years by, those of the same measure first
([how](../guides/contexts.md#published-figures)). Nothing that was published later is part of it.

![Series by series, what was foretold and what happened](../images/charts/back-test.svg)

## How well

Figures inside the 95% interval of what is published, at constant rates and once schools' pay loses its worth as it did.

| | constant rates | with pay |
|---|---|---|
{totals}

## Series by series

Mean error: of the years foretold, without sign. In standard errors: of what is published, without that of a run, which matters for
small cohorts of heads. National rates are published of hundreds of thousands, so that half a point is outside. Series that are given were
fed to the run: meeting them proves nothing.

| No. | Series | in sample | foretold, constant | foretold, with pay | shock, with pay | mean error, with pay | above (+) or below | in standard errors |
|---|---|---|---|---|---|---|---|---|
{rows}

## What is missed, and why

{misses}

## Outside nine in ten predictions

With pay, {predicted}. Of what is foretold, outside:

{outside}

## What the fit found

{fitted}
"""


def page(constant: Records, pay: Records) -> str:
    """The page in Markdown, of the records of both scenarios."""
    run = pay[0]["run"]
    runs = "one run" if run["replicates"] == 1 else f"{run['replicates']} runs"
    of, other = (sample(one[0]["run"]["scale"]) for one in (pay, constant))
    return HEAD.format(
        schools=of, apart="" if of == other else f", and at constant rates of {other}",
        until=school_year(run["fit_until"]), runs=runs, seed=SEED, totals="\n".join(_totals(constant, pay)),
        rows="\n".join(_row(*both) for both in zip(constant, pay, strict=True)), misses="\n".join(_misses(constant, pay)),
        predicted=predicted(pay), outside="\n".join(_outside(pay)), fitted="\n".join(_fitted(constant, pay)),
    )  # fmt: skip


def _totals(*both: Records) -> list[str]:
    words = {"in_sample": "fitted years", "foretold": "foretold", "shock": "years of the shock"}
    lines = []
    for period, named in words.items():
        cells = []
        for of in both:
            scores = [one["scores"][period] for one in of if period in one["scores"]]
            cells.append(f"{sum(s['inside'] for s in scores)} of {sum(s['figures'] for s in scores)}")
        lines.append(f"| {named} | {' | '.join(cells)} |")
    for how, said in (("predicted", "within nine in ten predictions"), ("by_runs_alone", "by how runs differ alone")):
        for period, named in words.items():
            cells = [f"{sum(held)} of {len(held)}" for of in both if (held := _held(of, period, how=how))]
            if cells and (how == "predicted" or period != "in_sample"):
                lines.append(f"| {named}, {said} | {' | '.join(cells)} |")
    return lines


def _held(of: Records, *periods: str, how: str = "predicted") -> list[bool]:
    """Whether each figure of these periods lies within its prediction, where one is told."""
    return [f[how] for one in of for f in one["figures"] if f["period"] in periods and f[how] is not None]


def predicted(of: Records) -> str:
    """How many foretold figures lie within their predictions, with the model's departures and without, and how many of the fitted years."""
    before, after, alone = (_held(of, "in_sample"), _held(of, "foretold"), _held(of, "foretold", how="by_runs_alone"))
    return (
        f"{sum(after)} of {len(after)} figures foretold ({percent(round(sum(after) / max(len(after), 1), 2))}) lie within nine in ten predictions, "
        f"{sum(alone)} by how runs differ alone; of the fitted years, whose misses tell how wide predictions are, {sum(before)} of {len(before)} do by that alone"
    )


def _outside(of: Records) -> list[str]:
    """A line for each series with figures outside: of which years, on which side, and why, as far as that is known."""
    lines = []
    for one in of:
        some = [f for f in one["figures"] if f["period"] == "foretold" and f["predicted"] is False]
        if some:
            years = listed(
                f"{school_year(f['year'])} ({'more' if (f['miss'] or 0) > 0 else 'fewer'} in the runs)" for f in some
            )
            lines.append(f"- **{one['title']}**, {years}: {one['reason'] or 'why is not known'}.")
    return lines or ["- nothing."]


def _row(constant: Mapping[str, Any], pay: Mapping[str, Any]) -> str:
    def inside(one: Mapping[str, Any], period: str) -> str:
        score = one["scores"].get(period)
        return NONE if score is None else f"{score['inside']} of {score['figures']}"

    given = "given" in pay["scores"]
    told, unit = pay["scores"].get("given" if given else "foretold"), pay["unit"]
    errors = (
        [NONE] * 3 if told is None
        else [amount(told["error"], unit), amount(told["bias"], unit, sign=True), f"{told['in_errors']:.1f}"]
    )  # fmt: skip
    cells = [
        str(pay["series"]), pay["title"] + (" (given)" if given else ""), inside(pay, "in_sample"),
        inside(constant, "given" if given else "foretold"), inside(pay, "given" if given else "foretold"), inside(pay, "shock"), *errors,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def missed(one: Mapping[str, Any]) -> bool:
    """Whether more than half of what is foretold of a series is outside its interval."""
    score = one["scores"].get("foretold")
    return score is not None and 2 * score["inside"] < score["figures"]


def _misses(constant: Records, pay: Records) -> list[str]:
    lines = []
    for before, after in zip(constant, pay, strict=True):
        why = after["reason"] or "why is not known"
        if missed(before) and not missed(after):
            score = after["scores"]["foretold"]
            off = amount(score["bias"], after["unit"], sign=True)
            told = f"with pay, {score['inside']} of {score['figures']} figures are inside, {off} off on average. At constant rates: {why}"
            lines.append(f"- **{after['title']}**: missed at constant rates; {told}.")
        elif missed(after) and not missed(before):
            lines.append(
                f"- **{after['title']}**: met at constant rates; the response to pay that is assumed takes it away."
            )
        elif missed(after):
            lines.append(f"- **{after['title']}**: {why}.")
    return lines


def _fitted(*both: Records) -> list[str]:
    lines = ["| parameter | constant rates | with pay |", "|---|---|---|"]
    for path in both[0][0]["run"]["fitted"]:
        name, _, way = path.rpartition(".")
        values = [of[0]["run"]["fitted"][path] for of in both]
        lines.append(
            f"| `{name}`, {'added' if way == 'add' else 'multiplied by'} | {' | '.join(f'{v:.2f}' for v in values)} |"
        )
    return lines


def main(arguments: Sequence[str]) -> None:
    """Write the page and the picture, of what was printed if two files are named."""
    if arguments:
        constant, pay = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
    else:
        constant, pay = (records(back_test(name, Options(RUNS, SEED, workers=2))) for name in SCENARIOS)
    PAGE.write_text(page(constant, pay), encoding="utf-8")
    PICTURE.write_text(picture(pay).svg, encoding="utf-8")
    said = f"On draws, and with what pay has lost, {predicted(pay)}."
    put(LIMITS, START, END, said)


if __name__ == "__main__":
    main(sys.argv[1:])
