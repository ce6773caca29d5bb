"""Evaluate a programme: its scenario, its study, every calibration, every replicate, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.figures.estimates import Estimate, estimate, ratio
from analysis.figures.words import pairs_of_runs
from analysis.runs.executor import in_order
from analysis.studies.evaluate.measures import MEASURES
from analysis.studies.evaluate.pairs import PLACES, TOTALS, Case, Pair, simulate_pair, with_programme
from analysis.telling import progress
from scenarios.programme_files.study import MATCHED_BY_DEFAULT, Calibration, Finding, Study
from simulation.log import PROGRAMME_COSTS
from simulation.programmes.programme import Unit
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.runs.plan import Options
    from analysis.runs.work import Passed
    from scenarios.programme_files.known import KnownProgramme

AS_IN_FILE = "as-in-its-file"
"""Name under which a programme is evaluated with the figures of its file."""
COHORTS_BY_DEFAULT = 4


def cases(programme: str, options: Options, calibration: str | None = None, scenario: str | None = None) -> list[Case]:
    """What is to be run, a case for each calibration of the programme's file, or for the one that is named.

    Raise ``scenarios.InputError`` if a file cannot be used, and :exc:`UserError` if what is asked cannot be done.
    """
    import scenarios
    from scenarios.doubt import Doubt
    from scenarios.places import library_names
    from scenarios.programme_files.calibrate import calibrated
    from scenarios.register.table import read_register

    known = scenarios.load_programme(programme)
    name = scenario or (known.name if known.name in library_names("scenario") else "england")
    found = []
    for chosen in _chosen(known, calibration):
        base = scenarios.load(chosen.scenario or name)
        if options.scale is not None:
            base = replace(base, scale=options.scale)
        # As the scenario runs it, with its levers; but a file that was named counts more than a namesake in the library.
        here = next((p for p in base.programmes if p.name == known.name and p.file == known.file), known)
        changed, under = calibrated(here, base, chosen)
        acting = changed.programme(base.base_year)
        study = changed.study or default_study(changed)
        study = study if study.first else replace(study, first=acting.places.first)
        needed = study.last_census - base.base_year
        asked = needed if options.years is None else options.years
        if asked < needed:
            raise UserError(
                f"--years {asked}", f"the study reads its last census in {school_year(study.last_census)}",
                f"Ask for {needed} years or more, or leave --years out.",
            )  # fmt: skip
        register = read_register(options.schools, phases=base.structure.phases) if options.schools else None
        others = tuple(p for p in under.programmes if p.name != changed.name)
        asked_of = replace(under, years=asked, programmes=(*others, changed))
        whole = asked_of.register.register() if register is None else register
        with_it = with_programme(asked_of.setup(whole), acting)
        doubt = None if options.fixed else Doubt.about(asked_of, options.seed)
        found.append(
            Case(chosen.name, chosen.summary, known.name, with_it, study, changed.cites, chosen.fitted_to, doubt)
        )
    return found


def _chosen(known: KnownProgramme, calibration: str | None) -> list[Calibration]:
    fitted = dict.fromkeys(name for one in known.calibrations for name in one.fitted_to)
    as_in_file = Calibration(AS_IN_FILE, "Figures as in the programme's file.", fitted_to=tuple(fitted))
    offered = [*known.calibrations, as_in_file]
    if calibration is None:
        return list(known.calibrations) or [as_in_file]
    for one in offered:
        if one.name == calibration:
            return [one]
    from scenarios.strict import did_you_mean

    names = [one.name for one in offered]
    advice = did_you_mean(calibration, names) or f"It has {', '.join(names)}."
    raise UserError(f"--calibration {calibration}", f"{known.name} has no such calibration", advice)


def default_study(known: KnownProgramme) -> Study:
    """What can be asked of any programme: people's careers a year after completion, or what the file says moves."""
    after = known.years
    asked: tuple[tuple[str, int], ...]
    if known.unit is Unit.PERSON:
        asked = (
            ("in_state_teaching", after), ("in_own_school", after), ("promoted", after), ("wellbeing", after - 1),
            ("workload", 0),
        )  # fmt: skip
    else:
        claims = (*known.moves, *known.leaves_alone)
        asked = tuple(dict.fromkeys((e.outcome, e.years_after) for e in claims if e.on is None))
    findings = tuple(Finding(f"{measure} after {years} years", measure, years) for measure, years in asked)
    title = f"{known.title}: nobody's study, but the questions that one would ask"
    return Study(title, COHORTS_BY_DEFAULT, MATCHED_BY_DEFAULT[known.unit], findings)


PARTS = ("participants", "comparison", "gap", "effect", "selection")
MATCHED = ("participants", "unmatched", "comparators")


MET, MISSED, TOO_FEW = "met", "missed", "too few pairs"
VERDICTS = (MET, MISSED, TOO_FEW)
FITTED, FREE, PREDICTED = "fitted", "free", "predicted"
"""What a figure is to a calibration: one that it was set to reproduce, a published one that it was not, and one that
nobody has published."""


