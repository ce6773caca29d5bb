"""``headway warm-up``: compile the model now, so that no later command waits for it."""

from __future__ import annotations

from analysis.options import JsonOption


def warm_up(as_json: JsonOption = False) -> None:
    """Compile the model, once and for all who use this installation, so that no later command waits for it."""
    from analysis.output.terminal import print_json, print_text
    from analysis.runs import compiling

    parts, folders = compiling.warm_up()
    if as_json:
        print_json({"parts": parts, "folders": folders})
    elif folders:
        print_text(f"The model is compiled: {parts} parts, kept in {' and '.join(folders)}")
