"""What README.md and the pages point to is there, and the first scenario is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import scenarios

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_scenario_in_the_readme_loads_and_changes_what_it_says(tmp_path):
    """A reader who copies it has a scenario that differs from England in one parameter."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    path = tmp_path / "fewer-leave.yaml"
    path.write_text(block, encoding="utf-8")
    before, after = scenarios.load("england").parameters.values(), scenarios.load(path).parameters.values()
    changed = [name for name in before if repr(before[name]) != repr(after[name])]
    assert changed == re.findall(r"^  ([a-z_]+\.[a-z_]+):", block, re.MULTILINE)
    assert len(changed) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page):
    """Every relative link of a page names a file of the project, and its heading where it names one."""
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings], heading
