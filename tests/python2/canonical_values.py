"""Expressions in canonical form; see `canonical.py`."""

# The oldest Python that runs this file is 2.7, whose ways the linter would modernize.
# ruff: noqa: ARG002, B905, F401, N802, RUF005, UP004, UP031, UP036

import ast
import codecs
import json
import re
import sys

if sys.version_info > (3,):
    from typing import Any  # for the comments

LATER = {"async", "await", "nonlocal", "None", "True", "False"}
CONSTANTS = {"True", "False"}
TEXT = type("".encode("ascii").decode("ascii"))
_HIGH = re.compile("[\\x80-\\xff]+")


def _latin(error):  # type: (Any) -> Any
    """Read what is not text in the encoding byte for byte; surrogates are text to 2.7's UTF-8."""
    piece = error.object[error.start : error.start + 3]
    if sys.version_info > (3,) and re.match(b"\xed[\xa0-\xbf][\x80-\xbf]", piece):
        return piece.decode("utf-8", "surrogatepass"), error.start + 3
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin", _latin)


class Values(object):
    """Writes the expressions of one module."""

    def __init__(self, encoding, infos):  # type: (str, set[str]) -> None
        self.encoding = encoding
        self.utf8 = codecs.lookup(encoding).name == "utf-8"
        self.infos = infos
        self.lines = []  # type: list[str]
        self.globals = set()  # type: set[str]

    # -- what names and values are -------------------------------------------------------------

    def text(self, value):  # type: (Any) -> Any
        """A string's value: bytes as the file's encoding reads them, since text of both kinds is text in Python 3."""
        if isinstance(value, bytes):
            value = value.decode(self.encoding, "latin")
            if not self.utf8:
                return value
        while True:  # an escape and a character of the file look the same here, so both are read as bytes
            read = _HIGH.sub(lambda found: found.group().encode("latin-1").decode(self.encoding, "latin"), value)
            if read == value or not self.utf8:
                return read
            value = read

    def string(self, value):  # type: (Any) -> str
        """A string as ASCII."""
        return json.dumps(self.text(value))

    def expr(self, node):  # type: (Any) -> str
        """One expression."""
        if node is None:
            return "-"
        value = number(node)
        if value is not None:
            return ("%d" if isinstance(value, INTEGERS) else "%r") % (value,)
        kind = type(node).__name__
        special = getattr(self, "expr_" + kind, None)
        if special is not None:
            return str(special(node))
        fields = [self.field(getattr(node, name)) for name in node._fields if name not in ("ctx", "kind")]
        return "%s(%s)" % (kind, ", ".join(fields))

    def field(self, value):  # type: (Any) -> str
        """One field of a node."""
        if isinstance(value, list):
            return "[%s]" % ", ".join(map(self.field, value))
        if isinstance(value, ast.AST):
            return self.expr(value)
        return "-" if value is None else str(value)

    def expr_Name(self, node):  # type: (Any) -> str
        return bare_name(node.id)

    def expr_Str(self, node):  # type: (Any) -> str
        return self.string(node.s)

    def expr_Constant(self, node):  # type: (Any) -> str
        if isinstance(node.value, (bytes, TEXT)):
            return self.string(node.value)
        return "..." if node.value is Ellipsis else repr(node.value)

    def expr_Ellipsis(self, node):  # type: (Any) -> str
        return "..."

    def expr_Index(self, node):  # type: (Any) -> str
        return self.expr(node.value)

    def expr_ExtSlice(self, node):  # type: (Any) -> str
        return "Tuple([%s])" % ", ".join(map(self.expr, node.dims))

    def expr_Slice(self, node):  # type: (Any) -> str
        # `x[a:b:]` has a step of None in the tree of 2.7, and none in that of 3.
        step = "-" if self.field(node.step) == "None" else self.field(node.step)
        return "Slice(%s, %s, %s)" % (self.expr(node.lower), self.expr(node.upper), step)

    def expr_Repr(self, node):  # type: (Any) -> str
        return "Call(repr, %s)" % self.expr(node.value)

    def expr_BinOp(self, node):  # type: (Any) -> str
        if isinstance(node.op, ast.Mod) and literal(node.left) == "%r" and isinstance(node.right, ast.Tuple):
            return "Call(repr, %s)" % ", ".join(map(self.expr, node.right.elts))
        return "%s(%s, %s)" % (type(node.op).__name__, self.expr(node.left), self.expr(node.right))

    def expr_Attribute(self, node):  # type: (Any) -> str
        return self.imported(node.value, node.attr) or "Attribute(%s, %s)" % (
            self.expr(node.value),
            bare_name(node.attr),
        )

    def expr_comprehension(self, node):  # type: (Any) -> str
        return "for(%s, %s, %s)" % (self.expr(node.target), self.expr(node.iter), self.field(node.ifs))

    def expr_keyword(self, node):  # type: (Any) -> str
        if node.arg is not None:
            return "%s=%s" % (bare_name(node.arg), self.expr(node.value))
        if isinstance(node.value, ast.Dict) and len(node.value.keys) == 1 and literal(node.value.keys[0]) in LATER:
            return "%s=%s" % (literal(node.value.keys[0]), self.expr(node.value.values[0]))
        return "**" + self.expr(node.value)

    def expr_Starred(self, node):  # type: (Any) -> str
        return "*" + self.expr(node.value)

    def expr_Call(self, node):  # type: (Any) -> str
        if is_name(node.func, "getattr") and len(node.args) == 2 and literal(node.args[1]) in LATER:
            name = literal(node.args[1])
            return self.imported(node.args[0], name) or "Attribute(%s, %s)" % (self.expr(node.args[0]), name)
        imported = self.imported(node, None)
        if imported is not None:
            return imported
        plain = [each for each in node.args if type(each).__name__ != "Starred"]
        starred = [each for each in node.args if type(each).__name__ == "Starred"]
        parts = [self.expr(each) for each in [node.func] + plain]
        keywords = [self.expr(each) for each in node.keywords]
        # What is passed as `**{'async': ...}` stands last.
        named = [each for each in keywords if not each.startswith("**")]
        parts += sorted(named, key=lambda each: each.split("=")[0] in LATER)
        parts += [self.expr(each) for each in starred]
        parts += [each for each in keywords if each.startswith("**")]
        if getattr(node, "starargs", None) is not None:
            parts.append("*" + self.expr(node.starargs))
        if getattr(node, "kwargs", None) is not None:
            parts.append("**" + self.expr(node.kwargs))
        return "Call(%s)" % ", ".join(parts)

    def imported(self, call, name):  # type: (Any, Any) -> str | None
        """What a call of `__import__` stands for, where it imports what no statement can name."""
        if not isinstance(call, ast.Call) or not is_name(call.func, "__import__") or not call.args:
            return None
        module = literal(call.args[0])
        if not isinstance(module, (bytes, TEXT)):
            return None
        module = self.text(module)
        listed = [each.value for each in call.keywords if each.arg == "fromlist"] + call.args[3:4]
        level = number(call.args[4]) if len(call.args) > 4 else 0
        wanted = [literal(each) for each in getattr(listed[0], "elts", [])] if listed else []
        if name is not None and wanted == [name]:
            return "From(%d %s %s)" % (level, module, name)
        if wanted and wanted[0] in CONSTANTS:
            return "Import(%s)" % module
        if not LATER.intersection(module.split(".")):
            return None
        return "%s(%s)" % ("Top" if not wanted and "." in module else "Import", module)

    # -- functions ----------------------------------------------------------------------------

    def parameters(self, node, taken):  # type: (Any, dict[str, str]) -> str
        """Parameters; `taken` are those that the body takes apart first, with the pattern."""
        names = [getattr(each, "arg", None) or (each.id if isinstance(each, ast.Name) else None) for each in node.args]
        parts = [
            taken.get(name) or bare_name(name) if name else self.expr(each) for name, each in zip(names, node.args)
        ]
        first = len(parts) - len(node.defaults)
        parts = parts[:first] + [
            "%s=%s" % (part, self.expr(default)) for part, default in zip(parts[first:], node.defaults)
        ]
        for mark, rest in (("*", node.vararg), ("**", node.kwarg)):
            if rest is not None:
                parts.append(mark + bare_name(getattr(rest, "arg", rest)))
        return ", ".join(parts)

    def expr_Lambda(self, node):  # type: (Any) -> str
        taken = {}  # type: dict[str, str]
        parameters = {getattr(each, "arg", None) or getattr(each, "id", None) for each in node.args.args}
        body = node.body
        while isinstance(body, ast.Call) and isinstance(body.func, ast.Lambda) and not body.keywords:
            stars = [
                str(getattr(getattr(each, "value", None), "id", "")) if type(each).__name__ == "Starred" else ""
                for each in body.args
            ]
            if not stars or not all(
                name and (name in parameters or any(name in each for each in taken.values())) for name in stars
            ):
                break
            inner = [getattr(each, "arg", None) or getattr(each, "id", None) for each in body.func.args.args]
            for name in stars:
                pattern = "Tuple([%s])" % ", ".join(map(bare_name, taken_apart(name, inner, name == stars[-1])))
                if name in parameters:
                    taken[name] = pattern
                else:  # a tuple in a tuple
                    taken = {
                        key: re.sub(r"(?<![\w.])%s(?!\w)" % re.escape(name), pattern.replace("\\", r"\\"), each)
                        for key, each in taken.items()
                    }
            body = body.func.body
        return "Lambda(%s: %s)" % (self.parameters(node.args, taken), self.expr(body))


