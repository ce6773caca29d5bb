"""Values with dates: what holds in which school year, and that nothing happens before its time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scenarios
from simulation.model import PipelineModel
from simulation.parameters import declared
from simulation.world import Setup

CASES = Path(__file__).parents[3] / "shared" / "cases"
BASE = "title: A\nsummary: Assumes a change.\ncontext: england\nscale: 0.004\nyears: 6\n"
RETURN = "leave.return_from_break"
BARE = {"title": "A", "summary": "Assumes nothing of the past.", "context": "england", "years": 15}
T = scenarios.load("england").parameters.leave.return_from_break
"""The value today."""


def load(tmp_path: Path, text: str) -> scenarios.Scenario:
    path = tmp_path / "changed.yaml"
    path.write_text(BASE + text, encoding="utf-8")
    return scenarios.load(path)


def by_year(scenario: scenarios.Scenario, first: int = 2024) -> list[float]:
    """The chance of coming back from a break in each school year from ``first`` to the last projected."""
    setup = scenario.setup()
    return [setup.parameters_in(year).leave.return_from_break for year in range(first, setup.last_year + 1)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{add: 0.03, from: 2027/28}", [T, T, T, 0.48, 0.48, 0.48, 0.48, 0.48]),
        ("{add: 0.03, from: 2027/28, until: 2028/29}", [T, T, T, 0.48, 0.48, T, T, T]),
        ("{times: 0.8, until: 2026/27}", [T, T, 0.36, T, T, T, T, T]),
        ("{to: 55%, from: 2030/31}", [T, T, T, T, T, T, 0.55, 0.55]),
        ("{to: 55%, from: 2027/28, by: 2030/31}", [T, T, T, 0.475, 0.5, 0.525, 0.55, 0.55]),
        ("{change: -20%, from: 2027/28, by: 2028/29, until: 2029/30}", [T, T, T, 0.405, 0.36, 0.36, T, T]),
        ("{2026/27: 50%, 2029/30: {times: 1.2}}", [T, T, 0.5, 0.5, 0.5, 0.54, 0.54, 0.54]),
        ("{to: 55%}", [T, T, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55]),
    ],
)
def test_a_lever_holds_in_the_years_that_it_names(tmp_path, written, expected):
    """From, until, by, and year by year; up to the base year nothing is pulled."""
    found = by_year(load(tmp_path, f"levers: {{{RETURN}: {written}}}\n"))
    assert found == pytest.approx(expected, abs=1e-12)
    assert [value == T for value in found] == [value == T for value in expected]


def test_an_uncertainty_is_dated_in_the_past_too(tmp_path):
    """Three years of it end before the base year; what is about the base year is about the years before."""
    found = by_year(load(tmp_path, f"uncertainties: {{{RETURN}: {{to: 50%, from: 2020/21, until: 2024/25}}}}\n"), 2018)
    assert found == [T, T, *[0.5] * 5, *[T] * 7]


def test_dates_add_up_with_what_is_extended(tmp_path):
    """A scenario on top of another changes the value that the other has in each year."""
    first = tmp_path / "first.yaml"
    first.write_text(BASE + f"levers: {{{RETURN}: {{to: 50%, from: 2028/29}}}}\n")
    second = tmp_path / "second.yaml"
    second.write_text(
        f"title: B\nsummary: More.\nextends: first.yaml\nlevers: {{{RETURN}: {{times: 1.1, from: 2027/28}}}}\n"
    )
    found = by_year(scenarios.load(second), 2026)
    assert found == pytest.approx([T, 1.1 * T, 0.55, 0.55, 0.55, 0.55], abs=1e-12)


def test_dates_are_given_in_python_as_in_a_file(tmp_path):
    """The same mapping as a lever; by path as well."""
    file = load(tmp_path, f"levers: {{{RETURN}: {{add: 0.03, from: 2027/28, until: 2028/29}}}}\n")
    given = scenarios.load(
        tmp_path / "changed.yaml",
        levers={"leave.retire_role_odds.head": {"2027/28": 0.1}},
    )
    assert by_year(given) == by_year(file)
    python = scenarios.load("england", levers={RETURN: {"add": 0.03, "from": "2027/28", "until": "2028/29"}})
    assert by_year(python)[:8] == by_year(file)


def test_what_is_dated_is_in_the_digest(tmp_path):
    """Another year is another scenario; a scenario without dates says what it said before there were any."""
    digests = {
        load(tmp_path, f"levers: {{{RETURN}: {{to: 0.7, from: {year}}}}}\n").digest() for year in ("2027/28", "2028/29")
    }
    plain = load(tmp_path, f"levers: {{{RETURN}: 0.7}}\n")
    assert len({*digests, plain.digest()}) == 3
    assert "until" not in plain.resolved()["parameters"][RETURN]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("{add: 0.03, from: 2029/30, until: 2027/28}", "has until 2027/28, before from 2029/30"),
        ("{add: 0.03, from: 2029/30, by: 2027/28}", "has by 2027/28, before from 2029/30"),
        ("{add: 0.03, by: 2027/28}", "grows until 2027/28, from when is not said"),
        ("{add: 0.03, from: 2027-28}", "did you mean 2027/28?"),
        ("{add: 0.03, from: 2027}", "did you mean 2027/28?"),
        ("{2027: 0.5}", "did you mean 2027/28?"),
        ("{2027/2028: 0.5}", "did you mean 2027/28?"),
        ("{2029/30: 0.5, 2027/28: 0.6}", "must stand in order of time"),
        ("{from: 2027/28}", "must be one of change, times, add, to"),
        ("{2027/28: {add: 0.1, from: 2028/29}}", "has no key from"),
        ("{add: 0.9, from: 2027/28}", "becomes 1.35, outside its range"),
        ("{add: 0.03, from: 2020/21}", "a lever cannot be pulled in 2020/21"),
    ],
)
def test_dates_that_cannot_be_are_refused(tmp_path, written, line):
    """One message each, which says what is wrong or what may have been meant."""
    with pytest.raises(scenarios.InputError) as caught:
        load(tmp_path, f"levers: {{{RETURN}: {written}}}\n")
    (problem,) = caught.value.problems
    assert line in f"{problem.message} {problem.hint}"


def other(value: float | np.ndarray, low: float, high: float, sums: int | None) -> np.ndarray:
    """Another value within the range; of shares, another order of them."""
    values = np.asarray(value, np.float64)
    return np.flip(values, axis=sums) if sums is not None else np.where(values > (low + high) / 2, low, high)


def as_mapping(values: np.ndarray, labels: tuple[tuple[str, ...], ...]) -> Any:
    """A table as a file writes it: a mapping for each axis."""
    if not labels:
        return float(values)
    return {label: as_mapping(row, labels[1:]) for label, row in zip(labels[0], values, strict=True)}


def others(base: scenarios.Scenario) -> dict[str, np.ndarray]:
    """For every parameter another value within its range; nearly all have one."""
    values, found = base.parameters.values(), {}
    for path, declaration in declared().items():
        sums = declaration.axes.index(declaration.sums_to_one_over) if declaration.sums_to_one_over else None
        found[path] = other(values[path], *base.provenance[path].range, sums)
    assert sum(np.array_equal(found[path], values[path]) for path in values) < len(values) / 20
    return found


def same(scenario: scenarios.Scenario, year: int, values: dict[str, Any]) -> bool:
    """Whether every parameter in force in a year is that of ``values``, to the last bit."""
    now = scenario.parameters_in(year).values()
    return all(np.asarray(now[path]).tobytes() == (np.asarray(values[path]) + 0.0).tobytes() for path in values)


@pytest.mark.parametrize("kind", ["levers", "uncertainties"])
def test_every_parameter_is_dated_in_every_way(kind):
    """From a year on, until one, and year by year, each number and table: the base's to the last bit before and after."""
    base = scenarios.load(BARE)
    values, changed = base.parameters.values(), others(base)
    tables = {path: as_mapping(changed[path], d.labels) for path, d in declared().items()}
    some = scenarios.load(
        BARE, **{kind: {p: {"to": t, "from": "2027/28", "until": "2028/29"} for p, t in tables.items()}}
    )
    assert [same(some, year, values) for year in range(2020, 2032)] == [
        not 2027 <= y <= 2028 for y in range(2020, 2032)
    ]
    assert [same(some, year, changed) for year in (2026, 2027, 2028, 2029)] == [False, True, True, False]
    stepped = scenarios.load(BARE, **{kind: {path: {"2027/28": table} for path, table in tables.items()}})
    assert [same(stepped, year, values) for year in (2025, 2026, 2027)] == [True, True, False]
    assert [same(stepped, year, changed) for year in (2026, 2027, 2040)] == [False, True, True]


