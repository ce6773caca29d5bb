"""``headway schools``: registers of schools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.options import JsonOption, argument, as_path, option

group = typer.Typer(help="Make a register of real schools.", no_args_is_help=True)


@group.callback()
def _schools() -> None:
    pass


@group.command("import")
def import_(
    files: Annotated[list[Path], argument("FILE...", "Files of schools (CSV), or folders of them.", parser=as_path)],
    out: Annotated[Path, option("FILE", "The register to write (CSV).", parser=as_path)],
    keep: Annotated[
        str,
        option(
            "COLUMNS",
            "Further columns to keep, by their headers, with commas between them: 'ofsted=OfstedRating (name)'.",
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Turn files of schools into a register for ``headway run --schools``, and say what became of every school.

    What each file is, is told by its headers: GIAS's establishments, members of groups and links, the DfE's performance
    tables of any year, the US CCD, Scotland's and Wales's lists, or a table of your own.
    """
    from analysis.errors import UserError
    from analysis.output.terminal import print_json, print_table, print_text
    from analysis.paths import file_due, takes_bytes
    from analysis.store.files import output
    from analysis.streams import leave_to
    from analysis.telling import say

    leave_to(out)
    if not takes_bytes(out):
        file_due(out)
    if out.is_dir():
        raise UserError(
            f"--out {out}",
            "this is a folder, and the register is a file",
            f"Write, for example, {out / 'schools.csv'}.",
        )
    if not out.parent.is_dir():
        raise UserError(f"--out {out}", f"there is no folder {out.parent}", "Make it first, or name another.")
    from scenarios.register.importing import import_schools
    from scenarios.register.table import write_register

    imported = import_schools(files, keep=_columns(keep))
    register = imported.register
    if takes_bytes(out):  # the notes beside it have no place there
        with output(out) as file:
            write_register(register, file)
    else:
        try:
            write_register(register, out)
        except OSError as error:
            raise UserError(
                f"--out {out}", f"cannot write there ({error.strerror})", "Name a file that you may write."
            ) from None
    told = {*imported.ledger.notes(), *imported.totals}
    for note in register.notes:
        if note not in told:
            say(note)
    schools, clusters = len(register), len(register.cluster_key)
    rows = [{"what": what, "schools": number, "pupils": pupils} for what, number, pupils in imported.ledger.rows()]
    if as_json:
        about = {"file": str(out), "schools": schools, "clusters": clusters}
        print_json({**about, "ledger": rows, "totals": list(imported.totals)})
        return
    print_table(rows, headings={"what": "", "schools": "Schools", "pupils": "Pupils"})
    for total in imported.totals:
        print_text(total)
    bound = "trust or cluster" if clusters == 1 else "trusts and clusters"
    print_text(f"{schools:,} school{'s' * (schools != 1)}, {clusters:,} {bound}: {out}")


def _columns(text: str) -> dict[str, str]:
    """What ``--keep`` names: headers by the names that the register is to have for them."""
    from analysis.errors import UserError
    from scenarios.register.csv_text import OWN_NAME, own_name
    from scenarios.register.table import COLUMNS, OPTIONAL_COLUMNS

    result: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, sign, header = (piece.strip() for piece in part.partition("="))
        called = name if sign else own_name(part)
        if not OWN_NAME.fullmatch(called) or (sign and not header):
            raise UserError(
                f"--keep {part}",
                "a column is called by small letters, digits and underscores",
                f"Write {own_name(name)}={header or name}.",
            )
        if called in COLUMNS or called in OPTIONAL_COLUMNS or called in result:
            raise UserError(
                f"--keep {part}", f"the register has a column {called} already", f"Write my_{called}={header or part}."
            )
        result[called] = header or part
    return result
