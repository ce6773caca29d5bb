"""Headway tried against what machines do: calls of the operating system that fail, processes that die, power that goes."""
