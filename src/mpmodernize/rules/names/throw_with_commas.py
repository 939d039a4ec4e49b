"""MP249: `g.throw(E, v, tb)`."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ThrowWithCommas(Rule):
    """A generator's `throw` takes one exception; two or three arguments are deprecated since Python 3.12.

    ## What it does
    Writes `g.throw(E(v))` for `g.throw(E, v)`, and `g.throw(E(v).with_traceback(tb))` for `g.throw(E, v, tb)`, where
    `E` is known to be an exception's class and `v` surely is what it is called with. The three of one `sys.exc_info()`
    become the exception itself.

    ## Why it matters
    The call warns from Python 3.12 on, and a later Python takes one argument alone. None of this depends on the start
    method.

    ## Example
    ```python
    def stop(task):
        print "stopping"
        task.throw(ValueError, "stopped")
    ```

    ## Use instead
    ```python
    def stop(task):
        print("stopping")
        task.throw(ValueError("stopped"))
    ```

    ## Fix safety
    Safe: this is what `throw` does with a text or a number. Where the value may be an exception, a tuple or `None`,
    which it takes in another way, there is no fix, and the finding is a hint.

    ## When it stays silent
    For a `throw` with one argument, of the program's own classes, or whose first argument is not known to be an
    exception's class.

    ## References
    - [generator.throw](https://docs.python.org/3/reference/expressions.html#generator.throw)
    - [PEP 3109: raising exceptions in Python 3000](https://peps.python.org/pep-3109/)
    """

    code = "MP249"
    name = "throw-with-commas"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each `throw` with two or three arguments."""
        for call in program.index.method_calls.get("throw", ()):
            assert isinstance(call.func, ast.Attribute)
            if not 2 <= len(call.args) <= 3 or call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
                continue
            if program.functions.class_of_instance(call.func.value) is not None:
                continue
            edits = self._of_one_exception(program, call) or self._made(program, call)
            if edits is None:
                continue
            message = "`throw` takes one exception: more arguments are deprecated since Python 3.12"
            advice = "hand over the exception, `E(v).with_traceback(tb)`"
            severity = Severity.ERROR if edits else Severity.HINT
            yield self.finding(call, message, advice=advice, edits=edits, severity=severity)

    @staticmethod
    def _made(program: Program, call: ast.Call) -> list[Edit] | None:
        """The edit that makes the exception; none where it is not plain how, `None` where there is no exception."""
        class_, value, *traceback = call.args
        if not _is_exception_class(program, class_):
            return None
        if not _is_plain(program, value):
            return []
        assert isinstance(call.func, ast.Attribute)
        empty = isinstance(value, ast.Constant) and value.value is None
        made = "$1()" if empty else "$1($2)"
        parts = [call.func.value, class_, *([] if empty else [value]), *traceback]
        if traceback and not (isinstance(traceback[0], ast.Constant) and traceback[0].value is None):
            made += f".with_traceback(${len(parts) - 1})"
        elif traceback:
            parts.pop()
        return [Replace(call, f"$0.throw({made})", tuple(parts))]

    @staticmethod
    def _of_one_exception(program: Program, call: ast.Call) -> list[Edit] | None:
        """The edit for type, value and traceback of one `sys.exc_info()`."""
        if len(call.args) != 3 or not all(isinstance(each, ast.Name) for each in call.args):
            return None
        assert isinstance(call.func, ast.Attribute)
        sources = []
        for each in call.args:
            bindings = program.index.bindings(each) if isinstance(each, ast.Name) else []
            unpacked = len(bindings) == 1 and bindings[0].kind == "unpack"
            sources.append(bindings[0].value if unpacked and bindings[0].value is not None else None)
        first = sources[0]
        if (
            first is None
            or any(each is not first for each in sources)
            or not program.names.calls(first, "sys.exc_info")
        ):
            return None
        return [Replace(call, "$0.throw($1.with_traceback($2))", (call.func.value, call.args[1], call.args[2]))]


def _is_exception_class(program: Program, node: ast.expr) -> bool:
    class_ = program.functions.resolve_class(node)
    names = program.functions.base_names(class_) if class_ is not None else {program.qualified(node) or ""}
    found = [getattr(builtins, name.removeprefix("builtins."), None) for name in names]
    return any(isinstance(each, type) and issubclass(each, BaseException) for each in found)


def _is_plain(program: Program, value: ast.expr) -> bool:
    """Whether a value is surely what the class is called with."""
    if isinstance(value, ast.Constant):
        return True
    type_ = program.type(value)
    return type_ is not None and type_.kind in ("str", "int", "float", "list", "dict")
