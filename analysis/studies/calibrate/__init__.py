"""Fitting a base year to published figures: an ensemble smoother, an emulator, a sampler, and what the answer is worth."""
