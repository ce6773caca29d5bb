"""What a year costs each school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.vocabulary import Status
from tests.reference.functions import rounded

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel

COSTS = ("pay", "on_costs", "recruitment", "cover", "acting")


def costs(model: ReferenceModel) -> None:
    """Whole GBP by school: pay, on-costs, recruitment, cover and acting."""
    found = {school.urn: dict.fromkeys(COSTS, 0) for school in model.schools_ever}
    for person in model.people:
        if person.status in (Status.IN_SERVICE, Status.CENTRAL):
            rule, pay = person.parameters.costs, person.pay(person.role) * person.fte / 100
            insured = max(0.0, pay - rule.insurance_threshold)
            found[person.school.urn]["pay"] += rounded(pay)
            found[person.school.urn]["on_costs"] += rounded(rule.pension * pay + rule.insurance * insured)
        if person.acting_role >= 0:
            gap = person.pay(person.acting_role) - person.pay(person.role)
            found[person.school.urn]["acting"] += rounded(person.parameters.costs.acting_allowance * gap)
    of_urn = {school.urn: school for school in model.schools}
    for (urn, role, _), times in model.events.adverts.items():
        found[urn]["recruitment"] += rounded(of_urn[urn].parameters.costs.advert[role] * times)
    for school in model.schools:
        rule = school.parameters.costs
        empty = sum(open_ for role, open_ in enumerate(school.open) if not model.rungs.at_least_senior(role))
        found[school.urn]["cover"] = rounded(empty * rule.cover_days * rule.supply_day[school.phase])
    model.events.costs = found
