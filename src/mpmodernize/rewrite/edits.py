"""The verbs in which rules say what to change.

Nodes are nodes of the `ast` tree that the rule saw. Code is given as text, as it would be written at the left margin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mpmodernize.records import Record

if TYPE_CHECKING:
    import ast


class EditRefusedError(Exception):
    """An edit that cannot be carried out here without touching what it should not; the message says why."""


# -- expressions and signatures --------------------------------------------------------------------


class Replace(Record, eq=False):
    """Put `code` in the place of a node (an expression, an alias, a simple statement).

    A simple statement may become several, a line each, or none (`""`), which leaves a `pass` where it stood alone.

    In the place of an expression `code` may keep parts of it: `$0`, `$1` … stand for the source of `parts`, with the
    edits that are made in there, and in parentheses where they need some. Of a comment outside them none is lost:
    then the edit is refused.
    """

    node: ast.AST
    code: str
    parts: tuple[ast.expr, ...] = ()


class AddArgument(Record, eq=False):
    """Give a call one more argument: the last positional one, the one at a given place, or a keyword."""

    call: ast.Call
    code: str
    keyword: str | None = None
    at: int | None = None
    """Before which of the positional arguments that are there; `None`: behind all of them."""


class AddElement(Record, eq=False):
    """Append to a tuple, list or dict display (for a dict, `code` is `key: value`), or put first into it."""

    display: ast.expr
    code: str
    first: bool = False


class AddParameter(Record, eq=False):
    """Give a function one more parameter: the last, and keyword-only where defaults or `*args` stand; or the first."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    name: str
    first: bool = False
    """Whether it comes before all others, in the order in which such parameters are added."""


class AddDecorator(Record, eq=False):
    """Put a decorator right above a function, below those that it has."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    code: str


class DropDefault(Record, eq=False):
    """Take the default of a parameter away: it has to be given from now on."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    parameter: ast.arg


class DropParameter(Record, eq=False):
    """Take a parameter of a function away, with its default; what uses it in there is for other edits."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    parameter: ast.arg


class Rename(Record, eq=False):
    """Give a function or class that is defined here another name; its uses stay."""

    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    name: str


class ChangeOperator(Record, eq=False):
    """Put another operator between the two sides of an operation; nothing else changes, brackets and lines neither."""

    operation: ast.BinOp | ast.AugAssign
    code: str


class ChangeHeader(Record, eq=False):
    """Give a loop another header, `for _ in processes` for `while not queue.empty()`; its body stays as it is."""

    loop: ast.For | ast.While
    code: str


class AddClassKeyword(Record, eq=False):
    """Give a class one more keyword behind its bases: `metaclass=Meta`."""

    class_: ast.ClassDef
    keyword: str
    code: str


class AddImportedName(Record, eq=False):
    """Add a name to a `from … import …`."""

    statement: ast.ImportFrom
    name: str


class Reimport(Record, eq=False):
    """Put other imports in the place of one name of an import statement.

    `code` are whole statements, `import queue` or `from io import BytesIO as B`; they are merged with what the
    statement imports otherwise, and what it imports already is not repeated. Without any the name goes, and the
    statement with its last name.
    """

    statement: ast.Import | ast.ImportFrom
    alias: ast.alias
    code: tuple[str, ...]


# -- statements ------------------------------------------------------------------------------------


class Insert(Record, eq=False):
    """Put new statements before or after one that is there."""

    code: str
    anchor: ast.stmt
    after: bool = False
    takes_comments: bool = False
    """Whether new statements before the anchor come between it and its comments: they are what those speak of."""


class InsertInto(Record, eq=False):
    """Put new statements at the start (or end) of a block: a guard, a class or function body.

    The start of a function's body is behind its docstring and its `global` statements.
    """

    code: str
    owner: ast.stmt
    at_end: bool = False


class Delete(Record, eq=False):
    """Take a statement away; its comments stay."""

    statement: ast.stmt


class Move(Record, eq=False):
    """Move a statement, with the comments above and beside it, before or after another one, in whatever block."""

    statement: ast.stmt
    anchor: ast.stmt
    after: bool = False


class Hoist(Record, eq=False):
    """Move a statement before another one as `code`: one statement that does the same there.

    The comments above and beside the old statement stand above the new one.
    """

    statement: ast.stmt
    anchor: ast.stmt
    code: str


class MoveInto(Record, eq=False):
    """Move a statement to the start (or end) of a block."""

    statement: ast.stmt
    owner: ast.stmt
    at_end: bool = False


class Wrap(Record, eq=False):
    """Put neighbouring statements of one block under a header such as `with lock:`.

    With `replacing_ends` the first and the last statement themselves disappear (`lock.acquire()`,
    `lock.release()`): the header takes the place, and the comments, of the first.
    """

    first: ast.stmt
    last: ast.stmt
    header: str
    replacing_ends: bool = False


class Gather(Record, eq=False):
    """Bring top-level statements together, in order, under one new header where the last of them stood.

    With `into`, they go into the body of that block: those that stand before it first, those behind it last. A new
    block may stand `behind` another statement instead, and hold new code after what is gathered (`then`).
    """

    statements: tuple[ast.stmt, ...]
    header: str
    into: ast.If | None = None
    behind: ast.stmt | None = None
    then: str = ""


class AddImport(Record, eq=False):
    """Add an import after docstring, comments, `__future__` and the imports that are there, in the file's own order.

    It goes into the file whose tree is `module`; without one, into the file that the finding stands in.
    """

    code: str
    module: ast.Module | None = None


Edit: TypeAlias = (
    Replace
    | AddArgument
    | AddElement
    | AddParameter
    | DropParameter
    | AddDecorator
    | DropDefault
    | Rename
    | ChangeOperator
    | ChangeHeader
    | AddClassKeyword
    | AddImportedName
    | Reimport
    | Insert
    | InsertInto
    | Delete
    | Move
    | Hoist
    | MoveInto
    | Wrap
    | Gather
    | AddImport
)
