"""What somebody has chosen on the page, as text; what is wrong with it; and the scenarios as files that it amounts to.

The command line reads these files as well.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from analysis.app.levers import BY_YEAR, FIELDS, Setting, described, steps_in, without_zeros, wrong_years
from scenarios.dated import DATES
from scenarios.places import NAME, library_names
from scenarios.strict.values import shows
from simulation.parameters import declared
from simulation.vocabulary import school_year

MOST_POLICIES = 4
MOST_PROGRAMMES = 25
MOST_TITLE = 120
MOST_YEARS = 30
MOST_SETTINGS = 10
"""Parameters that a policy may set."""
LONGEST = {BY_YEAR: 400}
"""Characters of a field; 40 of any other."""
MOST_PAIRS = 500
MOST_SEED = 2**64 - 1
MOST_SCHOOL_YEARS = 40_000_000
"""Schools times pairs times scenarios times years that one question may take: about an hour."""


@dataclass(frozen=True)
class Context:
    """A school system that can be chosen."""

    name: str
    base: str
    """The library's scenario of it in which nothing new is done."""
    label: str
    scale: str
    """Share of its schools, in per cent, that is simulated unless something else is asked for."""
    years: str


CONTEXTS = {
    context.name: context
    for context in (
        Context("england", "england", "England, a sample of its schools", "2", "10"),
        Context("eastern-region-2010", "eastern-region", "An eastern region of England in 2010, 87 schools", "100", "10"),
        Context("wales", "wales-today", "Wales", "20", "10"),
        Context("rwanda", "rwanda-today", "Rwanda", "10", "10"),
        Context("kenya", "kenya-today", "A county of Kenya", "50", "10"),
    )
}  # fmt: skip


@dataclass
class Chosen:
    """A programme that is switched on, with what is typed for it: values by path; a path left out is as in its file."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Policy:
    """One scenario to hold against the base."""

    title: str
    programmes: list[Chosen] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    written: str = ""
    """A file of somebody's own, which then says everything."""
    written_name: str = ""


@dataclass
class Form:
    """Everything on the page that can be chosen, as it was typed."""

    context: str = "england"
    years: str = "10"
    scale: str = "2"
    seed: str = "1"
    pairs: str = "50"
    fixed: str = ""
    """``on`` for chance alone, with parameters and programmes' figures at their values."""
    policies: list[Policy] = field(default_factory=list)

    @property
    def base_year(self) -> int:
        """Base year of the context."""
        return base_year(CONTEXTS[self.context].base)

    @property
    def school_years(self) -> list[str]:
        """Years in which a programme may start."""
        years = int(self.years) if self.years.isdecimal() and 1 <= int(self.years) <= MOST_YEARS else 10
        return [school_year(self.base_year + i) for i in range(1, years + 1)]


@cache
def base_year(scenario: str) -> int:
    """Base year of a scenario of the library."""
    from scenarios import load

    return load(scenario).base_year


def first_form(context: str = "england", programmes: Iterable[str] = ("excellence-in-leadership",)) -> Form:
    """The form that the page opens with."""
    chosen = CONTEXTS[context]
    policies = [Policy(described(name).title, [Chosen(name)]) for name in programmes]
    return Form(context, chosen.years, chosen.scale, policies=policies[:MOST_POLICIES])


class FormError(Exception):
    """Fields that cannot be a form at all: not something that the page's own form sends."""


_PATH = re.compile(r"[a-z_]+(\.[a-z_]+){1,2}\Z")


def read_form(fields: Iterable[tuple[str, str]]) -> Form:
    """The form from its fields. Raise :exc:`FormError` for fields that the page does not have."""
    form, seen = Form(policies=[]), set()
    for key, value in fields:
        if len(value) > 1000 and not key.endswith(".written"):
            raise FormError("a field is too long")
        if key in ("context", "years", "scale", "seed", "pairs", "fixed"):
            if key in seen:
                raise FormError("a field is given twice")
            seen.add(key)
            setattr(form, key, value)
        elif re.match(r"p\.[0-3]\.", key):
            _policy_field(form, int(key[2]), key[4:], value)
    if form.context not in CONTEXTS:
        raise FormError("there is no such context")
    return form


def _policy_field(form: Form, number: int, key: str, value: str) -> None:
    if number > len(form.policies):
        raise FormError("policies are not in order")
    if number == len(form.policies):
        form.policies.append(Policy(""))
    policy = form.policies[number]
    if key == "title":
        policy.title = value[: MOST_TITLE * 2]
    elif key == "written":
        policy.written = value
    elif key == "written_name":
        policy.written_name = value if NAME.match(value) else ""
    elif key == "has":
        check_programme(value)
        if value not in [one.name for one in policy.programmes] and len(policy.programmes) < MOST_PROGRAMMES:
            policy.programmes.append(Chosen(value))
    elif key in ("add", "set"):
        return
    elif key == "sets" or key.startswith("set:"):
        _setting_field(policy, key, value)
    else:
        name, _, path = key.partition(":")
        chosen = next((one for one in policy.programmes if one.name == name), None)
        if chosen is None or not _PATH.match(path):
            raise FormError("there is no such lever")
        chosen.values[path] = value[: LONGEST.get(path, 40)]


