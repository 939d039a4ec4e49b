"""Tests of types that name one type twice once its old names are gone: `isinstance(x, (str, unicode))`."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.old_builtins import RENAMED, is_visible, renamed

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_TYPES = frozenset({"unicode", "basestring", "long"})
_FEW = 30
"""Displays, conditions and chains of branches that are longer hold no tests of types, and are left as they are."""
_DISPLAYS = {ast.Tuple: "({})", ast.List: "[{}]", ast.Set: "{{{}}}"}
_WORDS = re.compile(r"\b(?:unicode|basestring|long)\b(?!\s*\()")


def renamed_type(program: Program, use: ast.Name | ast.Attribute) -> list[Edit]:
    """The edits that give one use of an old type its new name, and leave it out where that stands there already.

    All the uses in one tuple of types have the same edit.
    """
    old = use.id if isinstance(use, ast.Name) else use.attr
    if isinstance(use, ast.Name):
        found = _shorter_display(program, use) or _shorter_condition(program, use)
        if found is not None:
            return [found]
    return renamed(program, use, RENAMED[old])


def bytes_beside(program: Program, use: ast.expr) -> list[Edit]:
    """The edits for the tests of `str` that stand beside a test of `unicode` on the same thing: those asked for bytes.

    `isinstance(x, unicode) and not isinstance(x, str)`, and `elif isinstance(x, str)` where the first branch asked for
    `unicode`.
    """
    test = program.index.parent[use]
    if not _is_test_of(program, test, use):
        return []
    assert isinstance(test, ast.Call)
    asked = program.text(test.args[0])
    operand: ast.AST = test
    negated = isinstance(program.index.parent[operand], ast.UnaryOp)
    if negated:
        operand = program.index.parent[operand]
    around = program.index.parent[operand]
    tests: list[ast.expr] = []
    if isinstance(around, ast.BoolOp) and len(around.values) <= _FEW:
        tests = [
            each.operand if isinstance(each, ast.UnaryOp) else each
            for each in around.values
            if isinstance(each, ast.UnaryOp) is not negated
        ]
    elif isinstance(around, ast.If) and operand is around.test and not negated:
        tests = [each.test for each in _later_branches(program, around)]
    found: list[Edit] = []
    for each in tests:
        type_ = each.args[1] if isinstance(each, ast.Call) and len(each.args) == 2 else None
        if type_ is None or not _is_test_of(program, each, type_) or program.qualified(type_) != "builtins.str":
            continue
        if isinstance(each, ast.Call) and program.text(each.args[0]) == asked:
            found.append(Replace(type_, "bytes"))
    return found


def _is_test_of(program: Program, test: ast.AST, type_: ast.expr) -> bool:
    """Whether this is `isinstance(x, type_)`, of a name or an attribute."""
    return (
        program.names.calls(test, "builtins.isinstance")
        and isinstance(test, ast.Call)
        and len(test.args) == 2
        and test.args[1] is type_
        and isinstance(test.args[0], (ast.Name, ast.Attribute))
    )


def _later_branches(program: Program, first: ast.If) -> list[ast.If]:
    """The branches that are come to where the first one was not taken."""
    found: list[ast.If] = []
    rest = first.orelse
    while len(rest) == 1 and isinstance(rest[0], ast.If) and len(found) < _FEW:
        found.append(rest[0])
        rest = rest[0].orelse
    if not first.orelse and isinstance(first.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        following = _following(program, first)
        found += [following] if isinstance(following, ast.If) else []
    return found


def _following(program: Program, statement: ast.stmt) -> ast.stmt | None:
    """The next statement of the same block."""
    parent = program.index.parent[statement]
    known = program.plans.setdefault("following", {})
    assert isinstance(known, dict)
    if parent not in known:
        blocks = [getattr(parent, field, None) for field in ("body", "orelse", "finalbody")]
        known[parent] = {
            first: second for block in blocks if isinstance(block, list) for first, second in pairwise(block)
        }
    found = known[parent].get(statement)
    return found if isinstance(found, ast.stmt) else None


def is_second_key(program: Program, use: ast.expr) -> bool:
    """Whether a dict display has the new name of this type as a key already: the last of two entries wins."""
    display = program.index.parent[use]
    if not isinstance(display, ast.Dict) or len(display.keys) > _FEW or use not in display.keys:
        return False
    names = [(program.qualified(key) or "").removeprefix("builtins.") for key in display.keys if key is not None]
    new = [RENAMED.get(name, name) for name in names]
    return isinstance(use, ast.Name) and new.count(RENAMED[use.id]) > 1


# -- tuples of types -------------------------------------------------------------------------------


def _shorter_display(program: Program, use: ast.Name) -> Replace | None:
    display = program.index.parent[use]
    if not isinstance(display, (ast.Tuple, ast.List, ast.Set)) or not isinstance(
        getattr(display, "ctx", ast.Load()), ast.Load
    ):
        return None
    kept = _distinct(program, display.elts) if len(display.elts) <= _FEW else None
    if kept is None or len(kept) == len(display.elts):
        return None
    test = program.index.parent[display]
    parts = tuple(each for each in kept if not isinstance(each, str))
    codes = [each if isinstance(each, str) else f"${parts.index(each)}" for each in kept]
    if _is_type_argument(program, test, display):
        return Replace(display, codes[0] if len(codes) == 1 else f"({', '.join(codes)})", parts)
    if not _is_looked_up(test, display) and not _is_only_tested(program, test):
        return None
    if isinstance(test, ast.Compare) and len(codes) == 1 and len(test.ops) == 1:
        operator = "is" if isinstance(test.ops[0], ast.In) else "is not"
        return Replace(test, f"$0 {operator} {codes[0]}", (test.left,)) if not parts else None
    comma = "," if len(codes) == 1 and isinstance(display, ast.Tuple) else ""
    return Replace(display, _DISPLAYS[type(display)].format(", ".join(codes) + comma), parts)


def _distinct(program: Program, elements: list[ast.expr]) -> list[str | ast.expr] | None:
    """The types of a display by their new names, each once; `None` where a new name means something else here."""
    kept: list[str | ast.expr] = []
    for element in elements:
        name = program.qualified(element) if isinstance(element, ast.Name) else None
        old = (name or "").removeprefix("builtins.")
        new = RENAMED.get(old, old) if old in _TYPES or name in ("builtins.str", "builtins.int") else None
        if new is None:
            kept.append(element)
            continue
        if not is_visible(program, element, new):
            return None
        if new not in kept:
            kept.append(new)
    return kept


def _is_type_argument(program: Program, call: ast.AST, display: ast.expr) -> bool:
    return (
        isinstance(call, ast.Call)
        and program.qualified(call.func) in ("builtins.isinstance", "builtins.issubclass")
        and len(call.args) == 2
        and call.args[1] is display
    )


def _is_looked_up(compare: ast.AST, display: ast.expr) -> bool:
    """Whether the display is what `in` looks into."""
    return (
        isinstance(compare, ast.Compare)
        and isinstance(compare.ops[-1], (ast.In, ast.NotIn))
        and compare.comparators[-1] is display
    )


def _is_only_tested(program: Program, statement: ast.AST) -> bool:
    """Whether a tuple of types gets a name that is used for tests of types and for nothing else."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return False
    uses = program.index.uses(target.id, program.index.owner(target))
    return all(
        use is target
        or _is_type_argument(program, program.index.parent[use], use)
        or _is_looked_up(program.index.parent[use], use)
        for use in uses
    )


