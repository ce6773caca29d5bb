"""Every setting of a scenario, of a context's register, and every lever on a programme acts, or it is said why it does not."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

import scenarios
from scenarios.grammar import SCENARIO_KEYS
from scenarios.programme_files.settings import LEVERS
from scenarios.register.clusters import ClusterSettings
from scenarios.register.synthetic import Authority, SchoolType, SyntheticSettings, synthetic_register
from simulation.model import PipelineModel
from simulation.register import Register
from simulation.world import Setup

TYPES = (
    SchoolType("primary school", "primary", "primary", 60, 120, 0.6, 20, 300, 0.5, 0.2),
    SchoolType("secondary school", "secondary", "secondary", 12, 300, 0.4, 90, 500, 0.8, 0.3),
)
AUTHORITIES = (Authority(1, "Here", "North"), Authority(2, "There", "South", 2.0))
BASE = SyntheticSettings(types=TYPES, authorities=AUTHORITIES)
REGISTER: dict[str, Any] = {
    "types.0.phase": "special",
    "types.0.schools": 50,
    "types.0.mean_pupils": 90.0,
    "types.0.pupils_spread": 0.1,
    "types.0.smallest": 100,
    "types.0.largest": 150,
    "types.0.academies": 0.1,
    "types.0.disadvantage": 0.5,
    "types.0.church_of_england": 0.9,
    "types.0.roman_catholic": 0.9,
    "types.0.other_faith": 0.9,
    "authorities.0.number": 7,
    "authorities.0.name": "Yonder",
    "authorities.0.region": "West",
    "authorities.0.weight": 9.0,
    "equal_authorities": True,
    "disadvantage_concentration": 1.0,
    "seed": 5,
    "clusters.academies_in_trusts": 0.1,
    "clusters.trust_log_mean": 3.0,
    "clusters.trust_log_spread": 0.1,
    "clusters.largest_trust": 3,
    "clusters.maintained_in_local_clusters": 0.1,
    "clusters.local_cluster_sizes": (1.0, 0.0, 0.0, 0.0, 0.0),
    "clusters.maintained_in_federations": 0.4,
    "clusters.federation_sizes": (0.0, 1.0),
    "clusters.seed": 5,
}
"""Settings of a register, each with another value."""
OF_ENGLAND: dict[str, Any] = {"types.0.column": "special", "local_authorities": (202, 203)}
"""Settings that go by England's authorities."""
NAMES = {
    "types.0.name": "it is a part of schools' names, which nobody reads in a run",
    "authorities.0.name": "a name too: told, not run",
}
"""Settings that change no number, and why."""


def at(whole: Any, path: str, value: Any) -> Any:
    """``whole`` with the field at a dotted path replaced; numbers in it are places in a tuple."""
    head, _, rest = path.partition(".")
    if isinstance(whole, tuple):
        return tuple(at(member, rest, value) if n == int(head) else member for n, member in enumerate(whole))
    return replace(whole, **{head: at(getattr(whole, head), rest, value) if rest else value})


def measured(register: Register) -> tuple[Any, ...]:
    """What a census of the system measures after a year, and what its places are called."""
    england = scenarios.load("england")
    setup = Setup(register, england.parameters, years=1, warm_up_years=1)
    model = PipelineModel(setup, 3)
    model.run()
    return tuple(column.tobytes() for column in model.results.codes().values()), str(model.results.labels())


@pytest.fixture(scope="module")
def base() -> tuple[Any, ...]:
    """What is measured of the register from which the others differ."""
    return measured(synthetic_register(BASE))


@pytest.mark.parametrize("path", [path for path in REGISTER if path not in NAMES])
def test_a_setting_of_a_register_acts(path: str, base: tuple[Any, ...]) -> None:
    """Other schools, and so other measures."""
    if path.startswith("clusters.federation"):  # enough of them that some are larger
        many = at(BASE, "clusters.maintained_in_federations", 0.5)
        assert measured(synthetic_register(at(many, path, REGISTER[path]))) != measured(synthetic_register(many))
        return
    assert measured(synthetic_register(at(BASE, path, REGISTER[path]))) != base


@pytest.mark.parametrize("path", OF_ENGLAND)
def test_a_setting_that_goes_by_englands_authorities_acts(path: str) -> None:
    """By which count schools are spread, and which authorities there are."""
    england = replace(BASE, authorities=())
    assert measured(synthetic_register(at(england, path, OF_ENGLAND[path]))) != measured(synthetic_register(england))


