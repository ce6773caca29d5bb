"""Puts together what several files say of each school: one record a school, by its id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.problems import InputError, Problem
from scenarios.register.cells import MOST_PUPILS, Numbers
from scenarios.register.csv_text import AS_CSV, Problems, nearest, quoted
from scenarios.register.kinds import KINDS, Kind, Role, lacking, recognise
from scenarios.register.sheets import Sheet, read_sheet, same

NO_SCHOOL = {"nat", "reg", "la", "total", "national"}
"""What stands in place of an id in rows of totals, in small letters."""
_SUM = re.compile(
    r"\W*(?:(?:grand |over)?(?:sub-?)?totals?|sum|averages?|mean|all schools|national|england)\b", re.IGNORECASE
)
"""Names of rows that are sums or means over schools, where they have no id."""
_URN = re.compile(r"0*([1-9][0-9]{0,11})(\.0)?")


@dataclass(frozen=True)
class Table:
    """One file, and which of its columns means what."""

    kind: Kind
    sheet: Sheet
    found: dict[str, tuple[str, ...]]
    """Headers by field."""
    problems: Problems

    def cell(self, name: str, row: int) -> str:
        """What the row says of the field: the first of its columns that says anything; empty if none does."""
        return next((text for h in self.found.get(name, ()) if (text := self.sheet.columns[h][row])), "")

    def column(self, name: str) -> list[str]:
        """The field in every row."""
        return [self.cell(name, row) for row in range(len(self.sheet))]

    def rows(self) -> Iterator[int]:
        """The rows that count."""
        wanted = {name: {same(text) for text in texts} for name, texts in self.kind.only.items()}
        for row in range(len(self.sheet)):
            if all(same(self.cell(name, row)) in texts for name, texts in wanted.items()):
                yield row


@dataclass
class School:
    """What the files say of one school."""

    id: str
    country: str
    texts: dict[str, str] = field(default_factory=dict)
    """By field, the first file that says something first: lists of schools before counts of pupils."""
    pupils: float | None = None
    percent: float | None = None
    free_meals: float | None = None
    counted: bool = False
    """It is in a file that counts pupils."""
    counted_in: tuple[str, str] = ("", "")
    """File and day of the count; the day is empty where a file is of one day."""
    old_authority: str = ""
    """The authority where pupils were counted, if another file has another."""
    region: str = ""
    out: str | None = None
    """Why it is not in the register; None if it is."""
    own: dict[str, str] = field(default_factory=dict)
    """Further columns to keep."""


@dataclass
class Gathered:
    """What all files say together."""

    schools: dict[str, School] = field(default_factory=dict)
    authorities: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and region by code, from files of codes."""
    trusts: dict[str, dict[str, str]] = field(default_factory=dict)
    """By school: the fields of its row in a file of members of groups."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Predecessor and successor."""
    totals: dict[str, float] = field(default_factory=dict)
    """National totals of pupils by sector, where a file has them."""
    seen: dict[tuple[str, str], tuple[str, float | None]] = field(default_factory=dict)
    """By kind of file and school: in which file it is, and with how many pupils."""
    files: list[str] = field(default_factory=list)
    """What was read, and as what."""
    notes: list[str] = field(default_factory=list)
    own: tuple[str, ...] = ()
    """Names of further columns to keep."""


def find_files(paths: Sequence[Path]) -> tuple[list[Path], set[Path]]:
    """The CSV files that ``paths`` name, those of folders in order of name, and which of them were found in folders."""
    files: list[Path] = []
    inside_folders: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
            if not inside:
                there = ", ".join(sorted(p.name for p in path.iterdir())[:5]) or "nothing"
                said = f"the folder has no CSV file; it has {there}"
                raise InputError([Problem(str(path), None, None, "E0201", said, hint=AS_CSV)])
            files += inside
            inside_folders.update(inside)
        elif not path.exists() and not path.suffix:
            raise InputError([Problem(str(path), None, None, "E0201", "there is no such folder or file")])
        else:
            files.append(path)
    return files, inside_folders


