"""``make.py`` sets up what is needed, or says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_without_a_network_one_message_says_what_to_do(tmp_path):
    """No trace of Python, and the next command tries again instead of starting what is not there."""
    for name in ("make.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")} | nowhere
    for _attempt in range(2):
        done = subprocess.run(
            [sys.executable, "make.py", "run", "england"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "It needs the internet, this once. Run the same command to try again." in done.stderr
        assert "Traceback" not in done.stderr
