"""A year's vacancies that the page follows term by term: counted by hand, and against the log of a run, exactly."""

from functools import cache

import numpy as np
import pytest

from analysis.app.followed import NOT_NEEDED, STANDS, Followed, Told, follow, told
from analysis.app.watch import ALL, Recording, phases_of, record_run, watched
from analysis.runs.plan import Options, Plan, plan
from simulation.log import FELL_VACANT, FILLED, Vacancies, YearLog
from simulation.model import PipelineModel
from simulation.vocabulary import Date, Role

JANUARY, MAY, SEPTEMBER = Date


@cache
def asked() -> Plan:
    """Two years of the eastern region, in which posts are given up without notice, advertised again, covered and abolished."""
    return plan("eastern-region-2010", Options(1, 1, 2))


@cache
def recorded() -> Recording:
    """What the page keeps of it."""
    return record_run(asked(), 0, lambda _: None)


@cache
def years() -> list[tuple[YearLog, Vacancies, Followed, np.ndarray]]:
    """Of every year of a run, its start-up too: the log, what stands vacant at the end, and what is followed."""
    model = PipelineModel(asked().setup, asked().seed, 0, measures=())
    found, standing = [], model.world.vacancies
    while model.year < asked().setup.last_year:
        model.step()
        world = model.world
        found.append((world.log, world.vacancies, follow(world, standing), world.schools.posts - world.schools.filled))
        standing = world.vacancies
    return found


def count(followed: Followed, number: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sums of a ``number`` for each vacancy, school × role."""
    found = np.zeros(shape, np.int64)
    np.add.at(found, (followed.school, followed.role), number)
    return found


def test_every_round_of_every_post_is_that_of_the_log() -> None:
    """Advertisements, first ones, and the round of those that stand are what the market wrote down; 17 years of 87 schools."""
    for log, standing, found, _ in years():
        shape, made = log.adverts.shape, log.appointments
        assert (count(found, found.adverts, shape) == log.adverts).all()
        assert (count(found, (found.before == 0) & (found.adverts > 0), shape) == log.advertised).all()
        stand = found.where(found.start == STANDS)
        assert (stand.last - stand.adverts + 1).tolist() == standing.first.tolist()
        assert stand.before.tolist() == standing.before.tolist()
        filled = found.where((found.start != STANDS) & (found.start != NOT_NEEDED))
        assert filled.start.tolist() == made.start.tolist()
        assert (filled.before + filled.adverts).tolist() == made.round.tolist()
        assert (np.maximum(filled.last, filled.due) <= made.start).all()
    assert sum((f.before > 0).sum() for *_, f, _ in years()) > 50
    assert sum((f.start == NOT_NEEDED).sum() for *_, f, _ in years()) > 3


def test_each_date_adds_up_with_the_books_of_the_run() -> None:
    """By role: what fell vacant, was filled and is left is in the log's books of dates, and one year begins as the last ended."""
    left: dict[int, int] = {}
    for log, _, found, vacant in years():
        for role in Role:
            said = told(log.year, found.where(found.role == role), 0)
            flows = said.flows
            assert flows["fell"] == log.terms[FELL_VACANT, 1:, role].tolist()
            assert np.add(flows["at_once"], flows["later"]).tolist() == log.terms[FILLED, 1:, role].tolist()
            assert flows["before"][0] == left.get(role, 0)
            gone = [flows["not_needed"][0], 0, 0]
            books = np.array([flows["before"], flows["fell"]]).sum(axis=0) - gone - log.terms[FILLED, 1:, role]
            assert flows["vacant"] == books.tolist()
            assert flows["before"][1:] == flows["vacant"][:-1]
            assert flows["vacant"][-1] == vacant[:, role].sum()
            left[role] = flows["vacant"][-1]
            _rows_add_up(said)


def _rows_add_up(said: Told) -> None:
    """Of every row: posts are filled at once, later, stand or are not needed; the last row is the sum of the others."""
    every = said.cohorts
    for row in every:
        assert row["posts"] == row["at_once"] + sum(row["later"]) + row["stands"] + row["not_needed"]
    for key in ("posts", "at_once", "stands", "not_needed", "again"):
        assert every[-1][key] == sum(row[key] for row in every[:-1])
    assert every[-1]["later"] == np.sum([row["later"] for row in every[:-1]], axis=0).tolist() == said.flows["later"]
    assert [row["posts"] for row in every[1:-1]] == said.flows["fell"]


def test_six_posts_are_followed_by_hand() -> None:
    """Filled at once; after two terms at the third advertisement; never; from earlier years filled, standing and gone."""
    due = [JANUARY, JANUARY, SEPTEMBER, 0, 0, 0]
    start = [JANUARY, SEPTEMBER, STANDS, MAY, STANDS, NOT_NEEDED]
    adverts, last, before = [1, 3, 0, 2, 3, 0], [1, 3, 3, 2, 3, 0], [0, 0, 0, 1, 3, 2]
    nothing = np.zeros(6, np.int32)
    said = told(2027, Followed(nothing, nothing, *map(np.array, (due, start, adverts, last, before))), acting=1)
    assert said.dates == ("January 2027", "May 2027", "September 2027")
    assert said.flows == {
        "before": [3, 3, 2], "not_needed": [1, None, None], "fell": [2, 0, 1], "at_once": [1, 0, 0],
        "later": [0, 1, 1], "vacant": [3, 2, 2], "acting": [None, None, 1], "advertised": [4, 3, 2], "again": [2, 3, 2],
    }  # fmt: skip
    assert [(row["posts"], row["at_once"], row["later"], row["stands"], row["again"]) for row in said.cohorts] == [
        (3, 0, [0, 1, 0], 1, 3), (2, 1, [0, 0, 1], 0, 1), (0, 0, [0, 0, 0], 0, 0), (1, 0, [0, 0, 0], 1, 0),
        (6, 1, [0, 1, 1], 2, 4),
    ]  # fmt: skip


def test_phases_and_regions_add_up_to_all_schools() -> None:
    """What the page shows of each phase sums to what it shows of all, and the vacancies to the row of their year."""
    chosen, kept = asked(), recorded()
    register, phases = chosen.setup.register, chosen.setup.structure.phases
    whole = watched(kept, register, ALL, "leaders")
    parts = [watched(kept, register, ALL, "leaders", phase=n) for n in range(len(phases))]
    assert list(phases_of(chosen.setup.structure)) == [ALL, *phases]
    assert sum(part.schools for part in parts) == whole.schools
    for key in ("before", "fell", "vacant", "advertised", "again"):
        assert np.sum([part.told.flows[key] for part in parts], axis=0).tolist() == whole.told.flows[key]
    row = whole.rows[-1]
    assert whole.told.flows["vacant"] == [row["january"], row["may"], row["vacant"]]
    assert whole.told.flows["acting"] == [None, None, row["acting"]]
    first = watched(kept, register, ALL, "leaders", year=kept.years[1])
    assert first.told.flows["vacant"][-1] == whole.told.flows["before"][0]
    with pytest.raises(ValueError, match="not in tuple"):
        watched(kept, register, ALL, "leaders", year=kept.years[0])