def taken_apart(name, names, is_last):  # type: (str, list[Any], bool) -> list[Any]
    """Take off the names that a tuple called by all of its names consists of."""
    found = []  # type: list[Any]
    wanted = name.replace("_", "")
    while names and (is_last or wanted.startswith("".join(found + names[:1]).replace("_", ""))):
        found.append(names.pop(0))
    return found


INTEGERS = (int, type(1 << 80))


def bare_name(text):  # type: (str) -> str
    """A name, without what is put behind one that became a keyword."""
    bare = text.rstrip("_")
    return bare if bare in LATER else text


def literal(node):  # type: (Any) -> Any
    """The value of a literal."""
    return (
        getattr(node, "s", None)
        if type(node).__name__ == "Str"
        else getattr(node, "value", None)
        if (type(node).__name__ == "Constant")
        else None
    )


def is_name(node, name):  # type: (Any, Any) -> bool
    return isinstance(node, ast.Name) and node.id == name


def number(node):  # type: (Any) -> Any
    """The value of a number with its signs, which 2.7 counts among the literals."""
    kind = type(node).__name__
    if kind == "UnaryOp" and isinstance(node.op, ast.USub):
        value = number(node.operand)
        return None if value is None else -value
    if kind == "BinOp" and isinstance(node.op, ast.Sub) and number(node.left) == 0:
        # `-3j` is the number complex(0.0, -3.0) in the tree of 2.7, which is `0-3j` in 3.
        value = number(node.right)
        return 0 - value if isinstance(value, complex) else None
    value = node.n if kind == "Num" else node.value if kind == "Constant" else None
    return value if isinstance(value, INTEGERS + (float, complex)) and not isinstance(value, bool) else None


def are_constants(node):  # type: (Any) -> bool
    """Whether a target of an assignment is nothing but `True` and `False`."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return bool(node.elts) and all(map(are_constants, node.elts))
    return is_name(node, "True") or is_name(node, "False")


def computes_nothing(node):  # type: (Any) -> bool
    return all(
        number(each) is not None
        or type(each).__name__ in ("Constant", "Tuple", "List", "Load", "Compare", "UnaryOp", "Not", "Name")
        or isinstance(each, ast.cmpop)
        for each in ast.walk(node)
    )
