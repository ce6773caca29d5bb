"""What a sweep says when it ends, and its exit code."""

from __future__ import annotations

from analysis.output.terminal import print_table
from analysis.studies.sweep import closing
from analysis.studies.sweep.execute import Sweep
from analysis.telling import say

FAILED = 1


def report(done: Sweep, as_json: bool) -> int:
    """Print how far the sweep is and, once it is whole or as far as it gets, its table; returns the exit code."""
    store, design = done.store, done.design
    status = store.status()
    if done.stopped and not status.complete:
        say(
            f"Stopped. {status.done:,} of {status.expected:,} runs are kept in {store.folder}; the same command goes on."
        )
        return done.stopped
    if not done.carried_out and not done.set_aside:
        say(f"All {done.asked:,} runs are there already: nothing had to be run.")
    if done.is_part and not as_json:
        print(
            f"{done.what}: {done.asked - done.set_aside:,} runs. In {store.folder}: {status.done:,} of {status.expected:,}."
        )
    elif status.done:
        found = closing.records(store, design)
        if as_json:
            print_table(found, True)
            if status.stamp:
                say(status.stamp)
        else:
            rows, headings = closing.layout(found, design)
            print_table(
                rows, False, title=design.title, headings=headings, note=closing.note(found, design, status.stamp)
            )
    if not as_json:
        print(f"Results: {store.folder}\nDigest: {store.digest()}")
    if done.set_aside:
        say(
            f"{done.set_aside:,} runs keep failing and are set aside; why, and what repeats each, is in "
            f"{store.folder / 'failures'}. The same command tries them again."
        )
        return FAILED
    return 0
