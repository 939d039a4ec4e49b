"""Documents on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mpmodernize.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TUTORIAL = """\
# Processes

```python
import multiprocessing as mp
```

First a worker:

```python
def square(x):
    return x * x
```

Then it is used, as in `pool.map`:

```python
pool = mp.Pool(2)
print pool.map(square, [1, 2])
```

Something else:

```python
def square(q, x):
    q.put(x * x)

if __name__ == "__main__":
    q = mp.Queue()
    p = mp.Process(target=square, args=(q, 3))
    p.start()
    p.join()
    print q.get()
```
"""


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin, catch_exceptions=False)


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    path = tmp_path / "tutorial.md"
    path.write_text(TUTORIAL, encoding="utf-8")
    return path


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "demo.ipynb"
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source}
        for source in (["import multiprocessing as mp\n", "\n"], ["\n", "p = mp.Process(target=print, args=(1))"])
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1))
    return path


# -- check and fix ---------------------------------------------------------------------------------


def test_check_shows_the_line_of_the_document(tutorial: Path) -> None:
    result = run("check", tutorial)
    assert result.exit_code == 1
    assert "tutorial.md:18:1: MP101 [*]" in result.stdout
    assert "18 | print pool.map(square, [1, 2])\n   | ^^^^^" in result.stdout


def test_check_shows_the_line_of_the_cell(notebook: Path) -> None:
    result = run("check", notebook)
    assert f"{notebook}:cell 2:2:36: MP317 [*]" in result.stdout
    assert "2 | p = mp.Process(target=print, args=(1))\n  | " + " " * 35 + "^" in result.stdout


def test_fix_changes_the_code_of_a_document_and_no_word_around_it(tutorial: Path) -> None:
    assert run("fix", tutorial).exit_code == 0
    old, new = (text.split("```") for text in (TUTORIAL, tutorial.read_text(encoding="utf-8")))
    assert old[::2] == new[::2]
    assert new[5] == (
        'python\nif __name__ == "__main__":\n    pool = mp.Pool(2)\n    print(pool.map(square, [1, 2]))\n'
        "    pool.close()\n    pool.join()\n"
    )
    assert new[7].index("q.get()") < new[7].index("p.join()")
    assert run("fix", "--check", tutorial).stdout == "Nothing to fix.\n"


def test_a_dry_run_tells_and_writes_nothing(tutorial: Path, notebook: Path) -> None:
    before = notebook.read_bytes()
    result = run("fix", "--diff", tutorial, notebook)
    assert result.exit_code == 1
    assert "-print pool.map(square, [1, 2])\n" in result.stdout
    assert '+    "p = mp.Process(target=print, args=(1,))"\n' in result.stdout
    assert run("fix", "--check", notebook).exit_code == 1
    assert "MP317 args-not-a-tuple (cell 2:2)" in run("fix", "--check", notebook).stdout
    assert notebook.read_bytes() == before
    assert tutorial.read_text(encoding="utf-8") == TUTORIAL


def test_standard_input_is_a_document_when_it_is_called_so() -> None:
    text = "Words.\n\n```python\nprint 1\n```\n"
    assert run("fix", "-", "--stdin-filename", "notes.md", stdin=text).stdout == text.replace("print 1", "print(1)")


def test_documents_and_files_of_code_go_together(tutorial: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 1\n")
    (tmp_path / "b.py").write_text("import a\n")
    assert run("fix", tmp_path / "a.py", tutorial, tmp_path / "b.py").exit_code == 0
    assert (tmp_path / "a.py").read_text() == "print(1)\n"
    assert "print pool" not in tutorial.read_text(encoding="utf-8")


def test_a_broken_notebook_is_reported_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text('{"cells": [\n{"cell_type": "code",,}\n]}\n')
    result = run("check", path, "--output-format", "concise")
    assert result.exit_code == 1
    assert f"{path}:2:" in result.stdout
    assert "MP001" in result.stdout
    assert run("fix", path).exit_code == 1


def test_a_document_in_another_encoding_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    text = "中文笔记 (说明如下)\n\n```python\nprint u'多进程'    # 打印\n```\n"
    path.write_bytes(text.encode("gbk"))
    run("fix", path)
    assert path.read_bytes().decode("gbk") == text.replace("print u'多进程'   ", "print(u'多进程')  ")


# -- extract ---------------------------------------------------------------------------------------


def test_extract_writes_each_program_with_the_imports_of_others(tutorial: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scripts" / "here"
    result = run("extract", tutorial, "-o", folder)
    assert result.exit_code == 0
    assert sorted(each.name for each in folder.iterdir()) == ["01_pool.py", "02_queue_process.py"]
    assert f"wrote {folder / '01_pool.py'} (line 10)" in result.stdout
    assert (folder / "01_pool.py").read_text() == (
        "import multiprocessing as mp\n\ndef square(x):\n    return x * x\n\n"
        "pool = mp.Pool(2)\nprint pool.map(square, [1, 2])\n"
    )


@pytest.mark.parametrize(("script", "printed"), [("01_pool.py", "[1, 4]\n"), ("02_queue_process.py", "9\n")])
def test_extracted_programs_run_once_they_are_fixed(tutorial: Path, tmp_path: Path, script: str, printed: str) -> None:
    assert run("extract", "--fix", tutorial, "-o", tmp_path).exit_code == 0
    done = subprocess.run([sys.executable, tmp_path / script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == printed


def test_extract_overwrites_nothing_unless_it_is_told_to(tutorial: Path, tmp_path: Path) -> None:
    (tmp_path / "02_queue_process.py").write_text("mine\n")
    result = run("extract", tutorial, "-o", tmp_path)
    assert result.exit_code == 1  # click's own, which `main` makes 2
    assert "02_queue_process.py exists; --force overwrites" in result.stderr
    assert not (tmp_path / "01_pool.py").exists()
    assert run("extract", "--force", tutorial, "-o", tmp_path).exit_code == 0
    assert (tmp_path / "02_queue_process.py").read_text().startswith("import")


def test_extract_says_what_it_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("```python\ndef f(:\n```\n\n```python\nprint(1)\n```\n")
    result = run("extract", path, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert f"left out {path}:2: this is valid in neither Python 2 nor Python 3" in result.stderr
    assert (tmp_path / "out" / "01_snippet.py").read_text() == "print(1)\n"


def test_extract_finds_no_code_in_prose(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Just words.\n")
    result = run("extract", path, "-o", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (1, f"no Python code found in {path}\n")


def test_extract_gives_python_2_the_encoding_it_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("```python\nprint 'a'  # 打印\n```\n", encoding="utf-8")
    run("extract", path, "-o", tmp_path)
    assert (tmp_path / "01_snippet.py").read_text(encoding="utf-8").startswith("# -*- coding: utf-8 -*-\n")


def test_extract_brings_imports_from_the_future_to_the_top(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "```python\nimport math\n```\n\n```python\n'''Doc.'''\nfrom __future__ import print_function\n"
        "print(math.pi, time.time())\n```\n"
    )
    run("extract", path, "-o", tmp_path)
    text = (tmp_path / "01_snippet.py").read_text()
    assert text.startswith("from __future__ import print_function\nimport math\nimport time\n")
    compile(text, "01_snippet.py", "exec")


def test_extract_refuses_a_python_file_and_takes_a_file_without_an_ending_for_notes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print 1\n")
    (tmp_path / "NOTES").write_text("How it begins:\n\n    import os\n    print os.getpid()\n")
    refused = run("extract", tmp_path / "a.py", "-o", tmp_path / "out")
    assert (refused.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert run("extract", tmp_path / "NOTES", "-o", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "01_snippet.py").read_text() == "import os\nprint os.getpid()\n"


# -- folders and docstrings ------------------------------------------------------------------------


def test_a_walk_takes_notebooks_and_documents_only_on_request(tutorial: Path, notebook: Path) -> None:
    folder = tutorial.parent
    (folder / "requirements.txt").write_text("import os\nprint os.name\n")
    found = run("check", folder, "--output-format", "concise").stdout
    assert notebook.name in found
    assert tutorial.name not in found
    found = run("check", folder, "--documents", "--output-format", "concise").stdout
    assert notebook.name in found
    assert tutorial.name in found
    assert "requirements.txt" not in found
    (folder / "mpmodernize.toml").write_text("documents = true\n")
    assert tutorial.name in run("check", folder).stdout


MODULE = '''\
import time


def wait(seconds):
    """Wait.

    >>> for i in xrange(2):
    ...     print wait(i)
    None
    None
    """
    print "waiting", seconds
    time.sleep(seconds)
'''


def test_doctests_are_code_on_request(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(MODULE)
    assert "module.py:7:" not in run("check", path).stdout
    found = run("check", "--doctests", path, "--output-format", "concise").stdout
    assert [line.split(": ")[0].removeprefix(f"{path}:") for line in found.splitlines()[:-1]] == [
        "7:18",
        "8:13",
        "12:5",
    ]
    assert run("fix", "--doctests", path).exit_code == 0
    assert path.read_text() == MODULE.replace("xrange", "range").replace("print wait(i)", "print(wait(i))").replace(
        'print "waiting", seconds', 'print("waiting", seconds)'
    )
    assert run("fix", "--doctests", "--check", path).stdout == "Nothing to fix.\n"


def test_doctests_that_are_left_and_code_that_moves_are_told_at_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        'def f():\n    """\n    >>> multiprocessing.Process(target=f, args=(1)).start()\n    """\n\n\n'
        "print time.time()\n"
    )
    output = run("fix", "--doctests", path).stdout
    text = path.read_text()
    assert text.startswith("import time\n\n\ndef f():")
    assert "args=(1,)" in text
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "def f" in line)
    assert "MP317 args-not-a-tuple (line 3)" in output
    assert line == 4
