"""List comprehensions that run over a tuple without parentheses, or over a `lambda`.

Source: the grammar of 2.7 (`list_for: 'for' exprlist 'in' testlist_safe`), PEP 3100.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpmodernize.python2.context import Context

_BARE = "`for … in {}` without parentheses is a syntax error in a list comprehension of Python 3"


def convert_list_for(context: Context, index: int) -> None:
    """Put parentheses around what a list comprehension runs over."""
    source, code, match = context.source, context.code, context.source.match
    token = index + 1
    first = 0
    needed = False
    while token < len(code):
        text = code[token]
        if text in {"(", "[", "{", "`"} and match.get(token, 0) > token:
            token = match[token]
        elif text == "in" and not first:
            first = token + 1
        elif first and text == "lambda":
            needed = True
            context.short_lambdas.add(token)
            token = source.lambda_colons.get(token, token)
        elif first and text == ",":
            needed = True
        elif text in {"for", "if", "]", ")", "}", "", ":", "`"}:
            break
        token += 1
    if needed and first < token:
        context.edits.wrap(first, token, "(", ")")
        context.found("MP113", first, token, _BARE.format(source.slice(first, token)), definite=True)
