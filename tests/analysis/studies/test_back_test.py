"""The back-test: what is foretold from a past year on, and how it is held against what happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import headway
import scenarios
from analysis.charts.back_test import picture
from analysis.cli import app
from analysis.errors import UserError
from analysis.output.display import back_tested
from analysis.runs.plan import Options
from analysis.studies.back_test import study
from analysis.studies.back_test.study import BackTest, Figure, Held, back_test
from analysis.studies.back_test.told import records, table, verdict


def figure(period: str, miss: float, inside: bool, year: int = 2012) -> Figure:
    return Figure(year, period, 0.1, 0.1, 0.09, 0.11, 0.1 + miss, None, None, inside, miss, miss / 0.005, ("x",))


ONE = Held(
    1, "Leavers", "d", "leaver_rate", {}, "share", "rates are constant",
    (figure("in_sample", 0.001, True), figure("foretold", 0.02, False, 2016), figure("foretold", -0.01, False, 2017),
     figure("shock", 0.05, False, 2020)), (),
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> BackTest:
    """A back-test of a hundredth of the schools to 2014/15, fitted to two years."""
    return back_test("england-2010", Options(1, 3, 4, 0.01, fixed=True), 2012)


def test_a_score_is_of_the_figures_of_its_period() -> None:
    """Two foretold figures, 2 points above and 1 below: 1.5 points off on average, half a point above, 3 standard errors."""
    score = ONE.score("foretold")
    assert score is not None
    assert (score.figures, score.inside) == (2, 0)
    assert (score.error, score.bias, score.in_errors) == pytest.approx((0.015, 0.005, 3.0))
    assert ONE.score("given") is None
    assert ONE.missed


def test_what_is_missed_is_said_with_its_reason() -> None:
    """The verdict counts fitted, foretold and shocked years apart, and says why a series is missed or that nobody knows."""
    of = BackTest("T", 2010, 2020, 2015, (2020,), {}, 1, 1.0, (ONE,))
    words = verdict(of)
    assert "up to 2015/16, 1 of 1; after 2015/16, 0 of 2; in years of the declared shock, 0 of 1" in words
    assert "Leavers: rates are constant." in words
    (row,) = table(of).rows
    assert (row["in_sample"], row["foretold"], row["shock"], row["error"]) == (
        "1 of 1",
        "0 of 2",
        "0 of 1",
        "1.5 points",
    )


def test_a_run_is_held_against_its_series_year_by_year(found: BackTest) -> None:
    """Figures are those of years that were run; stock fed to the run is near what is published, also in a sample of schools."""
    assert (found.base_year, found.last_year, found.fit_until) == (2010, 2014, 2012)
    assert {figure.year for one in found.tested for figure in one.figures} == {2010, 2011, 2012, 2013, 2014}
    assert {f.period for one in found.tested for f in one.figures} == {"in_sample", "foretold", "given"}
    stock = found.tested[0]
    assert stock.title == "Teachers in primary schools"
    for figure in stock.figures:
        assert figure.simulated == pytest.approx(figure.published_low, rel=0.12)
    leavers = next(one for one in found.tested if one.measure == "leaver_rate")
    assert [f.period for f in leavers.figures] == ["in_sample", "in_sample", "foretold", "foretold"]


def test_a_fit_brings_the_first_years_to_what_is_published(found: BackTest) -> None:
    """On average over the years fitted to, leaving of primary schools is as published to half a point.

    One seed, so that chance is the same in the fit and in the run: no false alarm by chance.
    """
    series = found.tested[3]
    assert series.title == "Yearly leaver rate, primary"
    score = series.score("in_sample")
    assert score is not None
    assert abs(score.bias) < 0.005
    assert found.fitted["leave.state_schools.primary.times"] != 1.0
    unfitted = back_test("england-2010", Options(1, 3, 2, 0.01, fixed=True), 2010)
    assert unfitted.fitted == {}


def test_each_run_takes_a_draw_of_todays_england(found: BackTest) -> None:
    """Of the context that is extended, as it has none of its own; what is fixed says so, and so does what is drawn."""
    drawn, fixed = (back_test("england-2010", Options(1, 3, 1, 0.005, fixed=fixed), 2010) for fixed in (False, True))
    assert (drawn.drawn, fixed.drawn, found.drawn) == (True, False, False)
    here, there = (
        {one.title: figure.simulated for one in of.tested for figure in one.figures} for of in (drawn, fixed)
    )
    assert here["Yearly leaver rate, primary"] != there["Yearly leaver rate, primary"]
    assert "one run, on a draw of the parameters" in verdict(drawn)
    assert "draw" not in verdict(fixed)
    assert records(drawn)[0]["run"]["drawn"]


def test_the_picture_has_a_panel_for_each_series_with_figures_enough(found: BackTest) -> None:
    """And every published figure is in its table; what is no back-test is refused."""
    made = picture(records(found))
    enough = [one for one in found.tested if len(one.figures) >= 3]
    assert len(made.chart["concat"]) == len(enough) > 3
    assert len(made.data) == sum(len(one.figures) for one in found.tested)
    assert "<svg" in made.svg
    with pytest.raises(UserError, match="not as this version prints it"):
        picture([{"title": "something else"}])


def test_the_command_prints_records_and_keeps_them(
    found: BackTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON they are what the study found, and beside the picture in the folder."""
    monkeypatch.setattr(study, "back_test", lambda *_: found)
    out = tmp_path / "kept"
    done = CliRunner().invoke(app, ["back-test", "england-2010", "--fit-until", "2012/13", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == json.loads(json.dumps(records(found)))
    assert json.loads((out / "back-test.json").read_text()) == json.loads(done.output)
    assert (out / "back-test.svg").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("scenario", "until", "words"),
    [
        ("england", None, "nothing is held of what happened in England after 2025/26"),
        ("england-2010", 2030, "runs from 2010/11 to 2024/25"),
    ],
)
def test_what_cannot_be_tested_is_said(scenario: str, until: int | None, words: str) -> None:
    """A context without outcomes, and a year outside the run."""
    with pytest.raises(UserError) as caught:
        back_test(scenario, Options(1), until)
    assert words in str(caught.value)


def test_a_year_is_a_school_year_or_the_year_in_which_it_starts() -> None:
    """2015/17 is none."""
    done = CliRunner().invoke(app, ["back-test", "england-2010", "--fit-until", "2015/17"])
    assert done.exit_code == 2
    assert "is no school year" in " ".join(done.output.split())


def test_a_fit_stays_within_the_ranges_of_parameters(found: BackTest) -> None:
    """Cohorts of a dozen heads ask for more than a range allows; what is fitted can be loaded, and is at the range's end at most."""
    loaded = scenarios.load("england-2010", uncertainties=found.fitted)
    low, high = loaded.provenance["leave.role_odds"].range
    assert low <= loaded.parameters.leave.role_odds.min() <= loaded.parameters.leave.role_odds.max() <= high


def test_a_notebook_shows_the_score_and_what_is_missed(found: BackTest) -> None:
    """The table by series, with its words below it, from the function that Python has."""
    html = back_tested(found)
    assert "what was foretold after 2012/13" in html
    assert "Yearly leaver rate, primary" in html
    assert "Figures inside their 95% interval" in html
    assert callable(headway.back_test)
