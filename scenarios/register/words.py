"""What the words of registers mean: which phase a school has, who runs it, whether it is open, and what is no state school.

Words are compared without capitals and signs, by patterns in order of :data:`TYPES` and :data:`PHASES`: the first that
is found decides. So "Academy - Converter mainstream" of one year and "Academy converter" of another are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from simulation.vocabulary import Phase, Religion, SchoolKind


class Status(Enum):
    """Whether a school is open."""

    OPEN = "open"
    CLOSED = "closed"
    PROPOSED = "not open yet"


INDEPENDENT = "independent schools"
NON_MAINTAINED = "non-maintained special schools"
OVER_16 = "colleges and other places for people over 16"
OTHER = "establishments that are no schools, or of another country"
ONLINE = "schools that teach online only"


@dataclass(frozen=True)
class Meaning:
    """What a type of school says."""

    phase: Phase | None = None
    kind: SchoolKind | None = None
    out: str | None = None
    """Why schools of this type are left out; None if they are not."""


_MAINTAINED, _ACADEMY = SchoolKind.MAINTAINED, SchoolKind.ACADEMY

TYPES: tuple[tuple[str, Meaning], ...] = (
    (r"\b16 (to )?19\b|\b16 plus\b|sixth form|post 16", Meaning(out=OVER_16)),
    (r"non maintained special", Meaning(out=NON_MAINTAINED)),
    (r"secure", Meaning(out=OTHER)),
    (r"(academ|free school).*(special|alternative)", Meaning(Phase.SPECIAL, _ACADEMY)),
    (r"university technical|studio school|city technology", Meaning(Phase.SECONDARY, _ACADEMY)),
    (r"academ|free school", Meaning(kind=_ACADEMY)),
    (r"independent|private", Meaning(out=INDEPENDENT)),
    (r"pupil referral|\bpru\b|alternative", Meaning(Phase.SPECIAL, _MAINTAINED)),
    (r"nursery", Meaning(Phase.PRIMARY, _MAINTAINED)),
    (
        r"specialist|art design|further education|universit|higher education|agricult|other government",
        Meaning(out=OVER_16),
    ),
    (r"special (school|education)|\bspecial$", Meaning(Phase.SPECIAL, _MAINTAINED)),
    (r"children s cent|service child|offshore|overseas|welsh (establishment|school)|miscellaneous", Meaning(out=OTHER)),
    (r"online", Meaning(out=ONLINE)),
    (
        r"communit|voluntary|foundation|maintained|local authority|grant aided|state|public|regular",
        Meaning(kind=_MAINTAINED),
    ),
    (r"career and technical|vocational", Meaning(Phase.SECONDARY, _MAINTAINED)),
    (r"colleges?$|universities", Meaning(out=OVER_16)),
)
"""What types of school mean, in the words of England, Scotland, Wales and the United States."""
GIAS_TYPES = {
    "1": "Community school", "2": "Voluntary aided school", "3": "Voluntary controlled school", "5": "Foundation school",
    "6": "City technology college", "7": "Community special school", "8": "Non-maintained special school",
    "10": "Other independent special school", "11": "Other independent school", "12": "Foundation special school",
    "14": "Pupil referral unit", "15": "Local authority nursery school", "18": "Further education",
    "24": "Secure units", "25": "Offshore schools", "26": "Service children's education", "27": "Miscellaneous",
    "28": "Academy sponsor led", "29": "Higher education institutions", "30": "Welsh establishment",
    "31": "Sixth form centres", "32": "Special post 16 institution", "33": "Academy special sponsor led",
    "34": "Academy converter", "35": "Free schools", "36": "Free schools special", "37": "British schools overseas",
    "38": "Free schools alternative provision", "39": "Free schools 16 to 19", "40": "University technical college",
    "41": "Studio schools", "42": "Academy alternative provision converter",
    "43": "Academy alternative provision sponsor led", "44": "Academy special converter",
    "45": "Academy 16-19 converter", "46": "Academy 16 to 19 sponsor led", "47": "Children's centre",
    "48": "Children's centre linked site", "49": "Online provider",
    "56": "Institution funded by other government department", "57": "Academy secure 16 to 19",
}  # fmt: skip
"""GIAS's codes of types of establishment, where a file has codes without names."""
TABLES_TYPES = {
    "cy": "Community school", "va": "Voluntary aided school", "vc": "Voluntary controlled school",
    "fd": "Foundation school", "ctc": "City technology college", "ac": "Academy sponsor led",
    "acc": "Academy converter", "f": "Free schools", "utc": "University technical college", "futc": "University technical college",
    "fss": "Studio schools", "cys": "Community special school", "fds": "Foundation special school",
    "acs": "Academy special sponsor led", "accs": "Academy special converter", "fs": "Free schools special",
    "pru": "Pupil referral unit", "ind": "Other independent school", "indspec": "Other independent special school",
    "nmss": "Non-maintained special school", "ac1619": "Academy 16 to 19 sponsor led",
    "acc1619": "Academy 16-19 converter", "f1619": "Free schools 16 to 19",
}  # fmt: skip
"""Codes of types in the performance tables until 2015."""
GIAS_PHASES = {
    "0": "Not applicable", "1": "Nursery", "2": "Primary", "3": "Middle deemed primary", "4": "Secondary",
    "5": "Middle deemed secondary", "6": "16 plus", "7": "All-through",
}  # fmt: skip
"""GIAS's codes of phases."""
PHASES: tuple[tuple[str, Phase | str], ...] = (
    (r"non maintained", NON_MAINTAINED),
    (r"independent|private", INDEPENDENT),
    (r"\b16 plus\b|sixth form|post 16|adult", OVER_16),
    (r"special|referral|\bpru\b|\bap\b|alternative", Phase.SPECIAL),
    (r"middle deemed primary", Phase.PRIMARY),
    (r"primary.*secondary|all (through|age)|through|k ?12|middle|secondary|high|^other$|ungraded", Phase.SECONDARY),
    (r"primary|nursery|infant|junior|first|elementary|pre ?k|preschool|kindergarten", Phase.PRIMARY),
)
"""Phases by their words, among which lists have those of schools that are not the state's; all-through schools count as secondary, as the DfE's census counts them."""
STATUSES: tuple[tuple[str, Status], ...] = (
    (r"^(4|proposed to open|future|inactive|not yet open|planned)", Status.PROPOSED),
    (r"^2( 0)?$|^clos|^permanently closed", Status.CLOSED),
    (r".", Status.OPEN),
)
"""Statuses by their words or the DfE's numbers; 3 is open, but proposed to close."""
RELIGIONS: tuple[tuple[str, Religion], ...] = (
    (r"^$|^(none|does not apply|not applicable|unknown|no religious character|multi faith)", Religion.NONE),
    (r"^(church of england|c of e|anglican|church in wales)", Religion.CHURCH_OF_ENGLAND),
    (r"catholic", Religion.ROMAN_CATHOLIC),
)
"""Religious characters by the words of the DfE's lists and of :class:`~simulation.vocabulary.Religion`; others are of another faith."""
US_STATUSES: tuple[tuple[str, Status], ...] = (
    (r"^(2|6|closed|inactive)", Status.CLOSED),
    (r"^(7|future)", Status.PROPOSED),
    (r".", Status.OPEN),
)
"""The CCD's statuses: 1 open, 2 closed, 3 new, 4 added, 5 changed agency, 6 inactive, 7 future, 8 reopened."""


