"""The run store: one folder for the runs of a study, written by ``run``, ``sweep`` and ``compare`` alike.

Each run is identified by what determines it (:func:`run_key`) and committed whole or not at all. How it is kept::

    manifest.json                       what was run with what
    expected.json                       the key of every run that the study is to have
    runs/KEY.run                        the newest runs, one file each
    tables/results/results-ID.parquet   the other runs, some hundred to a file, sorted by measure
    tables/runs/runs-ID.parquet         their records
    batches/batch-ID.json               the same records, and the SHA-256 of both tables; a batch exists once this does
    failures/KEY.json                   runs that failed
    charts/                             drawn at the end

One file per run is the safest commit and, in bulk, the slowest to read; one table is the reverse. So runs are committed
one by one and folded into a batch when there are enough of them. Batches never change, so whoever reads them is not
disturbed by what is added. Every file carries its SHA-256 or is named with it in one that does.
"""

from analysis.store.combine import merge
from analysis.store.files import DamagedError
from analysis.store.kept import telling_what_is_kept
from analysis.store.record import Failure, Rows, Run, Status, Told, run_key, scenario_digest
from analysis.store.store import Store

__all__ = [
    "DamagedError",
    "Failure",
    "Rows",
    "Run",
    "Status",
    "Store",
    "Told",
    "merge",
    "run_key",
    "scenario_digest",
    "telling_what_is_kept",
]
