"""What a notebook shows: tables that a screen reader can read, the numbers of the results, and no markup but our own."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas
import pytest

from analysis import api
from analysis.api import compare_stored
from analysis.charts.drawing import Figure
from analysis.errors import UserError
from analysis.output import display
from analysis.store import Told
from analysis.studies.compare.brief import brief
from analysis.studies.compare.report import caveats, note, one_policy, records
from analysis.studies.compare.summing import Comparison
from analysis.studies.evaluate.card import rows
from analysis.studies.evaluate.evaluate import summed_up
from analysis.studies.evaluate.pairs import simulate_pair
from analysis.studies.validate import compare, readable
from scenarios.problems import InputError
from scenarios.programme_files.study import Finding
from tests.analysis.output.html.parsed import Page, parse
from tests.analysis.output.html.stores import write
from tests.analysis.studies.evaluate.cases import case, programme, study
from tests.analysis.test_validation import POINT

EVIL = "<script>alert(1)</script><b onclick='x'>&amp;\"</b>"


def shown(result: object) -> str:
    """A result as a notebook shows it."""
    return display.FORMATTERS[type(result)](result)


def words(html: str) -> str:
    """What is read, with single spaces."""
    return " ".join(parse(html).text.split())


def cells(html: str) -> list[list[str]]:
    """The text of the cells of all rows of all tables."""
    found = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ]
    return [[words(cell) for cell in row] for row in found]


def accessible(html: str, tables: int) -> Page:
    """Parse what is shown; fail if a table lacks caption or scopes, if something is loaded, runs or has an id."""
    page = parse(html)
    assert len(page.all("table")) == len(page.all("caption")) == tables
    assert {th.get("scope") for th in page.all("th")} == {"col", "row"}
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe"}
    assert not re.search(r"url\(|@import|https?:", html)
    assert not [a for _, attributes in page.tags for a in attributes if a == "id" or a.startswith("on")]
    return page


@pytest.fixture
def compared(tmp_path):
    return compare_stored(write(tmp_path / "study"))


def test_a_comparison_is_the_table_of_the_command_with_its_words(compared):
    """Cell by cell, with units, notes and headers that a screen reader can tell apart, below the answer on one page."""
    html = shown(compared)
    page = accessible(html, tables=2)
    (outcome,) = compared.outcomes
    wanted = [
        [r["figure"].strip(), *(r[k] for k in ("base", "policy", "difference", "interval", "words", "ratio"))]
        for r in one_policy(compared, outcome).rows
    ]
    (asked, _), *answered = cells(html)[: len(brief(compared).rows) + 1]
    assert [asked, *(row[0] for row in answered)] == ["Question", *(row["question"] for row in brief(compared).rows)]
    first, *found = cells(html)[len(answered) + 1 :]
    assert [[row[0], *row[2:]] for row in found] == wanted
    assert first == ["Figure", "Unit", "Base", "Policy", "Difference", "90% interval", "Can be said", "Pairing saves"]
    units = {compared.lines[cell.line].label: row[1] for cell, row in zip(compared.cells, found, strict=True)}
    assert (units["Heads who leave"], units["Teachers who leave (FTE)"], units["Costs: pay"]) == ("people", "%", "£")
    read = words(html)
    for paragraph in (note(compared), *caveats(compared)):
        assert " ".join(paragraph.split()) in read
    later = [row for row in page.all("th") if row.get("aria-label")]
    assert later[0]["aria-label"] == "Teachers in post, people, on average"
    assert "A policy, compared with As it is" in read
    assert repr(compared) == f"<Comparison of policy with base: {len(compared.lines)} figures, 4 pairs of runs>"


def test_every_year_of_a_figure_is_named_with_it(tmp_path):
    """With a row for each year, the label that is read out is the figure's and not that of its first row."""
    found = api.compare_stored(write(tmp_path / "study"), all_years=True)
    html = shown(found)
    labels = [th["aria-label"] for th in parse(html).all("th") if th.get("aria-label")]
    assert labels[:3] == [f"Teachers in post, people, {when}" for when in ("2027/28", "2028/29", "on average")]
    assert "The first row" not in html
    assert "The last row of a figure is 2026/27 to 2028/29 together." in words(html)


def test_runs_that_are_missing_stand_out(compared):
    """In bold with the error escaped, and nothing is bold otherwise."""
    broken = replace(compared, failures=[("policy", 3, Told("ValueError", "too <big>", ""))])
    assert re.search(r"<p><strong>PARTIAL: 1 run .*too &lt;big&gt;</strong></p>", shown(broken))
    assert "<strong>" not in shown(compared)


