"""The command line: ``headway``, or ``python -m headway``."""

from __future__ import annotations

import sys

from headway import check_house


def main() -> None:
    """Run the command line and exit; see :func:`analysis.cli.main`."""
    try:
        check_house()
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    try:
        from analysis.cli import main as command_line

        command_line()
    except KeyboardInterrupt:  # before the command line listens, or after
        print("Stopped.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
