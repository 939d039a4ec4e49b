"""Objects that workers share: how each is made, what a worker does with it, and what the parent prints of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.composition.sketch import Sketch


@dataclass
class Shared:
    """One object, or two that go together. A worker's lines may use `n` and `value`."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    """The expressions that make them."""
    work: Callable[[Sequence[str]], list[str]]
    """The worker's lines, given the names it knows the objects by."""
    running: tuple[str, ...] = ()
    """What the parent does between the starts and the joins."""
    after: tuple[str, ...] = ()
    """What the parent does when the workers are done."""
    expected: tuple[str, ...] = ()
    prints_in_worker: bool = False
    waits: bool = False
    """Whether the worker waits for the parent: tasks of a pool would have to be started without waiting for them."""
    fills_pipe: bool = False
    """Whether a worker ends only when the parent has read what it put."""
    by_value: bool = False
    """Whether it is no shared object at all, only a global name."""
    kept: tuple[str, ...] = ()
    """Statements that have to come first."""

    @property
    def made(self) -> list[str]:
        """The statements that make it."""
        return [*self.kept, *(f"{name} = {value}" for name, value in zip(self.names, self.values, strict=True))]


def counter(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A `Value` that is added to: with its lock, or without."""
    name = f"counter{mark}"
    racy = sketch.has("counter without lock", 0.6, runs_on_2=False)

    def work(names: Sequence[str]) -> list[str]:
        if racy:
            return [f"{names[0]}.value += value"]
        return [f"with {names[0]}.get_lock():", f"    {names[0]}.value += value"]

    made = f"{sketch.mp('Value')}('i', 0)"
    after = (sketch.say(f"'{name}'", f"{name}.value"),)
    return Shared((name,), (made,), work, after=after, expected=(f"{name} {sum(values)}",))


def cells(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """An `Array` with a cell for each worker."""
    name = f"cells{mark}"
    size = f"{2 * len(values)} / 2" if sketch.has("float size of Array", 0.25) else str(len(values))
    made = f"{sketch.mp('Array')}('i', {size})"
    after = (sketch.say(f"'{name}'", f"{name}[:]"),)
    return Shared(
        (name,), (made,), lambda names: [f"{names[0]}[n] = value"], after=after, expected=(f"{name} {list(values)}",)
    )


def locked_total(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A lock, and an `Array` that is added to under it."""
    lock, total = f"lock{mark}", f"total{mark}"
    by_hand = sketch.has("acquire and release", 0.6)
    kind = sketch.rng.choice(["Lock", "RLock", "Semaphore"])

    def work(names: Sequence[str]) -> list[str]:
        add = f"{names[1]}[0] += value"
        if by_hand:
            return [f"{names[0]}.acquire()", add, f"{names[0]}.release()"]
        return [f"with {names[0]}:", f"    {add}"]

    made = (f"{sketch.mp(kind)}({'1' if kind == 'Semaphore' else ''})", f"{sketch.mp('Array')}('i', 1)")
    after = (sketch.say(f"'{total}'", f"{total}[0]"),)
    return Shared((lock, total), made, work, after=after, expected=(f"{total} {sum(values)}",))


def spoken(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A lock under which the workers print."""
    lock = f"lock{mark}"

    def work(names: Sequence[str]) -> list[str]:
        return [f"{names[0]}.acquire()", sketch.say(f"'worker{mark}'", "n", "value"), f"{names[0]}.release()"]

    made = f"{sketch.mp('Lock')}()"
    lines = tuple(f"worker{mark} {n} {value}" for n, value in enumerate(values))
    return Shared((lock,), (made,), work, expected=lines, prints_in_worker=True)


def queue(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A queue of results: read before the joins or, which hangs when there is much in it, after them."""
    name = f"queue{mark}"
    early = sketch.has("early join", 0.5)
    bulk = sketch.rng.choice([1, 1, 30000])
    sketch.faithful = sketch.faithful and not (early and bulk > 1)
    put = "value" if bulk == 1 else f"[value] * {bulk}"
    one = f"{name}.get()" if bulk == 1 else f"sum({name}.get())"
    got = f"sorted([{one} for _ in range({len(values)})])"
    reading = (sketch.say(f"'{name}'", got),)
    kind = "Queue" if sketch.rng.random() < 0.8 else "JoinableQueue"
    return Shared(
        (name,),
        (f"{sketch.mp(kind)}()",),
        lambda names: [f"{names[0]}.put({put})"],
        running=() if early else reading,
        after=reading if early else (),
        expected=(f"{name} {sorted(bulk * value for value in values)}",),
        fills_pipe=bulk > 1,
    )


def table(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A manager's dictionary."""
    manager, name = f"manager{mark}", f"table{mark}"
    after = (sketch.say(f"'{name}'", f"sorted({name}.items())"),)
    return Shared(
        (name,),
        (f"{manager}.dict()",),
        lambda names: [f"{names[0]}[n] = value"],
        after=after,
        expected=(f"{name} {list(enumerate(values))}",),
        kept=(f"{manager} = {sketch.mp('Manager')}()",),
    )


def gate(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """An event for which the workers wait before they write into cells of their own."""
    event, name = f"gate{mark}", f"cells{mark}"
    made = (f"{sketch.mp('Event')}()", f"{sketch.mp('Array')}('i', {len(values)})")
    return Shared(
        (event, name),
        made,
        lambda names: [f"{names[0]}.wait()", f"{names[1]}[n] = value"],
        running=(f"{event}.set()",),
        after=(sketch.say(f"'{name}'", f"{name}[:]"),),
        expected=(f"{name} {list(values)}",),
        waits=True,
    )


def plain_counter(sketch: Sketch, mark: str, values: Sequence[int]) -> Shared:
    """A number of the module that the workers add to, each to its own."""
    name = f"count{mark}"
    if not sketch.has("counter in plain global", 1, runs_on_2=False):
        return cells(sketch, mark, values)
    return Shared(
        (name,),
        ("0",),
        lambda names: [f"global {names[0]}", f"{names[0]} += value"],
        after=(sketch.say(f"'{name}'", name),),
        expected=(f"{name} {sum(values)}",),
        by_value=True,
    )


OF_PROCESSES = (counter, cells, locked_total, spoken, queue, queue, table, gate, plain_counter)
OF_POOLS = (counter, cells, locked_total, queue, table, plain_counter)
