"""The yearly accounts: nobody appears or vanishes, every post is filled or vacant, every chain closes or stays open.

Each account compares what the processes counted while things happened with a count of the columns themselves, in whole
numbers, so that it holds exactly or fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from simulation.kernels import kernel
from simulation.log import FELL_VACANT, FILLED, FLOWS, JOINED, LEFT
from simulation.programme_accounts import faults
from simulation.structure import Rungs
from simulation.vocabulary import Date, Status, label, school_year
from simulation.world import World

ENTRY_YEAR_BITS = 48
"""The entry year stands in a person's id from this bit up, 12 bits wide."""


class ConservationError(AssertionError):
    """A year's accounts do not add up: a process has lost, doubled or invented people, posts or chains."""


@dataclass(frozen=True)
class Opening:
    """What stood at the beginning of a year, counted from the columns themselves."""

    year: int
    """The year whose census shows it."""
    stock: np.ndarray
    """People in service, role × phase × region; int64. Leaders of trusts are in no school, so they have no stock."""
    open_chains: np.ndarray
    """Keys of the vacancy chains that stood open, ascending."""
    people: int
    """Everybody the model knows, those with only a past included."""
    id_sum: int
    """Sum of their ids modulo 2**64. Ids are never written, so it tells whether they are the same people."""

    @classmethod
    def of(cls, world: World) -> Opening:
        """Take stock of ``world``."""
        return cls.counted(world, _stock(world, _holders(world)[0]), int(world.people.everyone.id.sum(dtype=np.uint64)))

    @classmethod
    def counted(cls, world: World, stock: np.ndarray, id_sum: int) -> Opening:
        """What stands in ``world``, of whose people so much has been counted already."""
        chains = np.sort(world.vacancies.chain)
        return cls(world.year, stock, chains, len(world.people.everyone.id), id_sum)


def check(opening: Opening, world: World) -> Opening:
    """Check the year that ``world`` has just closed against what stood at its beginning, in whole numbers.

    Return what stands at its end, with which the next year begins. Raise :exc:`ConservationError` naming the first account
    that does not add up, and where.
    """
    _check_year(opening, world)
    holders, astray = _holders(world)
    _check_holders(world, astray)
    stock = _stock(world, holders)
    _check_people(opening, world, stock)
    _check_posts(world, holders)
    _check_terms(world)
    _check_chains(opening, world)
    id_sum = _check_ids(opening, world)
    _check_clusters(world)
    _check_schools(world)
    if world.setup.programmes:
        for fault in faults(world):
            _fail(world, fault)
    return Opening.counted(world, stock, id_sum)


@kernel
def _count_holders(status: np.ndarray, role: np.ndarray, school: np.ndarray, rungs: Rungs, holders: np.ndarray) -> int:
    """Count into ``holders`` (schools × roles) who holds which post; return a row that can hold none, or -1."""
    schools = holders.shape[0]
    astray = -1
    for i in range(status.shape[0]):
        leads_trust = (status[i] == Status.CENTRAL) & (role[i] == rungs.trust_leader)
        holds = (status[i] == Status.IN_SERVICE) | leads_trust
        # Without a branch, because nobody can foresee who is in service; who is not adds nothing to some post.
        fits = (school[i] >= 0) & (school[i] < schools) & (role[i] >= 0) & ((role[i] <= rungs.head) | leads_trust)
        holders[school[i] * fits, role[i] * fits] += holds & fits
        astray = i if holds & ~fits else astray
    return astray


def _holders(world: World) -> tuple[np.ndarray, int]:
    people, rungs = world.people, world.ladder.codes
    holders = np.zeros((len(world.schools), rungs.number), np.int32)
    return holders, _count_holders(people.status, people.role, people.school, rungs, holders)


def _stock(world: World, holders: np.ndarray) -> np.ndarray:
    regions = max(len(world.register.region_names), 1)
    place = world.schools.phase.astype(np.int64) * regions + world.schools.region
    roles, places = len(world.ladder), world.phases * regions
    stock = np.zeros((roles, places), np.int64)
    for role in world.ladder.in_schools:
        stock[role] = np.bincount(place, holders[:, role], places)
    return stock.reshape(roles, world.phases, regions)


def _fail(world: World, what: str) -> NoReturn:
    raise ConservationError(f"{school_year(world.year)}: {what}")


def _post(world: World, cells: np.ndarray) -> tuple[tuple[int, int], str]:
    """The first of the wrong ``cells`` of a table schools × roles, and words for it."""
    school, role = (int(k) for k in np.argwhere(cells)[0])
    return (school, role), f"at the school with URN {world.schools.urn[school]}, {world.ladder.names[role]}"


