"""What the comments of a text silence, and which of them have silenced something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.codes import NAMES
from mpmodernize.suppression.comments import Directive, Kind, Named, directives

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

UNREADABLE = "MP001"
"""What no comment silences: a file that can't be read says nothing for sure, its comments included."""
UNUSED = "MP002"
INVALID = "MP003"
_OF_COMMENTS = frozenset({UNUSED, INVALID})
_CODES = {name: code for code, name in NAMES.items()}


def code_named(directive: Directive, named: Named) -> str | None:
    """The code of the rule that is named; `None` where there is none, or where it is another tool's business."""
    code = named.text.upper()
    if code in NAMES:
        return code
    return _CODES.get(named.text.lower()) if directive.kind is not Kind.NOQA else None


class Silence:
    """The comments of one text. `hides` is asked for each finding, and remembers which names have hidden one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.used: set[int] = set()
        """The names that have hidden something, by their position in `names()`."""
        self.hidden: list[tuple[str, int, Directive]] = []
        """What comments for single lines have hidden: the rule, the line, and the comment."""
        self._of_code: dict[str, list[tuple[int, Directive]]] = {}
        for position, (directive, named) in enumerate(self.names()):
            code = code_named(directive, named)
            if code is None or code == UNREADABLE or directive.problem:
                continue
            known = self._of_code.setdefault(code, [])
            if all(each is not directive for _, each in known):  # named twice: the second is too much
                known.append((position, directive))

    @property
    def comments(self) -> tuple[Directive, ...]:
        """The comments, also those that are not understood."""
        return directives(self.text)

    def is_named_like(self, other: Silence) -> bool:
        """Whether the comments of another form of this text have the same names in the same order."""
        return [named.text for _, named in self.names()] == [named.text for _, named in other.names()]

    def names(self) -> Iterator[tuple[Directive, Named]]:
        """Every name of every comment, in the order of the text."""
        return ((directive, named) for directive in directives(self.text) for named in directive.named)

    def hides(self, code: str, line: int) -> bool:
        """Whether a finding of this rule that begins on this line is silenced."""
        speaking = [(position, each) for position, each in self._of_code.get(code, ()) if each.speaks_for(line)]
        self.used.update(position for position, _ in speaking)
        if speaking and all(each.kind is not Kind.FILE for _, each in speaking):
            self.hidden.append((code, line, speaking[0][1]))
        return bool(speaking)

    def hides_complaint(self, code: str, directive: Directive) -> bool:
        """Whether a finding about this comment is silenced, by the comment itself or by another one."""
        own = any(each is directive for _, each in self._of_code.get(code, ()))
        return own or self.hides(code, directive.line)

    def unused(self, ran: Set[str], used: Set[int]) -> dict[Directive, list[Named]]:
        """The names that silence nothing, by their comments: those of rules that `ran`, and not among the `used`."""
        ran = ran - _OF_COMMENTS
        found: dict[Directive, list[Named]] = {}
        for position, (directive, named) in enumerate(self.names()):
            if position not in used and not directive.problem and code_named(directive, named) in ran:
                found.setdefault(directive, []).append(named)
        return {each: names for each, names in found.items() if not self.hides_complaint(UNUSED, each)}

    def invalid(self) -> Iterator[tuple[Directive, Named | None, str]]:
        """What is wrong with comments, and with which name in them."""
        for directive in directives(self.text):
            if self.hides_complaint(INVALID, directive):
                continue
            if directive.problem:
                yield directive, None, directive.problem
                continue
            for named in directive.named if directive.kind is not Kind.NOQA else ():
                problem = _problem_of(directive, named)
                if problem:
                    yield directive, named, problem


def _problem_of(directive: Directive, named: Named) -> str:
    """What is wrong with a name in a comment of ours."""
    code = code_named(directive, named)
    if code == UNREADABLE:
        return f"`{named.text}` can't be silenced: nothing is known of a file that can't be read"
    if code is not None:
        return ""
    if any(each.startswith(named.text.upper()) for each in NAMES):
        return f"`{named.text}` is the beginning of several codes: each rule has to be named"
    from difflib import get_close_matches

    nearest = get_close_matches(named.text.lower(), _CODES, 1)
    return f"there is no rule `{named.text}`" + (f": is it `{nearest[0]}`?" if nearest else "")
