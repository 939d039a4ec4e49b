"""Forms that no Python 2 program contains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.python2.structure import COMPOUND, is_word

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context
    from mpmodernize.python2.structure import Statement

_HEADS = frozenset({"async", "nonlocal", "except", "def", "class", "raise", "print"})
_PRINT_KEYWORDS = frozenset({"end", "sep", "file", "flush"})


def is_python3(context: Context) -> bool:
    """Whether a file contains what is a syntax error in every Python 2."""
    source, code = context.source, context.code
    if "->" in source.names or ":=" in source.names or any(map(_is_new_literal, source.literals)):
        return True
    if "yield" in source.names and any(code[index + 1] == "from" for index in source.places({"yield"})):
        return True
    if context.print_is_statement and "print" in source.names:
        # The statement begins with the word; anywhere else it is the function.
        at_start = sum(code[statement.first] == "print" for statement in source.statements)
        if code.count("print") > at_start:
            return True
    return any(
        _is_new_statement(context, statement)
        for statement in source.statements
        if code[statement.first] in _HEADS or code[statement.first + 1] == ":"
    )


def _is_new_literal(token: str) -> bool:
    """Whether this is `f''`, `t''`, `rb''` or a number with underscores."""
    if token[-1:] in {'"', "'"}:
        prefix = token[: token.find(token[-1])].lower()
        return "f" in prefix or "t" in prefix or prefix == "rb"
    return token[:1].isdigit() and "_" in token


def _is_new_statement(context: Context, statement: Statement) -> bool:
    source, code = context.source, context.code
    first, stop, _ = statement
    word, following = code[first], code[first + 1] if first + 1 < stop else ""
    if word == "async":
        return following in {"def", "for", "with"}
    if word == "nonlocal":
        return following.isidentifier()
    if word == "except":
        return following == "*"
    if word in {"def", "class"}:
        return _has_new_parameters(context, first + 2, stop)
    if following == ":" and word not in COMPOUND and word != "lambda":
        return is_word(word) and first + 2 < stop  # `x: int`
    if word == "raise":
        return len(source.split(first + 1, stop, "from")) == 2
    if word == "print" and following == "(" and context.print_is_statement:
        close = source.match.get(first + 1, 0)
        return any(
            code[begin] in {"*", "**"} or (code[begin] in _PRINT_KEYWORDS and code[begin + 1] == "=")
            for begin, end in source.split(first + 2, close)
            if begin < end
        )
    return False


def _has_new_parameters(context: Context, opening: int, stop: int) -> bool:
    """Whether there are annotations, parameters by keyword only, or a metaclass between these parentheses."""
    code = context.code
    close = context.source.match.get(opening, 0)
    if opening >= stop or code[opening] != "(" or close <= opening:
        return False
    sign = "=" if code[opening - 2] == "class" else ":"
    if not {sign, "*", "/"}.intersection(code[opening:close]):
        return False
    return any(
        code[begin + 1] == sign or (code[begin] in {"*", "/"} and begin + 1 == end)
        for begin, end in context.source.split(opening + 1, close)
        if begin < end
    )
