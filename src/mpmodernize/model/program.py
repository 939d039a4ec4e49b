"""A program as the rules see it: everything they ask for by name, made when it is first asked for."""

from __future__ import annotations

import ast
import codecs
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from mpmodernize.model.absence import Absence
from mpmodernize.model.captures import Captures
from mpmodernize.model.carried import Carried
from mpmodernize.model.child_view import ChildView
from mpmodernize.model.compatibility import Compatibility
from mpmodernize.model.consumption import Consumption
from mpmodernize.model.contexts import Contexts
from mpmodernize.model.crossings import Crossings
from mpmodernize.model.decorations import Decorations
from mpmodernize.model.effects import Effects
from mpmodernize.model.exception_classes import ExceptionClasses
from mpmodernize.model.files import Files
from mpmodernize.model.functions import Functions
from mpmodernize.model.hashing import Hashing
from mpmodernize.model.import_time import ImportTime
from mpmodernize.model.imports import Imports
from mpmodernize.model.index import Index
from mpmodernize.model.instances import Instances
from mpmodernize.model.iterators import Iterators
from mpmodernize.model.laziness import Laziness
from mpmodernize.model.leaks import Leaks
from mpmodernize.model.losses import Losses
from mpmodernize.model.mappings import Mappings
from mpmodernize.model.meetings import Meetings
from mpmodernize.model.moments import Moments
from mpmodernize.model.nameless import Nameless
from mpmodernize.model.names import Names
from mpmodernize.model.pickling import Pickling
from mpmodernize.model.registrations import Registrations
from mpmodernize.model.sides import Sides
from mpmodernize.model.sizes import Sizes
from mpmodernize.model.starts import Starts
from mpmodernize.model.state import State
from mpmodernize.model.touched import Touched
from mpmodernize.model.travelling import Travelling
from mpmodernize.model.types import Types
from mpmodernize.python2.encodings import declaration
from mpmodernize.settings import Surroundings
from mpmodernize.text import is_parenthesized, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mpmodernize.model.joint import Joint
    from mpmodernize.model.kinds import Type
    from mpmodernize.text import Text

_OF_THE_FILE = frozenset({"futures", "encoding", "floors_integers", "quote", "places", "_bound_somewhere"})
"""What a file says about itself, whatever other files it is modelled with."""


