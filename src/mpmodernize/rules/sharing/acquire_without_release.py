"""MP408: a lock that an exception leaves locked."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Severity
from mpmodernize.model.locking import method_call, receiver
from mpmodernize.model.order import bound_names
from mpmodernize.rewrite.edits import Wrap
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis

_LEAVING = (ast.Return, ast.Break, ast.Continue, ast.Raise, ast.Yield, ast.YieldFrom)


class AcquireWithoutRelease(Rule):
    """Between `acquire()` and `release()` an exception leaves the lock locked for ever.

    ## What it does
    Finds `lock.acquire()` … `lock.release()` in one block, for the locks, semaphores and conditions of
    multiprocessing, and turns it into `with lock:`.

    ## Why it matters
    If anything between the two raises, the process ends with the lock held, and every other process that wants it
    waits for ever. That is so under fork, spawn and forkserver alike, and was so on Python 2.7.

    ## Example
    ```python
    import multiprocessing as mp


    def job(lock, n):
        lock.acquire()
        print(100 // n)
        lock.release()


    if __name__ == "__main__":
        lock = mp.Lock()
        worker = mp.Process(target=job, args=(lock, 4))
        worker.start()
        worker.join()
    ```

    ## Use instead
    ```python
    import multiprocessing as mp


    def job(lock, n):
        with lock:
            print(100 // n)


    if __name__ == "__main__":
        lock = mp.Lock()
        worker = mp.Process(target=job, args=(lock, 4))
        worker.start()
        worker.join()
    ```

    ## Fix safety
    Safe: without an exception the two forms do the same. Where `return`, `break`, `raise` or another `release` stands
    between, it is a hint, for you to solve.

    ## When it stays silent
    For `acquire(); try: … finally: release()`, which is right; for `acquire` with arguments, which may fail; where the
    release stands in another block or function; for locks of `threading`.

    ## References
    - [Synchronization primitives](https://docs.python.org/3/library/multiprocessing.html#synchronization-primitives)
    - [PEP 343: the with statement](https://peps.python.org/pep-0343/)
    """

    code = "MP408"
    name = "acquire-without-release"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look for the release that belongs to each bare acquire."""
        for call in program.index.method_calls.get("acquire", []):
            statement = program.index.parent[call]
            lock = receiver(call)
            type_ = program.type(lock)
            if not isinstance(statement, ast.Expr) or call.args or call.keywords or type_ is None or not type_.is_lock:
                continue
            block = program.index.block(statement)
            start = next(position for position, each in enumerate(block) if each is statement)
            release = self._release(block, start, lock)
            if release is None or release == start + 1:
                continue
            between = block[start + 1 : release]
            plain = not self._leaves(between) and not self._touches(between, lock) and _is_balanced(between)
            if {each.id for each in ast.walk(lock) if isinstance(each, ast.Name)} & _bound(between):
                continue  # the release is another lock's
            name = program.text(lock)
            yield self.finding(
                call,
                f"an exception before `{name}.release()` leaves `{name}` locked: every other process waits for ever",
                advice=f"use `with {name}:`" + ("" if plain else "; the block is left in other ways, so not by itself"),
                severity=None if plain else Severity.HINT,
                edits=[Wrap(statement, block[release], f"with {name}:", replacing_ends=True)] if plain else (),
            )

    @staticmethod
    def _release(block: list[ast.stmt], start: int, lock: ast.expr) -> int | None:
        wanted = ast.dump(lock)
        for position in range(start + 1, len(block)):
            call = method_call(block[position], "release")
            if call is not None and ast.dump(receiver(call)) == wanted:
                return position
            again = method_call(block[position], "acquire")
            if again is not None and ast.dump(receiver(again)) == wanted:
                return None
        return None

    @staticmethod
    def _leaves(statements: list[ast.stmt]) -> bool:
        """Whether control can leave the statements other than at their end."""
        waiting: list[tuple[ast.AST, bool]] = [(each, False) for each in statements]
        while waiting:
            node, in_loop = waiting.pop()
            if isinstance(node, _LEAVING) and not (in_loop and isinstance(node, (ast.Break, ast.Continue))):
                return True
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                continue
            inside = in_loop or isinstance(node, (ast.For, ast.While, ast.AsyncFor))
            waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
        return False

    @staticmethod
    def _touches(statements: list[ast.stmt], lock: ast.expr) -> bool:
        """Whether the lock is acquired or released again in between."""
        wanted = ast.dump(lock)
        return any(
            isinstance(node, ast.Attribute) and node.attr in ("acquire", "release") and ast.dump(node.value) == wanted
            for statement in statements
            for node in ast.walk(statement)
        )


def _is_balanced(statements: list[ast.stmt]) -> bool:
    """Whether what is acquired between is released between."""
    acquired = [receiver(call) for each in statements if (call := method_call(each, "acquire")) is not None]
    released = [receiver(call) for each in statements if (call := method_call(each, "release")) is not None]
    return sorted(map(ast.dump, acquired)) == sorted(map(ast.dump, released))


def _bound(statements: list[ast.stmt]) -> set[str]:
    return {name for each in statements for name in bound_names(each)}
