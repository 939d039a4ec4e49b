"""The kinds of things that the model tells apart: locks, queues, shared memory, pools, processes, containers."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCKS = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})
QUEUES = frozenset({"Queue", "JoinableQueue", "SimpleQueue"})
MEMORY = frozenset({"Value", "Array", "RawValue", "RawArray"})
SHARED = LOCKS | QUEUES | MEMORY | {"Event", "Barrier", "Connection", "Proxy"}
"""What is made once, in the parent, and has to reach the workers."""

MADE_BY = (
    {
        f"multiprocessing.{kind}": kind
        for kind in (LOCKS | QUEUES | MEMORY | {"Event", "Barrier", "Pool", "Process", "Manager"})
    }
    | {
        "concurrent.futures.ProcessPoolExecutor": "Executor",
        "multiprocessing.pool.ThreadPool": "ThreadPool",
        "multiprocessing.dummy.Pool": "ThreadPool",
        "builtins.list": "list",
        "builtins.dict": "dict",
        "builtins.set": "set",
        "builtins.sorted": "list",
        "builtins.int": "int",
        "builtins.len": "int",
        "builtins.ord": "int",
        "builtins.id": "int",
        "os.getpid": "int",
        "multiprocessing.cpu_count": "int",
        "builtins.xrange": "range",
        "builtins.float": "float",
        "builtins.str": "str",
        "builtins.range": "range",
        "builtins.open": "file",
        "collections.OrderedDict": "dict",
        "collections.defaultdict": "dict",
        "collections.Counter": "dict",
        "collections.deque": "list",
        "re.compile": "pattern",
        "array.array": "array",
        "str.maketrans": "table",
        "string.maketrans": "table",
        "threading.Thread": "Thread",
        "time.time": "float",
    }
    | {
        f"os.path.{name}": "str"
        for name in "join dirname basename abspath realpath normpath expanduser relpath".split()
    }
)
MANAGED = {
    "Lock": "Lock",
    "RLock": "RLock",
    "Semaphore": "Semaphore",
    "BoundedSemaphore": "BoundedSemaphore",
    "Condition": "Condition",
    "Event": "Event",
    "Barrier": "Barrier",
    "Queue": "Queue",
    "JoinableQueue": "JoinableQueue",
    "Value": "Value",
    "Array": "Array",
    "dict": "Proxy",
    "list": "Proxy",
    "Namespace": "Proxy",
}
RESULT_OF = {
    ("Pool", "apply_async"): "AsyncResult",
    ("Pool", "map_async"): "AsyncResult",
    ("Pool", "starmap_async"): "AsyncResult",
    ("Pool", "map"): "list",
    ("Pool", "starmap"): "list",
    ("Executor", "submit"): "Future",
    ("Value", "get_lock"): "RLock",
    ("Array", "get_lock"): "RLock",
    ("dict", "keys"): "list",
}
LITERALS = {ast.List: "list", ast.Dict: "dict", ast.Set: "set", ast.JoinedStr: "str"}


class Type(Record):
    """What an expression is, as far as it is known."""

    kind: str
    made: frozenset[ast.Call] = frozenset()
    """The calls that make it: one for a plain object, several where a name may stand for one of them."""
    managed: bool = False
    """Whether it lives in a manager's process and this is a proxy."""
    element: Type | None = None
    """What a list, dict or other container holds."""
    mixed: bool = False
    """Whether a container also holds what is not known, or unlike things: numbers and text are no `element` then."""
    elements: tuple[Type | None, ...] = ()
    """What the places of a tuple hold."""
    class_: ast.ClassDef | None = None
    """The class of the program it is an instance of."""

    @property
    def is_shared(self) -> bool:
        """Whether this is a lock, queue, event, piece of shared memory, pipe end or proxy."""
        return self.kind in SHARED

    @property
    def is_lock(self) -> bool:
        """Whether `with` on it excludes others."""
        return self.kind in LOCKS


DEPTH = 40
"""How many steps from where a value is used to where it is made are followed."""
MANY = 100
"""What has more sources than this is not known: it would take too long to ask them all each time."""
CIRCULAR = Type("circular")
"""What an expression is that is defined by itself: it adds nothing to what its other sources say."""
PLAIN = frozenset({"int", "float", "bool", "str", "bytes"})
"""Kinds of numbers and text: known only if nothing else can stand in the same place."""


def merge(types: Iterable[Type | None]) -> Type | None:
    """The type that all of these share; `None` when one is not known or two disagree."""
    merged: Type | None = None
    for type_ in types:
        if type_ is None:
            return None
        if merged is None or merged is CIRCULAR:
            merged = type_
        elif type_ is CIRCULAR:
            continue
        elif {merged.kind, type_.kind} == {"int", "bool"}:
            merged = Type("int")
        elif (merged.kind, merged.managed) != (type_.kind, type_.managed) or (
            merged.class_ is not type_.class_ and merged.kind != "Process"
        ):
            return None
        else:
            class_ = merged.class_ if merged.class_ is type_.class_ else None
            made = merged.made | type_.made
            element, mixed = _held_by_both(merged, type_)
            elements = _places_of_both(merged.elements, type_.elements)
            merged = replace(merged, made=made, element=element, mixed=mixed, elements=elements, class_=class_)
    return merged


def _held_by_both(one: Type, other: Type) -> tuple[Type | None, bool]:
    """What two containers hold together, and whether that is mixed."""
    element = one.element or other.element
    unlike = one.element is not None and other.element is not None and merge((one.element, other.element)) is None
    mixed = one.mixed or other.mixed or unlike
    return (None if mixed and element is not None and element.kind in PLAIN else element), mixed


def _places_of_both(one: tuple[Type | None, ...], other: tuple[Type | None, ...]) -> tuple[Type | None, ...]:
    """What the places of two tuples hold, if they have equally many."""
    if not one or not other:
        return one or other
    if len(one) != len(other):
        return ()
    return tuple(_place_of_both(first, second) for first, second in zip(one, other, strict=True))


def _place_of_both(one: Type | None, other: Type | None) -> Type | None:
    known = one or other
    if one is None or other is None:
        return None if known is None or known.kind in PLAIN else known
    both = merge((one, other))
    return both if both is not None or one.kind in PLAIN else one
