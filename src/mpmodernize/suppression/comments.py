"""Comments that silence findings: where they stand, which rules they name, and for which lines they speak.

`# mpmodernize: ignore[MP402] why` at the end of a line or on a line of its own, `# mpmodernize: file-ignore[MP402]`
on a line of its own, and `# noqa: MP402` at the end of a line. They are read from tokens, in Python 2 and 3 alike,
never from strings. The form of `noqa` is flake8's; what a comment behind a string of several lines speaks for is, too.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from mpmodernize.python2.lexer import NEWLINES, divide
from mpmodernize.records import Record

_NOQA_OF_OURS = re.compile(r"noqa[ \t]*:[^\r\n]*?\bMP[0-9]", re.IGNORECASE)
_COMMENT = re.compile(r"#[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}

# A comment may hold several, each behind a `#` of its own; `#123` in a reason begins none.
_PART = re.compile(r"#+[^#]*(?:(?:(?<![ \t])#|#(?=[0-9]))[^#]*)*")
_OWN = re.compile(r"#+[ \t]*mpmodernize[ \t]*:[ \t]*(?P<word>[\w-]*)[ \t]*(?P<list>\[(?P<names>[^\]]*)\]?)?")
_NOQA = re.compile(r"#[ \t]*noqa[ \t]*:[ \t]*(?P<names>[A-Z]+[0-9]+(?:[, \t]+[A-Z]+[0-9]+)*)(?![\w-])", re.IGNORECASE)
_NAME = re.compile(r"[^\s,](?:[^,]*[^\s,])?")
_NOQA_NAME = re.compile(r"\w+")
_NOQA_CODE = re.compile(r"MP[0-9]{3}", re.IGNORECASE)
_WORDS = ("ignore", "file-ignore", "noqa", "disable", "skip", "nolint", "off")
"""What people write to silence something, here or elsewhere."""


class Kind(Enum):
    """What a comment speaks for."""

    LINE = "ignore"
    FILE = "file-ignore"
    NOQA = "noqa"


class Named(Record):
    """A rule as a comment names it, and where the name stands (offsets in the text)."""

    text: str
    start: int
    end: int


class Directive(Record):
    """One instruction in a comment."""

    kind: Kind
    start: int
    """The offset of its `#`."""
    end: int
    """The offset behind it and its reason."""
    listed: int
    """The offset behind the list of names: where its reason begins."""
    line: int
    alone: bool
    """Whether its comment has the line to itself."""
    named: tuple[Named, ...] = ()
    """What stands in its list; in that of a `noqa` also what is other tools' business."""
    lines: tuple[range, ...] = ()
    """The lines whose findings it silences; of no use for a whole file."""
    problem: str = ""
    """Why it silences nothing, whatever it names."""

    def speaks_for(self, line: int) -> bool:
        """Whether findings on this line are its business."""
        return not self.problem and (self.kind is Kind.FILE or any(line in each for each in self.lines))


@lru_cache(maxsize=8)
def directives(text: str) -> tuple[Directive, ...]:
    """The instructions of a text, in their order; a text without the words is not looked at closer."""
    if "mpmodernize" not in text and _NOQA_OF_OURS.search(text) is None:
        return ()
    found: list[Directive] = []
    layout = Layout(text)
    for start, line, alone in layout.comments:
        comment = _COMMENT.match(text, start)
        assert comment is not None
        if "mpmodernize" not in comment[0] and "noqa" not in comment[0].lower():
            continue
        lines = layout.lines_below(line) if alone else layout.lines_of(line)
        for part in _PART.finditer(comment[0]):
            directive = _directive(part[0].rstrip(), start + part.start(), line, lines, alone=alone)
            if directive is not None:
                found.append(directive)
    return tuple(found)


def _directive(part: str, start: int, line: int, lines: tuple[range, ...], *, alone: bool) -> Directive | None:
    """The instruction in a part of a comment, if it is one."""
    end = start + len(part)
    noqa = _NOQA.match(part)
    if noqa is not None:
        named = _named(noqa, _NOQA_NAME, start)
        ours = not alone and any(_NOQA_CODE.fullmatch(each.text) for each in named)
        return Directive(Kind.NOQA, start, end, start + noqa.end(), line, alone, tuple(named), lines) if ours else None
    own = _OWN.match(part)
    if own is None:
        return None
    word = own["word"].lower()
    if word not in ("ignore", "file-ignore") and not own["list"] and not _is_meant_to_silence(word):
        return None
    kind = Kind.FILE if word == "file-ignore" else Kind.LINE
    named = _named(own, _NAME, start) if own["list"] else []
    problem = _problem(own, named, alone=alone)
    return Directive(kind, start, end, start + own.end(), line, alone, tuple(named), lines, problem)


