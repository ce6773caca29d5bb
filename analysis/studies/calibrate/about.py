"""What is known of a context's draws: the file that a calibration leaves beside them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from analysis.version import model_version
from scenarios.posterior import ABOUT

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def about(scenario: Scenario) -> dict[str, Any] | None:
    """What stands beside the draws of a scenario's context; None if it has no draws, or nobody says how they were made."""
    if scenario.posterior is None:
        return None
    path = scenario.posterior.path.parent / ABOUT
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def other_model(scenario: Scenario) -> str:
    """A note if the draws of a scenario's context were made with another version of the model; empty if they were not."""
    known = about(scenario)
    if known is None or known.get("model") == model_version():
        return ""
    return (
        f"Note: the draws of {scenario.context} were made with another version of the model, {known.get('model', 'which is not known')}; "
        f"headway calibrate makes them anew."
    )