@pytest.mark.parametrize("kind", ["levers", "uncertainties"])
@pytest.mark.parametrize("dates", [{}, {"from": "2027/28"}, {"from": "2027/28", "by": "2030/31", "until": "2033/34"}])
@pytest.mark.parametrize("way", [{"times": 1}, {"add": 0}, {"change": "+0%"}, {"to": None}])
def test_a_change_by_nothing_is_none_for_every_parameter(kind, dates, way):
    """Every number and table: the values are the base's to the last bit in all years, and no year is told apart from others."""
    base = scenarios.load(BARE)
    values = base.parameters.values()
    kept = {p: {"to": as_mapping(np.asarray(values[p]), d.labels)} for p, d in declared().items()}
    if "to" not in way or dates:
        given = {path: {**(kept[path] if "to" in way else way), **dates} for path in values}
    else:
        given = {path: kept[path]["to"] for path in values}
    scenario = scenarios.load(BARE, **{kind: given})
    assert scenario.earlier == ()
    assert same(scenario, 2030, values)


def test_no_parameter_acts_before_its_time(tmp_path):
    """Every parameter changed from 2027/28 on: until then every person and every school is the base's to the last bit."""
    base = replace(scenarios.load("england"), scale=0.004, years=3)
    setup = base.setup()
    dated = replace(
        setup,
        parameters=type(setup.parameters).from_values(others(base)),
        earlier=((2026, setup.parameters),),
        warm_up_years=1,
    )
    assert states(dated, 2026) == states(replace(setup, warm_up_years=1), 2026)
    assert states(dated, 2027) != states(replace(setup, warm_up_years=1), 2027)


