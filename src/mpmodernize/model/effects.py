"""What running a statement does to the world: whether it only computes, configures, acts, or starts processes.

"Only computes" means: the same result each time, nothing printed, read, measured or started. Such a statement can run
in every child as well as in the parent (what `spawn` and `forkserver` make of import-time code).
"""

from __future__ import annotations

import ast
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.contexts import method_of
from mpmodernize.model.kinds import MEMORY, SHARED
from mpmodernize.model.scopes import DEFINITIONS, FUNCTION_NODES, FunctionNode

if TYPE_CHECKING:
    from mpmodernize.model.functions import Functions
    from mpmodernize.model.index import Index
    from mpmodernize.model.kinds import Type
    from mpmodernize.model.names import Names
    from mpmodernize.model.starts import Starts
    from mpmodernize.model.types import Types

_PURE_CALLS = frozenset(
    [f"multiprocessing.{kind}" for kind in SHARED | {"Process", "Pipe", "cpu_count", "get_context", "current_process"}]
    + ["multiprocessing.get_all_start_methods"]
    + [
        f"builtins.{name}"
        for name in (
            "abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate filter float format "
            "frozenset getattr hasattr hex int isinstance issubclass iter len list map max min object oct ord "
            "pow property range repr reversed round set slice sorted staticmethod str sum super tuple type "
            "zip xrange unicode long unichr"
        ).split()
    ]
    + ["re.compile", "logging.getLogger", "os.cpu_count", "os.getenv", "os.environ.get", "datetime.timedelta"]
    + ["decimal.Decimal", "fractions.Fraction", "threading.Lock", "threading.RLock", "threading.Event", "queue.Queue"]
    + ["functools.partial", "functools.reduce", "string.maketrans", "str.maketrans", "textwrap.dedent", "random.Random"]
    + ["argparse.ArgumentParser", "optparse.OptionParser"]
)
_PURE_MODULES = ("math.", "os.path.", "collections.", "itertools.", "operator.", "ctypes.", "struct.", "cmath.")
_CONFIGURATION = frozenset(
    (
        "sys.path.append sys.path.insert sys.path.extend sys.setrecursionlimit sys.setcheckinterval "
        "sys.setdefaultencoding warnings.filterwarnings warnings.simplefilter logging.basicConfig "
        "logging.disable locale.setlocale socket.setdefaulttimeout random.seed numpy.random.seed "
        "matplotlib.use numpy.seterr builtins.reload importlib.reload os.environ.setdefault gc.disable "
        "signal.signal faulthandler.enable atexit.register copyreg.pickle copy_reg.pickle "
        "multiprocessing.freeze_support threading.stack_size"
    ).split()
)
_ACTS = frozenset(
    (
        "builtins.print builtins.input builtins.raw_input sys.stdout.write sys.stderr.write sys.stdin.readline "
        "sys.stdin.read sys.exit builtins.exit builtins.quit time.sleep time.time time.clock time.perf_counter "
        "time.process_time time.monotonic os.system os.popen os.mkdir os.makedirs os.remove os.unlink os.rename "
        "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today"
    ).split()
)
_ACTING_MODULES = ("subprocess.", "urllib.request.", "urllib2.", "shutil.", "tempfile.", "random.", "requests.")
_ON_FILES = frozenset({"write", "writelines", "flush", "close", "truncate"})
_NAMESPACES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars", "builtins.setattr"})
_CONFIGURING_METHODS = frozenset(
    "register setLevel addHandler addFilter set_printoptions add_argument add_option add_parser set_defaults".split()
)
"""Methods that register or set up something, whatever they are called on."""
_FILLING = {
    "list": frozenset(["append", "extend", "insert", "sort", "reverse", "remove", "pop", "clear"]),
    "dict": frozenset(["update", "setdefault", "pop", "clear", "keys", "values", "items", "get", "copy"]),
    "set": frozenset(["add", "update", "discard", "remove"]),
    "str": frozenset(("split join format strip lower upper replace startswith endswith encode rstrip lstrip").split()),
}
_FILLING["pattern"] = frozenset("findall finditer fullmatch match search split sub subn".split())
_HARMLESS = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Break, ast.Continue, ast.Assert)


