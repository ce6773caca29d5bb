"""The back-test: what the model foretells from a past year on, beside what happened, series by series."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, ORANGE, PALE_GREY, data, grid, heading, layered
from analysis.errors import UserError
from analysis.figures.rounding import SHARE_UNITS, number
from analysis.store import files
from simulation.vocabulary import school_year

Records = Sequence[Mapping[str, Any]]
FEWEST = 3
"""Published figures that a series needs for a panel of its own; the others are in the table."""
ACROSS, WIDTH, HEIGHT = 3, 250, 150


def draw(source: Source) -> Figure | None:
    """A panel for each series that has enough figures, of what ``headway back-test`` kept."""
    return picture(source.others.back_test) if source.others.back_test else None


def picture(records: Records) -> Figure:
    """The picture of the records of a back-test. Raise :exc:`UserError` if they are not such."""
    try:
        return _picture(records)
    except (KeyError, TypeError, IndexError):
        raise UserError(
            "the back-test", "it is not as this version prints it", "Print it anew with headway back-test --json."
        ) from None


def keep(records: Records, folder: Path) -> None:
    """Write records, as JSON, and their picture into a folder. Raise :exc:`UserError` if that cannot be done."""
    files.folder(folder)
    files.put(folder / "back-test.json", json.dumps(list(records), indent=2, ensure_ascii=False).encode())
    picture(records).save(folder / "back-test")


def _picture(records: Records) -> Figure:
    run, shocks = records[0]["run"], records[0]["shocks"]
    base, last, until = run["base_year"], run["last_year"], run["fit_until"]
    table = [_table_row(one, figure) for one in records for figure in one["figures"]]
    scores = [(one["title"], one["scores"]["foretold"]) for one in records if "foretold" in one["scores"]]
    inside, figures = (sum(score[name] for _, score in scores) for name in ("inside", "figures"))
    told = [f"{title}: {score['inside']} of {score['figures']} foretold figures inside." for title, score in scores]
    panels = [_panel(one, (base, last), until, shocks) for one in records if len(one["figures"]) >= FEWEST]
    runs = "one run" if run["replicates"] == 1 else f"the mean of {run['replicates']:,} runs"
    return Figure(
        f"{inside} of {figures} figures that were foretold for the years after {school_year(until)} came out inside their interval",
        (
            f"{run['title']}: blue line, {runs}; diamonds, what is published, with its 95% interval; filled: inside.",
            f"Years up to {school_year(until)}, left of the rule, are fitted to; grey: years of the declared shock. “Given”: fed to the run.",
        ),
        " ".join([f"{inside} of {figures} foretold figures are inside their interval.", *told]),
        "What constant rates cannot show is missed on purpose: the table says why, as far as it is known.",
        grid(panels, columns=ACROSS, row=26, column=26),
        table,
        112,
    )


def _table_row(one: Mapping[str, Any], figure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Series": one["title"], "School year": school_year(figure["year"]), "Period": figure["period"].replace("_", " "),
        "Published": number(figure["published_low"], one["unit"]), "Simulated": number(figure["simulated"], one["unit"]),
        "Inside": "yes" if figure["inside"] else "no", "Evidence": " ".join(figure["sources"]),
    }  # fmt: skip


def _panel(one: Mapping[str, Any], years: tuple[int, int], until: int, shocks: Sequence[int]) -> dict[str, Any]:
    import altair as alt

    share = one["unit"] in SHARE_UNITS
    factor = 100 if share else 1
    rows = [
        {
            "year": f["year"], "published": factor * (f["published_low"] + f["published_high"]) / 2,
            "least": factor * f["least"], "most": factor * f["most"], "inside": f["inside"],
        }
        for f in one["figures"]
    ]  # fmt: skip
    path = alt.Chart(data([{"year": year, "simulated": factor * value} for year, value in one["path"]]))
    along = alt.Scale(domain=[years[0] - 0.5, years[1] + 0.5], nice=False)
    across = alt.X(
        "year:Q",
        scale=along,
        axis=alt.Axis(title=None, values=list(range(years[0], years[1] + 1, 4)), format="d", grid=False),
    )
    up = alt.Scale(zero=False, padding=8)
    label = "format(datum.value, '.1~f') + '%'" if share else "format(datum.value, ',.0f')"
    axis = alt.Axis(title=None, tickCount=4, labelExpr=label)
    base = alt.Chart(data(rows))

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", scale=up, axis=axis)

    colour = alt.ColorValue("white", condition={"test": "datum.inside", "value": ORANGE})
    grey = alt.Chart(data([{"a": year - 0.5, "b": year + 0.5} for year in shocks])).mark_rect(color=PALE_GREY)
    layers = [
        grey.encode(x=alt.X("a:Q", scale=along), x2=alt.X2("b:Q")),
        base.mark_rule(color=ORANGE, strokeWidth=1.5).encode(x=across, y=y("least"), y2=alt.Y2("most:Q")),
        path.mark_line(color=DARK_BLUE, strokeWidth=2.5).encode(x=across, y=y("simulated")),
        base.mark_point(shape="diamond", filled=True, size=60, opacity=1, stroke=ORANGE, strokeWidth=1.5).encode(
            x=across, y=y("published"), color=colour
        ),
    ]
    given = any(f["period"] == "given" for f in one["figures"])
    if until > years[0] and not given:
        rule = alt.Chart(data([{"at": until + 0.5}])).mark_rule(color=DARK_GREY, strokeDash=[4, 3])
        layers.append(rule.encode(x=alt.X("at:Q", scale=along)))
    words = heading(one["title"] + (" (given)" if given else ""))
    return layered(layers, width=WIDTH, height=HEIGHT, title={**words, "fontSize": 12.5})


CHART = Chart("back-test", "Would the model have foretold the last years?", draw)
