"""A program's syntax tree in one form, whether Python 2.7's own parser made it or Python 3's.

Runs under both, so that both trees are written by the same hand: Python 2.7 gets the original, Python 3 what became
of it. A form of Python 2 is written as what it means, and what it is to become is recognised and written the same way.
This file knows nothing of the conversion: it says what is equal, from the two language references.

As a program it reads lines of JSON, `[file, encoding]`, and writes a line for each: the tree, its digest if
`--digest` is given, or null where this Python does not compile the file.
"""

# The oldest Python that runs this file is 2.7, whose ways the linter would modernize.
# ruff: noqa: ARG002, F401, N802, N815, PTH123, RUF005, UP031, UP036

import ast
import hashlib
import json
import re
import sys

try:
    from tests.python2 import canonical_values as values
except ImportError:  # this is the program
    import canonical_values as values  # type: ignore[import-not-found,no-redef]

if sys.version_info > (3,):
    from typing import Any  # for the comments

_STAR = re.compile(r"from (\.*)([\w.]*) import \*$")


class Canonical(values.Values):
    """Writes the tree of one module."""

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
        if not isinstance(call, ast.Call) or not values.is_name(call.func, "print"):
            return None
        if getattr(call, "starargs", None) or any(type(each).__name__ == "Starred" for each in call.args):
            return None
        target, ends = "-", True
        for keyword in call.keywords:
            value = values.literal(keyword.value)
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
        self.globals.update(values.bare_name(each) for each in node.names if each not in values.CONSTANTS)

    def stmt_Expr(self, node, depth):  # type: (Any, int) -> None
        call = node.value
        if isinstance(call, ast.Call) and values.is_name(call.func, "exec") and not call.keywords:
            self.executed(call.args, depth)
        else:
            self.emit(depth, self.expr(call))

    def stmt_Exec(self, node, depth):  # type: (Any, int) -> None
        parts = [each for each in (node.body, node.globals, node.locals) if each is not None]
        if len(parts) == 1 and isinstance(node.body, ast.Tuple) and len(node.body.elts) in (2, 3):
            parts = node.body.elts
        self.executed(parts, depth)

    def executed(self, parts, depth):  # type: (list[Any], int) -> None
        code = values.literal(parts[0]) if parts else None
        star = _STAR.match(self.text(code)) if isinstance(code, (bytes, values.TEXT)) else None
        if star:
            self.emit(depth, "import * from %d %s" % (len(star.group(1)), star.group(2)))
        else:
            self.emit(depth, "exec " + ", ".join(map(self.expr, parts)))

    def stmt_ImportFrom(self, node, depth):  # type: (Any, int) -> None
        module, level = node.module or "", node.level or 0
        if node.names[0].name == "*":
            self.emit(depth, "import * from %d %s" % (level, module))
            return
        shut = bool(values.LATER.intersection(module.split(".")))
        kept = [each for each in node.names if not shut and each.name not in values.LATER]
        taken = [each for each in node.names if each not in kept and (each.asname or each.name not in values.CONSTANTS)]
        if kept:
            names = ["%s as %s" % (each.name, values.bare_name(each.asname or "-")) for each in kept]
            self.emit(depth, "from %d %s import %s" % (level, module, ", ".join(names)))
        for each in taken:
            self.emit(
                depth,
                "Assign([%s], From(%d %s %s))" % (values.bare_name(each.asname or each.name), level, module, each.name),
            )
        if not kept and not taken:
            self.emit(depth, "Import(%s)" % module)

    def stmt_Import(self, node, depth):  # type: (Any, int) -> None
        for each in node.names:
            parts = each.name.split(".")
            if not values.LATER.intersection(parts):
                self.emit(depth, "import %s as %s" % (each.name, values.bare_name(each.asname or "-")))
            else:
                kind = "Import" if each.asname or len(parts) == 1 else "Top"
                self.emit(depth, "Assign([%s], %s(%s))" % (values.bare_name(each.asname or parts[0]), kind, each.name))

    def stmt_Delete(self, node, depth):  # type: (Any, int) -> None
        kept = [self.expr(each) for each in node.targets if not values.are_constants(each)]
        if kept:
            self.emit(depth, "del " + ", ".join(kept))

    def stmt_Assign(self, node, depth):  # type: (Any, int) -> None
        if not all(values.are_constants(each) for each in node.targets):
            self.emit(depth, "Assign(%s, %s)" % (self.field(node.targets), self.expr(node.value)))
        elif not values.computes_nothing(node.value):
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
        if values.is_name(value, "None"):
            empty = traceback is not None and isinstance(kind, ast.Call) and not (kind.args or kind.keywords)
            return self.expr(kind.func if empty else kind), self.expr(traceback)
        arguments = value.elts if isinstance(value, ast.Tuple) else [value]
        if traceback is not None and not arguments:
            return self.expr(kind), self.expr(traceback)
        parts = [self.expr(each) for each in [kind] + arguments]
        left = kind.left if isinstance(kind, ast.BinOp) else kind
        if isinstance(values.literal(left), (bytes, values.TEXT)):
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
        target = None if name is None else values.bare_name(name) if not isinstance(name, ast.AST) else self.expr(name)
        first = body[0]
        if isinstance(first, ast.Assign) and str(name).startswith("error") and len(first.targets) == 1:
            value = first.value
            if getattr(value, "attr", None) == "args":
                value = value.value  # type: ignore[attr-defined]
            if values.is_name(value, name):
                target = self.expr(first.targets[0])
                body = body[1:]
        self.emit(depth, "except %s as %s" % (self.expr(node.type), target))
        self.block(body, depth + 1)

    def stmt_FunctionDef(self, node, depth):  # type: (Any, int) -> None
        outer, self.globals = self.globals, set()
        body = list(node.body)
        start = int(isinstance(body[0], ast.Expr) and isinstance(values.literal(body[0].value), (bytes, values.TEXT)))
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
        self.emit(depth, "def %s(%s)" % (values.bare_name(node.name), self.parameters(node.args, taken)))
        self.block(body, depth + 1)
        self.declared(depth + 1)
        self.globals = outer

    def stmt_ClassDef(self, node, depth):  # type: (Any, int) -> None
        outer, self.globals = self.globals, set()
        for each in node.decorator_list:
            self.emit(depth, "@" + self.expr(each))
        self.emit(depth, "class %s(%s)" % (values.bare_name(node.name), ", ".join(map(self.expr, node.bases))))
        self.block(node.body, depth + 1)
        self.declared(depth + 1)
        self.globals = outer

    def declared(self, depth):  # type: (int) -> None
        if self.globals:
            self.emit(depth, "global " + ", ".join(sorted(self.globals)))


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
