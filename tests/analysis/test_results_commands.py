"""Asking, exporting, merging and checking results from the command line."""

from __future__ import annotations

import csv
import gzip
import json
import shlex

import pytest

from analysis.runs import plan as run
from analysis.runs import replicate
from analysis.store import Rows, Store
from tests.analysis import fakes, tiny
from tests.analysis.test_cli import made_up  # noqa: F401


@pytest.fixture
def part(tmp_path):
    """Two of three runs."""
    store = tiny.store(tmp_path / "part", 3)
    for i in (0, 2):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    return store


@pytest.fixture
def whole(tmp_path):
    """Three of three runs."""
    store = tiny.store(tmp_path / "whole", 3)
    for i in range(3):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    return store


def test_query_answers_as_table_json_and_csv(headway, whole, tmp_path):
    """The same rows in each form, and JSON with nothing around it."""
    sql = "SELECT replicate, year, value FROM results WHERE measure = 'a' ORDER BY ALL"
    code, out, err = headway("query", whole.folder, sql, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [
        {"replicate": i, "year": 2025 + y, "value": i + y / 2} for i in range(3) for y in range(2)
    ]
    _, out, _ = headway("query", whole.folder, sql)
    assert " 2025 " in out
    assert headway("query", whole.folder, sql, "--csv", "a.csv") == (0, "6 rows: a.csv\n", "")
    assert (tmp_path / "a.csv").read_text().splitlines()[:2] == ["replicate,year,value", "0,2025,0.0"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DROP VIEW results", "not one SELECT"),
        ("COPY runs TO 'x.csv'", "not one SELECT"),
        ("SELECT 1; SELECT 2", "not one SELECT"),
        ("", "not one SELECT"),
        ("SELEC", "syntax error"),
        ("SELECT colour FROM runs", "colour"),
    ],
)
def test_what_is_no_question_is_one_message(headway, whole, tmp_path, sql, words):
    """Statements that write, several at once, and errors of SQL; no file is made."""
    before = sorted(tmp_path.iterdir())
    code, out, err = headway("query", whole.folder, sql)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert words in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')", "SELECT * FROM read_csv('{file}')", "SELECT * FROM '{file}'", "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_blob('{manifest}')", "SELECT * FROM read_json('{index}')", "SELECT * FROM read_parquet('{runs}')",
        "SELECT * FROM read_parquet('https://127.0.0.1:9/a.parquet')", "SELECT * FROM read_text('/etc/passwd')",
        "EXPLAIN ANALYZE SELECT * FROM read_text('{file}')", "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
        "SELECT * FROM store", "SELECT (SELECT content FROM read_text('{file}')) FROM runs",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [(), ("--json",), ("--csv", "a.csv")], ids=["table", "json", "csv"])
def test_a_question_reads_the_results_and_nothing_else(headway, whole, tmp_path, sql, form):
    """No other file of the machine, not even of the study, nothing from a network, and no variable of Python's."""
    whole.compact(everything=True)
    (tmp_path / "secret.csv").write_text("a\nSECRET\n")
    names = {
        "file": tmp_path / "secret.csv", "folder": tmp_path, "manifest": whole.folder / "manifest.json",
        "index": next((whole.folder / "batches").iterdir()), "runs": next((whole.folder / "tables" / "runs").iterdir()),
    }  # fmt: skip
    code, out, err = headway("query", whole.folder, sql.format(**names), *form)
    assert (code, out) == (2, "")
    assert "SECRET" not in err
    assert "Tables: results, runs, failures" in err
    assert not (tmp_path / "a.csv").exists()


