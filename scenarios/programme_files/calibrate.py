"""Applying a calibration: one reading of a study's findings, in the programme's figures and the model's parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scenarios.overrides import read_overrides
from scenarios.programme_files.settings import UncertainFigure, apply_uncertainty
from scenarios.strict import Mapping
from simulation.parameters import declared

if TYPE_CHECKING:
    from scenarios.programme_files.known import KnownProgramme
    from scenarios.programme_files.study import Calibration
    from scenarios.scenario import Scenario


def calibrated(
    programme: KnownProgramme, scenario: Scenario, calibration: Calibration
) -> tuple[KnownProgramme, Scenario]:
    """The programme and the scenario, with its parameters of all years, under ``calibration``.

    Raise :exc:`~scenarios.problems.InputError` for a value that cannot be, or that is outside its range.
    """
    changes = calibration.changes
    if changes is None:
        return programme, scenario
    for path in changes.values:
        if path in programme.figures:
            figure = UncertainFigure(programme.name, path, changes.keys[path], changes.values[path])
            programme = apply_uncertainty(programme, figure)
    paths = [path for path in changes.values if path in declared()]
    own = Mapping(changes.place, {p: changes.keys[p] for p in paths}, {p: changes.values[p] for p in paths})
    changed = scenario.with_overrides(read_overrides(own, "uncertainty", scenario.structure))
    changes.place.source.stop_if_wrong()
    assert changed is not None
    return programme, replace(changed, provenance=scenario.provenance)
