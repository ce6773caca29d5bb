"""The slow reference model, written for reading from docs/background/odd.md, and its comparison with the fast one."""
