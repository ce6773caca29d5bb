"""The page of England's card: of the figures that are held today, written by the command that it names."""

from __future__ import annotations

from dataclasses import replace

from analysis.studies.calibrate.about import about
from analysis.studies.validate import compare, readable
from scenarios import load
from scenarios.targets import targets
from tests.docs.between import between
from tests.docs.england_card import COLUMNS, END, LIMITS, PAGE, START, in_limits, over_draws, page, sets


def test_the_page_has_every_published_figure_as_it_is_held_today():
    """A row for each, in order, with what is published and its interval; a changed or new figure makes the page stale."""
    text = PAGE.read_text(encoding="utf-8").partition("\n## Over the draws")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    found = {tuple(row[:4]) for row in rows if row[0].isdigit()}
    cards = [compare(point, [point.low]) for point in targets()]
    want = {tuple(readable(one)[name].replace("*", "\\*") for name in COLUMNS[:4]) for one in cards}
    assert found == want
    assert len([row for row in rows if row[0].isdigit()]) == len(cards)
    assert text.count("\n## ") == 3


def test_sets_are_told_apart_and_each_has_its_verdict():
    """A miss among the flows leaves the first targets met, and a flow that is kept out is counted among its own alone."""
    cards = [compare(point, [point.low]) for point in targets()]
    missed = next(i for i, one in enumerate(cards) if one.number == 26)
    cards[missed] = replace(cards[missed], inside=False)
    old, flows, kept = sets(cards).values()
    assert len(old) + len(flows) + len(kept) == len(cards)
    text = page(cards)
    first, second, third, _draws = text.split("\n## ")[1:]
    assert "23 of 23 targets to fit to are met" in first
    assert "11 of 12 targets to fit to are met" in second
    assert "4 of 4 targets kept out of every fit are met" in third


def test_what_the_draws_make_of_each_figure_is_that_of_the_draws_that_are_shipped():
    """The page's last section is written of the file beside England's draws, which has an entry for each figure of today."""
    known = about(load("england"))
    assert known is not None
    assert [one["number"] for one in known["target"]] == [point.target for point in targets()]
    assert PAGE.read_text(encoding="utf-8").endswith("\n".join(over_draws(known)) + "\n")
    assert between(LIMITS, START, END).strip() == in_limits(known)
