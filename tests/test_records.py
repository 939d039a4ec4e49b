"""Values: dataclasses that are completed with their first instance."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from mpmodernize.records import Record


class Place(Record):
    line: int
    column: int = 0


class Named(Place):
    name: str = ""
    tags: list[str] = field(default_factory=list)


class Edit(Record, eq=False):
    code: str


class Empty(Record):
    pass


def test_a_value_is_built_compared_hashed_and_shown_as_a_frozen_dataclass() -> None:
    assert Place(3, column=1) == Place(3, 1)
    assert Place(3) != Place(4)
    assert {Place(3), Place(3)} == {Place(3)}
    assert repr(Place(3)) == "Place(line=3, column=0)"
    assert replace(Place(3), line=4) == Place(4)
    with pytest.raises(FrozenInstanceError):
        Place(3).line = 4  # type: ignore[misc]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'line'"):
        Place()  # type: ignore[call-arg]


def test_values_that_do_not_compare_are_themselves_alone() -> None:
    edit = Edit("x")
    assert edit != Edit("x")
    assert len({edit, Edit("x")}) == 2


def test_a_value_inherits_the_fields_of_another() -> None:
    assert [each.name for each in fields(Named(1))] == ["line", "column", "name", "tags"]
    assert Named(1, tags=["a"]).tags == ["a"]
    assert Named(1).tags is not Named(1).tags


def test_a_pattern_takes_a_value_apart() -> None:
    match Place(3, 4):
        case Place(line, column):
            assert (line, column) == (3, 4)


@pytest.mark.parametrize("value", [Place(1), Named(1, name="n"), Empty()], ids=repr)
def test_a_copy_equals_the_value(value: Record) -> None:
    assert copy.copy(value) == value
    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301


@pytest.mark.parametrize("value", [Place(1), Empty()], ids=repr)
def test_values_compare_in_a_process_that_has_only_unpickled_them(value: Record) -> None:
    told = "import pickle, sys; a, b = (pickle.load(sys.stdin.buffer) for _ in range(2)); print(a == b, len({a, b}))"
    done = subprocess.run([sys.executable, "-c", told], input=2 * pickle.dumps(value), capture_output=True, check=True)
    assert done.stdout.split() == [b"True", b"1"]


def test_threads_that_make_the_first_instance_together_all_get_one() -> None:
    for _ in range(50):
        kind = type("Fresh", (Record,), {"__annotations__": {"line": "int"}, "__module__": __name__})
        ready = threading.Barrier(4)
        made: list[object] = []

        def make(kind: type = kind, ready: threading.Barrier = ready, made: list[object] = made) -> None:
            ready.wait()
            made.append(kind(1))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(made) == 4
        assert len(set(made)) == 1
