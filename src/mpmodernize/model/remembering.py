"""Answers about a node that are worked out once for each program."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from mpmodernize.model.program import Program

_Node = TypeVar("_Node", bound="ast.AST")
_Answer = TypeVar("_Answer")


def remembered(question: Callable[[Program, _Node], _Answer]) -> Callable[[Program, _Node], _Answer]:
    """Remember a question's answers, for what is asked of each statement of a block for each other one.

    Whoever asks must not change an answer.
    """

    @functools.wraps(question)
    def asked(program: Program, node: _Node) -> _Answer:
        known = cast("dict[ast.AST, _Answer]", program.plans.setdefault(name, {}))
        if node not in known:
            known[node] = question(program, node)
        return known[node]

    name = f"{question.__module__}.{question.__qualname__}"
    return asked
