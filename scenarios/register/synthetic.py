"""Makes up a register of schools from published distributions, for runs without the DfE's files.

The authorities are England's: ``local_authorities.csv`` holds each one's number, name and region, its open
state-funded schools by type, and the mean percentage of pupils ever eligible for free school meals in its primary
schools, counted from the Department for Education's school performance tables (spine of 2017/18; the census does not
state its year); 22.0, about England's, for the Isles of Scilly, which have no primary school. It contains public sector information licensed under the Open Government Licence v3.0. The schools
are invented: no line stands for a real one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path

import numpy as np

from scenarios.register.clusters import ClusterSettings, assign_clusters
from scenarios.register.communities import communities
from scenarios.register.csv_text import read_csv_text
from simulation.register import Register
from simulation.structure import ENGLAND
from simulation.vocabulary import Religion, SchoolKind

AUTHORITIES = Path(__file__).with_name("local_authorities.csv")
FIRST_URN = 100_001
SLACK = 1e-9
"""By which shares may add up to more than 1, for rounding."""


@dataclass(frozen=True)
class SchoolType:
    """Schools of one type: how many there are and how they differ."""

    name: str
    """Words for the type in a school's name, such as "primary school"."""
    column: str
    """Column of ``local_authorities.csv`` by which the schools are spread over authorities."""
    phase: str
    """One of the context's phases."""
    schools: int
    """Schools of this type in the register."""
    mean_pupils: float
    """Mean pupils on roll."""
    pupils_spread: float
    """Standard deviation of the log of pupils on roll; sizes are log-normal."""
    smallest: int
    """Fewest pupils in a school; smaller draws are raised to it."""
    largest: int
    """Most pupils in a school; larger draws are lowered to it."""
    academies: float
    """Share of schools that are academies, 0 to 1."""
    disadvantage: float
    """Mean share of pupils ever eligible for free school meals, 0 to 1."""
    church_of_england: float = 0.0
    """Share of schools of this religious character, as the next two; the rest has none."""
    roman_catholic: float = 0.0
    other_faith: float = 0.0

    @property
    def religions(self) -> tuple[float, float, float]:
        """Shares of schools by religious character, in order of :class:`~simulation.vocabulary.Religion`, without those that have none."""
        return self.church_of_england, self.roman_catholic, self.other_faith

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if a number is out of its range."""
        if self.schools < 0 or not 1 <= self.smallest <= self.mean_pupils <= self.largest or self.pupils_spread < 0:
            raise ValueError(f"{self.name}: needs schools >= 0, 1 <= smallest <= mean_pupils <= largest, spread >= 0")
        if not 0 <= self.academies <= 1 or not 0 < self.disadvantage < 1:
            raise ValueError(f"{self.name}: academies must be from 0 to 1 and disadvantage between 0 and 1")
        if min(self.religions) < 0 or sum(self.religions) > 1 + SLACK:
            raise ValueError(f"{self.name}: shares of religious characters must be 0 or more and add up to 1 at most")


ENGLAND_TYPES: tuple[SchoolType, ...] = (
    # Schools: rows schools_primary_2023 to schools_pru_ap_2023. Academies: rows academy_share_*_2024; nursery schools
    # are maintained by law. Mean pupils: 4,614,990 pupils (row pupils_primary_2023) over 16,764 primary schools, and
    # row pupils_per_secondary_2024. The other means, and every spread, bound and disadvantage: the DfE's performance
    # tables. Special: 124 pupils there, raised to 150 because special schools have grown since (grade J). Religious
    # characters: of the 16,671 open primary and 3,380 open secondary schools of the tables' spine of 2017/18, of several the first.
    SchoolType("primary school", "primary", "primary", 16_764, 275, 0.60, 20, 1_200, 0.461, 0.218, 0.263, 0.098, 0.007),
    SchoolType("nursery school", "nursery", "primary", 388, 108, 0.38, 30, 260, 0.0, 0.218),
    SchoolType(
        "secondary school", "secondary", "secondary", 3_452, 1_062, 0.40, 90, 3_000, 0.830, 0.286, 0.066, 0.093, 0.026
    ),
    SchoolType("special school", "special", "special", 1_050, 150, 0.55, 15, 460, 0.496, 0.520),
    SchoolType("alternative provision", "alternative", "special", 333, 48, 0.90, 5, 400, 0.496, 0.689),
)
"""State-funded schools of England, 2023/24."""


@dataclass(frozen=True)
class Authority:
    """An authority that runs schools in a country other than England."""

    number: int
    """Its number in the register, 1 to 32,767."""
    name: str
    region: str
    weight: float = 1.0
    """How many schools of every type it has, relative to the others."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if the number or the weight is out of its range, or a name is empty."""
        if not 1 <= self.number <= np.iinfo(np.int16).max or self.weight <= 0 or not self.name or not self.region:
            raise ValueError(f"authority {self.number}: needs a number from 1 to 32767, weight > 0, name and region")