def states(setup: Setup, until: int) -> list[bytes]:
    """Every column of people and schools, as bytes, at the census of each year to ``until``."""
    model = PipelineModel(setup, 1, measures=())
    found = []
    while model.year < until:
        model.step()
        for table in (model.world.people, model.world.schools):
            found += [getattr(table, name).tobytes() for name in table]
    return found


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases handed over are not beside the project")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("maternity", [T, T, T + 0.03, T + 0.03, T + 0.03]),
        ("b", [T, 0.6, 0.63, 0.63, 0.63]),
        ("c", [T, T, 1.05 * T, 1.05 * T, T]),
    ],
)
def test_policies_as_people_wrote_them(file, expected):
    """A parameter that changes in 2027/28, in three ways of writing it; one of them ends with 2029/30."""
    scenario = scenarios.load(CASES / "20-dated-lever" / f"{file}.yaml")
    found = [scenario.parameters_in(year).leave.return_from_break for year in (2025, 2026, 2027, 2029, 2030)]
    assert found == pytest.approx(expected, abs=1e-12)
    assert [value == T for value in found] == [value == T for value in expected]


def places(scenario: scenarios.Scenario, years: range) -> list[float]:
    """Starts of the one programme in each school year, as the model has them; 0 where nobody can start."""
    (programme,) = scenario.setup().programmes
    numbers = [programme.in_year(year) for year in years]
    return [one.places.number * one.runs(year) for one, year in zip(numbers, years, strict=True)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("places: {2027/28: 1000, 2028/29: 2000, 2030/31: 4000}", [0, 1000, 2000, 2000, 4000, 4000]),
        ("places.number: {2027/28: 1000, 2030/31: {times: 2}}", [500, 1000, 1000, 1000, 1000, 1000]),
        ("places: {number: {to: 900, from: 2028/29, by: 2029/30}}", [500, 500, 700, 900, 900, 900]),
        (
            "places: {number: {change: +50%, from: 2028/29, until: 2029/30}, from: 2027/28}",
            [0, 500, 750, 750, 500, 500],
        ),
    ],
)
def test_places_are_dated(tmp_path, written, expected):
    """By school year, growing, and for some years; places by year alone begin with the first of them."""
    first = tmp_path / "first.yaml"
    first.write_text(BASE + "programmes:\n  npq:\n    places: {number: 500}\n")
    second = tmp_path / "second.yaml"
    second.write_text(f"title: B\nsummary: More.\nextends: first.yaml\nprogrammes:\n  npq:\n    {written}\n")
    assert places(scenarios.load(second), range(2026, 2032)) == expected


