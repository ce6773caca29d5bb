"""Sites to ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asking import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator["Site"]:
    pytest.importorskip("starlette", reason="the extra app is not installed")
    pytest.importorskip("multipart", reason="the extra app is not installed")
    from asking import Site

    made = Site(tmp_path / "results")
    yield made
    made.jobs.close()


@pytest.fixture
def idle(tmp_path: Path) -> Iterator["Site"]:
    """A site whose runs never end by themselves."""
    pytest.importorskip("starlette", reason="the extra app is not installed")
    pytest.importorskip("multipart", reason="the extra app is not installed")
    from asking import Site

    made = Site(tmp_path / "results", hold=True)
    yield made
    made.jobs.close()
