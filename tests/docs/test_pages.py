"""What README.md and the pages point to is there, and the first scenario is one."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
import scenarios.catalogue
import scenarios.places
from scenarios.places import library_names
from scenarios.reference_programmes import programmes_page
from simulation.programmes.channels import CHANNELS, On

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "docs" / "guides" / "notebook.ipynb",
]


def blocks_of(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_scenario_in_the_readme_loads_and_changes_what_it_says(tmp_path):
    """A reader who copies it has a scenario of ten lines that differs from England in one programme with two levers."""
    (block,) = blocks_of(PAGES[0], "yaml")
    assert len(block.splitlines()) == 10
    path = tmp_path / "mentors.yaml"
    path.write_text(block, encoding="utf-8")
    england, policy = scenarios.load("england"), scenarios.load(path)
    assert repr(england.parameters.values()) == repr(policy.parameters.values())
    assert england.programmes == ()
    (programme,) = policy.programmes
    assert programme.name in block
    assert {change.path for change in programme.changes} == {"places.number", "delivery.helpers.willing"}
    as_shipped = scenarios.load_programme(programme.name)
    assert (programme.places.number, programme.value("delivery.helpers.willing")) != (
        as_shipped.places.number,
        as_shipped.value("delivery.helpers.willing"),
    )


def test_the_readme_counts_the_programmes():
    """Whoever adds one has the number told."""
    said = re.search(r"The library has (\d+) programmes", PAGES[0].read_text(encoding="utf-8"))
    assert said is not None
    assert int(said[1]) == len(library_names("programme"))


def test_the_guide_to_programmes_explains_every_channel_and_bearer():
    """Each channel has a row with its unit, and each of those on whom effects fall a row of their own."""
    guide = (ROOT / "docs" / "guides" / "programmes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \|", guide, re.MULTILINE)
    for channel in CHANNELS.values():
        assert (channel.name, channel.unit) in rows
    assert {on.name.lower() for on in On} <= {name for name, _ in rows}


def test_a_programme_is_one_file_and_nothing_else(tmp_path, monkeypatch):
    """The guide's sabbatical, put into the folder: it is listed, runs in a scenario by its name and gets its row."""
    (sabbatical, _) = [
        re.search(r'"""\\\n(.*?)"""', block, re.DOTALL)[1]
        for block in blocks_of(ROOT / "docs" / "guides" / "programmes.md", "python")
        if "sabbatical.yaml" in block
        for block in re.split(r"(?=^Path)", block, flags=re.MULTILINE)
        if '"""' in block
    ]
    package = tmp_path / "scenarios"
    for folder in ("programmes", "library", "contexts"):
        shutil.copytree(scenarios.places.PACKAGE / folder, package / folder)
    for module in (scenarios.places, scenarios.catalogue):
        monkeypatch.setattr(module, "PACKAGE", package)
    (package / "programmes" / "sabbatical.yaml").write_text(sabbatical, encoding="utf-8")
    assert "sabbatical" in library_names("programme")
    scenario = tmp_path / "policy.yaml"
    scenario.write_text(
        "title: A\nsummary: B.\nextends: eastern-region\nprogrammes:\n  sabbatical: {}\n", encoding="utf-8"
    )
    (programme,) = replace(scenarios.load(scenario), years=1).setup().programmes
    assert (programme.name, len(programme.effects)) == ("sabbatical", 3)
    assert "| `sabbatical` | Sabbaticals for long-serving heads |" in programmes_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page):
    """Every relative link of a page names a file of the project, and its heading where it names one."""
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings], heading
