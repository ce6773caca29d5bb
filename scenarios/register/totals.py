"""Holds a register against the national totals that its files give, or that the evidence has for England."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scenarios.register.gather import Gathered, School
from scenarios.register.words import Meaning
from simulation.vocabulary import Phase

NATIONAL = 15_000
"""English schools from which on a register is held against England's published numbers."""
_PUBLISHED = (
    (Phase.PRIMARY, "primary and nursery", ("schools_primary_2023", "schools_nursery_2023"), "npp_primary_2025"),
    (Phase.SECONDARY, "secondary", ("schools_secondary_2023",), "npp_secondary_2025"),
    (Phase.SPECIAL, "special, referral and alternative", ("schools_special_2023", "schools_pru_ap_2023"), ""),
)
"""Rows of evidence with England's schools and pupils by phase."""


def compare_totals(found: Gathered, kept: Sequence[School], meanings: dict[str, Meaning]) -> list[str]:
    """Sentences that set pupils and schools of the register against national totals: the files' own, then published."""
    pupils: Counter[str] = Counter()
    for school in kept:
        pupils[school.texts.get("sector", "")] += round(school.pupils or 0)
    notes = [
        f"National total of pupils, {sector}: {total:,.0f} in the files; the register has {pupils[sector]:,} "
        f"({pupils[sector] / total:.1%})."
        for sector, total in found.totals.items()
        if total
    ]
    english = [school for school in kept if school.country == "england"]
    return notes + (_published(english, meanings) if len(english) >= NATIONAL else [])


def _published(schools: Sequence[School], meanings: dict[str, Meaning]) -> list[str]:
    from scenarios.evidence import evidence

    rows = evidence()
    notes = []
    for phase, words, counts, people in _PUBLISHED:
        here = [school for school in schools if meanings[school.id].phase == phase]
        number = sum(rows[row].number for row in counts)
        text = f"Published for England, {words}: {number:,.0f} schools in {rows[counts[0]].year}; the register has {len(here):,}."
        if people:
            has = sum(round(school.pupils or 0) for school in here)
            text += f" Pupils: {rows[people].number:,.0f} in {rows[people].year}; the register has {has:,}."
        notes.append(text)
    return notes
