"""``headway worker``: one process that simulates for a sweep on another machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from analysis.options import JsonOption, argument, as_path, minutes, option

HOST = "Address of this machine at which the scheduler reaches it; the one from which it reaches the scheduler if not given."
WAIT = "Minutes to wait for the scheduler."


def worker(
    address: Annotated[str, argument("ADDRESS", "The scheduler's, such as tls://10.0.0.5:8786.")],
    certificates: Annotated[Path, option("DIR", "Folder with ca.pem, cert.pem and key.pem.", parser=as_path)],
    host: Annotated[str | None, option("ADDRESS", HOST)] = None,
    wait_for_scheduler: Annotated[float, option("MINUTES", WAIT, minutes)] = 5.0,
    as_json: JsonOption = False,
) -> None:
    """Be a worker of a cluster, one run at a time, until the scheduler ends. Start one for each processor."""
    import json

    from analysis.runs.process import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    from analysis.runs import serve

    def ready(own: str) -> None:
        about = {"address": own, "scheduler": address}
        print(json.dumps(about) if as_json else f"Worker at {own} of {address}", flush=True)

    serve.check_address(address)
    serve.worker(address, str(certificates), host, 60 * wait_for_scheduler, ready)
