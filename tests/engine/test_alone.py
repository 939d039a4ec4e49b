"""The fix of one finding alone, as edits: what an editor makes of a file when its user takes one fix."""

from __future__ import annotations

import ast
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mpmodernize.engine import Source, check_source, check_together, fix_source
from mpmodernize.engine.analysis import parse
from mpmodernize.files.decode import UndecodableError, decode
from mpmodernize.files.surroundings import surroundings
from mpmodernize.findings import Finding, Safety, TextEdit
from mpmodernize.python2 import convert
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIXTURES = Path(__file__).parents[2] / "fixtures"
_EVERY = 4 if os.environ.get("MPMODERNIZE_CASES") == "all" else 16
"""The cases that are looked at: all of them where all are asked for."""
WITH_EDITS = Settings(edits=True)


def applied(text: str, edits: Sequence[TextEdit]) -> str:
    """Make the edits as an editor does, which knows lines and columns alone."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    for edit in reversed(edits):
        start, end = starts[edit.line - 1] + edit.column - 1, starts[edit.end_line - 1] + edit.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text


def texts() -> Iterator[tuple[str, str]]:
    """The cases of the rules and the legacy scripts, as they are before they are fixed."""
    for folder in ("rules", "legacy", "python2"):
        for path in sorted((FIXTURES / folder).rglob("*.py")):
            if path.with_suffix("").suffix in {".fixed", ".unsafe", ".pinned"}:
                continue
            try:
                decoded = decode(path.read_bytes())
            except UndecodableError:
                continue
            if decoded.misread is None:
                yield str(path.relative_to(FIXTURES)), decoded.text


def found_in(name: str, text: str) -> tuple[Finding, ...]:
    return check_source(text, filename=name, settings=WITH_EDITS).findings


def parses(text: str) -> bool:
    """Whether a text is Python 3, or Python 2 that is converted to it."""
    return isinstance(parse(convert(text).source), ast.Module)


@pytest.mark.parametrize("part", range(4))
def test_the_edits_of_each_finding_make_a_program(part: int) -> None:
    seen = 0
    for name, text in list(texts())[part::_EVERY]:
        for edits in {finding.edits for finding in found_in(name, text) if finding.edits}:
            made = applied(text, edits)
            assert made != text, name
            assert parses(made), f"{name}: {edits}"
            seen += 1
    assert seen > 30


def test_where_a_file_has_one_fix_its_edits_are_what_fixing_the_file_does() -> None:
    compared = 0
    for name, text in list(texts())[::4]:
        found = found_in(name, text)
        fixes = {finding.edits for finding in found if finding.safety is Safety.SAFE}
        if len(fixes) != 1 or fixes == {()}:
            continue
        settled = fix_source(text, filename=name, settings=WITH_EDITS)
        if len(settled.fixed) == sum(finding.safety is Safety.SAFE for finding in found):  # else one led to the next
            assert applied(text, *fixes) == settled.source, name
            compared += 1
    assert compared > 20


def test_edits_are_small_and_leave_the_lines_between_alone() -> None:
    text = "import multiprocessing as mp\n\ndef f(): pass\n\np = mp.Process(target=f)\n# why\np.start()\n"
    (edits,) = {finding.edits for finding in found_in("a.py", text) if finding.code == "MP301"}
    assert applied(text, edits) == text.replace(
        "p = mp.Process(target=f)\n# why\np.start()\n",
        'if __name__ == "__main__":\n    p = mp.Process(target=f)\n    # why\n    p.start()\n',
    )
    assert all((edit.line, edit.column) == (edit.end_line, edit.end_column) for edit in edits)


def test_lines_and_columns_count_as_the_file_has_them() -> None:
    (finding,) = found_in("a.py", "# 中\r\n\fclock = '钟', 0777\r\n")
    assert finding.edits == (TextEdit(2, 15, 2, 19, "0o777"),)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False])
def test_line_ends_stay_and_the_end_of_the_file_is_a_place(newline: str, end: bool) -> None:
    text = newline.join(["from multiprocessing import Pool", "def f(x): return x", "p = Pool(2)", "p.map(f, [1])"])
    text += newline if end else ""
    result = fix_source(text)
    assert set(re.findall(r"\r\n|\r|\n", result.source)) == {newline}
    for finding in found_in("a.py", text):
        made = applied(text, finding.edits)
        assert set(re.findall(r"\r\n|\r|\n", made)) == {newline}
        assert finding.edits
        assert parses(made)


def test_a_byte_order_mark_is_before_the_first_column() -> None:
    (finding,) = found_in("a.py", "\ufeffprint 1\n")
    assert applied("print 1\n", finding.edits) == "print(1)\n"


def test_a_statement_that_would_mean_something_else_beside_the_rest_has_no_edits() -> None:
    alone = found_in("a.py", "print 'a', 1\n")
    assert applied("print 'a', 1\n", alone[0].edits) == "print('a', 1)\n"
    # `print('a', 1)` is a tuple in the language that the second line shows the file to be in
    beside = found_in("a.py", "print 'a', 1\nprint 'b'\n")
    assert [(finding.safety, bool(finding.edits)) for finding in beside] == [(Safety.SAFE, False), (Safety.SAFE, True)]


def test_a_fix_of_two_files_has_no_edits() -> None:
    folder = FIXTURES / "programs" / "called_elsewhere_too" / "before"
    names = sorted(path.name for path in folder.glob("*.py"))
    sources = [Source(name, (folder / name).read_text(), beside=surroundings(folder / name)) for name in names]

    def find(importer: str, level: int, module: str) -> str | None:  # noqa: ARG001
        return f"{module}.py" if f"{module}.py" in names else None

    results = check_together(sources, settings=WITH_EDITS, find=find)
    found = [finding for result in results for finding in result.findings if finding.safety is not Safety.MANUAL]
    assert {(finding.code, bool(finding.edits)) for finding in found} == {("MP401", False), ("MP509", True)}


def test_findings_have_no_edits_unless_asked_and_those_fixed_never() -> None:
    text = "import multiprocessing as mp\nmp.Process(target=print, args=(1)).start()\n"
    assert not any(finding.edits for finding in check_source(text).findings)
    assert not any(finding.edits for finding in fix_source(text, settings=WITH_EDITS).fixed)


def test_what_a_safe_run_leaves_has_the_edits_of_the_fixed_text() -> None:
    for name, text in texts():
        result = fix_source(text, filename=name, settings=WITH_EDITS)
        unsafe = [finding for finding in result.findings if finding.safety is Safety.UNSAFE and finding.edits]
        for finding in unsafe[:1]:
            assert parses(applied(result.source, finding.edits))
        if unsafe:
            return
    pytest.fail("no case has an unsafe fix")


def test_edits_are_no_part_of_what_a_finding_is() -> None:
    (finding,) = found_in("a.py", "print 1\n")
    assert finding == replace(finding, edits=())
