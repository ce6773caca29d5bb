"""Posts that are vacant, covered by somebody acting, or advertised more than once.

Sources differ in what they call vacant by a factor of ten, so each definition is a measure: posts without a holder, those of
them that somebody covers for a term or more, and those that nobody does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.census.census import IN_SERVICE, Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.log import date_of
from simulation.vocabulary import Date


def _posts_vacant(census: Census) -> Tally:
    return Tally(census.world.vacancies.school, (census.world.vacancies.role,))


def _vacancy_rate(census: Census) -> Tally:
    vacant = census.world.vacancies
    return Tally(vacant.school, (vacant.role,), out_of=Tally(census.school_rows, (), census.world.schools.posts))


def _posts_acting(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.acting) != len(census.school_rows):
        return None
    return Tally(census.school_rows, (), census.log.acting)


def _temporarily_filled(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.acting) != len(census.school_rows):
        return None
    posts = Tally(census.school_rows, (), census.world.schools.posts)
    return Tally(census.school_rows, (), census.log.acting, posts)


def _vacant_on_census_day(census: Census) -> Tally | None:
    """Without anybody who acts, or covered on a contract that is shorter than a term."""
    schools, log, rows = census.world.schools, census.log, census.school_rows
    if not census.saw_the_year or len(log.acting_briefly) != len(rows):
        return None
    vacant = schools.posts - schools.filled - log.acting + log.acting_briefly
    return Tally(rows, (), vacant, Tally(rows, (), schools.posts))


def _terms_vacant(census: Census) -> Tally:
    vacant = census.world.vacancies
    terms = date_of(census.year, Date.SEPTEMBER.value) + 1 - vacant.due
    return Tally(vacant.school, (vacant.role,), terms)


def _terms_to_fill(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    return Tally(made.to_school, (made.to_role,), made.waited)


def _new_heads_not_permanent(census: Census) -> Tally | None:
    """Who leads a school now and led none at the census before: those who act or are head for a fixed term, out of all."""
    if not census.saw_the_year:
        return None
    people, head = census.world.people, census.ladder.head
    before = census.role_held(1)[: len(people)]
    new = np.flatnonzero((people.status == IN_SERVICE) & (before != head))
    acts, leads = people.acting_role.take(new) == head, people.role.take(new) == head
    rows = np.concatenate([people.acting_school.take(new[acts & ~leads]), people.school.take(new[leads])])
    not_permanent = np.ones(len(rows), bool)
    not_permanent[(acts & ~leads).sum() :] = people.fixed_term.take(new[leads]) == census.year
    return Tally(rows, (), not_permanent)


def _posts_advertised(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.advertised) != len(census.school_rows):
        return None
    return Tally(census.school_rows, (), census.log.advertised)


def _posts_readvertised(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    return Tally(made.to_school, (made.to_role,), made.round > 1)


def _headships_readvertised(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    headships = made.where(made.to_role == census.ladder.head)
    religion = census.world.schools.religion
    return Tally(headships.to_school, (religion.take(headships.to_school),), headships.round > 1)


_BY_ROLE: dict[str, Any] = {"axes": ("role",), "totals": ("role",)}

MEASURES = (
    Measure(
        "posts_vacant",
        "Vacant posts on census day",
        "posts",
        "Posts without a holder on census day, whether or not somebody is acting in them.",
        "vacancies_all_2020 (order of magnitude only: posts turn over between terms)",
        _posts_vacant,
        **_BY_ROLE,
    ),
    Measure(
        "vacancy_rate",
        "Share of posts that are vacant",
        "share",
        "Posts without a holder on census day, whether or not somebody is acting in them, of all posts that exist in the role.",
        "Headway",
        _vacancy_rate,
        Kind.RATIO,
        **_BY_ROLE,
    ),
    Measure(
        "vacancy_rate_narrow",
        "Share of posts that are vacant and not covered for a term",
        "share",
        "Posts on census day in which nobody is acting, or somebody on a contract of less than a term, of all posts that exist in "
        "the role: vacancies as the school workforce census counts them. A post that is given up without notice in the term of "
        "the census is covered until that term ends; any other cover is for a term. Whoever serves notice holds the post.",
        "vac_rate_2023, vac_rate_primary_2014, vac_rate_secondary_2014, head_vacrate_secondary_2015",
        _vacant_on_census_day,
        Kind.RATIO,
        **_BY_ROLE,
        counted=Counted("posts", "vacant_and_not_covered_for_a_term", "posts"),
    ),
    Measure(
        "posts_temporarily_filled",
        "Share of posts that are temporarily filled",
        "share",
        "Posts on census day without a holder in which somebody is acting, on whatever contract and whether the post has been "
        "advertised or not, of all posts that exist in the role: as authorities were asked each January until 2007.",
        "head_tempfilled_all_2006, head_tempfilled_nursery_primary_2006, head_tempfilled_special_2007",
        _temporarily_filled,
        Kind.RATIO,
        **_BY_ROLE,
        counted=Counted("posts", "covered_by_somebody_acting", "posts"),
    ),
    Measure(
        "terms_vacant",
        "Terms for which vacant posts have stood vacant (mean)",
        "terms",
        "Terms since vacant posts lost their holder, that of the census included, mean over the posts vacant on census day.",
        "Headway",
        _terms_vacant,
        Kind.RATIO,
        **_BY_ROLE,
    ),
    Measure(
        "terms_to_fill",
        "Terms that it took to fill posts (mean)",
        "terms",
        "Terms from the date on which a post lost its holder, or was first called for, to that on which the next holder started; mean "
        "over posts filled between two censuses. None if the next holder starts as the last one goes.",
        "Headway",
        _terms_to_fill,
        Kind.RATIO,
        **_BY_ROLE,
        counted=Counted("terms", "mean_to_fill", "appointments"),
    ),
    Measure(
        "new_heads_not_permanent",
        "Share of new heads who are not permanent",
        "share",
        "Of those who lead a school on census day and were no head at the census before, those who act while the post is vacant and "
        "hold another one, and those whose headship is for a fixed term. By the school that they lead.",
        "head_new_notperm_primary, head_new_notperm_secondary",
        _new_heads_not_permanent,
        Kind.RATIO,
        counted=Counted("people", "acting_or_for_a_fixed_term", "who_lead_and_led_none_the_year_before"),
    ),
    Measure(
        "posts_acting",
        "Vacant posts covered by somebody acting",
        "posts",
        "Vacant posts of senior leaders and heads on census day whose duties somebody else covers: a colleague, or for a head's post "
        "in a trust the head or a senior leader of a sister school.",
        "Headway",
        _posts_acting,
        **_BY_ROLE,
    ),
    Measure(
        "posts_advertised",
        "Posts advertised in the year",
        "posts",
        "Vacancies advertised for the first time between two censuses, each counted once however often it is advertised.",
        "head_adverts_primary_2020, head_adverts_secondary_2020",
        _posts_advertised,
        **_BY_ROLE,
        counted=Counted("posts", "advertised", ""),
    ),
    Measure(
        "posts_readvertised",
        "Share of posts that had to be advertised again",
        "share",
        "Of the posts filled between two censuses, those that took more than one advertisement, in this year and those before.",
        "head_readvert_primary_2019, head_readvert_secondary_2019",
        _posts_readvertised,
        Kind.RATIO,
        **_BY_ROLE,
        counted=Counted("posts", "took_more_than_one_advertisement", "posts_filled"),
    ),
    Measure(
        "headships_readvertised_by_religion",
        "Share of headships that had to be advertised again, by religious character",
        "share",
        "Of the head posts filled between two censuses, those that took more than one advertisement, in this year and those before, "
        "by the religious character of the school.",
        "head_readvert_ce_2008, head_readvert_rc_2008, head_readvert_rc_2025",
        _headships_readvertised,
        Kind.RATIO,
        ("religion",),
    ),
)
