"""Import statements whose names move, go or get company; statements that go or become several."""

from __future__ import annotations

import ast

import pytest

from mpmodernize.rewrite.apply import rewrite
from mpmodernize.rewrite.edits import Edit, Reimport, Replace


def reimported(source: str, new: dict[str, tuple[str, ...]]) -> str:
    tree = ast.parse(source)
    groups: list[list[Edit]] = [
        [Reimport(statement, alias, new[alias.name])]
        for statement in ast.walk(tree)
        if isinstance(statement, (ast.Import, ast.ImportFrom))
        for alias in statement.names
        if alias.name in new
    ]
    result = rewrite(source, tree, groups)
    assert result.refused == {}
    return result.source


@pytest.mark.parametrize(
    ("source", "new", "expected"),
    [
        ("import Queue\n", {"Queue": ("import queue",)}, "import queue\n"),
        ("import os, Queue  # both\n", {"Queue": ("import queue",)}, "import os, queue  # both\n"),
        ("import Queue, os\n", {"Queue": ()}, "import os\n"),
        ("import Queue\nx\n", {"Queue": ()}, "x\n"),
        ("import Queue  # why\nx\n", {"Queue": ()}, "# why\nx\n"),
        ("import Queue; x\n", {"Queue": ()}, "x\n"),
        ("x; import Queue\n", {"Queue": ()}, "x\n"),
        ("x; import Queue;\n", {"Queue": ()}, "x;\n"),
        ("try: import Queue\nexcept E: pass\n", {"Queue": ()}, "try: pass\nexcept E: pass\n"),
        ("def f():\n    import Queue\n", {"Queue": ()}, "def f():\n    pass\n"),
        (
            "import a, b, c\n",
            {"a": ("import x.y", "import x.z"), "b": ("import x.z",)},
            "import x.y, x.z, c\n",
        ),
        (
            "def f():\n    import a, os; g()\n",
            {"a": ("from io import B",)},
            "def f():\n    from io import B\n    import os; g()\n",
        ),
        ("from a import (b,  # one\n    c)\n", {"b": ("from z import b",), "c": ("from z import c",)},
         "from z import (b,  # one\n    c)\n"),
        ("from a import b, c\n", {"b": ("from a import d",)}, "from a import d, c\n"),
        ("from a import b as x, c\n", {"b": ("from z import b as x",)}, "from z import b as x\nfrom a import c\n"),
        ("if y: from a import b, c\n", {"b": ("from z import b",)}, "if y: from z import b; from a import c\n"),
        ("from a import b, c\r\nx\r\n", {"b": ("from z import b",)}, "from z import b\r\nfrom a import c\r\nx\r\n"),
        ("from a import b, c\n", {"b": (), "c": ()}, ""),
    ],
)  # fmt: skip
def test_a_name_of_an_import_moves(source: str, new: dict[str, tuple[str, ...]], expected: str) -> None:
    assert reimported(source, new) == expected


def test_comments_among_names_that_part_are_not_lost() -> None:
    source = "from a import (b,  # one\n    c)\n"
    tree = ast.parse(source)
    statement = tree.body[0]
    assert isinstance(statement, ast.ImportFrom)
    result = rewrite(source, tree, [[Reimport(statement, statement.names[0], ("from z import b",))]])
    assert result.source == source
    assert "comments" in result.refused[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nif x:\n    b\nc\n", "a\nif x:\n    pass\nc\n"),
        ("a\nb", "a\n"),
        ("a; b; c\n", "a; c\n"),
        ("b; c\n", "c\n"),
        ("a; b  # why\n", "a  # why\n"),
        ("b  # why\n", "# why\n"),
    ],
)
def test_a_statement_goes(source: str, expected: str) -> None:
    tree = ast.parse(source)
    gone = next(each for each in ast.walk(tree) if isinstance(each, ast.Expr) and ast.unparse(each) == "b")
    assert rewrite(source, tree, [[Replace(gone, "")]]).source == expected
