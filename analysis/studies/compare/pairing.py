"""What two scenarios must share before their runs may be paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError

if TYPE_CHECKING:
    from analysis.runs.plan import Plan


def shared(plan: Plan) -> dict[str, tuple[Any, str]]:
    """What must be equal, by name: the value, and what to do if it is not."""
    from analysis.runs.plan import register_digest
    from simulation.draws import RNG_VERSION
    from simulation.vocabulary import school_year

    setup, resolved = plan.setup, plan.resolved
    return {
        "context": (resolved.get("context"), "Let one extend the other, or both the same scenario."),
        "base year": (school_year(setup.base_year), "Compare scenarios of one context."),
        "scale": (f"{plan.scale:g}", "Give both one with --scale."),
        "register of schools": (register_digest(setup.register)[:12], "Give both one with --schools."),
        "years before the base year": (setup.warm_up_years, "Compare scenarios of one context."),
        "seed": (plan.seed, "Give both one with --seed."),
        "version of the random draws": (getattr(plan, "rng_version", RNG_VERSION), "Run both with this version."),
    }


def over_common_years(plans: Sequence[Plan]) -> tuple[list[Plan], dict[str, int]]:
    """The plans, none of them longer than the shortest, and the last school year that each had, if they differed."""
    years = min(plan.setup.years for plan in plans)
    ends = {plan.name: plan.setup.last_year for plan in plans}
    if len(set(ends.values())) == 1:
        return list(plans), {}
    cut = [
        replace(plan, setup=replace(plan.setup, years=years), resolved={**plan.resolved, "years": years})
        for plan in plans
    ]
    return cut, ends


def check(base: Plan, policies: Sequence[Plan]) -> None:
    """Raise :exc:`UserError` unless every policy's runs can be paired with the base's, saying what differs."""
    names = [base.name, *(policy.name for policy in policies)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(
            f"scenario {twice[0]}",
            "given twice",
            "Name each scenario once; to see that nothing differs, copy the file.",
        )
    wanted = shared(base)
    for policy in policies:
        found = shared(policy)
        for name, (value, advice) in wanted.items():
            if found[name][0] != value:
                raise UserError(
                    f"{base.name} and {policy.name}",
                    f"cannot be paired: {name} is {value} in one and {found[name][0]} in the other",
                    advice,
                )
