"""What a call of the benchmarks asks for: against which commit, and how large everything is to be."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.checkout import Checkout


@dataclass(frozen=True)
class Sizes:
    """How much of everything is simulated."""

    turns: int
    """How often each side is timed; what is told is the median."""
    scale: float
    """Share of England's schools in a and c."""
    warm_up: int
    years: int
    """School years in a and c."""
    references: tuple[tuple[str, float], ...]
    """Scenarios and shares of their schools that the slow model simulates as well."""
    reference_years: int
    replicates: int
    """Of 87 schools."""
    replicate_years: int
    people: tuple[float, ...]
    """Millions of people in service, smallest first."""
    people_years: int
    runs: int
    """Of the sweep."""
    kept_scale: float
    """Share of England's schools in the large run that is kept."""
    first_scale: float
    """Share of England's schools of which somebody asks first."""
    agents: int
    """Of the toy that peers simulate too."""
    workers: int
    """Of the cluster that only pretends to simulate."""
    tasks: int
    """Handed out to them."""
    coordinated: int
    """Runs of 87 schools that a cluster really carries out."""
    pretended: tuple[float, float]
    """Seconds that a pretended run takes: one of a few hundred schools, and one of England."""
    report_replicates: int


FULL = Sizes(
    turns=3,
    scale=1.0,
    warm_up=15,
    years=20,
    references=(("eastern-region", 1.0), ("england", 0.01), ("england", 0.03)),
    reference_years=3,
    replicates=20,
    replicate_years=15,
    people=(0.05, 0.5, 2.0, 5.0, 10.0),
    people_years=3,
    runs=1_000,
    kept_scale=1.0,
    first_scale=0.01,
    agents=100_000,
    workers=50,
    tasks=2_000,
    coordinated=400,
    pretended=(1.0, 10.0),
    report_replicates=200,
)
QUICK = Sizes(
    turns=1,
    scale=0.02,
    warm_up=2,
    years=3,
    references=(("eastern-region", 1.0), ("england", 0.005)),
    reference_years=1,
    replicates=2,
    replicate_years=5,
    people=(0.02, 0.1),
    people_years=2,
    runs=20,
    kept_scale=0.02,
    first_scale=0.002,
    agents=5_000,
    workers=8,
    tasks=100,
    coordinated=10,
    pretended=(0.2, 1.0),
    report_replicates=4,
)


@dataclass(frozen=True)
class Asked:
    """What is to be measured."""

    sizes: Sizes
    against: Checkout | None = None
    """A commit that a and d are held against."""