def test_markup_in_titles_is_text(tmp_path):
    """In the title of a scenario, in a comparison and in a store; in an explanation; in cards."""
    made = write(tmp_path / "study", {"base": EVIL, "policy": EVIL})
    explained = api.explain("early-headship-coaching")
    cards = [
        shown(compare_stored(made)),
        shown(made),
        shown(replace(explained, title=EVIL)),
        shown(display.Validation([replace(compare(POINT, [0.087]), target=EVIL)], 1)),
    ]
    for html in cards:
        page = parse(html)
        assert not {tag for tag, _ in page.tags} & {"script", "b"}
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert EVIL in page.text


def test_a_store_says_what_it_holds_and_how_complete_that_is(tmp_path):
    """A row for each scenario; partial folders say so in bold, and in a line as text."""
    three = {"base": "As it is", "policy": "A policy", "other": "Another"}
    whole, part = write(tmp_path / "whole", three), write(tmp_path / "part", done=3)
    accessible(shown(whole), tables=1)
    assert cells(shown(whole))[1:] == [
        ["As it is", "base", "2025/26 to 2028/29", "3", "4 of 4", "0"],
        ["A policy", "policy", "2025/26 to 2028/29", "3", "4 of 4", "0"],
        ["Another", "other", "2025/26 to 2028/29", "3", "4 of 4", "0"],
    ]
    assert "Complete: every run is there." in words(shown(whole))
    assert cells(shown(part))[1][4] == "3 of 4"
    assert "<strong>Partial: 6 of 8 runs." in shown(part)
    assert repr(whole) == f"<Store {tmp_path / 'whole'}: all 12 runs>"
    assert repr(part) == f"<Store {tmp_path / 'part'}: partial: 6 of 8 runs>"
    assert cells(shown(api.open_study(tmp_path / "whole"))) == cells(shown(whole))


def test_columns_of_a_measure_make_a_data_frame_in_one_call(tmp_path):
    """For pandas, and for Polars where it is installed."""
    made = write(tmp_path / "study")
    frame = pandas.DataFrame(made.measure("headcount"))
    assert list(frame.columns) == ["run", "scenario", "point", "replicate", "year", "value", "base"]
    assert len(frame) == 2 * 4 * 4
    polars = pytest.importorskip("polars", reason="polars is not installed")
    assert polars.DataFrame(made.measure("headcount"))["value"].to_list() == frame["value"].to_list()


def test_an_explanation_has_every_section_of_the_command(headway):
    """The words of the command under headings of two levels."""
    explained = api.explain("early-headship-coaching")
    html = shown(explained)
    printed = headway("explain", "early-headship-coaching")[1]
    assert " ".join(str(explained).split()) == " ".join(printed.split())
    page, read = parse(html), words(html)
    assert len(page.all("h3")) == 1
    assert len(page.all("h4")) == sum(bool(s.heading and s.body) for s in explained.sections)
    for section in explained.sections:
        for block in section.body:
            for line in (block,) if isinstance(block, str) else (block.text, *block.below):
                assert " ".join(line.split()) in read
    assert repr(explained) == "<Explanation of Early headship coaching>"
    assert "Where and when" in words(shown(api.explain("eastern-region")))


def test_a_validation_card_has_the_readable_lines_and_the_verdict():
    """The columns of the command, figure by figure, and how many targets are met."""
    lines = [compare(POINT, [0.088, 0.09, 0.092]), compare(POINT, [0.2])]
    found = display.Validation(lines, 3)
    accessible(shown(found), tables=1)
    heads, *rest = cells(shown(found))
    assert heads == [
        "Target", "No.", "Published", "95% interval of it", "Simulated", "95% interval of the mean", "Inside", "Intervals off",
        "Within tolerance",
    ]  # fmt: skip
    keys = ("target", "number", "published", "reach", "simulated", "interval", "inside", "off", "within")
    assert rest == [[readable(line)[key] for key in keys] for line in lines]
    assert "0 of 1 targets to fit to are met" in words(shown(found))
    assert repr(found).startswith("<Validation: 0 of 1 targets to fit to are met")


