"""How defects are planted: each function puts one into the text of a right program, or finds no place for it there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARED = "Array Barrier Condition Event JoinableQueue Lock Queue RLock Semaphore Value".split()
_MAKES_SHARED = re.compile(
    rf"^( *)(\w+) = ((?:\w+\.)?(?:{'|'.join(SHARED)})\(.*\)|\w+\.(?:dict|list)\(\))$", re.MULTILINE
)
_ARGS = re.compile(r"args=\(([^()]*?),?\)")
_GUARD = 'if __name__ == "__main__":\n'
_TARGET = re.compile(r"target=(\w+), args=\(((?:[^()]|\([^()]*\))*?),?\)")


# -- small tools -----------------------------------------------------------------------------------


def swap(pattern: str, replacement: str, count: int = 0) -> Callable[[str], str | None]:
    """A seed that is a change of text."""

    def plant(source: str) -> str | None:
        new, times = re.subn(pattern, replacement, source, count=count, flags=re.MULTILINE)
        return new if times else None

    return plant


def _function(source: str, name: str) -> ast.FunctionDef | None:
    found = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(found, None)


def _cut(source: str, node: ast.stmt) -> tuple[list[str], str]:
    """The lines of a statement, and the text without them."""
    lines = source.splitlines()
    assert node.end_lineno is not None
    kept = lines[: node.lineno - 1] + lines[node.end_lineno :]
    return lines[node.lineno - 1 : node.end_lineno], "\n".join(kept) + "\n"


def _workers(source: str) -> Iterator[ast.FunctionDef]:
    """The module's functions that are named as a target or as a task."""
    for name in re.findall(r"(?:target=|(?:map|apply_async|submit|starmap|imap)\()(\w+)\b", source):
        if (found := _function(source, name)) is not None and not found.decorator_list:
            yield found


def _first(found: Iterator[ast.FunctionDef]) -> ast.FunctionDef | None:
    return next(found, None)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in function.args.args]


def _insert_above_worker(source: str, text: str) -> str | None:
    worker = _first(_workers(source))
    if worker is None:
        return None
    lines = source.splitlines()
    return "\n".join([*lines[: worker.lineno - 1], text, "", "", *lines[worker.lineno - 1 :]]) + "\n"


def in_worker(line: str, imports: str = "") -> Callable[[str], str | None]:
    """A seed that is a first line of the worker; `{0}` in it is the worker's first parameter."""

    def plant(source: str) -> str | None:
        worker = _first(_workers(source))
        if worker is None or not _parameters(worker):
            return None
        lines = source.splitlines()
        lines.insert(worker.lineno, f"    {line.format(*_parameters(worker))}")
        return _with_import("\n".join(lines) + "\n", imports)

    return plant


def _with_import(source: str, imports: str) -> str:
    return re.sub(r"\A(\"\"\".*\"\"\"\n)", rf"\1{imports}\n", source) if imports else source


def under_guard(line: str, imports: str = "") -> Callable[[str], str | None]:
    """A seed that is the first line under the guard."""

    def plant(source: str) -> str | None:
        return _with_import(
            source.replace('if __name__ == "__main__":\n', f'if __name__ == "__main__":\n    {line}\n'), imports
        )

    return plant


# -- starting --------------------------------------------------------------------------------------


def drop_guard(source: str) -> str | None:
    """The guarded statements run at import."""
    head, guard, body = source.partition(_GUARD)
    return head + re.sub(r"^ {4}", "", body, flags=re.MULTILINE) if guard else None


def worker_under_guard(source: str) -> str | None:
    """The worker is defined where only the parent comes by."""
    worker = _first(_workers(source))
    if worker is None or "def main" in source:
        return None
    lines, rest = _cut(source, worker)
    moved = "".join(f"    {line}\n" if line else "\n" for line in lines)
    return rest.replace(_GUARD, f"{_GUARD}{moved}\n")


def worker_in_main(source: str) -> str | None:
    """The worker is a function inside `main`."""
    worker = _first(_workers(source))
    if worker is None or "def main():\n" not in source:
        return None
    lines, rest = _cut(source, worker)
    moved = "".join(f"    {line}\n" if line else "\n" for line in lines)
    return rest.replace("def main():\n", f"def main():\n{moved}\n")


def lambda_target(source: str) -> str | None:
    """A lambda around the worker."""
    worker = _first(_workers(source))
    if worker is None or not _parameters(worker):
        return None
    given = ", ".join(_parameters(worker))
    pattern = rf"(target=|(?:map|apply_async|submit|starmap)\(){worker.name}\b"
    new, times = re.subn(pattern, rf"\1lambda {given}: {worker.name}({given})", source)
    return new if times else None


