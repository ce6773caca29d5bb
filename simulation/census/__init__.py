"""The census: measures of the simulated workforce by their published definitions."""
