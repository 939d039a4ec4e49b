"""Methods that Python 2 called by itself, and what a class needs in Python 3 in their place.

Source: *Special method names* in the language references of 2.7 and 3.13.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.model.functions import parameters
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import Delete, InsertInto, Rename, Replace
from mpmodernize.rules.old_builtins import spelled
from mpmodernize.rules.spelling import library_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import Scope
    from mpmodernize.rewrite.edits import Edit

RENAMED = {
    "__nonzero__": "__bool__",
    "__div__": "__truediv__",
    "__rdiv__": "__rtruediv__",
    "__idiv__": "__itruediv__",
    "__long__": "__int__",
}
_TRUTHS = frozenset(f"builtins.{name}" for name in "bool isinstance issubclass hasattr callable any all".split())
_ASKING = frozenset("startswith endswith isdigit isalpha isspace islower isupper isalnum is_set exists".split())
_ORDER = {"__eq__": "==", "__ne__": "!=", "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
_PLAIN_BASES = frozenset(
    ("builtins.object", "builtins.Exception", "builtins.BaseException", "threading.Thread", "multiprocessing.Process")
)
"""Bases outside the program that are compared by identity."""
_SLICES = {"__getslice__": "__getitem__", "__setslice__": "__setitem__", "__delslice__": "__delitem__"}


class Lost(Record, eq=False):
    """A method that Python 3 does not call, and what can be done."""

    node: ast.AST
    message: str
    advice: str
    edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.SAFE


class ClassBody:
    """The methods of one class."""

    def __init__(self, program: Program, class_: ast.ClassDef) -> None:
        self.program = program
        self.class_ = class_
        self.scope: Scope = program.index.inner_scope(class_)

    def has(self, name: str) -> bool:
        """Whether the class body binds this name."""
        return name in self.scope.bindings

    def inherits(self, name: str) -> bool:
        """Whether the class body, or that of a base class in the program, binds this name."""
        return any(name in self.program.index.inner_scope(each).bindings for each in self._family())

    def _family(self) -> list[ast.ClassDef]:
        return self.program.functions.ancestors(self.class_)

    def method(self, name: str) -> FunctionNode | None:
        """The method of this name, if it is defined here once and without decorators."""
        bindings = self.scope.bindings.get(name, [])
        node = bindings[0].node if len(bindings) == 1 else None
        return node if isinstance(node, FUNCTION_NODES) and not node.decorator_list else None

    def assigned(self, name: str) -> ast.Assign | None:
        """The statement `name = …` of the class body, if nothing else binds the name there."""
        bindings = self.scope.bindings.get(name, [])
        statement = self.program.index.statement(bindings[0].node) if len(bindings) == 1 else None
        return statement if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None

    def renaming(self, old: str, new: str) -> list[Edit]:
        """The edits that rename a method in the class body."""
        nodes = [binding.node for binding in self.scope.bindings[old]]
        edits: list[Edit] = [Rename(node, new) for node in nodes if isinstance(node, FUNCTION_NODES)]
        return edits + [Replace(use, new) for use in self.program.index.uses(old, self.scope)]

    # -- new names ---------------------------------------------------------------------------------

    def renamed(self) -> Iterator[Lost]:
        """`__nonzero__` and the like, which have another name."""
        for old, new in RENAMED.items():
            if not self.has(old) or self.has(new) or self._asks(old) or self._is_stored(new):
                continue
            node = self.scope.bindings[old][0].node
            edits: list[Edit] | None = self.renaming(old, new)
            if old == "__nonzero__":
                edits = self._truth()
            yield Lost(node, f"Python 3 does not call `{old}`, but `{new}`", f"call it `{new}`", tuple(edits or ()))

    def _truth(self) -> list[Edit] | None:
        """`__bool__` has to give a bool, `__nonzero__` could give a number."""
        method = self.method("__nonzero__")
        if method is None:
            statement = self.assigned("__nonzero__")
            value = statement.value if statement is not None else None
            if statement is not None and isinstance(value, ast.Name) and value.id == "__len__":
                return [Replace(statement, "")]  # Python asks the length by itself
            return None
        edits = self.renaming("__nonzero__", "__bool__")
        for value in self._returned(method):
            if not self._is_bool(value):
                bool_, needed = spelled(self.program, value, "bool")
                edits += [Replace(value, f"{bool_}($0)", (value,)), *needed]
        return edits

    def _returned(self, method: FunctionNode) -> list[ast.expr]:
        returns = [node for node in ast.walk(method) if isinstance(node, ast.Return)]
        own = [each.value for each in returns if self.program.index.function(each) is method]
        return [each for each in own if each is not None]

    def _is_bool(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BoolOp):
            return all(self._is_bool(each) for each in node.values)
        if isinstance(node, ast.IfExp):
            return self._is_bool(node.body) and self._is_bool(node.orelse)
        if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
            return True
        if isinstance(node, ast.Call):
            asks = isinstance(node.func, ast.Attribute) and node.func.attr in _ASKING
            return asks or self.program.qualified(node.func) in _TRUTHS
        return isinstance(node, ast.Constant) and isinstance(node.value, bool)

    def _is_stored(self, name: str) -> bool:
        """Whether the method is put into the class from outside: `Fraction.__truediv__ = Fraction.__div__`."""
        stored = [each for each in self.program.index.attributes.get(name, ()) if isinstance(each.ctx, ast.Store)]
        return any(self.program.functions.resolve_class(each.value) is self.class_ for each in stored)

    def _asks(self, name: str) -> bool:
        return any(self.program.compatibility.asks_first(each.node) for each in self.scope.bindings[name])

    # -- text --------------------------------------------------------------------------------------

    def text(self) -> Iterator[Lost]:
        """`__unicode__`, which is `__str__` now."""
        if not self.has("__unicode__") or self._asks("__unicode__") or (self.has("__str__") and self._asks("__str__")):
            return
        method = self.method("__unicode__")
        if method is None:
            return  # `__unicode__ = __str__`: nobody misses it
        node: ast.AST = method
        message = "Python 3 does not call `__unicode__`: text is what `__str__` gives"
        to_text = tuple(self.renaming("__unicode__", "__str__"))
        shown, assigned = self.method("__str__"), self.assigned("__str__")
        if not self.has("__str__"):
            edits = () if self._shows_itself(method) else to_text
            yield Lost(node, message, "call it `__str__`", edits)
        elif shown is not None and _delegates(shown, "__unicode__"):
            yield Lost(node, message, "call it `__str__`, which encodes it now", (Delete(shown), *to_text))
        elif _delegates(method, "__str__"):
            yield Lost(node, message, "leave it out: it gives what `__str__` gives", (Delete(method),))
        elif assigned is not None and _is_delegation(assigned.value):
            others = [each for each in to_text if not _stands_in(each, assigned)]
            yield Lost(node, message, "call it `__str__`, which encodes it now", (Replace(assigned, ""), *others))
        else:
            yield Lost(node, message, "make one of the two: `__str__` gives text, `__bytes__` gives bytes")

    def _shows_itself(self, method: FunctionNode) -> bool:
        """Whether `__unicode__` calls `str(self)` or `__str__`: that would go round in circles."""
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and node.attr == "__str__" and _is_self(node.value, method):
                return True
            shows = isinstance(node, ast.Call) and len(node.args) == 1 and _is_self(node.args[0], method)
            if shows and self.program.names.calls(node, "builtins.str", "builtins.unicode"):
                return True
        return False

    # -- order -------------------------------------------------------------------------------------

    def order(self) -> Iterator[Lost]:
        """`__cmp__`: the six comparisons have methods of their own."""
        if not self.has("__cmp__") or self._asks("__cmp__"):
            return
        above = self._family()[1:]
        if any("__cmp__" in self.program.index.inner_scope(each).bindings for each in above):
            return  # the methods that the base class gets call this one
        wanted = [name for name in _ORDER if not self.inherits(name)]
        if "__eq__" in wanted or wanted == ["__ne__"]:
            wanted = [name for name in wanted if name != "__ne__"]  # the opposite of `__eq__`, by itself
        if not wanted:
            return
        methods = [f"def {name}(self, other):\n    return self.__cmp__(other) {_ORDER[name]} 0\n" for name in wanted]
        if "__eq__" in wanted and not self.has("__hash__") and self._is_new_style():
            methods.append(f"__hash__ = {self._hash_owner()}.__hash__\n")
        bases = self.program.functions.base_names(self.class_)
        safety = Safety.SAFE if bases <= _PLAIN_BASES and not self._has_unknown_base() else Safety.UNSAFE
        if any(name.startswith("builtins.") for name in bases - _PLAIN_BASES):
            methods = []  # which of the base class's own comparisons come first is more than a fix should guess
        edits = (InsertInto("\n" + "\n".join(methods), self.class_, at_end=True),) if methods else ()
        message = "Python 3 does not call `__cmp__`: these are compared by identity, and sorting them fails"
        yield Lost(
            self.scope.bindings["__cmp__"][0].node, message, "define `__eq__`, `__lt__` and the others", edits, safety
        )

    def _has_unknown_base(self) -> bool:
        """Whether a base is neither of the program nor known by name."""
        return any(
            self.program.functions.resolve_class(base) is None and self.program.qualified(base) is None
            for each in self._family()
            for base in each.bases
        )

    def _has_foreign_base(self) -> bool:
        """Whether a base that is not in the program, a `list` say, may have a length."""
        return any(
            self.program.functions.resolve_class(base) is None and self.program.qualified(base) != "builtins.object"
            for each in self._family()
            for base in each.bases
        )

    def _is_new_style(self) -> bool:
        """Whether Python 2 hashed the instances by identity; those of classes without a base it did not."""
        return any(self.program.functions.resolve_class(base) is None for each in self._family() for base in each.bases)

    def _hash_owner(self) -> str:
        for each in self._family()[1:]:
            if "__hash__" in self.program.index.inner_scope(each).bindings:
                return each.name
        return "object"

    # -- slices ------------------------------------------------------------------------------------

    def slices(self) -> Iterator[Lost]:
        """`__getslice__` and its likes: `__getitem__` gets a slice."""
        for old, new in _SLICES.items():
            if not self.has(old) or self._asks(old):
                continue
            node = self.scope.bindings[old][0].node
            method, whole = self.method(old), self.method(new)
            message = f"Python 3 does not call `{old}`: `{new}` gets a slice"
            if method is not None and whole is not None and _same_but_for_slice(method, whole):
                yield Lost(node, message, f"leave it out: `{new}` does the same", (Delete(method),))
                continue
            # one hands slices to the other already: `__getitem__` after a fix, `__getslice__` in code for both
            settled = any(
                each is not None and _mentions(each, name) for each, name in ((whole, old), (method, "slice"))
            )
            if not settled:
                advice = f"let `{new}` take a slice"
                yield Lost(node, message, advice, tuple(self._handed_on(old, new, method, whole)))

    def _handed_on(self, old: str, new: str, method: FunctionNode | None, whole: FunctionNode | None) -> Iterator[Edit]:
        """The edits that let `__getitem__` hand a slice to `__getslice__`, as Python 2 did."""
        if method is None or len(parameters(method)) != 3 + (old == "__setslice__"):
            return
        value = [each.arg for each in parameters(method)[3:]]
        names = [each.arg for each in parameters(whole)] if whole is not None else ["self", "index", *value]
        if len(names) != 2 + len(value) or (whole is None and self.has(new)):
            return
        self_, index, *value = names
        if self.inherits("__len__") or self._has_foreign_base():
            places = f"*{index}.indices(len({self_}))[:2]"
        else:
            largest, needed = library_name(self.program, "sys", "maxsize")
            yield from needed
            places = f"{index}.start or 0, {largest} if {index}.stop is None else {index}.stop"
        handing = f"return {self_}.{old}({', '.join([places, *value])})"
        code = f"if isinstance({index}, slice) and {index}.step is None:\n    {handing}\n"
        if whole is not None:
            yield InsertInto(code, whole)
            return
        other = "raise TypeError('only slices are taken')\n"
        if any(self.program.qualified(base) != "builtins.object" for base in self.class_.bases):
            other = f"return super({self.class_.name}, {self_}).{new}({', '.join([index, *value])})\n"
        body = "".join(f"    {line}\n" for line in f"{code}{other}".splitlines())
        yield InsertInto(f"\ndef {new}({', '.join(names)}):\n{body}", self.class_, at_end=True)

    # -- others ------------------------------------------------------------------------------------

    def others(self) -> Iterator[Lost]:
        """What has no successor that does the same."""
        advice = {
            "__hex__": "define `__index__`, which `hex` calls",
            "__oct__": "define `__index__`, which `oct` calls",
            "__coerce__": "convert in `__add__` and the others",
        }
        for name, what in advice.items():
            replaced = name != "__coerce__" and self.inherits("__index__")
            if self.has(name) and not replaced and not self._asks(name):
                yield Lost(self.scope.bindings[name][0].node, f"Python 3 does not call `{name}`", what)


def _is_self(node: ast.expr, method: FunctionNode) -> bool:
    first = parameters(method)[:1]
    return isinstance(node, ast.Name) and [node.id] == [each.arg for each in first]


def _only_expression(method: FunctionNode) -> ast.expr | None:
    """What a method returns that does nothing else."""
    body = method.body[1:] if ast.get_docstring(method, clean=False) is not None else method.body
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None


def _delegates(method: FunctionNode, other: str) -> bool:
    """Whether a method gives what the other one gives, encoded, decoded or as it is."""
    value = _only_expression(method)
    return value is not None and _is_other(value, other)


def _is_delegation(value: ast.expr) -> bool:
    """Whether `__str__ = …` is what `__unicode__` gives."""
    if isinstance(value, ast.Name):
        return value.id == "__unicode__"
    return isinstance(value, ast.Lambda) and _is_other(value.body, "__unicode__")


def _is_other(value: ast.expr, other: str) -> bool:
    """Whether this is `unicode(self).encode(…)`, `self.__unicode__()`, `str(self).decode(…)` or the like."""
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    if isinstance(function, ast.Attribute):
        if function.attr in ("encode", "decode"):
            return _is_other(function.value, other)
        return function.attr == other and isinstance(function.value, ast.Name) and not value.args
    if isinstance(function, ast.Name) and function.id in ("str", "unicode") and value.args:
        (first, *_) = value.args
        # `str(self)` in `__str__` is what was `unicode(self)`
        return isinstance(first, ast.Name) or _is_other(first, other)
    return False


def _stands_in(edit: Edit, statement: ast.stmt) -> bool:
    return isinstance(edit, Replace) and any(node is edit.node for node in ast.walk(statement))


def _mentions(method: FunctionNode, name: str) -> bool:
    """Whether a method has to do with a name or an attribute."""
    return any(name in (getattr(node, "id", None), getattr(node, "attr", None)) for node in ast.walk(method))


def _same_but_for_slice(method: FunctionNode, whole: FunctionNode) -> bool:
    """Whether `__getslice__` does with `i:j` what `__getitem__` does with `i`."""
    ours, theirs = [each.arg for each in parameters(method)], [each.arg for each in parameters(whole)]
    if len(ours) < 3 or len(theirs) != len(ours) - 1 or len(method.body) != 1 or len(whole.body) != 1:
        return False
    old = ast.dump(method.body[0])
    new = ast.dump(whole.body[0])
    low, high = (f"Name(id='{name}', ctx=Load())" for name in ours[1:3])
    old = old.replace(f"Slice(lower={low}, upper={high})", "PLACE")
    new = new.replace(f"Name(id='{theirs[1]}', ctx=Load())", "PLACE")
    for mine, other in zip([ours[0], *ours[3:]], [theirs[0], *theirs[2:]], strict=True):
        old = old.replace(f"id='{mine}'", f"id='{other}'")
    return old == new and old.count("PLACE") == 1
