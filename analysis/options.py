"""Options that several commands share, with what they allow."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.errors import UserError
from analysis.paths import given_name, given_path

MOST_REPLICATES = 10_000
MOST_YEARS = 60
MOST_WORKERS = 256
MOST_SEED = 2**64 - 1
MOST_DRAWS = 1_000_000
MOST_SHARDS = 10_000
MOST_MINUTES = 30 * 24 * 60


def within(low: int, high: int, unit: str) -> Callable[[int | None], int | None]:
    """A check that an option is a whole number between two, both allowed."""

    def check(value: int | None) -> int | None:
        if value is not None and not low <= value <= high:
            raise typer.BadParameter(
                f"{value:,} is not possible; write a whole number of {unit} from {low:,} to {high:,}."
            )
        return value

    return check


def share(value: float | None) -> float | None:
    """A check that a scale is above 0 and at most 1."""
    if value is not None and not (math.isfinite(value) and 0 < value <= 1):
        raise typer.BadParameter(
            f"{value:g} is not possible; write the share of schools to simulate, above 0 and up to 1, such as 0.1."
        )
    return value


def minutes(value: float) -> float:
    """A check that a time to wait for is above 0 and at most a month."""
    if not 0 < value <= MOST_MINUTES:
        raise typer.BadParameter(f"{value:g} is not possible; write minutes, above 0 and up to {MOST_MINUTES:,}.")
    return value


def seed(value: int | None) -> int | None:
    """A check that a seed is one that draws can be made from."""
    if value is not None and not 0 <= value <= MOST_SEED:
        raise typer.BadParameter(f"{value} is not possible; write a whole number from 0 to {MOST_SEED}.")
    return value


def register(value: Path | None) -> Path | None:
    """A check that a register of schools is there."""
    if value is not None and not value.is_file():
        raise typer.BadParameter(f"there is no file {value}; make one with: headway schools import FILES --out {value}")
    return value


def option(metavar: str, text: str, check: Callable[[Any], Any] | None = None, *names: str, **more: Any) -> Any:
    """An option that takes a value: how help calls the value, what it is for, what it must be; ``names`` if of its own."""
    return typer.Option(*names, metavar=metavar, help=text, callback=check, **more)


def pairs(text: str) -> Any:
    """The option of how many pairs of runs there are to be, and what it says of them."""
    return option("N", text, within(2, MOST_REPLICATES, "replicates"))


def argument(metavar: str, text: str, **more: Any) -> Any:
    """A value that must be given, by its place."""
    return typer.Argument(metavar=metavar, help=text, show_default=False, **more)


def as_path(text: str | Path) -> Path:
    """Reads every path that a command takes: ``parser=as_path``."""
    try:
        return given_path(text)
    except UserError as error:
        raise typer.BadParameter(_said(error)) from None


def as_name(text: str) -> str:
    """Reads what may be a name in the library or a path: ``parser=as_name``."""
    try:
        return given_name(text)
    except UserError as error:
        raise typer.BadParameter(_said(error)) from None


def as_number(text: str | float) -> float:
    """Reads what may be written as a percentage too, ``0.05`` or ``5%``: ``parser=as_number``."""
    return _per_cent_of(text, 100)


def as_per_cent(text: str | float) -> float:
    """Reads what is in per cent, with the sign or without, ``90`` or ``90%``: ``parser=as_per_cent``."""
    return _per_cent_of(text, 1)


def _per_cent_of(text: str | float, whole: int) -> float:
    written = str(text).strip()
    try:
        value = Decimal(written.removesuffix("%"))
        return float(value / whole if written.endswith("%") else value)
    except (InvalidOperation, ValueError):
        raise typer.BadParameter(f"{text!r} is no number; it is written like {90 / whole:g} or 90%.") from None


def _names_of(*kinds: str) -> dict[str, Any]:
    """How to read a name of the library or a path, and which names a shell offers for what is typed so far."""

    def offered(incomplete: str) -> list[str]:
        from scenarios.places import library_names

        return [name for kind in kinds for name in library_names(kind) if name.startswith(incomplete)]

    return {"parser": as_name, "autocompletion": offered}


SCENARIO, PROGRAMME, CONTEXT = _names_of("scenario"), _names_of("programme"), _names_of("context")
EITHER = _names_of("scenario", "programme")


def measure_names(incomplete: str) -> list[str]:
    """The measures that a shell offers for what is typed so far."""
    from simulation.census.measure import measures

    return [name for name in measures() if name.startswith(incomplete)]


def figure_names(incomplete: str) -> list[str]:
    """The headline figures and measures that a shell offers for what is typed so far."""
    from analysis.figures.lines import figures

    return [*(name for name in figures() if name.startswith(incomplete)), *measure_names(incomplete)]


def _said(error: UserError) -> str:
    return f"{error.given}: {error.problem}. {error.advice}"


Replicates = Annotated[
    int, option("N", "Random repetitions of each scenario.", within(1, MOST_REPLICATES, "replicates"))
]
Seed = Annotated[int, option("S", "Seed of all random draws: same seed, same results.", seed)]
YEARS = "School years to project after the base year. As the scenario says if not given."
Years = Annotated[int | None, option("N", YEARS, within(1, MOST_YEARS, "school years"))]
SCALE = "Share of the schools to simulate, whole clusters together: 0.1 or 10% for a tenth. As the scenario says if not given."
Scale = Annotated[float | None, option("F", SCALE, share, show_default=False, parser=as_number)]
WORKERS = "Processes that run replicates at the same time; up to two if not given. Results do not depend on it."
Workers = Annotated[int | None, option("N", WORKERS, within(1, MOST_WORKERS, "processes"))]
PARTIAL = "Take results of which runs are missing; what comes out says so."
AllowPartial = Annotated[bool, typer.Option("--allow-partial", help=PARTIAL)]
Results = Annotated[Path, argument("OUT", "A folder of results.", parser=as_path)]
REGISTER = "A register of real schools (CSV) in place of the synthetic one."
Schools = Annotated[Path | None, option("FILE", REGISTER, register, parser=as_path)]
SYSTEM = "The school system to run the scenarios in, such as eastern-region-2010, in place of their own."
Context = Annotated[str | None, option("NAME", SYSTEM, **CONTEXT)]
BASE = "What to compare with; what it extends in the end if not given."
Base = Annotated[str | None, option("NAME", BASE, **SCENARIO)]
CHART = "Where to put the chart, as FILE.svg and FILE.png."
ChartFile = Annotated[Path | None, option("FILE", CHART, parser=as_path)]
FIXED = "Hold parameters and programmes' figures at their values: runs differ by chance alone, and intervals hold nothing else."
Fixed = Annotated[bool, typer.Option("--fixed", help=FIXED)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else: of a table, a list of records.")]
