"""What a stated goal needs of one figure of a policy."""
