"""A page to watch the model with Mesa's SolaraViz; see the guide "Extend Headway in Mesa's terms"."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from mesa.visualization import Slider, SolaraViz, make_plot_component

from simulation.model import PipelineModel
from simulation.vocabulary import Role
from simulation.world import Setup


class Watched(PipelineModel):
    """The model with two curves: how many leaders there are, and how heads feel."""

    def __init__(self, setup: Setup, replicate: int = 0) -> None:
        super().__init__(setup, seed=42, replicate=replicate)
        self.datacollector = mesa.DataCollector(
            {
                "leaders": lambda model: len(model.leaders),
                "well-being of heads": lambda model: model.leaders.where(role=Role.HEAD).agg("wellbeing", np.mean),
            }
        )
        self.datacollector.collect(self)

    def step(self) -> None:
        """A year, then a point on each curve."""
        super().step()
        self.datacollector.collect(self)


def page_for(setup: Setup) -> Any:
    """The page for ``setup``."""
    return SolaraViz(
        Watched(setup),
        components=[make_plot_component("leaders"), make_plot_component("well-being of heads")],
        model_params={"setup": setup, "replicate": Slider("Replicate", value=0, min=0, max=9, step=1)},
        name="Leaders",
    )