def target_called(source: str) -> str | None:
    """The target is called where it is named."""
    found = _TARGET.search(source)
    if found is None or _function(source, found[1]) is None:
        return None
    return source[: found.start()] + f"target={found[1]}({found[2]})" + source[found.end() :]


# -- sharing ---------------------------------------------------------------------------------------


def _passed(source: str) -> Iterator[tuple[ast.FunctionDef, str, str]]:
    """The arguments of `target=` calls: the worker, its parameter, and the name that is given for it."""
    for target, given in re.findall(r"target=(\w+), args=\(([\w, ]*)\)", source):
        worker = _function(source, target)
        if worker is not None:
            names = [name.strip() for name in given.split(",") if name.strip()]
            yield from ((worker, parameter, name) for parameter, name in zip(_parameters(worker), names, strict=True))


def _unpassed(source: str, worker: ast.FunctionDef, parameter: str, name: str) -> str | None:
    """The program with a global instead of an argument; only where both have one name."""
    if parameter != name:
        return None
    rest = [each for each in _parameters(worker) if each != parameter]
    source = re.sub(rf"def {worker.name}\([^)]*\):", f"def {worker.name}({', '.join(rest)}):", source)

    def call(found: re.Match[str]) -> str:
        names = [each.strip() for each in found[1].split(",") if each.strip() and each.strip() != name]
        return f"target={worker.name}, args=({', '.join(names)}{',' if len(names) == 1 else ''})"

    return re.sub(rf"target={worker.name}, args=\(([\w, ]*)\)", call, source)


def _made_global(source: str, name: str, *, at_import: bool) -> str | None:
    """Let the statement that binds a name bind it for the module: at import, or in the parent alone."""
    made = re.search(rf"^( +){name} = (.*)\n", source, re.MULTILINE)
    if made is None:
        return None
    if at_import:
        source = source[: made.start()] + source[made.end() :]
        return _insert_above_worker(source, f"{name} = {made[2]}")
    return source.replace("def main():\n", f"def main():\n    global {name}\n")


def share_by_global(source: str) -> str | None:
    """A shared object is made at import and read as a global."""
    return _global_instead(source, shared=True, at_import=True)


def share_under_guard(source: str) -> str | None:
    """A shared object is made by the parent and read as a global."""
    return _global_instead(source, shared=True, at_import=False)


def data_under_guard(source: str) -> str | None:
    """Plain data of the parent is read as a global."""
    return _global_instead(source, shared=False, at_import=False)


def stale_data(source: str) -> str | None:
    """A global has a first value, and the one that counts is set by the parent."""
    planted = _global_instead(source, shared=False, at_import=False)
    if planted is None:
        return None
    name = next(name for _, _, name in _passed(source) if _unshared(source, name))
    return _insert_above_worker(planted, f"{name} = None")


def _unshared(source: str, name: str) -> bool:
    shared = {found[1] for found in _MAKES_SHARED.findall(source)}
    return name not in shared and bool(re.search(rf"^ +{name} = ", source, re.MULTILINE))


def _global_instead(source: str, *, shared: bool, at_import: bool) -> str | None:
    made = {found[1] for found in _MAKES_SHARED.findall(source) if not re.match(r"\w+\.(dict|list)\(\)", found[2])}
    for worker, parameter, name in _passed(source):
        if (name in made) if shared else _unshared(source, name):
            changed = _unpassed(source, worker, parameter, name)
            if changed is not None:
                return _made_global(changed, name, at_import=at_import)
    return None


def plain_counter(source: str) -> str | None:
    """A number of the module instead of a `Value`."""
    made = re.search(r"^ +(\w+) = (?:\w+\.)?Value\(.*\)\n", source, re.MULTILINE)
    if made is None or "initargs" in source:
        return None
    name = made[1]
    passed = next((each for each in _passed(source) if each[2] == name), None)
    changed = _unpassed(source, *passed) if passed else None
    if changed is None or passed is None:
        return None
    changed = re.sub(rf"^ +{name} = .*\n", "", changed, count=1, flags=re.MULTILINE)
    changed = re.sub(rf"^( *)with {name}\.get_lock\(\):\n +", r"\1", changed, flags=re.MULTILINE)
    changed = changed.replace(f"{name}.value", name)
    changed = re.sub(rf"(def {passed[0].name}\([^)]*\):\n)", rf"\1    global {name}\n", changed)
    return _insert_above_worker(changed, f"{name} = 0")