# -- several tests ---------------------------------------------------------------------------------


def _shorter_condition(program: Program, use: ast.Name) -> Replace | None:
    """The edit for a use in an operand of `or` or `and` that says again what one before it says."""
    operand: ast.AST = use
    for ancestor in program.index.ancestors(use):
        if isinstance(ancestor, ast.BoolOp):
            break
        if not isinstance(ancestor, (ast.Call, ast.Compare, ast.UnaryOp)):
            return None
        operand = ancestor
    else:
        return None
    condition = ancestor
    if len(condition.values) > _FEW:
        return None
    texts = [_renamed_text(program, each) for each in condition.values]
    kept = tuple(each for place, each in enumerate(condition.values) if texts[place] not in texts[:place])
    if operand in kept or not is_visible(program, use, RENAMED[use.id]):
        return None
    word = " or " if isinstance(condition.op, ast.Or) else " and "
    return Replace(condition, word.join(f"${number}" for number in range(len(kept))), kept)


def _renamed_text(program: Program, operand: ast.expr) -> str:
    """The text of an operand after the renaming: one of its own where it does more than test a type."""
    test = operand.operand if isinstance(operand, ast.UnaryOp) else operand
    asked = test.left if isinstance(test, ast.Compare) else test
    if not program.names.calls(asked, "builtins.isinstance", "builtins.issubclass", "builtins.type"):
        return f"{program.text(operand)} {operand.lineno} {operand.col_offset}"
    assert isinstance(asked, ast.Call)
    if not all(isinstance(each, (ast.Name, ast.Attribute)) for each in asked.args[:1]):
        return f"{program.text(operand)} {operand.lineno} {operand.col_offset}"
    return _WORDS.sub(lambda match: RENAMED[match[0]], program.text(operand))
