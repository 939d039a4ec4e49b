"""A program's syntax tree in one form, whether Python 2.7's own parser made it or Python 3's.

Runs under both, so that both trees are written by the same hand: Python 2.7 gets the original, Python 3 what became
of it. A form of Python 2 is written as what it means, and what it is to become is recognised and written the same way.
This file knows nothing of the conversion: it says what is equal, from the two language references.

As a program it reads lines of JSON, `[file, encoding]`, and writes a line for each: the tree, its digest if
`--digest` is given, or null where this Python does not compile the file.
"""

# The oldest Python that runs this file is 2.7, whose ways the linter would modernize.
# ruff: noqa: ARG002, B905, F401, N802, N815, PTH123, RUF005, UP004, UP031, UP036

import ast
import codecs
import hashlib
import json
import re
import sys

if sys.version_info > (3,):
    from typing import Any  # for the comments

_LATER = {"async", "await", "nonlocal", "None", "True", "False"}
_CONSTANTS = {"True", "False"}
_TEXT = type("".encode("ascii").decode("ascii"))
_HIGH = re.compile("[\\x80-\\xff]+")
_STAR = re.compile(r"from (\.*)([\w.]*) import \*$")


def _latin(error):  # type: (Any) -> Any
    """Read what is not text in the encoding byte for byte; surrogates are text to 2.7's UTF-8."""
    piece = error.object[error.start : error.start + 3]
    if sys.version_info > (3,) and re.match(b"\xed[\xa0-\xbf][\x80-\xbf]", piece):
        return piece.decode("utf-8", "surrogatepass"), error.start + 3
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin", _latin)


