"""Files of the Department for Education become a register of open state-funded schools, and none is lost in silence."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenarios.problems import InputError
from scenarios.register.authorities import region_of
from scenarios.register.importing import Imported, import_schools
from scenarios.register.successors import CLOSED, CLOSED_BEFORE, TAKEN_OVER
from scenarios.register.table import read_register, write_register
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, SchoolKind
from tests.scenarios.register.files_of_schools import (
    ACADEMY,
    CENSUS,
    CODES,
    GIAS,
    SPINE,
    counted,
    gias,
    listed,
    performance,
    write,
)
from tests.scenarios.register.same import differences


def refused(*paths: Path) -> str:
    with pytest.raises(InputError) as caught:
        import_schools(paths)
    return str(caught.value)


def balanced(imported: Imported) -> bool:
    """Whether what is kept and what is left out add up to what was read, and the register has what is kept."""
    rows = imported.ledger.rows()
    sums = [sum(row[i] for row in rows[1:]) for i in (1, 2)]
    return sums == list(rows[0][1:]) and len(imported.register) == rows[-1][1]


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
    ",822,,State-funded primary,300,",
]
DETAILS = [
    listed(100003, 822, name="Alpha School", postcode="MK40 1AA"),
    listed(100007, 822, name="Beta School", postcode="MK41 1AA", close=3, kind=ACADEMY),
    listed(100009, 822, name="Gamma School", postcode="MK42 1AA"),
    listed(100020, 822, name="Private School", kind="Independent School,Other independent school"),
    listed(100022, 822, name="Closed School", postcode="MK42 1AC", close=2),
    listed(100030, 837, name="Bourne School", postcode="BH1 1AA", kind="Academy,Free school - Mainstream"),
    listed(100050, 822, name="New School", postcode="MK43 1AC", opened="2019-09-01 00:00:00"),
]


def test_what_is_left_out_and_imputed_is_noted(tmp_path: Path) -> None:
    """Every row dropped, merged or filled in is counted in a note that says what it was filled in from."""
    imported = import_schools(performance(tmp_path, SCHOOLS, DETAILS))
    register = imported.register
    assert register.urn.tolist() == [100003, 100007, 100009, 100030, 100040]
    assert register.name[0] == "Alpha School"
    assert register.name[4] == "Pupil referral unit 100040"
    assert register.pupils.tolist() == [100, 200, 150, 1000, 20]  # 150: median of 100 and 200
    assert (register.disadvantage * 100).round(9).tolist() == [30, 10, 20, 25, 60]  # 20: median of 30 and 10
    assert register.kind.tolist()[:4] == [SchoolKind.MAINTAINED, SchoolKind.ACADEMY, SchoolKind.MAINTAINED, 1]
    assert register.phase.tolist() == [Phase.PRIMARY] * 3 + [Phase.SECONDARY, Phase.SPECIAL]
    assert register.local_authority.tolist() == [822, 822, 822, 839, 822]  # Bournemouth took over from 837
    assert register.region_names == ("East of England", "South West")
    assert balanced(imported)
    notes = "\n".join(register.notes)
    for said in (
        "In the files: 9 schools, 2,770 pupils.",
        "Rows of totals in england_census.csv, which are no schools: 2.",
        "Left out: independent schools: 1 school, 500 pupils.",
        "Left out: non-maintained special schools: 1 school, 50 pupils.",
        f"Left out: {CLOSED}: 1 school, 900 pupils.",
        "Left out: open, but no file counts their pupils: most opened since the count, or are not state-funded: 1 school",
        "In the register: 5 schools, 1,320 pupils.",
        "abolished, counted in the one that took over: 1.",
        "without pupils on roll, given the median of their phase: 1.",
        "or else of their phase: 1.",
        "share of academies in their phase: 1.",
        "pupils, State-funded primary: 4,727,089 in the files; the register has 300 (0.0%)",
    ):
        assert said in notes


def test_byte_order_mark_percent_sign_and_names_of_files_make_no_difference(tmp_path: Path) -> None:
    """Files as a spreadsheet saves them, and as a download of one authority calls them, give the register of the plain."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = import_schools(performance(tmp_path / "a", SCHOOLS, DETAILS)).register
    signed = [row.replace(",200,10", ",200,10%") for row in SCHOOLS]
    write(tmp_path / "b", "2018-2019_822_census.csv", [CENSUS, *signed], "utf-8-sig")
    write(tmp_path / "b", "2018-2019_822_spine.csv", [SPINE.replace(",", ";"), *(r.replace(",", ";") for r in DETAILS)])
    write(tmp_path / "b", "codes.csv", CODES, "utf-16")
    other = import_schools([*sorted((tmp_path / "b").iterdir())]).register
    assert [name for name in differences(plain, other) if name != "notes"] == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1e5,822,1,State-funded primary,200,10", "column URN: expected a whole number or NAT, got '1e5'"),
        ("100008,822,1,State-funded primary,many,10", "column NOR: expected a number, got 'many'"),
        ("100008,822,1,State-funded primary,5,110", "column PNUMFSMEVER: expected a percentage from 0 to 100, got 110"),
        ("100003,822,1,State-funded primary,5,10", "column URN: 100003 is already on line 3"),
        ("99999999,822,1,State-funded primary,5,10", "column URN: a URN is from 1 to 16,777,215, got 99999999"),
        ("100008,822,1,State-funded primary,5", "the row has 5 cells, the header has 6"),
    ],
)
def test_a_bad_census_row_is_named_by_its_line(tmp_path: Path, row: str, said: str) -> None:
    """Each kind of wrong cell is refused with file, line, column and what was found."""
    message = refused(performance(tmp_path, [*SCHOOLS, row], DETAILS))
    assert f"england_census.csv:{len(SCHOOLS) + 2}: error" in message
    assert said in message


