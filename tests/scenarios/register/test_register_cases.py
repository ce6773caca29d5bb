"""Files that did badly once, as they were handed over: each gives its right value. Their kinds have tests of their own."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.problems import InputError
from scenarios.register.importing import import_schools
from scenarios.register.successors import TAKEN_OVER
from scenarios.register.table import read_register
from simulation.vocabulary import Phase, SchoolKind

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cases() -> Path:
    for beside in (ROOT.parent, ROOT.parent.parent):
        if (beside / "shared" / "cases").is_dir():
            return beside / "shared" / "cases"
    pytest.skip("the cases are not beside the repository (../shared/cases)")


def test_gias_in_either_encoding(cases: Path) -> None:
    """Seven rows less one that is closed and one of over 16; the file in UTF-8 is the same register."""
    for folder in (cases / "01-gias-edubase", cases / "01-gias-edubase" / "utf8"):
        register = import_schools(folder).register
        assert register.phase.tolist() == [0, 1, 2, 1, 1]
        assert register.name[0] == "École Fierté Primary"
        assert register.cluster_name == ("FIERTÉ ACADEMY TRUST",)


@pytest.mark.parametrize(
    ("case", "schools"),
    [
        ("02-perf-tables-2023-names", 13),
        ("04-census-symbols-pct", 11),
        ("05-census-low", 8),
        ("06-authority-successors", 10),
        ("07-academy-successor", 3),
        ("08-one-authority-download", 12),
        ("09-us-ccd", 2),
        ("11-two-schools", 2),
        ("12-capital-words", 30),
        ("13-nbsp-in-name", 30),
        ("14-national-trust", 60),
        ("15-same-trust-name", 60),
    ],
)
def test_as_many_schools_as_there_are(case: str, schools: int, cases: Path) -> None:
    """Nothing is lost, and what is kept and left out adds up."""
    imported = import_schools(cases / case)
    assert len(imported.register) == schools
    rows = imported.ledger.rows()
    assert [sum(row[i] for row in rows[1:]) for i in (1, 2)] == list(rows[0][1:])


def test_what_each_file_of_the_department_says(cases: Path) -> None:
    """Kinds of the newer names, symbols, authorities and successors."""
    newer = import_schools(cases / "02-perf-tables-2023-names").register
    assert np.bincount(newer.phase).tolist() == [12, 1]
    assert np.bincount(newer.kind).tolist() == [12, 1]
    symbols = import_schools(cases / "04-census-symbols-pct").register
    assert symbols.disadvantage[0] == 0
    assert "DNS (did not submit) 1; LOW (rounds to nought, read as 0) 1; NEW (new school) 1; NP" in " ".join(
        symbols.notes
    )
    assert import_schools(cases / "05-census-low").register.disadvantage.tolist()[:2] == [0, 0]
    moved = import_schools(cases / "06-authority-successors").register
    assert moved.local_authority.tolist() == [940] * 3 + [941] * 2 + [201] * 5
    followed = import_schools(cases / "07-academy-successor")
    assert followed.ledger.schools == {TAKEN_OVER: 1}
    last = followed.register.take(np.array([2]))
    assert (last.urn[0], last.pupils[0], last.kind[0]) == (900699, 420, SchoolKind.ACADEMY)


def test_what_each_table_of_ones_own_says(cases: Path) -> None:
    """Read as they stand: ids of twelve digits, words in capitals, a trust of two regions; a hidden sign is named."""
    assert read_register(cases / "09-us-ccd" / "ccd.csv").own["id_given"] == ("010000500870", "010000500871")
    assert read_register(cases / "11-two-schools" / "schools.csv").cluster.tolist() == [-1, -1]
    capitals = read_register(cases / "12-capital-words" / "schools.csv")
    assert set(capitals.phase.tolist()) == {Phase.PRIMARY}
    with pytest.raises(InputError, match=r"schools.csv:5: .*in the row '900704,St Mary’s CofE Primary 3"):
        read_register(cases / "13-nbsp-in-name" / "schools.csv")
    cleaned = import_schools(cases / "13-nbsp-in-name").register
    assert cleaned.name[3] == "St Mary’s CofE Primary 3"
    wide = read_register(cases / "14-national-trust" / "schools.csv")
    assert np.bincount(wide.cluster).tolist() == [60]
    same = read_register(cases / "15-same-trust-name" / "schools.csv")
    assert "The Learning Trust (London, South West). If they are two" in same.notes[-1]
