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
    for school in model.schools:
        if school.executive:
            rule = school.parameters.costs
            allowed = school.parameters.executive.allowance * rule.pay[school.phase][model.rungs.head]
            found[school.urn]["pay"] += rounded(allowed)
            found[school.urn]["on_costs"] += rounded((rule.pension + rule.insurance) * allowed)
    of_urn = {school.urn: school for school in model.schools}
    for (urn, role, which), times in model.events.adverts.items():
        if which == "all":
            found[urn]["recruitment"] += rounded(of_urn[urn].parameters.costs.advert[role]) * times
    for school in model.schools:
        rule = school.parameters.costs
        years = [model.without_holder[school, role] / 3 for role in model.rungs.roles]
        taught_by_supply = sum(years[role] for role in model.rungs.roles if not model.rungs.at_least_senior(role))
        found[school.urn]["cover"] = rounded(taught_by_supply * rule.cover_days * rule.supply_day[school.phase])
        pay = rule.pay[school.phase]
        for role in model.rungs.roles:
            if model.rungs.leads_the_school(role):
                allowance = rule.acting_allowance * (pay[role] - pay[role - 1])
                found[school.urn]["acting"] += rounded(years[role] * allowance)
    model.events.costs = found