def test_what_is_closed_stays_closed(whole):
    """Whoever may put questions of any kind cannot open it again; what was allowed is still read."""
    import duckdb

    whole.compact(everything=True)
    with whole.connect(only=()) as db:
        for setting in (
            "enable_external_access = true",
            "allowed_paths = ['/etc/passwd']",
            "lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                db.execute(f"SET {setting}")
        for statement in ("ATTACH 'x.db'", "COPY runs TO 'x.csv'", "INSTALL httpfs", "LOAD httpfs"):
            with pytest.raises(duckdb.Error):
                db.execute(statement)
        assert db.execute("SELECT count(*) FROM results").fetchone() == (12,)


def test_partial_results_are_refused_or_stamped(headway, part, tmp_path):
    """Exit code 3 and the missing run; with --allow-partial an answer that says so, in every form."""
    for command in (("query", part.folder, "SELECT 1"), ("export", part.folder, "--csv", "x.csv")):
        code, out, err = headway(*command)
        assert (code, out) == (3, "")
        assert "partial: 2 of 3 runs; missing: tiny, point 0, replicate 1" in err
    assert not (tmp_path / "x.csv").exists()
    code, out, _ = headway("query", part.folder, "SELECT count(*) FROM runs", "--allow-partial")
    assert (code, "partial: 2 of 3 runs" in out) == (0, True)
    code, out, err = headway("query", part.folder, "SELECT 1 AS one", "--allow-partial", "--json")
    assert (json.loads(out), err) == ([{"one": 1}], "partial: 2 of 3 runs\n")
    code, out, _ = headway("export", part.folder, "--csv", "x.csv", "--parquet", "x.parquet", "--allow-partial")
    assert (code, out) == (0, "8 rows: x.csv (partial: 2 of 3 runs)\n8 rows: x.parquet (partial: 2 of 3 runs)\n")
    with (tmp_path / "x.csv").open() as file:
        assert {row["note"] for row in csv.DictReader(file)} == {"partial: 2 of 3 runs"}
    import duckdb

    with duckdb.connect() as db:
        assert db.execute("SELECT DISTINCT note FROM 'x.parquet'").fetchall() == [("partial: 2 of 3 runs",)]


def test_export_has_words_parameters_and_no_formulas(headway, tmp_path):
    """Labels stand for codes, "all" for what is summed over, an apostrophe before what a spreadsheet would run."""
    evil = ("=cmd|' /C calc'!A1", "x", "-2", "@a", "+b")
    store = tiny.store(tmp_path / "s", 1)
    rows = tiny.rows(0, labels=evil)
    columns = {**rows.columns, "programme": rows.columns["programme"] * 0 + [0, 1, 2, -1]}
    store.commit(tiny.key(0), tiny.run(0), Rows(columns, rows.labels))
    assert headway("export", store.folder, "--csv", "x.csv")[0] == 0
    with (tmp_path / "x.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == [
        "scenario",
        "point",
        "leave.rate",
        "replicate",
        "year",
        "measure",
        "programme",
        "value",
        "base",
    ]
    assert sorted(row["programme"] for row in found) == sorted(["'" + evil[0], "x", "'-2", "all"])
    assert [row["leave.rate"] for row in found] == ["0.0"] * 4
    assert headway("export", store.folder, "--csv", "b.csv", "--measure", "b") == (0, "2 rows: b.csv\n", "")
    code, _, err = headway("export", store.folder, "--csv", "c.csv", "--measure", "c")
    assert (code, err) == (2, "error: --measure c: the results do not have this measure\n  They have a, b.\n")
    assert headway("export", store.folder)[0] == 2
    assert headway("export", store.folder, "--csv", "none/c.csv")[0] == 2


def test_merge_prints_the_digest_and_says_what_is_missing(headway, part, whole, tmp_path):
    """Exit code 3 until the last part is there; the digest is that of a study run in one piece."""
    code, out, err = headway("merge", part.folder, "--out", "m")
    assert (code, out) == (3, f"2 of 3 runs: m\nDigest: {part.digest()}\n")
    assert "replicate 1" in err
    assert headway("merge", part.folder, whole.folder, "--out", "m") == (
        0,
        f"3 of 3 runs: m\nDigest: {whole.digest()}\n",
        "",
    )


def test_check_looks_at_every_bit_of_a_folder(headway, part, whole):
    """Whole, partial and cut short by a byte: three verdicts and three exit codes."""
    code, out, _ = headway("check", whole.folder)
    assert (code, out) == (0, f"{whole.folder}: OK, 3 runs, digest {whole.digest()}\n")
    assert headway("check", part.folder) == (3, f"{part.folder}: partial: 2 of 3 runs\n", "")
    victim = next((whole.folder / "runs").iterdir())
    victim.write_bytes(victim.read_bytes()[:-1])
    code, out, _ = headway("check", whole.folder)
    assert code == 2
    assert out.startswith(f"error: {victim}: damaged")
    assert json.loads(headway("check", whole.folder, "--json")[1])[0]["file"] == str(victim)


def test_the_same_command_goes_on_adds_replicates_or_does_nothing(headway, made_up, monkeypatch):  # noqa: F811
    """An interrupted study keeps what is done; then only the rest is run; then nothing is; a changed one is refused."""
    ran, real = [], replicate.simulate

    def simulate(chosen, number, passed=None, measures=None):
        if len(ran) == 2:
            ran.append(None)
            raise KeyboardInterrupt
        ran.append(number)
        return real(chosen, number)

    monkeypatch.setattr(replicate, "simulate", simulate)
    command = ("run", "england", "--years", "4", "--out", "s")
    code, out, err = headway(*command)
    assert (code, out) == (130, "")
    assert err.startswith("Stopped. 2 of 4 runs are kept in s;")
    assert headway("query", "s", "SELECT 1")[0] == 3
    assert headway(*command)[0] == 0
    assert ran == [0, 1, None, 2, 3]
    digest = Store.open("s").digest()
    code, out, err = headway(*command)
    assert (code, err) == (0, "All 4 runs are there already: nothing had to be run.\n")
    assert headway(*command, "--replicates", "5")[0] == 0
    assert ran[5:] == [4]
    assert Store.open("s").digest() != digest
    code, out, err = headway(*command)
    assert "mean and range of 5 runs" in out
    assert err.splitlines()[0] == (
        "s is for 5 replicates of each scenario, as an earlier command asked: all 5 are run and shown, not 4 alone."
    )
    assert len(ran) == 6
    code, _, err = headway("run", "england", "--years", "3", "--out", "s")
    assert (code, err.splitlines()[0]) == (
        2,
        "error: s: it holds the results of another study, or of another version of the model",
    )


def test_a_run_that_fails_is_on_record(made_up, monkeypatch, tmp_path):  # noqa: F811
    """What went wrong, and the command that repeats it; the runs before it are kept."""
    from analysis.studies import run as study

    real = replicate.simulate
    monkeypatch.setattr(replicate, "simulate", lambda p, r, *_: real(p, r) if r < 1 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        study.carry_out(["england"], run.Options(), tmp_path / "s")
    store = Store.open(tmp_path / "s")
    (failure,) = store.failed().values()
    assert (failure.type, failure.replicate, failure.stage) == ("ZeroDivisionError", 1, "simulate")
    assert failure.command == shlex.join(store.manifest["command"])
    assert store.status().stamp == "partial: 1 of 4 runs, 1 failed"
    assert fakes.TITLES["england"] in store.manifest["scenarios"][0]["title"]


@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--csv", "a.parquet", "write it with --parquet"),
        ("--csv", "a.xlsx", "headway workbook"),
        ("--csv", "a.zip", "ends in .csv"),
        ("--parquet", "a.csv", "ends in .parquet"),
        ("--parquet", "a.parquet.gz", "ends in .parquet"),
    ],
)
def test_no_file_has_the_ending_of_another_kind(headway, whole, tmp_path, option, name, words):
    """Programs that open it go by its ending."""
    commands = [("export", whole.folder)]
    if option == "--csv":
        commands.append(("query", whole.folder, "SELECT 1 AS x"))
    for command in commands:
        code, _, err = headway(*command, option, name)
        assert (code, "is of another kind of file" in err, words in err) == (2, True, True), err
    assert not (tmp_path / name).exists()


def test_a_csv_file_is_compressed_as_its_ending_says(headway, whole, tmp_path):
    """So that pandas and R, which go by it, open it."""
    for command in (("export", whole.folder), ("query", whole.folder, "SELECT * FROM runs")):
        assert headway(*command, "--csv", "plain.csv")[0] == headway(*command, "--csv", "a.csv.gz")[0] == 0
        assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == (tmp_path / "plain.csv").read_bytes()
