"""``headway explain``, ``headway library`` and ``headway check`` on programmes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from analysis.explain.effects import effect_item
from analysis.explain.scenario import sections
from analysis.explain.words import figure, ordinal, over_years, published, who
from analysis.figures.words import WORDS, count
from scenarios import load, load_programme
from scenarios.evidence import evidence
from scenarios.parameter_files import Provenance
from scenarios.places import library_names
from scenarios.programme_files.figures import FIGURES
from scenarios.programme_files.known import EffectSettings, Figure
from scenarios.programme_files.outcomes import OUTCOME_NAMES
from scenarios.programme_files.settings import LEVERS
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.channels import CHANNELS
from simulation.programmes.programme import Condition, Unit
from tests.scenarios.programme_text import GOOD

HEAD = "title: Mentors for all\nsummary: A what-if.\nextends: england\n"


@pytest.fixture
def explain(headway, monkeypatch):
    """What is printed about a name, on a terminal of 80 characters, lines joined."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(name: str) -> str:
        code, out, err = headway("explain", name)
        assert (code, err) == (0, "")
        assert max(len(line) for line in out.splitlines()) <= 80
        return re.sub(r"\s+", " ", out)

    return call


def test_a_programme_is_told_with_its_figures_ranges_and_sources(explain, tmp_path):
    """Every block of a file, sentence by sentence, as a reader sees it."""
    (tmp_path / "mentors.yaml").write_text(GOOD, encoding="utf-8")
    told = explain("mentors.yaml")
    for words in (
        "Mentors for new middle leaders.",
        ("Middle leaders or assistant heads, aged 25 to 60, in their role for at most 2 years, who have not completed "
        "early-career-framework, in secondary schools."),
        ("Up to 500 people start in a year in a system of 21,987 schools: one place for every 44 schools. In a run of a "
        "tenth of the schools that is 50."),
        "Grants may come to £900,000 a year: enough for 300 starts.",
        "The first start in 2027/28. The last start in 2030/31.",
        "50% (20% to 80%) of those who may join hear of it in a year; of those, 30% (10% to 60%) apply.",
        "ambition one standard deviation above average makes the odds of applying 1.5 times as high",
        "selection goes to some degree by ability (which counts 0.5 times as much as chance)",
        "It takes 2 years, and 1 hour a week (0.5 to 2) of a participant's own time.",
        ("Each participant is meant to have a mentor from the same region. Who can be one: heads, in their role for at "
        "least 5 years. In a year, 30% (10% to 50%) of them are willing."),
        "A mentor can help 2 participants at a time, and with that gives 2 hours a week (1 to 3).",
        ("Stay. Those who take part: about 33% lower odds of leaving state schools in a year. From the first year; once "
        "delivery is over, it halves every 2 years. It could be anything from about 55% lower to no change."),
        "Published: 0.609 times, relative risk of leaving, against similar middle leaders, after 1 year (News item on",
        ("Skill. Classroom teachers whom the participant leads: 0.1 standard deviations more skill in leading people and "
        "running an organisation (up from 50th to 54th of a hundred). From the second year until delivery "
        "ends."),
        ("Load. Each mentor: 0.1 standard deviations less well-being (down from 50th to 46th of a hundred). It "
        "lasts as long as they help."),
        "£1,500 (£0 to £5,000) from government, for each place and year",
        "Being in a state school should go up, 1 year after the start.",
        "Still being in the school of the start, 3 years after the start.",
        ("A matched comparison found fewer leavers. How firm that is: of its 3 effects, side effects included, 1 rests on "
        "matched comparisons or administrative data (grade B) and 2 rest on judgement (grade J)."),
    ):  # fmt: skip
        assert words in told, words


def test_costs_add_up_by_hand(explain, tmp_path):
    """Secondary supply days at £291; heads' pay a directed hour, 2 hours a week for two people, 39 weeks."""
    from scenarios import load

    (tmp_path / "mentors.yaml").write_text(GOOD, encoding="utf-8")
    told = explain("mentors.yaml")
    costs = load("england").parameters.costs
    assert "3 days of supply cover (0 to 10), £873 a year for the school" in told
    hour = float(costs.pay[1, 4]) / float(costs.directed_hours)
    found = re.search(r"Together £([\d,]+) a year for each place, and £([\d,]+) over 2 years", told)
    assert found is not None
    year = 1500 + 3 * 291 + 2 / 2 * 39 * hour
    shown = [float(text.replace(",", "")) for text in found.groups()]
    assert shown == pytest.approx([year, 2 * year], rel=0.006), "three figures are shown"


