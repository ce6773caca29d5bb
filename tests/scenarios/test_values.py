"""What a single value may say: each accepted form with its exact meaning, each refused form with its hint."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.strict import Node, Scalar, Source, boolean, choice, nearest, number, parse, school_year, text, whole
from scenarios.strict.suggest import distance
from simulation.declaring import UNITS
from simulation.parameters import declarations
from simulation.structure import ENGLAND


def value(written: str) -> Scalar:
    tree = parse(f"key: {written}\n")
    node = tree.values["key"]  # type: ignore[union-attr]
    assert isinstance(node, Scalar)
    return node


def problem(node: Node) -> str:
    source: Source = node.place.source
    (found,) = source.problems
    return found.render()


@pytest.mark.parametrize(
    ("written", "unit", "meaning"),
    [
        ("0.86", "probability", 0.86),
        (".86", "probability", 0.86),
        ("86%", "probability", 0.86),
        ("7%", "share", 0.07),
        ("1e-2", "share", 0.01),
        ("-1.5%", "growth per year", -0.015),
        ("+.5", "log-odds", 0.5),
        ("-0.0", "log-odds", 0.0),
        ("£32,000", "GBP", 32000.0),
        ("£32000", "GBP", 32000.0),
        ("32000", "GBP", 32000.0),
        ("£32,000.50", "GBP", 32000.5),
        ("5e-324", "probability", 5e-324),
        ("1e3", "pupils", 1000.0),
    ],
)
def test_a_number_means_exactly_what_it_says(written: str, unit: str, meaning: float) -> None:
    """To the last bit: 7% is 0.07, pounds may have commas, and a signed nought keeps its sign."""
    found = number(value(written), unit, *UNITS[unit])
    assert found is not None
    assert (found, str(found)) == (meaning, str(meaning))


@pytest.mark.parametrize(
    ("written", "unit", "hint"),
    [
        ("086", "share", "take the leading zeros off: 86"),
        ("1_000", "GBP", "did you mean 1000 or £1,000?"),
        ("1,000", "pupils", "did you mean 1000?"),
        ("£32,00", "GBP", "did you mean 3200"),
        ("£32k", "GBP", "did you mean £32,000?"),
        ("86 %", "share", "did you mean 86%?"),
        ("12 years", "years", "write the number alone: 12"),
        (".nan", "share", "finite"),
        ("inf", "share", "finite"),
        ("12:30", "hours a week", "a number is written like"),
        ("5.", "share", "a number is written like"),
        ("0x10", "share", "write the number alone"),
        ("٣", "share", "a number is written like"),
        ("86%", "years", "a percentage does not say a number of years"),
        ("£5", "days", "the unit here is days, not GBP"),
        ("'0.5'", "share", "take the quotes off"),
        ("86", "probability", "did you mean 0.86 or 86%?"),
        ("3", "growth per year", "did you mean 3%?"),
        ("1e400", "GBP", "pounds, not pence"),
        ("0,5", "probability", "did you mean 0.5?"),
        ("62,5%", "share", "did you mean 62.5%?"),
        ("-0,25", "log-odds", "did you mean -0.25?"),
        ("\u22123%", "growth per year", "did you mean -3%?"),
        ("\uff16\uff10\uff05", "share", "did you mean 60%?"),
        ("60 percent", "share", "did you mean 60%?"),
        ("60 per cent", "share", "did you mean 60%?"),
        ("60pc", "share", "did you mean 60%?"),
        ("+3pp", "share", "{add: 3%}"),
        ("-1.5 percentage points", "share", "{add: -1.5%}"),
        ("4k", "pupils", "did you mean 4000?"),
        ("1.2m", "GBP", "did you mean £1,200,000?"),
    ],
)
def test_what_is_not_a_number_in_its_unit_is_refused_with_a_hint(written: str, unit: str, hint: str) -> None:
    """Nothing is guessed: each ambiguous form is refused with what was probably meant."""
    node = value(written)
    assert number(node, unit, *UNITS[unit]) is None
    assert hint in problem(node)


@given(st.decimals(min_value=0, max_value=100, places=3))
def test_a_percentage_is_the_nearest_double_to_its_hundredth(percent: Decimal) -> None:
    """The decimal is divided, not the double, so that no rounding creeps in."""
    assert number(value(f"{percent:f}%"), "share", 0, 1) == float(percent / 100)


@given(st.floats(min_value=-10, max_value=10, allow_nan=False))
def test_a_number_as_python_writes_it_is_read_back(x: float) -> None:
    """Whatever a program prints into a file is the number that it had."""
    assert number(value(repr(x)), "log-odds", -10, 10) == x


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(written: str) -> None:
    """Whatever stands there, a reader gives a value or notes a problem."""
    for reader in (
        lambda node: number(node, "GBP", 0, 1e9),
        lambda node: number(node, "probability", 0, 1),
        lambda node: whole(node, 0, 10),
        school_year,
        boolean,
        lambda node: choice(node, ("one", "two")),
        text,
    ):
        node = Scalar(value("x").place, written, quoted=False)
        assert (reader(node) is None) == bool(node.place.source.problems)


@pytest.mark.parametrize(("written", "first"), [("2027/28", 2027), ("1999/00", 1999), ("2009/10", 2009)])
def test_a_school_year_is_the_calendar_year_in_which_it_starts(written: str, first: int) -> None:
    """Across a century too."""
    assert school_year(value(written)) == first


WAYS_TO_WRITE = (
    "2027/29", "2027", "2027-28", "202728", "2027/2028", "2027/28x", "2027/8", "27/28", "AY27/28", "2027\u201328", "2027 to 2028",
    "September 2027", "autumn 2027", "from Oct 2027", "2027-09-01", "2027-12", "01/09/2027", "Spring 2028", "January 2028",
    "summer term 2028", "July 2028", "2028-01-15", "2028-08", "31.8.2028",
)  # fmt: skip


@pytest.mark.parametrize("written", WAYS_TO_WRITE)
def test_what_is_not_a_school_year_is_refused_with_the_one_meant(written: str) -> None:
    """Two dozen ways to write it otherwise, one answer: a date up to August is of the year that began the calendar year before."""
    node = value(written)
    assert school_year(node) is None
    assert "did you mean 2027/28?" in problem(node)


@pytest.mark.parametrize("written", ["next year", "27", "September", "99/00", "20272"])
def test_what_names_no_year_is_refused_with_how_one_is_written(written: str) -> None:
    """Nothing is guessed."""
    node = value(written)
    assert school_year(node) is None
    assert "a school year is written like 2027/28" in problem(node)


@pytest.mark.parametrize("written", ["yes", "on", "True", "TRUE", "1", '"true"', "no", "NO"])
def test_only_true_and_false_are_truth_values(written: str) -> None:
    """YAML's other words for them are refused instead of surprising."""
    node = value(written)
    assert boolean(node) is None
    assert "must be true or false" in problem(node)
    assert boolean(value("true")) is True
    assert boolean(value("false")) is False


