"""What is not known about a scenario, and draws of it.

Two things are uncertain. The *parameters of the model*: where a context has draws that a calibration has left (see
:mod:`scenarios.posterior`), draw *r* takes row *r*. And the *figures of programmes and measures*: each that has a range is
drawn from it. A figure that a scenario sets is a choice of whoever wrote it and stands, and so does what a programme's own
file plans (hours, training, fees, release), since its sizes are said of that plan.

A figure's distribution goes by the grade of its evidence:

- A, B (a trial, a matched comparison): the range is what the estimate's error allows, and the truth lies outside it once in
  ten times, on either side alike. The value is the median, each half normal, with the ends of the range as 5th and
  95th percentile, cut off at what is possible at all.
- C, D, J (a survey, a claim, a judgement): whoever judged has named the least and the most that they hold possible.
  Triangular, the value the likeliest, nothing outside the range. Flatter than the beta-PERT curve through the same three numbers,
  because judged ranges are known to be too narrow (O'Hagan et al., *Uncertain Judgements*, 2006, chapter 4).

A draw is a pure function of seed, number of the draw and the figure's path within its programme: in every scenario of a comparison the same
figure has the same draw. Figures are drawn independently of each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.posterior import Number, Posterior, read_posterior
from scenarios.problems import InputError, Problem
from scenarios.programme_files.figures import WHOLE_FIGURES
from scenarios.programme_files.known import Figure, KnownProgramme
from scenarios.programme_files.settings import due_of
from scenarios.scenario import Scenario
from scenarios.strict import in_reading_order
from scenarios.sweeps.sampling import Distribution
from simulation.declaring import UNITS
from simulation.draws import Decision, Key

if TYPE_CHECKING:
    from simulation.world import Setup

VERSION = 1
"""Raised whenever the same seed comes to give other draws."""
PLANNED = (
    "delivery.hours", "delivery.day", "delivery.helpers.hours", "delivery.helpers.training", "delivery.helpers.each",
    "costs.fee", "costs.release_days",
)  # fmt: skip
"""What a government plans, and sizes of effects are said of: not drawn."""
NINETY = ("A", "B")
"""Grades whose range holds 90% of what is believed; that of the others holds all of it."""
GROUP, REPEATS = 4, 1
"""Of so many replicates, one takes its predecessor's draw again, with chance of its own: what chance does is told from these."""


def draw_of(replicate: int) -> int:
    """The number of the draw that a replicate takes: the last of each :data:`GROUP` has that of the one before."""
    whole, place = divmod(replicate, GROUP)
    return whole * (GROUP - REPEATS) + min(place, GROUP - REPEATS - 1)


def draws_of(replicates: int) -> np.ndarray:
    """The number of the draw of each of so many replicates."""
    return np.array([draw_of(r) for r in range(replicates)], dtype=np.int64)


@dataclass(frozen=True)
class Uncertain:
    """A figure of a programme that is drawn."""

    programme: str
    """The name under which it runs."""
    path: str
    """Of the figure within the programme."""
    known_as: str
    """Programme and figure, the same in every scenario: blocks of one programme share its figures."""
    value: float
    low: float
    high: float
    grade: str
    possible: tuple[float, float]
    """Least and most that the figure can be at all."""
    title: str = ""
    """Of the programme."""
    channel: str = ""
    """What the figure is the size of an effect on; empty for any other figure."""

    def at(self, u: np.ndarray) -> np.ndarray:
        """Values at the quantiles ``u`` of what is believed of it."""
        if self.grade not in NINETY:
            return Distribution("triangular", (self.low, self.value, self.high)).at(u)
        from simulation.numerics import normals

        z = normals(np.asarray(u, dtype=np.float64)) / normals(np.array([0.95]))
        away = np.where(z < 0, self.value - self.low, self.high - self.value)
        return np.clip(self.value + z * away, *self.possible)

    def plain(self) -> list[Any]:
        """All that determines its draws, as JSON has it."""
        return [self.programme, self.path, self.known_as, self.value, self.low, self.high, self.grade, *self.possible]


