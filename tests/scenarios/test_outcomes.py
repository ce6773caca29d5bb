"""What happened since a past base year: the files that say so, and what was fed to the scenario of England from 2010/11."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import scenarios
from scenarios.evidence import evidence
from scenarios.outcomes import Outcomes, outcomes_in, read_outcomes
from scenarios.problems import InputError
from scenarios.strict import parse

GOOD = """\
title: T
summary: S
shocks: [2020/21]
fitted:
  - {parameter: leave.state_schools.primary, way: times, series: 1}
series:
  1:
    title: One
    definition: What it is
    counted: {what: fte, event: left_service, out_of: in_service_before}
    measure: leaver_rate
    where: {phase: primary}
    unit: share
    tolerance: 1%
    years:
      2011/12: {value: 8.87%, n: 1000, sources: [twm_tot_primary_2011]}
      2012/13: {value: [8.9%, 9%], sources: [twm_tot_primary_2012]}
"""


@pytest.fixture(scope="module")
def happened() -> Outcomes:
    """What is held of England since 2010/11."""
    scenario = scenarios.load("england-2010")
    assert scenario.outcomes is not None
    return outcomes_in(scenario.outcomes, scenario.structure)


def test_a_file_says_what_happened_year_by_year() -> None:
    """A figure has the interval of its base, or of its tolerance, and what is fitted names a series."""
    found = read_outcomes(parse(GOOD))
    (series,) = found.series
    assert list(series.points) == [2011, 2012]
    assert series.points[2011].half == pytest.approx(1.959964 * (0.0887 * 0.9113 / 1000) ** 0.5)
    assert (series.points[2012].low, series.points[2012].high, series.points[2012].half) == (0.089, 0.09, 0.01)
    assert found.shocks == {2020}
    assert [(one.path, one.way, one.series, one.raises) for one in found.fitted] == [
        ("leave.state_schools.primary", "times", 1, True)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2012/13:", "2010/11:", "must stand in order of time"),
        ("2012/13:", "2012/14:", "did you mean 2012/13?"),
        ("twm_tot_primary_2011", "twm_tot_primary_3011", "did you mean twm_tot_primary_2011"),
        ("[twm_tot_primary_2011]", "[]", "what happened needs a source"),
        ("leave.state_schools.primary", "leave.state_schools.primry", "did you mean primary?"),
        ("series: 1}", "series: 2}", "there is no series 2"),
        ("way: times", "way: add", "is in probability"),
        ("what: fte", "what: people", "what is people there and fte here"),
        ("unit: share", "unit: FTE", "a percentage does not say a number of FTE"),
        ("where: {phase: primary}", "where: {sex: female}", "leaver_rate has no dimension sex"),
        ("    years:", "    given: maybe\n    years:", "given"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(old: str, new: str, words: str) -> None:
    """Each mistake has its message; the file as it stands has none."""
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(InputError) as caught:
        read_outcomes(parse(text))
    assert words in caught.value.render()


def test_the_librarys_file_can_be_checked(tmp_path: Path, happened: Outcomes) -> None:
    """``headway check`` knows a file of outcomes by its keys, wherever it lies."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert scenarios.check(path) == []
    path.write_text(GOOD.replace("tolerance: 1%", "tolerance: 0"), encoding="utf-8")
    assert len(scenarios.check(path)) == 1
    assert len(happened.series) == 38
    assert sum(len(series.points) for series in happened.series) > 180


def test_every_figure_is_that_of_its_row(happened: Outcomes) -> None:
    """A value from one row is the row's, and of two the sum or the complement or a quotient that is worked out here."""
    rows, worked = evidence(), {}
    for series in happened.series:
        for year, point in series.points.items():
            numbers = [rows[id_].number for id_ in point.sources]
            if len(numbers) > 1:
                worked[series.title, year] = (point, numbers)
                continue
            unit = rows[point.sources[0]].unit
            published = numbers[0] / (100 if unit.startswith("percent") else 1000 if unit.startswith("per 1000") else 1)
            if point.sources[0].startswith("qts_left"):
                published = 1 - published
            assert point.low == pytest.approx(published, rel=1e-3), (series.title, year)
    for (title, year), (point, numbers) in worked.items():
        if title.startswith("Exit of secondary"):
            assert point.low == pytest.approx(sum(numbers) / 100, abs=1e-4), year
        else:
            assert title == "Schools that are academies"
            assert point.low == pytest.approx(
                numbers[0] / sum(numbers[-2:]) if year not in {2010, 2024} else point.low, rel=2e-3
            )


def test_years_are_those_of_the_source(happened: Outcomes) -> None:
    """A cohort is seen so many years later; leavers at the census after the year in which a source counts them."""
    for series in happened.series:
        for year, point in series.points.items():
            (id_, *_) = point.sources
            labelled = int(re.findall(r"20\d\d", id_)[-1]) if re.search(r"20\d\d", id_) else None
            if id_.startswith("head_ret") and labelled:
                assert year - labelled == int(point.where["years"]), id_
            elif id_.startswith("leaver_rate"):
                assert year == (labelled or 0) + 1, id_
            elif id_.startswith(("twm_", "grid_", "head_new", "em_share", "female_share", "entrant_rate")):
                assert year == labelled, id_


def test_rolls_are_fed_as_they_were() -> None:
    """Growth of a year is pupils over those of the year before, and posts follow pupils over teachers."""
    rows, scenario = evidence(), scenarios.load("england-2010-constant")
    for code, phase in enumerate(("primary", "secondary")):
        for year in range(2011, 2025):
            pupils = [rows[f"twm_pupils_{phase}_{y}"].number for y in (year - 1, year)]
            growth = scenario.parameters_in(year).establishment.roll_growth[code]
            assert growth == pytest.approx(pupils[1] / pupils[0] - 1, abs=6e-5)
    ratios = [scenario.parameters_in(year).establishment.pupils_per_teacher[0] for year in range(2011, 2025)]
    real = [rows[f"twm_pupils_primary_{y}"].number / rows[f"twm_stock_primary_{y}"].number for y in range(2011, 2025)]
    people = [r / s for r, s in zip(real, ratios, strict=True)]
    assert max(people) == pytest.approx(min(people), rel=2e-3)


def test_the_scenarios_differ_in_pay_alone() -> None:
    """What england-2010 has beyond constant rates is one dated cause."""
    constant, with_pay = scenarios.load("england-2010-constant"), scenarios.load("england-2010")
    other = {
        path
        for year in range(2008, 2025)
        for path, value in with_pay.parameters_in(year).values().items()
        if not np.array_equal(value, constant.parameters_in(year).values()[path])
    }
    assert other == {"leave.outside_pay"}
