"""Old names, until output takes the new ones, which call fifths "second fifth" and costs "grants from government"."""

from analysis.figures import words

ETHNIC = ("white_british", "white_other", "asian", "black")


def within(label: str) -> str:
    """A label in the middle of a sentence."""
    return words.within(label) if label in ETHNIC else label.replace("_", " ")
