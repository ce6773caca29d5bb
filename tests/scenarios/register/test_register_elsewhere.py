"""Lists of schools of other countries, and tables of people's own, become registers."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.problems import InputError
from scenarios.register.importing import import_schools
from scenarios.register.table import read_register, write_register
from simulation.vocabulary import ClusterKind, Phase, SchoolKind
from tests.scenarios.register.files_of_schools import GIAS, gias, write
from tests.scenarios.register.same import differences


def test_the_us_ccd_with_its_counts(tmp_path: Path) -> None:
    """Ids of twelve digits are numbered and kept; levels, charters, membership and lunches are joined by id."""
    header = (
        "SCHOOL_YEAR,ST,STATENAME,SCH_NAME,LEAID,LEA_NAME,NCESSCH,SY_STATUS_TEXT,SCH_TYPE_TEXT,CHARTER_TEXT,LEVEL,LZIP"
    )
    start = "2022-2023,AL,Alabama"
    write(tmp_path, "ccd_sch_029.csv", [
        header,
        f"{start},Oak Elementary,0100005,Albertville,010000500871,Open,Regular School,No,Elementary,35950",
        f"{start},Elm Middle,0100005,Albertville,010000500870,Open,Regular School,Yes,Middle,35950",
        f"{start},Gone,0100005,Albertville,010000500872,Closed,Regular School,No,High,35950",
        f"{start},Future,0100006,Marshall,010000600001,Future,Regular School,No,High,35950",
        f"{start},Hope,0100006,Marshall,010000600002,Open,Special education school,No,High,35950",
    ])  # fmt: skip
    count = "NCESSCH,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR"
    write(tmp_path, "ccd_sch_052.csv", [
        count,
        *(f"{key},No Category Codes,,,{n},Education Unit Total" for key, n in (("010000500871", 420), ("010000500870", 731))),
        "010000500871,Grade 1,White,Male,40,Category Set A",
        "010000600002,No Category Codes,,,55,Education Unit Total",
    ])  # fmt: skip
    lunch = "NCESSCH,DATA_GROUP,LUNCH_PROGRAM,STUDENT_COUNT,TOTAL_INDICATOR"
    write(tmp_path, "ccd_sch_033.csv", [
        lunch,
        "010000500871,x,Free lunch qualified,200,Category Set A",
        "010000500871,x,Reduced-price lunch qualified,31,Category Set A",
        "010000500871,x,No Category Codes,231,Education Unit Total",
        "010000500870,x,Free lunch qualified,-1,Category Set A",
    ])  # fmt: skip
    imported = import_schools(tmp_path)
    register = imported.register
    assert register.own["id_given"] == ("010000500870", "010000500871", "010000600002")
    assert register.pupils.tolist() == [731, 420, 55]
    assert register.phase.tolist() == [Phase.SECONDARY, Phase.PRIMARY, Phase.SPECIAL]
    assert register.kind.tolist() == [SchoolKind.ACADEMY, SchoolKind.MAINTAINED, SchoolKind.MAINTAINED]
    assert round(100 * register.disadvantage[1], 6) == 55  # 231 of 420
    assert register.region_names == ("Alabama",)
    assert register.local_authority_names == {1: "Albertville", 2: "Marshall"}
    assert imported.ledger.schools.total() == 2
    write_register(register, tmp_path / "out.csv")
    assert differences(register, read_register(tmp_path / "out.csv")) == []


def test_a_table_maker_s_export_with_titles_above_and_ids_as_formulas(tmp_path: Path) -> None:
    """Rows of titles stand above the header, years in the headers, and ids in ="..." so that Excel keeps their noughts."""
    headers = ["School Name", "State Name [Public School] Latest available year"]
    headers += [f"{text} - NCES Assigned [Public School]" for text in ("School ID (12-digit)", "Agency ID")]
    headers += [
        "Agency Name",
        "School Level [Public School] 2022-23",
        "Charter School",
        "Total Students [Public School] 2022-23",
    ]
    rows = [
        'OAK,ALABAMA,="010000500871",="0100005",ALBERTVILLE,Elementary,2-No,420',
        'ELM,ALABAMA,="010000500870",="0100005",ALBERTVILLE,High,1-Yes,†',
    ]
    lines = ["ELSI Export", "", "Data source: CCD", ",".join(headers), *rows]
    register = import_schools(write(tmp_path, "elsi.csv", lines)).register
    assert register.name == ("ELM", "OAK")
    assert register.own["id_given"] == ("010000500870", "010000500871")
    assert register.pupils.tolist() == [420, 420]  # the dagger is a gap: the median
    assert "every school is given 22%" in " ".join(register.notes)


def test_scotland_s_and_wales_s_lists(tmp_path: Path) -> None:
    """Schools of a nation without regions lie in one; authorities of codes or names are numbered and named."""
    scotland = [
        "LA Code,LA Name,Seed Code,School Name,School Type,Primary Roll,Secondary Roll,Special Roll,Post Code,Centre Type"
    ]
    scotland += ["S12000033,Aberdeen City,5234026,Ashley Road,Primary,410,,,AB10 6HJ,Local Authority"]
    scotland += ["S12000033,Aberdeen City,5234727,Grammar,Secondary,z,1100,,AB10 1HT,Local Authority"]
    scotland += ["S12000034,Aberdeenshire,5200001,Private,Secondary,,700,,AB11 1AA,Independent"]
    imported = import_schools(write(tmp_path, "scotland.csv", scotland))
    assert imported.register.urn.tolist() == [5234026, 5234727]
    assert imported.register.pupils.tolist() == [410, 1100]
    assert imported.register.region_names == ("Scotland",)
    assert imported.register.local_authority_names == {1: "Aberdeen City"}
    assert imported.ledger.schools["independent schools"] == 1
    departments = ["Seed Code,School Name,LA Name,Primary Roll,Secondary Roll", "1,Both,Fife,90,120", "2,One,Fife,80,0"]
    register = import_schools(write(tmp_path, "scotland.csv", departments)).register
    assert register.phase.tolist() == [Phase.SECONDARY, Phase.PRIMARY]
    assert register.pupils.tolist() == [210, 80]
    wales = [
        "School Number,School Name,LA Code,Local Authority,Sector,Governance - see notes,School Type,Postcode,Pupils - see notes"
    ]
    wales += ['6602130,Ysgol Amlwch,660,Isle of Anglesey,Primary,Community,"Nursery, Infants & Juniors",LL68 9DY,278']
    wales += ["6604025,Ysgol Ganol,660,Isle of Anglesey,Middle,Foundation,Ages 3-16,LL77 7NG,900"]
    wales += ["6607001,Ysgol Arbennig,660,Isle of Anglesey,Special,Community,Special,LL77 7NH,---"]
    register = import_schools(write(tmp_path, "wales.csv", wales)).register
    assert register.phase.tolist() == [Phase.PRIMARY, Phase.SECONDARY, Phase.SPECIAL]
    assert register.local_authority.tolist() == [660] * 3
    assert register.local_authority_names == {660: "Isle of Anglesey"}
    assert register.region_names == ("Wales",)


def test_a_table_of_ones_own_with_headers_of_ones_own(tmp_path: Path) -> None:
    """Semicolons, capitals, other names for columns, invisible characters: read, cleaned, and what is not kept is named."""
    rows = [
        "School ID;School name;Phase of education;Region;LA;Type;Number on roll;FSM %;Trust;Head",
        "900001;St\u00a0Mary\u2019s\u00ad CofE\u200b Primary;PRIMARY;London;201;Academy;1,210;12,5;Star;Ms A",
        "900002;Hill;Secondary;London;201;Community;900;20;;Mr B",
    ]
    path = write(tmp_path, "mine.csv", rows)
    register = import_schools(path).register
    assert register.name == ("St Mary\u2019s CofE Primary", "Hill")
    assert register.pupils.tolist() == [1210, 900]
    assert register.disadvantage.tolist() == [0.125, 0.2]
    assert register.kind.tolist() == [SchoolKind.ACADEMY, SchoolKind.MAINTAINED]
    assert register.cluster_name[0] == "Star"
    assert register.cluster_kind.tolist()[0] == ClusterKind.TRUST
    assert "Columns not kept: Head" in " ".join(register.notes)
    assert import_schools(path, keep={"head": "Head"}).register.own == {"head": ("Ms A", "Mr B")}


def test_regions_of_a_table_without_any(tmp_path: Path) -> None:
    """England's, by the codes of authorities, if all are hers; else one region, however many the districts are."""
    rows = [f"{i},S{i},primary,{201 if i % 2 else 822},5{i}" for i in range(1, 7)]
    path = write(tmp_path, "mine.csv", ["id,name,phase,la,pupils", *rows])
    assert import_schools(path).register.region_names == ("East of England", "London")
    rows = [f"{i},S{i},primary,District {i},5{i}" for i in range(1, 200)]
    register = import_schools(write(tmp_path, "mine.csv", ["id,name,phase,district,pupils", *rows])).register
    assert register.region_names == ("all",)
    assert len(register.local_authority_names) == 199
    rows = [f"{i},S{i},primary,R{i},5{i}" for i in range(1, 200)]
    with pytest.raises(InputError, match="there are 199 regions, at most 127 are allowed"):
        import_schools(write(tmp_path, "mine.csv", ["id,name,phase,region,pupils", *rows]))


