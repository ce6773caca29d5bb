"""The address holds the form: what is read from it is what was put in; questions are listed; what was asked is not lost."""

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import pytest

from analysis.app.form import Chosen, Form, Policy, change, first_form, read_form
from analysis.app.jobs import next_look
from analysis.app.levers import Setting
from analysis.app.reading import address

if TYPE_CHECKING:
    from asking import Site

BREAK = "leave.return_from_break"


@pytest.mark.parametrize(
    "form",
    [
        first_form("kenya", ["npq"]),
        Form("wales", "3", "20", "7", "12", "on", [Policy("A & b = c?", [Chosen("npq", {"places.number": "5"})])]),
        Form(policies=[Policy("", settings=[Setting(BREAK, {"way": "add", "value": "0.1", "from": "2027/28"})])]),
        Form(policies=[Policy("One"), Policy("Two", [Chosen("npq"), Chosen("deputy-network", {"places.from": "2027/28"})])]),
    ],
)  # fmt: skip
def test_an_address_gives_the_form_back(form: Form) -> None:
    """Everything that was typed or chosen, marks of addresses in titles too."""
    assert read_form(parse_qsl(address(form).removeprefix("/?"), keep_blank_values=True)) == form


def test_what_is_as_it_comes_is_left_out_of_the_address() -> None:
    """A value that the programme's file has makes the address no longer."""
    form = first_form("england", ["npq"])
    longer = replace(form, policies=[Policy(form.policies[0].title, [Chosen("npq", {"take_up.complete": "0"})])])
    assert "take_up" in address(longer)
    form.policies[0].programmes[0].values = {}
    assert "take_up" not in address(form)


def test_what_has_arrived_is_looked_at_at_set_numbers_of_pairs() -> None:
    """First after one pair, then once there are intervals, then after half as many again each time."""
    looks = [0]
    while looks[-1] < 60:
        looks.append(next_look(looks[-1]))
    assert looks == [0, 1, 8, 12, 18, 27, 41, 62]


def test_a_question_that_is_forgotten_leaves_its_form(idle: "Site") -> None:
    """Its address brings the form back, and says that the answer is gone; without a form there is nothing."""
    held = address(Form("kenya", "4", "50", policies=[Policy("Mine", [Chosen("npq")])]))
    answer = idle.ask("GET", f"/jobs/none{held.removeprefix('/')}")
    assert answer.status == 404
    assert "no longer known here" in answer.text
    assert 'value="Mine"' in answer.text
    assert idle.ask("GET", "/jobs/none").status == 404
    assert idle.ask("GET", f"/?{urlencode({'years': '4', 'p.9.title': 'x', 'context': 'nowhere'})}").status == 400


def test_questions_are_listed_until_others_take_their_place(idle: "Site") -> None:
    """One runs, one waits, and one that was replaced before it was answered is not named any more."""
    from asking import question

    first = idle.jobs.start(read_form(question("The first")))
    while first.state == "waiting":
        idle.jobs._wake.set()
    second = idle.jobs.start(read_form(question("The second")))
    shown = idle.ask("GET", f"/questions?of={second.id}").text
    assert "The first" in shown
    assert "running: 0 of 3 pairs of runs" in shown
    assert "waiting for the question before it" in shown
    assert shown.count("Cancel") == 2
    idle.jobs.start(read_form(question("The third")), second.id)
    shown = idle.ask("GET", "/questions").text
    assert "The second" not in shown
    assert "The third" in shown


def test_a_report_of_a_question_without_pairs_is_not_made(idle: "Site") -> None:
    """It waits for the first pairs, and says so; when none will come, that is said."""
    from asking import question

    job = idle.jobs.start(read_form(question()))
    saved = idle.jobs.save(job)
    assert "waits for the first pairs" in idle.ask("GET", f"/jobs/{job.id}/saving").text
    idle.jobs.stop(job.id)
    while not saved.over:
        pass
    assert "no pair of runs came to its end" in idle.ask("GET", f"/jobs/{job.id}/saving").text
    assert not saved.folder.exists()


def test_the_button_that_sets_a_parameter_does(idle: "Site") -> None:
    """As the page sends it: the parameter chosen in the list beside the button."""
    from asking import question

    text = idle.post("/form", [*question(), ("p.0.set", BREAK), ("action", "set-0")]).text
    assert f'name="p.0.sets" value="{BREAK}"' in text


def test_a_file_that_an_address_cannot_hold_is_asked_for_again(idle: "Site") -> None:
    """Its name is in the address, and its text is not."""
    form = change(Form(policies=[Policy("Mine", written="title: x", written_name="mine")]), "none", {})
    held = address(form)
    assert "title%3A" not in held
    fields = parse_qsl(held.removeprefix("/?"), keep_blank_values=True)
    assert "Choose the file mine.yaml again" in idle.post("/jobs", fields).text