def _check_year(opening: Opening, world: World) -> None:
    if world.year != opening.year + 1 or world.log.year != world.year:
        _fail(
            world,
            f"stock was taken in {opening.year} and the log is of {world.log.year}: everybody grows one year older in a "
            "year, so take stock at the census before and start a new log each year",
        )


def _check_holders(world: World, astray: int) -> None:
    people = world.people
    if astray >= 0:
        _fail(
            world,
            f"person {people.id[astray]} has status {people.status[astray]}, role {people.role[astray]} and school "
            f"{people.school[astray]}: whoever is in service holds a role below trust leader in one school that exists, and "
            "a leader of a trust is in its central team",
        )


def _check_people(opening: Opening, world: World, stock: np.ndarray) -> None:
    flow = dict(zip(FLOWS, world.log.flows, strict=True))
    due = opening.stock + flow["entrants"] + flow["moves_in"] - flow["moves_out"] - flow["leavers"]
    in_school = np.arange(len(world.ladder)) <= world.ladder.head
    off = (due != stock) & in_school[:, None, None]
    if off.any():
        role, phase, region = (int(k) for k in np.argwhere(off)[0])
        _fail(
            world,
            f"people do not add up for {world.ladder.names[role]} in {world.setup.structure.phases[phase]} schools, "
            f"{world.register.region_names[region]}: {opening.stock[role, phase, region]} the year before, "
            + ", ".join(f"{flow[name][role, phase, region]} {name.replace('_', ' ')}" for name in FLOWS)
            + f" make {due[role, phase, region]}, but {stock[role, phase, region]} are in service",
        )


def _check_posts(world: World, holders: np.ndarray) -> None:
    schools, vacancies, roles = world.schools, world.vacancies, len(world.ladder)
    size = len(schools) * roles
    vacant = np.bincount(vacancies.school.astype(np.int64) * roles + vacancies.role, minlength=size)
    vacant = vacant.reshape(len(schools), roles)
    filled, posts, acting = schools.filled, schools.posts, world.log.acting
    seats = np.zeros(len(schools), bool)
    seats[world.clusters.lead_school[world.clusters.schools > 0]] = True
    accounts = [
        (holders != filled, "{held} people hold the {filled} posts that are down as filled"),
        (filled + vacant != posts, "{filled} filled and {vacant} vacant posts do not make {posts}"),
        (
            (holders > 0) & (np.arange(roles) == world.ladder.trust_leader) & ~seats[:, None],
            "{held} lead a trust from a school that is not its lead school",
        ),
    ]
    if len(acting):
        accounts.append((acting > vacant, "somebody acts in {acting} posts, but {vacant} are vacant"))
    for wrong, words in accounts:
        if wrong.any():
            cell, where = _post(world, wrong)
            tables = {"held": holders, "filled": filled, "vacant": vacant, "posts": posts}
            found = {name: table[cell] for name, table in tables.items()}
            _fail(world, f"{where}: " + words.format(**found, acting=acting[cell] if len(acting) else 0))


def _check_terms(world: World) -> None:
    """At each date, who held posts the date before less who left plus who joined hold them; likewise posts that stand vacant."""
    terms, roles = world.log.terms, len(world.ladder)
    if not terms[JOINED, 0].any():  # nobody has been asked whether they leave
        return
    held, vacant = np.cumsum([terms[JOINED] - terms[LEFT], terms[FELL_VACANT] - terms[FILLED]], axis=1)
    now = world.schools.filled.sum(axis=0), np.bincount(world.vacancies.role, minlength=roles)
    for name, table, due in (("held", held, now[0]), ("vacant", vacant, now[1])):
        for date in (*Date, None):
            row = table[-1 if date is None else date]
            wrong = (row < 0) if date is not None else row != due
            if wrong.any():
                role = int(np.argmax(wrong))
                when = "on census day" if date is None else f"in {label(date).capitalize()}"
                _fail(
                    world,
                    f"posts do not add up by term: as people leave and join and posts fall vacant and are filled, "
                    f"{row[role]} posts of {world.ladder.names[role]} are {name} {when}"
                    + (f", but {due[role]} are" if date is None else ""),
                )


def _check_chains(opening: Opening, world: World) -> None:
    closed, still_open = world.log.closed_chains.chain, world.vacancies.chain
    ended = np.sort(np.concatenate([closed, still_open]))
    before, opened = len(opening.open_chains), world.log.chains_opened
    twice = bool((ended[1:] == ended[:-1]).any())
    place = np.searchsorted(ended, opening.open_chains)
    lost = bool((np.append(ended, -1)[place] != opening.open_chains).any())
    if before + opened != len(ended) or twice or lost:
        _fail(
            world,
            f"vacancy chains do not add up: {before} open the year before and {opened} opened "
            f"make {before + opened}, but {len(closed)} closed and {len(still_open)} stand open"
            + (", some of them twice" if twice else "")
            + (", and one that was open before is neither" if lost else ""),
        )


