"""The measures of a run, year after year, as columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.census.dimensions import ALL, DIMENSIONS
from simulation.census.measure import measures
from simulation.census.publish import YearRows

ALL_LABEL = "all"
"""Label of a dimension that a row is summed over, or that its measure does not have."""


class Results:
    """Rows of all years of a run; codes inside, labels on the way out."""

    def __init__(self) -> None:
        self._years: list[YearRows] = []

    def add(self, rows: YearRows) -> None:
        """Add one year's rows.

        Raise :exc:`ValueError` unless years ascend and have the same labels.
        """
        if self._years and rows.year <= self._years[-1].year:
            raise ValueError(f"results hold {self._years[-1].year} already: {rows.year} cannot follow it")
        if self._years and rows.labels != self._years[-1].labels:
            raise ValueError("results of one run must name the same regions and programmes in every year")
        self._years.append(rows)

    def under(self, labels: dict[str, tuple[str, ...]]) -> Results:
        """The same rows, in the same order, with the codes that a run with these ``labels`` has for the same words.

        Raise :exc:`KeyError` if a word that occurs is not among them.
        """
        found = Results()
        for rows in self._years:
            codes = {name: _recoded(column, rows.labels[name], labels[name]) for name, column in rows.codes.items()}
            found.add(replace(rows, labels=labels, codes=codes))
        return found

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._years)

    def codes(self) -> dict[str, np.ndarray]:
        """Columns of small codes: year, measure, every dimension, value and base (NaN for counts)."""
        years = self._years
        empty = np.empty(0)
        columns = {
            "year": np.concatenate([np.full(len(r), r.year, np.int16) for r in years] or [empty.astype(np.int16)]),
            "measure": np.concatenate([r.measure for r in years] or [empty.astype(np.int16)]),
        }
        for dimension in DIMENSIONS:
            columns[dimension] = np.concatenate([r.codes[dimension] for r in years] or [empty.astype(np.int8)])
        columns["value"] = np.concatenate([r.value for r in years] or [empty])
        columns["base"] = np.concatenate([r.base for r in years] or [empty])
        return columns

    def labels(self) -> dict[str, tuple[str, ...]]:
        """What the codes stand for: names of measures, and labels by dimension; -1 is "all"."""
        return {"measure": tuple(measures()), **(self._years[0].labels if self._years else DIMENSIONS)}

    def to_columns(self) -> dict[str, np.ndarray]:
        """Columns as :meth:`codes`, with labels (str objects) in place of codes, and "all" in place of -1."""
        columns = self.codes()
        for name, words in self.labels().items():
            # "all" goes last, so that code -1 finds it
            columns[name] = np.array([*words, ALL_LABEL], dtype=object)[columns[name]]
        return columns

    def value(self, measure: str, year: int, **dimensions: str) -> float:
        """The one value of ``measure`` in ``year``; dimensions that are not named are "all".

        Raise :exc:`KeyError` if there is none: unknown words, too little history, or nobody to measure.
        """
        words = self.labels()
        rows = next((r for r in self._years if r.year == year), None)
        if rows is None or measure not in words["measure"]:
            raise KeyError(f"no {measure!r} in {year}: years are {[r.year for r in self._years]}")
        chosen = rows.measure == words["measure"].index(measure)
        for name, codes in rows.codes.items():
            word = dimensions.get(name, ALL_LABEL)
            if word != ALL_LABEL and word not in words[name]:
                raise KeyError(f"{name} has no {word!r}; it has {', '.join(words[name])} and {ALL_LABEL}")
            chosen &= codes == (ALL if word == ALL_LABEL else words[name].index(word))
        unknown = sorted(set(dimensions) - set(rows.codes))
        if unknown:
            raise KeyError(f"there is no dimension {unknown[0]!r}; there are {', '.join(rows.codes)}")
        if not chosen.any():
            raise KeyError(f"{measure} has no row in {year} for {dimensions or 'all'}")
        return float(rows.value[np.flatnonzero(chosen)[0]])


def _recoded(codes: np.ndarray, words: tuple[str, ...], others: tuple[str, ...]) -> np.ndarray:
    """``codes`` of ``words`` as codes of ``others``; codes below 0 stay."""
    if words == others:
        return codes
    if lost := [words[code] for code in np.unique(codes[codes >= 0]).tolist() if words[code] not in others]:
        raise KeyError(f"rows for {lost[0]!r}, which is none of {', '.join(others) or 'no words'}")
    place = [others.index(word) if word in others else ALL for word in words]
    return np.array([*place, ALL], codes.dtype)[codes]  # "all" goes last, so that code -1 finds it
