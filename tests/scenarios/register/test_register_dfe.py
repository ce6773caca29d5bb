"""The DfE's performance tables become a register of open state-funded schools."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from scenarios.problems import InputError
from scenarios.register.dfe import import_dfe, region_of
from simulation.register import Register
from simulation.vocabulary import Phase, SchoolKind
from tests.scenarios.register.same import differences

CENSUS = "URN,LA,ESTAB,SCHOOLTYPE,NOR,PNUMFSMEVER"
SPINE = "URN,LA,SCHNAME,POSTCODE,ICLOSE,MINORGROUP,NFTYPE"
CODES = "LEA,LA Name,REGION,REGION NAME\n822,Bedford,25,East of England A\n839,Bournemouth,43,South West A\n"


def folder_of(tmp_path: Path, census: list[str], spine: list[str], *, mark: str = "") -> Path:
    """A folder with the three files; ``mark`` is put before the census's first letter."""
    (tmp_path / "england_census.csv").write_text(mark + "\n".join([CENSUS, *census]) + "\n", "utf-8")
    (tmp_path / "england_spine.csv").write_text("\n".join([SPINE, *spine]) + "\n", "utf-8")
    (tmp_path / "la_and_region_codes_meta.csv").write_text(CODES, "utf-8")
    return tmp_path


SCHOOLS = [
    "100007,822,1,State-funded primary,200,10",
    "100003,822,2,State-funded primary,100,30",
    "100009,822,3,State-funded primary,NA,NA",
    "100020,822,4,Independent school,500,NA",
    "100021,822,5,Non-maintained special school,50,NA",
    "100022,822,6,State-funded secondary,900,20",
    "100030,837,7,State-funded secondary,1000,25",
    "100040,822,8,Pupil referral unit,20,60",
    "NAT,,PRI,State-funded primary,4727089,23",
]
DETAILS = [
    "100003,822,Alpha School,MK40 1AA,1,Maintained School,Community school",
    "100007,822,Beta School,MK41 1AA,3,Academy,Academy - Converter mainstream",
    "100009,822,Gamma School,MK42 1AA,1,Maintained School,Community school",
    "100020,822,Private School,MK42 1AB,1,Independent School,Other independent school",
    "100022,822,Closed School,MK42 1AC,2,Maintained School,Community school",
    "100030,837,Bourne School,BH1 1AA,1,Academy,Free school - Mainstream",
]


def test_what_is_left_out_and_imputed_is_noted(tmp_path: Path) -> None:
    """Every row dropped, merged or filled in is counted in a note that says what it was filled in from."""
    register = import_dfe(folder_of(tmp_path, SCHOOLS, DETAILS))
    assert register.urn.tolist() == [100003, 100007, 100009, 100030, 100040]
    assert register.name == (
        "Alpha School",
        "Beta School",
        "Gamma School",
        "Bourne School",
        "Pupil referral unit 100040",
    )
    assert register.pupils.tolist() == [100, 200, 150, 1000, 20]  # 150: median of 100 and 200
    assert (register.disadvantage * 100).round(9).tolist() == [30, 10, 20, 25, 60]  # 20: median of 30 and 10
    assert register.kind.tolist()[:4] == [SchoolKind.MAINTAINED, SchoolKind.ACADEMY, SchoolKind.MAINTAINED, 1]
    assert register.phase.tolist() == [Phase.PRIMARY] * 3 + [Phase.SECONDARY, Phase.SPECIAL]
    assert register.local_authority.tolist() == [822, 822, 822, 839, 822]  # Bournemouth took over from 837
    assert register.region_names == ("East of England", "South West")
    notes = "\n".join(register.notes)
    for said in (
        "national totals left out: 1.",
        "Independent schools left out: 1.",
        "Non-maintained special schools left out: 1.",
        "closed since the census left out: 1, with 900 pupils",
        "abolished in 2019, counted in the ones that took over: 1.",
        "without pupils on roll, given the median of their phase: 1.",
        "or else of their phase: 1.",
        "share of academies in their phase: 1.",
        "gives 4,727,089 pupils as the national total of State-funded primary; the schools of this type in the file have 300",
    ):
        assert said in notes


