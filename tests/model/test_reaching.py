"""Which of several bindings a use sees, seen through the types of expressions."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest

from mpmodernize.model.program import Program

HEAD = "from multiprocessing import Lock, Pool, Queue\nfrom concurrent.futures import ProcessPoolExecutor\n"


def lines_that_made(code: str) -> list[int]:
    """The lines of `code` (from 1) whose calls make what its `use(x)` gets."""
    source = f"{HEAD}def main():\n{indent(dedent(code), '    ')}"
    program = Program(source, ast.parse(source))
    (call,) = [each for each in program.index.calls if isinstance(each.func, ast.Name) and each.func.id == "use"]
    type_ = program.type(call.args[0])
    return sorted(each.lineno - 3 for each in type_.made) if type_ is not None else []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x = Lock()\nuse(x)\nx = Lock()\n", [1]),
        ("x = Lock()\nx = Lock()\nuse(x)\n", [2]),
        ("x = Lock()\nys = [use(x) for _ in a]\nx = Lock()\n", [1]),
        ("x = Lock()\nys = [[use(x) for _ in a] for _ in b]\nx = Lock()\n", [1]),
        ("x = Lock()\nys = {1: use(x) for _ in a}\nx = Lock()\n", [1]),
        ("with Pool() as x:\n    use(x)\nwith Pool() as x:\n    pass\n", [1]),
        ("with Pool() as x:\n    pass\nwith Pool() as x:\n    ys = [use(x) for _ in a]\n", [3]),
        ("with Pool() as x:\n    pass\nuse(x)\nwith Pool() as x:\n    pass\n", [1]),
        ("with Pool() as x:\n    if a:\n        use(x)\nx = Pool()\n", [1]),
    ],
)
def test_the_last_binding_before_a_use_is_the_one_that_it_sees(code: str, lines: list[int]) -> None:
    assert lines_that_made(code) == lines


@pytest.mark.parametrize(
    "code",
    [
        "x = Lock()\nys = (use(x) for _ in a)\nx = Lock()\n",
        "x = Lock()\ny = lambda: use(x)\nx = Lock()\n",
        "x = Lock()\nfor _ in a:\n    use(x)\n    x = Lock()\n",
        "x = Lock()\nfor _ in a:\n    ys = [use(x) for _ in b]\n    x = Lock()\n",
        "if a:\n    x = Lock()\nelse:\n    x = Lock()\nuse(x)\n",
        "with Pool() as x:\n    for _ in a:\n        use(x)\n        x = Pool()\n",
        "x = Pool()\nif a:\n    with Pool() as x:\n        pass\nuse(x)\n",
        "with Pool() as x, use(x):\n    pass\nx = Pool()\n",
    ],
)
def test_where_that_is_not_plain_a_use_may_see_any_of_them(code: str) -> None:
    assert len(lines_that_made(code)) == 2
