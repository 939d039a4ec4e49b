from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from mpmodernize.python2 import convert

if TYPE_CHECKING:
    from types import FrameType

PIECES = [
    "(", "`", "lambda ", "lambda (a, b): ", "lambda a=", "print a,\n", "print >>f, a\n", "print (", "raise a, b\n",
    "raise (", "x\nglobal x\n", "def f((a, b)): pass\n", "except a, (b, c): pass\n", "[x for x in 1, ", "b'a' 'a' ",
    "x.async.", "f(async=1, ", "True = ", "`a`, ", "<>", "\\\n", "\n", "'", "'\\u' ", "if x: ", "x = 0777L\n",
    "def f((a, b)): x\n", "def f((a, b)): 'x'\n", "[", "{", "([{", ")]}", "``", '"', '"""', "'''", "'abc\n",
    "\\u", "\\", "; ", "a; ", "global a, b\na\n", "def f():\n from x import *\n", "x.async, ", "f(async=1, *a), ",
    "async=1, *a, ", "import async\n", "from a.async import b\n", "True, ", "x = True = 1\n",
    "def f(True=True, x=1): pass\n",
    "for True in x: pass\n", "del True, ", "del x.async\n", "[(yield x) for x in y]\n", "[(yield ",
    "((yield x) for x in y)\n", "x[. . .]\n", ". ", "f((a)=1)\n", "((a)=", "f(x for x in y,), ",
    "[x for x in y if lambda: 1 ", "if lambda: ", "x = -3j\n", "-3j ", "exec (x,)\n", "exec a in b\n", "raise 'a', b\n",
    "raise a, b, c\n", "x.None", "print ('a', b)\n", "# é\n", "b'é' ", "\t", " ", "\f", "\r", "1", "-", "=", ":", "*",
    "@a\n", "lambda True=True: 1\n", "print (yield), ",
]  # fmt: skip


def steps(text: str) -> int:
    """Count the lines of Python that run, which says more than a clock on a busy machine."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        if "python2" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        convert(text, "2")
    finally:
        sys.settrace(previous)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_work_grows_in_proportion_to_the_text(piece: str) -> None:
    small, large = steps("print 1\n" + piece * 150), steps("print 1\n" + piece * 600)
    assert large < 4.6 * small


def test_many_global_statements_in_one_function_are_linear() -> None:
    def function(size: int) -> str:
        return "def f():\n" + "".join(f" x{number} = 1\n global x{number}\n" for number in range(size))

    assert steps(function(400)) < 4.6 * steps(function(100))
