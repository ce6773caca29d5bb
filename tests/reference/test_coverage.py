"""The random configurations exercise the whole grammar of programmes: every term acts on somebody in some of them."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.changes import Event
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.channels import CHANNELS, COMPONENTS, SKILLS, On, PersonSlot, SchoolSlot
from simulation.programmes.programme import Area, Effect, New, Programme, Unit
from simulation.vocabulary import ClusterKind, Kind, Role, SchoolKind, Status
from simulation.world import Setup
from tests.reference.configurations import random_setup
from tests.reference.history import History
from tests.reference.test_identical import CONFIGURATIONS, fast_history_of

NEED_PEOPLE = (On.PARTICIPANT, On.TEAM, On.PEERS)

EXPECTED = {
    "programmes a configuration": {0, 1, 2, 3, 4},
    "unit": set(Unit),
    "channel, on": {(c.name, on) for c in CHANNELS.values() for on in c.bearers},
    "unit, on": {(unit, on) for unit in Unit for on in On if unit == Unit.PERSON or on not in NEED_PEOPLE},
    "person channel": set(PersonSlot),
    "school channel": set(SchoolSlot),
    "cluster channel": set(range(len(COMPONENTS))),
    "skill": set(range(len(SKILLS))),
    "area of helpers": set(Area),
    "area of a cascade": set(Area),
    "helpers": {"enough", "too few", "none", "of two programmes"},
    "fading": {"lasts", "ends with delivery", "fades"},
    "begins": {0, 1, 2},
    "sign": {1.0, -1.0},
    "leader support": {True, False},
    "endorsed": {True},
    "gap": {True},
    "worn": {Unit.SCHOOL, Unit.CLUSTER},
    "completes": {True, False},
    "places": {"number", "number within a budget", "share", "share within a budget", "scarce", "plenty"},
    "who comes first": {"quotas", "some ahead", "most", "least"},
    "joins again": {*Unit, New.ROLE, New.SCHOOL, "adds up", "the strongest counts", "in another block"},
    "first start": {"before the run", "in the warm-up", "after the warm-up", "after the run"},
    "condition": set(COLUMNS),
    "kind of cluster with a chair": set(ClusterKind),
    "role of participants": {role for role in Role if role != Role.TRUST_LEADER},
    "cost": {"grant", "fee", "release", "helper_time"},
    "event": set(Event),
    "event of a school with a programme": {Event.CLOSES, Event.MERGES_INTO},
    "leader of a trust": {"moves", "is out"},
    "displaced": {"placed", "let go"},
    "award": {"before completion", "after it"},
    "passed over": {"with an effect", "without"},
    "sponsored": set(SchoolKind),
}
"""What there is to exercise, by kind."""


def exercised(setup: Setup, history: History) -> Iterator[tuple[str, object]]:
    """What a configuration exercises, as (kind, which)."""
    yield "programmes a configuration", len(setup.programmes)
    for programme in setup.programmes:
        yield from _of_programme(setup, programme, history)
    yield from _of_changes(setup, history)
    kinds = dict(zip(setup.register.cluster_key.tolist(), setup.register.cluster_kind.tolist(), strict=True))
    kinds |= dict.fromkeys((c.other for c in setup.changes if c.event is Event.JOINS_TRUST), ClusterKind.TRUST)
    yield from _of_refusals(setup, history)
    yield from _of_sponsors(history)
    for year in history.values():
        yield from (("kind of cluster with a chair", kinds[key]) for key, (chair, *_) in year.clusters.items() if chair)
        for (what, _), shift in year.shift.items():
            yield from ((f"{what} channel", slot) for slot, amount in enumerate(shift) if amount)
        yield from (("cost", kind) for _, _, kind in year.programme_costs)


def _of_refusals(setup: Setup, history: History) -> Iterator[tuple[str, object]]:
    """Who was passed over, and whether a programme's effect falls on such people."""
    falls = any(effect.on == On.PASSED_OVER for programme in setup.programmes for effect in programme.effects)
    if any((person.passed_over or 0) > 0 for year in history.values() for person in year.people.values()):
        yield "passed over", "with an effect" if falls else "without"


def _of_sponsors(history: History) -> Iterator[tuple[str, object]]:
    """The kinds of schools that joined a trust because of their grade."""
    for t, year in history.items():
        for urn, when in year.sponsored.items():
            if when == t:
                yield "sponsored", SchoolKind(history[t - 1].system[urn][1])


def _of_changes(setup: Setup, history: History) -> Iterator[tuple[str, object]]:
    for change in setup.changes:
        yield "event", change.event
        now, before = history[change.year], history[change.year - 1]
        if change.event in (Event.CLOSES, Event.MERGES_INTO):
            yield from (("event of a school with a programme", change.event),) * any(
                key >> 60 == Kind.SCHOOL and key >> 24 & 0xFFFFFF == change.school for _, key, _ in before.enrolments
            )
            for key, person in before.people.items():
                if person.status == Status.IN_SERVICE and person.school == change.school and key in now.people:
                    if any(made[0] == key and made[2] == change.school for made in now.appointments):
                        yield "displaced", "placed"
                    if now.people[key].status == Status.OUT:
                        yield "displaced", "let go"
        for key, person in before.people.items():
            if person.status == Status.CENTRAL and person.role == Role.TRUST_LEADER and key in now.people:
                if now.people[key].status == Status.CENTRAL and now.people[key].school != person.school:
                    yield "leader of a trust", "moves"
                if now.people[key].status == Status.OUT:
                    yield "leader of a trust", "is out"


