"""From what is typed on the page to a scenario's file."""

from pathlib import Path

import pytest

import scenarios
from analysis.app.form import (
    CONTEXTS,
    Chosen,
    Form,
    FormError,
    Policy,
    change,
    command,
    first_form,
    problems,
    read_form,
    scenario,
    share,
    written,
)
from analysis.app.levers import described
from scenarios.places import library_names

NAME = "excellence-in-leadership"


def loaded(form: Form, tmp_path: Path) -> scenarios.Scenario:
    path = tmp_path / "policy.yaml"
    path.write_text(scenario(form, form.policies[0]), encoding="utf-8")
    return scenarios.load(path)


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_form_of_every_context_is_sound_and_gives_a_scenario_of_it(context: str, tmp_path: Path) -> None:
    """What the page first shows can be asked as it is, wherever it is about."""
    form = first_form(context)
    assert problems(form) == []
    known = loaded(form, tmp_path)
    assert known.context == context
    assert (known.years, known.scale) == (int(form.years), float(share(form.scale)))


@pytest.mark.parametrize("name", library_names("programme"))
def test_a_programme_left_as_it_is_is_the_librarys(name: str, tmp_path: Path) -> None:
    """Showing a programme in fields and writing it back loses nothing and changes nothing."""
    form = first_form("england", [name])
    assert problems(form) == []
    (known,) = loaded(form, tmp_path).programmes
    assert known.resolved() == scenarios.load_programme(name).resolved()
    assert known.changes == ()


def test_every_lever_arrives_in_the_programme(tmp_path: Path) -> None:
    """Each field set to an end of its range, percentages too, is the value that the scenario runs."""
    form = first_form("england")
    levers = described(NAME).levers
    changed = {lever.path: lever.high if lever.value != lever.high else lever.low for lever in levers}
    form.policies[0].programmes[0].values = {
        **changed,
        "places.number": "7000",
        "places.from": "2027/28",
        "places.until": "2029/30",
    }
    assert problems(form) == []
    (known,) = loaded(form, tmp_path).programmes
    assert (known.places.number, known.places.first, known.places.last) == (7000, 2027, 2029)
    for lever in levers:
        if lever.path != "places.number":
            expected = float(changed[lever.path]) / (100 if lever.in_percent else 1)
            assert known.value(lever.path) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        'a "quote": {x}',
        "# no comment",
        "& * ! | > % @",
        "naïve – ünïcode",
        "'",
        "\\n",
        "- a",
    ],
)
def test_any_title_is_read_back_as_it_was_written(title: str, tmp_path: Path) -> None:
    """What YAML or HTML would read otherwise survives, and the name of the file is plain."""
    form = first_form()
    form.policies[0].title = title
    assert loaded(form, tmp_path).title == title
    (one,) = written(form)
    assert one.name.isascii()
    assert "/" not in one.name


def test_names_of_files_differ_from_one_another_and_from_the_base() -> None:
    """Titles that come down to one name are numbered, in files and in the command alike."""
    form = Form(
        "england",
        policies=[
            Policy("England", [Chosen(NAME)]),
            Policy("england!", [Chosen(NAME)]),
            Policy("日本", [Chosen(NAME)]),
        ],
    )
    names = [one.name for one in written(form)]
    assert names == ["england-2", "england-3", "policy-3"]
    assert command(form, names)[2:6] == ["england", "england-2.yaml", "england-3.yaml", "policy-3.yaml"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("years", "0"), ("years", "31"), ("years", "ten"), ("years", "1e1"), ("years", "²"), ("pairs", "1"), ("pairs", "501"), ("seed", "-1"),
     ("seed", str(2**64)), ("scale", "0"), ("scale", "101"), ("scale", "nan"), ("scale", "1e1")],
)  # fmt: skip
def test_what_is_out_of_bounds_is_told_at_its_field(key: str, value: str) -> None:
    """Years, pairs, seed and scale beyond their limits, and digits of other scripts, each with one message."""
    form = first_form()
    setattr(form, key, value)
    assert [where for where, _ in problems(form)] == [key]


@pytest.mark.parametrize("typed", ["", "nan", "inf", "-1", "101", "1e400", "0x10", "70; DROP", "9" * 30, "१"])
def test_a_lever_out_of_its_range_is_told_with_what_is_allowed(typed: str) -> None:
    """Anything but a number in the range is answered with the range, at that lever."""
    form = first_form()
    form.policies[0].programmes[0].values["take_up.aware"] = typed
    if typed == "१":  # Decimal reads digits of any script; 1 % is below the range
        assert "from 30 to 100" in problems(form)[0][1]
        return
    ((where, text),) = problems(form)
    assert where == f"p0-{NAME}-take_up.aware"
    assert text.endswith("must be a number from 30 to 100")


@pytest.mark.parametrize(
    "fields",
    [
        [("context", "nowhere")],
        [("context", "../england")],
        [("p.1.title", "x")],
        [("p.0.has", "../../etc/passwd")],
        [("p.0.has", "no-such")],
        [("p.0.title", "x"), ("p.0.npq:places.number", "1")],
        [("years", "1"), ("years", "2")],
        [("p.0.has", "npq"), ("p.0.npq:places.number\nx", "1")],
        [("seed", "1" * 2000)],
    ],
)
def test_fields_that_the_page_does_not_have_are_refused(fields: list[tuple[str, str]]) -> None:
    """A form that the page cannot have sent is not interpreted."""
    with pytest.raises(FormError):
        read_form([("context", "england"), *fields] if fields[0][0] != "context" else fields)


