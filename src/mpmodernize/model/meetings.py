"""Where bytes and text meet: compared, added, joined, searched, shown, handed to what wants the other.

Python 2 had one type for both. Each meeting is a place that Python 3 refuses (`TypeError`), or at which it answers
otherwise in silence (`b"a" == "a"` is false, and a printed `b"a"` says `b'a'`).
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.results import PLAIN_CODECS, codec
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_MODULES = frozenset(
    (
        "socket subprocess hashlib hmac md5 sha struct zlib bz2 base64 binascii pickle cPickle marshal gzip urllib "
        "array io urllib2 SocketServer socketserver BaseHTTPServer http"
    ).split()
)
_METHODS = frozenset("recv sendall sendto send_bytes recv_bytes wfile rfile encode urandom fdopen".split())
"""Modules and methods without which nothing is known to be bytes, but for what `os` reads and files opened with `b`."""
_WANTING = {
    **{f"hashlib.{name}": (0,) for name in "md5 sha1 sha224 sha256 sha384 sha512".split()},
    "hashlib.new": (1,),
    "hmac.new": (0, 1),
    "zlib.compress": (0,),
    "zlib.decompress": (0,),
    "zlib.crc32": (0,),
    "zlib.adler32": (0,),
    "bz2.compress": (0,),
    "bz2.decompress": (0,),
    "binascii.hexlify": (0,),
    "binascii.b2a_hex": (0,),
    "binascii.b2a_base64": (0,),
    "binascii.crc32": (0,),
    **{
        f"base64.{name}": (0,)
        for name in (
            "b64encode standard_b64encode urlsafe_b64encode b32encode b16encode encodestring decodestring encodebytes "
            "decodebytes"
        ).split()
    },
    "os.write": (1,),
    "struct.unpack": (1,),
    "struct.unpack_from": (1,),
    "pickle.loads": (0,),
    "cPickle.loads": (0,),
    "marshal.loads": (0,),
}
"""The arguments that have to be bytes."""
_WANTING_METHODS = {
    ("hash", "update"),
    ("socket", "send"),
    ("socket", "sendall"),
    ("socket", "sendto"),
    ("compressor", "compress"),
    ("compressor", "decompress"),
    ("Struct", "pack"),
    ("array", "fromstring"),
    ("array", "frombytes"),
}
_ONLY_OF_SOCKETS = frozenset({"sendall"})
_OF_BYTES = frozenset(
    "split rsplit strip lstrip rstrip startswith endswith find rfind index rindex count replace partition".split()
)
_FOLLOWED = (
    *sorted(_OF_BYTES),
    "join",
    "format",
    "write",
    "communicate",
    *sorted({name for _, name in _WANTING_METHODS}),
)
_WITH_PATTERN = {"search": 1, "match": 1, "findall": 1, "finditer": 1, "split": 1, "sub": 2, "subn": 2}
_LOOKED_AT = ("array.array", "builtins.iter", "struct.pack")
_TERMS = 20
_SHOWING = frozenset({"builtins.print", "builtins.str", "builtins.repr", "builtins.unicode"})


class Meeting(Record, eq=False):
    """One place where bytes and text meet."""

    node: ast.expr
    """The place."""
    way: str
    """`met` where both are operands, `shown` where bytes are printed or formatted, `wanted` where bytes have to be."""
    text: tuple[ast.expr, ...]
    """The text that stands there; none where bytes are shown."""
    data: ast.expr | None = None
    """The bytes that stand there, or what wants bytes."""


class Meetings:
    """Finds the meetings of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index

    @cached_property
    def all(self) -> list[Meeting]:
        """Every meeting, in no order."""
        if not self._has_bytes():
            return []
        found = [*self._compared(), *self._added(), *self._of_names(), *self._called(), *self._formatted()]
        seen: set[tuple[ast.expr, str]] = set()
        return [each for each in found if (each.node, each.way) not in seen and not seen.add((each.node, each.way))]  # type: ignore[func-returns-value]

    def is_bytes(self, node: ast.expr) -> bool:
        """Whether an expression is known to be bytes."""
        return self._program.types.kind(node) == "bytes"

    def is_text(self, node: ast.expr) -> bool:
        """Whether an expression is known to be text."""
        return self._program.types.kind(node) == "str"

    def is_one_byte(self, node: ast.expr) -> bool:
        """Whether this is an item of bytes: `data[0]`, or the variable of a loop over them."""
        if isinstance(node, ast.Subscript):
            return not isinstance(node.slice, ast.Slice) and self.is_bytes(node.value)
        if not isinstance(node, ast.Name):
            return False
        bindings = self._index.bindings(node)
        return 0 < len(bindings) < _TERMS and all(
            each.kind == "for" and each.value is not None and self.is_bytes(each.value) for each in bindings
        )

    def _has_bytes(self) -> bool:
        index = self._index
        imported = {alias.name.partition(".")[0] for each in index.all(ast.Import) for alias in each.names}
        imported |= {(each.module or "").partition(".")[0] for each in index.all(ast.ImportFrom)}
        if not _MODULES.isdisjoint(imported) or not _METHODS.isdisjoint(index.attributes):
            return True
        if "os" in imported and any(map(self._is_of_os, [*index.method_calls["read"], *index.method_calls["write"]])):
            return True
        return any("b" in self._program.files.mode(call) for call in self._program.files.all_opened())

    @staticmethod
    def _is_of_os(call: ast.Call) -> bool:
        return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "os"

    def sources(self, meeting: Meeting) -> frozenset[ast.Call]:
        """The calls that the bytes come from, or that made what wants them."""
        type_ = self._program.type(meeting.data) if meeting.data is not None else None
        if type_ is None:
            return frozenset()
        held = type_.element if type_.kind in ("file", "Popen", "list", "tuple", "set", "iterator") else type_
        return held.made if held is not None else frozenset()

    def is_printed_encoded(self, call: ast.Call) -> bool:
        """Whether this is an `encode` whose result is printed, as it is or with other text."""
        if (
            not isinstance(call.func, ast.Attribute)
            or call.func.attr != "encode"
            or len(call.args) > 1
            or call.keywords
        ):
            return False
        kind = self._program.types.kind(call.func.value)
        if kind not in ("str", None) or (kind is None and self._program.mappings.defines("encode")):
            return False
        if codec(call).replace("-", "_") not in PLAIN_CODECS:
            return False
        node: ast.expr = call
        for _ in range(_TERMS):
            parent = self._index.parent[node]
            if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Mod)):
                other = parent.left if node is parent.right else parent.right
                if self.is_bytes(other) and not self._is_encoded(other):
                    return False
            elif not isinstance(parent, ast.Tuple) or not isinstance(self._index.parent[parent], ast.BinOp):
                break
            node = parent
        parent = self._index.parent[node]
        if not isinstance(parent, ast.Call) or node not in parent.args:
            return False
        printing = ("builtins.print", "sys.stdout.write", "sys.stderr.write")
        return self._program.qualified(parent.func) in printing

    @staticmethod
    def _is_encoded(node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "encode"

    # -- operations --------------------------------------------------------------------------------

    def _compared(self) -> Iterator[Meeting]:
        for node in self._index.all(ast.Compare):
            if len(node.ops) != 1:
                continue
            (right,) = node.comparators
            if isinstance(node.ops[0], (ast.In, ast.NotIn)) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
                if self.is_bytes(node.left):
                    text = tuple(each for each in right.elts if self.is_text(each))
                    if text:
                        yield Meeting(node, "met", text, node.left)
            elif not isinstance(node.ops[0], (ast.Is, ast.IsNot)) and (_may_be_text(node.left) or _may_be_text(right)):
                yield from self._pair(node, node.left, right)

    def _pair(self, node: ast.expr, left: ast.expr, right: ast.expr) -> Iterator[Meeting]:
        for data, text in ((left, right), (right, left)):
            if self.is_bytes(data) and self.is_text(text):
                yield Meeting(node, "met", (text,), data)

    def _added(self) -> Iterator[Meeting]:
        for node in self._index.all(ast.BinOp):
            if isinstance(node.op, ast.Add) and (_may_be_text(node.left) or _may_be_text(node.right)):
                yield from self._pair(node, node.left, node.right)
                # `"a" + data + "b"`: the sum on the left is not known
                if self._program.type(node.left) is None and self.is_text(node.right) and self._has_bytes_in(node.left):
                    yield Meeting(node, "met", (node.right,), node.left)

    def _has_bytes_in(self, node: ast.expr) -> bool:
        for _ in range(_TERMS):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
                return self.is_bytes(node)
            if self.is_bytes(node.right):
                return True
            node = node.left
        return False

    def _of_names(self) -> Iterator[Meeting]:
        """`data = ""` and then `data += connection.recv(100)`: a name that gets both."""
        starting = {
            ast.dump(target).replace("Store()", "")
            for statement in self._index.all(ast.Assign)
            if isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
            for target in statement.targets
        }
        statements: list[ast.Assign | ast.AugAssign] = [*self._index.all(ast.AugAssign), *self._index.all(ast.Assign)]
        asked: set[tuple[object, str]] = set()
        for statement in statements if starting else ():
            target = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
            if isinstance(statement, ast.AugAssign) and not isinstance(statement.op, ast.Add):
                continue
            name = ast.dump(target).replace("Store()", "") if isinstance(target, (ast.Name, ast.Attribute)) else ""
            place = (self._index.scope(target).function(), name)
            if name not in starting or place in asked:
                continue
            value = statement.value
            if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and not self.is_bytes(value):
                value = value.right  # `data = data + connection.recv(100)`
            if not self.is_bytes(value):
                continue
            asked.add(place)
            for start in self._starts_of(target):
                yield Meeting(start, "met", (start,), value)

    def _starts_of(self, target: ast.expr) -> Iterator[ast.expr]:
        """The literal texts that a name or attribute also gets."""
        values: list[ast.expr | None] = []
        if isinstance(target, ast.Name):
            values = [each.value for each in self._index.bindings(target) if each.kind == "assign"]
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            class_ = self._program.functions.class_of_instance(target.value)
            for each in self._index.attributes[target.attr]:
                statement = self._index.parent[each]
                if class_ is None or not isinstance(statement, ast.Assign) or not isinstance(each.value, ast.Name):
                    continue
                if self._program.functions.class_of_instance(each.value) is class_:
                    values.append(statement.value)
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value

    # -- calls -------------------------------------------------------------------------------------

    def _called(self) -> Iterator[Meeting]:
        for name in (*_WANTING, *_SHOWING, *_LOOKED_AT, *(f"re.{each}" for each in _WITH_PATTERN)):
            for call in self._program.calls_of(name):
                yield from self._of_function(call, name)
        for method in _FOLLOWED:
            for call in self._index.method_calls.get(method, ()):
                if isinstance(call.func, ast.Attribute) and call.args:
                    yield from self._of_method(call, call.func)

    def _of_function(self, call: ast.Call, name: str) -> Iterator[Meeting]:
        for place in _WANTING.get(name, ()):
            if place < len(call.args) and self.is_text(call.args[place]):
                yield Meeting(call.args[place], "wanted", (call.args[place],))
        if name == "array.array" and len(call.args) == 2 and self.is_text(call.args[1]):
            yield Meeting(call.args[1], "wanted", (call.args[1],))
        if name == "builtins.iter" and len(call.args) == 2 and self.is_text(call.args[1]):
            given = self._given_by(call.args[0])
            if given is not None:
                yield Meeting(call.args[1], "met", (call.args[1],), given)
        if name == "struct.pack":
            for argument in call.args[1:]:
                if self.is_text(argument):
                    yield Meeting(argument, "wanted", (argument,))
        if name in _SHOWING:
            for argument in call.args:
                yield from self._shown(argument)
        if name.startswith("re.") and name[3:] in _WITH_PATTERN:
            place = _WITH_PATTERN[name[3:]]
            if len(call.args) > place and self.is_bytes(call.args[place]):
                text = tuple(each for each in call.args[:place] if self.is_text(each))
                if text:
                    yield Meeting(call, "met", text, call.args[place])

    def _given_by(self, function: ast.expr) -> ast.expr | None:
        """What a function without arguments reads, if it is bytes: `lambda: f.read(8192)`, `partial(f.read, 8192)`."""
        if isinstance(function, ast.Lambda):
            return function.body if self.is_bytes(function.body) else None
        if (
            self._program.names.calls(function, "functools.partial")
            and isinstance(function, ast.Call)
            and function.args
        ):
            function = function.args[0]
        if not isinstance(function, ast.Attribute) or function.attr not in ("read", "readline", "recv"):
            return None
        made = self._program.type(function.value)
        reads_bytes = made is not None and made.element is not None and made.element.kind == "bytes"
        return function.value if reads_bytes else None

    def _of_method(self, call: ast.Call, function: ast.Attribute) -> Iterator[Meeting]:
        receiver, method = function.value, function.attr
        if method in _OF_BYTES and not any(_may_be_text(each) for argument in call.args for each in _each(argument)):
            return
        type_ = self._program.type(receiver)
        kind = type_.kind if type_ is not None else None
        text = tuple(each for argument in call.args for each in _each(argument) if self.is_text(each))
        if kind == "bytes" and method in _OF_BYTES and text:
            yield Meeting(call, "met", text, receiver)
        elif method == "join" and kind in ("str", "bytes") and len(call.args) == 1:
            yield from self._joined(call, receiver, call.args[0])
        elif method == "format" and kind == "str":
            for argument in call.args:
                yield from self._shown(argument)
        elif self._wants_bytes(receiver, type_, method):
            for argument in call.args if kind == "Struct" else call.args[:1]:
                if self.is_text(argument):
                    yield Meeting(argument, "wanted", (argument,), receiver)
        elif method == "write" and call.args and self.is_bytes(call.args[0]) and self._takes_text(type_):
            yield Meeting(call.args[0], "written", (), receiver)

    def _wants_bytes(self, receiver: ast.expr, type_: Type | None, method: str) -> bool:
        if type_ is None:
            if isinstance(receiver, ast.Attribute) and receiver.attr == "wfile":
                return method == "write"
            return method in _ONLY_OF_SOCKETS or (method == "send" and ast.dump(receiver) in self._receiving)
        if (type_.kind, method) in _WANTING_METHODS:
            return True
        takes = (type_.kind == "file" and method == "write") or (type_.kind == "Popen" and method == "communicate")
        return takes and type_.element is not None and type_.element.kind == "bytes"

    @staticmethod
    def _takes_text(type_: Type | None) -> bool:
        is_file = type_ is not None and type_.kind == "file"
        return is_file and type_ is not None and type_.element is not None and type_.element.kind == "str"

    @cached_property
    def _receiving(self) -> frozenset[str]:
        """What `recv(number)` is called on: a socket, since a connection's takes no number."""
        calls = [call for call in self._index.method_calls.get("recv", ()) if len(call.args) == 1]
        return frozenset(ast.dump(call.func.value) for call in calls if isinstance(call.func, ast.Attribute))

    def _joined(self, call: ast.Call, separator: ast.expr, parts: ast.expr) -> Iterator[Meeting]:
        type_ = self._program.type(parts)
        element = type_.element if type_ is not None else None
        if element is not None and element.kind == "bytes" and self.is_text(separator):
            yield Meeting(call, "met", (separator,), parts)

    # -- shown -------------------------------------------------------------------------------------

    def _shown(self, node: ast.expr) -> Iterator[Meeting]:
        type_ = self._program.type(node)
        if type_ is None:
            return
        held = type_.element if type_.kind in ("list", "tuple", "set") else None
        if type_.kind == "bytes" or (held is not None and held.kind == "bytes"):
            yield Meeting(node, "shown", (), node)

    def _formatted(self) -> Iterator[Meeting]:
        for node in self._index.all(ast.BinOp):
            if isinstance(node.op, ast.Mod) and self.is_text(node.left):
                parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                for part in parts:
                    yield from self._shown(part)


def _may_be_text(node: ast.expr) -> bool:
    """Whether it is worth while to ask: a literal, a name, what is built of literals."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, (ast.BinOp, ast.Name))


def _each(argument: ast.expr) -> list[ast.expr]:
    return list(argument.elts) if isinstance(argument, ast.Tuple) else [argument]
