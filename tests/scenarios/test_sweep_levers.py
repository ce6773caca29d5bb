"""Every lever that the guides name can be varied by a sweep, and what it is set to is what is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios import InputError, check, load
from scenarios.parameter_table import parameter_rows
from scenarios.programme_files.settings import LEVERS
from scenarios.sweeps.design import load_design
from scenarios.sweeps.points import with_settings

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "programmes.md"
NAME = "excellence-in-leadership"  # it has helpers, places by number, and costs
TRIED = {
    "who": ("{school.phase: primary}", "{school.disadvantage: {top: 20%}}"),
    "withdrawn": ("true", "false"),
    "places.number": ("1000", "{2027/28: 1000, 2028/29: 2000}"),
    "places.per_schools": ("10000", "20000"),
    "places.share": ("10%", "20%"),
    "places.from": ("2027/28", "2028/29"),
    "places.until": ("2029/30", "2030/31"),
    "places.budget": ("1000000", "2000000"),
    "places.first": ("{role: deputy_head}", "{school.phase: special}"),
    "places.priority": ("school.disadvantage", "{least: school.leadership}"),
    "places.quotas": ("{heads: {share: 20%, who: {role: head}}}", "{young: {share: 50%, who: {age: {most: 40}}}}"),
    "again": ("{after: 3}", "once"),
    "costs.grant": ("1000", "{to: 2000, from: 2027/28, by: 2029/30}"),
    "costs.fee": ("10", "20"),
    "costs.release_days": ("1", "2"),
    "delivery.hours": ("0.3", "{times: 1.1}"),
    "delivery.helpers.willing": ("15%", "25%"),
    "delivery.helpers.each": ("2", "1"),
    "delivery.helpers.hours": ("0.5", "1.2"),
    "delivery.helpers.training": ("0", "40"),
    "delivery.helpers.who": ("{people: {least: 0.5}}", "{school.culture: {top: 50%}}"),
    "delivery.helpers.within": ("local_authority", "anywhere"),
    "delivery.helpers.first": ("people", "school.culture"),
    "delivery.helpers.serve": ("{least: school.leadership}", "management"),
    "style": ("mentoring", "coaching"),
    "without": ("less_alone", "[less_alone, believe_in_more]"),
}
"""Two values for each lever."""
ALSO = {
    "places": ("{2027/28: 1000, 2028/29: 2000}", "{number: 4000, from: 2027/28}"),
    "costs": ("{grant: 1000}", "{grant: 1000, fee: 10}"),
    "delivery.helpers": ("{willing: 15%}", "{hours: 0.5}"),
}
"""Mappings in which levers may stand together."""


def named() -> Iterator[str]:
    """The levers that the guide names, each by its path."""
    sentence = re.search(r"^Levers are ([^.]*(?:\.[^\s][^.]*)*)\.\s", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sentence is not None
    for path in re.findall(r"`([^`]+)`", sentence[1]):
        start, _, rest = path.partition("{")
        if path.endswith(".*"):
            yield from (lever for lever in LEVERS if lever.startswith(path[:-1]))
        else:
            yield from ([f"{start}{word}" for word in rest.rstrip("}").split(",")] if rest else [path])


def points(tmp_path: Path, path: str, values: tuple[str, ...], under: str = "levers") -> list[dict[str, object]]:
    """What a sweep over these values runs, resolved."""
    (tmp_path / "base.yaml").write_text(f"title: B\nsummary: S\nextends: england\nprogrammes: {{{NAME}: {{}}}}\n")
    file = tmp_path / "design.yaml"
    more = "draws: 2\nsampling: latin-hypercube\n" if under == "uncertainties" else ""
    file.write_text(
        f"title: A\nsummary: B\nscenarios: [base.yaml]\nyears: 6\n{more}{under}:\n"
        f"  programmes.{NAME}.{path}:\n" + "".join(f"    - {value}\n" for value in values)
    )
    assert check(file) == []
    design = load_design(file)
    return [with_settings(design.scenarios[0], design.settings(p)).resolved() for p in range(design.points)]


def test_the_guide_names_every_lever_and_no_other() -> None:
    """What stands in the guide, taken apart, is what a scenario's programmes accept."""
    assert sorted(named()) == sorted({*LEVERS, "who", "again", "withdrawn"}) == sorted(TRIED)


@pytest.mark.parametrize("path", [*TRIED, *ALSO])
def test_a_sweep_accepts_and_applies_a_lever(path: str, tmp_path: Path) -> None:
    """Each value gives what the same line in a scenario gives, and the two differ from one another."""
    values = {**TRIED, **ALSO}[path]
    found = points(tmp_path, path, values)
    assert found[0] != found[1]
    for value, resolved in zip(values, found, strict=True):
        (tmp_path / "same.yaml").write_text(
            f"title: B\nsummary: S\nextends: england\nyears: 6\nprogrammes:\n  {NAME}:\n    {path}: {value}\n"
        )
        assert load(tmp_path / "same.yaml").resolved()["programmes"] == resolved["programmes"]


def test_how_many_help_may_be_left_uncertain(tmp_path: Path) -> None:
    """In a sweep and in a scenario; one file says it in one place."""
    path = "delivery.helpers.willing"
    found = points(tmp_path, path, ("15%", "25%"), under="uncertainties")
    willing = [resolved["programmes"][NAME]["figures"][path] for resolved in found]  # type: ignore[index]
    assert sorted(figure["value"] for figure in willing) == [0.15, 0.25]
    assert {figure["set_by"] for figure in willing} == {"uncertainty"}
    (row,) = [r for r in parameter_rows(load("england"), "helpers willing") if r["name"] == f"programmes.{NAME}.{path}"]
    assert row["under"] == "levers or uncertainties"
    both = {
        "extends": "england",
        "programmes": {NAME: {path: 0.2}},
        "uncertainties": {f"programmes.{NAME}.{path}": 0.1},
    }
    with pytest.raises(InputError) as caught:
        load(both)
    assert [problem.code for problem in caught.value.problems] == ["E0414"]


def test_no_other_lever_may_be_left_uncertain() -> None:
    """Places, costs and hours are chosen: whoever is unsure of them tries several."""
    for path in set(TRIED) - {"delivery.helpers.willing"}:
        with pytest.raises(InputError) as caught:
            load({"extends": NAME, "uncertainties": {f"programmes.{NAME}.{path}": 1}})
        assert {problem.code for problem in caught.value.problems} == {"E0505"}
