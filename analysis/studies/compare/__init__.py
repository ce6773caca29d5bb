"""A policy beside its base: pairs of runs that share their draws, and what can be said about the difference."""
