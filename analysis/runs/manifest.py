"""The manifest of a results folder: everything that is needed to trace its numbers and to make them again."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.runs.plan import Plan, register_digest, study_digest
from analysis.version import headway_version, model_version

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("numpy", "scipy", "numba", "mesa", "duckdb")


def build(plans: list[Plan]) -> dict[str, Any]:
    """Describe ``plans`` and the machine and software that run them."""
    from simulation.draws import RNG_VERSION

    lock = ROOT / "requirements" / "lock.txt"
    return {
        "digest": study_digest(plans),
        "command": ["headway", *sys.argv[1:]],
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenarios": [
            {
                "name": p.name,
                "title": p.title,
                "seed": p.seed,
                "replicates": p.replicates,
                "base_year": p.setup.base_year,
                "years": p.setup.years,
                "warm_up_years": p.setup.warm_up_years,
                "scale": p.scale,
                "schools": len(p.setup.register),
                "register_digest": register_digest(p.setup.register_at_start),
                "register_notes": list(p.setup.register.notes),
                "resolved": p.resolved,
                "given": p.given,
                **({} if p.doubt is None else {"doubt": p.doubt.told()}),
            }
            for p in plans
        ],
        "rng_version": RNG_VERSION,
        "model_version": model_version(),
        "versions": versions(),
        "machine": f"{platform.system()} {platform.machine()}",
        "lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None,
        "git": git_revision(),
    }


def versions() -> dict[str, str]:
    """Of Python, Headway and the libraries that compute."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "headway": headway_version(), **libraries}


def git_revision() -> str | None:
    """The commit of the source that is running, marked ``+changes`` if files differ from it; None outside a clone."""
    try:
        here = ["git", "-C", str(ROOT)]
        top = subprocess.run(
            [*here, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, check=True
        )
        folder, revision = top.stdout.split("\n")[:2]
        if Path(folder).resolve() != ROOT:
            return None
        changed = subprocess.run([*here, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return revision + ("+changes" if changed.strip() else "")
