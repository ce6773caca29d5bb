"""Vacancy chains: how many vacancies follow from one, because the person who fills it leaves another post empty."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import Bar, bars
from analysis.charts.drawing.source import POOLED, Spread, how_read
from analysis.charts.drawing.style import grid
from analysis.figures.words import capital, count, posts
from simulation.vocabulary import school_years

MEASURE, BY = "vacancy_chain_lengths", ("role", "chain_length")
MEAN = "vacancy_chain_length"
LENGTHS = {**{str(n): count(n, "vacancy", "vacancies") for n in range(1, 10)}, "10_plus": "10 or more"}
NEVER_BEGIN_WITH = ("classroom_teacher", "trust_leader")
"""Roles in which chains begin that are not shown: they have no links, or few chains."""


def draw(source: Source) -> Figure | None:
    """A panel for each role in which chains begin, a bar for each length."""
    if (lead := source.lead) is None:
        return None
    shares = source.spreads(lead.name, MEASURE, BY, POOLED, lead.years)
    means = {
        role: s.span("posts") for (role,), s in source.spreads(lead.name, MEAN, ("role",), POOLED, lead.years).items()
    }
    roles = [role for role in source.roles if role not in NEVER_BEGIN_WITH and any(r == role for r, _ in shares)]
    if not roles:
        return None
    most = max(s.high for (role, _), s in shares.items() if role in roles)
    seen = {length for (role, length), s in shares.items() if role in roles and s.high >= 0.005}
    longest = max((i for i, length in enumerate(LENGTHS) if length in seen), default=0)
    panels, sentences, table = [], [], []
    for role in roles:
        who, mean = capital(source.roles[role]), means.get(role, "")
        rows = [
            Bar(words, shares[role, length], _text(shares[role, length]))
            for length, words in list(LENGTHS.items())[: longest + 1] if (role, length) in shares
        ]  # fmt: skip
        table += [
            {"Chain begins with": who, "Length": b.label, "Share": b.spread.middle, "Share from": b.spread.low, "Share to": b.spread.high}
            for b in rows
        ]  # fmt: skip
        panels.append(bars(rows, who + (f": {mean} vacancies on average" if mean else ""), most, width=190))
        told = "; ".join(f"{b.label} {b.text}" for b in rows)
        sentences.append(f"Chains that begin with {source.roles[role]}: {told}." + (f" Mean {mean}." if mean else ""))
    post = f"vacancy in {posts(roles[0])}"
    message = f"How many vacancies follow from a {post}"
    if roles[0] in means:
        message = f"A {post} becomes {means[roles[0]]} vacancies on average, itself included"
    return source.figure(
        message,
        (
            (
                "Chains of vacancies that ended, by how many vacancies they had and the role in which they began"
                f"{source.coverage}; {school_years(*lead.years)}; {lead.title}."
            ),
            f"Bars end at the middle of the runs. {how_read(min(s.runs for s in shares.values()), source.differ, 'Lines')}",
        ),
        sentences,
        "A chain ends when somebody from outside state-funded schools fills the last post, or the post is abolished.",
        grid(panels, columns=2, row=30, column=20),
        table,
        84,
    )


def _text(share: Spread) -> str:
    return share.span() if share.high >= 0.0005 else "below 0.1%" if share.high else "none"


CHART = Chart("chains", "How many vacancies follow from one?", draw, ((MEASURE, BY), (MEAN, ("role",))))
