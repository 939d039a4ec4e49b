"""The verbs about statements: comments, blank lines, indentation, one-line suites, semicolons; and what is not done."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from mpmodernize.rewrite.apply import rewrite
from mpmodernize.rewrite.edits import (
    AddArgument,
    AddImport,
    Delete,
    Edit,
    Gather,
    Insert,
    InsertInto,
    Move,
    MoveInto,
    Replace,
    Wrap,
)
from tests.rewrite.edited import Tree, edited


def test_wrapping_keeps_comments_above_beside_and_inside() -> None:
    source = dedent(
        """\
        def f(l):
            # take it
            l.acquire()     # beside

            # inside
            g()

            # give it back
            l.release()  # at last
            return 1
        """
    )

    def edits(tree: Tree) -> list[Edit]:
        body = tree.body[0].body
        return [Wrap(body[0], body[2], "with l:", replacing_ends=True)]

    assert edited(source, edits) == dedent(
        """\
        def f(l):
            # take it
            with l:         # beside
                # inside
                g()

                # give it back
                # at last
            return 1
        """
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a: b()\n", "if a:\n    with l:\n        b()\n"),
        ("if a:\n  b()\n", "if a:\n  with l:\n    b()\n"),
        ("if a:\n\tb()\n", "if a:\n\twith l:\n\t\tb()\n"),
        ("if a:\r\n    b()\r\n", "if a:\r\n    with l:\r\n        b()\r\n"),
        ("if a:\n    b(); c()\n", "if a:\n    with l:\n        b()\n    c()\n"),
    ],
)
def test_wrapping_follows_the_indentation_and_newlines_of_the_file(source: str, expected: str) -> None:
    def edits(tree: Tree) -> list[Edit]:
        first = tree.body[0].body[0]
        return [Wrap(first, first, "with l:")]

    assert edited(source, edits) == expected


def test_wrapping_top_level_statements_takes_all_of_them() -> None:
    source = "l.acquire()\na()\nb()\nl.release()\nc()\n"
    result = edited(source, lambda tree: [Wrap(tree.body[0], tree.body[3], "with l:", replacing_ends=True)])
    assert result == "with l:\n    a()\n    b()\nc()\n"


def test_the_lines_of_strings_stay_where_they_are_when_their_statement_moves_in() -> None:
    source = 'x = """\n  text\n"""\nf(1,\n  2)\n'
    result = edited(source, lambda tree: [Gather(tuple(tree.body), "if main:")])
    assert result == 'if main:\n    x = """\n  text\n"""\n    f(1,\n      2)\n'


def test_gathering_steps_over_definitions_and_brings_comments_along() -> None:
    source = dedent(
        """\
        import m

        # first
        a = 1

        def f():
            pass

        b()  # second

        def g():
            pass
        """
    )
    result = edited(source, lambda tree: [Gather((tree.body[1], tree.body[3]), "if main:")])
    assert result == dedent(
        """\
        import m

        def f():
            pass

        if main:
            # first
            a = 1

            b()  # second

        def g():
            pass
        """
    )


def test_gathering_into_a_guard_keeps_the_order_before_and_behind() -> None:
    source = "a()\nif main:\n    b()\n    # end\nc()\n"
    result = edited(source, lambda tree: [Gather((tree.body[0], tree.body[2]), "if main:", tree.body[1])])
    assert result == "if main:\n    a()\n    b()\n    # end\n    c()\n"


def test_a_header_comment_of_the_file_stays_at_the_top() -> None:
    source = "#!/usr/bin/env python\n# coding: utf-8\na()\n"
    result = edited(source, lambda tree: [Gather((tree.body[0],), "if main:")])
    assert result.startswith("#!/usr/bin/env python\n# coding: utf-8\n")
    assert result.endswith("if main:\n    a()\n")


def test_moving_takes_the_comments_above_and_beside_along() -> None:
    source = "def f():\n    # join\n    j()  # wait\n    g()\n"

    def edits(tree: Tree) -> list[Edit]:
        join, get = tree.body[0].body
        return [Move(join, get, after=True)]

    assert edited(source, edits) == "def f():\n    g()\n    # join\n    j()  # wait\n"


def test_a_blank_line_stays_between_groups_when_one_of_them_moves() -> None:
    source = "def f():\n    a()\n\n    j()\n\n    g()\n    print()\n"

    def edits(tree: Tree) -> list[Edit]:
        body = tree.body[0].body
        return [Move(body[2], body[1])]

    assert edited(source, edits) == "def f():\n    a()\n\n    g()\n\n    j()\n\n    print()\n"


def test_a_definition_is_hoisted_with_distance_on_both_sides() -> None:
    source = "import m\nif main:\n    def f():\n        pass\n    f()\n"

    def edits(tree: Tree) -> list[Edit]:
        guard = tree.body[1]
        return [Move(guard.body[0], guard)]

    assert edited(source, edits) == "import m\n\n\ndef f():\n    pass\n\n\nif main:\n    f()\n"


def test_a_block_that_loses_its_only_statement_gets_a_pass() -> None:
    source = "if a:\n    b()  # gone\nc()\n"
    result = edited(source, lambda tree: [Delete(tree.body[0].body[0])])
    assert result == "if a:\n    pass\n    # gone\nc()\n"


def test_deleting_keeps_the_comments_of_the_statement() -> None:
    source = "def f():\n    # above\n    global a  # beside\n    b()\n"
    result = edited(source, lambda tree: [Delete(tree.body[0].body[0])])
    assert result == "def f():\n    # above\n    # beside\n    b()\n"


def test_statements_are_inserted_before_behind_and_into_blocks() -> None:
    source = 'class A:\n    """Doc."""\n    def g(self):\n        pass\n'
    new = "def f(self):\n    pass\n"
    result = edited(source, lambda tree: [InsertInto(new, tree.body[0])])
    assert result == 'class A:\n    """Doc."""\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n'
    source = "a()\n\n# about b\nb()\n"
    assert edited(source, lambda tree: [Insert("n()", tree.body[1])]) == "a()\n\nn()\n# about b\nb()\n"
    assert (
        edited(source, lambda tree: [Insert("n()", tree.body[1], takes_comments=True)])
        == "a()\n\n# about b\nn()\nb()\n"
    )
    assert edited(source, lambda tree: [Insert("n()", tree.body[0], after=True)]) == "a()\nn()\n\n# about b\nb()\n"


def test_a_statement_is_moved_into_a_block() -> None:
    source = "lock = L()  # ours\n\nif main:\n    go()\n"
    result = edited(source, lambda tree: [MoveInto(tree.body[0], tree.body[1])])
    assert result == "if main:\n    lock = L()  # ours\n    go()\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a\nimport z\n\nx()\n", "import a\nimport m\nimport z\n\nx()\n"),
        ("import z\nimport a\n\nx()\n", "import z\nimport a\nimport m\n\nx()\n"),
        ('"""Doc."""\nx()\n', '"""Doc."""\n\nimport m\n\nx()\n'),
        ("# head\n\nx()\n", "# head\n\nimport m\n\nx()\n"),
        ("from __future__ import division\nx()\n", "from __future__ import division\n\nimport m\n\nx()\n"),
        ("def f():\n    pass\n", "import m\n\n\ndef f():\n    pass\n"),
        ("x()", "import m\n\nx()"),
    ],
)
def test_an_import_goes_where_the_file_has_its_imports(source: str, expected: str) -> None:
    assert edited(source, lambda _tree: [AddImport("import m")]) == expected


# -- what is not done ------------------------------------------------------------------------------


def test_what_no_edit_touches_comes_back_byte_for_byte() -> None:
    odd = "x = {  'a':1 ,\n   }\ny=lambda a :a;z = 1\t# tab\n\x0c\nclass  A ( object ) :\n\n  b   =  2\n"
    source = f"{odd}f()\n"
    result = edited(source, lambda tree: [AddArgument(tree.body[-1].value, "new")])
    assert result == f"{odd}f(new)\n"


def test_a_group_that_gets_in_the_way_of_another_waits() -> None:
    source = "f(a)\ng()\n"
    tree: Tree = ast.parse(source)
    groups: list[list[Edit]] = [
        [Replace(tree.body[0].value.args[0], "b")],
        [Replace(tree.body[0].value, "h()")],
        [Replace(tree.body[1].value, "k()")],
    ]
    result = rewrite(source, tree, groups)
    assert result.source == "f(b)\nk()\n"
    assert result.applied == (0, 2)
    assert list(result.refused) == [1]


def test_a_group_whose_result_does_not_compile_is_refused() -> None:
    source = "f(a=1)\n"
    tree: Tree = ast.parse(source)
    result = rewrite(source, tree, [[AddArgument(tree.body[0].value, "2", "a")]])
    assert result.source == source
    assert "not be valid Python" in result.refused[0]


def test_an_edit_in_a_statement_that_goes_away_is_refused() -> None:
    source = "f(a)\ng()\n"
    tree: Tree = ast.parse(source)
    result = rewrite(source, tree, [[Delete(tree.body[0]), Replace(tree.body[0].value, "h()")]])
    assert result.applied == ()


def test_a_new_import_and_a_new_function_stand_apart_once() -> None:
    source = "def f():\n    pass\n"
    expected = "import a\n\n\ndef g():\n    pass\n\n\ndef f():\n    pass\n"
    new = "def g():\n    pass\n"
    assert edited(source, lambda tree: [AddImport("import a"), Insert(new, tree.body[0])]) == expected


def test_blank_lines_between_new_methods_hold_no_blanks() -> None:
    source = "class C:\n    x = 1\n"
    new = "\ndef f(self):\n    pass\n\ndef g(self):\n    pass\n"
    expected = source + "".join(f"\n    def {name}(self):\n        pass\n" for name in "fg")
    assert edited(source, lambda tree: [InsertInto(new, tree.body[0], at_end=True)]) == expected


def test_a_block_does_not_begin_with_the_blank_lines_behind_what_is_gone() -> None:
    source = "class C:\n    gone = 1\n\n    x = 2\n\n    y = 3\n"
    assert edited(source, lambda tree: [Replace(tree.body[0].body[0], "")]) == "class C:\n    x = 2\n\n    y = 3\n"
    expected = "class C:\n    gone = 1\n\n\n    y = 3\n"
    assert edited(source, lambda tree: [Replace(tree.body[0].body[1], "")]) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\n    def g(self): pass\n", "\n    def new(self):\n        pass\n\n    def g(self): pass\n"),
        ("    def g(self): pass\n", "    def new(self):\n        pass\n    def g(self): pass\n"),
        (
            "\n\n    # about g\n    def g(self): pass\n",
            "\n\n    def new(self):\n        pass\n\n\n    # about g\n    def g(self): pass\n",
        ),
        ("x = 1\n", "\n    def new(self):\n        pass\nx = 1\n"),
    ],
)
def test_a_method_put_behind_another_keeps_the_distance_that_the_class_keeps(source: str, expected: str) -> None:
    head = "class A:\n    def f(self): pass\n"
    code = "def new(self):\n    pass"
    assert edited(head + source, lambda tree: [Insert(code, tree.body[0].body[0], after=True)]) == head + expected


def test_a_method_put_before_the_first_stands_apart_from_it() -> None:
    source = 'class A:\n    """Doc."""\n\n    x = 1\n\n    def f(self):\n        pass\n'
    expected = (
        'class A:\n    """Doc."""\n\n    x = 1\n\n    def new(self):\n        pass\n\n    def f(self):\n        pass\n'
    )
    code = "def new(self):\n    pass"
    assert edited(source, lambda tree: [Insert(code, tree.body[0].body[2])]) == expected


def test_new_statements_of_a_function_stand_behind_its_declarations() -> None:
    source = 'def f():\n    """Doc."""\n    global a  # ours\n    a = 1\n'
    result = edited(source, lambda tree: [InsertInto("b = 2\n", tree.body[0])])
    assert result == 'def f():\n    """Doc."""\n    global a  # ours\n    b = 2\n    a = 1\n'
