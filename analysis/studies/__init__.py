"""What is asked of runs: project, compare, sweep, evaluate, validate."""
