"""Which comments are instructions, which rules they name, and for which lines they speak."""

from __future__ import annotations

import pytest

from mpmodernize.suppression.comments import Kind, directives


def silenced_lines(text: str, highest: int = 20) -> list[int]:
    """The lines for which the only instruction of a text speaks."""
    (directive,) = directives(text)
    return [line for line in range(1, highest) if directive.speaks_for(line)]


@pytest.mark.parametrize(
    ("comment", "names"),
    [
        ("# mpmodernize: ignore[MP402]", ["MP402"]),
        ("#mpmodernize:ignore[MP402]", ["MP402"]),
        ("#: mpmodernize", None),
        ("## mpmodernize: ignore[MP402]", ["MP402"]),
        ("# mpmodernize : IGNORE [ MP402 , lost-write,]", ["MP402", "lost-write"]),
        ("# mpmodernize: ignore[MP402] since #123, see #4", ["MP402"]),
        ("# type: ignore # mpmodernize: ignore[MP402]", ["MP402"]),
        ("# mpmodernize: ignore[MP402]#noqa", ["MP402"]),
        ("# mpmodernize: ignore[MP402]  # type: ignore[attr-defined]", ["MP402"]),
        ("# noqa: MP402", ["MP402"]),
        ("# NoQA:mp402", ["mp402"]),
        ("# noqa: E501, W291 MP402,MP401 as before", ["E501", "W291", "MP402", "MP401"]),
        ("# pragma: no cover # noqa: MP402", ["MP402"]),
        ("# see mpmodernize: ignore[MP402]", None),
        ("# mpmodernize: see ignore[MP402]", None),
        ("# xmpmodernize: ignore[MP402]", None),
        ("# noqa", None),
        ("# noqa: E501", None),
        ("# noqa: MP402x", None),
        ("# see noqa: MP402", None),
        ("# noqa MP402", None),
    ],
)
def test_a_comment_names_rules(comment: str, names: list[str] | None) -> None:
    found = directives(f"x = 1  {comment}\n")
    assert [each.text for one in found for each in one.named] == (names or [])
    assert bool(found) == (names is not None)
    assert not any(one.problem for one in found)


def test_a_name_and_an_instruction_have_their_place_in_the_text() -> None:
    text = "é = 1\nx = 2  # ü # mpmodernize: ignore[MP402,lost-write] why # type: int\n"
    (found,) = directives(text)
    assert text[found.start : found.end] == "# mpmodernize: ignore[MP402,lost-write] why"
    assert text[found.start : found.listed] == "# mpmodernize: ignore[MP402,lost-write]"
    assert [text[each.start : each.end] for each in found.named] == ["MP402", "lost-write"]


@pytest.mark.parametrize(
    "text",
    [
        "x = '# mpmodernize: ignore[MP402]'\n",
        'x = """\n# mpmodernize: ignore[MP402]\n"""\n',
        "x = r'\\'  # mpmodernize: ignore[MP402] '\n",
        "x = b'# noqa: MP402'\n",
        'x = ur"# mpmodernize: ignore[MP402]"\n',
        "'''\ny = 1  # noqa: MP402\n'''\n",
        'f"{x}# mpmodernize: ignore[MP402]{y}"\n',
        "x = 'a\\\n# mpmodernize: ignore[MP402]'\n",
    ],
)
def test_a_string_is_no_comment(text: str) -> None:
    assert directives(text) == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb  # mpmodernize: ignore[MP402]\nc\n", [2]),
        ("a\r\nb  # mpmodernize: ignore[MP402]\r\nc\r\n", [2]),
        ("a\rb  # mpmodernize: ignore[MP402]\rc\r", [2]),
        ("a\n# mpmodernize: ignore[MP402]\nb\nc\n", [2, 3]),
        ("a\n# mpmodernize: ignore[MP402]\n# more\n\nb\nc\n", [2, 5]),
        ("a(  # mpmodernize: ignore[MP402]\n  b,\n  c)\nd\n", [1, 2, 3]),
        ("a(\n  b,  # mpmodernize: ignore[MP402]\n  c)\nd\n", [2]),
        ("a(\n  b,\n  c)  # mpmodernize: ignore[MP402]\nd\n", [1, 2, 3]),
        ("a(\n\n  # mpmodernize: ignore[MP402]\n  b,\n  c)\nd\n", [3, 4]),
        ("# mpmodernize: ignore[MP402]\na(\n  b)\nc\n", [1, 2, 3]),
        ("a('''\n'''  # mpmodernize: ignore[MP402]\n, c)\n", [1, 2, 3]),
        ("a(\nb, '''\n'''  # mpmodernize: ignore[MP402]\n, c)\n", [2, 3]),
        ("a = 1 + \\\n  2  # mpmodernize: ignore[MP402]\nb\n", [1, 2]),
        ("a = 1 \\\n  # mpmodernize: ignore[MP402]\nb\n", [1, 2]),
        ("a = 1 \\\n\nb  # mpmodernize: ignore[MP402]\n", [3]),
        ("if a:  # mpmodernize: ignore[MP402]\n  b\n", [1]),
        ("if a: b()  # mpmodernize: ignore[MP402]\nelse: c()\n", [1]),
        ("# mpmodernize: ignore[MP402]\n@d\ndef f(): pass\n", [1, 2]),
        ("a\n# mpmodernize: ignore[MP402]\n", [2]),
        ("a\n# mpmodernize: ignore[MP402]", [2]),
        ("a  # noqa: MP402\nb\n", [1]),
        ("x = 1  # mpmodernize: ignore[MP402]\x0c\ny\n", [1]),
    ],
)
def test_a_comment_speaks_for_its_line_and_the_statement_that_begins_or_ends_there(text: str, lines: list[int]) -> None:
    assert silenced_lines(text) == lines


def test_one_for_the_file_speaks_for_all_lines() -> None:
    assert silenced_lines("a\n  # mpmodernize: file-ignore[MP402]\nb\n", 5) == [1, 2, 3, 4]


def test_a_noqa_that_has_the_line_to_itself_speaks_for_nothing_as_in_flake8() -> None:
    assert directives("# noqa: MP402\na\n") == ()


def test_both_forms_stand_in_one_comment() -> None:
    found = directives("a  # noqa: MP401  # mpmodernize: ignore[MP402] why # mpmodernize: ignore[MP403]\n")
    assert [(each.kind, [name.text for name in each.named]) for each in found] == [
        (Kind.NOQA, ["MP401"]),
        (Kind.LINE, ["MP402"]),
        (Kind.LINE, ["MP403"]),
    ]
