"""What can be left out of an installation, and what to say when it is asked for all the same."""

from __future__ import annotations

from analysis.errors import UserError

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
