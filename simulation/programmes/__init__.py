"""Programmes as data: who may join, how many, what is delivered by whom, what it changes, and what it costs."""
