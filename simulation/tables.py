"""The columns of people, schools and clusters: every piece of state that a run carries from year to year."""

from __future__ import annotations

from simulation.columns import Column, Table
from simulation.vocabulary import N_ROLES

HISTORY = 12
"""Censuses remembered per person: this year's and the eleven before: ten years of a cohort's retention and the census
before it began, which tells who was new to a post."""

NO_SCHOOL = -1
NEVER = -1
UNSEEN = -1
"""In the history columns: not in the model at that census."""

PEOPLE = (
    Column("id", "uint64", "key", "structured id, see simulation.draws"),
    Column("birth_year", "int16", "calendar year", "age on census day is the year less this"),
    Column("sex", "int8", "code", "vocabulary.Sex"),
    Column("ethnic_group", "int8", "code", "vocabulary.EthnicGroup"),
    Column("qualified_year", "int16", "calendar year", "school year of the first post as a qualified teacher"),
    Column("fte", "int16", "hundredths", "full-time equivalent: 100 is full time", ("age_and_roll", "appoint")),
    Column("status", "int8", "code", "vocabulary.Status", ("age_and_roll", "leave", "appoint")),
    Column("role", "int8", "code", "vocabulary.Role held, or last held when not in service", ("leave", "appoint")),
    Column("school", "int32", "row of schools", "where the post is, or was when not in service", ("appoint",)),
    Column("role_since", "int16", "calendar year", "first census in this role", ("leave", "appoint")),
    Column("school_since", "int16", "calendar year", "first census in this school", ("appoint",)),
    Column("head_since", "int16", "calendar year", "first census ever as a head", ("appoint",), NEVER),
    Column("acting_role", "int8", "code", "role covered while its post is vacant, or -1", ("appoint",), -1),
    Column("left_year", "int16", "calendar year", "census at which first missing, latest spell", ("leave", "appoint"), NEVER),
    Column("left_reason", "int8", "code", "vocabulary.LeaverReason, latest spell", ("leave", "appoint")),
    Column("teaching", "float64", "standard deviations", "skill in teaching, all teachers at birth = N(0, 1)", ("develop", "appoint")),
    Column("people", "float64", "standard deviations", "skill in leading people", ("develop", "appoint")),
    Column("management", "float64", "standard deviations", "skill in running an organisation", ("develop", "appoint")),
    Column("system", "float64", "standard deviations", "skill in leading beyond one's own school", ("develop", "appoint")),
    Column("aspiration", "float64", "standard deviations", "wish for the next rung, relative to all teachers", ("develop",)),
    Column("self_view", "float64", "standard deviations", "how far one's own view of one's readiness errs upwards"),
    Column("readiness", "float64", "standard deviations", "fitness for the next rung, as it is", ("develop",)),
    Column("wellbeing", "float64", "standard deviations", "well-being, all teachers = N(0, 1) at the start", ("develop",)),
    Column("workload", "float64", "hours a week", "working hours of a full-time post in the role", ("develop",)),
    Column("seen_status", "int8", "code", "status at census year y in column y mod 12", ("census",), UNSEEN, HISTORY),
    Column("seen_role", "int8", "code", "role at census year y in column y mod 12", ("census",), UNSEEN, HISTORY),
    Column("seen_school", "int32", "row of schools", "school at census year y in column y mod 12", ("census",), NO_SCHOOL, HISTORY),
)  # fmt: skip

SCHOOLS = (
    Column("urn", "int32", "key", "unique reference number"),
    Column("phase", "int8", "code", "vocabulary.Phase"),
    Column("region", "int8", "index", "into the register's region names"),
    Column("local_authority", "int16", "code", "three-digit code of the local authority"),
    Column("kind", "int8", "code", "vocabulary.SchoolKind"),
    Column("cluster", "int32", "row of clusters", "cluster, federation or trust; -1 for none", missing=-1),
    Column("community", "int32", "index", "neighbourhood labour market; one phase and one local authority each"),
    Column("disadvantage", "float64", "share", "pupils eligible for free school meals at any time in six years"),
    Column("base_pupils", "int32", "pupils", "pupils on roll in the base year"),
    Column("pupils", "int32", "pupils", "pupils on roll", ("age_and_roll",)),
    Column("target_posts", "int32", "posts", "posts by role that the roll calls for", ("age_and_roll",), 0, N_ROLES),
    Column("posts", "int32", "posts", "posts by role that exist: filled and vacant", ("age_and_roll", "appoint"), 0, N_ROLES),
    Column("filled", "int32", "people", "posts by role with a holder", ("leave", "appoint", "recruit"), 0, N_ROLES),
    Column("leadership", "float64", "standard deviations", "quality of leadership as staff meet it", ("lead",)),
    Column("culture", "float64", "standard deviations", "culture of professional development", ("lead",)),
    Column("trust", "float64", "standard deviations", "trust between staff and leaders", ("lead",)),
    Column("past_culture", "float64", "standard deviations", "culture 1, 2 and 3 years ago", ("lead",), 0.0, 3),
    Column("head_changed", "int16", "calendar year", "latest census with a head other than the year before's", ("appoint",), NEVER),
    Column("last_head_leadership", "float64", "standard deviations", "leadership when the head last changed", ("appoint",)),
    Column("progress", "float64", "pupil standard deviations", "pupil progress against the national mean", ("pupils_learn",)),
)  # fmt: skip

CLUSTERS = (
    Column("key", "int32", "key", "number that the register gives the cluster"),
    Column("kind", "int8", "code", "vocabulary.ClusterKind"),
    Column("schools", "int32", "schools", "schools that belong to it"),
    Column("lead_school", "int32", "row of schools", "its largest school, ties by URN: seat of the central team"),
)


def people_table() -> Table:
    """An empty table of people."""
    return Table("people", PEOPLE)


def school_table() -> Table:
    """An empty table of schools."""
    return Table("schools", SCHOOLS)


def cluster_table() -> Table:
    """An empty table of clusters."""
    return Table("clusters", CLUSTERS)
