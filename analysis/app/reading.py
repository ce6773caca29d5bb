"""What a browser has sent: the form, its buttons, files of somebody's own, and the form as an address holds it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from analysis.app import form as forms
from analysis.app.form import Form, Policy
from analysis.app.levers import described
from scenarios.places import NAME

MOST_SCENARIO = 1_000_000
BESIDE = ("action", "replaces", "again")
"""Fields that are about what to do with the form."""

Problems = list[tuple[str, str]]

_KINDS = re.compile(r'application/x-www-form-urlencoded|multipart/form-data; ?boundary="?[\w-]{1,70}"?', re.ASCII)


def check_kind(request: Request) -> None:
    """Refuse what no browser sends: a charset of the sender's choice can make text that is none, such as half characters."""
    if not _KINDS.fullmatch(request.headers.get("content-type", "")):
        raise HTTPException(400)


async def sent(request: Request) -> tuple[forms.Form, dict[str, str], Problems]:
    """The form that was sent, its other fields, and what is wrong with files in it. Raise 400 for what the page cannot send."""
    problems: Problems = []
    check_kind(request)
    async with request.form(max_files=forms.MOST_POLICIES, max_fields=1500, max_part_size=MOST_SCENARIO) as given:
        pairs = list(given.multi_items())
        texts = [(key, value) for key, value in pairs if isinstance(value, str)]
        other = {
            key: value
            for key, value in texts
            if key in ("action", "replaces") or re.fullmatch(r"p\.[0-3]\.(add|set)", key)
        }
        form = _form(texts)
        for key, value in pairs:
            if isinstance(value, UploadFile) and value.filename and re.fullmatch(r"p\.[0-3]\.file", key):
                problems += await _uploaded(form, int(key[2]), value)
    return form, other, problems


def addressed(request: Request) -> forms.Form | None:
    """The form that an address holds, with all that is not as it comes; None if it holds none. Raise 400 for another."""
    given = list(request.query_params.multi_items())
    return _form(given) if any(key == "years" for key, _ in given) else None


def _form(fields: Iterable[tuple[str, str]]) -> forms.Form:
    try:
        return forms.read_form((key, value) for key, value in fields if key not in BESIDE)
    except forms.FormError as error:
        raise HTTPException(400) from error


async def _uploaded(form: forms.Form, number: int, file: UploadFile) -> Problems:
    """Take somebody's own scenario into a policy; what is wrong with it as a file."""
    data = await file.read(MOST_SCENARIO + 1)
    where = f"p{number}-file"
    if number >= len(form.policies):
        raise HTTPException(400)
    if len(data) > MOST_SCENARIO:
        raise HTTPException(413)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [(where, "The file is not text in UTF-8")]
    name = str(file.filename).removesuffix(".yaml").removesuffix(".yml").lower()
    if not NAME.match(name):
        return [(where, "The file's name may have small letters, digits, - and _, and ends in .yaml")]
    policy = form.policies[number]
    policy.written, policy.written_name, policy.programmes, policy.settings = text, name, [], []
    if not policy.title or re.fullmatch(r"Policy \d", policy.title):
        policy.title = name
    return []


def told(problem: Any, name: str) -> str:
    """A problem of the file called ``name`` without the place where it lay here."""
    line = f"line {problem.line}: " if problem.line else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{name}: {line}{problem.message}{hint}"


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