def test_a_type_that_is_not_known_is_counted_with_its_pupils(tmp_path: Path) -> None:
    """A school of which no word says the phase is not dropped in silence, nor does it stop the others."""
    imported = import_schools(performance(tmp_path, [*SCHOOLS, "100060,822,9,Castle,70,10"], DETAILS))
    assert ("left out: neither their phase nor their type is known", 1, 70) in imported.ledger.rows()
    assert balanced(imported)


def test_files_that_do_not_do_say_what_is_missing(tmp_path: Path) -> None:
    """No folder, an empty one, a file of no known kind, schools without pupils: one sentence each."""
    assert "there is no such folder or file" in refused(tmp_path / "nowhere")
    assert "there is no such file" in refused(tmp_path / "nowhere.csv")
    assert "the folder has no CSV file; it has nothing" in refused(tmp_path)
    odd = write(tmp_path, "odd.csv", ["a,b", "1,2"])
    message = refused(odd)
    assert "odd.csv:1: error E0204: its header is of no kind of file that is known" in message
    assert "A table of one's own needs columns for id, name, phase and pupils." in message
    alone = write(tmp_path, "england_spine.csv", [SPINE, *DETAILS])
    assert "needs a file that counts them, such as england_census.csv" in refused(alone)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04\0\0")
    assert "this is a workbook or an archive" in refused(tmp_path / "book.xlsx")


def test_other_files_of_a_folder_are_passed_over_and_named(tmp_path: Path) -> None:
    """A download has many tables more: they do not stop the import, and a note names them."""
    folder = performance(tmp_path, SCHOOLS, DETAILS)
    write(folder, "england_ks2final.csv", ["RECTYPE,URN,SCHNAME,NFTYPE,ICLOSE,TOTPUPS", "1,100003,Alpha,CY,0,100"])
    imported = import_schools(folder)
    assert len(imported.register) == 5
    assert "england_ks2final.csv" in " ".join(imported.register.notes)
    write_register(imported.register, folder / "schools.csv")  # where it was made from: it is not one of the files
    again = import_schools(folder)
    assert [name for name in differences(imported.register, again.register) if name != "notes"] == []
    assert again.ledger == imported.ledger
    assert "england_ks2final.csv, schools.csv" in " ".join(again.register.notes)


def test_sub_regions_become_the_nine_regions() -> None:
    """The codes file splits regions into parts; the model knows the nine whole ones."""
    assert region_of("East of England A") == "East of England"
    assert region_of("London Central") == "London"
    assert region_of("North Yorkshire and The Humber") == region_of("South and West Yorkshire")
    assert region_of("South East D") == "South East"


