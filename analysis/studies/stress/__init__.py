"""Stress: policies against futures, where each fails a goal, and how much is regretted."""
