"""The command line: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import api, cli, options, stopping
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
            register_at_start=fakes.register(),
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
    (("run", "england", "--scale", "a tenth"), "'a tenth' is no number", "like 0.9 or 90%"),
    (("run", "england", "--scale", "120%"), "1.2 is not possible", "above 0 and up to 1"),
    (("compare", "england", "x", "--level", "9O"), "'9O' is no number", "like 90 or 90%"),
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


def test_a_scale_may_be_a_percentage(headway, made_up):
    """A tenth of the schools is one and the same run however it is written."""
    assert headway("run", "england", "--scale", "10%")[1] == headway("run", "england", "--scale", "0.1")[1]


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


def test_a_defect_keeps_its_trace(headway, made_up, monkeypatch, tmp_path):
    """Errors that are not the user's are told as such: what happened, what is kept, and the file that has the trace."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = []

    def second_fails(chosen, number, _passed=None, _measures=None):
        done.append(number)
        return (fakes.run(number, chosen.name), fakes.rows(number, chosen.setup.years)) if number == 0 else 1 / 0

    monkeypatch.setattr(replicate, "simulate", second_fails)
    code, out, err = headway("run", "england", "--out", "here")
    assert (code, out) == (5, "")
    (trace,) = tmp_path.glob("headway-trace-*.txt")
    assert "ZeroDivisionError: division by zero" in err
    assert "1 of 4 runs are kept in here; the same command goes on." in err
    assert str(trace) in err
    assert "Traceback" not in err
    assert "second_fails" in trace.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "no memory left"),
        (OSError(24, "Too many open files", "x"), "x: Too many open files. Allow more open files: ulimit -n"),
        (OSError(5, "Input/output error", "x"), "x: Input/output error"),
    ],
)
def test_what_the_machine_refuses_is_told_in_a_line(headway, made_up, monkeypatch, tmp_path, error, words):
    """Neither memory nor a system call that fails where nobody has foreseen it ends in a traceback."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def fails(*_):
        raise error

    monkeypatch.setattr(run, "plan", fails)
    code, out, err = headway("run", "england")
    assert (code, out) == (5, "")
    assert words in err
    assert "Traceback" not in err


def test_an_interruption_is_one_whatever_comes_of_it(headway, made_up, monkeypatch):
    """Libraries make other errors of Control-C: what counts is that it was pressed. The second press ends the process."""
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)

    def swallow(*_):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise KeyError("half an import")

    monkeypatch.setattr(run, "plan", swallow)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what starts tests in the background ignores it
    try:
        code, out, err = headway("run", "england")
        assert (code, out, err) == (130, "", f"Stopped. {stopping.NOTHING}\n")
        assert ended == [130]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interruption_where_none_can_be_raised_comes_again(headway, made_up, monkeypatch):
    """Python swallows what is raised while an object is deleted: Control-C is raised once more, out of a wait too, and is no second one."""
    ends, waited = os.pipe(), []

    def end_the_wait():
        waited.append("to the end")
        os.write(ends[1], b".")

    class Deleted:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def wait(*_):
        Deleted()
        os.read(ends[0], 1)

    monkeypatch.setattr(run, "plan", wait)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(60, end_the_wait)
    timer.start()
    try:
        code, out, err = headway("run", "england")
        assert (code, out, err) == (130, "", f"Stopped. {stopping.NOTHING}\n")
        assert waited == []
    finally:
        timer.cancel()
        for end in ends:
            os.close(end)
        signal.signal(signal.SIGINT, before)


def test_of_what_an_interruption_leaves_half_done_nothing_is_said(headway, made_up, monkeypatch):
    """A library's file whose writing was cut off complains when it is deleted, which is before the command has ended."""
    deleted = []

    class HalfWritten:
        def __init__(self):
            self.itself = self  # as a trace and what it is of

        def __del__(self):
            deleted.append(True)
            raise ValueError("I/O operation on closed file")

    def write(*_):
        half = HalfWritten()
        signal.raise_signal(signal.SIGINT)
        return half

    monkeypatch.setattr(run, "plan", write)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code, out, err = headway("run", "england")
        assert (code, out, err) == (130, "", f"Stopped. {stopping.NOTHING}\n")
        assert deleted == [True]
    finally:
        signal.signal(signal.SIGINT, before)