def test_a_scenario_is_told_with_its_programmes_and_what_it_sets(explain, tmp_path):
    """Choices and assumptions apart, places in the sample too, and a programme that comes too late."""
    (tmp_path / "mentors.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(
        HEAD + "years: 10\nscale: 10%\nprogrammes:\n  mentors: {file: mentors.yaml, places.number: {times: 2}}\n"
        "  early-career-framework: {places.from: 2050/51}\nlevers:\n  leave.step_down: {change: -10%}\n"
        "uncertainties:\n  programmes.mentors.effects.stay: -0.2\n",
        encoding="utf-8",
    )
    told = explain("policy.yaml")
    for words in (
        "The system of schools is England, with 21,987 schools, of which a run takes 10%. It describes 2025/26;",
        "The projection runs 10 years, to 2035/36.",
        (
            "Mentors (mentors) Up to 1,000 people (100 in the schools that a run takes) start each year, from 2027/28 to "
            "2030/31, as far as 900,000 GBP a year go. Chosen here: places a year 2 times what it was. Assumed here, though "
            "uncertain: the effect “stay” set to -0.2."
        ),
        "It starts in 2050/51, after the last year projected: it does nothing in this scenario.",
        "(leave.step_down): changed by -10%",
    ):
        assert words in told, words
    assert "None: what happens today goes on." in explain("england")


def test_places_by_year_are_told_by_year(explain, tmp_path):
    """As many as start in a system of this size, in each stretch of years, and nothing before the first."""
    (tmp_path / "ramp.yaml").write_text(
        "title: T\nsummary: S\nextends: england\nprogrammes:\n  excellence-in-leadership:\n"
        "    places: {2027/28: 1000, 2029/30: 2000, 2030/31: 3000}\n",
        encoding="utf-8",
    )
    told = explain("ramp.yaml")
    assert "from 2027/28 on: 1,000 from 2027/28 to 2028/29, 2,000 in 2029/30 and 3,000 from 2030/31." in told


def test_every_change_of_a_table_is_told_with_its_place(explain, tmp_path):
    """Parts in which the same is done stand together, others by themselves, whatever was set last."""
    (tmp_path / "pay.yaml").write_text(
        "title: T\nsummary: S\nextends: england\nlevers:\n"
        "  costs.pay.primary.head: {times: 1.1, where: {school.disadvantage: {top: 20%}}, from: 2027/28}\n"
        "  costs.pay.secondary.head: {times: 1.1, where: {school.disadvantage: {top: 20%}}, from: 2027/28}\n"
        "  costs.pay.special.head: {times: 1.2}\n",
        encoding="utf-8",
    )
    told = explain("pay.yaml")
    place = "the 20% of schools with the highest share of pupils ever eligible for free school meals in six years"
    assert (
        "Yearly pay of a full-time post (costs.pay.primary.head and costs.pay.secondary.head), for heads in primary schools "
        "and in secondary schools: 1.1 times what it was from "
        f"2027/28 on, in {place} - Yearly pay of a full-time post (costs.pay.special.head), for heads in special schools: 1.2 times what it was"
    ) in told
    assert f"in {place}, are paid 10% more from 2027/28 on" in told


def test_every_figure_that_a_scenario_may_set_has_words():
    """Nobody has to know a path to read what a scenario sets."""
    assert set(WORDS["figures"]) == {*FIGURES, *LEVERS}


@pytest.mark.parametrize("name", library_names("programme"))
def test_every_programme_of_the_library_is_told_in_words(explain, name):
    """No code, id or number without a unit slips through, and each effect is there."""
    told = explain(name)
    programme = load_programme(name)
    assert programme.title in told
    for effect in programme.effects:
        said = effect_item(programme, effect)
        assert re.sub(r"\s+", " ", said.text) in told
        assert len(said.below) >= 1
    for slip in ("nan", "inf ", "None:", "{", "_of_", "e-0", "Unit."):
        assert slip not in told.split("The source of each figure")[0], slip


