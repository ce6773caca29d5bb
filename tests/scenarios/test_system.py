"""What a scenario says of the system of schools: trajectories and lists of events become the changes that a run carries out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.studies.idle import idle
from scenarios import InputError, load
from scenarios.scenario import Scenario
from simulation.changes import Change, Event, faults
from simulation.model import PipelineModel
from simulation.register import Register
from simulation.vocabulary import ClusterKind, SchoolKind
from simulation.world import Setup

BY_2030 = {"to": "100%", "from": "2026/27", "by": "2030/31"}
SCALE = 0.02


def england(**levers: object) -> Scenario:
    """A fiftieth of England, with levers under ``register``."""
    return replace(load("england", levers={f"register.{name}": value for name, value in levers.items()}), scale=SCALE)


def system_in(setup: Setup, year: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which schools are open, are academies, and the key of each school's trust, 0 for none, at the end of the list up to ``year``."""
    r, row = setup.register, {urn: i for i, urn in enumerate(setup.register.urn.tolist())}
    kinds, keys = np.append(r.cluster_kind, -1), np.append(r.cluster_key, 0)
    trust = np.where(kinds[r.cluster] == ClusterKind.TRUST, keys[r.cluster], 0)
    is_open, academy = np.ones(len(r), bool), r.kind == SchoolKind.ACADEMY
    for change in setup.changes:
        if change.year <= year:
            at = row[change.school]
            trust[at] = change.other if change.event is Event.JOINS_TRUST else 0
            academy[at] |= change.event is Event.JOINS_TRUST
            is_open[at] &= change.event not in (Event.CLOSES, Event.MERGES_INTO)
    return is_open, academy, trust


def share_in_trusts(setup: Setup, year: int) -> float:
    """Of open schools, those in trusts of two or more."""
    is_open, _, trust = system_in(setup, year)
    size = Counter(trust[is_open].tolist())
    return float(np.mean([key != 0 and size[key] >= 2 for key in trust[is_open].tolist()]))


def test_england_as_shipped_changes_nothing() -> None:
    """At the levels of the base year there is no list at all, so nothing is carried out."""
    assert england().setup().changes == ()


def test_all_schools_are_academies_by_2030() -> None:
    """Three words of a scenario: more each year in steps, all of them in the last, and each joins a trust."""
    setup = england(academies=BY_2030).setup()
    shares = [float(system_in(setup, year)[1].mean()) for year in range(2025, 2032)]
    assert shares[0] < shares[1] < shares[2] < shares[3] < shares[4] < shares[5] == shares[6] == 1.0
    assert np.ptp(np.diff(shares[1:6])) < 0.02, "in equal steps"
    assert {change.event for change in setup.changes} == {Event.JOINS_TRUST}
    assert not list(faults(setup.register, setup.changes, setup.base_year))


def test_a_level_without_dates_is_reached_in_the_first_year() -> None:
    """A lever is pulled after the base year: all who convert do so in the year after it."""
    setup = england(academies="100%").setup()
    assert {change.year for change in setup.changes} == {2026}
    assert system_in(setup, 2026)[1].all()


def test_all_schools_are_in_trusts_and_the_census_sees_it() -> None:
    """By the list and by the measures of a run: the last census has every school in a trust of two or more, all of them academies."""
    setup = england(in_trusts=BY_2030).setup()
    assert share_in_trusts(setup, 2025) < 0.6
    assert share_in_trusts(setup, 2030) == 1.0
    small = replace(england(in_trusts=BY_2030), scale=0.004, years=5, warm_up_years=0).setup()
    model = PipelineModel(small, seed=1, measures=("schools_in_trusts_share", "academies_share", "schools_reorganised"))
    model.run()
    assert model.results.value("schools_in_trusts_share", 2030) == 1.0
    assert model.results.value("academies_share", 2030) == 1.0
    joined = sum(model.results.value("schools_reorganised", year, event="joins_trust") for year in range(2026, 2031))
    assert joined == len(small.changes)


def test_those_who_have_joined_at_a_lower_level_have_joined_at_a_higher_one() -> None:
    """Two levels differ by schools that join, never by who comes first."""
    some, more = (england(academies=level).setup() for level in ("60%", "80%"))
    joined = [{change.school for change in setup.changes} for setup in (some, more)]
    assert joined[0] < joined[1]


