"""Tables from Python: the numbers of the command line, in the form asked for, and Mesa's tools on a scenario's model."""

from __future__ import annotations

import importlib.util
import json
import os
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import mesa
import numpy as np
import pandas
import pytest
from typer.testing import CliRunner

import headway
from analysis.cli import app
from analysis.output.study import read_again
from analysis.runs.plan import DEFAULT_SEED
from analysis.store import Store
from analysis.store.select import select
from analysis.studies.compare.report import records

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "guides"
SMALL = {"scale": 0.2, "years": 2, "replicates": 2, "workers": 1}
OPTIONS = ["--scale", "0.2", "--years", "2", "--replicates", "2", "--workers", "1"]
LINES = ["fte", "leaver_rate", "posts_vacant[role=head]"]
BREAK = {"leave.return_from_break": 0.8}
FILE = "title: More come back\nsummary: S\nextends: eastern-region\nlevers: {leave.return_from_break: 0.8}\n"


def command(*arguments: str) -> str:
    """What a command of ``headway`` prints."""
    done = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_run_gives_the_numbers_of_the_command_line(tmp_path):
    """Levers in Python and in a file give the same runs: each value of each replicate, and the means that are printed."""
    (tmp_path / "more.yaml").write_text(FILE)
    printed = json.loads(
        command("run", str(tmp_path / "more.yaml"), *OPTIONS, "--json", "--out", str(tmp_path / "cli"))
    )
    table = headway.run("eastern-region", levers=BREAK, measures=LINES, **SMALL)
    assert list(table) == ["scenario", "line", "unit", "school_year", "replicate", "value"]
    assert set(table["school_year"]) == {"2010/11", "2011/12", "2012/13"}
    means = table.groupby(["line", "school_year"])["value"].mean()
    seen = 0
    for record in printed:
        where = f"[role={record['role']}]" if "role" in record else ""
        if f"{record['measure']}{where}" in LINES and "phase" not in record:
            assert means[f"{record['measure']}{where}", record["school_year"]] == record["mean"]
            seen += 1
    assert seen == 9
    with Store.open(tmp_path / "cli").connect() as db:
        sql, arguments = select(db, "posts_vacant", {"role": "head"}, "replicate, year, value")
        rows = sorted(db.execute(sql, arguments).fetchall())
    vacant = table[table["line"] == "posts_vacant[role=head]"].sort_values(["replicate", "school_year"])
    assert [(r, y, v) for r, y, v in rows] == list(
        zip(vacant["replicate"], vacant["school_year"].str[:4].astype(int), vacant["value"], strict=True)
    )
    plain = headway.run("eastern-region", measures=LINES, **SMALL)
    assert not plain["value"].equals(table["value"])


def test_runs_that_are_kept_are_the_same_and_can_be_read_again(tmp_path):
    """``out`` changes no number, adds to a folder that is there, and keeps the levers so that they can be read again."""
    kept = headway.run("eastern-region", levers=BREAK, measures=LINES, out=tmp_path / "kept", **SMALL)
    pandas.testing.assert_frame_equal(kept, headway.run("eastern-region", levers=BREAK, measures=LINES, **SMALL))
    one = headway.run(
        "eastern-region", levers=BREAK, measures=LINES, out=tmp_path / "kept", **{**SMALL, "replicates": 1}
    )
    pandas.testing.assert_frame_equal(one, kept[kept["replicate"] == 0].reset_index(drop=True))
    (described,) = Store.open(tmp_path / "kept").manifest["scenarios"]
    found = read_again(described)
    assert found is not None
    assert found.parameters.leave.return_from_break == 0.8
    base = headway.load("eastern-region", name="as-it-is", context="eastern-region-2010")
    headway.compare(base, {"extends": "eastern-region", "levers": BREAK}, out=tmp_path / "pairs", **SMALL)
    manifest = Store.open(tmp_path / "pairs").manifest
    assert [one["name"] for one in manifest["scenarios"]] == ["as-it-is", "policy-1"]
    assert None not in [read_again(one) for one in manifest["scenarios"]]


def test_compare_gives_the_records_of_the_command_line(tmp_path, monkeypatch):
    """Every figure that ``headway compare --json`` prints, to the last bit, with policies as files, mappings or levers."""
    monkeypatch.chdir(tmp_path)
    Path("more.yaml").write_text(FILE)
    asked = ["--measure", "fte", "--measure", "heads_leaving"]
    printed = json.loads(command("compare", "eastern-region", "more.yaml", *OPTIONS, *asked, "--json"))
    measures = {"measures": ["fte", "heads_leaving"]}
    from_file = headway.compare("eastern-region", "more.yaml", **measures, **SMALL)
    numbers = from_file.columns.drop(["policy"])
    expected = pandas.DataFrame(printed).drop(columns="where")
    pandas.testing.assert_frame_equal(from_file, expected, check_exact=True)
    for other in (
        headway.compare("eastern-region", levers=BREAK, **measures, **SMALL),
        headway.compare("eastern-region", [{"extends": "eastern-region", "levers": BREAK}], **measures, **SMALL),
        headway.compare(headway.load("eastern-region"), headway.load("more.yaml"), **measures, **SMALL),
    ):
        pandas.testing.assert_frame_equal(other[numbers], from_file[numbers], check_exact=True)
    assert "2 pairs of runs" in from_file.attrs["notes"][0]
    whole = headway.compare("eastern-region", "more.yaml", form="comparison", **measures, **SMALL)
    assert records(whole) == printed


