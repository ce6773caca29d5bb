"""The smallest differences that the author of a scenario finds worth telling: under ``worth:``, by figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scenarios.problems import Problem
from scenarios.strict import Mapping, Node, Scalar, fields, number, text
from scenarios.strict.fields import wrong_kind

EXAMPLE = "such as heads_leaving: {of_base: 5%}"
MOST = 1e12
"""No amount of anything is larger."""
MOST_WHY = 200


@dataclass(frozen=True)
class Worth:
    """From which difference on a figure is told as one that somebody would notice."""

    figure: str
    """Its name, such as ``heads_leaving``, or that of a measure, whomever that is asked of."""
    least: float | None
    """In the figure's unit; None where it is a share of the base's figure."""
    of_base: float | None
    """As a share of the base's figure; None where it is in the figure's unit."""
    why: str
    """Why no less is; empty where nothing is said."""
    sign: str = field(default="", compare=False)
    """With which its size was written: ``%``, ``£`` or none."""
    at: tuple[str, int | None, int | None] = field(default=("", None, None), compare=False)
    """File, line and column where it stands."""

    def problem(self, code: str, message: str, hint: str | None = None) -> Problem:
        """What is seen to be wrong with it once it is known what the figure is."""
        return Problem(*self.at, code, message, hint=hint)

    def resolved(self) -> dict[str, Any]:
        """As plain values: what it says, without what it is of and where it stands."""
        said = {"least": self.least, "of_base": self.of_base, "why": self.why or None}
        return {key: value for key, value in said.items() if value is not None}


def read_worth(node: Node) -> tuple[Worth, ...]:
    """What ``worth:`` of a scenario says, in its order; problems are noted in the file's source."""
    if not isinstance(node, Mapping):
        wrong_kind(node, "worth must be a mapping of figures to their smallest difference", EXAMPLE)
        return ()
    found = (_read(name, node.keys[name], value) for name, value in node.values.items())
    return tuple(worth for worth in found if worth is not None)


def _read(name: str, key: Scalar, node: Node) -> Worth | None:
    what = f"worth.{name}"
    if not isinstance(node, Mapping):
        wrong_kind(node, f"{what} must be a mapping of least, or of_base, and why", EXAMPLE)
        return None
    parts = fields(node, what, optional=("least", "of_base", "why"))
    sizes = [part for part in ("least", "of_base") if part in parts]
    if len(sizes) != 1:
        node.place.wrong(
            "E0306", f"{what} must have one of least, in the figure's unit, and of_base, a share of the base's", EXAMPLE
        )
        return None
    size, given = sizes[0], parts[sizes[0]]
    written = given.text if isinstance(given, Scalar) else ""
    sign = "£" if written.startswith("£") else "%" if written.endswith("%") else ""
    unit = "GBP" if sign == "£" and size == "least" else "ratio"
    value = number(given, unit, 0.0, MOST if size == "least" else 1.0, f"{what}.{size}")
    why = text(parts["why"], MOST_WHY, f"{what}.why") if "why" in parts else ""
    if value is None or why is None:
        return None
    if value == 0.0:
        given.place.wrong("E0402", f"{what}.{size} must be more than none", EXAMPLE)
        return None
    at = key.place.source.where(key.place.line, key.place.column)
    least, of_base = (value, None) if size == "least" else (None, value)
    return Worth(name, least, of_base, why, sign, at)
