"""The report: what stands in it, in which order, and what it says when runs are missing."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from analysis.figures.tables import Table
from analysis.output.html import report as said
from analysis.output.html.exhibits import Exhibit
from analysis.output.html.report import gather, render
from tests.analysis.output.html.parsed import parse
from tests.analysis.output.html.stores import write

SECTIONS = [
    "message",
    "sure",
    "assumed",
    "comparison",
    "gains",
    "costs",
    "limits",
    "groups",
    "course",
    "worth",
    "evidence",
    "again",
    "versions",
    "quality",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished folder with a base and a policy."""
    return write(tmp_path_factory.mktemp("report") / "study")


@pytest.fixture(scope="module")
def page(folder):
    """Its report."""
    return parse(render(gather(folder)))


@pytest.fixture
def undrawn(monkeypatch):
    """Draw no figures, which is quicker."""
    monkeypatch.setattr(said, "figures", lambda _source: {})


def test_sections_come_in_the_order_in_which_they_are_read(page):
    """Message first, quality assurance last."""
    assert [a["id"] for a in page.all("section") if a.get("id")] == SECTIONS


def test_it_is_one_file_that_runs_nothing_and_loads_nothing(page):
    """No element or attribute that could, and a policy that forbids it besides."""
    tags = {tag for tag, _ in page.tags}
    assert not tags & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "img",
        "base",
        "form",
        "audio",
        "video",
        "image",
        "use",
    }
    for _, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style", "xlink:href")
        ]
    assert all(a["href"].startswith(("#", "https://")) for a in page.all("a"))
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_headings_do_not_skip_levels_and_ids_are_unique(page):
    """One first heading, a language, and every link within the page leads somewhere."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert page.all("html")[0]["lang"] == "en-GB"
    targets = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    assert targets <= set(ids)


def test_every_table_has_a_caption_and_scopes(page):
    """As screen readers need them, for each of more than five tables."""
    captions = sum(tag == "caption" for tag, _ in page.tags)
    assert captions == len(page.all("table")) > 5
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))


def test_every_figure_and_table_can_be_made_again_by_the_command_beside_it(folder, page):
    """Each is numbered without gaps, has data, an anchor and its command."""
    exhibits = gather(folder, verify=False).exhibits
    assert {e.id[:3] for e in exhibits} == {"FIG", "TAB"}
    for exhibit in exhibits:
        assert f"headway reproduce OUT {exhibit.id}" in page.text
        assert any(a.get("id") == exhibit.anchor for _, a in page.tags)
        assert exhibit.data, exhibit.id
    for kind in ("FIG", "TAB"):
        numbers = [int(e.id[4:]) for e in exhibits if e.id.startswith(kind)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_picture_has_a_name_and_a_text_alternative(page):
    """Both are in the page under the ids that the picture names."""
    svgs = page.all("svg")
    assert svgs
    ids = {a["id"] for _, a in page.tags if "id" in a}
    for svg in svgs:
        assert svg["role"] == "img"
        assert set(svg["aria-labelledby"].split()) <= ids


def answered(report):
    """The answers to each question of the first policy."""
    return {record["question"]: record["answer"] for record in report.brief.data if record["policy"] == "policy"}


def test_the_answer_comes_first_and_leads_with_what_matters(tmp_path, undrawn):
    """What is largest against the smallest difference worth telling leads, and what is too small is named as such."""
    report = gather(write(tmp_path / "far", replicates=30))
    assert report.exhibits[0] is report.brief
    told = answered(report)["What changes"]
    assert told[0].startswith("Teachers who leave (FTE), ")  # two points, where a tenth of one is worth telling
    assert any(line.startswith("Too small to notice: ") and "Well-being" in line for line in told)
    assert report.headlines[0].startswith("A policy: teachers who leave (FTE): ")
    page = parse(render(report)).text
    assert page.index(report.headlines[0]) < page.index("What changes") < page.index("How sure")


def test_what_cannot_be_told_is_not_said(tmp_path, monkeypatch, undrawn):
    """Of six pairs nothing is told, and the answer says that they are too few."""
    from tests.analysis.output.html import stores

    real = stores.rows
    monkeypatch.setattr(stores, "rows", lambda r, effect, *more: real(r, effect * (-1) ** r * 0.01, *more))
    told = answered(gather(stores.write(tmp_path / "study", replicates=6)))["What changes"]
    assert told[0] == "Nothing that would be noticed can be told."
    assert told[1].startswith("Nothing can be told from chance yet, for which it takes at least 8 pairs of runs: ")


def test_partial_results_are_stamped_on_every_figure_and_table(tmp_path, headway):
    """Only when they are asked for in spite of it; the numbers behind figures too."""
    store = write(tmp_path / "part", replicates=4, done=3)
    code, _, err = headway("report", store.folder)
    assert (code, "missing" in err) == (3, True)
    code, out, _ = headway("report", store.folder, "--allow-partial")
    assert code == 0
    assert "partial: 6 of 8 runs" in out
    page = parse((store.folder / "report" / "report.html").read_text(encoding="utf-8"))
    exhibits = gather(store).exhibits
    stamps = [a for tag, a in page.tags if tag == "span" and a.get("class") == "stamp"]
    figures = sum(e.is_figure for e in exhibits)
    assert len(stamps) == len(exhibits) + figures  # the numbers of a figure are stamped too
    assert page.text.count("Partial: 6 of 8 runs") >= len(exhibits)


def test_one_scenario_gives_an_outlook_and_says_why_there_is_no_comparison(tmp_path, undrawn):
    """No section on gains, and the reason in words."""
    report = gather(write(tmp_path / "one", {"base": "As it is"}))
    assert report.why_not == "there is one scenario only"
    page = parse(render(report))
    assert "one outlook and no comparison" in page.text
    assert "gains" not in [a.get("id") for a in page.all("section")]


def test_scenarios_that_are_no_pairs_are_not_compared(tmp_path):
    """The reason names the scenarios and what differs."""
    from analysis.studies.compare.stored import unlike
    from tests.analysis.output.html import stores

    manifest = stores.described({"a": "A", "b": "B"}, 2)
    manifest["scenarios"][1]["scale"] = 0.5
    assert unlike(manifest) == "A and B differ in scale"


def test_changes_are_told_with_old_and_new_values():
    """What was chosen and what is uncertain, and nothing that is equal."""
    from analysis.output.html.assumed import changes

    def scenario(value, set_by, places, figure):
        return {"resolved": {
            "parameters": {"leave.rate": {"value": value, "unit": "share", "range": [0, 1], "sources": [], "grade": "J",
                                          "note": "", "set_by": set_by}},
            "programmes": {"mine": {"title": "Mine", "places": {"number": places}, "who": [], "withdrawn": False, "years": 1,
                                    "figures": {"costs.grant": {"value": figure, "unit": "GBP", "range": [1, 9], "sources": [],
                                                                "grade": "C", "note": "", "set_by": "lever"}}}},
        }}  # fmt: skip

    found = changes(scenario(0.2, "uncertainty", 9, 5), scenario(0.1, "context", 7, 5))
    assert [(c["what"], c["how"], c["old"], c["new"]) for c in found] == [
        ("Leave: rate", "uncertain", 0.1, 0.2),
        ("Mine: places a year", "chosen", 7, 9),
    ]


def test_changes_with_dates_are_told_with_the_values_of_all_years():
    """A parameter that is in the end what it was before, and places by year; what has no dates is told as it is."""
    import scenarios
    from analysis.output.html.assumed import changes

    def resolved(levers):
        return {"resolved": scenarios.load("england", levers=levers).resolved()}

    levers = {
        "leave.return_from_break": {"add": 0.03, "from": "2027/28", "until": "2029/30"},
        "programmes.npq.places": {"2027/28": 1000, "2029/30": 2000},
    }
    told = {c["path"]: (c["old"], c["new"]) for c in changes(resolved(levers), resolved({}))}
    assert told["leave.return_from_break"] == (0.45, "0.45 to 2026/27, 0.48 to 2029/30, then 0.45")
    assert told["npq: places.number"] == (29818, "1,000 to 2028/29, then 2,000")


def test_evidence_is_cited_with_its_source_and_links_are_plain_https():
    """Every source of a policy's figures has its row, and no other address becomes a link."""
    import scenarios
    from analysis.output.html.assumed import cited
    from analysis.output.html.exhibits import Numbering
    from scenarios.evidence import evidence

    described = [
        {"name": n, "title": n, "resolved": scenarios.load(n).resolved()} for n in ("england", "teaching-leaders")
    ]
    found = cited(described, Numbering())
    assert found.of_policies is not None
    wanted = {
        s for f in described[1]["resolved"]["programmes"]["teaching-leaders"]["figures"].values() for s in f["sources"]
    }
    assert wanted <= {r["id"] for r in found.of_policies.data}
    for record, row in zip(found.of_policies.data, found.of_policies.shown.rows, strict=True):
        assert record["title"] == evidence()[record["id"]].source_title
        assert row["url"] in ("", record["url"])
    rows = [row for exhibit in (found.of_base, found.of_policies) for row in exhibit.shown.rows]
    assert any(row["url"].startswith("https://") for row in rows)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://a.example", "data:text/html,x", "https://a b", 'https://a"b']
)
def test_other_addresses_are_no_links(address):
    """Scripts, data, plain http and broken addresses stay text."""
    from analysis.output.html.assumed import is_link

    assert not is_link(address)


