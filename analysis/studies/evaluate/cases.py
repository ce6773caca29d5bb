"""From a programme's name to what is to be run: its scenario, its study and its calibrations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.studies.evaluate.pairs import Case, with_programme
from scenarios.programme_files.study import MATCHED_BY_DEFAULT, Calibration, Finding, Study
from simulation.programmes.programme import Unit
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.runs.plan import Options
    from scenarios.programme_files.known import KnownProgramme

AS_IN_FILE = "as-in-its-file"
"""Name under which a programme is evaluated with the figures of its file."""
COHORTS_BY_DEFAULT = 4


def cases(programme: str, options: Options, calibration: str | None = None, scenario: str | None = None) -> list[Case]:
    """What is to be run, a case for each calibration of the programme's file, or for the one that is named.

    Raise ``scenarios.InputError`` if a file cannot be used, and :exc:`UserError` if what is asked cannot be done.
    """
    import scenarios
    from scenarios.places import library_names
    from scenarios.programme_files.calibrate import calibrated
    from scenarios.register.table import read_register

    known = scenarios.load_programme(programme)
    name = scenario or (known.name if known.name in library_names("scenario") else "england")
    base = scenarios.load(name)
    if options.scale is not None:
        base = replace(base, scale=options.scale)
    register = read_register(options.schools) if options.schools else None
    # As the scenario runs it, with its levers; but a file that was named counts more than a namesake in the library.
    known = next((p for p in base.programmes if p.name == known.name and p.file == known.file), known)
    found = []
    for chosen in _chosen(known, calibration):
        changed, parameters = calibrated(known, base, chosen)
        acting = changed.programme(base.base_year)
        study = study_of(changed, acting.places.first)
        needed = study.last_census - base.base_year
        asked = needed if options.years is None else options.years
        if asked < needed:
            problem = f"the study reads its last census in {school_year(study.last_census)}"
            raise UserError(f"--years {asked}", problem, f"Ask for {needed} years or more, or leave --years out.")
        setup = replace(base, parameters=parameters, years=asked).setup(register)
        found.append(Case(chosen.name, chosen.summary, known.name, with_programme(setup, acting), study))
    return found


def _chosen(known: KnownProgramme, calibration: str | None) -> list[Calibration]:
    as_in_file = Calibration(AS_IN_FILE, "Figures as in the programme's file.")
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


def study_of(known: KnownProgramme, first: int) -> Study:
    """The programme's study, or the one that stands in where its file has none, with the year of the first cohort."""
    study = known.study or default_study(known)
    return study if study.first else replace(study, first=first)


def default_study(known: KnownProgramme) -> Study:
    """What can be asked of any programme: people's careers a year after completion, or what the file says moves."""
    after = known.years
    asked: tuple[tuple[str, int], ...]
    if known.unit is Unit.PERSON:
        careers = tuple((name, after) for name in ("in_state_teaching", "in_own_school", "promoted"))
        asked = (*careers, ("wellbeing", after - 1), ("workload", 0))
    else:
        asked = tuple(dict.fromkeys((e.outcome, e.years_after) for e in (*known.moves, *known.leaves_alone)))
    findings = tuple(Finding(f"{measure} after {years} years", measure, years) for measure, years in asked)
    title = f"{known.title}: nobody's study, but the questions that one would ask"
    return Study(title, COHORTS_BY_DEFAULT, MATCHED_BY_DEFAULT[known.unit], findings)