@dataclass(frozen=True)
class SyntheticSettings:
    """What a made-up register should look like; the defaults are England."""

    types: tuple[SchoolType, ...] = ENGLAND_TYPES
    local_authorities: tuple[int, ...] = ()
    """Numbers of the authorities that have the schools; empty for all of England's 151."""
    authorities: tuple[Authority, ...] = ()
    """Authorities of another country, in place of England's; none for England's."""
    equal_authorities: bool = False
    """True: every authority has about as many schools of a type; False: in proportion to its real number."""
    disadvantage_concentration: float = 10.0
    """How alike the schools of one authority are in disadvantage: a + b of their beta distribution.

    Source: 10.3 for primary schools within authorities in the DfE's performance tables.
    """
    clusters: ClusterSettings = field(default_factory=ClusterSettings)
    seed: int = 20_190_117
    """Seed of the draws: part of the register, so that every run has the same schools."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if there are no schools or a concentration is not above 0."""
        if not sum(kind.schools for kind in self.types):
            raise ValueError("a register needs at least one school")
        if len({authority.number for authority in self.authorities}) < len(self.authorities):
            raise ValueError("authorities: two have the same number")
        if self.disadvantage_concentration <= 0:
            raise ValueError(f"disadvantage_concentration must be above 0, got {self.disadvantage_concentration}")


EASTERN_REGION_2010 = SyntheticSettings(
    # Seven authorities and 87 schools, about 12 in each (programme evidence, section 7). The split by phase follows
    # England's. In autumn 2010 about one secondary school in sixteen was an academy and few were in trusts (grade J).
    types=(
        SchoolType("primary school", "primary", "primary", 68, 230, 0.60, 20, 1_200, 0.0, 0.160, 0.263, 0.098, 0.007),
        SchoolType(
            "secondary school", "secondary", "secondary", 14, 1_000, 0.40, 90, 3_000, 0.06, 0.200, 0.066, 0.093, 0.026
        ),
        SchoolType("special school", "special", "special", 5, 100, 0.55, 15, 460, 0.0, 0.450),
    ),
    local_authorities=(822, 874, 881, 883, 919, 926, 935),
    equal_authorities=True,
    clusters=ClusterSettings(academies_in_trusts=0.3),
)
"""Bedford, Peterborough, Essex, Thurrock, Hertfordshire, Norfolk and Suffolk in 2010.

Pupils and disadvantage are a little below England's, as in these authorities then; grade J.
"""

SYNTHETIC: dict[str, SyntheticSettings] = {
    "england": SyntheticSettings(),
    "eastern-region-2010": EASTERN_REGION_2010,
}
"""The made-up registers that have a name."""


def synthetic_register(settings: SyntheticSettings | None = None, phases: tuple[str, ...] = ENGLAND.phases) -> Register:
    """Make up a register with exactly the schools of ``settings``, URNs from 100001 in order of authority.

    ``phases`` are the context's, in order of code.

    Raise :exc:`ValueError` if an authority is not one of the country's, or none of them has schools of a type.
    """
    from scipy.special import betaincinv, ndtri

    from simulation.draws import Decision, Key, school_ids

    settings = settings or SyntheticSettings()
    table = _authorities(settings)
    counts = np.array([_share_out(kind, table, settings) for kind in settings.types])
    authority, type_row = (index.astype(np.int64) for index in _spell_out(counts))
    urn = np.arange(FIRST_URN, FIRST_URN + len(authority), dtype=np.int32)
    key, ids = Key(settings.seed), school_ids(urn)

    def each(name: str) -> np.ndarray:
        return np.array([getattr(kind, name) for kind in settings.types])[type_row]

    spread = each("pupils_spread")
    log_size = np.log(each("mean_pupils")) - spread**2 / 2 + spread * ndtri(key.uniform(Decision.SCHOOL_PUPILS, 0, ids))
    pupils = np.clip(np.rint(np.exp(log_size)), each("smallest"), each("largest")).astype(np.int32)
    mean = _disadvantage(each("disadvantage"), table["fsm_percent"][authority])
    a = settings.disadvantage_concentration
    share = betaincinv(a * mean, a * (1 - mean), key.uniform(Decision.SCHOOL_DISADVANTAGE, 0, ids))
    religion = _religions(key.uniform(Decision.SCHOOL_RELIGION, 0, ids), each("religions"))
    academy = key.uniform(Decision.SCHOOL_KIND, 0, ids) < each("academies")
    region_names = tuple(sorted(set(table["region"][np.unique(authority)].tolist())))
    codes = table["code"][authority].astype(np.int16)
    phase = np.array([phases.index(kind.phase) for kind in settings.types], np.int8)[type_row]
    register = Register(
        urn=urn,
        name=_names(table["name"][authority], [settings.types[row].name for row in type_row]),
        phase=phase,
        region=np.searchsorted(region_names, table["region"][authority]).astype(np.int8),
        local_authority=codes,
        kind=np.where(academy, SchoolKind.ACADEMY, SchoolKind.MAINTAINED).astype(np.int8),
        religion=religion,
        pupils=pupils,
        disadvantage=np.round(100 * share, 1) / 100,
        community=communities(phase, codes, urn),
        cluster=np.full(len(urn), -1, np.int32),
        cluster_key=np.empty(0, np.int32),
        cluster_kind=np.empty(0, np.int8),
        cluster_name=(),
        region_names=region_names,
        local_authority_names={int(table["code"][row]): str(table["name"][row]) for row in np.unique(authority)},
        notes=(f"{len(urn):,} made-up schools drawn from published distributions; none of them is a real school.",),
    )
    return assign_clusters(register, settings.clusters)


