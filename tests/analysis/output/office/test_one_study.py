"""One study, told one way by every output: what was run is named alike, and a figure has one interval wherever it stands."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.api import compare_stored, figures
from analysis.charts.drawing import source
from analysis.output.html.report import gather
from analysis.output.sheet.sheet import Number
from analysis.output.sheet.workbook import sheets
from analysis.output.study import Study
from analysis.store import Store
from analysis.studies.compare.report import records
from tests.analysis.output.html.stores import write
from tests.analysis.output.outputs import OUTPUTS, said

Told = tuple[tuple[str, str, str], tuple[float, float]]
"""Policy, figure and years; and the ends of the interval."""
SHARE = 0.01
"""Of a whole that a percentage point is."""


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_names_the_system_that_was_run(results: Path, output) -> None:
    """A fifth of an eastern region's schools, with England's scenario in it: nobody may take it for England."""
    text = said(output, results).lower()
    assert "eastern region of england in 2010" in text
    assert "sample of 20% of" in text
    assert "england, no new programme" not in text.replace("eastern region of england in 2010, no new programme", "")


def of_records(found: Any, titles: dict[str, str]) -> Iterator[Told]:
    """Intervals of means in records of a comparison."""
    for one in found:
        if "line" in one and one.get("low") is not None:
            years = one["years"].split(", ")[0]
            yield (titles[one["policy"]], one["label"], years), (one["low"], one["high"])


def of_chart(drawn: Any, period: str) -> Iterator[Told]:
    """Intervals of means in what a chart draws of all years together."""
    for one in drawn.data:
        if "Figure" in one and "Interval from" in one:
            each = SHARE if one["Unit"] == "percentage points" else 1.0
            ends = (one["Interval from"] * each, one["Interval to"] * each)
            yield (one["Scenario"], one["Figure"], period), ends


def of_sheets(study: Study) -> Iterator[tuple[tuple[str, str, str], tuple[Number, Number], float]]:
    """Intervals in the sheet of headlines, rounded as they stand there, with what one of their unit is."""
    (sheet,) = (sheet for sheet in sheets(study) if sheet.name == "Comparison")
    for row in sheet.table.rows:
        ends = (row["Interval from"], row["Interval to"])
        if all(isinstance(end, Number) for end in ends):
            each = SHARE if row["Unit of difference"] == "percentage points" else 1.0
            yield (row["Scenario"], row["Measure"], row["School years"].split(", ")[0]), ends, each


def test_a_figure_has_one_interval_wherever_it_is_told(tmp_path: Path) -> None:
    """In the command's records, in every table and chart of the report, in charts by themselves and in the workbook."""
    store = write(tmp_path / "study", replicates=12)
    titles = {one["name"]: one["title"] for one in store.manifest["scenarios"]}
    found = compare_stored(store)
    period = records(found)[1]["years"].split(", ")[0]
    told = [*of_records(records(found), titles)]
    for exhibit in gather(store, verify=False).exhibits:
        told += of_chart(exhibit.shown, period) if exhibit.is_figure else of_records(exhibit.data, titles)
    for drawn in figures(store, "differences", "cost-effect").values():
        told += of_chart(drawn, period)
    known = defaultdict(set)
    for key, ends in told:
        known[key].add(tuple(float(f"{end:.9g}") for end in ends))
    assert {key: ends for key, ends in known.items() if len(ends) > 1} == {}
    several = [key for key, _ in told if [other for other, _ in told].count(key) > 1]
    assert len(set(several)) > len(found.lines), "hardly any figure stands in two places"
    with Study.of(store) as study:
        rounded = list(of_sheets(study))
    assert len(rounded) > len(found.lines)
    for key, ends, each in rounded:
        ((low, high),) = known[key]
        for end, exact in zip(ends, (low, high), strict=True):
            assert end.value == pytest.approx(exact / each, abs=0.5001 * 10.0**-end.decimals), key


@pytest.mark.parametrize("made", [figures, lambda study: gather(Store.open(study), verify=False)])
def test_what_is_shown_is_read_of_the_results_in_one_pass(results: Path, tmp_path, monkeypatch, made) -> None:
    """Results of many runs are large: what intervals hold for beside is gathered with the rest, and not one figure after another."""
    study, passes = tmp_path / "study", []
    shutil.copytree(results, study, ignore=shutil.ignore_patterns("extract"))
    read = source.table_of
    monkeypatch.setattr(source, "table_of", lambda *given: passes.append(given) or read(*given))
    made(study)
    assert len(passes) == 1
