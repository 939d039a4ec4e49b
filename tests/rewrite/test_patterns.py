"""Replacements that keep parts: edits inside edits, order, parentheses, comments."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from mpmodernize.rewrite.apply import rewrite
from mpmodernize.rewrite.edits import AddArgument, Edit, Replace

Tree = Any  # the tests reach into the tree by hand


def calls(tree: ast.Module, name: str) -> list[Any]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func).endswith(name)]


def membership(call: Any) -> Replace:
    """`d.has_key(k)` as `k in d`."""
    return Replace(call, "$0 in $1", (call.args[0], call.func.value))


def swap(source: str) -> str:
    tree = ast.parse(source)
    result = rewrite(source, tree, [[membership(call)] for call in calls(tree, "has_key")])
    assert result.refused == {}
    ast.parse(result.source)
    return result.source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("d.has_key(k)\n", "k in d\n"),
        ("if d.has_key(k) and x: pass\n", "if k in d and x: pass\n"),
        ("not d.has_key(k)\n", "not k in d\n"),
        ("x = d.has_key(k) + 1\n", "x = (k in d) + 1\n"),
        ("x = (d.has_key(k)) + 1\n", "x = (k in d) + 1\n"),
        ("x = d.has_key(a or b)\n", "x = (a or b) in d\n"),
        ("x = d.has_key(lambda: 1)\n", "x = (lambda: 1) in d\n"),
        ("x = d.has_key((a, b))\n", "x = (a, b) in d\n"),
        ("x = (a or b).has_key(k)\n", "x = k in (a or b)\n"),
        ("f(d.has_key(k)).y\n", "f(k in d).y\n"),
        ("d.has_key(k).y\n", "(k in d).y\n"),
        ("d.has_key(d.has_key(k))\n", "(k in d) in d\n"),
        ("d.has_key(\n    k\n)\n", "k in d\n"),
        ("d.has_key(a +\n    b)\n", "(a +\n    b) in d\n"),
        ("x = d.has_key('é')  # é\n", "x = 'é' in d  # é\n"),
    ],
)
def test_parts_change_places_with_parentheses_where_they_need_them(source: str, expected: str) -> None:
    assert swap(source) == expected


def test_an_edit_inside_a_part_is_made_too() -> None:
    source = "x = list(d.has_key(f(1)))\n"
    tree = ast.parse(source)
    inner = calls(tree, "f")[0]
    edits: list[list[Edit]] = [
        [AddArgument(inner, "2")],
        [membership(calls(tree, "has_key")[0])],
        [Replace(calls(tree, "list")[0], "tuple($0)", (calls(tree, "list")[0].args[0],))],
        [Replace(inner.func, "g")],
    ]
    assert rewrite(source, tree, edits).source == "x = tuple(g(1, 2) in d)\n"


def test_an_edit_outside_the_parts_waits_for_the_next_round() -> None:
    source = "x = f(a, b)\n"
    tree = ast.parse(source)
    call = calls(tree, "f")[0]
    result = rewrite(source, tree, [[Replace(call, "$0 + 1", (call.args[0],))], [Replace(call.args[1], "c")]])
    assert result.source == "x = a + 1\n"
    assert list(result.refused) == [1]


def test_of_two_groups_in_each_others_way_the_earlier_one_is_carried_out_whole() -> None:
    source = "x = f(a)\ny = f(b)\nz = f(c)\n"
    tree = ast.parse(source)
    first, second, third = calls(tree, "f")
    groups: list[list[Edit]] = [
        [Replace(second, "1")],
        [Replace(first, "2"), Replace(second, "3")],
        [Replace(third, "4")],
    ]
    result = rewrite(source, tree, groups)
    assert result.source == "x = f(a)\ny = 1\nz = 4\n"
    assert (result.applied, list(result.refused)) == ((0, 2), [1])


def test_the_same_edit_wanted_by_two_groups_is_made_once() -> None:
    source = "x = f(a)\n"
    tree = ast.parse(source)
    call = calls(tree, "f")[0]
    same: list[list[Edit]] = [[Replace(call, "g($0)", (call.args[0],))], [Replace(call, "g($0)", (call.args[0],))]]
    result = rewrite(source, tree, same)
    assert (result.source, result.applied) == ("x = g(a)\n", (0, 1))


def test_a_comment_between_the_parts_is_not_lost() -> None:
    source = "x = d.has_key(  # really?\n    k)\n"
    tree = ast.parse(source)
    result = rewrite(source, tree, [[membership(calls(tree, "has_key")[0])]])
    assert result.source == source
    assert "comment" in result.refused[0]


def test_a_thousand_edits_of_which_some_collide_take_one_pass() -> None:
    source = "".join(f"x{number} = f(g(a))\n" for number in range(500))
    tree = ast.parse(source)
    outer = [[Replace(call, "h($0)", (call.args[0],))] for call in calls(tree, "f")]
    inner = [[Replace(call, "1")] for call in calls(tree, "g")]
    result = rewrite(source, tree, [*outer, *inner, *[[Replace(call, "2")] for call in calls(tree, "f")]])
    assert result.source == "".join(f"x{number} = h(1)\n" for number in range(500))
    assert len(result.applied) == 1000
