"""The children of a node of a syntax tree, without those that say nothing to the model."""

from __future__ import annotations

import ast

_WITHOUT_NODES = frozenset(
    (
        "arg asname attr conversion ctx id is_async kind level lineno module op ops simple type_comment type_ignores"
    ).split()
)
"""Fields that hold no node of interest: texts, numbers, and the operators and contexts that all nodes share."""
LEAVES = frozenset({ast.Constant, ast.Name, ast.Global, ast.Nonlocal, ast.alias, ast.Pass, ast.Break, ast.Continue})
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = dict.fromkeys(LEAVES, ())


def child_nodes(node: ast.AST) -> list[ast.AST]:
    """The children of a node in source order, but for operators and contexts (`ast.Add`, `ast.Load`)."""
    type_ = type(node)
    fields = _FIELDS.get(type_)
    if fields is None:
        fields = _FIELDS[type_] = tuple(name for name in type_._fields if name not in _WITHOUT_NODES)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
