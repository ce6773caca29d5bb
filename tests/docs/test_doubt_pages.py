"""Scripts that write what is known of doubt into the pages: their arithmetic, and that the pages are of what they are about today."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.runs.plan import Options, plan
from analysis.studies import validate
from analysis.studies.compare.asking import chosen
from analysis.studies.compare.study import compare
from analysis.studies.compare.summing import Asked
from scenarios import load
from scenarios.posterior import FILE
from scenarios.targets import CHECKS, targets
from tests.docs import crossed, four_policies, parts, public_checks
from tests.docs.between import between, put

ISLAND = Path(__file__).parents[1] / "contexts" / "island"


def made_up(seed: int, spreads: tuple[float, ...], sizes: tuple[int, int, int]) -> np.ndarray:
    """Differences by draw of parameters, future and draw of figures, of components with these standard deviations."""
    rng = np.random.default_rng(seed)
    a, c, b = sizes
    shapes = [(a, 1, 1), (1, 1, b), (a, 1, b), (a, c, 1), (a, c, b)]
    return sum(spread * rng.standard_normal(shape) for spread, shape in zip(spreads, shapes, strict=True)) + 7


def test_components_are_those_that_differences_were_made_of() -> None:
    """Parameters 1, figures 2, both together 1, futures 1.5, futures with figures 0.5: variances to a twelfth, over 60 worlds of a fixed seed.

    Their standard errors over worlds are below a thirtieth, so that a false alarm is one in hundreds. Each is none where nothing varies.
    """
    found = np.mean([crossed.components(made_up(n, (1, 2, 1, 1.5, 0.5), (40, 2, 30))) for n in range(60)], axis=0)
    assert found == pytest.approx([1.5**2 + 0.5**2, 1 + 1, 4], rel=1 / 12)
    assert crossed.components(made_up(1, (1, 0, 0, 0, 0), (9, 2, 5)))[1:] == pytest.approx(
        [crossed.components(made_up(1, (1, 0, 0, 0, 0), (9, 2, 5))).sum(), 0]
    )


def test_shares_have_the_errors_that_they_make() -> None:
    """Told errors are within a factor of two of the spread of shares over 100 worlds, and shares add up to one."""
    found = [crossed.shares(made_up(n, (1, 1, 0, 1, 0), (12, 2, 10))) for n in range(100)]
    made, told = (np.array(some) for some in zip(*found, strict=True))
    assert made.sum(axis=1) == pytest.approx(1)
    ratio = np.sqrt((told**2).mean(axis=0)) / made.std(axis=0)
    assert ratio.min() > 0.5
    assert ratio.max() < 2


def test_a_crossed_future_is_the_pair_that_a_comparison_runs(tmp_path) -> None:
    """On the island with draws of a parameter: the first of each is the comparison's first pair; another draw of the figures costs otherwise."""
    island = tmp_path / "island"
    shutil.copytree(ISLAND, island)
    (island / FILE).write_text("draw,leave.return_from_break\n0,0.3\n1,0.7\n", encoding="utf-8")
    plans = [plan(str(island / f"{name}.yaml"), Options(2, 1, 2)) for name in ("scenario", "coaching")]
    asked = Asked(measures=["leaving", "cost_of_programmes"])
    lines = chosen(asked.measures, (), [one.setup for one in plans])
    y = crossed.crossed(plans, lines, (1, 1, 2), 1)
    found = compare(plans, asked, 1)
    whole = [i for i, cell in enumerate(found.cells) if cell.year is None]
    assert y[0, 0, 0] == pytest.approx(found.outcomes[0].doubt.differences[0, whole], abs=1e-9)
    assert y[0, 0, 0, 1] != y[0, 0, 1, 1]


def test_the_page_of_checks_has_every_figure_as_it_is_held_today() -> None:
    """A row for each, with what is published; those behind a parameter are told apart; the page of limits has what the page says."""
    points = targets(file=CHECKS)
    cards = [validate.compare(point, [point.low + 0.001 * n for n in range(8)]) for point in points]
    off = replace(cards[0], predicted=False, reason="so it is")
    text = public_checks.page([off, *cards[1:]])
    assert f"for {len(points) - 1} of {len(points)} figures" in text
    assert "so it is." in text
    known = public_checks.PAGE.read_text(encoding="utf-8")
    for row in _rows(text):
        assert row[:3] in [one[:3] for one in _rows(known)]
    assert between(public_checks.LIMITS, public_checks.START, public_checks.END).count("figures (") == 2


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_guide_has_parts_that_agree_with_those_by_brute_force() -> None:
    """Of every line; no part is further off than three of its two errors together, which has a chance of one in 400 for each."""
    rows = [line for line in between(parts.GUIDE, parts.START, parts.END).splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(parts.LINES)
    for row in rows:
        for cell in row.strip("|").split("|")[1:4]:
            (force, e1), (found, e2) = (
                [float(n.strip().rstrip("%")) for n in side.split("±")] for side in cell.split("/")
            )
            assert abs(force - found) <= 3 * np.hypot(e1, e2) + 1


def test_the_four_policies_have_their_parts_and_what_they_need() -> None:
    """A section for each, by its title; parts of each row add up."""
    text = four_policies.PAGE.read_text(encoding="utf-8")
    sections = text.split("\n## ")[1:]
    assert [one.splitlines()[0] for one in sections] == [load(one.name).title for one in four_policies.POLICIES]
    for section in sections:
        assert "**Value for money.**" in section
        assert "**Break-even**" in section
        shares = [
            [float(cell.split("%")[0]) for cell in line.split("|")[4:7]]
            for line in section.splitlines()
            if line.count("% ± ") == 3
        ]
        assert shares
        assert all(abs(sum(row) - 100) <= 1.5 for row in shares)


def test_a_page_without_the_marks_is_told(tmp_path) -> None:
    """Nothing is written into it."""
    page = tmp_path / "page.md"
    page.write_text("a <b> old </b> c", encoding="utf-8")
    put(page, "<b>", "</b>", "new")
    assert page.read_text(encoding="utf-8") == "a <b>\n\nnew\n\n</b> c"
    with pytest.raises(ValueError, match="has no <x>"):
        put(page, "<x>", "</b>", "new")