def test_names_of_later_years_are_the_same_files(tmp_path: Path) -> None:
    """School information with SCHSTATUS and SCHOOLTYPE is the spine with ICLOSE and NFTYPE of earlier years."""
    urns = range(900101, 900113)
    header = "URN,LANAME,LA,ESTAB,LAESTAB,SCHNAME,POSTCODE,SCHSTATUS,OPENDATE,CLOSEDATE,MINORGROUP,SCHOOLTYPE,ISPRIMARY"
    information = [f"{u},x,201,1,201{u},School,ZZ1 1ZZ,Open,,,Maintained school,Community school,1" for u in urns]
    information += ["900120,x,201,1,2012120,Acad,ZZ1 1ZZ,Open,,,Academy,Academy converter,1"]
    information += ["900121,x,201,1,2012121,Gone,ZZ9 1ZZ,Closed,,,Academy,Academy converter,1"]
    write(tmp_path, "2022-2023_england_school_information.csv", [header, *information])
    rows = [*map(counted, urns), "900120,201,2120,State-funded secondary,1000,16.2%", counted(900121)]
    write(tmp_path, "2022-2023_england_census.csv", [CENSUS, *rows])
    imported = import_schools(tmp_path)  # without a file of codes: the authorities are known
    assert np.bincount(imported.register.phase).tolist() == [12, 1]
    assert imported.register.kind.tolist() == [SchoolKind.MAINTAINED] * 12 + [SchoolKind.ACADEMY]
    assert imported.ledger.schools[CLOSED] == 1
    assert imported.register.region_names == ("London",)


def test_every_symbol_is_read_and_counted(tmp_path: Path) -> None:
    """LOW is nearly nought, whatever its letters or brackets; the others are gaps; all are counted in the notes."""
    symbols = ["LOW", "low", "[low]", "NP", "SUPP", "NEW", "DNS", "[c]", "(x)", "NE", "RE", "*", "10.0 [r]", ""]
    rows = [counted(900100 + i, percent=sign) for i, sign in enumerate(symbols)]
    rows += [counted(900200 + i, percent=40.0) for i in range(6)]
    listings = [listed(900100 + i) for i in range(len(symbols))] + [listed(900200 + i) for i in range(6)]
    imported = import_schools(performance(tmp_path, rows, listings))
    percent = (100 * imported.register.disadvantage).round(6).tolist()
    assert percent[:3] == [0, 0, 0]
    assert percent[12] == 10
    assert percent[3:12] == [40] * 9  # the median of those known: 0, 0, 0, 10 and six of 40
    notes = " ".join(imported.register.notes)
    for said in (
        "LOW (rounds to nought, read as 0) 3",
        "NP (not published) 1",
        "DNS (did not submit) 1",
        "C (suppressed) 1",
    ):
        assert said in notes
    (tmp_path / "b").mkdir()
    gaps = [counted(1, pupils="NP"), counted(2, pupils="LOW"), counted(3, pupils=50), counted(4, pupils='"1,050"')]
    both = import_schools(performance(tmp_path / "b", gaps, [listed(i) for i in range(1, 5)]))
    assert both.register.pupils.tolist() == [50, 1, 50, 1050]  # NP: the median of 0, 50 and 1,050; no school has none


def test_shares_in_a_column_of_percentages_are_told_by_their_bulk(tmp_path: Path) -> None:
    """A column of shares is multiplied; one percentage in it is a slip that is named by line."""
    shares = [counted(900100 + i, percent=f"0.{i}") for i in range(10, 69)]
    spine = [listed(900100 + i) for i in range(10, 70)]
    imported = import_schools(performance(tmp_path, shares, spine[:-1]))
    assert (100 * imported.register.disadvantage).round(6).tolist()[:2] == [10, 11]
    assert "Column PNUMFSMEVER holds shares of 1: they are read as percentages." in imported.register.notes
    message = refused(performance(tmp_path, [*shares, counted(900169, percent=10.5)], spine))
    assert "england_census.csv:61: error E0206" in message
    assert "most values of the column are shares of 1, and this one is 10.5" in message


def test_schools_follow_their_authority_by_the_list(tmp_path: Path) -> None:
    """Counted in 928, listed in 940 and 941: the list decides school by school, and the rest go with the most."""
    rows = [counted(900300 + i, 928) for i in range(1, 7)] + [counted(900501 + i) for i in range(5)]
    spine = [listed(900300 + i, 940 if i < 4 else 941) for i in range(1, 6)] + [listed(900501 + i) for i in range(5)]
    imported = import_schools(performance(tmp_path, rows, spine))
    assert imported.register.local_authority.tolist() == [940] * 3 + [941] * 2 + [940] + [201] * 5
    assert imported.register.local_authority_names[941] == "West Northamptonshire"
    notes = " ".join(imported.register.notes)
    assert "the list's holds: 5." in notes
    assert "has most of its other schools in the files: 1." in notes


