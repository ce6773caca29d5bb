"""Designs of sweeps: what they refuse, what their points set, and that further draws leave the old ones alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import InputError, check, load
from scenarios.problems import CODES
from scenarios.sweeps.design import load_design
from scenarios.sweeps.points import with_settings
from scenarios.sweeps.sampling import DISTRIBUTIONS, METHODS, Distribution, unit_points

BAD = sorted((Path(__file__).parent / "bad" / "designs").glob("*.yaml"))
HEAD = "title: A\nsummary: B\nscenarios: [teaching-leaders]\n"


def _design(tmp_path, text):
    path = tmp_path / "design.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_design(path)


def test_the_museum_is_there() -> None:
    """The tests of bad designs are made from a folder; an empty one would pass without testing anything."""
    assert len(BAD) > 40


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_refused_with_its_place_and_a_way_out(path: Path) -> None:
    """``check`` finds mistakes of the file and of any of its points."""
    words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# must say:").split(";")
    problems = check(path)
    said = InputError(problems).render()
    assert problems
    for word in words:
        assert word.strip() in said, said
    assert all(problem.code in CODES and problem.line for problem in problems)
    assert all("bad/designs" in problem.file for problem in problems)


def test_a_point_is_what_the_same_lines_in_a_scenario_are(tmp_path: Path) -> None:
    """Parameters, their past, figures of programmes and provenance: all but the file that set them."""
    design = _design(
        tmp_path,
        "levers:\n  leave.return_from_break: {from: 0.3, to: 0.7, steps: 3}\n"
        "  programmes.teaching-leaders.places.number: [320, 640]\n"
        "uncertainties:\n  leave.state_schools: {times: [0.9, 1.1]}\n"
        "  programmes.teaching-leaders.take_up.complete: [0.8, 0.9]\nsampling: full\n",
    )
    assert (design.lever_points, design.draws, design.points) == (6, 4, 24)
    point = next(p for p in range(24) if list(design.values(p).values())[:4] == [0.7, 640.0, 0.9, 0.8])
    (tmp_path / "same.yaml").write_text(
        "title: Title\nsummary: B\nextends: teaching-leaders\nlevers:\n  leave.return_from_break: 0.7\n"
        "programmes:\n  teaching-leaders:\n    places: {number: 640}\n"
        "uncertainties:\n  leave.state_schools: {times: 0.9}\n"
        "  programmes.teaching-leaders.take_up.complete: 0.8\n",
        encoding="utf-8",
    )
    wanted = load(tmp_path / "same.yaml")
    got = with_settings(design.scenarios[0], design.settings(point))
    for one, other in ((got.resolved(), wanted.resolved()),):
        for name in ("title", "summary"):
            del one[name], other[name]
        assert one == other
    for year in (2025, 2026):  # before and after
        one, other = got.parameters_in(year).values(), wanted.parameters_in(year).values()
        assert all(np.array_equal(one[path], other[path]) for path in one)
    assert got.parameters_in(2025).leave.return_from_break == design.scenarios[0].parameters.leave.return_from_break
    assert got.programmes[0].programme(2025) == wanted.programmes[0].programme(2025)


def test_a_future_is_a_lever_that_nobody_pulls(tmp_path: Path) -> None:
    """It is sampled as what is uncertain, and holds from the first projected year on: all points have one past, to the last bit."""
    future = "leave.state_schools: {times: {uniform: [0.9, 1.2]}}\ndraws: 4\n"
    design = _design(tmp_path, f"futures:\n  {future}")
    first, second = (with_settings(design.scenarios[0], design.settings(point)) for point in (0, 1))
    past, to_come = ([one.parameters_in(year).leave.state_schools for one in (first, second)] for year in (2025, 2026))
    assert (past[0] == past[1]).all()
    assert (to_come[0] != to_come[1]).any()
    for point, there in enumerate(to_come):
        times = design.values(point)["leave.state_schools.times"]
        assert np.allclose(there, design.scenarios[0].parameters_in(2026).leave.state_schools * times)
    uncertain = _design(tmp_path, f"uncertainties:\n  {future}")
    assert design.values(2) == uncertain.values(2)
    assert [path for path, _ in design.plain()["futures"]] == ["leave.state_schools"]
    assert not design.plain()["uncertainties"]
    assert "futures" not in uncertain.plain()


def test_every_combination_of_levers_and_draws_is_there_once(tmp_path: Path) -> None:
    """2 × 3 levers × 5 draws, the draws shared by all levers so that differences between levers are paired."""
    design = _design(
        tmp_path,
        "levers:\n  leave.return_from_break: [0.3, 0.7]\n  leave.state_schools: {times: [0.9, 1, 1.1]}\n"
        "uncertainties:\n  appoint.panel_noise: range\ndraws: 5\n",
    )
    points = [design.values(p) for p in range(design.points)]
    assert len({tuple(p.values()) for p in points}) == 30
    for draw in range(5):
        same = {p["appoint.panel_noise"] for p in points if p["draw"] == draw}
        assert len(same) == 1, "all combinations of levers meet the same draw"
    low, high = design.scenarios[0].provenance["appoint.panel_noise"].range
    assert all(low <= p["appoint.panel_noise"] <= high for p in points)


def test_more_draws_and_replicates_leave_points_as_they_were(tmp_path: Path) -> None:
    """A sweep can be continued: old points keep number and values, and choices stay evenly spread."""
    design = _design(
        tmp_path,
        "levers:\n  leave.return_from_break: [0.3, 0.7]\nuncertainties:\n  appoint.panel_noise: range\n"
        "  develop.carry_over: [0.4, 0.5, 0.6]\ndraws: 20\n",
    )
    more = design.with_more(replicates=9, draws=150)
    assert [design.values(p) for p in range(40)] == [more.values(p) for p in range(40)]
    assert (more.points, more.replicates) == (300, 9)
    counted = [sum(more.values(p)["develop.carry_over"] == v for p in range(0, 300, 2)) for v in (0.4, 0.5, 0.6)]
    assert all(45 <= n <= 55 for n in counted), counted


def test_a_design_says_what_it_keeps(tmp_path: Path) -> None:
    """Measures are named with their filters in one fixed order, as the store will name them."""
    design = _design(tmp_path, "measures: [leaver_rate, {headcount: {role: head, phase: primary}}, {fte: {}}]\n")
    assert [kept.text for kept in design.measures or ()] == [
        "leaver_rate",
        "headcount[phase=primary,role=head]",
        "fte[]",
    ]


@pytest.mark.parametrize("method", METHODS)
@given(few=st.integers(1, 130), more=st.integers(0, 130), factors=st.integers(1, 5), seed=st.integers(0, 2**63))
@settings(max_examples=25, deadline=None)
def test_a_longer_sample_begins_with_the_shorter(method: str, few: int, more: int, factors: int, seed: int) -> None:
    """Whatever the method, more draws only add points, and all lie strictly between 0 and 1."""
    short, long = unit_points(method, few, factors, seed), unit_points(method, few + more, factors, seed, few)
    assert np.array_equal(short, long[:few])
    assert ((long > 0) & (long < 1)).all()


def filled(points: np.ndarray) -> np.ndarray:
    """The share of slices, as many as there are points, that each factor has a point in."""
    n, factors = points.shape
    return np.array([len(np.unique(np.floor(points[:, f] * n))) / n for f in range(factors)])


@given(first=st.integers(1, 200), doubled=st.integers(0, 3), factors=st.integers(1, 6), seed=st.integers(0, 2**63))
@settings(max_examples=50, deadline=None)
def test_a_latin_hypercube_has_one_point_in_each_slice(first: int, doubled: int, factors: int, seed: int) -> None:
    """At every number of draws, and again whenever it is made twice as long."""
    points = unit_points("latin-hypercube", first << doubled, factors, seed, first)
    assert (filled(points) == 1).all()


@pytest.mark.parametrize(
    ("asked", "draws", "sampling", "told"),
    [
        (4, 8, "latin-hypercube", None),
        (4, 12, "latin-hypercube", "12 draws are not, 8 or 16 are"),
        (5, 5, "latin-hypercube", None),
        (64, 64, "sobol", None),
        (48, 48, "sobol", "48 draws are not, 32 or 64 are"),
        (5, 7, "random", None),
    ],
)
def test_a_number_of_draws_that_loses_balance_is_told(
    tmp_path: Path, asked: int, draws: int, sampling: str, told: str | None
) -> None:
    """A hypercube that is made longer, and a Sobol sequence, keep their property at some numbers alone."""
    design = _design(
        tmp_path,
        f"uncertainties: {{leave.return_from_break: {{uniform: [0.4, 0.6]}}}}\ndraws: {asked}\nsampling: {sampling}\n",
    )
    said = design.with_more(draws=draws).unbalanced
    assert said is None if told is None else said is not None and said.endswith(told)


CASES = {
    "uniform": ((2.0, 4.0), 3.0, 2 / 12**0.5),
    "log_uniform": ((1.0, np.e), np.e - 1, ((np.e**2 - 1) / 2 - (np.e - 1) ** 2) ** 0.5),
    "triangular": ((0.0, 1.0, 5.0), 2.0, ((0 + 1 + 25 - 0 - 5 - 0) / 18) ** 0.5),
    "normal": (
        (3.0, 2.0),
        3.0,
        2 * 0.9975,
    ),  # what lies beyond three standard deviations lies there: 1 - 0.005 of the variance
}


@pytest.mark.parametrize("kind", DISTRIBUTIONS)
def test_distributions_have_the_mean_and_spread_of_their_textbook(kind: str) -> None:
    """100,000 even quantiles against closed forms, and never falling."""
    arguments, mean, spread = CASES[kind]
    values = Distribution(kind, arguments).at((np.arange(100_000) + 0.5) / 100_000)
    assert values.mean() == pytest.approx(mean, rel=1e-3)
    assert values.std() == pytest.approx(spread, rel=2e-3)
    assert (np.diff(values) >= 0).all()


def test_one_value_written_in_two_ways_is_there_twice(tmp_path: Path) -> None:
    """50% and 0.5 are one level of a lever."""
    path = tmp_path / "d.yaml"
    path.write_text("title: t\nsummary: s\nscenarios: [england]\nlevers:\n  leave.return_from_break: [50%, 0.5]\n")
    with pytest.raises(InputError) as caught:
        load_design(path)
    assert [problem.code for problem in caught.value.problems] == ["E0603"]


@pytest.mark.parametrize(
    ("path", "spread", "good"),
    [
        ("leave.return_from_break", "uniform: [0.19, 0.5]", False),
        ("leave.return_from_break", "uniform: [0.2, 0.8]", True),
        ("leave.return_from_break", "triangular: [0.3, 0.5, 0.9]", False),
        ("leave.return_from_break", "add: {uniform: [-0.3, 0.1]}", False),
        ("programmes.teaching-leaders.take_up.complete", "uniform: [0.68, 1]", False),
        ("programmes.teaching-leaders.take_up.complete", "uniform: [0.7, 1]", True),
        ("programmes.teaching-leaders.take_up.complete", "normal: [0.8, 0.01]", True),
        ("leave.return_from_break", "normal: [0.5, 0.1]", True),
        ("leave.return_from_break", "normal: [0.5, 0.101]", False),
    ],
)
def test_a_distribution_keeps_within_the_range_whatever_its_draws(
    tmp_path: Path, path: str, spread: str, good: bool
) -> None:
    """Its ends are looked at, once, and not the draws that happen to fall outside."""
    file = tmp_path / "d.yaml"
    file.write_text(
        "title: t\nsummary: s\nscenarios: [teaching-leaders]\nyears: 1\nscale: 0.001\ndraws: 2\nuncertainties:\n"
        f"  {path}: {{{spread}}}\n"
    )
    assert [problem.code for problem in check(file)] == ([] if good else ["E0409"])


def test_a_normal_distribution_ends_at_three_standard_deviations() -> None:
    """So that no number of draws is too many; in between it is what it was."""
    values = Distribution("normal", (0.5, 0.1)).at(np.array([1e-16, 0.0013, 0.5, 1 - 1e-16]))
    assert values == pytest.approx([0.2, 0.2, 0.5, 0.8], abs=2e-4)
    assert values.min() == pytest.approx(0.2, abs=1e-15)


def test_switches_and_years_are_varied_as_words(tmp_path: Path) -> None:
    """Whether places are withdrawn, and from when: both change what is run, and stand in the table of runs as written."""
    file = tmp_path / "d.yaml"
    file.write_text(
        "title: t\nsummary: s\nscenarios: [teaching-leaders]\nyears: 3\nscale: 0.001\nlevers:\n"
        "  programmes.teaching-leaders.withdrawn: [true, false]\n"
        "  programmes.teaching-leaders.places.from: [2026/27, 2028/29]\n"
    )
    design = load_design(file)
    found = [with_settings(design.scenarios[0], design.settings(point)).programmes[0] for point in range(design.points)]
    assert [(p.withdrawn, p.places.first) for p in found] == [(True, 2026), (True, 2028), (False, 2026), (False, 2028)]
    assert [tuple(design.values(point).values()) for point in range(2)] == [("true", "2026/27"), ("true", "2028/29")]
