"""MP222: `StringIO` and `cStringIO`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.library import STRING_BUFFERS
from mpmodernize.rewrite.edits import Reimport, Replace
from mpmodernize.rules.modules import GoneModules

if TYPE_CHECKING:
    from mpmodernize.model.imports import Imported
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit

_MODULES = {"StringIO": "io", "cStringIO": "io"}
_TAKE_BYTES = frozenset(
    (
        "cPickle.dump cPickle.load cPickle.Pickler cPickle.Unpickler pickle.dump pickle.load pickle.Pickler "
        "pickle.Unpickler marshal.dump marshal.load gzip.GzipFile zipfile.ZipFile tarfile.open wave.open bz2.BZ2File "
        "Image.open PIL.Image.open struct.unpack struct.unpack_from zlib.decompress bz2.decompress binascii.hexlify "
        "binascii.b2a_hex base64.b64encode os.write hashlib.md5 hashlib.sha1 hashlib.sha256"
    ).split()
)
"""What reads bytes from a buffer that it is given, or writes bytes to it, or takes bytes themselves."""
_GIVE_BYTES = frozenset(
    (
        "zlib.compress zlib.decompress bz2.compress bz2.decompress struct.pack base64.b64decode base64.b64encode "
        "base64.decodestring binascii.unhexlify binascii.a2b_hex os.urandom marshal.dumps pickle.dumps cPickle.dumps"
    ).split()
)
_GIVING_METHODS = frozenset({"recv", "tobytes", "digest"})


class StringBuffer(GoneModules):
    """`StringIO.StringIO` and `cStringIO.StringIO` are `io.StringIO` for text and `io.BytesIO` for bytes.

    ## What it does
    Imports from `io`, and looks at what each buffer is used for: one that `pickle`, `gzip` or `struct.pack` write to,
    or that is filled from a socket, an opened URL or a file read as bytes, becomes an `io.BytesIO`, any other an
    `io.StringIO`.

    ## Why it matters
    The import raises `ModuleNotFoundError`. Python 2's buffers took whatever string they got; an `io.StringIO` raises
    `TypeError` when bytes are written to it, and an `io.BytesIO` when text is.

    ## Example
    ```python
    import pickle
    from cStringIO import StringIO

    report = StringIO()
    report.write("42 jobs")
    archive = StringIO()
    pickle.dump([1, 2], archive)
    print report.getvalue(), len(archive.getvalue()) > 0
    ```

    ## Use instead
    ```python
    import pickle
    from io import BytesIO, StringIO

    report = StringIO()
    report.write("42 jobs")
    archive = BytesIO()
    pickle.dump([1, 2], archive)
    print(report.getvalue(), len(archive.getvalue()) > 0)
    ```

    ## Fix safety
    Safe: the import could not run. A buffer whose use the program does not show is taken to be one of text.

    ## When it stays silent
    Where the program has another import for the case that this one fails, or asks which Python it runs on; and for a
    module of that name beside the file.

    ## References
    - [What's New in Python 3.0: text vs. data](https://docs.python.org/3/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit)
    - [io.BytesIO](https://docs.python.org/3/library/io.html#io.BytesIO)
    """

    code = "MP222"
    name = "string-buffer"
    modules = _MODULES
    names = STRING_BUFFERS
    message = "`{module}` is divided into `io.StringIO` for text and `io.BytesIO` for bytes in Python 3"

    def advice(self, module: str) -> str:
        """What to do instead."""
        del module
        return "import from `io`"

    def successor(self, program: Program, name: str, use: ast.expr | None) -> str | None:
        """Text or bytes, by what becomes of the buffer."""
        known = super().successor(program, name, use)
        call = program.index.parent[use] if use is not None else None
        if known == "io.StringIO" and isinstance(call, ast.Call) and call.func is use and _holds_bytes(program, call):
            return "io.BytesIO"
        return known

    def name_imported(self, program: Program, imported: Imported, module: str) -> list[Edit] | None:
        """One import for the text buffers, one for those of bytes."""
        name = f"{module}.{imported.alias.name}"
        uses = program.imports.uses(imported)
        wanted = {use: self.successor(program, name, use) for use in uses}
        if "io.BytesIO" not in wanted.values():
            return super().name_imported(program, imported, module)
        if program.is_used("BytesIO"):
            return None
        code = [f"from io import {new.removeprefix('io.')}" for new in sorted({new or "" for new in wanted.values()})]
        if imported.alias.asname:
            code = [each + f" as {imported.bound}" if each.endswith("StringIO") else each for each in code]
        edits: list[Edit] = [Reimport(imported.statement, imported.alias, tuple(code))]
        return edits + [Replace(use, "BytesIO") for use, new in wanted.items() if new == "io.BytesIO"]


def _holds_bytes(program: Program, call: ast.Call) -> bool:
    """Whether a buffer is filled with bytes, or given to what writes or reads bytes."""
    if any(_is_bytes(program, argument) for argument in call.args):
        return True
    parent = program.index.parent[call]
    if _takes_bytes(program, parent, call):
        return True
    target = _target(program, call)
    if isinstance(target, ast.Name):
        uses: list[ast.expr] = [*program.index.uses(target.id, program.index.owner(target))]
    elif isinstance(target, ast.Attribute):
        uses = [*program.index.attributes[target.attr]]
    else:
        return False
    return any(_is_used_for_bytes(program, use) for use in uses)


def _target(program: Program, call: ast.Call) -> ast.expr | None:
    """What the buffer is assigned to, by itself or as one of several."""
    parent = program.index.parent[call]
    if isinstance(parent, ast.Assign):
        return parent.targets[0] if len(parent.targets) == 1 else None
    statement = program.index.parent[parent]
    if not isinstance(parent, ast.Tuple) or not isinstance(statement, ast.Assign) or statement.value is not parent:
        return None
    target = statement.targets[0]
    same = isinstance(target, ast.Tuple) and len(target.elts) == len(parent.elts)
    return target.elts[parent.elts.index(call)] if isinstance(target, ast.Tuple) and same else None


def _is_used_for_bytes(program: Program, use: ast.expr) -> bool:
    parent = program.index.parent[use]
    if _takes_bytes(program, parent, use):
        return True
    call = program.index.parent[parent]
    if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call):
        return False
    if parent.attr == "write":
        return any(_is_bytes(program, argument) for argument in call.args)
    return parent.attr in ("read", "getvalue") and _is_taken_for_bytes(program, call)


def _is_taken_for_bytes(program: Program, content: ast.expr) -> bool:
    """Whether what is read from a buffer goes to something that wants bytes, by itself or under a name."""
    parent = program.index.parent[content]
    if _takes_bytes(program, parent, content):
        return True
    if isinstance(parent, ast.Subscript) and parent.value is content:
        return _is_taken_for_bytes(program, parent)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return False
    uses = program.index.uses(target.id, program.index.owner(target))
    return any(_takes_bytes(program, program.index.parent[use], use) for use in uses)


def _takes_bytes(program: Program, parent: ast.AST, buffer: ast.expr) -> bool:
    """Whether a call is given this buffer and wants bytes of it."""
    call = program.index.parent[parent] if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is buffer:
        return False
    return (program.qualified(call.func) or "") in _TAKE_BYTES


def _is_bytes(program: Program, node: ast.expr) -> bool:
    """Whether an expression gives bytes in Python 3 too."""
    if program.types.kind(node) == "bytes":
        return True
    if not isinstance(node, ast.Call):
        return False
    if (program.qualified(node.func) or "") in _GIVE_BYTES:
        return True
    if not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "read":
        return _reads_bytes(program, node.func.value)
    return node.func.attr in _GIVING_METHODS


def _reads_bytes(program: Program, source: ast.expr) -> bool:
    """Whether this is an opened URL, or a file opened for bytes."""
    if isinstance(source, ast.Name):
        return any(
            binding.value is not None and binding.kind in ("assign", "with") and _reads_bytes(program, binding.value)
            for binding in program.index.bindings(source)
        )
    if not isinstance(source, ast.Call):
        return False
    name = program.qualified(source.func) or ""
    if name.endswith("urlopen"):
        return True
    mode = source.args[1] if len(source.args) > 1 else None
    return name in ("builtins.open", "builtins.file") and isinstance(mode, ast.Constant) and "b" in str(mode.value)
