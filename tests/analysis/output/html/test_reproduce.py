"""Figures and tables made again: equal where nothing has changed, and what differs where something has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.output.html.exhibits import data_table
from analysis.output.html.report import gather
from analysis.output.html.reproduce import differences, find
from analysis.store import Store, files
from tests.analysis.output.html.stores import write

MINE = "title: Easier\nsummary: A what-if.\nextends: england\nlevers:\n  leave.per_wellbeing: {times: 2}\n"


@pytest.fixture
def study(tmp_path, headway):
    """A small real study of the library's base and of a file that is gone afterwards."""
    (tmp_path / "easier.yaml").write_text(MINE)
    made = headway("run", "england", "easier.yaml", "--scale", 0.003, "--replicates", 2, "--years", 1, "--out", "out")
    assert made[0] == 0
    Path("easier.yaml").unlink()
    assert headway("report", "out")[0] == 0
    return Path("out")


def test_what_it_rests_on_is_run_again_from_the_manifest_alone(study, headway):
    """Equal digests for equal runs, in either way to write the table's number; changed runs are told."""
    from_runs = _first_table_of_runs(study)
    code, out, err = headway("reproduce", study, from_runs)
    assert (code, err) == (0, "")
    assert ": equal (4 runs made again from the manifest; 4 have the same digest)" in " ".join(out.split())
    assert find(gather(Store.open(study)), from_runs.lower().replace("-", " ")).id == from_runs
    _changed_runs_are_told(study, headway, from_runs)


def _first_table_of_runs(study):
    """Number of the first table that rests on runs; those before it rest on the scenarios' files alone."""
    report = gather(Store.open(study))
    return next(one.id for one in report.exhibits if one.from_runs and not one.is_figure)


def _changed_runs_are_told(study, headway, from_runs):
    """Another seed in the manifest makes other runs."""
    manifest = files.unsealed(study / "manifest.json")
    for scenario in manifest["scenarios"]:
        scenario["seed"] = 2
    (study / "manifest.json").write_bytes(files.sealed(manifest))
    code, out, _ = headway("reproduce", study, from_runs)
    assert code == 1
    assert "NOT equal" in out
    assert "row" in out


def test_quick_holds_the_stored_runs_against_the_last_report(tmp_path, headway):
    """A number that the last report had otherwise is named, was and is."""
    store = write(tmp_path / "study", replicates=3)
    code, _, err = headway("reproduce", store.folder, "FIG-1", "--quick")
    assert (code, "no report was made" in err) == (2, True)
    headway("report", store.folder)
    code, out, _ = headway("reproduce", store.folder, "fig-1", "--quick")
    assert (code, "equal" in out) == (0, True)
    kept = store.folder / "report" / "tables.json"
    tables = files.unsealed(kept)
    first, *rest = tables["exhibits"]["FIG-1"]["data"].splitlines()
    record = json.loads(first)
    name = next(k for k, v in record.items() if isinstance(v, float))
    tables["exhibits"]["FIG-1"]["data"] = "\n".join([json.dumps({**record, name: -1.0}), *rest]) + "\n"
    kept.write_bytes(files.sealed(tables))
    code, out, _ = headway("reproduce", store.folder, "FIG-1", "--quick")
    assert code == 1
    assert "NOT equal" in out
    assert f"{name} was -1.0 and is {record[name]!r}" in " ".join(out.split())


def test_an_unknown_figure_is_told_what_there_is(tmp_path, headway):
    """With the numbers of those that the report has."""
    store = write(tmp_path / "study", replicates=2)
    code, _, err = headway("reproduce", store.folder, "FIG-99")
    assert code == 2
    assert "It has " in err
    assert "TAB-1" in err


def test_a_folder_whose_scenarios_cannot_be_read_says_so(tmp_path, headway):
    """Made-up scenarios cannot be run again, which is no defect of the folder."""
    store = write(tmp_path / "study", replicates=2)
    code, _, err = headway("reproduce", store.folder, "TAB-1")
    assert code == 2
    assert "cannot be read again" in err


def test_data_tables_leave_out_what_processors_differ_in():
    """The last digits, order of keys and NaN do not count; the eleventh digit does."""
    assert data_table([{"b": 0.1 + 0.2, "a": float("nan")}]) == data_table([{"a": None, "b": 0.3}])
    assert data_table([{"a": 0.1}]) != data_table([{"a": 0.10000000001}])
    assert differences('{"a":1}\n', '{"a":1}\n') == []
    assert differences('{"a":1}\n{"a":2}\n', '{"a":3}\n') == [
        "2 rows before and 1 now",
        "1 of 2 rows differ",
        "row 1: a was 1 and is 3",
    ]


@pytest.mark.parametrize("name", ["../../x.yaml", "/etc/x.yaml", "a/../../x.yaml", "C:\\x.yaml"])
def test_no_file_of_a_manifest_leads_out_of_its_folder(tmp_path, name):
    """Whatever path a manifest names, what is written lies inside."""
    from analysis.output.study import inside

    assert inside(tmp_path, name).resolve().is_relative_to(tmp_path.resolve())
