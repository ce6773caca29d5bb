"""The files that a calibration leaves: draws, and what is to be known of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.store import files
from analysis.studies.calibrate.identified import free_combination, known, sentences
from analysis.version import model_version
from scenarios.posterior import ABOUT, FILE, NUMBER

if TYPE_CHECKING:
    from analysis.studies.calibrate.study import Calibration
    from scenarios.targets import Point

STATES = 2000
"""Of the chains, from which spreads are told: those of 200 draws are known to 5% only."""
DIGITS = 6
"""Significant digits of what is written."""


def keep_draws(found: Calibration, folder: Path) -> tuple[Path, Path]:
    """Write the draws and what is known of them into a folder; returns the two files."""
    draws, about = folder / FILE, folder / ABOUT
    files.put(draws, _draws(found).encode())
    files.put(about, _toml(described(found)).encode())
    return draws, about


def _draws(found: Calibration) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([NUMBER, *found.plan.columns])
    for number, row in enumerate(found.plan.cells(found.draws)):
        writer.writerow([number, *(f"{value:.{DIGITS}g}" for value in row)])
    return out.getvalue()


def inside(found: Calibration) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every figure over the draws: its mean, its spread with the chance of one run of the whole, and the probability that it is inside."""
    from scipy.special import ndtr

    mean, variance = found.every.predict(found.draws)
    spread = np.sqrt(variance + found.whole_noise)
    low = np.array([point.low - point.half for point in found.points])
    high = np.array([point.high + point.half for point in found.points])
    probability = (ndtr((high - mean) / spread) - ndtr((low - mean) / spread)).mean(axis=0)
    return mean.mean(axis=0), np.sqrt(mean.var(axis=0, ddof=1) + (spread**2).mean(axis=0)), probability


def name_of(point: Point) -> str:
    """A figure's target and what narrows it."""
    narrowed = ", ".join(point.where.values())
    return f"{point.title} ({narrowed})" if narrowed else point.title


def described(found: Calibration) -> dict[str, Any]:
    """What is to be known of the draws, as plain values."""
    plan = found.plan
    mean, spread, probability = inside(found)
    states = found.chains.draws(STATES)
    return {
        "title": plan.title,
        "plan": found.digest,
        "model": model_version(),
        "seed": plan.seed,
        "scale": plan.scale,
        "runs": found.runs,
        "draws": plan.draws,
        "r_hat": _short(found.chains.r_hat),
        "words": sentences(plan.free, states),
        "left_free": free_combination(plan.free, states),
        "target": [
            {
                "number": point.target, "name": name_of(point), "measure": point.measure, "where": point.where,
                "kept_out": point.kept_out, "mean": _short(mean[i]), "spread": _short(spread[i]),
                "probability_inside": round(float(probability[i]), 3),
                "emulator_r2": round(float(found.every.emulator.explained[i]), 3),
                "moved_by_what_is_free": bool(found.every.emulator.acts[i]),
                **_of_sample(found, i),
            }
            for i, point in enumerate(found.points)
        ],
        "parameter": [
            {
                "name": one.name, "says": one.says, "cells": list(one.cells), "before": _short(one.before),
                "before_spread": _short(one.before_spread), "after": _short(one.after),
                "after_spread": _short(one.after_spread), "least": _short(one.least), "most": _short(one.most),
                "spread_left": round(one.left, 3), "verdict": one.verdict,
            }
            for one in known(plan.free, states)
        ],
    }  # fmt: skip


def _of_sample(found: Calibration, i: int) -> dict[str, float]:
    """What a sample costs: by how much the whole differs from it at the same parameters."""
    if not np.isfinite(found.sample_bias[i]):
        return {}
    return {"whole_less_sample": _short(found.sample_bias[i]), "whole_less_sample_error": _short(found.sample_error[i])}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _toml(content: dict[str, Any]) -> str:
    """Values, and lists of tables at the end, as TOML."""
    plain = [f"{key} = {_value(value)}" for key, value in content.items() if not _is_tables(value)]
    tables = [
        f"\n[[{key}]]\n" + "\n".join(f"{name} = {_value(v)}" for name, v in table.items())
        for key, value in content.items()
        if _is_tables(value)
        for table in value
    ]
    head = "# What is to be known of the draws beside it. Made by `headway calibrate`, and not by hand."
    return "\n".join([head, *plain, *tables]) + "\n"


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
