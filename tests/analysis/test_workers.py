"""Runs in several processes are the runs of one process."""

from __future__ import annotations

import os

import pytest

from analysis.runs import plan as run
from analysis.runs import replicate
from analysis.runs.executor import MOST_UNASKED, in_order, workers_for
from analysis.store import Store
from analysis.studies import run as study


def _options(count):
    return run.Options(replicates=3, years=1, scale=0.005, workers=count)


def test_results_do_not_depend_on_the_number_of_processes(tmp_path):
    """Digests, their order and every file but the times are the same with one and with two processes."""
    stores = [Store.open(study.carry_out(["england"], _options(n), tmp_path / str(n)).folder) for n in (1, 2)]
    found = [{key: record["digest"] for key, record in store.records().items()} for store in stores]
    assert found[0] == found[1]
    assert [record["replicate"] for record in stores[1].records().values()] == [0, 1, 2]
    assert len(set(found[0].values())) == 3
    assert stores[0].digest() == stores[1].digest()
    (one,), (two,) = (store.batches().values() for store in stores)
    assert one.verified("results").read_bytes() == two.verified("results").read_bytes()


def test_an_error_ends_all_processes(tmp_path):
    """What stops the study in the middle leaves neither processes nor results behind."""
    import multiprocessing

    plans = [run.plan("england", _options(2))]
    setups = [plan.setup for plan in plans]
    runs = in_order(replicate.pair, replicate.Plans.of(plans), range(3), setups, 2, lambda _word: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(runs)
    assert multiprocessing.active_children() == []


def test_small_studies_stay_in_one_process():
    """A second process is started where it pays off, or where it is asked for, and never without a run to do."""
    small = [run.plan("england", run.Options(years=1, scale=0.01)).setup]
    assert [workers_for(3, small, asked) for asked in (None, 2, 50)] == [1, 2, 3]
    assert workers_for(1, small, 50) == 1
    assert workers_for(10_000, small, None) == min(MOST_UNASKED, os.cpu_count() or 1)


def test_a_sample_without_any_cluster_is_run_like_any_other():
    """Two per cent of a small region can leave no cluster; the run comes to its end and has a digest."""
    plan = run.plan("eastern-region", run.Options(years=1, scale=0.02))
    assert len(plan.setup.register.cluster_key) == 0
    (one, rows), (again, _) = (replicate.simulate(plan, 0) for _ in range(2))
    assert one.digest == again.digest
    assert len(rows.columns["value"]) > 100
