"""Our own table of schools: one CSV file, one row per school, written by the DfE importer or by a user.

The columns are in :data:`COLUMNS`; ``docs/guides/registers.md`` describes them for users. A text cell is data and is
neither changed nor neutralised on writing, even if it starts with ``=``, ``+``, ``-`` or ``@``, because it is read back.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from enum import IntEnum
from pathlib import Path

import numpy as np

from scenarios.register.clusters import ClusterSettings, assign_clusters
from scenarios.register.communities import communities
from scenarios.register.csv_text import CsvText, Problems, nearest, quoted, read_csv_text
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, SchoolKind, label

COLUMNS: dict[str, str] = {
    "urn": "unique reference number, a whole number from 1 to 16,777,215",
    "name": "name of the school, any text",
    "phase": "primary (with nursery), secondary, or special (with pupil referral and alternative provision)",
    "region": "name of the region",
    "local_authority": "number of the local authority, a whole number from 1 to 32,767",
    "kind": "maintained or academy",
    "pupils": "pupils on roll, a whole number from 1 to 100,000",
    "fsm_percent": "per cent of pupils eligible for free school meals in the last six years, 0 to 100: 16.2 for 16.2%",
}
"""Columns that every table needs, and what is allowed in each."""
OPTIONAL_COLUMNS: dict[str, str] = {
    "community": "neighbourhood labour market, any number or name; its schools have one phase and one region",
    "cluster": "name of the trust, federation or local cluster; empty for none",
    "cluster_kind": "trust, federation or local_cluster; empty where cluster is empty",
    "local_authority_name": "name of the local authority",
}
"""Columns that may be left out, and what is allowed in each."""
DFE_SYMBOLS = {
    "z": "not applicable",
    "x": "not available",
    "c": "suppressed",
    "u": "low reliability",
    "low": "rounds to nought",
    "k": "rounds to nought",
    ":": "not available",
    "na": "not available",
    "n/a": "not available",
    "supp": "suppressed",
    "ne": "no entries",
}
"""Symbols that stand for a missing number in official statistics, in lower case."""
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")
_NUMBER = re.compile(r"([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)")


def write_register(register: Register, path: Path) -> None:
    """Write ``register`` to ``path``, whole or not at all, and its notes beside it in ``<path>.notes.txt``.

    Percentages are written to six decimals. Raise :exc:`OSError` if the folder cannot be written to.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *OPTIONAL_COLUMNS, *register.own])
    percent = [f"{100 * share:.6f}".rstrip("0").rstrip(".") for share in register.disadvantage.tolist()]
    clusters = [
        (name, label(ClusterKind(kind)))
        for name, kind in zip(_told_apart(register), register.cluster_kind.tolist(), strict=True)
    ]
    clusters.append(("", ""))  # row -1: no cluster
    for i, urn in enumerate(register.urn.tolist()):
        authority = int(register.local_authority[i])
        writer.writerow(
            (
                urn,
                register.name[i],
                label(Phase(register.phase[i])),
                register.region_names[register.region[i]],
                authority,
                label(SchoolKind(register.kind[i])),
                int(register.pupils[i]),
                percent[i],
                int(register.community[i]),
                *clusters[register.cluster[i]],
                register.local_authority_names.get(authority, ""),
                *(texts[i] for texts in register.own.values()),
            )
        )
    raw = text.getvalue().encode("utf-8")
    notes = "".join(f"{' '.join(note.split())}\n" for note in register.notes)
    _replace(_notes_path(path), f"{_digest(raw)}\n{notes}".encode())
    _replace(path, raw)


