"""Scenes: some workers, what they share and how they get it, and how they are started. A program has one to three."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.composition.shared import OF_POOLS, OF_PROCESSES, Shared
from tests.composition.sketch import indented

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.composition.sketch import Sketch


@dataclass
class Scene:
    """What the starts of all kinds have in common."""

    sketch: Sketch
    mark: str
    count: int
    factor: str = ""
    """What the worker multiplies by."""
    values: list[int] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    """The names that go to the worker in its arguments."""
    known_as: dict[str, str] = field(default_factory=dict)
    """What the worker calls what it gets."""

    @property
    def running(self) -> list[str]:
        """What the parent does while the workers run."""
        return [line for each in self.shared for line in each.running]

    @property
    def after(self) -> list[str]:
        """What the parent does when they are done."""
        return [line for each in self.shared for line in each.after]

    def work(self) -> list[str]:
        """The worker's lines."""
        lines = [f"value = n * {self.factor}"]
        declared: list[str] = []
        for each in self.shared:
            for line in each.work([self.known_as.get(name, name) for name in each.names]):
                (declared if line.startswith("global ") else lines).append(line)
        return [*declared, *lines]


def scene(sketch: Sketch, mark: str, kinds: Sequence[Callable[[Sketch, str, Sequence[int]], Shared]]) -> Scene:
    """Choose what the worker computes, and what the workers share."""
    made = Scene(sketch, mark, sketch.rng.randint(2, 4))
    factor = _factor(made)
    made.values = [n * factor for n in range(made.count)]
    chosen = sketch.rng.sample(kinds, 2 if sketch.rng.random() < 0.4 else 1)
    for position, kind in enumerate(chosen):
        made.shared.append(kind(sketch, f"{mark}{'ab'[position]}", made.values))
    return made


def _factor(made: Scene) -> int:
    """How the worker gets the factor: in its text, by a global, or by one that is bound after the import."""
    sketch, name, value = made.sketch, f"factor{made.mark}", made.sketch.rng.randint(2, 9)
    form = sketch.choose(
        ["factor written", "factor global"], ["stale global", "global under guard", "global filled under guard"]
    )
    made.factor = name
    if form == "factor written":
        made.factor = str(value)
    elif form == "factor global":
        sketch.top.append(f"{name} = {value}")
    elif form == "stale global":
        sketch.top.append(f"{name} = 1")
        sketch.bind(name, str(value))
    elif form == "global under guard":
        sketch.bind(name, str(value))
    else:
        sketch.top.append(f"{name} = {{}}")
        sketch.body.append(f"{name}['it'] = {value}")
        made.factor = f"{name}['it']"
    return value


def make_shared(made: Scene, routes: Sequence[str]) -> None:
    """Make the shared objects where their routes begin, and remember which are passed."""
    sketch = made.sketch
    for each in made.shared:
        route = "import" if each.by_value else sketch.rng.choice(list(routes))
        sketch.note(f"{'+'.join(each.names)} by {route}")
        if route == "import":
            sketch.top += [
                *each.kept,
                *(f"{name} = {value}" for name, value in zip(each.names, each.values, strict=True)),
            ]
        elif route == "guard":
            sketch.body += each.kept
            for name, value in zip(each.names, each.values, strict=True):
                sketch.bind(name, value)
        else:
            sketch.body += [
                *each.kept,
                *(f"{name} = {value}" for name, value in zip(each.names, each.values, strict=True)),
            ]
            made.passed += each.names
            if sketch.rng.random() < 0.5:
                made.known_as |= {name: f"the_{name}" for name in each.names}


# -- processes -------------------------------------------------------------------------------------


def processes(sketch: Sketch, mark: str) -> None:
    """A process for each number, made and started in one of the usual ways."""
    made = scene(sketch, mark, OF_PROCESSES)
    make_shared(made, ("import", "guard", "argument", "argument"))
    worker = f"work{mark}"
    parameters = ["n", *(made.known_as.get(name, name) for name in made.passed)]
    function = [f"def {worker}({', '.join(parameters)}):", *indented(made.work())]
    defects = ["lambda target"]
    if sketch.in_function and not any(each.by_value for each in made.shared):
        defects.append("nested worker")
    form = sketch.choose(["target", "target", "through a helper"], defects)
    target = worker
    if form == "nested worker":
        sketch.body += function
    else:
        sketch.definitions.append(function)
        if form == "lambda target":
            target = f"lambda {', '.join(parameters)}: {worker}({', '.join(parameters)})"
        elif form == "through a helper":
            target = f"begin{mark}"
            call = f"{worker}({', '.join(parameters)})"
            sketch.definitions.append([f"def begin{mark}({', '.join(parameters)}):", *indented([call])])
    arguments = ", ".join(["n", *made.passed])
    args = f"args=({arguments})" if made.passed else "args=(n,)"
    if not made.passed and sketch.has("args not a tuple", 0.3, runs_on_2=False):
        args = sketch.rng.choice(["args=(n)", "args=n"])
    elif made.passed and sketch.rng.random() < 0.2:
        pairs = ", ".join(f"'{made.known_as.get(name, name)}': {name}" for name in made.passed)
        args = f"args=(n,), kwargs={{{pairs}}}"
    _start_all(made, f"{sketch.mp('Process')}(target={target}, {args})")