def read_tables(paths: Sequence[Path], keep: Mapping[str, str]) -> tuple[list[Table], list[str]]:
    """The files as tables, in order of :data:`KINDS`, and a note on each file of a folder that is passed over.

    Those are of no known kind, or a table of one's own beside a publisher's files: a register made of them before.
    Raise :exc:`InputError` if a file cannot be read, or is of no known kind and was named itself.
    """
    files, found_in_folders = find_files(paths)
    tables: list[Table] = []
    unknown: dict[Path, list[Sequence[str]]] = {}
    for path in files:
        problems = Problems(str(path))
        told: list[tuple[Kind, dict[str, tuple[str, ...]]]] = []
        shown: list[Sequence[str]] = []

        def wanted(headers: Sequence[str], told: list = told, shown: list = shown) -> list[str] | None:
            shown.append(headers)
            if (known := recognise(headers)) is None:
                return None
            told.append(known)
            return [*(h for names in known[1].values() for h in names), *(h for h in headers if _kept(h, keep))]

        sheet = read_sheet(path, wanted, problems)
        if sheet is None:
            unknown[path] = shown
        else:
            (kind, found), *_ = told
            tables.append(Table(kind, sheet, found, problems))
    published = any(t.kind.role in (Role.SCHOOLS, Role.PUPILS) and t.kind.country != "own" for t in tables)
    beside = [t for t in tables if published and t.kind.country == "own" and t.sheet.path in found_in_folders]
    if unknown and not (tables and found_in_folders.issuperset(unknown)):
        known = "; ".join(kind.name for kind in KINDS)
        said = "its header is of no kind of file that is known"
        raise InputError(
            [
                Problem(str(path), 1, None, "E0204", said, hint=f"Known are: {known}. {lacking(rows)}")
                for path, rows in unknown.items()
            ]
        )
    passed_over = ", ".join(path.name for path in (*unknown, *(table.sheet.path for table in beside)))
    notes = [f"Files not read, as they are of no kind that is needed: {passed_over}."] if passed_over else []
    tables = [table for table in tables if table not in beside]
    tables.sort(key=lambda table: (table.kind.role is Role.PUPILS, KINDS.index(table.kind), table.sheet.path.name))
    return tables, notes


def _kept(header: str, keep: Mapping[str, str]) -> str | None:
    """What the column called ``header`` is to be called in the register; None if it is not to be kept."""
    return next((name for name, wanted in keep.items() if same(wanted) == same(header)), None)


def gather(paths: Sequence[Path], keep: Mapping[str, str]) -> Gathered:
    """What the files in ``paths`` say of each school; raise :exc:`InputError` with all that is wrong with them."""
    tables, notes = read_tables(paths, keep)
    _refuse_unkept(tables, keep)
    result = Gathered(notes=notes, own=tuple(keep))
    for table in tables:
        result.files.append(f"{table.sheet.path.name}: {table.kind.name}, {len(table.sheet):,} rows")
        if below := table.sheet.notes:
            result.notes.append(f"Rows of notes below the table in {table.sheet.path.name}, not read: {below:,}.")
        {
            Role.SCHOOLS: _schools, Role.PUPILS: _schools, Role.AUTHORITIES: _authorities, Role.TRUSTS: _trusts,
            Role.LINKS: _links,
        }[table.kind.role](table, result, keep)  # fmt: skip
    if found := [problem for table in tables for problem in table.problems.found]:
        first = Problems(found[0].file)
        first.found = found
        first.check()
    return result


def _refuse_unkept(tables: list[Table], keep: Mapping[str, str]) -> None:
    headers = [h for table in tables for h in table.sheet.headers]
    for name, wanted in keep.items():
        if not any(same(header) == same(wanted) for header in headers):
            near = nearest(wanted, headers)
            hint = f"Did you mean {near}?" if near else f"The columns are: {', '.join(headers)[:300]}"
            message = f"there is no column {quoted(wanted)} to keep as {name}"
            raise InputError([Problem(str(tables[0].sheet.path), 1, None, "E0204", message, hint=hint)])