def test_the_most_disadvantaged_join_first_if_that_is_said() -> None:
    """At ten log-odds per ten points nearly all who join are more disadvantaged than all who do not."""
    setup = england(academies="70%", disadvantage_first=10).setup()
    joined = np.isin(setup.register.urn, [change.school for change in setup.changes])
    maintained = setup.register.kind == SchoolKind.MAINTAINED
    disadvantage = setup.register.disadvantage
    assert disadvantage[joined].min() > np.median(disadvantage[maintained & ~joined])
    assert disadvantage[joined].mean() > disadvantage[maintained & ~joined].mean() + 0.1


def test_trusts_merge_until_they_are_as_large_as_is_said() -> None:
    """Mean size is reached by joining whole trusts of a region to others; no school changes that is in none."""
    setup = england(trust_size=20).setup()
    before, after = (Counter(system_in(setup, year)[2].tolist()) for year in (2025, 2026))
    mean = [np.mean([n for key, n in sizes.items() if key and n >= 2]) for sizes in (before, after)]
    assert mean[0] < 12
    assert mean[1] >= 20
    assert before[0] == after[0]
    region = dict(zip(setup.register.urn.tolist(), setup.register.region.tolist(), strict=True))
    regions = {key: {region[c.school] for c in setup.changes if c.other == key} for key in after}
    assert all(len(found) <= 1 for found in regions.values())


def test_new_trusts_are_founded_by_two_or_more() -> None:
    """If all who join found trusts, they do so together; if none do, no trust is new."""
    alone, none = england(academies="100%", new_trusts=1).setup(), england(academies="100%", new_trusts=0).setup()
    known = set(alone.register.cluster_key.tolist())
    founded = Counter(change.other for change in alone.changes if change.other not in known)
    assert len(founded) > 5
    assert min(founded.values()) >= 2
    assert {change.other for change in none.changes} <= known


def test_schools_close_where_rolls_fall_and_never_the_last_of_a_community() -> None:
    """About the share that is said, of the phases whose rolls fall; small schools are closed more often."""
    setup = england(closing="2%").setup()
    closed = np.isin(setup.register.urn, [change.school for change in setup.changes])
    assert {change.event for change in setup.changes} == {Event.CLOSES}
    assert 0.5 < closed.sum() / (0.02 * len(setup.register) * setup.years) <= 1.05
    assert setup.register.pupils[closed].mean() < setup.register.pupils[~closed].mean()
    left = set(setup.register.community[~closed].tolist())
    assert left == set(setup.register.community.tolist())


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "academies": st.floats(0.0, 1.0),
            "in_trusts": st.floats(0.0, 1.0),
            "trust_size": st.floats(2.0, 60.0),
            "new_trusts": st.floats(0.0, 1.0),
            "closing": st.floats(0.0, 0.1),
        }
    )
)
def test_whatever_is_said_makes_a_list_that_can_happen(levels: dict[str, float]) -> None:
    """Of any levels: every event is possible when it happens, and who runs it reaches the levels that are above today's."""
    setup = replace(england(**levels), scale=0.005).setup()
    assert not list(faults(setup.register, setup.changes, setup.base_year))
    is_open, academy, _ = system_in(setup, setup.last_year)
    if levels["academies"] > 0.512:
        assert academy[is_open].mean() > levels["academies"] - 1 / is_open.sum()


# Lists


def listing(tmp_path: Path, events: str, scale: float = 1.0) -> Scenario:
    """A scenario of the eastern region with this text under ``changes:``."""
    path = tmp_path / "listed.yaml"
    path.write_text(
        f"title: A list\nsummary: Of events.\nextends: eastern-region-2010\nscale: {scale}\nchanges:{events}\n",
        encoding="utf-8",
    )
    return load(path)


@pytest.fixture(scope="module")
def region() -> Register:
    """The schools of the eastern region."""
    return load("eastern-region-2010").register.register()


def test_a_list_in_the_file_becomes_changes(tmp_path: Path, region: Register) -> None:
    """A new trust by its name, a merger, a new school beside another: each as it was written, in order of time."""
    one, two, three = region.urn[:3].tolist()
    setup = listing(
        tmp_path,
        f"""
- {{year: 2013/14, school: {one}, event: closes}}
- {{year: 2012/13, school: {one}, event: joins_trust, other: The Fens}}
- {{year: 2012/13, school: {two}, event: joins_trust, other: The Fens}}
- {{year: 2012/13, school: 190000, event: opens, other: {three}, pupils: 120}}""",
    ).setup()
    assert [(change.year, change.event, change.school) for change in setup.changes] == [
        (2012, Event.JOINS_TRUST, one),
        (2012, Event.JOINS_TRUST, two),
        (2012, Event.OPENS, 190000),
        (2013, Event.CLOSES, one),
    ]
    assert setup.changes[0].other == setup.changes[1].other
    new = setup.register.urn.tolist().index(190000)
    assert (setup.register.pupils[new], setup.register.community[new]) == (120, region.community[2])


