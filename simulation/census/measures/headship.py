"""Where heads come from, how long it took them, and how often schools change theirs."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.structure import Ladder, Tier
from simulation.vocabulary import Date, Sex

YEARS_EARLIER = 4
ORIGINS = {Tier.HEAD: 0, Tier.SENIOR: 1, Tier.MIDDLE: 2, Tier.CLASSROOM: 3, Tier.TRUST: 4}
SYSTEM_ENTRANT = 4


def _origin_by_role(ladder: Ladder) -> np.ndarray:
    """Code of "origin" by role; the last is that of who was not in service, whose role is -1. Nobody in service leads a trust."""
    return np.array([*(ORIGINS[rung.tier] for rung in ladder.rungs), SYSTEM_ENTRANT], np.int8)


def _origins(census: Census) -> tuple[np.ndarray, np.ndarray] | None:
    if census.reach < YEARS_EARLIER:
        return None
    return census.heads.school, _origin_by_role(census.ladder)[census.role_held(YEARS_EARLIER).take(census.heads.rows)]


def _all_heads(census: Census) -> Tally | None:
    found = _origins(census)
    return None if found is None else Tally(found[0], (found[1],))


def _new_heads(census: Census) -> Tally | None:
    found = _origins(census)
    if found is None:
        return None
    school, origin = found
    new = origin > 0
    return Tally(school[new], (origin[new],))


def _first_time(census: Census) -> tuple[np.ndarray, np.ndarray] | None:
    """Rows and schools of heads who became head for the first time since the census before."""
    if census.reach < 1:
        return None
    first = census.heads.take("head_since") == census.year
    return census.heads.rows[first], census.heads.school[first]


def _experience(census: Census) -> Tally | None:
    first = _first_time(census)
    if first is None:
        return None
    people = census.world.people
    return Tally(first[1], (people.sex[first[0]],), census.year - people.qualified_year[first[0]])


def _age(census: Census) -> Tally | None:
    first = _first_time(census)
    if first is None:
        return None
    people = census.world.people
    return Tally(first[1], (people.sex[first[0]],), census.year - people.birth_year[first[0]])


def _female_new_heads(census: Census) -> Tally | None:
    first = _first_time(census)
    if first is None:
        return None
    return Tally(first[1], (), census.world.people.sex[first[0]] == Sex.FEMALE)


def _head_changed(census: Census) -> Tally | None:
    if census.reach < 1:
        return None
    schools = census.world.schools
    rows = np.flatnonzero(schools.posts[:, census.ladder.head] > 0).astype(np.int32)
    return Tally(rows, (), schools.head_changed[rows] == census.year)


def _head_changed_in_september(census: Census) -> Tally | None:
    """Schools with an appointment to headship that holds from September on."""
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    begun = made.to_school[(made.to_role == census.ladder.head) & (made.start == Date.SEPTEMBER)]
    another = census.world.schools.head_changed[begun] == census.year  # not who has it for good after a fixed term
    return Tally(np.unique(begun[another]))


def _newly_head(census: Census) -> Tally | None:
    if census.reach < 1:
        return None
    return Tally(census.heads.school, (), census.role_held(1).take(census.heads.rows) != census.ladder.head)


_FIRST = "People in service as heads who became head for the first time in their life since the census before."

MEASURES = (
    Measure(
        "heads_origin_four_years_earlier",
        "What heads were four years earlier",
        "share",
        "All heads in service at this census, new and old, by the role that they held at the census four years earlier in any "
        "school; senior leaders are deputy and assistant heads, system entrants were not seen in service then.",
        "head2020_origin_primary_head, head2020_origin_secondary_head and the other head2020_origin_* rows",
        _all_heads,
        Kind.RATIO,
        ("origin",),
        across="origin",
        counted=Counted("people", "by_role_four_years_earlier", "heads"),
    ),
    Measure(
        "new_heads_origin_four_years_earlier",
        "What new heads were four years earlier",
        "share",
        "Heads in service at this census who were not heads at the census four years earlier, by what they were then.",
        "d_new_head_from_sl_primary, d_new_head_from_sl_secondary",
        _new_heads,
        Kind.RATIO,
        ("origin",),
        across="origin",
        counted=Counted("people", "by_role_four_years_earlier", "heads_who_were_none_four_years_earlier"),
    ),
    Measure(
        "new_heads_share",
        "Heads who were not heads the year before",
        "share",
        "Heads in service at this census who at the census before held another role or were not in service, out of all heads.",
        "Headway",
        _newly_head,
        Kind.RATIO,
        counted=Counted("people", "no_head_the_year_before", "heads"),
    ),
    Measure(
        "experience_at_first_headship",
        "Years of experience at first headship (median)",
        "years",
        f"{_FIRST} Median years since qualifying, breaks included.",
        "median_years_head_primary_2016, median_years_head_secondary_2016",
        _experience,
        Kind.MEDIAN,
        ("sex",),
        ("sex",),
        counted=Counted("years", "median_since_qualifying", "first_time_heads"),
    ),
    Measure(
        "experience_at_first_headship_mean",
        "Years of experience at first headship (mean)",
        "years",
        f"{_FIRST} Mean years since qualifying, breaks included.",
        "years_to_head_primary_male_2020, years_to_head_primary_female_2020, years_to_head_secondary_male_2020, "
        "years_to_head_secondary_female_2020",
        _experience,
        Kind.RATIO,
        ("sex",),
        ("sex",),
        counted=Counted("years", "mean_since_qualifying", "first_time_heads"),
    ),
    Measure(
        "age_at_first_headship",
        "Age at first headship (mean)",
        "years",
        f"{_FIRST} Mean age on census day.",
        "Headway",
        _age,
        Kind.RATIO,
        ("sex",),
        ("sex",),
    ),
    Measure(
        "female_share_of_new_heads",
        "Women among first-time heads",
        "share",
        f"{_FIRST} Share who are women.",
        "female_share_new_head_primary_2016, female_share_new_head_secondary_2016",
        _female_new_heads,
        Kind.RATIO,
        counted=Counted("people", "women", "first_time_heads"),
    ),
    Measure(
        "turnover_of_heads",
        "Schools that changed their head",
        "share",
        "Schools whose head at this census is another person than the last head they had, out of all schools with a post of "
        "head. A school whose post stands vacant counts when it is filled.",
        "sd_sept_changes_2023 (one month only)",
        _head_changed,
        Kind.RATIO,
        counted=Counted("schools", "changed_head_in_the_year", "schools"),
    ),
    Measure(
        "heads_changed_in_september",
        "Schools whose head changed in September",
        "schools",
        "Schools at which somebody became head on 1 September, and holds the post from then on; whoever acts while it is vacant "
        "does not count.",
        "sd_sept_changes_2019_v23, sd_sept_changes_2020_v23, sd_sept_changes_2021_v23, sd_sept_changes_2022_v23, sd_sept_changes_2023",
        _head_changed_in_september,
        counted=Counted("schools", "changed_head_in_september"),
    ),
)