SUCCESSIONS: list[tuple[str, list[str], Callable[[Register], bool]]] = [
    (
        "same number",
        [listed(900601, number=2014444, close=2), listed(900699, number=2014444, name="Old Academy", kind=ACADEMY)],
        lambda r: r.kind.tolist()[-1] == SchoolKind.ACADEMY and r.name[-1] == "Old Academy",
    ),
    (
        "opened at the same postcode",
        [
            listed(900601, name="Hill", postcode="AB1 2CD", close=2, closed="2019-08-31 00:00:00"),
            listed(900699, name="New Hill", postcode="AB1 2CD", opened="01/09/2019", kind=ACADEMY),
        ],
        lambda r: r.kind.tolist()[-1] == SchoolKind.ACADEMY,
    ),
    (
        "two opened there, one of the name",
        [
            listed(900601, name="Hill Infants", postcode="AB1 2CD", close=2, closed="2019-08-31"),
            listed(900698, name="Vale", postcode="AB1 2CD", opened="2019-09-01", kind=ACADEMY),
            listed(900699, name="Hill Academy", postcode="AB1 2CD", opened="2019-09-01", kind=ACADEMY),
        ],
        lambda r: r.name[-1] == "Hill Academy",
    ),
]


@pytest.mark.parametrize(("way", "spine", "right"), SUCCESSIONS, ids=[way for way, _, _ in SUCCESSIONS])
def test_a_closed_school_is_counted_in_its_successor(
    way: str, spine: list[str], right: Callable[[Register], bool], tmp_path: Path
) -> None:
    """The open school that took over has the pupils that were counted under the old number."""
    rows = [counted(900601, pupils=420), counted(900602), counted(900603)]
    imported = import_schools(performance(tmp_path, rows, [*spine, listed(900602), listed(900603)]))
    assert imported.register.urn.tolist() == [900602, 900603, 900699]
    assert imported.register.pupils.tolist() == [210, 210, 420]
    assert imported.register.phase.tolist() == [Phase.PRIMARY] * 3
    assert right(imported.register)
    assert imported.ledger.schools[TAKEN_OVER] == 1
    assert balanced(imported)


def test_infants_and_juniors_that_become_one_school_are_added_up(tmp_path: Path) -> None:
    """Two closed under the number of one, or one joins the other: pupils add up, and percentages by pupils."""
    rows = [counted(1, pupils=100, percent=10), counted(2, pupils=300, percent=20), counted(3, pupils=50, percent=5)]
    spine = [
        listed(1, number=2017777, name="Hill Infants", close=2),
        listed(2, name="Hill Juniors", postcode="AB1 2CD"),
        listed(3, name="Hill Nursery", postcode="AB1 2CD", close=2, closed="2019-04-28"),
        listed(9, number=2017777, name="Hill Primary"),
    ]
    register = import_schools(performance(tmp_path, rows, spine)).register
    assert dict(zip(register.urn.tolist(), register.pupils.tolist(), strict=True)) == {2: 350, 9: 100}
    assert (1000 * register.disadvantage).round().tolist() == [179, 100]  # (300 x 20 + 50 x 5) / 350 = 17.9


def test_a_school_that_only_shares_a_postcode_is_no_successor(tmp_path: Path) -> None:
    """A neighbour of another name that was open all the time does not get the pupils of a school that has closed."""
    spine = [
        listed(1, name="Hill", postcode="AB1 2CD", close=2, closed="2019-08-31"),
        listed(2, name="Vale", postcode="AB1 2CD", opened="1999-09-01"),
    ]
    imported = import_schools(performance(tmp_path, [counted(1, pupils=99), counted(2)], spine))
    assert imported.register.pupils.tolist() == [210]
    assert (f"left out: {CLOSED}", 1, 99) in imported.ledger.rows()


