"""Texts as bytes: which literal says the same as bytes, and which text is surely ASCII."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace

if TYPE_CHECKING:
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_DEPTH = 20
_FOR_NUMBERS = re.compile(r"[^%]|%[-+ #0]*[0-9]*(?:\.[0-9]+)?[dioxXeEfFgG]|%%")
_NUMBERS = frozenset({"int", "float", "bool"})
_MADE_ASCII = frozenset({"builtins.hex", "builtins.oct", "builtins.bin", "json.dumps"})


def byte_literal(program: Program, node: ast.expr) -> str | None:
    """The code of a text literal as bytes; `None` where this is none, or one that no bytes literal can say."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    code = "b" + program.text(node).removeprefix("u")
    try:
        value = ast.literal_eval(code)
        return code if value == node.value.encode("latin-1") else None
    except (SyntaxError, ValueError):
        return None


def as_bytes(program: Program, node: ast.expr, depth: int = 0) -> list[Replace] | None:
    """The edits that make bytes of a text which is built of literals; `None` where it is not."""
    if depth > _DEPTH:
        return None
    code = byte_literal(program, node)
    if code is not None:
        return [Replace(node, code)]
    if program.names.calls(node, "builtins.chr"):
        assert isinstance(node, ast.Call)
        return [Replace(node, "bytes([$0])", (node.args[0],))] if len(node.args) == 1 else None
    if isinstance(node, ast.IfExp):
        return _both(program, node.body, node.orelse, depth + 1)
    if not isinstance(node, ast.BinOp):
        return None
    if isinstance(node.op, ast.Add):
        return _both(program, node.left, node.right, depth + 1)
    if isinstance(node.op, ast.Mult):
        text = node.right if program.types.kind(node.left) == "int" else node.left
        return as_bytes(program, text, depth + 1)
    if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        plain = all(program.types.kind(each) in _NUMBERS for each in parts)
        if plain and _FOR_NUMBERS.sub("", node.left.value) == "":
            return as_bytes(program, node.left)
    return None


def _both(program: Program, first: ast.expr, second: ast.expr, depth: int) -> list[Replace] | None:
    one, other = as_bytes(program, first, depth), as_bytes(program, second, depth)
    return [*one, *other] if one is not None and other is not None else None


def made_bytes(program: Program, text: ast.expr) -> tuple[list[Edit], Safety]:
    """The edits that make bytes of a text, and how safe they are: text that may have other letters is a guess."""
    literal = as_bytes(program, text)
    if literal is not None:
        return [*literal], Safety.SAFE
    return [Replace(text, "$0.encode()", (text,))], Safety.SAFE if is_ascii(program, text) else Safety.UNSAFE


def is_ascii(program: Program, node: ast.expr, depth: int = 0) -> bool:
    """Whether a text has surely nothing but ASCII in it: then all encodings make the same bytes of it."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.isascii()
    if isinstance(node, ast.Name):
        return _is_ascii_name(program, node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return is_ascii(program, node.left, depth + 1) or is_ascii(program, node.right, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_ascii(program, node.left, depth + 1) and is_ascii(program, node.right, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return is_ascii(program, node.left, depth + 1) and all(_is_plain(program, each, depth) for each in parts)
    if isinstance(node, ast.Call):
        name = program.qualified(node.func)
        if name in _MADE_ASCII:
            return True
        if isinstance(node.func, ast.Attribute) and node.func.attr == "hexdigest":
            return True
        return (
            name in ("builtins.str", "builtins.repr")
            and len(node.args) == 1
            and _is_plain(program, node.args[0], depth)
        )
    return False


def _is_ascii_name(program: Program, name: ast.Name, depth: int) -> bool:
    """Whether a name stands for literals alone, or for a parameter that gets such in every call."""
    bindings = program.index.bindings(name)
    if not bindings or len(bindings) > _DEPTH:
        return False
    values: list[ast.expr] = []
    for binding in bindings:
        if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
            received = program.types.parameters.received_for_certain(binding)
            if not received:
                return False
            values += received
        elif binding.kind == "assign" and binding.value is not None:
            values.append(binding.value)
        else:
            return False
    return all(is_ascii(program, each, depth + 1) for each in values)


def _is_plain(program: Program, node: ast.expr, depth: int) -> bool:
    return program.types.kind(node) in _NUMBERS or is_ascii(program, node, depth + 1)