@lru_cache(1 << 16)
def plain(text: str) -> str:
    """``text`` in small letters with single spaces in place of signs."""
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def status(text: str, country: str) -> Status:
    """Whether a school with the status ``text`` is open; one without is."""
    words = plain(text)
    table = US_STATUSES if country == "us" else STATUSES
    return next((meaning for pattern, meaning in table if re.search(pattern, words)), Status.OPEN)


def religion(text: str) -> Religion:
    """The religious character that a list gives a school; of several, the first."""
    words = plain(text)
    return next((meaning for pattern, meaning in RELIGIONS if re.search(pattern, words)), Religion.OTHER_FAITH)


def classify(texts: Mapping[str, str], country: str) -> Meaning:
    """What the texts of a school's ``sector``, ``type``, ``group`` and ``phase`` say together.

    The sector of the DfE's census decides alone; else a type decides before the group that it belongs to, and special
    schools are special in whatever phase they are listed.
    """
    if sector := texts.get("sector"):
        return _sector(sector, texts)
    if country == "us":
        return _united_states(texts)
    kinds = [_of_type(texts.get(name, "")) for name in ("type", "group")]
    phase = _phase(_spelt(texts.get("phase", ""), GIAS_PHASES))
    for kind in kinds:
        if kind is not None and kind.out:
            return kind
    if isinstance(phase, str):
        return Meaning(out=phase)
    said = [kind for kind in kinds if kind is not None]
    of_type = next((kind.phase for kind in said if kind.phase is not None), None)
    special = of_type if of_type == Phase.SPECIAL else None
    run_by = next((kind.kind for kind in said if kind.kind is not None), None)
    return Meaning(special if special is not None else phase if phase is not None else of_type, run_by)


def _sector(sector: str, texts: Mapping[str, str]) -> Meaning:
    """The census's sector, such as "State-funded primary"; who runs the school is the spine's to say.

    State nursery schools are maintained by law; special schools are one group whoever runs them, so the type decides.
    """
    meaning, phase = _type(sector), _phase(sector)
    if meaning is not None and meaning.out:
        return meaning
    if isinstance(phase, str):
        return Meaning(out=phase)
    if "nursery" in plain(sector):
        return Meaning(Phase.PRIMARY, _MAINTAINED)
    said = [_of_type(texts.get(name, "")) for name in ("type", "group")]
    return Meaning(phase, next((kind.kind for kind in said if kind is not None and kind.kind is not None), None))


def _united_states(texts: Mapping[str, str]) -> Meaning:
    """A charter school counts as an academy, a middle, high or other school as secondary."""
    kind, phase = _type(texts.get("type", "")), _phase(texts.get("phase", ""))
    if isinstance(phase, str):
        return Meaning(out=phase)
    if kind is not None and kind.phase == Phase.SPECIAL:
        phase = Phase.SPECIAL
    charter = plain(texts.get("group", "")) in {"yes", "1", "1 yes", "charter"}
    return Meaning(phase, _ACADEMY if charter else _MAINTAINED)


def _spelt(text: str, names: Mapping[str, str]) -> str:
    """``text``, or the name that a code stands for, with or without the noughts that a spreadsheet adds or drops."""
    return names.get(text.removesuffix(".0").lstrip("0") or "0", text) if text else ""


def _of_type(text: str) -> Meaning | None:
    """What a type says, in words or in the codes of GIAS or the performance tables."""
    return _type(TABLES_TYPES.get(text.casefold()) or _spelt(text, GIAS_TYPES))


@lru_cache(1 << 12)
def _type(text: str) -> Meaning | None:
    words = plain(text)
    return next((meaning for pattern, meaning in TYPES if re.search(pattern, words)), None) if words else None


@lru_cache(1 << 12)
def _phase(text: str) -> Phase | str | None:
    words = plain(text)
    return next((phase for pattern, phase in PHASES if re.search(pattern, words)), None) if words else None
