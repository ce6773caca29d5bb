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


EXTRAS = {
    "starlette": "page", "uvicorn": "page", "python_multipart": "page", "multipart": "page",
    "xlsxwriter": "office", "pptx": "office", "lxml": "office",
    "distributed": "dask", "dask": "dask",
}  # fmt: skip
"""The extra of ``pyproject.toml`` that brings a library, by the name that the library is imported by."""

WHAT = {"page": "the page of headway app", "office": "workbooks and slides", "dask": "runs on other machines"}
"""What each is for."""


def left_out(error: BaseException) -> UserError | None:
    """The message about a library that was left out, with how to add it; None if that is not what ``error`` is about."""
    library = (getattr(error, "name", None) or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if library not in EXTRAS:
        return None
    extra = EXTRAS[library]
    return UserError(
        library, f"this library is not installed; it is for {WHAT[extra]}",
        f'Add it, in the clone of Headway, with: python -m pip install ".[{extra}]"; everything that there is comes with ".[all]".',
    )  # fmt: skip
