"""MP607: text to `send_bytes`, and to a raw pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.byte_literals import made_bytes

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class TextToSendBytes(Rule):
    """Text is sent where only bytes can travel: `connection.send_bytes("x")`, `os.write(fd, "x")`.

    ## What it does
    Finds text that is given to `send_bytes` of a connection, or to `os.write` in a program of Python 3, and makes it
    bytes. (In a Python 2 program `os.write` and what is done with received bytes are [MP267](MP267.md)'s.)

    ## Why it matters
    `send_bytes` and `os.write` send bytes as they are, and in Python 3 text is no bytes: `TypeError: memoryview: a
    bytes-like object is required, not 'str'`. It is the same under every start method. In Python 2 `'x'` was bytes.
    `connection.send("x")`, which pickles, takes everything.

    ## Example
    ```python
    from multiprocessing import Pipe

    receiver, sender = Pipe(duplex=False)
    sender.send_bytes("ready")
    print(len(receiver.recv_bytes()))
    ```

    ## Use instead
    ```python
    from multiprocessing import Pipe

    receiver, sender = Pipe(duplex=False)
    sender.send_bytes(b"ready")
    print(len(receiver.recv_bytes()))
    ```

    ## Fix safety
    Safe for literals and other text that is surely ASCII: the line could not run. Unsafe where text that comes from
    elsewhere is encoded, as UTF-8.

    ## When it stays silent
    For bytes, for `send`, and where it is not known what is sent.

    ## References
    - [Connection.send_bytes](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Connection.send_bytes)
    - [os.write](https://docs.python.org/3/library/os.html#os.write)
    """

    code = "MP607"
    name = "text-to-send-bytes"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each thing that is sent as bytes."""
        for call, sent, what in self._sent(program):
            if not program.meetings.is_text(sent) or program.compatibility.asks_first(call):
                continue
            if program.compatibility.is_caught(call, "TypeError"):
                continue
            edits, safety = made_bytes(program, sent)
            yield self.finding(
                sent,
                f"`{what}` sends bytes, and this is text in Python 3: it stops with `TypeError`",
                advice="use a bytes literal, or `.encode()`",
                fix=Fix(edits, safety, self.phase),
            )

    @staticmethod
    def _sent(program: Program) -> Iterator[tuple[ast.Call, ast.expr, str]]:
        for call in program.index.method_calls.get("send_bytes", ()):
            kind = program.types.kind(call.func.value)  # type: ignore[attr-defined]
            given = call.args[:1] or [each.value for each in call.keywords if each.arg == "buf"]
            if kind in (None, "Connection") and given:
                yield call, given[0], "send_bytes"
        for call in program.calls_of("os.write") if not program.python2 else ():
            if len(call.args) == 2:
                yield call, call.args[1], "os.write"