def test_every_outcome_and_every_column_has_words():
    """Each column of numbers reads well with one bound or two, and never as infinity."""
    assert set(OUTCOME_NAMES) <= set(WORDS["outcomes"])
    for column in COLUMNS.values():
        for condition in (
            Condition(column.name, 1, 2),
            Condition(column.name, least=1),
            Condition(column.name, most=1),
        ):
            unit = Unit.PERSON if column.of is Unit.PERSON else column.of
            if column.unit in ("years", "share", "standard deviations", "pupils", "people", "schools", "hours a week"):
                told = who((condition,), unit)
                assert "inf" not in told
                assert re.search(r"\d", told), told


def test_conditions_read_as_english():
    """Ranges, lists, exclusions and places of people, schools and clusters."""
    large = Condition("school.pupils", 100, 400)
    assert who((large,), Unit.SCHOOL) == "schools, with 100 to 400 pupils"
    assert who((large,), Unit.PERSON) == "anybody in service, with 100 to 400 pupils at the school"
    assert who((Condition("years_as_head", 0, 4),), Unit.PERSON).endswith("first became a head at most 4 years ago")
    heads = Condition("role", any_of=(4,))
    assert (
        who((heads, Condition("years_as_head", most=0)), Unit.PERSON)
        == "heads, who first became a head less than a year ago"
    )
    assert who((Condition("role", any_of=(4, 5), none_of=True),), Unit.PERSON) == (
        "anybody in service but heads or leaders of trusts"
    )
    assert who((heads, Condition("school.region", any_of=("East of England", "North East"))), Unit.PERSON) == (
        "heads, in the East of England or the North East"
    )
    weak = Condition("school.leadership", most=-0.5)
    assert who((heads, weak), Unit.PERSON) == (
        "heads, whose school's quality of leadership is at most 0.5 standard deviations below average"
    )
    assert who((weak, Condition("school.phase", any_of=(0, 1))), Unit.SCHOOL) == (
        "primary or secondary schools, whose quality of leadership is at most 0.5 standard deviations below average"
    )
    assert who((Condition("cluster.kind", any_of=(2,)), Condition("cluster.schools", 3, 7)), Unit.CLUSTER) == (
        "trusts, of 3 to 7 schools"
    )


def test_numbers_and_rows_of_evidence_in_words():
    """Ordinals, plurals, ranges; no effect, claims and recollections are told apart."""
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 52, 53, 100)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "52nd", "53rd", "100th",
    ]  # fmt: skip
    assert (count(1, "year"), count(2.5, "year")) == ("1 year", "2.5 years")
    framework = load_programme("early-career-framework")
    assert figure(framework.figures["delivery.hours"], str, "hours a week") == "0.6 hours a week (0.2 to 1.5)"
    rows = evidence()
    assert published(rows["ecf_ero_retention_profession_effect"]).startswith(
        "Published: no effect found, early roll-out"
    )
    assert published(rows["sign_s0_participation_own_school"]).startswith(
        "Claimed, not measured: no change in staying in own school through participation ("
    )
    recalled = next(row for row in rows.values() if row.id.startswith("mem_") and row.table == "programmes")
    assert published(recalled).startswith("Not read in a source: ")
    assert published(rows["teachers_hc_all_2025"]).startswith("Published: 512,039 headcount")
    assert published(rows["teachers_fte_all_2025"]).startswith("Published: 466,372.34 FTE")
    assert published(replace(recalled, value="2025", unit="year")).startswith("Not read in a source: 2025 year")


def test_an_unknown_name_is_one_message_with_what_may_be_meant(headway):
    """On the error stream, with exit code 2."""
    code, out, err = headway("explain", "early-carer-framework")
    assert (code, out) == (2, "")
    assert "no programme or scenario called early-carer-framework" in err
    assert "did you mean early-career-framework?" in err


