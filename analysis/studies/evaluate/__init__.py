"""The virtual evaluation: a programme as its evaluators saw it, beside what it did."""
