"""A verification as text for a person, and as data for a program."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpmodernize.report.terminal import cells, paint
from mpmodernize.verify.compare import Likeness
from mpmodernize.verify.verification import differing
from mpmodernize.verify.watching import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.verify.program import Program
    from mpmodernize.verify.standing import Standing
    from mpmodernize.verify.verification import Cell, Judged, Verification

SCHEMA_VERSION = 1
_SHOWN_LINES = 12
_WIDEST = 160
_LOUD = {Ending.HANG: "HANGS", Ending.RESPAWN: "RESPAWNS", Ending.MULTIPLYING: "MULTIPLIES"}


def as_text(program: Program, verification: Verification, remarks: list[str], *, colour: bool = False) -> str:
    """Write what was run and compared, a line for each interpreter and start method, and what is wrong."""
    lines = [_what(program), *map(_safe, remarks), f"compared with {verification.standard.name}", ""]
    lines += _table(verification, colour=colour)
    details: dict[tuple[str, ...], list[Cell]] = {}
    for cell in verification.cells:
        if not cell.is_right:
            details.setdefault(tuple(_details(program, verification, cell)), []).append(cell)
    for said, alike in details.items():
        head = ", ".join(_where(alike, verification))
        lines += ["", paint(head, colour=colour, bold=True), *(f"  {line}" for line in said)]
    notes = list(_notes(verification))
    lines += ["", *notes] if notes else []
    return "\n".join([*lines, "", _conclusion(verification)])


def _what(program: Program) -> str:
    if not program.outcomes:
        return f"{program.path}, as it is"
    files = f" in {len(program.modules)} files" if len(program.modules) > 1 else ""
    count = len(program.fixed)
    fixed = (
        f"{count} finding{'' if count == 1 else 's'} fixed{files} for the run" if count else "nothing to fix" + files
    )
    left = f", {len(program.left)} left" if program.left else ""
    return f"{program.path}: {fixed}{left}"


def _table(verification: Verification, *, colour: bool) -> list[str]:
    width = max(len("Python"), *(len(cell.interpreter.version) for cell in verification.cells))
    lines = [f"{'Python':<{width}}  start method  exit code   seconds   verdict"]
    for cell in verification.cells:
        judged = cell.worst
        exit_code = "-" if judged.outcome.exit_code is None else str(judged.outcome.exit_code)
        seconds = max(each.outcome.seconds for each in cell.runs)
        verdict = paint(
            _verdict(verification, cell), colour=colour, fg="green" if _is_right(verification, cell) else "red"
        )
        place = f"{cell.interpreter.version:<{width}}  {cell.start_method:<12}"
        lines.append(f"{place}  {exit_code:>9}  {seconds:6.1f} s   {verdict}")
    return lines


def _is_right(verification: Verification, cell: Cell) -> bool:
    return cell.is_right and (verification.standard.varies or not cell.varies)


def _verdict(verification: Verification, cell: Cell) -> str:
    judged = cell.worst
    if judged.outcome.ending is not None:
        said = _LOUD[judged.outcome.ending]
    elif judged.likeness is Likeness.DIFFERENT:
        said = "DIFFERENT"
    else:
        said = "FAILS" if judged.troubles else judged.likeness.value
    if len(cell.runs) == 1:
        return said
    wrong = sum(not each.is_right for each in cell.runs)
    if cell.varies and not verification.standard.varies:
        # What is not always wrong depends on who comes first.
        return f"{said} in {wrong} of {len(cell.runs)} runs: a race" if wrong else "VARIES from run to run: a race"
    return f"{said}, in {'each' if wrong in {0, len(cell.runs)} else wrong} of {len(cell.runs)} runs"


def _details(program: Program, verification: Verification, cell: Cell) -> Iterator[str]:
    """What is wrong in the worst of the runs."""
    judged = cell.worst
    yield from map(_safe, judged.troubles)
    yield from _stands(program, judged.outcome.stood)
    for part, right, seen in differing(verification.standard, judged.outcome):
        if part == "standard error" and judged.troubles:
            continue
        if part == "exit code":
            yield f"exit code {seen} instead of {right}"
            continue
        yield f"{part} differs:"
        change = difflib.unified_diff(right.splitlines(), seen.splitlines(), n=1, lineterm="")
        shown = [line for line in change if not line.startswith(("---", "+++", "@@"))]
        yield from (f"  {_safe(line)}" for line in shown[:_SHOWN_LINES])
        if len(shown) > _SHOWN_LINES:
            yield f"  ... {len(shown) - _SHOWN_LINES} more"


def _safe(line: str) -> str:
    """A line of a program's output, which must not steer the reader's terminal, nor fill it."""
    shown = "".join(picture for picture, _ in cells(line[:_WIDEST]))
    return shown + "..." if len(line) > _WIDEST else shown


def _stands(program: Program, stood: tuple[Standing, ...]) -> Iterator[str]:
    children = Counter(_place(program, each) for each in stood if not each.is_main)
    yield from (f"the main process stands at {_place(program, each)}" for each in stood if each.is_main)
    for place, count in children.items():
        who = "a child stands" if count == 1 else f"{count} children stand"
        yield f"{who} at {place}"


def _place(program: Program, standing: Standing) -> str:
    """The innermost place in the program's own files, and what it has called; else the innermost at all."""
    called = ""
    for frame in standing.frames:
        path = Path(frame.file)
        if path.is_relative_to(program.root):
            inside = f", in {called}" if called else ""
            return f"{path.relative_to(program.root)}:{frame.line} in {frame.function}{inside}"
        called = frame.function
    frame = standing.frames[0]
    return f"{'/'.join(Path(frame.file).parts[-2:])}:{frame.line} in {frame.function}"


