"""Where an expression needs parentheses: how tightly it binds, and how tightly what stands around it wants it bound.

Source: the table *Operator precedence* and the grammar in the Python 3 language reference.
"""

from __future__ import annotations

import ast

_TUPLE, _NAMED, _TEST, _OR, _AND, _NOT, _COMPARISON = range(7)
_BIT_OR, _BIT_XOR, _BIT_AND, _SHIFT, _SUM, _PRODUCT, _SIGN, _POWER, _AWAIT, _ATOM = range(7, 17)

_OPERATORS: dict[type[ast.operator], int] = {
    ast.BitOr: _BIT_OR,
    ast.BitXor: _BIT_XOR,
    ast.BitAnd: _BIT_AND,
    ast.LShift: _SHIFT,
    ast.RShift: _SHIFT,
    ast.Add: _SUM,
    ast.Sub: _SUM,
    ast.Pow: _POWER,
}
_LEVELS: dict[type[ast.expr], int] = {
    ast.Tuple: _TUPLE,
    ast.Yield: _TUPLE,
    ast.YieldFrom: _TUPLE,
    ast.Starred: _TUPLE,
    ast.NamedExpr: _NAMED,
    ast.Lambda: _TEST,
    ast.IfExp: _TEST,
    ast.Compare: _COMPARISON,
    ast.Await: _AWAIT,
}


def level(node: ast.expr) -> int:
    """How tightly an expression binds by itself, written without parentheses around it."""
    if isinstance(node, ast.BoolOp):
        return _OR if isinstance(node.op, ast.Or) else _AND
    if isinstance(node, ast.UnaryOp):
        return _NOT if isinstance(node.op, ast.Not) else _SIGN
    if isinstance(node, ast.BinOp):
        return _OPERATORS.get(type(node.op), _PRODUCT)
    return _LEVELS.get(type(node), _ATOM)


def wanted(parent: ast.AST | None, node: ast.AST) -> int:
    """How tightly an expression has to bind in the place of `node` under `parent`, to need no parentheses there."""
    if isinstance(parent, (ast.Attribute, ast.Await)) or (isinstance(parent, ast.Call) and node is parent.func):
        return _ATOM
    if isinstance(parent, ast.Subscript):
        return _ATOM if node is parent.value else _TUPLE
    if isinstance(parent, (ast.BoolOp, ast.UnaryOp)):
        return level(parent) + isinstance(parent, ast.BoolOp)
    if isinstance(parent, ast.BinOp):
        return _in_operation(parent, node)
    if isinstance(parent, (ast.Compare, ast.Starred)):
        return _BIT_OR
    if isinstance(parent, ast.IfExp):
        return _TEST if node is parent.orelse else _OR
    if isinstance(parent, ast.comprehension):
        return _OR
    if isinstance(parent, (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.For, ast.Yield)):
        return _TUPLE
    return _TEST


def _in_operation(parent: ast.BinOp, node: ast.AST) -> int:
    own = level(parent)
    if isinstance(parent.op, ast.Pow):
        return _AWAIT if node is parent.left else _SIGN
    return own if node is parent.left else own + 1


def is_number_before_dot(parent: ast.AST | None, node: ast.expr) -> bool:
    """Whether a dot behind this expression would become part of it: `5 .real`."""
    number = isinstance(node, ast.Constant) and isinstance(node.value, (int, float, complex))
    return number and isinstance(parent, ast.Attribute)


def parse_expression(code: str) -> ast.expr:
    """The tree of an expression, which may go over several lines; its first column is 1."""
    return ast.parse(f"({code}\n)", mode="eval").body


def enclose(code: str, expression: ast.expr, parent: ast.AST | None, place: ast.AST) -> str:
    """The code of an expression, in parentheses where it has to have them in this place and has none of its own.

    `expression` is what `parse_expression` makes of the code.
    """
    has_own = expression.col_offset > (0 if isinstance(expression, ast.Tuple) else 1)
    loose = level(expression) < wanted(parent, place) or is_number_before_dot(parent, expression)
    return f"({code})" if loose and not has_own else code
