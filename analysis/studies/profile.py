"""How long the processes of a school year take."""

from __future__ import annotations

from analysis.runs.plan import Options, plan


def milliseconds_per_year(scenario: str, scale: float) -> tuple[dict[str, float], int]:
    """Milliseconds per simulated year by process, and the number of schools; the first year, which compiles, is left out."""
    from simulation.model import PipelineModel

    chosen = plan(scenario, Options(scale=scale))
    model = PipelineModel(chosen.setup, chosen.seed, 0)
    model.step()
    compiled = dict(model.timings)
    model.run()
    years = model.setup.last_year - model.setup.first_year - 1
    return {name: 1000 * (t - compiled[name]) / years for name, t in model.timings.items()}, len(chosen.setup.register)