class Program:
    """The model of one file."""

    def __init__(
        self, source: str, tree: ast.Module, *, python2: bool = False, former: frozenset[str] = frozenset()
    ) -> None:
        self.source = source
        self.tree = tree
        self.python2 = python2
        """Whether the file was written in Python 2: `/` between integers was floor division, `str` was bytes."""
        self.shows_python2 = False
        """Whether this very text has syntax of Python 2, which no fix has touched yet: not an option or a name alone,
        which may stay when all is fixed."""
        self.former = former
        """Names that fixes have replaced by ones that meant another thing (`izip`, `viewkeys`, `raw_input`)."""
        self.beside = Surroundings()
        """The modules beside the file: they come before those of the library."""
        self.joint: Joint | None = None
        """The files that this one is modelled together with."""
        self.may_pin_fork = False
        """Whether the caller wants what nothing else repairs to ask for fork by name."""
        self.may_fix: Callable[[str], bool] = lambda _code: True
        """Whether the fixes of the rule with a code are carried out: some are right only together with others."""
        self.oldest_target = "py310"
        """The oldest Python that the program has to run on."""
        self.starts_by_fork = False
        """Whether the project starts its processes by fork, whatever the program asks for."""
        self.index = Index(tree)
        self.names = Names(self.index)
        self.functions = Functions(self.index, self.names)
        self.types = Types(self.index, self.names, self.functions)
        self.starts = Starts(self.index, self.names, self.functions, self.types)
        self.plans: dict[str, object] = {}
        """What rules have worked out together, by name."""
        self.functions.types = self.types
        self.types.starts = self.starts
        self.types.numbers.division_floors = lambda: self.floors_integers

    def join(self, joint: Joint) -> None:
        """Become a part of a program of several files: what is asked from now on is answered for all of them."""
        self.joint = joint
        self.names, self.functions = joint.names, joint.functions
        self.types, self.starts = joint.types, joint.starts
        for name, word in vars(type(self)).items():
            if isinstance(word, cached_property) and name not in _OF_THE_FILE:
                self.__dict__.pop(name, None)

    def owns(self, node: ast.AST) -> bool:
        """Whether a node stands in this file."""
        return self.of(node) is self

    @property
    def everywhere(self) -> Index:
        """What stands in all files of the program, where `index` lists what stands in this one."""
        return self.joint.index if self.joint is not None else self.index

    def of(self, node: ast.AST) -> Program:
        """The program of the file that a node stands in."""
        return (self.joint.program_of(node) or self) if self.joint is not None else self

    @cached_property
    def futures(self) -> frozenset[str]:
        """What the file imports from `__future__`."""
        statements = [each for each in self.tree.body if isinstance(each, ast.ImportFrom)]
        return frozenset(alias.name for each in statements if each.module == "__future__" for alias in each.names)

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file declares, by the name that Python knows it by; empty where it declares none."""
        declared = declaration(self.source)
        try:
            return codecs.lookup(declared.name).name if declared is not None else ""
        except LookupError:
            return ""

    @cached_property
    def floors_integers(self) -> bool:
        """Whether `/` between integers is floor division, as it was in Python 2."""
        return self.python2 and "division" not in self.futures

    @cached_property
    def compatibility(self) -> Compatibility:
        """Where the program asks for the Python version or for a name before it uses it."""
        return Compatibility(self.index, self.names)

    @cached_property
    def imports(self) -> Imports:
        """What the program imports, and where it uses that."""
        return Imports(self.index, self.compatibility)

    @cached_property
    def effects(self) -> Effects:
        """What statements do."""
        return Effects(self.index, self.names, self.functions, self.types, self.starts)

    @cached_property
    def consumption(self) -> Consumption:
        """What becomes of values."""
        return Consumption(self)

    @cached_property
    def laziness(self) -> Laziness:
        """Where an iterator, a view or a range would not do for a list."""
        return Laziness(self)

    @cached_property
    def travelling(self) -> Travelling:
        """Views, iterators and generators on their way to another process."""
        return Travelling(self)

    @cached_property
    def sizes(self) -> Sizes:
        """Where a whole number is wanted."""
        return Sizes(self)

    @cached_property
    def mappings(self) -> Mappings:
        """What is a dictionary."""
        return Mappings(self)

    @cached_property
    def iterators(self) -> Iterators:
        """What yields, and what is an iterator."""
        return Iterators(self.index, self.names, self.functions, self.types)

    @cached_property
    def meetings(self) -> Meetings:
        """Where bytes and text meet."""
        return Meetings(self)

    @cached_property
    def files(self) -> Files:
        """How files are opened."""
        return Files(self)

    @cached_property
    def leaks(self) -> Leaks:
        """Names that Python 2 left behind."""
        return Leaks(self)

    @cached_property
    def absence(self) -> Absence:
        """Where a variable may still be `None`."""
        return Absence(self)

    @cached_property
    def hashing(self) -> Hashing:
        """What is hashed."""
        return Hashing(self)

    @cached_property
    def crossings(self) -> Crossings:
        """What goes from one process to another, and how."""
        return Crossings(self)

    @cached_property
    def contexts(self) -> Contexts:
        """Which start method objects belong to."""
        return Contexts(self)

    @cached_property
    def child_view(self) -> ChildView:
        """What workers see of the objects that come to them."""
        return ChildView(self)

    @cached_property
    def instances(self) -> Instances:
        """What the program's objects keep in their attributes."""
        return Instances(self)

    @cached_property
    def moments(self) -> Moments:
        """What has happened to an object by the time something else happens to it."""
        return Moments(self)

    @cached_property
    def pickling(self) -> Pickling:
        """What cannot be pickled."""
        return Pickling(self)

    @cached_property
    def carried(self) -> Carried:
        """What instances take along although it cannot go."""
        return Carried(self)

    @cached_property
    def exceptions(self) -> ExceptionClasses:
        """How the program's own exceptions travel."""
        return ExceptionClasses(self)

    @cached_property
    def captures(self) -> Captures:
        """What functions take from the functions around them."""
        return Captures(self.index)

    @cached_property
    def decorations(self) -> Decorations:
        """Which functions put others in the place of those that they get."""
        return Decorations(self)

    @cached_property
    def registrations(self) -> Registrations:
        """What the servers of managers are told to call."""
        return Registrations(self)

    @cached_property
    def nameless(self) -> Nameless:
        """The functions that pickling does not find, and where they cross."""
        return Nameless(self)

    @cached_property
    def state(self) -> State:
        """What workers read and change outside themselves."""
        return State(self.index, self.functions, self.starts)

    @cached_property
    def sides(self) -> Sides:
        """What the parent runs, and what children run."""
        return Sides(self)

    @cached_property
    def losses(self) -> Losses:
        """What children change in vain."""
        return Losses(self)

    @cached_property
    def touched(self) -> Touched:
        """Which names statements have to do with."""
        return Touched(self)

    @cached_property
    def import_time(self) -> ImportTime:
        """What runs when the file is imported, and the main guard."""
        return ImportTime(self)

    def type(self, node: ast.expr) -> Type | None:
        """What kind of thing an expression is."""
        return self.types.of(node)

    def qualified(self, node: ast.expr) -> str | None:
        """The qualified name of an expression."""
        return self.names.qualified(node)

    def text(self, node: ast.AST) -> str:
        """The source of a node."""
        if not hasattr(node, "lineno"):
            return ast.unparse(node)
        if not self.owns(node):
            return self.of(node).text(node)
        return self.source[self.places.start(node) : self.places.end(node)]

    @cached_property
    def quote(self) -> str:
        """The quotation mark that the file prefers."""
        plain = self.source.replace('"""', "").replace("'''", "")
        return "'" if plain.count("'") > plain.count('"') else '"'

    def runs_in_child(self, node: ast.AST) -> bool:
        """Whether the code around `node` can run in a child process."""
        return self.starts.is_worker(self.index.function(node))

    def calls_of(self, *names: str) -> Iterator[ast.Call]:
        """The calls of these qualified names, in source order."""
        found = [call for name in names for call in self._calls_by_name.get(name, ())]
        return iter(found if len(names) == 1 else sorted(found, key=lambda call: (call.lineno, call.col_offset)))

    @cached_property
    def _calls_by_name(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = defaultdict(list)
        for call in self.index.calls:
            name = self.names.qualified(call.func)
            if name is not None:
                found[name].append(call)
        return found

    @cached_property
    def _bound_somewhere(self) -> frozenset[str]:
        return frozenset(name for scope in self.index.scopes() for name in scope.bindings)

    def is_used(self, name: str) -> bool:
        """Whether anything in the program has this name, in whatever scope."""
        return name in self._bound_somewhere or name in self.index.names

    def is_taken(self, name: str) -> bool:
        """Whether the module binds this name, or anything reads it as a global."""
        if name in self.index.module.bindings:
            return True
        known = self.plans.get(f"taken {name}")
        if known is None:
            owners = (self.index.owner(each) for each in self.index.names.get(name, []))
            known = self.plans[f"taken {name}"] = any(owner is None or owner.is_module for owner in owners)
        return bool(known)

    def free_name(self, wanted: str, function: ast.AST | None = None, taken: Iterable[str] = ()) -> str:
        """`wanted`, or `wanted2`, `wanted3` …: the first that nothing in the program (or in the function) uses.

        `taken` are names that have been given away already.
        """
        used = set(taken)
        if function is not None:
            used |= {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
            used |= {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
        number = 1
        name = wanted
        while name in used or (function is None and self.is_taken(name)):
            number += 1
            name = f"{wanted}{number}"
        return name

    @cached_property
    def mentions_multiprocessing(self) -> bool:
        """Whether the program uses processes at all."""
        if self.joint is not None:
            return True
        return "multiprocessing" in self.source or "concurrent" in self.source or "mp." in self.source

    @cached_property
    def pins_fork(self) -> bool:
        """Whether the program, or its project, asks for fork by name: then globals are inherited, as it wants."""
        return self.starts_by_fork or any(
            isinstance(node, ast.Constant) and node.value == "fork"
            for call in self.calls_of("multiprocessing.get_context", "multiprocessing.set_start_method")
            for argument in [*call.args, *(each.value for each in call.keywords)]
            for node in ast.walk(argument)
        )

    def is_parenthesized(self, node: ast.expr) -> bool:
        """Whether an expression stands in parentheses of its own, as an argument `f((x))` or `f(k=(x))` does."""
        if not self.owns(node):
            return self.of(node).is_parenthesized(node)
        return is_parenthesized(self.source, self.places.start(node), self.places.end(node))

    @cached_property
    def places(self) -> Text:
        """Offsets of nodes in the source."""
        return text_of(self.source)
