"""What the runs mean: results, charts, checks against published figures, and the command line."""
