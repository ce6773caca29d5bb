"""Small files of schools as their publishers write them, for tests of the import."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

CENSUS = "URN,LA,ESTAB,SCHOOLTYPE,NOR,PNUMFSMEVER"
SPINE = "URN,LA,ESTAB,LAESTAB,SCHNAME,POSTCODE,ICLOSE,OPENDATE,CLOSEDATE,MINORGROUP,NFTYPE"
CODES = (
    "LEA,LA Name,REGION,REGION NAME",
    "201,City of Alpha,31,London Central",
    "822,Bedford,25,East of England A",
    "839,Bournemouth,43,South West A",
    "940,North Northamptonshire,20,East Midlands",
    "941,West Northamptonshire,20,East Midlands",
)
GIAS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),CensusDate,"
    "NumberOfPupils,PercentageFSM,Trusts (code),Trusts (name),Federations (code),Federations (name),Postcode,GOR (name),"
    "OfstedRating (name)"
)


def write(folder: Path, name: str, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    """A file of ``lines`` in ``folder``."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding)
    return path


def census(*rows: str, name: str = "england_census.csv") -> tuple[str, list[str]]:
    """Name and lines of a census."""
    return name, [CENSUS, *rows]


def performance(
    folder: Path, counted: Iterable[str], listed: Iterable[str], codes: Iterable[str] | None = CODES
) -> Path:
    """A folder with census, spine and, unless None, codes of authorities."""
    write(folder, "england_census.csv", [CENSUS, *counted])
    write(folder, "england_spine.csv", [SPINE, *listed])
    if codes is not None:
        write(folder, "la_and_region_codes_meta.csv", codes)
    return folder


def counted(urn: int, authority: int = 201, pupils: object = 210, percent: object = "16.2%") -> str:
    """A primary school's row of the census."""
    return f"{urn},{authority},{2000 + urn % 1000},State-funded primary,{pupils},{percent}"


def listed(
    urn: int,
    authority: int = 201,
    number: int | str = "",
    name: str = "School",
    postcode: str = "ZZ1 1ZZ",
    close: object = 1,
    opened: str = "",
    closed: str = "",
    kind: str = "Maintained School,Community school",
) -> str:
    """A school's row of the spine."""
    estab = 2000 + urn % 1000
    return f"{urn},{authority},{estab},{number or f'{authority}{estab}'},{name},{postcode},{close},{opened},{closed},{kind}"


ACADEMY = "Academy,Academy - Converter mainstream"


def gias(
    urn: int,
    name: str = "School",
    kind: str = "Community school,Local authority maintained schools",
    status: str = "Open",
    phase: str = "Primary",
    pupils: object = 210,
    trust: str = ",",
    federation: str = ",",
    opened: str = "",
    closed: str = "",
    counted_on: str = "16-01-2025",
    ofsted: str = "",
) -> str:
    """A school's row of GIAS's table of all establishments."""
    return (
        f"{urn},201,City of Alpha,{2000 + urn % 1000},{name},{kind},{status},{opened},{closed},{phase},{counted_on},"
        f"{pupils},14.3,{trust},{federation},ZZ1 1ZZ,London,{ofsted}"
    )