def test_buttons_add_and_take_out() -> None:
    """Policies up to four, and programmes in them, without a word of script."""
    form = change(first_form(), "add-policy", {})
    form = change(form, "add-1", {"p.1.add": "npq"})
    assert [[one.name for one in policy.programmes] for policy in form.policies] == [[NAME], ["npq"]]
    assert form.policies[1].title == described("npq").title
    form = change(change(form, "remove-1-npq", {}), "remove-policy-0", {})
    assert [policy.programmes for policy in form.policies] == [[]]
    for _ in range(9):
        form = change(form, "add-policy", {})
    assert len(form.policies) == 4
    with pytest.raises(FormError):
        change(form, "add-0", {"p.0.add": "../npq"})


def typed(*fields: tuple[str, str]) -> Form:
    """The form that a browser would send with these fields of the first policy."""
    return read_form(
        [("context", "england"), ("p.0.title", "A policy"), *((f"p.0.{key}", value) for key, value in fields)]
    )


BREAK = "leave.return_from_break"


def test_a_parameter_with_dates_is_what_a_scenario_file_says(tmp_path: Path) -> None:
    """Way, number, from, by and until, as a choice or uncertain, each alone or beside programmes."""
    form = typed(
        ("sets", BREAK), (f"set:{BREAK}:way", "to"), (f"set:{BREAK}:value", "60%"), (f"set:{BREAK}:from", "2027/28"),
        (f"set:{BREAK}:by", "2030/31"),
        ("sets", "leave.state_schools"), ("set:leave.state_schools:under", "uncertainties"),
        ("set:leave.state_schools:way", "times"), ("set:leave.state_schools:value", "1.05"),
        ("set:leave.state_schools:from", "2027/28"), ("set:leave.state_schools:until", "2029/30"),
    )  # fmt: skip
    assert problems(form) == []
    text = scenario(form, form.policies[0])
    assert "levers:\n  leave.return_from_break: {to: 60%, from: 2027/28, by: 2030/31}\n" in text
    assert "uncertainties:\n  leave.state_schools: {times: 1.05, from: 2027/28, until: 2029/30}\n" in text
    known, base = loaded(form, tmp_path), scenarios.load("england")
    back = [round(known.parameters_in(year).leave.return_from_break, 4) for year in (2026, 2027, 2030)]
    assert back == [0.45, 0.4875, 0.6]
    leave = [
        known.parameters_in(y).leave.state_schools.mean() / base.parameters.leave.state_schools.mean()
        for y in (2026, 2027, 2030)
    ]
    assert leave == pytest.approx([1, 1.05, 1])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": ""}, "a number is needed"),
        ({"value": "1, from: 2027/28"}, "a number is needed"),
        ({"value": "86"}, "must be a probability"),
        ({"value": "0.6", "from": "2030/31", "until": "2027/28"}, "before from 2030/31"),
        ({"value": "0.6", "by": "2027/28"}, "from when is not said"),
        ({"value": "0.6", "from": "next year"}, "from of leave.return_from_break"),
    ],
)
def test_a_setting_that_cannot_be_is_told_at_its_field(values: dict[str, str], said: str) -> None:
    """In the words of the reader of scenario files."""
    form = typed(("sets", BREAK), *((f"set:{BREAK}:{key}", value) for key, value in values.items()))
    ((where, text),) = problems(form)
    assert where == f"p0-set-{BREAK}-value"
    assert said in text


def test_places_by_school_year_are_what_a_scenario_file_says(tmp_path: Path) -> None:
    """They begin with the first year named, and take the place of the one number."""
    form = typed(("has", NAME), (f"{NAME}:places.by_year", "2027/28: 1000, 2029/30: 2500"))
    assert problems(form) == []
    assert "    places: {2027/28: 1000, 2029/30: 2500}\n" in scenario(form, form.policies[0])
    (known,) = loaded(form, tmp_path).programmes
    in_force = known.programme(2025)
    assert [in_force.in_year(year).places.number for year in (2027, 2028, 2029)] == [1000, 1000, 2500]
    assert known.places.first == 2027


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1000", "must be such as"), ("2027/28 1000", "must be such as"), ("2029/30: 1, 2027/28: 2", "in order of time"),
        ("2090/91: 5", "not projected"), ("2027/28: 1}, x: {a: b", "must be such as"),
    ],
)  # fmt: skip
def test_places_by_school_year_that_cannot_be_are_told(text: str, said: str) -> None:
    """At their field, with what is allowed."""
    ((where, told),) = problems(typed(("has", NAME), (f"{NAME}:places.by_year", text)))
    assert where == f"p0-{NAME}-places.by_year"
    assert said in told


def test_buttons_set_a_parameter_and_take_it_out() -> None:
    """Nothing but what there is can be set, and each once."""
    form = change(first_form(), "set-0", {"p.0.set": BREAK})
    form = change(form, "set-0", {"p.0.set": BREAK})
    assert [one.path for one in form.policies[0].settings] == [BREAK]
    assert change(form, f"unset-0-{BREAK}", {}).policies[0].settings == []
    for fields in (
        [("sets", "leave.nothing")],
        [(f"set:{BREAK}:value", "1")],
        [("sets", BREAK), (f"set:{BREAK}:else", "1")],
    ):
        with pytest.raises(FormError):
            typed(*fields)
