"""Headway from Python: ``import headway``, then ``headway.run("england", scale=0.1)``.

Everything here lives elsewhere and is imported when it is first asked for, so that ``import headway`` costs nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.api import (
        back_test,
        calibrate,
        compare,
        compare_stored,
        diff,
        evaluate,
        explain,
        figures,
        open_study,
        parameters,
        problem,
        reckoner,
        run,
        validate,
    )  # fmt: skip
    from analysis.deciding import break_even, sensitivity, stress, value_for_money, value_of_information
    from analysis.errors import UserError
    from analysis.mesa_model import Model
    from analysis.version import headway_version as version
    from scenarios.problems import InputError
    from scenarios.resolve import load

__all__ = [
    "InputError",
    "Model",
    "UserError",
    "back_test",
    "break_even",
    "calibrate",
    "compare",
    "compare_stored",
    "diff",
    "evaluate",
    "explain",
    "figures",
    "load",
    "open_study",
    "parameters",
    "problem",
    "reckoner",
    "run",
    "sensitivity",
    "stress",
    "validate",
    "value_for_money",
    "value_of_information",
    "version",
]

_HOMES = {
    **dict.fromkeys(__all__, "analysis.api"),
    **dict.fromkeys(
        ("break_even", "sensitivity", "stress", "value_for_money", "value_of_information"), "analysis.deciding"
    ),
    "InputError": "scenarios.problems",
    "Model": "analysis.mesa_model",
    "UserError": "analysis.errors",
    "load": "scenarios.resolve",
    "version": "analysis.version",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check_house()
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), "headway_version" if name == "version" else name)


def __dir__() -> list[str]:
    return __all__


def check_house() -> None:
    """Raise :exc:`ImportError` if a file of the user's own hides one of the packages that Headway is made of."""
    from importlib.util import find_spec
    from pathlib import Path

    house = Path(__file__).resolve().parent.parent
    for name in ("analysis", "scenarios", "simulation"):
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None) if module else getattr(find_spec(name), "origin", None)
        if file is not None and Path(file).resolve() != house / name / "__init__.py":
            own = Path(file).parent if Path(file).name == "__init__.py" else Path(file)
            raise ImportError(f"{own} hides Headway's own package {name}: rename it, or start in another folder.")
