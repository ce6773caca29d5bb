"""What differs between a design and the one that a folder was made from, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import UserError

COMPARED = ("scenarios", "years", "scale", "seed", "measures", "sampling")


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Each difference between two manifests' ``design``, ``identities`` and versions as a line."""
    old, new = before["design"], now["design"]
    found = [f"{name}: was {_shown(old[name])}, now {_shown(new[name])}" for name in COMPARED if old[name] != new[name]]
    for group in ("levers", "uncertainties"):
        was, is_now = dict(old[group]), dict(new[group])
        found += [f"{group}: {path} is gone" for path in was if path not in is_now]
        found += [f"{group}: {path} is new" for path in is_now if path not in was]
        both = [path for path in was if path in is_now]
        found += [f"{path}: was {was[path]}, now {is_now[path]}" for path in both if was[path] != is_now[path]]
        if not found and [p for p, _ in old[group]] != [p for p, _ in new[group]]:
            found.append(f"{group}: their order, which numbers the points")
    for name, word in (("model_version", "the model"), ("rng_version", "the random draws")):
        if before[name] != now[name]:
            found.append(f"{word}: was version {before[name]}, now {now[name]}")
    same_model = before["model_version"] == now["model_version"] and before["rng_version"] == now["rng_version"]
    if same_model and not found:
        changed = [n for n, i in now["identities"].items() if before["identities"].get(n) != i]
        found += [f"{name}: the scenario, or something that it rests on, is not what it was" for name in changed]
    return found


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "not given" if value is None else str(value)


def check_same(folder: Any, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise :exc:`UserError` if the folder was made from another design, saying in what they differ."""
    advice = "Name a new folder for the new design, or put the old one back to go on with this folder."
    if "design" not in before:
        raise UserError(str(folder), "it holds results that are not those of a sweep", "Name a new folder.")
    found = differences(before, now)
    if before["digest"] != now["digest"]:
        listed = "".join(f"\n  - {line}" for line in found or ["something that cannot be named"])
        raise UserError(str(folder), f"it was made from another design:{listed}", advice)


def counts(folder: Any, before: Mapping[str, Any], asked: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Replicates and draws of the whole: what the folder has, or ``more``.

    ``asked`` is what the design file says: what it said at the start, or what the folder has come to have. Raise
    :exc:`UserError` for anything else.
    """
    found = {}
    for name in ("replicates", "draws"):
        now, first = before["design"][name], before["design"]["asked"][name]
        if asked[name] not in (now, first):
            advice = f"There are {now:,} already: what is done stays. Put the number back."
            if asked[name] > now:
                advice = f"To add to what is there, leave the design as it was and add --expand {name}={asked[name]}."
            raise UserError(str(folder), f"{name}: was {first:,}, now {asked[name]:,} in the design", advice)
        found[name] = more.get(name, now)
        if found[name] < now:
            raise UserError(
                f"--expand {name}={found[name]}", f"the folder is to have {now:,} already", "Only more is possible."
            )
    return found
