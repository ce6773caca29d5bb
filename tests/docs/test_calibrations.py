"""The page on Teaching Leaders' calibrations is written from what evaluations keep."""

from __future__ import annotations

from typing import Any

from scenarios import load_programme
from tests.docs.calibrations import PAGE, page


def line(standing: str, verdict: str | None, effect: float) -> dict[str, Any]:
    """A finding as it is kept."""
    published = {"participants": 0.63 if verdict else None, "comparison": None, "difference": None}
    means = {"participants": 0.6, "comparison": 0.5, "effect": effect, "gap": 0.1}
    return {
        "finding": f"{standing} one", "unit": "share", "within": 0.04, "published": published, "standing": standing, "verdict": verdict,
        **{name: {"mean": mean} for name, mean in means.items()},
    }  # fmt: skip


def seed(verdict: str, kept: float) -> list[dict[str, Any]]:
    """One seed's record of one calibration."""
    places = {"direct": {"mean": -kept}, "total": {"mean": 2.0}}
    return [
        {
            "calibration": "mostly-this", "replicates": 4,
            "findings": [line("fitted", verdict, 0.1), line("predicted", None, 0.04)],
            "differences": {"leavers": places, "promotions": places},
            "costs": {"total": {"mean": 3e6}},
        }
    ]  # fmt: skip


def test_the_page_counts_seeds_and_tells_predictions_from_figures() -> None:
    """Met in one of three, too few pairs in another; a prediction has no verdict; leavers fewer are leavers' sign turned."""
    told = page([seed("met", 10.0), seed("missed", 12.0), seed("too few pairs", 14.0)], 2197)
    assert (
        "| fitted one | 63% | 60% v 50%, fitted, met in 1 of 3 (too few pairs in 1); all seeds together: met |" in told
    )
    assert "| predicted one | – | 60% v 50%, predicted |" in told
    assert "| Leavers fewer among participants | +12" in told
    assert "| Cost, GBP million | 3.0 |" in told


def test_the_page_is_of_the_calibrations_that_the_file_has() -> None:
    """Each is a column of it, and each published finding a row."""
    known, text = load_programme("teaching-leaders"), PAGE.read_text(encoding="utf-8")
    assert known.study is not None
    for calibration in known.calibrations:
        assert calibration.name.replace("-", " ").capitalize() in text
    for finding in known.study.findings:
        assert f"| {finding.name} |" in text