COUNTED = ("primary", "nursery", "secondary", "special", "alternative")
"""Types of school by which ``local_authorities.csv`` counts."""
ENGLAND_DISADVANTAGED = 0.218
"""Mean of primary schools in the table from which ``local_authorities.csv`` was counted."""


def _authorities(settings: SyntheticSettings) -> dict[str, np.ndarray]:
    """The columns of ``local_authorities.csv``, or the same of another country's authorities, for those chosen, by code."""
    table = _elsewhere(settings.authorities) if settings.authorities else _england()
    codes = table["code"]
    unknown = sorted(set(settings.local_authorities) - set(codes.tolist()))
    if unknown:
        country = "among the authorities" if settings.authorities else "the number of a local authority in England"
        raise ValueError(f"not {country}: {', '.join(map(str, unknown))}")
    chosen = np.isin(codes, settings.local_authorities) if settings.local_authorities else np.ones(len(codes), bool)
    return {name: column[chosen] for name, column in table.items()}


def _england() -> dict[str, np.ndarray]:
    text = read_csv_text(AUTHORITIES, ["code", "name", "region", *COUNTED, "fsm_percent"]).columns
    numbers = {name: np.array(text[name]).astype(np.float64) for name in (*COUNTED, "fsm_percent")}
    return numbers | {
        "code": np.array(text["code"], np.int64),
        "name": np.array(text["name"]),
        "region": np.array(text["region"]),
    }


def _elsewhere(authorities: tuple[Authority, ...]) -> dict[str, np.ndarray]:
    """Authorities whose schools of a type are as disadvantaged, on average, as the type's mean."""
    rows = sorted(authorities, key=lambda authority: authority.number)
    weights = np.array([authority.weight for authority in rows])
    return dict.fromkeys(COUNTED, weights) | {
        "code": np.array([authority.number for authority in rows], np.int64),
        "name": np.array([authority.name for authority in rows]),
        "region": np.array([authority.region for authority in rows]),
        "fsm_percent": np.full(len(rows), 100 * ENGLAND_DISADVANTAGED),
    }


def _share_out(kind: SchoolType, table: dict[str, np.ndarray], settings: SyntheticSettings) -> np.ndarray:
    """Schools of one type in each authority, by largest remainders (ties to the lower code)."""
    if kind.column not in table:
        raise ValueError(f"{kind.name}: local_authorities.csv has no column {kind.column}")
    weight = np.ones(len(table["code"])) if settings.equal_authorities else table[kind.column]
    if kind.schools and not weight.sum():
        raise ValueError(f"{kind.name}: none of these authorities has one")
    quota = kind.schools * weight / max(weight.sum(), 1)
    counts = np.floor(quota).astype(np.int64)
    short = kind.schools - int(counts.sum())
    counts[np.argsort(np.round(counts - quota, 9), kind="stable")[:short]] += 1
    return counts


def _spell_out(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Authority and type of each school, for ``counts[type, authority]``: by authority, then type."""
    n_types, n_authorities = counts.shape
    each = counts.T.ravel()
    return np.repeat(np.repeat(np.arange(n_authorities), n_types), each), np.repeat(
        np.tile(np.arange(n_types), n_authorities), each
    )


def _disadvantage(of_type: np.ndarray, percent_of_authority: np.ndarray) -> np.ndarray:
    """Expected share in each school: its type's mean, with the odds moved as its authority's are from England's."""
    local = percent_of_authority / 100
    odds = (
        of_type / (1 - of_type) * (local / (1 - local)) * exp(log((1 - ENGLAND_DISADVANTAGED) / ENGLAND_DISADVANTAGED))
    )
    return odds / (1 + odds)


def _religions(u: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Religious characters by draws ``u``, for schools whose shares (schools × characters) leave the rest without one."""
    passed = (u[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1)
    return ((passed + 1) % len(Religion)).astype(np.int8)  # whoever passes all has none, which comes first


def _names(authorities: np.ndarray, types: list[str]) -> tuple[str, ...]:
    """Names such as "Bedford primary school 12": the authority, the type, and a number among those."""
    number: dict[tuple[str, str], int] = {}
    names = []
    for authority, kind in zip(authorities.tolist(), types, strict=True):
        number[authority, kind] = number.get((authority, kind), 0) + 1
        names.append(f"{authority} {kind} {number[authority, kind]}")
    return tuple(names)
