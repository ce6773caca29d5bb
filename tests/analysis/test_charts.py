"""Charts say their message in words, for every reader, and claim no more than the runs show."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import charts, differences, draw, draw_all
from analysis.charts.drawing import Source
from analysis.charts.drawing.fans import LEVELS, Paths, axis_values, ends, year_ticks
from analysis.charts.drawing.figure import inline, wide
from analysis.charts.drawing.intervals import ticks
from analysis.charts.drawing.source import POOLED
from analysis.charts.regions import _changing, _title
from analysis.figures.lines import Line, Over, figures
from analysis.figures.rounding import span
from analysis.figures.words import finding_words
from analysis.store import Rows
from analysis.studies.compare.difference import Difference, Verdict
from tests.analysis import fakes

SVG = "{http://www.w3.org/2000/svg}"


def _chart(folder, name="outlook"):
    chart = next(c for c in json.loads((folder / "manifest.json").read_text())["charts"] if c["name"] == name)
    return chart, ET.parse(folder / "charts" / f"{name}.svg").getroot()


@pytest.mark.parametrize("drift", [8.0, -8.0, 0.0])
def test_how_a_base_runs_on_is_told_as_an_assumption(tmp_path, drift):
    """Where it starts and ends, whichever way it drifts, and never as a change that was found."""
    chart, _ = _chart(fakes.write(tmp_path / "study", {"england": drift}, 12))
    assert re.search(r": about \d+% in 2025/26 and \d+% in 2040/41, if things go on as assumed$", chart["title"])


def test_svg_has_a_name_and_a_text_alternative(tmp_path):
    """The SVG is well formed, an image to assistive technology, and named and described by what it shows."""
    folder = fakes.write(tmp_path / "study", {"england": 4.0}, 12)
    chart, svg = _chart(folder)
    title, desc = svg[0], svg[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == chart["title"]
    assert desc.text == chart["text"]
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    drawn = "".join(svg.itertext())
    for words in ("2025/26", "2040/41", "England as it is", "Head posts that have to be advertised again", "12 runs"):
        assert words in drawn
        assert words in f"{chart['title']} {chart['text']}"
    assert (folder / "charts" / "outlook.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_few_runs_are_lines_and_many_are_bands(tmp_path):
    """Below ten runs every run is a line; from ten on, three bands and no central line, but edges of two bands."""
    _, few = _chart(fakes.write(tmp_path / "few", {"england": 4.0}, 3))
    _, many = _chart(fakes.write(tmp_path / "many", {"england": 4.0}, 12))

    def count(svg, kind):
        return sum(f"mark-{kind}" in (g.get("class") or "") for g in svg.iter(f"{SVG}g"))

    assert count(few, "line") == 4 * 3
    assert count(few, "area") == 0
    assert count(many, "line") == 4 * 2 * 2
    assert count(many, "area") == 4 * 3


def test_each_policy_stands_over_its_base_on_the_same_axes(tmp_path):
    """A panel for each figure, the base with solid edges and the policy with dashed ones; nothing is called better."""
    chart, svg = _chart(fakes.write(tmp_path / "study", {"england": 4.0, "coaching": -3.0}, 12), "scenarios")
    assert "Grey between solid edges: England as it is." in chart["text"]
    assert not {"better", "worse", "best"} & set(chart["title"].split())
    assert sum(t == "Coaching for new heads" for t in svg.itertext()) == 4
    lines = [
        path for g in svg.iter(f"{SVG}g") if "mark-line" in (g.get("class") or "") for path in g.iter(f"{SVG}path")
    ]
    assert [bool(path.get("stroke-dasharray")) for path in lines].count(True) == len(lines) / 2 == 8


def test_a_policy_has_its_colour_in_every_panel(tmp_path):
    """The first is blue and the second orange, whatever the figure."""
    runs = {"england": 4.0, "coaching": -3.0, "c": 40.0}
    with Source.of(fakes.made(tmp_path / "study", runs, 12)) as source:
        figure = charts()["scenarios"].draw(source)
    of_rows = [[panel["layer"][-1]["mark"]["color"] for panel in row["concat"]] for row in figure.chart["vconcat"]]
    assert of_rows == [["#12436D", "#F46A25"]] * 4


def test_a_policy_that_ends_earlier_is_drawn_as_far_as_it_goes(tmp_path):
    """Its numbers end with it, and the base goes on."""
    described = fakes.manifest("england", "coaching", replicates=2)
    store = fakes.store(tmp_path / "study", described, {"england": 2, "coaching": 2})
    for name, years in (("england", 15), ("coaching", 5)):
        for replicate in range(2):
            store.commit(fakes.key(replicate, name), fakes.run(replicate, name), fakes.rows(replicate, years))
    with Source.of(store) as source:
        data = charts()["scenarios"].draw(source).data
    last = {name: max(row["School year"] for row in data if row["Scenario"] == name) for name in fakes.TITLES.values()}
    assert last == {"England as it is": "2040/41", "Coaching for new heads": "2030/31"}


def test_bands_of_a_fan_lie_inside_each_other(tmp_path):
    """In the table of a fan, the 90% band holds the 60% band, and that the 30% band, in every year."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 4.0}, 12)) as source:
        data = charts()["outlook"].draw(source).data
    assert len(data) == 4 * 16
    for row in data:
        ends = [row[f"{level}% from"] for level in LEVELS] + [row[f"{level}% to"] for level in reversed(LEVELS)]
        assert ends == sorted(ends)


