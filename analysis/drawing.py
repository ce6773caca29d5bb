"""The charts of a folder, drawn by a process of its own: what draws may take its process down, and the results are safe by then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from analysis import last_resort
from analysis.limits import TO_DRAW

ROOT = Path(__file__).resolve().parents[1]
_CHILD = "import sys; sys.path.append(sys.argv[1]); from analysis.drawing import main; main(sys.argv[2])"


def draw_apart(folder: Path) -> str:
    """Draw the charts of a folder of results; returns why they could not be drawn, or nothing."""
    # -P: a folder called analysis in the current one is not Headway's.
    command = [sys.executable, "-P", "-c", _CHILD, str(ROOT), str(folder.absolute())]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        return f"no process could be started for them: {error.strerror}"
    if done.returncode >= 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        return _ours(said) if done.returncode else ""
    name = signal.Signals(-done.returncode).name
    return (
        f"the process that draws was ended by {name}. It may have had too little memory: "
        f"drawing reserves {TO_DRAW >> 30} GB of addresses, whatever of them it uses; see ulimit -v"
    )


def _ours(said: str) -> str:
    """Of what the process has said, its own message, which comes last: libraries that draw may have said more."""
    return f"\n{said}".rsplit("\nerror: ", 1)[-1].strip()


def draw(folder: Path) -> None:
    """Draw what the runs of a folder show, and keep what a report will read of them."""
    from analysis.charts import draw_all
    from analysis.output.study import Study, gather_all
    from analysis.store import Store

    store = Store.open(folder)
    with store.writing(), Study.of(store) as study:
        gather_all(study.source)
        store.note(charts=draw_all(study.source, folder / "charts"))


def main(folder: str) -> None:
    """Be the process that draws: exit code 0, or 1 and a message on stderr."""
    try:
        draw(Path(folder))
    except Exception as error:
        message = error.render() if hasattr(error, "render") else last_resort.told(error)
        print(message, file=sys.stderr, flush=True)
        os._exit(1)  # whatever the libraries that draw would still do
