"""Teaching Leaders under its calibrations and several seeds: ``python -m tests.docs.calibrations FOLDER``.

Runs each seed that FOLDER has no file of, keeps what ``headway evaluate`` keeps, and writes the page from all of them. The
runs take minutes to an hour; with the files there, the page alone is made anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from analysis.figures.estimates import estimate
from analysis.figures.rounding import NONE, spelt
from analysis.runs.plan import Options
from analysis.studies.evaluate.card import keep
from analysis.studies.evaluate.evaluate import FITTED, FREE, MET, MISSED, TOO_FEW, cases, evaluate

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "background" / "teaching-leaders.md"
SEEDS: Final = (1, 2, 3, 4)
SCALE, PAIRS = 0.1, 3
Record = dict[str, Any]

HEAD = """\
# Teaching Leaders, read in three ways

The evaluation of Teaching Leaders has been explained in three ways that its figures cannot tell apart: the programme kept and
promoted people (*mostly causal*), it picked people who stay anyway (*mostly selection*), or it picked ambitious people most of
whom would have been promoted anyway, by a step within middle leadership (*mostly ambition*, in which results of departments move
half as much as was found, on purpose). [Evaluate a programme](../guides/evaluation.md) says how each is measured. This page is
written by `python -m tests.docs.calibrations FOLDER`: seeds {seeds}, {pairs} pairs of runs each, of a system of {schools:,} schools.
"""


def run(folder: Path, seeds: Sequence[int] = SEEDS, pairs: int = PAIRS, scale: float = SCALE) -> list[list[Record]]:
    """The records of each seed, run where the folder has none of it."""
    found = []
    for seed in seeds:
        path = folder / f"seed-{seed}.json"
        if not path.exists():
            keep(evaluate("teaching-leaders", Options(pairs, seed, None, scale, None, workers=1)), path)
        found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def page(found: Sequence[Sequence[Record]], schools: int) -> str:
    """The page in Markdown, from the records of each seed; a record for each calibration, in their order."""
    names = [evaluation["calibration"] for evaluation in found[0]]
    pairs = found[0][0]["replicates"]
    head = HEAD.format(seeds=f"1 to {len(found)}", pairs=pairs, schools=schools)
    titles = [name.replace("-", " ").capitalize() for name in names]
    met = [["Figure", "Published", *titles], *(_figure(found, i) for i in range(len(found[0][0]["findings"])))]
    does = [["What it does to those who start", *titles], *(_effect(found, i) for i in range(len(met) - 1))]
    does = [row for row in does if set(row[1:]) != {NONE}]
    policy = [["Policy less base, all years", *titles], *_policy(found)]
    return "\n".join(
        [
            head,
            "## How often each figure is met",
            "",
            "Mean over seeds, what the figure is to the calibration, and in how many seeds it is met by its whole interval; in the",
            "others it is missed, or the pairs of one seed are too few to tell. Then the same of all seeds together.",
            "",
            _table(met),
            "",
            "## What the policy would do under each",
            "",
            "True effects, in points or units, with the 95% interval over seeds; and totals for the system.",
            "",
            _table(does),
            "",
            _table(policy),
            "",
        ]
    )


def _figure(found: Sequence[Sequence[Record]], i: int) -> list[str]:
    first = found[0][0]["findings"][i]
    told = [number for number in first["published"].values() if number is not None]
    share = first["unit"] == "share"
    alone = "difference " if first["published"]["participants"] is None and told else ""
    published = alone + " v ".join(f"{100 * n:.0f}%" if share else f"{n:g}" for n in told[:2])
    published = published or NONE
    cells = []
    for j in range(len(found[0])):
        lines = [evaluation[j]["findings"][i] for evaluation in found]
        both = [_mean(lines, part) for part in ("participants", "comparison")]
        text = " v ".join(f"{100 * n:.0f}%" if share else f"{n:.3f}" for n in both if n is not None)
        text += f", {lines[0]['standing']}"
        if lines[0]["standing"] in (FITTED, FREE):
            verdicts = [line["verdict"] for line in lines]
            few = verdicts.count(TOO_FEW)
            text += f", met in {verdicts.count(MET)} of {len(lines)}" + (f" (too few pairs in {few})" if few else "")
            text += f"; all seeds together: {_together(lines)}"
        cells.append(text)
    return [first["finding"], published, *cells]


def _together(lines: Sequence[Record]) -> str:
    """The verdict on the mean over seeds, by the interval that their spread gives."""
    apart, within = [], lines[0]["within"]
    for published, part in (("participants", "participants"), ("comparison", "comparison"), ("difference", "gap")):
        if lines[0]["published"][published] is not None:
            over = estimate([line[part]["mean"] for line in lines])
            apart.append((abs(over.mean - lines[0]["published"][published]), over.half))
    if any(off - half > within for off, half in apart):
        return MISSED
    return MET if all(off + half <= within for off, half in apart) else TOO_FEW


def _mean(lines: Sequence[Record], part: str) -> float | None:
    values = [line[part]["mean"] for line in lines]
    return None if None in values else sum(values) / len(values)


def _effect(found: Sequence[Sequence[Record]], i: int) -> list[str]:
    cells = []
    for j in range(len(found[0])):
        lines = [evaluation[j]["findings"][i] for evaluation in found]
        values = [line["effect"]["mean"] for line in lines]
        cells.append(NONE if None in values else spelt(estimate(values), lines[0]["unit"], signed=True))
    return [found[0][0]["findings"][i]["finding"], *cells]


def _policy(found: Sequence[Sequence[Record]]) -> list[list[str]]:
    def over(j: int, total: str, place: str, sign: float = 1.0) -> str:
        return spelt(estimate([sign * e[j]["differences"][total][place]["mean"] for e in found]), "people", signed=True)

    columns = range(len(found[0]))
    costs = [estimate([e[j]["costs"]["total"]["mean"] / 1e6 for e in found]).mean for j in columns]
    return [
        ["Leavers fewer among participants", *(over(j, "leavers", "direct", -1.0) for j in columns)],
        ["Promotions more among participants", *(over(j, "promotions", "direct") for j in columns)],
        ["Promotions more in all", *(over(j, "promotions", "total") for j in columns)],
        ["Cost, GBP million", *(f"{cost:.1f}" for cost in costs)],
    ]


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    schools = len(cases("teaching-leaders", Options(scale=SCALE), "as-in-its-file")[0].setup.register)
    PAGE.write_text(page(run(folder), schools), encoding="utf-8")
