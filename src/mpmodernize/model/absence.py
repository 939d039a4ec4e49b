"""Variables that begin as `None`, and where they may still be that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MANY
from mpmodernize.model.reaching import reaching
from mpmodernize.model.received import default_of
from mpmodernize.model.scopes import FUNCTION_NODES, LOOPS

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Binding


class Absence:
    """Answers whether a name may be `None` where it is compared."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    def may_be_none(self, name: ast.expr, compare: ast.Compare) -> bool:
        """Whether a name is `None` when its comparison is reached for the first time, and nothing asks before.

        It is set to `None` before a loop and compared in it, under a condition that then sets it to something; or it is
        a parameter with that default that nothing else binds.
        """
        if isinstance(name, ast.Attribute):
            return self._may_attribute_be_none(name, compare)
        if not isinstance(name, ast.Name):
            return False
        bindings = self._index.bindings(name)
        if not bindings or len(bindings) > MANY or self._asks(name, compare):
            return False
        if self.is_default(name):
            return len(bindings) == 1
        scope = self._index.scope(name)
        absent = [each for each in bindings if _is_none(each) and each.scope is scope]
        if not absent or len(reaching(self._index, name, bindings)) == 1:
            return False
        statement = self._index.statement(compare)
        if not isinstance(statement, ast.If) or not self._index.contains(statement.test, compare):
            return False
        sets = any(
            self._index.contains(each, binding.node)
            for each in statement.body
            for binding in bindings
            if not _is_none(binding)
        )
        loop = next((each for each in self._index.ancestors(statement) if isinstance(each, LOOPS)), None)
        before = (each for each in absent if each.node.lineno <= statement.lineno)  # type: ignore[attr-defined]
        return sets and loop is not None and any(not self._index.contains(statement, each.node) for each in before)

    def _may_attribute_be_none(self, attribute: ast.Attribute, compare: ast.Compare) -> bool:
        """`if n > self.top: self.top = n`, where `top` is `None` in the class, or at first."""
        statement = self._index.statement(compare)
        stores = self._program.types.stores(attribute.attr)
        if not isinstance(statement, ast.If) or len(stores) > MANY or not isinstance(attribute.value, ast.Name):
            return False
        if not any(self._index.contains(each, store) for store in stores for each in statement.body):
            return False
        class_ = self._program.functions.class_of_instance(attribute.value)
        if class_ is None:
            return False
        of_class = self._index.inner_scope(class_).bindings.get(attribute.attr, [])
        assigned = [self._index.parent[each] for each in stores]
        begins = any(map(_is_none, of_class)) or any(
            isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and each.value.value is None
            for each in assigned
        )
        function = self._index.function(compare)
        asked = (
            self._is_question(use)
            for use in self._index.attributes[attribute.attr][:MANY]
            if self._index.function(use) is function and use.lineno <= compare.lineno
        )
        return begins and not any(asked)

    def is_default(self, name: ast.Name) -> bool:
        """Whether this is a parameter whose default is `None`."""
        for binding in self._index.bindings(name):
            if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
                function = self._index.parent[self._index.parent[binding.node]]
                if not isinstance(function, FUNCTION_NODES):
                    return False
                default = default_of(function, binding.node)
                return isinstance(default, ast.Constant) and default.value is None
        return False

    def _asks(self, name: ast.Name, compare: ast.Compare) -> bool:
        """Whether a condition up to the comparison is about the name itself."""
        for use in self._index.uses(name.id, self._index.owner(name)):
            if use.lineno <= compare.end_lineno and isinstance(use.ctx, ast.Load) and self._is_question(use):  # type: ignore[operator]
                return True
        return False

    def _is_question(self, use: ast.expr) -> bool:
        parent = self._index.parent[use]
        if isinstance(parent, (ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.Assert)):
            return not isinstance(parent, ast.IfExp) or parent.test is use
        if isinstance(parent, ast.UnaryOp):
            return isinstance(parent.op, ast.Not)
        if isinstance(parent, ast.Compare):
            sides = [parent.left, *parent.comparators]
            return any(isinstance(each, ast.Constant) and each.value is None for each in sides) and isinstance(
                parent.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)
            )
        return isinstance(parent, ast.Call) and self._program.qualified(parent.func) in (
            "builtins.isinstance",
            "builtins.bool",
        )


def _is_none(binding: Binding) -> bool:
    return binding.kind == "assign" and isinstance(binding.value, ast.Constant) and binding.value.value is None
