"""What parameters get: from callers, from starts of processes, from what a pool maps, from defaults."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static, parameters
from mpmodernize.model.kinds import Type, merge
from mpmodernize.model.scopes import FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.scopes import Binding
    from mpmodernize.model.types import Types


class Parameters:
    """Answers what the parameters of the program's functions get."""

    def __init__(self, index: Index, functions: Functions, types: Types) -> None:
        self._index = index
        self._functions = functions
        self._types = types

    def of(self, binding: Binding) -> Type | None:
        """The type of a parameter; `None` if it is not known."""
        arguments = self._index.parent[binding.node]
        function = self._index.parent[arguments]
        if not isinstance(function, FUNCTION_NODES) or not isinstance(binding.node, ast.arg):
            return None
        received = list(self.received(function, binding.node))
        default = default_of(function, binding.node)
        if default is not None and not (isinstance(default, ast.Constant) and default.value is None):
            received.append(default)
        types = [self._types.of(each) for each in received] + self._mapped(function, binding.node)
        type_ = merge(types) if types else None
        return type_ if self._types.numbers.is_certain_parameter(type_, function, default) else None

    def received_for_certain(self, binding: Binding) -> list[ast.expr]:
        """All expressions that a parameter gets; none where that is not sure."""
        function = self._index.parent[self._index.parent[binding.node]]
        if not isinstance(function, FUNCTION_NODES) or not isinstance(binding.node, ast.arg):
            return []
        default = default_of(function, binding.node)
        if not self._types.numbers.is_certain_parameter(Type("str"), function, default):
            return []
        return [*self.received(function, binding.node), *([default] if default is not None else [])]

    def _mapped(self, function: FunctionNode, parameter: ast.arg) -> list[Type | None]:
        """What a pool's `map` and its likes hand to a parameter: the elements of what is mapped."""
        found: list[Type | None] = []
        position = self._position_of(function, parameter)
        for start in self._types.starts.of_function.get(function, []):
            if start.kind != "task" or start.args is not None or len(start.call.args) < 2:
                continue
            mapped = self._types.of(start.call.args[1])
            element = mapped.element if mapped is not None else None
            place = position - len(start.leading)
            if isinstance(start.call.func, ast.Attribute) and start.call.func.attr.startswith("starmap"):
                places = element.elements if element is not None else ()
                found.append(places[place] if 0 <= place < len(places) else None)
            elif place == 0:
                found.append(element)
        return found

    def _position_of(self, function: FunctionNode, parameter: ast.arg) -> int:
        """The place of a parameter among the arguments of a call, after `self`."""
        places = parameters(function)
        position = places.index(parameter) if parameter in places else -1
        if self._index.enclosing_class(function) is not None and not is_static(function):
            position -= 1  # `self` comes with the call
        return position

    def received(self, function: FunctionNode, parameter: ast.arg) -> Iterator[ast.expr]:
        """The expressions that the program's calls and starts hand to this parameter."""
        position = self._position_of(function, parameter)
        for call in self._functions.callers(function):
            yield from _argument(call.args, call.keywords, position, parameter.arg)
        for start in self._types.starts.of_function.get(function, []):
            yield from start.argument(position, parameter.arg)


def _argument(args: list[ast.expr], keywords: list[ast.keyword], position: int, name: str) -> Iterator[ast.expr]:
    if 0 <= position < len(args) and not any(isinstance(each, ast.Starred) for each in args[: position + 1]):
        yield args[position]
    for keyword in keywords:
        if keyword.arg == name:
            yield keyword.value


def default_of(function: FunctionNode, parameter: ast.arg) -> ast.expr | None:
    """The default of a parameter; `None` if it has none."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    for place, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if place is parameter:
            return default
    for place, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if place is parameter:
            return keyword_default
    return None
