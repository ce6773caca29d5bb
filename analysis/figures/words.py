"""The words of the census's labels, of lists and counts, and of scope: how much of a system, how many runs, which counts are small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.figures.rounding import plain
from simulation.programmes.programme import Unit

ROLES = {
    "head": "heads",
    "deputy_head": "deputy heads",
    "assistant_head": "assistant heads",
    "middle_leader": "middle leaders",
    "classroom_teacher": "classroom teachers",
    "trust_leader": "leaders of trusts",
}
"""Roles in the plural, from the top of a school down, then trusts."""
JOINERS = {Unit.PERSON: "people", Unit.SCHOOL: "schools", Unit.CLUSTER: "clusters"}
"""Those who join a programme, in the plural."""
DESTINATIONS = {
    "promoted": ("a higher role", "move up to a higher role"),
    "same_level_elsewhere": ("same level, another school", "move to the same level in another school"),
    "lower_role": ("a lower role", "step down to a lower role"),
    "trust_central_team": ("a trust's central team", "join a trust's central team"),
    "retired": ("retired", "retire"),
    "left_state_schools": ("left state schools", "leave state schools"),
    "career_break": ("a career break", "take a career break"),
}
"""Where people go who give up a post, and what they do."""
RINGS = {
    "own_school": "the same school",
    "cluster": "same cluster or trust",
    "community": "same neighbourhood",
    "elsewhere": "elsewhere",
    "outside": "outside state schools",
}
"""Where those come from who fill a post."""
LABELS = {
    "female": "women",
    "male": "men",
    "white_british": "White British",
    "white_other": "other White",
    "asian": "Asian",
    "black": "Black",
    "least_disadvantaged": "least disadvantaged fifth",
    "second": "second fifth",
    "third": "third fifth",
    "fourth": "fourth fifth",
    "most_disadvantaged": "most disadvantaged fifth",
    "grant": "grants from government",
    "fee": "fees from schools",
    "release": "cover for release",
    "helper_time": "time of helpers",
}
"""Labels of the census that are no words of their own, in the middle of a sentence."""
DIMENSIONS = {
    "sex": "women and men",
    "ethnic_group": "ethnic groups",
    "disadvantage": "schools by disadvantage of pupils",
    "region": "regions",
}
"""What the labels of a dimension are together."""


def within(label: str) -> str:
    """A label in the middle of a sentence: ``other White``, ``deputy head``."""
    return LABELS.get(label, label.replace("_", " "))


def the(name: str) -> str:
    """A region in the middle of a sentence: ``the North East``, ``London``."""
    return f"the {name}" if " " in name and name != "Yorkshire and the Humber" else name


def a(noun: str) -> str:
    """A noun with its article: ``a mentor``, ``an adviser``."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def capital(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else ""


def count(number: float, one: str, many: str = "") -> str:
    """``1 year``, ``2 years``."""
    return f"{plain(number)} {one if number == 1 else many or one + 's'}"


def pairs_of_runs(pairs: int) -> str:
    """``one pair of runs``, ``1,000 pairs of runs``."""
    return "one pair of runs" if pairs == 1 else f"{pairs:,} pairs of runs"


def sample(share: float, of: str = "schools") -> str:
    """``all schools``, ``a sample of 3% of schools``."""
    return f"all {of}" if share == 1 else f"a sample of {100 * share:.3g}% of {of}"


def small_counts_below(manifest: Mapping[str, Any]) -> int | None:
    """Counts of people below this must not be published: the strictest that any scenario asks for. None if none does."""
    asked = [(s.get("resolved") or {}).get("suppress_below") for s in manifest.get("scenarios", [])]
    return max((number for number in asked if number is not None), default=None)


def small_counts_warning(manifest: Mapping[str, Any]) -> str:
    """What to say of something that shows small counts although a scenario asks that they are not published, or nothing."""
    below = small_counts_below(manifest)
    if below is None:
        return ""
    return (
        f"Not for publication: a scenario asks that counts of people below {below:,} are kept back, and here they are not. "
        "headway workbook and headway deck keep them back."
    )