def test_the_same_list_in_a_table_beside_the_file(tmp_path: Path, region: Register) -> None:
    """A CSV says the same as the list in the file, and gives the same digest."""
    one, two = region.urn[:2].tolist()
    (tmp_path / "events.csv").write_text(f"school,year,event,other\n{one},2012/13,merges_into,{two}\n")
    in_table = listing(tmp_path, " events.csv")
    in_file = listing(tmp_path, f"\n- {{year: 2012/13, school: {one}, event: merges_into, other: {two}}}")
    assert in_table.setup().changes == in_file.setup().changes == (Change(2012, Event.MERGES_INTO, one, two),)
    assert in_table.digest() == in_file.digest()
    assert in_file.resolved()["changes"] == {f"school {one} in 2012/13": f"merges_into {two}"}
    assert in_file.digest() != load("eastern-region-2010").digest()


def test_everything_that_is_wrong_with_a_list_is_told_at_once(tmp_path: Path, region: Register) -> None:
    """Each with its line: a school that is not there, one that is closed by then, a trust that nobody knows."""
    one = int(region.urn[0])
    (tmp_path / "events.csv").write_text(
        f"school,year,event,other\n999999,2012/13,closes,\n{one},2012/13,closes,\n{one},2013/14,joins_trust,The Fens\n"
        f"{region.urn[1]},2012/13,joins_trust,999998\n"
    )
    with pytest.raises(InputError) as caught:
        listing(tmp_path, " events.csv").setup()
    assert sorted(problem.line for problem in caught.value.problems) == [2, 4, 5]
    assert {problem.code for problem in caught.value.problems} == {"E0419"}


def test_cells_of_a_table_say_what_they_need(tmp_path: Path) -> None:
    """Year, event and number, by line and column, all at once."""
    (tmp_path / "events.csv").write_text("school,year,event\nx,2012/13,closes\n1,2012,closes\n1,2012/13,shuts\n")
    with pytest.raises(InputError) as caught:
        listing(tmp_path, " events.csv")
    said = caught.value.render()
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]
    assert all(word in said for word in ("the URN of a school", "a school year such as 2027/28", "one of joins_trust"))


def test_events_of_schools_that_a_sample_lacks_are_left_out(tmp_path: Path, region: Register) -> None:
    """A list of the whole system runs on any sample of it."""
    events = "".join(f"\n- {{year: 2012/13, school: {urn}, event: joins_trust, other: One}}" for urn in region.urn[:40])
    setup = listing(tmp_path, events, scale=0.3).setup()
    assert 0 < len(setup.changes) < 40
    assert {change.school for change in setup.changes} <= set(setup.register.urn.tolist())


def test_listed_schools_change_as_the_list_says_and_in_no_other_way(tmp_path: Path, region: Register) -> None:
    """All others become academies, and the one that the list has join a trust in the end does it then."""
    late = int(region.urn[region.kind == SchoolKind.MAINTAINED][0])
    scenario = listing(tmp_path, f"\n- {{year: 2014/15, school: {late}, event: joins_trust, other: One}}")
    path = tmp_path / "both.yaml"
    path.write_text("title: B\nsummary: B.\nextends: listed.yaml\nlevers:\n  register.academies: 100%\n")
    setup = load(path).setup()
    assert [change.year for change in setup.changes if change.school == late] == [2014]
    assert len(setup.changes) > len(scenario.setup().changes)


def test_what_changes_no_school_is_warned_of(tmp_path: Path, region: Register) -> None:
    """A level below today's, and an event after the last year projected; not what acts."""
    assert [problem.code for problem in idle(england(academies="20%"))] == ["W0708"]
    assert not idle(england(academies="100%"))
    late = listing(tmp_path, f"\n- {{year: 2060/61, school: {region.urn[0]}, event: closes}}")
    assert [problem.code for problem in idle(late)] == ["W0708"]