def _setting_field(policy: Policy, key: str, value: str) -> None:
    """A parameter that the policy sets (``sets``), or one of its fields (``set:PATH:value``)."""
    if key == "sets":
        if value not in declared():
            raise FormError("there is no such parameter")
        if value not in [one.path for one in policy.settings] and len(policy.settings) < MOST_SETTINGS:
            policy.settings.append(Setting(value))
        return
    path, _, what = key.removeprefix("set:").partition(":")
    setting = next((one for one in policy.settings if one.path == path), None)
    if setting is None or what not in FIELDS:
        raise FormError("there is no such setting")
    setting.values[what] = value[:40]


def check_programme(name: str) -> str:
    """The name of a programme of the library; raise :exc:`FormError` for anything else."""
    if not NAME.match(name) or name not in library_names("programme"):
        raise FormError("there is no such programme")
    return name


def change(form: Form, action: str, fields: dict[str, str]) -> Form:
    """The form after one of its buttons: ``add-policy``, ``remove-policy-1``, ``add-0``, ``remove-0-NAME``, ``set-0``, ``unset-0-PATH``, ``context``."""
    if action == "context":
        chosen = CONTEXTS[form.context]
        form.scale, form.years = chosen.scale, chosen.years
        for policy in form.policies:
            for one in policy.programmes:
                dated = ("places.from", "places.until", BY_YEAR)
                one.values = {path: v for path, v in one.values.items() if path not in dated}
            for setting in policy.settings:
                setting.values = {key: v for key, v in setting.values.items() if key not in DATES}
        return form
    if action == "add-policy" and len(form.policies) < MOST_POLICIES:
        form.policies.append(Policy(f"Policy {len(form.policies) + 1}"))
        return form
    match = re.fullmatch(r"(remove-policy|add|remove|set|unset)-([0-3])(?:-([a-z0-9_.-]+))?", action)
    if match is None or int(match[2]) >= len(form.policies):
        return form
    _press(form, int(match[2]), match[1], match[3] or "", fields)
    return form


def _press(form: Form, number: int, button: str, name: str, fields: dict[str, str]) -> None:
    """One of the buttons of a policy, perhaps about the programme or the parameter ``name``."""
    policy = form.policies[number]
    if button == "remove-policy":
        del form.policies[number]
    elif button == "remove":
        policy.programmes = [one for one in policy.programmes if one.name != name]
    elif button == "unset":
        policy.settings = [one for one in policy.settings if one.path != name]
    elif button == "set":
        if fields.get(f"p.{number}.set"):
            _policy_field(form, number, "sets", fields[f"p.{number}.set"])
    elif fields.get(f"p.{number}.add"):
        _policy_field(form, number, "has", fields[f"p.{number}.add"])
        if not policy.title or re.fullmatch(r"Policy \d", policy.title):
            policy.title = described(policy.programmes[-1].name).title


def problems(form: Form) -> list[tuple[str, str]]:
    """What is wrong, as (id of the field, message)."""
    found: list[tuple[str, str]] = []

    def whole(key: str, label: str, low: int, high: int) -> int | None:
        text = getattr(form, key).strip()
        if re.fullmatch(r"\d{1,20}", text, re.ASCII) and low <= int(text) <= high:
            return int(text)
        found.append((key, f"{label} must be a whole number from {low:,} to {high:,}"))
        return None

    whole("years", "Years to project", 1, MOST_YEARS)
    whole("pairs", "Pairs of runs", 2, MOST_PAIRS)
    whole("seed", "Seed", 0, MOST_SEED)
    text = form.scale.strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII) or not 0.01 <= float(text) <= 100:
        found.append(("scale", "Share of schools must be a number from 0.01 to 100"))
    if not form.policies:
        found.append(("policies", "Add a policy to compare with doing nothing new"))
    for number, policy in enumerate(form.policies):
        found += _policy_problems(form, number, policy)
    return found