def _schools(table: Table, into: Gathered, keep: Mapping[str, str]) -> None:
    """Add a list of schools or a count of their pupils."""
    kind, lines = table.kind, table.sheet.lines
    numbers = Numbers(table.problems, kind.missing)
    pupils = {row: _pupils(table, numbers, row) for row in table.rows()}
    percent = numbers.percentages(table.column("percent"), _header(table, "percent"), lines)
    kept = {name: column for h, column in table.sheet.columns.items() if (name := _kept(h, keep))}
    fields = [name for name in table.found if name not in ("id", "pupils", "percent", "free_meals")]
    for row, key in _ids(table, into, pupils):
        school = into.schools.setdefault(key, School(key, kind.country))
        _add(school, {name: text for name in fields if (text := table.cell(name, row))}, kind)
        if "phase" not in school.texts and (departments := _departments(table, row)):
            school.texts["phase"] = departments
        if (count := pupils[row]) is not None and count > MOST_PUPILS:
            said = f"column {_header(table, 'pupils')}: expected at most {MOST_PUPILS:,} pupils, got {count:,.0f}"
            table.problems.add("E0205", lines[row], said)
        day = (table.sheet.path.name, table.cell("counted_on", row))
        meals = numbers.read(table.cell("free_meals", row), _header(table, "free_meals"), lines[row])
        _count(school, pupils[row], percent[row], meals, table, day)
        for name, column in kept.items():
            if column[row]:
                school.own.setdefault(name, column[row])
    into.notes += numbers.notes()
    if kind.country == "own":
        read = {h for headers in table.found.values() for h in headers}
        if rest := [h for h in table.sheet.headers if h and h not in read and not _kept(h, keep)]:
            into.notes.append(f"Columns not kept: {', '.join(rest)} (keep them with --keep).")
    elif kind.caveat:
        into.notes.append(kind.caveat)


def _ids(table: Table, into: Gathered, pupils: Mapping[int, float | None]) -> Iterator[tuple[int, str]]:
    """Rows that are schools, and their ids; totals are noted apart, and ids that are none or there twice are refused.

    A school may be in several files of a kind, one of a part of the other; files of different counts are of two years.
    """
    first: dict[str, int] = {}
    twice: Counter[str] = Counter()
    sums = 0
    for row, count in pupils.items():
        given, line = table.cell("id", row), table.sheet.lines[row]
        if given.casefold() in NO_SCHOOL or (not given and (table.kind.totals or _SUM.match(table.cell("name", row)))):
            sums += 1
            if given.casefold() == "nat" and count is not None:
                into.totals[table.cell("sector", row)] = count
        elif not (key := _id(given, table.kind, line, table.problems)):
            continue
        elif key in first and not table.kind.sums:
            table.problems.add(
                "E0206",
                line,
                f"column {_header(table, 'id')}: {key} is already on line {first[key]}",
                "Leave one of the two rows out.",
            )
        else:
            if key not in first:
                before, its = into.seen.setdefault((table.kind.name, key), (table.sheet.path.name, count))
                twice[before] += before != table.sheet.path.name and its != count
            first.setdefault(key, line)
            yield row, key
    if sums:
        into.notes.append(f"Rows of totals in {table.sheet.path.name}, which are no schools: {sums:,}.")
    for before, count in sorted(twice.items()):
        if count:
            message = f"{count:,} schools are in {before} too, with other numbers of pupils"
            table.problems.add("E0206", None, message, "Give the files of one year.")


def _pupils(table: Table, numbers: Numbers, row: int) -> float | None:
    """Pupils on roll: the total, or the sum of a school's departments."""
    names = ["pupils"] if "pupils" in table.found else ["primary_pupils", "secondary_pupils", "special_pupils"]
    there = [name for name in names if name in table.found]
    given = [numbers.read(table.cell(n, row), _header(table, n), table.sheet.lines[row]) for n in there]
    known = [value for value in given if value is not None]
    return sum(known) if known else None


def _departments(table: Table, row: int) -> str:
    """The phases in which a school has pupils, where the file counts them apart."""
    names = ("primary", "secondary", "special")
    return " ".join(name for name in names if table.cell(f"{name}_pupils", row)[:1] in tuple("123456789"))