def test_a_trust_told_by_its_name_in_two_regions_is_noted(tmp_path: Path) -> None:
    """One trust of two regions may be two of one name: the note says how to tell them apart, and an id does."""
    header = "id,name,phase,region,la,type,pupils,trust,trust id"
    rows = [f"{i},S{i},primary,{'North' if i > 3 else 'South'},{i // 4},Academy,90,Star" for i in range(1, 7)]
    path = write(tmp_path, "mine.csv", [header, *(f"{row}," for row in rows)])
    register = import_schools(path).register
    assert register.cluster_name == ("Star",)
    assert "Star (North, South). If they are two" in register.notes[-1]
    path = write(tmp_path, "mine.csv", [header, *(f"{row},{'n' if 'North' in row else 's'}" for row in rows)])
    register = import_schools(path).register
    assert register.cluster_name == ("Star", "Star")
    assert not any("If they are two" in note for note in register.notes)


def test_what_is_written_is_imported_the_same(tmp_path: Path) -> None:
    """A register that Headway wrote is a table of one's own: importing it changes no school and no cluster."""
    from scenarios.register.synthetic import EASTERN_REGION_2010, synthetic_register

    eastern = synthetic_register(EASTERN_REGION_2010)
    write_register(eastern, tmp_path / "schools.csv")
    again = import_schools(tmp_path / "schools.csv").register
    assert set(differences(eastern, again)) <= {"notes", "community"}


