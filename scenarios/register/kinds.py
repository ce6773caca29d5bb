"""The kinds of file that ``headway schools import`` knows: by which headers each is told, and what its columns mean.

A kind maps fields, which are the same for all kinds, to the headers under which the file has them, the first that is
there first. Headers are compared as :func:`~scenarios.register.sheets.same` says. To make another file known, add a kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from scenarios.register.sheets import same


class Role(Enum):
    """What a file says."""

    SCHOOLS = "lists schools"
    PUPILS = "counts the pupils of schools"
    AUTHORITIES = "names local authorities"
    TRUSTS = "says which school belongs to which trust"
    LINKS = "says which school followed on which"


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    name: str
    """What it is called in messages."""
    role: Role
    country: str
    """Whose words its cells use: a key of :data:`scenarios.register.words.RULES`."""
    needs: tuple[str, ...]
    """Fields by which the kind is told: a file that has all of them is of this kind."""
    columns: Mapping[str, tuple[str, ...]]
    """Headers by field."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rows that count, by field: the others are sums, or count something else."""
    sums: bool = False
    """Several rows of a school are added up; otherwise a school has one row."""
    totals: bool = False
    """Rows without an id are sums over schools."""
    missing: tuple[str, ...] = ()
    """Cells that stand for a missing number in this kind alone."""
    caveat: str = ""
    """What a reader of the register should know of the figures, in one sentence."""
    region: str = ""
    """The region of every school, where the file has none."""

    def found(self, headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each field of the kind that the file has, the headers under which it has it."""
        there = {same(header): header for header in reversed(headers)}
        result = {
            name: tuple(there[same(h)] for h in known if same(h) in there) for name, known in self.columns.items()
        }
        return {name: headers for name, headers in result.items() if headers}


OWN = {
    "id": "urn, school urn, urn number, unique reference number, id, school id, school code, code, school number",
    "name": "name, school name, school, establishment name, establishment",
    "phase": "phase, phase of education, school phase, sector, level, school level, school type",
    "region": "region, region name, state, province, government office region, gor, gor name",
    "authority": "local_authority, local authority code, la code, la, local authority, district, county",
    "authority_name": "local_authority_name, la name, local authority name, local authority, district",
    "type": "kind, type, governance, type of establishment, school type",
    "status": "status, school status, establishment status",
    "pupils": (
        "pupils, pupils on roll, number of pupils, nor, number on roll, roll, enrolment, enrollment, "
        "students, headcount, pupil numbers, pupil count, pupil roll, total pupils, "
        "number of pupils on roll, total number of pupils on roll"
    ),
    "percent": (
        "fsm_percent, % fsm, fsm %, percent fsm, percentage fsm, fsm, fsm6, ever 6 fsm, fsm ever 6, "
        "% fsm ever 6, % fsm6, pnumfsmever, % free school meals, free school meals %, "
        "percentage of pupils eligible for free school meals, % of pupils eligible for free school meals, "
        "% eligible for free school meals"
    ),
    "postcode": "postcode, post code, zip",
    "community": "community",
    "religion": "religious_character, religious character, religious denomination",
    "trust": (
        "cluster_id, trust id, trust uid, trust code, trusts code, trust number, trust reference, trust ref, "
        "group uid, group id, mat id, mat code, companies house number"
    ),
    "trust_name": (
        "cluster, trust name, trusts name, trust, mat, mat name, academy trust, multi academy trust, group name"
    ),
    "trust_kind": "cluster_kind",
}
"""Headers of a table of one's own by field, with commas between them."""

KINDS = (
    Kind(
        "GIAS, all establishments (edubasealldata)",
        Role.SCHOOLS,
        "england",
        ("id", "name"),
        {
            "id": ("URN",),
            "name": ("EstablishmentName",),
            "status": ("EstablishmentStatus (name)", "EstablishmentStatus (code)"),
            "type": ("TypeOfEstablishment (name)", "TypeOfEstablishment (code)"),
            "group": ("EstablishmentTypeGroup (name)",),
            "phase": ("PhaseOfEducation (name)", "PhaseOfEducation (code)"),
            "authority": ("LA (code)",),
            "authority_name": ("LA (name)",),
            "establishment": ("EstablishmentNumber",),
            "region": ("GOR (name)",),
            "pupils": ("NumberOfPupils",),
            "percent": ("PercentageFSM",),
            "postcode": ("Postcode",),
            "religion": ("ReligiousCharacter (name)",),
            "opened": ("OpenDate",),
            "closed": ("CloseDate",),
            "counted_on": ("CensusDate",),
            "trust": ("Trusts (code)",),
            "trust_name": ("Trusts (name)",),
            "federation": ("Federations (code)",),
            "federation_name": ("Federations (name)",),
        },
        caveat="GIAS's percentage is of pupils eligible for free school meals now, which is less than ever in six years.",
    ),
    Kind(
        "performance tables, schools (spine or school information)",
        Role.SCHOOLS,
        "england",
        ("id", "name", "status", "group"),
        {
            "id": ("URN",),
            "name": ("SCHNAME",),
            "status": ("SCHSTATUS", "ICLOSE"),
            "type": ("NFTYPE", "SCHOOLTYPE"),
            "group": ("MINORGROUP",),
            "authority": ("LA", "LEA"),
            "authority_name": ("LANAME",),
            "establishment": ("ESTAB",),
            "number": ("LAESTAB",),
            "postcode": ("POSTCODE", "PCODE"),
            "religion": ("RELDENOM", "RELCHAR"),
            "opened": ("OPENDATE",),
            "closed": ("CLOSEDATE",),
            "trust": ("TRUSTUID", "TRUST_UID"),
            "trust_name": ("TRUSTNAME", "TRUST_NAME"),
        },
    ),
    Kind(
        "performance tables, pupils (census)",
        Role.PUPILS,
        "england",
        ("id", "sector", "pupils"),
        {
            "id": ("URN",),
            "sector": ("SCHOOLTYPE",),
            "authority": ("LA", "LEA"),
            "establishment": ("ESTAB",),
            "pupils": ("NOR", "TOTPUPS"),
            "percent": ("PNUMFSMEVER",),
            "free_meals": ("NUMFSMEVER",),
        },
        totals=True,
    ),
    Kind(
        "performance tables, codes of authorities",
        Role.AUTHORITIES,
        "england",
        ("authority", "authority_name", "region"),
        {
            "authority": ("LEA", "LA"),
            "authority_name": ("LA Name", "LANAME"),
            "region": ("REGION NAME", "REGIONNAME"),
        },
    ),
    Kind(
        "DfE, schools, pupils and their characteristics (school level)",
        Role.SCHOOLS,
        "england",
        ("id", "name", "sector", "pupils"),
        {
            "id": ("URN",),
            "name": ("school_name",),
            "sector": ("phase_type_grouping",),
            "type": ("typeofestablishment_name", "type_of_establishment"),
            "authority": ("old_la_code", "LA number"),
            "authority_name": ("la_name",),
            "establishment": ("estab",),
            "number": ("laestab",),
            "region": ("region_name", "Region"),
            "pupils": ("headcount of pupils",),
            "percent": ("% of pupils known to be eligible for free school meals",),
            "postcode": ("school_postcode",),
            "opened": ("opendate",),
        },
        caveat="The percentage is of pupils eligible for free school meals now, which is less than ever in six years.",
    ),
    Kind(
        "GIAS, members of groups",
        Role.TRUSTS,
        "england",
        ("id", "trust", "trust_name"),
        {
            "id": ("URN",),
            "trust": ("Group UID", "Linked UID", "Group ID"),
            "trust_name": ("Group Name",),
            "trust_kind": ("Group Type", "Group Type (name)"),
            "trust_status": ("Group Status",),
            "left": ("Date Left Group", "Left Date"),
        },
    ),
    Kind(
        "GIAS, links between establishments",
        Role.LINKS,
        "england",
        ("id", "other", "link"),
        {"id": ("URN",), "other": ("LinkURN",), "link": ("LinkType",)},
    ),
    Kind(
        "US CCD or EDGE, schools",
        Role.SCHOOLS,
        "us",
        ("id", "name", "authority", "phase"),
        {
            "id": ("NCESSCH", "School ID (12-digit) - NCES Assigned", "School ID - NCES Assigned"),
            "name": ("SCH_NAME", "SCHNAM", "School Name", "school_name"),
            "authority": ("LEAID", "Agency ID - NCES Assigned"),
            "authority_name": ("LEA_NAME", "Agency Name", "lea_name"),
            "region": ("STATENAME", "State Name", "LSTATE", "ST", "state_location"),
            "status": ("SY_STATUS_TEXT", "school_status", "SY_STATUS"),
            "type": ("SCH_TYPE_TEXT", "SCHOOL_TYPE_TEXT", "School Type"),
            "phase": ("LEVEL", "SCHOOL_LEVEL", "School Level (SY 2017-18 onward)", "School Level"),
            "group": ("CHARTER_TEXT", "Charter School"),
            "pupils": ("TOTAL", "MEMBER", "Total Students All Grades (Excludes AE)", "Total Students", "enrollment"),
            "free_meals": ("TOTFRL", "Free and Reduced Lunch Students", "free_or_reduced_price_lunch"),
            "postcode": ("LZIP", "Location ZIP", "zip_location"),
        },
        missing=("-1", "-2", "-3", "-9", "M", "N"),
    ),
    Kind(
        "US CCD, membership",
        Role.PUPILS,
        "us",
        ("id", "pupils", "rows", "grade"),
        {"id": ("NCESSCH",), "pupils": ("STUDENT_COUNT",), "rows": ("TOTAL_INDICATOR",), "grade": ("GRADE",)},
        only={"rows": ("Education Unit Total",)},
        missing=("-1", "-2", "-9"),
    ),
    Kind(
        "US CCD, school lunch",
        Role.PUPILS,
        "us",
        ("id", "free_meals", "rows"),
        {"id": ("NCESSCH",), "free_meals": ("STUDENT_COUNT",), "rows": ("LUNCH_PROGRAM",)},
        only={"rows": ("Free lunch qualified", "Reduced-price lunch qualified")},
        sums=True,
        missing=("-1", "-2", "-9"),
    ),
    Kind(
        "Scotland, schools",
        Role.SCHOOLS,
        "scotland",
        ("id", "name", "authority"),
        {
            "id": ("SEED Code", "SeedCode", "SEED", "School SEED code"),
            "name": ("School Name", "SchoolName", "School"),
            "authority": ("LA Code", "LACode", "LA Name", "LAName", "Local Authority"),
            "authority_name": ("LA Name", "LAName", "Local Authority"),
            "status": ("School Status", "Status"),
            "type": ("School Funding Type", "Centre Type", "Management", "School Management"),
            "phase": ("School Type", "SchoolType", "School Level", "Sector"),
            "primary_pupils": ("Primary Roll", "Primary Pupil Roll", "Pupil roll - primary", "Primary department roll"),
            "secondary_pupils": ("Secondary Roll", "Secondary Pupil Roll", "Pupil roll - secondary"),
            "special_pupils": ("Special Roll", "Special Pupil Roll", "Pupil roll - special"),
            "pupils": (
                "Pupil Roll",
                "PupilRoll",
                "School Roll",
                "SchoolRoll",
                "Total Pupil Roll",
                "Total Roll",
                "Roll",
            ),
            "percent": (
                "% FSM",
                "FSM %",
                "Percentage of pupils registered for free school meals",
                "Free School Meals %",
                "Proportion of pupils registered for free school meals",
            ),
            "postcode": ("Post Code", "PostCode", "Postcode"),
        },
        region="Scotland",
    ),
    Kind(
        "Wales, address list of schools",
        Role.SCHOOLS,
        "wales",
        ("id", "name", "authority", "pupils"),
        {
            "id": ("School Number", "School Code"),
            "name": ("School Name",),
            "authority": ("LA Code", "Local Authority Code"),
            "authority_name": ("Local Authority", "LA Name"),
            "phase": ("Sector", "School Sector"),
            "type": ("Governance - see notes", "Governance", "Governance (see notes)"),
            "pupils": ("Pupils - see notes", "Pupils", "Pupils (see notes)", "Number of pupils", "Pupil numbers"),
            "percent": ("% eFSM", "% FSM", "Percentage of pupils eligible for free school meals"),
            "postcode": ("Postcode",),
        },
        region="Wales",
    ),
    Kind(
        "a table of one's own",
        Role.SCHOOLS,
        "own",
        ("id", "name", "phase", "pupils"),
        {name: tuple(headers.split(", ")) for name, headers in OWN.items()},
    ),
)
"""Every kind of file, the one that is told by most first."""


def recognise(headers: Sequence[str]) -> tuple[Kind, dict[str, tuple[str, ...]]] | None:
    """The kind of file that has ``headers``, and the headers of its fields; None if no kind is like that.

    What only a file of memberships or links has tells it, whatever else it says of the schools; of several other kinds,
    the file is the one of which it has the most columns.
    """
    fitting = [(kind, kind.found(headers)) for kind in KINDS]
    fitting = [(kind, found) for kind, found in fitting if all(name in found for name in kind.needs)]
    return max(fitting, key=lambda pair: (pair[0].role in (Role.TRUSTS, Role.LINKS), len(pair[1])), default=None)


def lacking(rows: Sequence[Sequence[str]]) -> str:
    """What a file whose first ``rows`` are of no kind lacks to be a table of one's own, in a sentence."""
    own = KINDS[-1]
    found = max(
        (own.found(headers) for headers in rows), key=lambda there: sum(n in there for n in own.needs), default={}
    )
    there = ", ".join(f"{name} ({found[name][0]})" for name in own.needs if name in found)
    if not there:
        return "A table of one's own needs columns for id, name, phase and pupils."
    missing = "; ".join(
        f"{name} (call it {', '.join(own.columns[name][:3])}, ...)" for name in own.needs if name not in found
    )
    return f"A table of one's own needs, besides its {there}, a column for {missing}."
