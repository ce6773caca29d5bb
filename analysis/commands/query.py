"""``headway query``: ask results in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import JsonOption, argument, as_path, option


def query(
    out: options.Results,
    sql: Annotated[str, argument("SQL", "One SELECT, over results, runs and failures.")],
    as_json: JsonOption = False,
    csv: Annotated[Path | None, option("FILE", "Write the answer to a CSV file.", parser=as_path)] = None,
    allow_partial: options.AllowPartial = False,
) -> None:
    """Ask the results of a study in SQL (DuckDB's); works while a sweep is still writing, with --allow-partial.

    A question reads these results and nothing else on the machine.

    Exit code 3 if runs are missing, unless --allow-partial.
    """
    from analysis.figures.words import small_counts_warning
    from analysis.output.export import write_csv
    from analysis.output.terminal import print_json, print_table, print_text
    from analysis.store import Store
    from analysis.store.select import ask, check_select, readable, records
    from analysis.streams import leave_to
    from analysis.telling import say

    leave_to(csv)
    check_select(sql)
    store = Store.open(out)
    store.require_complete(allow_partial)
    stamp = store.status().stamp
    if told := small_counts_warning(store.manifest):
        say(told)
    if csv is not None:
        count = ask(sql, lambda: write_csv(store, sql, csv))
        if as_json:
            print_json([{"file": str(csv), "rows": count, "stamp": stamp}])
        else:
            print_text(f"{count:,} rows: {csv}{f' ({stamp})' if stamp else ''}")
        return
    with store.connect(only=()) as db:
        answer = ask(sql, lambda: records(db, sql))
    if as_json and stamp:
        say(stamp)
    if not as_json:
        answer = [{name: readable(name, value) for name, value in record.items()} for record in answer]
    print_table(answer, as_json, note=stamp)
