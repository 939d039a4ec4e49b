"""Starts that run one of several functions: helpers that start what they are handed, and loops over functions.

A function that such a start runs gets its arguments where it is chosen: at the call of the helper
(`background(job, 1)`), where the helper hands its own arguments on, and otherwise at the start, for all of them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.functions import is_static, parameters
from mpmodernize.model.scopes import FUNCTION_NODES
from mpmodernize.records import Record
from mpmodernize.rewrite.edits import AddArgument, AddElement
from mpmodernize.rules.route import NoRouteError, needs_keyword

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.model.scopes import FunctionNode
    from mpmodernize.model.starts import Start
    from mpmodernize.rewrite.edits import Edit


class Choice(Record):
    """How one call starts several functions."""

    mentions: tuple[ast.expr, ...]
    """Where the functions are named."""
    calls: dict[FunctionNode, list[ast.Call]] | None
    """The helper's calls that hand over the arguments, for each function; `None` where the start itself does."""
    functions: tuple[FunctionNode, ...]
    """Those that all get what one of them needs: one call has the same arguments for them."""
    place: str = ""
    """The helper's parameter for the tuple of arguments; empty where it takes them one by one (`*args`)."""
    position: int = 0
    """The place of that parameter in a call."""
    by_name: bool = False
    """Whether the helper hands on keywords too (`**kwargs`)."""

    def needs_keyword(self) -> bool:
        """Whether one of the functions takes what is added by its name only."""
        return any(needs_keyword(function) for function in self.functions)


def choice_of(program: Program, start: Start) -> Choice:
    """How this start, one of several by the same call, chooses; raises `NoRouteError` where that is not plain."""
    plans = program.plans.setdefault("choices", {})
    assert isinstance(plans, dict)
    if start.call not in plans:
        try:
            plans[start.call] = _find(program, start)
        except NoRouteError as reason:
            plans[start.call] = reason
    found = plans[start.call]
    if isinstance(found, NoRouteError):
        raise NoRouteError(str(found))
    assert isinstance(found, Choice)
    return found


def _find(program: Program, start: Start) -> Choice:
    target = start.target
    bindings = program.index.bindings(target) if isinstance(target, ast.Name) else []
    if len(bindings) != 1 or start.leading:
        raise NoRouteError("the start chooses among several functions")
    (binding,) = bindings
    assert isinstance(target, ast.Name)
    if isinstance(binding.node, ast.arg):
        helper = program.index.parent[program.index.parent[binding.node]]
        if isinstance(helper, FUNCTION_NODES) and program.index.function(start.call) is helper:
            return _by_helper(program, start, helper, binding.node)
    elif binding.kind in ("for", "for-unpack") and binding.value is not None:
        elements = list(_elements(program, binding.value))
        _check_uses(program, target, start, handed_on=None)
        return _for_all(program, elements)
    raise NoRouteError("the start chooses among several functions")


def _for_all(program: Program, mentions: list[ast.expr]) -> Choice:
    """One call with the same arguments for all: every one of them must be known."""
    functions = [program.functions.resolve(each) for each in mentions]
    known = [each for each in functions if each is not None]
    if not mentions or len(known) < len(functions):
        raise NoRouteError("the start chooses among several functions, and not all of them are known")
    return Choice(tuple(mentions), None, tuple(dict.fromkeys(known)))


# -- loops -----------------------------------------------------------------------------------------


def _elements(program: Program, iterated: ast.expr) -> Iterator[ast.expr]:
    """The functions in a display that a loop goes through; of pairs, whatever in them is a function."""
    for display in _displays(program, iterated):
        if not isinstance(display, (ast.Tuple, ast.List)):
            raise NoRouteError("the functions that are started come from a container that is computed")
        for each in display.elts:
            if isinstance(each, ast.Tuple):
                yield from (part for part in each.elts if program.functions.resolve(part) is not None)
            else:
                yield each


def _displays(program: Program, iterated: ast.expr) -> list[ast.expr]:
    """What a loop goes through, where it is written: for a parameter, at every call."""
    if not isinstance(iterated, ast.Name):
        return [iterated]
    bindings = program.index.bindings(iterated)
    uses = program.index.uses(iterated.id, program.index.owner(iterated))
    if len(bindings) == 1 and [each for each in uses if isinstance(each.ctx, ast.Load)] == [iterated]:
        (binding,) = bindings
        if binding.kind == "assign" and binding.value is not None:
            return [binding.value]
        function = program.index.function(iterated)
        if isinstance(binding.node, ast.arg) and function is not None:
            received = list(program.types.received(function, binding.node))
            if len(received) == len(program.functions.callers(function)) and not program.functions.mentions.get(
                function
            ):
                return received
    raise NoRouteError("the list of functions that are started is used elsewhere too")


# -- helpers ---------------------------------------------------------------------------------------


