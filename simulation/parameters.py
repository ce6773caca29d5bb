"""What a run can be told: every parameter of the model with its meaning, unit and axes.

The classes below are the one declaration. The scenario files name the same parameters by the same paths
(``leave.step_down``); their loader checks units, axes and ranges against these declarations; the processes read the
values as plain floats and arrays. A table parameter is an array with one dimension per axis, in the order declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, get_type_hints

import numpy as np

from simulation.declaring import Declaration, Group, parameter
from simulation.structure import ENGLAND, Structure

Number = float
Array = np.ndarray


@dataclass(frozen=True)
class Population(Group):
    """Who is in post at the start, and who newcomers are."""

    age: Array = parameter(
        "share", "ages of people in post at the start", "role", "age_band", sums_to_one_over="age_band"
    )
    entry_age: Array = parameter("share", "ages of newcomers", "route", "age_band", sums_to_one_over="age_band")
    female: Array = parameter("share", "women among people in post at the start", "phase", "role")
    entrant_female: Array = parameter("share", "women among newcomers", "phase")
    ethnic_group: Array = parameter(
        "share", "ethnic groups in post at the start", "phase", "role", "ethnic_group", sums_to_one_over="ethnic_group"
    )
    entrant_ethnic_group: Array = parameter(
        "share", "ethnic groups of newcomers", "phase", "ethnic_group", sums_to_one_over="ethnic_group"
    )
    part_time: Array = parameter("share", "part-timers among people in post at the start", "phase", "role")
    entrant_part_time: Number = parameter("share", "part-timers among newcomers")
    qualifying_age: Number = parameter(
        "years", "age at qualifying of people in post at the start, where age allows; spread of ± 3 years around it"
    )
    new_to_sector_years: Number = parameter(
        "years", "most years of experience that a newcomer from outside the sector brings"
    )
    selection: Array = parameter(
        "standard deviations", "how much more skilled than all teachers holders of a role are at the start", "role"
    )
    classroom_wants: Array = parameter(
        "share",
        "of those in the classroom at the start, people who want a post on the next rung; others have it",
        "phase",
    )
    skill_correlation: Number = parameter("share", "variance that the four skills share")
    self_view_spread: Number = parameter(
        "standard deviations", "spread of the error in people's view of their own readiness"
    )
    out_of_service: Number = parameter("ratio", "people able to return per classroom post at the start")
    usual_disadvantage: Array = parameter(
        "share", "disadvantage of schools at which rates by phase hold as they are", "phase"
    )


@dataclass(frozen=True)
class Establishment(Group):
    """How many posts a school has, by its size."""

    pupils_per_teacher: Array = parameter("ratio", "pupils per teacher (headcount, all roles)", "phase")
    middle_leader_share: Array = parameter("share", "middle-leader posts among all teacher posts", "phase")
    posts_at_no_size: Array = parameter("posts", "posts that even the smallest school has", "phase", "role")
    posts_per_100_pupils: Array = parameter("posts", "further posts for each 100 pupils", "phase", "role")
    most_posts: Array = parameter("posts", "most posts whatever the size", "phase", "role")
    roll_growth: Array = parameter("growth per year", "growth of pupil numbers after the base year", "phase", "decade")


@dataclass(frozen=True)
class Hours(Group):
    """Part-time work."""

    go_part_time: Array = parameter("probability", "full-timers who go part-time in a year", "sex", "age_band")
    go_full_time: Array = parameter("probability", "part-timers who go full-time in a year", "sex")
    role_odds: Array = parameter("log-odds", "added to going part-time, by role", "phase", "role")
    full_time_on_promotion: Array = parameter(
        "probability", "part-timers who become full-time when promoted to the role", "phase", "role"
    )


@dataclass(frozen=True)
class Develop(Group):
    """How skill, aspiration, well-being and workload change."""

    growth_on_the_job: Array = parameter(
        "standard deviations", "first-year growth in a new role, halving every two years in it", "role", "skill"
    )
    carry_over: Number = parameter("share", "skill that carries over to the next rung; the rest is learnt anew")
    aspiration_memory: Number = parameter(
        "share", "aspiration kept from year to year; the rest returns to its birth level"
    )
    aspiration_of_culture: Number = parameter(
        "standard deviations", "aspiration gained per standard deviation of school culture"
    )
    wellbeing_memory: Number = parameter("share", "well-being kept from year to year")
    wellbeing_spread: Number = parameter("standard deviations", "yearly shock to well-being")
    wellbeing_of_culture: Number = parameter(
        "standard deviations", "well-being per standard deviation of school culture"
    )
    wellbeing_of_workload: Number = parameter(
        "standard deviations", "well-being lost per 10 hours above the working week of a classroom teacher"
    )
    hours: Array = parameter("hours a week", "working hours of a full-time post", "phase", "role")
    hours_of_vacancy: Number = parameter("hours a week", "extra hours per 10% of the school's posts that are vacant")
    culture_growth: Number = parameter("share", "growth on the job gained or lost per standard deviation of culture")


@dataclass(frozen=True)
class Lead(Group):
    """How a leadership team shapes its school."""

    head_weight: Number = parameter("share", "head's weight in leadership quality; the senior team has the rest")
    acting_penalty: Number = parameter("standard deviations", "leadership lost while the head's post is covered")
    reference_head: Number = parameter("standard deviations", "merit of an average head, at which leadership is 0")
    reference_team: Number = parameter("standard deviations", "merit of an average senior team, at which it is 0")
    leadership_memory: Number = parameter("share", "leadership kept from year to year")
    culture_memory: Number = parameter("share", "development culture kept from year to year")
    trust_memory: Number = parameter("share", "trust kept from year to year")
    trust_lost_on_change: Number = parameter("standard deviations", "trust lost when the head changes")
    school_spread: Number = parameter("standard deviations", "spread of leadership, culture and trust at the start")


@dataclass(frozen=True)
class Leave(Group):
    """Competing risks of leaving a post in a year."""

    state_schools: Array = parameter(
        "probability", "leave state-funded schools for other work or none", "phase", "age_band"
    )
    early_career: Array = parameter("log-odds", "added in the years after qualifying", "phase", "years_qualified")
    role_odds: Array = parameter("log-odds", "added by role", "phase", "role")
    first_year_in_post: Array = parameter(
        "log-odds", "added in the first year in a role, to leaving and to stepping down", "phase", "role"
    )
    retire: Array = parameter("probability", "retire", "phase", "age_band")
    retire_role_odds: Array = parameter("log-odds", "added to retiring, by role", "role")
    career_break: Array = parameter("probability", "start a career break that spans a census", "sex", "age_band")
    trust_central_team: Array = parameter(
        "probability", "move to the trust's central team, in a trust of two schools or more", "role"
    )
    step_down: Array = parameter(
        "probability", "give up the post for a classroom post in the same school", "phase", "role"
    )
    worst_led: Number = parameter(
        "log-odds", "added per squared standard deviation by which leadership falls short of the mean"
    )
    per_wellbeing: Number = parameter("log-odds", "taken off per standard deviation of well-being")
    per_trust: Number = parameter("log-odds", "taken off per standard deviation of trust between staff and leaders")
    per_disadvantage: Number = parameter(
        "log-odds", "added per 10 points of disadvantage above what is usual in the phase"
    )
    per_aspiration: Number = parameter(
        "log-odds", "taken off leaving state schools per standard deviation of aspiration; the mean rate stays"
    )
    pay_elasticity: Array = parameter(
        "elasticity",
        "of the odds of leaving state schools to pay since the base year, against pay outside them",
        "role",
    )
    step_down_pay_elasticity: Number = parameter(
        "elasticity", "of the odds of giving up a post to its pay since the base year, against classroom pay"
    )
    outside_pay: Number = parameter(
        "ratio", "pay outside state schools after the base year to that of the base year, in real terms"
    )
    dates: Array = parameter(
        "share",
        "posts that leavers give up from each date, of those given up with notice",
        "date",
        sums_to_one_over="date",
    )
    sudden: Array = parameter(
        "probability",
        "a post is given up without notice, in any term alike, so that nobody could look for a successor",
        "role",
    )
    late_notice: Array = parameter(
        "probability", "notice for September comes late, so that the post is advertised once before it", "role"
    )
    return_from_break: Number = parameter("probability", "come back from a career break in a year")
    return_from_out: Array = parameter("probability", "seek to come back after leaving, by years out", "years_out")


@dataclass(frozen=True)
class Appoint(Group):
    """The market for posts."""

    wants: Array = parameter("share", "people a rung below who want a post in the role at all", "phase", "role")
    seek_promotion: Array = parameter(
        "probability",
        "of those who want it, look for a post in the role in a year, at peak experience",
        "phase",
        "role",
    )
    peak_years: Array = parameter(
        "years", "years since qualifying at which people are likeliest to seek the role", "phase", "role"
    )
    peak_width: Array = parameter(
        "years", "years from the peak at which the odds have fallen by a factor of 1.65", "role"
    )
    least_years_in_role: Array = parameter("years", "least years on the rung below before seeking the role", "role")
    per_readiness: Number = parameter(
        "log-odds", "added to seeking promotion per standard deviation of readiness as one sees it oneself"
    )
    part_time_seek: Number = parameter("log-odds", "added to seeking promotion for part-timers")
    pay_elasticity: Array = parameter(
        "elasticity",
        "of the odds of seeking the role to its pay since the base year, against pay of the post that is held",
        "role",
    )
    skip_rung: Array = parameter(
        "probability", "aim at the next rung that one's own school has, where that skips one", "phase"
    )
    look_past: Array = parameter(
        "probability", "people on the rung who look past the next one, at the one after it", "phase", "role"
    )
    rank_kept: Number = parameter(
        "years", "years after leaving from which on whoever comes back looks for a post a rung below the one last held"
    )
    seek_move: Array = parameter(
        "probability", "look for a post at the same level in another school in a year", "phase", "role"
    )
    move_when_new: Number = parameter("log-odds", "added to seeking a move in the first two years in a school")
    move_worst_led: Number = parameter(
        "log-odds", "added to seeking a move per squared standard deviation by which leadership falls short"
    )
    move_disadvantage: Number = parameter(
        "log-odds", "added to seeking a move per 10 points of disadvantage above what is usual in the phase"
    )
    see: Array = parameter("probability", "a seeker knows of and wants a given post, by distance", "phase", "ring")
    schools_near: Array = parameter(
        "schools", "others in a school's community, on average, where posts are seen so", "phase"
    )
    schools_elsewhere: Array = parameter(
        "schools", "others in a school's region outside its community, on average, where posts are seen so", "phase"
    )
    seen_as_head: Array = parameter(
        "log-odds",
        "added to seeing and wanting the head's post of another school, by the religious character of that school",
        "religion",
    )
    relocate: Array = parameter("probability", "a seeker searches around another community, anywhere", "role")
    change_phase: Array = parameter("probability", "a seeker searches in another phase", "phase")
    panel_noise: Number = parameter("standard deviations", "scale of the panel's error (Gumbel) in judging merit")
    merit_weights: Array = parameter(
        "share",
        "weight of each skill in merit for a post in the role",
        "role",
        "skill",
        sums_to_one_over="skill",
        everywhere="people from all places meet before one panel, so merit is one yardstick for all",
    )
    panel_experience: Number = parameter("standard deviations", "merit per year on the present rung, up to five years")
    panel_same_level: Number = parameter("standard deviations", "merit of having held a post at this level")
    familiarity: Array = parameter("standard deviations", "merit that a panel sees in candidates by distance", "ring")
    incumbent: Number = parameter(
        "standard deviations", "merit that a panel sees in whoever acts in the post since last year"
    )
    gap_female: Array = parameter("standard deviations", "merit that panels see less in women", "phase", "role")
    gap_ethnic_group: Array = parameter(
        "standard deviations",
        "merit that panels see less, by ethnic group, at the step into senior leadership",
        "ethnic_group",
    )
    bar: Array = parameter(
        "standard deviations",
        "least merit, as the panel sees it, at which it appoints",
        "phase",
        "role",
    )
    fixed_term: Array = parameter(
        "probability", "a new headship is given for a fixed term of a year, after which the post is advertised", "phase"
    )
    bar_drop: Number = parameter(
        "standard deviations", "how far the bar drops each time a post is advertised again, twice at most"
    )
    wider_reach: Number = parameter("ratio", "factor on the chance of seeing a post that is advertised again")


@dataclass(frozen=True)
class Collaborate(Group):
    """What the strength of a cluster consists of, and what it does."""

    weights: Array = parameter(
        "share", "weight of each component in the strength of a cluster", "component", sums_to_one_over="component"
    )
    systems: Array = parameter(
        "share", "firmness of systems that clusters of this kind have of themselves", "cluster_kind"
    )
    coordinator: Array = parameter(
        "share", "coordination that clusters of this kind have of themselves", "cluster_kind"
    )
    money: Array = parameter("share", "pooled money that clusters of this kind have of themselves", "cluster_kind")
    systems_memory: Number = parameter("share", "firmness of systems kept from year to year")
    wear: Number = parameter(
        "share", "firmness of systems, and of what a programme built in a school or cluster, lost as its heads change"
    )
    spread: Number = parameter(
        "share", "gap to the cluster's best culture that a school closes in a year, in a cluster of full strength"
    )
    hiring: Number = parameter("log-odds", "added to seeing a post in one's cluster, at full rather than no strength")
    support: Number = parameter("standard deviations", "well-being of heads, at full rather than no strength")
    ordinary: Number = parameter("share", "strength at which hiring and support are as in other parameters")


@dataclass(frozen=True)
class Recruit(Group):
    """Newcomers to classroom posts that the market leaves empty."""

    fill: Array = parameter("probability", "a newcomer is found for a classroom post", "phase")
    newly_qualified: Array = parameter(
        "share", "newly qualified among newcomers; the rest are new to the sector", "phase"
    )
    pay_elasticity: Number = parameter(
        "elasticity",
        "of the odds that a newcomer is found to classroom pay since the base year, against pay outside state schools",
    )


@dataclass(frozen=True)
class PupilsLearn(Group):
    """How leadership reaches pupils, years later."""

    memory: Number = parameter("share", "school progress kept from year to year")
    per_culture: Number = parameter(
        "standard deviations", "pupil progress per standard deviation of culture two and three years before"
    )
    head_change: Number = parameter("standard deviations", "pupil progress lost in the year after a head changes")
    weak_leader: Number = parameter(
        "standard deviations",
        "leadership below which losing the head costs pupils nothing, as a shortfall from the mean",
    )
    per_team_leader: Number = parameter(
        "standard deviations",
        "progress of a leader's own team, against the school's, per standard deviation of merit, from two years in post on",
    )


@dataclass(frozen=True)
class Costs(Group):
    """What posts and vacancies cost, in GBP of the base year."""

    pay: Array = parameter("GBP", "yearly pay of a full-time post", "phase", "role")
    pension: Number = parameter("share", "employer's pension contribution, of pay")
    insurance: Number = parameter("share", "employer's national insurance, of pay above the threshold")
    insurance_threshold: Number = parameter("GBP", "pay above which national insurance is due")
    advert: Array = parameter("GBP", "advertising and selecting for a post, each round", "role")
    supply_day: Array = parameter("GBP", "a day of supply cover", "phase")
    cover_days: Number = parameter("days", "school days in a year")
    acting_allowance: Number = parameter("share", "gap in pay that a person who covers a higher post is paid")
    school_weeks: Number = parameter("weeks", "weeks in a school year")
    directed_hours: Number = parameter("hours a year", "hours of a full-time post that its pay is for")


_WHOLE_SYSTEM = (
    "what changes in the system of schools is settled for all of it at once; list single schools under changes:"
)


@dataclass(frozen=True)
class Register(Group):
    """How the system of schools changes, besides what is listed; where a level is what it was in the base year, it does not."""

    academies: Number = parameter(
        "share",
        "schools that are academies, at least; those that convert join a trust",
        everywhere=_WHOLE_SYSTEM,
    )
    in_trusts: Number = parameter(
        "share",
        "schools in trusts of two schools or more, at least",
        everywhere=_WHOLE_SYSTEM,
    )
    trust_size: Number = parameter(
        "schools",
        "schools of trusts of two or more, on average and at least; smaller trusts merge into others of their region",
        everywhere=_WHOLE_SYSTEM,
    )
    new_trusts: Number = parameter(
        "share",
        "of schools that join a trust, those that found new ones together",
        everywhere=_WHOLE_SYSTEM,
    )
    disadvantage_first: Number = parameter(
        "log-odds",
        "of joining a trust before others, per 10 points of disadvantage",
        everywhere=_WHOLE_SYSTEM,
    )
    closing: Number = parameter(
        "share",
        "schools of a phase that close in a year in which its rolls fall",
        everywhere=_WHOLE_SYSTEM,
    )


@dataclass(frozen=True)
class Inspect(Group):
    """Inspection of schools: how often, what it goes by, and what its grades do."""

    visited: Array = parameter("probability", "a school is inspected in a year, by the grade that it has", "grade")
    grades: Array = parameter(
        "share",
        "grades that inspectors give schools of mean leadership, mean progress and usual disadvantage",
        "phase",
        "grade",
        sums_to_one_over="grade",
    )
    per_leadership: Number = parameter(
        "standard deviations", "what inspectors see more, of their own error, per standard deviation of leadership"
    )
    per_progress: Number = parameter(
        "standard deviations", "what inspectors see more, of their own error, per standard deviation of pupil progress"
    )
    per_disadvantage: Number = parameter(
        "standard deviations",
        "what inspectors see less, of their own error, per 10 points of disadvantage above what is usual in the phase",
    )
    leave: Array = parameter(
        "log-odds", "added to leaving state schools and to stepping down, by the grade of the school", "grade"
    )
    leave_when_lowered: Array = parameter(
        "log-odds",
        "added to leaving state schools and to stepping down in the year in which a grade is lowered to this one",
        "role",
        "grade",
    )
    move: Array = parameter("log-odds", "added to seeking a move, by the grade of the school", "grade")
    sponsored: Array = parameter(
        "probability",
        "a maintained school joins a trust in a year, because its grade was lowered to this one in the two years before",
        "grade",
    )
    transferred: Array = parameter(
        "probability",
        "an academy joins another trust in a year, because its grade was lowered to this one in the two years before",
        "grade",
    )
    leave_when_sponsored: Array = parameter(
        "log-odds",
        "added to leaving state schools and to stepping down in the year in which the school joins a trust because of its "
        "grade, for those who have been in post for two years or more",
        "role",
    )
    seen: Array = parameter(
        "log-odds",
        "added to seeing and wanting a post in another school, and to finding a newcomer, by the grade of that school",
        "grade",
    )


@dataclass(frozen=True)
class Executive(Group):
    """Executive heads: people who head several schools of a trust or federation, most of which have a head of their own below."""

    created: Array = parameter(
        "probability",
        "a school of a trust or federation that has the cause comes under an executive head in a year",
        "cause",
    )
    small: Number = parameter("pupils", "most pupils of a school that is small enough to share a head")
    most_schools: Number = parameter("schools", "most schools that one person heads, the own included")
    ends: Number = parameter("probability", "a school that is under an executive head is so no more, in a year")
    weight: Number = parameter(
        "share", "executive head's weight in what heads add to leadership of a school; its own head has the rest"
    )
    hours: Number = parameter(
        "hours a week", "further working hours of an executive head for each school besides the own"
    )
    bar: Number = parameter(
        "standard deviations", "how much lower the bar is for the head of a school that is under an executive head"
    )
    allowance: Number = parameter("share", "of a head's pay, paid to an executive head for each school besides the own")


@dataclass(frozen=True)
class Parameters:
    """Every parameter of the model. Build one from a scenario; tests may build one with :meth:`from_values`."""

    population: Population
    establishment: Establishment
    hours: Hours
    collaborate: Collaborate
    develop: Develop
    lead: Lead
    leave: Leave
    appoint: Appoint
    recruit: Recruit
    pupils_learn: PupilsLearn
    costs: Costs
    register: Register
    inspect: Inspect
    executive: Executive

    @classmethod
    def from_values(cls, values: dict[str, float | np.ndarray]) -> Parameters:
        """Build from ``{path: value}``; arrays become read-only float64 of the declared shape.

        Raise :exc:`ValueError` for a path that is missing or unknown, and for a value that is no number, has another
        shape than is declared, or is not possible for the parameter's unit.
        """
        expected = declared()
        missing, unknown = sorted(set(expected) - set(values)), sorted(set(values) - set(expected))
        if missing or unknown:
            raise ValueError(f"parameters: missing {missing}, unknown {unknown}")
        groups: dict[str, dict[str, Any]] = {}
        for path in expected:
            group, name = path.split(".")
            groups.setdefault(group, {})[name] = values[path]
        return cls(**{name: group(**groups[name]) for name, group in _GROUPS.items()})

    def check(self, structure: Structure) -> None:
        """Raise :exc:`ValueError` if a table is not laid out along the ladder, phases and groups of ``structure``."""
        for declaration in declarations(structure):
            got, due = getattr(self.value(declaration.path), "shape", ()), declaration.shape
            if got != due:
                by = " and ".join(declaration.axes)
                raise ValueError(f"{declaration.path} must be a table by {by} of shape {due}, got shape {got}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process, arrays stay read-only: loops would be compiled once more for those that are not."""
        return Parameters.from_values, (self.values(),)

    def values(self) -> dict[str, float | np.ndarray]:
        """``{path: value}`` for every parameter, in the order declared."""
        found = {}
        for declaration in declarations():
            group, name = declaration.path.split(".")
            found[declaration.path] = getattr(getattr(self, group), name)
        return found

    def value(self, path: str) -> float | np.ndarray:
        """The value of the parameter at ``path``."""
        group, name = path.split(".")
        found: float | np.ndarray = getattr(getattr(self, group), name)
        return found

    def replace(self, **changes: float | np.ndarray) -> Parameters:
        """A copy with some values changed; write the path with ``__`` for the dot: ``leave__worst_led=0.1``."""
        return self.with_values({path.replace("__", "."): value for path, value in changes.items()})

    def with_values(self, changes: Mapping[str, float | np.ndarray]) -> Parameters:
        """A copy with the values at some paths changed. Raise :exc:`ValueError` as :meth:`from_values`."""
        if unknown := sorted(set(changes) - set(declared())):
            raise ValueError(f"parameters: unknown {unknown}")
        groups: dict[str, dict[str, Any]] = {}
        for path, value in changes.items():
            group, name = path.split(".")
            groups.setdefault(group, {})[name] = value
        return replace(self, **{name: replace(getattr(self, name), **of) for name, of in groups.items()})


_GROUPS: dict[str, type] = get_type_hints(Parameters)
"""The class of each group, by the name of its field."""


@cache
def declarations(structure: Structure = ENGLAND) -> tuple[Declaration, ...]:
    """All declarations, in order, with paths such as ``leave.step_down`` and the labels of a context of this structure."""
    return tuple(
        Declaration(f"{group_name}.{f.name}", structure=structure, **meta)
        for group_name, group in _GROUPS.items()
        for f in fields(group)
        for meta in (f.metadata,)
    )


@cache
def declared(structure: Structure = ENGLAND) -> dict[str, Declaration]:
    """Every declaration by its path, with the labels of a context of this structure."""
    return {declaration.path: declaration for declaration in declarations(structure)}


Earlier = tuple[tuple[int, Parameters], ...]
"""Parameters that hold up to and including a school year, in order of time; see :mod:`simulation.in_force`."""
