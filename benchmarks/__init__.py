"""How fast Headway is, measured: ``python -m benchmarks``; see README.md in this folder."""
