"""The pipeline of one run, year by year: posts, vacancies, moves, leavers, and who chairs each cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.app.followed import Followed, Told, follow, told
from analysis.figures.words import capital, one_of, role_words, said
from analysis.runs.replicate import Arm, Years, replicate
from analysis.runs.work import Passed
from simulation.log import Vacancies
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import Date, school_year

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from simulation.register import Register
    from simulation.world import World

VACANT = {"january": Date.JANUARY, "may": Date.MAY, "vacant": Date.SEPTEMBER}
"""Posts without a holder from a date on, the last at the census."""
COLUMNS = ("posts", *VACANT, "acting", "moves_in", "moves_out", "promoted", "leavers")
"""What is shown of each year: posts, and those of the vacant in which somebody acts, at the census; the rest during the year."""
COUNTED = tuple(name for name in COLUMNS if name not in VACANT)


ALL = "all"
"""Key of all schools, and of all phases."""

Groups = Mapping[str, tuple[str, tuple[int, ...]]]


def groups_of(structure: Structure) -> Groups:
    """Groups of posts that can be looked at, by key: their title, and their roles."""
    ladder = structure.ladder
    rungs = {f"{ladder.names[r]}s": (capital(role_words(ladder.names[r])), (r,)) for r in ladder.in_schools}
    return {"leaders": ("All school leaders", tuple(ladder.in_schools)[1:])} | dict(reversed(rungs.items()))


ENGLAND_GROUPS = groups_of(ENGLAND)


def phases_of(structure: Structure) -> dict[str, str]:
    """Phases whose schools can be looked at, by key: their title."""
    return {ALL: "All phases"} | {phase: capital(said("phase", phase)) for phase in structure.phases}


@dataclass(frozen=True)
class Recording:
    """One replicate, as counts."""

    years: tuple[int, ...]
    """The base year and every year after it."""
    followed: tuple[Followed, ...]
    """The vacancies of every year; of a base year without a past only those that stand at its census."""
    counts: np.ndarray
    """Years × schools × roles × :data:`COUNTED`."""
    strength: np.ndarray
    """Years × clusters, 0 to 1."""
    chair: np.ndarray
    """Id of the head who chairs it, 0 for nobody; years × clusters."""
    chair_school: np.ndarray
    """Row of that head's school, -1 for nobody; years × clusters."""


def record_run(chosen: Plan, number: int, passed: Passed) -> Recording:
    """Run replicate ``number`` of a plan and keep what its pipeline did."""
    first = chosen.setup.base_year

    def read(years: Years) -> Recording:
        found, followed, standing = [], [], Vacancies()
        for model in years:
            if model.year >= first:
                followed.append(follow(model.world, standing))
                found.append(_of_year(model.world))
            standing = model.world.vacancies
        counts = (np.stack(column) for column in zip(*found, strict=True))
        return Recording(tuple(range(first, chosen.setup.last_year + 1)), tuple(followed), *counts)

    recording: Recording = replicate(
        [Arm(chosen.of(number).setup, read)], chosen.seed, number, measures=(), passed=passed
    )[0].get()
    return recording