def subclass(sketch: Sketch, mark: str) -> None:
    """A subclass of `Process`, with what it shares as attributes or as globals."""
    made = scene(sketch, mark, OF_PROCESSES)
    make_shared(made, ("import", "guard", "attribute", "attribute"))
    name = f"Worker{mark}"
    base = sketch.mp("Process")
    start = [f"{base}.__init__(self)", f"super({name}, self).__init__()"]
    if not sketch.python2:
        start.append("super().__init__()")
    first = [] if sketch.has("no base __init__", 0.2, runs_on_2=False) else [sketch.rng.choice(start)]
    attributes = [f"self.{each} = {each}" for each in ["n", *made.passed]]
    made.known_as |= {each: f"self.{each}" for each in made.passed}
    sketch.definitions.append(
        [
            f"class {name}({base}):",
            f"    def __init__(self, {', '.join(['n', *made.passed])}):",
            *indented(indented([*first, *attributes])),
            "",
            "    def run(self):",
            *indented(indented(["n = self.n", *made.work()])),
        ]
    )
    # `global` comes first in a function.
    lines = sketch.definitions[-1]
    declared = [line for line in lines if line.lstrip().startswith("global ")]
    at = lines.index("    def run(self):") + 1
    sketch.definitions[-1] = [*lines[:at], *declared, *(line for line in lines[at:] if line not in declared)]
    _start_all(made, f"{name}({', '.join(['n', *made.passed])})")


def _start_all(made: Scene, process: str) -> None:
    """Start a process for each number, and join them in one of the ways, right or wrong, that end well when fixed."""
    sketch, listed, span = made.sketch, f"procs{made.mark}", made.sketch.span(made.count)
    forms = ["in a loop", "in a loop", "in a comprehension", "by name"]
    if not made.running and not any(each.fills_pipe for each in made.shared):
        forms.append("one by one")
    # What is read while the workers run says when they are done.
    form = sketch.choose(forms, [] if made.after else ["anonymous", "never joined"])
    join = [f"for p in {listed}:", "    p.join()"]
    if form == "in a loop":
        start = [
            f"{listed} = []",
            f"for n in {span}:",
            f"    p = {process}",
            f"    {listed}.append(p)",
            "    p.start()",
        ]
    elif form == "in a comprehension":
        start = [f"{listed} = [{process} for n in {span}]", f"for p in {listed}:", "    p.start()"]
    elif form == "by name":
        names = [f"p{made.mark}{n}" for n in range(made.count)]
        start = [line for n, name in enumerate(names) for line in (f"n = {n}", f"{name} = {process}")]
        start += [f"{name}.start()" for name in names]
        join = [f"{name}.join()" for name in names]
    elif form == "one by one":
        start = [f"for n in {span}:", f"    p = {process}", "    p.start()", "    p.join()"]
        join = []
    elif form == "anonymous":
        start = [f"for n in {span}:", f"    {process}.start()"]
        join = []
    else:
        start = [f"for n in {span}:", f"    p = {process}", "    p.start()"]
        join = []
    sketch.body += [*start, *made.running, *join, *made.after]
    sketch.expected += [line for each in made.shared for line in each.expected]


# -- pools and executors ---------------------------------------------------------------------------


def pool(sketch: Sketch, mark: str) -> None:
    """A pool, its tasks, and what becomes of their results."""
    made = scene(sketch, mark, OF_POOLS)
    make_shared(made, ("import", "guard", "initializer"))
    task = f"task{mark}"
    _define_task(made, task)
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


def _define_task(made: Scene, task: str) -> None:
    made.sketch.definitions.append([f"def {task}(n):", *indented([*made.work(), "return value"])])


def _initializer(made: Scene) -> str:
    """The arguments of the pool that hand the shared objects to its workers, where they go by them."""
    if not made.passed:
        return ""
    name = f"set_up{made.mark}"
    names = made.passed
    given = [f"given_{each}" for each in names]
    known = [made.known_as.get(each, each) for each in names]
    made.sketch.definitions.append(
        [
            f"def {name}({', '.join(given)}):",
            f"    global {', '.join(known)}",
            *(f"    {each} = {value}" for each, value in zip(known, given, strict=True)),
        ]
    )
    return f", initializer={name}, initargs=({', '.join(names)}{',' if len(names) == 1 else ''})"


def _calls(made: Scene, name: str, task: str) -> tuple[str, list[str], bool]:
    """How the tasks are called: the sorted results, the lines before, and whether they are got later than asked for."""
    sketch, span, got = made.sketch, made.sketch.span(made.count), f"results{made.mark}"
    if sketch.has("lambda as task", 0.2, runs_on_2=False):
        task = f"lambda n: {task}(n)"
    forms = ["map", "imap", "unordered", "async", "async", "map_async", *([] if sketch.python2 else ["starmap"])]
    form = sketch.choose(forms, ["float chunk size", "view as iterable", "get not called"], runs_on_2=False)
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
