"""``headway run``: project scenarios and keep what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import argument, option
from analysis.runs.plan import DEFAULT_REPLICATES, DEFAULT_SEED


def run(
    scenarios: Annotated[list[str], argument("SCENARIO...", "Names from the library, or paths of YAML files.")],
    replicates: options.Replicates = DEFAULT_REPLICATES,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    out: Annotated[Path | None, option("DIR", "Where results go; results/SCENARIO-DIGEST if not given.")] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Project one or more scenarios, print a summary, and keep results, charts and a manifest.

    Scenarios share their random draws, so that what differs between them is the policy.
    """
    from analysis.output.terminal import show
    from analysis.runs.plan import Options
    from analysis.studies.run import carry_out

    study = carry_out(scenarios, Options(replicates, seed, years, scale, schools, context, workers), out)
    _draw(study.folder, study.ran > 0)
    show(study.table, as_json)
    if not as_json:
        print(f"Results, charts and manifest: {study.folder}")


def _draw(folder: Path, anew: bool) -> None:
    """Draw what the runs of a folder show, unless that is there already, and keep what a report will read of them."""
    from analysis.charts import draw_all
    from analysis.charts.drawing import Source
    from analysis.output.study import needs
    from analysis.store import Store

    store = Store.open(folder)
    if anew or "charts" not in store.manifest or store.bad_charts():
        with store.writing(), Source.of(store) as source:
            source.gather(needs())
            store.note(charts=draw_all(source, folder / "charts"))
