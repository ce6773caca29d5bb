"""The command ``headway``: finds its commands in their folder and turns errors into messages and exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import Annotated

import typer

from analysis import commands
from analysis.extras import left_out

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
        from analysis.version import headway_version

        typer.echo(f"headway {headway_version()}")
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
    """Run the command line and exit: 0 done, 1 a check failed, 2 bad input, 3 partial results, 130 interrupted."""
    code = 0
    try:
        code = app(prog_name="headway", standalone_mode=False) or 0
    except Exception as raised:
        error = left_out(raised) or raised
        message = _message(error)
        if message is None:
            raise
        print(message, file=sys.stderr)
        code = getattr(error, "exit_code", 2) if hasattr(error, "render") else 2
    _flush_quietly()
    sys.exit(code)


def _message(error: Exception) -> str | None:
    """What to tell a user about an error that they can mend; None for any other, which is a defect and keeps its trace."""
    if hasattr(error, "render"):  # errors of files, folders and figures
        return error.render()
    if hasattr(error, "format_message"):  # errors of the command line itself
        text, context = error.format_message(), getattr(error, "ctx", None)
        if not text:  # no arguments: the help has been printed
            return ""
        return f"error: {text}" + (f"\n  See: {context.command_path} --help" if context else "")
    return None


def _flush_quietly() -> None:
    """Let a reader that has gone away (``headway ... | head``) end the output without a message."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
