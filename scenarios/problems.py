"""What is wrong with a user's file, in one shape that every reader fills and every command prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 20
"""Problems printed before the rest are only counted."""

_MOST_ECHOED = 80


def echo(value: object) -> str:
    """``value`` as it may be printed: at most 80 characters, control and invisible characters escaped."""
    shown = escape(str(value)[: _MOST_ECHOED + 1])
    return shown if len(shown) <= _MOST_ECHOED else shown[: _MOST_ECHOED - 1] + "…"


def escape(text: str) -> str:
    """``text`` with control and invisible characters written as escapes."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\n":
        return "\\n"
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"\\u{ord(character):04x}"
    return character


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file, said so that its author can put it right."""

    file: str
    """The file as the user named it."""
    line: int | None
    """Line, from 1; None when the whole file is meant."""
    column: int | None
    """Character in the line, from 1; None when the whole line is meant."""
    code: str
    """Code of the rule that was broken, such as ``E0205``; W for a warning. See docs/reference/error-codes.md."""
    message: str
    """What was given and what is allowed."""
    source_line: str | None = None
    """The line itself, where showing it helps."""
    hint: str | None = None
    """What to do about it."""
    width: int = 1
    """How many characters from ``column`` on are meant."""
    origin: str | None = None
    """How this file came to be read, such as ``extends base.yaml:3``."""

    def render(self) -> str:
        """The problem as printed: place, code and message, then the line with a caret, the hint and the origin."""
        place = ":".join(str(part) for part in (escape(self.file), self.line, self.column) if part is not None)
        text = f"{place}: {'warning' if self.code.startswith('W') else 'error'} {self.code}: {self.message}"
        if self.source_line is not None:
            start, caret, room = self._window()
            shown = "".join(" " if ch == "\t" else _visible(ch) for ch in self.source_line[start : start + room])
            text += f"\n   {self.line} | {shown}"
            if self.column is not None:
                pad = sum(len(_visible(ch)) if ch != "\t" else 1 for ch in self.source_line[start : start + caret])
                width = max(1, min(self.width, room - caret, len(self.source_line) - start - caret))
                text += f"\n   {' ' * len(str(self.line))} | {' ' * pad}{'^' * width}"
        if self.hint:
            text += f"\n   {self.hint}"
        if self.origin:
            text += f"\n   from: {self.origin}"
        return text

    def _window(self) -> tuple[int, int, int]:
        """(first character shown, caret within what is shown, characters shown) of a line too long to print whole."""
        caret = (self.column or 1) - 1
        start = max(0, caret - 60)
        return start, caret - start, 120


class InputError(Exception):
    """A file cannot be used; carries every :class:`Problem` that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.render())

    def render(self) -> str:
        """The first problems, one after the other, and how many more there are."""
        shown = [problem.render() for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        return "\n".join([*shown, f"… and {more} more"] if more else shown)

    def _render_traceback_(self) -> list[str]:
        """How a notebook shows it: the problems and no traceback."""
        return self.render().splitlines()


CODES: dict[str, str] = {
    "E0101": "There is no such file or folder. Check the spelling; a path is relative to the folder you are in, and a "
    "path inside a file is relative to that file.",
    "E0102": "Only ordinary files are read: no folders, pipes or devices, and no link that leads out of its folder.",
    "E0103": "The file is there but may not be read. Check its permissions.",
    "E0104": "The file holds nothing but space and comments.",
    "E0105": "A file may be 1 MB, hold 50,000 values, nest 20 deep, and hold single values of 10,000 characters.",
    "E0106": "Files are text in UTF-8. In an editor: save with encoding UTF-8.",
    "E0107": "Invisible and control characters are refused, because what you see would not be what is read. Tabs, "
    "no-break spaces, zero-width characters and characters that turn the direction of text are among them.",
    "E0108": "The text is not YAML. Usual causes: a colon without a space after it, indentation that does not line up, "
    "a bracket or quote that is not closed, a value that starts with @, `, % or &.",
    "E0109": "Anchors (&name) and aliases (*name) are refused: write the value again, or use `extends`.",
    "E0110": "Tags (!name) are refused: each key says what its value is.",
    "E0111": 'A key may stand once in a mapping. 2024 and "2024" are the same key.',
    "E0112": "Merges (<<) are refused: use `extends`.",
    "E0113": "One file holds one document: no second `---`.",
    "E0114": "Lines that start with % are directives to the YAML reader; none is allowed.",
    "E0115": "A key is a word of plain ASCII letters, digits, dots, hyphens, underscores and slashes.",
    "E0121": "A path must be relative, without `~`, `$` or `://`, and stay in the folder of the file first read.",
    "E0122": "A chain of `extends` may be 8 files long and must not come back to a file.",
    "E0123": "The library holds no such name. Names are bare words; a path ends in .yaml.",
    "E0201": "The table of schools cannot be opened: check that it is there, is a file, and may be read.",
    "E0202": "The table of schools is not text in UTF-8 with comma-separated values.",
    "E0203": "The table of schools is empty, or no row of it can be used.",
    "E0204": "A column of the table of schools is missing, unknown or there twice.",
    "E0205": "A cell of the table of schools is not what its column needs.",
    "E0206": "Two rows of the table of schools contradict each other.",
    "E0301": "This place takes a mapping, a list or a single value, and was given another of the three.",
    "E0302": "The key is not known here. Keys are case-sensitive.",
    "E0303": "A key that must be there is missing.",
    "E0304": "A value is missing. Write one, or take the key out; `~` and `null` are not values.",
    "E0305": "The keys at this place are labels of an axis; each label must be given, or `all` for those not named.",
    "E0306": "What is in this file does not fit together with where it is or with what it extends.",
    "E0401": "A number is written like 0.86, 1e-2 or 86%; without quotes, thousands separators or leading zeros.",
    "E0402": "The number lies outside what is possible for its unit.",
    "E0403": "A whole number is written in digits alone, like 15.",
    "E0404": "Only true and false are truth values; yes, no, on and off are not.",
    "E0405": "A school year is written like 2027/28.",
    "E0406": "The value is not one of the words allowed here.",
    "E0407": "Text must not be empty or longer than the key allows.",
    "E0408": "The unit in the file differs from the unit that the model declares for the parameter or the channel.",
    "E0409": "The value lies outside the range given for it. The range says what the evidence can bear.",
    "E0410": "Shares along an axis must sum to one.",
    "E0411": "A range is [least, most], with the least first and both possible for the unit.",
    "E0412": "A source is the id of a row of the evidence tables, or the name of a publication that the file itself cites.",
    "E0413": "Only a value of grade J (judgement) may have no source.",
    "E0414": "A parameter may be changed in one place of a file: under levers or under uncertainties.",
    "E0415": "Rungs, phases and groups of a context have names of their own; a ladder goes up from classroom_teacher and has a head.",
    "E0416": "School years beside a value stand in order: from, by, until; and a lever is pulled after the base year.",
    "E0417": "A publication that a file cites has a name of its own, one meaning, and something in the file that rests on it.",
    "E0418": "A parameter that is one for all schools has no `where:`; every other can hold in some places and not in others.",
    "E0419": "An event of a school says which school, trust or pupils, and can happen: the school is in the register, and open then.",
    "E0420": "A figure is held against a measure that counts as its source does; `counted:` says how, and the page of measures how each does.",
    "E0501": "No programme has this name: neither in the library nor, for a programme of yours, beside its file.",
    "E0502": "A condition goes by a column of people, schools or clusters. People also have the columns of their school "
    "and its cluster, schools those of their cluster; a school has no age, and a cluster no head teacher's years.",
    "E0503": "Nobody can meet these conditions. Those of one `who` must all hold together.",
    "E0504": "An effect acts through one of the channels, on somebody whom the channel can act on and whom the programme "
    "has: participants and their teams where people join, helpers where somebody helps, peers where there is a cascade.",
    "E0505": "A scenario sets a programme's levers under `programmes:` and what is uncertain about it under "
    "`uncertainties:`. Levers are what a government can choose: places, costs, hours, and how many helpers.",
    "E0506": "Places are a number a year in a system of so many schools, or a share of those who may join; they do not "
    "end before they start, and a budget pays grants.",
    "E0507": "A key that would do nothing here is refused, and one without which nothing would happen is needed.",
    "E0508": "Those who may help could not give a tenth of what is promised, even if everybody fit to help were there.",
    "E0509": "An outcome is one of a closed list, of the people, schools or clusters that join; a programme is meant to "
    "move it or to leave it alone, not both.",
    "E0510": "A programme is changed, or its figures are, only in a scenario in which it runs.",
    "E0511": "A study matches on what evaluators can see in census data, and holds published figures, with their sources, "
    "to a stated tolerance.",
    "E0520": "A condition on `school.<column>` goes by a column of the register that is run; the synthetic registers have none "
    "of your own, a table of schools given with `--schools` may have.",
    "E0601": "What is varied needs several values: a list [a, b], steps {from: a, to: b, steps: n}, either of them "
    "within {times: …} or {add: …}, or, for what is uncertain, a distribution.",
    "E0602": "Distributions are uniform, log_uniform, triangular and normal, each with a list of numbers, or the word "
    "range. They stand under `uncertainties:`, for plain numbers or, within {times: …} or {add: …}, for tables.",
    "E0603": "The same value, scenario or measure is listed twice: it would be run twice and counted twice.",
    "E0604": "`draws` says how many samples of the uncertainties are taken; `sampling: full` tries every value instead.",
    "E0605": "What is kept is named by a measure, or by one line of it: {posts_vacant: {role: head}}.",
    "E0606": "A design may have a million runs. Take out levers, or share it out over several designs.",
    "W0701": "A date lies outside the years projected, or ends before it begins, so that nothing comes of it.",
    "W0702": "Nobody in the base year meets these conditions: those who may join, help or be led.",
    "W0703": "Too few helpers are fit and willing for the places: most who start will get less than is promised.",
    "W0704": "What is set changes prices alone, and no behaviour.",
    "W0705": "The scenarios of one design run in different school systems: their differences are not those of a policy.",
    "W0706": "A sample of this number of draws covers the range less evenly than its method can.",
    "W0707": "A condition goes by a column that the scenario's own register lacks: it runs only with a table of schools that has it.",
    "W0708": "What a scenario says of the system of schools changes no school in the years projected.",
}
"""What each code means, by family: E01xx files, E02xx tables of schools, E03xx keys, E04xx values, E05xx programmes,
E06xx designs of sweeps, W07xx warnings of what can do nothing."""


def explain(code: str) -> str:
    """What an error code means and what to do about it; raise :exc:`KeyError` for a code that does not exist."""
    return CODES[code.upper()]
