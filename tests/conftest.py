"""What every test shares: fixed Hypothesis examples, and the folder of reference data beside the project, if any."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

# Examples are the same in every run (no flicker in continuous integration), and compiling takes what it takes.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

SHARED = Path(__file__).resolve().parents[2] / "shared"


TAKE_LONG = ("test_programmes_move.py", "test_identical.py", "test_small_worlds.py", "test_kills.py")
"""Files that come first, with the pages of documentation: of two processes, neither ends up alone with one of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that take long first; otherwise the order stays."""
    items.sort(key=lambda item: item.path.suffix == ".py" and item.path.name not in TAKE_LONG)


@pytest.fixture(scope="module", autouse=True)
def _collected() -> None:
    """What is loaded stays: from here on, collecting looks at a file's own objects, and not at all libraries again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def register_folder() -> Path:
    """The real register of schools; tests that need it skip, saying so, where it is not beside the project."""
    folder = SHARED / "data" / "dfe_performance_tables"
    if not folder.is_dir():
        pytest.skip(f"needs the register of schools in {folder}")
    return folder
