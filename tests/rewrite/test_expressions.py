"""The verbs about parts of a statement: arguments, parameters, names, operators, headers; with comments and commas."""

from __future__ import annotations

import ast

import pytest

from mpmodernize.rewrite.apply import rewrite
from mpmodernize.rewrite.edits import (
    AddArgument,
    AddClassKeyword,
    AddElement,
    AddImportedName,
    AddParameter,
    ChangeHeader,
    ChangeOperator,
    DropParameter,
    Edit,
    Rename,
    Replace,
)
from tests.rewrite.edited import Tree, edited


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()\n", "f(new)\n"),
        ("f(a)\n", "f(a, new)\n"),
        ("f(a,)\n", "f(a, new,)\n"),
        ("f((a))\n", "f((a), new)\n"),
        ("f(a, k=1)\n", "f(a, new, k=1)\n"),
        ("f(k=1)\n", "f(new, k=1)\n"),
        ("f(a)  # why\n", "f(a, new)  # why\n"),
        ("f(\n    a,  # first\n    b,  # second\n)\n", "f(\n    a,  # first\n    b,  # second\n    new,\n)\n"),
        ("f(\n    a,  # first\n    b  # second\n)\n", "f(\n    a,  # first\n    b,  # second\n    new\n)\n"),
        ('f("é", a)\n', 'f("é", a, new)\n'),
    ],
)
def test_a_positional_argument_is_added_last(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddArgument(tree.body[0].value, "new")]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()\n", "f(k=new)\n"),
        ("f(a)\n", "f(a, k=new)\n"),
        ("f(a, b=1)\n", "f(a, b=1, k=new)\n"),
        ("f(*a)\n", "f(*a, k=new)\n"),
    ],
)
def test_a_keyword_argument_is_added_last(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddArgument(tree.body[0].value, "new", "k")]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = ()\n", "x = (a, b)\n"),
        ("x = (1,)\n", "x = (1, a, b)\n"),
        ("x = (1, 2)\n", "x = (1, 2, a, b)\n"),
        ("x = [1]\n", "x = [1, a, b]\n"),
        ("x = (\n    1,\n    2,\n)\n", "x = (\n    1,\n    2,\n    a,\n    b,\n)\n"),
    ],
)
def test_elements_are_appended_in_order(source: str, expected: str) -> None:
    result = edited(source, lambda tree: [AddElement(tree.body[0].value, "a"), AddElement(tree.body[0].value, "b")])
    assert result == expected


def test_a_dict_gets_another_pair() -> None:
    assert (
        edited("x = {'a': (1)}\n", lambda tree: [AddElement(tree.body[0].value, "'b': b")])
        == "x = {'a': (1), 'b': b}\n"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): pass\n", "def f(new): pass\n"),
        ("def f(a): pass\n", "def f(a, new): pass\n"),
        ("def f(a,): pass\n", "def f(a, new,): pass\n"),
        ("def f(a=1): pass\n", "def f(a=1, *, new): pass\n"),
        ("def f(a=(1)): pass\n", "def f(a=(1), *, new): pass\n"),
        ("def f(*a): pass\n", "def f(*a, new): pass\n"),
        ("def f(*, a=1): pass\n", "def f(*, a=1, new): pass\n"),
        ("def f(a, **k): pass\n", "def f(a, new, **k): pass\n"),
        ("def f(**k): pass\n", "def f(new, **k): pass\n"),
        ("def f(a: int) -> None: pass\n", "def f(a: int, new) -> None: pass\n"),
        ("def f(\n    a,  # first\n):\n    pass\n", "def f(\n    a,  # first\n    new,\n):\n    pass\n"),
        ("async def f(a): pass\n", "async def f(a, new): pass\n"),
    ],
)
def test_a_parameter_goes_last_and_is_keyword_only_behind_defaults(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [AddParameter(tree.body[0], "new")]) == expected


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("def f(a): pass\n", "a", "def f(): pass\n"),
        ("def f(a,): pass\n", "a", "def f(): pass\n"),
        ("def f(a, b): pass\n", "a", "def f(b): pass\n"),
        ("def f(a, b=(1), *c): pass\n", "b", "def f(a, *c): pass\n"),
        ("def f(a, b: int = 2, **k): pass\n", "b", "def f(a, **k): pass\n"),
        ("def f(a=1, *, b, c=g(2)): pass\n", "c", "def f(a=1, *, b): pass\n"),
        ("def f(\n    a,\n    b=1,\n): pass\n", "b", "def f(\n    a,\n): pass\n"),
    ],
)
def test_a_parameter_goes_with_its_default_and_its_comma(source: str, name: str, expected: str) -> None:
    def edits(tree: Tree) -> list[Edit]:
        (parameter,) = (each for each in ast.walk(tree) if isinstance(each, ast.arg) and each.arg == name)
        return [DropParameter(tree.body[0], parameter)]

    assert edited(source, edits) == expected


