"""A scenario timed here, and by turns in another commit if one was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.asked import Asked
from benchmarks.checkout import HERE, Checkout
from benchmarks.children import in_turn
from benchmarks.table import Aim, Line


@dataclass(frozen=True)
class Turns:
    """What :func:`benchmarks.probe.simulate` found, turn by turn, on both sides."""

    ours: list[dict]
    theirs: list[dict]
    """Empty without another commit."""
    name: str
    """Of the other commit."""

    @classmethod
    def of(cls, asked: Asked, run: Callable[[Checkout], dict]) -> Turns:
        """``run`` in as many turns as are asked for."""
        sides = [HERE, *([asked.against] if asked.against else [])]
        ours, *theirs = in_turn(asked.sizes.turns, *(lambda side=side: run(side) for side in sides))
        return cls(ours, theirs[0] if theirs else [], asked.against.name if asked.against else "")

    def line(
        self, what: str, of: Callable[[dict], float], aim: Aim | None = None, *, unit: str = "ms", note: str = ""
    ) -> Line:
        """A line with the median of what ``of`` finds in our runs, and of the ratios of theirs to ours.

        An ``aim`` of the ratio is left out where there is nothing to hold ours against.
        """
        ours = [of(run) for run in self.ours]
        figures = {unit: median(ours)}
        if not self.theirs:
            return Line(what, None, figures, aim if aim and aim.of else None, note)
        theirs = [of(run) for run in self.theirs]
        ratios = [there / here for here, there in zip(ours, theirs, strict=True) if here]
        figures |= {f"{unit} there": median(theirs)}
        if len(ratios) > 1:
            figures |= {"least ratio": min(ratios), "most": max(ratios)}
        return Line(f"{what}, {self.name} ÷ this", median(ratios) if ratios else None, figures, aim, note)