def test_figures_of_programmes_are_dated(tmp_path):
    """A cost that a government chooses and an effect that nobody does; other figures stay as they are."""
    scenario = load(
        tmp_path,
        "programmes:\n  npq: {costs.grant: {2028/29: 500}, places.budget: {to: 1000000, from: 2029/30}}\n"
        "uncertainties:\n  programmes.npq.take_up.complete: {times: 0.8, from: 2027/28, until: 2027/28}\n",
    )
    (programme,) = scenario.setup().programmes
    (file,) = (p.programme(2025) for p in [scenarios.load_programme("npq")])
    years = [programme.in_year(year) for year in (2026, 2027, 2028, 2029)]
    assert [one.costs.grant for one in years] == [file.costs.grant, file.costs.grant, 500, 500]
    assert [one.take_up.complete / file.take_up.complete for one in years] == pytest.approx([1, 0.8, 1, 1])
    assert [one.places.budget for one in years] == [1e10, 1e10, 1e10, 1e6]
    assert {one.effects for one in years} == {file.effects}
    resolved = scenario.resolved()["programmes"]["npq"]
    assert resolved["figures"]["costs.grant"]["until"] == {"2027/28": file.costs.grant}
    assert resolved["places"]["budget_until"] == {"2028/29": 1e10}


def test_every_stretch_of_a_figure_is_in_its_range(tmp_path):
    """A value that is possible in the end and not on the way is refused, once."""
    with pytest.raises(scenarios.InputError) as caught:
        load(tmp_path, "programmes:\n  npq: {costs.grant: {2027/28: 900000, 2028/29: 500}}\n")
    (problem,) = caught.value.problems
    assert problem.code == "E0409"


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases handed over are not beside the project")
def test_half_of_schools_are_the_most_disadvantaged_half():
    """A condition by rank, as it was written by somebody who wanted one."""
    (npq,) = scenarios.load(CASES / "21-npq-2025-26" / "half.yaml").programmes
    (condition,) = (c for c in npq.who if c.column == "school.disadvantage")
    assert (condition.least, condition.most, condition.ranked) == (0.5, 1.0, True)


def test_rolls_grow_in_each_year_by_what_holds_in_that_year():
    """A rate that changes does not rewrite the years before: 4% up, 4% down, and as it is from then on."""
    by_year = {year: {"all": rate} for year, rate in (("2026/27", 0.04), ("2027/28", -0.04), ("2028/29", 0.0))}
    england = scenarios.load("england", levers={"establishment.roll_growth.primary": by_year})
    setup = replace(england, scale=0.002).setup()
    model = PipelineModel(replace(setup, warm_up_years=0, years=4), 3, measures=(), checks=False)
    primary = setup.register.phase == 0
    base, found = setup.register.pupils[primary].astype(float), []
    while model.running:
        model.step()
        found.append(model.world.schools.pupils[primary].copy())
    expected = [np.floor(base * factor + 0.5) for factor in (1.04, 1.04 * 0.96, 1.04 * 0.96, 1.04 * 0.96)]
    np.testing.assert_array_equal(found, np.maximum(1, expected))
