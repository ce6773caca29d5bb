"""How the benchmarks call, keep and tell: turns, processes, the table, the history and what it comes to at scale."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks import history, page
from benchmarks.__main__ import main
from benchmarks.children import FailedError, call, finish, in_turn
from benchmarks.history import HISTORY, TRIED, Measured
from benchmarks.machine import Watch
from benchmarks.scale import at_scale
from benchmarks.table import Aim, Line, markdown, number


def measured(part: str, *lines: Line, date: str = "2026-11-30T07:00Z") -> Measured:
    """A measurement of one part."""
    return Measured(part, "A title", date, "1234567", "", "a machine", 0.5, 12.0, [line.record() for line in lines])


def test_sides_take_turns_in_both_orders() -> None:
    """Each side is called once a turn; who begins changes, so that nobody always comes after the other."""
    called: list[str] = []
    found = in_turn(3, lambda: called.append("a") or len(called), lambda: called.append("b") or len(called))
    assert called == ["a", "b", "b", "a", "a", "b"]
    assert found == [[1, 4, 5], [2, 3, 6]]


def test_a_process_that_fails_says_why() -> None:
    """The exit code and the end of what it complained of are in the error."""
    with pytest.raises(FailedError, match=r"ended with 3: .*no luck"):
        finish([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


def test_what_a_process_used_is_its_own() -> None:
    """Memory that it held and processor time that it took are found, and what it said."""
    ended = finish([sys.executable, "-c", "x = bytearray(200_000_000); print(len(x))"])
    assert ended.said == "200000000\n"
    assert ended.peak > 200_000_000
    assert ended.processor > 0
    assert ended.clock > 0


def test_a_function_is_called_in_a_process_of_its_own() -> None:
    """What it returns comes back."""
    assert call(number, 1234.5) == "1,234"


def test_nobody_else_is_busy_with_what_we_do() -> None:
    """Processor time of this process and of its children that have ended is not counted as that of others."""
    watch = Watch()
    total = sum(range(3_000_000))
    assert total
    ours = watch._ours
    assert watch.busy_elsewhere() >= 0
    assert ours > 0


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.0123, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (12345.6, "12,346")],
)
def test_numbers_have_three_figures_that_count(value: float, told: str) -> None:
    """And all those before the point."""
    assert number(value) == told


def test_an_aim_is_kept_or_not() -> None:
    """A bound on the ratio or on a figure; at the bound it is kept, and without a ratio it is not."""
    line = Line("x", 6.0, {"MB": 550.0})
    assert Aim(least=6).met(line)
    assert not Aim(least=6.01).met(line)
    assert Aim(most=550, of="MB").met(line)
    assert not Aim(most=549, of="MB").met(line)
    assert not Aim(least=1).met(Line("x"))
    assert str(Aim(most=550, of="MB")) == "MB at most 550"


def test_the_table_has_the_ratio_first() -> None:
    """Every line, with what it was made from, as Markdown."""
    lines = [Line("a year, old ÷ new", 6.5, {"ms": 250.0}, Aim(least=6)), Line("memory", None, {"MB": 600.0}, Aim(most=550, of="MB"), "much")]  # fmt: skip
    assert markdown(line.record() for line in lines) == (
        "| ratio | what              | aim                               | measured     |\n"
        "|------:|-------------------|-----------------------------------|--------------|\n"
        "|  6.50 | a year, old ÷ new | at least 6: holds                 | ms 250       |\n"
        "|       | memory            | MB at most 550: **does not hold** | MB 600; much |"
    )


def test_the_history_gives_back_what_was_kept(tmp_path: Path) -> None:
    """The newest of each part, in order, and what did not help."""
    file = tmp_path / "history.jsonl"
    assert history.latest(file) == []
    old, new = measured("b", Line("x", 1.0)), measured("b", Line("x", 2.0), date="2026-12-01T07:00Z")
    for one in (old, measured("c", Line("y")), new, measured("a", Line("z", 3.0))):
        history.append(one, file)
    tried = {"date": "2026-11-30", "tried": "a spell", "found": "nothing moved"}
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(tried) + "\n")
    assert [one.part for one in history.latest(file)] == ["a", "b", "c"]
    assert history.latest(file)[1] == new
    assert history.tried(file) == [tried]


def test_every_line_of_the_projects_history_can_be_read() -> None:
    """Each is a measurement or something that did not help, with all that those have and nothing else."""
    kinds = ({field.name for field in fields(Measured)}, set(TRIED))
    for entry in history.entries(HISTORY):
        assert set(entry) in kinds, entry


def test_what_is_quick_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only measurements in full size go into the history."""
    kept: list[Measured] = []
    monkeypatch.setattr("benchmarks.__main__.carry_out", lambda part, *_given: measured(part, Line("x", 1.0)))
    monkeypatch.setattr(history, "append", kept.append)
    monkeypatch.setattr(page, "renew", lambda: None)
    assert main(["--quick", "a"]) == 0
    assert kept == []
    assert main(["a"]) == 0
    assert [one.part for one in kept] == ["a"]


