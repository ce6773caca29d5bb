"""What ``headway new`` writes: a file for each kind, complete and small, to be filled in."""
