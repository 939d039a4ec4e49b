"""MP267: bytes and text that meet."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import AddArgument, Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.byte_literals import as_bytes, byte_literal, is_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.model.meetings import Meeting
    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_MESSAGES = {
    "met": "bytes meet text here, and were one type in Python 2",
    "shown": "bytes are shown as `b'…'` in Python 3",
    "wanted": "bytes have to stand here, and this is text in Python 3",
    "written": "bytes are written to a file that takes text in Python 3",
}
_SUBPROCESS = frozenset({"subprocess.check_output", "subprocess.Popen"})
_GIVING_ASCII = ("base64.b", "base64.std", "base64.url", "base64.enc", "binascii.hexlify", "binascii.b2a_")


class BytesMetAsText(Rule):
    """Files, pipes, sockets and checksums have bytes, which were text in Python 2 and are another type in Python 3.

    ## What it does
    Follows what comes out of files opened with `b`, of subprocesses, sockets, `struct`, `hashlib`, `base64`, `zlib` and
    the like to where it meets text: compared, added, split, searched, printed, formatted. A literal becomes bytes
    (`b"…"`), a subprocess is asked for text (`text=True`), and a file is opened as what is done with it needs. Text
    literals become bytes, too, where only bytes will do: `socket.send`, `os.write`, `hashlib.md5`, a file opened with
    `wb`. Files of `csv` are opened as text with `newline=""`, those of `pickle` as bytes.

    ## Why it matters
    Python 2's `str` was both. In Python 3 the two never mix: `data.split(",")` and `hashlib.md5("abc")` stop with
    `TypeError`, `data == "quit"` is false whatever has been received, and a printed line reads `b'…'`.

    ## Example
    ```python
    import socket

    connection = socket.create_connection(("localhost", 8000))
    connection.send("hello")
    if connection.recv(100) == "bye":
        print "done"
    ```

    ## Use instead
    ```python
    import socket

    connection = socket.create_connection(("localhost", 8000))
    connection.send(b"hello")
    if connection.recv(100) == b"bye":
        print("done")
    ```

    ## Fix safety
    Safe where bytes stay bytes, where the text is surely ASCII, and for `text=True`: without it the line could not
    run or said `b'…'`. Unsafe where bytes that come from elsewhere are decoded, or text is encoded, as UTF-8, and
    where a file is opened in another mode because of what is done with what is read.

    ## When it stays silent
    Where it is not known what an expression is, and in files that are not Python 2.

    ## References
    - [Text versus binary data](https://docs.python.org/3/howto/pyporting.html#text-versus-binary-data)
    - [csv.reader](https://docs.python.org/3/library/csv.html#csv.reader)
    - [pickle.load](https://docs.python.org/3/library/pickle.html#pickle.load)
    """

    code = "MP267"
    name = "bytes-met-as-text"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each meeting, at the files of `csv` and `pickle`, and at single bytes."""
        if not program.python2:
            return
        modes = dict(self._modes(program))
        for call, edits in modes.items():
            yield self.finding(call, _mode_message(program, call), advice="open it in another mode", edits=edits)
        yield from self._meetings(program, modes)
        yield from self._single_bytes(program)

    # -- meetings ----------------------------------------------------------------------------------

    def _meetings(self, program: Program, modes: dict[ast.Call, Sequence[Edit]]) -> Iterator[Diagnosis]:
        meetings = [each for each in program.meetings.all if not program.compatibility.asks_first(each.node)]
        of_source: dict[ast.Call, list[Meeting]] = defaultdict(list)
        for meeting in meetings:
            for source in program.meetings.sources(meeting):
                of_source[source].append(meeting)
        asked = {
            source
            for source, met in of_source.items()
            if program.qualified(source.func) in _SUBPROCESS and any(each.way != "wanted" for each in met)
        }
        for source in sorted(asked, key=lambda each: each.lineno):
            line = min(each.node.lineno for each in of_source[source] if each.way != "wanted")
            yield self.finding(
                source,
                f"a subprocess gives bytes in Python 3, and line {line} wants text",
                advice="ask for text",
                edits=[AddArgument(source, "True", keyword="text")],
            )
        shared: dict[ast.Call, Fix | None] = {}
        for meeting in meetings:
            sources = program.meetings.sources(meeting)
            if sources & asked or sources & modes.keys() or any(map(program.meetings.is_printed_encoded, sources)):
                continue
            opened = next((each for each in sources if program.files.has_known_mode(each)), None)
            if opened is not None and len(sources) == 1 and meeting.way != "wanted":
                if opened not in shared:
                    shared[opened] = self._reopened(program, opened, of_source[opened])
                if shared[opened] is not None:
                    yield self._finding(meeting, shared[opened])
                    continue
            yield self._finding(meeting, self._fix(program, meeting, sources))

    def _finding(self, meeting: Meeting, fix: Fix | None) -> Diagnosis:
        advice = "make bytes of the text, or decode the bytes, whichever is meant"
        return self.finding(meeting.node, _MESSAGES[meeting.way], advice=advice, fix=fix)

    def _fix(self, program: Program, meeting: Meeting, sources: frozenset[ast.Call]) -> Fix | None:
        names = [program.qualified(each.func) or "" for each in sources]
        ascii_only = bool(names) and all(name.startswith(_GIVING_ASCII) for name in names)
        joined = meeting.way == "met" and isinstance(meeting.node, ast.BinOp)
        if meeting.way == "shown" or (joined and ascii_only):
            assert meeting.data is not None
            if not program.meetings.is_bytes(meeting.data):
                return None  # a list of them
            edit = Replace(meeting.data, "$0.decode()", (meeting.data,))
            return Fix([edit], Safety.SAFE if ascii_only else Safety.UNSAFE, self.phase)
        edits: list[Edit] = []
        safety = Safety.SAFE
        for text in meeting.text:
            as_literals = as_bytes(program, text)
            if as_literals is not None:
                edits += as_literals
            else:
                edits.append(Replace(text, "$0.encode()", (text,)))
                if not is_ascii(program, text):
                    safety = Safety.UNSAFE
        return Fix(edits, safety, self.phase) if edits else None

    def _reopened(self, program: Program, opened: ast.Call, met: list[Meeting]) -> Fix | None:
        """A file opened in the other mode, where literals alone do not put it right."""
        mode = program.files.mode(opened)
        read = [each for each in met if each.way in ("met", "shown")]
        if "b" in mode and not all(each.way == "met" and _is_literal(program, each) for each in read):
            return Fix(_in_mode(program, opened, mode.replace("b", "")), Safety.UNSAFE, self.phase)
        if all(each.way == "written" for each in met) and self._all_written_are_bytes(program, opened):
            return Fix(_in_mode(program, opened, _with_b(mode)), Safety.SAFE, self.phase)
        return None

    @staticmethod
    def _all_written_are_bytes(program: Program, opened: ast.Call) -> bool:
        written = [
            call
            for name in ("write", "writelines", "read", "readline")
            for call in program.index.method_calls.get(name, ())
            if isinstance(call.func, ast.Attribute) and opened in program.files.opened_by(call.func.value)
        ]
        return all(call.args and program.meetings.is_bytes(call.args[0]) for call in written)

    # -- modes -------------------------------------------------------------------------------------

    @staticmethod
    def _modes(program: Program) -> Iterator[tuple[ast.Call, Sequence[Edit]]]:
        """The files that are opened in the wrong mode for `csv` or `pickle`, or in one that is gone."""
        for _, opened in program.files.of_lines():
            for call in opened:
                mode = program.files.mode(call)
                if "b" in mode:
                    edits = _in_mode(program, call, mode.replace("b", "").replace("U", ""))
                    newline = AddArgument(call, program.quote * 2, keyword="newline")
                    yield call, [*edits, newline]
        for _, opened in program.files.of_bytes():
            for call in opened:
                mode = program.files.mode(call)
                if "b" not in mode:
                    yield call, _in_mode(program, call, _with_b(mode.replace("U", "")))
        for call in program.calls_of("builtins.print"):  # `print >>f, x`
            for opened in [program.files.opened_by(each.value) for each in call.keywords if each.arg == "file"]:
                for each in opened:
                    mode = program.files.mode(each)
                    if "b" in mode:
                        newline = AddArgument(each, program.quote * 2, keyword="newline")
                        yield each, [*_in_mode(program, each, mode.replace("b", "")), newline]

    # -- single bytes ------------------------------------------------------------------------------

    def _single_bytes(self, program: Program) -> Iterator[Diagnosis]:
        for use in program.index.names.get("ord", ()):
            call = program.index.parent[use]
            if not program.names.calls(call, "builtins.ord", "builtins.map"):
                continue
            assert isinstance(call, ast.Call)
            if call.func is use and len(call.args) == 1 and program.meetings.is_one_byte(call.args[0]):
                message, part, code = "a byte is a number already in Python 3: `ord` refuses it", call.args[0], "$0"
            elif call.func is not use and len(call.args) == 2 and program.meetings.is_bytes(call.args[1]):
                message, part, code = (
                    "bytes are numbers already in Python 3: `ord` refuses them",
                    call.args[1],
                    "$0",
                )
            else:
                continue
            yield self.finding(call, message, advice="leave `ord` away", edits=[Replace(call, code, (part,))])
        for compare in program.index.all(ast.Compare):
            yield from self._compared_with_character(program, compare)

    def _compared_with_character(self, program: Program, compare: ast.Compare) -> Iterator[Diagnosis]:
        if len(compare.ops) != 1 or not isinstance(compare.ops[0], (ast.Eq, ast.NotEq)):
            return
        for item, text in ((compare.left, compare.comparators[0]), (compare.comparators[0], compare.left)):
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                continue
            if isinstance(item, ast.Subscript) and program.meetings.is_one_byte(item):
                literal, place = byte_literal(program, text), _slice_of_one(item.slice)
                edits = [
                    Replace(item, f"$0[{place}]", (item.value,)),
                    Replace(text, literal or ""),
                ]
                yield self.finding(
                    compare,
                    "a byte is a number in Python 3, and no text is equal to it",
                    advice="compare a slice of one byte, or the number",
                    edits=edits if literal is not None and place is not None else (),
                )


def _slice_of_one(place: ast.expr) -> str | None:
    """The slice that holds the one item at a fixed place."""
    try:
        number = ast.literal_eval(place)
    except (ValueError, SyntaxError):
        return None
    if not isinstance(number, int):
        return None
    start, end = str(number) if number else "", "" if number == -1 else str(number + 1)
    return f"{start}:{end}"


def _is_literal(program: Program, meeting: Meeting) -> bool:
    return bool(meeting.text) and all(as_bytes(program, each) is not None for each in meeting.text)


def _with_b(mode: str) -> str:
    return f"{mode[:1]}b{mode[1:]}"


def _in_mode(program: Program, call: ast.Call, mode: str) -> list[Edit]:
    """The edit after which a file is opened in this mode."""
    node = program.files.mode_of(call)
    if node is not None:
        quote = program.text(node)[-1]
        return [Replace(node, f"{quote}{mode}{quote}")]
    return [AddArgument(call, f"{program.quote}{mode}{program.quote}")]


def _mode_message(program: Program, call: ast.Call) -> str:
    mode = program.files.mode(call)
    if "b" in mode:
        return "text goes through this file in Python 3, and it is opened for bytes"
    return "`pickle` reads and writes bytes in Python 3, and this file is opened for text"
