"""``headway scheduler``: through which a sweep reaches workers on other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis.options import as_path, option, within

HOST = "Address of this machine at which workers and the sweep reach it; nothing is opened at any other."
PORT = "Port; 0 for any that is free."


def scheduler(
    certificates: Annotated[Path, option("DIR", "Folder with ca.pem, cert.pem and key.pem.", parser=as_path)],
    host: Annotated[str, option("ADDRESS", HOST)] = "127.0.0.1",
    port: Annotated[int, option("N", PORT, within(0, 65_535, "a port"))] = 8786,
) -> None:
    """Be the scheduler of a cluster, through which a sweep reaches its workers, until Control-C.

    Whoever has the certificates can have it run any code; nobody else can speak with it.
    """
    from analysis.runs import serve

    serve.scheduler(host, port, str(certificates), lambda address: print(f"Scheduler at {address}", flush=True))