def read_register(path: Path, clusters: ClusterSettings | None = None) -> Register:
    """Read a table of schools; the rows may be in any order.

    Without a ``community`` column, communities are made from phase, local authority and URN. Without a ``cluster``
    column, membership is drawn (see :func:`~scenarios.register.clusters.assign_clusters`) with ``clusters``.
    The register's notes say which of these was done, and repeat those of the import that wrote the file.
    Raise :exc:`~scenarios.problems.InputError` with everything that is wrong, by line and column.
    """
    path = Path(path)
    problems = Problems(str(path))
    text = read_csv_text(path, list(COLUMNS), list(OPTIONAL_COLUMNS), problems=problems)
    cells = {name: [cell.strip() for cell in column] for name, column in text.columns.items() if name != "name"}
    urn = _numbers("urn", cells, text, problems, 1, (1 << 24) - 1)
    columns = {
        "phase": _words("phase", cells, text, problems, Phase),
        "kind": _words("kind", cells, text, problems, SchoolKind),
        "local_authority": _numbers("local_authority", cells, text, problems, 1, (1 << 15) - 1),
        "pupils": _numbers("pupils", cells, text, problems, 1, 100_000),
        "fsm_percent": _numbers("fsm_percent", cells, text, problems, 0, 100, whole=False),
    }
    for name, given in (("name", text.columns["name"]), ("region", cells["region"])):
        for cell, line in zip(given, text.lines, strict=True):
            if not cell.strip():
                problems.add("E0205", line, f"column {name} is empty, expected the {COLUMNS[name]}")
    _refuse_duplicates(urn, text, problems)
    problems.check()
    _refuse_shares(columns["fsm_percent"], text, problems)
    authority_names = _authority_names(columns["local_authority"], cells, text, problems)
    region_names = tuple(sorted(set(cells["region"])))
    if len(region_names) > 127:
        raise problems.stop("E0206", None, f"there are {len(region_names)} regions, at most 127 are allowed")
    region = np.array([region_names.index(name) for name in cells["region"]], np.int8)
    authorities = [f"local authority {code}" for code in columns["local_authority"].tolist()]
    _one_each("region", authorities, cells["region"], text, problems, "the region")
    community = _communities(urn, columns, cells, text, problems)
    cluster, cluster_key, cluster_kind, cluster_name = _clusters(urn, columns["kind"], cells, text, problems)
    problems.check()
    order = np.argsort(urn, kind="stable")
    register = Register(
        urn=urn[order].astype(np.int32),
        name=tuple(text.columns["name"][i] for i in order),
        phase=columns["phase"][order].astype(np.int8),
        region=region[order],
        local_authority=columns["local_authority"][order].astype(np.int16),
        kind=columns["kind"][order].astype(np.int8),
        pupils=columns["pupils"][order].astype(np.int32),
        disadvantage=columns["fsm_percent"][order] / 100,
        community=community[order],
        cluster=cluster[order],
        cluster_key=cluster_key,
        cluster_kind=cluster_kind,
        cluster_name=cluster_name,
        region_names=region_names,
        local_authority_names=authority_names,
        notes=_notes(path, "community" in cells),
        own={
            name: tuple(column[i] for i in order)
            for name, column in cells.items()
            if name not in COLUMNS and name not in OPTIONAL_COLUMNS
        },
    )
    return register if "cluster" in cells else assign_clusters(register, clusters)


def _numbers(
    name: str,
    cells: dict[str, list[str]],
    text: CsvText,
    problems: Problems,
    low: int,
    high: int,
    *,
    whole: bool = True,
) -> np.ndarray:
    """A column of numbers from ``low`` to ``high``; what is not one is noted, and stands as ``low``."""
    pattern, convert = (_WHOLE, int) if whole else (_NUMBER, float)
    values: list[float] = []
    for cell, line in zip(cells[name], text.lines, strict=True):
        value = convert(cell) if pattern.fullmatch(cell) else None
        if value is None or not low <= value <= high:
            message, hint = _what_is_wrong(name, cell, value, low, high, whole)
            problems.add("E0205", line, message, hint)
            value = low
        values.append(value)
    return np.array(values, np.int64 if whole else np.float64)


