"""The type codes of `Value` and `Array`, as data, computed on the machine that asks.

Sizes differ between platforms: a C `long` has 8 bytes on 64-bit Linux and macOS, 4 on Windows; so a program that
must run on both says `'q'` for 64 bits. A number that doesn't fit wraps without a word: `Value('b', 200)` holds -56.

Sources: https://docs.python.org/3/library/array.html (the table and its minimum sizes),
`multiprocessing.sharedctypes.typecode_to_type` (the codes that `Value` and `Array` know; `'c'` is theirs alone, and
`'w'` of Python 3.13's `array` is not among them).
"""

from __future__ import annotations

import ctypes
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mpmodernize.reference.contexts import Context


@dataclass(frozen=True)
class TypeCode:
    """One row of the table.

    Sizes are in bytes; `minimum` and `maximum` bound numbers, and are `None` for characters.
    """

    code: str
    c_type: str
    python_type: type
    ctype: Any
    minimum_size: int

    @property
    def size(self) -> int:
        """Bytes that one item takes on this machine."""
        return ctypes.sizeof(self.ctype)

    @property
    def minimum(self) -> int | float | None:
        """The smallest number that fits."""
        maximum = self.maximum
        if maximum is None or self.python_type is float:
            return None if maximum is None else -maximum
        return -(1 << (8 * self.size - 1)) if self._is_signed else 0

    @property
    def maximum(self) -> int | float | None:
        """The largest number that fits."""
        if self.python_type is int:
            return (1 << (8 * self.size - self._is_signed)) - 1
        if self.python_type is float:
            # The largest single-precision number has this bit pattern (IEEE 754).
            return sys.float_info.max if self.size == 8 else float(struct.unpack("<f", b"\xff\xff\x7f\x7f")[0])
        return None

    @property
    def _is_signed(self) -> bool:
        return bool(self.ctype(-1).value == -1)

    def holds(self, value: object) -> bool:
        """Whether an item of this type keeps `value` as it is, but for rounding to the precision of `'f'`."""
        if self.python_type is bytes:
            return isinstance(value, bytes) and len(value) == 1
        if self.python_type is str:
            return isinstance(value, str) and len(value) == 1 and ord(value) < 1 << (8 * self.size)
        if self.python_type is int and not isinstance(value, int):
            return False
        if not isinstance(value, (int, float)) or self.minimum is None or self.maximum is None:
            return False
        # Infinities and not-a-number are values of the floating types.
        return value != value or abs(value) == float("inf") or self.minimum <= value <= self.maximum


TYPE_CODES: tuple[TypeCode, ...] = (
    TypeCode("c", "char", bytes, ctypes.c_char, 1),
    TypeCode("b", "signed char", int, ctypes.c_byte, 1),
    TypeCode("B", "unsigned char", int, ctypes.c_ubyte, 1),
    TypeCode("u", "wchar_t", str, ctypes.c_wchar, 2),
    TypeCode("h", "signed short", int, ctypes.c_short, 2),
    TypeCode("H", "unsigned short", int, ctypes.c_ushort, 2),
    TypeCode("i", "signed int", int, ctypes.c_int, 2),
    TypeCode("I", "unsigned int", int, ctypes.c_uint, 2),
    TypeCode("l", "signed long", int, ctypes.c_long, 4),
    TypeCode("L", "unsigned long", int, ctypes.c_ulong, 4),
    TypeCode("q", "signed long long", int, ctypes.c_longlong, 8),
    TypeCode("Q", "unsigned long long", int, ctypes.c_ulonglong, 8),
    TypeCode("f", "float", float, ctypes.c_float, 4),
    TypeCode("d", "double", float, ctypes.c_double, 8),
)
"""Every code that `Value` and `Array` know, in the order of the notes' table."""


def type_code(code: str) -> TypeCode:
    """Find the row for a code.

    Raises `ValueError` for an unknown one, naming those that there are.
    """
    for row in TYPE_CODES:
        if row.code == code:
            return row
    raise ValueError(f"unknown type code {code!r}; there are {', '.join(row.code for row in TYPE_CODES)}")


def table() -> str:
    """Write the table as Markdown, with the sizes and ranges of this machine."""
    lines = [
        "| code | C type | Python type | minimum size | size here | smallest | largest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in TYPE_CODES:
        range_ends = (f"{end:.8g}" if isinstance(end, float) else end for end in (row.minimum, row.maximum))
        cells = (f"`'{row.code}'`", row.c_type, row.python_type.__name__, row.minimum_size, row.size, *range_ends)
        lines.append("| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def run(context: Context = None) -> None:  # noqa: ARG001 - the same for every start method
    """Print the table."""
    print(table())


def expected() -> tuple[str, ...]:
    """Compute what `run` prints."""
    return tuple(table().splitlines())
