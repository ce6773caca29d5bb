"""What mentors change and cost, over what is not known and how many places there are: EMA Workbench."""

from ema_workbench import Model, ScalarOutcome, perform_experiments
from ema_workbench.analysis.feature_scoring import get_feature_scores_all

import headway

POLICY = {"title": "Mentors", "extends": "eastern-region", "programmes": {"excellence-in-leadership": {}}}
PLACES = "programmes.excellence-in-leadership.places.number"
SMALL = {"years": 2, "replicates": 2, "workers": 1}  # take these out for a study


def mentors(**values):
    """The differences that mentors make in all years together, by line."""
    levers, lines = {PLACES: values.pop(PLACES)}, ["wellbeing", "cost_of_programmes"]
    table = headway.compare(
        "eastern-region", POLICY, levers=levers, uncertainties=values, measures=lines, form="wide", **SMALL
    )
    return table["difference"]["mentors"].groupby("line").last().to_dict()


model = Model("mentors", function=mentors)
model.uncertainties = headway.problem(
    ["leave.state_schools.times", "programmes.excellence-in-leadership.take_up.apply"], POLICY, form="ema"
)
model.levers = headway.problem({PLACES: (1000, 10_000)}, POLICY, form="ema")
model.outcomes = [ScalarOutcome("wellbeing"), ScalarOutcome("cost_of_programmes")]
experiments, outcomes = perform_experiments(model, scenarios=6, policies=2)
print(get_feature_scores_all(experiments, outcomes))