def _what_is_wrong(
    name: str, cell: str, value: float | None, low: int, high: int, whole: bool
) -> tuple[str, str | None]:
    """The message for a cell that is no number in range, and what to do about it."""
    expected = f"a {'whole ' if whole else ''}number from {low:,} to {high:,}"
    message = f"column {name}: expected {expected}, got {quoted(cell)}"
    hint = None
    if not cell:
        message = f"column {name} is empty, expected {expected}"
    elif cell.casefold() in DFE_SYMBOLS:
        hint = (
            f"'{cell}' means '{DFE_SYMBOLS[cell.casefold()]}' in official tables: give a number, or leave the row out."
        )
    elif value is None and cell.endswith("%"):
        hint = f"Leave out the % sign: {cell[:-1].strip()}"
    elif value is None and _NUMBER.fullmatch(cell.replace(",", "")) and "," in cell:
        hint = f"Leave out the comma: {cell.replace(',', '')}"
    elif whole and re.fullmatch(r"0[0-9]+", cell):
        hint = f"Leave out the noughts in front: {cell.lstrip('0') or '0'}"
    elif whole and re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+|[0-9]+\.0+", cell):
        hint = "A spreadsheet has reformatted the number: format the column as a whole number and save it again."
    return message, hint


def _words(
    name: str, cells: dict[str, list[str]], text: CsvText, problems: Problems, words: type[IntEnum]
) -> np.ndarray:
    """A column of the labels of ``words`` as codes; other cells are noted, and stand as 0."""
    codes = {label(code): int(code) for code in words}
    result = np.zeros(len(text), np.int64)
    for i, cell in enumerate(cells[name]):
        if cell in codes:
            result[i] = codes[cell]
            continue
        near = nearest(cell, codes)
        hint = f"Did you mean {near}?" if near else None
        problems.add("E0205", text.lines[i], f"column {name}: expected {_any_of(codes)}, got {quoted(cell)}", hint)
    return result


