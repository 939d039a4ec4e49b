"""MP402: `counter.value += 1` without a lock."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.model.kinds import MEMORY
from mpmodernize.model.locking import is_guarded, locks_held, several_processes
from mpmodernize.model.portions import is_own_element
from mpmodernize.model.scopes import DEFINITIONS
from mpmodernize.rewrite.edits import Wrap
from mpmodernize.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.kinds import Type
    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_BLOCKING = frozenset(["get", "put", "join", "recv", "acquire", "wait", "map", "apply", "result"])


class UnguardedSharedUpdate(Rule):
    """A worker changes a shared value by reading and writing it, without a lock.

    ## What it does
    Finds `v.value += 1`, `a[i] += 1` and `v.value = v.value + 1` on a `Value` or `Array` in code that several
    processes run, outside of any lock, and puts them under `with v.get_lock():`.

    ## Why it matters
    Reading, adding and writing are three steps. `Value` and `Array` lock each of them, not all three together, so two
    processes can read the same number and one update is lost. Three processes adding 20,000 times each reached
    31,808 on Python 2.7, 37,893 under fork, 57,078 under spawn and, once, by luck, 60,000 under forkserver. A test
    can't show that it is right; a lock makes it right.

    ## Example
    ```python
    import multiprocessing as mp


    def count(total):
        for _ in range(1000):
            total.value += 1


    if __name__ == "__main__":
        total = mp.Value("i", 0)
        workers = [mp.Process(target=count, args=(total,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(total.value)
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def count(total):
        for _ in range(1000):
            with total.get_lock():
                total.value += 1


    if __name__ == "__main__":
        total = mp.Value("i", 0)
        workers = [mp.Process(target=count, args=(total,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(total.value)
    ```

    ## Fix safety
    Safe for objects with the lock that `Value` and `Array` make themselves: it is recursive, so code that holds it
    already is not stopped. Reported only for raw memory (`RawValue`, `lock=False`), a manager's `Value` and an object
    made with a lock of its own (`lock=Lock()` is not recursive: taking it around `.value` would wait for itself),
    where the new value is got from something that waits, and where a condition around it reads the value first.

    ## When it stays silent
    Under any lock, also another one; where a single process is the only writer; where each process is given the number
    of an array's element of its own; in the parent alone; on threads' data.

    ## References
    - [multiprocessing.Value: operations like += are not atomic](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value)
    """

    code = "MP402"
    name = "unguarded-shared-update"

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each update of shared memory that a child can run; neighbours on one object share a lock."""
        if not program.mentions_multiprocessing:
            return
        updates = [
            (each, target, type_)
            for each, target, type_ in self._updates(program)
            if self._races(program, each, target, type_)
        ]
        done: set[ast.stmt] = set()
        for statement, target, type_ in updates:
            if statement in done:
                continue
            run = self._run(program, statement, target, [each for each, _, _ in updates])
            done.update(run)
            name = program.text(target)
            lock = self._lock_of_others(program, statement, type_)
            obstacle = self._obstacle(run, type_) if lock is None else None
            if self._is_asked_about(program, statement):
                obstacle = "the condition that asks for the value and this update belong under one lock"
            if lock == "":
                obstacle = "elsewhere it is updated under another lock: take the same one here"
            header = f"with {lock or f'{name}.get_lock()'}:"
            yield self.finding(
                statement,
                f"`{name}` is read, changed and written in three steps: two processes doing it at once lose an update",
                advice=f"do it under `{header}`" if obstacle is None else obstacle,
                edits=[Wrap(run[0], run[-1], header)] if obstacle is None else (),
            )

    def _lock_of_others(self, program: Program, statement: ast.stmt, type_: Type) -> str | None:
        """The lock that other updates of the object hold: two locks would not keep these and those apart.

        `None` if they hold the object's own or none; empty if they hold one that is not known by the same name here.
        """
        for other, target, other_type in self._updates(program):
            held = list(locks_held(program, other)) if other_type.made & type_.made else []
            own = {f"{program.text(target)}.get_lock()"}
            foreign = [lock for lock in held if program.text(lock) not in own]
            if not foreign or len(foreign) < len(held):
                continue
            lock = foreign[0]
            here = program.index.function(statement)
            there = program.index.function(other)
            same_class = (
                here is not None
                and there is not None
                and (program.index.enclosing_class(here) is program.index.enclosing_class(there) is not None)
            )
            is_attribute = (
                isinstance(lock, ast.Attribute) and isinstance(lock.value, ast.Name) and lock.value.id == "self"
            )
            if here is there or (same_class and is_attribute):
                return program.text(lock)
            if isinstance(lock, ast.Name):
                owner = program.index.scope(statement).owner(lock.id)
                if owner is not None and owner is program.index.scope(other).owner(lock.id):
                    return lock.id
            return ""
        return None

    def _updates(self, program: Program) -> list[tuple[ast.stmt, ast.expr, Type]]:
        """Every update of shared memory, found once."""
        known = program.plans.get("updates")
        if not isinstance(known, list):
            known = program.plans["updates"] = list(self._find_updates(program))
        return known

    def _find_updates(self, program: Program) -> Iterator[tuple[ast.stmt, ast.expr, Type]]:
        for statement in program.index.all(ast.AugAssign):
            yield from self._update(program, statement, statement.target)
        for place in [*program.index.attributes.get("value", []), *program.index.all(ast.Subscript)]:
            parent = program.index.parent[place]
            if isinstance(parent, ast.Assign) and place in parent.targets and _reads(parent.value, place):
                yield from self._update(program, parent, place)

    @staticmethod
    def _update(program: Program, statement: ast.stmt, target: ast.expr) -> Iterator[tuple[ast.stmt, ast.expr, Type]]:
        if isinstance(target, ast.Attribute) and target.attr == "value":
            kinds = {"Value", "RawValue"}
        elif isinstance(target, ast.Subscript):
            kinds = {"Array", "RawArray"}
        else:
            return
        type_ = program.type(target.value)
        if type_ is not None and type_.kind in kinds:
            yield statement, target.value, type_

    def _races(self, program: Program, statement: ast.stmt, target: ast.expr, type_: Type) -> bool:
        if not program.runs_in_child(statement) or is_guarded(program, statement):
            return False
        if not _is_place(target) or self._is_one_for_each(program, target):
            return False
        if self._has_its_own_element(program, statement, type_):
            return False
        writers = {program.index.function(each) for each, _, other in self._updates(program) if other.made & type_.made}
        in_parent = any(not program.starts.is_worker(each) for each in writers)
        return in_parent or several_processes(program, {each for each in writers if each is not None})

    @staticmethod
    def _is_asked_about(program: Program, statement: ast.stmt) -> bool:
        """Whether an `if` or `while` around the update reads the same value: a lock around the update is too late."""
        place: ast.expr | None = statement.target if isinstance(statement, ast.AugAssign) else None
        if place is None and isinstance(statement, ast.Assign):
            place = statement.targets[0]
        if not isinstance(place, (ast.Attribute, ast.Subscript)):
            return False
        for ancestor in program.index.ancestors(statement):
            if isinstance(ancestor, (ast.If, ast.While)) and _reads(ancestor.test, place):
                return True
            if isinstance(ancestor, DEFINITIONS):
                return False
        return False

    @staticmethod
    def _is_one_for_each(program: Program, target: ast.expr) -> bool:
        """Whether each worker gets an object of its own: its parameter is filled from the variable of a loop."""
        if not isinstance(target, ast.Name):
            return False
        for binding in program.index.bindings(target):
            function = program.index.function(target)
            if binding.kind != "parameter" or function is None or not isinstance(binding.node, ast.arg):
                return False
            received = list(program.types.received(function, binding.node))
            if not received or not all(_is_loop_variable(program, each) for each in received):
                return False
        return True

    def _has_its_own_element(self, program: Program, statement: ast.stmt, type_: Type) -> bool:
        """Whether each process changes an element of its own, and only this function changes any."""
        others = [each for each, _, other in self._updates(program) if other.made & type_.made]
        place: ast.expr | None = statement.target if isinstance(statement, ast.AugAssign) else None
        if isinstance(statement, ast.Assign):
            place = statement.targets[0]
        functions = {program.index.function(each) for each in others}
        return len(functions) == 1 and place is not None and is_own_element(program, place)

    @staticmethod
    def _run(program: Program, statement: ast.stmt, target: ast.expr, updates: list[ast.stmt]) -> list[ast.stmt]:
        """The statement and those right behind it that update the same object."""
        block = program.index.block(statement)
        start = next(position for position, each in enumerate(block) if each is statement)
        run = [statement]
        for each in block[start + 1 :]:
            if each not in updates or not _same_object(each, target):
                break
            run.append(each)
        return run

    @staticmethod
    def _obstacle(run: list[ast.stmt], type_: Type) -> str | None:
        if type_.kind.startswith("Raw"):
            return "raw memory has no lock: use `Value` or `Array`, or a lock of your own"
        if type_.managed:
            return "a manager's value has no lock: use a `Value` of multiprocessing, or a lock of your own"
        for call in type_.made:
            lock = next((each.value for each in call.keywords if each.arg == "lock"), None)
            if lock is not None and not (isinstance(lock, ast.Constant) and lock.value is True):
                return "it is made with `lock=…`: take that lock around the update, if it is recursive, or another one"
        for statement in run:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _BLOCKING:
                    return (
                        "get the new value first, then update under the lock: here it comes from something that waits"
                    )
        assert type_.kind in MEMORY
        return None


def _is_place(node: ast.expr) -> bool:
    """Whether an expression only names a place: a name, an attribute of one, an element of one."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Name, ast.Constant)):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def _same_object(statement: ast.stmt, target: ast.expr) -> bool:
    place = statement.target if isinstance(statement, ast.AugAssign) else None
    return isinstance(place, (ast.Attribute, ast.Subscript)) and ast.dump(place.value) == ast.dump(target)


def _reads(value: ast.expr, place: ast.expr) -> bool:
    """Whether the new value is made from the old one."""
    wanted = ast.dump(place).replace("Store()", "Load()")
    return any(ast.dump(node) == wanted for node in ast.walk(value))


def _is_loop_variable(program: Program, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and any(
        binding.kind.startswith("for") for binding in program.index.bindings(node)
    )
