"""A small study that was really run, with text in it that must not do anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.runs.plan import Options
from analysis.studies.compare.study import carry_out
from analysis.studies.compare.summing import Asked

HOSTILE = '=HYPERLINK("http://evil.example","x") <script>alert(1)</script>'
POLICY = f"""\
title: '{HOSTILE}'
summary: "@SUM(A1) is what a summary may begin with."
extends: excellence-in-leadership
levers:
  leave.per_wellbeing: {{times: 2}}
"""


def study(folder: Path, more: str = "", replicates: int = 3) -> Path:
    """Run a base and a policy of a few schools into a folder and return it."""
    policy = folder / "policy.yaml"
    policy.write_text(POLICY + more, encoding="utf-8")
    options = Options(replicates, years=2, scale=0.2, context="eastern-region-2010")
    carry_out(["england", str(policy)], options, Asked(out=folder / "results"))
    return folder / "results"


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    return study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def strict_results(tmp_path_factory) -> Path:
    return study(tmp_path_factory.mktemp("strict"), "suppress_below: 10\n", 2)
