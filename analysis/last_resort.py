"""What is said of an error that nobody has foreseen: what happened, what is kept, how to go on, and where its trace is."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import traceback
from pathlib import Path

from analysis.limits import too_few_addresses, too_few_files

EXIT_CODE = 5

ADVICE = {
    errno.ENOSPC: "Make room on the disk.",
    errno.EDQUOT: "Make room on the disk.",
    errno.EMFILE: "Allow more open files: ulimit -n 1024.",
    errno.ENFILE: "This machine has too many files open: close other programs.",
    errno.ENOMEM: "Use fewer --workers, a smaller --scale, or a machine with more memory.",
    errno.EAGAIN: "This machine starts no more processes: use fewer --workers.",
}
"""What to do about errors of the operating system, where more can be said than to mend it."""
MEND = "Mend that, and run the same command again."


def told(error: BaseException) -> str:
    """The message about ``error``, in a line for each thing; its notes, which say what is kept, are among them."""
    notes = (note for note in getattr(error, "__notes__", ()) if "\n" not in note)  # a longer one belongs to the trace
    lines = [f"error: {_what(error)}", *notes]
    lines += [few for few in (too_few_files(), too_few_addresses()) if few]
    where = _keep_trace(error)
    if where:
        lines.append(f"The trace of the error is in {where}; whoever maintains Headway can use it.")
    return "\n  ".join(lines)


def _what(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return f"there is no memory left for this. {ADVICE[errno.ENOMEM]}"
    if isinstance(error, OSError) and error.strerror:
        advice = ADVICE.get(error.errno or 0, MEND)
        return f"{f'{error.filename}: ' if error.filename else ''}{error.strerror}. {advice}"
    if type(error).__module__.partition(".")[0].strip("_") == "duckdb":
        number = next((n for n in errno.errorcode if os.strerror(n) in str(error)), 0)
        if number:  # DuckDB says in words alone what the operating system has said
            return f"{str(error).strip().splitlines()[0]}. {ADVICE.get(number, MEND)}"
    first = (str(error).strip().splitlines() or [""])[0][:300]
    return f"Headway has a fault, or something around it has: {type(error).__name__}{f': {first}' if first else ''}"


def _keep_trace(error: BaseException) -> Path | None:
    """The file that has the trace; None where none can be written."""
    with contextlib.suppress(OSError, MemoryError):
        text = "".join(traceback.format_exception(error))
        with tempfile.NamedTemporaryFile(
            "w", prefix="headway-trace-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(text)
        return Path(file.name)
    return None
