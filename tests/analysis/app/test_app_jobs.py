"""Jobs give the command line's numbers, keep to their bounds, and end when they are told to."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.app import worker
from analysis.app.form import read_form
from analysis.app.jobs import MOST_WAITING
from tests.analysis.output.outputs import of_page, raw
from tests.servers import PATIENCE

if TYPE_CHECKING:
    from asking import Site


def test_the_saved_scenario_gives_the_same_digests_and_figures_on_the_command_line(
    site: "Site", tmp_path: Path
) -> None:
    """The page's pairs are those of the command, run by run; it says so in plain words, and names what was run."""
    from asking import ended, question

    from analysis.runs.plan import Options, plan
    from analysis.runs.replicate import Plans, pair
    from analysis.studies.compare.difference import differences
    from analysis.studies.compare.report import records
    from analysis.studies.compare.study import carry_out
    from analysis.studies.compare.summing import Asked

    job = ended(site.jobs.start(read_form(question())))
    assert (job.state, job.pairs) == ("done", 3)
    saved = tmp_path / "saved" / f"{job.files[0].name}.yaml"
    saved.parent.mkdir()
    saved.write_text(site.ask("GET", f"/jobs/{job.id}/files/{job.files[0].name}.yaml").text, encoding="utf-8")
    words = job.command()
    options = Options(
        *(
            kind(words[words.index(key) + 1])
            for key, kind in (("--replicates", int), ("--seed", int), ("--years", int), ("--scale", float))
        )
    )
    names = [words[2], str(saved)]
    found = carry_out(names, options, Asked())
    assert job.found is not None
    assert records(job.found) == records(found)
    assert any(record["difference"] for record in records(found))
    page = " ".join(of_page(site.ask("GET", f"/jobs/{job.id}").text).split())
    assert found.base.system in page
    told = [(d.spelt, d.short) for d in differences(found, found.outcomes[0])]
    assert [pair for pair in told if not all(words in page for words in pair)] == []
    assert raw(page) == set()
    plans = [plan(name, options) for name in names]
    assert job.arriving is not None
    for number, digests in job.arriving.digests().items():
        results = pair(Plans.of(plans, job.arriving.measures), number)
        assert [result.get()[0].digest for result in results] == digests


def test_a_kept_past_gives_what_a_fresh_one_gives(site: "Site") -> None:
    """A second question that reuses the warmed-up past has the digests of one that does not."""
    from asking import ended, question

    first = ended(site.jobs.start(read_form(question(places="6000", pairs="2"))))
    kept = len(worker._kept)
    second = ended(site.jobs.start(read_form(question(places="20000", pairs="2")), first.id))
    assert kept == len(worker._kept) == 2
    worker._kept.clear()
    fresh = ended(site.jobs.start(read_form(question(places="20000", pairs="2"))))
    for job in (first, second, fresh):
        assert job.arriving is not None
    assert second.arriving.digests() == fresh.arriving.digests()  # type: ignore[union-attr]
    assert second.arriving.digests() != first.arriving.digests()  # type: ignore[union-attr]


def test_no_more_jobs_wait_than_may_and_the_page_says_so(idle: "Site") -> None:
    """The rest are answered with 429, leave no folder, and the page goes on answering."""
    from asking import question

    answers = [idle.post("/jobs", question()).status for _ in range(30)]
    assert answers == [303] * MOST_WAITING + [429] * (30 - MOST_WAITING)
    assert idle.ask("GET", "/").status == 200
    assert len(list(idle.jobs._root.iterdir())) == MOST_WAITING


def test_a_job_that_replaces_another_ends_it(idle: "Site") -> None:
    """Changing a lever again and again leaves one job, not eight."""
    from asking import question

    old = ""
    for _ in range(8):
        job = idle.jobs.start(read_form(question()), old)
        if old:
            before = idle.jobs.get(old)
            assert before is not None
            assert before.state == "stopped"
        old = job.id


def test_a_stopped_job_ends_and_its_runs_with_it(idle: "Site") -> None:
    """Workers see the mark, and a pair that is asked for afterwards is not run."""
    from asking import OWN, ended, question

    job = idle.jobs.start(read_form(question()))
    assert idle.ask("POST", f"/jobs/{job.id}/stop", [("host", "127.0.0.1:8765"), ("origin", OWN)]).status == 303
    assert ended(job).state == "stopped"
    assert job.pairs == 0


def test_a_job_is_stopped_within_a_year(site: "Site") -> None:
    """The runs that are under way give up after the school year that they are at, and their pair does not count."""
    from asking import ended, question

    job = site.jobs.start(read_form(question(pairs="300", years="30")))
    while not (job.years or job.over):
        time.sleep(0.01)
    site.jobs.stop(job.id)
    simulated = job.years
    assert ended(job).state == "stopped"
    after = ended(site.jobs.start(read_form(question(pairs="2"))))  # begins once the other has given up
    assert (after.state, job.years - simulated <= 1) == ("done", True)


