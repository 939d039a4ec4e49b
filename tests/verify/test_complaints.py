from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from mpmodernize.verify.complaints import essence, uncaught, warnings

if TYPE_CHECKING:
    from pathlib import Path


def errors_of(code: str) -> str:
    """What a program writes to standard error."""
    run = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(run, capture_output=True, text=True, check=False).stderr


CHAINED = """
    try:
        try:
            {}["a"]
        except KeyError as error:
            raise ValueError("b") from error
    except ValueError:
        raise TypeError("c")
"""


def test_of_exceptions_that_led_to_one_another_the_last_counts() -> None:
    found = uncaught(errors_of(CHAINED))
    assert [(each.message, each.is_last, each.in_child) for each in found] == [("TypeError: c", True, False)]


def test_an_exception_that_was_only_written_down_is_not_the_last_word() -> None:
    code = """
        import sys, traceback
        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc()
        print("and on it goes", file=sys.stderr)
    """
    (raised,) = uncaught(errors_of(code))
    assert (raised.message, raised.is_last) == ("ZeroDivisionError: division by zero", False)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_the_exception_of_a_child_is_known_as_such(method: str) -> None:
    code = f"""
        import multiprocessing as mp
        context = mp.get_context({method!r})
        process = context.Process(target=int, args=("x",))
        process.start()
        process.join()
    """
    (raised,) = uncaught(errors_of(code))
    assert raised.in_child
    assert raised.message == "ValueError: invalid literal for int() with base 10: 'x'"


def test_a_child_that_dies_before_it_has_a_name_is_known_too() -> None:
    code = """
        import multiprocessing as mp, sys, os
        if __name__ == "__main__":
            work = type("Work", (), {"__reduce__": lambda self: (exec, ("raise OSError('gone')",))})()
            process = mp.get_context("spawn").Process(target=print, args=(work,))
            process.start()
            process.join()
    """
    (raised,) = uncaught(errors_of(code))
    assert (raised.message, raised.in_child) == ("OSError: gone", True)


def test_what_a_pool_hands_on_of_its_worker_is_said_once() -> None:
    code = "import multiprocessing as mp\nmp.get_context('fork').Pool(1).map(int, ['x'])\n"
    (raised,) = uncaught(errors_of(code))
    assert raised.message == essence(errors_of(code)) == "ValueError: invalid literal for int() with base 10: 'x'"


def test_tracebacks_of_two_pythons_are_alike_in_essence() -> None:
    old = """\
Traceback (most recent call last):
  File "old.py", line 1, in <module>
    f()
Empty
done
"""
    new = """\
Traceback (most recent call last):
  File "new.py", line 7, in <module>
    f()
    ~^^
_queue.Empty
done
"""
    assert essence(old) == essence(new) == "Empty\ndone"


def test_warnings_are_told_without_where_and_who() -> None:
    text = """\
/lib/popen_fork.py:66: DeprecationWarning: This process (pid=123) is multi-threaded, use of fork() may lead to deadlocks
  self.pid = os.fork()
mine: not a warning
/lib/popen_fork.py:66: DeprecationWarning: This process (pid=456) is multi-threaded, use of fork() may lead to deadlocks
  self.pid = os.fork()
"""
    said = "DeprecationWarning: This process is multi-threaded, use of fork() may lead to deadlocks"
    assert warnings(text) == (said,)
    assert essence(text) == "mine: not a warning"


def test_the_long_message_about_a_missing_guard_is_one_line(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing as mp\np = mp.get_context('spawn').Process(target=print)\np.start()\np.join()\n",
        encoding="utf-8",
    )
    errors = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False).stderr
    said = (
        "RuntimeError: An attempt has been made to start a new process before the current process has finished its "
        "bootstrapping phase"
    )
    (raised,) = uncaught(errors)
    assert (raised.message, raised.in_child) == (said, True)
    assert essence(errors) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\ntwo\n",
        "Traceback (most recent call last):\n",
        "Traceback (most recent call last):\n  File 'x'",
        "Process finished:\n",
        "Traceback (most recent call last): not quite\n",
    ],
)
def test_what_looks_like_a_traceback_and_is_none_is_no_exception_of_the_program(text: str) -> None:
    assert not any(raised.message for raised in uncaught(text))
