"""Headway from Python: scenarios are loaded, run and compared without files, and what comes back is a table.

A **scenario** is a name of the library, the path of a file, the keys of a scenario file as a mapping, or what :func:`load`
returned. **Levers** and **uncertainties** are mappings from paths to values, written as in a scenario's file:
``{"leave.return_from_break": 0.4}``, ``{"programmes.npq.places.number": 4000}``, and relative to what the scenario has
``{"leave.state_schools.times": 1.1}``. Whatever is wrong is said as of a file, with the path in place of the line.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas

from analysis.errors import UserError
from analysis.figures.words import capital
from analysis.given import Arm, Given, Values, checked_options, loaded, named, names_in, span_of
from analysis.paths import given_name, given_path
from analysis.runs.plan import DEFAULT_REPLICATES, DEFAULT_SEED, Options, Plan
from scenarios.parameter_table import bounds, identifier, parameter_rows
from scenarios.resolve import load
from scenarios.scenario import Scenario
from scenarios.strict import did_you_mean

if TYPE_CHECKING:
    from analysis.charts.drawing import Figure
    from analysis.explain.difference import Differences
    from analysis.explain.words import Explanation
    from analysis.figures.lines import Line
    from analysis.output.display import Evaluations, Validation
    from analysis.store import Store
    from analysis.studies.back_test.study import BackTest
    from analysis.studies.compare.summing import Comparison


def run(
    scenario: Given | list[Any],
    *,
    levers: Values | None = None,
    uncertainties: Values | None = None,
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
    replicates: int = DEFAULT_REPLICATES,
    seed: int = DEFAULT_SEED,
    years: int | None = None,
    scale: float | None = None,
    schools: str | Path | None = None,
    context: str | None = None,
    workers: int | None = None,
    fixed: bool = False,
    out: str | Path | None = None,
    form: str = "long",
) -> Any:
    """Project a scenario, or several that share their random draws, and return each figure of each run.

    Args:
        scenario: what to run; several in a list.
        levers: what a government chooses, by path; holds after the base year.
        uncertainties: what nobody can choose, by path; holds in all years. Figures of a programme go to the scenarios in
            which it runs.
        measures: names of figures or measures, such as ``heads_leaving`` or ``posts_vacant[role=head]``, as for
            ``headway compare --measure``; none for the headline figures.
        by: dimensions to break the measures down by.
        replicates: random repetitions.
        seed: of all random draws; runs of the same seed and replicate share their luck.
        years: school years to project after the base year; None as the scenario says.
        scale: share of the schools, whole clusters together, above 0 and up to 1; None as the scenario says.
        schools: a register of real schools (CSV) in place of the synthetic one.
        context: the school system to run in, in place of the scenario's own.
        workers: processes; None for up to two, if the work is worth it. Results do not depend on it.
        fixed: hold parameters and programmes' figures at their values, so that runs differ by chance alone.
        out: a folder that keeps all runs with every measure, as ``headway run`` does; None to keep nothing.
        form: ``long`` (pandas: columns ``scenario``, ``line``, ``unit``, ``school_year``, ``replicate``, ``value``),
            ``wide`` (pandas: a column for each line) or ``xarray`` (a variable for each line). Units are in ``attrs``.

    Raises:
        InputError: for scenarios, levers or uncertainties that cannot be used.
        UserError: for anything else that was asked and cannot be done.

    """
    from analysis.output.frames import check_form, formed, long
    from analysis.studies.compare.asking import chosen
    from analysis.studies.run import ready

    check_form(form)
    options = checked_options(
        replicates=replicates, seed=seed, years=years, scale=scale, schools=schools, workers=workers, fixed=fixed
    )
    given: list[Any] = scenario if isinstance(scenario, list) else [scenario]
    if not given:
        raise UserError("scenario=[]", "there is nothing to run", "Name a scenario, such as 'england'.")
    arms = [(one, levers, named(one, f"scenario-{i}" if len(given) > 1 else None)) for i, one in enumerate(given, 1)]
    folder = None if out is None else given_path(out, "out =")
    plans = ready(loaded(arms, uncertainties, context), options, folder)
    lines = chosen(names_in("measures", measures), names_in("by", by), [one.setup for one in plans])
    found = _figures(plans, lines, options, folder)
    return formed(long(plans, lines, found), ["scenario", "school_year", "replicate"], "line", ["value"], form)


def compare(
    base: Given,
    *policies: Given | list[Any],
    levers: Values | None = None,
    uncertainties: Values | None = None,
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
    replicates: int | None = None,
    precision: str | None = None,
    most: int | None = None,
    level: float = 90,
    all_years: bool = False,
    seed: int = DEFAULT_SEED,
    years: int | None = None,
    scale: float | None = None,
    schools: str | Path | None = None,
    context: str | None = None,
    workers: int | None = None,
    fixed: bool = False,
    out: str | Path | None = None,
    form: str = "long",
) -> Any:
    """Say what policies change, from pairs of runs that share their random draws, as ``headway compare`` does.

    Args:
        base: the scenario to compare with.
        policies: scenarios to compare with it, one by one or in a list. With ``levers`` and no policy, the base with
            these levers is the policy.
        levers: what a government chooses, by path, in every policy and not in the base.
        uncertainties: what nobody can choose, by path, in the base and in every policy.
        measures: as for :func:`run`.
        by: as for :func:`run`.
        replicates: pairs of runs for each policy, 2 at least; None for 30.
        precision: in place of ``replicates``, run until this is known so well: ``"heads_leaving: +/-5 at 90%"``.
        most: with ``precision``, pairs after which to give up; None for 1,000.
        level: confidence of intervals and words, in per cent.
        all_years: every year, not only the last and all years together.
        seed: as for :func:`run`.
        years: as for :func:`run`.
        scale: as for :func:`run`.
        schools: as for :func:`run`.
        context: as for :func:`run`.
        workers: as for :func:`run`.
        fixed: as for :func:`run`.
        out: a folder that keeps all runs, with every measure; None to keep nothing.
        form: ``long`` (pandas: a row for each policy, line and span of years, with all that ``headway compare --json``
            prints), ``wide`` (pandas: a row for each line and span, and for each policy a column of each kind, such as
            ``table["difference"]``) or ``xarray``; ``attrs["notes"]`` says what these mean, and ``attrs["who_gets"]`` has who
            gets and gives programmes, who pays and what is moved, a record for each figure. ``comparison`` for the
            :class:`~analysis.studies.compare.summing.Comparison` itself, which a notebook shows in tables and words.

    Raises:
        InputError: for scenarios, levers or uncertainties that cannot be used.
        UserError: for scenarios that cannot be paired, and for anything else that was asked and cannot be done.

    """
    from analysis.output.frames import check_form, formed
    from analysis.studies.compare import study
    from analysis.studies.compare.report import closing, note, records
    from analysis.studies.compare.summing import Asked

    check_form(form, "comparison")
    pairs, cap = study.pairs_asked(replicates, precision, most)
    if not 50 <= level <= 99.9:
        raise UserError(f"level={level:g}", "this is not possible", "Write a per cent from 50 to 99.9, such as 90.")
    options = checked_options(
        fewest=2, replicates=pairs, seed=seed, years=years, scale=scale, schools=schools, workers=workers, fixed=fixed
    )
    others: list[Any] = [one for policy in policies for one in (policy if isinstance(policy, list) else [policy])]
    arms: list[Arm] = [(base, None, named(base, "base"))]
    arms += [(one, levers, named(one, f"policy-{i}")) for i, one in enumerate(others, 1)]
    if levers and not others:
        arms.append((base, levers, f"{loaded(arms, None, context)[0].name}-with-levers"))
    if len(arms) == 1:
        raise UserError(
            str(base), "there is no policy to compare with it", "Name one or more after it, or give levers."
        )
    asked = Asked(
        names_in("measures", measures), names_in("by", by), precision, cap, level / 100, all_years,
        None if out is None else given_path(out, "out ="),
    )  # fmt: skip
    found = study.carry_out(loaded(arms, uncertainties, context), options, asked)
    if form == "comparison":
        return _taught(found)
    frame = pandas.DataFrame(records(found)).drop(columns="where")
    figures = [name for name in frame if pandas.api.types.is_float_dtype(frame[name])]
    kinds = [*figures, "words"] if form == "wide" else figures
    frame.attrs = {
        "notes": [note(found), *closing(found)],
        "who_gets": [dict(record) for made in found.reach for record in made.records],
    }
    return formed(frame, ["line", "years"], "policy", kinds, form)


def open_study(folder: str | Path) -> Store:
    """The results in a folder that ``compare``, ``headway run`` or ``headway sweep`` has written.

    Raise :exc:`UserError` for what can be no path, and for a folder without results.
    """
    from analysis.store import Store

    return _taught(Store.open(given_path(folder, "folder =")))


def compare_stored(study: Store | str | Path, all_years: bool = False) -> Comparison:
    """Compare the scenarios of a study with its first, from the runs that are there; nothing is run.

    Raise :exc:`UserError` for scenarios whose runs are no pairs, for a design, and if no pair is there.
    """
    from analysis.figures.lines import shown_in
    from analysis.figures.naming import naming_in, speaking
    from analysis.output.study import Study
    from analysis.studies.compare.stored import stored, unlike

    store = open_study(study) if isinstance(study, str | Path) else study
    store.require_scenarios()
    if why := unlike(store.manifest):
        raise UserError(str(store.folder), f"nothing to compare: {why}")
    with Study.of(store) as read, speaking(naming_in(store.manifest)):
        found = stored(read.db, store.manifest, shown_in("comparison"), all_years=all_years)
        reach = tuple(read.reach())
    if found is None:
        raise UserError(str(store.folder), "there is no pair of runs yet", "Run the same command again to finish it.")
    return _taught(replace(found, reach=reach))


def figures(study: Store | str | Path, *names: str) -> dict[str, Figure]:
    """The charts of a study by name: those of ``names``, or all for which it holds enough.

    Raise :exc:`UserError` for a name that is no chart, and for a chart that these results do not hold enough for.
    """
    from analysis.charts import charts, draw
    from analysis.output.study import Study, gather_all

    for name in names:
        if name not in charts():
            advice = did_you_mean(name, list(charts())) or f"there are {', '.join(charts())}."
            raise UserError(name, "there is no such chart", capital(advice))
    with Study.of(open_study(study) if isinstance(study, str | Path) else study) as read:
        gather_all(read.source)
        drawn = draw(read.source, names or None)
    for name in names:
        if name not in drawn:
            raise UserError(name, "these results do not hold what this chart needs", "See docs/reference/charts.md.")
    return drawn


def explain(name: str | Path) -> Explanation:
    """Say what a programme does, costs and rests on, or what a scenario changes. Raise :exc:`InputError`."""
    from analysis.explain import explained

    return _taught(explained(name))


def diff(first: Given, second: Given) -> Differences:
    """What tells two scenarios apart: system, years, parameters by year, and programmes figure by figure.

    ``print`` it for plain English; ``.same`` says whether there is nothing, ``.records`` has a record for each difference.
    Raise :exc:`InputError` for a scenario that cannot be used.
    """
    from analysis.explain.difference import differences

    one, other = (given if isinstance(given, Scenario) else load(given) for given in (first, second))
    return _taught(differences(one, other))


def validate(
    scenario: str = "england", replicates: int = 4, seed: int = DEFAULT_SEED, scale: float | None = None,
    fixed: bool = False, targets: str | Path | None = None,
) -> Validation:  # fmt: skip
    """Hold the base year against published figures, or those of the file ``targets``, as ``headway validate`` does."""
    from analysis.output.display import Validation
    from analysis.studies.validate import card

    published = None if targets is None else given_path(targets)
    return Validation(card(scenario, Options(replicates, seed, None, scale, fixed=fixed), published), replicates)


def calibrate(plan: str | Path, out: str | Path, workers: int | None = None, keep: bool = False) -> dict[str, Any]:
    """Fit a context's base year to published figures, as ``headway calibrate`` does, with runs and draws in the folder ``out``.

    ``plan`` is a context that has a plan, or the path of one; ``keep`` puts the draws beside the context too. Returns what
    ``posterior.toml`` says: ``target`` and ``parameter`` have a record each, ``words`` the sentences. Raise
    :exc:`InputError` for a plan that is wrong, :exc:`UserError` for a folder of another.
    """
    from analysis.runs.work import never
    from analysis.studies.calibrate.kept import described, keep_draws
    from analysis.studies.calibrate.study import Options as Ways
    from analysis.studies.calibrate.study import carry_out, context_folder

    given, folder = given_name(str(plan)), given_path(out)
    found, _ = carry_out(given, folder, Ways(workers), never)
    keep_draws(found, folder)
    if keep:
        keep_draws(found, context_folder(given))
    return described(found)


def back_test(
    scenario: str = "england-2010", fit_until: int | None = None, replicates: int = 1, seed: int = DEFAULT_SEED,
    years: int | None = None, scale: float | None = None, workers: int | None = None,
) -> BackTest:  # fmt: skip
    """Run from a past base year to today and hold each series against what happened, as ``headway back-test`` does.

    ``fit_until`` is the last school year to fit to, by the calendar year in which it starts: five after the base year if
    None, and the base year fits nothing. Raise :exc:`UserError` for a system of which it is not held what happened.
    """
    from analysis.studies.back_test.study import back_test as carry_out

    return _taught(carry_out(scenario, Options(replicates, seed, years, scale, workers=workers), fit_until))


def evaluate(
    programme: str | Path, calibration: str | None = None, scenario: str | None = None, replicates: int = 8,
    seed: int = DEFAULT_SEED, years: int | None = None, scale: float | None = None, workers: int | None = None,
    fixed: bool = False,
) -> Evaluations:  # fmt: skip
    """Evaluate a programme by its study's own design, as ``headway evaluate`` does: the gap, the effect and selection."""
    from analysis.output.display import Evaluations
    from analysis.studies.evaluate.evaluate import evaluate as carry_out

    options = Options(replicates, seed, years, scale, workers=workers, fixed=fixed)
    return Evaluations(carry_out(str(programme), options, calibration, scenario))


