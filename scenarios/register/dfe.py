"""Imports the Department for Education's school performance tables: census, spine, and codes of authorities.

Contains public sector information licensed under the Open Government Licence v3.0. What the files lack is imputed or
drawn, and every count of what was left out or imputed goes into the register's notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from scenarios.problems import InputError, Problem
from scenarios.register.clusters import ClusterSettings, assign_clusters
from scenarios.register.communities import communities
from scenarios.register.csv_text import CsvText, Problems, quoted, read_csv_text
from scenarios.register.table import DFE_SYMBOLS
from simulation.register import Register
from simulation.vocabulary import Phase, SchoolKind

PHASES = {
    "State-funded nursery": Phase.PRIMARY,
    "State-funded primary": Phase.PRIMARY,
    "State-funded secondary": Phase.SECONDARY,
    "State-funded special school": Phase.SPECIAL,
    "Pupil referral unit": Phase.SPECIAL,
    "Alternative provision": Phase.SPECIAL,
}
"""Phase of each ``SCHOOLTYPE`` of the census. The census counts all-through schools as secondary, and so does this."""
NOT_STATE_FUNDED = ("Independent school", "Non-maintained special school")
"""Types of school left out: run by neither a local authority nor an academy trust."""
SUCCESSORS = {835: 838, 836: 839, 837: 839}
"""Authorities abolished in April 2019 and the ones that took over: Dorset; Poole and Bournemouth."""
_CLOSED = "2"
"""``ICLOSE`` of a closed establishment; 1 is open, 3 open but proposed to close."""


@dataclass
class _Row:
    """One school on its way from the files to the register."""

    urn: int
    name: str
    phase: Phase
    region: str
    authority: int
    kind: SchoolKind | None
    """None where the spine does not say."""
    pupils: int | None
    percent: float | None
    """Per cent ever eligible for free school meals."""
    postcode: str


def import_dfe(folder: Path, clusters: ClusterSettings | None = None) -> Register:
    """Read the performance tables in ``folder`` into a register of open state-funded schools, with drawn clusters.

    The folder needs ``*census*.csv``, ``*spine*.csv`` and ``*codes*.csv``, one of each, in UTF-8 with or without a
    byte-order mark, rows in any order. Raise :exc:`~scenarios.problems.InputError` if one is missing or unreadable.
    """
    folder = Path(folder)
    paths = _find(folder, ("census", "spine", "codes"))
    problems = Problems(str(paths[0]))
    census = read_csv_text(paths[0], ["URN", "LA", "SCHOOLTYPE", "NOR", "PNUMFSMEVER"], problems=problems)
    spine = read_csv_text(paths[1], ["URN", "SCHNAME", "POSTCODE", "ICLOSE", "MINORGROUP", "NFTYPE"])
    codes = read_csv_text(paths[2], ["LEA", "LA Name", "REGION NAME"])
    authorities = _authorities(codes, str(paths[2]))
    rows, notes = _select(census, spine, authorities, problems)
    problems.check()
    if not rows:
        raise problems.stop("E0203", None, "no open state-funded school is left", "Do the three files belong together?")
    rows.sort(key=lambda row: row.urn)
    notes += _impute(rows)
    return assign_clusters(_register(rows, authorities, notes), clusters)


def _find(folder: Path, words: Sequence[str]) -> list[Path]:
    """The one CSV file in ``folder`` for each word."""
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, None, "E0201", "there is no such folder")])
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    found, problems = [], []
    for word in words:
        matches = [path for path in files if word in path.name.lower()]
        found += matches[:1]
        if len(matches) != 1:
            there = ", ".join(path.name for path in matches or files) or "no CSV file"
            message = f"the folder needs one file *{word}*.csv; it has {there}"
            problems.append(Problem(str(folder), None, None, "E0201", message))
    if problems:
        raise InputError(problems)
    return found


def _authorities(codes: CsvText, file: str) -> dict[int, tuple[str, str]]:
    """Name and region of each authority; "East of England A" is a part of the region East of England."""
    problems = Problems(file)
    result: dict[int, tuple[str, str]] = {}
    for code, name, region, line in zip(
        codes.columns["LEA"], codes.columns["LA Name"], codes.columns["REGION NAME"], codes.lines, strict=True
    ):
        if not re.fullmatch(r"[0-9]{1,4}", code.strip()):
            problems.add("E0205", line, f"column LEA: expected the number of an authority, got {quoted(code)}")
            continue
        result[int(code)] = (name.strip(), region_of(region))
    problems.check()
    return result


def region_of(sub_region: str) -> str:
    """The region of England in which a sub-region of the performance tables lies."""
    name = re.sub(r" [A-Z]$", "", sub_region.strip())
    if name.startswith("London"):
        return "London"
    return "Yorkshire and the Humber" if "Yorkshire" in name else name


def _select(
    census: CsvText, spine: CsvText, authorities: dict[int, tuple[str, str]], problems: Problems
) -> tuple[list[_Row], list[str]]:
    """The open state-funded schools of the census, and notes on what was left out."""
    details = _details(spine)
    rows: list[_Row] = []
    first: dict[int, int] = {}
    left_out: Counter[str] = Counter()
    totals: dict[str, float | None] = {}
    pupils_of_type: Counter[str] = Counter()
    cells = zip(*(census.columns[name] for name in ("URN", "LA", "SCHOOLTYPE", "NOR", "PNUMFSMEVER")), strict=True)
    for (urn, authority, school_type, nor, percent), line in zip(cells, census.lines, strict=True):
        pupils, share = _number(nor, "NOR", line, problems), _number(percent, "PNUMFSMEVER", line, problems)
        if urn.strip().upper() == "NAT":
            left_out["total"] += 1
            totals[school_type] = pupils
            continue
        number = _urn(urn, line, first, problems)
        pupils_of_type[school_type] += int(pupils or 0)
        if school_type in NOT_STATE_FUNDED:
            left_out[school_type] += 1
            continue
        if school_type not in PHASES:
            hint = f"Known types: {', '.join([*PHASES, *NOT_STATE_FUNDED])}"
            problems.add("E0205", line, f"column SCHOOLTYPE: {quoted(school_type)} is not known", hint)
            continue
        name, postcode, status, group, detailed_type = details.get(urn.strip(), ("", "", "", "", ""))
        code = int(authority) if re.fullmatch(r"[0-9]{1,4}", authority.strip()) else 0
        if status == _CLOSED:
            left_out["closed"] += 1
            left_out["pupils of closed"] += int(pupils or 0)
            continue
        if code not in authorities and code in SUCCESSORS:
            left_out["moved"] += 1
            code = SUCCESSORS[code]
        if code not in authorities:
            left_out["authority"] += 1
            continue
        rows.append(
            _Row(
                urn=number,
                name=name or f"{school_type.removeprefix('State-funded ').capitalize()} {number}",
                phase=PHASES[school_type],
                region=authorities[code][1],
                authority=code,
                kind=_kind(school_type, group, detailed_type),
                pupils=max(1, round(pupils)) if pupils is not None else None,
                percent=min(share, 100.0) if share is not None else None,
                postcode=postcode,
            )
        )
    return rows, _left_out_notes(left_out) + _totals_notes(totals, pupils_of_type)


def _details(spine: CsvText) -> dict[str, tuple[str, str, str, str, str]]:
    """Name, postcode, whether open, group and detailed type of each establishment, by URN."""
    columns = (spine.columns[name] for name in ("URN", "SCHNAME", "POSTCODE", "ICLOSE", "MINORGROUP", "NFTYPE"))
    return {
        urn.strip(): (name.strip(), postcode.strip(), status.strip(), group.strip(), detailed_type.strip())
        for urn, name, postcode, status, group, detailed_type in zip(*columns, strict=True)
    }


def _urn(cell: str, line: int, first: dict[int, int], problems: Problems) -> int:
    """The URN in ``cell``, 0 if there is none; what is no URN, or on an earlier line already, is noted."""
    if not re.fullmatch(r"[0-9]{1,12}", cell.strip()):
        problems.add("E0205", line, f"column URN: expected a whole number or NAT, got {quoted(cell)}")
        return 0
    number = int(cell)
    if not 1 <= number < 1 << 24:
        problems.add("E0205", line, f"column URN: a URN is from 1 to 16,777,215, got {number}")
    if number in first:
        problems.add("E0206", line, f"column URN: {number} is already on line {first[number]}")
    first.setdefault(number, line)
    return number


def _left_out_notes(left_out: Counter[str]) -> list[str]:
    closed = f"{left_out['closed']:,}, with {left_out['pupils of closed']:,} pupils"
    reasons = {
        "total": f"Rows of national totals left out: {left_out['total']:,}.",
        "Independent school": f"Independent schools left out: {left_out['Independent school']:,}.",
        "Non-maintained special school": (
            f"Non-maintained special schools left out: {left_out['Non-maintained special school']:,}."
        ),
        "closed": (
            f"Schools that have closed since the census left out: {closed}; most of them reopened under a new URN "
            "that the census does not have."
        ),
        "authority": (
            f"Schools left out because the file of codes does not have their authority: {left_out['authority']:,}."
        ),
        "moved": (
            f"Schools of authorities abolished in 2019, counted in the ones that took over: {left_out['moved']:,}."
        ),
    }
    return [reason for cause, reason in reasons.items() if left_out[cause]]


def _totals_notes(totals: dict[str, float | None], pupils_of_type: Counter[str]) -> list[str]:
    """A note for each national total that is not the sum of its schools: the file may be a part of the census."""
    return [
        f"The census gives {total:,.0f} pupils as the national total of {school_type}; the schools of this type in the "
        f"file have {pupils_of_type[school_type]:,}."
        for school_type, total in totals.items()
        if total is not None and total != pupils_of_type[school_type]
    ]


def _number(cell: str, name: str, line: int, problems: Problems) -> float | None:
    """A number that is 0 or more; None where the DfE gives none; anything else is noted."""
    text = cell.strip().removesuffix("%")
    if not text or text.casefold() in DFE_SYMBOLS:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
        return float(text)
    problems.add("E0205", line, f"column {name}: expected a number, got {quoted(cell)}")
    return None


def _kind(school_type: str, group: str, detailed_type: str) -> SchoolKind | None:
    """Who runs the school; None if the spine does not have it. State nursery schools are maintained by law."""
    if school_type == "State-funded nursery":
        return SchoolKind.MAINTAINED
    if not group:
        return None
    # Special schools are one group whoever runs them, so their detailed type decides.
    academy = ("Academy", "Free school", "University technical college", "Studio school", "City technology college")
    return SchoolKind.ACADEMY if group == "Academy" or detailed_type.startswith(academy) else SchoolKind.MAINTAINED


def _impute(rows: list[_Row]) -> list[str]:
    """Fill in what the files lack (``rows`` sorted by URN), and say so."""
    from simulation.draws import Decision, Key, school_ids

    key = Key(ClusterSettings().seed)
    ids = school_ids(np.array([row.urn for row in rows]))
    notes = []
    missing = [row for row in rows if row.pupils is None]
    middle = {phase: _median(row.pupils for row in rows if row.phase == phase) for phase in Phase}
    for row in missing:
        row.pupils = round(middle[row.phase] or 1)
    if missing:
        notes.append(f"Schools without pupils on roll, given the median of their phase: {len(missing):,}.")
    missing = [row for row in rows if row.percent is None]
    known: dict[tuple[int, Phase], list[float]] = {}
    for row in rows:
        if row.percent is not None:
            known.setdefault((row.authority, row.phase), []).append(row.percent)
    by_phase = {phase: _median(row.percent for row in rows if row.phase == phase) for phase in Phase}
    for row in missing:
        local = known.get((row.authority, row.phase))
        row.percent = round(median(local) if local else by_phase[row.phase] or 0.0, 1)
    if missing:
        notes.append(
            "Schools without a percentage ever eligible for free school meals (nursery schools among them), given the "
            f"median of their authority and phase, or else of their phase: {len(missing):,}."
        )
    draws = key.uniform(Decision.SCHOOL_KIND, 0, ids)
    unknown = [(row, u) for row, u in zip(rows, draws.tolist(), strict=True) if row.kind is None]
    known_kinds = {phase: [row.kind for row in rows if row.phase == phase and row.kind is not None] for phase in Phase}
    for row, u in unknown:
        kinds = known_kinds[row.phase]
        share = kinds.count(SchoolKind.ACADEMY) / len(kinds) if kinds else 0.0
        row.kind = SchoolKind.ACADEMY if u < share else SchoolKind.MAINTAINED
    if unknown:
        notes.append(
            "Schools that the spine does not have (pupil referral units above all), made academies or maintained "
            f"schools by a draw with the share of academies in their phase: {len(unknown):,}."
        )
    return notes


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _places(rows: list[_Row]) -> np.ndarray:
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


def _register(rows: list[_Row], authorities: dict[int, tuple[str, str]], notes: list[str]) -> Register:
    """``rows``, complete and sorted by URN, as a register without clusters."""
    region_names = tuple(sorted({row.region for row in rows}))
    phase = np.array([row.phase for row in rows], np.int8)
    authority = np.array([row.authority for row in rows], np.int16)
    return Register(
        urn=np.array([row.urn for row in rows], np.int32),
        name=tuple(row.name for row in rows),
        phase=phase,
        region=np.array([region_names.index(row.region) for row in rows], np.int8),
        local_authority=authority,
        kind=np.array([row.kind for row in rows], np.int8),
        pupils=np.array([row.pupils for row in rows], np.int32),
        disadvantage=np.array([row.percent for row in rows], np.float64) / 100,
        community=communities(phase, authority, _places(rows)),
        cluster=np.full(len(rows), -1, np.int32),
        cluster_key=np.empty(0, np.int32),
        cluster_kind=np.empty(0, np.int8),
        cluster_name=(),
        region_names=region_names,
        local_authority_names={code: authorities[code][0] for code in sorted(set(authority.tolist()))},
        notes=(
            (
                "Schools from the Department for Education's school performance tables "
                "(public sector information licensed under the Open Government Licence v3.0)."
            ),
            (
                f"Open state-funded schools: {len(rows):,}. Nursery schools count as primary, pupil referral units and "
                "alternative provision as special, all-through schools as secondary."
            ),
            *notes,
            "Communities are blocks of schools of one phase within one authority, primary schools in order of postcode.",
        ),
    )