@pytest.mark.parametrize("written", ["NO", "on", "12:30", "2024-11-07", "1.10", "010123", "=", "0o17"])
def test_text_stays_as_it_is_written(written: str) -> None:
    """What YAML would turn into truth values, times, dates or numbers is left alone."""
    assert text(value(written)) == written


def test_a_whole_number_is_digits_alone() -> None:
    """No point, exponent, underscore, sign or leading nought."""
    assert whole(value("15"), 0, 20) == 15
    for written in ("15.0", "1e1", "1_5", "015", "+15", "x"):
        assert whole(value(written), 0, 20) is None


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("head", "head", 0), ("haed", "head", 1), ("hed", "head", 1), ("heead", "haed", 2), ("a", "abcd", 3)],
)
def test_distance_counts_typing_slips(a: str, b: str, steps: int) -> None:
    """A swap of neighbours or a letter left out is one step; steps add up, and either way round."""
    assert distance(a, b) == distance(b, a) == steps


def test_one_typing_slip_in_a_key_finds_the_key_meant() -> None:
    """Every slip of one letter in every key: at least 95% have the key among the suggestions."""
    keys = [declaration.path for declaration in declarations()]
    tried = right = 0
    for vocabulary in (
        keys,
        ["title", "summary", "extends", "context", "years", "scale", "levers", "uncertainties"],
        ENGLAND.ladder.names,
    ):
        for key in vocabulary[:: 12 if vocabulary is keys else 1]:
            for slip in slips(key):
                if slip not in vocabulary:
                    tried += 1
                    right += key in nearest(slip, vocabulary)
    assert tried > 500
    assert right / tried >= 0.95


def slips(key: str) -> set[str]:
    """Keys that differ by one letter left out, doubled, swapped or mistyped."""
    found = set()
    for i in range(len(key)):
        found |= {key[:i] + key[i + 1 :], key[:i] + key[i] + key[i:], key[:i] + "x" + key[i + 1 :]}
        found.add(key[:i] + key[i + 1 : i + 2] + key[i] + key[i + 2 :])
    return found - {key}