def _of_programme(setup: Setup, programme: Programme, history: History) -> Iterator[tuple[str, object]]:
    first, name, unit = programme.places.first, programme.name, programme.unit
    yield (
        "first start",
        "after the run"
        if first > setup.last_year
        else "before the run"
        if first <= setup.first_year
        else ("in the warm-up" if first <= setup.base_year else "after the warm-up"),
    )
    if not any(name == programme_name for year in history.values() for programme_name, _, _ in year.enrolments):
        return
    yield from (("unit", unit), ("sign", programme.sign), *(("condition", one.column) for one in programme.who))
    within = "" if programme.places.budget == float("inf") else " within a budget"
    yield "places", ("share" if programme.places.number is None else "number") + within
    ranked = programme.places
    yield from (("who comes first", "quotas") for _ in ranked.quotas)
    yield from (("who comes first", "some ahead") for _ in ranked.ahead)
    if ranked.priority is not None:
        yield "who comes first", "most" if ranked.priority.most else "least"
    yield from _of_again(setup, programme, history)
    for t, year in history.items():
        if name in year.funnel:
            _, applicants, places, _ = year.funnel[name]
            yield "places", "scarce" if places < applicants else "plenty"
        mine = {
            (key, start): state
            for (programme_name, key, start), state in year.enrolments.items()
            if programme_name == name
        }
        awards = any(effect.award for effect in programme.effects)
        for (key, start), (_, completes, completed, _, dose, worn, gap, _) in mine.items():
            yield "completes", completes
            if awards:
                yield "award", "after it" if completed else "before completion"
            if worn < 1:
                yield "worn", unit
            if start == t and unit == Unit.PERSON:
                yield "role of participants", history[t - 1].people[key].role
            for effect in programme.effects:
                if dose > 0 and programme.profile(effect, t - start) > 0:
                    yield from _of_effect(programme, effect, gap)
        yield from _of_helpers(programme, t, history, [state for state in mine.values() if state[3] > 0])
        if any(
            p.runs(t) and p is not programme and p.delivery.endorses > programme.delivery.quality
            for p in setup.programmes
        ):
            yield "endorsed", bool(mine)


def _of_again(setup: Setup, programme: Programme, history: History) -> Iterator[tuple[str, object]]:
    family = {p.name for p in setup.programmes if p.kin == programme.kin}
    enrolled = [key for key in history[max(history)].enrolments if key[0] in family]
    for name, unit, start in enrolled:
        earlier = [other for other, one, year in enrolled if one == unit and year < start]
        if name == programme.name and earlier:
            yield "joins again", programme.unit
            yield "joins again", "adds up" if programme.again.adds_up else "the strongest counts"
            yield from (("joins again", on) for on in programme.again.on)
            if set(earlier) != {name}:
                yield "joins again", "in another block"


def _of_effect(programme: Programme, effect: Effect, gap: float) -> Iterator[tuple[str, object]]:
    if effect.on != On.HELPER:
        yield from (("channel, on", (effect.channel, effect.on)), ("unit, on", (programme.unit, effect.on)))
    yield from (("skill", skill) for skill in effect.skills)
    fading = {float("inf"): "lasts", 0.0: "ends with delivery"}.get(effect.half_life, "fades")
    yield from (("fading", fading), ("begins", effect.begins), ("leader support", effect.leader_support != 0))
    if effect.of_gap and gap > 0:
        yield "gap", True
    if effect.on == On.PEERS:
        yield "area of a cascade", programme.delivery.cascade.within
        yield from (("condition", one.column) for one in programme.delivery.cascade.who)


def _of_helpers(programme: Programme, t: int, history: History, helped: list[tuple]) -> Iterator[tuple[str, object]]:
    helpers, helping = programme.delivery.helpers, history[t].helping
    if helpers is None:
        return
    in_delivery = [state for state in helped if t - state[0] < programme.delivery.years]
    if in_delivery and all(helper == 0 for *_, helper in in_delivery):
        yield "helpers", "none"
    for (name, _), (_, _, units, _) in helping.items():
        if name == programme.name:
            yield from (
                ("area of helpers", helpers.within),
                ("helpers", "too few" if units > helpers.each else "enough"),
            )
            yield from (("condition", one.column) for one in helpers.who)
            for effect in programme.effects:
                if effect.on == On.HELPER:
                    yield from (("channel, on", (effect.channel, On.HELPER)), ("unit, on", (programme.unit, On.HELPER)))
    if len({name for name, _ in helping}) > 1:
        yield "helpers", "of two programmes"


def test_the_configurations_exercise_the_whole_grammar() -> None:
    """Over all configurations, every channel acts on every bearer, in programmes of every kind, area and fading."""
    seen: dict[str, set[object]] = {kind: set() for kind in EXPECTED}
    for n in range(CONFIGURATIONS):
        for kind, which in exercised(random_setup(n), fast_history_of(n)):
            seen[kind].add(which)
    missing = {kind: sorted(map(str, want - seen[kind])) for kind, want in EXPECTED.items() if want - seen[kind]}
    assert not missing, f"no configuration exercises {missing}"
