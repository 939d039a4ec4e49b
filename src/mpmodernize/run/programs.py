"""Work on the files of each program: which belong together, who does it, and what comes of each file, in order.

First each file is looked at (`looking.py`). What the look clears is done. What the cache still knows is not worked on
again. The rest is worked on here, or, where it is much, by processes.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.run.inputs import Input, Reading, read
from mpmodernize.run.outcomes import Crash, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from mpmodernize.model.joint import Finder
    from mpmodernize.run.cache import Cache
    from mpmodernize.run.looking import Facts
    from mpmodernize.run.workers import Workers
    from mpmodernize.settings import Settings

    Work = Callable[[Sequence[Reading], Finder | None], list[Outcome]]

_COLLECT_AFTER = 1_000_000
"""Characters of source after whose files the garbage is collected: their trees take some hundred megabytes at most."""
_WORTH_A_PROCESS = 150_000
"""Bytes of programs that take longer to work on than a process takes to start."""
_WORTH_A_LOOK = 5_000_000
"""Bytes that take longer to look at than a process takes to start."""
_LOOKED_AT_ONCE = 50
"""Files that a process looks at before it answers."""


class Program(NamedTuple):
    """Files that are worked on together."""

    inputs: tuple[Input, ...]
    group: int
    """Which of the groups of inputs with the same settings they are of."""
    facts: tuple[Facts, ...]
    clear: bool
    """Whether a look has shown that nothing is to be said of it."""

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(each.size for each in self.facts)


def work_on(
    inputs: Sequence[Input], work: Work, *, jobs: int | None = 1, cache: Cache | None = None, whole: bool = False
) -> Generator[Outcome, None, None]:
    """Do `work` on the files of each program, and give what comes of each input, in their order.

    Up to `jobs` processes share it, where there is enough of it for them; `None` is one for each processor.
    Where they are read `whole`, work is also done on files that a look has shown to hold no findings.
    """
    if len(inputs) == 1 and (inputs[0].named or not inputs[0].is_module):
        yield from WorkOnProgram(work, ((),))(Program((inputs[0],), 0, (), clear=False)).outcomes
        return
    with ExitStack() as stack:
        helpers = _Helpers(stack, jobs)
        facts = _facts(inputs, helpers, cache)
        groups, programs = _programs(inputs, facts, whole=whole)
        do = WorkOnProgram(work, groups)
        done: dict[str, Outcome] = {}
        results = _results(programs, do, helpers, cache)
        for each in inputs:
            if each.name not in done:
                done |= {outcome.name: outcome for outcome in next(results)}
            yield done.pop(each.name)
    if cache is not None:
        cache.save()


class _Helpers:
    """The processes of a run, if it turns out to need any."""

    def __init__(self, stack: ExitStack, jobs: int | None) -> None:
        self._stack = stack
        self._jobs = jobs

    @cached_property
    def _workers(self) -> Workers:
        from mpmodernize.run.workers import Workers

        return self._stack.enter_context(Workers(self._number))

    @cached_property
    def _number(self) -> int:
        if self._jobs is None:
            from mpmodernize.run.workers import available_processors

            return available_processors()
        return self._jobs

    def for_work(self, items: int, size: int, each: int) -> Workers | None:
        """The processes, if there are several and this many bytes keep at least two of them busy."""
        return self._workers if items > 1 and size > 2 * each and self._number > 1 else None


def _facts(inputs: Sequence[Input], helpers: _Helpers, cache: Cache | None) -> dict[str, Facts]:
    """What is known of each input; those that the cache does not know are read."""
    found: dict[str, Facts] = {}
    if cache is not None:
        found = {each.name: facts for each in inputs if (facts := cache.facts(each)) is not None}
    unknown = [each for each in inputs if each.name not in found]
    chunks = [unknown[start : start + _LOOKED_AT_ONCE] for start in range(0, len(unknown), _LOOKED_AT_ONCE)]
    workers = helpers.for_work(len(chunks), _size(unknown), _WORTH_A_LOOK) if len(chunks) > 1 else None
    looks = workers.map(look_at, chunks, _unseen) if workers is not None else map(look_at, chunks)
    for chunk, seen in zip(chunks, looks, strict=True):
        found |= {each.name: facts for each, facts in zip(chunk, seen, strict=True)}
    if cache is not None:
        for each in unknown:
            cache.remember_facts(each, found[each.name])
    return found


def look_at(inputs: Sequence[Input]) -> list[Facts]:
    """Look at some files."""
    # Not at the top: one file that is named is not looked at first, and need not wait for what that takes.
    from mpmodernize.run.looking import facts_of

    return [facts_of(each) for each in inputs]


def _unseen(inputs: Sequence[Input], _crash: Crash) -> list[Facts]:
    """What is known of files that could not be looked at: each is worked on, and then it is said why."""
    from mpmodernize.run.looking import NOTHING, Facts

    return [Facts(NOTHING, 0, "")] * len(inputs)


def _size(inputs: Sequence[Input]) -> int:
    """How many bytes these have, roughly."""
    size = 0
    for each in inputs:
        try:
            size += os.stat(each.path or ".").st_size  # noqa: PTH116 - thousands of times
        except OSError:
            continue
    return size


def _programs(
    inputs: Sequence[Input], facts: dict[str, Facts], *, whole: bool
) -> tuple[tuple[tuple[str, ...], ...], list[Program]]:
    """The names of the inputs that have the same settings, group by group; and the programs that all make up.

    A program stands where its first file does.
    """
    from mpmodernize.files.modules import Modules
    from mpmodernize.model.connected import programs

    alike: dict[Settings, list[Input]] = defaultdict(list)
    for each in inputs:
        alike[each.settings].append(each)
    by_name = {each.name: each for each in inputs}
    first: dict[str, Program] = {}
    for number, group in enumerate(alike.values()):
        names = [each.name for each in group if each.is_module]
        uses = any(facts[name].glance.processes for name in names)
        find = Modules(names).find if uses else _nothing
        for program in programs({name: facts[name].glance for name in names}, find):
            members = tuple(by_name[name] for name in program)
            clear = not whole and len(members) == 1 and _clears(members[0], facts[program[0]])
            first[program[0]] = Program(members, number, tuple(facts[name] for name in program), clear)
        first |= {
            each.name: Program((each,), number, (facts[each.name],), clear=False)
            for each in group
            if not each.is_module
        }
    groups = tuple(tuple(each.name for each in group if each.is_module) for group in alike.values())
    return groups, [first[each.name] for each in inputs if each.name in first]


def _nothing(importer: str, level: int, module: str) -> str | None:  # noqa: ARG001
    """A finder that finds nothing, for files that have nothing to do with each other."""
    return None


def _clears(each: Input, facts: Facts) -> bool:
    """Whether there is nothing to be said of a file; one that is named is read whole, for `MP001` to be told."""
    if each.named or each.path is None or not facts.glance.clear or each.settings.source_version == "2":
        return False
    from mpmodernize.files.surroundings import neighbours

    return not neighbours(each.path, facts.glance.imports)


def _results(
    programs: Sequence[Program], do: WorkOnProgram, helpers: _Helpers, cache: Cache | None
) -> Iterator[list[Outcome]]:
    """What comes of the files of each program."""
    known: set[int] = set()
    keys: dict[int, str] = {}
    todo: list[Program] = []
    for number, program in enumerate(programs):
        if program.clear:
            continue
        if cache is not None:
            keys[number] = key = cache.key(program, do.find_in(program))
            if cache.knows(key, program, do.work):
                known.add(number)
                continue
        todo.append(program)
    workers = helpers.for_work(len(todo), sum(each.size for each in todo), _WORTH_A_PROCESS)
    results = workers.map(do, todo, _crashed) if workers is not None else map(do, todo)
    for number, program in enumerate(programs):
        if program.clear:
            yield [Outcome(each.name) for each in program.inputs]
        elif cache is not None and number in known and (outcomes := cache.outcomes(program)) is not None:
            yield outcomes
        else:
            # A file may have changed since it was found to be known.
            result = next(results) if number not in known else do(program)
            if cache is not None and result.lasts:
                cache.remember(keys[number], program, do.work, result.outcomes)
            yield result.outcomes


def _crashed(program: Program, crash: Crash) -> Done:
    """What is said of a program whose process has died."""
    return Done([Outcome(each.name, crash=crash) for each in program.inputs], lasts=False)


class Done(NamedTuple):
    """What came of a program."""

    outcomes: list[Outcome]
    lasts: bool
    """Whether the same would come of it again: nothing failed, and the files were those that had been looked at."""


class WorkOnProgram:
    """Does `work` on the files of a program, in whatever process: it can be pickled."""

    def __init__(self, work: Work, groups: tuple[tuple[str, ...], ...]) -> None:
        """`groups` are the names of all inputs, those with the same settings together: where imports are looked for."""
        self.work = work
        self._groups = groups
        self._waiting = 0

    def __reduce__(self) -> tuple[type[WorkOnProgram], tuple[object, ...]]:
        return WorkOnProgram, (self.work, self._groups)

    def __call__(self, program: Program) -> Done:
        """Do it, without looking for garbage in the middle of it.

        The trees of a file live until it is done, and a search goes through all of them and finds nothing. That takes
        a quarter of the time. It is looked for once enough has come together.
        """
        enabled = gc.isenabled()
        gc.disable()
        try:
            done = self._done(program)
            self._waiting += program.size
            if self._waiting > _COLLECT_AFTER:
                gc.collect()
                self._waiting = 0
            return done
        finally:
            if enabled:
                gc.enable()

    def find_in(self, program: Program) -> Finder | None:
        """What finds the modules that the files of a program import; a file that stands alone imports none."""
        return self._finders[program.group] if len(program.inputs) > 1 else None

    @cached_property
    def _finders(self) -> list[Finder]:
        from mpmodernize.files.modules import Modules

        return [Modules(group).find for group in self._groups]

    def _done(self, program: Program) -> Done:
        found = [read(each) for each in program.inputs]
        readings = [each for each in found if isinstance(each, Reading)]
        outcomes = [each for each in found if isinstance(each, Outcome)]
        outcomes += _work_on_readings(readings, self.work, self.find_in(program)) if readings else []
        failed = any(each.crash or each.crash_together or each.unwritten for each in outcomes)
        return Done(outcomes, lasts=not failed and _are_as_seen(found, program.facts))


def _are_as_seen(found: Sequence[Reading | Outcome], facts: Sequence[Facts]) -> bool:
    """Whether files hold what they held when they were looked at."""
    if not facts:
        return False
    from mpmodernize.run.looking import digest

    contents = (each.data if isinstance(each, Outcome) else each.decoded.data for each in found)
    return all(digest(content) == seen.digest for content, seen in zip(contents, facts, strict=True))


def _work_on_readings(readings: list[Reading], work: Work, find: Finder | None) -> list[Outcome]:
    """Do `work` on the files of one program; where that fails, on each by itself: one must not cost the others."""
    try:
        return work(readings, find if len(readings) > 1 else None)
    except Exception as error:
        first = readings[0]
        if len(readings) == 1:
            return [Outcome(first.input.name, crash=Crash.of(error), data=first.decoded.data)]
        met = Crash.of(error, f"{first.input.name} and {len(readings) - 1} more")
        alone = [outcome for each in readings for outcome in _work_on_readings([each], work, None)]
        return [replace(alone[0], crash_together=met), *alone[1:]]
