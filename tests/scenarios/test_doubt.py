"""What is not known about a scenario: which figures are drawn, from what, and that a draw is the same wherever it is met."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from scenarios import InputError, load
from scenarios.calibration import find_plan, read_plan
from scenarios.doubt import PLANNED, Doubt, Uncertain, draw_of, draws_of, inputs
from scenarios.posterior import ABOUT, FILE

ISLAND = Path(__file__).parents[1] / "contexts" / "island"
EIL = "excellence-in-leadership"
RATE, CELL = "leave.return_from_break", "leave.retire_role_odds[head]"


def doubt_of(*given: object, seed: int = 1, **more: object) -> Doubt:
    """The doubt of a scenario of the library, or of one with levers and uncertainties."""
    scenario = load(*given, **more)  # type: ignore[arg-type]
    return Doubt.of(scenario, seed)


@pytest.fixture
def island(tmp_path) -> Path:
    """A system of one's own with draws of two parameters beside it."""
    folder = tmp_path / "island"
    shutil.copytree(ISLAND, folder)
    (folder / FILE).write_text(f'draw,{RATE},"{CELL}"\n0,0.31,1.1\n1,0.32,1.2\n2,0.34,1.3\n', encoding="utf-8")
    return folder


def test_one_replicate_in_four_repeats_the_draw_before_it():
    """0, 1, 2 and 2 again; then 3, 4, 5 and 5 again: no draw is met in any other place."""
    assert draws_of(9).tolist() == [0, 1, 2, 2, 3, 4, 5, 5, 6]
    assert draw_of(10_000) == 7_500


def test_what_is_judged_is_drawn_from_its_whole_range_and_what_is_measured_from_ninety_per_cent():
    """Grades C, D and J: triangular, mode at the value. A and B: the ends of the range are the 5th and 95th percentile."""
    u = np.linspace(0, 1, 2001)[1:-1]
    for grade in "CDJ":
        found = Uncertain("p", "effects.x", "p.effects.x", 0.2, 0.0, 1.0, grade, (-1.0, 10.0)).at(u)
        assert found.min() > 0
        assert found.max() < 1
        assert (found < 0.2).mean() == pytest.approx(0.2, abs=0.001)
        assert np.median(found) == pytest.approx(1 - np.sqrt(0.4), abs=0.001)
    for grade in "AB":
        found = Uncertain("p", "effects.x", "p.effects.x", 0.2, 0.0, 1.0, grade, (-1.0, 10.0)).at(u)
        assert np.quantile(found, [0.05, 0.5, 0.95]) == pytest.approx([0.0, 0.2, 1.0], abs=0.01)
        assert found.min() < 0
    assert Uncertain("p", "x", "p.x", 0.9, 0.5, 1.0, "A", (0.0, 1.0)).at(u).max() == 1.0


def test_a_figure_has_the_same_draw_in_every_scenario_and_another_under_another_number_or_seed():
    """The same programme in a scenario with others beside it; blocks of it share its draws."""
    alone, beside = doubt_of(EIL), doubt_of("excellence-in-leadership-2026")
    for draw in (0, 7):
        ours, theirs = alone.values(draw), beside.values(draw)
        assert ours
        assert {key: theirs[key] for key in ours} == ours
    key = (EIL, "take_up.apply")
    assert len({doubt.values(d)[key] for doubt in (alone, doubt_of(EIL, seed=2)) for d in range(3)}) == 6
    blocks = Doubt.of(
        load({"extends": EIL, "programmes": {EIL: "off", "one": {"programme": EIL}, "two": {"programme": EIL}}}), 1
    )
    values = blocks.values(3)
    assert values["one", "take_up.apply"] == values["two", "take_up.apply"] == alone.values(3)[key]


def test_what_somebody_sets_and_what_a_programme_plans_is_not_drawn():
    """A lever, an uncertainty at one value, hours and training; a range of no width; a way in which it is not done."""
    paths = {figure.path for figure in doubt_of(EIL).figures}
    assert "effects.stay_in_state_schools" in paths
    assert not paths & set(PLANNED)
    assert not any(path.startswith("styles.") for path in paths)
    chosen = doubt_of(
        EIL,
        levers={f"programmes.{EIL}.style": "coaching", f"programmes.{EIL}.costs.grant": 2000},
        uncertainties={f"programmes.{EIL}.effects.stay_in_state_schools": 0},
    )
    drawn = {figure.path for figure in chosen.figures}
    assert "styles.coaching.less_alone" in drawn
    assert not drawn & {"costs.grant", "effects.stay_in_state_schools"}
    figures = chosen.in_draw(2).programmes[0].figures
    assert figures["effects.stay_in_state_schools"].value == 0
    assert figures["costs.grant"].value == 2000


