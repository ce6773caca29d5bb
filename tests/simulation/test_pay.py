"""Pay acts on who leaves, who gives up a post, who seeks the next rung and who comes, as far as it has moved since the base year."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.processes.pay import Pay
from simulation.structure import ENGLAND
from simulation.vocabulary import LeaverReason, Role
from simulation.world import Setup
from tests.reference.base_parameters import base_parameters
from tests.reference.configurations import random_setup

BASE = replace(
    random_setup(3),
    structure=ENGLAND,
    parameters=base_parameters(),
    earlier=(),
    zone=None,
    zones=(),
    programmes=(),
    warm_up_years=2,
    years=4,
)
HEADS = np.arange(len(Role)) == Role.HEAD


def paid(factor: float | np.ndarray, since: int = 0, setup: Setup = BASE, **changes: float) -> Setup:
    """``setup`` in which all pay, or pay by role, is ``factor`` times as high from ``since`` years after the base year on."""
    before = setup.parameters
    after = before.replace(costs__pay=before.costs.pay * factor, **changes)
    return replace(setup, parameters=after, earlier=((setup.base_year + since - 1, before),) if since else ())


def history(setup: Setup) -> list[bytes]:
    """Every column of people and schools at every census, as bytes."""
    model, found = PipelineModel(setup, 5, measures=()), []
    while model.running:
        model.step()
        for table in (model.world.people, model.world.schools):
            found += [getattr(table, name).tobytes() for name in table]
    return found


def left(setup: Setup) -> tuple[Counter[tuple[int, int]], list[np.ndarray]]:
    """How many left state schools by year and role, and who, by year."""
    model, by_role, who = PipelineModel(setup, 5, measures=()), Counter(), []
    while model.running:
        model.step()
        leavers = model.world.log.leavers
        chosen = leavers.reason == LeaverReason.LEFT_STATE_SCHOOLS
        by_role.update((model.year, int(role)) for role in leavers.role[chosen])
        who.append(leavers.person[chosen])
    return by_role, who


def test_pay_is_looked_at_against_the_base_year() -> None:
    """A tenth more is ln 1.1 to a millionth from the year on in which it is paid; up to the base year nothing has moved."""
    setup = paid(np.where(HEADS, 1.1, 1.0), since=2, leave__outside_pay=1.25)
    gained = []
    model = PipelineModel(setup, 1, measures=())
    while model.running:
        model.step()
        pay = Pay(*(values[0] for values in Pay.of(model.world)))
        assert not pay.gained[:, ~HEADS].any()
        assert np.array_equal(pay.step[:, Role.DEPUTY_HEAD, :], pay.gained)
        assert np.array_equal(pay.above_classroom, pay.gained)
        gained.append((pay.gained[0, Role.HEAD], pay.outside))
    after = pytest.approx((np.log(1.1), np.log(1.25)), abs=1e-6)
    assert gained[:3] == [(0.0, 0.0), (0.0, 0.0), (0.0, pytest.approx(np.log(1.1), abs=1e-6))]  # base parameters: 1.1
    assert gained[3:] == [after] * 3


def test_pay_that_is_otherwise_from_the_start_changes_costs_alone() -> None:
    """It is another opinion of what the base year pays, and moves nobody."""
    assert history(paid(0.8)) == history(BASE)
    assert not np.array_equal(costs(paid(0.8)), costs(BASE))


def costs(setup: Setup) -> np.ndarray:
    """What each school cost in the last year, by category."""
    model = PipelineModel(setup, 5, measures=())
    model.run()
    return model.world.log.costs


def test_when_all_pay_rises_as_it_does_outside_nobody_moves() -> None:
    """No rung is worth more against another, nor state schools against other work: the histories are the same to the last bit."""
    flat = paid(1.0, since=1, leave__outside_pay=1.0)
    risen = paid(1.5, since=1, leave__outside_pay=1.5)
    assert history(risen) == history(flat)
    assert history(paid(1.5, since=1, leave__outside_pay=1.0)) != history(flat)


def test_pay_that_rises_only_keeps_people() -> None:
    """In the first year of it whoever leaves at the higher pay leaves at the lower too, of heads alone; and the other way round."""
    first = BASE.base_year + 1
    big = replace(
        BASE, register=replace(BASE.register, pupils=BASE.register.pupils * 12), parameters=often_leaving(), years=1
    )
    found = {factor: left(paid(np.where(HEADS, factor, 1.0), since=1, setup=big)) for factor in (0.2, 1.0, 5.0)}
    (few, those), (some, these), (many, all_of_them) = found[5.0], found[1.0], found[0.2]
    assert set(those[-1]) < set(these[-1]) < set(all_of_them[-1])
    assert few[first, Role.HEAD] < some[first, Role.HEAD] < many[first, Role.HEAD]
    others = [{key: n for key, n in by.items() if key[1] != Role.HEAD} for by in (few, some, many)]
    assert others[0] == others[1] == others[2]


def often_leaving():
    """Parameters with which half of all heads leave in a year, and pay counts for much."""
    return base_parameters().replace(
        leave__state_schools=np.full_like(base_parameters().leave.state_schools, 0.5),
        leave__pay_elasticity=np.full(len(Role), -3.0),
        leave__outside_pay=1.0,
    )


def test_an_elasticity_is_one_of_odds() -> None:
    """Leavers among 2,000 teachers a year answer to pay as the odds say, at half and at twice the pay; |z| < 5."""
    quiet = base_parameters()
    nothing = {
        f"leave__{name}": np.zeros_like(quiet.value(f"leave.{name}"))
        for name in (
            "retire", "career_break", "trust_central_team", "step_down", "early_career", "role_odds", "first_year_in_post",
        )
    } | dict.fromkeys(
        (f"leave__{name}" for name in ("per_wellbeing", "per_trust", "per_aspiration", "per_disadvantage", "worst_led")), 0.0
    )  # fmt: skip
    nothing |= {
        f"inspect__{name}": np.zeros_like(quiet.value(f"inspect.{name}")) for name in ("leave", "leave_when_lowered")
    }
    quiet = quiet.replace(**nothing, leave__state_schools=np.full_like(quiet.leave.state_schools, 0.2))
    quiet = quiet.replace(leave__outside_pay=1.0, leave__pay_elasticity=np.full(len(Role), -1.5))
    register = replace(BASE.register, pupils=BASE.register.pupils * 20)
    base = replace(BASE, register=register, parameters=quiet, warm_up_years=0, years=1)
    for factor in (0.5, 2.0):
        setup = paid(factor, since=1, setup=base)
        model = PipelineModel(setup, 5, measures=())
        staff = len(model.teachers)
        model.step()
        odds = 0.25 * factor**-1.5
        expected = odds / (1 + odds)
        got = len(model.world.log.leavers)
        assert staff > 2000
        assert abs(got - staff * expected) < 5 * np.sqrt(staff * expected * (1 - expected)), factor


def test_a_rung_that_pays_more_is_sought_more() -> None:
    """With pay doubled from middle leaders to heads' posts each in turn, more rise to that rung, and no fewer stay below."""
    wide = base_parameters().replace(
        appoint__pay_elasticity=np.full(len(Role), 3.0),
        leave__pay_elasticity=np.zeros(len(Role)),
        leave__step_down_pay_elasticity=0.0,
        appoint__seek_promotion=np.full_like(base_parameters().appoint.seek_promotion, 0.1),
        appoint__schools_near=np.full(3, 50.0),
        appoint__schools_elsewhere=np.full(3, 50.0),
    )
    big = replace(
        BASE, register=replace(BASE.register, pupils=BASE.register.pupils * 12), parameters=wide, warm_up_years=0
    )
    for role in (Role.MIDDLE_LEADER, Role.HEAD):
        rose = []
        for factor in (0.5, 1.0, 2.0):
            model = PipelineModel(paid(np.where(np.arange(len(Role)) == role, factor, 1.0), 1, big), 5, measures=())
            model.step()
            made = model.world.log.appointments
            rose.append(int(((made.to_role == role) & (made.from_role >= 0) & (made.from_role < role)).sum()))
        assert rose[0] < rose[1] < rose[2], role


def test_newcomers_answer_to_classroom_pay_against_pay_outside() -> None:
    """Better classroom pay draws more of them, better pay outside fewer; pay of leaders draws none."""
    dear = base_parameters().replace(
        recruit__fill=np.full(3, 0.5), recruit__pay_elasticity=3.0, leave__pay_elasticity=np.zeros(len(Role)),
        leave__step_down_pay_elasticity=0.0, appoint__pay_elasticity=np.zeros(len(Role)), leave__outside_pay=1.0,
    )  # fmt: skip
    setup = replace(BASE, parameters=dear, warm_up_years=0, years=1)

    def came(changed: Setup) -> int:
        model = PipelineModel(changed, 5, measures=())
        model.step()
        return int((model.world.log.appointments.from_role < 0).sum())

    classroom, now = np.arange(len(Role)) == Role.CLASSROOM_TEACHER, came(paid(1.0, 1, setup))
    assert came(paid(np.where(classroom, 2.0, 1.0), 1, setup)) > now
    assert came(paid(1.0, 1, setup, leave__outside_pay=2.0)) < now
    assert came(paid(np.where(classroom, 1.0, 2.0), 1, setup)) == now
