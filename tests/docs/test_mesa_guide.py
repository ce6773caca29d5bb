"""The guide to extending Headway in Mesa's terms runs from top to bottom."""

import re
from pathlib import Path

from tests.worlds import rough_setup

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "mesa.md"


def test_every_python_block_of_the_guide_runs_and_sabbaticals_help(capsys):
    names = {"setup": rough_setup(schools=24, years=2), "__name__": "guide"}
    text = GUIDE.read_text(encoding="utf-8")
    for block in re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text[: block.start()].count("\n") + 1
        exec(compile("\n" * line + block[1], str(GUIDE), "exec"), names)
    printed = capsys.readouterr().out
    assert "people.role is written only by" in printed
    results = names["results"]
    assert results["school_year"].tolist() == ["2024/25", "2025/26", "2026/27", "2027/28"]
    assert results["sabbaticals"].sum() > 0
    rows = {(row["threshold"], row["replicate"]): row["well-being of heads"] for row in names["rows"]}
    assert all(rows[-1.0, replicate] > rows[-99.0, replicate] for replicate in (0, 1))
