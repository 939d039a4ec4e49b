"""What cannot be pickled, and so cannot go to another process: pools, threads, open files, lambdas, generators.

Each entry of the tables was pickled on 3.10, 3.13 and 3.14, once as part of a starting process and once as part of a
task. Locks and queues of `multiprocessing` travel with a start and not with a task.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import SHARED
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES
from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program

_OF_KIND = {
    "Pool": "pool",
    "ThreadPool": "pool of threads",
    "Executor": "executor",
    "Manager": "manager",
    "Thread": "thread",
    "file": "open file",
    "AsyncResult": "result of a pool",
    "Future": "future",
    "iterator": "",  # those of lists and files differ: decided by the expression
}
_CONNECTION = "database connection"
_MADE_BY = (
    dict.fromkeys(
        (
            "io.open codecs.open gzip.open bz2.open lzma.open gzip.GzipFile bz2.BZ2File lzma.LZMAFile tarfile.open "
            "os.fdopen os.popen builtins.file tempfile.NamedTemporaryFile tempfile.TemporaryFile"
        ).split(),
        "open file",
    )
    | dict.fromkeys(
        "sqlite3.connect psycopg2.connect MySQLdb.connect pymysql.connect pymongo.MongoClient".split(), _CONNECTION
    )
    | dict.fromkeys((f"threading.{name}" for name in ("Lock", "RLock")), "lock of `threading`")
    | {
        f"threading.{name}": f"{words} of `threading`"
        for name, words in (
            ("Condition", "condition"),
            ("Event", "event"),
            ("Semaphore", "semaphore"),
            ("BoundedSemaphore", "semaphore"),
            ("Barrier", "barrier"),
        )
    }
    | dict.fromkeys(
        (f"{module}.{name}" for module in ("queue", "Queue") for name in ("Queue", "LifoQueue", "PriorityQueue")),
        "queue of threads",
    )
    | dict.fromkeys(
        (
            "StreamHandler FileHandler handlers.RotatingFileHandler handlers.TimedRotatingFileHandler "
            "handlers.WatchedFileHandler handlers.SocketHandler handlers.SysLogHandler handlers.QueueHandler "
            "handlers.QueueListener"
        ).split(),
        "",
    )
    | {
        "queue.SimpleQueue": "queue of threads",
        "threading.Timer": "thread",
        "threading.local": "object of a thread",
        "multiprocessing.dummy.Process": "thread",
        "concurrent.futures.ThreadPoolExecutor": "executor",
        "concurrent.futures.thread.ThreadPoolExecutor": "executor",
        "subprocess.Popen": "subprocess",
        "csv.reader": "reader of `csv`",
        "csv.writer": "writer of `csv`",
        "csv.DictReader": "reader of `csv`",
        "csv.DictWriter": "writer of `csv`",
        "mmap.mmap": "memory map",
        "ssl.create_default_context": "TLS context",
        "ssl.SSLContext": "TLS context",
        "select.poll": "poll object",
        "select.epoll": "poll object",
        "selectors.DefaultSelector": "selector",
        "asyncio.new_event_loop": "event loop",
        "asyncio.get_event_loop": "event loop",
        "weakref.ref": "weak reference",
        "weakref.WeakKeyDictionary": "dictionary of weak references",
        "weakref.WeakValueDictionary": "dictionary of weak references",
        "weakref.WeakSet": "set of weak references",
        "sched.scheduler": "scheduler",
        "ctypes.CDLL": "loaded library",
        "multiprocessing.Listener": "listener",
        "tkinter.Tk": "window",
        "Tkinter.Tk": "window",
        "cv2.VideoCapture": "video stream",
    }
    | dict.fromkeys(
        (f"hashlib.{name}" for name in ("new", "md5", "sha1", "sha224", "sha256", "sha384", "sha512")), "hash object"
    )
)
for _name in [name for name, words in _MADE_BY.items() if not words]:
    del _MADE_BY[_name]
    _MADE_BY[f"logging.{_name}"] = "handler of `logging`"
_STANDARD_STREAMS = frozenset({"sys.stdin", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})
_BASES = {
    "threading.Thread": "thread",
    "threading.Timer": "thread",
    "threading.local": "object of a thread",
    "logging.Handler": "handler of `logging`",
    "logging.StreamHandler": "handler of `logging`",
    "logging.FileHandler": "handler of `logging`",
}


class Obstacle(Record):
    """Why a value does not go to another process."""

    words: str
    """What it is, without the article: `open file`."""
    kind: str = "always"
    """`always`; `task`: it travels with the start of a process, not with a task; `process`: a process, which travels
    with a start as long as it has not been started itself."""
    many: bool = False
    """Whether it is a container of them."""

    def several(self) -> Obstacle:
        """The same, for a container of such things."""
        return Obstacle(self.words, self.kind, many=True)

    @property
    def phrase(self) -> str:
        """With its article: `an open file`, `processes`."""
        if self.many:
            head, of, rest = self.words.partition(" of ")
            return f"{head}{'es' if head.endswith('s') else 's'}{of}{rest}"
        if self.words.startswith("TLS"):
            return f"a {self.words}"
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"


class Pickling:
    """Answers whether values can be pickled."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._index = program.index
        self._types = program.types
        self._known: dict[ast.expr, Obstacle | None] = {}

    def obstacle(self, node: ast.expr) -> Obstacle | None:
        """Why the value of an expression cannot be pickled; `None` where it can, or where that is not known."""
        if node not in self._known:
            self._known[node] = None  # a value that is made of itself
            self._known[node] = self._of(node)
        return self._known[node]

    def _of(self, node: ast.expr) -> Obstacle | None:
        if isinstance(node, ast.Lambda):
            return Obstacle("lambda")
        if isinstance(node, ast.GeneratorExp):
            return Obstacle("generator")
        if isinstance(node, ast.IfExp):
            return self.obstacle(node.body) or self.obstacle(node.orelse)
        if isinstance(node, ast.BoolOp):
            return self._first(node.values)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._many(self._first(node.elts))
        if isinstance(node, ast.Dict):
            return self._many(self._first(node.values))
        if isinstance(node, (ast.ListComp, ast.SetComp)):
            return self._many(self.obstacle(node.elt))
        if isinstance(node, ast.DictComp):
            return self._many(self.obstacle(node.value))
        return self._of_type(self._types.of(node)) or self._by_name(node)

    def _first(self, nodes: Iterable[ast.expr]) -> Obstacle | None:
        return next((found for each in nodes if (found := self.obstacle(each)) is not None), None)

    @staticmethod
    def _many(obstacle: Obstacle | None) -> Obstacle | None:
        return obstacle.several() if obstacle is not None else None

    def _of_type(self, type_: Type | None) -> Obstacle | None:
        if type_ is None:
            return None
        if type_.kind == "Process":
            return Obstacle("process", "process")
        if type_.kind in SHARED and not type_.managed and type_.kind not in ("Proxy", "Connection"):
            return Obstacle(f"`{type_.kind}`", "task")
        words = _OF_KIND.get(type_.kind)
        if words:
            return Obstacle(words)
        if type_.kind == "instance" and type_.class_ is not None:
            return self.of_class(type_.class_)
        if type_.kind in ("list", "dict", "set", "tuple"):
            held = next((found for each in type_.elements if (found := self._of_type(each)) is not None), None)
            return self._many(self._of_type(type_.element) or held)
        return None

    def of_class(self, class_: ast.ClassDef) -> Obstacle | None:
        """Why instances of a class cannot be pickled: what it inherits from, or where it is defined."""
        if any(self._pickles_itself(each) for each in self._program.functions.ancestors(class_)):
            return None
        for name in self._program.functions.base_names(class_):
            if name in _BASES:
                return Obstacle(_BASES[name])
        return Obstacle("object of an inner class") if self._is_inner(class_) else None

    @staticmethod
    def _pickles_itself(class_: ast.ClassDef) -> bool:
        return any(isinstance(each, FUNCTION_NODES) and each.name in PICKLING_METHODS for each in class_.body)

    def _by_name(self, node: ast.expr) -> Obstacle | None:
        """By what makes it: a call of the library, a function defined inside another, a module."""
        if self._program.qualified(node) in _STANDARD_STREAMS:
            return Obstacle("standard stream")
        if isinstance(node, ast.Name):
            return self._of_bound_name(node)
        if not isinstance(node, ast.Call):
            return None
        name = self._program.qualified(node.func)
        if name in _MADE_BY:
            return Obstacle(_MADE_BY[name])
        if name == "functools.partial":
            return self._first(node.args)
        if name == "collections.defaultdict":
            made_by = self._first(node.args[:1])
            return Obstacle(f"`defaultdict` with a {made_by.words}") if made_by is not None else None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "cursor":
            connection = self.obstacle(node.func.value)
            return Obstacle("database cursor") if connection == Obstacle(_CONNECTION) else None
        if self._program.functions.called(node) in self._program.iterators.generators:
            return Obstacle("generator")
        return None

    def _of_bound_name(self, node: ast.Name) -> Obstacle | None:
        bindings = self._index.bindings(node)
        if len(bindings) != 1:
            return None
        (binding,) = bindings
        if binding.kind == "import" and isinstance(self._index.parent[binding.node], ast.Import):
            return Obstacle("module")
        if binding.kind == "definition" and isinstance(binding.node, DEFINITIONS) and self._is_inner(binding.node):
            return Obstacle("inner function" if isinstance(binding.node, FUNCTION_NODES) else "inner class")
        if binding.kind in ("assign", "with") and binding.value is not None:
            return self.obstacle(binding.value)
        if binding.kind == "parameter":
            received = self._types.parameters.received_for_certain(binding)
            found = [self.obstacle(each) for each in received]
            return found[0] if found and None not in found else None
        return None

    def _is_inner(self, definition: ast.AST) -> bool:
        return any(isinstance(each, FUNCTION_NODES) for each in self._index.ancestors(definition))

    @cached_property
    def is_extended(self) -> bool:
        """Whether the program teaches `pickle` more than it knows: with `copyreg`, `dill` or `cloudpickle`."""
        if self._program.imports.roots() & {"dill", "cloudpickle", "pathos", "multiprocess"}:
            return True
        return any(
            not call.args or self._program.qualified(call.args[0]) not in _METHOD_TYPES
            for call in self._program.calls_of("copyreg.pickle", "copy_reg.pickle")
        )


_METHOD_TYPES = frozenset({"types.MethodType", "types.UnboundMethodType", "new.instancemethod"})
"""The types that the recipe for bound methods in Python 2 registers."""
PICKLING_METHODS = frozenset(
    "__getstate__ __reduce__ __reduce_ex__ __getnewargs__ __getnewargs_ex__ __setstate__".split()
)
"""By which a class says how its instances are pickled."""
