"""The command ``headway``: finds its commands in their folder and turns errors into messages and exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from functools import cache
from typing import Annotated

import typer
from typer.core import TyperGroup

from analysis import commands, last_resort, limits, stopping, streams
from analysis.errors import UNSHOWN, left_out
from analysis.paths import have_home
from analysis.telling import say

app = typer.Typer(
    name="headway",
    help="Project how a school system grows, keeps and loses its leaders, and what a policy would change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


COMPLETING = "_HEADWAY_COMPLETE"
"""What the script of ``--install-completion`` puts into the environment."""


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
    """Run the command line and exit.

    0 done, 1 a check failed, 2 bad input, 3 partial results, 4 done but not shown whole, 5 an error that nobody has
    foreseen, 130 interrupted.
    """
    streams.stand_in()
    limits.widen()
    have_home()
    with stopping.listening() as heard:
        unsaid = ""
        try:
            code = _call()
        except BaseException as raised:
            if streams.about(raised) and heard.error is None:
                code, unsaid = 0, streams.why(raised)
            else:
                code = _ended(raised, heard)
        if unsaid := streams.flush() or unsaid:
            say(f"error: the output cannot be written ({unsaid}); results that were to be kept are.")
            code = code or UNSHOWN
    sys.exit(code)


@cache
def _command() -> TyperGroup:
    """The command with all below it, made once in a process: every call would look at all options of all commands anew."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


def _call() -> int:
    """Carry out the command that was given; returns its exit code."""
    command = _command()
    if COMPLETING in os.environ:  # a shell asks what could be typed next
        command.main(prog_name="headway")
    try:
        with command.make_context("headway", sys.argv[1:]) as context:
            command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    return 0


def _ended(raised: BaseException, heard: stopping.Interruption) -> int:
    """Say why a command has ended; returns its exit code."""
    if heard.error is not None or isinstance(raised, KeyboardInterrupt):
        say(stopping.told(raised))
        return stopping.EXIT_CODE
    if isinstance(raised, SystemExit):
        return raised.code if isinstance(raised.code, int) else 1
    error = left_out(raised) or raised
    message = _message(error)
    if message is None:
        say(last_resort.told(error))
        return last_resort.EXIT_CODE
    say(message)
    return getattr(error, "exit_code", 2) if hasattr(error, "render") else 2


def _message(error: BaseException) -> str | None:
    """What to tell a user about an error that they can mend; None for any other."""
    if hasattr(error, "render"):  # errors of files, folders and figures
        return error.render()
    if hasattr(error, "format_message"):  # errors of the command line itself
        text, context = error.format_message(), getattr(error, "ctx", None)
        if not text:  # no arguments: the help has been printed
            return ""
        return f"error: {text}" + (f"\n  See: {context.command_path} --help" if context else "")
    return None


if __name__ == "__main__":
    main()
