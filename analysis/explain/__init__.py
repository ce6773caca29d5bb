"""Programmes and scenarios in plain English."""
