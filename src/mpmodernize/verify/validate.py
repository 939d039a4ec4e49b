"""Validating a fixed program against the reference implementations."""

from __future__ import annotations

import ast
import multiprocessing
import sys
from typing import TYPE_CHECKING

from mpmodernize.records import Record
from mpmodernize.reference.registry import IMPLEMENTATIONS, Implementation
from mpmodernize.verify.compare import Likeness, compare, looks_like_a_time
from mpmodernize.verify.runner import Outcome, run
from mpmodernize.verify.watching import Ending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_OPERATORS = {ast.Pow: "**", ast.Mult: "*", ast.Add: "+"}


class MethodReport(Record):
    """A run under one start method: how it departs from the reference, and what could not be compared."""

    method: str
    outcome: Outcome
    departures: tuple[str, ...]
    not_compared: tuple[str, ...]
    """Printed lines that the reference says nothing about."""
    likeness: Likeness
    """How alike the output is to that under the first start method."""

    @property
    def is_right(self) -> bool:
        """Whether nothing speaks against this run."""
        return not self.departures and self.likeness is not Likeness.DIFFERENT


class Validation(Record):
    """What validating a program found. Without `topics` the outputs were compared with one another only."""

    topics: tuple[Implementation, ...]
    reports: tuple[MethodReport, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing speaks against the program under any start method."""
        return all(report.is_right for report in self.reports)


def recognise(source: str) -> tuple[Implementation, ...]:
    """Find the topics of the notes that a program is about, by the names and constants in its source.

    The whole notes in one file are about several. A program that can't be parsed is about none.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    marks: set[object] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            marks.add(node.id)
        elif isinstance(node, ast.Attribute):
            marks.add(node.attr)
        elif isinstance(node, ast.alias):
            marks.add(node.name)
        elif isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            marks.add(node.value)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)):
            marks.add(_OPERATORS.get(type(node.op)))
    return tuple(topic for topic in IMPLEMENTATIONS if topic.is_topic_of(marks))


def validate(
    program: Path,
    topics: Sequence[Implementation],
    *,
    python: str = sys.executable,
    timeout: float = 60,
) -> Validation:
    """Run a program under every start method of this platform and compare what it prints with the reference.

    It must end by itself, well, and print what the topics' references compute; without topics, the same under every
    start method. Times, process numbers, and the order of lines (but for the reference's own) are free.
    """
    reports: list[MethodReport] = []
    for method in sorted(multiprocessing.get_all_start_methods()):
        outcome = run(program, python=python, start_method=method, timeout=timeout)
        lines = [line.rstrip() for line in outcome.stdout.splitlines()]
        likeness = compare(reports[0].outcome.stdout, outcome.stdout) if reports else Likeness.SAME
        departures = [*_mishaps(outcome, timeout), *(d for topic in topics for d in topic.departures(lines))]
        extra = tuple(line for line in lines if topics and not any(topic.knows(line) for topic in topics))
        reports.append(MethodReport(method, outcome, tuple(departures), extra, likeness))
    return Validation(tuple(topics), tuple(reports))


def _mishaps(outcome: Outcome, timeout: float) -> list[str]:
    if outcome.ending is Ending.HANG:
        return [f"does not end: still running after {timeout:g} s"]
    if outcome.ending is not None:
        return [f"does not end: {outcome.ending.value}"]
    problems = [] if outcome.succeeded else [f"ends with exit code {outcome.exit_code}"]
    # Children die without the parent's exit code telling.
    if "Traceback (most recent call last)" in outcome.stderr:
        last = [line for line in outcome.stderr.splitlines() if line.strip() and not line.startswith(" ")][-1]
        problems.append(f"a process raises {last}")
    return problems


def describe(validation: Validation, *, verbose: bool = False) -> str:
    """Write the report as text: what was compared with what, and a line for each start method."""
    if validation.topics:
        names = ", ".join(f"`{topic.name}`" for topic in validation.topics)
        lines = [f"compared with what the reference computes for {names}"]
    else:
        lines = ["no topic of the reference: compared with itself, across start methods"]
    for report in validation.reports:
        verdict = "ok" if report.is_right else "DEPARTS"
        lines.append(f"  {report.method:<11} {verdict:<8} {report.outcome.seconds:6.1f} s{_remark(validation, report)}")
        lines += [f"      {departure}" for departure in report.departures]
        if verbose or not report.is_right:
            lines += [f"      printed: {line}" for line in report.outcome.stdout.splitlines()[:20]]
    return "\n".join(lines)


def _remark(validation: Validation, report: MethodReport) -> str:
    remarks = []
    if report.likeness is not Likeness.SAME:
        remarks.append(f"against {validation.reports[0].method}: {report.likeness.value}")
    if count := len(report.not_compared):
        times = sum(map(looks_like_a_time, report.not_compared))
        what = f"{count} more line{'' if count == 1 else 's'}"
        remarks.append(f"{what} ({times} with a time) not compared" if times else f"{what} not compared")
    return "   " + "; ".join(remarks) if remarks else ""