@kernel
def _by_entry(ids: np.ndarray, year: int) -> tuple[np.uint64, np.ndarray]:
    """Sum modulo 2**64 of the ids of people who entered before or after ``year``, and the ids of those who entered in it."""
    entered, others = np.uint64(year), np.uint64(0)
    n = 0
    for i in range(ids.shape[0]):
        n += (ids[i] >> np.uint64(ENTRY_YEAR_BITS)) & np.uint64(0xFFF) == entered
    newcomers = np.empty(n, np.uint64)
    n = 0
    for i in range(ids.shape[0]):
        if (ids[i] >> np.uint64(ENTRY_YEAR_BITS)) & np.uint64(0xFFF) == entered:
            newcomers[n] = ids[i]
            n += 1
        else:
            others += ids[i]
    return others, newcomers


def _check_ids(opening: Opening, world: World) -> int:
    """Ids are for life and unique: those of earlier years are the same less those forgotten, so only newcomers can repeat one.

    Return the sum of all modulo 2**64.
    """
    ids, forgotten = world.people.everyone.id, world.log.forgotten
    others_sum, newcomers = _by_entry(ids, world.year)
    due = opening.people - len(forgotten)
    same_sum = (opening.id_sum - int(forgotten.sum(dtype=np.uint64))) % 2**64 == int(others_sum)
    same = same_sum and len(ids) - len(newcomers) == due
    first = world.year == world.setup.first_year + 1
    ordered = np.sort(newcomers if same and not first else ids)
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        _fail(world, f"two people have the id {ordered[twice[0]]}")
    if not same:
        _fail(
            world,
            f"{opening.people} people were known the year before and {len(forgotten)} are forgotten since, so {due} should be "
            f"known who entered before, and {len(ids) - len(newcomers)} are"
            + ("" if len(ids) - len(newcomers) != due else ", but ids have changed: an id is for life"),
        )
    return (int(others_sum) + int(newcomers.sum(dtype=np.uint64))) % 2**64


def _check_clusters(world: World) -> None:
    """Strengths are shares, and whoever chairs a cluster was head of one of its schools when the year began.

    Those who were heads are the heads of today and those who gave a headship up this year.
    """
    clusters, people, log = world.clusters, world.people, world.log
    for name in ("strength", "systems"):
        share = getattr(clusters, name)
        wrong = np.flatnonzero(~((share >= 0) & (share <= 1)))
        if len(wrong):
            _fail(world, f"cluster {clusters.key[wrong[0]]}: {name} is {share[wrong[0]]}, not a share from 0 to 1")
    if not clusters.chair.any():
        return
    head = world.ladder.head
    rows = np.flatnonzero((people.role == head) & (people.status == Status.IN_SERVICE.value))
    left = log.leavers.where(log.leavers.role == head)
    down = log.step_downs.where(log.step_downs.role == head)
    moved = log.appointments.where(log.appointments.from_role == head)
    person = np.concatenate([people.id[rows], left.person, people.id[down.row], moved.person])
    school = np.concatenate([people.school[rows], left.school, down.school, moved.from_school])
    cluster = world.schools.cluster[school]
    person, cluster = person[cluster >= 0], cluster[cluster >= 0]
    led = clusters.chair == 0
    led[cluster[clusters.chair[cluster] == person]] = True
    if not led.all():
        at = int(np.flatnonzero(~led)[0])
        _fail(world, f"cluster {clusters.key[at]}: its chair {clusters.chair[at]} was no head of one of its schools")


def _check_schools(world: World) -> None:
    """Schools belong to the clusters that count them, and a school that is not there has no pupils, posts or people."""
    schools, clusters = world.schools, world.clusters
    inside = schools.cluster >= 0
    counted = np.bincount(schools.cluster[inside], minlength=len(clusters))
    led_from_within = np.append(schools.cluster, -1)[clusters.lead_school] == np.arange(len(clusters))
    wrong = np.flatnonzero((counted != clusters.schools) | ((counted > 0) & ~led_from_within))
    if len(wrong):
        at = int(wrong[0])
        _fail(
            world,
            f"cluster {clusters.key[at]} is down with {clusters.schools[at]} schools, and {counted[at]} belong to it"
            + ("" if led_from_within[at] else "; its lead school does not"),
        )
    if world.is_open.all():
        return
    left = inside | (schools.pupils > 0) | (schools.posts > 0).any(axis=1) | (schools.filled > 0).any(axis=1)
    haunted = np.flatnonzero(~world.is_open & left)
    if len(haunted):
        _fail(world, f"school {schools.urn[haunted[0]]} is not open, and has pupils, posts, people or a cluster")
