r"""Python 2 text to Python 3 text, as a whole or not at all.

What each form of Python 2 becomes is said in the modules beside this one. Here is decided whether a file is Python 2:
a form that no Python 3 program contains, once found, decides it, unless the file also contains one that no Python 2
program contains. Forms that both languages have (`print ("a", b)`, tabs and spaces, `'\u'`) decide nothing.
"""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mpmodernize.python2 import (
    accidents,
    comprehensions,
    encodings,
    exceptions,
    indentation,
    literals,
    names,
    operators,
    parameters,
    prints,
    removal,
    scopes,
    yields,
)
from mpmodernize.python2.context import Change, Context
from mpmodernize.python2.edits import OffsetMap, apply
from mpmodernize.python2.evidence import is_python3
from mpmodernize.python2.structure import Source
from mpmodernize.text import Replacement, keep_comment_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mpmodernize.files.decode import Misread
    from mpmodernize.python2.structure import Statement

SourceVersion = Literal["auto", "2", "3"]

_SHEBANG = re.compile(r"\ufeff?#!.*\bpython2")

_TOKENS = frozenset({"`", "<>"})

_BY_FIRST_TOKEN: dict[str, Callable[[Context, int, Statement], None]] = {
    "print": lambda context, _, statement: prints.convert_print(context, statement),
    "exec": prints.convert_exec,
    "raise": exceptions.convert_raise,
    "except": exceptions.convert_except,
    "def": parameters.convert_def,
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a text."""

    source: str
    """Python 3 text; the very text that was given where nothing is converted."""
    changes: tuple[Change, ...] = ()
    """What was found, in the order of the text."""
    python2: bool = False
    """Whether the file was judged to be Python 2."""
    _offsets: OffsetMap = field(default_factory=lambda: OffsetMap([]), repr=False, compare=False)

    def original_offset(self, offset: int) -> int:
        """Return where an offset in `source` was in the original text; in a replaced span, where that began."""
        return self._offsets.original(offset)

    def needs(self, change: Change) -> bool:
        """Whether the text has another syntax for this: a person may still have to look at the place."""
        return change.fixed or self._offsets.touches(change.start, change.end)

    def converted(self, text: str, start: int, end: int) -> str:
        """What stands in `source` for a part of the original `text`."""
        inside = [
            Replacement(each.start - start, each.end - start, each.text) for each in self.replacements(start, end)
        ]
        return apply(text[start:end], inside)

    def replacements(self, start: int, end: int) -> list[Replacement]:
        """What is replaced between two offsets of the original, or put in there, in the order of the text."""
        return self._offsets.between(start, end)


def convert(text: str, source_version: SourceVersion = "auto", misread: Misread | None = None) -> Conversion:
    """Convert a text to Python 3 if it is Python 2. Never raises: what is broken in both languages comes out as it is.

    `"3"` converts nothing. `"2"` takes the text for Python 2 unless it shows that it is Python 3 already.
    `"auto"` wants a form that only Python 2 has, or a first line that names `python2`. Whatever the language, a coding
    declaration comes out true: `misread` says why it is not.
    """
    with _no_collecting():
        return _convert(text, source_version, misread)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Spare the collector of cycles, which would look through all tokens again and again and find none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _convert(text: str, source_version: SourceVersion, misread: Misread | None) -> Conversion:
    correction = encodings.correct(text, misread)
    context = _converted(text, source_version, misread) if source_version != "3" else None
    changes: list[Change] = []
    replacements: list[Replacement] = []
    if context is not None and context.is_python2:
        changes = context.changes
        replacements = keep_comment_columns(text, context.edits.replacements())
    elif context is not None:
        changes = prints.doubts(context)
    if correction is not None:
        changes.append(Change("MP122", correction.start, correction.end, correction.message, correction.certain))
        replacements = encodings.merge(replacements, correction.replacement)
    python2 = context is not None and context.is_python2
    if not changes and not python2:
        return Conversion(text)
    ordered = tuple(sorted(changes, key=lambda change: (change.start, change.code)))
    return Conversion(apply(text, replacements), ordered, python2, OffsetMap(replacements))


def _converted(text: str, source_version: SourceVersion, misread: Misread | None) -> Context:
    """Find what is to be found, and decide whether the text is Python 2."""
    source = Source(text)
    context = Context(source)
    context.misread = misread
    _find(context)
    assumed = source_version == "2" or _SHEBANG.match(text) is not None
    python2 = context.definite > 0 or (assumed and not context.called_print)
    context.is_python2 = python2 and not is_python3(context)
    if context.is_python2 and misread is not None and not misread.certain:
        encodings.spell_utf8(context, misread.encoding)
    return context


def _find(context: Context) -> None:
    """Find every form of Python 2 and say what becomes of it."""
    source, code = context.source, context.code
    by_token: dict[str, Callable[[Context, int, str], None]] = {}
    for number, statement in enumerate(source.statements):
        converter = _BY_FIRST_TOKEN.get(code[statement.first])
        if converter:
            converter(context, number, statement)
    for token in (*source.literals, *_TOKENS.intersection(source.names)):
        if convert_token := _literal_converter(token):
            by_token[token] = convert_token
    later = names.words_in(source)
    places = source.places({*by_token, *later}) if by_token or later else []
    for index in places:
        if code[index] in by_token:
            by_token[code[index]](context, index, code[index])
    literals.join_bytes(context)
    operators.convert_imaginary(context)
    accidents.convert_accidents(context)
    for opening, index in source.comprehensions:
        if code[opening] == "[":
            comprehensions.convert_list_for(context, index)
    for index in reversed(source.lambdas):
        parameters.convert_lambda(context, index)
    yields.convert_yields(context)
    scopes.convert_scopes(context)
    names.convert_names(context, later, places)
    indentation.convert_indentation(context)
    removal.remove_dropped(context)


def _literal_converter(text: str) -> Callable[[Context, int, str], None] | None:
    """What looks at this token wherever it stands: at most one of the conversions of literals and operators."""
    head = text[:1]
    if head.isdigit():
        old = text[-1] in "lL" or (head == "0" and len(text) > 1)
        return literals.convert_number if old else None
    if text[-1:] in {'"', "'"}:
        old = "\\" in text or head not in {'"', "'"}
        return literals.convert_string if old else None
    if text == "`":
        return operators.convert_backtick
    return operators.convert_diamond if text == "<>" else None
