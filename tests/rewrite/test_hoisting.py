"""The verbs that bring functions to module level: in front, without defaults, out of a function."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mpmodernize.rewrite.edits import (
    AddArgument,
    AddDecorator,
    AddElement,
    AddImport,
    AddParameter,
    DropDefault,
    Edit,
    Hoist,
    Move,
)
from tests.rewrite.edited import Tree, edited


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): pass\n", "def f(a, b): pass\n"),
        ("def f(x): pass\n", "def f(a, b, x): pass\n"),
        ("def f(x, /, y=1, *z): pass\n", "def f(a, b, x, /, y=1, *z): pass\n"),
        ("def f(*, x): pass\n", "def f(a, b, *, x): pass\n"),
        ("def f(**x): pass\n", "def f(a, b, **x): pass\n"),
        ("async def f (x): pass\n", "async def f (a, b, x): pass\n"),
        ("def f(\n    x,  # why\n    y,\n): pass\n", "def f(\n    a,\n    b,\n    x,  # why\n    y,\n): pass\n"),
    ],
)
def test_parameters_are_put_before_all_others(source: str, expected: str) -> None:
    def edits(tree: Tree) -> list[Edit]:
        return [AddParameter(tree.body[0], name, first=True) for name in "ab"]

    assert edited(source, edits) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(x)\n", "f(new, x)\n"),
        ("f((x), *y)\n", "f(new, (x), *y)\n"),
        ("(f)(x)\n", "(f)(new, x)\n"),
        ("f(\n    x,  # why\n    k=1,\n)\n", "f(\n    new,\n    x,  # why\n    k=1,\n)\n"),
        ("f()\n", "f(new)\n"),
        ("f(k=1)\n", "f(new, k=1)\n"),
    ],
)
def test_an_argument_is_put_before_all_others(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddArgument(tree.body[0].value, "new", at=0)]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(job, x)\n", "f(job, new, x)\n"),
        ("f((job), x)\n", "f((job), new, x)\n"),
        ("f(job)\n", "f(job, new)\n"),
        ("f(job, k=1)\n", "f(job, new, k=1)\n"),
    ],
)
def test_an_argument_is_put_behind_the_function(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddArgument(tree.body[0].value, "new", at=1)]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("()\n", "(new,)\n"),
        ("(x,)\n", "(new, x)\n"),
        ("((x),)\n", "(new, (x))\n"),
        ("(x, y)\n", "(new, x, y)\n"),
        ("[]\n", "[new]\n"),
        ("[x]\n", "[new, x]\n"),
        ("(\n    x,  # why\n)\n", "(\n    new,\n    x,  # why\n)\n"),
    ],
)
def test_an_element_is_put_before_all_others(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddElement(tree.body[0].value, "new", first=True)]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x=y): pass\n", "def f(x): pass\n"),
        ("def f(a, x = (y), *b): pass\n", "def f(a, x, *b): pass\n"),
        ("def f(*, x: int = y): pass\n", "def f(*, x: int): pass\n"),
    ],
)
def test_a_default_is_dropped(source: str, expected: str) -> None:
    def edits(tree: Tree) -> list[Edit]:
        arguments = tree.body[0].args
        parameter = next(each for each in [*arguments.args, *arguments.kwonlyargs] if each.arg == "x")
        return [DropDefault(tree.body[0], parameter)]

    assert edited(source, edits) == expected


def test_a_function_moves_out_of_another_one_with_its_comments_and_new_parameters() -> None:
    source = dedent(
        """\
        import os

        def main():
            k = 1
            # what it does
            @cached
            def job(x):  # beside
                return (x +
                        k)
            run(job)
        """
    )
    expected = dedent(
        """\
        import os

        # what it does
        @cached
        def job(k, x):  # beside
            return (x +
                    k)

        def main():
            k = 1
            run(job)
        """
    )

    def edits(tree: Tree) -> list[Edit]:
        main = tree.body[1]
        return [Move(main.body[1], main), AddParameter(main.body[1], "k", first=True)]

    assert edited(source, edits).replace("        k)", "            k)") == expected.replace(
        "        k)", "            k)"
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_statement_is_hoisted_as_another_one_with_its_comments(newline: str) -> None:
    source = "def main():\n    # one more\n    f = lambda x: x + 1  # beside\n    run(f)\n"
    expected = "# one more\n# beside\ndef f(x):\n    return x + 1\n\n\ndef main():\n    run(f)\n"

    def edits(tree: Tree) -> list[Edit]:
        return [Hoist(tree.body[0].body[0], tree.body[0], "def f(x):\n    return x + 1\n")]

    assert edited(source.replace("\n", newline), edits) == expected.replace("\n", newline)


def test_a_statement_is_hoisted_before_the_next_one() -> None:
    source = "a = 1\nf = lambda x: x\nprint(f(a))\n"
    expected = "a = 1\n\n\ndef f(x):\n    return x\n\n\nprint(f(a))\n"

    def edits(tree: Tree) -> list[Edit]:
        return [Hoist(tree.body[1], tree.body[2], "def f(x):\n    return x\n")]

    assert edited(source, edits) == expected


def test_a_method_that_moves_behind_another_one_keeps_its_distance() -> None:
    source = "class A:\n    def f(self):\n        def g():\n            pass\n        run(g)\n\n    def h(self): pass\n"
    expected = "class A:\n    def f(self):\n        run(g)\n\n    def g():\n        pass\n\n    def h(self): pass\n"

    def edits(tree: Tree) -> list[Edit]:
        method = tree.body[0].body[0]
        return [Move(method.body[0], method, after=True)]

    assert edited(source, edits) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): pass\n", "@new\ndef f(): pass\n"),
        ("@old  # why\n# above\ndef f(): pass\n", "@old  # why\n# above\n@new\ndef f(): pass\n"),
        ("if x:\r\n\tasync def f(): pass\r\n", "if x:\r\n\t@new\r\n\tasync def f(): pass\r\n"),
    ],
)
def test_a_decorator_is_put_right_above_a_function(source: str, expected: str) -> None:
    def edits(tree: Tree) -> list[Edit]:
        return [AddDecorator(tree.body[0].body[0] if source.startswith("if") else tree.body[0], "new")]

    assert edited(source, edits) == expected


def test_new_names_of_one_module_are_imported_together() -> None:
    def edits(_: Tree) -> list[Edit]:
        return [AddImport("from m import b"), AddImport("from m import a"), AddImport("import m")]

    assert edited("x = 1\n", edits) == "from m import a, b\nimport m\n\nx = 1\n"


def test_the_docstring_of_a_function_that_moves_out_moves_to_the_left() -> None:
    function = 'def f():\n    """One.\n\n    Two.\n      Three.\n    """\n    g("""\n        """)\n'
    inner = 'def f():\n        """One.\n\n        Two.\n          Three.\n        """\n        g("""\n        """)\n'
    outside = edited(f"def main():\n    {inner}", lambda tree: [Move(tree.body[0].body[0], tree.body[0])])
    assert outside == f"{function}\n\ndef main():\n    pass\n"
