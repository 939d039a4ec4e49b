"""The fixers of 2to3, and what mpmodernize does in the place of each: the data of the table in `docs/2to3.md`.

Source: the chapter *Fixers* of the documentation of 2to3 (Python 3.12), its source `lib2to3/fixes`, and runs of both
tools on the same programs (`fixtures/python2`).
"""

from __future__ import annotations

from typing import NamedTuple

from mpmodernize.rules import find_rule


class Fixer(NamedTuple):
    """One fixer of 2to3."""

    name: str
    does: str
    rules: str
    """The codes of our rules, separated by blanks; empty where there is none."""
    differs: str
    """Where ours differs, and why."""
    optional: bool = False
    """Whether 2to3 runs it only when it is asked to (`-f`)."""


FIXERS = (
    Fixer("apply", "`apply(f, a, k)` → `f(*a, **k)`", "MP209", "Not for an `apply` of the program's own."),
    Fixer(
        "asserts",
        "`self.assertEquals` → `self.assertEqual` and so on",
        "MP250",
        "Only in classes that are test cases; also `assertItemsEqual`, which 2to3 leaves.",
    ),
    Fixer(
        "basestring",
        "`basestring` → `str`",
        "MP206",
        "`isinstance(x, (str, unicode))` becomes `isinstance(x, str)` in one go.",
    ),
    Fixer("buffer", "`buffer` → `memoryview`", "MP212", "An unsafe fix: the two are not the same.", optional=True),
    Fixer(
        "dict",
        "`d.keys()` → `list(d.keys())`, `d.iteritems()` → `iter(d.items())`, `viewkeys` → `keys`",
        "MP241 MP242 MP262",
        "`list()` only where a list is needed: not around what is iterated, measured, sorted or asked with `in`. 2to3 "
        "knows a few of these places. Loops that change the dictionary get a copy, and say why.",
    ),
    Fixer(
        "except",
        "`except E, e` → `except E as e`",
        "MP104 MP265",
        "Also targets that are tuples and attributes, which 2to3 leaves half done; a name used after the block is kept.",
    ),
    Fixer("exec", "`exec code in g, l` → `exec(code, g, l)`", "MP103", "Says where `exec` changed a function's names."),
    Fixer(
        "execfile",
        "`execfile(f)` → `exec(compile(open(f).read(), f, 'exec'))`",
        "MP213",
        "Reads bytes, so that the file's own encoding counts.",
    ),
    Fixer("exitfunc", "`sys.exitfunc = f` → `atexit.register(f)`", "MP230", "The import goes where imports are."),
    Fixer(
        "filter",
        "`filter(f, x)` → `list(filter(f, x))` or a comprehension",
        "MP243",
        "`list()` only where a list is needed; follows the result through names, arguments and returns.",
    ),
    Fixer(
        "funcattrs",
        "`f.func_name` → `f.__name__` and so on",
        "MP246",
        "Not for attributes of the program's own classes.",
    ),
    Fixer(
        "future",
        "takes `from __future__ import …` out",
        "MP224",
        "Only the names that say nothing at all stay away; `division` and the like remain, so that a file is never read "
        "in two ways.",
    ),
    Fixer("getcwdu", "`os.getcwdu` → `os.getcwd`", "MP232", "Through every form of import."),
    Fixer("has_key", "`d.has_key(k)` → `k in d`", "MP240", "Not for a class of the program that has `has_key` alone."),
    Fixer(
        "idioms",
        "`type(x) == T` → `isinstance(x, T)`, `while 1` → `while True`, `x.sort()` → `sorted(x)`",
        "",
        "Style, and the first changes a meaning (subclasses). Left alone.",
        optional=True,
    ),
    Fixer(
        "import",
        "`import sibling` → `from . import sibling`",
        "MP127",
        "Only inside packages: 2to3 also turns a script's imports into relative ones, which then fail.",
    ),
    Fixer(
        "imports",
        "`import Queue` → `import queue` and so on",
        "MP220 MP222 MP223",
        "Keeps the old name where the new one is taken (`queue = Queue.Queue()` breaks after 2to3); tells buffers of text "
        "from those of bytes; leaves `try … except ImportError` alone where one branch works.",
    ),
    Fixer("imports2", "more modules (`anydbm`, `whichdb`)", "MP220", "As for `imports`."),
    Fixer("input", "`input(x)` → `eval(input(x))`", "MP205", "The same, and only once."),
    Fixer("intern", "`intern(x)` → `sys.intern(x)`", "MP208", "Not for an `intern` of the program's own."),
    Fixer(
        "isinstance",
        "`isinstance(x, (int, int))` → `isinstance(x, int)`",
        "MP206 MP207",
        "Done together with the types that made it necessary.",
    ),
    Fixer("itertools", "`itertools.imap` → `map` and so on", "MP235", "Says so where the built-in's name is taken."),
    Fixer(
        "itertools_imports", "the imports of these", "MP235", "One rule; an import that nothing needs any more goes."
    ),
    Fixer("long", "`long` → `int`", "MP207", "Not for a `long` of the program's own."),
    Fixer(
        "map",
        "`map(f, x)` → `list(map(f, x))` or a comprehension",
        "MP243",
        "As for `filter`; a `map` that is a statement still runs, and `map(None, …)` and several sequences are told apart.",
    ),
    Fixer(
        "metaclass",
        "`__metaclass__ = M` → `class C(metaclass=M)`",
        "MP247",
        "Also says what a module's `__metaclass__` did.",
    ),
    Fixer("methodattrs", "`m.im_self` → `m.__self__` and so on", "MP246", "One rule with `funcattrs`."),
    Fixer("ne", "`<>` → `!=`", "MP107", "The same."),
    Fixer(
        "next",
        "`it.next()` → `next(it)`, `def next` → `def __next__`",
        "MP244",
        "Only methods of iterators: a class with a `next` of its own and no `__iter__` keeps it.",
    ),
    Fixer(
        "nonzero",
        "`__nonzero__` → `__bool__`",
        "MP245",
        "Also `__div__`, `__cmp__`, `__unicode__`, `__getslice__` and others.",
    ),
    Fixer("numliterals", "`0777` → `0o777`, `10L` → `10`", "MP108 MP109", "Also `0xFFLor x`, where a blank is needed."),
    Fixer(
        "operator",
        "`operator.isCallable(x)` → `callable(x)` and so on",
        "MP236",
        "The questions for a kind of object are an unsafe fix; `operator.div` is told apart by its numbers.",
    ),
    Fixer("paren", "`[x for x in 1, 2]` → `[x for x in (1, 2)]`", "MP113", "Also a `lambda` in that place."),
    Fixer(
        "print",
        "`print x` → `print(x)`",
        "MP101 MP102",
        "Says where the blank of `print x,` shows; `end=''` where the text ends in white space.",
    ),
    Fixer(
        "raise",
        "`raise E, v` → `raise E(v)`",
        "MP105",
        "`raise t, v, tb` of `sys.exc_info()` raises the same object again: 2to3 makes a new one. What Python 2.7 decides "
        "at run time is said.",
    ),
    Fixer("raw_input", "`raw_input` → `input`", "MP204", "Not for a name of the program's own."),
    Fixer("reduce", "`from functools import reduce`", "MP208", "The same; not where the program has its own `reduce`."),
    Fixer(
        "reload",
        "`reload(m)` → `importlib.reload(m)`",
        "MP208 MP231",
        "`reload(sys)` before `setdefaultencoding` goes.",
    ),
    Fixer("renames", "`sys.maxint` → `sys.maxsize`", "MP230", "Through every form of import."),
    Fixer("repr", "`` `x` `` → `repr(x)`", "MP106", "Nested ones, tuples, and files that rebind `repr`."),
    Fixer("set_literal", "`set([1])` → `{1}`", "", "Style. Left alone; ruff has it as C405.", optional=True),
    Fixer("standarderror", "`StandardError` → `Exception`", "MP215", "The same."),
    Fixer("sys_exc", "`sys.exc_value` → `sys.exc_info()[1]`", "MP230", "Also `sys.exc_clear()`, which goes."),
    Fixer("throw", "`g.throw(E, v, tb)` → `g.throw(E(v).with_traceback(tb))`", "MP249", "What is not plain is said."),
    Fixer(
        "tuple_params",
        "`def f((a, b)): …` takes the tuple apart in the body",
        "MP112",
        "Nested ones in one line; names that are free; `lambda` by a call, without indices.",
    ),
    Fixer(
        "types",
        "`types.StringType` → `bytes` and so on",
        "MP234",
        "`str`, not `bytes`: native strings are text after the conversion.",
    ),
    Fixer(
        "unicode",
        "`unicode` → `str`, `u''` → `''`",
        "MP206 MP110 MP118",
        "`u''` stays: it is valid, and a line less to read.",
    ),
    Fixer(
        "urllib",
        "`urllib2.urlopen` → `urllib.request.urlopen` and so on",
        "MP221",
        "Imports only the parts that are used; 2to3 imports all of them.",
    ),
    Fixer("ws_comma", "blanks after commas", "", "Style. Left alone; formatters do it.", optional=True),
    Fixer(
        "xrange",
        "`xrange(n)` → `range(n)`, `range(n)` → `list(range(n))`",
        "MP203 MP243",
        "`list()` only where a list is needed: a range can be indexed, measured and asked with `in`.",
    ),
    Fixer("xreadlines", "`f.xreadlines()` → `f`", "MP251", "The same."),
    Fixer("zip", "`zip(a, b)` → `list(zip(a, b))`", "MP243", "As for `filter`."),
)


def fixer_table() -> str:
    """Write the table. Raises `ValueError` for a code that is no rule."""
    lines = ["| fixer | 2to3 does | our rule | what differs, and why |", "| --- | --- | --- | --- |"]
    for fixer in FIXERS:
        name = f"`{fixer.name}`" + (" (optional)" if fixer.optional else "")
        rules = ", ".join(_link(code) for code in fixer.rules.split()) or "none"
        lines.append(f"| {name} | {fixer.does} | {rules} | {fixer.differs} |")
    return "\n".join([*lines, ""])


def _link(code: str) -> str:
    rule = find_rule(code)
    if rule is None:
        raise ValueError(f"{code} is no rule")
    return f"[{code} {rule.name}](rules/{code}.md)"