def initializer_dropped(source: str) -> str | None:
    """What an initializer handed over is made at import and read as a global."""
    found = re.search(r", initializer=(\w+), initargs=\(([\w, ]*)\)", source)
    initializer = _function(source, found[1]) if found else None
    if found is None or initializer is None:
        return None
    given = [name.strip() for name in found[2].split(",") if name.strip()]
    bound = dict(re.findall(r"^    (\w+) = (\w+)$", ast.get_source_segment(source, initializer) or "", re.MULTILINE))
    known = {parameter: name for name, parameter in bound.items()}
    _, source = _cut(source.replace(found[0], ""), initializer)
    for name, parameter in zip(given, _parameters(initializer), strict=True):
        source = re.sub(rf"\b{name}\b", known[parameter], source)
        changed = _made_global(source, known[parameter], at_import=True)
        if changed is None:
            return None
        source = changed
    return source


def lock_through_tasks(source: str) -> str | None:
    """What an initializer handed over goes with each task."""
    found = re.search(r", initializer=(\w+), initargs=\(([\w, ]*)\)", source)
    initializer, worker = (_function(source, found[1]) if found else None), _first(_workers(source))
    if found is None or initializer is None or worker is None or ".map(" not in source:
        return None
    named = re.search(r"global ([\w, ]+)", source)
    if named is None:
        return None
    names = named[1]
    source = source.replace(found[0], "").replace(f"def {worker.name}(", f"def {worker.name}({names}, ")
    source = source.replace(f".map({worker.name},", f".map(functools.partial({worker.name}, {found[2]}),")
    _, source = _cut(source, initializer)
    return _with_import(source, "import functools")


def acquire_release(source: str) -> str | None:
    """`acquire` and `release` by hand."""
    found = re.search(r"^( *)with ((?:self\.)?lock):\n((?:\1    .*\n)+)", source, re.MULTILINE)
    if found is None:
        return None
    body = re.sub(r"^ {4}", "", found[3], flags=re.MULTILINE)
    by_hand = f"{found[1]}{found[2]}.acquire()\n{body}{found[1]}{found[2]}.release()\n"
    return source[: found.start()] + by_hand + source[found.end() :]


# -- lifetimes -------------------------------------------------------------------------------------

_JOINS = re.compile(r"^( *)for (\w+) in \w+:\n +\2\.join\(\)\n|^ +process\.join\(\)\n", re.MULTILINE)
_GETS = re.compile(r"^ +.*\w+\.get\(\).*\n", re.MULTILINE)


def drop_join(source: str) -> str | None:
    """Processes that share something are never joined; the ends of pipes outlive their maker."""
    if "Pipe(" in source or not re.search(rf"\b({'|'.join(SHARED)}|Manager|manager)\(", source):
        return None
    new, times = _JOINS.subn("", source)
    return new if times else None


def early_join(source: str) -> str | None:
    """The joins stand above what empties the queue."""
    join = _JOINS.search(source)
    gets = [each for each in _GETS.finditer(source) if join and each.end() == join.start()]
    if join is None or not gets or "[queue.get" in source or "pool" in source:
        return None
    got = gets[-1]
    return source[: got.start()] + join[0] + got[0] + source[join.end() :]


def drop_pool_join(source: str) -> str | None:
    """The pool is never closed and joined."""
    new, times = re.subn(r"^ +pool\.(close|join)\(\)\n", "", source, flags=re.MULTILINE)
    return new if times == 2 else None


def late_get(source: str) -> str | None:
    """The results are got when the pool is gone."""
    found = re.search(r"^( +)with .*Pool\(.*:\n(\1    .*async.*\n)(\1    .*\.get\(\).*\n)", source, re.MULTILINE)
    if found is None:
        return None
    return source[: found.start(3)] + found[3].replace("    ", "", 1) + source[found.end(3) :]


def serial(source: str) -> str | None:
    """Each process is joined before the next is started."""
    found = re.search(r"^( +)(\w+)\.start\(\)\n(?! *gate)", source, re.MULTILINE)
    if found is None or len(found[1]) < 8 or _GETS.search(source) or "gate" in source:
        return None
    return source[: found.end()] + f"{found[1]}{found[2]}.join()\n" + source[found.end() :]


def exit_in_task(source: str) -> str | None:
    """A task may leave the interpreter."""
    if "Pool(" not in source:
        return None
    return in_worker("if {0} is None: sys.exit(1)", "import sys")(source)


def input_in_worker(source: str) -> str | None:
    """A worker asks the user."""
    return in_worker("if {0} is None: print(input())")(source) if "Process(" in source else None


# -- further ones, which have their place in few programs --------------------------------------------


def start_method_at_import(source: str) -> str | None:
    """The start method is set while the module is imported."""
    if "Process(" not in source and "Pool(" not in source:
        return None
    planted = _insert_above_worker(source, 'multiprocessing.set_start_method("spawn")')
    return planted and _with_import(planted, "import multiprocessing")


def processes_on_self(source: str) -> str | None:
    """The instance whose method runs holds the processes."""
    return re.sub(r"\bprocesses\b(?=( =|\.append|:))", "self.processes", source) if "self.work" in source else None


