"""Measures in scenarios: described there or in a file, changed by those that extend them, told and refused as programmes are."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios
from analysis.explain import explained
from analysis.studies.idle import idle
from scenarios.sweeps.design import load_design
from scenarios.sweeps.points import check_points, with_settings
from simulation.model import PipelineModel
from simulation.programmes.programme import Unit
from simulation.world import Setup

TOP = "title: A\nsummary: Assumes that it keeps people.\nextends: england\nscale: 0.004\nyears: 5\n"
SUPPLEMENT = """\
title: A supplement for heads
summary: Heads of the most disadvantaged fifth are paid more for as long as they stay.
of: person
who: {role: head, school.disadvantage: {top: 20%}}
from: 2027/28
effects:
  stay: {channel: leaving_sector, size: -0.3, unit: log-odds, range: [-0.6, 0], sources: [], grade: J, on: participant}
costs:
  grant: {value: 5000, range: [0, 10000], sources: [], grade: J}
"""
INLINE = "measures:\n  supplement:\n" + "".join(f"    {line}\n" for line in SUPPLEMENT.splitlines())


def write(folder: Path, text: str, name: str = "policy.yaml", top: str = TOP) -> Path:
    path = folder / name
    path.write_text(top + text, encoding="utf-8")
    return path


def setup(folder: Path, text: str) -> Setup:
    return scenarios.load(write(folder, text)).setup()


def test_a_measure_runs_and_its_costs_are_booked(tmp_path):
    """From its year on, for each head of the most disadvantaged fifth; books that do not balance would stop the run."""
    model = PipelineModel(setup(tmp_path, INLINE), 1)
    while model.running:
        model.step()
        n = int(model.world.log.funnel[0, 0])
        assert (n > 0) is (model.year >= 2027)
        assert model.world.log.programme_costs.sum() == 5000 * n


def test_a_file_says_what_a_scenario_can_say(tmp_path):
    """The same measure, named by a file, is the same scenario but for where it was read."""
    (tmp_path / "supplement.yaml").write_text(SUPPLEMENT, encoding="utf-8")
    inline = scenarios.load(write(tmp_path, INLINE))
    named = scenarios.load(write(tmp_path, "measures: {supplement: {file: supplement.yaml}}\n", "named.yaml"))
    assert inline.digest() == named.digest()
    assert inline.setup().programmes == named.setup().programmes
    (one,) = inline.setup().programmes
    assert (one.everybody, one.unit, one.places.first, one.costs.grant) == (True, Unit.PERSON, 2027, 5000)


def test_what_extends_a_scenario_changes_its_measures(tmp_path):
    """Years, who, costs with dates, and off."""
    write(tmp_path, INLINE)
    top = "title: B\nsummary: Assumes less.\nextends: policy.yaml\n"
    text = "measures: {supplement: {from: 2028/29, until: 2029/30, who: {school.phase: primary}, costs.grant: {2029/30: 6000}}}\n"
    (one,) = scenarios.load(write(tmp_path, text, "more.yaml", top)).setup().programmes
    assert (one.places.first, one.places.last, len(one.who)) == (2028, 2029, 3)
    assert [one.in_year(year).costs.grant for year in (2028, 2029)] == [5000, 6000]
    assert scenarios.load(write(tmp_path, "measures: {supplement: off}\n", "off.yaml", top)).setup().programmes == ()


@pytest.mark.parametrize("start", ["measures", "programmes"])
def test_its_figures_are_levers_and_uncertainties(tmp_path, start):
    """By path, in Python, in a scenario and in a design, under measures as under programmes."""
    path = write(tmp_path, INLINE)
    found = scenarios.load(
        path,
        levers={f"{start}.supplement.costs.grant": 7000},
        uncertainties={f"{start}.supplement.effects.stay.times": 0.5},
    )
    (one,) = found.setup().programmes
    assert (one.costs.grant, one.effects[0].size) == (7000, -0.15)
    design = tmp_path / "design.yaml"
    design.write_text(
        f"title: D\nsummary: E.\nscenarios: [policy.yaml]\nlevers: {{{start}.supplement.costs.grant: [0, 9000]}}\n",
        encoding="utf-8",
    )
    loaded = load_design(design)
    check_points(loaded)
    grants = [
        with_settings(loaded.scenarios[0], loaded.settings(point)).setup().programmes[0].costs.grant
        for point in range(loaded.points)
    ]
    assert grants == [0, 9000]


def test_it_is_told_in_plain_english(tmp_path):
    """Of the scenario and of the file: who has it, when, what it does and costs; nothing of places or joining."""
    path = write(tmp_path, INLINE)
    (tmp_path / "supplement.yaml").write_text(SUPPLEMENT, encoding="utf-8")
    whole, alone = (" ".join(str(explained(str(one))).split()) for one in (path, tmp_path / "supplement.yaml"))
    for words in (whole, alone):
        assert "Heads, in the 20% of schools with the highest share of pupils" in words
        assert "26% lower odds of leaving state schools" in words
        assert "£5,000" in words
    assert "from 2027/28 on" in whole
    assert "From 2027/28 on" in alone
    assert not any(word in alone for word in ("start in a year", "hear of it", "place and year", "will be judged"))


def test_a_measure_for_nobody_is_told_of(tmp_path):
    """A condition that nobody meets, and a measure that ends before the projection does anything, are warnings."""
    nobody = INLINE.replace("role: head", "role: head, age: {least: 79}")
    assert "W0702" in [problem.code for problem in idle(scenarios.load(write(tmp_path, nobody)))]
    late = INLINE.replace("from: 2027/28", "from: 2040/41")
    assert "W0701" in [problem.code for problem in idle(scenarios.load(write(tmp_path, late)))]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("on: participant", "on: participant, half_life: 2", "half_life does nothing in a measure"),
        ("on: participant", "on: peers", "cascade"),
        ("of: person", "of: teacher", "of must be one of"),
        ("of: person", "of: school", "role is a column of people"),
        ("from: 2027/28", "from: 2027/28\n    until: 2026/27", "ends in 2026/27, before it begins in 2027/28"),
        ("from: 2027/28", "from: 2027", "did you mean 2027/28?"),
        ("from: 2027/28", "places: {share: 1}", "has no key places"),
        ("grant: {value: 5000", "grant: {value: 50000", "outside its range"),
    ],
)
def test_what_a_measure_cannot_be_is_refused(tmp_path, old, new, line):
    """With file, line, column and what to write instead."""
    with pytest.raises(scenarios.InputError) as caught:
        scenarios.load(write(tmp_path, INLINE.replace(old, new, 1)))
    assert line in caught.value.render()
    assert all(problem.line for problem in caught.value.problems)


def test_one_that_nobody_has_described_is_refused(tmp_path):
    """A name alone is no measure, and one name is not for two things."""
    for text, line in (
        ("measures: {supplement: {from: 2027/28}}\n", "describe it here"),
        ("measures: {supplement: {file: other.yaml}}\n", "no such file"),
        (INLINE + "programmes: {supplement: {}}\n", "under programmes and under measures"),
        ("measures:\n  idle: {title: A, summary: B, of: school, who: {}}\n", "changes nothing and costs nothing"),
    ):
        with pytest.raises(scenarios.InputError) as caught:
            scenarios.load(write(tmp_path, text))
        assert line in caught.value.render()
