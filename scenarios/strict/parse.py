"""From text to a tree, by YAML events: a bomb is refused before it can be built."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from scenarios.problems import echo
from scenarios.strict.files import MOST_BYTES, read_text
from scenarios.strict.nodes import Mapping, Node, Place, Scalar, Sequence, Source

MOST_DEPTH = 20
MOST_NODES = 50_000
MOST_CHARACTERS = 10_000
MOST_KEY = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEY = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./ -]*\Z")
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def read(path: Path, name: str | None = None, root: Path | None = None, origin: str | None = None) -> Node:
    """The tree of a YAML file; ``name`` is what messages call it. Raise :exc:`~scenarios.problems.InputError`."""
    source = Source(name or str(path), [], origin)
    return _tree(read_text(path, source, root), source)


def parse(text: str, name: str = "<text>", origin: str | None = None, at: tuple[str, ...] = ()) -> Node:
    """The tree of YAML text; ``at`` says where each line was given, if it was given in Python.

    Raise :exc:`~scenarios.problems.InputError` with every problem found.
    """
    source = Source(name, [], origin, at=at)
    if len(text) > MOST_BYTES:
        source.problem("E0105", "the text is larger than 1 MB")
        source.stop_if_wrong()
    return _tree(text.replace("\r\n", "\n"), source)


def _tree(text: str, source: Source) -> Node:
    source.lines = text.split("\n")
    _refuse_hidden(text, source)
    directive = next((i for i, line in enumerate(source.lines, 1) if line.startswith("%")), None)
    if directive:
        source.problem("E0114", "directives are not allowed", directive, 1, hint="take the line that starts with % out")
        source.stop_if_wrong()
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        said = " ".join(part for part in (error.problem, error.context) if part) or "the text breaks off"
        source.problem("E0108", f"not valid YAML: {echo(said)}", line, column, hint=_syntax_hint(source, line))
    except (yaml.YAMLError, RecursionError) as error:
        source.problem("E0108", f"not valid YAML: {echo(error)}")
    source.stop_if_wrong()
    if builder.root is None or (isinstance(builder.root, Scalar) and builder.root.empty):
        source.problem("E0104", "the file is empty")
        source.stop_if_wrong()
    assert builder.root is not None
    return builder.root


def _refuse_hidden(text: str, source: Source) -> None:
    """Note characters that cannot be seen; a file with any is not read further."""
    for count, match in enumerate(_HIDDEN.finditer(text)):
        if count == 100:
            break
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        source.problem("E0107", f"{_name(match[0])} is not allowed", line, column, hint=_hidden_hint(match[0]))
    source.stop_if_wrong()


def _name(character: str) -> str:
    names = {"\t": "a tab", "\r": "a carriage return without a line feed", "\x00": "a NUL character"}
    return (
        names.get(character) or f"{unicodedata.name(character, 'a control character').lower()} (U+{ord(character):04X})"
    )


def _hidden_hint(character: str) -> str:
    if character == "\t":
        return "use spaces"
    return "use an ordinary space" if unicodedata.category(character) == "Zs" else "take it out"


def _syntax_hint(source: Source, line: int | None) -> str:
    shown = source.lines[line - 1].strip() if line and line <= len(source.lines) else ""
    if re.search(r"(:|-) +[@`%&*!|>]", shown) or shown.startswith(("@", "`", "%")):
        return "put a value that starts with a special character in quotes"
    return "check colons, indentation, brackets and quotes here and just above"


def _split_number(key: Node, value: Node, before: dict[str, Node]) -> TypeGuard[Scalar]:
    """Whether a key is the tail of a number like £32,000 that a comma within braces has split."""
    if not (isinstance(key, Scalar) and isinstance(value, Scalar) and value.empty and re.match(r"\d{3}\Z", key.text)):
        return False
    last = next(reversed(before.values()), None)
    return isinstance(last, Scalar) and re.match(r"£?\d{1,3}\Z", last.text) is not None


class _Builder:
    """Takes events one by one and keeps the tree as far as it has got."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.count = 0
        self.documents = 0
        self.open: list[tuple[Place, bool, list[Node]]] = []
        """(place, whether a mapping, children so far: of a mapping, keys and values in turn)."""

    def take(self, event: Any) -> None:
        """Take the next event; raise :exc:`InputError` at once where reading on would be unsafe."""
        match event:
            case yaml.DocumentStartEvent():
                self._document(event)
            case yaml.AliasEvent():
                self._fatal(event, "E0109", "aliases are not allowed", "write the value again")
            case yaml.ScalarEvent() | yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                place, is_mapping, children = self.open.pop()
                self._put(self._mapping(place, children) if is_mapping else Sequence(place, tuple(children)))

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._fatal(event, "E0113", "a second document starts here", "put it in a file of its own")

    def _start(self, event: Any) -> None:
        self.count += 1
        place = self._place(event)
        if event.anchor is not None:
            self._fatal(
                event, "E0109", f"anchors are not allowed: &{echo(event.anchor)}", "write the value where it is needed"
            )
        if event.tag is not None:
            self._fatal(event, "E0110", f"tags are not allowed: {echo(event.tag)}", "write the value without a tag")
        if self.count > MOST_NODES:
            self._fatal(event, "E0105", f"the file holds more than {MOST_NODES:,} values")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
            return
        if len(self.open) >= MOST_DEPTH:
            self._fatal(event, "E0105", f"nested more than {MOST_DEPTH} deep")
        self.open.append((place, isinstance(event, yaml.MappingStartEvent), []))

    def _scalar(self, event: Any, place: Place) -> None:
        if len(event.value) > MOST_CHARACTERS:
            self._fatal(event, "E0105", f"a value of {len(event.value):,} characters; the most is {MOST_CHARACTERS:,}")
        hidden = _HIDDEN.search(event.value)
        if hidden:
            place.wrong(
                "E0107", f"{_name(hidden[0])} is not allowed, nor is an escape that stands for it", "take it out"
            )
        self._put(Scalar(place, event.value, event.style in ("'", '"', "|", ">")))

    def _put(self, node: Node) -> None:
        if self.open:
            self.open[-1][2].append(node)
        else:
            self.root = node

    def _mapping(self, place: Place, children: list[Node]) -> Mapping:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if _split_number(key, value, values):
                key.place.wrong(
                    "E0115",
                    f"the comma before {key.text} starts a new key",
                    "within braces write numbers without commas",
                )
                continue
            if not self._good_key(key, keys):
                continue
            assert isinstance(key, Scalar)
            keys[key.text], values[key.text] = key, value
        return Mapping(place, keys, values)

    def _good_key(self, key: Node, keys: dict[str, Scalar]) -> bool:
        if not isinstance(key, Scalar):
            key.place.wrong("E0115", "a key must be a word, not a list or mapping")
            return False
        if key.text == "<<":
            key.place.wrong("E0112", "merges are not allowed", "use extends, or write the keys out")
            return False
        if key.text in keys:
            first = keys[key.text].place.line
            key.place.wrong("E0111", f"the key {echo(key.text)} is here twice", f"it stands first in line {first}")
            return False
        if key.empty or len(key.text) > MOST_KEY or not _KEY.match(key.text):
            strange = next((ch for ch in key.text if ord(ch) > 127), None)
            why = f": it holds {unicodedata.name(strange, 'a strange character').lower()}" if strange else ""
            key.place.wrong(
                "E0115",
                f"not a possible key: {echo(key.text) or 'nothing'}{why}",
                "use plain letters, digits, dots, -, _ and /",
            )
            return False
        return True

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = (
            end.column - start.column if end.line == start.line else len(self.source.lines[start.line]) - start.column
        )
        # In what is written from Python each collection begins in the line after its key, which is where it was given.
        above = bool(self.source.at) and not getattr(event, "flow_style", True)
        return Place(self.source, start.line + 1 - above, start.column + 1, max(width, 1))

    def _fatal(self, event: Any, code: str, message: str, hint: str | None = None) -> None:
        self._place(event).wrong(code, message, hint)
        self.source.stop_if_wrong()
