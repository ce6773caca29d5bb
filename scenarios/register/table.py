"""Our own table of schools: one CSV file, one row per school, written by the import or by a user.

The columns are in :data:`COLUMNS`; ``docs/guides/registers.md`` describes them for users. A text cell is data and is
neither changed nor neutralised on writing, even if it starts with ``=``, ``+``, ``-`` or ``@``, because it is read back.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from scenarios.problems import InputError, Problem
from scenarios.register.cells import MOST_PUPILS
from scenarios.register.clusters import ClusterSettings, assign_clusters, spanning
from scenarios.register.columns import (
    IDS,
    WHOLE,
    any_of,
    are_ids,
    number_ids,
    numbers,
    one_each,
    refuse_duplicates,
    refuse_shares,
    words,
)
from scenarios.register.communities import communities
from scenarios.register.csv_text import CsvText, Problems, nearest, quoted, read_csv_text
from scenarios.register.kinds import KINDS, Kind, recognise
from scenarios.register.sheets import read_sheet
from simulation.register import Register
from simulation.structure import ENGLAND
from simulation.vocabulary import ClusterKind, Religion, SchoolKind, label

COLUMNS: dict[str, str] = {
    "urn": "unique reference number, a whole number from 1 to 16,777,215; or ids of another country, which are numbered",
    "name": "name of the school, any text",
    "phase": "primary (with nursery), secondary, or special (with pupil referral and alternative provision)",
    "region": "name of the region",
    "local_authority": "number of the local authority, from 1 to 32,767; or codes of another country, which are numbered",
    "kind": "maintained or academy",
    "pupils": "pupils on roll, a whole number from 1 to 100,000",
    "fsm_percent": "per cent of pupils eligible for free school meals in the last six years, 0 to 100: 16.2 for 16.2%",
}
"""Columns that every table needs, and what is allowed in each."""
OPTIONAL_COLUMNS: dict[str, str] = {
    "community": "neighbourhood labour market, any number or name; its schools have one phase and one region",
    "cluster": "name of the trust, federation or local cluster; empty for none",
    "cluster_id": "id of the cluster, any number or name, where two share a name; empty where cluster is empty",
    "cluster_kind": "trust, federation or local_cluster; empty where cluster is empty",
    "local_authority_name": "name of the local authority",
    "religious_character": "none, church_of_england, roman_catholic or other_faith; empty for none",
}
"""Columns that may be left out, and what is allowed in each."""
MOST_SLIPS = 2
"""Columns missing up to which a table is taken for one of ours with slips; beyond, for another's list of schools."""


