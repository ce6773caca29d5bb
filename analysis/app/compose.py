"""From what was chosen on the page to scenarios as files, which the command line reads as well."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from analysis.app.form import CONTEXTS, Form, Policy
from analysis.app.levers import described


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
        f"  Set on the page of headway app. Compare with {CONTEXTS[form.context].base}.",
        f"extends: {CONTEXTS[form.context].base}",
        f"years: {int(form.years)}",
        f"scale: {share(form.scale)}",
        "programmes:",
    ]
    uncertain: list[str] = []
    for chosen in sorted(policy.programmes, key=lambda one: one.name):
        levers: list[str] = []
        for lever in described(chosen.name).levers:
            number = lever.read(chosen.values.get(lever.path, lever.value))
            if number == Decimal(lever.value):
                continue
            if lever.is_choice:
                levers.append(f"    {lever.path}: {lever.written(number)}")
            else:
                uncertain.append(f"  programmes.{chosen.name}.{lever.path}: {lever.written(number)}")
        levers += [
            f"    {path}: {chosen.values[path]}" for path in ("places.from", "places.until") if chosen.values.get(path)
        ]
        lines += [f"  {chosen.name}:", *levers] if levers else [f"  {chosen.name}: {{}}"]
    if uncertain:
        lines += ["uncertainties:", *uncertain]
    return "\n".join(lines) + "\n"


def share(scale: str) -> str:
    """A per cent as a share of 1: ``2`` → ``0.02``."""
    text = f"{Decimal(scale.strip()) / 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(title: str) -> str:
    """A title that YAML reads as it is, whatever is in it."""
    clean = "".join(character if character.isprintable() else " " for character in title)
    return json.dumps(clean, ensure_ascii=False)


def command(form: Form, names: list[str], folder: Path = Path()) -> list[str]:
    """The command that compares the saved files, which lie in ``folder``, with the base and gives the same numbers."""
    return [
        "headway", "compare", CONTEXTS[form.context].base, *(str(folder / f"{name}.yaml") for name in names),
        "--replicates", str(int(form.pairs)), "--seed", str(int(form.seed)), "--years", str(int(form.years)),
        "--scale", share(form.scale),
    ]  # fmt: skip
