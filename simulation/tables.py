"""The columns of people, schools and clusters: every piece of state that a run carries from year to year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.columns import Column, Table
from simulation.programmes.channels import N_CLUSTER_SLOTS, N_PERSON_SLOTS, N_SCHOOL_SLOTS
from simulation.structure import ENGLAND

HISTORY = 12
"""Censuses remembered per person: this year's and the eleven before: ten years of a cohort's retention and the census
before it began, which tells who was new to a post."""

NO_SCHOOL = -1
NEVER = -1
UNSEEN = -1
"""In the history columns: not in the model at that census."""

COME_AND_GO = (
    "people go, posts are filled, schools change and the pool able to return grows older at different times of the year"
)
HOURS = "a promotion can come with full-time hours, at the appointment"
ACTS_ON = "a head whose term ends acts until the market of the year is over"
NEW_RUNG = "part of the skill is left behind on moving up a rung, at the appointment"
SPREAD = "practice spreads through clusters before leadership acts on it"

BY_RUNG = 0
"""Width of a column with an entry for each rung of the ladder, until the table is made for one."""

PEOPLE = (
    Column("id", "uint64", "key", "structured id, see simulation.draws", lasting=True),
    Column("birth_year", "int16", "calendar year", "age on census day is the year less this", lasting=True),
    Column("sex", "int8", "code", "vocabulary.Sex", lasting=True),
    Column("ethnic_group", "int8", "code", "structure.ethnic_groups", lasting=True),
    Column("qualified_year", "int16", "calendar year", "school year of the first post as a qualified teacher", lasting=True),
    Column("fte", "int16", "hundredths", "full-time equivalent: 100 is full time", ("age and roll", "appoint"), shared=HOURS),
    Column("status", "int8", "code", "vocabulary.Status", ("reorganise", "age and roll", "leave", "appoint"), shared=COME_AND_GO, lasting=True),
    Column("role", "int8", "code", "rung of structure.ladder held, or last held when not in service", ("leave", "appoint"), shared=COME_AND_GO, lasting=True),
    Column("school", "int32", "row of schools", "where the post is, or was when not in service", ("reorganise", "appoint"), shared=COME_AND_GO, lasting=True),
    Column("role_since", "int16", "calendar year", "first census in this role", ("leave", "appoint"), shared=COME_AND_GO),
    Column("school_since", "int16", "calendar year", "first census in this school", ("appoint",)),
    Column("head_since", "int16", "calendar year", "first census ever as a head", ("appoint",), NEVER),
    Column("fixed_term", "int16", "calendar year", "census at which the person was newly head for a fixed term of a year, latest", ("appoint",), NEVER, lasting=True),
    Column("passed_over", "int16", "calendar year", "census of the year in which a wish for promotion was last refused to somebody who was not ready and did not see it", ("appoint",), NEVER),
    Column("schools_led", "int8", "schools", "schools that a head heads as executive head, besides the own", ("share headships",)),
    Column("acting_role", "int8", "code", "role covered while its post is vacant, or -1", ("leave", "appoint"), -1, shared=ACTS_ON),
    Column("acting_school", "int32", "row of schools", "where the role is covered, or -1", ("leave", "appoint"), NO_SCHOOL, shared=ACTS_ON),
    Column("left_year", "int16", "calendar year", "census at which first missing, latest spell", ("reorganise", "leave", "appoint"), NEVER, shared=COME_AND_GO, lasting=True),
    Column("left_reason", "int8", "code", "vocabulary.LeaverReason, latest spell", ("reorganise", "leave", "appoint"), shared=COME_AND_GO, lasting=True),
    Column("teaching", "float64", "standard deviations", "skill in teaching, all teachers at birth = N(0, 1)", ("develop", "appoint"), shared=NEW_RUNG),
    Column("people", "float64", "standard deviations", "skill in leading people", ("develop", "appoint"), shared=NEW_RUNG),
    Column("management", "float64", "standard deviations", "skill in running an organisation", ("develop", "appoint"), shared=NEW_RUNG),
    Column("system", "float64", "standard deviations", "skill in leading beyond one's own school", ("develop", "appoint"), shared=NEW_RUNG),
    Column("aspiration", "float64", "standard deviations", "wish for the next rung, relative to all teachers", ("develop",)),
    Column("drive", "float64", "standard deviations", "aspiration to which the person returns, all teachers at birth = N(0, 1)"),
    Column("self_view", "float64", "standard deviations", "how far one's own view of one's readiness errs upwards"),
    Column("readiness", "float64", "standard deviations", "fitness for the next rung, as it is", ("develop",)),
    Column("wellbeing", "float64", "standard deviations", "well-being, all teachers = N(0, 1) at the start", ("develop",)),
    Column("workload", "float64", "hours a week", "working hours of a full-time post in the role", ("develop",)),
    Column("team_progress", "float64", "pupil standard deviations", "progress of the own team against the school's", ("pupils learn",)),
    Column("joined", "uint64", "programmes", "programmes ever joined: one bit each, in order of name", ("enrol",), lasting=True),
    Column("completed", "uint64", "programmes", "programmes completed, likewise", ("deliver",), lasting=True),
    Column("shift", "int32", "2**-20 units", "what programmes add, by programmes.channels.PersonSlot", ("deliver",), 0, N_PERSON_SLOTS),
    Column("given", "float64", "standard deviations", "programmes' part in the four skills, aspiration and well-being", ("develop", "appoint"), 0.0, 6, closed=True, shared=NEW_RUNG),
    Column("seen_status", "int8", "code", "status at census year y in column y mod 12", ("census",), UNSEEN, HISTORY, by_entry=True, lasting=True),
    Column("seen_role", "int8", "code", "role at census year y in column y mod 12", ("census",), UNSEEN, HISTORY, by_entry=True, lasting=True),
    Column("seen_school", "int32", "row of schools", "school at census year y in column y mod 12; int16 where there are no more schools than that counts", ("census",), NO_SCHOOL, HISTORY, by_entry=True, lasting=True),
)  # fmt: skip

SCHOOLS = (
    Column("urn", "int32", "key", "unique reference number"),
    Column("phase", "int8", "code", "structure.phases"),
    Column("region", "int8", "index", "into the register's region names"),
    Column("local_authority", "int16", "code", "three-digit code of the local authority"),
    Column("state", "int8", "code", "vocabulary.SchoolState", ("reorganise",)),
    Column("kind", "int8", "code", "vocabulary.SchoolKind", ("reorganise",)),
    Column("religion", "int8", "code", "vocabulary.Religion: its religious character"),
    Column("cluster", "int32", "row of clusters", "cluster, federation or trust; -1 for none", ("reorganise",), -1),
    Column("last_cluster", "int32", "row of clusters", "of a school that has closed: where it belonged; -1 for nowhere", ("reorganise",), -1),
    Column("community", "int32", "index", "neighbourhood labour market; one phase and one local authority each"),
    Column("disadvantage", "float64", "share", "pupils eligible for free school meals at any time in six years"),
    Column("base_pupils", "int32", "pupils", "pupils on roll in the base year, of those that it has now", ("reorganise",)),
    Column("pupils", "int32", "pupils", "pupils on roll", ("age and roll",)),
    Column("target_posts", "int32", "posts", "posts by role that the roll calls for", ("age and roll",), 0, BY_RUNG),
    Column("posts", "int32", "posts", "posts by role that exist: filled and vacant", ("reorganise", "appoint"), 0, BY_RUNG, shared=COME_AND_GO),
    Column("filled", "int32", "people", "posts by role with a holder", ("reorganise", "leave", "appoint", "recruit"), 0, BY_RUNG, shared=COME_AND_GO),
    Column("leadership", "float64", "standard deviations", "quality of leadership as staff meet it", ("lead",)),
    Column("culture", "float64", "standard deviations", "culture of professional development", ("collaborate", "lead"), shared=SPREAD),
    Column("trust", "float64", "standard deviations", "trust between staff and leaders", ("lead",)),
    Column("past_culture", "float64", "standard deviations", "culture 1, 2 and 3 years ago", ("lead",), 0.0, 3),
    Column("head_changed", "int16", "calendar year", "latest census with a head other than the year before's", ("appoint",), NEVER),
    Column("executive", "uint64", "id of a person", "the executive head that it is under, head of another school of its cluster; 0 for nobody", ("share headships",)),
    Column("last_head_leadership", "float64", "standard deviations", "leadership when the head last changed", ("appoint",)),
    Column("grade", "int8", "code", "vocabulary.Grade: what inspectors last gave it", ("inspect",)),
    Column("lowered", "int16", "calendar year", "latest census before which inspectors lowered its grade", ("inspect",), NEVER),
    Column("sponsored", "int16", "calendar year", "latest census before which it joined a trust because of its grade", ("reorganise",), NEVER),
    Column("progress", "float64", "pupil standard deviations", "pupil progress against the national mean", ("pupils learn",)),
    Column("joined", "uint64", "programmes", "programmes ever joined: one bit each, in order of name", ("enrol",)),
    Column("completed", "uint64", "programmes", "programmes completed, likewise", ("deliver",)),
    Column("shift", "int32", "2**-20 units", "what programmes add, by programmes.channels.SchoolSlot", ("deliver",), 0, N_SCHOOL_SLOTS),
    Column("given", "float64", "standard deviations", "programmes' part in culture and trust", ("lead",), 0.0, 2, closed=True),
    Column("given_progress", "float64", "pupil standard deviations", "programmes' part in progress", ("pupils learn",), closed=True),
)  # fmt: skip

CLUSTERS = (
    Column("key", "int32", "key", "number that the register gives the cluster"),
    Column("kind", "int8", "code", "vocabulary.ClusterKind"),
    Column("schools", "int32", "schools", "schools that belong to it", ("reorganise",)),
    Column(
        "lead_school",
        "int32",
        "row of schools",
        "seat of the central team: its largest school, ties by URN, for as long as that belongs to it",
        ("reorganise",),
    ),
    Column("chair", "uint64", "id of a person", "the head who chairs it; 0 for nobody", ("collaborate",)),
    Column(
        "systems",
        "float64",
        "share",
        "firmness of its systems, without programmes' part",
        ("collaborate",),
        closed=True,
    ),
    Column("strength", "float64", "share", "how well it works together, 0 to 1", ("collaborate",), closed=True),
    Column("joined", "uint64", "programmes", "programmes ever joined: one bit each, in order of name", ("enrol",)),
    Column("completed", "uint64", "programmes", "programmes completed, likewise", ("deliver",)),
    Column(
        "shift",
        "int32",
        "2**-20 units",
        "what programmes add, by component of strength",
        ("deliver",),
        0,
        N_CLUSTER_SLOTS,
    ),
)

ENROLMENTS = (
    Column("programme", "int8", "index", "into the programmes of the setup, in order of name"),
    Column("unit", "uint64", "id", "of the person, school or cluster that joined"),
    Column(
        "row",
        "int32",
        "row of people, schools or clusters",
        "where the unit was last found: people are looked up by id where somebody else is there now",
        ("deliver",),
    ),
    Column("start", "int16", "calendar year", "school year of the start"),
    Column("completes", "bool", "yes or no", "will complete, if still there"),
    Column("completed", "bool", "yes or no", "has completed", ("deliver",)),
    Column("delivered", "float64", "doses", "delivered so far, in years' worth", ("deliver",), closed=True),
    Column("dose", "float64", "share", "delivered, of what was due so far", ("deliver",), closed=True),
    Column("worn", "float64", "share", "what is left after changes of head", ("deliver",), 1.0, closed=True),
    Column(
        "gap",
        "float64",
        "standard deviations",
        "culture of the helper's school above the own, when last helped",
        ("deliver",),
        closed=True,
    ),
    Column("helper", "uint64", "id of a person", "who helps this year; 0 for nobody", ("deliver",)),
)

COLUMNS = (*PEOPLE, *SCHOOLS, *CLUSTERS, *ENROLMENTS)
"""Every column of every table."""


def people_table(schools: int | None = None) -> Table:
    """An empty table of people, who can be in so many ``schools``; None for any number of them."""
    narrow = schools is not None and schools <= np.iinfo(np.int16).max + 1
    return Table("people", (replace(c, dtype="int16") if narrow and c.name == "seen_school" else c for c in PEOPLE))


def school_table(rungs: int = len(ENGLAND.ladder)) -> Table:
    """An empty table of schools, on a ladder of so many ``rungs``."""
    return Table("schools", (replace(c, width=rungs) if c.width == BY_RUNG else c for c in SCHOOLS))


def cluster_table() -> Table:
    """An empty table of clusters."""
    return Table("clusters", CLUSTERS)


def enrolment_table() -> Table:
    """An empty table of enrolments: units in programmes."""
    return Table("enrolments", ENROLMENTS)