def write_register(register: Register, path: Path, phases: tuple[str, ...] = ENGLAND.phases) -> None:
    """Write ``register``, of a context with these ``phases``, to ``path``, whole or not at all, and its notes beside it in ``<path>.notes.txt``.

    Percentages are written to six decimals. A community of a sample that reaches over regions is one in each. Raise :exc:`OSError` if the folder cannot be written to.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *OPTIONAL_COLUMNS, *register.own])
    percent = [f"{100 * share:.6f}".rstrip("0").rstrip(".") for share in register.disadvantage.tolist()]
    places = np.stack(
        [register.community, register.region if register.joined_regions is not None else 0 * register.region]
    )
    community = np.unique(places, axis=1, return_inverse=True)[1].ravel() if len(register) else register.community
    columns = (register.cluster_name, register.cluster_key.tolist(), register.cluster_kind.tolist())
    clusters = [(name, str(key), label(ClusterKind(kind))) for name, key, kind in zip(*columns, strict=True)]
    clusters.append(("", "", ""))  # row -1: no cluster
    for i, urn in enumerate(register.urn.tolist()):
        authority = int(register.local_authority[i])
        writer.writerow(
            (
                urn,
                register.name[i],
                phases[register.phase[i]],
                register.region_names[register.region[i]],
                authority,
                label(SchoolKind(register.kind[i])),
                int(register.pupils[i]),
                percent[i],
                int(community[i]),
                *clusters[register.cluster[i]],
                register.local_authority_names.get(authority, ""),
                label(Religion(register.religion[i])),
                *(texts[i] for texts in register.own.values()),
            )
        )
    raw = text.getvalue().encode("utf-8")
    notes = "".join(f"{' '.join(note.split())}\n" for note in register.notes)
    _replace(_notes_path(path), f"{_digest(raw)}\n{notes}".encode())
    _replace(path, raw)


def read_register(
    path: Path, clusters: ClusterSettings | None = None, phases: tuple[str, ...] = ENGLAND.phases
) -> Register:
    """Read a table of schools of a context with these ``phases``; the rows may be in any order.

    Without a ``community`` column, communities are made from phase, local authority and URN. Without a ``cluster``
    column, membership is drawn (see :func:`~scenarios.register.clusters.assign_clusters`) with ``clusters``.
    The register's notes say which of these was done, and repeat those of the import that wrote the file.
    Raise :exc:`~scenarios.problems.InputError` with everything that is wrong, by line and column.
    """
    path = Path(path)
    problems = Problems(str(path))
    text = _read_text(path, problems)
    cells = {name: [cell.strip() for cell in column] for name, column in text.columns.items() if name != "name"}
    _refuse_other_names(cells, text, problems)
    renumbered = [number_ids(name, cells) for name, most in IDS.items() if are_ids(cells[name], most)]
    urn = numbers("urn", cells, text, problems, 1, IDS["urn"])
    columns = {
        "phase": words("phase", cells, text, problems, phases),
        "kind": words("kind", cells, text, problems, tuple(map(label, SchoolKind))),
        "religion": _religions(cells, text, problems),
        "local_authority": numbers("local_authority", cells, text, problems, 1, IDS["local_authority"]),
        "pupils": numbers("pupils", cells, text, problems, 1, MOST_PUPILS),
        "fsm_percent": numbers("fsm_percent", cells, text, problems, 0, 100, whole=False),
    }
    for name, given in (("name", text.columns["name"]), ("region", cells["region"])):
        for cell, line in zip(given, text.lines, strict=True):
            if not cell.strip():
                problems.add("E0205", line, f"column {name} is empty, expected the {COLUMNS[name]}")
    refuse_duplicates(urn, cells.get("id_given", cells["urn"]), text, problems)
    problems.check()
    refuse_shares(columns["fsm_percent"], text, problems)
    authority_names = _authority_names(columns["local_authority"], cells, text, problems)
    region_names = tuple(sorted(set(cells["region"])))
    if len(region_names) > 127:
        raise problems.stop("E0206", None, f"there are {len(region_names)} regions, at most 127 are allowed")
    region = np.array([region_names.index(name) for name in cells["region"]], np.int8)
    authorities = [f"local authority {code}" for code in columns["local_authority"].tolist()]
    one_each("region", authorities, cells["region"], text, problems, "the region")
    community = _communities(urn, columns, cells, text, problems)
    cluster, cluster_key, cluster_kind, cluster_name = _clusters(urn, columns["kind"], cells, text, problems)
    problems.check()
    told_by_name = "cluster" in cells and "cluster_id" not in cells
    added = [*renumbered, *(spanning(cluster_name, cluster, cells["region"], cluster_name) if told_by_name else ())]
    order = np.argsort(urn, kind="stable")
    register = Register(
        urn=urn[order].astype(np.int32),
        name=tuple(text.columns["name"][i] for i in order),
        phase=columns["phase"][order].astype(np.int8),
        region=region[order],
        local_authority=columns["local_authority"][order].astype(np.int16),
        kind=columns["kind"][order].astype(np.int8),
        religion=columns["religion"][order].astype(np.int8),
        pupils=columns["pupils"][order].astype(np.int32),
        disadvantage=columns["fsm_percent"][order] / 100,
        community=community[order],
        cluster=cluster[order],
        cluster_key=cluster_key,
        cluster_kind=cluster_kind,
        cluster_name=cluster_name,
        region_names=region_names,
        local_authority_names=authority_names,
        notes=(*_notes(path, "community" in cells), *added),
        own={
            name: tuple(column[i] for i in order)
            for name, column in cells.items()
            if name not in COLUMNS and name not in OPTIONAL_COLUMNS
        },
    )
    return register if "cluster" in cells else assign_clusters(register, clusters)


def _read_text(path: Path, problems: Problems) -> CsvText:
    """The cells of a table; of a file that is another's list of schools, say how a table is made of it."""
    try:
        return read_csv_text(path, list(COLUMNS), list(OPTIONAL_COLUMNS), problems=problems)
    except InputError:
        told: list[Kind] = []

        def look(headers: Sequence[str]) -> None:
            known = recognise(headers)
            if known and not told and len(set(COLUMNS) - set(headers)) > MOST_SLIPS:
                told.append(known[0])

        with suppress(InputError):
            read_sheet(path, look, Problems(str(path)))
        if not told:
            raise
        wrong = f"this is another list of schools ({told[0].name}), not a table of one's own"
        hint = f"Make a table of it: headway schools import {path} --out schools.csv"
        raise InputError([Problem(str(path), None, None, "E0204", wrong, hint=hint)]) from None


