"""A plausible value for every parameter, for tests only: simple round numbers, spread over the axes they need."""

from __future__ import annotations

import numpy as np

from simulation.declaring import Declaration
from simulation.parameters import Parameters, declarations

SHARES_BY_AGE = (0.06, 0.14, 0.16, 0.16, 0.15, 0.13, 0.10, 0.06, 0.03, 0.01)
ENTRY_AGES = ((0.5, 0.2, 0.1, 0.08, 0.05, 0.04, 0.02, 0.01, 0, 0), (0, 0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05, 0, 0))
LEADERS_BY_AGE = (0.0, 0.03, 0.12, 0.2, 0.22, 0.2, 0.14, 0.07, 0.02, 0.0)
GROUPS = (0.8, 0.06, 0.06, 0.04, 0.04)

VALUES: dict[str, object] = {
    "population.age": (SHARES_BY_AGE, *[LEADERS_BY_AGE] * 5),
    "population.entry_age": ENTRY_AGES,
    "population.female": 0.7,
    "population.entrant_female": 0.72,
    "population.ethnic_group": GROUPS,
    "population.entrant_ethnic_group": GROUPS,
    "population.part_time": (0.25, 0.2, 0.1, 0.08, 0.03, 0.02),
    "population.entrant_part_time": 0.1,
    "population.qualifying_age": 25.0,
    "population.new_to_sector_years": 10.0,
    "population.selection": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "population.classroom_wants": 0.4,
    "population.skill_correlation": 0.5,
    "population.self_view_spread": 0.5,
    "population.out_of_service": 0.3,
    "establishment.pupils_per_teacher": (20.0, 16.0, 6.0),
    "establishment.middle_leader_share": 0.25,
    "establishment.posts_at_no_size": (0.0, 0.0, 0.1, 0.4, 1.0, 0.0),
    "establishment.posts_per_100_pupils": (0.0, 0.0, 0.4, 0.2, 0.0, 0.0),
    "establishment.most_posts": (0.0, 0.0, 6.0, 3.0, 1.0, 0.0),
    "establishment.roll_growth": (0.01, 0.0, -0.01),
    "hours.go_part_time": 0.04,
    "hours.go_full_time": 0.1,
    "hours.role_odds": (0.0, -0.1, -0.4, -0.6, -1.0, -1.0),
    "hours.full_time_on_promotion": 0.5,
    "develop.growth_on_the_job": 0.15,
    "develop.carry_over": 0.9,
    "develop.aspiration_memory": 0.8,
    "develop.aspiration_of_culture": 0.3,
    "develop.wellbeing_memory": 0.6,
    "develop.wellbeing_spread": 0.8,
    "develop.wellbeing_of_culture": 0.3,
    "develop.wellbeing_of_workload": 0.3,
    "develop.hours": (50.0, 52.0, 54.0, 55.0, 56.0, 58.0),
    "develop.hours_of_vacancy": 1.0,
    "develop.culture_growth": 0.3,
    "collaborate.weights": (0.2, 0.15, 0.2, 0.15, 0.15, 0.15),
    "collaborate.systems": (0.1, 0.4, 0.6),
    "collaborate.coordinator": (0.0, 0.3, 0.6),
    "collaborate.money": (0.05, 0.3, 0.5),
    "collaborate.systems_memory": 0.7,
    "collaborate.wear": 0.4,
    "collaborate.spread": 0.1,
    "collaborate.hiring": 1.0,
    "collaborate.support": 0.2,
    "collaborate.ordinary": 0.4,
    "lead.head_weight": 0.6,
    "lead.acting_penalty": 0.5,
    "lead.reference_head": 0.8,
    "lead.reference_team": 0.6,
    "lead.leadership_memory": 0.5,
    "lead.culture_memory": 0.6,
    "lead.trust_memory": 0.6,
    "lead.trust_lost_on_change": 0.3,
    "lead.school_spread": 0.8,
    "leave.state_schools": (0.1, 0.08, 0.07, 0.06, 0.05, 0.05, 0.05, 0.08, 0.1, 0.2),
    "leave.early_career": (0.5, 0.3, 0.2, 0.1, 0.0, 0.0, -0.1, -0.2),
    "leave.role_odds": (0.0, -0.3, -0.4, -0.4, -0.3, -0.2),
    "leave.first_year_in_post": (0.0, 0.1, 0.1, 0.2, 0.4, 0.4),
    "leave.retire": (0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.02, 0.15, 0.3, 0.5),
    "leave.retire_role_odds": (0.0, 0.1, 0.1, 0.2, 0.3, 0.3),
    "leave.dates": (0.3, 0.3, 0.4),
    "leave.sudden": 0.15,
    "leave.late_notice": 0.5,
    "leave.career_break": ((0.0, 0.03, 0.05, 0.03, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0), (0.01,) * 10),
    "leave.trust_central_team": (0.0, 0.005, 0.01, 0.02, 0.04, 0.0),
    "leave.step_down": (0.0, 0.05, 0.04, 0.03, 0.03, 0.0),
    "leave.worst_led": 0.2,
    "leave.per_wellbeing": 0.3,
    "leave.per_trust": 0.2,
    "leave.per_disadvantage": 0.1,
    "leave.per_aspiration": 0.2,
    "leave.pay_elasticity": (-2.0, -1.5, -1.0, -1.0, -0.8, -0.5),
    "leave.step_down_pay_elasticity": -1.0,
    "leave.outside_pay": 1.1,
    "leave.return_from_break": 0.4,
    "leave.return_from_out": (0.15, 0.1, 0.08, 0.05, 0.02),
    "appoint.wants": (1.0, 0.7, 0.7, 0.7, 0.7, 0.7),
    "appoint.seek_promotion": (0.0, 0.5, 0.6, 0.6, 0.7, 0.7),
    "appoint.peak_years": (0.0, 6.0, 10.0, 13.0, 16.0, 20.0),
    "appoint.peak_width": (5.0, 8.0, 9.0, 10.0, 12.0, 15.0),
    "appoint.least_years_in_role": (0.0, 2.0, 2.0, 2.0, 3.0, 3.0),
    "appoint.per_readiness": 0.5,
    "appoint.part_time_seek": -0.5,
    "appoint.pay_elasticity": (0.0, 0.8, 1.0, 1.0, 1.5, 1.0),
    "appoint.skip_rung": (0.6, 0.3, 0.4),
    "appoint.seek_move": (0.12, 0.1, 0.1, 0.1, 0.06, 0.0),
    "appoint.move_when_new": -0.5,
    "appoint.move_worst_led": 0.2,
    "appoint.move_disadvantage": 0.1,
    "appoint.see": (1.0, 0.6, 0.4, 0.3),
    "appoint.relocate": (0.05, 0.06, 0.08, 0.1, 0.12, 0.2),
    "appoint.change_phase": (0.05, 0.05, 0.1),
    "appoint.panel_noise": 0.4,
    "appoint.merit_weights": (
        (0.8, 0.1, 0.1, 0.0),
        (0.5, 0.3, 0.2, 0.0),
        (0.3, 0.4, 0.3, 0.0),
        (0.2, 0.4, 0.3, 0.1),
        (0.15, 0.35, 0.35, 0.15),
        (0.0, 0.3, 0.3, 0.4),
    ),
    "appoint.panel_experience": 0.05,
    "appoint.panel_same_level": 0.2,
    "appoint.incumbent": 3.0,
    "appoint.familiarity": (0.3, 0.2, 0.1, 0.0),
    "appoint.gap_female": (0.0, 0.05, 0.05, 0.1, 0.1, 0.1),
    "appoint.gap_ethnic_group": (0.0, 0.05, 0.2, 0.2, 0.1),
    "appoint.bar": (-0.5, 0.0, 0.3, 0.6, 0.9, 1.2),
    "appoint.bar_drop": 0.3,
    "appoint.wider_reach": 1.5,
    "recruit.fill": (0.9, 0.8, 0.7),
    "recruit.newly_qualified": 0.6,
    "recruit.pay_elasticity": 1.5,
    "pupils_learn.memory": 0.8,
    "pupils_learn.per_culture": 0.05,
    "pupils_learn.head_change": 0.02,
    "pupils_learn.weak_leader": 1.0,
    "pupils_learn.per_team_leader": 0.06,
    "costs.pay": (40_000.0, 47_000.0, 56_000.0, 65_000.0, 85_000.0, 130_000.0),
    "costs.pension": 0.2868,
    "costs.insurance": 0.15,
    "costs.insurance_threshold": 5_000.0,
    "costs.advert": (500.0, 900.0, 1_500.0, 2_500.0, 6_000.0, 9_000.0),
    "costs.supply_day": (220.0, 240.0, 230.0),
    "costs.cover_days": 190.0,
    "costs.acting_allowance": 0.8,
    "costs.school_weeks": 39.0,
    "costs.directed_hours": 1265.0,
    "register.academies": 0.5,
    "register.in_trusts": 0.4,
    "register.trust_size": 8.0,
    "register.new_trusts": 0.1,
    "register.disadvantage_first": 0.0,
    "register.closing": 0.0,
}
"""By path: a number, a row along the last axis (or, of one entry a phase, along the first), or the whole table."""


def spread(declaration: Declaration, value: object) -> float | np.ndarray:
    """A value broadcast over its declared axes, shares normalised."""
    array = np.array(value, dtype=np.float64)
    if not declaration.axes:
        return float(array)
    if array.ndim == 1 and len(declaration.shape) == 2 and array.shape[0] != declaration.shape[1]:
        array = array[:, None]
    array = np.broadcast_to(array, declaration.shape)
    return array / array.sum(axis=-1, keepdims=True) if declaration.sums_to_one_over else array


def base_parameters() -> Parameters:
    """The parameters from which tests start."""
    return Parameters.from_values({d.path: spread(d, VALUES[d.path]) for d in declarations()})
