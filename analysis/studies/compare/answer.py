"""What a comparison comes to: for each policy one difference of each figure, those first that matter most.

A difference matters if it can be told from chance and is at least as large as the smallest that is worth telling
(``figures.toml``). The others are too small to notice, or cannot be told, or are none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.figures.doubt import hinge
from analysis.figures.estimates import FEWEST_FOR_INTERVAL
from analysis.figures.lines import Line, Over
from analysis.figures.rounding import SHARE_UNITS, WHOLE, place_of, shown, step, two_figures
from analysis.figures.words import capital, pairs_of_runs, sample
from analysis.studies.compare.difference import TOO_SMALL, UNKNOWN, Difference, Verdict, difference, differences
from analysis.studies.compare.summing import Comparison, Outcome
from simulation.vocabulary import school_year, school_years

MOST_HINGES = 2
"""Figures of which the answer says what they hinge on."""
MOSTLY = 0.5
"""Share of the spread between draws from which "mostly" is said."""
MOST_TOLD = 4
"""Differences that an answer spells out."""
MOST_NAMED = 4
"""Figures that are named of those that are too small or cannot be told."""


@dataclass(frozen=True)
class Answer:
    """The figures of a policy, each with one difference: over all years, or that of the year in which it matters."""

    matter: Sequence[Difference]
    """Those that can be told and are large enough to be noticed, the largest against its own measure first; costs last."""
    small: Sequence[Difference]
    """Those that nobody would notice."""
    unclear: Sequence[Difference]
    """Those that cannot be told from chance."""
    same: Sequence[Difference]
    """Those that are the same in every pair."""

    @property
    def outcomes(self) -> list[Difference]:
        """What matters apart from what is spent."""
        return [d for d in self.matter if d.line.unit != "GBP"]


def answer(found: Comparison, outcome: Outcome) -> Answer:
    """What a policy comes to."""
    by_line: dict[Line, list[Difference]] = {}
    for d in differences(found, outcome):
        if d.verdict is not Verdict.NONE:
            by_line.setdefault(d.line, []).append(d)
    one = [_one(of) for of in by_line.values()]

    def those(holds: Callable[[Difference], bool]) -> list[Difference]:
        return [d for d in one if holds(d)]

    return Answer(
        sorted(those(lambda d: d.matters), key=lambda d: (d.line.unit == "GBP", -d.size)),
        those(lambda d: d.too_small),
        those(lambda d: d.unclear),
        those(lambda d: d.verdict is Verdict.SAME),
    )


def _one(of: Sequence[Difference]) -> Difference:
    """Of a figure's differences that over all years, unless only one of a year matters, or can be told."""
    together = sorted(of, key=lambda d: d.year is not None)
    ranked = [d for holds in (lambda d: d.matters, lambda d: d.verdict.is_told) for d in together if holds(d)]
    return (ranked or together)[0]


def period(found: Comparison) -> str:
    """The years that the comparison is about: ``2026/27 to 2030/31``."""
    return school_years(found.first, found.last)


def when(found: Comparison, d: Difference) -> str:
    """The years of a figure: ``2030/31``, ``2026/27 to 2030/31, on average``."""
    return f"{period(found)}, {d.line.over.value}" if d.year is None else school_year(d.year)


def spelt(found: Comparison, d: Difference) -> str:
    """One difference with its interval first: ``Heads who leave, 2027/28: 3 to 9 fewer (about 6 of 2,310)``."""
    line, ends = d.line, sorted(map(abs, d.mean_span))
    low, high, about = (shown(v, d.place, line.unit).removesuffix("%") for v in (*ends, abs(d.mean)))
    unit = " points" if line.unit in SHARE_UNITS else ""
    span = f"{about}{unit}" if low == high else f"{low} to {high}{unit}"
    if not any(digit in low for digit in "123456789"):
        span = f"up to {high}{unit}"  # the interval leaves out 0, but by less than can be shown
    span_of = period(found) if d.year is None else school_year(d.year)
    if d.is_drawn:
        base = f" ({_base(d)})" if _base(d) else ""
        average = f"about {about}{unit} {d.direction} on average{base}{_in_all(found, d)}{pictured(found, d)}"
        return f"{line.label}, {span_of}: {average}; the evidence allows {apart(d, 'to')}"
    how = " on average" if d.year is None and line.over is Over.MEAN else ""
    best = "" if low == high else f"about {about}"
    known = [part for part in (best, _base(d)) if part]
    inside = f" ({' '.join(known)})" if known else ""
    return f"{line.label}, {span_of}: {span} {d.direction}{how}{inside}{_in_all(found, d)}{pictured(found, d)}"


def _is_of_sample(found: Comparison, d: Difference) -> bool:
    """Whether it would be another number in all schools: a count or a sum, of a sample."""
    return found.base.scale != 1 and d.line.unit in (*WHOLE, "GBP")


def _in_all(found: Comparison, d: Difference) -> str:
    """Of a count or a sum in a sample of the schools: that it is one, and what it comes to in all of them."""
    scale, unit = found.base.scale, d.line.unit
    if not _is_of_sample(found, d):
        return ""
    whole = shown(abs(d.mean) / scale, step(d.error / scale, unit, abs(d.mean) / scale), unit)
    return f" in {sample(scale)}, about {whole} {d.direction} in all"


