"""``styles:`` and ``cost_only:`` - ways of doing a programme, and what of it is a price and nothing else."""

from __future__ import annotations

from scenarios.programme_files.figures import Due, Slot, read_figure
from scenarios.programme_files.known import EffectSettings, Figure
from scenarios.strict import Mapping, Node, did_you_mean, fields, text
from scenarios.strict.fields import listed

OF_STYLE: Due = ("ratio", 0.0, 10.0)
"""What a style makes of the size of an effect: so many times as much."""
MOST_REASON, MOST_STYLE = 500, 500


def style_path(style: str, effect: str) -> str:
    """Path of the figure that says what a style makes of an effect."""
    return f"styles.{style}.{effect}"


def read_styles(node: Node, effects: tuple[EffectSettings, ...], figures: dict[str, Figure]) -> dict[str, str] | None:
    """What each style is, by its name; what it makes of effects goes into ``figures``. None, with problems noted, if wrong."""
    if not isinstance(node, Mapping):
        fields(node, "styles")
        return None
    names, found, good = [effect.name for effect in effects], {}, True
    for style, value in node.values.items():
        parts = fields(value, f"styles.{style}", ("summary",), names)
        summary = text(parts.pop("summary"), MOST_STYLE, f"styles.{style}.summary") if "summary" in parts else None
        read = {name: read_figure(part, Slot(style_path(style, name), OF_STYLE)) for name, part in parts.items()}
        good &= summary is not None and None not in read.values() and set(parts) <= set(names)
        found[style] = summary or ""
        figures |= {style_path(style, name): figure for name, figure in read.items() if figure is not None}
    return found if good else None


def read_cost_only(node: Node, figures: dict[str, Figure]) -> dict[str, str] | None:
    """Why a figure of costs or delivery is a price and acts on nothing, by its path; None, with problems noted, if wrong."""
    if not isinstance(node, Mapping):
        fields(node, "cost_only")
        return None
    able = [path for path in figures if path.startswith(("costs.", "delivery."))]
    found: dict[str, str] = {}
    for path, value in node.values.items():
        if path not in able:
            hint = did_you_mean(path, able) or f"it has {listed(sorted(able))}"
            node.keys[path].place.wrong(
                "E0505", f"cost_only names {path}, which is no figure of costs or delivery", hint
            )
            continue
        reason = text(value, MOST_REASON, f"cost_only of {path}")
        if reason is not None:
            found[path] = reason
    return found if len(found) == len(node.values) else None
