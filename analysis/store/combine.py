"""Joining folders that hold parts of one study, such as the shards of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.errors import UserError
from analysis.store import batch, files
from analysis.store.record import place_text
from analysis.store.store import Store

OF_A_FOLDER = ("format", "complete", "expected", "done", "failed", "stamp", "charts")
"""Members of a manifest that belong to a folder and not to a study."""


def merge(folders: Sequence[Path | str], out: Path | str) -> Store:
    """Join folders into ``out``, which may be new or hold a part of the same study; returns it.

    Raise :exc:`UserError` if the folders hold different studies or versions, or different results for the same run, and
    :exc:`DamagedError` if one is damaged.
    """
    stores = [Store.open(folder) for folder in folders]
    for other in stores[1:]:
        _check_same_study(stores[0], other)
    expected = {key: place for store in reversed(stores) for key, place in store.expected.items()}
    described = {name: value for name, value in stores[0].manifest.items() if name not in OF_A_FOLDER}
    joined = Store.create(out, described, expected)
    _check_same_results([joined, *stores])
    with joined.writing():
        for store in stores:
            _add(joined, store)
        joined.compact(everything=True)
    return joined


def _add(joined: Store, store: Store) -> None:
    """Put into ``joined`` what it lacks of ``store``, after checking it bit by bit."""
    bodies = store.snapshot()
    for one in store.batches().values():
        wanted = [record["key"] for record in one.records if record["key"] not in joined.done()]
        if wanted:
            batch.take(joined.folder, one, wanted)
    for key, data in bodies.items():
        if key not in joined.done():
            files.put_new(joined.folder / "runs" / f"{key}.run", data)
    for key, failure in store.failed().items():
        joined.keep_failure(key, failure)
    joined.refresh()


def _check_same_study(one: Store, other: Store) -> None:
    if one.manifest["digest"] != other.manifest["digest"]:
        raise UserError(
            f"{one.folder} and {other.folder}", "they hold different studies, or results of different versions of the model",
            "Merge folders of one study: same design, same schools, same version.",
        )  # fmt: skip


def _check_same_results(stores: Sequence[Store]) -> None:
    seen: dict[str, tuple[str, Store]] = {}
    for store in stores:
        for key, record in store.records().items():
            digest, where = seen.setdefault(key, (record["digest"], store))
            if digest != record["digest"]:
                place = (record["scenario"], record["point"], record["replicate"])
                raise UserError(
                    f"{where.folder} and {store.folder}", f"different results for the same run ({place_text(place)}; {key})",
                    "The same inputs must give the same results: the programs or libraries that made the two differ.",
                )  # fmt: skip
