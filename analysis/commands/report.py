"""``headway report``: a folder of results as one HTML file for those who decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from analysis import options
from analysis.options import as_path, option


def too(what: str) -> Any:
    """An option for the file of what another command found."""
    return option("FILE", f"Show this too: what headway {what}.", parser=as_path)


def report(
    results: options.Results,
    out: Annotated[
        Path | None, option("FILE", "Where the report goes; OUT/report/report.html if not given.", parser=as_path)
    ] = None,
    validation: Annotated[Path | None, too("validate --json printed")] = None,
    evaluation: Annotated[Path | None, too("evaluate --out kept")] = None,
    back_test: Annotated[Path | None, too("back-test --json printed")] = None,
    reckoner: Annotated[Path | None, too("reckoner --json printed")] = None,
    allow_partial: options.AllowPartial = False,
    as_json: options.JsonOption = False,
) -> None:
    """Write a report: the answer on one page, how sure, what was assumed, comparison, who gains, costs, evidence, limits.

    One HTML file that works without internet, runs no script and prints. Exit code 3 if runs are missing, unless
    --allow-partial; then every figure and table says so.
    """
    from analysis.charts.drawing.source import Others
    from analysis.output.html.report import read_records, write
    from analysis.output.terminal import print_json, print_text
    from analysis.store import Store
    from analysis.streams import leave_to
    from analysis.telling import say

    leave_to(out)
    store = Store.open(results)
    store.require_complete(allow_partial)
    path, said = write(
        store, out, Others(*(read_records(path) for path in (validation, evaluation, back_test, reckoner)))
    )
    figures = sum(e.is_figure for e in said.exhibits)
    tables, title, stamp = len(said.exhibits) - figures, said.study.title, said.study.stamp
    if as_json:
        print_json({"file": str(path), "title": title, "figures": figures, "tables": tables, "stamp": stamp})
    else:
        print_text(f"{title}: {figures} figures, {tables} tables{f' ({stamp})' if stamp else ''}\nReport: {path}")
    if said.warning:
        say(said.warning)
