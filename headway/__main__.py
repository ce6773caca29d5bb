"""The command line: ``headway``, or ``python -m headway``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit; see :func:`analysis.cli.main`. Control-C ends it in a line, whenever it comes."""
    try:
        from headway import check_house

        try:
            check_house()
        except ImportError as error:
            print(f"error: {error}", file=sys.stderr)
            sys.exit(2)
        from analysis.cli import main as command_line

        command_line()
    except KeyboardInterrupt:  # before the command line listens, or after
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    finally:
        _hear_no_more()


def _hear_no_more() -> None:
    """Let Control-C do nothing while Python takes itself down: all is done by then, and Python would print a trace."""
    import signal
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