ESTABLISHMENTS = [
    gias(900001, "École Fierté ’Primary’"),
    gias(
        900002, "Beta High", "Academy converter,Academies", phase="Secondary", pupils=1012, trust="99001,FIERTÉ TRUST"
    ),
    gias(900003, "Gamma Special", "Community special school,Special schools", phase="Secondary", pupils=88),
    gias(900004, "Delta All-through", "Free schools,Free Schools", phase="All-through", pupils=640),
    gias(900005, "Closed Infants", status="Closed", pupils=""),
    gias(900006, "Middle", phase="Middle deemed secondary", pupils=300),
    gias(900007, "Sixth Form College", "Further education,Colleges", phase="16 plus", pupils=""),
]


def test_gias_is_read_as_it_is_downloaded(tmp_path: Path) -> None:
    """Windows-1252, names with accents whole, phases sorted, trusts bound, closed schools and colleges left out."""
    imported = import_schools(write(tmp_path, "edubasealldata20260615.csv", [GIAS, *ESTABLISHMENTS], "cp1252"))
    register = imported.register
    assert register.urn.tolist() == [900001, 900002, 900003, 900004, 900006]
    assert register.phase.tolist() == [Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL, Phase.SECONDARY, Phase.SECONDARY]
    assert register.name[0] == "École Fierté ’Primary’"
    assert register.cluster_name == ("FIERTÉ TRUST",)
    assert register.cluster.tolist() == [-1, 0, -1, -1, -1]
    assert register.kind.tolist() == [0, 1, 0, 1, 0]
    assert register.region_names == ("London",)
    assert imported.ledger.schools.total() == 2
    assert balanced(imported)


def test_religious_characters_come_from_the_lists_that_have_them(tmp_path: Path) -> None:
    """GIAS's and the performance tables' words, of several the first; where nothing is said, or not known, there is none."""
    said = {
        "Church of England": 1, "Roman Catholic/Church of England": 2, "Anglican": 1, "Sikh": 3, "Does not apply": 0, "": 0, "Unknown": 0,
    }  # fmt: skip
    rows = [f"{gias(n)},{words}" for n, words in enumerate(said, 1)]
    imported = import_schools(write(tmp_path, "gias.csv", [f"{GIAS},ReligiousCharacter (name)", *rows]))
    assert imported.register.religion.tolist() == list(said.values())


def test_codes_of_gias_do_where_names_are_empty(tmp_path: Path) -> None:
    """A table with codes for type, phase and status, with or without a spreadsheet's point, is the one with names."""
    header = "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (code),EstablishmentStatus (code),PhaseOfEducation (code),NumberOfPupils"
    rows = ["1,201,1,A,34,1,4.0,900", "2,201,2,B,01,1,2,200", "3,201,3,C,1,2.0,2,200", "4,201,4,D,11,1,2,90"]
    register = import_schools(write(tmp_path, "gias.csv", [header, *rows])).register
    assert register.urn.tolist() == [1, 2]
    assert register.phase.tolist() == [Phase.SECONDARY, Phase.PRIMARY]
    assert register.kind.tolist() == [SchoolKind.ACADEMY, SchoolKind.MAINTAINED]


def test_trusts_are_joined_and_told_apart_by_their_ids(tmp_path: Path) -> None:
    """Members of groups name the trusts: two of one name stay two, closed groups and members that left are passed over."""
    academy = "Academy converter,Academies"
    rows = [gias(i, kind=academy) for i in range(1, 7)] + [
        gias(7, federation="55,Hills"),
        gias(8, federation="55,Hills"),
    ]
    write(tmp_path, "edubasealldata.csv", [GIAS, *rows])
    members = [
        "URN,Group UID,Group Name,Group Type,Group Status",
        *(f"{i},{100 + i // 4},Star,Multi-academy trust,Open" for i in range(1, 6)),
    ]
    members += [
        "6,900,Gone,Multi-academy trust,Closed",
        "6,901,Giver,School sponsor,Open",
        "7,800,Hills,Federation,Open",
        "8,800,Hills,Federation,Open",
    ]
    write(tmp_path, "members.csv", members)
    register = import_schools(tmp_path).register
    assert register.cluster_name == ("Star", "Star", "Hills")
    assert register.cluster.tolist() == [0, 0, 0, 1, 1, -1, 2, 2]
    assert register.cluster_kind.tolist() == [ClusterKind.TRUST, ClusterKind.TRUST, ClusterKind.FEDERATION]
    write_register(register, tmp_path / "out.csv")
    assert differences(register, read_register(tmp_path / "out.csv")) == []