def _of_programme(programme: KnownProgramme) -> Iterator[Uncertain]:
    channels = {effect.path: effect.channel for effect in programme.effects}
    for path, figure in sorted(programme.figures.items()):
        low, high = figure.provenance.range
        if low == high or path in PLANNED or path in WHOLE_FIGURES or figure.provenance.set_by != "programme":
            continue
        if path.startswith("styles.") and not path.startswith(f"styles.{programme.style}."):
            continue  # of a way in which it is not done
        if path.partition(".")[2] in programme.without and path.startswith(("effects.", "side_effects.")):
            continue
        known_as = f"{programme.family or programme.name}.{path}"
        _, least, most = due_of(programme, path)
        grade, channel = figure.provenance.grade, channels.get(path, "")
        value, possible = figure.value, (least, most)
        yield Uncertain(
            programme.name, path, known_as, value, low, high, grade, possible, programme.title, channel
        )  # fmt: skip


def _figures(scenario: Scenario) -> tuple[Uncertain, ...]:
    return tuple(one for programme in scenario.programmes for one in _of_programme(programme))


@dataclass(frozen=True)
class Doubt:
    """What is not known about a scenario. Equal for equal scenarios; it can be sent to another process."""

    scenario: Scenario
    seed: int
    figures: tuple[Uncertain, ...]
    posterior: Posterior | None

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Doubt:
        """Of a scenario, with draws under ``seed``. Raise :exc:`~scenarios.problems.InputError` for draws that cannot be read."""
        posterior = None
        if scenario.posterior is not None:
            start = scenario.schedule.start.values()
            posterior = read_posterior(scenario.posterior, scenario.structure, start)
        return cls(scenario, seed, _figures(scenario), posterior)

    @classmethod
    def about(cls, scenario: Scenario, seed: int) -> Doubt | None:
        """As :meth:`of`; None for a scenario of which nothing is drawn."""
        found = cls.of(scenario, seed)
        return found if found.figures or found.posterior is not None else None

    def on(self, scenario: Scenario) -> Doubt:
        """The same about a scenario that differs in what it sets: what it sets is not drawn."""
        return replace(self, scenario=scenario, figures=_figures(scenario))

    def plain(self) -> dict[str, Any]:
        """What is drawn and how, as JSON has it, for the identity of runs and for those who read results."""
        return {
            "version": VERSION,
            "figures": [figure.plain() for figure in self.figures],
            "posterior": None if self.posterior is None else self.posterior.digest,
            "parameters": [] if self.posterior is None else list(self.posterior.columns),
            "posterior_draws": 0 if self.posterior is None else len(self.posterior),
        }

    def told(self) -> dict[str, Any]:
        """The same with all that is needed to say, from results alone, what each draw was: see :func:`inputs`."""
        rows = [] if self.posterior is None else [[float(f"{v:.6g}") for v in row] for row in self.posterior.rows]
        numbers = () if self.posterior is None else self.posterior.numbers
        return {
            **self.plain(), "seed": self.seed, "figures": [asdict(one) for one in self.figures], "rows": rows,
            "numbers": [[one.name, one.says, list(one.columns)] for one in numbers],
        }  # fmt: skip

    def values(self, draw: int) -> dict[tuple[str, str], float]:
        """Figures under draw number ``draw``, by programme and path."""
        drawn = _at(self.figures, self.seed, draw)
        return {(one.programme, one.path): value for one, value in zip(self.figures, drawn, strict=True)}

    def in_draw(self, draw: int) -> Scenario:
        """The scenario under draw number ``draw``. Raise :exc:`~scenarios.problems.InputError` if it cannot be there."""
        changes = {} if self.posterior is None else self.posterior.changes(draw, self.scenario.schedule.start.values())
        try:
            return placed(self.scenario, self.values(draw), changes)
        except InputError as error:
            raise InputError([*error.problems, _in_this(draw)]) from None

    def setup(self, draw: int, standing: Setup) -> Setup:
        """What the model runs under draw number ``draw``; ``standing`` is the scenario's setup with nothing drawn."""
        if not self.figures and self.posterior is None:
            return standing
        return self.in_draw(draw).setup_like(standing, self.posterior is not None)


