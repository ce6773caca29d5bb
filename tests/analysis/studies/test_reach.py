"""Who gets a programme: the table that a comparison closes with and that a report shows."""

from __future__ import annotations

import pytest

from analysis.figures.lines import shown_in
from analysis.output import display
from analysis.output.html.report import gather
from analysis.runs.plan import Options
from analysis.store import Store
from analysis.studies.compare.study import carry_out, compare
from analysis.studies.compare.summing import Asked
from analysis.studies.reach import lines_of
from tests.analysis.studies.compare.plans import base, coached


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """England and Excellence in Leadership, two pairs of a small sample, kept in a folder."""
    out = tmp_path_factory.mktemp("reach") / "study"
    options = Options(2, years=3, scale=0.005)
    return carry_out(["england", "excellence-in-leadership-modest"], options, Asked(out=out))


def numbers(table, scenario: str) -> dict[str, float]:
    """Means by the name of the figure, of one scenario."""
    return {record["figure"]: record["mean"] for record in table.records if record["scenario"] == scenario}


def test_starts_by_role_add_up_to_all_starts_and_empty_places_to_all_places(found):
    """As the measures of the runs have it, over all projected years."""
    of = numbers(found.reach, "excellence-in-leadership-modest")
    name = "programme=excellence-in-leadership"
    by_role = [mean for figure, mean in of.items() if figure.startswith("programme_starts_by_role")]
    whole = of[f"programme_starts[{name}]"]
    assert sum(by_role) == pytest.approx(whole)
    assert len(by_role) == 3, "assistant heads, deputies and heads"
    with Store.open(found.folder).connect() as db:
        sql = "SELECT sum(value) / 2 FROM results WHERE measure = ? AND year > 2025"
        started, places, empty = (
            db.execute(sql + more, [measure]).fetchone()[0]
            for measure, more in (
                ("programme_starts", " AND phase IS NULL AND region IS NULL AND disadvantage IS NULL"),
                ("programme_places", ""),
                ("programme_places_empty", ""),
            )
        )
    assert started == whole
    assert places - started == empty == of[f"programme_places_empty[{name}]"]


def test_the_table_names_roles_with_their_share_and_leaves_out_who_gets_nothing(found):
    """One column for the scenario that runs the programme; the base has none."""
    labels = [row["figure"].strip() for row in found.reach.rows]
    assert labels[:4] == ["Excellence in Leadership: start", "Assistant heads", "Deputy heads", "Heads"]
    assert "Middle leaders" not in labels
    assert [column.key for column in found.reach.columns] == ["figure", "excellence-in-leadership-modest"]
    assert found.reach.rows[3]["excellence-in-leadership-modest"].endswith("%)")


def test_a_notebook_shows_it_below_the_differences(found):
    """As the command line does."""
    assert "Excellence in Leadership: start" in display.comparison(found)


def test_it_widens_no_interval(found):
    """What is compared is the headlines, as if nothing were told of who gets the programme."""
    assert {line.name for line in found.lines} <= {line.name for line in shown_in("comparison")}


def test_nothing_is_told_of_who_gets_a_programme_where_other_figures_are_asked_for():
    """Nor where no programme runs."""
    asked = compare([base(), coached()], Asked(["teachers"]))
    assert asked.reach is None
    made = compare([base(), coached()], Asked())
    assert {record["scenario"] for record in made.reach.records} == {"coached"}


def test_the_report_says_it_by_phase_disadvantage_and_region_too(found):
    """Each breakdown comes to all starts; a report of the same runs has the comparison's numbers."""
    (exhibit,) = gather(Store.open(found.folder), verify=False).reach
    of = numbers(exhibit.shown, "excellence-in-leadership-modest")
    assert of.items() >= numbers(found.reach, "excellence-in-leadership-modest").items()
    whole = of["programme_starts[programme=excellence-in-leadership]"]
    for by in ("phase", "disadvantage", "region"):
        parts = [mean for figure, mean in of.items() if f",{by}=" in figure]
        assert sum(parts) == pytest.approx(whole), by


def test_lines_are_those_of_the_table_of_figures():
    """All who start first, then each kind, then places that stay empty."""
    labels = {"role": ["head"], "phase": ["primary"], "disadvantage": ["second"], "region": ["North East"]}
    assert list(lines_of("npq", labels.__getitem__)) == [
        "Start", "Heads", "Primary", "Second fifth of schools", "North East", "Places that stay empty",
    ]  # fmt: skip
