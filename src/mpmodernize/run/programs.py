"""Work on the files of each program, one program after the other: one bad file doesn't stop the others."""

from __future__ import annotations

import gc
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from mpmodernize.run.inputs import Input, Reading, read
from mpmodernize.run.outcomes import Crash, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mpmodernize.model.joint import Finder
    from mpmodernize.settings import Settings

    Work = Callable[[Sequence[Reading], Finder | None], list[Outcome]]

_COLLECT_AFTER = 1_000_000
"""Characters of source after whose files the garbage is collected: their trees take some hundred megabytes at most."""


def work_on(inputs: Sequence[Input], work: Work) -> Iterator[Outcome]:
    """Do `work` on the files of each program, and give what comes of each input, in their order.

    No garbage is looked for in the middle of it: the trees of a file live until it is done, and a search goes through
    all of them and finds nothing. That takes a quarter of the time. It is looked for once enough has come together.
    """
    enabled, waiting = gc.isenabled(), 0
    gc.disable()
    try:
        for outcome in _outcomes(inputs, work):
            waiting += len(outcome.original)
            if waiting > _COLLECT_AFTER:
                gc.collect()
                waiting = 0
            yield outcome
    finally:
        if enabled:
            gc.enable()


def _outcomes(inputs: Sequence[Input], work: Work) -> Iterator[Outcome]:
    """What comes of each input, in their order; the files of a program are worked on when its first one is due."""
    alike: dict[Settings, list[Input]] = defaultdict(list)
    for each in inputs:
        alike[each.settings].append(each)
    grouped = {settings: _programs(group) for settings, group in alike.items()}
    done: dict[str, Outcome] = {}
    for each in inputs:
        if each.name not in done:
            program_of, find = grouped[each.settings]
            done |= {outcome.name: outcome for outcome in _work_on_program(program_of[each.name], work, find)}
        yield done.pop(each.name)


def _programs(inputs: Sequence[Input]) -> tuple[dict[str, list[Input]], Finder | None]:
    """For each input, those that make up one program with it; and which of them an import means."""
    if len(inputs) == 1:
        return {each.name: [each] for each in inputs}, None
    from mpmodernize.files.modules import Modules
    from mpmodernize.model.connected import programs

    texts: dict[str, str] = {}
    for each in inputs:
        if each.kind is not None:
            continue
        try:
            texts[each.name] = each.read().decode("latin-1")
        except OSError:
            texts[each.name] = ""  # said when it is worked on
    find = Modules(texts).find
    by_name = {each.name: each for each in inputs}
    found = [[by_name[name] for name in program] for program in programs(texts, find)]
    found += [[each] for each in inputs if each.kind is not None]
    return {each.name: program for program in found for each in program}, find


def _work_on_program(inputs: Sequence[Input], work: Work, find: Finder | None) -> list[Outcome]:
    """Do `work` on the files of one program; where that fails, on each by itself: one must not cost the others."""
    found = [read(each) for each in inputs]
    readings = [each for each in found if isinstance(each, Reading)]
    outcomes = [each for each in found if isinstance(each, Outcome)]
    try:
        return outcomes + (work(readings, find if len(readings) > 1 else None) if readings else [])
    except Exception as error:
        first = readings[0]
        if len(readings) == 1:
            return [*outcomes, Outcome(first.input.name, crash=Crash.of(error), data=first.decoded.data)]
        met = Crash.of(error, f"{first.input.name} and {len(readings) - 1} more")
        alone = [outcome for each in readings for outcome in _work_on_program([each.input], work, None)]
        return [*outcomes, replace(alone[0], crash_together=met), *alone[1:]]
