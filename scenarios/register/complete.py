"""Fills in what the files of schools lack, and makes a register of them: every gap that is filled is counted in a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from scenarios.problems import InputError, Problem
from scenarios.register.clusters import ClusterSettings, Known, assign_clusters, spanning
from scenarios.register.communities import communities
from scenarios.register.gather import Gathered, School
from scenarios.register.words import religion
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, SchoolKind, label

USUAL_PERCENT = 22.0
"""Per cent ever eligible for free school meals where no file gives any: about England's mean."""


@dataclass
class Row:
    """One school on its way into the register."""

    school: School
    urn: int
    name: str
    phase: Phase
    kind: SchoolKind | None
    """None where no file says."""
    authority: int
    pupils: int | None
    percent: float | None
    """Per cent ever eligible for free school meals."""

    @property
    def postcode(self) -> str:
        """Postcode, empty if no file has it."""
        return self.school.texts.get("postcode", "")


def numbered(texts: Iterable[str], most: int) -> tuple[dict[str, int], bool]:
    """A whole number from 1 to ``most`` for each text, and whether they are other numbers than the texts themselves.

    Texts that all are such numbers, without noughts in front, keep them; else all are numbered in their order, so that
    ids of any length and alphabet do, and the same file always gives the same numbers.
    """
    distinct = sorted(set(texts), key=lambda text: (len(text) if text.isdigit() else 99, text))
    if all(re.fullmatch(r"[1-9][0-9]{0,8}", text) and int(text) <= most for text in distinct):
        return {text: int(text) for text in distinct}, False
    return {text: i + 1 for i, text in enumerate(distinct)}, True


def as_rows(
    schools: Sequence[School], meanings: dict[str, tuple[Phase, SchoolKind | None]]
) -> tuple[list[Row], list[str]]:
    """``schools`` with numbers for ids and codes, sorted by number, and notes on numbers that are not the files' own."""
    urns, renumbered = numbered((school.id for school in schools), (1 << 24) - 1)
    codes, recoded = numbered((school.texts["authority"] for school in schools), (1 << 15) - 1)
    rows = []
    for school in schools:
        phase, kind = meanings[school.id]
        urn = urns[school.id]
        if renumbered:
            school.own["id_given"] = school.id
        if school.free_meals is not None and school.percent is None and school.pupils:
            school.percent = min(100.0, round(100 * school.free_meals / school.pupils, 1))
        rows.append(
            Row(
                school,
                urn,
                school.texts.get("name") or _made_name(school, phase, urn),
                phase,
                kind,
                codes[school.texts["authority"]],
                max(1, round(school.pupils)) if school.pupils is not None else None,
                None if school.percent is None else round(school.percent, 6),
            )
        )
    notes = []
    if empty := sum(school.pupils is not None and school.pupils < 0.5 for school in schools):
        notes.append(f"Schools with no pupils, or with so few that they round to nought, given one pupil: {empty:,}.")
    if renumbered:
        notes.append(
            "The files' ids are no URNs: schools are numbered from 1 in order of id, which column id_given keeps."
        )
    if recoded:
        notes.append(
            "Authorities are numbered from 1 in order of their codes; local_authority_name says which is which."
        )
        for row in rows:
            row.school.texts.setdefault("authority_name", row.school.texts["authority"])
    rows.sort(key=lambda row: row.urn)
    return rows, notes


def _made_name(school: School, phase: Phase, urn: int) -> str:
    """What a school is called of which no file has the name: by its sector and number."""
    sector = school.texts.get("sector", f"{label(phase)} school")
    return f"{sector.removeprefix('State-funded ').capitalize()} {urn}"


def impute(rows: list[Row]) -> list[str]:
    """Fill in what the files lack (``rows`` sorted by URN), and say so."""
    return [note for fill in (_impute_pupils, _impute_percent, _impute_kind) for note in fill(rows)]


