"""A calibration for reading: figures, parameters, and what the figures leave open."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.rounding import joined, number
from analysis.figures.tables import Table, columns
from analysis.studies.calibrate.emulator import ENOUGH
from analysis.studies.calibrate.kept import described

if TYPE_CHECKING:
    from analysis.studies.calibrate.recover import Ranks, Recovery
    from analysis.studies.calibrate.study import Calibration

FIGURES = {
    "number": "No.", "name": "Figure", "published": "Published", "reach": "95% interval of it", "mean": "Mean over draws",
    "inside": "Mean inside", "probability": "Probability\ninside", "r2": "Emulator R²", "sample": "Whole less\nsample",
}  # fmt: skip
PARAMETERS = {
    "says": "Free number", "before": "Before", "after": "After", "range": "90% of draws", "left": "Spread left",
    "verdict": "Verdict",
}  # fmt: skip


def figures(found: Calibration) -> Table:
    """Every figure: what is published, what draws give, how probable it is that a run is inside, and what a sample costs."""
    told = described(found)["target"]
    rows = []
    for point, one in zip(found.points, told, strict=True):
        unit = point.unit
        low, high = point.low - point.half, point.high + point.half
        rows.append(
            {
                "number": str(point.target), "name": one["name"] + (", kept out" if point.kept_out else ""),
                "published": joined(number(point.low, unit), number(point.high, unit)),
                "reach": f"{number(low, unit)} to {number(high, unit)}", "mean": number(one["mean"], unit),
                "inside": "yes" if low <= one["mean"] <= high else "NO",
                "probability": f"{one['probability_inside']:.0%}", "r2": _explained(one), "sample": _cost(one, unit),
            }
        )  # fmt: skip
    return Table(
        "Figures", columns(FIGURES, set(FIGURES) - {"number", "name", "inside"}), rows, told, _verdict(found, told)
    )


def _explained(one: dict[str, Any]) -> str:
    if not one["moved_by_what_is_free"]:
        return "not moved"
    return f"{one['emulator_r2']:.2f}" + ("" if one["emulator_r2"] >= ENOUGH else " (low)")


def _cost(one: dict[str, Any], unit: str) -> str:
    if "whole_less_sample" not in one:
        return ""
    return f"{number(one['whole_less_sample'], unit)} ± {number(2 * one['whole_less_sample_error'], unit)}"


def _verdict(found: Calibration, told: list[dict[str, Any]]) -> str:
    """How many targets are inside by their means, of those to fit to and of those kept out, and how the check came out."""
    parts = []
    for kept_out, words in ((False, "to fit to"), (True, "kept out")):
        some = [
            (point, one["mean"]) for point, one in zip(found.points, told, strict=True) if point.kept_out is kept_out
        ]
        numbers = {point.target for point, _ in some}
        missed = {point.target for point, mean in some if point.off(mean) > 1}
        if some:
            parts.append(f"{len(numbers - missed)} of {len(numbers)} targets {words} are inside by their means")
    if len(found.checked):
        parts.append(
            f"of figures of {len(found.checked)} runs of all schools, {covered(found):.0%} are within 90% intervals of the prediction"
        )
    return "; ".join(parts) + "."


def covered(found: Calibration) -> float:
    """The share of figures of runs of the whole on draws that the prediction's 90% intervals hold."""
    mean, variance = found.every.predict(found.draws[found.checked_draws])
    off = np.abs(found.checked - mean) / np.sqrt(variance + found.whole_noise)
    return float((off <= 1.645).mean())


def parameters(found: Calibration) -> Table:
    """Every free number before and after."""
    rows = [
        {
            "says": one["says"], "before": f"{one['before']:.3g} ± {one['before_spread']:.2g}",
            "after": f"{one['after']:.3g} ± {one['after_spread']:.2g}",
            "range": f"{one['least']:.3g} to {one['most']:.3g}", "left": f"{one['spread_left']:.0%}",
            "verdict": one["verdict"],
        }
        for one in described(found)["parameter"]
    ]  # fmt: skip
    numeric = set(PARAMETERS) - {"says", "verdict"}
    note = f"R-hat {found.chains.r_hat:.3f}; {found.runs:,} runs. ± is a standard deviation; a shift of several cells begins at 0."
    return Table("Parameters", columns(PARAMETERS, numeric), rows, (), note)


def recovery(as_it_is: Ranks, narrow: Ranks, found: Recovery | None) -> list[str]:
    """What the calibration makes of parameters that are known."""
    said = [
        f"Ranks of {int(as_it_is.counts[0].sum())} known parameters among draws: "
        + ("uniform, as they must be" if as_it_is.uniform else "NOT uniform")
        + f" (p = {as_it_is.p_value:.2g}); of draws made 20% too narrow: "
        + ("NOT caught" if narrow.uniform else "caught")
        + f" (p = {narrow.p_value:.1g})."
    ]
    if found is not None:
        said.append(
            f"Parameters of {len(found.covered)} made-up systems, from runs of theirs: {found.share:.0%} of 90% intervals hold "
            f"them (± {2 * found.error:.0%})."
        )
    return [textwrap.fill(line, 110) for line in said]
