"""Shares role by role, each with its count a year: what charts of where people go, and where they come from, have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing.bars import Bar, bars
from analysis.charts.drawing.numbers import CASES, POOLED, Spread, span, spreads
from analysis.charts.drawing.source import Source
from analysis.figures.words import ROLES, capital


@dataclass(frozen=True)
class ByRole:
    """A panel of bars for each role, and what is needed to tell of them."""

    scenario: Mapping[str, Any]
    years: tuple[int, int]
    shares: dict[tuple[str, ...], Spread]
    roles: list[str]
    """Roles that have figures, in order."""
    panels: list[Any]
    told: dict[str, str]
    """The bars of each role in words."""
    table: list[dict[str, Any]]

    @property
    def runs(self) -> int:
        """The fewest runs that any figure rests on."""
        return min(s.runs for s in self.shares.values())


def by_role(
    source: Source, measure: str, by: tuple[str, str], words: Mapping[str, str], heads: tuple[str, str], unit: str
) -> ByRole | None:
    """Shares of ``measure`` in the first scenario by role and by a second dimension, whose labels ``words`` spells out.

    ``heads`` are the table's headings for the two, ``unit`` is what is counted. None if there are no figures.
    """
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    years = (scenario["base_year"] + 1, scenario["base_year"] + scenario["years"])
    shares = {s.labels: s for s in spreads(source, scenario["name"], measure, by, POOLED, years)}
    counts = {s.labels: s for s in spreads(source, scenario["name"], measure, by, CASES, years)}
    roles = [role for role in ROLES if any(r == role for r, _ in shares)]
    if not roles:
        return None
    most, many = max(s.high for s in shares.values()), unit.capitalize()
    panels, told, table = [], {}, []
    for role in roles:
        rows = []
        for label, noun in words.items():
            spelt = capital(noun)
            share, count = shares.get((role, label)), counts.get((role, label))
            if share is None or count is None:
                continue
            rows.append(
                Bar(
                    spelt,
                    share.middle,
                    share.low,
                    share.high,
                    f"{span(count.low, count.high, unit)} a year" if count.high else "none",
                )
            )
            table.append({
                heads[0]: capital(ROLES[role]), heads[1]: spelt, "Share": share.middle, "Share from": share.low,
                "Share to": share.high, f"{many} a year": count.middle, f"{many} from": count.low,
                f"{many} to": count.high,
            })  # fmt: skip
        panels.append(bars(rows, capital(ROLES[role]), most, "share", width=170, texts=130))
        told[role] = "; ".join(
            f"{b.label.lower()} {b.text if not b.high else span(b.low, b.high, 'share') + ', ' + b.text}" for b in rows
        )
    return ByRole(scenario, years, shares, roles, panels, told, table)
