"""What calls of built-ins and of the library give: numbers, text, bytes, and containers of these.

Kinds are those that the values have in Python 3: what a file opened with `rb`, a socket or a pipe gives is `bytes`,
though Python 2 had one type for both. Numbers are those of Python 2: `round` gives a float, and so does `math.floor`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MADE_BY, MANY, Type, merge

if TYPE_CHECKING:
    from mpmodernize.model.names import Names
    from mpmodernize.model.types import Types

INT, FLOAT, TEXT, BYTES = Type("int"), Type("float"), Type("str"), Type("bytes")

_FLOATS = (
    "builtins.round time.clock time.perf_counter time.process_time time.monotonic random.random random.uniform "
    "random.gauss random.normalvariate random.expovariate random.triangular os.path.getmtime os.path.getctime "
    "os.path.getatime time.mktime math.fsum math.sqrt math.sin math.cos math.tan math.asin math.acos math.atan "
    "math.atan2 math.exp math.log math.log10 math.log1p math.pow math.floor math.ceil math.fabs math.hypot "
    "math.degrees math.radians math.sinh math.cosh math.tanh math.fmod math.ldexp"
)
_INTEGERS = (
    "builtins.long builtins.hash builtins.cmp random.randint random.randrange os.path.getsize os.getppid os.cpu_count "
    "math.factorial struct.calcsize sys.getsizeof sys.getrefcount os.system subprocess.call subprocess.check_call "
    "operator.floordiv operator.countOf threading.activeCount threading.active_count"
)
_TEXTS = (
    "builtins.raw_input builtins.unicode builtins.repr builtins.chr builtins.unichr builtins.hex builtins.oct "
    "builtins.bin builtins.format os.getcwd os.getcwdu os.getenv time.strftime time.ctime time.asctime json.dumps "
    "string.join string.replace string.strip string.lower string.upper platform.system socket.gethostname "
    "getpass.getuser tempfile.mkdtemp tempfile.mktemp"
)
_BYTE_STRINGS = (
    "struct.pack pickle.dumps cPickle.dumps marshal.dumps zlib.compress zlib.decompress bz2.compress bz2.decompress "
    "base64.b64encode base64.b64decode base64.encodestring base64.decodestring base64.b32encode base64.b32decode "
    "base64.b16encode base64.b16decode base64.urlsafe_b64encode base64.urlsafe_b64decode base64.standard_b64encode "
    "base64.standard_b64decode base64.encodebytes base64.decodebytes binascii.hexlify binascii.unhexlify "
    "binascii.b2a_hex binascii.a2b_hex binascii.b2a_base64 binascii.a2b_base64 os.read os.urandom hashlib.pbkdf2_hmac"
)
_SCALARS = (
    dict.fromkeys(_FLOATS.split(), FLOAT)
    | dict.fromkeys(_INTEGERS.split(), INT)
    | dict.fromkeys(_TEXTS.split(), TEXT)
    | dict.fromkeys(_BYTE_STRINGS.split(), BYTES)
)
_LISTS_OF_TEXT = frozenset({"os.listdir", "glob.glob", "string.split", "re.split", "shlex.split"})
_TEXT_ATTRIBUTES = frozenset(
    (
        "os.sep os.linesep os.name sys.platform sys.version sys.executable string.letters string.lowercase "
        "string.uppercase string.ascii_letters string.ascii_lowercase string.ascii_uppercase string.digits "
        "string.punctuation string.printable string.whitespace string.hexdigits"
    ).split()
)
_INT_ATTRIBUTES = frozenset({"sys.maxint", "sys.maxsize", "sys.maxunicode"})
_CONTAINERS = {
    "builtins.list": "list",
    "builtins.sorted": "list",
    "builtins.set": "set",
    "builtins.frozenset": "set",
    "builtins.reversed": "iterator",
    "builtins.iter": "iterator",
    "builtins.filter": "iterator",
    "collections.deque": "list",
}
_MADE = {
    "datetime.datetime": "datetime",
    "datetime.datetime.now": "datetime",
    "datetime.datetime.today": "datetime",
    "datetime.datetime.utcnow": "datetime",
    "datetime.datetime.strptime": "datetime",
    "datetime.datetime.fromtimestamp": "datetime",
    "datetime.date": "date",
    "datetime.date.today": "date",
    "datetime.timedelta": "timedelta",
    "time.localtime": "struct_time",
    "time.gmtime": "struct_time",
    "time.strptime": "struct_time",
    "socket.socket": "socket",
    "socket.create_connection": "socket",
    "urllib2.urlopen": "response",
    "urllib.urlopen": "response",
    "urllib.request.urlopen": "response",
    "hmac.new": "hash",
    "zlib.compressobj": "compressor",
    "zlib.decompressobj": "compressor",
}
_DATE = frozenset({"year", "month", "day"})
_INT_PARTS = {
    "date": _DATE,
    "datetime": _DATE | {"hour", "minute", "second", "microsecond"},
    "timedelta": frozenset({"days", "seconds", "microseconds"}),
    "struct_time": frozenset({"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday"}),
    "Popen": frozenset({"pid", "returncode"}),
}
_FIELDS = re.compile(r"(\d*)([a-zA-Z?])")
_HASHES = frozenset("md5 sha1 sha224 sha256 sha384 sha512 new blake2b blake2s".split())
_METHODS = {
    ("socket", "recv"): BYTES,
    ("socket", "recvfrom"): Type("tuple", elements=(BYTES, None)),
    ("socket", "accept"): Type("tuple", elements=(Type("socket"), None)),
    ("socket", "send"): INT,
    ("hash", "digest"): BYTES,
    ("hash", "hexdigest"): TEXT,
    ("response", "read"): BYTES,
    ("response", "readline"): BYTES,
    ("response", "readlines"): Type("list", element=BYTES),
    ("compressor", "compress"): BYTES,
    ("compressor", "decompress"): BYTES,
    ("compressor", "flush"): BYTES,
    ("timedelta", "total_seconds"): FLOAT,
    ("datetime", "date"): Type("date"),
    ("datetime", "strftime"): TEXT,
    ("date", "strftime"): TEXT,
    ("file", "tell"): INT,
    ("file", "fileno"): INT,
    ("Queue", "qsize"): INT,
    ("list", "index"): INT,
    ("list", "count"): INT,
    ("Connection", "recv_bytes"): BYTES,
}
_OF_TEXT = {
    name: kind
    for names, kind in (
        ("count find index rfind rindex", INT),
        ("isdigit isalpha isalnum isspace isupper islower startswith endswith", Type("bool")),
    )
    for name in names.split()
}
_SAME_TEXT = frozenset(
    (
        "format join lower lstrip replace rstrip strip title upper zfill ljust rjust center capitalize swapcase "
        "expandtabs translate"
    ).split()
)
_SPLIT = frozenset({"split", "rsplit", "splitlines"})
BYTE_CODECS = frozenset(
    "hex hex_codec hex-codec base64 base64_codec base64-codec bz2 bz2_codec zip zlib zlib_codec uu uu_codec quopri "
    "quopri_codec quoted-printable string_escape string-escape rot13 rot_13 rot-13".split()
)
"""Encodings of Python 2.7 that made one byte string from another."""
_ASKING_FOR_TEXT = frozenset({"universal_newlines", "text", "encoding", "errors"})
PLAIN_CODECS = frozenset(
    (
        "ascii us_ascii utf_8 utf8 u8 latin_1 latin1 iso_8859_1 iso8859_1 iso_8859_15 cp1252 windows_1252 cp437 gbk "
        "gb2312 gb18030 big5 euc_jp shift_jis sjis euc_kr koi8_r cp1251 mbcs"
    ).split()
) | {""}
"""Encodings that ASCII text looks the same in."""
_INT_CODES, _FLOAT_CODES = frozenset("bBhHiIlLqQ"), frozenset("fd")


class Results:
    """What is known about calls and attributes of what is not the program's own."""

    def __init__(self, types: Types, names: Names) -> None:
        self._types = types
        self._names = names

    def of_call(self, name: str, node: ast.Call) -> Type | None:
        """What a call of this qualified name gives."""
        if name in _SCALARS:
            found = _SCALARS[name]
            return Type("bytes", frozenset({node})) if found is BYTES else found
        if name in _MADE:
            return Type(_MADE[name], frozenset({node}))
        if name in _CONTAINERS:
            place = 1 if name == "builtins.filter" else 0
            held = self._held(node.args[place]) if len(node.args) > place else None
            return Type(_CONTAINERS[name], frozenset({node}), element=held, mixed=held is None and bool(node.args))
        if name == "socket.socketpair":
            return Type("tuple", elements=(Type("socket"), Type("socket")))
        if name == "io.BytesIO":
            return Type("file", frozenset({node}), element=_read(node, binary=True))
        if name == "struct.Struct":
            return Type("Struct", frozenset({node}))
        if name == "struct.unpack" and node.args:
            return _unpacked(node, node.args[0])
        if name in _LISTS_OF_TEXT:
            return Type("list", element=TEXT)
        if name.startswith("builtins."):
            computed = self._computed(name[9:], node)
            if computed is not None:
                return computed
        if name in (
            "builtins.open",
            "builtins.file",
            "io.open",
            "codecs.open",
            "os.fdopen",
            "gzip.open",
            "bz2.BZ2File",
        ):
            return self._opened(name, node)
        if name.startswith("hashlib.") and name[8:] in _HASHES:
            return Type("hash", frozenset({node}))
        if name in ("subprocess.check_output", "subprocess.Popen"):
            asked = any(each.arg in _ASKING_FOR_TEXT for each in node.keywords)
            given = TEXT if asked else Type("bytes", frozenset({node}))
            return given if name.endswith("output") else Type("Popen", frozenset({node}), element=given)
        if name == "os.popen":
            return Type("file", frozenset({node}), element=TEXT)
        return None

    def of_method(self, receiver: Type, name: str, node: ast.Call) -> Type | None:
        """What a method of something known gives."""
        found = _METHODS.get((receiver.kind, name))
        if found is BYTES:
            return Type("bytes", frozenset({node}))
        if found is not None:
            return found
        if receiver.kind in ("str", "bytes"):
            return self._of_text(receiver, name, node)
        if receiver.kind == "Struct":
            if name == "pack":
                return Type("bytes", frozenset({node}))
            made = next(iter(receiver.made)) if len(receiver.made) == 1 else None
            return _unpacked(node, made.args[0]) if name == "unpack" and made is not None and made.args else None
        if receiver.kind == "file":
            if name in ("read", "readline", "next", "getvalue"):
                return receiver.element
            return Type("list", element=receiver.element) if name in ("readlines", "xreadlines") else None
        if receiver.kind == "Popen" and name == "communicate":
            return Type("tuple", elements=(receiver.element, receiver.element))
        if receiver.kind == "Popen" and name in ("wait", "poll"):
            return INT
        if receiver.kind == "socket" and name == "makefile":
            return Type("file", frozenset({node}), element=_read(node, binary="b" in (_mode(node, 0) or "")))
        return None

    def of_unknown(self, receiver: ast.expr, name: str, node: ast.Call) -> Type | None:
        """What a method gives whose object is not known, where the name tells."""
        if name == "recv" and len(node.args) == 1:  # a connection's takes no number
            return Type("bytes", frozenset({node}))
        if isinstance(receiver, ast.Attribute) and receiver.attr == "rfile" and name in ("read", "readline"):
            return Type("bytes", frozenset({node}))
        return None

    def of_attribute(self, name: str | None, receiver: Type | None, attribute: str) -> Type | None:
        """What an attribute of a module of the library, or of something known, is."""
        if name in _TEXT_ATTRIBUTES:
            return TEXT
        if name in _INT_ATTRIBUTES:
            return INT
        if name == "sys.argv":
            return Type("list", element=TEXT)
        if name in ("math.pi", "math.e"):
            return FLOAT
        if name in ("sys.stdin", "sys.stdout", "sys.stderr"):
            return Type("file", element=TEXT)
        if receiver is None:
            return None
        if receiver.kind == "Popen" and attribute in ("stdin", "stdout", "stderr"):
            return Type("file", element=receiver.element)
        if attribute in _INT_PARTS.get(receiver.kind, ()):
            return INT
        if receiver.kind == "Value" and attribute == "value":
            return merge(self._shared(each) for each in receiver.made)
        return None

    # -- built-ins ---------------------------------------------------------------------------------

    def _computed(self, name: str, node: ast.Call) -> Type | None:
        arguments = node.args
        if any(isinstance(each, ast.Starred) for each in arguments) or not arguments:
            return None
        if name == "abs":
            return self._types.of(arguments[0])
        if name in ("min", "max"):
            return self._held(arguments[0]) if len(arguments) == 1 else merge(map(self._types.of, arguments))
        if name == "sum":
            start = self._types.of(arguments[1]) if len(arguments) > 1 else INT
            return merge([self._held(arguments[0]), start])
        if name == "divmod":
            number = merge(map(self._types.of, arguments))
            return Type("tuple", elements=(number, number)) if number is not None and number.kind == "int" else None
        if name == "tuple":
            held = self._held(arguments[0])
            return Type("tuple", element=held, mixed=held is None)
        if name == "map" and len(arguments) > 1:
            given = self._given_by(arguments[0])
            return Type("iterator", frozenset({node}), element=given, mixed=given is None)
        if name == "zip":
            pair = Type("tuple", elements=tuple(map(self._held, arguments)))
            return Type("iterator", frozenset({node}), element=pair)
        if name == "pow" and all(isinstance(each, ast.Constant) for each in arguments[1:]):
            return self._types.of(arguments[0])
        if name == "enumerate":
            pair = Type("tuple", elements=(INT, self._held(arguments[0])))
            return Type("iterator", frozenset({node}), element=pair)
        return None

    def _given_by(self, function: ast.expr) -> Type | None:
        """What a function gives that is called for each element."""
        if isinstance(function, ast.Lambda):
            return self._types.of(function.body)
        name = self._names.qualified(function)
        if name is None:
            return self._types.returned_by(function)
        if name in _SCALARS:
            return _SCALARS[name]
        kind = MADE_BY.get(name)
        return Type(kind) if kind in ("int", "float", "str") else None

    def _held(self, node: ast.expr) -> Type | None:
        """What one gets by going through something."""
        return self.held(self._types.of(node))

    @staticmethod
    def held(type_: Type | None) -> Type | None:
        """What one gets by going through something of this type."""
        if type_ is None:
            return None
        if type_.kind == "str":
            return type_
        if type_.kind == "bytes":
            return INT
        if type_.kind == "dict":
            return None  # its keys: what is known is what it holds under them
        return type_.element or (merge(type_.elements) if type_.elements else None)

    # -- text, bytes and files ---------------------------------------------------------------------

    def _of_text(self, receiver: Type, name: str, node: ast.Call) -> Type | None:
        piece = Type(receiver.kind, receiver.made)
        if name in _SAME_TEXT:
            return piece
        if name in _SPLIT:
            return Type("list", element=piece)
        if name in ("partition", "rpartition"):
            return Type("tuple", elements=(piece, piece, piece))
        if name in ("encode", "decode"):
            if codec(node) in BYTE_CODECS:
                return None
            return Type("bytes", frozenset({node})) if name == "encode" else TEXT
        return _OF_TEXT.get(name)

    def _opened(self, name: str, node: ast.Call) -> Type:
        mode = _mode(node, 1)
        binary = mode is not None and "b" in mode
        if name in ("gzip.open", "bz2.BZ2File"):
            binary = mode is None or "t" not in mode
        elif name == "codecs.open" and (len(node.args) > 2 or any(each.arg == "encoding" for each in node.keywords)):
            binary = False
        return Type("file", frozenset({node}), element=_read(node, binary=binary))

    def _shared(self, call: ast.Call) -> Type | None:
        """What a shared value holds, by its type code."""
        code = call.args[0] if call.args else None
        if isinstance(code, ast.Constant):
            return INT if code.value in _INT_CODES else FLOAT if code.value in _FLOAT_CODES else None
        name = (self._names.qualified(code) or "") if code is not None else ""
        if name.startswith("ctypes.c_"):
            kind = name[9:].lstrip("u")
            return (
                INT if kind in ("int", "long", "short", "longlong") else FLOAT if kind in ("double", "float") else None
            )
        return None


def _unpacked(node: ast.Call, form: ast.expr) -> Type:
    """What `struct` makes of bytes by a format that is written down."""
    found: list[Type | None] = []
    if isinstance(form, ast.Constant) and isinstance(form.value, str):
        for count, letter in _FIELDS.findall(form.value):
            if letter in "sp":
                found.append(Type("bytes", frozenset({node})))
            elif letter != "x":
                kind = Type("bytes", frozenset({node})) if letter == "c" else FLOAT if letter in "fde" else INT
                found += [kind] * min(int(count or 1), MANY)
    return Type("tuple", elements=tuple(found))


def _read(node: ast.Call, *, binary: bool) -> Type:
    """What is read from a file; it comes from where the file was opened."""
    return Type("bytes" if binary else "str", frozenset({node}))


def _mode(node: ast.Call, place: int) -> str | None:
    given = [*node.args[place : place + 1], *(each.value for each in node.keywords if each.arg == "mode")]
    return next((str(each.value) for each in given if isinstance(each, ast.Constant)), None)


def codec(node: ast.Call) -> str:
    """The encoding that a call of `encode` or `decode` names; empty where it names none."""
    given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "encoding")]
    return next((str(each.value).lower() for each in given if isinstance(each, ast.Constant)), "")
