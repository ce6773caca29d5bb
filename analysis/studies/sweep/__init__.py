"""Sweeps: the runs of a design, shared out, kept, resumed and summed up."""