class Effects:
    """Answers what running a piece of the program does."""

    def __init__(self, index: Index, names: Names, functions: Functions, types: Types, starts: Starts) -> None:
        self._index = index
        self._names = names
        self._functions = functions
        self._types = types
        self._starts = starts
        self._quiet: dict[FunctionNode, bool] = {}
        self._starting: dict[FunctionNode, bool] = {}
        self._acting: dict[FunctionNode, bool] = {}

    # -- acting ------------------------------------------------------------------------------------

    def only_computes(self, statement: ast.stmt) -> bool:
        """Whether running the statement does nothing but compute, bind and fill names."""
        if isinstance(statement, (DEFINITIONS, _HARMLESS, ast.Delete)):
            return True
        if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)):
            return statement.value is None or self.is_pure(statement.value)
        if isinstance(statement, (ast.If, ast.For, ast.While, ast.Try)):
            headers = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.expr)]
            return all(self.is_pure(each) for each in headers) and all(
                self.only_computes(each) for each in _inner_statements(statement)
            )
        return False

    def configures(self, statement: ast.stmt) -> bool:
        """Whether the statement sets up what every process needs: search path, warnings, logging, seeds."""
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function = statement.value.func
            name = self._names.qualified(function)
            if name in _CONFIGURATION or self._asks_for_fork(statement.value):
                return True
            if isinstance(function, ast.Attribute) and function.attr in _CONFIGURING_METHODS:
                return True
            if any(self._names.calls(node, *_NAMESPACES) for node in ast.walk(statement)):
                return True  # binds names that children need
            is_own = self._functions.called(statement.value) is not None
            return self._is_foreign(name) and not is_own and statement in self._head
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            base = target.value if isinstance(target, (ast.Subscript, ast.Attribute)) else None
            return base is not None and self._names.qualified(base) is not None
        return False

    def _asks_for_fork(self, call: ast.Call) -> bool:
        """Whether this is `set_start_method("fork")`: it comes before all locks, and a forked child imports nothing."""
        return self._names.calls(call, "multiprocessing.set_start_method") and method_of(call) == "fork"

    @staticmethod
    def _is_foreign(name: str | None) -> bool:
        """Whether a name belongs to a library outside of Python: what a call of it sets up is not known."""
        root = (name or "").split(".")[0]
        return bool(root) and root != "builtins" and root not in sys.stdlib_module_names

    @cached_property
    def _head(self) -> set[ast.stmt]:
        """The top-level statements above which only imports, definitions and configuration stand."""
        head: set[ast.stmt] = set()
        self.__dict__["_head"] = head  # whether a statement configures depends on those above it
        for statement in self._index.tree.body:
            head.add(statement)
            if not (self.imports(statement) or self.only_computes(statement) or self.configures(statement)):
                break
        return head

    def certainly_acts(self, node: ast.AST) -> bool:
        """Whether running a piece of code prints, asks, measures, writes, sleeps or talks to others."""
        waiting: list[ast.AST] = [node]
        while waiting:
            current = waiting.pop()
            if isinstance(current, ast.Lambda) or (isinstance(current, DEFINITIONS) and current is not node):
                continue
            if isinstance(current, ast.Call) and self._is_act(current):
                return True
            waiting.extend(ast.iter_child_nodes(current))
        return False

    def _is_act(self, call: ast.Call) -> bool:
        name = self._names.qualified(call.func)
        if name is not None and (name in _ACTS or name.startswith(_ACTING_MODULES)):
            return True
        if name in ("builtins.open", "builtins.file", "io.open", "codecs.open"):
            return _opens_for_writing(call)
        if isinstance(call.func, ast.Attribute):
            if call.func.attr == "parse_args":
                return True
            if call.func.attr in _ON_FILES and self._types.kind(call.func.value) == "file":
                return True
        function = self._functions.called(call)
        if function is None:
            return False
        if function not in self._acting:
            self._acting[function] = False
            self._acting[function] = self.certainly_acts(function)
        return self._acting[function]

    def imports(self, statement: ast.stmt) -> bool:
        """Whether the statement is an import, or a `try` or `if` around imports."""
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return True
        if isinstance(statement, ast.Try):
            body: list[ast.stmt] = statement.body
        elif isinstance(statement, ast.If):
            body = [*statement.body, *statement.orelse]
        else:
            return False
        return any(self.imports(each) for each in body) and all(
            self.imports(each) or self.only_computes(each) for each in body
        )

    def is_pure(self, node: ast.expr) -> bool:
        """Whether evaluating the expression only computes."""
        waiting: list[ast.AST] = [node]
        while waiting:
            current = waiting.pop()
            if isinstance(current, ast.Lambda):
                continue
            if isinstance(current, ast.Call) and not self._is_pure_call(current):
                return False
            if isinstance(current, (ast.Await, ast.Yield, ast.YieldFrom)):
                return False
            waiting.extend(ast.iter_child_nodes(current))
        return True

    def _is_pure_call(self, call: ast.Call) -> bool:
        name = self._names.qualified(call.func)
        if name is not None and (name in _PURE_CALLS or name.startswith(_PURE_MODULES)):
            return True
        function = self._functions.called(call)
        if function is not None:
            return self.is_quiet(function)
        class_ = self._functions.resolve_class(call.func)
        if class_ is not None:
            return not self._functions.base_names(class_) - {"builtins.object", "multiprocessing.Process"}
        if isinstance(call.func, ast.Attribute):
            type_ = self._types.of(call.func.value)
            if type_ is None and call.func.attr in _FILLING["list"] | _FILLING["set"]:
                type_ = self._container(call.func.value)  # `groups[key].append(x)`
                return type_ is not None
            if type_ is None:
                return False
            return call.func.attr in _FILLING.get(type_.kind, ()) or (
                type_.kind in MEMORY and call.func.attr in ("get_lock", "get_obj")
            )
        return False

    def _container(self, node: ast.expr) -> Type | None:
        """The list, dict or set in which the element `node` stands; `None` if it is none."""
        while isinstance(node, ast.Subscript):
            node = node.value
            type_ = self._types.of(node)
            if type_ is not None:
                return type_ if type_.kind in _FILLING else None
        return None

    def leaves_arguments_alone(self, call: ast.Call) -> bool:
        """Whether a call surely changes none of the objects that it is given."""
        if self._is_pure_call(call):
            return True
        name = self._names.qualified(call.func)
        if name is not None and (name == "builtins.print" or name.startswith("multiprocessing.")):
            return True
        if isinstance(call.func, ast.Attribute):
            # a task's arguments, and what is put into a queue, are pickled: the child gets a copy
            kind = self._types.kind(call.func.value)
            return kind in ("Pool", "Executor", "str", "list") or kind in SHARED
        return False

    def is_quiet(self, function: FunctionNode) -> bool:
        """Whether calling the function only computes, and leaves the module's names alone."""
        if function not in self._quiet:
            self._quiet[function] = True  # a recursive call adds nothing of its own
            scope = self._index.inner_scope(function)
            self._quiet[function] = not scope.globals and all(map(self.only_computes, function.body))
        return self._quiet[function]

    # -- starting ----------------------------------------------------------------------------------

    def starting_call(self, node: ast.AST) -> ast.Call | None:
        """The first call in `node` that starts a process, itself or through functions of the program."""
        waiting: list[ast.AST] = [node]
        found: list[ast.Call] = []
        while waiting:
            current = waiting.pop()
            if isinstance(current, ast.Lambda) or (isinstance(current, FUNCTION_NODES) and current is not node):
                continue
            if isinstance(current, ast.Call) and self._starts_processes(current):
                found.append(current)
            waiting.extend(ast.iter_child_nodes(current))
        return min(found, key=lambda call: (call.lineno, call.col_offset), default=None)

    def starts_here(self, call: ast.Call) -> bool:
        """Whether this very call starts a process: `Pool()`, `p.start()`, an executor's task."""
        if self._names.calls(call, "multiprocessing.Pool", "multiprocessing.Manager"):
            return True
        if not isinstance(call.func, ast.Attribute):
            return False
        type_ = self._types.of(call.func.value)
        kind = type_.kind if type_ is not None else None
        if (kind, call.func.attr) in (("Process", "start"), ("Executor", "submit"), ("Executor", "map")):
            return True
        class_ = type_.class_ if type_ is not None and call.func.attr == "start" else None
        return class_ is not None and "multiprocessing.managers.BaseManager" in self._functions.base_names(class_)

    def _starts_processes(self, call: ast.Call) -> bool:
        if self.starts_here(call):
            return True
        function = self._functions.called(call)
        return function is not None and self.starts_when_called(function)

    def starts_when_called(self, function: FunctionNode) -> bool:
        """Whether calling the function starts a process."""
        if function not in self._starting:
            self._starting[function] = False
            self._starting[function] = self.starting_call(function) is not None
        return self._starting[function]


def _inner_statements(statement: ast.AST) -> list[ast.stmt]:
    inner: list[ast.stmt] = []
    for field in ("body", "orelse", "finalbody"):
        inner += getattr(statement, field, [])
    for handler in getattr(statement, "handlers", []):
        inner += handler.body
    return inner


def _opens_for_writing(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "mode")]
    return any(isinstance(each, ast.Constant) and set(str(each.value)) & set("wax+") for each in modes)
