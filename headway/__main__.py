"""The command line: ``headway``, or ``python -m headway``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit; see :func:`analysis.cli.main`. Control-C ends it in a line, whenever it comes."""
    try:
        _keep_docstrings()
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


def _keep_docstrings() -> None:
    """Start again where Python drops docstrings (``-OO``, PYTHONOPTIMIZE=2): the help is made of them, and Altair needs its own."""
    if sys.flags.optimize > 1 and os.environ.get("PYTHONOPTIMIZE") != "1":
        words = [word for word in sys.orig_argv[1:] if word != "-OO"]
        os.execve(sys.executable, [sys.executable, *words], {**os.environ, "PYTHONOPTIMIZE": "1"})


def _hear_no_more() -> None:
    """Let Control-C do nothing while Python takes itself down: all is done by then, and Python would print a trace."""
    import signal
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
