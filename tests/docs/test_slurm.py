"""The guide's recipe for Slurm is run, with stand-ins for its commands that start jobs on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.servers import PATIENCE, free_port

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "cluster.md").read_text(encoding="utf-8")
STAND_INS = {
    "sbatch": """
number=$(cat ids 2>/dev/null | wc -l)  # before the job is in the background, where it would count itself
for a in "$@"; do case $a in --wrap=*)
  setsid bash job $number ${a#--wrap=} >>jobs.log 2>&1 & echo $! >>ids;;
esac; done""",
    "squeue": "n=0; for i in $(cat ids 2>/dev/null); do [ -e ended.$n ] || echo $i; n=$((n + 1)); done",
    "scancel": "for i in $(cat ids 2>/dev/null); do kill -- -$i 2>/dev/null; done; true",
    "job": """
number=$1; shift
trap "touch ended.$number" EXIT  # a process that has ended may be there for good, where nobody asks what became of it
case $number in
0) exec 3< <(exec "$@" 2>&1); worker=$!; grep -q -m1 "Worker at" <&3; kill -9 $worker;;
1) until [ $(wc -l <ids) -ge 3 ]; do sleep 0.05; done; "$@";;
*) "$@";;
esac""",
}
"""Of the jobs, the first is lost once its worker is there, and the second begins when there is a third: so there must be one."""


def test_jobs_are_started_and_replaced_and_the_sweep_ends(tmp_path):
    """The first job is killed once its worker is there: a third is started, and every run is carried out.

    However slow the machine: the work cannot end before there is a third job.
    """
    for name, script in STAND_INS.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "design.yaml").write_text(re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[1])
    recipe = re.search(r"```sh\n(JOBS.*?)```", GUIDE, re.DOTALL)[1]
    for wide, small in {
        "JOBS=50": "JOBS=2",
        "$(hostname -i)": "127.0.0.1",
        "PAUSE=30": "PAUSE=0.2",
        "8786": str(free_port()),
    }.items():
        assert wide in recipe
        recipe = recipe.replace(wide, small)
    design = (tmp_path / "design.yaml").read_text()
    (tmp_path / "design.yaml").write_text(
        design.replace("replicates: 2", "replicates: 4")
    )  # more than one worker does while it is being ended
    make = re.search(r"^openssl.*?ca\.pem$", GUIDE, re.DOTALL | re.MULTILINE)[0]
    path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", f"mkdir certificates\n{make}\n{recipe}"], cwd=tmp_path, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Digest: " in done.stdout, done.stderr
    assert len((tmp_path / "ids").read_text().split()) >= 3  # more where a worker was there before the scheduler