class Canonical(object):
    """Writes the tree of one module."""

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
        value = _number(node)
        if value is not None:
            return ("%d" if isinstance(value, _INTEGERS) else "%r") % (value,)
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
        return _name(node.id)

    def expr_Str(self, node):  # type: (Any) -> str
        return self.string(node.s)

    def expr_Constant(self, node):  # type: (Any) -> str
        if isinstance(node.value, (bytes, _TEXT)):
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
        if isinstance(node.op, ast.Mod) and _value(node.left) == "%r" and isinstance(node.right, ast.Tuple):
            return "Call(repr, %s)" % ", ".join(map(self.expr, node.right.elts))
        return "%s(%s, %s)" % (type(node.op).__name__, self.expr(node.left), self.expr(node.right))

    def expr_Attribute(self, node):  # type: (Any) -> str
        return self.imported(node.value, node.attr) or "Attribute(%s, %s)" % (self.expr(node.value), _name(node.attr))

    def expr_comprehension(self, node):  # type: (Any) -> str
        return "for(%s, %s, %s)" % (self.expr(node.target), self.expr(node.iter), self.field(node.ifs))

    def expr_keyword(self, node):  # type: (Any) -> str
        if node.arg is not None:
            return "%s=%s" % (_name(node.arg), self.expr(node.value))
        if isinstance(node.value, ast.Dict) and len(node.value.keys) == 1 and _value(node.value.keys[0]) in _LATER:
            return "%s=%s" % (_value(node.value.keys[0]), self.expr(node.value.values[0]))
        return "**" + self.expr(node.value)

    def expr_Starred(self, node):  # type: (Any) -> str
        return "*" + self.expr(node.value)

    def expr_Call(self, node):  # type: (Any) -> str
        if _is_name(node.func, "getattr") and len(node.args) == 2 and _value(node.args[1]) in _LATER:
            name = _value(node.args[1])
            return self.imported(node.args[0], name) or "Attribute(%s, %s)" % (self.expr(node.args[0]), name)
        imported = self.imported(node, None)
        if imported is not None:
            return imported
        plain = [each for each in node.args if type(each).__name__ != "Starred"]
        starred = [each for each in node.args if type(each).__name__ == "Starred"]
        parts = [self.expr(each) for each in [node.func] + plain]
        keywords = [self.expr(each) for each in node.keywords]
        parts += [each for each in keywords if not each.startswith("**")]
        parts += [self.expr(each) for each in starred]
        parts += [each for each in keywords if each.startswith("**")]
        if getattr(node, "starargs", None) is not None:
            parts.append("*" + self.expr(node.starargs))
        if getattr(node, "kwargs", None) is not None:
            parts.append("**" + self.expr(node.kwargs))
        return "Call(%s)" % ", ".join(parts)

    # -- functions ----------------------------------------------------------------------------

    def parameters(self, node, taken):  # type: (Any, dict[str, str]) -> str
        """Parameters; `taken` are those that the body takes apart first, with the pattern."""
        names = [getattr(each, "arg", None) or (each.id if isinstance(each, ast.Name) else None) for each in node.args]
        parts = [taken.get(name) or _name(name) if name else self.expr(each) for name, each in zip(names, node.args)]
        first = len(parts) - len(node.defaults)
        parts = parts[:first] + [
            "%s=%s" % (part, self.expr(default)) for part, default in zip(parts[first:], node.defaults)
        ]
        for mark, rest in (("*", node.vararg), ("**", node.kwarg)):
            if rest is not None:
                parts.append(mark + _name(getattr(rest, "arg", rest)))
        return ", ".join(parts)

    def expr_Lambda(self, node):  # type: (Any) -> str
        taken = {}  # type: dict[str, str]
        parameters = {getattr(each, "arg", None) or getattr(each, "id", None) for each in node.args.args}
        body = node.body
        while isinstance(body, ast.Call) and isinstance(body.func, ast.Lambda) and not body.keywords:
            stars = [getattr(each, "value", None) for each in body.args if type(each).__name__ == "Starred"]
            name = getattr(stars[0], "id", None) if len(stars) == len(body.args) == 1 else None
            if name is None or not (name in parameters or any(name in each for each in taken.values())):
                break
            inner = self.parameters(body.func.args, {})
            pattern = "Tuple([%s])" % inner
            if name in parameters:
                taken[name] = pattern
            else:  # a tuple in a tuple
                taken = {
                    key: re.sub(r"(?<![\w.])%s(?!\w)" % re.escape(name), pattern.replace("\\", r"\\"), each)
                    for key, each in taken.items()
                }
            body = body.func.body
        return "Lambda(%s: %s)" % (self.parameters(node.args, taken), self.expr(body))

    # -- statements ---------------------------------------------------------------------------

    def emit(self, depth, line):  # type: (int, str) -> None
        self.lines.append("  " * depth + line)

    def block(self, body, depth):  # type: (list[Any], int) -> None
        """Statements, without those that say nothing (`pass`, `global`); prints that go on are one print."""
        held = None  # type: tuple[str, list[str]] | None
        for node in body:
            printed = self.printed(node)
            if held is not None and (printed is None or printed[0] != held[0]):
                self.emit(depth, "print >>%s: %s ..." % (held[0], ", ".join(held[1])))
                held = None
            if printed is None:
                self.statement(node, depth)
                continue
            target, items, ends = printed
            items = (held[1] if held else []) + items
            held = None
            if ends:
                self.emit(depth, "print >>%s: %s" % (target, ", ".join(items)))
            else:
                held = (target, items)
        if held is not None:
            self.emit(depth, "print >>%s: %s ..." % (held[0], ", ".join(held[1])))

    def printed(self, node):  # type: (Any) -> tuple[str, list[str], bool] | None
        """Where and what a statement prints, and whether it ends the line."""
        if type(node).__name__ == "Print":
            return self.expr(node.dest), [self.expr(each) for each in node.values], node.nl
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not _is_name(call.func, "print"):
            return None
        if getattr(call, "starargs", None) or any(type(each).__name__ == "Starred" for each in call.args):
            return None
        target, ends = "-", True
        for keyword in call.keywords:
            value = _value(keyword.value)
            if keyword.arg == "file":
                target = self.expr(keyword.value)
            elif keyword.arg == "end" and value in ("", " "):
                ends = False
            elif keyword.arg != "sep" or value != "":
                return None
        return target, [self.expr(each) for each in call.args], ends

    def statement(self, node, depth):  # type: (Any, int) -> None
        """One statement."""
        kind = type(node).__name__
        special = getattr(self, "stmt_" + kind, None)
        if special is not None:
            special(node, depth)
        elif kind == "Expr":
            self.emit(depth, self.expr(node.value))
        else:
            self.emit(depth, self.expr(node))

    def stmt_Pass(self, node, depth):  # type: (Any, int) -> None
        """`pass` says nothing."""

    def stmt_Global(self, node, depth):  # type: (Any, int) -> None
        self.globals.update(_name(each) for each in node.names if each not in _CONSTANTS)

    def stmt_Expr(self, node, depth):  # type: (Any, int) -> None
        call = node.value
        if isinstance(call, ast.Call) and _is_name(call.func, "exec") and not call.keywords:
            self.executed(call.args, depth)
        else:
            self.emit(depth, self.expr(call))

    def stmt_Exec(self, node, depth):  # type: (Any, int) -> None
        parts = [each for each in (node.body, node.globals, node.locals) if each is not None]
        if len(parts) == 1 and isinstance(node.body, ast.Tuple) and len(node.body.elts) in (2, 3):
            parts = node.body.elts
        self.executed(parts, depth)

    def executed(self, parts, depth):  # type: (list[Any], int) -> None
        code = _value(parts[0]) if parts else None
        star = _STAR.match(self.text(code)) if isinstance(code, (bytes, _TEXT)) else None
        if star:
            self.emit(depth, "import * from %d %s" % (len(star.group(1)), star.group(2)))
        else:
            self.emit(depth, "exec " + ", ".join(map(self.expr, parts)))

    def stmt_ImportFrom(self, node, depth):  # type: (Any, int) -> None
        module, level = node.module or "", node.level or 0
        if node.names[0].name == "*":
            self.emit(depth, "import * from %d %s" % (level, module))
            return
        shut = bool(_LATER.intersection(module.split(".")))
        kept = [each for each in node.names if not shut and each.name not in _LATER]
        taken = [each for each in node.names if each not in kept and (each.asname or each.name not in _CONSTANTS)]
        if kept:
            names = ["%s as %s" % (each.name, _name(each.asname or "-")) for each in kept]
            self.emit(depth, "from %d %s import %s" % (level, module, ", ".join(names)))
        for each in taken:
            self.emit(
                depth, "Assign([%s], From(%d %s %s))" % (_name(each.asname or each.name), level, module, each.name)
            )
        if not kept and not taken:
            self.emit(depth, "Import(%s)" % module)

    def stmt_Import(self, node, depth):  # type: (Any, int) -> None
        for each in node.names:
            parts = each.name.split(".")
            if not _LATER.intersection(parts):
                self.emit(depth, "import %s as %s" % (each.name, _name(each.asname or "-")))
            else:
                kind = "Import" if each.asname or len(parts) == 1 else "Top"
                self.emit(depth, "Assign([%s], %s(%s))" % (_name(each.asname or parts[0]), kind, each.name))

    def imported(self, call, name):  # type: (Any, Any) -> str | None
        """What a call of `__import__` stands for, where it imports what no statement can name."""
        if not isinstance(call, ast.Call) or not _is_name(call.func, "__import__") or not call.args:
            return None
        module = _value(call.args[0])
        if not isinstance(module, (bytes, _TEXT)):
            return None
        module = self.text(module)
        listed = [each.value for each in call.keywords if each.arg == "fromlist"] + call.args[3:4]
        level = _number(call.args[4]) if len(call.args) > 4 else 0
        wanted = [_value(each) for each in getattr(listed[0], "elts", [])] if listed else []
        if name is not None and wanted == [name]:
            return "From(%d %s %s)" % (level, module, name)
        if wanted and wanted[0] in _CONSTANTS:
            return "Import(%s)" % module
        if not _LATER.intersection(module.split(".")):
            return None
        return "%s(%s)" % ("Top" if not wanted and "." in module else "Import", module)

    def stmt_Delete(self, node, depth):  # type: (Any, int) -> None
        kept = [self.expr(each) for each in node.targets if not _constants(each)]
        if kept:
            self.emit(depth, "del " + ", ".join(kept))

    def stmt_Assign(self, node, depth):  # type: (Any, int) -> None
        if not all(_constants(each) for each in node.targets):
            self.emit(depth, "Assign(%s, %s)" % (self.field(node.targets), self.expr(node.value)))
        elif not _computes_nothing(node.value):
            # The values of True and False are what Python 3 has fixed; what else the statement does stays.
            self.emit(depth, self.expr(node.value))

    def stmt_Raise(self, node, depth):  # type: (Any, int) -> None
        error, traceback = (self.raised_by_2 if hasattr(node, "type") else self.raised_by_3)(node)
        self.emit(depth, "raise %s, %s" % (error, traceback))

    def raised_by_3(self, node):  # type: (Any) -> tuple[str, str]
        return self.raised(node.exc)

    def raised(self, error):  # type: (Any) -> tuple[str, str]
        """What is raised where all is said in one expression."""
        if isinstance(error, ast.Call) and getattr(error.func, "attr", "") == "with_traceback":
            made = error.func.value  # type: ignore[attr-defined]
            empty = isinstance(made, ast.Call) and not made.args and not made.keywords
            return self.expr(made.func if empty else made), self.expr(error.args[0])
        return self.expr(error), "-"

    def raised_by_2(self, node):  # type: (Any) -> tuple[str, str]
        kind, value, traceback = node.type, node.inst, node.tback
        while isinstance(kind, ast.Tuple) and kind.elts:
            kind = kind.elts[0]
        if traceback is not None and self.is_info(kind, value, traceback):
            return self.expr(value), self.expr(traceback)
        if value is None:
            return self.raised(kind)
        if _is_name(value, "None"):
            empty = traceback is not None and isinstance(kind, ast.Call) and not (kind.args or kind.keywords)
            return self.expr(kind.func if empty else kind), self.expr(traceback)
        values = value.elts if isinstance(value, ast.Tuple) else [value]
        if traceback is not None and not values:
            return self.expr(kind), self.expr(traceback)
        parts = [self.expr(each) for each in [kind] + values]
        left = kind.left if isinstance(kind, ast.BinOp) else kind
        if isinstance(_value(left), (bytes, _TEXT)):
            parts.insert(0, "TypeError")  # which is what 2.7 raises for an exception that is a string
        return "Call(%s)" % ", ".join(parts), self.expr(traceback)

    def is_info(self, *parts):  # type: (*Any) -> bool
        """Whether type, value and traceback are those of one exception."""
        texts = [self.expr(each) for each in parts]
        if all(text.endswith(", %d)" % place) for place, text in enumerate(texts)):
            return len({text[:-3] for text in texts}) == 1
        return "|".join(texts) in self.infos

    def stmt_With(self, node, depth):  # type: (Any, int) -> None
        items = getattr(node, "items", None) or [node]
        for place, item in enumerate(items):
            self.emit(depth + place, "with %s as %s" % (self.expr(item.context_expr), self.expr(item.optional_vars)))
        self.block(node.body, depth + len(items))

    def stmt_If(self, node, depth):  # type: (Any, int) -> None
        self.emit(depth, "%s %s" % (type(node).__name__.lower(), self.expr(node.test)))
        self.block(node.body, depth + 1)
        if node.orelse:
            self.emit(depth, "else")
            self.block(node.orelse, depth + 1)

    stmt_While = stmt_If

    def stmt_For(self, node, depth):  # type: (Any, int) -> None
        self.emit(depth, "for %s in %s" % (self.expr(node.target), self.expr(node.iter)))
        self.block(node.body, depth + 1)
        if node.orelse:
            self.emit(depth, "else")
            self.block(node.orelse, depth + 1)

    def stmt_TryFinally(self, node, depth):  # type: (Any, int) -> None
        self.emit(depth, "try")
        self.block(node.body, depth + 1)
        self.emit(depth, "finally")
        self.block(node.finalbody, depth + 1)

    def stmt_TryExcept(self, node, depth):  # type: (Any, int) -> None
        self.emit(depth, "try")
        self.block(node.body, depth + 1)
        for handler in node.handlers:
            self.handler(handler, depth)
        if node.orelse:
            self.emit(depth, "else")
            self.block(node.orelse, depth + 1)

    def stmt_Try(self, node, depth):  # type: (Any, int) -> None
        if node.finalbody and node.handlers:
            self.emit(depth, "try")
            self.stmt_TryExcept(node, depth + 1)
            self.emit(depth, "finally")
            self.block(node.finalbody, depth + 1)
        elif node.finalbody:
            self.stmt_TryFinally(node, depth)
        else:
            self.stmt_TryExcept(node, depth)

    def handler(self, node, depth):  # type: (Any, int) -> None
        """One `except`; a first statement that takes the exception apart is its target."""
        name = getattr(node.name, "id", node.name)
        body = node.body
        target = None if name is None else _name(name) if not isinstance(name, ast.AST) else self.expr(name)
        first = body[0]
        if isinstance(first, ast.Assign) and str(name).startswith("error") and len(first.targets) == 1:
            value = first.value
            if getattr(value, "attr", None) == "args":
                value = value.value  # type: ignore[attr-defined]
            if _is_name(value, name):
                target = self.expr(first.targets[0])
                body = body[1:]
        self.emit(depth, "except %s as %s" % (self.expr(node.type), target))
        self.block(body, depth + 1)

    def stmt_FunctionDef(self, node, depth):  # type: (Any, int) -> None
        outer, self.globals = self.globals, set()
        body = list(node.body)
        start = int(isinstance(body[0], ast.Expr) and isinstance(_value(body[0].value), (bytes, _TEXT)))
        while start < len(body) and type(body[start]).__name__ in ("Global", "Pass"):
            self.statement(body.pop(start), depth)
        names = {getattr(each, "arg", None) or getattr(each, "id", None) for each in node.args.args}
        taken = {}  # type: dict[str, str]
        while start < len(body):
            first = body[start]
            name = getattr(getattr(first, "value", None), "id", None)
            if not isinstance(first, ast.Assign) or len(first.targets) > 1 or name not in names:
                break
            if not isinstance(first.targets[0], ast.Tuple):
                break
            taken[str(name)] = self.expr(first.targets[0])
            del body[start]
        for each in node.decorator_list:
            self.emit(depth, "@" + self.expr(each))
        self.emit(depth, "def %s(%s)" % (_name(node.name), self.parameters(node.args, taken)))
        self.block(body, depth + 1)
        self.declared(depth + 1)
        self.globals = outer

    def stmt_ClassDef(self, node, depth):  # type: (Any, int) -> None
        outer, self.globals = self.globals, set()
        for each in node.decorator_list:
            self.emit(depth, "@" + self.expr(each))
        self.emit(depth, "class %s(%s)" % (_name(node.name), ", ".join(map(self.expr, node.bases))))
        self.block(node.body, depth + 1)
        self.declared(depth + 1)
        self.globals = outer

    def declared(self, depth):  # type: (int) -> None
        if self.globals:
            self.emit(depth, "global " + ", ".join(sorted(self.globals)))


