"""The form as an address holds it: what is as it comes, and files of somebody's own, are left out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from analysis.app.form import Form, Policy
from analysis.app.levers import described

PLAIN = {"under": "levers", "way": "to"}
"""Of a parameter that a policy sets, what is meant where nothing is said."""


def address(form: Form) -> str:
    """The page's own address with the form in it, to be kept or sent: ``/?context=england&years=10…``."""
    return f"/?{urlencode(list(_fields(form)))}"


def _fields(form: Form) -> Iterator[tuple[str, str]]:
    for key in ("context", "scale", "years", "pairs", "seed", "fixed"):
        if value := getattr(form, key):
            yield key, value
    for number, policy in enumerate(form.policies):
        for key, value in _of_policy(policy):
            yield f"p.{number}.{key}", value


def _of_policy(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "title", policy.title
    if policy.written_name:
        yield "written_name", policy.written_name
    for chosen in policy.programmes:
        yield "has", chosen.name
        plain = {lever.path: lever.value for lever in described(chosen.name).levers}
        for path, value in chosen.values.items():
            if value and value != plain.get(path):
                yield f"{chosen.name}:{path}", value
    for setting in policy.settings:
        yield "sets", setting.path
        for key, value in setting.values.items():
            if value and value != PLAIN.get(key):
                yield f"set:{setting.path}:{key}", value


def fill_in(form: Form, asked: Form) -> None:
    """Take files of somebody's own, which an address does not hold, from a form that has been ``asked`` with them."""
    known = {one.written_name: one.written for one in asked.policies if one.written}
    for policy in form.policies:
        policy.written = policy.written or known.get(policy.written_name, "")