def test_a_draw_of_parameters_is_what_everything_else_is_said_of(island):
    """A scenario's own changes act upon the drawn value, rows are used again, and what has no column stands."""
    standing = load(island / "scenario.yaml")
    doubt = Doubt.of(standing, 1)
    assert [doubt.in_draw(d).parameters.value(RATE) for d in range(4)] == [0.31, 0.32, 0.34, 0.31]
    drawn, before = doubt.in_draw(1).parameters.values(), standing.parameters.values()
    assert {path for path in before if not np.array_equal(drawn[path], before[path])} == {
        RATE,
        "leave.retire_role_odds",
    }
    twice = Doubt.of(load(island / "scenario.yaml", levers={f"{RATE}.times": 1.5}), 1).in_draw(1)
    assert twice.parameters.value(RATE) == pytest.approx(0.48)
    assert twice.parameters_in(twice.base_year).value(RATE) == 0.32
    setup = standing.setup()
    assert doubt.setup(1, setup).parameters.value(RATE) == 0.32
    assert doubt.setup(1, setup).register is setup.register
    assert Doubt.of(load(ISLAND / "scenario.yaml"), 1).setup(1, setup) is setup


def test_a_draw_is_resolved_alike_in_another_process(island):
    """Levers with dates and relative changes go with it."""
    scenario = load(island / "coaching.yaml", levers={f"{RATE}.change": "+10%"})
    doubt = Doubt.of(scenario, 1)
    again = pickle.loads(pickle.dumps(doubt))
    assert again.values(5) == doubt.values(5)
    assert again.in_draw(2).parameters.value(RATE) == doubt.in_draw(2).parameters.value(RATE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"draw,{RATE}s\n0,0.1\n", "there is no parameter"),
        ("draw,leave.retire_role_odds\n0,0.1\n", "is not one number"),
        ("draw,leave.retire_role_odds[deputy_head]\n0,1\n", "there is no role .deputy_head."),
        (f"draw,{RATE}\n0,1.5\n", "a number from 0 to 1 is due"),
        (f"draw,{RATE}\n0,much\n", "a number from 0 to 1 is due"),
        ("draw,register.academies\n0,0.5\n", "a government sets"),
        (f"number,{RATE}\n0,0.5\n", "draw"),
        ("", "empty"),
    ],
)
def test_draws_that_are_wrong_are_told_with_their_line(island, text, told):
    """Every way in which a file of draws can be wrong ends in one message."""
    (island / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        Doubt.of(load(island / "scenario.yaml"), 1)


def test_what_is_drawn_of_the_model_is_its_free_numbers_and_not_their_cells(island):
    """Two cells of one shift are one thing that might be known, with the calibration's words; the first of them stands still in all draws."""
    still = "leave.step_down[upper,head]"
    lines = [f'draw,{RATE},"{still}","{CELL}"', "0,0.31,0.02,1.1", "1,0.32,0.02,1.2", "2,0.34,0.02,1.3"]
    (island / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    says = f'[[parameter]]\nname = "old"\nsays = "retiring of heads"\ncells = ["{still}", "{CELL}"]\n'
    (island / ABOUT).write_text(says, encoding="utf-8")
    found = Doubt.of(load(island / "scenario.yaml"), 1)
    one, other = inputs([found.told()], [0, 1, 2])
    assert (one.parameter, one.says, one.values.tolist()) == ("old", "retiring of heads", [1.1, 1.2, 1.3])
    assert (other.parameter, other.says, other.values.tolist()) == (RATE, "", [0.31, 0.32, 0.34])
    kept_before = {name: value for name, value in found.told().items() if name != "numbers"}
    assert [one.parameter for one in inputs([kept_before], [0])] == [RATE, still, CELL]
    assert "numbers" not in found.plain(), "what a run is known by does not hang on words"


def test_england_draws_the_free_numbers_of_its_plan():
    """As many as calibration.yaml frees, though they move twice as many cells."""
    found = Doubt.of(load("england"), 1)
    assert found.posterior is not None
    names = [one.parameter for one in inputs([found.told()], range(4))]
    assert names == [free.name for free in read_plan(find_plan("england"))[0].free]
    assert len(found.posterior.columns) > 2 * len(names)
