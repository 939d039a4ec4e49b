"""What kind of thing an expression is: a lock, a queue, a pool, a list of processes, a number.

A small inference over assignments, loops, `with`, attributes of `self`, returns and arguments. It answers `None`
("not known") as soon as two sources disagree: rules speak about what is certain.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import CIRCULAR, DEPTH, LITERALS, MADE_BY, MANAGED, MANY, PLAIN, RESULT_OF, Type, merge
from mpmodernize.model.numbers import Numbers
from mpmodernize.model.reaching import reaching
from mpmodernize.model.received import Parameters
from mpmodernize.model.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.names import Names
    from mpmodernize.model.scopes import Binding, FunctionNode
    from mpmodernize.model.starts import Starts


class Types:
    """Infers the types of a program's expressions, each when it is first asked for."""

    def __init__(self, index: Index, names: Names, functions: Functions) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self.starts: Starts  # set by the program: what workers receive depends on the starts
        self.results = Results(self, names)
        self.parameters = Parameters(index, functions, self)
        self.numbers = Numbers(index, names, functions, self)
        self._known: dict[ast.AST, Type | None] = {}
        self._asked: set[ast.AST] = set()
        self._meanwhile: dict[ast.AST, Type | None] = {}
        self._circles = 0
        self._stores: dict[str, list[ast.Attribute]] = {}
        self._put: dict[int, list[ast.expr]] = {}
        self._results_of: dict[FunctionNode, list[ast.expr] | None] = {}

    def of(self, node: ast.expr) -> Type | None:
        """The type of an expression; `None` when it is not known."""
        found = self._of(node)
        return None if found is CIRCULAR and not self._asked else found

    def _of(self, node: ast.expr) -> Type | None:
        if node in self._known:
            return self._known[node]
        if node in self._meanwhile:
            return self._meanwhile[node]
        if node in self._asked:
            self._circles += 1
            return CIRCULAR
        if len(self._asked) > DEPTH:
            self._circles += 1
            return None
        circles = self._circles
        self._asked.add(node)
        try:
            found = self._infer(node)
        finally:
            self._asked.discard(node)
        if circles == self._circles or not self._asked:
            self._known[node] = found
        else:
            self._meanwhile[node] = found  # found inside a circle, it may lack what the circle gives: not for ever
        if not self._asked:
            self._meanwhile.clear()
        return found

    def note_circle(self) -> None:
        """What is being inferred depends on itself: it is not known for ever."""
        self._circles += 1

    def kind(self, node: ast.expr) -> str | None:
        """The kind alone."""
        type_ = self.of(node)
        return type_.kind if type_ is not None else None

    def holds_shared(self, type_: Type | None) -> bool:
        """Whether this is an instance of a class of the program that keeps shared objects as attributes."""
        if type_ is None or type_.kind != "instance" or type_.class_ is None:
            return False
        return any(
            (held := self.of(value)) is not None and held.is_shared
            for class_ in self._functions.ancestors(type_.class_)
            for attribute in list(self._index.attributes)
            for value in self.assigned(class_, attribute)
        )

    def receiver_calls(self, method: str, kinds: Iterable[str]) -> Iterator[ast.Call]:
        """The calls `x.method(…)` in the program where `x` is of one of these kinds, in source order."""
        wanted = frozenset(kinds)
        for call in self._index.method_calls.get(method, []):
            assert isinstance(call.func, ast.Attribute)
            if self.kind(call.func.value) in wanted:
                yield call

    # -- inference ---------------------------------------------------------------------------------

    def _infer(self, node: ast.expr) -> Type | None:
        if isinstance(node, ast.Name):
            bindings = self._index.bindings(node)
            return self._bound(reaching(self._index, node, bindings) if 1 < len(bindings) <= MANY else bindings)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Constant):
            return Type(type(node.value).__name__)
        if isinstance(node, ast.Subscript):
            return self._element(self.of(node.value), node.slice)
        if isinstance(node, ast.Tuple):
            return Type("tuple", elements=tuple(self.of(each) for each in node.elts))
        if isinstance(node, (ast.ListComp, ast.SetComp)):
            element = self.of(node.elt)
            kind = "list" if isinstance(node, ast.ListComp) else "set"
            return Type(kind, element=element, mixed=element is None)
        if isinstance(node, ast.GeneratorExp):
            element = self.of(node.elt)
            return Type("iterator", element=element, mixed=element is None)
        if isinstance(node, ast.DictComp):
            element = self.of(node.value)
            return Type("dict", element=element, mixed=element is None)
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare)):
            return self._operation(node)
        if isinstance(node, ast.IfExp):
            return merge((self.of(node.body), self.of(node.orelse)))
        literal = LITERALS.get(type(node))
        if literal is not None:
            held = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            element = merge(self.of(each) for each in held)
            return Type(literal, element=element, mixed=bool(held) and element is None)
        return None

    def _operation(self, node: ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.Compare) -> Type | None:
        if isinstance(node, ast.Compare):
            return Type("bool")
        if isinstance(node, ast.UnaryOp):
            return Type("bool") if isinstance(node.op, ast.Not) else self.of(node.operand)
        if isinstance(node, ast.BoolOp):
            return merge(self.of(each) for each in node.values)
        left, right = self.of(node.left), self.of(node.right)
        if CIRCULAR in (left, right):
            return right if left is CIRCULAR else left
        if left is None or right is None:
            return None
        kinds = {left.kind, right.kind}
        if kinds <= {"int", "float", "bool"}:
            return self.numbers.operation(node, kinds)
        if kinds <= {"date", "datetime"} and isinstance(node.op, ast.Sub):
            return Type("timedelta")
        if isinstance(node.op, ast.Mod) and left.kind in ("str", "bytes"):
            return Type(left.kind)
        if isinstance(node.op, ast.Mult) and left.kind in ("list", "str", "bytes"):
            return left
        if isinstance(node.op, ast.Mult) and left.kind == "int":
            return right if right.kind in ("list", "str", "bytes") else None
        return merge((left, right)) if isinstance(node.op, ast.Add) else None

    def _call(self, node: ast.Call) -> Type | None:
        name = self._names.qualified(node.func)
        known = self.results.of_call(name, node) if name is not None else None
        if known is not None:
            return known
        kind = MADE_BY.get(name or "")
        if kind == "range":
            return Type("range", element=Type("int"))
        if kind is not None:
            inherited = self.of(node.args[0]) if kind == "list" and node.args else None
            return Type(kind, frozenset({node}), element=inherited.element if inherited is not None else None)
        if name == "multiprocessing.Pipe":
            end = Type("Connection", frozenset({node}))
            return Type("tuple", elements=(end, end))
        class_ = self._functions.resolve_class(node.func)
        if class_ is not None:
            is_process = "multiprocessing.Process" in self._functions.base_names(class_)
            return Type("Process" if is_process else "instance", frozenset({node}), class_=class_)
        function = self._functions.resolve(node.func)
        if function is not None:
            return self._returned(function)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func)
        return None

    def _method(self, node: ast.Call, function: ast.Attribute) -> Type | None:
        receiver = self.of(function.value)
        if receiver is None or receiver is CIRCULAR:
            return receiver or self.results.of_unknown(function.value, function.attr, node)
        if receiver.kind == "Manager":
            kind = MANAGED.get(function.attr)
            return Type(kind, frozenset({node}), managed=True) if kind is not None else None
        known = self.results.of_method(receiver, function.attr, node)
        if known is not None:
            return known
        if function.attr in ("pop", "popleft", "get") and receiver.kind in ("list", "dict"):
            return receiver.element
        if function.attr == "values" and receiver.kind == "dict":
            return Type("list", element=receiver.element)
        if function.attr == "items" and receiver.kind == "dict":
            return Type("list", element=Type("tuple", elements=(None, receiver.element)))
        kind = RESULT_OF.get((receiver.kind, function.attr))
        return Type(kind, frozenset({node})) if kind is not None else None

    def _attribute(self, node: ast.Attribute) -> Type | None:
        """An attribute of an instance: what the methods of its class assign to it, everywhere."""
        elsewhere = self._index.of_module(node)
        if elsewhere:
            return self._bound(elsewhere)
        class_ = self._functions.class_of_instance(node.value) or self._functions.resolve_class(node.value)
        if class_ is None:
            return self.results.of_attribute(self._names.qualified(node), self.of(node.value), node.attr)
        if len(self.stores(node.attr)) > MANY:
            return None
        values = [value for owner in self._functions.ancestors(class_) for value in self.assigned(owner, node.attr)]
        real = [value for value in values if not (isinstance(value, ast.Constant) and value.value is None)]
        if not real:
            return self.numbers.of_class_constant(class_, node.attr)
        type_ = merge(self.of(value) for value in real)
        if not self.numbers.is_certain_attribute(type_, class_, node.attr):
            return None
        return self._filled(type_, self._index.attributes[node.attr])

    def assigned(self, class_: ast.ClassDef, attribute: str) -> Iterator[ast.expr]:
        """What the methods of a class assign to an attribute."""
        for each in self.stores(attribute):
            if not isinstance(each.value, ast.Name):
                continue
            statement = self.statement_of_store(each)
            if isinstance(statement, ast.Assign) and self._functions.class_of_instance(each.value) is class_:
                above = self._index.parent[each]
                pair = isinstance(above, ast.Tuple) and isinstance(statement.value, ast.Tuple)
                yield statement.value.elts[above.elts.index(each)] if pair else statement.value  # type: ignore[attr-defined]

    def stores(self, attribute: str) -> list[ast.Attribute]:
        """Every place that assigns to an attribute of this name."""
        if attribute not in self._stores:
            uses = self._index.attributes.get(attribute, [])
            self._stores[attribute] = [each for each in uses if isinstance(each.ctx, ast.Store)]
        return self._stores[attribute]

    def statement_of_store(self, target: ast.expr) -> ast.AST:
        """What assigns to a target: of `self.a, self.b = 1, 2` the statement, of other unpacking the tuple."""
        parent = self._index.parent[target]
        above = self._index.parent[parent]
        if isinstance(parent, ast.Tuple) and isinstance(above, ast.Assign) and isinstance(above.value, ast.Tuple):
            return above if len(above.value.elts) == len(parent.elts) else parent
        return parent

    def returned_by(self, node: ast.expr) -> Type | None:
        """What a function of the program returns, as far as it is known."""
        function = self._functions.resolve(node)
        return self._returned(function) if function is not None else None

    def _returned(self, function: FunctionNode) -> Type | None:
        values = self.returned_values(function)
        if values is None or len(values) > MANY:
            return None
        return merge(self.of(value) for value in values) if values else Type("NoneType")

    def returned_values(self, function: FunctionNode) -> list[ast.expr] | None:
        """The expressions that a function returns; `None` if it is a generator."""
        if function not in self._results_of:
            self._results_of[function] = self._find_results(function)
        return self._results_of[function]

    def _find_results(self, function: FunctionNode) -> list[ast.expr] | None:
        values: list[ast.expr] = []
        for node in ast.walk(function):
            if isinstance(node, (ast.Yield, ast.YieldFrom)):
                return None
            if isinstance(node, ast.Return) and self._index.function(node) is function:
                values.append(node.value if node.value is not None else ast.Constant(None))
        return values

    # -- names -------------------------------------------------------------------------------------

    def _bound(self, bindings: list[Binding]) -> Type | None:
        if len(bindings) > MANY:
            return None
        real = [each for each in bindings if each.kind != "delete" and not self._is_placeholder(each, bindings)]
        if not real:
            return None
        type_ = merge(self._binding(each) for each in real)
        first = real[0]
        owner = self._index.owner(first.node) if isinstance(first.node, ast.Name) else first.scope
        return self._filled(type_, self._index.uses(first.name, owner))

    @staticmethod
    def _is_placeholder(binding: Binding, bindings: list[Binding]) -> bool:
        """Whether this is the `lock = None` that announces a name which gets its value later."""
        return (
            len(bindings) > 1
            and binding.kind == "assign"
            and isinstance(binding.value, ast.Constant)
            and binding.value.value is None
        )

    def _binding(self, binding: Binding) -> Type | None:
        if binding.kind == "parameter":
            return self.parameters.of(binding)
        if binding.kind == "import":
            return self._bound(self._index.imported(binding))
        if binding.value is None:
            return None
        value = self.of(binding.value)
        if binding.kind == "augmented":
            return self.numbers.augmented(binding, value)
        if binding.kind in ("assign", "with") or value is CIRCULAR:
            return value
        if value is None and binding.kind != "for-unpack":
            return None
        if binding.kind == "for":
            return self.results.held(value)
        if binding.kind == "unpack":
            position = self._position(binding)
            if value is not None and value.elements:
                return value.elements[position] if position < len(value.elements) else None
            return self.results.held(value)
        return self._unpacked_in_loop(binding)

    def _unpacked_in_loop(self, binding: Binding) -> Type | None:
        """The second of `for i, p in enumerate(xs)`, any of `for a, b in zip(xs, ys)`, the value of `d.items()`."""
        call, position = binding.value, self._position(binding)
        if isinstance(call, ast.Call):
            name = self._names.qualified(call.func)
            if name == "builtins.enumerate" and call.args:
                type_ = self.of(call.args[0]) if position == 1 else Type("range", element=Type("int"))
                return type_.element if type_ is not None else None
            if name == "builtins.zip" and position < len(call.args):
                type_ = self.of(call.args[position])
                return type_.element if type_ is not None else None
        type_ = self.of(call) if call is not None else None
        places = type_.element.elements if type_ is not None and type_.element is not None else ()
        return places[position] if position < len(places) else None

    def _position(self, binding: Binding) -> int:
        target = self._index.parent[binding.node]
        return target.elts.index(binding.node) if isinstance(target, (ast.Tuple, ast.List)) else 0  # type: ignore[arg-type]

    def _filled(self, type_: Type | None, uses: list[ast.Name] | list[ast.Attribute]) -> Type | None:
        """A container also holds what the program puts into it: `xs.append(x)`, `d[k] = x`."""
        if type_ is None or type_.kind not in ("list", "dict", "set"):
            return type_
        put = self.put_into(uses)
        if len(put) > MANY:
            return replace(type_, element=None)
        if not put:
            return type_
        found = [self.of(each) for each in put]
        if type_.element is not None:
            found.append(type_.element)
        element = merge(found)
        mixed = type_.mixed or element is None
        if mixed and element is not None and element.kind in PLAIN:
            element = None
        return replace(type_, element=element, mixed=mixed)

    def put_into(self, uses: list[ast.Name] | list[ast.Attribute]) -> list[ast.expr]:
        """What is put into the containers that stand in these places."""
        if id(uses) in self._put:
            return self._put[id(uses)]
        put: list[ast.expr] = []
        for use in uses:
            parent = self._index.parent[use]
            if isinstance(parent, ast.Attribute) and parent.attr in ("append", "add", "appendleft"):
                call = self._index.parent[parent]
                if isinstance(call, ast.Call) and call.func is parent and len(call.args) == 1:
                    put.append(call.args[0])
            elif isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Store):
                statement = self._index.parent[parent]
                if isinstance(statement, ast.Assign):
                    put.append(statement.value)
        self._put[id(uses)] = put
        return put

    def _element(self, container: Type | None, place: ast.expr) -> Type | None:
        if container is None or container is CIRCULAR:
            return container
        if isinstance(place, ast.Slice):
            return container
        if container.elements and isinstance(place, ast.Constant) and isinstance(place.value, int):
            inside = -len(container.elements) <= place.value < len(container.elements)
            return container.elements[place.value] if inside else None
        return self.results.held(container) if container.kind in ("str", "bytes") else container.element

    def received(self, function: FunctionNode, parameter: ast.arg) -> Iterator[ast.expr]:
        """The expressions that the program's calls and starts hand to this parameter."""
        return self.parameters.received(function, parameter)
