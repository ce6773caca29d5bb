"""The page of England's validation card: ``python -m tests.docs.england_card [CARD.json]``.

Runs the card of all of England, which takes some minutes, or reads what ``headway validate --json`` printed of it, and writes the page, and
the lines about its draws in the page of limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from analysis.runs.plan import Options
from analysis.studies.calibrate.about import about
from analysis.studies.validate import HEADINGS, Card, card, compare, readable, verdict
from scenarios import load
from scenarios.targets import targets
from tests.docs.between import put

BACKGROUND: Final = Path(__file__).resolve().parents[2] / "docs" / "background"
PAGE: Final = BACKGROUND / "england-card.md"
LIMITS: Final = BACKGROUND / "limits.md"
START, END = "<!-- python -m tests.docs.england_card -->", "<!-- end of draws -->"
RUNS, SEED = 5, 1
COLUMNS: Final = ("number", "target", "published", "reach", "simulated", "interval", "inside", "off", "within")

HEAD = """\
# How England is met: the card

Every published figure that `headway validate` holds England's base year against, with all schools, {runs} runs, everything at its
value (`--fixed`, seed {seed}). Parameters are fitted to all of them but those kept out, which nothing may be fitted to. The page
is written by `python -m tests.docs.england_card`; [limits](limits.md#how-well-it-fits) says what is known of the misses, and
[contexts](../guides/contexts.md#published-figures) what an interval is.
"""


DRAWS = """\
## Over the draws

{runs:,} runs have left {draws} draws of {free} free numbers, each of which the figures allow (`headway calibrate england`, seed {seed},
{scale:.0%} of the schools). For each figure: the mean over draws, and how probable it is that a run of all schools is inside the
figure's interval, all that is not known of these numbers and chance included. {words}
"""


LIMITS_SAID = """\
Runs of `england` take [draws of {free} numbers](../guides/calibration.md), which {runs:,} runs of {scale:.0%} of the schools have left. By the means over {draws}
draws, {old} of the first targets, {flows} of flows and {kept} that are kept out of every fit are inside, as [the card](england-card.md#over-the-draws) tells of each."""


def in_limits(known: dict[str, Any]) -> str:
    """What the page of limits says of a context's draws: how many there are, and how many targets their means meet."""
    cards = [compare(point, [one["mean"]]) for point, one in zip(targets(), known["target"], strict=True)]
    old, flows, kept = (_met(some) for some in sets(cards).values())
    return LIMITS_SAID.format(**known, free=len(known["parameter"]), old=old, flows=flows, kept=kept)


def _met(cards: Sequence[Card]) -> str:
    """How many targets have all their figures inside: ``21 of 23``."""
    every, missed = ({one.number for one in some} for some in (cards, [one for one in cards if not one.inside]))
    return f"{len(every - missed)} of {len(every)}"


def over_draws(known: dict[str, Any]) -> list[str]:
    """The section about a context's draws, from what is known of them."""
    points = targets()
    rows = [
        ["No.", "Target", "95% interval of it", "Mean over draws", "Inside", "Probability of being inside"],
        ["---"] * 6,
    ]
    for point, one in zip(points, known["target"], strict=True):
        held = readable(compare(point, [one["mean"]]))
        rows.append(
            [
                held["number"], held["target"], held["reach"], held["simulated"], held["inside"].split(",")[0],
                f"{one['probability_inside']:.0%}",
            ]
        )  # fmt: skip
    said = DRAWS.format(**{**known, "words": " ".join(known["words"])}, free=len(known["parameter"]))
    return [_escaped(said), *["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]]


def page(cards: Sequence[Card]) -> str:
    """The page in Markdown: the first targets, the flows to fit to, those kept out, the verdict of each set and of all; and the draws."""
    runs = max(one.replicates for one in cards)
    lines = [HEAD.format(runs=runs, seed=SEED), _escaped(verdict(cards, runs)), ""]
    for title, some in sets(cards).items():
        lines += [f"## {title}", "", _escaped(verdict(some, runs)), "", *_table(some), ""]
    known = about(load("england"))
    if known is not None:
        lines += over_draws(known)
    return "\n".join(lines).rstrip() + "\n"


def sets(cards: Sequence[Card]) -> dict[str, list[Card]]:
    """The targets of old, the flows that may be fitted to, and those kept out, by what they are called."""
    flows = [one for one in cards if one.number > 23]
    return {
        "Targets that the model was fitted to": [one for one in cards if one.number <= 23],
        "Flows that it may be fitted to": [one for one in flows if not one.kept_out],
        "Flows kept out of every fit": [one for one in flows if one.kept_out],
    }


def _table(cards: Sequence[Card]) -> list[str]:
    rows = [[HEADINGS[name] for name in COLUMNS], ["---"] * len(COLUMNS)]
    rows += [[_escaped(readable(one)[name]) for name in COLUMNS] for one in cards]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _escaped(words: str) -> str:
    """A star stands for itself."""
    return words.replace("*", "\\*")


def main(arguments: Sequence[str]) -> None:
    """Write the page, of a card that was printed if a file is named."""
    if arguments:
        cards = [Card(**line) for line in json.loads(Path(arguments[0]).read_text(encoding="utf-8"))]
    else:
        cards = card("england", Options(RUNS, SEED, fixed=True, workers=1))
    PAGE.write_text(page(cards), encoding="utf-8")
    known = about(load("england"))
    if known is not None:
        put(LIMITS, START, END, in_limits(known))


if __name__ == "__main__":
    main(sys.argv[1:])
