"""Why nothing that would be noticed can be seen: each reason is found from what was run, and only where it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.figures.estimates import paired, simultaneous_half_widths
from analysis.figures.lines import Line, Over
from analysis.figures.tables import Table
from analysis.studies.compare.answer import answer
from analysis.studies.compare.report import closing
from analysis.studies.compare.summing import Cell, Comparison, Outcome, Side
from analysis.studies.compare.why import why
from tests.analysis.studies.compare.plans import draws

STAFF = Line("teachers", "Teachers in post, people", "headcount", "people", Over.MEAN, worth_of_base=0.002)
VACANT = Line("vacant", "Posts vacant", "posts_vacant", "posts", Over.MEAN, better=-1, worth=1.0)
BASE = Side("england", "England, no new programme", 1, schools=210, scale=0.01)


def programme(**parts: Any) -> dict[str, Any]:
    """A programme as it was resolved, with nothing that keeps it from being seen."""
    effect = {"value": 0.5, "unit": "standard deviations"}
    known = {
        "title": "Coaching", "joins": "person", "years": 1, "places": {"from": None}, "helpers": {"kind": "mentor"},
        "effects": {"effects.calm": {}}, "figures": {"effects.calm": effect},
    }  # fmt: skip
    return known | parts


def comparison(
    known: dict[str, Any], starts: float = 800.0, short: float = 0.0, change: float = 0.0, spread: float = 0.1,
    last: int = 2031, base: Side = BASE,
) -> Comparison:  # fmt: skip
    """Twenty pairs in which staff are the same and posts vacant change; 5,000 staff, years from 2026."""
    noise = draws(5, 20, 1)[:, 0]
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    level = np.column_stack([np.full(20, 5000.0), 90 + noise])
    difference = np.column_stack([np.zeros(20), change + spread * noise])
    statistics = paired(level, level + difference)
    adjusted = simultaneous_half_widths(difference, 0.9, 1)
    policy = replace(base, name="policy", title="A policy", programmes={"coaching": known})
    told = {"programme_starts": starts, "programme_helpers_needed": 10.0, "programme_helpers_short": short}
    records = [
        {"scenario": "policy", "measure": name, "mean": mean, "where": {"programme": "coaching"}}
        for name, mean in told.items()
    ]
    outcome = Outcome(policy, statistics, statistics.half_width(0.9), adjusted, False)
    cells = [Cell(0, None), Cell(1, None)]
    reach = (Table("", (), (), records),)
    return Comparison(base, [outcome], [STAFF, VACANT], cells, 2026, last, 0.9, 20, [], None, None, reach=reach)


def reasons(found: Comparison) -> str:
    """All of them, in a text."""
    outcome = found.outcomes[0]
    return " ".join(reason.text for reason in why(found, outcome, answer(found, outcome)))


SMALL = {"effects.calm": {"value": 0.1, "unit": "standard deviations"}}
LATE = programme(places={"from": "2031/32"})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (comparison(LATE), "Coaching starts too late: in 2031/32, where the last year is 2031/32"),
        (comparison(programme(), last=2027, starts=5000.0), "2 years are few"),
        (
            comparison(programme(), starts=60.0),
            "about 1,000 start in a year in all schools, 0.2% of all teachers and leaders",
        ),
        (comparison(programme(), short=4.0), "Mentors of Coaching are missing: 40% of those who are needed"),
        (comparison(programme(figures=SMALL)), "judged small: at most 0.1 standard deviations"),
        (comparison(programme(), spread=9.0), "known to ± "),
    ],
)
def test_each_reason_is_told_alone_where_it_holds(found, said):
    """Nothing else of the programme keeps it from being seen, so one reason is told."""
    assert said.lower() in reasons(found).lower()
    assert len(why(found, found.outcomes[0], answer(found, found.outcomes[0]))) == 1


def test_nothing_is_told_where_no_rule_holds_or_something_would_be_noticed():
    """All is there, and yet nothing happens: no rule says why. Three posts fewer, where one is worth telling: no need to."""
    assert reasons(comparison(programme())) == ""
    assert reasons(comparison(programme(), starts=60.0, change=-3.0)) == ""


def test_what_the_base_runs_too_is_no_reason():
    """A programme that both have is not what is compared."""
    known = programme(figures=SMALL)
    assert reasons(comparison(known, base=replace(BASE, programmes={"coaching": known}))) == ""


def test_the_sample_is_named_and_the_pairs_that_would_do():
    """Pairs grow with the square of how much narrower the interval has to be; of all schools no larger share is offered."""
    found = comparison(programme(), spread=9.0)
    d = answer(found, found.outcomes[0]).unclear[0]
    need = 20 * (d.adjusted / d.worth) ** 2
    text = reasons(found)
    told = int(text.split("About ")[1].split(" pairs")[0].replace(",", ""))
    assert need <= told < need + 10
    assert "a larger share of the schools" in text
    assert "--scale" not in reasons(comparison(programme(), spread=9.0, base=replace(BASE, scale=1.0)))


def test_the_message_has_them():
    """Behind what is too small and what cannot be told."""
    assert (
        "Why nothing would be noticed, and what would change that: Few are reached"
        in closing(comparison(programme(), starts=60.0))[-1]
    )
