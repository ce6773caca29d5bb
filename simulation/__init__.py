"""The model: teachers, leaders, schools and clusters as Mesa agents over NumPy columns."""