def test_a_wrong_programme_is_told_by_check_and_by_explain(headway, tmp_path):
    """Both say what the file may say, one as its finding and one as an error."""
    (tmp_path / "mentors.yaml").write_text(GOOD.replace("grade: B", "grade: Z"), encoding="utf-8")
    code, out, _ = headway("check", "mentors.yaml")
    assert code == 2
    assert "must be one of A, B, C, D, J" in out
    code, out, err = headway("explain", "mentors.yaml")
    assert (code, out) == (2, "")
    assert "must be one of A, B, C, D, J" in err


def test_the_library_lists_scenarios_and_programmes_apart(headway):
    """Under headings for reading, and by kind as records."""
    code, out, _ = headway("library")
    assert code == 0
    assert out.index("england") < out.index("Programme") < out.index("early-career-framework")
    records = json.loads(headway("library", "--json")[1])
    assert {(r["kind"], r["name"]) for r in records} >= {
        ("scenario", "england"),
        ("programme", "early-career-framework"),
    }


def test_a_run_with_a_programme_keeps_it_in_the_manifest(headway, tmp_path):
    """With its figures, so that the run can be made again without the library."""
    (tmp_path / "policy.yaml").write_text(
        HEAD.replace("england", "eastern-region-2010") + "years: 2\nprogrammes: {early-career-framework: {}}\n",
        encoding="utf-8",
    )
    code, _, err = headway("run", "policy.yaml", "--replicates", 1, "--out", "results")
    assert code == 0, err
    manifest = json.loads((tmp_path / "results" / "manifest.json").read_text(encoding="utf-8"))
    kept = manifest["scenarios"][0]["resolved"]["programmes"]["early-career-framework"]
    assert kept["figures"]["effects.stay_in_school"]["value"] == -0.25


def test_what_a_cluster_costs_is_told_apart_from_what_each_of_its_schools_pays(explain):
    """A grant comes once for a cluster, a fee or cover from every school in it: one sum of both would be of neither."""
    told = explain("better-together")
    assert "Together, for each cluster £1,250 a year, and for each of its schools £200, at" in told


def test_a_channel_is_told_in_its_own_words():
    """Whatever channels there are: what one changes is said as its declaration says it, with a size and a range."""
    for channel in CHANNELS.values():
        effect = EffectSettings("change", channel.name, channel.bearers[0], side=False, skills=(1,))
        source = Provenance("0.1", channel.unit, (0.1, 0.2), (), "J", "", "x.yaml", 1)
        programme = replace(load_programme("better-together"), figures={effect.path: Figure(0.1, source)})
        said = effect_item(programme, effect)
        words = "skill in leading people" if channel.name == "capability" else channel.words
        assert channel.name == "cluster_strength" or words in said.text, said.text
        assert "{" not in said.text + said.below[0]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{add: 0.03, from: 2027/28}", "0.03 added from 2027/28 on"),
        ("{add: 0.03, from: 2027/28, until: 2029/30}", "0.03 added from 2027/28 until 2029/30"),
        ("{times: 0.8, until: 2028/29}", "0.8 times what it was until 2028/29"),
        ("{to: 55%, from: 2027/28, by: 2030/31}", "set to 55%, in equal steps from 2027/28 to 2030/31"),
        ("{2026/27: 50%, 2029/30: {times: 1.1}}", "set to 50% from 2026/27 on; 1.1 times what it was from 2029/30 on"),
    ],
)
def test_dates_are_said_in_words(tmp_path, written, words):
    """From, until, by, and year by year, as they stand in a sentence."""
    path = tmp_path / "dated.yaml"
    path.write_text(f"title: A\nsummary: B.\nextends: england\nlevers:\n  leave.return_from_break: {written}\n")
    chosen = next(s for s in sections(load(path)) if s.heading == "What a government chooses")
    assert [str(item.text) for item in chosen.body] == [
        f"Come back from a career break in a year (leave.return_from_break): {words}"
    ]


def test_the_values_of_all_years_are_told_of_a_figure_with_dates():
    """By the last school year of each; of a figure without dates the value as it is."""
    figure = {"value": 0.45, "until": {"2026/27": 0.45, "2029/30": 0.48}}
    assert over_years(figure, str) == "0.45 to 2026/27, 0.48 to 2029/30, then 0.45"
    assert over_years({"value": 0.45}, str) == 0.45