def test_a_design_is_no_report(tmp_path):
    """A sweep's folder is refused by what it is."""
    from analysis.errors import UserError
    from tests.analysis import tiny

    store = tiny.store(tmp_path / "design", 8)
    with pytest.raises(UserError, match="design"):
        gather(store)


def test_what_other_commands_found_must_be_records(tmp_path, headway):
    """A file of another shape is one message."""
    store = write(tmp_path / "study", replicates=2)
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"no": "list"}))
    code, _, err = headway("report", store.folder, "--validation", bad)
    assert code == 2
    assert "no JSON list of records" in err


def test_damage_is_told(tmp_path, undrawn):
    """A file whose digest differs is counted and named in the page."""
    store = write(tmp_path / "study", replicates=2)
    store.note(charts=[{"name": "x", "files": {"charts/x.svg": "0" * 64}}])
    report = gather(store)
    assert len(report.damage) == 1
    assert "are damaged" in render(report)


def test_exports_say_that_small_counts_are_shown_where_a_scenario_asks_that_they_are_not(tmp_path, undrawn, headway):
    """Beside exports and queries; the report leaves them out and says so; neither says anything without a threshold."""
    for below in (None, 10):
        folder = tmp_path / str(below)
        store = write(
            folder, {"base": "As it is", "policy": "A policy"}, **({} if below is None else {"suppress_below": below})
        )
        page = parse(render(gather(store)))
        assert ("Counts of people below 10, and what would give them away, are left out" in page.text) is (
            below is not None
        )
        for words in (("export", folder, "--csv", tmp_path / "x.csv"), ("query", folder, "SELECT 1", "--json")):
            code, _, err = headway(*words)
            assert code == 0
            assert ("Not for publication" in err) is (below is not None)


def test_the_message_of_a_sample_says_that_counts_are_of_the_sample(tmp_path, undrawn):
    """And that of the whole system does not."""
    store = write(tmp_path / "study", replicates=2)
    told = "TAB-1 says what counts and costs come to in all schools. The other tables are those of the schools that were simulated"
    assert told not in parse(render(gather(store))).text
    scenarios = store.manifest["scenarios"]
    store.note(scenarios=[{**s, "scale": 0.02} for s in scenarios])
    assert told in parse(render(gather(store))).text


def test_yes_and_no_are_words():
    """Truth values do not appear as Python writes them."""
    from analysis.output.html.assumed import show

    assert (show(True), show(False), show(1.0), show(None)) == ("yes", "no", "1", "")


def test_a_broad_picture_scrolls_and_a_small_one_does_not():
    """Words of a broad picture would be too small to read if it were squeezed into a narrow page."""
    for width, broad in ((1200, True), (600, False)):
        picture = f'<svg xmlns="x" class="m" width="{width}" height="10">'
        assert Exhibit("FIG-1", Table("Title", (), ()), svg=picture).broad is broad
    assert not Exhibit("TAB-1", Table("Title", (), ())).broad