MONTH = 0.05
"""Standard deviations of pupils' results that the EEF counts as a month's progress, at the least (see ``figures.toml``)."""


def pictured(found: Comparison, d: Difference) -> str:
    """A difference in shares or in pupils' progress as something that one can picture: ``, 40 more of 2,900 a year``.

    Of a sample, what it comes to in all schools. Nothing where it is not known of how many a share is, and of counts.
    """
    if d.line.unit == "pupil standard deviations":
        months = abs(d.mean) / MONTH
        return f", {months:.2g} months' progress of the average pupil" if months >= 0.1 else ""  # fmt: skip
    if d.line.unit not in SHARE_UNITS or not d.out_of > 0:
        return ""
    whole = d.out_of / found.base.scale
    cases, error = abs(d.mean) * whole, d.error * whole
    place = max(step(error, "people", max(cases, 10.0)), place_of(cases) / 10)
    many = f"about {shown(cases, place, 'people')}" if cases >= place else f"less than {shown(place, place, 'people')}"
    way = "more" if d.mean > 0 else "fewer"
    in_all = "" if found.base.scale == 1 else " in all schools"
    return f", {many} {way} of {two_figures(whole)} a year{in_all}"


def _base(d: Difference) -> str:
    """What it is out of, so that one can picture it: ``of 2,310``, ``from 12.1%``; nothing where the base has none."""
    if not d.base > 0 or d.line.unit not in (*WHOLE, *SHARE_UNITS):
        return ""
    place = max(d.place, 1.0 if d.base >= 10 else 0.1) if d.line.unit in WHOLE else max(d.place, 0.001)
    return f"{'of' if d.line.unit in WHOLE else 'from'} {shown(d.base, place, d.line.unit)}"


def apart(d: Difference, between: str = "and") -> str:
    """The ends of what the evidence allows, with their direction: ``0 and 190 fewer``, ``20 fewer and 10 more``."""
    points = " points" if d.line.unit in SHARE_UNITS else ""

    def one(value: float) -> tuple[str, str]:
        verdict = Verdict.MORE if value > 0 else Verdict.LESS
        return shown(abs(value), d.place, d.line.unit).removesuffix("%") + points, d.towards(verdict)

    (first, way), (second, other) = (one(value) for value in d.span)
    nothing = one(0.0)[0]
    way, other = other if first == nothing else way, way if second == nothing else other
    if way == other:
        near, far = sorted(d.span, key=abs)
        return f"{one(near)[0]} {between} {one(far)[0]} {way}"
    return f"{first} {way} {between} {second} {other}"


def small(of: Answer) -> str:
    """Which figures of a policy differ by so little that nobody would notice; nothing if none does."""
    return f"{capital(TOO_SMALL)}: {named(of.small)}" if of.small else ""


def unclear(of: Answer) -> str:
    """For which figures no difference can be told, and what that means; nothing if it can for all."""
    if not of.unclear:
        return ""
    some = [d for d in of.unclear if not math.isnan(d.adjusted)]
    if not some:
        # Some pairs share a draw of what is not known, so that there may be pairs enough and draws too few.
        too_few = max(d.pairs for d in of.unclear) < FEWEST_FOR_INTERVAL
        fewest = pairs_of_runs(FEWEST_FOR_INTERVAL if too_few else pairs_for(FEWEST_FOR_INTERVAL))
        return f"Nothing can be told from chance yet, for which it takes at least {fewest}: {named(of.unclear)}"
    return f"{capital(UNKNOWN)}, which does not mean that there is none, for {named(some)}"


def pairs_for(draws: int) -> int:
    """How many pairs of runs bring so many draws of what is not known."""
    from scenarios.doubt import draws_of

    return next(n for n in itertools.count(draws) if len(set(draws_of(n).tolist())) >= draws)


def named(of: Sequence[Difference]) -> str:
    """Figures by their labels; some of them where there are many."""
    labels = [d.line.label for d in of]
    some = "; ".join(labels[:MOST_NAMED])
    return some if len(labels) <= MOST_NAMED else f"{len(labels)} figures, such as {some}"


def hinges(found: Comparison, outcome: Outcome) -> list[str]:
    """What the answers hinge on, a sentence for each line of which that can be told, in their order, costs last.

    ``Heads who leave, 2026/27 to 2040/41, in total: between 0 and 190 fewer, depending mostly on how far mentoring keeps people``.
    """
    found_of = []
    for i in found.over_all:
        d, on = difference(found, outcome, i), outcome.doubt.hinges(i)
        if not on or not d.is_drawn:
            continue
        words = " and ".join(hinge(one.drawn) for one in on)
        how = "mostly" if sum(one.share for one in on) >= MOSTLY else "most of all"
        sampled = f", in {sample(found.base.scale)}" if _is_of_sample(found, d) else ""
        text = f"{d.line.label}, {when(found, d)}{sampled}: between {apart(d)}, depending {how} on {words}"
        found_of.append((d.line.unit == "GBP", i, text))
    return [text for *_, text in sorted(found_of)]
