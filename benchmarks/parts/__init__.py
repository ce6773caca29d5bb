"""The parts of the benchmarks, by the letter that the command takes: each a module with a ``TITLE`` and a ``measure``."""

PARTS = {
    "a": "england",
    "b": "reference",
    "c": "floor",
    "d": "small",
    "e": "sizes",
    "f": "sweeps",
    "g": "starts",
    "h": "peers",
    "i": "cluster",
    "j": "results",
}

COMPARED = ("a", "d")
"""Parts that are timed in turn with another commit, if one is given."""
