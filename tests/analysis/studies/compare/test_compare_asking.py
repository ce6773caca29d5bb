"""What is asked for: measures, breakdowns and precision, with errors that say what is allowed."""

from __future__ import annotations

import pytest

from analysis.errors import UserError
from analysis.figures.lines import Over, shown_in
from analysis.studies.compare.asking import chosen, one
from analysis.studies.compare.precision import precision
from simulation.census.measure import measures
from tests.worlds import tiny_setup

SETUPS = [tiny_setup(years=5)]


def test_headlines_ask_for_figures_that_exist():
    """Every figure of the table names dimensions and labels of its measure, and says enough for a number."""
    assert len(shown_in("comparison")) >= 18
    for line in (*shown_in("comparison"), *shown_in("table of a run")):
        text = line.measure + "[" + ",".join(f"{d}={label}" for d, label in line.where) + "]"
        assert one(text, SETUPS).where == line.where
        assert measures()[line.measure].unit == line.unit or line.cases


def test_a_measure_is_named_with_dimensions_and_broken_down():
    """In any order of dimensions, by each label of a breakdown, once; nothing named means the headlines."""
    (line,) = chosen(["leaver_rate[role=head, phase=primary]"], [], SETUPS)
    assert (line.measure, line.where, line.over) == (
        "leaver_rate",
        (("role", "head"), ("phase", "primary")),
        Over.POOLED,
    )
    assert line.name == "leaver_rate[role=head,phase=primary]"
    by = chosen(["headcount[role=head]", "headcount[role=head]"], ["phase", "region"], SETUPS)
    assert [line.where[1:] for line in by][:2] == [
        (("phase", "primary"), ("region", "East")),
        (("phase", "primary"), ("region", "West")),
    ]
    assert len(by) == 3 * 2
    assert [line.name for line in chosen(["heads_leaving", "teachers"], [], SETUPS)] == ["heads_leaving", "teachers"]
    assert chosen([], [], SETUPS) == list(shown_in("comparison"))


WRONG = [
    ("leaver_rat", [], "there is no measure leaver_rat", "Did you mean leaver_rate?"),
    ("leaver_rate[rol=head]", [], "not broken down by rol", "Did you mean role?"),
    ("leaver_rate[role=haed]", [], "role has no haed", "Did you mean head?"),
    ("leaver_rate[role]", [], "'role' is no DIMENSION=LABEL", "leaver_rate[role=head]"),
    ("leaver_rate[role=head", [], "names no measure", "leaver_rate[role=head]"),
    ("leaver_rate", ["years"], "not broken down by years", "phase, region, disadvantage, role"),
    ("leaver_rate[role=head]", ["role"], "has chosen a role already", "one of the two"),
    ("retention_new_to_post[role=head]", [], "has no total over years", "--by years"),
    ("heads_leaving", ["phase"], "headline figure", "leaver_rate_headcount[role=head]"),
    ("headcount[region=Esat]", [], "region has no Esat", "Did you mean East"),
]


@pytest.mark.parametrize(("name", "by", "problem", "advice"), WRONG, ids=[w[2] for w in WRONG])
def test_a_wrong_measure_is_one_message(name, by, problem, advice):
    """Each slip in measure, dimension or label has its problem and its advice."""
    with pytest.raises(UserError) as error:
        chosen([name], by, SETUPS)
    assert problem in str(error.value)
    assert advice in error.value.advice


def test_a_breakdown_needs_a_measure():
    """Headlines are of the whole system."""
    with pytest.raises(UserError, match="nothing to break down"):
        chosen([], ["phase"], SETUPS)


@pytest.mark.parametrize(
    ("text", "name", "year", "half", "level"),
    [
        ("heads_leaving: +/-5 at 90%", "heads_leaving", 2030, 5, 0.9),
        ("heads_leaving in all years: ±1,200", "heads_leaving", None, 1200, 0.95),
        ("leaver_rate[role=head] in 2027/28: +-0.5 points at 99%", "leaver_rate[role=head]", 2027, 0.005, 0.99),
        ("leaver_rate:±0.5%", "leaver_rate", 2030, 0.005, 0.95),
        ("new_heads_retained_3: +/- 2 percentage points", "new_heads_retained_3", 2030, 0.02, 0.95),
        ("cost: ±£50,000 at 97.5%", "cost", 2030, 50_000, 0.975),
    ],
)
def test_precision_is_read(text, name, year, half, level):
    """Signs, units, years and levels in each way that people write them."""
    found = precision(text, SETUPS, 0.95)
    assert (found.line.name, found.year, found.level) == (name, year, pytest.approx(level))
    assert found.half_width == pytest.approx(half, rel=1e-12)


WRONG_PRECISION = [
    ("heads_leaving", "is not MEASURE", "heads_leaving: +/-5"),
    ("heads_leaving: 5", "is not MEASURE", "heads_leaving: +/-5"),
    ("heads_leavin: ±5", "there is no measure heads_leavin", "Did you mean heads_leaving?"),
    ("heads_leaving in 2044/45: ±5", "no projected school year", "2026/27 to 2030/31"),
    ("heads_leaving: ±5%", "is in people, not a share", "a number of people"),
    ("leaver_rate: ±0.5", "is a share: are 0.5 per cent meant", "±0.5 points"),
    ("heads_leaving: ±0", "no number above 0", "heads_leaving"),
    ("heads_leaving: ±inf", "no number above 0", "heads_leaving"),
    ("heads_leaving: ±5 at 9%", "9% is no level", "90%"),
]


@pytest.mark.parametrize(("text", "problem", "advice"), WRONG_PRECISION, ids=[w[0] for w in WRONG_PRECISION])
def test_a_wrong_precision_is_one_message(text, problem, advice):
    """Each slip in a precision has its problem and its advice."""
    with pytest.raises(UserError) as error:
        precision(text, SETUPS, 0.9)
    assert problem in str(error.value)
    assert advice in error.value.advice
