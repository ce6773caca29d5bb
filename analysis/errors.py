"""Errors that a user can mend: one clear message, exit code 2, never a traceback."""

from __future__ import annotations

UNSHOWN = 4
"""Exit code where results are kept and what was to follow them, charts or output, could not be made."""


class UserError(Exception):
    """Something that was asked for cannot be done as it was asked.

    ``given`` says what was asked, ``problem`` what is wrong with it, ``advice`` what to write instead. Like every error
    that the command line shows, it offers :meth:`render`.
    """

    exit_code = 2

    def __init__(self, given: str, problem: str, advice: str = "") -> None:
        super().__init__(f"{given}: {problem}")
        self.given, self.problem, self.advice = given, problem, advice

    def render(self) -> str:
        """The message as a user reads it."""
        first = f"error: {self.given}: {self.problem}"
        return f"{first}\n  {self.advice}" if self.advice else first

    def _render_traceback_(self) -> list[str]:
        """How a notebook shows it: the message and no traceback."""
        return self.render().splitlines()


class PartialError(UserError):
    """Results were asked for that are not complete."""

    exit_code = 3
