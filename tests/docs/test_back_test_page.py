"""The page of the back-test: of the series that are held today, written by the command that it names."""

from __future__ import annotations

import re

import scenarios
from scenarios.outcomes import outcomes_in
from tests.docs.back_test import PAGE, PICTURE, SCENARIOS, page


def test_the_page_has_every_series_that_is_held_today() -> None:
    """A row for each, in order, with its title and as many foretold years as are published; a new series makes the page stale."""
    loaded = scenarios.load(SCENARIOS[1])
    assert loaded.outcomes is not None
    happened = outcomes_in(loaded.outcomes, loaded.structure)
    text = PAGE.read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if re.match(r"\| \d+ \|", line)
    ]
    until = int(re.findall(r"The years after (\d{4})/", text)[0])
    want = [
        (
            str(one.number), one.title + (" (given)" if one.given else ""),
            len([y for y in one.points if one.given or (y > until and y not in happened.shocks)]),
        )
        for one in happened.series
    ]  # fmt: skip
    assert [(row[0], row[1], int((re.findall(r"of (\d+)", row[4]) or ["0"])[0])) for row in rows] == want
    assert all(one.title in PICTURE.read_text(encoding="utf-8") for one in happened.series if len(one.points) > 2)


def score(figures: int, inside: int) -> dict[str, float]:
    return {"figures": figures, "inside": inside, "error": 0.02, "bias": -0.02, "in_errors": 3.0}


def test_what_pay_explains_is_told_from_what_is_missed() -> None:
    """A series that is missed at constant rates alone is explained; one that is missed in both has its reason, or none known."""
    run = {"fit_until": 2015, "replicates": 1, "scale": 1.0, "fitted": {"leave.retire.primary.times": 0.9}}

    def of(inside: int, reason: str = "") -> dict[str, object]:
        return {
            "series": 1,
            "title": "Leavers",
            "unit": "share",
            "reason": reason,
            "run": run,
            "scores": {"foretold": score(4, inside)},
            "figures": [
                {"year": 2016, "period": "foretold", "miss": 0.02, "predicted": inside > 1, "by_runs_alone": False}
            ],
        }

    assert (
        "**Leavers**: missed at constant rates; with pay, 3 of 4 figures are inside, −2.0 points off on average."
        in page([of(1)], [of(3)])
    )
    assert "**Leavers**: so it is." in page([of(1)], [of(1, "so it is")])
    assert "**Leavers**: met at constant rates; the response to pay" in page([of(3)], [of(1)])
    assert "**Leavers**: why is not known." in page([of(1)], [of(1)])
    assert "2.0 points | −2.0 points | 3.0 |" in page([of(3)], [of(3)])
    assert "| foretold, within nine in ten predictions | 0 of 1 | 1 of 1 |" in page([of(1)], [of(3)])
    assert "- **Leavers**, 2016/17 (more in the runs): so it is." in page([of(1)], [of(1, "so it is")])
    assert "| foretold, by how runs differ alone | 0 of 1 | 0 of 1 |" in page([of(1)], [of(3)])
    assert "1 of 1 figures foretold (100%) lie within nine in ten predictions, 0 by how runs differ alone" in page(
        [of(1)], [of(3)]
    )
