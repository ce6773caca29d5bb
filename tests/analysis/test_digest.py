"""The digest says whether two tables hold the same, whatever the order in which they were made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.store.batch import packed
from analysis.store.digest import BLOCK, run_digest, table_digest

TABLE = {
    "id": np.array([3, 1, 2, 1], np.uint64),
    "role": np.array([0, 4, 4, -1], np.int8),
    "name": np.array(["a", "b", "é", ""], object),
    "value": np.array([0.1, np.nan, -0.0, 1e300]),
    "posts": np.arange(8).reshape(4, 2),
}


@given(st.permutations(range(4)), st.permutations(sorted(TABLE)))
def test_order_of_rows_and_columns_does_not_count(rows, names):
    """Shuffled rows and columns give the same digest."""
    assert table_digest({name: TABLE[name][rows] for name in names}) == table_digest(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_any_changed_cell_counts(name):
    """Each column is read: a changed cell in any of them changes the digest."""
    changed = {column: values.copy() for column, values in TABLE.items()}
    changed[name][0] = "z" if name == "name" else changed[name][0] + 1
    assert table_digest(changed) != table_digest(TABLE)


def test_cells_are_tied_to_their_rows():
    """Swapping two cells of one column, which leaves every column's contents alone, changes the digest."""
    swapped = {**TABLE, "role": TABLE["role"][[1, 0, 2, 3]]}
    assert table_digest(swapped) != table_digest(TABLE)


def test_floats_count_to_about_twelve_digits():
    """A difference in the last bit is not one; a difference in the twelfth digit is."""
    value = np.array([0.123456789012345])
    assert table_digest({"v": value}) == table_digest({"v": np.nextafter(value, 1)})
    assert table_digest({"v": value}) != table_digest({"v": value + 1e-12})


def test_tables_of_no_rows_have_digests_that_tell_their_columns_apart():
    """A small sample may hold no cluster at all: that is a state like any other, with columns of one entry or of many."""
    empty = {name: values[:0] for name, values in TABLE.items()}
    assert table_digest(empty) == table_digest(dict(reversed(empty.items())))
    without = {name: values for name, values in empty.items() if name != "posts"}
    assert len(set(map(table_digest, (empty, without, {**empty, "posts": TABLE["posts"][:0, :1]})))) == 3


def test_rows_are_counted_in_blocks_and_each_as_often_as_it_stands():
    """A row of any block counts, and a second one like it counts again."""
    rows = np.arange(2 * BLOCK + 3)
    digests = {table_digest({"id": rows})}
    for place in (0, BLOCK - 1, BLOCK, 2 * BLOCK + 2):
        changed = rows.copy()
        changed[place] = -1
        digests |= {table_digest({"id": changed}), table_digest({"id": np.append(rows, rows[place])})}
    assert len(digests) == 9


@given(st.data())
def test_tables_are_alike_if_and_only_if_they_hold_the_same_rows(data):
    """Small tables of few values, in which sums would agree by chance if rows were told apart badly."""
    row = st.tuples(st.integers(-2, 2), st.integers(0, 2), st.sampled_from([0.0, 0.5, -1.0, np.nan]))
    one, other = (data.draw(st.lists(row, min_size=3, max_size=3)) for _ in range(2))

    def digest(rows):
        kinds = (np.int8, np.uint64, np.float64)
        return table_digest({str(i): np.array([r[i] for r in rows], kind) for i, kind in enumerate(kinds)})

    assert (digest(one) == digest(other)) == (sorted(map(repr, one)) == sorted(map(repr, other)))


def test_large_ids_are_not_rounded():
    """Neighbouring 64-bit ids above 2**53 are told apart."""
    ids = np.array([2**63 + 1], np.uint64)
    assert table_digest({"id": ids}) != table_digest({"id": ids + np.uint64(1)})


def test_columns_of_different_length_are_refused():
    """A table must be a table."""
    with pytest.raises(ValueError, match="different lengths"):
        table_digest({"a": np.zeros(2), "b": np.zeros(3)})


def test_a_run_counts_its_labels_and_its_final_state():
    """The meaning of codes and who is where at the end are part of a run; skills (floats) and unused labels are not."""
    results, labels = {"year": np.array([2025, 2025]), "phase": np.array([0, -1])}, {"phase": ("primary",)}
    state = {"people": {"id": np.array([1, 2]), "skill": np.array([0.1, 0.2])}}
    digest = run_digest(results, labels, state)
    assert digest != run_digest(results, {"phase": ("secondary",)}, state)
    assert digest == run_digest(results, {"phase": ("primary", "secondary"), "programme": ("coaching",)}, state)
    assert digest != run_digest(results, labels, {"people": {**state["people"], "id": np.array([1, 3])}})
    assert digest == run_digest(results, labels, {"people": {**state["people"], "skill": np.array([0.3, 0.2])}})


@given(
    st.lists(
        st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2), min_size=5, max_size=5), min_size=3, max_size=3
    )
)
def testpacked_keys_sort_alike(columns):
    """Packing keys to sort faster never changes the order, even at the ends of the range of int64."""
    keys = [np.array(column, np.int64) for column in columns]
    assert (np.lexsort(packed(keys)[::-1]) == np.lexsort(keys[::-1])).all()


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-300, max_value=1e300), st.booleans())
def test_floats_count_to_forty_bits(value, negative):
    """A number and one that differs from it by a part in 2**39 are told apart; all NaNs are one, and so are both noughts."""
    value = -value if negative else value
    assert table_digest({"v": np.array([value])}) != table_digest({"v": np.array([value * (1 + 2.0**-39)])})
    assert table_digest({"v": np.array([0.0])}) == table_digest({"v": np.array([-0.0])})
    other_nan = np.array([0x7FF8000000000001], np.uint64).view(np.float64)
    assert table_digest({"v": np.array([np.nan])}) == table_digest({"v": -other_nan})


def test_codes_count_by_their_words():
    """Other codes for the same words are the same table, other words another; code -1 is no word."""
    codes = np.array([0, 1, -1, 1], np.int8)
    digest = table_digest({"phase": codes}, {"phase": ("primary", "secondary")})
    assert digest == table_digest({"phase": np.array([1, 0, -1, 0])}, {"phase": ("secondary", "primary", "special")})
    assert digest != table_digest({"phase": codes}, {"phase": ("primary", "special")})
    assert digest != table_digest({"phase": np.array([0, 1, 1, 1])}, {"phase": ("primary", "secondary")})


def test_a_registers_own_columns_count():
    """Conditions may read them: a run of other words in them is another run, and without any nothing changes."""
    from dataclasses import replace

    from analysis.runs.plan import register_digest
    from tests.analysis.fakes import register

    plain = register()
    own = [replace(plain, own={"ofsted": (word,) * len(plain)}) for word in ("good", "poor")]
    assert len({register_digest(plain), *map(register_digest, own)}) == 3
    assert register_digest(replace(plain, own={})) == register_digest(plain)
