"""Labels of the results in the words of readers."""

from __future__ import annotations

ROLES = {
    "head": "Heads", "deputy_head": "Deputy heads", "assistant_head": "Assistant heads", "middle_leader": "Middle leaders",
    "classroom_teacher": "Classroom teachers", "trust_leader": "Trust leaders",
}  # fmt: skip
"""Roles in the plural, from the top of a school down, then trusts."""

DESTINATIONS = {
    "promoted": "A higher role", "same_level_elsewhere": "Same level, another school", "lower_role": "A lower role",
    "trust_central_team": "A trust's central team", "retired": "Retired", "left_state_schools": "Left state schools",
    "career_break": "A career break",
}  # fmt: skip

DOING = {
    "promoted": "move up to a higher role", "same_level_elsewhere": "move to the same level in another school",
    "lower_role": "step down to a lower role", "trust_central_team": "join a trust's central team", "retired": "retire",
    "left_state_schools": "leave state schools", "career_break": "take a career break",
}  # fmt: skip
"""The same destinations, as what people do."""

RINGS = {
    "own_school": "The same school", "cluster": "Same cluster or trust", "community": "Same neighbourhood",
    "elsewhere": "Elsewhere", "outside": "Outside state schools",
}  # fmt: skip

GROUPS = {
    "female": "Women", "male": "Men", "white_british": "White British", "white_other": "White other", "asian": "Asian",
    "black": "Black", "mixed_or_other": "Mixed or other", "least_disadvantaged": "Least disadvantaged fifth",
    "second": "Second fifth", "third": "Third fifth", "fourth": "Fourth fifth",
    "most_disadvantaged": "Most disadvantaged fifth",
}  # fmt: skip


WITHIN = {"white_british": "White British", "white_other": "other White", "asian": "Asian", "black": "Black"}
"""Groups in the middle of a sentence, where that is more than a small letter."""


def words(label: str) -> str:
    """A label in words: ``deputy_head`` as ``Deputy head``; those of a register, such as regions, as they are."""
    return GROUPS.get(label) or (label[:1].upper() + label[1:]).replace("_", " ")


def within(label: str) -> str:
    """A label in the middle of a sentence: ``other White``, ``grant``."""
    return WITHIN.get(label, label.replace("_", " "))
