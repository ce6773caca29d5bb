"""Small random worlds on which the fast model must agree with the reference, person by person."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import numpy as np

from simulation.changes import Change, Event, Schools
from simulation.declaring import UNITS, Declaration
from simulation.parameters import Earlier, Parameters, declarations
from simulation.programmes.channels import On
from simulation.programmes.programme import Again, New, Programme, Quota, Unit
from simulation.register import Register
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import ClusterKind, Phase, Religion, Ring, SchoolKind
from simulation.world import Setup
from simulation.zones import Zone
from tests.reference.awards import with_awards
from tests.reference.base_parameters import base_parameters
from tests.reference.doses import dosed
from tests.reference.random_programmes import random_conditions, random_places, random_priority, random_programmes
from tests.reference.structures import OTHERS, fitted, without

FULL_LADDER = ENGLAND.ladder.names
POSTS = ("establishment.posts_at_no_size", "establishment.posts_per_100_pupils", "establishment.most_posts")
EXTREMES: dict[str, tuple[float, ...]] = {
    "appoint.see": (1.0, 0.02),
    "appoint.bar": (-10.0, 3.0),
    "appoint.bar_drop": (0.0, 10.0),
    "appoint.wider_reach": (0.0, 1.0, 8.0),
    "appoint.wants": (1.0, 0.0),
    "appoint.seek_promotion": (1.0, 0.0),
    "appoint.seek_move": (0.0, 0.7),
    "appoint.change_phase": (0.0, 0.8, 1.0),
    "appoint.relocate": (0.0, 0.8, 1.0),
    "appoint.skip_rung": (0.0, 1.0),
    "appoint.least_years_in_role": (0.0, 1.0, 4.0),
    "appoint.panel_noise": (0.0, 2.0),
    "leave.state_schools": (0.0, 0.4),
    "leave.retire": (0.0, 0.3),
    "leave.career_break": (0.0, 0.3),
    "leave.step_down": (0.0, 0.3),
    "leave.trust_central_team": (0.0, 0.3),
    "leave.return_from_break": (0.0, 1.0),
    "leave.sudden": (0.0, 1.0),
    "leave.late_notice": (0.0, 1.0),
    "appoint.incumbent": (0.0, 5.0),
    "leave.return_from_out": (0.0, 1.0),
    "leave.per_wellbeing": (0.0, 1.0),
    "leave.worst_led": (0.0, 1.0),
    "recruit.fill": (0.0, 0.5, 1.0),
    "recruit.newly_qualified": (0.0, 1.0),
    "hours.go_part_time": (0.0, 0.5),
    "hours.go_full_time": (0.0, 0.5),
    "hours.full_time_on_promotion": (0.0, 1.0),
    "population.skill_correlation": (0.0, 1.0),
    "population.classroom_wants": (0.0, 1.0),
    "population.out_of_service": (0.0, 1.0),
    "develop.carry_over": (0.4, 1.0),
    "lead.head_weight": (0.0, 1.0),
    "lead.leadership_memory": (0.0, 1.0),
    "establishment.middle_leader_share": (0.0, 0.6),
    "collaborate.systems": (0.0, 1.0),
    "collaborate.systems_memory": (0.0, 1.0),
    "collaborate.wear": (0.0, 1.0),
    "collaborate.spread": (0.0, 1.0),
    "collaborate.hiring": (0.0, 4.0),
    "collaborate.support": (0.0, 2.0),
    "leave.per_aspiration": (0.0, 1.0),
    "leave.pay_elasticity": (-3.0, 0.0),
    "leave.outside_pay": (0.0, 0.7, 1.4),
    "appoint.pay_elasticity": (0.0, 3.0),
    "recruit.pay_elasticity": (0.0, 5.0),
    "costs.pay": (0.0, 50_000.0),
    "pupils_learn.per_team_leader": (0.0, 1.0),
}
"""Edges of what is possible, of which every configuration takes a few."""
DRAWN_LAST = (
    ("appoint.look_past", "appoint.rank_kept"),
    ("inspect.sponsored", "inspect.transferred", "inspect.leave_when_sponsored", "appoint.seen_as_head"),
    ("inspect.", "executive.", "appoint.fixed_term"),
)
"""Parameters that came later, the latest first: drawn after all else, they leave the rest of each configuration as it is."""
BY_PHASE_LATER = (
    "population.ethnic_group",
    "population.entrant_ethnic_group",
    "hours.role_odds",
    "hours.full_time_on_promotion",
)
"""Tables that were not by phase at first: they take of the dice what they did then."""
SPREAD_OUT = 50
"""From this configuration on, schools are spread out over one area."""
OTHER_DICE = {51: 67}
"""Configurations that are drawn as others: here one in which heads of a cluster change while it takes part in a programme."""


def random_setup(n: int) -> Setup:
    """The ``n``-th configuration: 4 to 14 schools, 60 to 600 people, 3 to 8 years (13 for every tenth), drawn widely but plausibly."""
    n = OTHER_DICE.get(n, n)
    dice = random.Random(n)
    warm_up = dice.randint(0, 3)
    length = 13 if n % 10 == 9 else dice.randint(3, 8)  # a few are long enough for every decade and for the pool to age
    dropped = dice.sample(FULL_LADDER[1:], dice.choice((0, 0, 0, 1, 2)))
    base_year, years = dice.choice((2018, 2025)), max(length - warm_up, 0)
    structure = random_structure(n, dropped)
    register = random_register(dice)
    register = replace(register, phase=(register.phase % len(structure.phases)).astype(np.int8))
    register = replace(register, joined_regions=random_markets(n, len(structure.phases), len(register.region_names)))
    register = replace(register, religion=random_religions(n, len(register)))
    setup = Setup(
        register=register,
        changes=random_changes(n, register, base_year, years),
        parameters=fitted(random_parameters(dice), structure),
        base_year=base_year,
        warm_up_years=warm_up,
        years=years,
        structure=structure,
        earlier=tuple((last, fitted(before, structure)) for last, before in random_earlier(n, base_year, years)),
        **random_zones(n, register, base_year, years, structure),
        programmes=tuple(
            measured(
                with_awards(
                    dated(dosed(ranked(graded(in_words(programme, n, structure), n), n), n), n, base_year + years // 2),
                    n,
                ),
                n,
            )
            # Dice of their own: one parameter more in the model leaves the programmes as they are.
            for programme in in_blocks(
                [
                    taken_again(programme, n)
                    for programme in random_programmes(
                        random.Random(2_500_000 + n), base_year - warm_up, base_year + years
                    )
                ],
                n,
            )
        ),
    )
    return spread_out(setup) if n >= SPREAD_OUT else setup


def spread_out(setup: Setup) -> Setup:
    """The setup with all schools in one phase and region, each a community of its own, and many who seek its many senior posts.

    Whoever searches a region comes upon one in 64 of its schools: in areas of few schools, of many phases, it is rarely one with a post.
    """
    schools, p = len(setup.register), setup.parameters
    same = np.zeros(schools, np.int8)
    register = replace(setup.register, phase=same, region=same, community=np.arange(schools, dtype=np.int32))
    see = p.appoint.see.copy()
    see[..., Ring.ELSEWHERE] = 0.05
    told = {"appoint.seek_promotion": 0.9, "appoint.seek_move": 0.5, "appoint.bar": -2.0, "leave.retire": 0.2}
    values = {path: np.full_like(np.asarray(p.value(path)), value) for path, value in told.items()}
    values["appoint.see"] = see
    values["appoint.schools_elsewhere"] = np.full(p.appoint.schools_elsewhere.shape, schools - 1.0)
    values["establishment.posts_per_100_pupils"] = p.establishment.posts_per_100_pupils * 3
    return replace(setup, register=register, parameters=p.with_values(values), years=6)


def random_structure(n: int, dropped: list[str]) -> Structure:
    """England without the rungs that are ``dropped``, of which its head is none; in every fifth configuration another."""
    return OTHERS[n // 5 % len(OTHERS)] if n % 5 == 1 else without([rung for rung in dropped if rung != "head"])


def in_words(programme: Programme, n: int, structure: Structure) -> Programme:
    """The programme; in every second configuration with what the context calls rungs, phases and groups, in place of codes."""
    if n % 2:
        return programme

    def named(codes: tuple[int | str, ...], names: tuple[str, ...]) -> tuple[int | str, ...]:
        known = dict(enumerate((*names, *(f"no_{code}" for code in range(len(names), 8))))) | {-1: "none"}
        return tuple(known[code] if isinstance(code, int) else code for code in codes)

    words = {
        "role": structure.ladder.names,
        "acting_role": structure.ladder.names,
        "ethnic_group": structure.ethnic_groups,
    }
    words["school.phase"] = structure.phases
    return replace(
        programme,
        who=tuple(
            replace(c, any_of=named(c.any_of, words[c.column])) if c.any_of is not None and c.column in words else c
            for c in programme.who
        ),
        effects=tuple(replace(effect, roles=named(effect.roles, words["role"])) for effect in programme.effects),
    )


def random_earlier(n: int, base_year: int, years: int) -> Earlier:
    """Other parameters until the base year in every fifth configuration; in the next, for a year within the projection too.

    In some of the first, others again until two years before the base year: pay differs from that year's, and nobody minds.
    """
    other, back = (random_parameters(random.Random(seed + n)) for seed in (3_000_000, 4_000_000))
    if n % 5 == 4:
        return ((base_year, other),) if n % 2 else ((base_year - 2, back), (base_year, other))
    return ((base_year, other), (base_year + years // 2, back)) if n % 5 == 3 else ()


def random_zones(n: int, register: Register, base_year: int, years: int, structure: Structure) -> dict[str, Any]:
    """Other parameters in some of the schools in every fifth configuration; in the next but one, beside other dates."""
    dice = random.Random(5_000_000 + n)
    if n % 5 not in (1, 3):
        return {}
    zones = []
    for number in range(dice.randint(1, 2)):
        other, before = (random_parameters(random.Random(seed + 10 * n + number)) for seed in (6_000_000, 7_000_000))
        earlier = random_earlier(n, base_year, years) if n % 5 == 3 else ()
        earlier = earlier if dice.random() < 0.5 else ((base_year - dice.randint(0, 1), before),)
        in_order = tuple((last, fitted(one, structure)) for last, one in earlier)
        zones.append(Zone(fitted(other, structure), in_order))
    zone = np.array([dice.randint(0, len(zones)) for _ in register.urn], np.int16)
    return {"zone": zone, "zones": tuple(zones)}


def measured(programme: Programme, n: int) -> Programme:
    """The programme; half of those of every fifth configuration as measures, which everybody has who may join."""
    if n % 5 != 4 or random.Random(f"measure {n} {programme.name}").random() < 0.5:
        return programme

    def of_all(one: Programme) -> Programme:
        delivery = replace(one.delivery, helpers=None, cascade=None)
        effects = tuple(replace(e, of_gap=False) for e in one.effects if e.on not in (On.HELPER, On.PEERS))
        return replace(one, delivery=delivery, effects=effects, everybody=True, again=None, family="")

    return replace(of_all(programme), earlier=tuple((last, of_all(before)) for last, before in programme.earlier))


def graded(programme: Programme, n: int) -> Programme:
    """The programme; in every fifth configuration for schools of some grades, in place of those of some regions."""
    if n % 5 != 4:
        return programme
    of_grades = {"column": "school.grade", "any_of": (0, 1)}
    return replace(
        programme, who=tuple(replace(c, **of_grades) if c.column == "school.region" else c for c in programme.who)
    )


def ranked(programme: Programme, n: int) -> Programme:
    """The programme; in every fifth configuration for some of the schools and clusters by rank, in place of by value."""
    if n % 5 != 2:
        return programme
    who = (
        replace(c, least=0.3, most=1.0, ranked=True) if c.any_of is None and "." in c.column else c
        for c in programme.who
    )
    return replace(programme, who=tuple(who))


def taken_again(programme: Programme, n: int) -> Programme:
    """The programme; in two of five configurations people may join it again, and some come before others for its places."""
    if n % 5 not in (0, 1):
        return programme
    dice, person = random.Random(f"again {n} {programme.name}"), programme.unit == Unit.PERSON
    on = dice.choice(((), (), (New.ROLE,), (New.SCHOOL,), (New.ROLE, New.SCHOOL))) if person else ()
    quotas = tuple(
        Quota(dice.choice((0.2, 0.35, 0.5)), random_conditions(dice, programme.unit, 1))
        for _ in range(dice.choice((0, 1, 2, 2)))
    )
    first = programme.places.first
    return replace(
        programme,
        places=replace(
            programme.places,
            last=first + dice.choice((3, 99)),
            quotas=quotas,
            ahead=random_conditions(dice, programme.unit, dice.choice((0, 1))),
            priority=dice.choice((None, random_priority(dice, programme.unit))),
        ),
        again=dice.choice((None, *[Again(dice.choice((0, 0, 1)), on, dice.random() < 0.3)] * 3)),
    )


def in_blocks(programmes: list[Programme], n: int) -> list[Programme]:
    """The programmes; in every fifth configuration the first of several is in two blocks, with rules of their own."""
    if n % 5 != 1 or len(programmes) < 2:
        return programmes
    dice = random.Random(f"blocks {n}")
    first, second, *others = programmes
    block = replace(
        first,
        name=second.name,
        who=random_conditions(dice, first.unit, dice.choice((0, 1))),
        places=random_places(dice, first.unit, max(first.places.first, 0), first.places.first + 99),
        effects=tuple(replace(effect, size=effect.size * dice.uniform(0.5, 2.0)) for effect in first.effects),
        again=dice.choice((None, Again())),
    )
    return [replace(first, family=first.name), replace(block, family=first.name), *others]


def dated(programme: Programme, n: int, last: int) -> Programme:
    """The programme; in every fifth configuration with other numbers up to and including the school year ``last``."""
    if n % 5 != 3:
        return programme
    dice = random.Random(f"{n} {programme.name}")

    def other(number: float, most: float = math.inf) -> float:
        return min(number * dice.choice((0.5, 1.0, 1.5)), most)

    p, take_up, costs = programme.places, programme.take_up, programme.costs
    before = replace(
        programme,
        places=replace(
            p,
            number=None if p.number is None else other(p.number),
            share=None if p.share is None else other(p.share, 1.0),
        ),
        take_up=replace(take_up, aware=other(take_up.aware, 1.0), complete=other(take_up.complete, 1.0)),
        delivery=replace(programme.delivery, hours=other(programme.delivery.hours)),
        effects=tuple(replace(effect, size=other(effect.size)) for effect in programme.effects),
        costs=replace(costs, grant=other(costs.grant), fee=other(costs.fee)),
    )
    return replace(programme, earlier=((last, before),))


def random_changes(n: int, register: Register, base_year: int, years: int) -> tuple[Change, ...]:
    """Events of schools in every second configuration, several a year, all of which can happen."""
    dice, urns, found = random.Random(f"changes {n}"), register.urn.tolist(), []
    if n % 2 == 0 or not years:
        return ()
    alone = [urn for urn, row in zip(urns, register.cluster.tolist(), strict=True) if row < 0]
    opening = dice.sample(alone, min(len(alone), dice.randint(0, 2), len(urns) - 3))
    dates = {urn: base_year + dice.randint(1, years) for urn in opening}
    schools = Schools(register, [Change(year, Event.OPENS, urn) for urn, year in dates.items()])
    for year in range(base_year + 1, base_year + years + 1):
        due = [Change(year, Event.OPENS, urn) for urn, date in dates.items() if date == year]
        for _ in range(dice.randint(0, len(urns) // 3)):
            event = dice.choice((*[Event.JOINS_TRUST] * 4, *[Event.LEAVES_TRUST] * 2, Event.CLOSES, Event.MERGES_INTO))
            key = dice.choice((*register.cluster_key.tolist(), *range(900, 903)))
            other = {Event.JOINS_TRUST: key, Event.MERGES_INTO: dice.choice(urns)}.get(event, 0)
            due.append(Change(year, event, dice.choice(urns), other))
        for change in due:
            if schools.fault(change) is None:
                schools.happen(change)
                found.append(change)
    return tuple(found)


def random_register(dice: random.Random) -> Register:
    """Schools of all sizes in two or three regions, some in clusters of each kind."""
    schools, regions = dice.randint(4, 14), dice.randint(2, 3)
    sizes = [dice.choice((12, 40, 90, 200, 300, 450)) for _ in range(schools)]
    scale = dice.randint(700, 3_000) / sum(sizes)
    phases = [dice.choice((Phase.PRIMARY, Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL)) for _ in sizes]
    region = [dice.randrange(regions) for _ in sizes]
    labels = [(phase, place, dice.randrange(2)) for phase, place in zip(phases, region, strict=True)]
    numbering = list(dict.fromkeys(labels))
    dice.shuffle(numbering)
    clusters = dice.randint(0, max(1, schools // 3))
    cluster = [dice.randint(-1, clusters - 1) for _ in sizes]
    used = sorted({c for c in cluster if c >= 0})
    return Register(
        urn=np.array(sorted(dice.sample(range(100_000, 160_000), schools)), np.int32),
        name=tuple(f"School {i}" for i in range(schools)),
        phase=np.array(phases, np.int8),
        region=np.array(region, np.int8),
        local_authority=np.array([800 + place for place in region], np.int16),
        kind=np.array([dice.choice(list(SchoolKind)) for _ in sizes], np.int8),
        pupils=np.array([max(1, int(size * scale)) for size in sizes], np.int32),
        disadvantage=np.array([round(dice.random(), 3) for _ in sizes]),
        community=np.array([numbering.index(one) for one in labels], np.int32),
        cluster=np.array([used.index(c) if c >= 0 else -1 for c in cluster], np.int32),
        cluster_key=np.arange(len(used), dtype=np.int32) + 1,
        cluster_kind=np.array([dice.choice((*ClusterKind, *[ClusterKind.TRUST] * 3)) for _ in used], np.int8),
        cluster_name=tuple(f"Cluster {c}" for c in used),
        region_names=tuple(f"Region {i}" for i in range(regions)),
    )


def random_markets(n: int, phases: int, regions: int) -> np.ndarray | None:
    """In every third configuration, regions that are joined for those who search in a phase."""
    dice = random.Random(f"markets {n}")
    joined = [[dice.choice((region, 0)) for region in range(regions)] for _ in range(phases)]
    return np.array(joined, np.int8) if n % 3 == 0 else None


def random_religions(n: int, schools: int) -> np.ndarray:
    """A religious character for half of the schools."""
    dice = random.Random(f"religions {n}")
    return np.array([dice.choice((*Religion, *[Religion.NONE] * 2)) for _ in range(schools)], np.int8)


def random_parameters(dice: random.Random) -> Parameters:
    """The base, every entry stirred, and a few parameters at the edge of what is possible."""
    base, extremes = base_parameters().values(), dice.sample(sorted(EXTREMES), dice.randint(0, 6))
    since = {
        d: next((n for n, some in enumerate(DRAWN_LAST) if d.path.startswith(some)), len(DRAWN_LAST))
        for d in declarations()
    }
    added = [d for n in reversed(range(len(DRAWN_LAST))) for d in declarations() if since[d] == n]
    values = {d.path: _stirred_table(dice, d, base[d.path]) for d in declarations() if d not in added}
    for path in extremes:
        values[path] = np.full_like(np.asarray(base[path]), dice.choice(EXTREMES[path]))
    values["appoint.bar"] = np.maximum(values["appoint.bar"] + dice.choice((-1.0, -0.5, 0.0)), -10.0)
    values["establishment.roll_growth"] = np.array([[dice.uniform(-0.12, 0.12) for _ in range(3)] for _ in Phase])
    for path in POSTS[:2]:
        values[path] = values[path] * dice.choice((0.0, 0.6, 1.0, 2.0, 4.0))
    values |= {d.path: _stirred(dice, d, base[d.path]) for d in added}
    return Parameters.from_values(values)


def _stirred_table(dice: random.Random, declaration: Declaration, value: float | np.ndarray) -> float | np.ndarray:
    """:func:`_stirred`; of a table that was not by phase at first, the phases but the first by dice of their own."""
    if declaration.path not in BY_PHASE_LATER:
        return _stirred(dice, declaration, value)
    first, others = np.split(np.asarray(value), [1])
    stirred = _stirred(dice, declaration, first)
    own = random.Random(f"{declaration.path} {float(np.ravel(stirred)[0])}")
    return np.concatenate([stirred, _stirred(own, declaration, others)])


def _stirred(dice: random.Random, declaration: Declaration, value: float | np.ndarray) -> float | np.ndarray:
    """A value with noise of up to a half, inside its unit's range; money stays whole, shares still add up."""
    low, high = UNITS[declaration.unit]
    array = np.asarray(value, dtype=np.float64)
    noise = np.array([dice.uniform(0.5, 1.5) for _ in range(array.size)]).reshape(array.shape)
    shift = np.array([dice.uniform(-0.1, 0.1) for _ in range(array.size)]).reshape(array.shape)
    stirred = array * noise + (shift if low < 0 else 0.0)
    if declaration.unit == "GBP":
        stirred = np.round(stirred)
    stirred = np.clip(stirred, low, high)
    if declaration.sums_to_one_over:
        return stirred / stirred.sum(axis=-1, keepdims=True)
    return stirred if declaration.axes else float(stirred)
