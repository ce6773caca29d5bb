"""``headway warm-up``: compile the model now, so that no later command waits for it."""

from __future__ import annotations


def warm_up() -> None:
    """Compile the model, once and for all who use this installation, so that no later command waits for it."""
    from analysis.runs import compiling

    parts, folders = compiling.warm_up()
    if folders:
        print(f"The model is compiled: {parts} parts, kept in {' and '.join(folders)}")
