"""Markup in any name or text is shown and runs nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.output.html import report
from analysis.output.html.exhibits import inline
from analysis.output.html.report import gather, render
from tests.analysis.output.html import browser
from tests.analysis.output.html.parsed import parse
from tests.analysis.output.html.stores import described, write

EVIL = (
    "<script>document.title='ran';fetch('/canary')</script>",
    "\"><img src='/canary' onerror=\"document.title='ran'\">",
    "</script></style></title></svg><script>document.title='ran'</script>",
    "javascript:document.title='ran'",
    "[a](javascript:document.title='ran') ![b](/canary)",
    "{{ 7 * 191 }}{% raw %}${7*191}{# x #}",
    "<svg><a xlink:href=\"javascript:document.title='ran'\"><animate onbegin=\"document.title='ran'\"/></a></svg>",
    "<style>@import '/canary';body{background:url(/canary)}</style><link rel=stylesheet href=/canary>",
    "' onmouseover='document.title=1' x='&lt;script&gt;",
)


def evil_page(folder, monkeypatch) -> str:
    """A report in which every text that a user can write holds all of :data:`EVIL`."""
    import scenarios

    mess = " ".join(EVIL)
    real = scenarios.load("excellence-in-leadership")
    programme = replace(
        real.programmes[0],
        title=mess,
        summary=mess,
        assumes=(mess,),
        evidence=mess,
        name=mess,
        figures={
            p: replace(f, provenance=replace(f.provenance, note=mess)) for p, f in real.programmes[0].figures.items()
        },
    )
    scenario = replace(real, title=mess, summary=mess, context=mess, programmes=(programme,))
    monkeypatch.setattr(report, "read_again", lambda s: scenario if s["name"] == "policy" else None)
    plain = scenario.resolved()
    store = write(folder, {"base": mess, "policy": mess}, replicates=3, region=EVIL[1])
    manifest = described({"base": mess, "policy": mess}, 3)
    manifest["scenarios"][0]["resolved"] |= {"summary": mess, "context": mess}
    manifest["scenarios"][1]["resolved"] = {**plain, "parameters": {mess: {
        "value": [mess, 1], "unit": mess, "range": [0, 1], "sources": [mess], "grade": "J", "note": mess, "set_by": "lever",
    }}}  # fmt: skip
    for s in manifest["scenarios"]:
        s["register_notes"] = [mess]
    store.note(**manifest | {"command": ["headway", mess], "git": mess})
    return render(gather(store))


def test_no_text_becomes_an_element_or_an_attribute(tmp_path, monkeypatch):
    """Hostile words in every place that a user can write are in the text, whole, and nowhere else."""
    page = parse(evil_page(tmp_path / "study", monkeypatch))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "animate", "iframe", "image"}
    assert sum(tag == "style" for tag, _ in page.tags) == 1
    for _, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("src", "style", "xlink:href", "background")
        ]
    assert all(a["href"].startswith(("#", "https://")) for a in page.all("a"))
    assert "1337" not in page.text
    for evil in EVIL:
        assert evil in page.text, evil


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
def test_nothing_runs_and_nothing_is_asked_for_in_a_browser(tmp_path, monkeypatch):
    """The page asks for itself alone; the same words unescaped do run."""
    (tmp_path / "site").mkdir()
    page = evil_page(tmp_path / "study", monkeypatch)
    (tmp_path / "site" / "report.html").write_text(page, encoding="utf-8")
    (tmp_path / "site" / "control.html").write_text(f"<title>x</title>{' '.join(EVIL)}", encoding="utf-8")
    with browser.Served(tmp_path / "site") as site:
        shown = browser.dom(f"{site.address}/report.html", tmp_path / "profile")
        asked = [path for path in site.asked if path != "/favicon.ico"]
        control = browser.dom(f"{site.address}/control.html", tmp_path / "profile")
    assert asked == ["/report.html"]
    assert "<title>ran</title>" not in shown
    assert "Quality assurance" in shown
    # The same texts, not escaped, do run: so the test can fail.
    assert "<title>ran</title>" in control
    assert "/canary" in site.asked


def test_a_picture_keeps_known_elements_only():
    """Scripts, links, styles and foreign addresses go; shapes, text and clips stay, under ids of their own."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        '<script>x()</script><a xlink:href="javascript:x()"><text>kept?</text></a><foreignObject/>'
        '<image href="http://a.example/x"/><style>*{}</style><defs><clipPath id="c"><rect/></clipPath></defs>'
        '<g clip-path="url(#c)" style="fill:url(http://a.example)" onclick="x()" fill="url(http://a.example/x)">'
        "<text>A &lt;b&gt;</text></g></svg>"
    )
    inside = inline(picture, "fig-1", "A <title>", "B")
    page = parse(inside)
    assert {tag for tag, _ in page.tags} == {"svg", "title", "desc", "defs", "clippath", "rect", "g", "text"}
    assert dict(page.all("g")[0]) == {"clip-path": "url(#fig-1-c)"}
    assert "example" not in inside
    assert page.all("clippath")[0]["id"] == "fig-1-c"
    assert "A <title>" in page.text
