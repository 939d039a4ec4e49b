"""MP414: a `Value` whose own lock is a plain `Lock`, used under that lock."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.locking import locks_held
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.spelling import multiprocessing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis


class ValueLockNotRecursive(Rule):
    """A `Value` made with `lock=Lock()` is used under its own lock, and waits for itself.

    ## What it does
    Finds `.value` of a `Value`, and elements of an `Array`, that are read or written under the object's own lock (by
    `get_lock()`, or by the name of the lock it was made with) where that is a plain `Lock`. The fix makes it an
    `RLock`.

    ## Why it matters
    `.value` takes the object's lock itself. By default that is an `RLock`, which its holder may take again. A `Lock`
    may not: the process waits for itself, for ever, under every start method and in Python 2.7 too.

    ## Example
    ```python
    import multiprocessing as mp


    def job(total):
        with total.get_lock():
            total.value += 1


    if __name__ == "__main__":
        total = mp.Value("i", 0, lock=mp.Lock())
        p = mp.Process(target=job, args=(total,))
        p.start()
        p.join()
        print(total.value)
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(total):
        with total.get_lock():
            total.value += 1


    if __name__ == "__main__":
        total = mp.Value("i", 0, lock=mp.RLock())
        p = mp.Process(target=job, args=(total,))
        p.start()
        p.join()
        print(total.value)
    ```

    ## Fix safety
    Safe: as it is, the program stops there for ever. There is a fix where the lock is only used by `with` and as an
    argument: an `RLock` can be released only by the process that took it. Leaving out `lock=…` does the same.

    ## When it stays silent
    For the default lock and an `RLock`, for `lock=False` and raw memory, for `get_obj()`, which takes no lock, and for
    any other lock around the object.

    ## References
    - [multiprocessing.Value](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value)
    """

    code = "MP414"
    name = "value-lock-not-recursive"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each use of memory with a lock of its own."""
        made = program.calls_of("multiprocessing.Value", "multiprocessing.Array")
        if not any(_lock_of(program, call) for call in made):
            return
        done: set[ast.stmt] = set()
        places = [(each, each.value, "Value") for each in program.index.attributes.get("value", [])]
        elements = [(each, each.value, "Array") for each in program.index.all(ast.Subscript)]
        for place, holder, kind in [*places, *elements]:
            type_ = program.type(holder)
            if type_ is None or type_.managed or type_.kind != kind or program.index.statement(place) in done:
                continue
            locks = [_lock_of(program, call) for call in type_.made]
            own = [lock for lock in locks if lock is not None]
            if not own or len(own) < len(locks):
                continue
            if any(_is_own(program, held, type_, own) for held in locks_held(program, place)):
                done.add(program.index.statement(place))
                edits = _edits(program, own)
                obstacle = "" if edits else "; no automatic fix: the lock is not only used by `with`"
                yield self.finding(
                    place,
                    f"`{program.text(place)}` takes the lock that is held here, a plain `Lock`: "
                    "the process waits for itself, under every start method",
                    advice=f"make it an `RLock`, or leave out `lock=`{obstacle}",
                    edits=edits,
                )


def _lock_of(program: Program, made: ast.Call) -> ast.Call | None:
    """The call that makes the plain lock of a `Value` or `Array`; `None` where its lock is another."""
    lock = next((each.value for each in made.keywords if each.arg == "lock"), None)
    type_ = program.type(lock) if lock is not None else None
    if type_ is None or type_.kind != "Lock" or type_.managed or len(type_.made) != 1:
        return None
    return next(iter(type_.made))


def _is_own(program: Program, held: ast.expr, type_: Type, locks: list[ast.Call]) -> bool:
    """Whether a lock that is held is the object's own."""
    if isinstance(held, ast.Call) and isinstance(held.func, ast.Attribute) and held.func.attr == "get_lock":
        other = program.type(held.func.value)
        return other is not None and other.made == type_.made
    found = program.type(held)
    return found is not None and bool(found.made) and found.made <= frozenset(locks)


def _edits(program: Program, locks: list[ast.Call]) -> list[Edit]:
    """Make the locks recursive; nothing where that could matter to other code."""
    for method in ("acquire", "release"):
        for call in program.index.method_calls.get(method, []):
            assert isinstance(call.func, ast.Attribute)
            type_ = program.type(call.func.value)
            if type_ is not None and type_.made & frozenset(locks):
                return []
    edits: list[Edit] = []
    for lock in dict.fromkeys(locks):
        if isinstance(lock.func, ast.Attribute):
            edits.append(Replace(lock.func, "$0.RLock", (lock.func.value,)))
        else:
            name, imports = multiprocessing_name(program, "RLock")
            edits += [Replace(lock.func, name), *imports]
    return edits
