"""Everything once with the network cut off: a program to be started in a network of its own, in an empty folder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import socket
import struct
import sys
import urllib.request
from typing import Any

from analysis import cli
from tests.servers import PATIENCE, served

UP = 0x1 | 0x8 | 0x40
"""Flags of the loopback device: up, loopback, running."""
PROGRAM = "import tests.analysis.offline as o, sys; o.listen(); o.headway(*sys.argv[1:])"
tried: list[str] = []
"""Where something wanted to connect to, or what name it looked up, but for this machine's own."""


def listen() -> None:
    """From here on, note what wants to reach another machine; a headway that runs for long ends with an error then."""

    def hear(event: str, given: tuple[Any, ...]) -> None:
        where = ""
        if event == "socket.getaddrinfo":
            where = str(given[0])
        elif event in ("socket.connect", "socket.sendto") and isinstance(given[1], tuple):
            where = str(given[1][0])
        if where not in ("", "None", "localhost", "::1") and not where.startswith("127."):
            tried.append(where)
            print(f"tried {where}", file=sys.stderr, flush=True)

    sys.addaudithook(hear)


def loopback_up() -> None:
    """In a new network even the machine's own address is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", UP))


def headway(*words: str) -> None:
    """The command line."""
    sys.argv = ["headway", *words]
    with contextlib.suppress(SystemExit):
        cli.main()


def page() -> dict[str, Any]:
    """Start the page and ask it for what a browser asks for."""
    command = [sys.executable, "-c", PROGRAM, "app", "--port", "0", "--workers", "1"]
    with served(command, r"http://127\.0\.0\.1:\d+") as server:
        address = server.wait()[0]
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        sizes = {}
        for part in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
            with urllib.request.urlopen(address + part, timeout=PATIENCE) as answer:
                sizes[part] = len(answer.read())
    return {"page": len(text), "parts": sizes, "told": server.said}


def main() -> None:
    """Do everything; print what came of it as JSON."""
    loopback_up()
    listen()
    with socket.socket() as one, contextlib.suppress(OSError):
        one.settimeout(3)
        one.connect(("192.0.2.1", 80))
        tried.append("another machine was reached")
    cut, tried[:] = list(tried), []
    headway(
        "run",
        "eastern-region",
        "eastern-region-2010",
        "--years",
        "1",
        "--replicates",
        "2",
        "--scale",
        "0.3",
        "--out",
        "out",
    )
    headway("report", "out")
    headway("workbook", "out", "--out", "book.xlsx")
    headway("workbook", "out", "--out", "book.ods")
    headway("deck", "out", "--out", "deck.pptx")
    headway("export", "out", "--measure", "headcount", "--csv", "out.csv")
    headway("explain", "npq")
    print("\n" + json.dumps({"cut": cut, **page(), "tried": tried}))


if __name__ == "__main__":
    main()
