"""Runs in several processes are the runs of one process."""

from __future__ import annotations

import pytest

from analysis import run, store, study, workers


def _options(count):
    return run.Options(replicates=3, years=1, scale=0.005, workers=count)


def test_results_do_not_depend_on_the_number_of_processes(tmp_path):
    """Digests, their order and every file but the times are the same with one and with two processes."""
    folders = [study.carry_out(["england"], _options(n), tmp_path / str(n)).folder for n in (1, 2)]
    found = []
    for folder in folders:
        with store.read(folder) as db:
            found.append(db.execute("SELECT scenario, replicate, seed, digest FROM runs").fetchall())
    assert found[0] == found[1]
    assert [row[1] for row in found[0]] == [0, 1, 2]
    assert len({row[3] for row in found[0]}) == 3
    assert (folders[0] / store.RESULTS).read_bytes() == (folders[1] / store.RESULTS).read_bytes()


def test_an_error_ends_all_processes(tmp_path):
    """What stops the study in the middle leaves neither processes nor results behind."""
    import multiprocessing

    plans = [run.plan("england", _options(2))]
    runs = workers.simulate_all(plans, 2, lambda _word: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        list(runs)
    assert multiprocessing.active_children() == []


def test_small_studies_stay_in_one_process():
    """A second process is started where it pays off, or where it is asked for, and never without a run to do."""
    small = [run.plan("england", run.Options(replicates=3, years=1, scale=0.01))]
    assert workers.how_many(small, None) == 1
    assert workers.how_many(small, 2) == 2
    assert workers.how_many(small, 50) == 3
