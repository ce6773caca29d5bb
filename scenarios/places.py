"""Where scenarios, contexts and programmes are: in the library by name, or in a user's files by path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import InputError, Problem, echo
from scenarios.strict import Scalar, did_you_mean
from scenarios.strict.fields import listed

PACKAGE = Path(__file__).parent.resolve()

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
"""Names in the library."""
_FOLDERS = {"scenario": "library", "programme": "programmes"}


@dataclass(frozen=True)
class Found:
    """A file to read."""

    path: Path
    root: Path
    """Folder, with links followed, that the file and all that it extends must lie in."""
    file: str
    """The file as messages call it."""
    name: str
    """The name it goes by: the library name, or the file's name without its ending."""
    text: str | None = None
    """What it says, of what was given in Python and is no file."""
    at: tuple[str, ...] = ()
    """For each line of ``text``, where it was given."""
    below: Found | None = None
    """What it extends, where that is known already."""


def library_names(kind: str) -> list[str]:
    """Names of ``scenario``, ``context`` or ``programme`` files that the library holds, in order."""
    if kind == "context":
        return sorted(path.parent.name for path in (PACKAGE / "contexts").glob("*/context.yaml"))
    return sorted(path.stem for path in (PACKAGE / _FOLDERS[kind]).glob("*.yaml"))


def in_library(name: str, kind: str) -> Found:
    """The library's file of that name, which must exist."""
    own_folder = kind == "context"
    path = PACKAGE / "contexts" / name / "context.yaml" if own_folder else PACKAGE / _FOLDERS[kind] / f"{name}.yaml"
    return Found(path, PACKAGE, shipped(path), name)


def shipped(path: Path) -> str:
    """What messages and provenance call a file that comes with the package."""
    return str(Path("scenarios") / path.relative_to(PACKAGE)).replace("\\", "/")


def place_name(context: str) -> str:
    """The title of a context of the library as it stands in a sentence: ``England``, ``an eastern region of …``.

    The context's own name if it is not in the library of this version, which results of another version may come from.
    """
    if context == "context":  # one that lies beside what names it
        return "a school system of one's own"
    if context not in library_names("context"):
        return context
    lines = in_library(context, "context").path.read_text(encoding="utf-8").splitlines()
    title = next(line.removeprefix("title:").strip() for line in lines if line.startswith("title:"))
    return title[0].lower() + title[1:] if title.startswith(("A ", "An ", "The ")) else title


def is_path(reference: str) -> bool:
    """Whether a reference is a path rather than a name in the library."""
    return "/" in reference or "\\" in reference or reference.endswith((".yaml", ".yml"))


def locate(reference: str | Path, kind: str = "scenario") -> Found:
    """The file that a user names on the command line or in code; raise :exc:`InputError` for an unknown name."""
    text = str(reference)
    if isinstance(reference, Path) or is_path(text):
        path = Path(reference)
        try:
            root = path.parent.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError([Problem(echo(text), None, None, "E0101", "there is no such file")]) from error
        if root.is_relative_to(PACKAGE):
            root = PACKAGE
        return Found(path, root, text, _named(text))
    if text in library_names(kind):
        return in_library(text, kind)
    message, hint = _unknown(text, kind)
    if Path(text).is_dir() if NAME.match(text) else False:
        hint = "there is a folder of that name here; name a file in it that ends in .yaml"
    raise InputError([Problem(echo(text), None, None, "E0121" if is_path(text) else "E0123", message, hint=hint)])


def _unknown(name: str, kind: str) -> tuple[str, str]:
    names = library_names(kind)
    message = f"the library has no {kind} called {echo(name) or 'nothing'}"
    return message, did_you_mean(name, names) or f"it has {listed(names)}; a path to a file of yours ends in .yaml"


def _named(given: str) -> str:
    """What a file goes by that somebody names in so many words: a context by its folder, if that is among them.

    Nothing else of where it lies: what is moved as a whole stays what it was.
    """
    path = Path(given)
    return path.parent.name if path.name == "context.yaml" and path.parent.name else path.stem


def locate_from(value: Scalar, parent: Found, kind: str) -> Found | None:
    """The file that another file names under ``extends``, ``context`` or ``file``; None, with a problem noted, if it may not."""
    text = value.text
    if not is_path(text):
        if text in library_names(kind):
            return in_library(text, kind)
        message, hint = _unknown(text, kind)
        value.place.wrong("E0123", message, hint)
        return None
    wrong = _wrong_path(text)
    if wrong:
        value.place.wrong("E0121", f"{wrong}: {echo(text)}", "write a path relative to this file, such as base.yaml")
        return None
    path = parent.path.parent / text
    if not _is_inside(path, value, parent):
        return None
    file = str(Path(parent.file).parent / text)
    return Found(path, parent.root, file, _named(text))


def locate_file(value: Scalar, parent: Found, endings: tuple[str, ...]) -> Path | None:
    """A file of another kind that a file names, by a path relative to it; None, with a problem noted, if it may not."""
    wrong = _wrong_path(value.text, endings)
    if wrong:
        value.place.wrong(
            "E0121", f"{wrong}: {echo(value.text)}", f"write a path relative to this file that ends in {endings[0]}"
        )
        return None
    path = parent.path.parent / value.text
    return path if _is_inside(path, value, parent) else None


def _is_inside(path: Path, value: Scalar, parent: Found) -> bool:
    """Whether a path stays in the folder of the files that are being read; a problem is noted if it does not."""
    try:
        inside = path.resolve().is_relative_to(parent.root)
    except (OSError, RuntimeError, ValueError):
        inside = True  # reading it will say what is wrong
    if not inside:
        value.place.wrong(
            "E0121",
            f"the path leads out of the folder {echo(parent.root.name)}: {echo(value.text)}",
            "put the file into that folder",
        )
    return inside


def _wrong_path(text: str, endings: tuple[str, ...] = (".yaml", ".yml")) -> str | None:
    if "://" in text:
        return "addresses on the web are not read"
    if text.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", text):
        return "the path is absolute"
    if text.startswith("~") or "$" in text or "\\" in text:
        return "a path holds no ~, $ or \\"
    return None if text.endswith(endings) else f"a path ends in {endings[0]}"
