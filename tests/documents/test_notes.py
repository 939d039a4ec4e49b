"""Plain text: code is told from prose by whether it reads as Python."""

from __future__ import annotations

import pytest

from mpmodernize.documents import kind_of, take_apart

PROGRAM = "import multiprocessing as mp\ndef job(q):\n    print q.get()\n"


def codes(text: str) -> list[str]:
    return [snippet.text for snippet in take_apart(text, "notes").snippets]


@pytest.mark.parametrize("margin", ["", "    ", "\t", "  \t", "                 "])
def test_code_is_found_however_it_is_indented(margin: str) -> None:
    text = "Title\n\n" + "".join(margin + line for line in PROGRAM.splitlines(keepends=True)) + "\nwords\n"
    assert codes(text) == [PROGRAM]


@pytest.mark.parametrize(
    "words",
    [
        "mp.Pool()--进程池",
        "mp.Value()--cpu之间共享内存",
        "mp.Pool() - a pool",
        "说明：结果",  # noqa: RUF001 - a text in Chinese has its colons
        "注意:重要",
        "Note: important",
        "see below",
        "done",
        "one, two",
        "`mp.Pool()`",
        "``job``",
        "| a | b |",
        "=====",
        "-----",
        "* item",
        "- item",
        "$ python job.py",
        "pass",
    ],
)
def test_a_line_of_words_divides_code_and_is_none(words: str) -> None:
    assert codes(f"{PROGRAM}{words}\n{PROGRAM}") == [PROGRAM, PROGRAM]
    assert codes(f"{PROGRAM}\n          {words}\n\n{PROGRAM}") == [PROGRAM, PROGRAM]


def test_words_between_the_lines_of_a_body_are_left_where_they_are() -> None:
    text = PROGRAM + "          here the result is printed, at last\n    print 'done'\n"
    document = take_apart(text, "notes")
    assert [snippet.text for snippet in document.snippets] == [PROGRAM + "    print 'done'\n"]
    assert document.rebuilt([PROGRAM.replace("print q.get()", "print(q.get())") + "    print('done')\n"]) == (
        text.replace("print q.get()", "print(q.get())").replace("print 'done'", "print('done')")
    )


def test_a_function_in_which_code_is_broken_is_not_cut_in_two() -> None:
    assert codes("def f(x):\n    y = 1\n    x = = 2\n    return y\n") == []


def test_a_docstring_with_words_in_it_belongs_to_its_function() -> None:
    text = 'def f(x):\n    """Do.\n\n    Words, and more words\n    """\n\n    return x\n'
    assert codes(text) == [text]
    text = 'def f(x):\n    """Do.\n\n    the end of it"""\n'
    assert codes(text) == [text]


def test_two_programs_that_define_the_same_are_two() -> None:
    program = PROGRAM + "if __name__ == '__main__':\n    job(mp.Queue())\n"
    assert codes(program + "\n\n" + program) == [program, program]


def test_comments_right_above_belong_to_the_code() -> None:
    text = "#!/usr/bin/env python2\n# coding: utf-8\n" + PROGRAM
    assert codes(text) == [text]
    assert codes("# A title\n\n" + PROGRAM + "# the end\n") == [PROGRAM]


def test_statements_alone_are_code_where_their_names_are_known() -> None:
    assert codes("q = things.Queue()\n") == []
    assert codes("import things\n\nwords here\n\n    q = things.Queue()\n") == []
    assert codes("import multiprocessing as things\n\nwords here\n\n    q = things.Queue()\n") == [
        "import multiprocessing as things\n",
        "q = things.Queue()\n",
    ]
    assert codes("words here\n\n    q = mp.Queue()\n") == ["q = mp.Queue()\n"]


@pytest.mark.parametrize(
    "text",
    [
        "x = f(1);\ny = g(2);\n",
        "console.log(None);\n",
        'print "Hello"\nVim.command(cmd)\n',
        'exec "set x"\nexec "set y"\n',
        "def MyFunc(\n\ttext: string\n\t): string\n",
        "def f(x: Int): Int = x\n",
        "class Job: Thread\n",
        "for example:\n    some words\n",
        "while waiting:\n    read\n",
        "try:\n    again\n",
        "with care:\n    do it\n",
        "if unsure: ask\n",
        "key = value\nother = 1\n",
        "library(ggplot2)\nplot(x)\n",
        "project(x)\nadd_library(x)\n",
        "{'a': [1, 2]}\n",
        "[section]\nx = 1\n",
        "import Data.List\n",
        "A = [[1, 2],\n     [3, 4]]\n",
    ],
)
def test_this_is_no_code(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("README.md", "markdown"),
        ("a.b.MARKDOWN", "markdown"),
        ("index.rst", "restructuredtext"),
        ("Untitled.ipynb", "notebook"),
        ("notes.txt", "notes"),
        ("job.py", None),
        ("README", None),
        (".md", "markdown"),
        ("md", None),
    ],
)
def test_the_ending_of_a_name_says_the_kind(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind
