"""Workers that are started as processes: functions, subclasses of `Process`, methods of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.composition.scenes import Scene, make_shared, scene
from tests.composition.shared import OF_PROCESSES
from tests.composition.sketch import indented

if TYPE_CHECKING:
    from tests.composition.sketch import Sketch


def processes(sketch: Sketch, mark: str) -> None:
    """A process for each number, made and started in one of the usual ways."""
    made = scene(sketch, mark, OF_PROCESSES)
    make_shared(made, ("import", "guard", "class", "argument", "argument"))
    worker = f"work{mark}"
    parameters = ["n", *(made.known_as.get(name, name) for name in made.passed)]
    function = [f"def {worker}({', '.join(parameters)}):", *indented(made.work())]
    defects = ["lambda target"]
    if sketch.in_function and not made.is_plain:
        defects.append("nested worker")
    form = sketch.choose(["target", "target", "through a helper", "started by a helper"], defects)
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
    if form == "started by a helper":
        lines = [f"p = {sketch.mp('Process')}(target=f, args=args)", "p.start()", "return p"]
        sketch.definitions.append([f"def start{mark}(f, *args):", *indented(lines)])
        listed, span = f"procs{mark}", sketch.span(made.count)
        start = [f"{listed} = [start{mark}({worker}, {arguments}) for n in {span}]"]
        _finish(made, start, [f"for p in {listed}:", "    p.join()"])
        return
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
            # What an attribute holds is not known, and a counter has to stay an integer.
            *indented(indented(["n = int(self.n)" if made.is_plain else "n = self.n", *made.work()])),
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
    _finish(made, start, join)


def _finish(made: Scene, start: list[str], join: list[str]) -> None:
    made.sketch.body += [*start, *made.running, *join, *made.after]
    made.sketch.expected += [line for each in made.shared for line in each.expected]


def crew(sketch: Sketch, mark: str) -> None:
    """Methods of an instance that keeps its processes, or leaves them to a local name."""
    made = scene(sketch, mark, OF_PROCESSES)
    make_shared(made, ("import", "guard", "attribute", "attribute"))
    name, span = f"Crew{mark}", sketch.span(made.count)
    # Joins in one function and gets in another stand in no order that could be changed.
    apart = any(each.fills_pipe and not each.running for each in made.shared)
    listed = "self.procs" if not apart and sketch.has("processes on self", 0.5) else "procs"
    attributes = [f"self.{each} = {each}" for each in made.passed]
    if listed.startswith("self"):
        attributes.append("self.procs = []")
    made.known_as |= {each: f"self.{each}" for each in made.passed}
    each = [f"p = {sketch.mp('Process')}(target=self.work, args=(n,))", f"{listed}.append(p)", "p.start()"]
    start = [*([] if listed.startswith("self") else ["procs = []"]), f"for n in {span}:", *indented(each)]
    methods = {
        f"__init__(self{''.join(f', {each}' for each in made.passed)})": attributes or ["pass"],
        "work(self, n)": made.work(),
        "begin(self)": [*start, *([] if listed.startswith("self") else ["return procs"])],
    }
    lines = [f"class {name}(object):"]
    for signature, body in methods.items():
        lines += ["", f"    def {signature}:", *indented(indented(body))]
    del lines[1]
    if listed.startswith("self"):
        lines += ["", "    def end(self):", "        for p in self.procs:", "            p.join()"]
    sketch.definitions.append(lines)
    made_crew = [f"crew{mark} = {name}({', '.join(made.passed)})"]
    if listed.startswith("self"):
        _finish(made, [*made_crew, f"crew{mark}.begin()"], [f"crew{mark}.end()"])
    else:
        started = [*made_crew, f"procs{mark} = crew{mark}.begin()"]
        _finish(made, started, [f"for p in procs{mark}:", "    p.join()"])
