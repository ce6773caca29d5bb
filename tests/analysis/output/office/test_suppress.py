"""No small count can be had from what is published: attacked by trying every table that a reader could think of."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.output.html.report import gather, render
from analysis.output.suppress import Sum, bounds, hidden
from analysis.store import Store

BELOW = 3
LARGEST = 4
MOST = 3 * LARGEST
"""Largest count that the attacker tries: no total of a row or column is larger."""

tables = st.integers(2, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, LARGEST), min_size=columns, max_size=columns), min_size=2, max_size=2
    )
)


def with_totals(table: list[list[int]]) -> tuple[dict, list[Sum]]:
    """Counts with totals of rows, of columns and of all."""
    rows, columns = range(len(table)), range(len(table[0]))
    counts: dict = {(r, c): float(table[r][c]) for r in rows for c in columns}
    counts |= {(r, "all"): float(sum(table[r])) for r in rows}
    counts |= {("all", c): float(sum(table[r][c] for r in rows)) for c in columns}
    counts["all", "all"] = float(sum(map(sum, table)))
    sums = [Sum((r, "all"), tuple((r, c) for c in columns)) for r in (*rows, "all")]
    sums += [Sum(("all", c), tuple((r, c) for r in rows)) for c in (*columns, "all")]
    return counts, sums


def possible(table: list[list[int]], counts: dict, away: set) -> np.ndarray:
    """Every table of counts up to ``MOST`` that agrees with all that is published; tables × rows × columns."""
    rows, columns = len(table), len(table[0])
    inner = [(r, c) for r in range(rows) for c in range(columns)]
    choices = [np.arange(MOST + 1) if cell in away else np.array([int(counts[cell])]) for cell in inner]
    tried = np.stack(np.meshgrid(*choices, indexing="ij"), axis=-1).reshape(-1, rows, columns)
    agree = np.ones(len(tried), bool)
    for (r, c), value in counts.items():
        if (r, c) not in away:
            part = tried if r == "all" else tried[:, [r]]
            agree &= (part if c == "all" else part[:, :, [c]]).sum(axis=(1, 2)) == value
    return tried[agree]


@settings(max_examples=15, deadline=None)
@given(tables)
def test_no_small_count_can_be_told_by_trying_every_table(table) -> None:
    """All tables that agree with what is shown leave each small count as wide as the threshold."""
    counts, sums = with_totals(table)
    away = hidden(counts, sums, BELOW)
    assume(any(value < BELOW for value in counts.values()))
    assume(len([c for c in away if "all" not in c]) < 6)  # MOST + 1 to this power are tried
    agreeing = possible(table, counts, away)
    inner = [(r, c) for r in range(len(table)) for c in range(len(table[0]))]
    for r, c in inner:
        if counts[r, c] < BELOW:
            values = agreeing[:, r, c]
            assert values.max() - values.min() >= BELOW, (table, away, (r, c))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=3, max_size=3))
def test_no_count_below_ten_is_bounded_tighter_than_ten_wide(table) -> None:
    """By linear programming, in tables too large to try."""
    counts, sums = with_totals(table)
    away = hidden(counts, sums, 10)
    for cell, value in counts.items():
        if value < 10:
            assert cell in away
            low, high = bounds(cell, counts, sums, away)
            assert high - low >= 10 - 1e-6


def test_a_small_count_alone_takes_another_with_it() -> None:
    """Or the total would give it away."""
    counts = {"all": 100.0, "a": 4.0, "b": 30.0, "c": 66.0}
    assert hidden(counts, [Sum("all", ("a", "b", "c"))], 10) == {"a", "b"}


def test_two_small_counts_that_give_each_other_away_take_a_third() -> None:
    """Three in all cannot be split from their sum."""
    counts = {"all": 100.0, "a": 2.0, "b": 1.0, "c": 97.0}
    assert hidden(counts, [Sum("all", ("a", "b", "c"))], 10) == {"a", "b", "c"}


def test_what_a_total_leaves_over_is_protected_though_it_is_shown_nowhere() -> None:
    """A remainder that anybody can work out counts as published."""
    counts = {"all": 14.0, "promoted": 12.0, "rest": 2.0}
    assert hidden(counts, [Sum("all", ("promoted", "rest"))], 10, ["rest"]) == {"rest", "promoted"}


def test_large_counts_are_all_published() -> None:
    """Nothing is hidden without need."""
    assert hidden({"all": 30.0, "a": 10.0, "b": 20.0}, [Sum("all", ("a", "b"))], 10) == set()


def test_a_report_shows_no_small_count(strict_results) -> None:
    """Neither in a table nor in the numbers behind it, nor in a picture, and it says so; the answer stands all the same."""
    report = gather(Store.open(strict_results), verify=False)
    assert not [e for e in report.exhibits if e.is_figure]
    assert report.brief is not None
    compared = [one for e in report.exhibits for one in e.data if "base_mean" in one and one["unit"] == "people"]
    assert compared
    assert all(min(one["base_mean"], one["policy_mean"]) >= 10 for one in compared)
    cells = [cell for e in report.comparison for row in e.shown.rows for cell in row.values()]
    assert "[c]" in cells
    page = render(report)
    assert "Counts of people below 10, and what would give them away, are left out" in page
    assert report.brief.title in page
