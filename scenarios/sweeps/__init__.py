"""Sweeps: many runs of scenarios whose levers and uncertainties are varied by design."""
