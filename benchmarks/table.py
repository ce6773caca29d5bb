"""What was measured as lines, ratio first, and the one table that they are shown in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Aim:
    """A bound that a ratio, or one of the figures, is to keep."""

    least: float | None = None
    most: float | None = None
    of: str = ""
    """Name of the figure; empty for the ratio."""

    def met(self, line: Line) -> bool:
        """Whether ``line`` keeps it."""
        value = line.figures[self.of] if self.of else line.ratio
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        word, bound = ("at least", self.least) if self.least is not None else ("at most", self.most)
        return f"{self.of + ' ' if self.of else ''}{word} {bound:g}"


@dataclass(frozen=True)
class Line:
    """One thing that was measured."""

    what: str
    """What the ratio compares, or what was measured, in words."""
    ratio: float | None = None
    figures: dict[str, float] = field(default_factory=dict)
    """What the ratio was made from, by name and unit."""
    aim: Aim | None = None
    note: str = ""

    def record(self) -> dict:
        """As the history keeps it."""
        ratio = None if self.ratio is None else rounded(self.ratio)
        kept = {
            "what": self.what,
            "ratio": ratio,
            "figures": {name: rounded(value) for name, value in self.figures.items()},
        }
        aim = {"aim": str(self.aim), "holds": self.aim.met(self)} if self.aim else {}
        return {**kept, **aim, **({"note": self.note} if self.note else {})}


HEAD = ("ratio", "what", "aim", "measured")


def markdown(records: Iterable[dict]) -> str:
    """Lines, as :meth:`Line.record` gives them, as a Markdown table whose columns also stand straight on a screen."""
    rows = [HEAD, *(_cells(record) for record in records)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    told = [
        "| " + " | ".join(c.rjust(w) if n == 0 else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in rows
    ]  # fmt: skip
    told.insert(1, "|" + "|".join("-" * (w + 1) + (":" if n == 0 else "-") for n, w in enumerate(widths)) + "|")
    return "\n".join(line.rstrip() for line in told)


def _cells(record: dict) -> tuple[str, str, str, str]:
    aim = f"{record['aim']}: {'holds' if record['holds'] else '**does not hold**'}" if "aim" in record else ""
    figures = [f"{name} {number(value)}" for name, value in record["figures"].items()]
    measured = "; ".join([*figures, *([record["note"]] if record.get("note") else [])])
    return "" if record["ratio"] is None else number(record["ratio"]), record["what"], aim, measured


def rounded(value: float) -> float:
    """Five figures that count: more than any machine repeats."""
    return float(f"{value:.5g}")


def number(value: float) -> str:
    """Three figures that count, and all those before the point."""
    if value == 0:
        return "0"
    digits = next((d for d, least in ((0, 100), (1, 10), (2, 1)) if abs(value) >= least), 3)
    return f"{value:,.{digits}f}"