def test_byte_order_mark_and_percent_sign_make_no_difference(tmp_path: Path) -> None:
    """Files as a spreadsheet saves them give the register of the plain ones."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = import_dfe(folder_of(tmp_path / "a", SCHOOLS, DETAILS))
    signed = [row.replace(",200,10", ",200,10%") for row in SCHOOLS]
    assert differences(plain, import_dfe(folder_of(tmp_path / "b", signed, DETAILS, mark="\ufeff"))) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1e5,822,1,State-funded primary,200,10", "column URN: expected a whole number or NAT, got '1e5'"),
        ("100007,822,1,Sixth form,200,10", "column SCHOOLTYPE: 'Sixth form' is not known"),
        ("100008,822,1,State-funded primary,many,10", "column NOR: expected a number, got 'many'"),
        ("100003,822,1,State-funded primary,5,10", "column URN: 100003 is already on line 3"),
        ("99999999,822,1,State-funded primary,5,10", "column URN: a URN is from 1 to 16,777,215, got 99999999"),
        ("100008,822,1,State-funded primary,5", "the row has 5 cells, the header has 6"),
    ],
)
def test_a_bad_census_row_is_named_by_its_line(tmp_path: Path, row: str, said: str) -> None:
    """Each kind of wrong cell is refused with file, line, column and what was found."""
    with pytest.raises(InputError) as caught:
        import_dfe(folder_of(tmp_path, [*SCHOOLS, row], DETAILS))
    assert f"england_census.csv:{len(SCHOOLS) + 2}: error" in str(caught.value)
    assert said in str(caught.value)


def test_missing_files_are_all_named(tmp_path: Path) -> None:
    """Two files that are not there are two problems of one message, which says what the folder has."""
    (tmp_path / "england_census.csv").write_text(CENSUS)
    with pytest.raises(InputError) as caught:
        import_dfe(tmp_path)
    assert len(caught.value.problems) == 2
    assert "one file *spine*.csv; it has england_census.csv" in str(caught.value)
    with pytest.raises(InputError, match="there is no such folder"):
        import_dfe(tmp_path / "nowhere")


def test_sub_regions_become_the_nine_regions() -> None:
    """The codes file splits regions into parts; the model knows the nine whole ones."""
    assert region_of("East of England A") == "East of England"
    assert region_of("London Central") == "London"
    assert region_of("North Yorkshire and The Humber") == region_of("South and West Yorkshire")
    assert region_of("South East D") == "South East"


def test_the_real_files_give_the_state_funded_schools(real: Register, dfe_folder: Path) -> None:
    """Counts from the census itself: 21,949 state-funded rows less 3 totals and 619 closed schools."""
    assert len(real) == 21_949 - 3 - 619
    assert real.pupils.sum() == 8_045_517
    with open(dfe_folder / "england_census.csv", encoding="utf-8-sig", newline="") as file:
        independent = {int(row["URN"]) for row in csv.DictReader(file) if row["SCHOOLTYPE"] == "Independent school"}
    assert len(independent) == 1_935
    assert not independent & set(real.urn.tolist())
    assert np.bincount(real.phase).tolist() == [16_668, 3_352, 1_307]
    assert len(real.region_names) == 9
    assert np.bincount(real.region).min() > 1_000
    assert len(real.local_authority_names) == 151
    assert 0.2 < real.disadvantage.mean() < 0.3
    assert len(real.notes) >= 10
    assert not any("national total of" in note for note in real.notes)  # its totals are the sums of its schools


def test_communities_are_about_as_many_as_were_found_and_lie_in_one_authority(
    real: Register, england: Register
) -> None:
    """Within 4% of the labour markets found, each of one phase, region and authority, numbered from 0."""
    for register in (real, england):
        for phase, published in ((Phase.PRIMARY, 521), (Phase.SECONDARY, 146)):
            assert abs(len(np.unique(register.community[register.phase == phase])) / published - 1) < 0.04
        for column in (register.phase, register.region, register.local_authority):
            assert len(np.unique(np.stack([register.community, column]), axis=1).T) == register.community.max() + 1
        assert np.unique(register.community).tolist() == list(range(register.community.max() + 1))


def test_primary_communities_are_neighbourhoods(real: Register, dfe_folder: Path) -> None:
    """In Norfolk, a community's schools share far fewer postcode districts than the county has."""
    with open(dfe_folder / "england_spine.csv", encoding="utf-8-sig", newline="") as file:
        district = {int(row["URN"]): row["POSTCODE"].split(" ")[0] for row in csv.DictReader(file) if row["POSTCODE"]}
    here = (real.local_authority == 926) & (real.phase == Phase.PRIMARY) & np.isin(real.urn, list(district))
    all_districts = {district[urn] for urn in real.urn[here].tolist()}
    for community in np.unique(real.community[here]):
        inside = {district[urn] for urn in real.urn[here & (real.community == community)].tolist()}
        assert len(inside) < len(all_districts) / 3


def test_the_order_of_rows_makes_no_difference(real: Register, dfe_folder: Path, tmp_path: Path) -> None:
    """All three files shuffled give the same register, imputed values and communities included."""
    for source in dfe_folder.glob("*.csv"):
        with open(source, encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        random.Random(7).shuffle(rows)
        with open(tmp_path / source.name, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    assert differences(real, import_dfe(tmp_path)) == []
