"""Code in documents: the snippets of one program are judged together, and each keeps what is its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mpmodernize.documents.lines import LinesDocument
from mpmodernize.engine import Result, Source
from mpmodernize.engine.documents import check_document, fix_document
from mpmodernize.findings import Safety
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mpmodernize.documents import Kind

SETUP = "```python\nimport multiprocessing as mp\n```\n\n"
WORKER = "```python\nfrom multiprocessing import Pool\n\n\ndef square(x):\n    return x * x\n```\n\n"


def fenced(*codes: str, mark: str = "python") -> str:
    return "".join(f"Some words.\n\n```{mark}\n{code}```\n\n" for code in codes)


def fix(text: str, kind: Kind = "markdown", **settings: object) -> Result:
    """What a fix makes of a document; a second one changes nothing."""
    given = Settings(**settings)  # type: ignore[arg-type]
    result = fix_document(Source("doc.md", text), kind, settings=given)
    again = fix_document(Source("doc.md", result.source), kind, settings=given)
    assert again.source == result.source
    assert [each.code for each in again.findings] == [each.code for each in result.findings]
    return result


def check(text: str, kind: Kind = "markdown") -> list[str]:
    result = check_document(Source("doc.md", text), kind)
    assert result.source == text
    return [f"{each.line}:{each.column} {each.code}" for each in result.findings]


def notebook(*cells: str) -> str:
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": cell}
                for cell in cells
            ],
            "metadata": {"kernelspec": {"language": "python", "name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def sources(text: str) -> list[str]:
    cells = json.loads(text)["cells"]
    return [each["source"] if isinstance(each["source"], str) else "".join(each["source"]) for each in cells]


# -- imports ---------------------------------------------------------------------------------------


def test_what_an_earlier_snippet_imports_is_known_and_not_imported_again() -> None:
    text = SETUP + fenced("def job(x):\n    print(x)\n\n\nmp.Process(target=job, args=(1)).start()\n")
    result = fix(text)
    assert result.source.count("import multiprocessing") == 1
    assert "args=(1,)" in result.source


def test_an_import_that_is_missing_is_added_once_to_the_snippet_that_is_there_to_import() -> None:
    result = fix(SETUP + fenced("mp.cpu_count()\ntime.sleep(1)\n", "mp.cpu_count()\ntime.sleep(2)\n"))
    assert result.source.startswith("```python\nimport multiprocessing as mp\nimport time\n```\n")
    assert result.source.count("import time") == 1


def test_an_import_that_is_missing_goes_into_the_snippet_where_the_earlier_one_does_more_than_import() -> None:
    first = "import multiprocessing as mp\n\nprint(mp.cpu_count())\n"
    result = fix(fenced(first, '"""Waits."""\nprint(mp.cpu_count())\ntime.sleep(1)\n'))
    assert f"```python\n{first}```" in result.source
    assert '"""Waits."""\n' in result.source
    assert result.source.index('"""Waits."""') < result.source.index("import time") < result.source.index("time.sleep")


def test_two_programs_with_imports_of_their_own_each_get_what_they_lack() -> None:
    program = "import multiprocessing as mp\n\nprint(mp.cpu_count())\ntime.sleep(1)\n"
    assert fix(fenced(program, program)).source.count("import time") == 2


def test_a_module_that_moved_is_renamed_where_it_is_imported_and_where_it_is_used() -> None:
    result = fix(fenced("import Queue\n", "q = Queue.Queue()\n", "try:\n    q.get()\nexcept Queue.Empty:\n    pass\n"))
    assert "Queue." not in result.source.replace("queue.Queue()", "")
    assert "import queue\n" in result.source
    assert "except queue.Empty:" in result.source


def test_imports_from_the_future_hold_where_the_snippet_is_used_that_has_them() -> None:
    text = fenced(
        "from __future__ import print_function\nimport multiprocessing as mp\n", 'print("a", mp.cpu_count())\n'
    )
    assert fix(text).source == text


def test_what_every_reader_imports_is_left_out_where_no_processes_come_into_it() -> None:
    text = fenced("logging.captureWarnings(True)\n")
    assert fix(text).source == text
    assert check(text) == []


# -- programs --------------------------------------------------------------------------------------


def test_a_snippet_that_uses_functions_of_a_former_one_continues_it() -> None:
    result = fix(WORKER + fenced("pool = Pool(2)\nprint(pool.map(square, [1, 2]))\n"))
    assert result.source == WORKER + fenced(
        'if __name__ == "__main__":\n    pool = Pool(2)\n    print(pool.map(square, [1, 2]))\n'
        "    pool.close()\n    pool.join()\n"
    )


def test_a_change_of_a_function_reaches_the_snippets_that_use_it() -> None:
    result = fix(
        fenced(
            "import multiprocessing as mp\n\n\ndef job(n):\n    with lock:\n        print(n)\n",
            'if __name__ == "__main__":\n    lock = mp.Lock()\n    p = mp.Process(target=job, args=(1,))\n'
            "    p.start()\n    p.join()\n",
        )
    )
    assert "def job(n, lock):" in result.source
    assert "args=(1, lock)" in result.source


def test_two_programs_that_define_the_same_worker_are_not_confused() -> None:
    def program(body: str, arguments: str) -> str:
        return (
            f"def job({arguments}):\n    {body}\n\n\nif __name__ == '__main__':\n"
            "    p = mp.Process(target=job, args=(1,))\n    p.start()\n    p.join()\n"
        )

    first, second = program("print(1)", "q"), program("pass", "one, two=None")
    assert fix(SETUP + fenced(first, second)).source == SETUP + fenced(first, second)


def test_each_snippet_of_a_program_gets_a_main_guard_of_its_own() -> None:
    result = fix(
        WORKER + fenced("pool = Pool(2)\n", "print(pool.map(square, [1, 2]))\n", "pool.close()\npool.join()\n")
    )
    guard = 'if __name__ == "__main__":\n    '
    assert result.source == WORKER + fenced(
        f"{guard}pool = Pool(2)\n",
        f"{guard}print(pool.map(square, [1, 2]))\n",
        f"{guard}pool.close()\n    pool.join()\n",
    )


def test_no_code_moves_from_one_snippet_to_another() -> None:
    text = SETUP + fenced(
        "lock = mp.Lock()\n\n\ndef job(n):\n    with lock:\n        print(n)\n",
        'if __name__ == "__main__":\n    p = mp.Process(target=job, args=(1,))\n    p.start()\n    p.join()\n',
    )
    result = fix(text)
    assert result.source == text
    found = {each.code: each.advice for each in result.findings}
    assert "it would move code from one snippet of the document to another" in found["MP401"]


def test_an_answer_that_puts_a_guard_around_the_start_is_another_program() -> None:
    start = "pool = Pool(2)\nprint(pool.map(square, [1, 2]))\npool.close()\npool.join()\n"
    guarded = 'if __name__ == "__main__":\n' + "".join(f"    {line}\n" for line in start.splitlines())
    result = fix(WORKER + fenced(start, guarded))
    assert result.source == WORKER + fenced(guarded, guarded)


def test_cells_among_scripts_are_no_part_of_them() -> None:
    result = fix(
        WORKER + fenced("import os\nos.cpu_count()\n", mark="{code-cell} python") + fenced("Pool(2).close()\n")
    )
    assert "```{code-cell} python\nimport os\nos.cpu_count()\n```" in result.source


def test_a_function_that_another_program_leans_on_keeps_its_parameters() -> None:
    first = (
        "import multiprocessing as mp\n\nlock = mp.Lock()\n\n\ndef job(n):\n    with lock:\n        print(n)\n\n\n"
        "def main():\n    p = mp.Process(target=job, args=(1,))\n    p.start()\n    p.join()\n\n\n"
        'if __name__ == "__main__":\n    main()\n'
    )
    second = "def main():\n    job(2)\n\n\nif __name__ == '__main__':\n    main()\n"
    result = fix(fenced(first, second))
    assert "def job(n):" in result.source
    assert any("another snippet of the document uses `job` as it is" in each.advice for each in result.findings)


def test_what_a_program_binds_under_its_main_guard_is_its_own() -> None:
    text = fenced(
        "import multiprocessing as mp\n\nif __name__ == '__main__':\n    q = mp.Queue()\n    q.put(1)\n    q.get()\n",
        "q.get()\n",
    )
    assert fix(text).source == text


# -- languages -------------------------------------------------------------------------------------


def test_one_snippet_that_is_python_2_says_so_of_all() -> None:
    result = fix(fenced("print 'a'\n", "half = 7 / 2\n", "names = {}.keys()\nnames.sort()\n"))
    assert "print(" in result.source
    assert "7 // 2" in result.source


@pytest.mark.parametrize("new", ["x: int = 1\n", "print(f'{1}')\n"])
def test_no_snippet_speaks_for_one_of_another_language(new: str) -> None:
    result = fix(fenced("print 'a'\n", "half = 7 / 2\n", new))
    assert "print('a')" in result.source
    assert "7 / 2" in result.source


def test_a_mark_says_what_a_snippet_is_written_in() -> None:
    result = fix(fenced("half = 7 / 2\n", mark="python2") + fenced("half = 7 / 2\n", mark="python3"))
    assert result.source == fenced("half = 7 // 2\n", mark="python2") + fenced("half = 7 / 2\n", mark="python3")


# -- places ----------------------------------------------------------------------------------------


def test_findings_stand_at_the_lines_and_columns_of_the_document() -> None:
    text = "- one\n\n  ```python\n  import multiprocessing as mp\n\n  p = mp.Process(target=print, args=(1))\n  ```\n"
    assert "6:38 MP317" in check(text)


def test_what_is_left_stands_where_it_is_after_the_fix() -> None:
    text = SETUP + fenced(
        "print(mp.cpu_count())\ntime.sleep(1)\n\n\ndef f(:\n    pass\n", "mp.Process(target=1).start()\n"
    )
    result = fix(text)
    lines = result.source.splitlines()
    assert [lines[each.line - 1] for each in result.findings if each.code == "MP001"] == ["def f(:"]


def test_a_snippet_that_does_not_parse_costs_the_others_nothing() -> None:
    result = fix(fenced("def f(:\n", "print 'a'\n"))
    assert [each.code for each in result.findings] == ["MP001"]
    assert "print('a')" in result.source


# -- notebooks and sessions ------------------------------------------------------------------------


def test_cells_know_the_names_of_earlier_cells_and_findings_name_the_cell() -> None:
    text = notebook("import multiprocessing as mp", "def job(x):\n    return x", "p = mp.Process(target=job, args=(1))")
    found = check_document(Source("n.ipynb", text), "notebook").findings
    assert [(each.cell, each.line, each.column) for each in found if each.code == "MP317"] == [(3, 1, 34)]


def test_a_fix_in_a_notebook_reaches_all_cells_and_changes_nothing_but_their_sources() -> None:
    start = (
        "processes = [mp.Process(target=job) for _ in range(2)]\nfor each in processes:\n    each.start()\n"
        "for each in processes:\n    each.join()"
    )
    text = notebook(
        "import multiprocessing as mp\ncounter = mp.Value('i', 0)", "def job():\n    counter.value += 1", start
    )
    result = fix(text, "notebook")
    assert sources(result.source) == [
        "import multiprocessing as mp\ncounter = mp.Value('i', 0)",
        "def job(counter):\n    with counter.get_lock():\n        counter.value += 1",
        start.replace("job)", "job, args=(counter,))"),
    ]
    old, new = json.loads(text), json.loads(result.source)
    for each in (*old["cells"], *new["cells"]):
        del each["source"]
    assert old == new


@pytest.mark.parametrize("code", ["from multiprocessing import Pool\npool = Pool(2)\npool.close()\npool.join()\n"])
def test_no_main_guard_is_asked_for_where_no_child_imports_the_code(code: str) -> None:
    session = "".join(f">>> {line}\n" for line in code.splitlines())
    assert check(session, "restructuredtext") == []
    assert check(notebook(code), "notebook") == []
    assert "MP301" in " ".join(check(fenced(code)))


def test_workers_that_are_defined_in_a_cell_or_at_a_prompt_are_reported() -> None:
    code = "import multiprocessing as mp\ndef job():\n    pass\n\np = mp.Process(target=job)\np.start()\np.join()\n"
    assert check(notebook(code), "notebook") == ["2:1 MP305"]
    session = "".join(f"... {line}\n" if line[:1] in (" ", "") else f">>> {line}\n" for line in code.splitlines())
    assert check(session, "restructuredtext") == ["2:5 MP305"]


def test_a_session_keeps_its_prompts_and_outputs() -> None:
    text = ">>> import time\n>>> print 'a'\na\n>>> for i in range(2):\n...     print i\n...\n0\n1\n"
    assert fix(text, "restructuredtext").source == text.replace("print 'a'", "print('a')").replace(
        "print i", "print(i)"
    )


def test_an_import_in_a_session_stands_at_a_prompt_without_a_blank_line() -> None:
    text = "Words.\n\n>>> print multiprocessing.cpu_count()\n4\n"
    fixed = "Words.\n\n>>> import multiprocessing\n>>> print(multiprocessing.cpu_count())\n4\n"
    assert fix(text, "restructuredtext").source == fixed


def test_doctests_have_the_imports_of_their_module() -> None:
    text = 'import multiprocessing\n\n\ndef f():\n    """\n    >>> multiprocessing.cpu_count() > 0\n    True\n    """\n'
    assert fix(text, "docstrings").source == text


def test_code_that_would_read_as_other_code_where_it_stands_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def crooked(document: LinesDocument, texts: Sequence[str]) -> str:
        return rebuilt(document, [text.replace("    print(2)", "  print(2)") for text in texts])

    rebuilt = LinesDocument.rebuilt
    monkeypatch.setattr(LinesDocument, "rebuilt", crooked)
    wrong, right = "for i in range(2):\n    print 2\n", "print 1\n"
    result = fix(fenced(wrong, right))
    assert result.source == fenced(wrong, "print(1)\n")
    assert [(each.line, each.code, each.safety) for each in result.findings] == [(5, "MP101", Safety.MANUAL)]
    assert "(not fixed here: the fixed code would read as other code in this document)" in result.findings[0].advice


def test_a_block_that_would_not_read_as_code_any_more_is_left_alone_and_no_other() -> None:
    unclear = "::\n\n    print 1\n    for i in xrange(3): print i\n\n"
    plain = ".. code-block:: python\n\n   print 2\n\n>>> print 3\n3\n"
    result = fix_document(Source("notes.rst", unclear + plain), "restructuredtext")
    assert result.source == unclear + plain.replace("print 2", "print(2)").replace("print 3", "print(3)")
    assert {each.line for each in result.findings} == {3, 4}
    assert all("read as other code" in each.advice for each in result.findings)
    assert fix_document(Source("notes.rst", result.source), "restructuredtext").source == result.source


def test_nothing_is_said_to_be_fixable_in_a_block_whose_mark_says_another_version() -> None:
    text = fenced("print 1\n", mark="python3") + fenced("print 2\n")
    checked, fixed = check_document(Source("notes.md", text), "markdown"), fix(text)
    assert next((each.code, each.safety) for each in checked.findings) == ("MP001", Safety.MANUAL)
    assert [each.code for each in fixed.findings] == ["MP001"]
    assert fixed.source == text.replace("print 2", "print(2)")
