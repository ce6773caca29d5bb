"""What became of every school that the files have: in the register, or left out and why, with its pupils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.register.gather import School


@dataclass(frozen=True)
class Ledger:
    """Schools and pupils read, kept and left out; :attr:`kept` and the reasons add up to what was read."""

    schools: Counter[str]
    """Schools left out, by reason."""
    pupils: Counter[str]
    """Their pupils, as far as counted; those of a school with a successor are in the successor."""
    kept: int
    kept_pupils: int
    """Pupils counted in the schools kept, before gaps are filled in."""

    @property
    def read(self) -> tuple[int, int]:
        """Schools in the files, and their pupils."""
        return self.kept + self.schools.total(), self.kept_pupils + self.pupils.total()

    def rows(self) -> list[tuple[str, int, int]]:
        """Words, schools and pupils: what was read, what was left out by reason, most schools first, and what is left."""
        out = sorted(self.schools.items(), key=lambda item: (-item[1], item[0]))
        return [
            ("in the files", *self.read),
            *((f"left out: {reason}", count, self.pupils[reason]) for reason, count in out),
            ("in the register", self.kept, self.kept_pupils),
        ]

    def notes(self) -> list[str]:
        """The rows as sentences."""
        return [
            f"{words.capitalize()}: {n:,} school{'s' * (n != 1)}, {pupils:,} pupil{'s' * (pupils != 1)}."
            for words, n, pupils in self.rows()
        ]


def account(schools: Iterable[School]) -> Ledger:
    """The ledger of ``schools``, each of which has :attr:`School.out` for its fate."""
    count: Counter[str] = Counter()
    pupils: Counter[str] = Counter()
    kept = kept_pupils = 0
    for school in schools:
        number = round(school.pupils or 0)
        if school.out is None:
            kept, kept_pupils = kept + 1, kept_pupils + number
        else:
            count[school.out] += 1
            pupils[school.out] += number
    return Ledger(count, pupils, kept, kept_pupils)
