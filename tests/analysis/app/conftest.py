"""Sites to ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "results")
    yield made
    made.jobs.close()


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Site]:
    """A site whose runs never end by themselves."""
    made = Site(tmp_path / "results", hold=True)
    yield made
    made.jobs.close()
