"""What results may be used for, for readers of what is made of them; the whole is in ``docs/background/limits.md``."""

from __future__ import annotations

FIT = (
    (
        "Differences between scenarios that share their random draws: which way a change pushes, how far compared with chance, "
        "and where it moves vacancies."
    ),
    (
        "Whole systems of schools over about five to fifteen years: a country, a region, a phase, a fifth of schools by "
        "disadvantage."
    ),
    "Questions of mechanism: what follows if more leave, fewer apply, or posts are seen further away.",
    "Finding out which judgement would change a conclusion, and so is worth measuring.",
)
NOT_FIT = (
    (
        "A forecast of a level in a given year. Rates of entry, leaving and promotion stay as they are unless a scenario changes "
        "them; pay rounds, recessions and pandemics are not foreseen."
    ),
    (
        "A decision about a person or a school. People are made up, and so are schools unless a register was brought; even then "
        "the staff of a named school are drawn from national shares."
    ),
    "Value for money on its own. Pay, vacancies and programmes are priced. What a better-led school is worth is not.",
    "A claim about fairness in appointment. Gaps by sex and ethnic group are put in; the model shows what follows from them.",
    "Proof that a programme works. Its effects are put in. What is shown is what would follow if they were so.",
    "Which of two programmes is better, unless the ranges of their effects tell them apart.",
    "What several programmes achieve together beyond the sum of their effects. Nobody has measured that.",
    (
        "How far a programme for heads narrows the gap between disadvantaged and other schools. The simulated gap in turnover of "
        "heads is smaller than the published one."
    ),
)
WEAKEST = (
    "how leadership shapes culture, trust, well-being and workload",
    "how leadership reaches pupils, against which no figure is held",
    "who hears of a programme, who applies and who is willing to help",
    "how long effects last: few studies look beyond two years",
    "what a cluster's strength does beyond its direction",
)
SAMPLE = (
    "These runs took a sample of the schools. Markets for posts are local, so a sample has edges that the whole does not have. "
    "Use it to learn and to test, and run all schools before you decide."
)
ELSEWHERE = (
    "Outside England the system of schools is thin: its schools, sizes and posts are its own in part, and rates of entry, "
    "leaving and promotion are England's. Read differences as directions, not as sizes."
)
CHANCE = (
    "Chance. Runs differ because people fall ill, apply and retire at random. Intervals and bands show this doubt and no "
    "other. More pairs make it smaller."
)
PARAMETERS = (
    "Parameters. Most are judged, or fitted so that outcomes match published figures; others would fit as well. Every figure "
    "here holds them at one value. To see how much one matters, run it at the ends of its range."
)
MODEL = "The model. Its rules are a simplified account of how careers go. No number in this report measures how wrong they are."
LIMITS = (
    "These are projections of made-up people, not forecasts: they say what would follow if the assumptions held.",
    "Compare scenarios with each other. A level alone is less sure than a difference between scenarios.",
    "Ranges and intervals hold chance alone. Doubt about the parameters and about the model comes on top.",
    "No figure is about a real person, and none should be used to judge a school, a trust or a person.",
    "Many assumptions are judgements: see the grades in the sheet Assumptions before you rely on a figure.",
)
"""The same in five lines, for a workbook's cover and a slide."""
CAVEATS = (
    "Caveats: these are projections, not forecasts. Intervals hold chance alone; doubt about the parameters and about the "
    "model comes on top. Differences between scenarios are surer than levels."
)
"""In a line, for a slide's notes."""
GRADES = (
    "A: randomised trial or strong quasi-experiment; B: matched comparison or administrative data; "
    "C: survey, or before and after; D: claim; J: judgement."
)
"""Of evidence."""