@pytest.mark.parametrize(("drift", "told"), [(-60.0, True), (0.0, False)])
def test_a_difference_is_claimed_only_if_its_adjusted_interval_leaves_out_zero(tmp_path, drift, told):
    """Drift in the policy alone is told; the same runs under two names are not, and no line is called different."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 0.0, "coaching": drift}, 12)) as source:
        figure = charts()["differences"].draw(source)
    rows = [row for row in figure.data if row["Figure"] == "Head posts re-advertised"] or figure.data
    assert any(row["Can be told"] == "yes" for row in figure.data) is told
    assert ("No difference in outcomes can be told" in figure.title) is not told
    for row in rows:
        if row["Can be told"] == "yes":
            assert row["Interval from"] * row["Interval to"] > 0


def test_a_difference_that_matters_has_its_panel_whoever_asks_for_it(tmp_path, monkeypatch):
    """The chart's title would say that nothing can be told, beside an answer that tells of a figure that it leaves out."""
    place = differences.shown_in
    monkeypatch.setattr(differences, "shown_in", lambda where: () if "chart" in where else place(where))
    with Source.of(fakes.made(tmp_path / "study", {"england": 0.0, "coaching": -60.0}, 12)) as source:
        figure = charts()["differences"].draw(source)
    assert {row["Figure"] for row in figure.data} == {"Head posts re-advertised"}
    assert "head posts re-advertised" in figure.title


