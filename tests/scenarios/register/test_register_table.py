"""Our own table of schools: what is written is read back the same, and what is wrong is told by line and column."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.problems import InputError
from scenarios.register import csv_text
from scenarios.register.synthetic import EASTERN_REGION_2010, synthetic_register
from scenarios.register.table import COLUMNS, OPTIONAL_COLUMNS, read_register, write_register
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, Religion, SchoolKind
from tests.scenarios.register.same import differences

HEADER = "urn,name,phase,region,local_authority,kind,pupils,fsm_percent"
ROWS = (
    "100001,Alpha,primary,North,10,maintained,200,16.2",
    "100002,Beta,secondary,North,10,academy,900,30",
)


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "schools.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="")
    return path


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_register(path)
    assert len(caught.value.problems) <= csv_text.MAX_PROBLEMS + 1
    return str(caught.value)


def test_a_table_with_the_needed_columns_is_read(tmp_path: Path) -> None:
    """Rows come back by URN, percentages become shares, and notes say what was made up for want of columns."""
    register = read_register(table(tmp_path, HEADER, *reversed(ROWS)))
    assert register.urn.tolist() == [100001, 100002]
    assert register.name == ("Alpha", "Beta")
    assert register.phase.tolist() == [Phase.PRIMARY, Phase.SECONDARY]
    assert register.kind.tolist() == [SchoolKind.MAINTAINED, SchoolKind.ACADEMY]
    assert register.pupils.tolist() == [200, 900]
    assert register.disadvantage.tolist() == [0.162, 0.3]
    assert register.region_names == ("North",)
    assert register.community.tolist() == [0, 1]
    assert "names no communities" in register.notes[0]
    assert "does not say which schools belong together" in register.notes[1]


def test_what_is_written_is_read_back_the_same(england: Register, tmp_path: Path) -> None:
    """Made-up England survives the trip through a file; beside the table lie its notes and nothing else."""
    write_register(england, tmp_path / "schools.csv")
    again = read_register(tmp_path / "schools.csv")
    assert differences(england, again) == []
    assert sorted(os.listdir(tmp_path)) == ["schools.csv", "schools.csv.notes.txt"]


def test_the_real_register_is_read_back_the_same(real: Register, tmp_path: Path) -> None:
    """The DfE's names, gaps and clusters survive the trip too."""
    write_register(real, tmp_path / "schools.csv")
    assert differences(real, read_register(tmp_path / "schools.csv")) == []


EASTERN = synthetic_register(EASTERN_REGION_2010)


