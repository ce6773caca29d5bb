"""``headway scheduler``: through which a sweep reaches workers on other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis.options import JsonOption, as_path, option, within

HOST = "Address of this machine at which workers and the sweep reach it; nothing is opened at any other."
PORT = "Port; 0 for any that is free."


def scheduler(
    certificates: Annotated[Path, option("DIR", "Folder with ca.pem, cert.pem and key.pem.", parser=as_path)],
    host: Annotated[str, option("ADDRESS", HOST)] = "127.0.0.1",
    port: Annotated[int, option("N", PORT, within(0, 65_535, "a port"))] = 8786,
    as_json: JsonOption = False,
) -> None:
    """Be the scheduler of a cluster, through which a sweep reaches its workers, until Control-C.

    Whoever has the certificates can have it run any code; nobody else can speak with it.
    """
    import json

    from analysis.runs import serve

    def ready(address: str) -> None:
        print(json.dumps({"address": address}) if as_json else f"Scheduler at {address}", flush=True)

    serve.scheduler(host, port, str(certificates), ready)
