"""What a decision asks of policies, from Python: what they cost for what they do, what a goal needs, what they hinge on, what may come.

Scenarios, levers and messages are as in :mod:`analysis.api`; what comes back is a table with the answers in sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas

from analysis.errors import UserError
from analysis.given import checked_options, names_in
from analysis.paths import given_name, given_path
from analysis.runs.plan import DEFAULT_SEED
from scenarios.scenario import Scenario


def value_for_money(
    base: str | Path | Scenario, *policies: str | Path | Scenario, discount: float | None = None, replicates: int = 30,
    seed: int = DEFAULT_SEED, years: int | None = None, scale: float | None = None, workers: int | None = None,
    fixed: bool = False,
) -> pandas.DataFrame:  # fmt: skip
    """What policies cost in present values, who pays, and what a unit of each outcome costs, as ``headway value-for-money`` does.

    A row for each payer and each outcome of each policy, GBP in prices of the base year, in all schools; ``attrs["notes"]`` has the answers in
    sentences. ``discount`` is a rate a year as a share, None for the Green Book's. Raise :exc:`InputError` and
    :exc:`UserError` as :func:`compare`.
    """
    from analysis.studies.value import report
    from analysis.studies.value.value import carry_out

    options = checked_options(
        fewest=2, replicates=replicates, seed=seed, years=years, scale=scale, workers=workers, fixed=fixed
    )
    names = [one if isinstance(one, Scenario) else str(one) for one in (base, *policies)]
    _, found = carry_out(names, options, discount)
    rows = [row for one in found for row in (*report.cost_records(one), *report.gain_records(one))]
    return _noted(rows, [report.sentence(one) for one in found])


def break_even(
    policy: str | Path | Mapping[str, Any], goal: str, vary: str, *, base: str | Path | Mapping[str, Any] | None = None,
    low: float | None = None, high: float | None = None, steps: int = 7, replicates: int = 30, seed: int = DEFAULT_SEED,
    years: int | None = None, scale: float | None = None, workers: int | None = None, fixed: bool = False,
) -> pandas.DataFrame:  # fmt: skip
    """What a goal needs of one figure of a policy, as ``headway break-even`` does: a row for each value that was tried.

    Columns are ``value`` (of ``vary``, in its unit), ``shown`` (what the goal is about) and ``chance`` (that it is met); ``attrs["notes"]``
    has the answer in a sentence. ``base`` is what to compare with, None for the scenario at the end of what the policy
    extends; ``low`` and ``high`` are the ends to try, None for those of the figure's range. Raise :exc:`InputError` and :exc:`UserError`.
    """
    from analysis.studies.break_even import report
    from analysis.studies.break_even.study import break_even as carry_out

    options = checked_options(
        fewest=2, replicates=replicates, seed=seed, years=years, scale=scale, workers=workers, fixed=fixed
    )
    found = carry_out(policy, goal, vary, options, base=base, low=low, high=high, steps=steps)
    rows = [{key: row[key] for key in ("value", "shown", "chance")} for row in report.records(found)[:-1]]
    return _noted(rows, [report.sentence(found)])


def value_of_information(
    policy: str | Path | Mapping[str, Any], goal: str, *, base: str | Path | Mapping[str, Any] | None = None, replicates: int = 100,
    seed: int = DEFAULT_SEED, years: int | None = None, scale: float | None = None, workers: int | None = None,
) -> pandas.DataFrame:  # fmt: skip
    """What knowing each figure better would be worth before a policy is taken or left, as ``headway value-of-information`` does.

    ``goal`` states what one of an outcome is worth: ``"cost per head kept < 20000"``. A row for each thing that is drawn, behind all together;
    ``worth`` is the most that finding it out can be worth, ``error`` its standard error, in GBP of the base year, present values, all schools;
    ``attrs["notes"]`` has the answer in a sentence. Raise :exc:`InputError` and :exc:`UserError`.
    """
    from analysis.studies.information import report
    from analysis.studies.information.study import information

    options = checked_options(fewest=2, replicates=replicates, seed=seed, years=years, scale=scale, workers=workers)
    found = information(policy, goal, options, base=base)
    return _noted(report.records(found)[:-1], [report.sentence(found)])


def stress(
    plan: str | Path | Sequence[str], goal: str, out: str | Path, *, futures: int | None = None, replicates: int | None = None,
    seed: int | None = None, years: int | None = None, scale: float | None = None, workers: int | None = None, fixed: bool = False,
) -> pandas.DataFrame:  # fmt: skip
    """Try policies against what may come, as ``headway stress`` does, with the runs in the folder ``out``: a row for the base and each policy.

    ``plan`` is the path of a plan, or a list of scenarios, the base first: then a plan is written beside ``out``, with so many ``futures`` (64),
    ``replicates`` in each (2) and the other options. Columns: ``fails`` (share of futures in which the goal is missed; None for the base),
    ``regret_mean`` and ``regret_worst`` (behind the best in the same future, in the goal's unit), ``box`` (where it fails most; None where nothing
    tells), ``futures`` (a record for each); ``attrs["notes"]`` has the answers in sentences. Raise :exc:`InputError`, and :exc:`UserError` also
    where runs keep failing or it was stopped.
    """
    from analysis.studies.stress import report
    from analysis.studies.stress.plan import planned
    from analysis.studies.stress.study import stress as carry_out
    from analysis.studies.sweep.execute import Options as Ways

    checked_options(**{name: value for name, value in (("replicates", replicates), ("seed", seed)) if value is not None}, years=years,
                    scale=scale, workers=workers, fixed=fixed)  # fmt: skip
    folder, names = given_path(out), [plan] if isinstance(plan, str | Path) else list(plan)
    given = {"futures": futures, "replicates": replicates, "seed": seed, "years": years, "scale": scale}
    done, found = carry_out(
        planned([given_name(str(one)) for one in names], folder, given), goal, folder, Ways(workers, fixed=fixed)
    )
    if found is None:
        status = done.store.status()
        raise UserError(str(folder), f"{status.done:,} of {status.expected:,} runs are there", "The same call goes on.")
    return _noted(report.records(found), report.sentences(found))


def sensitivity(
    base: str, policy: str | None = None, *, measures: Sequence[str] = (), of: Sequence[str] = (), method: str = "morris",
    trajectories: int = 6, rows: int = 64, seed: int = DEFAULT_SEED, years: int | None = None, scale: float | None = None,
    workers: int | None = None,
) -> pandas.DataFrame:  # fmt: skip
    """What figures of a base, or effects of a policy, hinge on, as ``headway sensitivity`` does: a row for each figure and input.

    ``measures`` are other figures than the usual ones, ``of`` words of which an input's name or meaning has one. By Morris's method
    (``trajectories``) there are ``mean_size``, ``error``, ``mean_effect`` and ``spread``, in the figure's ``unit``, and a row for chance; by ``method="sobol"``
    (``rows``) the shares ``first`` and ``total`` with their errors. ``attrs["notes"]`` has the answers in sentences. Raise
    :exc:`InputError` and :exc:`UserError`.
    """
    from analysis.studies.sensitivity import report
    from analysis.studies.sensitivity.study import decompose, screen, world

    options = replace(checked_options(seed=seed, years=years, scale=scale, workers=workers), replicates=1, fixed=True)
    known = {
        "morris": lambda asked: screen(asked, options, trajectories),
        "sobol": lambda asked: decompose(asked, options, rows),
    }
    if method not in known:
        raise UserError(f"method={method!r}", "there is no such method", "Write 'morris' or 'sobol'.")
    asked = world(base, policy, options, names_in("measures", measures), names_in("of", of))
    found = known[method](asked)
    records = [record for table in report.tables(found) for record in table.records]
    return _noted(records, [report.sentence(found, i) for i in range(len(found.lines))])


def _noted(rows: Sequence[Mapping[str, Any]], notes: list[str]) -> pandas.DataFrame:
    """A table with its answers in sentences."""
    frame = pandas.DataFrame(rows)
    frame.attrs = {"notes": notes}
    return frame
