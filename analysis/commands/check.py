"""``headway check``: find what is wrong with files of scenarios and programmes, or with folders of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.options import EITHER, JsonOption, argument


def check(
    files: Annotated[
        list[str],
        argument(
            "FILE...",
            "Names in the library, files of scenarios, programmes or designs, or folders of results.",
            **EITHER,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Check files of scenarios and programmes, or every bit of folders of results, and say all that is wrong.

    A warning tells of what can do nothing: dates, conditions, helpers, prices. Exit code 2 if anything is wrong; 3 if results
    are sound but runs are missing.
    """
    from analysis.output.terminal import print_table, print_text

    found = {file: _results(Path(file)) if Path(file).is_dir() else _scenario(file) for file in files}
    if as_json:
        print_table([record for records, _, _ in found.values() for record in records], True)
    else:
        for file, (_, lines, verdict) in found.items():
            for line in lines:
                print_text(line)
            if verdict:
                print_text(f"{file}: {verdict}")
    if any(not verdict for _, _, verdict in found.values()):
        raise typer.Exit(2)
    if any(verdict.startswith("partial") for _, _, verdict in found.values()):
        raise typer.Exit(3)


def _scenario(file: str) -> tuple[list[dict[str, Any]], list[str], str]:
    """Problems as records and as text, and the verdict if the file can be used."""
    import scenarios
    from analysis.figures import worth
    from analysis.figures.words import count
    from analysis.studies.idle import idle_in
    from scenarios.checking import kind_of

    fields = ("file", "line", "column", "code", "message", "hint")
    named = Path(file) if Path(file).is_file() else file
    problems = scenarios.check(named)
    if not problems and kind_of(named)[0] == "scenario":
        problems = worth.problems(scenarios.load(named))
    warnings = [] if problems else idle_in(named)
    verdict = "" if problems else f"OK, with {count(len(warnings), 'warning')}" if warnings else "OK"
    told = [*problems, *warnings]
    return [{f: getattr(p, f) for f in fields} for p in told], [p.render() for p in told], verdict


def _results(folder: Path) -> tuple[list[dict[str, Any]], list[str], str]:
    """As :func:`_scenario`, of a folder of results."""
    from analysis.errors import UserError
    from analysis.store import Store

    try:
        store = Store.open(folder)
        problems = store.verify()
    except UserError as error:
        problems = [error]
    if problems:
        records = [
            {"file": p.given, "line": None, "column": None, "code": None, "message": p.problem, "hint": p.advice}
            for p in problems
        ]
        return records, [p.render() for p in problems], ""
    return [], [], store.status().stamp or f"OK, {store.status().done:,} runs, digest {store.digest()}"