def test_a_file_of_members_is_one_whatever_else_it_says(tmp_path: Path) -> None:
    """It may name the schools, their types and phases too: they are not read twice. Supported schools are not bound."""
    rows = [gias(1, kind="Academy converter,Academies", trust="7,Star"), gias(2, trust="7,Star")]
    write(tmp_path, "edubasealldata.csv", [GIAS, *rows, gias(3, kind="Academy converter,Academies")])
    header = "Group UID,Group Name,Group Type,URN,EstablishmentName,TypeOfEstablishment (name),PhaseOfEducation (name),LA (code)"
    write(tmp_path, "links.csv", [header, "8,Moon,Multi-academy trust,3,C,Academy converter,Primary,201"])
    register = import_schools(tmp_path).register
    assert register.cluster_name == ("Star", "Moon")
    assert register.cluster.tolist() == [0, -1, 1]


def test_files_of_two_years_are_refused(tmp_path: Path) -> None:
    """Two counts that differ are of two years; one that repeats a part of another is not."""
    folder = performance(tmp_path, [counted(1), counted(2)], [listed(1), listed(2)])
    write(folder, "2018-2019_201_census.csv", [CENSUS, counted(2)])
    assert len(import_schools(folder).register) == 2
    write(folder, "2017-2018_201_census.csv", [CENSUS, counted(2, pupils=180)])
    assert "1 schools are in 2017-2018_201_census.csv too, with other numbers of pupils" in refused(folder)


def test_the_codes_of_types_of_earlier_years(tmp_path: Path) -> None:
    """CY, VA, ACC and the like are the types of the performance tables until 2015."""
    kinds = ("Maintained School,CY", "Academy,ACC", "Special School,ACCS", "Independent School,IND")
    spine = [listed(i + 1, kind=kind) for i, kind in enumerate(kinds)]
    header = SPINE.replace("URN,LA", "URN,LEA")
    write(tmp_path, "spine.csv", [header, *spine])
    write(tmp_path, "census.csv", [CENSUS.replace(",LA,", ",LEA,"), *(counted(i) for i in (1, 2, 3))])
    imported = import_schools(tmp_path)
    assert imported.register.kind.tolist() == [SchoolKind.MAINTAINED, SchoolKind.ACADEMY, SchoolKind.ACADEMY]
    assert imported.ledger.schools["independent schools"] == 1


def test_links_name_successors_over_several_steps(tmp_path: Path) -> None:
    """A school that was followed by one that was followed by one is counted in the last, unless that has its own count."""
    rows = [
        gias(1, "Old", status="Closed", pupils=180),
        gias(2, "Next", status="Closed", pupils=""),
        gias(3, "Now", "Academy converter,Academies", pupils="", counted_on=""),
        gias(4, "Gone", status="Closed", pupils=77, counted_on="21-01-2010"),
        gias(5, "Counted itself", pupils=99),
        gias(6, "In a circle", status="Closed", pupils=50),
        gias(7, "Back again", status="Closed", pupils=""),
    ]
    write(tmp_path, "edubasealldata.csv", [GIAS, *rows])
    links = [
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate",
        "1,2,Next,Successor,",
        "3,2,Next,Predecessor - merged,",
    ]
    write(
        tmp_path,
        "links_edubasealldata.csv",
        [*links, "4,5,Counted itself,Successor - amalgamated,", "6,7,,Successor,", "7,6,,Successor,"],
    )
    imported = import_schools(tmp_path)
    assert imported.register.urn.tolist() == [3, 5]
    assert imported.register.pupils.tolist() == [180, 99]
    assert "named by a file of links: 1, with 180 pupils" in " ".join(imported.register.notes)
    assert imported.ledger.schools == {
        TAKEN_OVER: 1,
        CLOSED_BEFORE: 3,
        CLOSED: 1,
    }  # 4 was counted in 2010: its 77 are of then
    assert balanced(imported)
    assert imported.ledger.read == (7, 329)


def test_columns_are_kept_when_asked(tmp_path: Path) -> None:
    """Under the name that is asked for, from whichever file has them; a column that is nowhere is told."""
    path = write(tmp_path, "gias.csv", [GIAS, gias(1, ofsted="Good"), gias(2)])
    register = import_schools(path, keep={"ofsted": "OfstedRating (name)"}).register
    assert register.own == {"ofsted": ("Good", "")}
    with pytest.raises(InputError, match=r"there is no column .OfstedRatin. to keep as ofsted"):
        import_schools(path, keep={"ofsted": "OfstedRatin"})