def _is_meant_to_silence(word: str) -> bool:
    """Whether a word is a misspelled instruction, not one of a sentence about the tool."""
    from difflib import get_close_matches

    return bool(get_close_matches(word, _WORDS))


def _named(found: re.Match[str], pattern: re.Pattern[str], start: int) -> list[Named]:
    begin, end = found.span("names")
    return [
        Named(each[0], start + each.start(), start + each.end()) for each in pattern.finditer(found.string, begin, end)
    ]


def _problem(own: re.Match[str], named: list[Named], *, alone: bool) -> str:
    word, listed = own["word"], own["list"]
    if word.lower() not in ("ignore", "file-ignore"):
        return f"`{word}` is no word of mpmodernize's: it is `ignore[…]` for a line and `file-ignore[…]` for a file"
    if not listed or not named:
        return f"`{word}` names no rule, and silences nothing: it is `{word}[MP402]`, with a code or a name"
    if not listed.endswith("]"):
        return f"the list of rules behind `{word}` has no `]`"
    if word.lower() == "file-ignore" and not alone:
        return "`file-ignore` silences nothing at the end of a line: it stands on a line of its own"
    return ""


class Layout:
    """The lines of a text as its tokens have them: where comments stand, and which lines belong together.

    A *logical line* is a simple statement or the header of a block; its lines are joined by brackets, strings and
    backslashes. Those that strings and backslashes join are *bound*: no comment can stand between them.
    """

    def __init__(self, text: str) -> None:
        self.comments: list[tuple[int, int, bool]] = []
        """Offset and line of each comment, and whether it has the line to itself."""
        self.logical: dict[int, range] = {}
        """For each line with code: the lines of its logical line."""
        self.bound: dict[int, range] = {}
        """For each line with code: the lines that are bound to it."""
        self._read(*divide(text))
        self._last = max(self.bound, default=0)

    def lines_of(self, line: int) -> tuple[range, ...]:
        """The lines that a comment at the end of this one speaks for.

        Those bound to it; and the whole logical line from its first line or its last.
        """
        bound = self.bound.get(line, range(line, line + 1))
        logical = self.logical.get(line, bound)
        if logical.start in bound or logical.stop - 1 in bound:
            return (logical,)
        return (bound,)

    def lines_below(self, line: int) -> tuple[range, ...]:
        """The lines that a comment on this line, which it has to itself, speaks for: the next with code, and its own.

        (A coding declaration, which is a comment, can be wrong.)
        """
        own = range(line, line + 1)
        following = next((each for each in range(line + 1, self._last + 1) if each in self.bound), None)
        if following is None:
            return (own,)
        logical = self.logical[following]
        return (own, logical if logical.start == following else self.bound[following])

    def _read(self, blanks: list[str], tokens: list[str]) -> None:
        offset, line, depth = 0, 1, 0
        first = bound = 0  # of the logical line, and of the lines bound to this one; 0 where no code is yet
        for blank, token in zip(blanks, tokens, strict=True):
            for found in _COMMENT.finditer(blank) if "#" in blank else ():
                above = len(_LINE_END.findall(blank, 0, found.start()))
                self.comments.append((offset + found.start(), line + above, not bound))
            line += len(_LINE_END.findall(blank)) if "\\" in blank else 0
            offset += len(blank) + len(token)
            if token in NEWLINES or not token:
                if bound:
                    self._close(self.bound, bound, line)
                if first and (depth <= 0 or not token):
                    self._close(self.logical, first, line)
                    first = depth = 0
                bound = 0
                line += 1
                continue
            first, bound = first or line, bound or line
            line += len(_LINE_END.findall(token)) if len(token) > 2 else 0
            depth += _BRACKETS.get(token, 0)

    @staticmethod
    def _close(lines: dict[int, range], first: int, last: int) -> None:
        whole = range(first, last + 1)
        lines.update(dict.fromkeys(whole, whole))