def pool_in_task(source: str) -> str | None:
    """A task starts a pool of its own."""
    planted = in_worker("multiprocessing.Pool(1).map(str, [1])", "import multiprocessing")
    return planted(source) if "Pool(" in source and "Executor" not in source else None


def open_file(source: str) -> str | None:
    """Workers are handed an open file."""
    found = re.search(r"target=(\w+), args=\(([\w, ]+?),?\)", source)
    worker = _function(source, found[1]) if found else None
    if found is None or worker is None:
        return None
    source = source.replace(found[0], f"target={found[1]}, args=({found[2]}, log)")
    source = re.sub(rf"(def {worker.name}\([^)]*)\):\n", r"\1, log):\n    log.flush()\n", source)
    made = "log = open(os.devnull, 'w')"
    if "def main():\n" in source:
        return _with_import(source.replace("def main():\n", f"def main():\n    {made}\n"), "import os")
    return under_guard(made, "import os")(source)


def thread_with_lock(source: str) -> str | None:
    """A thread and a worker take one lock, and the thread runs first."""
    taken = in_worker("held.acquire(); held.release()")(source)
    made = taken and _insert_above_worker(
        taken, "held = threading.Lock()\n\n\ndef hold():\n    with held:\n        pass"
    )
    return made and under_guard("threading.Thread(target=hold).start()", "import threading")(made)


def fork_beside(source: str) -> str | None:
    """The program forks by hand while a process runs, and lets the child end as it ends itself."""
    found = re.search(r"^( +)process\.start\(\)\n", source, re.MULTILINE)
    if found is None:
        return None
    forked = f"{found[1]}if os.fork() == 0:\n{found[1]}    sys.exit(0)\n"
    return _with_import(source[: found.end()] + forked + source[found.end() :], "import os\nimport sys")


def change_inside_proxy(source: str) -> str | None:
    """A list in a manager's dictionary is changed in place."""
    planted, times = re.subn(r"table\[number\] = .*", "table['all'].append(number)", source)
    return re.sub(r"^( +)(table = .*\n)", r"\1\2\1table['all'] = []\n", planted, flags=re.MULTILINE) if times else None


def thread_lock(source: str) -> str | None:
    """The lock is one of threads."""
    planted = re.sub(r"= (\w+\.)?Lock\(\)", "= threading.Lock()", source)
    return _with_import(planted, "import threading") if planted != source else None


def pointer(source: str) -> str | None:
    """A pointer lies in shared memory."""
    planted = re.sub(r"\w+\.Array\(\"c\", 10\)", "mp.Value(ctypes.c_char_p, b'')", source)
    return _with_import(planted, "import ctypes") if planted != source else None


def logging(source: str) -> str | None:
    """Logging is configured in the parent alone."""
    told = in_worker("logging.info(str({0}))")(source)
    return told and under_guard("logging.basicConfig(level=logging.INFO)", "import logging")(told)


def random_numbers(source: str) -> str | None:
    """The seed of random numbers is set at import."""
    if "Pool(" not in source and "Executor(" not in source and not re.search(r"for .*\n?.*Process\(", source):
        return None
    told = in_worker("random.random()")(source)
    made = told and _insert_above_worker(told, "random.seed(7)")
    return made and _with_import(made, "import random")


def until_empty(source: str) -> str | None:
    """The queue is read until it says that it is empty."""
    found = re.search(r"^( +)(\w+) = sorted\((?:sum\()?(\w+)\.get\(\)\)? for .*\)\n", source, re.MULTILINE)
    if found is None:
        return None
    indent, name, queue = found.groups()
    drain = f"{indent}{name} = []\n{indent}while not {queue}.empty():\n{indent}    {name}.append({queue}.get())\n"
    return source[: found.start()] + drain + source[found.end() :]


def imported(line: str) -> Callable[[str], str | None]:
    """A seed that is a line among the imports."""
    return lambda source: _with_import(source, line)


def factory_as_class(source: str) -> str | None:
    """`multiprocessing.Queue` is taken for a class."""
    if "queue.put" not in source:
        return None
    told = re.sub(
        r"^( +)queue\.put\(",
        r"\1assert isinstance(queue, multiprocessing.Queue)\n\1queue.put(",
        source,
        count=1,
        flags=re.MULTILINE,
    )
    return _with_import(told, "import multiprocessing")


def wrong_empty(source: str) -> str | None:
    """`Empty` is looked for where it is not."""
    if "except Empty" not in source:
        return None
    planted = source.replace("except Empty", "except Queue.Empty").replace("= multiprocessing.Queue(", "= Queue(")
    return planted.replace("from queue import Empty\n", "from multiprocessing import Queue\n")
