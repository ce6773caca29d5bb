"""What a comparison shows unless it is asked for something else: the figures that those who decide ask about first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Over(Enum):
    """How the years of a line become one figure."""

    SUM = "in total"
    MEAN = "on average"
    POOLED = "all years"
    """The amounts of all years over what they are out of."""


@dataclass(frozen=True)
class Line:
    """One figure of a comparison: a measure of the census, for some people or posts."""

    name: str
    """As it is asked for."""
    label: str
    measure: str
    unit: str
    over: Over
    where: tuple[tuple[str, str], ...] = ()
    """Dimensions and labels; all others are "all"."""
    better: int = 0
    """1 if more is better, -1 if less is; 0 where that is for the reader to say, as it is for most."""
    cases: bool = False
    """Count the cases of a rate: its value times what it is out of."""


HEAD = ("role", "head")


def _retained(years: int) -> Line:
    spelt = f"New heads kept {years} year{'s' if years > 1 else ''}"
    where = (HEAD, ("years", str(years)))
    return Line(f"new_heads_retained_{years}", spelt, "retention_new_to_post", "share", Over.POOLED, where)


def _promoted(name: str, label: str, role: str) -> Line:
    return Line(name, label, "appointments", "people", Over.SUM, (("role", role), ("move", "promotion")))


HEADLINES = (
    Line("teachers", "Teachers in post, people", "headcount", "people", Over.MEAN),
    Line("leaving", "Teachers who leave (FTE)", "leaver_rate", "share", Over.POOLED),
    Line("heads_leaving", "Heads who leave", "leaver_rate_headcount", "people", Over.SUM, (HEAD,), cases=True),
    *(_retained(years) for years in (1, 3, 5)),
    Line("middle_leaders_retained", "Middle leaders kept a year", "retention_serving_leaders", "share", Over.POOLED,
         (("role", "middle_leader"),)),
    Line("posts_vacant", "Posts vacant", "posts_vacant", "posts", Over.MEAN, better=-1),
    Line("head_posts_vacant", "Head posts vacant", "posts_vacant", "posts", Over.MEAN, (HEAD,), -1),
    Line("head_posts_readvertised", "Head posts re-advertised", "posts_readvertised", "share", Over.POOLED, (HEAD,), -1),
    Line("heads_appointed", "Heads appointed", "appointments", "people", Over.SUM, (HEAD,)),
    _promoted("promoted_to_head", "Promotions to head", "head"),
    _promoted("promoted_to_middle_leader", "Promotions to middle leader", "middle_leader"),
    Line("pupil_progress", "Pupil progress (pupil SD)", "pupil_progress", "pupil standard deviations", Over.POOLED,
         better=1),
    Line("wellbeing", "Well-being of staff (SD)", "wellbeing", "standard deviations", Over.POOLED, better=1),
    Line("cost", "Costs of staffing schools", "costs", "GBP", Over.SUM),
    Line("cost_of_pay", "Costs: pay", "costs", "GBP", Over.SUM, (("cost", "pay"),)),
    Line("cost_of_recruitment", "Costs: recruitment", "costs", "GBP", Over.SUM, (("cost", "recruitment"),)),
    Line("cost_of_programmes", "Costs of programmes", "programme_costs", "GBP", Over.SUM),
)  # fmt: skip
"""Lines whose measure does not exist, or has no figures in any run, are left out of the table."""
