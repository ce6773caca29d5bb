"""Registers that several tests look at."""

from pathlib import Path

import pytest

from scenarios.register.importing import Imported, import_schools
from scenarios.register.synthetic import synthetic_register
from simulation.register import Register

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def dfe_folder() -> Path:
    for beside in (ROOT.parent, ROOT.parent.parent):
        folder = beside / "shared" / "data" / "dfe_performance_tables"
        if folder.is_dir():
            return folder
    pytest.skip("the DfE's performance tables are not beside the repository (../shared/data)")


@pytest.fixture(scope="session")
def imported(dfe_folder: Path) -> Imported:
    return import_schools(dfe_folder)


@pytest.fixture(scope="session")
def real(imported: Imported) -> Register:
    return imported.register


@pytest.fixture(scope="session")
def england() -> Register:
    return synthetic_register()
