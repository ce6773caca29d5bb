"""How the pages' commands are run: all of them, by what a newcomer has, and a failure says what was printed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs import commands
from tests.docs.test_pages import PAGES
from tests.servers import served

ROOT = Path(__file__).resolve().parents[2]
RUN = {"python", "console", "sh"}
SHOWN = {"yaml", "csv", "text", ""}
"""Languages of blocks that hold no commands."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_command_stands_in_a_block_that_is_not_run(page):
    """Every block is of a language that is run, or holds no line that a reader would type into a shell."""
    for language, block in re.findall(
        r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        assert language in RUN | SHOWN, block
        if language in SHOWN:
            assert re.findall(r"^(?:\$ |headway |python3? |pip |dask |solara ).*", block, re.MULTILINE) == []
    assert re.findall(r"^    (?:\$ )?(?:headway|python3?|pip) .*", page.read_text(encoding="utf-8"), re.MULTILINE) == []


def test_nobody_is_sent_to_the_index_for_headway():
    """That name is not ours there: no file of the project tells anybody to install it."""
    told = re.compile(r"pip install[^\n]*?\bheadway\b|\bheadway" + r"\[[\w{]")
    files = [path for kind in ("py", "md", "ipynb", "toml", "html") for path in ROOT.rglob(f"*.{kind}")]
    # The extras of pyproject.toml name one another, and are installed from the clone alone.
    apart = {Path(__file__), ROOT / "pyproject.toml"}
    ours = [path for path in files if path not in apart and not path.relative_to(ROOT).parts[0].startswith(".")]
    assert len(ours) > 300
    assert [path for path in ours if told.search(path.read_text(encoding="utf-8"))] == []


def test_the_clone_has_what_a_newcomer_has(clone):
    """The development tools are not there, so a command that needs one fails."""
    done = subprocess.run(
        [clone() / ".venv" / "bin" / "python", "-c", "import pytest"], capture_output=True, text=True, check=False
    )
    assert "No module named 'pytest'" in done.stderr


def test_a_block_stops_at_the_first_command_that_fails_and_says_what_was_printed(clone, tmp_path):
    """Not at the last: whoever copies the block would miss it."""
    said = commands.run("echo before\nheadway run nowhere\ntouch after", clone(), tmp_path)
    assert said.startswith("exit code 2\nbefore\nnowhere: error E0123: the library has no scenario called nowhere")
    assert not (tmp_path / "after").exists()


def test_a_server_that_dies_is_heard():
    """Its words are in the failure, and nobody waits until patience ends."""
    dying = ["sh", "-c", "echo address already in use; exit 3"]
    with pytest.raises(AssertionError, match="it said:\naddress already in use"), served(dying, "listening at"):
        pass