@pytest.mark.parametrize("name", ["outlook", "differences", "retention", "regions", "flows", "gains"])
def test_the_text_alternative_has_the_figures_of_the_picture(tmp_path, name):
    """Every label with a figure in the picture's body is in the text alternative too."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 0.0, "coaching": -9.0}, 12, wide=True)) as source:
        figure = charts()[name].draw(source)
    drawn = [t.strip() for t in ET.fromstring(figure.svg).itertext()][2:]
    figures = {t for t in drawn if re.search(r"\d.* to .*\d|\d pts$|\d\.\d%$", t) and len(t) < 32 and "/" not in t}
    assert figures
    plain = figure.alt.replace("%", "")
    assert not {t for t in figures if t.replace("%", "") not in plain}
    assert figure.data
    assert all(list(row) == list(figure.data[0]) for row in figure.data) or name == "regions"


@pytest.mark.parametrize(
    ("scenarios", "replicates", "years"), [(1, 1, 1), (1, 1, 0), (2, 1, 1), (2, 2, 0), (1, 12, 1), (2, 3, 2), (6, 2, 2)]
)
@pytest.mark.parametrize("wide", [False, True])
def test_no_chart_fails_on_a_small_store(tmp_path, scenarios, replicates, years, wide):
    """One scenario, one replicate, one year: a chart is drawn or left out, and what is drawn is well formed."""
    names = ["england", "coaching", "c", "d", "e", "f"][:scenarios]
    with Source.of(fakes.made(tmp_path / "s", dict.fromkeys(names, 1.0), replicates, years=years, wide=wide)) as source:
        for figure in draw(source).values():
            assert figure.alt
            assert "nan" not in figure.alt.lower().split()
            ET.fromstring(figure.svg)


def test_a_folder_without_a_run_gives_no_chart(tmp_path):
    """With no run done, no validation and no evaluation there is nothing to draw."""
    described = fakes.manifest("england", "coaching")
    with Source.of(fakes.store(tmp_path / "study", described, {"england": 1, "coaching": 1})) as source:
        assert draw(source) == {}


def test_results_without_the_measures_give_no_chart(tmp_path):
    """Nothing to draw is not an error."""
    rows = fakes.rows(0)
    columns = {**rows.columns, "measure": rows.columns["measure"] * 0}
    store = fakes.store(tmp_path / "study", fakes.manifest("england"), {"england": 1})
    store.commit(fakes.key(0), fakes.run(0), Rows(columns, {**rows.labels, "measure": ("other",)}))
    with Source.of(store) as source:
        assert draw_all(source, tmp_path / "charts") == []


def test_a_chart_of_part_of_the_runs_says_so(tmp_path):
    """The stamp stands in the subtitle and in the text alternative, and only if runs are missing."""
    for replicates, stamp in ((12, "Partial: 12 of 20 runs."), (20, None)):
        store = fakes.store(tmp_path / str(replicates), fakes.manifest("england", replicates=20), {"england": 20})
        for replicate in range(replicates):
            store.commit(fakes.key(replicate), fakes.run(replicate), fakes.rows(replicate))
        with Source.of(store) as source:
            figures = draw(source)
        assert set(figures) == {"outlook", "retention"}
        for figure in figures.values():
            assert (figure.subtitle[0] == stamp) is (stamp is not None)
            assert ("Partial: 12 of 20 runs." in figure.alt) is (stamp is not None)
            assert ("Partial" in figure.svg) is (stamp is not None)


def test_markup_in_the_title_of_a_scenario_runs_nowhere(tmp_path):
    """Markup in names becomes text of the SVG: no element and no attribute comes of it."""
    evil = '<script>alert(1)</script><a href="javascript:x" onload="y">&amp; url(#clip0) \' "'
    described = fakes.manifest("england", "coaching", replicates=2)
    for scenario in described["scenarios"]:
        scenario["title"] = evil + scenario["name"]
    store = fakes.store(tmp_path / "study", described, {"england": 2, "coaching": 2})
    for name in ("england", "coaching"):
        for replicate in range(2):
            rows = fakes.rows(replicate, wide=True)
            store.commit(fakes.key(replicate, name), fakes.run(replicate, name), rows)
    with Source.of(store) as source:
        figures = draw(source)
    assert {"outlook", "scenarios", "differences", "gains", "flows", "regions"} <= set(figures)
    for figure in figures.values():
        svg = ET.fromstring(figure.svg)
        assert {e.tag.removeprefix(SVG) for e in svg.iter()} <= {"svg", "g", "path", "text", "tspan", "line", "rect", "title", "desc", "defs", "clipPath"}  # fmt: skip
        assert not [a for e in svg.iter() for a in e.attrib if a.startswith("on") or a.endswith("href")]
        assert "<script>" in "".join(svg.itertext())


def test_markup_in_a_title_stays_text():
    """A title from a file cannot become markup."""
    svg = ET.fromstring(
        inline('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "x", "<script>x</script>", 'a "b" & c')
    )
    assert svg[0].text == "<script>x</script>"
    assert svg[1].text == 'a "b" & c'
    assert len(list(svg.iter())) == 3


def test_two_charts_on_a_page_share_no_id(tmp_path):
    """Ids, those of clip paths included, are each chart's own, and every reference is to one of them."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 0.0, "coaching": 3.0}, 3, wide=True)) as source:
        svgs = [figure.svg for figure in draw(source).values()]
    ids = [re.findall(r'\bid="([^"]+)"', svg) for svg in svgs]
    assert sum(map(len, ids)) == len({i for some in ids for i in some})
    for svg, some in zip(svgs, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(some)


def test_gathering_changes_no_figure(tmp_path):
    """A chart drawn alone, from all results, is the one drawn with the others from what was gathered."""
    store = fakes.made(tmp_path / "study", {"england": 0.0, "coaching": 3.0}, 3, wide=True)
    with Source.of(store) as source:
        together = draw(source)
    with Source.of(store) as source:
        for name, figure in together.items():
            alone = charts()[name].draw(source)
            assert (alone.title, alone.alt, alone.data) == (figure.title, figure.alt, figure.data)


def test_year_ticks_reach_both_ends():
    """First and last year are labelled where the span can be split evenly, with at most six labels."""
    assert year_ticks(2025, 2040) == [2025, 2030, 2035, 2040]
    assert year_ticks(2025, 2035) == [2025, 2030, 2035]
    assert year_ticks(2025, 2026) == [2025, 2026]
    assert all(len(year_ticks(2025, 2025 + n)) <= 6 for n in range(1, 60))


def test_axis_holds_all_values():
    """The y-axis holds every value; shares keep a span of four points even if they hardly move."""
    line = figures()["new_primary_heads_retained_3"]
    for low, high in ((0.0, 0.0), (0.5, 0.5), (0.99, 1.0), (0.0, 1.0), (0.081, 0.083)):
        ticks = axis_values(line, [(line, Paths([2025, 2026], np.array([[low, high]])))])
        assert ticks[0] <= low <= high <= ticks[-1]
        assert 0 <= ticks[0] < ticks[-1] <= 1
        assert ticks[-1] - ticks[0] >= 0.0399


@given(st.floats(1e-4, 1e6), st.floats(1e-4, 1e6), st.sampled_from([165, 230, 330]))
def test_ticks_beside_zero_have_room_and_name_zero(below, above, width):
    """However wide the values lie, zero has a label, and labels of round values do not run into one another."""
    if max(below, above) > 1e4 * min(below, above):
        return
    found = ticks(-below, above, width)
    assert 0 in found
    assert len(found) <= 6
    labels = [f"{value:,.10f}".rstrip("0").rstrip(".") for value in found]
    for (a, b), (one, other) in zip(pairwise(found), pairwise(labels), strict=True):
        assert (b - a) / (below + above) * width >= 6 * (len(one) + len(other)) / 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([False, False], "no policy makes a difference that can be told in any region"),
        ([True], "the policy makes a difference in at least one region"),
        ([True, False, False], "1 of 3 policies makes a difference in at least one region"),
        ([True, True, True], "all 3 policies make a difference in at least one region"),
    ],
)
def test_policies_that_change_a_region_are_counted_in_the_right_number(told, words):
    """One policy makes, several make."""
    assert _changing(told) == words


