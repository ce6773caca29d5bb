"""Sizes of the library stand in order of what is given, and what was reported of them is shrunk as evidence demands."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios
from scenarios import InputError
from scenarios.evidence import evidence
from scenarios.places import PACKAGE, library_names
from scenarios.programme_files.effects import MOST_KEPT
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.order import dose, out_of_order


@pytest.fixture(scope="module")
def library() -> list[KnownProgramme]:
    """Every programme of the library."""
    return [scenarios.load_programme(name) for name in library_names("programme")]


def changed(folder: Path, name: str, *changes: tuple[str, str]) -> KnownProgramme:
    """A programme of the library with changes to the words of its file."""
    text = (PACKAGE / "programmes" / f"{name}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return scenarios.load_programme(path)


def test_no_judged_size_of_the_library_is_out_of_order_without_a_reason(library: list[KnownProgramme]) -> None:
    """Nor does a file give a reason where there is nothing to explain."""
    assert [str(breach) for breach in out_of_order(library)] == []


@pytest.mark.parametrize(
    ("name", "changes", "path"),
    [
        ("deputy-network", (("size: 0.08", "size: 0.18"),), "effects.more_ambition"),
        ("terrific-teams", (("size: 0.15", "size: 0.7"),), "effects.advisers_follow_up"),
        ("leap-kite-mark", (("size: 0.04", "size: 0.15"),), "effects.vision_for_growing_leaders"),
        ("diversity-in-leadership", (("size: 0.2\n", "size: 0.5\n"),), "effects.seek_promotion"),
    ],
    ids=["ambition", "reach", "culture", "beside-a-measured-one"],
)
def test_a_size_that_rivals_a_far_larger_dose_is_found(library, tmp_path: Path, name, changes, path) -> None:
    """Three days with half the effect of two years or more, as the library once had, and no word why."""
    others = [known for known in library if known.name != name]
    found = out_of_order([*others, changed(tmp_path, name, *changes)])
    assert [breach.path for breach in found if breach.programme == name] == [path]


def test_a_reason_is_needed_where_a_size_is_large_and_only_there(library, tmp_path: Path) -> None:
    """Taken out, the size stands out; put where the size is in order, the reason does."""
    name = "diversity-in-leadership"
    (told,) = (e for k in library if k.name == name for e in k.effects if e.out_of_order)
    without = changed(tmp_path, name, (f"    out_of_order: {told.out_of_order}\n", ""))
    others = [known for known in library if known.name != name]
    assert [b.path for b in out_of_order([*others, without])] == [told.path]
    idle = changed(
        tmp_path,
        name,
        (
            "size: 0.3\n    unit: standard deviations\n    range: [0,",
            "size: 0.01\n    unit: standard deviations\n    range: [0,",
        ),
    )
    assert [(b.path, b.beside) for b in out_of_order([*others, idle])] == [(told.path, "")]


def test_a_dose_counts_hours_and_money_of_all_years(library) -> None:
    """Teaching Leaders, by hand: two years of two hours in 39 weeks and five days of release; grant, fee and cover."""
    (leaders,) = (known for known in library if known.name == "teaching-leaders")
    assert dose(leaders).hours == pytest.approx(2 * (2 * 39 + 5 * 6.5))
    assert dose(leaders).cost == pytest.approx(2 * (5266 + 2000 + 5 * 220))


def test_what_people_report_of_themselves_and_what_matching_found_is_shown_and_shrunk(library) -> None:
    """A size of skill that cites a figure from leaders' own reports, or of pupils that cites a matched one, gives it."""
    rows, told = evidence(), 0
    for known in library:
        for effect in known.effects:
            figure = known.figures[effect.path]
            raw = [rows[s] for s in figure.provenance.sources if s in rows]
            leaders = any(row.unit == "sd" and row.outcome.startswith("leader_") for row in raw)
            pupils = effect.channel == "pupil_progress" and figure.provenance.grade == "B"
            if (effect.channel == "capability" and leaders) or pupils:
                assert effect.reported is not None, f"{known.name}: {effect.path}"
            if effect.reported is not None:
                told += 1
                assert effect.reported.kept <= MOST_KEPT[effect.reported.by] + 0.005
                assert abs(figure.value) == pytest.approx(abs(effect.reported.value) * effect.reported.kept, rel=0.05)
    assert told >= 7


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kept: 0.5}\n    range: [0, 0.2]", "kept: 0.6}\n    range: [0, 0.2]", "at most 50%"),
        ("size: 0.05\n", "size: 0.08\n", "50% of the 0.1 reported is 0.05"),
        ("by: self_report", "by: hearsay", "matched, self_report, before_after"),
    ],
)
def test_more_of_a_figure_than_evidence_bears_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Half of what matching found at most, and a size that is what is kept."""
    with pytest.raises(InputError) as refused:
        changed(tmp_path, "teaching-leaders", (old, new))
    assert words in refused.value.render()
