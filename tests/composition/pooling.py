"""Workers that are tasks of pools and executors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.composition.scenes import Scene, make_shared, scene
from tests.composition.shared import OF_POOLS
from tests.composition.sketch import indented

if TYPE_CHECKING:
    from tests.composition.sketch import Sketch


def pool(sketch: Sketch, mark: str) -> None:
    """A pool, its tasks, and what becomes of their results."""
    made = scene(sketch, mark, OF_POOLS)
    make_shared(made, ("import", "guard", "initializer"))
    task = f"task{mark}"
    through_tasks = bool(made.passed) and sketch.has("shared object in tasks", 0.25, runs_on_2=False)
    _define_task(made, task, through_tasks=through_tasks)
    if through_tasks:
        sketch.extra_imports.add("import functools")
        task = f"functools.partial({task}, {', '.join(made.passed)})"
        made.passed = []
    size = "4 / 2" if sketch.has("float size of pool", 0.3) else "2"
    name = f"pool{mark}"
    making = f"{sketch.mp('Pool')}({size}{_initializer(made)})"
    results, lines, late = _calls(made, name, task)
    form = sketch.choose(
        ["closed", "closed", *([] if sketch.python2 else ["with"])],
        ["pool never joined", *(["late get"] if late and not sketch.python2 else [])],
    )
    shown = sketch.say(f"'task{mark}'", results)
    if form == "closed":
        lines = [f"{name} = {making}", *lines, shown, *made.running, f"{name}.close()", f"{name}.join()"]
    elif form == "pool never joined":
        lines = [f"{name} = {making}", *lines, shown, *made.running]
    elif form == "with":
        lines = [f"with {making} as {name}:", *indented([*lines, shown, *made.running])]
    else:
        lines = [f"with {making} as {name}:", *indented(lines), shown, *made.running]
    _finish(made, lines)


def executor(sketch: Sketch, mark: str) -> None:
    """An executor of processes."""
    made = scene(sketch, mark, OF_POOLS)
    make_shared(made, ("import", "guard", "initializer"))
    task = f"task{mark}"
    _define_task(made, task)
    sketch.extra_imports.add("from concurrent.futures import ProcessPoolExecutor")
    name = f"executor{mark}"
    span = sketch.span(made.count)
    making = f"ProcessPoolExecutor(2{_initializer(made)})"
    if sketch.rng.random() < 0.5:
        lines, results = [], f"sorted({name}.map({task}, {span}))"
    else:
        lines = [f"futures{made.mark} = [{name}.submit({task}, n) for n in {span}]"]
        results = f"sorted(f.result() for f in futures{made.mark})"
    sketch.note("executor")
    shown = sketch.say(f"'task{mark}'", results)
    if sketch.rng.random() < 0.7:
        lines = [f"with {making} as {name}:", *indented([*lines, shown, *made.running])]
    else:
        lines = [f"{name} = {making}", *lines, shown, *made.running, f"{name}.shutdown()"]
    _finish(made, lines)


def _define_task(made: Scene, task: str, *, through_tasks: bool = False) -> None:
    sketch = made.sketch
    first = [made.known_as.get(each, each) for each in made.passed] if through_tasks else []
    lines = [f"def {task}({', '.join([*first, 'n'])}):", *indented([*made.work(), "return value"])]
    # What a decorator does with the number is not known, nor what the tasks of a view add to it.
    if not made.is_plain and sketch.has("decorator without wraps", 0.15, runs_on_2=False):
        decorator = f"told{made.mark}"
        inner = ["def inner(*args):", "    return function(*args)", "return inner"]
        sketch.definitions.append([f"def {decorator}(function):", *indented(inner)])
        lines.insert(0, f"@{decorator}")
    sketch.definitions.append(lines)


def _initializer(made: Scene) -> str:
    """The arguments of the pool that hand the shared objects to its workers, where they go by them."""
    if not made.passed:
        return ""
    name = f"set_up{made.mark}"
    names = made.passed
    given = [f"given_{each}" for each in names]
    known = [made.known_as.get(each, each) for each in names]
    sketch = made.sketch
    declared = [] if sketch.has("initializer sets nothing", 0.15, runs_on_2=False) else [f"global {', '.join(known)}"]
    lines = [*declared, *(f"{each} = {value}" for each, value in zip(known, given, strict=True))]
    sketch.definitions.append([f"def {name}({', '.join(given)}):", *indented(lines)])
    if sketch.has("initializer called", 0.15):
        return f", initializer={name}({', '.join(names)})"
    return f", initializer={name}, initargs=({', '.join(names)}{',' if len(names) == 1 else ''})"


def _calls(made: Scene, name: str, task: str) -> tuple[str, list[str], bool]:
    """How the tasks are called: the sorted results, the lines before, and whether they are got later than asked for."""
    sketch, span, got = made.sketch, made.sketch.span(made.count), f"results{made.mark}"
    if sketch.has("lambda as task", 0.2, runs_on_2=False):
        task = f"lambda n: {task}(n)"
    forms = ["map", "imap", "unordered", "async", "async", "map_async", *([] if sketch.python2 else ["starmap"])]
    defects = ["float chunk size", "get not called", *([] if made.is_plain else ["view as iterable"])]
    form = sketch.choose(forms, defects, runs_on_2=False)
    if form == "map":
        return f"sorted({got})", [f"{got} = {name}.map({task}, {span})"], False
    if form == "float chunk size":
        return f"sorted({got})", [f"{got} = {name}.map({task}, {span}, {2 * made.count} / 2)"], False
    if form == "imap":
        return f"sorted({got})", [f"{got} = list({name}.imap({task}, {span}))"], False
    if form == "unordered":
        return f"sorted({name}.imap_unordered({task}, {span}))", [], False
    if form == "map_async":
        return f"sorted({got}.get())", [f"{got} = {name}.map_async({task}, {span})"], True
    if form == "view as iterable":
        numbers = f"numbers{made.mark}"
        items = ", ".join(f"{n}: None" for n in range(made.count))
        lines = [f"{numbers} = {{{items}}}", f"{got} = {name}.map({task}, {numbers}.keys())"]
        return f"sorted({got})", lines, False
    if form == "starmap":
        return f"sorted({got})", [f"{got} = {name}.starmap({task}, [(n,) for n in {span}])"], False
    args = "(n)" if sketch.has("args not a tuple", 0.3, runs_on_2=False) else "(n,)"
    lines = [f"{got} = [{name}.apply_async({task}, {args}) for n in {span}]"]
    if form == "async":
        return f"sorted([r.get() for r in {got}])", lines, True
    return f"sorted([r.get for r in {got}])", lines, True


def _finish(made: Scene, lines: list[str]) -> None:
    sketch = made.sketch
    sketch.body += [*lines, *made.after]
    sketch.expected.append(f"task{made.mark} {sorted(made.values)}")
    sketch.expected += [line for each in made.shared for line in each.expected]