@dataclass(frozen=True)
class Line:
    """One finding: published, simulated and taken apart."""

    finding: Finding
    standing: str
    """What it is to the calibration: :data:`FITTED`, :data:`FREE` or :data:`PREDICTED`."""
    unit: str
    participants: Estimate
    comparison: Estimate
    gap: Estimate
    effect: Estimate
    selection: Estimate
    counted: float
    """Participants behind it, a replicate."""

    @property
    def pairs(self) -> tuple[tuple[float | None, Estimate], ...]:
        """What is published beside what is simulated: participants, comparison, difference."""
        f = self.finding
        return (f.participants, self.participants), (f.comparison, self.comparison), (f.difference, self.gap)

    @property
    def _apart(self) -> list[tuple[float, float]] | None:
        """How far each simulated figure is from what is published, and half of its interval; None if none is published."""
        if self.finding.within is None:
            return None
        told = [(abs(f.mean - published), f.half) for published, f in self.pairs if published is not None]
        return told or None

    @property
    def inside(self) -> bool | None:
        """Whether every published figure is met: the whole interval of the simulated one within the finding's tolerance.

        False where an interval lies wholly beyond it. None if nothing is published, or the pairs of runs are too few to
        tell, as some of an interval lies within the tolerance and some beyond.
        """
        apart, within = self._apart, self.finding.within
        if apart is None or within is None:
            return None
        if any(off - half > within for off, half in apart):
            return False
        return True if all(off + half <= within for off, half in apart) else None

    @property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`, or nothing where no figure is published."""
        if self._apart is None:
            return ""
        return {True: MET, False: MISSED, None: TOO_FEW}[self.inside]


@dataclass(frozen=True, repr=False)
class Evaluation:
    """What all replicates of one calibration say."""

    case: Case
    replicates: int
    lines: tuple[Line, ...]
    participants: Estimate
    unmatched: Estimate
    comparators: Estimate
    moved: dict[str, dict[str, Estimate]]
    """Difference that the programme makes to each total, by place and in all (``total``)."""
    costs: dict[str, Estimate]
    """GBP by :data:`~simulation.log.PROGRAMME_COSTS`, and in all (``total``)."""
    per_retained: Estimate
    """GBP per leaver fewer."""

    def __repr__(self) -> str:
        return f"<Evaluation of {self.case.study.title}: {pairs_of_runs(self.replicates)}>"


def summed_up(case: Case, pairs: list[Pair]) -> Evaluation:
    """All replicates of a case together."""

    def over(value: Callable[[Pair], float]) -> Estimate:
        return estimate([float(value(pair)) for pair in pairs])

    lines = []
    for i, finding in enumerate(case.study.findings):
        found = {name: over(lambda pair, i=i, name=name: getattr(pair.parts[i], name)) for name in PARTS}  # type: ignore[misc]
        counted = sum(pair.parts[i].counted for pair in pairs) / len(pairs)
        asked = MEASURES[finding.measure].says is not None  # what people bear is set so that as many say so as did
        fitted = asked or finding.name in case.fitted_to
        standing = PREDICTED if finding.within is None else FITTED if fitted else FREE
        lines.append(Line(finding, standing, MEASURES[finding.measure].unit, counted=counted, **found))
    moved = {
        name: {
            **{place: over(lambda p, n=name, j=j: p.moved[n][j]) for j, place in enumerate(PLACES)},  # type: ignore[misc]
            "total": over(lambda p, n=name: sum(p.moved[n])),  # type: ignore[misc]
        }
        for name in TOTALS
    }
    costs = {c: over(lambda p, j=j: p.costs[j]) for j, c in enumerate(PROGRAMME_COSTS)}  # type: ignore[misc]
    costs["total"] = over(lambda p: sum(p.costs))
    participants, unmatched, comparators = (over(lambda p, n=n: getattr(p.match, n)) for n in MATCHED)  # type: ignore[misc]
    per_retained = ratio([float(sum(p.costs)) for p in pairs], [float(-sum(p.moved["leavers"])) for p in pairs])
    matched = participants, unmatched, comparators
    return Evaluation(case, len(pairs), tuple(lines), *matched, moved, costs, per_retained)


def evaluate(
    programme: str, options: Options, calibration: str | None = None, scenario: str | None = None
) -> list[Evaluation]:
    """Evaluate a programme under one calibration, or under all that its file has."""
    chosen = cases(programme, options, calibration, scenario)
    pairs = simulate_all(chosen, options.seed, options.replicates, options.workers)
    return [summed_up(case, found) for case, found in zip(chosen, pairs, strict=True)]


def simulate_all(cases: Sequence[Case], seed: int, replicates: int, workers: int | None) -> list[list[Pair]]:
    """All replicates of all cases, in their order."""
    tasks = [(i, r) for i in range(len(cases)) for r in range(replicates)]
    found: list[list[Pair]] = [[] for _ in cases]
    with progress(len(tasks), "Evaluating", "pairs") as done:
        pairs = in_order(_one, (tuple(cases), seed), tasks, [case.setup for case in cases], workers)
        for (i, r), pair in zip(tasks, pairs, strict=True):
            found[i].append(pair)
            named = ", ".join(filter(None, (cases[i].programme, cases[i].calibration)))
            done(f"{named}, pair {r + 1} of {replicates}")
    return found


def _one(given: tuple[Sequence[Case], int], task: tuple[int, int], passed: Passed) -> Pair:
    cases, seed = given
    return simulate_pair(cases[task[0]], seed, task[1], passed)
