"""What must be the same on every machine that takes part in a sweep."""

from __future__ import annotations


def versions() -> dict[str, str]:
    """Versions of Headway, of its draws, and of Python (major and minor)."""
    import sys

    from analysis.version import headway_version
    from simulation.draws import RNG_VERSION

    return {
        "headway": headway_version(),
        "draws": str(RNG_VERSION),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