def _notes(verification: Verification) -> Iterator[str]:
    """What is worth knowing and no reason to call the program wrong, each once with where it holds."""
    notes: dict[str, list[Cell]] = {}
    for cell in verification.cells:
        said = [f"warns: {_safe(warning)}" for judged in cell.runs for warning in judged.warnings]
        if cell.chosen:
            said.append(f"the program asks for {' and '.join(cell.chosen)} by name, whatever start method is set")
        for each in dict.fromkeys(said):
            notes.setdefault(each, []).append(cell)
    if verification.standard.varies:
        yield f"note: {verification.standard.name} does not do the same every time; any of its outputs counts as right"
    for note, there in notes.items():
        yield f"note ({', '.join(_where(there, verification))}): {note}"


def _where(some: list[Cell], verification: Verification) -> Iterator[str]:
    """Where these are, in as few words as may be."""
    if len(some) == len(verification.cells):
        yield "everywhere"
        return
    methods: dict[str, list[str]] = {}
    for cell in some:
        methods.setdefault(cell.interpreter.version, []).append(cell.start_method)
    alike: dict[tuple[str, ...], list[str]] = {}
    for version, names in methods.items():
        alike.setdefault(tuple(names), []).append(version)
    all_methods = len({cell.start_method for cell in verification.cells})
    for under, versions in alike.items():
        said = "" if len(under) == all_methods else f" under {' and '.join(under)}"
        yield f"Python {' and '.join(versions)}{said}"


def _conclusion(verification: Verification) -> str:
    count = len(verification.cells)
    wrong = sum(not _is_right(verification, cell) for cell in verification.cells)
    if not wrong:
        return "The same everywhere."
    if all(cell.worst.troubles and cell.worst.likeness is not Likeness.DIFFERENT for cell in verification.cells):
        return "The same everywhere, and wrong."
    return f"Not the same: {wrong} of {count} depart."


def as_data(program: Program, verification: Verification, remarks: list[str]) -> dict[str, Any]:
    """The same as plain data, as `docs/reference/verify.schema.json` describes it."""
    standard = verification.standard
    return {
        "version": SCHEMA_VERSION,
        "program": str(program.path),
        "modules": [str(path.relative_to(program.root)) for path in program.modules],
        "fixed": len(program.fixed) if program.outcomes else None,
        "left": len(program.left) if program.outcomes else None,
        "standard": {"kind": standard.kind, "name": standard.name, "varies": standard.varies},
        "remarks": remarks,
        "same": verification.is_right,
        "cells": [
            {
                "python": cell.interpreter.version,
                "interpreter": cell.interpreter.path,
                "start_method": cell.start_method,
                "same": _is_right(verification, cell),
                "race": cell.varies and not standard.varies,
                "asks_for": list(cell.chosen),
                "runs": [_run(judged) for judged in cell.runs],
            }
            for cell in verification.cells
        ],
    }


def _run(judged: Judged) -> dict[str, Any]:
    outcome = judged.outcome
    return {
        "exit_code": outcome.exit_code,
        "ended": None if outcome.ending is None else outcome.ending.name.lower(),
        "seconds": round(outcome.seconds, 3),
        "likeness": judged.likeness.name.lower(),
        "troubles": list(judged.troubles),
        "warnings": list(judged.warnings),
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "stood": [
            {
                "main": each.is_main,
                "frames": [{"file": f.file, "line": f.line, "function": f.function} for f in each.frames],
            }
            for each in outcome.stood
        ],
    }
