"""Vacancy chains: how many vacancies follow from one, because the person who fills it leaves another post empty."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import Bar, bars
from analysis.charts.drawing.numbers import POOLED, how_read, span, spreads
from analysis.charts.drawing.style import grid
from analysis.figures.words import ROLES, capital

MEASURE, BY = "vacancy_chain_lengths", ("role", "chain_length")
MEAN = "vacancy_chain_length"
WORDS = {"1": "1 vacancy", **{str(n): f"{n} vacancies" for n in range(2, 10)}, "10_plus": "10 or more"}
SHOWN = ("head", "deputy_head", "assistant_head", "middle_leader")


def draw(source: Source) -> Figure | None:
    """A panel for each role in which chains begin, a bar for each length."""
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    years = (scenario["base_year"] + 1, scenario["base_year"] + scenario["years"])
    shares = {s.labels: s for s in spreads(source, scenario["name"], MEASURE, BY, POOLED, years)}
    means = {s.labels[0]: s for s in spreads(source, scenario["name"], MEAN, ("role",), POOLED, years)}
    roles = [role for role in SHOWN if any(r == role for r, _ in shares)]
    if not roles:
        return None
    most = max(s.high for (role, _), s in shares.items() if role in roles)
    longest = max(
        (i for i, n in enumerate(WORDS) for role in roles if (s := shares.get((role, n))) and s.high >= 0.005),
        default=0,
    )
    panels, sentences, table = [], [], []
    for role in roles:
        rows = []
        for length, words in list(WORDS.items())[: longest + 1]:
            if (share := shares.get((role, length))) is None:
                continue
            text = (
                span(share.low, share.high, "share") if share.high >= 0.0005 else "below 0.1%" if share.high else "none"
            )
            rows.append(Bar(words, share.middle, share.low, share.high, text))
            table.append(
                {
                    "Chain begins with": capital(ROLES[role]),
                    "Length": words,
                    "Share": share.middle,
                    "Share from": share.low,
                    "Share to": share.high,
                }
            )
        average = span(means[role].low, means[role].high, "posts") if role in means else ""
        mean = f" Mean {average}." if average else ""
        panels.append(
            bars(
                rows,
                f"{capital(ROLES[role])}{f': {average} vacancies on average' if average else ''}",
                most,
                "share",
                width=190,
            )
        )
        sentences.append(
            f"Chains that begin with {ROLES[role]}: {'; '.join(f'{b.label} {b.text}' for b in rows)}.{mean}"
        )
    lead = means.get(roles[0])
    if lead is None:
        message = f"How many vacancies follow from a vacant {roles[0].replace('_', ' ')} post"
    else:
        message = f"A vacant {roles[0].replace('_', ' ')} post becomes {span(lead.low, lead.high, 'posts')} vacancies on average, itself included"
    subtitle = source.stamped(
        f"Chains of vacancies that ended, by how many vacancies they had and the role in which they began{source.coverage}; "
        f"{source.period(*years)}; {source.titles[scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(min(s.runs for s in shares.values()), 'Lines')}",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "A chain ends when somebody from outside state-funded schools fills the last post, or the post is abolished.",
        grid(panels, columns=2, row=30, column=20), table, 84,
    )  # fmt: skip


CHART = Chart("chains", "How many vacancies follow from one?", draw, ((MEASURE, BY), (MEAN, ("role",))))