def _by_helper(program: Program, start: Start, helper: FunctionNode, parameter: ast.arg) -> Choice:
    calls: dict[FunctionNode, list[ast.Call]] = {}
    mentions = []
    for call in program.functions.callers(helper):
        handed = _given(program, helper, call, parameter)
        if handed is None:
            raise NoRouteError(f"a call of `{helper.name}` does not name the function that it starts")
        function = program.functions.resolve(handed)
        mentions.append(handed)
        if function is not None:
            calls.setdefault(function, []).append(call)
        elif program.functions.alternatives(handed):
            raise NoRouteError(f"a call of `{helper.name}` chooses among several functions")
    args = start.args
    own = _parameter(program, helper, args)
    kwargs = _parameter(program, helper, start.kwargs)
    by_name = kwargs is not None and kwargs is helper.args.kwarg
    if own is not None and (start.kwargs is None or by_name):
        assert isinstance(args, ast.Name)
        assert isinstance(start.target, ast.Name)
        _check_uses(program, start.target, start, handed_on=args)
        star = own is helper.args.vararg
        place, position = ("", 0) if star else (own.arg, _position(program, helper, own))
        return Choice(tuple(mentions), calls, (), place, position, by_name)
    assert isinstance(start.target, ast.Name)
    _check_uses(program, start.target, start, handed_on=None)
    return _for_all(program, mentions)


def _given(program: Program, helper: FunctionNode, call: ast.Call, parameter: ast.arg) -> ast.expr | None:
    """The argument that a call of the helper gives for a parameter."""
    for keyword in call.keywords:
        if keyword.arg == parameter.arg:
            return keyword.value
    position = _position(program, helper, parameter)
    before = call.args[: position + 1]
    if 0 <= position < len(before) and not any(isinstance(each, ast.Starred) for each in before):
        return before[position]
    return None


def _position(program: Program, helper: FunctionNode, parameter: ast.arg) -> int:
    places = parameters(helper)
    position = places.index(parameter) if parameter in places else -1
    is_method = program.index.enclosing_class(helper) is not None and not is_static(helper)
    return position - 1 if is_method else position


def _parameter(program: Program, helper: FunctionNode, node: ast.expr | None) -> ast.arg | None:
    """The helper's own parameter that this expression is."""
    bindings = program.index.bindings(node) if isinstance(node, ast.Name) else []
    if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg):
        return None
    arguments = program.index.parent[bindings[0].node]
    return bindings[0].node if program.index.parent[arguments] is helper else None


def _check_uses(program: Program, target: ast.Name, start: Start, handed_on: ast.Name | None) -> None:
    """The function that is chosen is started, or called with the same arguments, and nothing else is done with it."""
    parent = program.index.parent
    for use in program.index.uses(target.id, program.index.owner(target)):
        above = parent[use]
        called = isinstance(above, ast.Call) and above.func is use and handed_on is not None
        if isinstance(use.ctx, ast.Load) and use is not target and not called and not isinstance(above, ast.Attribute):
            raise NoRouteError(f"`{target.id}` is used for more than the start")
    if handed_on is None:
        return
    for use in program.index.uses(handed_on.id, program.index.owner(handed_on)):
        above = parent[use]
        call = parent[above] if isinstance(above, ast.Starred) else None
        again = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == target.id
        if isinstance(use.ctx, ast.Load) and use is not start.args and not again:
            raise NoRouteError(f"`{handed_on.id}` is used for more than the start")


# -- handing over ----------------------------------------------------------------------------------


def hand_to_choice(program: Program, start: Start, names: list[str]) -> list[Edit]:
    """Give a function that a helper starts these names, at each call of the helper."""
    choice = choice_of(program, start)
    assert choice.calls is not None
    assert start.function is not None
    edits: list[Edit] = []
    for call in choice.calls.get(start.function, []):
        edits += _at_call(program, choice, start, call, names)
    return edits


def handing_calls(program: Program, start: Start) -> list[ast.Call]:
    """The calls that name what a process is handed: that of the start, or those of the helper that hands it on."""
    choice = choice_of(program, start) if start.is_choice else None
    if choice is None or choice.calls is None or start.function is None:
        return [start.call]
    return choice.calls.get(start.function, [])


def check_choice(program: Program, start: Start) -> None:
    """Raise `NoRouteError` where a helper's calls cannot take one more argument."""
    choice = choice_of(program, start)
    if choice.calls is not None:
        hand_to_choice(program, start, ["name"])


def _at_call(program: Program, choice: Choice, start: Start, call: ast.Call, names: list[str]) -> list[Edit]:
    assert start.function is not None
    helper = program.functions.called(call)
    assert helper is not None
    by_name = needs_keyword(start.function)
    if not choice.place:
        own = {each.arg for each in [*parameters(helper), *helper.args.kwonlyargs]}
        passed_on = [each for each in call.keywords if each.arg not in own]
        if by_name or passed_on:
            if not choice.by_name:
                raise NoRouteError(f"`{helper.name}` hands on no keywords, and `{start.function.name}` needs one")
            return [AddArgument(call, name, name) for name in names]
        fixed = [each for each in call.args if not isinstance(each, ast.Starred)]
        method = program.index.enclosing_class(helper) is not None and not is_static(helper)
        if len(fixed) < len(parameters(helper)) - (1 if method else 0):
            raise NoRouteError(f"a call of `{helper.name}` leaves out arguments")
        return [AddArgument(call, name) for name in names]
    if by_name:
        raise NoRouteError(f"`{helper.name}` hands on no keywords, and `{start.function.name}` needs one")
    place = next(each for each in parameters(helper) if each.arg == choice.place)
    handed = _given(program, helper, call, place)
    if isinstance(handed, (ast.Tuple, ast.List)):
        return [AddElement(handed, name) for name in names]
    if handed is None and not any(isinstance(each, ast.Starred) for each in call.args):
        code = f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
        plain = len(call.args) == choice.position and not call.keywords
        return [AddArgument(call, code, None if plain else choice.place)]
    raise NoRouteError(f"the arguments at a call of `{helper.name}` are computed")
