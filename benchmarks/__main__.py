"""One command, one table: ``python -m benchmarks [PART...] [--against COMMIT] [--quick] [--latest]``."""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import history, machine, page
from benchmarks.asked import FULL, QUICK, Asked, Sizes
from benchmarks.checkout import Checkout, check_out
from benchmarks.history import Measured
from benchmarks.parts import COMPARED, PARTS
from benchmarks.scale import at_scale
from benchmarks.table import markdown


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, print it, and keep it unless it was quick; 1 if a part has failed."""
    given = parser().parse_args(arguments)
    if given.latest:
        show_latest()
        return 0
    against = check_out(given.against) if given.against else None
    failed = 0
    for part in given.parts or PARTS:
        try:
            measured = carry_out(part, QUICK if given.quick else FULL, against)
        except Exception:
            traceback.print_exc()
            failed = 1
            continue
        show(measured)
        if not given.quick:
            history.append(measured)
            page.renew()
    return failed


def parser() -> argparse.ArgumentParser:
    """The command line."""
    modules = {letter: importlib.import_module(f"benchmarks.parts.{name}") for letter, name in PARTS.items()}
    told = "\n".join(f"  {letter}  {module.TITLE}" for letter, module in modules.items())
    found = argparse.ArgumentParser(
        prog="python -m benchmarks", description=f"How fast Headway is, in parts, ratio first:\n\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    found.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS], help="letters; all parts without any")
    found.add_argument(
        "--against",
        metavar="COMMIT",
        help=f"time {' and '.join(COMPARED)} in turn with this commit, checked out beside",
    )
    found.add_argument("--quick", action="store_true", help="a small size of everything, in two minutes; kept nowhere")
    found.add_argument("--latest", action="store_true", help="measure nothing: show the newest figures of the history")
    return found


def carry_out(part: str, sizes: Sizes, against: Checkout | None = None) -> Measured:
    """Measure one part, and how busy the machine was meanwhile."""
    module = importlib.import_module(f"benchmarks.parts.{PARTS[part]}")
    print(f"{part}: {module.TITLE} ...", file=sys.stderr, flush=True)
    commit, watch = history.commit(), machine.Watch()
    lines = [line.record() for line in module.measure(Asked(sizes, against))]
    return Measured(
        part=part,
        title=module.TITLE,
        date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        commit=commit,
        against=against.name if against and part in COMPARED else "",
        machine=machine.described(),
        busy_elsewhere=round(watch.busy_elsewhere(), 2),
        seconds=round(watch.seconds(), 1),
        lines=lines,
    )


def show(measured: Measured) -> None:
    """Print a part."""
    print(f"\n**{measured}**\n\n{markdown(measured.lines)}", flush=True)


def show_latest() -> None:
    """Print the newest figures of each part, what they come to at scale, and what did not help."""
    latest = history.latest()
    for measured in latest:
        show(measured)
    print(f"\n**At scale, by arithmetic**\n\n{markdown(line.record() for line in at_scale(latest))}")
    print("\n**What did not help**\n")
    for entry in history.tried():
        print(f"- {entry['date']}: {entry['tried']}: {entry['found']}")


if __name__ == "__main__":
    sys.exit(main())