def test_a_parameter_beside_a_comment_stays() -> None:
    source = "def f(\n    a,  # first\n    b,\n): pass\n"
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert rewrite(source, tree, [[DropParameter(function, function.args.args[1])]]).applied == ()


def test_an_expression_is_put_in_parentheses_only_where_it_must_be() -> None:
    source = "x = a * t()\ny = t()\nprint(t(), [t()], t() < 1)\n"
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert len(calls) == 6

    def edits(tree: Tree) -> list[Edit]:
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func.id == "t"]  # type: ignore[attr-defined]
        return [Replace(node, "b - c") for node in found]

    assert edited(source, edits) == "x = a * (b - c)\ny = b - c\nprint(b - c, [b - c], b - c < 1)\n"


def test_a_comment_keeps_its_column_when_the_line_changes() -> None:
    source = "a = t()         # one\nbb = t()        # two\n"
    result = edited(source, lambda tree: [Replace(each.value, "longer()") for each in tree.body])
    assert result == "a = longer()    # one\nbb = longer()   # two\n"


def test_a_name_is_added_to_a_from_import() -> None:
    source = "from multiprocessing import Process  # all we need\n"
    assert edited(source, lambda tree: [AddImportedName(tree.body[0], "Value")]).startswith(
        "from multiprocessing import Process, Value  # all"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def old(a):\n    pass\n", "def new(a):\n    pass\n"),
        ("@decorated\nclass old(object):  # why\n    pass\n", "@decorated\nclass new(object):  # why\n    pass\n"),
        ("async  def old ( ): pass\n", "async  def new ( ): pass\n"),
    ],
)
def test_a_definition_is_renamed(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [Rename(tree.body[0], "new")]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a / b\n", "x = a // b\n"),
        ("x = (a + 1) / (b)\n", "x = (a + 1) // (b)\n"),
        ("x = a /-b\n", "x = a //-b\n"),
        ("x = (a  # /\n     / b)\n", "x = (a  # /\n     // b)\n"),
        ("x = a \\\n  / b\n", "x = a \\\n  // b\n"),
    ],
)
def test_an_operator_changes_and_nothing_else(source: str, expected: str) -> None:
    assert edited(source, lambda tree: [ChangeOperator(tree.body[0].value, "//")]) == expected


def test_the_operator_of_an_augmented_assignment_changes() -> None:
    assert edited("x[0] /= 2\n", lambda tree: [ChangeOperator(tree.body[0], "//=")]) == "x[0] //= 2\n"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("class C:", "class C(metaclass=M):"),
        ("class C():", "class C(metaclass=M):"),
        ("class C( ) : # why", "class C( metaclass=M) : # why"),
        ("class C(A, B):", "class C(A, B, metaclass=M):"),
        ("class C((A), (B)):", "class C((A), (B), metaclass=M):"),
        ("class C(f(A), k=(1)):", "class C(f(A), k=(1), metaclass=M):"),
        ("class C(\n    A,\n):", "class C(\n    A, metaclass=M,\n):"),
    ],
)
def test_a_class_gets_a_keyword(header: str, expected: str) -> None:
    source, result = f"{header}\n    x = 1\n", f"{expected}\n    x = 1\n"
    assert edited(source, lambda tree: [AddClassKeyword(tree.body[0], "metaclass", "M")]) == result


@pytest.mark.parametrize("header", ["while not q.empty()", "while (not q.empty() )", "for x in (range(3))"])
def test_a_loop_gets_another_header_and_keeps_its_body(header: str) -> None:
    source = f"{header} : # why\n    pass\n"
    assert edited(source, lambda tree: [ChangeHeader(tree.body[0], "for _ in y")]) == "for _ in y : # why\n    pass\n"


def test_a_loop_with_a_comment_in_its_header_is_left_alone() -> None:
    source = "while (a # why\n       or b):\n    pass\n"
    tree: Tree = ast.parse(source)
    result = rewrite(source, tree, [[ChangeHeader(tree.body[0], "for _ in y")]])
    assert (result.applied, result.source) == ((), source)
