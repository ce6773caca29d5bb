"""The measures of a run, year after year, as columns."""

from __future__ import annotations

import numpy as np

from simulation.census.dimensions import ALL, DIMENSIONS
from simulation.census.form import Form, YearRows
from simulation.census.measure import measures

ALL_LABEL = "all"
"""Label of a dimension that a row is summed over, or that its measure does not have."""


class Results:
    """Rows of all years of a run; codes inside, labels on the way out."""

    def __init__(self) -> None:
        self._years: list[YearRows] = []

    def add(self, rows: YearRows) -> None:
        """Add one year's rows.

        Raise :exc:`ValueError` unless years ascend and are of one form.
        """
        if self._years and rows.year <= self._years[-1].year:
            raise ValueError(f"results hold {self._years[-1].year} already: {rows.year} cannot follow it")
        if self._years and rows.form is not self._years[-1].form:
            raise ValueError("results of one run must be of the same form in every year")
        self._years.append(rows)

    def under(self, form: Form) -> Results:
        """The same rows as a run of another ``form`` has them, whose codes may stand for other words.

        Raise :exc:`KeyError` for a row that the form cannot have.
        """
        found = Results()
        for rows in self._years:
            row = rows.form.places_in(form)[rows.row]
            if (row < 0).any():
                lost = rows.form.words(int(rows.row[np.argmin(row)]))
                raise KeyError(f"there is no row for {', '.join(lost)} in another form")
            order = np.argsort(row, kind="stable")
            found.add(YearRows(rows.year, form, row[order], rows.value[order], rows.base[order]))
        return found

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._years)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the rows take; the form that they are of is shared by all runs that measure the same."""
        return sum(rows.row.nbytes + rows.value.nbytes + rows.base.nbytes for rows in self._years)

    def codes(self) -> dict[str, np.ndarray]:
        """Columns of small codes: year, measure, every dimension, value and base (NaN for counts).

        Each row of the form has its years one after another.
        """
        years = self._years
        if not years:
            kinds = {"year": np.int16, "measure": np.int16, **dict.fromkeys(DIMENSIONS, np.int8)}
            return {
                name: np.empty(0, kind) for name, kind in {**kinds, "value": np.float64, "base": np.float64}.items()
            }
        form, row = years[0].form, np.concatenate([r.row for r in years])
        order = np.argsort(row, kind="stable")
        row = row[order]
        return {
            "year": np.repeat(np.array([r.year for r in years], np.int16), list(map(len, years)))[order],
            "measure": form.measure[row],
            **{dimension: codes[row] for dimension, codes in form.codes.items()},
            "value": np.concatenate([r.value for r in years])[order],
            "base": np.concatenate([r.base for r in years])[order],
        }

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
