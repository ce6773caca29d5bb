"""Executive heads: how many there are, and how many schools they head."""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally


def _executive_heads(census: Census) -> Tally:
    return Tally(census.heads.school, (), census.heads.take("schools_led") > 0)


def _schools_each(census: Census) -> Tally:
    led = census.heads.take("schools_led")
    return Tally(census.heads.school[led > 0], (), led[led > 0] + 1)


def _under(census: Census) -> Tally:
    rows = census.open_schools
    return Tally(rows, (), census.world.schools.executive[rows] != 0)


MEASURES = (
    Measure(
        "executive_heads",
        "Executive heads",
        "people",
        "Heads in service of one school who head another of its trust or federation too, placed by the own. Nobody has counted "
        "them nationally since 2014, and the census then missed those on trusts' payrolls.",
        "exec_heads_swc_2014 (an undercount)",
        _executive_heads,
    ),
    Measure(
        "schools_under_executive_heads",
        "Schools under an executive head",
        "share",
        "Open schools that the head of another school of their trust or federation heads as executive head, out of all open "
        "schools. Most have a head of their own below.",
        "Headway",
        _under,
        Kind.RATIO,
    ),
    Measure(
        "schools_per_executive_head",
        "Schools per executive head",
        "schools",
        "Mean number of schools that executive heads head, the own included.",
        "exec_schools_low, exec_schools_high",
        _schools_each,
        Kind.RATIO,
    ),
)
