"""Runs under draws of what is not known: the same for base and policy, told from fixed ones, and made again alike."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import headway
from analysis.errors import UserError
from analysis.runs.plan import Options, identity, plan
from analysis.runs.replicate import Plans, in_draw, pair, simulate
from analysis.store import Store
from scenarios.posterior import FILE

ISLAND = Path(__file__).parents[2] / "contexts" / "island"
RATE = "leave.return_from_break"
DRAWS = f"draw,{RATE}\n" + "".join(f"{i},{0.25 + 0.05 * i}\n" for i in range(6))
NOTHING = """\
title: Nothing at all
summary: Nobody gains anything by it, and how many join is not known.
joins: person
who: {role: head}
places: {number: 20, per_schools: 60}
take_up:
  apply: {value: 0.3, range: [0.1, 0.9], sources: [], grade: J}
delivery: {years: 1}
effects:
  stay: {channel: leaving_sector, size: 0, unit: log-odds, range: [0, 0], sources: [], grade: J, on: participant}
costs:
  grant: {value: 100, range: [50, 400], sources: [], grade: J}
moves: [{outcome: in_state_teaching, direction: up, years_after: 1}]
assumes: [Nothing.]
evidence: None.
"""


@pytest.fixture(scope="module")
def island(tmp_path_factory) -> Path:
    """The island with draws of a parameter, and a scenario with a programme that does nothing."""
    folder = tmp_path_factory.mktemp("doubt") / "island"
    shutil.copytree(ISLAND, folder)
    (folder / FILE).write_text(DRAWS, encoding="utf-8")
    (folder / "nothing.yaml").write_text(NOTHING, encoding="utf-8")
    scenario = (
        "title: Nothing\nsummary: Nothing.\nextends: scenario.yaml\nprogrammes:\n  nothing: {file: nothing.yaml}\n"
    )
    (folder / "idle.yaml").write_text(scenario, encoding="utf-8")
    return folder


def plans(island: Path, *names: str, fixed: bool = False) -> list:
    """Plans of scenarios of the island over two years."""
    return [plan(str(island / f"{name}.yaml"), Options(4, years=2, fixed=fixed)) for name in names]


def test_base_and_policy_take_the_same_draw_and_each_replicate_its_own(island):
    """Parameters of both arms are those of the replicate's row; the repeat has its predecessor's; the past is shared."""
    given = Plans.of(plans(island, "scenario", "coaching"))
    drawn = [in_draw(given, number) for number in range(4)]
    rates = [[plan.setup.parameters.value(RATE) for plan in arms] for arms, _ in drawn]
    assert rates == [[0.25, 0.25], [0.30, 0.30], [0.35, 0.35], [0.35, 0.35]]
    assert all(past == given.past for _, past in drawn)
    joined = [arms[1].setup.programmes for arms, _ in drawn]
    assert joined[2] == joined[3]
    assert len({repr(programmes) for programmes in joined}) == 3


def test_what_is_drawn_is_part_of_what_a_run_is(island):
    """Fixed runs are known by what they always were; drawn ones by what is drawn, and by nothing of how often."""
    (drawn,), (fixed,) = (plans(island, "coaching", fixed=fixed) for fixed in (False, True))
    assert identity(drawn) != identity(fixed)
    assert identity(drawn) == identity(plan(str(island / "coaching.yaml"), Options(9, years=2)))
    (island / FILE).write_text(DRAWS.replace("0.25", "0.26"), encoding="utf-8")
    assert identity(drawn) != identity(plans(island, "coaching")[0])
    (island / FILE).write_text(DRAWS, encoding="utf-8")
    one, two = simulate(drawn, 1)[0], simulate(fixed, 1)[0]
    assert one.digest != two.digest
    assert one.digest == pair(Plans.of(plans(island, "scenario", "coaching")), 1)[1].get()[0].digest


def test_a_programme_without_effect_stays_at_exactly_nothing(island):
    """How many join, and at what price, is drawn; nobody leaves, applies or is paid otherwise in any pair."""
    found = headway.compare(
        *(str(island / f"{n}.yaml") for n in ("scenario", "idle")), replicates=4, years=2, form="comparison"
    )
    (outcome,) = found.outcomes
    lines = [found.line_of(i).measure for i in range(len(found.cells))]
    others = [i for i, name in enumerate(lines) if "programme" not in name and "cost" not in name]
    assert len(others) > 10
    assert outcome.statistics.same[others].all()
    assert not np.any(outcome.statistics.difference[others])


def test_a_folder_goes_on_and_is_not_mixed(island, tmp_path):
    """More replicates are added under their own draws; fixed runs are refused there; what is kept says what was drawn."""
    out = tmp_path / "results"
    name = str(island / "coaching.yaml")
    headway.run(name, replicates=2, years=1, out=out)
    some = Store.open(out).records()
    headway.run(name, replicates=3, years=1, out=out)
    more = Store.open(out)
    assert {key: record["digest"] for key, record in more.records().items() if key in some} == {
        key: record["digest"] for key, record in some.items()
    }
    assert more.manifest["scenarios"][0]["doubt"]["parameters"] == [RATE]
    with pytest.raises(UserError, match="results"):
        headway.run(name, replicates=3, years=1, out=out, fixed=True)


def test_a_difference_hinges_on_nothing_that_another_policy_draws(island):
    """Inputs of each policy are the base's and its own: two policies of one comparison share the calibrated parameter alone."""
    names = [str(island / f"{name}.yaml") for name in ("scenario", "idle", "coaching")]
    found = headway.compare(*names, replicates=2, years=1, form="comparison")
    drawn = [{one.parameter or one.figure.programme for one in outcome.doubt.inputs} for outcome in found.outcomes]
    assert drawn == [{RATE, "nothing"}, {RATE, "early-headship-coaching"}]


@pytest.mark.parametrize("fixed", [True, False])
def test_sharing_random_draws_saves_as_much_on_draws_of_what_is_not_known(island, fixed):
    """Leavers under a programme that keeps some vary a tenth as much about their base as without its draws, or less: drawn or not, 8 pairs, one seed."""
    keeps = (
        NOTHING.replace("size: 0,", "size: -1,")
        .replace("[0, 0]", "[-1.4, -0.6]")
        .replace("role: head", "role: classroom_teacher")
    )
    (island / "keeps.yaml").write_text(keeps, encoding="utf-8")
    scenario = (island / "idle.yaml").read_text(encoding="utf-8").replace("nothing", "keeps")
    (island / "keeping.yaml").write_text(scenario, encoding="utf-8")
    names = [str(island / f"{name}.yaml") for name in ("scenario", "keeping")]
    found = headway.compare(*names, replicates=8, years=2, measures=["leaving"], fixed=fixed, form="comparison")
    statistics = found.outcomes[0].statistics
    apart = statistics.base_error**2 + statistics.policy_error**2
    assert (statistics.difference < 0).all()
    assert (statistics.error**2 < apart / 10).all()
