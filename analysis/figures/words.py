"""The words of the census's labels, of lists and counts, and of scope: how much of a system, how many runs, which counts are small."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.figures.naming import spoken
from analysis.figures.rounding import plain
from simulation.programmes.programme import Unit

WORDS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
"""``words.toml``: words by name, for each kind of name that has some."""
ROLES: Mapping[str, str] = WORDS["roles"]
"""Roles in the plural, from the top of a school down, then trusts."""
JOINERS = {Unit.PERSON: "people", Unit.SCHOOL: "schools", Unit.CLUSTER: "clusters"}
"""Those who join a programme, in the plural."""

EVENTS: Mapping[str, str] = WORDS["events"]
"""What happens to schools where the system changes."""


def role_words(role: str) -> str:
    """A role in the plural: as its context says it, as England does, or as its name reads."""
    return spoken().words("role", role) or ROLES.get(role) or f"{role.replace('_', ' ')}s"


def post(role: str) -> str:
    """What a role is called as a post: ``head``; ``posts of principals`` where the context has words of its own for people on it."""
    return f"posts of {own}" if (own := spoken().words("role", role)) else role.replace("_", " ")


def posts(role: str) -> str:
    """The posts of a role: ``head posts``, ``posts of principals``."""
    return post(role) if spoken().words("role", role) else f"{post(role)} posts"


def one_of(role: str) -> str:
    """One person on a rung: ``a head``, ``one of the principals``."""
    return f"one of the {own}" if (own := spoken().words("role", role)) else a(role.replace("_", " "))


def within(label: str) -> str:
    """A label in the middle of a sentence: ``other White``, ``deputy head``."""
    return WORDS["labels"].get(label, label.replace("_", " "))


def said(dimension: str, label: str) -> str:
    """A label of a dimension in the middle of a sentence, as the context says it: ``principals``, ``upper secondary``."""
    return spoken().words(dimension, label) or within(label)


def filled(template: str) -> str:
    """A template of ``figures.toml`` in the words of the context.

    ``{head}`` is ``heads``, ``{head.posts}`` ``head posts`` and ``{head.post}`` ``head``; ``{primary}`` is the phase's word,
    ``{majority}`` that of the group from which minorities are told. ``{}`` stays.
    """

    def word(match: re.Match[str]) -> str:
        name, form = match["name"], match["form"]
        if form:
            return {"post": post, "posts": posts}[form](name)
        if name == "majority":
            return said("ethnic_group", spoken().majority)
        return role_words(name) if name in ROLES else said("phase", name)

    return re.sub(r"\{(?P<name>\w+)(?:\.(?P<form>\w+))?\}", word, template)


def the(name: str) -> str:
    """A region in the middle of a sentence: ``the North East``, ``London``."""
    return f"the {name}" if " " in name and name != "Yorkshire and the Humber" else name


def a(noun: str) -> str:
    """A noun with its article: ``a mentor``, ``an adviser``."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else text


def plural(noun: str) -> str:
    """Several of them: ``mentors``, ``coaches``, ``heads whose team is watched``."""
    thing, whose, rest = noun.partition(" whose ")
    return f"{thing}{'es' if thing.endswith(('s', 'x', 'ch', 'sh')) else 's'}{whose}{rest}"


def capital(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> str:
    """Text in which no line ends between the sign of a sum of money and the sum, where a browser would let it."""
    return re.sub("([+−])£", "\\1\u2060£", text)


def lower(text: str) -> str:
    """``text`` with a small first letter, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


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


def finding_words(name: str) -> str:
    """The name of a finding of a study in words: ``workload_after_0_years`` as ``workload in the same year``."""
    words = name.replace("_", " ").replace("wellbeing", "well-being")
    words = re.sub(r" after 0 years$", " in the same year", words)
    return re.sub(r" after 1 years$", " after 1 year", words)


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
        "headway report, headway workbook and headway deck keep them back."
    )