def test_an_evaluation_shows_the_tables_of_the_command():
    """Gaps, places and policies, and the list of evaluations shows them too."""
    findings = (
        Finding("stay on", "in_state_teaching", 1, participants=0.9, comparison=0.8, difference=0.1, within=1.0),
    )
    chosen = case(programme(), study(findings, cohorts=1), years=2)
    found = summed_up(chosen, [simulate_pair(chosen, 1, r) for r in range(2)])
    html = shown(found)
    accessible(html, tables=3)
    assert cells(html)[:2] == [list(rows(found)[0]), list(rows(found)[0].values())]
    assert "Where it arises" in html
    assert "2 pairs of runs" in words(html)
    assert shown(display.Evaluations([found])) == html
    assert len(repr(found)) < 100


def test_results_show_in_the_ipython_that_runs_them_and_nowhere_else(monkeypatch, compared):
    """Formatters are registered with the IPython that is there, which is no dependency; results bring none along."""
    taught: dict[type, Callable] = {}
    html = SimpleNamespace(for_type=taught.__setitem__)
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": html}))
    for found in (None, SimpleNamespace(get_ipython=lambda: None)):
        monkeypatch.setitem(sys.modules, "IPython", found)
        display.register()
    assert not taught
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    display.register()
    assert taught[Comparison](compared) == shown(compared)
    assert not [kind for kind in taught if hasattr(kind, "_repr_html_")]


def test_a_picture_is_as_wide_as_a_page_and_says_little_as_text():
    """Wide ones shrink in proportion, small ones stay, and printing one prints its title."""
    chart = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    wide, small = (Figure("A title", (), "Words.", "", {**chart, "width": w}, [{"x": 1}] * 999) for w in (1200, 200))
    size = re.search(r'width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"', wide._repr_svg_())
    shown, high, full, tall = map(int, size.groups())
    assert (shown, full > 1200) == (880, True)
    assert high == pytest.approx(tall * shown / full, abs=1)
    assert small._repr_svg_() == small.svg
    assert repr(wide) == "<Figure: A title>"


def test_figures_come_by_name_and_wrong_ones_are_told(tmp_path):
    """A slip has its suggestion, and a chart without its data is an error rather than nothing."""
    made = write(tmp_path / "study")
    assert list(api.figures(made, "differences")) == ["differences"]
    with pytest.raises(UserError, match="no such chart") as wrong:
        api.figures(made, "diferences")
    assert wrong.value.advice == "Did you mean differences?"
    with pytest.raises(UserError, match="do not hold what this chart needs"):
        api.figures(tmp_path / "study", "evaluation")


WRONG = [
    (("england",), {}, "no policy"),
    (("england", "x.yaml"), {"replicates": 1}, "from 2 to"),
    (("england", "x.yaml"), {"measures": "heads_leaving"}, "a list is due"),
    (("england", "x.yaml"), {"measures": [1]}, "1 is no name"),
    (("england", "x.yaml"), {"level": 0.9}, "not possible"),
]


@pytest.mark.parametrize(("names", "more", "problem"), WRONG, ids=[w[2] for w in WRONG])
def test_what_cannot_be_compared_is_one_message(names, more, problem):
    """A notebook shows the message of the command line instead of a traceback."""
    with pytest.raises(UserError, match=problem) as error:
        api.compare(*names, **more)
    assert error.value._render_traceback_() == error.value.render().splitlines()


def test_a_wrong_file_is_told_without_a_traceback():
    """With the name that was probably meant."""
    with pytest.raises(InputError) as error:
        api.explain("early-headship-coching")
    assert error.value._render_traceback_() == error.value.render().splitlines()
    assert any("early-headship-coaching" in line for line in error.value._render_traceback_())


def test_compare_runs_what_the_command_runs(headway, tmp_path):
    """The same numbers, to the last bit, as ``headway compare --json``."""
    import json

    (tmp_path / "policy.yaml").write_text(
        "title: A\nsummary: B.\nextends: eastern-region\nlevers:\n  leave.first_year_in_post:\n    times: {all: {all: 0}}\n",
        encoding="utf-8",
    )
    found = api.compare(
        "eastern-region",
        tmp_path / "policy.yaml",
        replicates=2,
        years=5,
        scale=0.6,
        seed=4,
        level=80,
        measures=["heads_leaving"],
        out=tmp_path / "kept",
        form="comparison",
    )
    options = (
        "--replicates",
        2,
        "--years",
        5,
        "--scale",
        0.6,
        "--seed",
        4,
        "--level",
        80,
        "--measure",
        "heads_leaving",
    )
    printed = json.loads(headway("compare", "eastern-region", tmp_path / "policy.yaml", *options, "--json")[1])
    assert records(found) == printed
    assert np.any(found.outcomes[0].statistics.difference != 0)
    assert api.open_study(found.folder).status().complete
