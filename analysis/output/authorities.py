"""By local authority: who took part in the programmes that an authority runs, what moved there, and what it cost.

An authority has a page where a scenario runs a programme that is for the schools of some authorities and not of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.lines import Line, figures, groups_in, shown_in
from analysis.figures.rounding import pounds, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import JOINERS, WORDS, capital, listed, lower, within
from analysis.studies.compare import report as words
from analysis.studies.compare.stored import figures_of, stored
from simulation.census.dimensions import DIMENSIONS
from simulation.log import PROGRAMME_COSTS
from simulation.programmes.channels import SKILLS
from simulation.programmes.programme import Unit
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.output.study import Study
    from analysis.studies.compare.difference import Difference
    from analysis.studies.compare.summing import Comparison

BY = "local_authority"
COLUMNS = ("school.local_authority", "cluster.local_authority")
"""Conditions that make a programme one of some authorities."""
LATER = (0, 1, 2, 4)
"""Years after the start in which it is told what a programme still adds."""
LARGE_ENOUGH = 0.25
"""Share of the smallest difference worth telling below which none is shown: averages over whole authorities are diluted."""
NO_PAIRS, UNNOTICED = NOTHING_MOVED = ("no pairs of runs", "nothing that would be noticed")
"""What is said where nothing moved that can be told."""
MOST_MOVED = 3
"""Figures that the overview names of those that moved."""


@dataclass(frozen=True)
class Project:
    """A programme that an authority runs."""

    name: str
    title: str
    summary: str
    joins: Unit


@dataclass(frozen=True)
class Authority:
    """What is told of one authority."""

    name: str
    projects: tuple[Project, ...]
    took_part: Table
    """Who took part, and what it cost."""
    given: Table | None
    """What it adds in those who took part, year by year; None where no people join."""
    moved: Table | None
    """What moved in its schools, against the base; None without pairs."""
    unmoved: str
    """The figures of which no difference can be told, in a sentence."""

    @property
    def title(self) -> str:
        """``Bedford: Terrific Teams``."""
        return f"{self.name}: {listed(project.title for project in self.projects)}"

    @property
    def tables(self) -> list[Table]:
        """What there is, in the order in which it is read."""
        return [table for table in (self.took_part, self.given, self.moved) if table is not None]


def projects_of(resolved: Mapping[str, Any]) -> dict[str, Project]:
    """The programmes of a scenario, as it was resolved, that are for the schools of some authorities, by name."""
    return {
        name: Project(name, str(known["title"]), known["summary"], Unit[known["joins"].upper()])
        for name, known in resolved.get("programmes", {}).items()
        if any(c["column"] in COLUMNS and not c.get("none_of") for c in known.get("who", ()))
    }


class ByAuthority:
    """What a study's results say of each authority that runs a programme."""

    def __init__(self, study: Study) -> None:
        self.study = study
        running = {s["name"]: projects_of(s["resolved"]) for s in study.scenarios}
        self._running = {name: projects for name, projects in running.items() if projects}
        self._titles = {s["name"]: s["title"] for s in study.scenarios}

    @cached_property
    def authorities(self) -> list[Authority]:
        """Those that run something, in order of name."""
        if not self._running or self.study.below is not None:  # a page would show counts that may not be published
            return []
        starts = figures()["authority_starts"]
        names = self.study.source.labels_there(BY, starts.measure, ("programme",))
        every = {name: project for projects in self._running.values() for name, project in projects.items()}
        lines = {(a, p): self._lines(a, every[p]) for a in names for p in every}
        totals = self._totals([line for of in lines.values() for line in of.values()])
        found = []
        for name in names:
            here = [
                p
                for p in every.values()
                if any(self._sum(totals, s, lines[name, p.name]["starts"]) for s in self._running)
            ]
            if here:
                found.append(self._authority(name, here, {p.name: lines[name, p.name] for p in here}, totals))
        return found

    @cached_property
    def overview(self) -> Table | None:
        """A row for each project of each authority, in each scenario that runs it, and one for all; None if there is none."""
        if not self.authorities:
            return None
        headings = {
            "authority": "Local authority", "project": "Project", "of_all": "Schools there", "schools": "Schools that took part",
            "started": "Who started", "grant": "Grant", "cost": "Cost in all", "moved": "What moved most",
        }  # fmt: skip
        rows, several = [], len(self._running) > 1
        for authority in self.authorities:
            for scenario in self._running:
                named = f"{authority.name} ({self._titles[scenario]})" if several else authority.name
                first = {"authority": named, "moved": self._most(authority)}
                of_all = {row["key"]: row[scenario] for row in authority.took_part.rows if not row["programme"]}
                for project in authority.projects:
                    cells = {
                        row["key"]: row[scenario]
                        for row in authority.took_part.rows
                        if row["programme"] == project.name
                    }
                    if cells["started"][:2] != "0 ":
                        told = first or {"authority": f"  {named}", "full": f"{named}: {project.title}"}
                        rows.append(
                            {**dict.fromkeys(headings, ""), **told, **of_all, **cells, "project": project.title}
                        )
                        first, of_all = {}, {}
        if not several:
            rows.append(self._together())
        note = (
            f"{self.study.period}, all years together, mean over runs. “What moved most” names up to {MOST_MOVED} differences that can "
            "be told in the first year of the project or over all years and are large enough to be noticed; all schools and people of "
            "the authority count, so a project for a few moves its averages little."
        )
        records = [record for a in self.authorities for record in a.took_part.records]
        numeric = ("of_all", "schools", "grant", "cost")
        return Table("What each authority did", columns(headings, numeric), rows, records, note)

    def _together(self) -> dict[str, str]:
        """All authorities in a row."""
        totals: dict[str, float] = defaultdict(float)
        for authority in self.authorities:
            for record in authority.took_part.records:
                totals[record["row"]] += record["mean"]
        cost = {key: pounds(round(totals[key])) for key in ("grant", "cost")}
        named = {"authority": f"All {len(self.authorities)}", "of_all": f"{totals['of_all']:,.0f}"}
        return {**dict.fromkeys(("project", "schools", "started", "moved"), ""), **named, **cost}

    @staticmethod
    def _most(authority: Authority) -> str:
        if authority.moved is None:
            return NO_PAIRS
        noticed = sorted((row for row in authority.moved.rows if row["size"]), key=lambda row: -row["size"])
        return "; ".join(row["told"] for row in noticed[:MOST_MOVED]) or UNNOTICED

    def _lines(self, authority: str, project: Project) -> dict[str, Line]:
        """What is read of a programme in an authority."""
        taking_part, starts, costs, given = (
            line.of("programme", project.name).of(BY, authority) for line in shown_in("programmes of an authority")
        )
        items = {f"cost_{item}": costs.of("programme_cost", item) for item in PROGRAMME_COSTS}
        traits = {f"given_{trait}": given.of("trait", trait) for trait in DIMENSIONS["trait"]}
        of_all = figures()["authority_leadership"].of(BY, authority)
        return {"schools": taking_part, "starts": starts, "costs": costs, **items, **traits, "of_all": of_all}

    def _totals(self, lines: Sequence[Line]) -> dict[tuple[str, Line], np.ndarray]:
        """By scenario and line: runs × years × 2, the base year first."""
        study = self.study
        chosen = list(dict.fromkeys(lines))
        runs = sorted({record["replicate"] for record in study.store.records().values()})
        names = list(self._running)
        arms = figures_of(study.db, chosen, names, runs, self._years, study.source.table)
        return {(n, line): arms[:, i, j] for i, n in enumerate(names) for j, line in enumerate(chosen)}

    @property
    def _years(self) -> range:
        first, last = self.study.span
        return range(first, last + 1)

    @staticmethod
    def _sum(totals: Mapping[tuple[str, Line], np.ndarray], scenario: str, line: Line) -> float:
        """Of all years together, mean over the runs that are there."""
        value = totals[scenario, line][..., 0]
        there = ~np.isnan(value).all(axis=1)
        return float(np.nansum(value[there], axis=1).mean()) if there.any() else 0.0

    def _authority(
        self, name: str, projects: Sequence[Project], lines: Mapping[str, Mapping[str, Line]],
        totals: Mapping[tuple[str, Line], np.ndarray],
    ) -> Authority:  # fmt: skip
        moved, unmoved = self._moved(name, self._start(projects))
        return Authority(
            name, tuple(projects), self._took_part(name, projects, lines, totals),
            self._given(name, [p for p in projects if p.joins is Unit.PERSON], lines, totals), moved, unmoved,
        )  # fmt: skip

    def _start(self, projects: Iterable[Project]) -> int:
        """The first projected year in which any of these takes anybody on."""
        first, _ = self.study.span
        known = [s["resolved"]["programmes"] for s in self.study.scenarios]
        froms = [of[p.name]["places"]["from"] for p in projects for of in known if p.name in of]
        return max(first + 1, min((int(year[:4]) for year in froms if year), default=first + 1))

    def _took_part(
        self, name: str, projects: Sequence[Project], lines: Mapping[str, Mapping[str, Line]],
        totals: Mapping[tuple[str, Line], np.ndarray],
    ) -> Table:  # fmt: skip
        rows: list[dict[str, Any]] = []
        records: list[dict[str, Any]] = []

        def add(key: str, label: str, project: Project | None, line: Line, cell: Any, below: bool = False) -> None:
            cells = {s: cell(s) for s in self._running}
            if below and not any(value for _, value in cells.values()):
                return
            rows.append(
                {
                    "key": key,
                    "programme": project.name if project else "",
                    "figure": f"  {label}" if below else label,
                    **{s: text for s, (text, _) in cells.items()},
                }
                | ({"full": label} if below else {})
            )
            about = {"authority": name, "programme": project.name if project else "", "figure": line.name, "row": key}
            records.extend({**about, "scenario": s, "mean": value} for s, (_, value) in cells.items())

        def summed(line: Line) -> Any:
            def cell(scenario: str) -> tuple[str, float]:
                value = self._sum(totals, scenario, line)
                return (
                    pounds(round(value)) if line.unit == "GBP" else shown(value, step(0.0, "people", 10.0), "people")
                ), value

            return cell

        of_all = lines[projects[0].name]["of_all"]

        def schools(scenario: str) -> tuple[str, float]:
            value = float(np.nanmean(totals[scenario, of_all][:, 0, 1]))
            return f"{value:,.0f}", value

        add("of_all", "Schools in the authority", None, of_all, schools)
        for project in projects:
            mine, lead = lines[project.name], f"{project.title}: " if len(projects) > 1 else ""
            add("schools", capital(f"{lead}schools that took part"), project, mine["schools"], summed(mine["schools"]))
            who = JOINERS[project.joins]

            def started(scenario: str, line: Line = mine["starts"], who: str = who) -> tuple[str, float]:
                value = self._sum(totals, scenario, line)
                return f"{value:,.0f} {who if round(value) != 1 else {'people': 'person'}.get(who, who[:-1])}", value

            add("started", capital(f"{lead}who started"), project, mine["starts"], started)
            add("cost", capital(f"{lead}cost in all"), project, mine["costs"], summed(mine["costs"]))
            for item in PROGRAMME_COSTS:
                add(
                    item, capital(within(item)), project, mine[f"cost_{item}"], summed(mine[f"cost_{item}"]), below=True
                )

            def per_school(scenario: str, mine: Mapping[str, Line] = mine) -> tuple[str, float]:
                each = self._sum(totals, scenario, mine["costs"]) / max(
                    1.0, self._sum(totals, scenario, mine["schools"])
                )
                return pounds(round(each)), each

            add("each", capital(f"{lead}cost per school that took part"), project, mine["costs"], per_school)
        headings = {"figure": "Who took part, and what it cost", **{s: self._titles[s] for s in self._running}}
        note = f"{self.study.period}, all years together, mean over runs. Prices of the base year; the time of helpers is no cash."
        return Table(f"{name}: who took part, and what it cost", columns(headings, self._running), rows, records, note)

    def _given(
        self, name: str, projects: Sequence[Project], lines: Mapping[str, Mapping[str, Line]],
        totals: Mapping[tuple[str, Line], np.ndarray],
    ) -> Table | None:  # fmt: skip
        start, last = self._start(projects), self.study.span[1]
        years = [start + later for later in LATER if start + later <= last]
        scenario = list(self._running)[-1]
        rows, records = [], []
        for project in projects:
            for trait in DIMENSIONS["trait"]:
                of = totals[scenario, lines[project.name][f"given_{trait}"]][..., 0]
                means = {
                    y: float(np.nanmean(column))
                    for y in years
                    if not np.isnan(column := of[:, self._years.index(y)]).all()
                }
                if not any(means.values()):
                    continue
                label = f"Skill in {WORDS['skills'][trait]}" if trait in SKILLS else capital(WORDS["outcomes"][trait])
                lead = f"{project.title}: " if len(projects) > 1 else ""
                texts = {
                    school_year(y): shown(value, 0.01, "standard deviations", sign=True) for y, value in means.items()
                }
                rows.append({"figure": lead + label, **texts})
                records += [
                    {"authority": name, "programme": project.name, "trait": trait, "year": y, "mean": v}
                    for y, v in means.items()
                ]
        if not rows:
            return None
        told = [school_year(y) for y in years]
        note = (
            "Standard deviations, mean over those who started and are still in service, of what programmes add themselves; a later "
            f"post, a better-led school and what peers do come on top.{f' {self._titles[scenario]}.' if len(self._running) > 1 else ''}"
        )
        headings = {"figure": "What it adds in those who took part", **{y: y for y in told}}
        return Table(f"{name}: what it adds in those who took part", columns(headings, told), rows, records, note)

    def _moved(self, name: str, start: int) -> tuple[Table | None, str]:
        """The figures of the authority that differ from the base, in the year of the start or over all years; and the others."""
        study, own = self.study, groups_in("authority")[BY]
        lines = [replace(line.of(BY, name), label=line.label) for line in own]
        whole = study.source.compared(lines)
        early = stored(study.db, study.manifest, lines, study.source.table, until=start)
        return (None, "") if whole is None or early is None else moved(name, early, whole)


