"""Values: frozen dataclasses whose methods are written when the first instance is made.

`dataclasses` writes and compiles the methods of a class where the class is defined, which takes about 0.4 ms. A run
imports some hundred classes of values and makes instances of a third of them: for a small file, writing the methods of
all took a fifth of the whole time.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_options: object) -> Callable[[type], type]:
        """Tell type checkers, as `typing.dataclass_transform` of Python 3.11 does."""
        return lambda cls: cls


_WRITING = RLock()


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
class Record:
    """The base of values: `class Place(Record): …` is `@dataclass(frozen=True) class Place: …`.

    An instance is one of a dataclass like any other. The class becomes one with its first instance, whether that is
    made, copied or unpickled. Classes that users of the package see are plain dataclasses.
    """

    _compares: ClassVar[bool] = True

    def __init_subclass__(cls, *, eq: bool = True) -> None:
        cls._compares = eq
        if Record not in cls.__bases__:  # it would inherit the methods of the class above it
            _complete(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _complete(type(self))
        self.__init__(*args, **kwargs)  # type: ignore[misc]

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[type[Self], dict[str, Any]]]:
        return _restored, (type(self), vars(self))


def _complete(cls: type[Record]) -> None:
    """Write the methods of a class, and of those above it."""
    with _WRITING:
        for each in reversed(cls.__mro__):
            if issubclass(each, Record) and each is not Record and "__init__" not in vars(each):
                dataclasses.dataclass(frozen=True, eq=each._compares)(each)


def _restored(cls: type[Any], state: dict[str, Any]) -> Any:
    _complete(cls)
    value = object.__new__(cls)
    vars(value).update(state)
    return value