def reckoner(
    programme: str, scenario: str = "england", *, context: str | None = None, replicates: int = 20, seed: int = DEFAULT_SEED,
    years: int | None = None, scale: float | None = None, schools: str | Path | None = None, workers: int | None = None,
    fixed: bool = False,
) -> pandas.DataFrame:  # fmt: skip
    """What one unit more of each lever of a programme changes and costs, as ``headway reckoner`` does.

    A row for each lever (``lever`` is None where the programme does not run at all) and figure: ``value`` of the lever,
    ``more`` (one unit of it), ``difference``, ``low`` and ``high`` in ``unit``, sums in a year, and the ``words``. Counts and
    costs of a sample are grossed up to all schools. Raise :exc:`InputError` and :exc:`UserError` as :func:`run`.
    """
    from analysis.studies.reckoner import reckon, records

    options = checked_options(
        fewest=2,
        replicates=replicates,
        seed=seed,
        years=years,
        scale=scale,
        schools=schools,
        workers=workers,
        fixed=fixed,
    )
    return pandas.DataFrame(records(reckon(programme, replace(options, context=context), scenario)))


def parameters(words: str = "", scenario: Given = "england") -> pandas.DataFrame:
    """The parameters of a scenario, and the figures of all programmes, whose name or meaning has all of ``words``.

    Columns are ``name`` (the path to give under ``levers`` or ``uncertainties``), ``unit``, ``value`` (of a table, a
    mapping by label that can be changed and given back), ``low`` and ``high`` (the range that the evidence can bear),
    ``grade`` (of evidence, A to D, or J for judgement), ``source`` (rows of evidence), ``meaning``, and ``under``: where
    the path can be given. Raise :exc:`InputError` if nothing has these words.
    """
    return pandas.DataFrame(parameter_rows(loaded([(scenario, None, None)])[0], words))


