"""Templates: text, HTML and XML that stand as files beside the code that fills them in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates(folder: Path, *filters: Callable[..., Any], escaped: bool = True) -> Environment:
    """The templates of a folder, with filters by their own names; nothing that a template names may be missing.

    What is filled in is ``escaped`` as HTML and XML want. In plain text, which is not, it stays on its line.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {one.__name__: one for one in filters}
    if not escaped:
        made.finalize = lambda value: " ".join(str(value).splitlines())
    return made
