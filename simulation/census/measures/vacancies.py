"""Posts that are vacant, covered by somebody acting, or advertised more than once."""

from __future__ import annotations

from typing import Any

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally


def _posts_vacant(census: Census) -> Tally:
    return Tally(census.world.vacancies.school, (census.world.vacancies.role,))


def _vacancy_rate(census: Census) -> Tally:
    vacant = census.world.vacancies
    return Tally(vacant.school, (vacant.role,), out_of=Tally(census.school_rows, (), census.world.schools.posts))


def _posts_acting(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.acting) != len(census.school_rows):
        return None
    return Tally(census.school_rows, (), census.log.acting)


def _posts_advertised(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.advertised) != len(census.school_rows):
        return None
    return Tally(census.school_rows, (), census.log.advertised)


def _posts_readvertised(census: Census) -> Tally | None:
    if not census.saw_the_year or len(census.log.advertised) != len(census.school_rows):
        return None
    advertised = Tally(census.school_rows, (), census.log.advertised)
    return Tally(census.school_rows, (), census.log.advertised_again, advertised)


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
        "Posts without a holder on census day, of all posts that exist in the role.",
        "vac_rate_2023, vac_rate_primary_2014, vac_rate_secondary_2014, head_vacancy_rate_2007",
        _vacancy_rate,
        Kind.RATIO,
        **_BY_ROLE,
    ),
    Measure(
        "posts_acting",
        "Vacant posts covered by somebody acting",
        "posts",
        "Vacant posts on census day whose duties somebody from a lower role in the school covers.",
        "Headway",
        _posts_acting,
        **_BY_ROLE,
    ),
    Measure(
        "posts_advertised",
        "Posts advertised in the year",
        "posts",
        "Vacancies that reached the market between two censuses, each counted once however often it was advertised.",
        "head_adverts_primary_2020, head_adverts_secondary_2020",
        _posts_advertised,
        **_BY_ROLE,
    ),
    Measure(
        "posts_readvertised",
        "Share of advertised posts that were advertised again",
        "share",
        "Of the posts advertised in the year, those that the first advertisement did not fill.",
        "head_readvert_primary_2019, head_readvert_secondary_2019",
        _posts_readvertised,
        Kind.RATIO,
        **_BY_ROLE,
    ),
)
