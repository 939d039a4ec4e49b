"""Notebooks: the cells are code, and everything else keeps its bytes."""

from __future__ import annotations

import json

import pytest

from mpmodernize.documents import DocumentError, take_apart

HEAD = '{"cells": [{"cell_type": "code", "source": '
TAIL = ', "outputs": [{"text": "<\\/b>\\u00e9é", "x": 1.50}], "metadata": {"b": 1, "a":2}}], "nbformat": 4}'


def of(source: str) -> str:
    return HEAD + source + TAIL


def test_only_the_changed_line_of_a_source_is_written_anew() -> None:
    text = of('[\n   "# <\\/a> \\u00e9\\n",\n   "print x\\n",\n   "y"\n  ]')
    document = take_apart(text, "notebook")
    assert document.snippets[0].text == "# </a> é\nprint x\ny"
    assert document.rebuilt(["# </a> é\nprint(x)\ny"]) == text.replace("print x", "print(x)")


def test_a_source_that_is_one_string_stays_one() -> None:
    text = of("\"# \\u00e9\\nprint '\\t'\"")
    document = take_apart(text, "notebook")
    assert document.rebuilt(["# é\nimport os\nprint('\t')"]) == of("\"# \\u00e9\\nimport os\\nprint('\\t')\"")


def test_a_line_that_is_added_stands_on_a_line_of_its_own_in_the_file() -> None:
    text = of('[\n    "a = 1"\n   ]')
    assert take_apart(text, "notebook").rebuilt(["import os\na = 1"]) == of('[\n    "import os\\n",\n    "a = 1"\n   ]')


def test_the_last_line_of_a_cell_gets_no_newline() -> None:
    assert take_apart(of('["x"]'), "notebook").rebuilt(["y\n"]) == of('["y"]')


def test_strings_that_are_no_lines_are_joined_first() -> None:
    text = of('["def f", "():\\n  pr", "int x\\n"]')
    document = take_apart(text, "notebook")
    assert document.snippets[0].text == "def f():\n  print x\n"
    assert json.loads(document.rebuilt(["def f():\n  print(x)\n"]))["cells"][0]["source"] == [
        "def f():\n",
        "  print(x)\n",
    ]


def test_text_beyond_ascii_is_written_as_the_notebook_writes_it() -> None:
    plain = '{"cells": [{"cell_type": "code", "source": ["print \'\\u8fdb\'"]}]}'
    assert take_apart(plain, "notebook").rebuilt(["print('进')"]) == plain.replace(
        "print '\\u8fdb'", "print('\\u8fdb')"
    )
    assert "进" in take_apart(of("[\"print '进'\"]"), "notebook").rebuilt(["print('进')"])


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "%time f(x)",
        "!ls -l",
        "!ls {x}",
        "?x",
        "??x",
        "x?",
        "x.y??",
        "%%timeit x",
        "! ls",
        "%run a.py",
    ],
)
def test_a_magic_comes_back_as_it_was(magic: str) -> None:
    source = json.dumps(f"import os\nif x:\n    {magic}\nprint x")
    document = take_apart(of(source), "notebook")
    assert magic not in document.snippets[0].text.replace("# ipython: ", "#").split("#")[0]
    compile(document.snippets[0].text.replace("print x", "print(x)"), "cell", "exec")
    changed = document.rebuilt([document.snippets[0].text.replace("print x", "print(x)")])
    assert changed == of(source.replace("print x", "print(x)"))


def test_a_magic_that_is_moved_with_its_block_is_found_again() -> None:
    document = take_apart(of(json.dumps("files = !ls\n%cd ..\nprint files")), "notebook")
    text = "if True:\n" + "".join(f"    {line}\n" for line in document.snippets[0].text.splitlines())
    assert (
        json.loads(document.rebuilt([text]))["cells"][0]["source"]
        == "if True:\n    files = !ls\n    %cd ..\n    print files"
    )


def test_a_cell_whose_magic_got_lost_is_left_as_it_was() -> None:
    text = of(json.dumps("%cd ..\nprint x"))
    assert take_apart(text, "notebook").rebuilt(["print(x)"]) == text


def test_operators_at_the_beginning_of_a_line_are_no_magics() -> None:
    source = "x = (a\n  % b)\ny = '''\n!ls\n%cd\n'''\nz = 5 \\\n  % 2\n"
    (snippet,) = take_apart(of(json.dumps(source)), "notebook").snippets
    assert snippet.text == source


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%javascript", "%%html", "%%cython", "%%python2", "%%writefile notes.txt", "%%!"]
)
def test_a_cell_in_another_language_is_no_code(magic: str) -> None:
    assert take_apart(of(json.dumps(f"{magic}\nprint x")), "notebook").snippets == []


@pytest.mark.parametrize(
    ("magic", "kind"), [("%%time", "cell"), ("%%capture out", "cell"), ("%%writefile a.py", "script")]
)
def test_a_cell_under_a_magic_that_takes_python_is_code(magic: str, kind: str) -> None:
    text = of(json.dumps(f"{magic}\nprint x"))
    document = take_apart(text, "notebook")
    assert [(each.text, each.kind, each.places[0].line) for each in document.snippets] == [("print x", kind, 2)]
    assert document.rebuilt(["print(x)"]) == text.replace("print x", "print(x)")


@pytest.mark.parametrize(
    ("metadata", "is_python"),
    [
        ({}, True),
        ({"kernelspec": {"language": "python", "name": "python2"}}, True),
        ({"kernelspec": {"name": "my-env"}, "language_info": {"name": "python"}}, True),
        ({"language_info": {"name": "R"}}, False),
        ({"kernelspec": {"language": "julia", "name": "julia-1.9"}}, False),
    ],
)
def test_only_kernels_of_python_have_code(metadata: dict[str, object], is_python: bool) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": "print x"}], "metadata": metadata})
    assert bool(take_apart(text, "notebook").snippets) is is_python


def test_cells_are_numbered_among_all_cells_as_ruff_numbers_them() -> None:
    cells = [{"cell_type": kind, "source": "x"} for kind in ("code", "markdown", "raw", "code")]
    snippets = take_apart(json.dumps({"cells": cells}), "notebook").snippets
    assert [snippet.places[0].cell for snippet in snippets] == [1, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"cells": [\n{"cell_type": }]}', 2), ("", 1), ("[]", 1), ("{}", 1), ("print 1", 1), ("[" * 100_000, 1)],
)
def test_what_is_no_notebook_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DocumentError, match="no notebook") as refused:
        take_apart(text, "notebook")
    assert refused.value.line == line


@pytest.mark.parametrize(
    "cells",
    [
        "null",
        "1",
        "[1, null]",
        '[{"cell_type": 1}]',
        '[{"cell_type": "code"}]',
        '[{"cell_type": "code", "source": [1]}]',
    ],
)
def test_a_notebook_that_is_oddly_built_has_no_code(cells: str) -> None:
    text = f'{{"cells": {cells}}}'
    document = take_apart(text, "notebook")
    assert document.snippets == []
    assert document.rebuilt([]) == text
