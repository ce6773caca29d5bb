"""Made-up registers have exactly the schools that were asked for, with the published means."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.register.synthetic import (
    EASTERN_REGION_2010,
    SYNTHETIC,
    Authority,
    SyntheticSettings,
    synthetic_register,
)
from simulation.register import Register
from simulation.vocabulary import Phase, Religion, SchoolKind
from tests.scenarios.register.same import differences


def test_england_has_the_published_schools(england: Register) -> None:
    """Counts by phase exactly, nine regions, 151 authorities, and a name of its own for each school."""
    assert np.bincount(england.phase).tolist() == [16_764 + 388, 3_452, 1_050 + 333]
    assert england.urn[0] == 100_001
    assert len(england.region_names) == 9
    assert len(england.local_authority_names) == 151
    assert len(set(england.name)) == len(england)
    assert england.name[1] == "Camden primary school 1"


def test_england_has_the_published_means(england: Register) -> None:
    """Pupils per school, shares of academies and disadvantage are the published ones within sampling error."""
    primary = np.array(["primary school" in name for name in england.name])
    for mask, pupils, academies in (
        (primary, 275, 0.461),
        (england.phase == Phase.SECONDARY, 1_062, 0.83),
    ):
        assert abs(england.pupils[mask].mean() / pupils - 1) < 0.02
        assert abs((england.kind[mask] == SchoolKind.ACADEMY).mean() - academies) < 0.015
    for phase, shares in ((Phase.PRIMARY, (0.257, 0.096, 0.007)), (Phase.SECONDARY, (0.066, 0.093, 0.026))):
        found = np.bincount(england.religion[england.phase == phase], minlength=len(Religion))[1:]
        assert np.abs(found / (england.phase == phase).sum() - shares).max() < 0.015
    assert abs(england.disadvantage.mean() - 0.25) < 0.01
    assert england.disadvantage.std() > 0.12
    assert 8.0e6 < england.pupils.sum() < 8.7e6


def test_regions_have_their_share_of_schools(england: Register, real: Register) -> None:
    """By phase, within a point of the DfE's own register."""
    for phase in Phase:
        made_up, counted = (
            np.bincount(r.region[r.phase == phase], minlength=9) / (r.phase == phase).sum() for r in (england, real)
        )
        assert abs(made_up - counted).max() < 0.01


def test_disadvantage_differs_by_authority_as_it_does(england: Register) -> None:
    """The two poorest authorities here have more than twice the share of the two richest."""
    mean = {code: england.disadvantage[england.local_authority == code].mean() for code in (341, 211, 872, 868)}
    assert min(mean[341], mean[211]) > 2 * max(mean[872], mean[868])  # Liverpool, Tower Hamlets; Wokingham, Windsor


def test_building_england_gives_the_same_again(england: Register) -> None:
    """The register depends on its settings and nothing else."""
    again = synthetic_register()
    assert differences(england, again) == []


def test_eastern_region_2010_has_its_seven_authorities_and_87_schools() -> None:
    """Spread evenly over the seven, with the few academies of that year."""
    register = synthetic_register(SYNTHETIC["eastern-region-2010"])
    assert len(register) == 87
    assert set(register.local_authority_names.values()) == {
        "Bedford",
        "Essex",
        "Hertfordshire",
        "Norfolk",
        "Peterborough",
        "Suffolk",
        "Thurrock",
    }
    assert register.region_names == ("East of England",)
    assert np.unique(register.local_authority, return_counts=True)[1].min() >= 11
    assert (register.kind == SchoolKind.ACADEMY).sum() <= 5


def test_another_country_has_its_own_authorities_in_proportion_to_their_weights() -> None:
    """Authorities that are given replace England's: weight 3 has three times the schools of weight 1."""
    there = (Authority(7, "Hill", "North", weight=3.0), Authority(4, "Vale", "South"))
    primary = replace(EASTERN_REGION_2010.types[0], schools=80, disadvantage=0.3)
    register = synthetic_register(
        replace(EASTERN_REGION_2010, types=(primary,), local_authorities=(), authorities=there, equal_authorities=False)
    )
    assert register.local_authority_names == {4: "Vale", 7: "Hill"}
    assert register.region_names == ("North", "South")
    assert np.unique(register.local_authority, return_counts=True)[1].tolist() == [20, 60]
    assert register.region.tolist() == [1] * 20 + [0] * 60
    assert register.name[0] == "Vale primary school 1"
    assert abs(register.disadvantage.mean() - 0.3) < 0.03


def test_every_setting_is_used() -> None:
    """Each setting, changed alone, changes the register."""
    base = synthetic_register(EASTERN_REGION_2010)
    few = replace(EASTERN_REGION_2010.types[0], schools=10)
    for change in (
        {"seed": 1},
        {"disadvantage_concentration": 100.0},
        {"equal_authorities": False},
        {"local_authorities": ()},
        {"local_authorities": (), "authorities": (Authority(4, "Vale", "South"),)},
        {"types": (few, *EASTERN_REGION_2010.types[1:])},
        {"clusters": replace(EASTERN_REGION_2010.clusters, maintained_in_local_clusters=0.2)},
    ):
        assert differences(base, synthetic_register(replace(EASTERN_REGION_2010, **change))), change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"local_authorities": (822, 9)}, "not the number of a local authority in England: 9"),
        ({"local_authorities": (420,)}, "primary school: none of these authorities has one"),
        (
            {"local_authorities": (4, 9), "authorities": (Authority(4, "Vale", "South"),)},
            "not among the authorities: 9",
        ),
        ({"authorities": (Authority(4, "Vale", "S"), Authority(4, "Hill", "S"))}, "two have the same number"),
    ],
)
def test_impossible_settings_are_refused(change: dict, said: str) -> None:
    """Unknown or doubled authorities, and types that no authority has, are named in the message."""
    with pytest.raises(ValueError, match=said):
        synthetic_register(SyntheticSettings(**change))


def test_an_authority_without_schools_is_refused() -> None:
    """A weight of nought would be an authority that nothing can be placed in."""
    with pytest.raises(ValueError, match="weight > 0"):
        Authority(4, "Vale", "South", weight=0.0)


def test_a_type_out_of_range_is_refused() -> None:
    """The mean of pupils cannot lie below the smallest school."""
    with pytest.raises(ValueError, match="smallest <= mean_pupils"):
        replace(EASTERN_REGION_2010.types[0], mean_pupils=5)


@pytest.mark.parametrize("shares", [{"roman_catholic": 0.8}, {"other_faith": -0.1}])
def test_religious_characters_that_are_no_shares_are_refused(shares: dict[str, float]) -> None:
    """More than all schools, or fewer than none, cannot have one."""
    with pytest.raises(ValueError, match="religious characters"):
        replace(EASTERN_REGION_2010.types[0], **shares)
