"""``headway compare``: what it prints, and with which exit code it ends."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.runs import plan as run
from analysis.runs.work import Result
from analysis.store import Told
from analysis.studies.compare import study
from tests.analysis.studies.compare.plans import base, coached, halved, made_up


@pytest.fixture
def ready(monkeypatch):
    """Small scenarios under the names england, coached and halved."""
    plans = {"england": base(), "coached": coached(), "halved": halved()}
    monkeypatch.setattr(
        run, "plan", lambda name, options: replace(plans[name], replicates=options.replicates, seed=options.seed)
    )


def test_a_table_for_each_policy_and_words_at_the_end(headway, ready):
    """Pairs, seed and the kind of doubt are said, in lines of at most 100 characters."""
    code, out, err = headway("compare", "england", "coached", "halved", "--replicates", "2", "--measure", "teachers")
    assert (code, err) == (0, "")
    assert out.count("Teachers in post, people") >= 2
    for words in (
        "Coached, compared with",
        "Halved, compared with",
        "2 pairs of runs, seed 1",
        "Chance alone: parameters",
    ):
        assert words in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 100


def test_json_is_records_and_nothing_else(headway, ready):
    """Years alone and together, with every statistic that a program may want."""
    code, out, err = headway(
        "compare", "england", "coached", "--replicates", "2", "--measure", "heads_leaving", "--json"
    )
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert [r["years"] for r in found] == ["2028/29", "2026/27 to 2028/29, in total"]
    assert {
        "difference",
        "low",
        "worth_telling",
        "large_enough_to_notice",
        "variance_ratio",
        "unpaired_standard_error",
        "words",
    } <= set(found[0])


def test_a_missed_precision_ends_with_1_and_failed_runs_with_3(headway, ready, monkeypatch):
    """Reached or not is printed too, with the number of pairs that it took."""
    monkeypatch.setattr(study, "pair", made_up(5.0))
    target = ("compare", "england", "coached", "--most", "40", "--precision")
    code, out, _ = headway(*target, "headcount: +/-0.01 at 90%")
    assert code == 1
    assert "NOT reached after 40 pairs" in out
    code, out, _ = headway(*target, "headcount: +/-4 at 90%")
    assert code == 0
    assert "after 35 pairs" in " ".join(out.split())

    fine = study.pair

    def failing(given, number, passed):
        found = fine(given, number, passed)
        if number == 2:
            found[1] = Result(None, 0.0, Told("RuntimeError", "no luck", ""))
        return found

    monkeypatch.setattr(study, "pair", failing)
    code, out, _ = headway("compare", "england", "coached", "--replicates", "4", "--measure", "headcount")
    assert code == 3
    assert "PARTIAL: 1 run did not come to an end" in out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("england",), "Missing argument"),
        (("england", "coached", "--replicates", "1"), "from 2 to 10,000"),
        (("england", "coached", "--replicates", "40", "--precision", "teachers: ±5"), "Cap them with --most"),
        (("england", "coached", "--most", "40"), "there is no --precision to reach"),
        (("england", "coached", "--level", "0.9"), "from 50 to 99.9"),
        (("england", "england"), "given twice"),
        (("england", "coached", "--measure", "teacher"), "Did you mean teachers?"),
    ],
)
def test_a_wrong_option_is_one_message(headway, ready, tmp_path, arguments, problem):
    """In two lines at most, and no file is made."""
    code, out, err = headway("compare", *arguments)
    assert (code, out) == (2, "")
    assert problem in err
    assert len(err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