def test_regions_have_their_article():
    """In a sentence it is the North East, but London and Yorkshire and the Humber."""
    assert "in the North East and London than" in _title(["North East", "London"], [])
    assert "easier to fill in Yorkshire and the Humber than" in _title([], ["Yorkshire and the Humber"])


def test_what_a_difference_makes_is_told_policy_by_policy(tmp_path):
    """Each policy is named once, before what it changes, and two that change the same stand together."""
    runs = {"england": 0.0, "coaching": -60.0, "c": -60.0}
    with Source.of(fakes.made(tmp_path / "study", runs, 12)) as source:
        figure = charts()["differences"].draw(source)
    assert figure.title.startswith("Under “")
    assert figure.title.count("“") == 2
    assert "” and “" in figure.title.split(": ")[0]


def test_panels_of_measures_that_end_early_have_the_axis_of_the_others():
    """All panels run from the first year of any to the last year of any."""
    one, other = np.zeros((3, 3)), np.zeros((3, 2))
    assert ends([Paths([2025, 2026, 2027], one), Paths([2025, 2026], other)]) == (2025, 2027)


def test_the_axis_follows_the_bands_and_not_one_wild_run():
    """What is not drawn needs no room: one run far out does not squeeze the bands."""
    values = np.tile(np.linspace(0.30, 0.34, 40)[:, None], (1, 2))
    values[0] = 0.9
    assert Paths([2025, 2026], values).drawn.max() < 0.35
    assert Paths([2025, 2026], values[:3]).drawn.max() == 0.9


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("workload_after_0_years", "workload in the same year"),
        ("wellbeing_after_1_years", "well-being after 1 year"),
        ("promoted_after_11_years", "promoted after 11 years"),
    ],
)
def test_findings_are_named_in_words(name, words):
    """One year, several years, and none."""
    assert finding_words(name) == words


