"""The ready reckoner: a round unit of each lever, arms that differ by one lever alone, and a table from records."""

from __future__ import annotations

import pytest

from analysis.errors import UserError
from analysis.figures.lines import shown_in
from analysis.output.html.report import _reckoned
from analysis.runs.plan import Options
from analysis.studies.reckoner import PLACE, WITHOUT, _unit, levers, reckon, records, table
from scenarios.catalogue import load_programme

PROGRAMME = "excellence-in-leadership"


def test_each_lever_that_is_a_number_has_a_round_unit_in_words():
    """No more than a fifth of what it is at; whole people stay whole; its words have the unit."""
    found = {one.path: (one.more, one.words) for one in levers(load_programme(PROGRAMME))}
    assert found["places.number"] == (500, "+500")
    assert found["delivery.helpers.willing"] == (0.02, "+2 points")
    assert found["delivery.helpers.each"] == (1, "+1")
    assert found["costs.grant"] == (200, "+£200")
    assert all(one.label[0].isupper() for one in levers(load_programme(PROGRAMME)))


@pytest.mark.parametrize(
    ("path", "value", "most", "unit"),
    [
        ("places.number", 29_818.0, float("inf"), 5000.0),
        ("places.share", 0.95, 1.0, -0.1),
        ("costs.fee", 0.0, 1e6, 100.0),
        ("delivery.helpers.each", 3.0, 1000.0, 1.0),
    ],
)
def test_a_unit_stays_within_what_is_possible(path, value, most, unit):
    """A lever that is nearly at its most is lowered; one at nothing has a unit of its own."""
    assert _unit(path, value, most) == pytest.approx(unit)


def test_arms_differ_by_one_lever_alone_and_a_grant_costs_more():
    """What a scenario sets is not drawn, so all arms set all levers; records make the table of command and report."""
    options = Options(2, years=2, scale=0.2, context="eastern-region-2010", workers=1)
    made = reckon(PROGRAMME, options)
    told = records(made)
    assert {one["lever"] for one in told} == {None, *(lever.path for lever in made.levers)}
    sides = [made.found.base, *(o.policy for o in made.found.outcomes if o.policy.name != WITHOUT)]
    at = {lever.path: lever.value for lever in made.levers}
    for side, lever in zip(sides[1:], made.levers, strict=True):
        known = side.programmes[PROGRAMME]
        differing = {path for path in at if path in known["figures"] and known["figures"][path]["value"] != at[path]}
        assert differing == ({lever.path} if lever.path in known["figures"] else set())
        assert {known["figures"][path]["set_by"] for path in at if path in known["figures"]} == {"lever"}
    cost = {one["lever"]: one["difference"] for one in told if one["figure"] == "cost_of_programmes"}
    assert cost["costs.grant"] > 0 > cost[None]
    shown = table(told)
    assert len(shown.rows) == len(made.levers) + 1
    assert "grossed up from a sample of 20%" in shown.note
    assert _reckoned(told).rows == shown.rows


def test_other_records_are_refused():
    """A validation card, say, is no reckoner."""
    with pytest.raises(UserError, match="no records of a reckoner"):
        _reckoned([{"target": "x"}])


def test_a_figure_that_no_run_has_is_left_out(tmp_path):
    """Two schools and a year have no head who could have stayed for three: the other figures are told."""
    (tmp_path / "two.csv").write_text(
        "urn,name,phase,region,local_authority,kind,pupils,fsm_percent\n"
        "900001,First,primary,London,201,academy,96,20\n900002,Second,secondary,London,201,maintained,810,20\n"
    )
    made = records(reckon("teaching-leaders", Options(2, years=1, schools=tmp_path / "two.csv")))
    assert {one["figure"] for one in made} == {line.name for line in shown_in(PLACE)} - {"new_heads_retained_3"}
