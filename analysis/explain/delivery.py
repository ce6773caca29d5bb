"""What doses, helpers' skill, fees and days of release do, in words."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.explain.effects import odds
from analysis.figures.rounding import percent, plain
from analysis.figures.words import WORDS
from scenarios.programme_files.known import KnownProgramme
from simulation.programmes.dose import LEAST_HELP, MOST_HELP, response
from simulation.programmes.programme import HALF_DOSE, Priority


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