def placed(
    scenario: Scenario, figures: Mapping[tuple[str, str], float], parameters: Mapping[str, np.ndarray]
) -> Scenario:
    """The scenario where figures, by programme and path, and what its parameters start from, by path, have these values.

    Raise :exc:`~scenarios.problems.InputError` if what it changes cannot be done to them.
    """
    programmes = tuple(_drawn(programme, figures) for programme in scenario.programmes)
    found = replace(scenario, programmes=programmes)
    if not parameters:
        return found
    before = scenario.schedule
    # What a scenario makes of a value that is drawn need not lie within the range that was judged; only what can be must be.
    sources = {
        path: replace(source, range=UNITS[source.unit]) if path in parameters else source
        for path, source in before.sources.items()
    }
    schedule = replace(before, start=before.start.with_values(dict(parameters)), sources=sources)
    checked = schedule.checked()
    if checked is None:
        raise InputError(in_reading_order(schedule.problems()))
    return replace(found, parameters=checked[0], earlier=checked[1], schedule=schedule)


@dataclass(frozen=True)
class Input:
    """Something that is drawn, and what it was in each of some draws."""

    figure: Uncertain | None
    """None for a parameter of the model."""
    parameter: str
    """The calibration's name of it, or its path as the file of draws names it; empty for a figure."""
    values: np.ndarray
    says: str = ""
    """Of a parameter: what the calibration says that it is; empty where nobody has said so."""


def inputs(told: Iterable[Mapping[str, Any]], draws: Iterable[int]) -> list[Input]:
    """All that is drawn in scenarios of a comparison, once each, from what :meth:`Doubt.told` says of them."""
    every, numbers = list(told), list(draws)
    figures: dict[str, tuple[Uncertain, int]] = {}
    for one in every:
        for figure in one["figures"]:
            made = Uncertain(**{**figure, "possible": tuple(figure["possible"])})
            figures.setdefault(made.known_as, (made, one["seed"]))
    found = [
        Input(figure, "", np.array([_at([figure], seed, draw)[0] for draw in numbers]))
        for figure, seed in figures.values()
    ]
    with_rows = next((one for one in every if one["rows"]), None)
    if with_rows is not None:
        rows = np.array(with_rows["rows"])[np.array(numbers, np.int64) % len(with_rows["rows"])]
        every_cell = [[name, "", [j]] for j, name in enumerate(with_rows["parameters"])]
        found += [
            Input(None, name, Number(name, says, tuple(at)).of(rows), says)
            for name, says, at in with_rows.get("numbers") or every_cell
        ]
    return found


def _at(figures: Sequence[Uncertain], seed: int, draw: int) -> list[float]:
    """What each of the figures is in a draw."""
    agents = np.array([_agent(figure.known_as) for figure in figures], dtype=np.uint64)
    u = Key(seed, draw).uniform(Decision.DRAW_FIGURE, 0, agents)
    return [float(figure.at(u[i : i + 1])[0]) + 0.0 for i, figure in enumerate(figures)]


def _in_this(draw: int) -> Problem:
    message = f"this is so in draw {draw + 1} of the parameters, which changes what the scenario starts from"
    return Problem("draws", None, None, "E0409", message, hint="give the value itself, or run it with --fixed")


def _drawn(programme: KnownProgramme, values: Mapping[tuple[str, str], float]) -> KnownProgramme:
    own = {path: value for (name, path), value in values.items() if name == programme.name}
    if not own:
        return programme
    figures = {
        path: Figure(own[path], figure.provenance) if path in own else figure
        for path, figure in programme.figures.items()
    }
    return replace(programme, figures=figures)


def _agent(known_as: str) -> int:
    """A number under which a figure is drawn: 64 bits of the digest of its name."""
    return int.from_bytes(hashlib.sha256(known_as.encode()).digest()[:8], "big")