def test_one_run_is_not_said_to_differ_from_others(tmp_path):
    """With one run there are no other runs that agree or differ."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 0.0}, 1, wide=True)) as source:
        assert "between runs" not in charts()["flows"].draw(source).title


def test_intervals_are_quantiles_of_runs():
    """The 60% band of eleven runs 0, 1, ..., 10 reaches from 2 to 8."""
    paths = Paths([2025, 2026], np.stack([np.zeros(11), np.arange(11.0)], axis=1))
    assert paths.range(2026, 60) == pytest.approx((2.0, 8.0))


def test_several_years_of_a_rate_are_pooled_by_what_they_are_out_of(tmp_path):
    """A rate of two years is the amounts of both over the bases of both, run by run; the spread is over runs."""
    with Source.of(fakes.made(tmp_path / "study", {"england": 4.0}, 3)) as source:
        found = source.spreads("england", "leaver_rate", (), POOLED, (2026, 2027))[()]
        values = []
        for replicate in range(3):
            c = fakes.rows(replicate).columns
            mine = (c["measure"] == 0) & (c["year"] >= 2026) & (c["year"] <= 2027)
            values.append((c["value"][mine] * c["base"][mine]).sum() / c["base"][mine].sum())
    assert (found.low, found.middle, found.high) == pytest.approx(tuple(sorted(values)))
    assert found.runs == 3


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["share", "people", "GBP"]))
def test_a_span_is_ordered_and_names_one_value_once(a, b, unit):
    """The lower end is written first, and an interval that rounds to one value is that value."""
    low, high = sorted((a, b))
    ends = [float(re.sub(r"[£,%]", "", end)) for end in span(low, high, unit).split(" to ")]
    assert ends == sorted(set(ends))


@given(st.floats(-10, 10), st.floats(0, 10), st.sampled_from(["share", "people", "GBP", "standard deviations"]))
def test_a_told_interval_never_reads_as_zero(mean, share, unit):
    """Where a difference is told, neither end of its interval is written as 0, unless it is too small for anybody."""
    half = abs(mean) * min(share, 9.9) / 10
    if abs(mean) - half < 1e-4:
        return
    line = Line("x", "X", "x", unit, Over.MEAN)
    none = math.nan
    found = Difference(line, None, 9, False, 1e9, 1e9 + mean, 0, 0, mean, half / 2, half, half, 0, 1, none, none)
    assert found.verdict is (Verdict.MORE if mean > 0 else Verdict.LESS)
    text = found.interval()
    assert all(re.search("[1-9]", end) for end in text.split(" to "))


def test_words_are_as_wide_as_their_letters():
    """In Liberation Sans at 10 and bold at 20, from its table of widths; and a picture says so of its words."""
    assert wide("Will", 10) == pytest.approx(9.44 + 3 * 2.22)
    assert wide("£1m", 20, bold=True) == pytest.approx(2 * (5.56 + 5.56 + 8.89))
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g font-weight="bold"><text font-size="20px">£1m</text></g></svg>'
    assert 'textLength="40.0"' in inline(svg, "key", "Title", "Alt")