def moved(name: str, early: Comparison, whole: Comparison) -> tuple[Table, str]:
    """What can be told of an authority: of its first year, from ``early``, and of all years; and what cannot, in a sentence."""
    several = len(whole.outcomes) > 1
    headings = {"figure": "What moved in its schools", "base": "Base"}
    cells: dict[str, dict[str, str]] = {}
    told: dict[str, list[Difference]] = {}
    labels: dict[str, None] = {}
    for found, when in ((early, f"In {school_year(early.last)}"), (whole, capital(words.period(whole)))):
        for number, outcome in enumerate(found.outcomes):
            key = f"{when} {number}"
            headings[key] = f"{outcome.policy.title}, {when}" if several else when
            for d, text in words.over_all(found, outcome):
                labels[d.line.label] = None
                cells.setdefault(d.line.label, {"base": text["base"]})[key] = text["difference"]
                if d.verdict.is_told:
                    told.setdefault(d.line.label, []).append(d)
    most = {label: max(of, key=lambda d: abs(d.mean)) for label, of in told.items()}
    large = {label: d for label, d in most.items() if abs(d.mean) >= d.line.worth_telling(d.base) * LARGE_ENOUGH}
    rows = [
        {"figure": label, **cells[label], "size": _size(d), "told": _in_words(label, d)} for label, d in large.items()
    ]
    note = (
        f"Differences from the base; {100 * whole.level:g}% intervals and words hold for all figures of the authority at once. "
        "All its schools and people count, not only those who took part. Only figures are shown of which a "
        "difference can be told, and that is not too small to matter."
    )
    records = [record for found in (early, whole) for record in words.records(found)]
    rest = [label for label in labels if label not in large]
    unmoved = (
        f"No difference can be told, which does not mean that there is none, for: {'; '.join(rest)}." if rest else ""
    )
    return Table(
        f"{name}: what moved in its schools", columns(headings, set(headings) - {"figure"}), rows, records, note
    ), unmoved


def _size(d: Difference) -> float:
    """How large a difference is, for an order of differences in various units; 0 if nobody would notice it."""
    size = abs(d.mean) / (abs(d.base) if d.line.unit in ("people", "posts") and d.base else 1.0)
    return size if abs(d.mean) >= d.line.worth_telling(d.base) else 0.0


def _in_words(label: str, d: Difference) -> str:
    """``deputy heads: skill in leading people (SD) +0.03``."""
    return f"{lower(label)} {d.spelt}"
