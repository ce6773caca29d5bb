"""``headway export``: results for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import as_path, option


def export(
    out: options.Results,
    csv: Annotated[Path | None, option("FILE", "Write a CSV file.", parser=as_path)] = None,
    parquet: Annotated[Path | None, option("FILE", "Write a Parquet file.", parser=as_path)] = None,
    measure: Annotated[
        list[str] | None,
        option(
            "NAME",
            "Only this measure; may be given several times. See: headway measures",
            autocompletion=options.measure_names,
        ),
    ] = None,
    allow_partial: options.AllowPartial = False,
    as_json: options.JsonOption = False,
) -> None:
    """Write results to one CSV or Parquet file, with words in place of codes.

    Exit code 3 if runs are missing, unless --allow-partial; then a column "note" says so in every row.
    """
    from analysis.errors import UserError
    from analysis.figures.words import small_counts_warning
    from analysis.output.export import CSV, PARQUET
    from analysis.output.export import export as write
    from analysis.output.terminal import print_json, print_text
    from analysis.store import Store
    from analysis.streams import leave_to
    from analysis.telling import say

    targets = [(path, kind) for path, kind in ((csv, CSV), (parquet, PARQUET)) if path is not None]
    if not targets:
        raise UserError("export", "no file to write", "Add --csv FILE or --parquet FILE.")
    for path, _ in targets:
        leave_to(path)
    store = Store.open(out)
    store.require_complete(allow_partial)
    stamp, written = store.status().stamp, []
    for path, kind in targets:
        count = write(store, path, kind, measure or ())
        written.append({"file": str(path), "rows": count, "stamp": stamp})
        if not as_json:
            print_text(f"{count:,} rows: {path}{f' ({stamp})' if stamp else ''}")
    if as_json:
        print_json(written)
    if told := small_counts_warning(store.manifest):
        say(told)