def _of_year(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    schools, log, people = world.schools, world.log, world.people
    roles = schools.posts.shape[1]
    counts = np.zeros((len(schools), roles, len(COUNTED)), np.int32)
    counts[..., 0] = schools.posts
    if len(log.acting):  # some year has been run
        counts[..., 1] = log.acting
    made = log.appointments
    moved = made.where((made.from_school >= 0) & (made.from_school != made.to_school))
    np.add.at(counts[..., 2], (moved.to_school, moved.to_role), 1)
    np.add.at(counts[..., 3], (moved.from_school, moved.from_role), 1)
    up = made.where((made.from_role >= 0) & (made.to_role > made.from_role))
    np.add.at(counts[..., 4], (up.to_school, up.to_role), 1)
    np.add.at(counts[..., 5], (log.leavers.school, log.leavers.role), 1)
    chair = world.clusters.chair.copy()
    return counts, world.clusters.strength.copy(), chair, _school_of(chair, people)


def _school_of(ids: np.ndarray, people: Any) -> np.ndarray:
    """School of each person, -1 for nobody."""
    found = np.full(len(ids), -1, np.int32)
    order = np.argsort(people.id, kind="stable")
    at = np.minimum(np.searchsorted(people.id[order], ids), max(len(order) - 1, 0))
    if len(order):
        rows = order[at]
        known = (ids > 0) & (people.id[rows] == ids)
        found[known] = people.school[rows[known]]
    return found


def places(register: Register) -> list[tuple[str, str]]:
    """What can be watched, as (key, name): all schools, regions, and clusters of two schools or more."""
    found = [(ALL, "All schools")]
    if len(register.region_names) > 1:
        present = np.bincount(register.region, minlength=len(register.region_names))
        found += [(f"region-{i}", name) for i, name in enumerate(register.region_names) if present[i]]
    sizes = np.bincount(register.cluster[register.cluster >= 0], minlength=len(register.cluster_key))
    for row in np.argsort(-sizes, kind="stable")[:MOST_CLUSTERS]:
        if sizes[row] >= 2:
            name = register.cluster_name[row] or f"Cluster {register.cluster_key[row]}"
            found.append((f"cluster-{register.cluster_key[row]}", f"{name} ({sizes[row]:,} schools)"))
    return found


MOST_CLUSTERS = 200
"""Clusters offered, the largest first."""


@dataclass(frozen=True)
class Watched:
    """A place and a group of posts, ready to be shown."""

    title: str
    schools: int
    rows: list[dict[str, Any]]
    is_cluster: bool
    told: Told
    """The vacancies of one of the years."""


def watched(
    recording: Recording, register: Register, place: str, group: str, groups: Groups = ENGLAND_GROUPS,
    phase: int | None = None, year: int | None = None,
) -> Watched:  # fmt: skip
    """A row per year, and the vacancies of one ``year`` followed; of schools of one ``phase``.

    ``place`` and ``group`` are keys of :func:`places` and of ``groups``, ``year`` one after the base year (None: the last); raise KeyError
    or ValueError otherwise.
    """
    roles = groups[group][1]
    title = dict(places(register))[place]
    kind, _, key = place.partition("-")
    cluster = -1
    if kind == "region":
        members = register.region == int(key)
    elif kind == "cluster":
        cluster = int(np.searchsorted(register.cluster_key, int(key)))
        members = register.cluster == cluster
    else:
        members = np.ones(len(register.urn), bool)
    if phase is not None:
        members &= register.phase == phase
    sums = recording.counts[:, members][:, :, list(roles)].sum(axis=(1, 2))
    followed = [of.where(members[of.school] & np.isin(of.role, roles)) for of in recording.followed]
    rows = []
    for i, of in enumerate(recording.years):
        row: dict[str, Any] = {"year": school_year(of), **dict(zip(COUNTED, sums[i].tolist(), strict=True))}
        row |= {name: int(np.count_nonzero(followed[i].vacant(date))) for name, date in VACANT.items()}
        if cluster >= 0:
            row |= {
                "strength": float(recording.strength[i, cluster]),
                "chair": _chair(recording, register, i, cluster),
            }
        rows.append(row)
    at = recording.years.index(recording.years[-1] if year is None else year, 1)
    vacancies = told(recording.years[at], followed[at], rows[at]["acting"])
    return Watched(title, int(members.sum()), rows, cluster >= 0, vacancies)


def _chair(recording: Recording, register: Register, i: int, cluster: int) -> str:
    school = int(recording.chair_school[i, cluster])
    if not recording.chair[i, cluster]:
        return "Nobody"
    head = capital(one_of("head").removeprefix("a "))
    where = (register.name[school] or f"school {register.urn[school]}") if school >= 0 else "a school unknown"
    if i == 0:
        return f"{head} of {where}"
    if recording.chair[i, cluster] != recording.chair[i - 1, cluster]:
        return f"{head} of {where}, new"
    moved = school != recording.chair_school[i - 1, cluster]
    return f"{head} of {where}, {'the same person, who moved there' if moved else 'as before'}"
