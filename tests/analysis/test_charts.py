"""Charts say their message in words, for every reader, and claim no more than the runs show."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from analysis.charts import outlook
from analysis.charts.outlook import Paths, _axis_values, _retention, _year_ticks
from analysis.drawing import name_svg
from analysis.runstore import Rows
from tests.analysis import fakes

SVG = "{http://www.w3.org/2000/svg}"


def _chart(folder):
    chart = next(c for c in json.loads((folder / "manifest.json").read_text())["charts"] if c["name"] == "outlook")
    return chart, ET.parse(folder / "charts" / "outlook.svg").getroot()


@pytest.mark.parametrize(
    ("drift", "message"), [(8.0, "rise from about"), (-8.0, "fall from about"), (0.0, "no clear change")]
)
def test_the_title_follows_the_numbers(tmp_path, drift, message):
    """A change is claimed only if the runs agree on it."""
    chart, _ = _chart(fakes.write(tmp_path / "study", {"england": drift}, 12))
    assert message in chart["title"]


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
    """Below ten runs every run is a line; from ten on, three bands and no central line."""
    _, few = _chart(fakes.write(tmp_path / "few", {"england": 4.0}, 3))
    _, many = _chart(fakes.write(tmp_path / "many", {"england": 4.0}, 12))

    def count(svg, kind):
        return sum(f"mark-{kind}" in (g.get("class") or "") for g in svg.iter(f"{SVG}g"))

    assert count(few, "line") == 4 * 3
    assert count(few, "area") == 0
    assert count(many, "line") == 0
    assert count(many, "area") == 4 * 3


def test_scenarios_share_their_axes_and_are_all_named(tmp_path):
    """Each scenario has its column, and the title gives the figure of each without calling one better."""
    chart, svg = _chart(fakes.write(tmp_path / "study", {"england": 4.0, "coaching": -3.0}, 12))
    assert "under “England as it is”" in chart["title"]
    assert "under “Coaching for new heads”" in chart["title"]
    assert not {"better", "worse", "best"} & set(chart["title"].split())
    assert sum(t == "Coaching for new heads" for t in svg.itertext()) == 4


def test_scenarios_that_end_in_different_years_are_dated_apart(tmp_path):
    """Each figure in the title has the last year of its own scenario."""
    described = fakes.manifest("england", "coaching", replicates=2)
    store = fakes.store(tmp_path / "study", described, {"england": 2, "coaching": 2})
    for name, years in (("england", 15), ("coaching", 5)):
        for replicate in range(2):
            store.commit(fakes.key(replicate, name), fakes.run(replicate, name), fakes.rows(replicate, years))
    with store.connect() as db:
        drawing = outlook.draw(db, described)
    assert "under “England as it is” (2040/41)" in drawing.title
    assert "under “Coaching for new heads” (2030/31)" in drawing.title


def test_markup_in_a_title_stays_text():
    """A title from a file cannot become markup."""
    svg = ET.fromstring(
        name_svg(
            '<svg xmlns="http://www.w3.org/2000/svg"/>'.replace("/>", "></svg>"), "<script>x</script>", 'a "b" & c'
        )
    )
    assert svg[0].text == "<script>x</script>"
    assert svg[1].text == 'a "b" & c'
    assert len(list(svg.iter())) == 3


def test_year_ticks_reach_both_ends():
    """First and last year are labelled where the span can be split evenly, with at most six labels."""
    assert _year_ticks(2025, 2040) == [2025, 2030, 2035, 2040]
    assert _year_ticks(2025, 2035) == [2025, 2030, 2035]
    assert _year_ticks(2025, 2026) == [2025, 2026]
    assert all(len(_year_ticks(2025, 2025 + n)) <= 6 for n in range(1, 60))


def test_axis_holds_all_values():
    """The y-axis holds every value; shares keep a span of four points even if they hardly move."""
    import numpy as np

    panel = _retention("primary")
    for low, high in ((0.0, 0.0), (0.5, 0.5), (0.99, 1.0), (0.0, 1.0), (0.081, 0.083)):
        ticks = _axis_values([np.array([low, high])], panel)
        assert ticks[0] <= low <= high <= ticks[-1]
        assert 0 <= ticks[0] < ticks[-1] <= 1
        assert ticks[-1] - ticks[0] >= 0.0399


def test_intervals_are_quantiles_of_runs():
    """The 60% band of eleven runs 0, 1, ..., 10 reaches from 2 to 8, and so does that of the change."""
    import numpy as np

    paths = Paths([2025, 2026], np.stack([np.zeros(11), np.arange(11.0)], axis=1))
    assert paths.range(2026, 60) == pytest.approx((2.0, 8.0))
    assert paths.change(60) == pytest.approx((2.0, 8.0))


def test_results_without_the_measures_give_no_chart(tmp_path):
    """Nothing to draw is not an error."""
    from analysis.charts import draw_all

    rows = fakes.rows(0)
    columns = {**rows.columns, "measure": rows.columns["measure"] * 0}
    store = fakes.store(tmp_path / "study", fakes.manifest("england"), {"england": 1})
    store.commit(fakes.key(0), fakes.run(0), Rows(columns, {**rows.labels, "measure": ("other",)}))
    with store.connect() as db:
        assert draw_all(db, fakes.manifest("england"), tmp_path / "charts") == []


def test_a_chart_of_part_of_the_runs_says_so(tmp_path):
    """The stamp stands in the subtitle and in the text alternative, and only if runs are missing."""
    for replicates, stamp in ((12, "Partial: 12 of 20 runs."), (20, None)):
        store = fakes.store(tmp_path / str(replicates), fakes.manifest("england", replicates=20), {"england": 20})
        for replicate in range(replicates):
            store.commit(fakes.key(replicate), fakes.run(replicate), fakes.rows(replicate))
        with store.connect() as db:
            drawing = outlook.draw(db, store.manifest)
        assert drawing.description.startswith(stamp or "England")
        assert ("Partial" in drawing.chart.to_json()) is (stamp is not None)