def _refuse_other_names(cells: dict[str, list[str]], text: CsvText, problems: Problems) -> None:
    """Note columns of trusts under names that only the import knows: as columns of one's own they would say nothing of clusters."""
    if "cluster" in cells:
        return
    named = KINDS[-1].found([name for name in cells if name not in COLUMNS and name not in OPTIONAL_COLUMNS])
    for field, ours in (("trust_name", "cluster"), ("trust", "cluster_id, beside a column cluster")):
        for header in named.get(field, ()):
            hint = f"Call it {ours}; or let the import do so: headway schools import. If it is something else, give it another name."
            problems.add(
                "E0204",
                text.lines[0] - 1,
                f"column {quoted(header)} seems to say to which trust a school belongs",
                hint,
            )


def _authority_names(
    codes: np.ndarray, cells: dict[str, list[str]], text: CsvText, problems: Problems
) -> dict[int, str]:
    if "local_authority_name" not in cells:
        return {}
    keys = [str(code) for code in codes.tolist()]
    names = one_each("local_authority_name", keys, cells["local_authority_name"], text, problems, "the name")
    return {int(code): str(name) for code, name in sorted(names.items(), key=lambda item: int(item[0])) if name}


def _religions(cells: dict[str, list[str]], text: CsvText, problems: Problems) -> np.ndarray:
    """Religious characters as codes; none where the table says nothing of them."""
    none = label(Religion.NONE)
    said = {"religious_character": [cell or none for cell in cells.get("religious_character", [none] * len(text))]}
    return words("religious_character", said, text, problems, tuple(map(label, Religion)))


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
    phases = [cell.casefold() for cell in cells["phase"]]
    one_each("community", given, phases, text, problems, "the phase")
    one_each("community", given, cells["region"], text, problems, "the region")
    order: Callable[[str], tuple[int, str]] = lambda name: (int(name) if WHOLE.fullmatch(name) else 10**15, name)  # noqa: E731
    rows = {name: i for i, name in enumerate(sorted(set(given), key=order))}
    return np.array([rows[name] for name in given], np.int32)


def _clusters(
    urn: np.ndarray, kind: np.ndarray, cells: dict[str, list[str]], text: CsvText, problems: Problems
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...]]:
    """Row of each school's cluster, and each cluster's key (the smallest URN in it), kind and name, by key.

    Clusters are told apart by their ids, or by their names where there are none. A cluster without a kind is a trust
    if it has an academy, else a local cluster.
    """
    nothing = [""] * len(text)
    names, kinds = cells.get("cluster", nothing), [word.casefold() for word in cells.get("cluster_kind", nothing)]
    ids = [given or name for given, name in zip(cells.get("cluster_id", nothing), names, strict=True)]
    words = {label(code): int(code) for code in ClusterKind}
    for name, one, word, line in zip(names, ids, kinds, text.lines, strict=True):
        if word and word not in words:
            near = nearest(word, words)
            message = f"column cluster_kind: expected {any_of(words)}, or nothing, got {quoted(word)}"
            problems.add("E0205", line, message, f"Did you mean {near}?" if near else None)
        elif not name and (word or one):
            which = f"cluster_kind is {word}" if word else f"cluster_id is {quoted(one)}"
            problems.add("E0205", line, f"column cluster is empty, but {which}")
    given = one_each("cluster_kind", ids, kinds, text, problems, "the kind")
    called = one_each("cluster", ids, names, text, problems, "the name")
    smallest: dict[str, int] = {}
    academies: set[str] = set()
    for one, number, code in zip(ids, urn.tolist(), kind.tolist(), strict=True):
        smallest[one] = min(number, smallest.get(one, number))
        if code == SchoolKind.ACADEMY:
            academies.add(one)
    ordered = sorted((key, one) for one, key in smallest.items() if one)
    rows = {one: i for i, (_, one) in enumerate(ordered)} | {"": -1}
    default = [ClusterKind.TRUST if one in academies else ClusterKind.LOCAL_CLUSTER for _, one in ordered]
    return (
        np.array([rows[one] for one in ids], np.int32),
        np.array([key for key, _ in ordered], np.int32),
        np.array(
            [words.get(str(given[one]), usual) for (_, one), usual in zip(ordered, default, strict=True)], np.int8
        ),
        tuple(str(called[one]) for _, one in ordered),
    )


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
