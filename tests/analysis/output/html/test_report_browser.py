"""The report held against axe, the accessibility checker, where Chromium and npm's axe-core are there."""

from __future__ import annotations

import json
import re
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


def violations(page: str, tmp_path) -> list:
    """What axe has against a page, whose policy would not let axe run."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    page = page.replace("</body>", f"<script>{AXE.read_text(encoding='utf-8')}</script>{RUN}</body>")
    (tmp_path / "axe.html").write_text(page, encoding="utf-8")
    with browser.Served(tmp_path) as site:
        shown = browser.dom(f"{site.address}/axe.html", tmp_path / "profile")
    found = re.search(r'<pre id="axe-found">(.+?)</pre>', shown, re.S)
    assert found is not None, "axe did not come to its end"
    return json.loads(unescape(found[1]))


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(not AXE.is_file(), reason=NO_AXE)
def test_axe_finds_nothing_wrong(tmp_path):
    """With all parts opened; a picture without a text alternative is found, so the check looks."""
    page = render(gather(write(tmp_path / "study", replicates=3)))
    # Closed parts are not looked at, so they are opened.
    assert violations(page.replace("<details", "<details open"), tmp_path) == []
    assert violations(page.replace("<caption>", "<img src=''><caption>"), tmp_path) != []
