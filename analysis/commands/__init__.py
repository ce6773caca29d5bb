"""The commands of ``headway``, one file each.

A file here that holds a function of the file's own name is a command; one that holds a Typer application called
``group`` is a group of commands. Nothing else needs to be told. Import heavy libraries inside the function: every
file is read before the first help text appears.
"""