_INTEGERS = (int, type(1 << 80))


def _name(text):  # type: (str) -> str
    """A name, without what is put behind one that became a keyword."""
    bare = text.rstrip("_")
    return bare if bare in _LATER else text


def _value(node):  # type: (Any) -> Any
    """The value of a literal."""
    return (
        getattr(node, "s", None)
        if type(node).__name__ == "Str"
        else getattr(node, "value", None)
        if (type(node).__name__ == "Constant")
        else None
    )


def _is_name(node, name):  # type: (Any, Any) -> bool
    return isinstance(node, ast.Name) and node.id == name


def _number(node):  # type: (Any) -> Any
    """The value of a number with its signs, which 2.7 counts among the literals."""
    kind = type(node).__name__
    if kind == "UnaryOp" and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None else -value
    if kind == "BinOp" and isinstance(node.op, ast.Sub) and _number(node.left) == 0:
        # `-3j` is the number complex(0.0, -3.0) in the tree of 2.7, which is `0-3j` in 3.
        value = _number(node.right)
        return 0 - value if isinstance(value, complex) else None
    value = node.n if kind == "Num" else node.value if kind == "Constant" else None
    return value if isinstance(value, _INTEGERS + (float, complex)) and not isinstance(value, bool) else None


def _constants(node):  # type: (Any) -> bool
    """Whether a target of an assignment is nothing but `True` and `False`."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return bool(node.elts) and all(map(_constants, node.elts))
    return _is_name(node, "True") or _is_name(node, "False")


def _computes_nothing(node):  # type: (Any) -> bool
    return all(
        _number(each) is not None
        or type(each).__name__ in ("Constant", "Tuple", "Load", "Compare", "UnaryOp", "Not", "Name")
        or isinstance(each, ast.cmpop)
        for each in ast.walk(node)
    )


def _infos(tree, canonical):  # type: (ast.AST, Canonical) -> set[str]
    """The names that a module gives to what `sys.exc_info()` returns."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and not node.value.args:
            func = node.value.func
            if getattr(func, "attr", getattr(func, "id", None)) == "exc_info":
                for target in node.targets:
                    found.add("|".join(map(canonical.expr, getattr(target, "elts", []))))
    return found


def dump(source, encoding, name="<source>"):  # type: (Any, str, str) -> str
    """The tree of a text (bytes for Python 2.7). Raises `SyntaxError`."""
    tree = compile(source, name, "exec", ast.PyCF_ONLY_AST, True)  # type: Any
    canonical = Canonical(encoding, set())
    canonical.infos = _infos(tree, canonical)
    canonical.block(tree.body, 0)
    return "\n".join(canonical.lines) + "\n"


def digest(tree):  # type: (str) -> str
    """A short stand-in for a tree."""
    return hashlib.sha256(tree.encode("ascii", "backslashreplace")).hexdigest()


def main():  # type: () -> None
    """Dump files."""
    import warnings

    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    for line in sys.stdin:
        path, encoding = json.loads(line)
        with open(path, "rb") as file:
            data = file.read()
        try:
            compile(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\n", path, "exec", 0, True)
            tree = dump(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\n", encoding, path)
        except Exception:  # whatever it says, it refuses the file
            tree = None
        if tree is not None and "--digest" in sys.argv:
            tree = digest(tree)
        sys.stdout.write(json.dumps(tree) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