@pytest.mark.parametrize("cell", ["1.00001E+10", ""])
def test_ids_that_a_spreadsheet_has_spoilt_are_refused(cell: str, tmp_path: Path) -> None:
    """A number in powers of ten has lost its digits; an empty id is none: both are named by line."""
    path = write(tmp_path, "mine.csv", ["id,name,phase,pupils", "010000500871,Oak,primary,5", f"{cell},Elm,primary,5"])
    with pytest.raises(InputError, match=r"mine.csv:3: error E0205: expected the id of a school"):
        import_schools(path)


WHOLE = "\n".join([GIAS, gias(1, "Ä"), gias(2, pupils="LOW", trust="7,Star"), gias(3, status="Closed"), ""]).encode()
JUNK = st.one_of(
    st.binary(max_size=3), st.sampled_from([b",", b'"', b"\n", b";", b"1e5", b"\xff", b"\0", b"-", b"URN"])
)


@given(edits=st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 6), JUNK), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_refused_or_accounted_for(
    edits: list[tuple[int, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Never another exception; and every school that was read is in the register or in the ledger, and survives a file."""
    raw = WHOLE
    for at, cut, junk in edits:
        raw = raw[:at] + junk + raw[at + cut :]
    path = tmp_path_factory.mktemp("damaged") / "gias.csv"
    path.write_bytes(raw)
    try:
        imported = import_schools(path)
    except InputError as error:
        said = [problem.render() for problem in error.problems]
    else:
        said = []
    if said:
        assert all("gias.csv" in problem for problem in said)
        return
    rows = imported.ledger.rows()
    assert sum(row[1] for row in rows[1:]) == rows[0][1]
    assert sum(row[2] for row in rows[1:]) == rows[0][2]
    write_register(imported.register, path)
    assert differences(imported.register, read_register(path)) == []


NOTES = (
    ["Source: Get Information about Schools, 15 June 2026", "* not counted"],
    [",,,,,", "Note 1: the roll of a day,,,", "(c) Crown copyright,,,"],
)


@pytest.mark.parametrize("notes", NOTES)
def test_notes_below_a_table_are_left_out_and_counted(notes: list[str], tmp_path: Path) -> None:
    """Sources and footnotes stand below tables as titles stand above; in the middle of one, or without words, a row is a row."""
    rows = ["id,name,phase,pupils", "1,Oak,primary,90", "2,Elm,primary,80"]
    register = import_schools(write(tmp_path, "mine.csv", [*rows, *notes])).register
    assert register.name == ("Oak", "Elm")
    assert "Rows of notes below the table in mine.csv, not read: 2." in register.notes
    for spoilt in ([*rows[:2], "Note: one day", rows[2]], [*rows, "3"], [*rows, "Yew"]):
        with pytest.raises(InputError, match="error E0205"):
            import_schools(write(tmp_path, "mine.csv", spoilt))


def test_a_list_of_no_known_kind_is_told_what_it_lacks(tmp_path: Path) -> None:
    """What a table of one's own would need besides what this one has, titles above its header or not."""
    path = write(tmp_path, "ni.csv", ["Schools of 2026", "De Ref,School Name,Type,Learners", "1,Oak,Primary,90"])
    with pytest.raises(InputError) as caught:
        import_schools(path)
    said = "A table of one's own needs, besides its name (School Name), a column for id (call it urn, "
    assert said in str(caught.value)
    assert "; phase (call it phase, " in str(caught.value)
    assert "; pupils (call it pupils, " in str(caught.value)
    (tmp_path / "download").mkdir()
    (tmp_path / "download" / "extract.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"it has extract.zip\n.*take the CSV files out of an archive"):
        import_schools(tmp_path / "download")


def test_pupils_with_spaces_for_thousands_and_more_than_a_school_has(tmp_path: Path) -> None:
    """Spaces of any width part thousands; a sum over schools that stands as a school is named by line; none is one, and noted."""
    rows = ["id,name,phase,pupils", "1,Oak,primary,1\u202f090", "2,Elm,primary,2\u00a0100", "3,Ash,primary,0"]
    imported = import_schools(write(tmp_path, "mine.csv", rows))
    assert imported.register.pupils.tolist() == [1090, 2100, 1]
    assert "given one pupil: 1." in " ".join(imported.register.notes)
    with pytest.raises(InputError, match=r"mine.csv:5: error E0205: .*at most 100,000 pupils, got 999,999"):
        import_schools(write(tmp_path, "mine.csv", [*rows, "4,All,primary,999999"]))


def test_schools_that_a_list_calls_independent_by_phase_are_counted_as_such(tmp_path: Path) -> None:
    """Wales's list has them among its sectors."""
    rows = ["School Number,School Name,LA Code,Sector,Pupils", "1,Ysgol,660,Primary,90", "2,Private,660,Independent,80"]
    assert import_schools(write(tmp_path, "wales.csv", rows)).ledger.schools == {"independent schools": 1}


def test_sums_and_means_below_a_table_are_no_schools(tmp_path: Path) -> None:
    """By their name, where they have no id; a school without one is a slip and named by line."""
    rows = ["id,name,phase,pupils", "1,Oak,primary,90", "2,Elm,primary,60", ",Total,,150", ",Average per school,,75"]
    imported = import_schools(write(tmp_path, "mine.csv", rows))
    assert imported.register.pupils.tolist() == [90, 60]
    assert "Rows of totals in mine.csv, which are no schools: 2." in imported.register.notes
    with pytest.raises(InputError, match=r"mine.csv:6: error E0205: expected the id of a school, got ''"):
        import_schools(write(tmp_path, "mine.csv", [*rows, ",Totley Primary,primary,75"]))


@pytest.mark.parametrize("code", ["Trust code", "Trust UID", "Group UID", "MAT ID", "Companies House number"])
def test_trusts_of_one_name_are_told_apart_by_whatever_their_codes_are_called(code: str, tmp_path: Path) -> None:
    """Capitals of a name make no trust of their own."""
    rows = [f"URN,School,Phase,Total pupils,% FSM Ever 6,Academy trust,{code}", *(f"{n},S{n},primary,90,2{n}.5,{'Oak' if n < 4 else 'OAK'},{7 + n // 3}" for n in range(1, 6))]  # fmt: skip
    register = import_schools(write(tmp_path, "mine.csv", rows)).register
    assert np.bincount(register.cluster).tolist() == [2, 3]
    assert register.disadvantage.tolist() == pytest.approx([0.215, 0.225, 0.235, 0.245, 0.255])


@pytest.mark.parametrize("header", ["trust_code", "trust_name", "mat"])
def test_a_register_with_trusts_under_another_name_is_not_read_without_them(header: str, tmp_path: Path) -> None:
    """As a column of one's own it would say nothing of clusters, and trusts would be drawn in place of those given."""
    rows = [
        f"urn,name,phase,region,local_authority,kind,pupils,fsm_percent,{header}",
        "1,Oak,primary,London,201,academy,90,20,9",
    ]
    with pytest.raises(
        InputError, match=f"column '{header}' seems to say to which trust a school belongs\n.*Call it cluster"
    ):
        read_register(write(tmp_path, "schools.csv", rows))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>\n<html><body>404</body></html>", "this is a web page, or XML, not a table"),
        ("\ufeff\n  <?xml version='1.0'?><a/>", "this is a web page, or XML, not a table"),
        ('[\n  {"urn": 1}\n]', "this is JSON, not a table"),
        ("%PDF-1.7\n", "this is a PDF document, not a table"),
    ],
)
def test_what_a_link_gave_in_place_of_a_table_is_told(text: str, said: str, tmp_path: Path) -> None:
    """By how it begins, to the import and to a run alike."""
    path = tmp_path / "schools.csv"
    path.write_text(text, encoding="utf-8")
    for read in (import_schools, read_register):
        with pytest.raises(InputError, match=said):
            read(path)
