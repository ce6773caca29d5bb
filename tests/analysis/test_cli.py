"""The command line: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import cli
from analysis.errors import UserError
from analysis.runs import plan as run
from analysis.runs import replicate
from analysis.store import Store
from tests.analysis import fakes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made_up(monkeypatch):
    """Scenarios and runs that cost nothing: everything before and after the model is real."""

    def plan(name, options):
        if name not in ("england", "coaching"):
            raise UserError(name, "the library has no scenario called so", "It has england, coaching.")
        years = options.years or 15
        setup = SimpleNamespace(
            register=fakes.register(),
            parameters_in=lambda _year: SimpleNamespace(values=dict),
            earlier=(),
            ladder=SimpleNamespace(names=("head",)),
            zones=(),
            programmes=(),
            base_year=2025,
            warm_up_years=2,
            years=years,
            first_year=2023,
            last_year=2025 + years,
        )
        title = fakes.TITLES[name]
        return run.Plan(name, title, setup, options.scale or 1.0, options.seed, options.replicates, {"title": title})

    def simulate(chosen, number, _passed=None, _measures=None):
        return fakes.run(number, chosen.name), fakes.rows(number, chosen.setup.years)

    monkeypatch.setattr(run, "plan", plan)
    monkeypatch.setattr(replicate, "simulate", simulate)
    monkeypatch.setattr("analysis.studies.run.shown_in", fakes.shown_in)


WRONG = [
    (("run", "england", "--replicates", "0"), "0 is not possible", "from 1 to 10,000"),
    (("run", "england", "--replicates", "1000000000"), "1,000,000,000 is not possible", "from 1 to 10,000"),
    (("run", "england", "--replicates", "many"), "--replicates", "integer"),
    (("run", "england", "--scale", "0"), "0 is not possible", "above 0 and up to 1"),
    (("run", "england", "--scale", "2"), "2 is not possible", "above 0 and up to 1"),
    (("run", "england", "--scale", "nan"), "nan is not possible", "above 0 and up to 1"),
    (("run", "england", "--seed", "-1"), "-1 is not possible", "from 0 to 18446744073709551615"),
    (("run", "england", "--seed", str(2**64)), "18446744073709551616 is not possible", "from 0"),
    (("run", "england", "--years", "0"), "0 is not possible", "from 1 to 60"),
    (("run", "england", "--years", "10000"), "10,000 is not possible", "from 1 to 60"),
    (("run", "england", "--schools", "none.csv"), "there is no file none.csv", "schools import"),
    (("run", "england", "--sed", "3"), "No such option: --sed", "--seed"),
    (("run",), "Missing argument", "run --help"),
    (("runn", "england"), "No such command 'runn'", "--help"),
    (("validate", "--replicates", "0"), "0 is not possible", "from 1 to 10,000"),
    (("phases", "--scale", "-1"), "-1 is not possible", "above 0"),
    (("schools", "import", ".", "--out", "."), "this is a folder", "schools.csv"),
    (("schools", "import", ".", "--out", "a/b.csv"), "there is no folder a", "Make it first"),
]


@pytest.mark.parametrize(("arguments", "problem", "allowed"), WRONG, ids=[" ".join(w[0]) for w in WRONG])
def test_a_wrong_option_is_one_message(headway, tmp_path, arguments, problem, allowed):
    """It says what was given and what is allowed, on stderr, with exit code 2, and touches nothing."""
    code, out, err = headway(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert problem in err
    assert allowed in err
    assert len(err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_scenario_is_one_message(headway, made_up, tmp_path):
    """An error of the input is shown as it renders itself, without a trace, and nothing is written."""
    code, out, err = headway("run", "nowhere", "--out", "results")
    assert (code, out) == (2, "")
    assert err == "error: nowhere: the library has no scenario called so\n  It has england, coaching.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["file", "folder"])
def test_a_taken_out_folder_is_refused_before_anything_runs(headway, made_up, monkeypatch, tmp_path, content):
    """Files that are not results are never replaced."""
    monkeypatch.setattr(run, "plan", lambda *_: pytest.fail("the scenario must not even be read"))
    taken = tmp_path / "taken"
    if content == "file":
        taken.write_text("mine")
    else:
        taken.mkdir()
        (taken / "thesis.doc").write_text("mine")
    code, _, err = headway("run", "england", "--out", taken)
    assert code == 2
    assert err.startswith(f"error: {taken}: ")
    assert taken.exists()


def test_run_prints_a_summary_and_keeps_results(headway, made_up, tmp_path):
    """The table has school years, thousands separators and percentages; the folder is named at the end."""
    code, out, err = headway("run", "england", "--replicates", "3", "--years", "4")
    assert (code, err) == (0, "")
    for words in (
        "England as it is",
        "2025/26",
        "2027/28",
        "2029/30",
        "Head posts advertised again",
        "8.6%",
        "3 schools (all schools)",
    ):
        assert words in out
    folder = tmp_path / out.splitlines()[-1].removeprefix("Results, charts and manifest: ")
    manifest = Store.open(folder).manifest
    assert folder.parent == tmp_path / "results"
    assert folder.name == f"england-{manifest['digest'][:8]}"
    assert manifest["command"] == ["headway", "run", "england", "--replicates", "3", "--years", "4"]
    assert manifest["scenarios"][0]["register_notes"] == ["Made up."]
    assert manifest["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    with Store.open(folder).connect() as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (3,)


def test_the_folder_follows_from_the_inputs(headway, made_up, tmp_path):
    """The same command gives the same folder, another seed another one; several scenarios share one."""
    for arguments in (("england",), ("england",), ("england", "--seed", "2"), ("england", "coaching")):
        assert headway("run", *arguments, "--replicates", "1", "--years", "2")[0] == 0
    names = sorted(p.name.rsplit("-", 1)[0] for p in (tmp_path / "results").iterdir())
    assert names == ["england", "england", "england-coaching"]


def test_scenarios_stand_side_by_side(headway, made_up):
    """Each scenario has a row of its own under every line; one that is named twice is refused."""
    code, out, _ = headway("run", "england", "coaching", "--replicates", "2", "--years", "2")
    assert code == 0
    assert out.count(" england ") == out.count(" coaching ") == len(fakes.LINES)
    assert out.count("Teachers who leave") == 1
    code, _, err = headway("run", "england", "england")
    assert (code, err.splitlines()[0]) == (2, "error: scenario england: given twice")


def test_json_is_json_and_nothing_else(headway, made_up):
    """With --json, stdout is a list of records and stderr, no terminal here, is silent."""
    code, out, err = headway("run", "england", "--replicates", "3", "--years", "4", "--json")
    records = json.loads(out)
    assert (code, err) == (0, "")
    assert len(records) == len(fakes.LINES) * 3
    first = records[0]
    assert first["measure"] == "posts_readvertised"
    assert first["school_year"] == "2025/26"
    values = [float(fakes.rows(r, 4).columns["value"][0]) for r in range(3)]
    assert first["mean"] == pytest.approx(sum(values) / 3, rel=1e-12)
    assert (first["low"], first["high"]) == (min(values), max(values))


def test_an_interrupt_ends_with_130_and_leaves_nothing(headway, made_up, monkeypatch, tmp_path):
    """Control-C in the middle of a run: exit code 130, no results, no trace."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(replicate, "simulate", interrupt)
    code, out, err = headway("run", "england")
    assert (code, out) == (130, "")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_defect_keeps_its_trace(made_up, monkeypatch, tmp_path):
    """Errors that are not the user's are not dressed up as such."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(replicate, "simulate", lambda *_: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["headway", "run", "england"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_check_prints_problems_or_ok(headway, monkeypatch):
    """Each file is reported; one bad file makes the exit code 2; --json has a record per problem."""
    import scenarios
    from analysis.studies import idle

    problem = SimpleNamespace(
        file="bad.yaml",
        line=2,
        column=3,
        code="E0001",
        message="wrong",
        hint=None,
        render=lambda: "bad.yaml:2:3: error E0001: wrong",
    )
    monkeypatch.setattr(
        scenarios, "check", lambda file: [problem] if Path(file).name == "bad.yaml" else [], raising=False
    )
    monkeypatch.setattr(idle, "idle_in", lambda _file: [])
    assert headway("check", "good.yaml") == (0, "good.yaml: OK\n", "")
    code, out, _ = headway("check", "good.yaml", "bad.yaml")
    assert (code, out) == (2, "good.yaml: OK\nbad.yaml:2:3: error E0001: wrong\n")
    code, out, err = headway("check", "bad.yaml", "--json")
    assert (code, err) == (2, "")
    assert json.loads(out) == [
        {"file": "bad.yaml", "line": 2, "column": 3, "code": "E0001", "message": "wrong", "hint": None}
    ]


def test_the_page_of_commands_has_every_option_of_a_run_and_every_command():
    """The table of options in the reference and the command agree, both ways."""
    from typer.main import get_command

    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    commands = get_command(cli.app).commands
    for command, heading in (("run", "## Options of a run"), ("sweep", "## Options of a sweep")):
        options = {o for p in commands[command].params for o in p.opts if o.startswith("--")} - {"--help"}
        section = page.split(heading)[1].split("\n## ")[0]
        assert set(re.findall(r"^\| `(--[a-z]+)`", section, re.MULTILINE)) == options, command
    named = {line.split()[0].strip("`") for line in re.findall(r"^\| (`[a-z]+[^|]*)\|", page, re.MULTILINE)}
    assert named == set(commands)


def test_measures_are_found_by_words(headway):
    """Every word narrows the list; words that no measure has are an error and not an empty table."""
    code, out, _ = headway("measures", "retention", "--json")
    names = [record["name"] for record in json.loads(out)]
    assert code == 0
    assert "retention_new_to_post" in names
    assert "headcount" not in names
    code, out, err = headway("measures", "unicorns")
    assert (code, out) == (2, "")
    assert err.startswith("error: unicorns: no measure has all of these words")


def test_phases_are_printed_in_order(headway):
    """The table is the list of processes, in the order in which they run."""
    from simulation.phases import PHASES

    code, out, _ = headway("phases", "--json")
    assert code == 0
    assert [r["process"] for r in json.loads(out)] == [p.name for p in PHASES]
    _, out, _ = headway("phases")
    assert all(p.name in out for p in PHASES)


def _python(*arguments: str, **options) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False, **options
    )


def test_help_and_version_load_nothing_heavy():
    """Help comes at once because finding the commands loads none of the libraries that they use."""
    heavy = [
        "numpy",
        "numba",
        "mesa",
        "pandas",
        "scipy",
        "duckdb",
        "altair",
        "vl_convert",
        "pydantic_core",
        "simulation",
    ]
    code = (
        "import sys\nfrom analysis.cli import main\nsys.argv = ['headway', '--help']\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        f"print('LOADED', [m for m in {heavy} if m in sys.modules])"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr
    assert "LOADED []" in done.stdout.replace("'pydantic_core'", "") or "LOADED ['pydantic_core']" in done.stdout
    for command in (
        "run",
        "check",
        "explain",
        "query",
        "export",
        "merge",
        "library",
        "measures",
        "phases",
        "validate",
        "schools",
    ):
        assert f" {command} " in done.stdout


def test_version_is_the_projects():
    """--version says what pyproject.toml says."""
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    done = _python("-c", "from analysis.cli import main; main()", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"headway {version}\n", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes of another kind")
def test_a_reader_that_goes_away_is_no_error():
    """``headway phases | true`` prints no trace and no complaint."""
    command = f"{sys.executable} -c 'from analysis.cli import main; main()' phases --json | true"
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == ""
