"""Constants: expressions whose value stands in the text, `1 << 20` and `60 * 60` as well as `3`."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Pow: operator.pow,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_LARGEST = 256
"""Bits: what would be larger is not worked out."""


class NotConstantError(ValueError):
    """The value of an expression does not stand in the text."""


def constant(node: ast.expr) -> object:
    """The value of a literal, or of arithmetic with whole numbers that are literals.

    `/` is left out: it is another operation in Python 2. Raises `NotConstantError` for everything else.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        value = constant(node.operand)
        if isinstance(value, float) and not isinstance(node.op, ast.Invert):
            return _SIGNS[type(node.op)](value)
        return _SIGNS[type(node.op)](_whole(value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _whole(constant(node.left)), _whole(constant(node.right))
        if isinstance(node.op, (ast.LShift, ast.Pow)) and not 0 <= right <= _LARGEST:
            raise NotConstantError
        if isinstance(node.op, (ast.FloorDiv, ast.Mod)) and right == 0:
            raise NotConstantError
        return _OPERATIONS[type(node.op)](left, right)
    raise NotConstantError


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value.bit_length() > _LARGEST:
        raise NotConstantError
    return value
