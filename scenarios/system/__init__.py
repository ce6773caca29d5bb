"""How the system of schools changes: trajectories and lists of events, made into the changes that the model carries out."""