def _policy_problems(form: Form, number: int, policy: Policy) -> list[tuple[str, str]]:
    found = []
    title = policy.title.strip()
    if not shows(title) or len(title) > MOST_TITLE:
        found.append(
            (f"p{number}-title", f"Policy {number + 1} needs a name that shows, of 1 to {MOST_TITLE} characters")
        )
    if policy.written:
        return found
    if policy.written_name:
        again = f"Choose the file {policy.written_name}.yaml again: an address does not hold files"
        return [*found, (f"p{number}-file", again)]
    if not policy.programmes and not policy.settings:
        found.append(
            (f"p{number}-add", f"{title or f'Policy {number + 1}'} has no programme and sets nothing: add one")
        )
    found += [
        (f"p{number}-set-{one.path}-value", text)
        for one in policy.settings
        for text in one.problems(CONTEXTS[form.context].base)
    ]
    for chosen in policy.programmes:
        shown = described(chosen.name)
        for lever in shown.levers:
            typed = chosen.values.get(lever.path, lever.value)
            try:
                lever.read(typed)
            except ValueError as error:
                found.append((f"p{number}-{chosen.name}-{lever.path}", f"{shown.title}: {error}"))
        first, last = chosen.values.get("places.from", ""), chosen.values.get("places.until", "")
        found += [
            (f"p{number}-{chosen.name}-places.{end}", f"{shown.title}: {value} is not projected")
            for end, value in (("from", first), ("until", last))
            if value and value not in form.school_years
        ]
        found += [
            (f"p{number}-{chosen.name}-{BY_YEAR}", f"{shown.title}: {text}")
            for text in wrong_years(chosen.values, form.school_years)
        ]
        if first and last and first > last:
            found.append((f"p{number}-{chosen.name}-places.until", f"{shown.title}: the last year is before the first"))
    return found


@dataclass(frozen=True)
class Written:
    """A policy as a file."""

    name: str
    """The scenario's name: its file's without the ending."""
    title: str
    text: str


def written(form: Form) -> list[Written]:
    """A file for each policy of a form that has no :func:`~analysis.app.form.problems`."""
    found: list[Written] = []
    taken = {CONTEXTS[form.context].base}
    for number, policy in enumerate(form.policies):
        name = policy.written_name or _name(policy.title) or f"policy-{number + 1}"
        stem, copy = name[:60], 2
        while name in taken:
            name, copy = f"{stem}-{copy}", copy + 1
        taken.add(name)
        found.append(Written(name, policy.title.strip(), policy.written or scenario(form, policy)))
    return found


def _name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def scenario(form: Form, policy: Policy) -> str:
    """A policy as the YAML of a scenario: what is as in a programme's file is left out."""
    lines = [
        f"title: {_quoted(policy.title.strip())}",
        "summary: >-",
        f"  Set on the page of headway app. Compare with {CONTEXTS[form.context].label}, as it is.",
        f"extends: {CONTEXTS[form.context].base}",
        f"years: {int(form.years)}",
        f"scale: {share(form.scale)}",
        *(["programmes:"] if policy.programmes else []),
    ]
    uncertain = [one.line for one in policy.settings if one.under == "uncertainties"]
    for chosen in sorted(policy.programmes, key=lambda one: one.name):
        steps = steps_in(chosen.values.get(BY_YEAR, ""))
        levers = [f"    places: {{{', '.join(f'{year}: {number}' for year, number in steps)}}}"] if steps else []
        for lever in described(chosen.name).levers:
            number = lever.read(chosen.values.get(lever.path, lever.value))
            if number == Decimal(lever.value) or (steps and lever.path in ("places.number", "places.share")):
                continue
            if lever.is_choice:
                levers.append(f"    {lever.path}: {lever.written(number)}")
            else:
                uncertain.append(f"  programmes.{chosen.name}.{lever.path}: {lever.written(number)}")
        levers += [
            f"    {path}: {chosen.values[path]}" for path in ("places.from", "places.until") if chosen.values.get(path)
        ]
        lines += [f"  {chosen.name}:", *levers] if levers else [f"  {chosen.name}: {{}}"]
    if pulled := [one.line for one in policy.settings if one.under == "levers"]:
        lines += ["levers:", *pulled]
    if uncertain:
        lines += ["uncertainties:", *uncertain]
    return "\n".join(lines) + "\n"


def share(scale: str) -> str:
    """A per cent as a share of 1: ``2`` → ``0.02``."""
    return without_zeros(Decimal(scale.strip()) / 100)


def _quoted(title: str) -> str:
    """A title that YAML reads as it is, whatever is in it."""
    clean = "".join(character if character.isprintable() else " " for character in title)
    return json.dumps(clean, ensure_ascii=False)


def command(form: Form, names: list[str], folder: Path = Path()) -> list[str]:
    """The command that compares the saved files, which lie in ``folder``, with the base and gives the same numbers."""
    return [
        "headway", "compare", CONTEXTS[form.context].base, *(str(folder / f"{name}.yaml") for name in names),
        "--replicates", str(int(form.pairs)), "--seed", str(int(form.seed)), "--years", str(int(form.years)),
        "--scale", share(form.scale), *(["--fixed"] if form.fixed else []),
    ]  # fmt: skip