def _impute_pupils(rows: list[Row]) -> list[str]:
    missing = [row for row in rows if row.pupils is None]
    everywhere = _median(row.pupils for row in rows)
    middle = {phase: _median(row.pupils for row in rows if row.phase == phase) for phase in Phase}
    for row in missing:
        row.pupils = round(middle[row.phase] or everywhere or 1)
    said = "Schools without pupils on roll, given the median of their phase"
    return [f"{said}: {len(missing):,}."] if missing else []


def _impute_percent(rows: list[Row]) -> list[str]:
    missing = [row for row in rows if row.percent is None]
    if len(missing) == len(rows):
        for row in rows:
            row.percent = USUAL_PERCENT
        usual = f"every school is given {USUAL_PERCENT:g}%, so none is more disadvantaged than another"
        return [f"No file gives a percentage ever eligible for free school meals: {usual}."]
    known: dict[tuple[int, Phase], list[float]] = {}
    for row in rows:
        if row.percent is not None:
            known.setdefault((row.authority, row.phase), []).append(row.percent)
    everywhere = _median(row.percent for row in rows)
    by_phase = {phase: _median(row.percent for row in rows if row.phase == phase) for phase in Phase}
    for row in missing:
        local = known.get((row.authority, row.phase))
        of_phase = by_phase[row.phase] if by_phase[row.phase] is not None else everywhere
        row.percent = round(median(local) if local else of_phase or 0.0, 1)
    if not missing:
        return []
    without = "Schools without a percentage ever eligible for free school meals (nursery schools among them)"
    return [f"{without}, given the median of their authority and phase, or else of their phase: {len(missing):,}."]


def _impute_kind(rows: list[Row]) -> list[str]:
    from simulation.draws import Decision, Key, school_ids

    draws = Key(ClusterSettings().seed).uniform(
        Decision.SCHOOL_KIND, 0, school_ids(np.array([row.urn for row in rows]))
    )
    unknown = [(row, u) for row, u in zip(rows, draws.tolist(), strict=True) if row.kind is None]
    kinds = {phase: [row.kind for row in rows if row.phase == phase and row.kind is not None] for phase in Phase}
    for row, u in unknown:
        known = kinds[row.phase]
        share = known.count(SchoolKind.ACADEMY) / len(known) if known else 0.0
        row.kind = SchoolKind.ACADEMY if u < share else SchoolKind.MAINTAINED
    if not unknown:
        return []
    untold = "Schools of which no file says who runs them (pupil referral units above all)"
    made = "made academies or maintained schools by a draw with the share of academies in their phase"
    return [f"{untold}, {made}: {len(unknown):,}."]


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _places(rows: list[Row]) -> np.ndarray:
    """Position of each school (row of ``rows``, sorted by URN) among its neighbours, by postcode.

    A school without a postcode stands beside a school of its authority and phase, drawn by key.
    """
    from simulation.draws import Decision, Key, school_ids

    draws = Key(ClusterSettings().seed).uniform(
        Decision.SCHOOL_CLUSTER, 0, school_ids(np.array([row.urn for row in rows])), sub=1
    )
    postcodes: dict[tuple[int, Phase], list[str]] = {}
    for row in rows:
        if row.postcode:
            postcodes.setdefault((row.authority, row.phase), []).append(row.postcode)
    keys = []
    for i, row in enumerate(rows):
        near = postcodes.get((row.authority, row.phase), [""])
        keys.append((_postcode_key(row.postcode or near[int(draws[i] * len(near))]), row.urn))
    place = np.empty(len(rows), np.int64)
    place[sorted(range(len(rows)), key=keys.__getitem__)] = np.arange(len(rows))
    return place


def _postcode_key(postcode: str) -> tuple[str, int, str]:
    """Order of postcodes on the ground: area, district as a number, then sector and unit (NR2 before NR14)."""
    match = re.match(r"([A-Z]+)([0-9]+)", postcode.upper())
    if not match:
        return ("", 0, postcode)
    return (match.group(1), int(match.group(2)), postcode.upper()[match.end() :].strip())