def test_the_real_files_give_the_state_funded_schools(imported: Imported, real: Register) -> None:
    """Closed schools are in their successors, so that pupils come to 99.9% of each national total that the census gives.

    432 of the 619 schools that closed after the census have an open successor under the same number, with 139,767 pupils.
    """
    notes = " ".join(real.notes)
    assert "open under the same number: 432, with 139,767 pupils" in notes
    assert imported.ledger.schools[TAKEN_OVER] + imported.ledger.schools[CLOSED] == 619
    assert balanced(imported)
    assert imported.ledger.kept_pupils == 8_227_694
    assert len(real) == 21_905
    assert sum("(99.9%)" in total for total in imported.totals) == 3
    assert len(real.region_names) == 9
    assert len(real.local_authority_names) == 151
    assert not {835, 836, 837} & set(real.local_authority.tolist())
    assert 0.2 < real.disadvantage.mean() < 0.3


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
    import csv

    with open(dfe_folder / "england_spine.csv", encoding="utf-8-sig", newline="") as file:
        district = {int(row["URN"]): row["POSTCODE"].split(" ")[0] for row in csv.DictReader(file) if row["POSTCODE"]}
    here = (real.local_authority == 926) & (real.phase == Phase.PRIMARY) & np.isin(real.urn, list(district))
    all_districts = {district[urn] for urn in real.urn[here].tolist()}
    for community in np.unique(real.community[here]):
        inside = {district[urn] for urn in real.urn[here & (real.community == community)].tolist()}
        assert len(inside) < len(all_districts) / 3


def test_the_order_of_rows_makes_no_difference(tmp_path: Path) -> None:
    """All three files shuffled give the same register: imputed values, successors and communities included."""
    spine = [row for _, rows, _ in SUCCESSIONS[:1] for row in rows]
    rows = [*SCHOOLS, counted(900601, pupils=420), *(counted(900700 + i, 928) for i in range(9))]
    spine += [*DETAILS, *(listed(900700 + i, 940 + i % 2) for i in range(7))]
    plain = import_schools(performance(tmp_path, rows, spine)).register
    for seed in range(5):
        for lines in (rows, spine):
            random.Random(seed).shuffle(lines)
        assert differences(plain, import_schools(performance(tmp_path, rows, spine)).register) == []


@pytest.mark.parametrize(
    "names",
    [
        ("old_la_code", "school_name", "phase_type_grouping", "typeofestablishment_name", "region_name"),
        ("LA number", "School Name", "Phase-type grouping", "TypeOfEstablishment (name)", "Region"),
    ],
)
def test_the_counts_of_pupils_by_school_are_a_list_of_their_own(names: tuple[str, ...], tmp_path: Path) -> None:
    """The school-level file of pupils and their characteristics, in the names of either decade, needs no other file."""
    authority, name, sector, kind, region = names
    meals = "% of pupils known to be eligible for free school meals"
    header = f"time_period,{region},URN,{authority},la_name,{name},laestab,{sector},{kind},headcount of pupils,{meals}"
    rows = [
        f"202425,East of England,{urn},822,Bedford,S{urn},822{urn % 10000},{what},{type_},{pupils},{percent}"
        for urn, what, type_, pupils, percent in (
            (900001, "State-funded primary", "Community school", 210, 14.3),
            (900002, "State-funded secondary", "Academy converter", 1012, "z"),
            (900003, "State-funded special school", "Community special school", 88, 40.0),
            (900004, "Independent school", "Other independent school", 300, "z"),
            (900005, "State-funded AP school", "Pupil referral unit", 30, 50),
        )
    ]
    imported = import_schools(write(tmp_path, "spc.csv", [header, *rows], "cp1252"))
    assert balanced(imported)
    assert imported.ledger.schools == {"independent schools": 1}
    register = imported.register
    assert register.urn.tolist() == [900001, 900002, 900003, 900005]
    assert register.phase.tolist() == [Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL, Phase.SPECIAL]
    assert register.kind.tolist() == [SchoolKind.MAINTAINED, SchoolKind.ACADEMY] + [SchoolKind.MAINTAINED] * 2
    assert register.region_names == ("East of England",)
    assert "eligible for free school meals now" in " ".join(register.notes)
