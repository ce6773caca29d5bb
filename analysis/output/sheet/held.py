"""The sheet that holds the base year against what is published, where the school system has targets."""

from __future__ import annotations

import numpy as np

from analysis.figures.lines import Line, Over
from analysis.figures.numbers import SHARE_UNITS
from analysis.output.sheet.results import ROUNDING, make
from analysis.output.sheet.sheet import UNAVAILABLE, Cell, Sheet, figure, rounded
from analysis.output.sheet.study import Study
from analysis.store.select import dimensions
from analysis.studies.compare.stored import figures_of
from analysis.studies.validate import compare, load_targets, verdict

TARGETS_FOR = ("england",)
"""School systems whose base year has published targets."""


def validation(study: Study) -> Sheet | None:
    """The base scenario's base year against published figures; None for a school system without them.

    Nothing is shown where small counts are suppressed: a figure's base is not known here.
    """
    base = study.scenarios[0]
    if base["resolved"]["context"] not in TARGETS_FOR or study.below is not None:
        return None
    there = set(dimensions(study.db))
    targets = [target for target in load_targets() if set(target.where) <= there]
    lines = [Line(t.title, t.title, t.measure, t.unit, Over.MEAN, tuple(t.where.items())) for t in targets]
    runs = [r for (r,) in study.db.execute("SELECT DISTINCT replicate FROM runs ORDER BY 1").fetchall()]
    found = figures_of(study.db, lines, [base["name"]], runs, [base["base_year"]])[:, 0, :, 0, 0]
    cards = [(t, compare(t, of[~np.isnan(of)].tolist())) for t, of in zip(targets, found.T, strict=True)]
    rows: list[tuple[Cell, ...]] = []
    for target, card in cards:
        half = 0.0 if card.interval_high is None or card.simulated is None else card.interval_high - card.simulated
        fine = 0.001 if card.unit in SHARE_UNITS else 0.1
        published = [rounded(v, fine, card.unit) for v in (card.published_low, card.published_high, card.tolerance)]
        simulated = UNAVAILABLE if card.simulated is None else figure(card.simulated, half / 2, card.unit)
        rows.append(
            (
                card.target, ", ".join(f"{k} {v}".replace("_", " ") for k, v in card.where.items()) or "all", card.unit, *published,
                simulated, "yes" if card.inside else "no",
                UNAVAILABLE if card.tolerances_off is None else rounded(card.tolerances_off, 0.1, ""), ", ".join(target.sources),
            )
        )  # fmt: skip
    if not rows:
        return None
    about = f"The base year of {base['title']} against published figures. {verdict([c for _, c in cards], study.runs)}"
    headings = ("Target", "Of whom", "Unit", "Published from", "Published to", "Tolerance", "Simulated, mean of runs", "Within tolerance", "Tolerances off", "Sources")  # fmt: skip
    return make("Validation", "How close the base year is to what is published", about, headings, rows, ROUNDING)