def _add(school: School, texts: dict[str, str], kind: Kind) -> None:
    authority = texts.get("authority", "")
    if (
        kind.role is Role.PUPILS
        and authority
        and code_of(school.texts.get("authority", authority)) != code_of(authority)
    ):
        school.old_authority = authority
    for name, text in texts.items():
        school.texts.setdefault(name, text)
    if kind.region:
        school.texts.setdefault("region", kind.region)


def code_of(authority: str) -> str:
    """The number of an authority without noughts in front or a spreadsheet's point; another code as it stands."""
    digits = authority.strip().removesuffix(".0").lstrip("0")
    return digits if digits.isdigit() else authority.strip()


def _count(
    school: School, pupils: float | None, percent: float | None, meals: float | None, table: Table, day: tuple[str, str]
) -> None:
    """A count of pupils made for the purpose goes before one that a list of schools has."""
    own_count = table.kind.role is Role.PUPILS
    if pupils is not None and (own_count or school.pupils is None):
        school.pupils, school.counted_in = pupils, day
    if percent is not None and (own_count or school.percent is None):
        school.percent = percent
    if meals is not None:
        before = school.free_meals if table.kind.sums and school.free_meals is not None else 0.0
        school.free_meals = before + meals
    school.counted = school.counted or "pupils" in table.found or "primary_pupils" in table.found


def _header(table: Table, name: str) -> str:
    return table.found.get(name, (name,))[0]


def _id(cell: str, kind: Kind, line: int, problems: Problems) -> str:
    """The id in a cell, empty if there is none; in England a number, elsewhere as it stands, noughts in front included."""
    if kind.country != "england":
        if not cell or re.fullmatch(r"[0-9.]+E\+[0-9]+", cell):
            hint = "A spreadsheet has reformatted it: format the column as text and save it again." if cell else None
            problems.add("E0205", line, f"expected the id of a school, got {quoted(cell)}", hint)
            return ""
        return cell.removesuffix(".0") if re.fullmatch(r"[0-9]+\.0", cell) else cell
    if not (number := _URN.fullmatch(cell)):
        problems.add("E0205", line, f"column URN: expected a whole number or NAT, got {quoted(cell)}")
        return ""
    if int(number.group(1)) >= 1 << 24:
        problems.add("E0205", line, f"column URN: a URN is from 1 to 16,777,215, got {number.group(1)}")
        return ""
    return number.group(1)


def _authorities(table: Table, into: Gathered, _: Mapping[str, str]) -> None:
    for row in table.rows():
        code = table.cell("authority", row)
        if not re.fullmatch(r"[0-9]{1,4}", code):
            message = f"column {_header(table, 'authority')}: expected the number of an authority, got {quoted(code)}"
            table.problems.add("E0205", table.sheet.lines[row], message)
            continue
        into.authorities[str(int(code))] = (table.cell("authority_name", row), table.cell("region", row))


def _trusts(table: Table, into: Gathered, _: Mapping[str, str]) -> None:
    """Memberships that have not ended, in groups that are open."""
    for row in table.rows():
        key = _id(table.cell("id", row), table.kind, table.sheet.lines[row], table.problems)
        ended = table.cell("left", row) or table.cell("trust_status", row).casefold().startswith("clos")
        if key and not ended:
            said = {n: table.cell(n, row) for n in ("trust", "trust_name", "trust_kind")}
            name = "federation" if "federation" in said["trust_kind"].casefold() else "trust"
            found = {name: said["trust"], f"{name}_name": said["trust_name"]}
            if not re.search(r"single|sponsor|children|umbrella", said["trust_kind"].casefold()):
                into.trusts.setdefault(key, {}).update(found)


def _links(table: Table, into: Gathered, _: Mapping[str, str]) -> None:
    """GIAS says of each link what the other school is to the first: its successor, or its predecessor."""
    for row in table.rows():
        ids = [_id(table.cell(n, row), table.kind, table.sheet.lines[row], table.problems) for n in ("id", "other")]
        link = table.cell("link", row).casefold()
        if all(ids) and re.match(r"successor|result of", link):
            into.links.append((ids[0], ids[1]))
        elif all(ids) and link.startswith("predecessor"):
            into.links.append((ids[1], ids[0]))
