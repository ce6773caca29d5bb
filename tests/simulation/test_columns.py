"""Columns are declared once, and written only by their owners."""

import copy

import numpy as np
import pytest

from simulation.columns import Column, Table
from simulation.tables import CLUSTERS, PEOPLE, SCHOOLS, people_table


def table() -> Table:
    found = Table(
        "things",
        [
            Column("a", "int32", "things", "a thing", ("maker",), -1),
            Column("b", "float64", "things", "many", (), 0.5, 3),
            Column("mood", "float64", "points", "measure of state", ("maker",)),
            Column("calm", "float64", "points", "what the accounts rest on", ("maker",), closed=True),
        ],
    )
    found.append(3, a=np.array([1, 2, 3]))
    return found


def test_a_process_writes_its_own_columns_and_no_other():
    """What is handed to a process writes through to the table in its own columns; a user's process owns the open ones."""
    things = table()
    columns_of = things.hand_out()
    maker, taker, guest = columns_of("maker"), columns_of("taker"), columns_of(None)
    maker.a[0] = 9
    guest.mood[1] = 0.5
    assert (list(things.a), list(things.mood)) == ([9, 2, 3], [0, 0.5, 0])
    for columns, name in ((maker, "b"), (taker, "a"), (guest, "a"), (guest, "b"), (guest, "calm")):
        with pytest.raises(ValueError, match="read-only"):
            getattr(columns, name)[0] = 1
    with pytest.raises(AttributeError, match="a"):
        maker.a = 1
    with pytest.raises(AttributeError, match="no column 'colour'"):
        _ = maker.colour


def test_a_column_can_stand_by_entry():
    """One entry of all rows lies together in memory, however rows come, go and are copied; it reads as any other."""
    one, other = (
        Table("things", [Column("seen", "int8", "code", "what was seen", ("maker",), -1, 3, by_entry=by_entry)])
        for by_entry in (True, False)
    )
    for things in (one, other):
        things.append(2, seen=np.arange(6).reshape(2, 3))
        things.append(5)
        things.append(1, seen=np.array([[7, 8, 9]]))
        things.keep(np.array([7, 0, 3]))
        things.append(4, seen=5)
    for things in (one, copy.deepcopy(one)):
        assert (things.seen == other.seen).all()
        assert all(things.seen[:, entry].flags.c_contiguous for entry in range(3))


def test_columns_are_handed_out_once():
    """Nobody can ask for a process's columns by saying its name: the right to open them is given once; a copy is free."""
    things = table()
    columns_of = things.hand_out()
    with pytest.raises(RuntimeError, match="the columns of things are handed out"):
        things.hand_out()
    for copied in (copy.copy, copy.deepcopy):
        twin = copied(things)
        twin.hand_out()("maker").a[0] = 7
        columns_of("maker").a[0] = 9
        assert (twin.a[0], things.a[0]) == (7, 9)


def test_rows_can_be_moved_to_a_table_that_another_model_runs():
    """Nothing is copied, and nothing is left that the first model could write."""
    things = table()
    columns_of = things.hand_out()
    memory = things.a.ctypes.data
    moved = things.moved()
    moved.hand_out()("maker").a[0] = 7
    assert (list(moved.a), moved.a.ctypes.data) == ([7, 2, 3], memory)
    assert (len(things), len(columns_of("maker").a)) == (0, 0)


def test_what_was_handed_out_follows_rows_that_come_and_go():
    """A process may add and drop rows and go on writing."""
    things = table()
    mine = things.hand_out()("maker")
    things.append(30, a=4)
    things.keep(np.arange(1, 33))
    mine.a[-1] = 5
    assert (len(mine.a), things.a[0], things.a[-1]) == (32, 2, 5)


def test_several_owners_need_a_reason():
    """A column has one owner, or its declaration says why not."""
    with pytest.raises(ValueError, match="column a: a column has one owner"):
        Column("a", "int8", "things", "a thing", ("maker", "taker"))
    with pytest.raises(ValueError, match="column a"):
        Column("a", "int8", "things", "a thing", ("maker",), shared="no need")


def test_what_is_open_to_users_holds_finite_numbers():
    """A process of a user's that leaves something else is named."""
    things = table()
    things.check_open("mine")
    things.hand_out()(None).mood[2] = np.nan
    with pytest.raises(ValueError, match=r"process 'mine': things.mood must be finite numbers \(points\)"):
        things.check_open("mine")


def test_reading_views_cannot_be_written():
    """Whoever merely reads a column cannot change it by accident."""
    with pytest.raises(ValueError, match="read-only"):
        table().a[0] = 1


def test_new_rows_hold_missing_values_where_none_are_given():
    """Each column has its own missing value, in every element where a row has several."""
    things = table()
    assert things.append(2) == slice(3, 5)
    assert list(things.a) == [1, 2, 3, -1, -1]
    assert things.b.shape == (5, 3)
    assert (things.b == 0.5).all()


def test_growing_past_the_capacity_keeps_what_was_there():
    """A hundred appends outgrow the arrays several times."""
    things = table()
    for i in range(100):
        things.append(1, a=i)
    assert list(things.a) == [1, 2, 3, *range(100)]


def test_dropping_rows_keeps_the_rest_in_order_and_tells_whoever_keeps_row_numbers():
    """The generation rises, so that a row number kept from before is known to be stale."""
    things = table()
    before = things.generation
    things.keep(np.array([True, False, True]))
    assert list(things.a) == [1, 3]
    assert things.generation > before


def test_unknown_columns_are_refused_by_name():
    """On appending and on reading."""
    with pytest.raises(KeyError, match="colour"):
        table().append(1, colour=3)
    with pytest.raises(AttributeError, match="no column 'colour'"):
        _ = table().colour


@pytest.mark.parametrize("column", [*PEOPLE, *SCHOOLS, *CLUSTERS], ids=lambda c: c.name)
def test_every_column_says_what_it_holds_and_in_which_unit(column):
    """With a type that NumPy knows, so that the tables can be described."""
    assert column.meaning
    assert column.unit
    np.dtype(column.dtype)


def test_the_declarations_can_be_listed_for_documentation():
    """Every column of people is listed with its unit and who writes it."""
    records = {record["column"]: record for record in people_table().describe()}
    assert set(records) == {column.name for column in PEOPLE}
    assert records["wellbeing"]["unit"] == "standard deviations"
    assert records["id"]["written by"] == "birth only"
