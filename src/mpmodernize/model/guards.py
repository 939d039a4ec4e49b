"""The main guard, in every spelling."""

from __future__ import annotations

import ast


def is_guard(statement: ast.stmt) -> bool:
    """Whether the body of this `if` runs in the main process alone: `if __name__ == "__main__":`, in any spelling.

    Further conditions (`… and len(sys.argv) > 1`) make it no less of a guard.
    """
    if not isinstance(statement, ast.If):
        return False
    test = statement.test
    tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return any(_asks_for_main(each) for each in tests)


def is_plain_guard(statement: ast.stmt) -> bool:
    """Whether the guard asks for nothing else: what the main process does can be put there."""
    return isinstance(statement, ast.If) and _asks_for_main(statement.test)


def _asks_for_main(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    sides = [test.left, test.comparators[0]]
    if isinstance(test.ops[0], ast.In) and isinstance(sides[1], (ast.Tuple, ast.List)) and len(sides[1].elts) == 1:
        sides[1] = sides[1].elts[0]
    elif not isinstance(test.ops[0], (ast.Eq, ast.Is)):
        return False
    return _names_main(sides)


def _names_main(sides: list[ast.expr]) -> bool:
    names = [side for side in sides if isinstance(side, ast.Name) and side.id == "__name__"]
    values = [side for side in sides if isinstance(side, ast.Constant) and side.value == "__main__"]
    return len(names) == len(values) == 1


def asks_for_import(statement: ast.stmt) -> bool:
    """Whether this is `if __name__ != "__main__":`, or `if not __name__ == "__main__":`."""
    if not isinstance(statement, ast.If):
        return False
    test = statement.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _asks_for_main(test.operand)
    return (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], ast.NotEq)
        and _names_main([test.left, test.comparators[0]])
    )


def exits(statement: ast.stmt) -> bool:
    """Whether a statement ends the program: `sys.exit()` and its likes."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func) in ("sys.exit", "exit", "quit", "os._exit")
    )
