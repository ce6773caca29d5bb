"""Which authority and region each school lies in, followed through reorganisations by what the files themselves say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from scenarios.register.csv_text import read_csv_text
from scenarios.register.gather import Gathered, School, code_of

NOW = Path(__file__).with_name("local_authorities.csv")
CHANGED = Path(__file__).with_name("authorities_changed.csv")
ONE_REGION = "all"
"""The region of all schools, where the files have none."""
UNKNOWN = "of an authority that neither the files nor Headway's own list have"


def region_of(sub_region: str) -> str:
    """The region of England in which a sub-region of the performance tables lies."""
    name = re.sub(r" [A-Z]$", "", " ".join(sub_region.split()))
    if name.startswith("London"):
        return "London"
    return "Yorkshire and the Humber" if "Yorkshire" in name else name


@cache
def known() -> dict[str, tuple[str, str]]:
    """Name and region by code of England's authorities of 2019, and of those before and after that."""
    result: dict[str, tuple[str, str]] = {}
    for path in (NOW, CHANGED):
        text = read_csv_text(path, ["code", "name", "region"]).columns
        result |= dict(zip(text["code"], zip(text["name"], text["region"], strict=True), strict=True))
    return result


@cache
def _successors() -> dict[str, list[str]]:
    """Codes of the authorities that took over, by the code of one that was abolished."""
    text = read_csv_text(CHANGED, ["code", "became"]).columns
    return {code: became.split() for code, became in zip(text["code"], text["became"], strict=True) if became}


def place(found: Gathered) -> list[str]:
    """Give each school its authority, the authority's name and the region; say how many were followed, and how."""
    english = [s for s in found.schools.values() if s.out is None and s.country == "england"]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for school in english:
        if school.old_authority:
            votes[code_of(school.old_authority)][code_of(school.texts.get("authority", ""))] += 1
    moved: Counter[str] = Counter()
    for school in english:
        _place(school, found.authorities, votes, moved)
    _place_elsewhere([s for s in found.schools.values() if s.out is None and s.country != "england"])
    said = {
        "list": "Schools whose authority is another in the list of schools than where pupils were counted: the list's holds",
        "votes": "Schools of an authority that has gone, counted in the one that has most of its other schools in the files",
        "changed": "Schools of an authority that was abolished, counted in the one that took over",
        "kept": "Schools of an authority that the file of codes does not have, with the region of Headway's own list",
    }
    moved["list"] = sum(bool(school.old_authority) for school in english)
    return [f"{text}: {moved[way]:,}." for way, text in said.items() if moved[way]]


def _place_elsewhere(schools: list[School]) -> None:
    """Regions as the files have them; without any, England's by the codes of authorities if all are hers, or else one."""
    codes = {code_of(school.texts.get("authority", "")) for school in schools}
    english = codes <= known().keys()
    for school in schools:
        code = code_of(school.texts.get("authority", ""))
        school.region = school.texts.get("region") or (known()[code][1] if english else ONE_REGION)
        school.texts["authority"] = code or school.region


def _place(
    school: School, given: dict[str, tuple[str, str]], votes: dict[str, Counter[str]], moved: Counter[str]
) -> None:
    code = code_of(school.texts.get("authority", ""))
    listed = given or known()
    region = school.texts.get("region", "")
    if code not in listed and not (region and code):
        voted = [new for new, _ in votes[code].most_common() if new in listed]
        became = [new for new in _successors().get(code, []) if new in listed]
        if voted:
            code, way = voted[0], "votes"
        elif len(became) == 1:
            code, way = became[0], "changed"
        elif code in known():
            way = "kept"
        else:
            school.out = UNKNOWN
            return
        moved[way] += 1
    name, area = listed.get(code) or known().get(code) or (school.texts.get("authority_name", ""), "")
    if not region or region.casefold() in ("not applicable", "not recorded"):
        region = area
    if not region:
        school.out = UNKNOWN
        return
    school.texts["authority"], school.texts["authority_name"] = code, name or school.texts.get("authority_name", "")
    school.region = region_of(region)