def as_register(rows: list[Row], found: Gathered, notes: Sequence[str], clusters: ClusterSettings | None) -> Register:
    """``rows``, complete and sorted by URN, as a register, in the trusts and federations that the files name."""
    region_names = tuple(sorted({row.school.region for row in rows}))
    _refuse_too_many(found, "regions", len(region_names), 127)
    _refuse_too_many(found, "authorities", len({row.authority for row in rows}), (1 << 15) - 1)
    phase = np.array([row.phase for row in rows], np.int8)
    authority = np.array([row.authority for row in rows], np.int16)
    names = {row.authority: row.school.texts.get("authority_name", "") for row in reversed(rows)}
    own = tuple(dict.fromkeys([*found.own, *(name for row in rows for name in row.school.own)]))
    register = Register(
        urn=np.array([row.urn for row in rows], np.int32),
        name=tuple(row.name for row in rows),
        phase=phase,
        region=np.array([region_names.index(row.school.region) for row in rows], np.int8),
        local_authority=authority,
        kind=np.array([row.kind for row in rows], np.int8),
        religion=np.array([religion(row.school.texts.get("religion", "")) for row in rows], np.int8),
        pupils=np.array([row.pupils for row in rows], np.int32),
        disadvantage=np.array([row.percent for row in rows], np.float64) / 100,
        community=communities(phase, authority, _places(rows)),
        cluster=np.full(len(rows), -1, np.int32),
        cluster_key=np.empty(0, np.int32),
        cluster_kind=np.empty(0, np.int8),
        cluster_name=(),
        region_names=region_names,
        local_authority_names={code: names[code] for code in sorted(names) if names[code]},
        notes=(
            *notes,
            "Communities are blocks of schools of one phase within one authority, primary schools in order of postcode.",
        ),
        own={name: tuple(row.school.own.get(name, "") for row in rows) for name in own},
    )
    known, by_name = _known_clusters(rows, found)
    result = assign_clusters(register, clusters, known)
    regions = [row.school.region for row in rows]
    return replace(result, notes=(*result.notes, *spanning(result.cluster_name, result.cluster, regions, by_name)))


def _refuse_too_many(found: Gathered, what: str, count: int, most: int) -> None:
    if count > most:
        message = f"there are {count:,} {what}, at most {most:,} are allowed"
        raise InputError([Problem(found.files[0].split(":")[0], None, None, "E0206", message)])


def _known_clusters(rows: list[Row], found: Gathered) -> tuple[list[Known], set[str]]:
    """Trusts and federations that files of members name, or else the lists of schools, and names that stand for ids.

    They are told apart by their ids, or by their names where there are none. A school in both is in its trust, which
    runs it. The trust that GIAS has for a maintained school supports it, with others or alone: it binds nobody.
    """
    by_name: set[str] = set()
    members: dict[tuple[ClusterKind, str], list[int]] = {}
    names: dict[tuple[ClusterKind, str], str] = {}
    for i, row in enumerate(rows):
        told = found.trusts.get(row.school.id) or row.school.texts
        for field, usual in (("trust", ClusterKind.TRUST), ("federation", ClusterKind.FEDERATION)):
            name = told.get(f"{field}_name", "")
            supported = field == "trust" and row.school.country == "england" and row.kind == SchoolKind.MAINTAINED
            if not (key := told.get(field) or name) or supported:
                continue
            if not told.get(field):
                by_name.add(name)
            kind = _cluster_kind(told.get("trust_kind", ""), usual)
            members.setdefault((kind, key), []).append(i)
            names.setdefault((kind, key), name or key)
            break
    return [Known(kind, names[kind, key], np.array(rows)) for (kind, key), rows in sorted(members.items())], by_name


def _cluster_kind(text: str, usual: ClusterKind) -> ClusterKind:
    """The kind that a table of one's own gives in words, or else the usual one."""
    words = {"federation": ClusterKind.FEDERATION, "local_cluster": ClusterKind.LOCAL_CLUSTER}
    return words.get(text.casefold().replace(" ", "_"), usual)
