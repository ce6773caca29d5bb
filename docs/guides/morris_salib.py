"""Which of six parameters matter for how many teachers leave: Morris's elementary effects, by SALib."""

import numpy as np
from SALib.analyze.morris import analyze
from SALib.sample.morris import sample

import headway

NAMES = [
    "leave.state_schools.times",
    "leave.return_from_break",
    "leave.retire_role_odds.head",
    "leave.first_year_in_post.times",
    "leave.per_wellbeing",
    "leave.worst_led",
]
SMALL = {"scale": 0.1, "years": 2, "replicates": 2, "workers": 1}  # take these out for a study


def leaving(values):
    """The share of teachers who leave in the last year, by path of a parameter."""
    table = headway.run("eastern-region", uncertainties=values, measures=["leaving"], form="wide", **SMALL)
    return table["leaving"].groupby("school_year").mean().iloc[-1]


problem = headway.problem(NAMES, "eastern-region")
points = sample(problem, N=4, seed=1)
found = np.array([leaving(dict(zip(NAMES, point, strict=True))) for point in points])
effects = analyze(problem, points, found, seed=1).to_df().sort_values("mu_star", ascending=False)
print(effects[["mu", "mu_star", "sigma"]])
