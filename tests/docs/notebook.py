"""Run a notebook without Jupyter: ``python -m tests.docs.notebook`` renews the outputs of the guide.

Each code cell is run as Python, and what its last line gives is shown as a kernel would: as HTML, as a picture, or as
text. So the outputs hold no times, no paths and no names of machines.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

from analysis.output.display import FORMATTERS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "notebook.ipynb"
SHOWN_BY = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_"}


def run_cells(notebook: dict[str, Any]) -> None:
    """Run the code cells in the current folder and put their outputs in place of those that they have."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate((c for c in notebook["cells"] if c["cell_type"] == "code"), start=1):
        cell["execution_count"], cell["outputs"] = number, _outputs("".join(cell["source"]), number, names)


def _outputs(source: str, number: int, names: dict[str, Any]) -> list[dict[str, Any]]:
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"<cell {number}>", "exec"), names)
        value = None if last is None else eval(compile(last, f"<cell {number}>", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": repr(value)}
        data |= {kind: getattr(value, how)() for kind, how in SHOWN_BY.items() if hasattr(value, how)}
        if (as_html := FORMATTERS.get(type(value))) is not None:
            data["text/html"] = as_html(value)
        shown = {kind: _lines(data[kind]) for kind in sorted(data)}
        outputs.append({"data": shown, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def told(notebook: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """What each code cell shows, by kind, as text: words and numbers of tables, title and description of pictures."""
    return [
        [pair for output in cell["outputs"] for pair in _told(output)]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def _told(output: dict[str, Any]) -> list[tuple[str, str]]:
    if output["output_type"] == "stream":
        return [(output["name"], "".join(output["text"]))]
    return [(kind, _text(kind, "".join(text))) for kind, text in sorted(output["data"].items())]


def _text(kind: str, text: str) -> str:
    if kind == "image/svg+xml":
        found = re.search(r"<title[^>]*>(.*?)</title><desc[^>]*>(.*?)</desc>", text, re.DOTALL)
        assert found is not None, "a picture without title and description"
        return unescape("\n".join(found.groups()))
    if kind == "text/html":
        without = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())
    return text.strip()


def read(path: Path = GUIDE) -> dict[str, Any]:
    """A notebook as it is in its file."""
    return json.loads(path.read_text(encoding="utf-8"))


def main(out: Path) -> None:
    """Run the guide in an empty folder and write it with its outputs."""
    notebook = read()
    came_from = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run_cells(notebook)
        os.chdir(came_from)
    out.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GUIDE)
