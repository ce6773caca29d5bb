"""``headway selftest``: the store of results against failing calls, dying processes and power cuts, drawn from a seed."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis import options
from analysis.options import option

MOST_HISTORIES = 1_000_000
SEED = "Seed of the first history; each history after it has the next. A history that failed is replayed by its own."
COUNT = "Histories to live through, about a third of a second each."


def selftest(
    seed: Annotated[int, option("N", SEED, options.seed)] = 1,
    histories: Annotated[int, option("N", COUNT, options.within(1, MOST_HISTORIES, "histories"))] = 100,
    as_json: options.JsonOption = False,
) -> None:
    """Try how results are kept against what machines do: calls that fail, full disks, processes that die, power cuts.

    Each history is drawn from its seed and lived in a temporary folder: after each of its lives no run that was committed
    may be lost, there twice, damaged or changed, and at the end all must be what it would have been. Exit code 1 if
    something does not hold.
    """
    import tempfile
    from collections import Counter
    from pathlib import Path

    from analysis.output.terminal import print_json, print_text
    from analysis.selftest.histories import replay
    from analysis.telling import progress

    counted: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="headway-selftest-", ignore_cleanup_errors=True) as folder,
        progress(histories, "Histories", "histories") as done,
    ):
        for number in range(seed, seed + histories):
            told = replay(number, Path(folder))
            if told.broken and as_json:
                print_json({"seed": number, "broken": told.broken, "lives": [str(life) for life in told.lives]})
                raise typer.Exit(1)
            if told.broken:
                lives = "".join(f"\n  {i}. {life}" for i, life in enumerate(told.lives, 1))
                print_text(f"The history of seed {number} ends badly: {told.broken}{lives}")
                print_text(f"It happens again with: headway selftest --seed {number} --histories 1")
                raise typer.Exit(1)
            counted.update(told.counted)
            done("Histories")
    if as_json:
        print_json({"seed": seed, "histories": histories, "broken": None, **counted})
        return
    print_text(
        f"{histories:,} histories of {counted['processes']:,} processes, which made {counted['calls']:,} calls: {counted['death']:,} "
        f"died, {counted['power cut']:,} lost power, {counted['no room']:,} had no room, and of {counted['error']:,} a call failed."
    )
    print_text("Of all runs that were committed none was lost, none was there twice, and every value was equal.")
