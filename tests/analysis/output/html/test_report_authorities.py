"""A report on the projects of a region's authorities: a row and a page for each, with its own figures."""

from __future__ import annotations

import pytest

import headway
from analysis.output.html import report as said
from analysis.output.html.report import gather, render
from tests.analysis.output.html.parsed import parse

PROJECTS = {
    "Bedford": "Terrific Teams", "Essex": "Deputy heads' network", "Hertfordshire": "Coaching network",
    "Norfolk": "Better Together", "Peterborough": "LEAP kite mark", "Suffolk": "Deputy exchange",
    "Thurrock": "Grow your own leaders",
}  # fmt: skip


ITEMS = ("grant", "fee", "release", "helper_time")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Of two pairs of runs over the year of the projects, at the grants that were paid; charts are drawn elsewhere."""
    folder = tmp_path_factory.mktemp("region") / "study"
    headway.compare("eastern-region", "eastern-region-2010", years=1, replicates=2, out=folder, fixed=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(said, "figures", lambda _source: {})
        return gather(headway.open_study(folder))


def test_each_authority_has_a_row_and_a_page_with_its_own_project(report):
    """By name, in order; the grant is at most the GBP 2,500 that each had."""
    (overview,) = report.by_authority
    *rows, together = overview.shown.rows
    first = {row["authority"]: row["project"] for row in rows if "full" not in row}
    assert first == PROJECTS
    more = {row["full"] for row in rows if "full" in row}
    assert more == {
        "Essex: Coaching network (joint network)",
        "Essex: Network of subject leads",
        "Hertfordshire: Coaching network (joint network)",
    }
    assert (together["authority"], together["of_all"]) == ("All 7", "87")
    for authority, _ in report.authorities:
        assert 1000 <= sum(r["mean"] for r in authority.took_part.records if r["row"] == "grant") <= 2600
    titles = [one.title for one, _ in report.authorities]
    assert all(
        told.startswith(f"{name}: {title}") for told, (name, title) in zip(titles, PROJECTS.items(), strict=True)
    )
    page = parse(render(report)).text
    assert all(f"{name}: {title}" in page for name, title in PROJECTS.items())


def test_a_page_tells_costs_that_add_up_and_what_moved_there(report):
    """Cost in all is that of its items; in Norfolk, where clusters join, their strength has risen in its year."""
    for authority, _ in report.authorities:
        means = {record["row"]: record["mean"] for record in authority.took_part.records}
        spent = {
            row: sum(r["mean"] for r in authority.took_part.records if r["row"] == row) for row in (*ITEMS, "cost")
        }
        assert spent["cost"] == pytest.approx(sum(spent[item] for item in ITEMS))
        assert spent["cost"] > spent["grant"] > 0
        assert 0 < means["schools"] <= means["of_all"] <= 14
    norfolk = next(one for one, _ in report.authorities if one.name == "Norfolk")
    assert norfolk.given is None
    assert any(record["line"].startswith("authority_cluster_strength") for record in norfolk.moved.records)


def test_authorities_are_called_by_name_wherever_a_programme_is_told():
    """In ``explain`` of the scenario too, and never by number."""
    text = " ".join(str(headway.explain("eastern-region-2010")).split())
    assert "in the local authority of Bedford" in text
    assert "led from the local authority of Norfolk" in text
    assert "822" not in text
