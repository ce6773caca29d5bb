"""The report held against axe, the accessibility checker, where Chromium and npm's axe-core are there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from analysis.output.html.report import gather, render
from tests.analysis.output.html import browser
from tests.analysis.output.html.browser import AXE, NO_AXE
from tests.analysis.output.html.stores import write

RUN = """<pre id="axe-found"></pre><script>
axe.run(document).then(r => document.getElementById('axe-found').textContent = JSON.stringify(
  r.violations.map(v => [v.id, v.impact, v.nodes.map(n => n.html.slice(0, 150))])))
</script>"""


def put(page: str, script: str, folder) -> None:
    """Write a page with a script at its end, and without the policy that would not let it run."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    (folder / "page.html").write_text(page.replace("</body>", f"{script}</body>"), encoding="utf-8")


def found_by(folder, name: str, where: str, profile: str = "profile") -> list:
    """What the script of a page of the folder leaves in the element ``where``, once Chromium has shown it."""
    with browser.Served(folder) as site:
        shown = browser.dom(f"{site.address}/{name}", folder / profile)
    found = re.search(rf'<pre id="{where}">(.+?)</pre>', shown, re.DOTALL)
    assert found is not None, f"nothing came of {where}"
    return json.loads(unescape(found[1]))


def violations(page: str, tmp_path) -> list:
    """What axe has against a page."""
    put(page, f"<script>{AXE.read_text(encoding='utf-8')}</script>{RUN}", tmp_path)
    return found_by(tmp_path, "page.html", "axe-found")


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(not AXE.is_file(), reason=NO_AXE)
def test_axe_finds_nothing_wrong(tmp_path):
    """With all parts opened; a picture without a text alternative is found, so the check looks."""
    page = render(gather(write(tmp_path / "study", replicates=3)))
    # Closed parts are not looked at, so they are opened.
    assert violations(page.replace("<details", "<details open"), tmp_path) == []
    assert violations(page.replace("<caption>", "<img src=''><caption>"), tmp_path) != []


MEASURE = """<pre id="outside"></pre><script>
addEventListener('load', () => {
  const wide = document.documentElement.scrollWidth > innerWidth + 1 ? ['the page'] : [];
  const found = [...document.querySelectorAll('h1,h2,h3,h4,p,li,th,td,dt,dd,summary,figcaption,.held')].filter(e => {
    if (getComputedStyle(e).display === 'none' || !e.getClientRects().length) return false;
    const region = e.closest('.scroll'), box = e.getBoundingClientRect();
    return e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 || (!region && box.right > innerWidth + 1);
  });
  document.getElementById('outside').textContent = JSON.stringify(wide.concat(found.map(e => e.textContent.slice(0, 60))));
});
</script>"""


def outside(page: str, width: int, folder) -> list[str]:
    """Texts that do not fit their boxes where a page is so wide, in a frame, as Chromium has no windows that narrow."""
    put(page, MEASURE, folder)
    collect = """<script>addEventListener('message', e => 0); addEventListener('load', () => setTimeout(() => {
      const of = document.querySelector('iframe').contentDocument.getElementById('outside');
      document.getElementById('all').textContent = of ? of.textContent : 'none';
    }, 300))</script>"""
    frame = (
        f'<pre id="all"></pre><iframe src="page.html" style="width:{width}px;height:2000px;border:0"></iframe>{collect}'
    )
    (folder / "frame.html").write_text(f"<!DOCTYPE html><body>{frame}</body>", encoding="utf-8")
    return found_by(folder, "frame.html", "all", f"profile-{width}")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of a base and three policies with long titles."""
    four = {
        "base": "As it is",
        "policy": "A policy with quite a long title of its own",
        "other": "Another policy, also told at length",
        "third": "A third one, which is told at no less length",
    }
    return render(gather(write(tmp_path_factory.mktemp("browser") / "study", four, replicates=9)))


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
def test_no_text_stands_outside_its_box(page, tmp_path):
    """On a phone, on a screen, and on one zoomed to 200%; a text that is too wide is found, so the check looks."""
    for width in (390, 640, 1280):
        assert outside(page, width, tmp_path) == [], width
    wide = page.replace(
        "<h2", '<p style="width:9rem;white-space:nowrap">A text that is far too wide for its box</p><h2', 1
    )
    assert outside(wide, 1280, tmp_path) == ["A text that is far too wide for its box"]


OVERLAPS = """<pre id="over"></pre><script>
addEventListener('load', () => {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const words = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim()).map(e => [e, e.getBoundingClientRect()]);
    words.forEach(([e, a], n) => words.slice(n + 1).forEach(([f, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 5) found.push(`${e.textContent} / ${f.textContent}`);
    }));
  }
  document.getElementById('over').textContent = JSON.stringify(found);
});
</script>"""


def overlaps(page: str, folder) -> list[str]:
    """Words of pictures that lie on each other."""
    put(page, OVERLAPS, folder)
    return found_by(folder, "page.html", "over")


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
def test_words_of_pictures_do_not_lie_on_each_other_whatever_fonts_there_are(page, tmp_path):
    """With the fonts here, and with a font that is half as wide again; without their widths they would."""
    assert 'textLength="' in page
    assert "percentage points</text>" in page
    assert not re.findall(r"<text[^>]*>[a-z]+, [a-z]+, [a-z]+", page)  # no axis named after columns of data
    wide = re.sub(r'font-family="[^"]*"', 'font-family="monospace"', page)
    assert overlaps(page, tmp_path) == []
    assert overlaps(wide, tmp_path) == []
    assert overlaps(re.sub(r' textLength="[^"]*"', "", wide), tmp_path) != []


MOST_PAGES = 12
"""Printed, above the annex."""
FILLED = 0.5
"""Share of a printed page that has something on it, at least; but for the last above the annex and the very last."""


def printed(page: str, folder) -> list[list[tuple[float, str]]]:
    """The lines of each printed page: how far down each reaches, as a share of the page, and its words."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    told = folder / "page.pdf"
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder}/profile",
        "--no-pdf-header-footer",
    ]
    subprocess.run(
        [browser.CHROMIUM, *flags, f"--print-to-pdf={told}", (folder / "page.html").as_uri()],
        capture_output=True, timeout=browser.PATIENCE, check=True,
    )  # fmt: skip
    found = subprocess.run(["pdftotext", "-bbox-layout", told, "-"], capture_output=True, text=True, check=True).stdout
    pages = []
    for one in re.findall(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', found, re.DOTALL):
        lines = re.findall(r'<line [^>]*yMax="([\d.]+)">(.*?)</line>', one[1], re.DOTALL)
        words = [
            (float(y) / float(one[0]), unescape(" ".join(re.findall(r">([^<]+)</word>", line)))) for y, line in lines
        ]
        pages.append(sorted(words))
    return pages


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="there is no pdftotext here")
def test_it_prints_on_a_dozen_pages_and_an_annex(page, tmp_path):
    """No page is half empty, and no heading stands last on its page."""
    pages = printed(page, tmp_path)
    annex = next(n for n, lines in enumerate(pages) if lines[0][1] == "Annex")
    assert 4 < annex <= MOST_PAGES
    assert [n + 1 for n, of in enumerate(pages[:-1]) if of[-1][0] < FILLED and n != annex - 1] == []
    headings = {unescape(re.sub("<[^>]+>", "", h)).strip() for h in re.findall(r"<h[234][^>]*>(.*?)</h[234]>", page)}
    last = [lines[-1][1] for lines in pages]
    assert len(headings) > 10
    assert [line for line in last if line in headings or re.match(r"(TAB|FIG)-\d", line)] == []