def test_the_slowest_sets_the_pace_of_many_runs() -> None:
    """Runs of 10 s keep 50 workers busy as long as coordinator and scheduler take less than 0.2 s a run."""

    def of(coordinator: float, scheduler: float) -> dict[str, Line]:
        passing = {"ms a run, coordinator": coordinator - 50.0, "scheduler and workers": scheduler}
        england = measured(
            "a", Line("a year of England", None, {"ms": 250.0}), Line("making the world", None, {"ms": 1250.0})
        )
        keeping = measured(
            "f", Line("store and engine ÷ simulating, England, 20 years", 1.0, {"commit": 20.0, "fold": 30.0})
        )
        return {line.what: line for line in at_scale([england, keeping, measured("i", Line("runs", 1.0, passing))])}

    idle = of(100.0, 50.0)
    assert idle["100,000 runs of England on 2 cores"].figures["days"] == pytest.approx(100_000 * 10 / 2 / 86400)
    assert idle["the same on 50 workers"].figures["hours"] == pytest.approx(100_000 * 0.2 / 3600)
    assert idle["the same on 50 workers"].note == "the workers set the pace"
    assert idle["workers that one coordinator keeps busy"].figures["workers"] == pytest.approx(100)
    busy = of(400.0, 50.0)
    assert busy["the same on 50 workers"].figures["hours"] == pytest.approx(100_000 * 0.4 / 3600)
    assert busy["the same on 50 workers"].note == "the coordinator set the pace"
    assert of(100.0, 500.0)["the same on 50 workers"].note == "the scheduler set the pace"


def test_nothing_is_said_of_scale_before_its_parts_are_measured() -> None:
    """It stands on three parts."""
    assert at_scale([measured("a", Line("a year of England", None, {"ms": 1.0}))]) == []


def test_the_page_shows_the_newest_figures(tmp_path: Path) -> None:
    """Each block is replaced by what the history has, what stands around it stays, and twice is the same as once."""
    file = tmp_path / "history.jsonl"
    history.append(measured("e", Line("10 million people", 1.25, {"µs a person-year": 1.5})), file)
    text = "Before\n\n<!-- measured: sizes -->\nold\n<!-- end -->\n\nAfter\n"
    once = page.written(text, file)
    assert once.startswith("Before\n\n<!-- measured: sizes -->\n")
    assert once.endswith("\n<!-- end -->\n\nAfter\n")
    assert "|  1.25 | 10 million people |     | µs a person-year 1.50 |" in once
    assert "old" not in once
    assert page.written(once, file) == once


def test_the_projects_page_has_the_figures_of_its_history() -> None:
    """Nobody has written a figure there by hand; `python -m benchmarks.page` writes them. All its blocks are known."""
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.written(text) == text
    known = {*page.SHOWN, "scale", "when", "tried"}
    assert set(re.findall("<!-- measured: ([a-z]+) -->", text)) == known
    assert text.count("<!-- end -->") == len(known)