def test_a_question_that_would_take_hours_is_refused_with_advice(idle: "Site") -> None:
    """All of England for 30 years, 500 times: a smaller share is suggested."""
    from asking import question

    fields = [(key, "england" if key == "context" else value) for key, value in question(pairs="500", years="30")]
    answer = idle.post("/jobs", fields)
    assert answer.status == 422
    assert "smaller share of schools" in answer.text


def test_a_run_that_breaks_off_is_told_without_a_trace(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """The job has failed, the page says so, and keeps the details to itself."""
    from asking import ended, question

    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret path /home/somebody")

    monkeypatch.setattr("analysis.runs.replicate.PipelineModel.step", broken)
    job = ended(site.jobs.start(read_form(question())))
    assert job.state == "failed"
    page = site.ask("GET", f"/jobs/{job.id}").text
    assert "no pair of runs finished" in page
    assert "Traceback" not in page


def test_the_pipeline_adds_up_with_the_run(site: "Site") -> None:
    """Posts, vacancies, leavers, strength and chair are those of the model run again; wrong places are 404."""
    from asking import ended, question

    from analysis.app.watch import places, watched
    from simulation.log import FELL_VACANT, FILLED
    from simulation.model import PipelineModel
    from simulation.vocabulary import Role

    job = ended(site.jobs.start(read_form(question(pairs="2"))))
    recording = site.jobs.recording(job, 1)
    assert recording is not None
    register = job.plans[1].setup.register
    model = PipelineModel(job.plans[1].of(0).setup, job.plans[1].seed, 0, measures=())
    model.run()
    shown = watched(recording, register, "all", "heads")
    last = shown.rows[-1]
    heads = model.world.schools
    assert last["posts"] == heads.posts[:, Role.HEAD].sum()
    assert last["vacant"] == (heads.posts - heads.filled)[:, Role.HEAD].sum()
    terms = model.world.log.terms[..., Role.HEAD]
    assert [last[date] for date in ("january", "may", "vacant")] == np.cumsum(terms[FELL_VACANT] - terms[FILLED])[
        1:
    ].tolist()
    assert 0 <= last["acting"] == model.world.log.acting[:, Role.HEAD].sum() <= last["vacant"]
    assert last["leavers"] == (model.world.log.leavers.role == Role.HEAD).sum()
    clusters = [key for key, _ in places(register) if key.startswith("cluster")]
    row = watched(recording, register, clusters[0], "leaders").rows[-1]
    at = list(register.cluster_key).index(int(clusters[0].removeprefix("cluster-")))
    assert row["strength"] == model.world.clusters.strength[at]
    page = site.ask("GET", f"/jobs/{job.id}/pipeline?scenario=1&place={clusters[0]}&group=heads")
    assert page.status == 200
    assert row["chair"].split(",")[0].removeprefix("Head of ") in page.text
    for wrong in (
        "scenario=9",
        "scenario=" + "9" * 5000,
        "scenario=\u0661",
        "scenario=-1",
        "scenario=x",
        "place=cluster-0",
        "place=../x",
        "group=x",
        "phase=x",
        "year=2010",
        "year=x",
    ):
        assert site.ask("GET", f"/jobs/{job.id}/pipeline?{wrong}").status == 404


def test_pairs_that_arrive_in_any_order_say_the_same(site: "Site") -> None:
    """Which worker is done first moves no figure."""
    from asking import ended, question

    from analysis.runs.replicate import Plans
    from analysis.studies.compare.report import records
    from analysis.studies.compare.study import Arriving

    job = ended(site.jobs.start(read_form(question())))
    assert job.arriving is not None
    assert job.found is not None
    other = Arriving(job.plans)
    for number in (2, 0, 1):
        question_again = worker.Question(Plans.of(job.plans, other.measures), "y")
        other.take(number, worker.answer(question_again, number, lambda _word: None))
    assert records(other.comparison()) == records(job.found)


def test_a_saved_comparison_is_a_whole_folder_of_results(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is in it, and the report is a file to download."""
    import os
    import time

    from asking import OWN, ended, question

    from analysis.store import Store

    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(worker.__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    )
    job = ended(site.jobs.start(read_form(question(pairs="2"))))
    assert site.ask("POST", f"/jobs/{job.id}/save", [("host", "127.0.0.1:8765"), ("origin", OWN)]).status == 303
    end = time.monotonic() + PATIENCE
    while job.saved is not None and not job.saved.over and time.monotonic() < end:
        time.sleep(0.2)
    assert job.saved is not None
    assert job.saved.state == "done"
    store = Store.open(job.saved.folder)
    assert store.status().done == store.status().expected == 4
    assert job.arriving is not None
    report = site.ask("GET", f"/jobs/{job.id}/report")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "<html" in report.text
    assert str(job.saved.folder) in site.ask("GET", f"/jobs/{job.id}/saved").text
