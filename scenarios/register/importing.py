"""Makes a register of schools from the files that people have, whichever they are.

Every school of the files ends in the register or in the ledger with the reason why not; what is filled in, followed or
renumbered is told in the register's notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import InputError, Problem
from scenarios.register.authorities import place
from scenarios.register.clusters import ClusterSettings
from scenarios.register.complete import as_register, as_rows, impute
from scenarios.register.gather import Gathered, gather
from scenarios.register.ledger import Ledger, account
from scenarios.register.successors import CLOSED, CLOSED_BEFORE, TAKEN_OVER, follow_successors
from scenarios.register.totals import compare_totals
from scenarios.register.words import Meaning, Status, classify, status
from simulation.register import Register

NOT_COUNTED = "open, but no file counts their pupils: most opened since the count, or are not state-funded"
PROPOSED = "not open yet"
NO_PHASE = "neither their phase nor their type is known"
SORTED = (
    "Nursery schools count as primary, pupil referral units and alternative provision as special, "
    "all-through schools as secondary."
)
LICENCE = (
    "Schools from files of the Department for Education "
    "(public sector information licensed under the Open Government Licence v3.0)."
)


@dataclass(frozen=True)
class Imported:
    """A register and what became of every school of the files."""

    register: Register
    ledger: Ledger
    totals: tuple[str, ...]
    """A sentence for each national total that the register can be held against."""


def import_schools(
    paths: Path | Sequence[Path], clusters: ClusterSettings | None = None, keep: Mapping[str, str] | None = None
) -> Imported:
    """Read files of schools, or folders of them, into a register of open state-funded schools.

    What a file is, is told by its headers: see :data:`~scenarios.register.kinds.KINDS`. ``keep`` names further columns
    to carry into the register: what they are to be called there, and their headers in the files. Schools of which no file says to which trust or cluster they belong
    are bound together by draws with ``clusters``.
    Raise :exc:`~scenarios.problems.InputError` with all that is wrong with the files, or if no school is left.
    """
    given = [paths] if isinstance(paths, Path) else list(paths)
    found = gather(given, keep or {})
    meanings = _sort_out(found)
    followed = follow_successors(found)
    followed += place(found)
    for school in found.schools.values():
        meaning = meanings[school.id]
        if school.out is None and meaning.phase is None:
            meanings[school.id] = meaning = classify(school.texts, school.country)
        if school.out is None and not school.counted:
            school.out = NOT_COUNTED
        elif school.out is None and meaning.phase is None:
            school.out = NO_PHASE
    ledger = account(found.schools.values())
    kept = [school for school in found.schools.values() if school.out is None]
    if not kept:
        raise _nothing_left(given, found, ledger)
    rows, numbering = as_rows(kept, {s.id: (m.phase, m.kind) for s in kept if (m := meanings[s.id]).phase is not None})
    totals = compare_totals(found, kept, meanings)
    english = all(school.country == "england" for school in kept)
    notes = [
        *([LICENCE] if english else []),
        *(f"Read {file}." for file in found.files),
        *([SORTED] if english else []),
        *ledger.notes(),
        *totals,
        *followed,
        *found.notes,
        *numbering,
        *impute(rows),
    ]
    return Imported(as_register(rows, found, notes, clusters), ledger, tuple(totals))


def _sort_out(found: Gathered) -> dict[str, Meaning]:
    """What each school's words mean; those that are no state schools, or not open yet, are left out."""
    meanings = {}
    for school in found.schools.values():
        meanings[school.id] = meaning = classify(school.texts, school.country)
        if meaning.out:
            school.out = meaning.out
        elif status(school.texts.get("status", ""), school.country) is Status.PROPOSED:
            school.out = PROPOSED
    return meanings


def _nothing_left(paths: list[Path], found: Gathered, ledger: Ledger) -> InputError:
    said = "; ".join(f"{words}: {n:,}" for words, n, _ in ledger.rows()[1:-1])
    message = f"no open state-funded school is left: {said}" if said else "no open state-funded school is in the files"
    hint = "Do the files belong together?"
    if set(ledger.schools) <= {NOT_COUNTED, CLOSED, CLOSED_BEFORE, TAKEN_OVER} or not any(
        s.counted for s in found.schools.values()
    ):
        hint = "A list of schools without pupils needs a file that counts them, such as england_census.csv."
    return InputError([Problem(", ".join(map(str, paths)), None, None, "E0203", message, hint=hint)])