def test_uncertainties_go_to_every_arm_and_levers_to_policies():
    """What is uncertain about a programme goes where it runs; about a parameter, to the base as well."""
    mentors = {"title": "Mentors", "extends": "eastern-region", "programmes": {"excellence-in-leadership": {}}}
    take_up = "programmes.excellence-in-leadership.take_up.apply"
    world = {take_up: 0.8, "leave.state_schools.times": 1.2}
    asked = {"uncertainties": world, "measures": ["leaving", "cost_of_programmes"], "form": "wide", **SMALL}
    grant = {"programmes.excellence-in-leadership.costs.grant": 2000}
    table = headway.compare("eastern-region", mentors, levers=grant, **asked)
    usual = headway.compare("eastern-region", mentors, **asked)
    costs = [one["policy_mean"]["mentors"]["cost_of_programmes", "2012/13"] for one in (usual, table)]
    assert 0 < costs[0] != costs[1] > 0
    plain = headway.compare("eastern-region", mentors, measures=["leaving"], form="wide", **SMALL)
    assert table["base_mean"]["mentors"]["leaving", "2012/13"] > plain["base_mean"]["mentors"]["leaving", "2012/13"]
    assert table["base_mean"]["mentors"]["cost_of_programmes", "2012/13"] == 0
    with pytest.raises(headway.InputError, match="no programme excellence-in-leadership runs"):
        headway.run("eastern-region", uncertainties={take_up: 0.8}, **SMALL)


def test_forms_hold_the_same_numbers():
    """Long, wide and xarray are one table, and each says its units."""
    asked = {"measures": LINES, **SMALL}
    long, wide = headway.run("eastern-region", **asked), headway.run("eastern-region", form="wide", **asked)
    assert list(wide) == LINES
    assert wide.stack().sort_index().tolist() == long.set_index(
        ["scenario", "school_year", "replicate", "line"]
    )["value"].sort_index().tolist()  # fmt: skip
    assert long.attrs["units"] == wide.attrs["units"] == {"fte": "FTE", "leaver_rate": "share", LINES[2]: "posts"}
    if importlib.util.find_spec("xarray") is None:
        with pytest.raises(headway.UserError, match="xarray is not installed"):
            headway.run("eastern-region", form="xarray", **asked)
        return
    cube = headway.run("eastern-region", form="xarray", **asked)
    assert cube["fte"].attrs["units"] == "FTE"
    assert np.array_equal(cube["fte"].values.ravel(), wide["fte"].to_numpy())
    pairs = headway.compare("eastern-region", levers=BREAK, form="xarray", **asked)
    assert set(pairs.dims) == {"line", "years", "policy"}


