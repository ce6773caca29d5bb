"""Which figures people ask about, and how they are said: lines, estimates, rounding, words."""
