"""What to run: schema, strict loader, evidence, registers of schools, and the library of scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.catalogue import Entry, library, load_programme, programme_library
    from scenarios.checking import check
    from scenarios.parameter_files import Provenance
    from scenarios.problems import InputError, Problem, explain
    from scenarios.resolve import load
    from scenarios.scenario import Scenario

__all__ = [
    "Entry",
    "InputError",
    "Problem",
    "Provenance",
    "Scenario",
    "check",
    "explain",
    "library",
    "load",
    "load_programme",
    "programme_library",
]

_HOMES = {
    "Entry": "scenarios.catalogue",
    "InputError": "scenarios.problems",
    "Problem": "scenarios.problems",
    "Provenance": "scenarios.parameter_files",
    "Scenario": "scenarios.scenario",
    "check": "scenarios.checking",
    "explain": "scenarios.problems",
    "library": "scenarios.catalogue",
    "load": "scenarios.resolve",
    "load_programme": "scenarios.catalogue",
    "programme_library": "scenarios.catalogue",
}
"""Where each public name lives; imported when first asked for, so that ``import scenarios`` costs nothing."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
