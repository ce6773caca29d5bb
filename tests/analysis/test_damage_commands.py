"""What commands say of a damaged folder: no traceback, and advice that is followed to the letter ends with equal contents."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import drawing
from analysis.errors import UserError
from analysis.store import Store
from analysis.studies.sweep import execute
from tests.analysis import sweeping
from tests.analysis import test_store_damage as damaged

ROOT = Path(__file__).resolve().parents[2]
KINDS = {**damaged.KINDS, "chart": "charts/*.svg", "what the report shows": "report/tables.json"}
RUN = ("run", "england", "--scale", "0.0005", "--years", "1", "--replicates", "2", "--workers", "1")
COMMANDS = {
    "run": (*RUN, "--out", "mine"),
    "sweep": ("sweep", "design.yaml", "--workers", "1", "--out", "mine"),
    "export": ("export", "mine", "--csv", "out.csv"),
    "report": ("report", "mine"),
    "check": ("check", "mine"),
    "merge": ("merge", "mine", "--out", "joined"),
    "repair": ("repair", "mine"),
}
OF_A_RUN = ("chart", "what the report shows", "index of the extract", "extract")
"""Files that a sweep has not."""
EVERY = [
    (kind, damage, first)
    for kind in KINDS if kind not in ("run", "failure")  # a study that is whole has none
    for damage in damaged.DAMAGE for first in COMMANDS if first != "sweep" or kind not in OF_A_RUN
]  # fmt: skip
DESIGN = sweeping.DESIGN.replace("draws: 3", "draws: 2").replace("replicates: 2", "replicates: 1")
CASES = EVERY if os.environ.get("HEADWAY_DAMAGE") == "all" else EVERY[::74]
"""``HEADWAY_DAMAGE=all`` tries every kind of file with every damage before every command."""


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Two studies that are whole, with charts and reports; and two sweeps."""
    above = tmp_path_factory.mktemp("studies")
    for name, text in (("mine", DESIGN), ("other", f"{DESIGN}seed: 2\n")):
        (above / "swept" / name).mkdir(parents=True)
        execute.sweep(
            sweeping.design(above / "swept" / name, text), above / "swept" / name / "out", execute.Options(workers=1)
        )
    for name, seed in (("mine", "1"), ("other", "2")):
        for command in ((*RUN, "--seed", seed, "--out", name), ("report", name)):
            call = [sys.executable, "-m", "headway", *command]
            subprocess.run(
                call, cwd=above, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
            )
    return above


def _follow(said: str, folder: Path) -> None:
    """Delete what a message says is to be deleted."""
    given = re.search(r"error: (.*?): ", said)
    assert given is not None
    named = [Path(given[1])] if re.search(r"Delete (it|that|the file named first)", said) else []
    named += [folder / "batches" / name for name in re.findall(r"and (batch-[0-9a-f]+\.json)", said)]
    for path in named:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.mark.parametrize(("kind", "damage", "first"), CASES)
def test_every_command_tells_of_damage_and_its_advice_ends_well(
    headway, studies, remembered, drawn_once, monkeypatch, tmp_path, kind, damage, first
):
    """Whichever command meets it first; the command that made the results then makes again what is gone."""
    monkeypatch.setattr(drawing, "draw_apart", _drawn)  # a process for each costs seconds
    maker = "sweep" if first == "sweep" else "run"
    mine, other = (studies / "swept" / of / "out" if maker == "sweep" else studies / of for of in ("mine", "other"))
    design = str(studies / "swept" / "mine" / "design.yaml")
    folder = Path(shutil.copytree(mine, tmp_path / "mine"))
    expected = Store.open("mine").digest()
    path, beside = (sorted(of.glob(KINDS[kind]))[0] for of in (folder, other))
    damaged.DAMAGE[damage](path, beside)
    for _ in range(6):
        shutil.rmtree("joined", ignore_errors=True)
        said = []
        for name in (first, maker, "check"):
            code, out, err = headway(*(design if word == "design.yaml" else word for word in COMMANDS[name]))
            assert code in (0, 2, 3, 4), err
            assert "Traceback" not in err
            if code in (2, 4):
                said.append(err + out)
                _follow(err or out, folder)
        if not said:
            break
    assert said == []
    assert Store.open("mine").digest() == expected
    assert Store.open("mine").verify() == []


def _drawn(folder: Path) -> str:
    try:
        drawing.draw(folder)
    except UserError as error:
        return error.render()
    return ""
