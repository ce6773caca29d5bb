"""The Mesa model of a scenario, made from its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from analysis.given import Given, Values, checked_options, loaded
from analysis.runs.plan import plan
from analysis.store import Rows
from analysis.studies.compare.asking import chosen
from analysis.studies.compare.summing import Cell, figures, values
from simulation.model import PipelineModel
from simulation.seeds import Seed

if TYPE_CHECKING:
    from analysis.figures.lines import Line


class Model(PipelineModel):
    """A scenario as a Mesa model, for Mesa's ``batch_run``, ``DataCollector`` and ``SolaraViz``.

    Its ``datacollector`` has the seed, the school year and the figures asked for, a row for each ``step()``; NaN in the years
    before the base year.
    """

    def __init__(
        self,
        scenario: Given = "england",
        *,
        levers: Values | None = None,
        uncertainties: Values | None = None,
        measures: Sequence[str] = (),
        years: int | None = None,
        scale: float | None = None,
        schools: str | Path | None = None,
        context: str | None = None,
        seed: int | None = None,
        replicate: int = 0,
        rng: Seed | None = None,
        **others: Any,
    ) -> None:
        """Make the world of ``scenario`` as it is at the first census of its warm-up.

        The arguments are those of :func:`analysis.api.run`, with ``replicate`` for the one that is run, and a fresh seed,
        which :attr:`seed` tells, if none is given; ``others`` go to :class:`~simulation.model.PipelineModel`. In a ``batch_run``, put a mapping or list that is one value into a list.

        Raises:
            InputError: for a scenario, levers or uncertainties that cannot be used.
            UserError: for figures that do not exist, and options that are not possible.

        """
        (found,) = loaded([(scenario, levers, None)], uncertainties, context)
        setup = plan(found, checked_options(years=years, scale=scale, schools=schools)).setup
        self.lines: list[Line] = chosen(list(measures), (), [setup])
        names = dict.fromkeys(line.measure for line in self.lines)
        super().__init__(setup, seed, replicate, measures=names, rng=rng, **others)
        reporters = {
            "seed": "seed",
            "school_year": "school_year",
            **{line.name: [self._figure, [line]] for line in self.lines},
        }
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Simulate one school year, and collect its figures."""
        super().step()
        self.datacollector.collect(self)

    def _figure(self, line: Line) -> float:
        """A figure as of the last census; NaN if there is none."""
        rows = Rows(self.results.codes(), self.results.labels())
        found = figures(rows, [line], [self.year])
        return float(values(found[np.newaxis], [line], [self.year], [Cell(0, self.year)])[0, 0])