def test_no_setting_of_a_register_is_forgotten() -> None:
    """Whoever adds one says here what it moves, or why it moves nothing."""
    found = {f.name for f in dataclasses.fields(SyntheticSettings)} - {"types", "authorities", "clusters"}
    parts = {"types.0": SchoolType, "authorities.0": Authority, "clusters": ClusterSettings}
    found |= {f"{path}.{f.name}" for path, part in parts.items() for f in dataclasses.fields(part) if f.init}
    assert found - {*REGISTER, *OF_ENGLAND, *NAMES} == set()


ON_PROGRAMMES: dict[str, Any] = {
    "places.number": 900, "places.per_schools": 9000, "places.share": 0.3, "places.budget": 1000, "places.from": "2028/29",
    "places.until": "2029/30", "places.first": {"role": "head"}, "places.priority": "school.disadvantage",
    "places.quotas": {"heads": {"share": 0.3, "who": {"role": "head"}}}, "costs.grant": 700, "costs.fee": 700, "costs.release_days": 2,
    "delivery.hours": 2, "delivery.helpers.willing": 0.2, "delivery.helpers.each": 1, "delivery.helpers.hours": 2,
    "delivery.helpers.training": 0, "delivery.helpers.who": {"role": "head"}, "delivery.helpers.within": "anywhere",
    "delivery.helpers.first": "people", "delivery.helpers.serve": {"least": "management"}, "style": "coaching", "without": "less_alone",
}  # fmt: skip
"""Each lever on a programme with another value than its file's."""


@pytest.mark.parametrize("path", LEVERS)
def test_a_lever_on_a_programme_reaches_the_model(path: str) -> None:
    """Set in a scenario, it changes what the model runs; that each field of it acts is tried where the model is."""
    name = "excellence-in-leadership" if "helpers" in path or "." not in path else "npq"
    running = {"extends": "england", "programmes": {name: {}}}
    changed = {"extends": "england", "programmes": {name: {path: ON_PROGRAMMES[path]}}}
    one, other = (scenarios.load(given).programmes[0].programme(2025) for given in (running, changed))
    assert one != other


SETTINGS: dict[str, Any] = {
    "extends": "wales", "context": "wales", "years": 3, "scale": 0.02, "programmes": {"npq": {}},
    "measures": {"shorter": {
        "title": "Less", "summary": "Less work.", "of": "school", "who": {"school.kind": "maintained"}, "from": "2026/27",
        "effects": {"less": {"channel": "workload", "size": -2, "unit": "hours a week", "range": [-4, 0], "sources": [], "grade": "J", "on": "school"}},
    }},
    "changes": [{"year": "2027/28", "school": 100234, "event": "closes"}],
    "levers": {"leave.return_from_break": 0.5}, "uncertainties": {"leave.return_from_break": 0.5},
}  # fmt: skip
"""Keys of a scenario, each with something to say."""
TOLD = {
    "cites": "publications of one's own, for what is set: told, not run",
    "worth": "it says from which size on a difference is told as one that is noticed, and changes no run",
    "suppress_below": "it keeps small counts out of what is published, and changes no run",
}
"""Keys that change no run, and why."""


@pytest.mark.parametrize("key", SETTINGS)
def test_a_key_of_a_scenario_reaches_the_model(key: str) -> None:
    """Another system, other years, other schools, a programme, or other parameters, in the past too if it is uncertain."""
    given = {"extends": "england", "scale": 0.01, key: SETTINGS[key]}
    if key == "context":
        given = {"scale": 0.01, "years": 15, key: "wales"}
    elif key == "changes":
        given["changes"] = [
            {
                **SETTINGS[key][0],
                "school": int(scenarios.load({"extends": "england", "scale": 0.01}).setup().register.urn[0]),
            }
        ]
    one, other = scenarios.load({"extends": "england", "scale": 0.01}), scenarios.load(given)
    assert facts(one) != facts(other)


def facts(scenario: scenarios.Scenario) -> tuple[Any, ...]:
    """What the model is told."""
    setup = scenario.setup()
    parameters = [setup.parameters_in(year).leave.return_from_break for year in (setup.first_year, setup.last_year)]
    return len(setup.register), setup.years, setup.structure, setup.programmes, setup.changes, parameters


def test_no_key_and_no_lever_is_forgotten() -> None:
    """Whoever adds one says here what it reaches."""
    assert set(SCENARIO_KEYS) - {*SETTINGS, *TOLD} == set()
    assert set(LEVERS) == set(ON_PROGRAMMES)
