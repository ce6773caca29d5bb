"""What the effects of a programme, its doses and its helpers mean, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from analysis.explain.words import Item, one, ordinal, published, roles
from analysis.figures.rounding import percent, plain
from analysis.figures.words import WORDS, capital, count, listed
from scenarios.cites import backing
from scenarios.parameter_files import GRADES
from scenarios.programme_files.known import EffectSettings, KnownProgramme
from simulation.programmes.channels import CHANNELS, COMPONENTS, SKILLS, On
from simulation.programmes.dose import LEAST_HELP, MOST_HELP, response
from simulation.programmes.programme import ALL_ROLES, HALF_DOSE, Priority, Unit


def effects(programme: KnownProgramme, side: bool) -> tuple[Item, ...]:
    """The effects or side effects of a programme, each with size, range, course, grade and sources."""
    return tuple(effect_item(programme, effect) for effect in programme.effects if effect.side is side)


def effect_item(programme: KnownProgramme, effect: EffectSettings) -> Item:
    """One effect in words."""
    figure = programme.figures[effect.path]
    source = figure.provenance
    low, high = source.range
    full, between = _in_words(effect, figure.value, low, high)
    name = capital(effect.name.replace("_", " ").replace("wellbeing", "well-being"))
    size = f"{name}. {capital(bearers(programme, effect))}: {full}. {_course(effect, programme.everybody)}"
    below = [f"It could be anything from {between}."] if low < high else []
    below += [f"{capital(source.note).rstrip('.')}."] if source.note else []
    below += [_shrunk(effect)] if effect.reported else []
    below += [f"It is large for its dose: {effect.out_of_order.rstrip('.')}."] if effect.out_of_order else []
    below += [f"Grade {source.grade}: {GRADES[source.grade]}."]
    below += [published(backing(name, programme.cites)) for name in source.sources]
    return Item(size, tuple(below))


def _shrunk(effect: EffectSettings) -> str:
    """What was reported of an effect, and how much of it is kept."""
    reported = effect.reported
    assert reported is not None
    unit = CHANNELS[effect.channel].unit
    found = WORDS["found_by"][reported.by]
    return f"{capital(found)}: {plain(reported.value)} {unit}, of which {percent(reported.kept)} is kept."


def bearers(programme: KnownProgramme, effect: EffectSettings) -> str:
    """On whom an effect falls."""
    of = "" if effect.roles == ALL_ROLES else listed(roles(effect.roles))
    of_schools = CHANNELS[effect.channel].of_schools
    joined = {Unit.PERSON: "the participant's school", Unit.SCHOOL: "the school", Unit.CLUSTER: "each of its schools"}
    school = joined[programme.unit]
    everybody = of or "everybody"
    words = {
        On.PARTICIPANT: "whoever has it" if programme.everybody else "those who take part",
        On.TEAM: "the participant's part of the school"
        if of_schools
        else f"{of or 'those'} whom the participant leads",
        On.SCHOOL: school if of_schools else f"{everybody} at {school}",
        On.CLUSTER: "every school of the cluster" if of_schools else f"{everybody} in the cluster's schools",
        On.PEERS: "those whom participants lead in learning communities",
        On.HELPER: f"each {programme.helpers.kind if programme.helpers else 'helper'}",
        On.INSIDERS: f"people of {school} who apply for its posts",
        On.PASSED_OVER: f"{school}, by the share of its staff who were passed over the year before, not ready and not aware of it"
        if of_schools
        else f"{of or 'those'} at {school} who were passed over the year before, not ready and not aware of it",
        On.OUTSIDERS: f"people elsewhere, of posts at {school}",
    }
    return "the cluster" if effect.channel == "cluster_strength" else words[effect.on]


def _in_words(effect: EffectSettings, size: float, low: float, high: float) -> tuple[str, str]:
    """The size of an effect in full, and its range where it is clear what it is about."""
    channel = CHANNELS[effect.channel]
    if effect.of_gap:
        closed = f"{percent(size)} of the gap in culture to the helper's school is closed"
        return closed, f"{percent(low)} to {percent(high)}"
    if channel.unit == "log-odds":
        return odds_of(size, channel.words), f"{odds(low)} to {odds(high)}"
    if channel.unit == "ratio":
        return f"{channel.words} {_faster(size)}", f"{_faster(low)} to {_faster(high)}"
    if channel.name == "cluster_strength":
        part = WORDS["components"][COMPONENTS[effect.component]]
        return f"{_more(size)} for {part}, on a scale from 0 to 1", _from_to(low, high, "")
    what = channel.words
    if channel.name == "capability":
        what = f"skill in {listed(WORDS['skills'][SKILLS[skill]] for skill in effect.skills)}"
    deviations = channel.unit == "standard deviations"
    full = _deviations(size, what) if deviations else f"{_more(size, channel.unit)} {what}"
    return full, _from_to(low, high, channel.unit)


def _from_to(low: float, high: float, unit: str) -> str:
    """Both ends, the unit and ``more`` or ``less`` once where they are the same: ``0.05 to 0.15 hours more``."""
    return f"{plain(abs(low)) if low * high > 0 else _more(low, unit)} to {_more(high, unit)}"


def odds(size: float) -> str:
    """Log-odds as a change in odds: ``about 10% lower``, ``about 2.0 times``."""
    ratio = math.exp(size)
    if size == 0:
        return "no change"
    return (
        f"about {ratio:.1f} times" if ratio >= 2 else f"about {abs(ratio - 1):.0%} {'higher' if size > 0 else 'lower'}"
    )


def odds_of(size: float, what: str) -> str:
    """The same with that of which they are the odds: ``about 10% lower odds of leaving``."""
    if size == 0:
        return f"no change in the odds of {what}"
    return f"{odds(size)}{' the' if math.exp(size) >= 2 else ''} odds of {what}"


def _more(size: float, unit: str = "") -> str:
    if size == 0:
        return "no change"
    return f"{plain(abs(size))}{f' {one(unit) if abs(size) == 1 else unit}' if unit else ''} {'more' if size > 0 else 'less'}"


def _faster(size: float) -> str:
    return f"{percent(abs(size))} {'faster' if size > 0 else 'slower'}" if size else "as fast as before"


def _deviations(size: float, what: str) -> str:
    """Standard deviations, and to which place among a hundred they would lead from the middle."""
    if size == 0:
        return f"no change in {what}"
    rank = round(100 * NormalDist().cdf(size))
    shift = "" if rank == 50 else f" ({'up' if size > 0 else 'down'} from 50th to {ordinal(rank)} of a hundred)"
    return f"{_more(size, 'standard deviations')} {what}{shift}"


def _supported(effect: EffectSettings) -> str:
    by = percent(effect.leader_support)
    return (
        f" A school whose leadership is a standard deviation better gets {by} more of it."
        if effect.leader_support
        else ""
    )


def _course(effect: EffectSettings, everybody: bool) -> str:
    """When an effect begins and how it ends."""
    if effect.on is On.HELPER:
        return "It lasts as long as they help."
    order = ("first", "second", "third", "fourth", "fifth")
    year = f"{order[effect.begins]} year" if effect.begins < len(order) else f"{ordinal(effect.begins + 1)} year"
    begins = f"From the {year}"
    if everybody:
        return f"{begins} of the measure on, for as long as it is in force." + _supported(effect)
    if math.isinf(effect.half_life):
        course = f"{begins} on, and for good."
    elif effect.half_life == 0:
        course = f"{begins} until delivery ends."
    else:
        words = {0.5: "every half year", 1: "every year"}
        each = words.get(effect.half_life) or f"every {count(effect.half_life, 'year')}"
        course = f"{begins}; once delivery is over, it halves {each}."
    return course + _supported(effect)


def doses(programme: KnownProgramme) -> Iterator[str]:
    """What other hours than are planned bring; nothing where none are planned."""
    if day := programme.value("delivery.day"):
        yield f"A day of release holds {plain(day)} hours of it."
    if programme.paid:
        yield "It is a payment: a smaller one does less, and a larger one more."
    plan = programme.planned
    if plan is None or not (programme.paid or plan.hours or plan.helper_hours or (plan.release_days and day)):
        return
    half = programme.value("delivery.half_dose", HALF_DOSE)
    fewer, more = (percent(response(dose, half)) for dose in (0.5, 2.0))
    yield (
        f"All effects are those of the {'payment' if programme.paid else 'hours'} planned. By the curve that is assumed, half of "
        f"{'it' if programme.paid else 'them'} {'brings' if programme.paid else 'bring'} "
        f"{fewer} of an effect and twice as {'much' if programme.paid else 'many'} {more}."
    )


def of_help(programme: KnownProgramme) -> Iterator[str]:
    """What makes one helper's help worth more than another's, and who helps whom."""
    helpers, value = programme.helpers, programme.value
    if helpers is None:
        return
    kind = helpers.kind
    if training := value("delivery.helpers.training"):
        hangs = value("delivery.helpers.trained")
        yield f"Each {kind} is trained for {plain(training)} hours a year, and {percent(hangs)} of what they achieve hangs on it."
    for name, of in (("skill", "whose skill is"), ("culture", "whose own school's culture of staff development is")):
        if by := value(f"delivery.helpers.{name}"):
            yield (
                f"The help of a {kind} {of} one standard deviation above that of others who could help achieves "
                f"{percent(abs(by))} {'more' if by > 0 else 'less'}, and below it {'less' if by > 0 else 'more'}; at best "
                f"{plain(MOST_HELP)} times, at worst {percent(-LEAST_HELP)} as much harm."
            )
    for rule, words in (
        (helpers.first, f"Of willing people those with {{}} are {kind} first."),
        (helpers.serve, "The first help those with {}."),
    ):
        if rule is not None:
            yield words.format(_end(rule))


def _end(rule: Priority) -> str:
    return f"the {'most' if rule.most else 'least'} {rule.column.replace('school.', 'school ').replace('_', ' ')}"


def acts(programme: KnownProgramme) -> Iterator[str]:
    """What a fee does to applications and release to completion; and what of the costs is not said to do anything."""
    value, kept = programme.value, programme.cost_only
    if by := value("take_up.apply_fee"):
        yield f"GBP 1,000 more of a fee than is planned: {odds(by)} odds of applying."
    if by := value("take_up.complete_release"):
        yield f"A day more of release than is planned: {odds(by)} odds of completing."
    silent = [path for path in ("costs.grant", "costs.fee", "costs.release_days") if value(path) and path not in kept]
    silent = [path for path in silent if not _acts(programme, path)]
    if silent:
        names = " and ".join(WORDS["figures"][path] for path in silent)
        yield f"Nothing is said of what {names} would do beside what it costs."


def _acts(programme: KnownProgramme, path: str) -> bool:
    acting: dict[str, tuple[str, ...]] = {
        "costs.fee": ("take_up.apply_fee",),
        "costs.release_days": ("take_up.complete_release", "delivery.day"),
    }
    if path == "costs.grant":
        return programme.paid
    return any(programme.value(figure) for figure in acting.get(path, ()))
