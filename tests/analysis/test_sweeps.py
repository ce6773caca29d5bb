"""Sweeps: the same results however they are carried out, whenever they are stopped; nothing lost, double or mixed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import UserError
from analysis.figures.estimates import components
from analysis.runs.work import unheard
from analysis.store import Store, merge
from analysis.studies.sweep import closing, execute, one_run
from analysis.studies.sweep.execute import Options, sweep
from analysis.studies.sweep.plan import prepare
from scenarios.sweeps.design import load_design
from simulation.model import PipelineModel
from tests.analysis import sweeping
from tests.servers import PATIENCE, served

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A design and its results, made in one process: (design, folder)."""
    folder = tmp_path_factory.mktemp("whole")
    path = sweeping.design(folder)
    done = sweep(path, folder / "out", Options(workers=1))
    assert (done.carried_out, done.set_aside, done.stopped) == (12, 0, 0)
    return path, folder / "out"


def _start(path, out, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", "sweep", str(path), "--out", str(out), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=path.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_results_do_not_depend_on_who_carries_them_out(whole, tmp_path, monkeypatch):
    """One or two processes, threads, any order: equal digests; and the rows are equal, value by value."""
    path, out = whole
    wanted = Store.open(out)
    ordered = execute._todo
    for name, options in (("threads", Options(workers=2, threads=True)), ("processes", Options(workers=2))):
        monkeypatch.setattr(execute, "_todo", lambda *given: ordered(*given)[::-1])
        store = sweep(path, tmp_path / name, options).store
        assert store.digest() == wanted.digest()
        with store.connect() as one, wanted.connect() as other:
            sql = "SELECT * FROM results ORDER BY ALL"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()


def test_shards_make_the_whole(whole, tmp_path):
    """Shards have no run in common; each says that it is a part, and so does a merge of two of three."""
    path, out = whole
    parts = [tmp_path / str(i) for i in (1, 2, 3)]
    counts = []
    for i, part in enumerate(parts, start=1):
        done = sweep(path, part, Options(workers=1, shard=(i, 3)))
        counts.append(done.carried_out)
        assert done.is_part
        assert done.store.status().stamp.startswith("partial")
    assert sum(counts) == 12
    assert not merge(parts[:2], tmp_path / "two").status().complete
    assert merge(parts[::-1], tmp_path / "all").digest() == Store.open(out).digest()


def test_a_scheduler_and_workers_of_their_own_give_the_same(whole, tmp_path):
    """Two workers, each a process that somebody else has started, on a scheduler that is a process too."""
    path, out = whole
    options = {"env": {**os.environ, "PYTHONPATH": str(ROOT)}, "cwd": tmp_path}
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    with served([*dask, "scheduler", "--port", "0", *local], r"Scheduler at:\s+(tcp:\S+)", **options) as scheduler:
        address = scheduler.wait()[1]
        with pytest.raises(UserError, match="it has no workers"):
            sweep(path, tmp_path / "out", Options(scheduler=address, wait=3.0))
        worker = [*dask, "worker", address, "--nthreads", "1", *local], r"Registered to:"
        with served(*worker, **options), served(*worker, **options):
            done = sweep(path, tmp_path / "out", Options(scheduler=address))
        assert done.store.digest() == Store.open(out).digest()


def test_what_keeps_failing_is_set_aside_and_can_be_repeated_alone(whole, tmp_path, monkeypatch):
    """One run ends its worker, one raises: the other ten finish, and the record says how to repeat each."""
    path, out = whole
    with monkeypatch.context() as poisoned:
        poisoned.setattr(execute, "carry_out", sweeping.poisoned)
        done = sweep(path, tmp_path / "out", Options(workers=2))
    assert (done.carried_out, done.set_aside) == (10, 2)
    failed = {(f.point, f.replicate): f for f in done.store.failed().values()}
    assert failed[1, 1].stage == "worker"
    assert (failed[2, 0].stage, failed[2, 0].message) == ("simulate", "no such luck")
    assert done.store.status().stamp == "partial: 10 of 12 runs, 2 failed"
    key = failed[2, 0].command.split()[-1]
    alone = sweep(path, tmp_path / "out", Options(only=key))
    assert (alone.carried_out, alone.is_part) == (1, True)
    again = sweep(path, tmp_path / "out", Options(workers=1))
    assert (again.carried_out, again.set_aside) == (1, 0)
    assert again.store.digest() == Store.open(out).digest()
    assert again.store.failed() == {}


def test_a_finished_sweep_does_nothing_and_looks_at_no_point(whole, monkeypatch):
    """No file is touched, so that starting it again is free."""
    path, out = whole
    before = {file: file.stat().st_mtime_ns for file in out.rglob("*") if file.is_file() and file.name != "lock"}
    for part in ("keys", "tasks"):
        monkeypatch.setattr(
            f"analysis.studies.sweep.plan.Ready.{part}", lambda *_given: pytest.fail("looked at a point")
        )
    assert sweep(path, out, Options()).carried_out == 0
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_expanding_adds_runs_and_keeps_those_there_are(whole, tmp_path):
    """In two steps, by replicates and by draws, it comes to what the design gives when all of them are asked for at once."""
    path, _ = whole
    first = sweep(path, tmp_path / "out", Options(workers=1)).store.done()
    more = sweep(path, tmp_path / "out", Options(workers=1, expand={"replicates": 3}))
    assert (more.carried_out, first < more.store.done()) == (6, True)
    most = sweep(path, tmp_path / "out", Options(workers=1, expand={"draws": 4}))
    assert (most.carried_out, most.store.status().expected) == (6, 24)
    assert sweep(path, tmp_path / "out", Options()).carried_out == 0, (
        "the design as it was goes on with the larger sweep"
    )
    at_once = sweep(path, tmp_path / "all", Options(workers=1, expand={"replicates": 3, "draws": 4}))
    assert at_once.store.digest() == most.store.digest()
    assert most.store.manifest["scenarios"][0]["replicates"] == 3
    with pytest.raises(UserError, match="is to have 3 already"):
        sweep(path, tmp_path / "out", Options(expand={"replicates": 2}))


CHANGES = {
    "seed: was 1, now 2": ("draws: 3", "draws: 3\nseed: 2"),
    "leave.state_schools: was {times: {uniform: [0.8, 1.2]}}, now": ("[0.8, 1.2]", "[0.9, 1.2]"),
    "levers: programmes.teaching-leaders.places.number is gone": (
        "programmes.teaching-leaders.places.number: [320",
        "leave.return_from_break: [0.3",
    ),
    "add --expand replicates=5": ("replicates: 2", "replicates: 5"),
    "scale: was 0.0005, now 0.001": ("scale: 0.0005", "scale: 0.001"),
    "There are 3 already": ("draws: 3", "draws: 2"),
}


@pytest.mark.parametrize("said", CHANGES)
def test_a_design_that_has_changed_is_refused_with_what_has(said, whole, tmp_path):
    """Runs of two designs never mix; the message says which key differs."""
    path, out = whole
    before = Store.open(out).digest()
    text = sweeping.DESIGN.replace(*CHANGES[said]).replace("32000]", "0.4]" if "is gone" in said else "32000]")
    with pytest.raises(UserError) as caught:
        sweep(sweeping.design(path.parent, text, "changed.yaml"), out, Options())
    assert said in caught.value.render()
    assert Store.open(out).digest() == before


def test_a_scenario_that_has_changed_is_refused(whole):
    """What the design rests on counts as much as the design."""
    path, out = whole
    scenario = path.parent / "quick.yaml"
    before = scenario.read_text()
    scenario.write_text(before + "levers:\n  leave.return_from_break: 0.3\n")
    try:
        with pytest.raises(UserError, match="quick: the scenario, or something that it rests on, is not what it was"):
            sweep(path, out, Options())
    finally:
        scenario.write_text(before)


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_cleanly_and_the_same_command_goes_on(number, code, tmp_path):
    """Its own exit code, what is finished kept and sound, and the number said."""
    path = sweeping.design(tmp_path, sweeping.DESIGN.replace("draws: 3", "draws: 300"))
    process, out = _start(path, tmp_path / "out", "--workers", "1"), tmp_path / "out"
    while not list(out.glob("runs/*.run")) and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    store = Store.open(out)
    assert 0 < store.status().done < 1200
    assert f"Stopped. {store.status().done:,} of 1,200 runs are kept" in said
    assert store.verify() == []


def test_too_little_memory_is_said_before_the_start(whole, tmp_path, monkeypatch):
    """With what is needed, what is free, and how many workers fit."""
    path, _ = whole
    monkeypatch.setattr(execute, "available", lambda: 0.3e9)
    with pytest.raises(UserError, match=r"about 0.8 GB of memory are needed, and 0.3 GB are free") as caught:
        sweep(path, tmp_path / "out", Options(workers=2))
    assert caught.value.advice == "Use --workers 1."


def test_components_of_variance_are_recovered():
    """Chance that replicates share, parameters, and a rest, with standard deviations 3, 2 and 1: each within 10%."""
    noise = np.random.default_rng(2)
    draws, replicates, repeats = 40, 30, 400
    spreads, errors, means = [], [], []
    for _ in range(repeats):
        by_draw, by_replicate = noise.normal(0, 2, (draws, 1)), noise.normal(0, 3, (1, replicates))
        found = components(10 + by_draw + by_replicate + noise.normal(0, 1, (draws, replicates)))
        spreads.append(found.parameter_spread**2)
        errors.append(found.monte_carlo_error**2)
        means.append(found.mean - by_draw.mean())
    assert np.mean(spreads) == pytest.approx(4, rel=0.1)
    assert np.mean(errors) == pytest.approx(9 / replicates + 1 / (draws * replicates), rel=0.1)
    assert np.mean(errors) == pytest.approx(np.var(means), rel=0.2), "the error is that of the mean"


def test_one_replicate_or_one_draw_leaves_open_what_it_cannot_tell():
    """None instead of a nought that would look like certainty."""
    one_replicate = components(np.array([[1.0], [2.0], [3.0]]))
    assert (one_replicate.monte_carlo_error, one_replicate.parameter_spread) == (None, None)
    one_draw = components(np.array([[1.0, 2.0, 3.0]]))
    assert (one_draw.monte_carlo_error, one_draw.parameter_spread) == (pytest.approx(1 / 3**0.5), None)


def test_the_closing_table_has_the_means_of_the_last_year(whole):
    """By lever, against a query of the results."""
    path, out = whole
    done = sweep(path, out, Options())
    found = [r for r in closing.records(done.store, done.design) if r["line"] == "Teachers and leaders, people"]
    with done.store.connect() as db:
        wanted = db.execute(
            'SELECT "programmes.teaching-leaders.places.number", avg(value) FROM results JOIN runs USING (run) '
            "WHERE measure = 'headcount' AND role IS NULL AND year = 2026 GROUP BY 1 ORDER BY 1"
        ).fetchall()
    got = [(r["programmes.teaching-leaders.places.number"], r["mean"]) for r in found]
    assert got == [(lever, pytest.approx(mean)) for lever, mean in wanted]
    assert all((r["draws"], r["replicates"]) == (3, 2) for r in found)


def test_the_command_prints_the_table_and_refuses_what_it_cannot_use(whole, headway, tmp_path):
    """Size and digest are said; options out of range and missing files end with 2 and make no folder."""
    path, out = whole
    code, said, _ = headway("sweep", path, "--out", out)
    assert code == 0
    assert "2 combinations of levers × 3 parameter draws × 2 replicates" in said
    assert Store.open(out).digest() in said
    code, said, _ = headway("sweep", path, "--out", out, "--json")
    assert (code, {r["replicates"] for r in json.loads(said)}) == (0, {2})
    for option, value in (("--shard", "4/3"), ("--expand", "seeds=3"), ("--workers", "0")):
        code, _, said = headway("sweep", path, "--out", tmp_path / "new", option, value)
        assert (code, "is not possible" in said) == (2, True)
    code, _, said = headway("sweep", tmp_path / "none.yaml", "--out", tmp_path / "new")
    assert (code, "E0101" in said) == (2, True)
    assert not (tmp_path / "new").exists()


SIBLINGS = """\
title: Runs with one past
summary: For tests.
scenarios: [england, teaching-leaders]
years: 2
scale: 0.001
replicates: 2
levers:
  leave.step_down: {times: [0, 1, 2]}
uncertainties:
  leave.state_schools: {times: {uniform: [0.8, 1.2]}}
draws: 2
seed: 2
"""


def test_runs_of_a_draw_and_replicate_have_one_past(tmp_path, monkeypatch):
    """Six runs, of three values of a lever in two scenarios, take one past; each is the run that it is alone."""
    path = tmp_path / "design.yaml"
    path.write_text(SIBLINGS, encoding="utf-8")
    _, store = execute._open(load_design(path), tmp_path / "out", Options())
    ready = prepare(load_design(path))
    parts = [task.part for task in ready.tasks(execute._todo(store, Options(), ready.design))]
    assert len(parts) == 24
    common = ready.common()
    assert common.siblings
    years, step = [], PipelineModel.step

    def counted(model):
        step(model)
        years.append(model.year)

    monkeypatch.setattr(PipelineModel, "step", counted)
    together = [one_run.simulate(common, part, unheard) for part in parts]
    base_year = ready.bases[0].plan.setup.base_year
    assert years.count(base_year) == 4
    assert years.count(base_year + 2) == 24
    for part, (run, rows) in zip(parts, together, strict=True):
        alone, wanted = one_run.simulate(replace(common, siblings=False), part, unheard)
        assert replace(run, seconds=0) == replace(alone, seconds=0)
        assert rows.labels == wanted.labels
        for name, column in wanted.columns.items():
            np.testing.assert_array_equal(rows.columns[name], column, err_msg=name, strict=True)
    assert years.count(base_year) == 4 + 24
    assert len({run.digest for run, _ in together}) == 24
