"""What is a dictionary, and where one is changed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.program import Program

_BASES = frozenset(
    (
        "builtins.dict collections.OrderedDict collections.defaultdict collections.Counter UserDict.UserDict "
        "UserDict.IterableUserDict UserDict.DictMixin collections.Mapping collections.MutableMapping "
        "collections.UserDict collections.abc.Mapping collections.abc.MutableMapping"
    ).split()
)
_FEW = 20
_KNOWN = frozenset({"os.environ", "sys.modules", "builtins.dict"})
_RESIZING = frozenset({"pop", "popitem", "clear", "update", "setdefault", "__delitem__", "__setitem__"})


class Mappings:
    """Answers what is known about dictionaries, the program's own classes included."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._changed: dict[FunctionNode, frozenset[str]] = {}

    def is_dictionary(self, receiver: ast.expr, method: str) -> bool | None:
        """Whether `receiver.method` is the method of a dictionary; `None` if nothing is known about it."""
        name = self._program.qualified(receiver)
        if name in _KNOWN:
            return True
        type_ = self._program.type(receiver)
        if type_ is None or type_.kind == "NoneType":
            return self._is_dictionary_self(receiver, method)
        if type_.kind == "instance" and type_.class_ is not None:
            return self._of_class(type_.class_, method)
        return type_.kind == "dict" or (type_.kind == "Proxy" and method == "has_key")  # a manager's had it, too

    def _is_dictionary_self(self, receiver: ast.expr, method: str) -> bool | None:
        class_ = self._program.functions.class_of_instance(receiver)
        return self._of_class(class_, method) if class_ is not None else None

    def _of_class(self, class_: ast.ClassDef, method: str) -> bool | None:
        functions = self._program.functions
        if any(method in self._index.inner_scope(each).bindings for each in functions.ancestors(class_)):
            return False
        bases = functions.base_names(class_)
        if bases & _BASES:
            return True
        known = {"builtins.object", *(f"builtins.{each.name}" for each in functions.ancestors(class_))}
        unknown = [base for each in functions.ancestors(class_) for base in each.bases]
        foreign = [
            base
            for base in unknown
            if functions.resolve_class(base) is None and self._program.qualified(base) not in known
        ]
        return None if foreign else False

    def calls(self, method: str) -> Iterator[tuple[ast.Call, ast.expr]]:
        """The calls of a dictionary's method without arguments, each with what it is called on."""
        for call in self._index.method_calls.get(method, ()):
            assert isinstance(call.func, ast.Attribute)
            if call.args or call.keywords:
                continue
            if self.is_dictionary(call.func.value, method) is not False:
                yield call, call.func.value

    def defines(self, method: str) -> bool:
        """Whether a class of the program has this method."""
        return any(
            isinstance(each, FUNCTION_NODES) and each.name == method and self._index.enclosing_class(each) is not None
            for each in self._index.definitions
        )

    # -- changes -----------------------------------------------------------------------------------

    def is_resized(self, dictionary: ast.expr, nodes: Iterable[ast.AST], keys: frozenset[str]) -> bool:
        """Whether code can give a dictionary other keys: directly, or in functions of the program that it calls.

        `keys` are names of keys that the dictionary has: what is stored under them is no new one.
        """
        wanted = ast.dump(dictionary)
        for root in nodes:
            for node in ast.walk(root):
                if any(each == wanted for each in self._resized_by(node, keys)):
                    return True
                if isinstance(node, ast.Call) and self._is_resized_in(node, dictionary, wanted):
                    return True
        return False

    def _is_resized_in(self, call: ast.Call, dictionary: ast.expr, wanted: str) -> bool:
        function = self._program.functions.called(call)
        if function is None:
            return False
        changed = self._changed_in(function)
        if wanted in changed and not isinstance(dictionary, ast.Name):
            return True
        if isinstance(dictionary, ast.Name):
            owner = self._index.owner(dictionary)
            if owner is not None and owner.is_module and f"global {dictionary.id}" in changed:
                return True
        names = [each.arg for each in function.args.args]
        if self._index.enclosing_class(function) is not None:
            names = names[1:]
        return any(
            ast.dump(argument) == wanted and f"parameter {name}" in changed
            for name, argument in zip(names, call.args, strict=False)
        )

    def _changed_in(self, function: FunctionNode) -> frozenset[str]:
        """What a function gives other keys to, and the functions that it calls."""
        if function in self._changed:
            return self._changed[function]
        self._changed[function] = frozenset()
        found: set[str] = set()
        scope = self._index.inner_scope(function)
        for each in self._nearby(function):
            for node in ast.walk(each):
                found.update(self._resized_by(node, frozenset()))
                for target in self._resized_nodes(node, frozenset()):
                    if not isinstance(target, ast.Name):
                        continue
                    owner = self._index.owner(target)
                    if owner is not None and owner.is_module:
                        found.add(f"global {target.id}")
                    elif owner is scope and any(bound.kind == "parameter" for bound in scope.bindings[target.id]):
                        found.add(f"parameter {target.id}")
        self._changed[function] = frozenset(found)
        return self._changed[function]

    def _nearby(self, function: FunctionNode) -> list[FunctionNode]:
        """A function and those that it calls, as far as that can be told in a moment."""
        found = [function]
        for each in found:
            found += [callee for _, callee in self._program.functions.calls_of.get(each, []) if callee not in found]
            if len(found) > _FEW:
                break
        return found

    def _resized_by(self, node: ast.AST, keys: frozenset[str]) -> Iterator[str]:
        for each in self._resized_nodes(node, keys):
            yield ast.dump(each)

    def _resized_nodes(self, node: ast.AST, keys: frozenset[str]) -> Iterator[ast.expr]:
        """The expressions that stand for a dictionary whose keys this node may change."""
        if isinstance(node, ast.Subscript):
            known = isinstance(node.slice, ast.Name) and node.slice.id in keys
            if isinstance(node.ctx, ast.Del) or (isinstance(node.ctx, ast.Store) and not known):
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RESIZING:
            yield node.func.value
