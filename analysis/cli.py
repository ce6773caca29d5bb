"""The command ``headway``: finds its commands in their folder and turns errors into messages and exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import Annotated

import typer

from analysis import commands

app = typer.Typer(
    name="headway",
    help="Project how a school system grows, keeps and loses its leaders, and what a policy would change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"headway {version('headway')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def _add_commands() -> None:
    """Add every file of ``analysis/commands``, in the order of their names."""
    for module_info in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"analysis.commands.{module_info.name}")
        name = module_info.name.replace("_", "-")
        if group := getattr(module, "group", None):
            app.add_typer(group, name=name)
        else:
            app.command(name)(getattr(module, module_info.name))


_add_commands()


def main() -> None:
    """Run the command line and exit: 0 done, 1 asked-for check failed, 2 bad input, 130 interrupted."""
    try:
        app(prog_name="headway")
    except SystemExit:
        _flush_quietly()
        raise
    except Exception as error:
        if not hasattr(error, "render"):
            raise
        print(error.render(), file=sys.stderr)
        sys.exit(2)


def _flush_quietly() -> None:
    """Let a reader that has gone away (``headway ... | head``) end the output without a message."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
