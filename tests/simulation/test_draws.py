"""Keyed draws: known answers, independence of order, and the traps of hand-made generators."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.draws import Decision, Key, about, agent_ids, counter, draw, school_ids, threefry, unit

U64 = np.uint64
WORD = st.integers(0, 2**64 - 1)

KNOWN_ANSWERS = [
    ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
    ((2**64 - 1,) * 2, (2**64 - 1,) * 2, (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344),
        (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x263C7D30BB0F0AF1, 0x56BE8361D3311526),
    ),
]
"""Random123's known answers for threefry2x64-20: zeros, ones, and the digits of pi."""


@pytest.mark.parametrize(("counters", "keys", "expected"), KNOWN_ANSWERS)
def test_threefry_gives_the_published_known_answers(counters, keys, expected):
    """The authors' own test vectors, so that the bijection is theirs to the bit."""
    got = threefry(*(U64(word) for word in (*counters, *keys)))
    assert tuple(int(word) for word in got) == expected


def test_a_unit_draw_is_strictly_inside_zero_and_one_at_both_ends():
    """Probability 0 never happens, 1 always does, and logarithms stay finite."""
    assert 0.0 < unit(U64(0)) < 2**-52
    assert 1.0 - 2**-52 < unit(U64(2**64 - 1)) < 1.0


@given(WORD)
def test_one_minus_a_draw_is_exact(word):
    """The upper tail is as fine as the lower: no bit is lost on the way there and back."""
    u = unit(U64(word))
    assert 1.0 - (1.0 - u) == u


@given(st.lists(WORD, min_size=1, max_size=30, unique=True), st.randoms(use_true_random=False), WORD, WORD)
def test_draws_do_not_depend_on_order_or_company(ids, random, seed, replicate):
    """One agent's draw is the same alone, among others, and among others in another order."""
    key = Key(seed, replicate)
    agents = np.array(ids, U64)
    together = dict(zip(ids, key.uniform(Decision.RETIRE, 2030, agents), strict=True))
    random.shuffle(ids)
    shuffled = key.uniform(Decision.RETIRE, 2030, np.array(ids, U64))
    alone = [key.uniform(Decision.RETIRE, 2030, np.array([i], U64))[0] for i in ids]
    assert list(shuffled) == alone == [together[i] for i in ids]


@given(WORD, st.integers(0, 2**24 - 1))
def test_pair_draws_are_the_draws_of_their_sub(agent, urn):
    """An array of counterparts, a plain one and the compiled form give one number."""
    key, agents = Key(7, 3), np.array([agent], U64)
    pair = key.uniform(Decision.SEE_MOVE, 2030, agents, np.array([urn]))[0]
    assert pair == key.uniform(Decision.SEE_MOVE, 2030, agents, urn)[0]
    assert pair == draw(U64(agent), about(counter(Decision.SEE_MOVE, 2030, 0), urn), key.k0, key.k1)


@given(st.integers(0, 2**63))
def test_counters_that_come_from_python_as_signed_numbers_lose_no_bits(agent):
    """Adding signed to unsigned numbers would go through float64; the top decisions would show it."""
    c1 = int(counter(Decision.FILL_POST, 2030, 5))
    expected, _ = threefry(U64(agent), U64(c1), U64(1), U64(2))
    assert draw(U64(agent), c1, U64(1), U64(2)) == unit(U64(expected))


def test_every_decision_has_its_own_number_in_sixteen_bits():
    """Two decisions of one number would draw alike without anybody noticing."""
    numbers = [d.value for d in Decision]
    assert len(set(numbers)) == len(Decision.__members__) == len(numbers)
    assert all(0 < n < 2**16 for n in numbers)


ORDERS = {
    "agents": lambda n: [(Decision.RETIRE, 2030, a, 1, 0) for a in range(n)],
    "years": lambda n: [(Decision.RETIRE, 1 + t % 40, 5 + t // 40, 1, 0) for t in range(n)],
    "decisions": lambda n: [(list(Decision)[d % 40], 2030, d // 40, 1, 0) for d in range(n)],
    "seeds": lambda n: [(Decision.RETIRE, 2030, 0, s, 0) for s in range(n)],
    "replicates": lambda n: [(Decision.RETIRE, 2030, 0, 1, r) for r in range(n)],
    "eight agents by seed": lambda n: [(Decision.RETIRE, 2030, a % 8, a // 8, 0) for a in range(n)],
    "realistic ids": lambda n: [
        (Decision.RETIRE, 2026 + i % 15, (2 << 60) | (2026 << 48) | (100000 + i // 15 % 97 << 24) | i // 1455, 1, 0)
        for i in range(n)
    ],
}


@pytest.mark.parametrize("order", ORDERS)
def test_draws_are_uniform_and_uncorrelated_in_every_order_of_the_key(order):
    """Fixed keys, so it never flickers; a sound generator would fail one of the 21 checks with chance 2e-5."""
    n = 8_000
    u = np.array(
        [draw(U64(agent), counter(d, tick, 0), U64(seed), U64(rep)) for d, tick, agent, seed, rep in ORDERS[order](n)]
    )
    cells = np.bincount((u * 256).astype(int), minlength=256)
    assert stats.chisquare(cells).pvalue > 1e-6
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) * np.sqrt(n) < 5
    pairs = np.bincount((u[:-1:2] * 16).astype(int) * 16 + (u[1::2] * 16).astype(int), minlength=256)
    assert stats.chisquare(pairs).pvalue > 1e-6


@pytest.mark.parametrize("agent", [0, 1, 2, 255, 2**24, 2**32 - 1, 2**48, 2**60, 2**63, 2**64 - 1])
def test_no_agent_is_stuck_whatever_the_year_decision_and_seed(agent):
    """A hand-made generator once gave agent 1 the same draw for ever; z beyond 5 has chance 6e-7 a case."""
    u = np.array(
        [
            draw(U64(agent), counter(d, y, 0), U64(s), U64(0))
            for d in Decision
            for y in range(2026, 2041)
            for s in range(4)
        ]
    )
    assert abs(u.mean() - 0.5) * np.sqrt(12 * len(u)) < 5


def test_ids_keep_their_fields_apart_and_refuse_what_does_not_fit():
    """Kind, year, URN and serial can be read back, and no school's id is a person's."""
    ids = agent_ids(2, 2031, np.array([100001, 100002]), np.array([0, 7]))
    assert [(int(i) >> 60, int(i) >> 48 & 0xFFF, int(i) >> 24 & 0xFFFFFF, int(i) & 0xFFFFFF) for i in ids] == [
        (2, 2031, 100001, 0),
        (2, 2031, 100002, 7),
    ]
    with pytest.raises(ValueError, match="URN must be from 0 to 16777215"):
        agent_ids(2, 2031, np.array([1 << 24]), np.array([0]))
    assert len(set(school_ids(np.arange(1, 1000))) & set(ids)) == 0


@pytest.mark.parametrize(("seed", "replicate"), [(-1, 0), (0, -1), (2**64, 0), (1.5, 0)])
def test_keys_outside_the_bits_are_refused(seed, replicate):
    """Seed and replicate are whole numbers of 64 bits."""
    with pytest.raises(ValueError, match="whole number from 0"):
        Key(seed, replicate)
