"""The engine: many runs, here or elsewhere, each carried out once and none lost."""
