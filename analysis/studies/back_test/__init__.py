"""The model from a past base year on, held against what happened since."""
