"""What the store holds: runs, their rows, failures; and the key that identifies a run."""

from __future__ import annotations

import hashlib
import json
import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MOST_TEXT = 20_000
"""Characters of a message or traceback that are kept."""
Place = tuple[str, int | None, int]
"""Where a run stands in its study: scenario, point of the design (None outside a design) and replicate."""


@dataclass(frozen=True)
class Rows:
    """Results of one run as columns of equal length."""

    columns: Mapping[str, np.ndarray]
    """``year``, ``measure`` and every dimension as integer codes (-1: all), ``value`` and ``base`` as float64 (NaN: none)."""
    labels: Mapping[str, tuple[str, ...]]
    """What the codes of ``measure`` and of every dimension mean, in order of code. Runs may differ in them."""

    def keep(self, measures: Iterable[str]) -> Rows:
        """Only the rows of these measures. Raise :exc:`KeyError` for a name that is not in ``labels``."""
        import numpy as np

        words = self.labels["measure"]
        if unknown := sorted(set(measures) - set(words)):
            raise KeyError(f"no measure {unknown[0]!r}; there are {', '.join(words)}")
        chosen = np.isin(self.columns["measure"], [words.index(name) for name in measures])
        return Rows({name: column[chosen] for name, column in self.columns.items()}, self.labels)


@dataclass(frozen=True)
class Run:
    """One run: a replicate of a scenario, or of a point of a design."""

    scenario: str
    replicate: int
    seed: int
    digest: str
    """See :func:`analysis.store.digest.run_digest`."""
    seconds: float
    """Wall time, the only figure here that differs between two runs of the same thing."""
    point: int | None = None
    """Number of the design point; None outside a design."""
    values: Mapping[str, float | str] = field(default_factory=dict)
    """What the design point sets, by path of the parameter."""

    @property
    def place(self) -> Place:
        """Scenario, point and replicate."""
        return self.scenario, self.point, self.replicate


@dataclass(frozen=True)
class Failure:
    """A run that could not be finished."""

    scenario: str
    replicate: int
    point: int | None
    stage: str
    """What was being done, such as ``simulate`` or ``commit``."""
    type: str
    """Name of the exception."""
    message: str
    traceback: str
    """Without the machine's paths."""
    tries: int
    """How many times the run has failed."""
    command: str
    """A command line that repeats the run."""


@dataclass(frozen=True)
class Told:
    """An exception in words, which can be sent from one process to another."""

    type: str
    """Name of the exception."""
    message: str
    traceback: str


def tell(error: BaseException) -> Told:
    """An exception in words, without the machine's paths."""
    text = "".join(traceback.format_exception(error))
    return Told(type(error).__name__, without_paths(str(error))[:MOST_TEXT], without_paths(text)[-MOST_TEXT:])


def without_paths(text: str) -> str:
    """``text`` without what is particular to a machine: where the project, its libraries and homes are."""
    text = text.replace(f"{ROOT}/", "").replace(str(ROOT), ".")
    text = re.sub(r"""[^\s"']*[/\\](?:site|dist)-packages[/\\]""", "", text)
    text = re.sub(r"""[^\s"']*[/\\]lib[/\\]python3[.\d]*[/\\]""", "", text)
    text = re.sub(r"""File "(?:[A-Za-z]:)?[/\\][^"]*[/\\]([^"/\\]+)\"""", r'File "\1"', text)
    return text.replace(str(Path.home()), "~") if str(Path.home()) != "/" else text


@dataclass(frozen=True)
class Status:
    """How far a study is."""

    expected: int
    done: int
    failed: int
    """Runs that have failed and are not done."""
    missing: tuple[str, ...]
    """Keys of the runs that are not done, failed ones among them."""

    @property
    def complete(self) -> bool:
        """Whether every run is done."""
        return not self.missing

    @property
    def stamp(self) -> str:
        """What must stand on everything made from a study that is not complete; empty if it is."""
        if self.complete:
            return ""
        failed = f", {self.failed:,} failed" if self.failed else ""
        return f"partial: {self.done:,} of {self.expected:,} runs{failed}"


def breakdown(dimensions: Iterable[str]) -> str:
    """How the results table names the dimensions in which a row is not "all": ``role, sex``; empty for none."""
    return ", ".join(sorted(dimensions))


def place_text(place: Place) -> str:
    """A place for reading: ``england, point 3, replicate 2``."""
    scenario, point, replicate = place
    return f"{scenario}, {'' if point is None else f'point {point}, '}replicate {replicate}"


def canonical(value: Any) -> bytes:
    """JSON of which there is one form: keys sorted, no space, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def scenario_digest(resolved: Mapping[str, Any], register_digest: str) -> str:
    """SHA-256 of a resolved scenario, its register, the model's source and the version of the draws.

    Comments, order and layout of the files do not count, every value does. ``resolved`` is plain JSON and must hold all
    that determines a run except seed and replicate.
    """
    from analysis.version import model_version
    from simulation.draws import RNG_VERSION

    parts = [resolved, register_digest, model_version(), RNG_VERSION]
    return hashlib.sha256(canonical(parts)).hexdigest()


def run_key(scenario: str, seed: int, replicate: int, measures: Iterable[str] | None = None) -> str:
    """The key of a run, SHA-256 in hexadecimal.

    ``scenario`` comes from :func:`scenario_digest`, once for all replicates. ``measures`` names those that are kept;
    None keeps all.
    """
    kept = None if measures is None else sorted(set(measures))
    return hashlib.sha256(canonical([scenario, seed, replicate, kept])).hexdigest()
