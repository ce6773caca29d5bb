"""The page of four policies in England, with all that is not known: ``python -m tests.docs.four_policies``.

Pairs of all schools on draws of parameters and figures: what each policy changes, the parts of the doubt about it, what it hinges on, what it
costs for each thing gained, and what a stated goal would need. A quarter of an hour on a quiet processor; ``--scale``, ``--pairs`` and
``--years`` make less of it, and ``--print`` shows the page in place of writing it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.figures.doubt import hinge, which
from analysis.figures.naming import naming_of, speaking
from analysis.figures.rounding import SHARE_UNITS, percent, shown, step
from analysis.figures.words import capital, pairs_of_runs, sample
from analysis.runs.plan import Options, plan
from analysis.studies.break_even.report import sentence as needs
from analysis.studies.break_even.study import BreakEven, break_even
from analysis.studies.compare.doubted import PARTS
from analysis.studies.compare.study import carry_out
from analysis.studies.compare.summing import Asked, Comparison, Outcome
from analysis.studies.value.report import each, pounds, sentence
from analysis.studies.value.value import value_of
from simulation.vocabulary import school_years

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "background" / "four-policies.md"
BASE: Final = "england"
SEED, PAIRS, YEARS, TRIED, STEPS = 1, 30, 4, 30, 3
TRIED_SCALE: Final = 0.1
"""Most of the schools that a break-even is told from: what is not known of figures, and no chance, makes up most of its doubt."""
LINES: Final = (
    "heads_leaving", "new_heads_retained_3", "middle_leaders_retained", "head_posts_vacant", "promoted_to_head", "wellbeing", "pupil_progress",
    "cost_of_programmes",
)  # fmt: skip


@dataclass(frozen=True)
class Policy:
    """One of the four."""

    name: str
    goal: str
    """What its break-even is told of."""
    vary: str
    """The figure that the goal may need to be otherwise."""
    outcome: str
    """What its value for money is told of."""


STAY: Final = "effects.stay_in_state_schools"
# A year kept for what a year is paid: GBP 79,949 (pay_median_head_2024) and 49,084 (pay_median_teacher_2024), in the thousands below.
POLICIES: Final = (
    Policy("excellence-in-leadership-modest", "cost per head-year kept < 79000", STAY, "head_years_kept"),
    Policy(
        "excellence-in-leadership-2026", "cost per head-year kept < 79000", f"programmes.excellence-in-leadership.{STAY}", "head_years_kept"
    ),
    Policy("teaching-leaders", "cost per teacher-year kept < 49000", STAY, "teacher_years_kept"),
    Policy("npq-restored", "cost per teacher-year kept < 49000", "effects.mean_to_stay", "teacher_years_kept"),
)  # fmt: skip

HEAD = """\
# Four policies, and what is not known of them

Each is held against `england` in {years}, {pairs} of {schools}, seed {seed}; every pair takes a draw of the parameters and of the programmes'
figures, and one in four repeats a draw, so that chance can be told. {which} The page is written by `python -m tests.docs.four_policies`;
[the guide](../guides/doubt.md) says what each part is, and [that to value](../guides/value.md) what costs and gains are.

The change is that of all years together: the mean over pairs, with its 90% interval, and what nine in ten single futures lie between. The parts are shares of the
spread of these futures, with their standard errors. "Hinges on" names what the change goes with beyond what chance could have named.{sampled}
"""


def page(found: Comparison, needed: Sequence[BreakEven]) -> str:
    """The page in Markdown, of a comparison of the four with their base and of a break-even for each."""
    shared = {
        "years": school_years(found.first, found.last), "pairs": pairs_of_runs(found.done), "seed": SEED,
        "schools": _schools(found),
        "sampled": "" if found.base.scale == 1 else "\nCounts and costs in the tables are those of the sample; value for money and break-even are of all schools.",
    }  # fmt: skip
    lines = [HEAD.format(**shared, which=which(found.doubts))]
    for policy, outcome, need in zip(POLICIES, found.outcomes, needed, strict=True):
        value = value_of(found, outcome)
        lines += [
            f"## {outcome.policy.title}", "", *table(found, outcome), "",
            f"**Value for money.** {sentence(value, policy.outcome)}", "",
            *(f"- {capital(each(one))}." for one in value.bought if one.outcome != policy.outcome), "",
            f"**Break-even** ({pairs_of_runs(need.comparison.done)} of {_schools(need.comparison)} at each of {len(need.points)} values). {needs(need)}", "",
        ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _schools(found: Comparison) -> str:
    return "all schools" if found.base.scale == 1 else sample(found.base.scale)


def table(found: Comparison, outcome: Outcome) -> list[str]:
    """A row for each figure: what the policy changes, nine in ten futures, the three parts, and what it hinges on."""
    head = ["", "change", "nine in ten futures", *(f"of it {name}" for name in PARTS), "hinges on"]
    rows = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 2) + "---|"]
    for i, cell in enumerate(found.cells):
        if cell.year is None:
            rows.append("| " + " | ".join([found.line_of(i).label, *_cells(found, outcome, i)]) + " |")
    return rows


def _cells(found: Comparison, outcome: Outcome, i: int) -> list[str]:
    line, doubt = found.line_of(i), outcome.doubt
    mean, half = float(outcome.statistics.difference[i]), float(outcome.half[i])
    if outcome.statistics.same[i]:
        return ["the same in every pair", "", "", "", "", ""]
    if line.unit == "GBP":
        low, high = (pounds(end) for end in doubt.range(i))
        change = f"{pounds(mean)} ± {pounds(half)}"
    else:
        place = step(max(half / 2, 1e-9), line.unit, abs(mean))
        signed = [f"{'+' if v > 0 else ''}{shown(v, place, line.unit)}" for v in (mean, *doubt.range(i))]
        unit = " points" if line.unit in SHARE_UNITS else ""
        change, low, high = f"{signed[0]} ± {shown(half, place, line.unit)}{unit}".replace("%", ""), *signed[1:]
        low, high = low.replace("%", ""), high.replace("%", "")
    parts = doubt.parts(i)
    shares = ["–"] * 3 if parts is None else [
        f"{percent(round(s, 2))} ± {percent(round(e, 2))}" for s, e in zip(parts.shares, parts.errors, strict=True)
    ]  # fmt: skip
    hinges = "; ".join(f"{hinge(one.drawn)} ({percent(round(one.share, 2))})" for one in doubt.hinges(i))
    return [change, f"{low} to {high}", *shares, hinges or "–"]


def main(scale: float, pairs: int, years: int, tried: int) -> str:
    """The page, of what is run."""
    options = Options(pairs, SEED, years, scale, workers=2)
    found = carry_out([BASE, *(one.name for one in POLICIES)], options, Asked(measures=LINES, accounts=True))
    few = Options(tried, SEED, years, min(scale, TRIED_SCALE), workers=2)
    needed = [break_even(one.name, one.goal, one.vary, few, steps=STEPS) for one in POLICIES]
    with speaking(naming_of(plan(BASE, options).system)):
        return page(found, needed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--tried", type=int, default=TRIED, help="pairs at each value of a break-even")
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    made = main(given.scale, given.pairs, given.years, given.tried)
    if given.print:
        print(made)
    else:
        PAGE.write_text(made, encoding="utf-8")