def test_scenarios_of_other_horizons_and_contexts_are_run_together():
    """Each scenario has the years that it has; a count that only some have is 0 in the others, and a rate is missing."""
    longer = {"title": "Longer", "extends": "eastern-region", "years": 3, "programmes": {"npq": {}}}
    options = {"scale": 0.2, "replicates": 1, "measures": ["headcount", "cost_of_programmes"], "workers": 1}
    table = headway.run([longer, {"title": "Shorter", "extends": "eastern-region", "years": 1}], **options)
    years = table.groupby("scenario")["school_year"].unique().map(list)
    assert years["shorter"] == ["2010/11", "2011/12"]
    assert years["longer"] == ["2010/11", "2011/12", "2012/13", "2013/14"]
    costs = table[table["line"] == "cost_of_programmes"].groupby("scenario")["value"].sum()
    assert costs["shorter"] == 0 < costs["longer"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: headway.run("eastern-region", scale=5), "scale: 5 is not possible; write the share of schools"),
        (lambda: headway.run("eastern-region", scale="0.1"), "scale='0.1': this is not a number"),
        (lambda: headway.run("eastern-region", years=2.5), "years=2.5: this is not a whole number"),
        (lambda: headway.run("eastern-region", replicates=0), "replicates: 0 is not possible"),
        (lambda: headway.run("eastern-region", seed=-1), "seed: -1 is not possible"),
        (lambda: headway.run("eastern-region", schools="none.csv"), "schools: there is no file none.csv"),
        (lambda: headway.run("eastern-region", form="lomg"), "there is no such form\n  Did you mean long?"),
        (lambda: headway.run("eastern-region", measures="fte"), "Write measures=['fte']"),
        (lambda: headway.run("eastern-region", measures=["ftee"]), "there is no measure ftee\n  Did you mean fte?"),
        (lambda: headway.run(["eastern-region"] * 2), "scenario eastern-region: given twice"),
        (lambda: headway.run(headway.load("eastern-region"), levers=BREAK), "it is loaded already"),
        (lambda: headway.run([]), "there is nothing to run"),
        (lambda: headway.run("eastern-region", levers=[BREAK]), "levers: error E0301: parameters by path are due here, got list"),
        (lambda: headway.run("eastern-regoin"), "did you mean eastern-region?"),
        (lambda: headway.compare("eastern-region"), "there is no policy to compare with it"),
        (lambda: headway.compare("eastern-region", levers=BREAK, replicates=1), "replicates: 1 is not possible"),
        (lambda: headway.compare("eastern-region", levers=BREAK, level=0.9), "such as 90"),
        (lambda: headway.compare("eastern-region", levers=BREAK, most=50), "there is no precision to reach"),
        (lambda: headway.compare("eastern-region", levers=BREAK, replicates=4, precision="fte: +/-5"), "decides how many"),
        (lambda: headway.problem(["leave.state_schools"]), "take leave.state_schools.times, or name a cell"),
        (lambda: headway.problem({"leave.per_trust": (0.5, 0.1)}), "the least first"),
        (lambda: headway.problem(["programmes.npq.take_up.apply"]), "no programme npq runs in england"),
        (lambda: headway.problem(["leave.per_trust"], form="emma"), "Write 'salib' or 'ema'"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(call, words):
    """One message that says what was given and what to write, before anything is run."""
    with pytest.raises((headway.UserError, headway.InputError)) as caught:
        call()
    assert words in caught.value.render()


def test_a_problem_has_the_bounds_of_the_files():
    """SALib's dictionary has the ranges that parameters, cells and figures declare, and bounds that are given."""
    names = ["leave.return_from_break", "leave.retire_role_odds.head", "programmes.npq.take_up.apply"]
    scenario = {"extends": "england", "programmes": {"npq": {}}}
    found = headway.problem({**dict.fromkeys(names), "leave.state_schools.times": (0.9, 1.1)}, scenario)
    (npq,) = headway.load(scenario).programmes
    declared = headway.load("england").provenance
    assert found == {
        "num_vars": 4,
        "names": [*names, "leave.state_schools.times"],
        "bounds": [
            list(declared[names[0]].range), list(declared["leave.retire_role_odds"].range),
            list(npq.figures["take_up.apply"].provenance.range), [0.9, 1.1],
        ],
    }  # fmt: skip


def test_a_model_works_with_mesa():
    """A scenario's model is run by Mesa's ``batch_run``, and its data collector has what ``run`` returns."""
    rows = mesa.batch_run(
        headway.Model,
        {
            "scenario": "eastern-region",
            "levers": [BREAK],
            "measures": [LINES],
            "scale": 0.2,
            "years": 2,
            "replicate": [0, 1],
            "rng": DEFAULT_SEED,
        },
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
    )
    table = headway.run("eastern-region", levers=BREAK, measures=LINES, **SMALL)
    assert len(rows) == 2 * len({row["Step"] for row in rows})
    seen = 0
    for row in rows:
        mine = table[(table["replicate"] == row["replicate"]) & (table["school_year"] == row["school_year"])]
        seen += len(mine)
        assert {line: row[line] for line in mine["line"]} == dict(zip(mine["line"], mine["value"], strict=True))
    assert seen == len(table)
    assert {row["seed"] for row in rows} == {DEFAULT_SEED}
    with pytest.raises(ValueError, match="name the same thing"):
        headway.Model("eastern-region", scale=0.2, years=1, seed=1, rng=2)


def test_a_plain_script_may_use_processes(tmp_path):
    """Worker processes do not run a user's script again, so that it needs no guard, and give the same numbers."""
    (tmp_path / "plain.py").write_text(
        "import headway\nprint('once')\n"
        f"table = headway.run('eastern-region', measures={LINES}, **{ {**SMALL, 'workers': 2} })\n"
        "print(table['value'].to_list())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(GUIDES.parents[1])}
    done = subprocess.run(
        [sys.executable, "plain.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    here = headway.run("eastern-region", measures=LINES, **SMALL)
    assert done.stdout == f"once\n{here['value'].to_list()}\n", done.stderr


@pytest.mark.parametrize(("script", "library"), [("morris_salib", "SALib"), ("explore_ema", "ema_workbench")])
def test_the_scripts_of_the_guide_run(script, library, capsys):
    """Each script drives Headway by its library and ranks what it varies, where the library is installed."""
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        found = runpy.run_path(str(GUIDES / f"{script}.py"))
    assert capsys.readouterr().out.count("\n") > 3
    if script == "morris_salib":
        assert found["effects"].index[0] == "leave.state_schools.times"
        assert (found["effects"]["mu_star"] > 0).all()
    else:
        costs, places = found["outcomes"]["cost_of_programmes"], found["experiments"].iloc[:, 2]
        assert (costs > 0).all()
        assert costs[places == places.max()].mean() > costs[places == places.min()].mean()
