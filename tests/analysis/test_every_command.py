"""What holds of every command: JSON for programs, lines that fit a narrow terminal, and Control-C at any moment.

``HEADWAY_CONTROL_C=20`` presses Control-C at so many moments of each command, in place of one, and tries those that take
seconds too.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
from functools import partial

import pytest
from typer.main import get_command

from analysis import cli, drawing
from analysis.store import Store
from tests.analysis.every import COMMANDS, ELSEWHERE, STUDY, folder_for_all

NARROW = 60
MOMENTS = int(os.environ.get("HEADWAY_CONTROL_C", "0"))
LATE = 0.8
"""When Control-C is pressed in a command that keeps something: most of its events are over by then."""
EARLY = 0.3
"""When it is pressed in the others, which begin again."""
SLOW = {"back-test", "reckoner", "report", "reproduce", "stress"}
"""They take seconds each."""
TRIED = [name for name in COMMANDS if MOMENTS or name not in SLOW]


class _Presses:
    """Counts the events of which Python tells, such as a file that is opened, and presses Control-C at one of them."""

    def __init__(self) -> None:
        self.count = self.at = 0
        self.on = False
        sys.addaudithook(self._hear)

    def _hear(self, _event: str, _given: object) -> None:
        if self.on:
            self.count += 1
            if self.count == self.at:
                signal.raise_signal(signal.SIGINT)

    def during(self, call, at: int = 0):
        """Call with Control-C at event ``at``, or count alone."""
        gc.collect()  # what earlier commands have left is not closed within this one
        self.count, self.at, self.on = 0, at, True
        try:
            return call()
        finally:
            self.on = False


@pytest.fixture(scope="module")
def presses():
    """One hook for all: it cannot be taken away."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what starts tests in the background ignores it
    yield _Presses()
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A folder with what every command needs."""
    folder = tmp_path_factory.mktemp("ready")
    folder_for_all(folder)
    return folder


@pytest.fixture
def typed(ready, headway, monkeypatch, tmp_path):
    """Calls a command in a fresh copy of the folder; charts are drawn by a process of its own, which is not tried here.

    ``within`` has the command alone, and not the copying: Control-C is the command's to meet.
    """
    monkeypatch.setattr(drawing, "draw_apart", lambda _folder: "")
    if not (ready / "study").exists():
        monkeypatch.chdir(ready)
        for words in STUDY if MOMENTS else STUDY[:1]:
            assert headway(*words)[0] == 0
    where = tmp_path / "here"

    def call(*words: str, anew: bool = True, within=lambda command: command()):
        if anew:
            monkeypatch.chdir(tmp_path)
            shutil.rmtree(where, ignore_errors=True)
            shutil.copytree(ready, where)
        monkeypatch.chdir(where)
        return within(partial(headway, *words))

    return call


@pytest.fixture(scope="module")
def plain():
    """What each command has printed on a narrow terminal: exit code, output, messages, and events counted."""
    return {}


@pytest.fixture
def printed(plain, typed, presses, terminal):
    """As ``plain``, made when it is first asked for."""

    def of(name: str):
        if name not in plain:
            with terminal(NARROW):
                plain[name] = (*typed(*COMMANDS[name].words, within=presses.during), presses.count)
        return plain[name]

    return of


def test_every_command_is_in_the_table():
    """A new command takes its place here, or says where else it is looked at."""
    assert {*COMMANDS, *ELSEWHERE} == set(get_command(cli.app).commands)


def test_every_command_that_prints_has_json():
    """All but the page, which prints nothing and is shown by a browser."""

    def leaves(command):
        inner = getattr(command, "commands", None)
        return [command] if inner is None else [leaf for one in inner.values() for leaf in leaves(one)]

    without = [c.name for c in leaves(get_command(cli.app)) if "--json" not in [o for p in c.params for o in p.opts]]
    assert without == ["app"]


@pytest.mark.parametrize("name", TRIED)
def test_lines_fit_a_narrow_terminal_and_no_word_is_cut(name, printed):
    """Each line has 60 characters at most, or is one word that has more; no word ends in an ellipsis."""
    code, out, err, _ = printed(name)
    assert code == COMMANDS[name].code, err
    assert out.strip()
    for line in out.splitlines():
        assert len(line.rstrip()) <= NARROW or len(line.split()) == 1 or " | " in line, line
        assert not line.rstrip().endswith("…"), line


@pytest.mark.parametrize("name", TRIED)
def test_json_is_all_that_is_printed(name, typed, printed):
    """Standard output is one piece of JSON; the exit code is the same as without."""
    code, out, _ = typed(*COMMANDS[name].words, "--json")
    assert code == COMMANDS[name].code
    assert json.loads(out)


@pytest.mark.parametrize("name", TRIED)
def test_control_c_is_one_line_and_the_same_command_goes_on(name, typed, printed, presses):
    """Exit code 130, what is kept and how to go on, and then the same command ends well with the same results."""
    command = COMMANDS[name]
    code, _, _, events = printed(name)
    shares = [(i + 0.5) / MOMENTS for i in range(MOMENTS)] or [LATE if command.keeps else EARLY]
    for share in shares:
        at = max(1, round(share * events))
        code, _, err = typed(*command.words, within=partial(presses.during, at=at))
        if presses.count < at:  # over before it was pressed: it had fewer events than the first time, which imports
            assert code == command.code
            if not presses.count:
                continue
            at = max(1, round(share * presses.count))
            code, _, err = typed(*command.words, within=partial(presses.during, at=at))
        assert code == 130, (at, err)
        last = [
            line for line in err.splitlines() if not line.startswith(("Compiling", "All ", "4 runs to do", "Stopping"))
        ]
        assert "Traceback" not in err
        assert "Exception ignored" not in err
        assert last[-1].startswith("Stopped. "), err
        assert "the same command" in last[-1]
        if command.keeps:
            code, _, err = typed(*command.words, anew=False)
            assert code == 0, err
            store = Store.open(command.keeps)
            assert store.verify() == []
            assert store.status().complete


OFFERED = [
    ("run eng", ["england", "england-2010", "england-2010-constant", "england-middle-steps"]),
    ("evaluate teaching", ["teaching-leaders"]),
    ("explain future", ["future-leaders"]),
    ("run england --context eastern", ["eastern-region-2010"]),
    ("compare england england --measure heads_l", ["heads_leaving"]),
    ("export study --measure turnover_of", ["turnover_of_heads", "turnover_of_heads_by_grade"]),
    ("rep", ["repair", "report", "reproduce"]),
]


@pytest.mark.parametrize(("typed_so_far", "offered"), OFFERED)
def test_a_shell_is_offered_names(headway, monkeypatch, typed_so_far, offered):
    """Commands, and names of scenarios, programmes, contexts, figures and measures, as bash asks for them."""
    words = f"headway {typed_so_far}"
    monkeypatch.setenv(cli.COMPLETING, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    code, out, err = headway()
    assert (code, out.split(), err) == (0, offered, "")


def test_completion_loads_nothing_heavy():
    """A shell waits for it at each press of the key: the names of the library are those of its files."""
    code = "import sys; from analysis.cli import main\ntry: main()\nfinally: print([m for m in ('numba', 'duckdb', 'mesa', 'pandas') if m in sys.modules])"
    asked = {"COMP_WORDS": "headway run eng", "COMP_CWORD": "2", cli.COMPLETING: "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[-1] == "[]", done.stderr