@given(name=st.text(st.characters(blacklist_categories=["Cc", "Cf", "Cs"]), min_size=1).filter(str.strip))
@settings(max_examples=60, deadline=None)
def test_any_name_survives(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever its quotes, commas, or first letter: a name is data."""
    path = tmp_path_factory.mktemp("names") / "schools.csv"
    write_register(replace(EASTERN, name=(name, *EASTERN.name[1:])), path)
    assert read_register(path).name == (name, *EASTERN.name[1:])


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A1", "+1", "-1", "@SUM(A1)", 'St "John", and\nSt Paul', "École £ ’"])
def test_names_that_look_like_formulas_or_break_lines_are_kept_as_text(name: str, tmp_path: Path) -> None:
    """What a spreadsheet would run, quote or split comes back letter by letter."""
    write_register(replace(EASTERN, name=(name, *EASTERN.name[1:])), tmp_path / "schools.csv")
    assert read_register(tmp_path / "schools.csv").name[0] == name


def test_lines_are_counted_through_line_breaks_in_names(tmp_path: Path) -> None:
    """The line of an error is that of the file in an editor, not the number of the record."""
    path = table(tmp_path, HEADER, '100001,"Al\npha",primary,North,10,maintained,200,16.2', ROWS[1].replace("900", "x"))
    assert "schools.csv:4: error E0205: column pupils" in refused(path)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_make_no_difference(end: str, mark: str, tmp_path: Path) -> None:
    """Windows and old Macintosh line ends, with or without a mark, are read as the plain file is."""
    plain = read_register(table(tmp_path, HEADER, *ROWS))
    (tmp_path / "schools.csv").write_bytes((mark + end.join([HEADER, *ROWS, ""])).encode())
    assert differences(plain, read_register(tmp_path / "schools.csv")) == []


def test_clusters_and_communities_that_are_given_are_kept(tmp_path: Path) -> None:
    """Names become rows in order of URN, the kind follows from the schools, and nothing is left to note."""
    path = table(
        tmp_path,
        HEADER + ",community,cluster,cluster_kind,local_authority_name",
        ROWS[0] + ",coast,Hill Federation,federation,Tenshire",
        "100004,Delta,primary,North,10,academy,100,5,coast,Great Trust,,Tenshire",
        "100003,Gamma,primary,North,10,maintained,100,5,coast,Hill Federation,federation,Tenshire",
        ROWS[1] + ",9,,,Tenshire",
    )
    register = read_register(path)
    assert register.community.tolist() == [1, 0, 1, 1]
    assert register.cluster.tolist() == [0, -1, 0, 1]
    assert register.cluster_key.tolist() == [100001, 100004]
    assert register.cluster_kind.tolist() == [ClusterKind.FEDERATION, ClusterKind.TRUST]  # a trust: it has an academy
    assert register.cluster_name == ("Hill Federation", "Great Trust")
    assert register.local_authority_names == {10: "Tenshire"}
    assert register.notes == ()


def test_two_clusters_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """The file has an id for each, so that they are not merged on reading, and keep their name."""
    same = replace(EASTERN, cluster_name=("Cluster",) * len(EASTERN.cluster_name))
    write_register(same, tmp_path / "schools.csv")
    assert differences(same, read_register(tmp_path / "schools.csv")) == []


SIXTY = [
    f"9008{i:02d},S{i},{('primary', 'secondary', 'special')[i % 3]},{region},{code},academy,400,22.2,The Learning Trust"
    for i in range(60)
    for region, code in [("London", 201) if i % 2 else ("North West", 301)]
]


def test_a_trust_of_many_regions_is_one_and_a_note_says_so(tmp_path: Path) -> None:
    """Sixty schools of three phases in two regions are one trust; who meant two is told how to write two."""
    register = read_register(table(tmp_path, HEADER + ",cluster", *SIXTY))
    assert register.cluster.tolist() == [0] * 60
    assert register.cluster_kind.tolist() == [ClusterKind.TRUST]
    assert "The Learning Trust (London, North West). If they are two, tell them apart" in register.notes[-1]


def test_ids_tell_trusts_of_one_name_apart(tmp_path: Path) -> None:
    """With a column of ids, two trusts have one name, and nothing is left to note; two names of one id are refused."""
    rows = [f"{row},{'a' if 'London' in row else 'b'}" for row in SIXTY]
    register = read_register(table(tmp_path, HEADER + ",cluster,cluster_id", *rows))
    assert register.cluster_name == ("The Learning Trust",) * 2
    assert np.bincount(register.cluster).tolist() == [30, 30]
    assert not any("several regions" in note for note in register.notes)
    other = rows[0].replace("The Learning Trust", "Another")
    assert "'b' has the name 'The Learning Trust', but 'Another'" in refused(
        table(tmp_path, HEADER + ",cluster,cluster_id", other, *rows[1:])
    )
    assert "column cluster is empty, but cluster_id is 'a'" in refused(
        table(tmp_path, HEADER + ",cluster,cluster_id", ROWS[0] + ",,a", ROWS[1] + ",,")
    )


def test_ids_of_another_country_are_numbered_and_kept(tmp_path: Path) -> None:
    """Twelve digits with a nought in front are ids: numbered in their order, and kept beside the number."""
    rows = [
        "010000500871,Oak Elementary,primary,Alabama,0100005,maintained,420,55.0",
        "010000500870,Elm Middle,secondary,Alabama,0100005,maintained,731,41.2",
    ]
    register = read_register(table(tmp_path, HEADER, *rows))
    assert register.urn.tolist() == [1, 2]
    assert register.name == ("Elm Middle", "Oak Elementary")
    assert register.own == {"id_given": ("010000500870", "010000500871")}
    assert register.local_authority_names == {1: "0100005"}
    assert "see column id_given" in " ".join(register.notes)
    assert "urn: 010000500870 is already on line 2" in refused(table(tmp_path, HEADER, rows[1], rows[1]))
    spoilt = [row.replace("010000500870", "1.00001E+10").replace("010000500871", "1.00001E+10") for row in rows]
    assert "A spreadsheet has reformatted the number" in refused(table(tmp_path, HEADER, *spoilt))


def test_words_are_read_in_capitals_and_a_wrong_one_is_told_once(tmp_path: Path) -> None:
    """Thirty rows of Primary and Academy are read; thirty of a word that is neither are one message."""
    rows = [f"9007{i:02d},S{i},Primary,London,201,ACADEMY,210,12.3" for i in range(30)]
    register = read_register(table(tmp_path, HEADER, *rows))
    assert register.phase.tolist() == [Phase.PRIMARY] * 30
    assert register.kind.tolist() == [SchoolKind.ACADEMY] * 30
    message = refused(table(tmp_path, HEADER, *(row.replace("Primary", "Lower") for row in rows)))
    assert message.count("error") == 1
    assert "got 'Lower' in 30 rows" in message


def test_another_lists_file_is_named_and_a_way_given(tmp_path: Path) -> None:
    """A run on GIAS's file says what the file is and how a table is made of it, and never to rename its columns."""
    message = refused(
        table(
            tmp_path,
            "URN,EstablishmentName,EstablishmentStatus (name),CloseDate,NumberOfPupils,TypeOfEstablishment (name)",
            "100,A,Open,,5,Community school",
        )
    )
    assert message.count("error") == 1
    assert "this is another list of schools (GIAS" in message
    assert "headway schools import" in message
    assert "Rename" not in message


def test_notes_are_not_believed_when_the_table_has_changed(tmp_path: Path) -> None:
    """Notes belong to the bytes that they were written with."""
    path = tmp_path / "schools.csv"
    write_register(EASTERN, path)
    assert read_register(path).notes == EASTERN.notes
    path.write_text(path.read_text("utf-8").replace("Bedford primary school 1", "Changed"), "utf-8")
    assert read_register(path).notes == ()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up at the last moment leaves the old table as it was, and no half of a new one."""
    path = tmp_path / "schools.csv"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_register(EASTERN, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["schools.csv"]


CELLS = [
    ("200", "abc", "column pupils: expected a whole number from 1 to 100,000, got 'abc'"),
    ("200", "0", "column pupils: expected a whole number from 1 to 100,000, got '0'"),
    ("200", "200.0", "format the column as a whole number"),
    ("200", "-200", "got '-200'"),
    ("200", "", "column pupils is empty, expected a whole number"),
    ("200", '"1,200"', "Leave out the comma: 1200"),
    ("16.2", '"16,2"', "Write a point: 16.2"),
    ("200", '"1,2"', "expected a whole number from 1 to 100,000, got '1,2'"),
    ("200", "z", "'z' means 'not applicable' in official tables"),
    ("200", "x", "'x' means 'not available' in official tables"),
    ("200", "c", "'c' means 'suppressed' in official tables"),
    ("200", "u", "'u' means 'low reliability' in official tables"),
    ("200", "low", "'low' means 'rounds to nought' in official tables: give a number, or leave the row out."),
    ("16.2", "[low]", "'[low]' means 'rounds to nought' in official tables: write 0."),
    ("16.2", "NP", "'NP' means 'not published' in official tables: give a number"),
    ("16.2", "DNS", "'DNS' means 'did not submit' in official tables: give a number"),
    ("200", "k", "'k' means 'rounds to nought' in official tables"),
    ("200", ":", "':' means 'not available' in official tables"),
    ("200", "N/A", "'N/A' means 'not available' in official tables"),
    ("200", "٣٠", "column pupils: expected a whole number"),
    ("200", "2_00", "got '2_00'"),
    ("200", "9" * 5000, "got '9999"),
    ("200", "0200", "Leave out the noughts in front: 200"),
    ("100001", "010001", "Leave out the noughts in front: 10001"),
    ("16.2", "-0.0", "got '-0.0'"),
    ("North", "South", "'local authority 10' has the region 'South', but 'North' on line 2"),
    ("16.2", "NaN", "column fsm_percent: expected a number from 0 to 100, got 'NaN'"),
    ("16.2", "inf", "got 'inf'"),
    ("16.2", "1e1", "got '1e1'"),
    ("16.2", "100.1", "column fsm_percent: expected a number from 0 to 100, got '100.1'"),
    ("16.2", "-0.1", "got '-0.1'"),
    ("16.2", "16.2%", "Leave out the % sign: 16.2"),
    ("100001", "1e5", "format the column as a whole number"),
    ("100001", "100000.0", "format the column as a whole number"),
    ("100001", "16777216", "column urn: expected a whole number from 1 to 16,777,215"),
    ("100001", "100002", "column urn: 100002 is already on line 2"),
    (
        "primary",
        "primery",
        "column phase: expected primary, secondary or special, got 'primery'\n   Did you mean primary?",
    ),
    ("maintained", "acadmy", "Did you mean academy?"),
    (",10,", ",0,", "column local_authority: expected a whole number from 1 to 32,767, got '0'"),
    ("North", "", "column region is empty"),
    ("Alpha", "  ", "column name is empty"),
    (",16.2", "", "the row has 7 cells, the header has 8"),
    ("Alpha", "Alpha, Upper", "A text with a comma in it must stand in quotation marks."),
    ("Alpha", "Al\x1b[31mpha", "there is an invisible character, '\\x1b'"),
    ("Alpha", "Al\u202epha", "there is an invisible character, '\\u202e', in the row '100001,Alpha,primary,"),
    ("Alpha", "St\xa0Al\xadpha", "character, '\\xad', in the row '100001,St Alpha,primary,"),
    ("Alpha", 'Al"pha"x"', None),
    ("Alpha", '"Alpha', "the row that starts here is not proper CSV"),
    ("Alpha", '"Al"pha', "the row that starts here is not proper CSV"),
]


@pytest.mark.parametrize(("good", "bad", "said"), CELLS, ids=[f"{good}-{bad[:12]!a}" for good, bad, _ in CELLS])
def test_a_bad_cell_is_named_by_line_and_column(good: str, bad: str, said: str | None, tmp_path: Path) -> None:
    """Each kind of wrong cell gives line, column and a way out, in lines short enough to read."""
    path = table(tmp_path, HEADER, ROWS[1], ROWS[0].replace(good, bad, 1))
    if said is None:  # a quotation mark inside an unquoted name is only text
        assert read_register(path).name[0] == bad
        return
    message = refused(path)
    assert "schools.csv:3: error E02" in message
    assert said in message
    assert len(max(message.splitlines(), key=len)) < 500


COLUMN_CASES = [
    (HEADER.replace("pupils", "pupil"), "column pupils is missing\n   Rename column 'pupil' to pupils."),
    (HEADER.replace("pupils", "Pupils"), "Rename column 'Pupils' to pupils."),
    (HEADER.replace("pupils", "x"), "column pupils is missing"),
    (HEADER.replace("pupils", "urn"), "column 'urn' is there 2 times"),
    (HEADER.replace(",", ";"), "the columns are separated by semicolons, commas are needed"),
    (HEADER.replace(",", "\t"), "the columns are separated by tabs, commas are needed"),
]


@pytest.mark.parametrize(("header", "said"), COLUMN_CASES)
def test_bad_columns_are_named(header: str, said: str, tmp_path: Path) -> None:
    """A column that is missing, misspelt or doubled, or another separator than commas, is told on line 1."""
    message = refused(table(tmp_path, header, *ROWS))
    assert "schools.csv:1: error E0204" in message
    assert said in message


def test_slips_and_twice_given_columns_are_refused(tmp_path: Path) -> None:
    """A slip in an optional column would be ignored silently; the nearest name is offered."""
    assert "column 'comunity' is not known\n   Did you mean community?" in refused(
        table(tmp_path, HEADER + ",comunity", ROWS[0] + ",1")
    )
    assert "digits and underscores: ofsted_rating" in refused(
        table(tmp_path, HEADER + ",Ofsted rating", ROWS[0] + ",good", ROWS[1] + ",good")
    )
    assert "column 'notes' is there 2 times" in refused(table(tmp_path, HEADER + ",notes,notes", ROWS[0] + ",1,1"))


def test_columns_of_ones_own_are_carried_with_their_schools(tmp_path: Path) -> None:
    """Sorted and cut with the schools, written and read back as they are; a table without any has none."""
    path = table(tmp_path, HEADER + ",ofsted,visited", ROWS[1] + ",good,", ROWS[0] + ',"in need, still",2026')
    register = read_register(path)
    assert register.own == {"ofsted": ("in need, still", "good"), "visited": ("2026", "")}
    assert register.take(np.array([1])).own == {"ofsted": ("good",), "visited": ("",)}
    write_register(register, path)
    assert differences(register, read_register(path)) == []
    assert read_register(table(tmp_path, HEADER, *ROWS)).own == {}


def test_religious_characters_are_read_and_schools_without_have_none(tmp_path: Path) -> None:
    """By the column's words, empty for none; a word of another list is refused, and without the column nobody has one."""
    told = HEADER + ",religious_character"
    path = table(tmp_path, told, ROWS[0] + ",Roman_Catholic", ROWS[1] + ",")
    register = read_register(path)
    assert register.religion.tolist() == [Religion.ROMAN_CATHOLIC, Religion.NONE]
    assert register.take(np.array([0])).religion.tolist() == [Religion.ROMAN_CATHOLIC]
    write_register(register, path)
    assert differences(register, read_register(path)) == []
    assert "religious_character: expected none, church_of_england" in refused(table(tmp_path, told, ROWS[0] + ",Jedi"))
    assert not read_register(table(tmp_path, HEADER, *ROWS)).religion.any()


def test_a_hint_to_rename_is_given_for_slips_alone(tmp_path: Path) -> None:
    """A column that only shares letters with the missing one holds something else: renaming it would do harm."""
    message = refused(table(tmp_path, HEADER.replace("pupils", "pupil_premium"), *ROWS))
    assert "column pupils is missing" in message
    assert "Rename" not in message


ODD_FILES = [
    (b"", "the file is empty"),
    (b"\n \n", "the file is empty"),
    (b"\xef\xbb\xbf", "the file is empty"),
    (HEADER.encode(), "the file has a header and no rows"),
    (HEADER.encode() + b"\n\n\n", "the file has a header and no rows"),
    ("\n".join([HEADER, *ROWS]).encode("utf-16"), "the file is in UTF-16, UTF-8 is needed"),
    ("\n".join([HEADER, ROWS[0].replace("Alpha", "£")]).encode("latin-1"), "schools.csv:2: error E0202: byte 0xa3"),
    (("\n".join([HEADER, ROWS[0]]) + "\0").encode(), "there is a NUL byte"),
    (b"PK\x03\x04\x00", "there is a NUL byte"),
]


@pytest.mark.parametrize(("raw", "said"), ODD_FILES)
def test_files_that_are_no_table_are_refused(raw: bytes, said: str, tmp_path: Path) -> None:
    """Empty files, headers alone, other encodings and binary files say what they are."""
    path = tmp_path / "schools.csv"
    path.write_bytes(raw)
    assert said in refused(path)


def test_folders_pipes_and_missing_files_are_refused(tmp_path: Path) -> None:
    """Nothing waits on a pipe, and the nearest file of the folder is offered for a slip in a name."""
    assert "this is a folder" in refused(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "this is a pipe or a device" in refused(tmp_path / "pipe")
    table(tmp_path, HEADER, *ROWS)
    assert "there is no such file\n   Did you mean schools.csv?" in refused(tmp_path / "school.csv")
    assert "there is no such file" in refused(tmp_path / "nowhere" / "school.csv")
    assert "cannot be read" in refused(tmp_path / "a\0b")


def test_files_that_are_too_large_are_refused_unread(tmp_path: Path) -> None:
    """The size is looked at first, so that two gigabytes take no memory."""
    path = tmp_path / "schools.csv"
    with open(path, "wb") as file:
        file.truncate(2_000_000_000)  # sparse: takes no room
    assert "the file has 2,000 MB, the most that is read is 200 MB" in refused(path)


def test_shares_where_percentages_are_due_are_refused(tmp_path: Path) -> None:
    """Most values at or below 1 look like shares, which would make every school rich; all noughts do not."""
    message = refused(table(tmp_path, HEADER, ROWS[0].replace("16.2", "0.162"), ROWS[1].replace(",30", ",1")))
    assert "column fsm_percent: 2 of 2 values are above 0 and at most 1, so these look like shares" in message
    both_nought = read_register(table(tmp_path, HEADER, ROWS[0].replace("16.2", "0"), ROWS[1].replace(",30", ",0")))
    assert both_nought.disadvantage.tolist() == [0, 0]


def test_shares_are_told_by_their_bulk(tmp_path: Path) -> None:
    """One 10.5 among 59 shares is the slip, and is named; a few schools below 1% among percentages are no shares."""
    shares = [ROWS[0].replace("100001", f"{i}").replace("16.2", f"0.{i}") for i in range(100, 159)]
    message = refused(table(tmp_path, HEADER, *shares, ROWS[0].replace("16.2", "10.5")))
    assert "59 of 60 values are above 0 and at most 1" in message
    assert "but 10.5 on line 61" in message
    few = [ROWS[0].replace("100001", f"{i}").replace("16.2", "0.8" if i < 103 else "12") for i in range(100, 110)]
    assert read_register(table(tmp_path, HEADER, *few)).disadvantage.tolist() == [0.008] * 3 + [0.12] * 7


CONTRADICTIONS = [
    (",community", ",a", ",a", "column community: 'a' has the phase 'secondary', but 'primary' on line 2"),
    (",community", ",a", ",", "column community is empty"),
    (",cluster,cluster_kind", ",A,trust", ",A,federation", "'A' has the kind 'federation', but 'trust' on line 2"),
    (",cluster,cluster_kind", ",A,trusts", ",A,trusts", "expected local_cluster, federation or trust, or nothing"),
    (",cluster,cluster_kind", ",,trust", ",,", "column cluster is empty, but cluster_kind is trust"),
    (",local_authority_name", ",Ten", ",Eleven", "'10' has the name 'Eleven', but 'Ten' on line 2"),
]


@pytest.mark.parametrize(("columns", "first", "second", "said"), CONTRADICTIONS)
def test_rows_that_contradict_each_other_are_named(
    columns: str, first: str, second: str, said: str, tmp_path: Path
) -> None:
    """Two rows of one community, cluster or authority that disagree are shown with the line of the other."""
    assert said in refused(table(tmp_path, HEADER + columns, ROWS[0] + first, ROWS[1] + second))


def test_too_many_regions_are_refused(tmp_path: Path) -> None:
    """Regions are stored as small numbers; the limit is said rather than wrapped round."""
    rows = [
        ROWS[0].replace("100001", str(i)).replace("North", f"R{i}").replace(",10,", f",{i},") for i in range(1, 130)
    ]
    assert "there are 129 regions, at most 127 are allowed" in refused(table(tmp_path, HEADER, *rows))


def test_all_problems_are_told_at_once_up_to_twenty(tmp_path: Path) -> None:
    """In order of line, and the rest are counted."""
    bad = [f"{i},School,prim{i}ry,North,x,maintained,many,200" for i in range(1, 11)]
    with pytest.raises(InputError) as caught:
        read_register(table(tmp_path, HEADER, *bad))
    problems = caught.value.problems
    assert [problem.line for problem in problems[:4]] == [2, 2, 2, 2]
    assert len(problems) == 21
    assert problems[-1].message == "20 more problems are not shown"


GOOD = "\n".join([HEADER + ",community,cluster,cluster_kind", ROWS[0] + ",1,A,trust", ROWS[1] + ",2,,", ""]).encode()
JUNK = st.one_of(
    st.binary(max_size=3), st.sampled_from([b",", b'"', b"\n", b"\r", b";", b"1e5", b"nan", b"\xff", b"-"])
)


@given(edits=st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 4), JUNK), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_a_damaged_table_is_refused_or_read_as_it_stands(
    edits: list[tuple[int, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Never another exception; and what is accepted means the same when it is written and read again."""
    raw = GOOD
    for at, cut, junk in edits:
        raw = raw[:at] + junk + raw[at + cut :]
    path = tmp_path_factory.mktemp("damaged") / "schools.csv"
    path.write_bytes(raw)
    try:
        register = read_register(path)
    except InputError as error:
        said = [problem.render() for problem in error.problems]
    else:
        said = []
    if said:
        assert all("schools.csv" in problem for problem in said)
        return
    write_register(register, path)
    assert differences(register, read_register(path)) == []


def test_the_guide_describes_every_column() -> None:
    """Whoever adds a column adds its row to the guide."""
    guide = (Path(__file__).resolve().parents[3] / "docs" / "guides" / "registers.md").read_text("utf-8")
    for name in (*COLUMNS, *OPTIONAL_COLUMNS):
        assert f"| `{name}` |" in guide
