"""Who comes upon posts elsewhere: each candidate and school by a chance of their own, whoever else there is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from simulation.draws import Key
from simulation.processes import matching
from simulation.processes.parties import CANDIDATE, SITE, Ground
from simulation.vocabulary import Ring
from tests.reference import market
from tests.reference.functions import uniform

SCHOOLS, PEOPLE, MET = 150, 20_000, matching.MET
Z = 5.0
"""|z| beyond which a test fails: P(|Z| > 5) = 6e-7 for a correct model."""


@dataclass(frozen=True)
class Site:
    """A school of which only the place is known."""

    urn: int
    community: int
    phase: int = 0
    market: int = 0
    cluster: None = None
    neighbourhood: None = None


def callers(ids: np.ndarray, area: np.ndarray | int = 0) -> list[set[int]]:
    """For each school of two areas, the ids of those who come upon it; everybody seeks promotion in 2026."""
    candidates = np.zeros(len(ids), CANDIDATE)
    candidates["id"], candidates["area"], candidates["promotion"] = ids, area, True
    blank = np.zeros((0, 0), np.int32)
    start = np.array([0, SCHOOLS, 2 * SCHOOLS])
    sites = np.zeros(2 * SCHOOLS, SITE)
    by_area = np.arange(2 * SCHOOLS, dtype=np.int32)
    ground = Ground(sites, by_area, start, np.zeros(1, np.int64), blank, blank, blank)
    who, begin = matching._walk(candidates, 0, ground, Key(3, 1).in_year(2026))
    return [set(ids[who[begin[s] : begin[s + 1]]].tolist()) for s in range(2 * SCHOOLS)]


@pytest.fixture(scope="module")
def met() -> list[set[int]]:
    """Who of many people comes upon each school of the area that they search."""
    return callers(np.arange(PEOPLE, dtype=np.uint64))


def test_every_school_is_come_upon_with_the_same_chance(met) -> None:
    """|z| < 5 for all together; chi-squared over schools, the first and last among them, p > 1e-6; none elsewhere."""
    counts = np.array([len(of_school) for of_school in met[:SCHOOLS]])
    pairs = PEOPLE * SCHOOLS
    assert abs(counts.sum() - pairs * MET) < Z * math.sqrt(pairs * MET * (1 - MET))
    assert chisquare(counts).pvalue > 1e-6
    assert not any(met[SCHOOLS:])


def test_to_come_upon_one_school_says_nothing_of_another(met) -> None:
    """People who come upon both of two schools, next to each other or far apart: |z| < 5 over all such pairs."""
    for apart in (1, 2, 3, 70):
        both = sum(len(met[s] & met[s + apart]) for s in range(SCHOOLS - apart))
        expected = (SCHOOLS - apart) * PEOPLE * MET**2
        assert abs(both - expected) < Z * math.sqrt(expected), (apart, both, expected)


def test_whom_else_there_is_changes_nobodys_way(met) -> None:
    """Half of the people, in another order, with somebody new in the next area: everybody comes upon the same schools."""
    half = np.arange(PEOPLE, dtype=np.uint64)[::-2]
    fewer = callers(np.append(half, np.uint64(10**9)), np.append(np.zeros(len(half), np.int64), 1))
    kept = set(half.tolist())
    assert fewer[:SCHOOLS] == [of_school & kept for of_school in met[:SCHOOLS]]
    assert set().union(*fewer[SCHOOLS:]) == {10**9}


def test_posts_elsewhere_are_at_a_uniform_distance_and_seen_with_their_chance() -> None:
    """Kolmogorov-Smirnov of a candidate's distances to schools elsewhere, p > 1e-6; shares below small chances, |z| < 5.

    By the slow model, to which the fast one is identical. A chance may be below, at or above that of coming upon a school.
    """
    schools = [Site(urn=100_000 + s, community=s) for s in range(SCHOOLS)]
    model, distances = SimpleNamespace(schools_ever=schools), []
    for number in range(200):

        def u(decision: int, sub: int = 0, word: int = 0, number: int = number) -> float:
            return uniform((3, 1), number, decision, 2026, sub, word)

        person = SimpleNamespace(u=u, school=SimpleNamespace(neighbourhood=None))
        search = market.Search(person, 4, by_promotion=number % 2 == 0, phase=0, base=-1, market=0)
        for school in schools:
            vacancy = market.Vacancy(school, 4, 0, 1, due=0, first=1)
            assert market.ring_of(search, vacancy) == Ring.ELSEWHERE
            distances.append(market.distance(model, search, vacancy))
    found = np.array(distances)
    assert kstest(found, "uniform").pvalue > 1e-6
    for chance in (0.25 * MET, MET, 4 * MET):
        assert abs((found < chance).sum() - len(found) * chance) < Z * math.sqrt(len(found) * chance * (1 - chance))


def test_the_two_models_come_upon_schools_alike() -> None:
    """The chance of coming upon a school is one constant, stated twice."""
    assert market.MET == MET
