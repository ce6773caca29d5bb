"""``headway schools``: registers of schools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.options import argument, option

group = typer.Typer(help="Make a register of real schools.", no_args_is_help=True)


@group.callback()
def _schools() -> None:
    pass


@group.command("import")
def import_(
    folder: Annotated[Path, argument("DIR", "Folder of the DfE's performance-table files.")],
    out: Annotated[Path, option("FILE", "The register to write (CSV).")],
) -> None:
    """Turn the DfE's school files into a register for ``headway run --schools``."""
    from analysis.errors import UserError
    from analysis.telling import say

    if out.is_dir():
        raise UserError(
            f"--out {out}",
            "this is a folder, and the register is a file",
            f"Write, for example, {out / 'schools.csv'}.",
        )
    if not out.parent.is_dir():
        raise UserError(f"--out {out}", f"there is no folder {out.parent}", "Make it first, or name another.")
    from scenarios.register.dfe import import_dfe
    from scenarios.register.table import write_register

    register = import_dfe(folder)
    try:
        write_register(register, out)
    except OSError as error:
        raise UserError(
            f"--out {out}", f"cannot write there ({error.strerror})", "Name a file that you may write."
        ) from None
    for note in register.notes:
        say(note)
    print(f"{len(register):,} schools in {len(register.cluster_key):,} clusters and trusts: {out}")
