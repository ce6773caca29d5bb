"""What levels, and effects of a policy, hinge on: Morris's elementary effects and Sobol's indices, through the executor."""