def problem(
    names: Iterable[str] | Mapping[str, tuple[float, float] | None], scenario: Given = "england", form: str = "salib"
) -> Any:
    """What to vary and between which bounds, as SALib or EMA Workbench wants it.

    Args:
        names: paths as under ``levers`` and ``uncertainties``; of a table, one cell (``leave.retire_role_odds.head``) or
            all cells together (``leave.state_schools.times``, ``….add``). In a mapping each has its bounds, or None for
            the range that the evidence can bear.
        scenario: what the ranges are taken from; a programme whose figures are named must run in it.
        form: ``salib`` for a dictionary with ``num_vars``, ``names`` and ``bounds``, or ``ema`` for a list of
            ``RealParameter``, whose names are paths with ``_`` for other signs, and which hand on values by path.

    Raises:
        InputError: for a path that does not exist or has no range.
        UserError: for bounds that are none, and if EMA Workbench is asked for and not installed.

    """
    given = dict(names) if isinstance(names, Mapping) else dict.fromkeys([names] if isinstance(names, str) else names)
    (known,) = loaded([(scenario, None, None)])
    spans = {path: bounds(known, path) if span is None else span_of(path, span) for path, span in given.items()}
    if form == "salib":
        return {"num_vars": len(spans), "names": list(spans), "bounds": [list(span) for span in spans.values()]}
    if form != "ema":
        raise UserError(f"form={form!r}", "there is no such form", "Write 'salib' or 'ema'.")
    from analysis.output.frames import need

    need("ema_workbench", "EMA Workbench", "form='ema'")
    from ema_workbench import RealParameter

    return [RealParameter(identifier(path), *span, variable_name=[path]) for path, span in spans.items()]


# --- what comes back -------------------------------------------------------------------------------------------------

Found = TypeVar("Found")


def _taught(found: Found) -> Found:
    """A result that a notebook has been told how to show."""
    importlib.import_module("analysis.output.display")
    return found


def _figures(plans: Sequence[Plan], lines: Sequence[Line], options: Options, out: Path | None) -> np.ndarray:
    """Figures of plans × replicates × lines × years × 2, from runs that nobody keeps or that ``out`` keeps, perhaps already."""
    from analysis.output.frames import years
    from analysis.studies.compare.stored import figures_of
    from analysis.studies.compare.summing import figures
    from analysis.studies.run import execute, simulate

    if out is None:
        results = simulate(plans, list(dict.fromkeys(line.measure for line in lines)), options.workers)
        return np.array([[figures(rows, lines, years(plans)) for _, rows in of_plan] for of_plan in results])
    execute(list(plans), out, options.workers)
    with open_study(out).connect() as db:
        there = [row[0] for row in db.execute("SELECT DISTINCT replicate FROM runs ORDER BY 1").fetchall()]
        found = figures_of(db, lines, [one.name for one in plans], there, years(plans))
    return found.swapaxes(0, 1)[:, : options.replicates]
