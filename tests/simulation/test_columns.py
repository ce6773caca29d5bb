"""Columns are declared once, and written only by their owners."""

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
        ],
    )
    found.append(3, a=np.array([1, 2, 3]))
    return found


def test_a_process_writes_its_own_columns_and_no_other():
    """Its handle writes through to the table, and every other column is read-only in it."""
    things = table()
    mine = things.writable("maker")
    mine.a[0] = 9
    assert list(things.a) == [9, 2, 3]
    with pytest.raises(ValueError, match="read-only"):
        mine.b[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        things.writable("taker").a[0] = 1


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
