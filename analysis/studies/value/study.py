"""Value for money from names of scenarios: pairs are run, and their accounts drawn up."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.runs.plan import Options
from analysis.studies.compare import study
from analysis.studies.compare.summing import Asked, Comparison
from analysis.studies.value.value import Value, values_of
from scenarios.scenario import Scenario

MEASURE = "heads_leaving"
"""What is compared beside: the figure that most outcomes rest on."""


def carry_out(
    names: Sequence[str | Scenario], options: Options, rate: float | None = None
) -> tuple[Comparison, list[Value]]:
    """Compare the scenarios ``names[1:]`` with ``names[0]`` and value each; ``rate`` of discount as a share, None for the Green Book's.

    Raise ``scenarios.InputError`` and :exc:`~analysis.errors.UserError` as a comparison does.
    """
    found = study.carry_out(names, options, Asked(measures=[MEASURE], accounts=True))
    return found, values_of(found, rate)