def _any_of(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def _refuse_duplicates(urn: np.ndarray, text: CsvText, problems: Problems) -> None:
    """Note each URN that an earlier row has; cells that are no URN were noted before."""
    first: dict[int, int] = {}
    wrong = {problem.line for problem in problems.found}
    for value, line in zip(urn.tolist(), text.lines, strict=True):
        if value in first and line not in wrong and first[value] not in wrong:
            problems.add("E0206", line, f"column urn: {value} is already on line {first[value]}")
        first.setdefault(value, line)


def _refuse_shares(percent: np.ndarray, text: CsvText, problems: Problems) -> None:
    """Note a column of shares from 0 to 1 where percentages are due."""
    if 0 < percent.max() <= 1 and (percent % 1 > 0).any():
        problems.add(
            "E0206",
            text.lines[int(np.argmax(percent % 1 > 0))],
            f"column fsm_percent: no value is above {percent.max():g}, so these look like shares, not percentages",
            "Multiply the column by 100: 16.2 stands for 16.2%.",
        )


def _one_each(
    name: str, keys: list[str], values: Iterable[object], text: CsvText, problems: Problems, what: str
) -> dict[str, object]:
    """The one value of each key; a row with another value than the first row of its key is noted."""
    first: dict[str, tuple[object, int]] = {}
    for key, value, line in zip(keys, values, text.lines, strict=True):
        known, on_line = first.setdefault(key, (value, line))
        if value != known:
            message = f"column {name}: {quoted(key)} has {what} {quoted(str(value))}"
            problems.add("E0206", line, f"{message}, but {quoted(str(known))} on line {on_line}")
    return {key: value for key, (value, _) in first.items()}


def _authority_names(
    codes: np.ndarray, cells: dict[str, list[str]], text: CsvText, problems: Problems
) -> dict[int, str]:
    if "local_authority_name" not in cells:
        return {}
    keys = [str(code) for code in codes.tolist()]
    names = _one_each("local_authority_name", keys, cells["local_authority_name"], text, problems, "the name")
    return {int(code): str(name) for code, name in sorted(names.items(), key=lambda item: int(item[0])) if name}


def _communities(
    urn: np.ndarray,
    columns: dict[str, np.ndarray],
    cells: dict[str, list[str]],
    text: CsvText,
    problems: Problems,
) -> np.ndarray:
    """Number the communities that the table names, in the order of their names; make them if it names none."""
    if "community" not in cells:
        return communities(columns["phase"], columns["local_authority"], urn)
    given = cells["community"]
    for cell, line in zip(given, text.lines, strict=True):
        if not cell:
            problems.add(
                "E0205", line, "column community is empty", "Fill it for every school, or leave out the column."
            )
    phases = [label(Phase(code)) for code in columns["phase"].tolist()]
    _one_each("community", given, phases, text, problems, "the phase")
    _one_each("community", given, cells["region"], text, problems, "the region")
    order: Callable[[str], tuple[int, str]] = lambda name: (int(name) if _WHOLE.fullmatch(name) else 10**15, name)  # noqa: E731
    rows = {name: i for i, name in enumerate(sorted(set(given), key=order))}
    return np.array([rows[name] for name in given], np.int32)


def _clusters(
    urn: np.ndarray, kind: np.ndarray, cells: dict[str, list[str]], text: CsvText, problems: Problems
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...]]:
    """Row of each school's cluster, and each cluster's key (the smallest URN in it), kind and name, by key.

    A cluster without a kind is a trust if it has an academy, else a local cluster.
    """
    names = cells.get("cluster", [""] * len(text))
    kinds = cells.get("cluster_kind", [""] * len(text))
    words = {label(code): int(code) for code in ClusterKind}
    for name, word, line in zip(names, kinds, text.lines, strict=True):
        if word and word not in words:
            near = nearest(word, words)
            message = f"column cluster_kind: expected {_any_of(words)}, or nothing, got {quoted(word)}"
            problems.add("E0205", line, message, f"Did you mean {near}?" if near else None)
        elif word and not name:
            problems.add("E0205", line, f"column cluster is empty, but cluster_kind is {word}")
    given = _one_each("cluster_kind", names, kinds, text, problems, "the kind")
    smallest: dict[str, int] = {}
    academies: set[str] = set()
    for name, number, code in zip(names, urn.tolist(), kind.tolist(), strict=True):
        smallest[name] = min(number, smallest.get(name, number))
        if code == SchoolKind.ACADEMY:
            academies.add(name)
    ordered = sorted((key, name) for name, key in smallest.items() if name)
    rows = {name: i for i, (_, name) in enumerate(ordered)} | {"": -1}
    default = [ClusterKind.TRUST if name in academies else ClusterKind.LOCAL_CLUSTER for _, name in ordered]
    return (
        np.array([rows[name] for name in names], np.int32),
        np.array([key for key, _ in ordered], np.int32),
        np.array(
            [words.get(str(given[name]), usual) for (_, name), usual in zip(ordered, default, strict=True)], np.int8
        ),
        tuple(name for _, name in ordered),
    )


def _told_apart(register: Register) -> list[str]:
    """The clusters' names, the key added where two clusters share one: a table tells them apart by name."""
    names, keys = register.cluster_name, register.cluster_key.tolist()
    times = Counter(names)
    return [name if times[name] == 1 else f"{name} ({key})" for name, key in zip(names, keys, strict=True)]


def _notes_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.notes.txt")


def _digest(raw: bytes) -> str:
    return f"Notes on the file with SHA-256 {hashlib.sha256(raw).hexdigest()}"


def _notes(path: Path, has_communities: bool) -> tuple[str, ...]:
    """The notes beside the table if they are about it as it stands, and what reading it adds."""
    notes: tuple[str, ...] = ()
    try:
        head, *rest = _notes_path(path).read_text("utf-8").splitlines()
        if head == _digest(path.read_bytes()):
            notes = tuple(rest)
    except (OSError, ValueError):
        pass  # no notes, or not ours
    made = "The register names no communities; they were made from phase, local authority and URN."
    return notes if has_communities else (*notes, made)


def _replace(path: Path, raw: bytes) -> None:
    """Put ``raw`` at ``path`` in one step, so that a reader sees the old file or the new one and never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