CLOSED = [
    ("2>&-", 0, True),
    (">&-", 0, False),
    ("<&- >&- 2>&-", 0, False),
    (">/dev/full", 4, False),
    ("2>/dev/full", 0, True),
    (">/dev/full 2>&-", 4, False),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(("streams", "code", "shown"), CLOSED)
@pytest.mark.parametrize("command", ["library --json", "phases", "check england"])
def test_streams_that_are_closed_or_full(streams, code, shown, command):
    """What cannot be shown is left out, and what can be is whole; a full output has an exit code of its own."""
    call = f"exec {sys.executable} -m headway {command} {streams}"
    done = subprocess.run(call, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert bool(done.stdout) == shown


def test_every_path_goes_through_one_door():
    """Every command reads each path that it takes with the same function."""
    from typer.main import get_command

    def params(command):
        yield from command.params
        for inner in getattr(command, "commands", {}).values():
            yield from params(inner)

    described = [p.type_descriptor for p in params(get_command(cli.app)) if hasattr(p, "type_descriptor")]
    paths = [d.parameter_info for d in described if d.annotation in (Path, list[Path])]
    assert len(paths) > 20
    assert [info.help for info in paths if info.parser is not options.as_path] == []


NO_PATHS = [
    ("", "this name is empty"),
    ("a" * 300, "a name in it has 300 bytes"),
    ("\udcff", "\\xff: it has bytes that are no text"),
    ("taken/x", "taken is a file and no folder"),
    ("~nobody-at-all/x", "nobody knows where ~nobody-at-all is"),
]


@pytest.mark.parametrize(("path", "words"), NO_PATHS)
@pytest.mark.parametrize(
    "command",
    [("run", "england", "--out"), ("compare", "england", "england", "--out"), ("report",), ("export", "x", "--csv"), ("sweep",),
     ("merge", "x", "--out"), ("query", "x", "SELECT 1", "--csv"), ("deck", "x", "--out"), ("schools", "import", "x", "--out")],
)  # fmt: skip
def test_what_can_be_no_path_is_told_before_anything_is_done(headway, tmp_path, command, path, words):
    """Empty, too long, no text, behind a file, somebody's home that is not known."""
    (tmp_path / "taken").touch()
    code, out, err = headway(*command, path)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(("path", "words"), NO_PATHS)
@pytest.mark.parametrize("function", ["open_study", "compare_stored", "figures"])
def test_what_can_be_no_path_is_told_in_python_too(monkeypatch, tmp_path, function, path, words):
    """The functions that open a folder of results read its path with the same function as the commands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").touch()
    with pytest.raises(UserError) as caught:
        getattr(api, function)(path)
    assert words in caught.value.render()


def test_a_user_without_a_home_has_an_empty_one(headway, monkeypatch):
    """Libraries that draw ask where it is when they are imported, and stop if nobody knows."""
    monkeypatch.setenv("HOME", "")

    def unknown(path):
        return path if not path.startswith("~") or not os.environ["HOME"] else path.replace("~", os.environ["HOME"], 1)

    monkeypatch.setattr(os.path, "expanduser", unknown)
    with pytest.raises(RuntimeError):
        Path.home()
    assert headway("library")[0] == 0
    assert Path.home() == Path("/nonexistent")


def test_home_is_known_behind_an_equals_sign(headway, made_up, monkeypatch, tmp_path):
    """A shell leaves ``--out=~/x`` as it is: runs, batches and charts all go where the user meant."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    code, _, err = headway("run", "england", "--years", "4", "--out=~/here")
    assert (code, err) == (0, "")
    assert (tmp_path / "home" / "here" / "manifest.json").is_file()
    assert not (tmp_path / "~").exists()


def test_results_are_safe_before_they_are_drawn(headway, made_up, monkeypatch):
    """A process that draws and dies leaves the run as it is: a summary, exit code 4, and the same command draws."""
    from analysis import drawing

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_CHILD", "import os; os.abort()")
        code, out, err = headway("run", "england", "--years", "4", "--out", "here")
    assert code == 4
    assert "Results and manifest: here" in out
    assert "Charts could not be drawn: the process that draws was ended by SIGABRT" in err
    assert "charts" not in Store.open("here").manifest
    code, out, err = headway("run", "england", "--years", "4", "--out", "here")
    assert (code, err) == (0, "All 4 runs are there already: nothing had to be run.\n")
    assert Store.open("here").manifest["charts"]
    assert Store.open("here").verify() == []


def test_a_chart_that_cannot_be_written_is_told(headway, made_up, tmp_path):
    """The message of the process that draws is what the user reads."""
    code, _, _ = headway("run", "england", "--years", "4", "--out", "here")
    assert code == 0
    shutil.rmtree(tmp_path / "here" / "charts")
    (tmp_path / "here" / "charts").touch()
    code, _, err = headway("run", "england", "--years", "4", "--out", "here")
    assert code == 4
    assert f"Charts could not be drawn: {tmp_path / 'here' / 'charts'}: this is a file, and a folder is due here" in err


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
    Path("good.yaml").write_text("title: A\nsummary: B.\nextends: england\n", encoding="utf-8")
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
        assert set(re.findall(r"^\| `(--[a-z-]+)`", section, re.MULTILINE)) == options, command
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
