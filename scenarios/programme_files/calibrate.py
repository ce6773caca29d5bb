"""Applying a calibration: one reading of a study's findings, in the programme's figures and the model's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.overrides import apply_override, read_overrides
from scenarios.parameter_files import Known
from scenarios.programme_files.settings import UncertainFigure, apply_uncertainty
from scenarios.strict import Mapping
from simulation.parameters import Parameters, declared

if TYPE_CHECKING:
    from scenarios.programme_files.known import KnownProgramme
    from scenarios.programme_files.study import Calibration
    from scenarios.resolve import Scenario


def calibrated(
    programme: KnownProgramme, scenario: Scenario, calibration: Calibration
) -> tuple[KnownProgramme, Parameters]:
    """The programme and the scenario's parameters under ``calibration``.

    Raise :exc:`~scenarios.problems.InputError` for a value that cannot be, or that is outside its range.
    """
    changes = calibration.changes
    if changes is None:
        return programme, scenario.parameters
    source = changes.place.source
    for path in changes.values:
        if path in programme.figures:
            figure = UncertainFigure(programme.name, path, changes.keys[path], changes.values[path])
            programme = apply_uncertainty(programme, figure)
    paths = [path for path in changes.values if path in declared()]
    own = Mapping(changes.place, {p: changes.keys[p] for p in paths}, {p: changes.values[p] for p in paths})
    values = scenario.parameters.values()
    for override in read_overrides(own, "uncertainty"):
        known = Known(declared()[override.path], values[override.path], scenario.provenance[override.path])  # type: ignore[arg-type]
        values[override.path] = apply_override(override, known).values
    source.stop_if_wrong()
    return programme, Parameters.from_values(values)
