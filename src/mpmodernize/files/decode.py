"""From the bytes of a source file to text, and back to the same bytes.

Python reads a source file by its byte order mark and by the coding declaration of PEP 263. Legacy files lean on
both: `# -*- coding: gbk -*-` must still be true after a fix, and every untouched line must keep its bytes.

Where the declaration is not true, or misses in a file that is not UTF-8, the file is read by what its bytes look like;
`Misread` says so, and the conversion of syntax writes a declaration that is true. The bytes stay.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from mpmodernize.records import Record

# PEP 263: the declaration stands in a comment on one of the first two lines ...
_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
# ... and on the second only if the first holds no code.
_NO_CODE = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_FOREIGN_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_jp": "euc_jis_2004",
    "euc_kr": "cp949",
}
"""What is written where the left one is declared: it has the same characters and more."""
_PAIRS = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_COMMON_HANZI = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")


class UndecodableError(ValueError):
    """The bytes are no source text: `line` (from 1) is where, the message says why."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class UnencodableError(ValueError):
    """The new text can't be written in the file's own encoding."""


class Misread(NamedTuple):
    """A file whose declaration is not true, or is missing where it is needed."""

    encoding: str
    """The encoding in which the file was read: what its declaration should say."""
    message: str
    """What is wrong."""
    line: int
    """Where (from 1)."""
    certain: bool
    """Whether no other encoding comes into question."""


class Decoded(Record):
    r"""The text of a file, and what is needed to write it back.

    Newlines in `text` are the file's own (`\r\n` and `\r` included); `text` doesn't hold the byte order mark.
    """

    text: str
    encoding: str
    bom: bytes
    data: bytes
    misread: Misread | None = None
    """Why `encoding` is not the one that the file declares."""

    def encode(self, text: str) -> bytes:
        """Turn new text into the bytes of the file.

        Raises `UnencodableError` if the encoding lacks a character of `text`, or if the file's own bytes would not
        come back the same (several byte sequences of ISO-2022-JP, UTF-7 and cp932 stand for one character).
        """
        if text == self.text:
            return self.data
        try:
            if self.bom + self.text.encode(self.encoding) != self.data:
                raise UnencodableError(f"text in {self.encoding} does not come back byte for byte")
            # The mark says UTF-8; where that is not true it goes.
            return (self.bom if self.encoding == "utf-8" else b"") + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            missing = text[error.start]
            raise UnencodableError(f"{self.encoding} has no character {missing!r}, which the new text needs") from error


def decode(data: bytes) -> Decoded:
    """Decode a source file by its byte order mark and coding declaration; without either, as UTF-8.

    Bytes that are not text in that encoding are read by what they look like, and `misread` says so. Raises
    `UndecodableError` for a declaration that names no text encoding, and for NUL bytes, which Python refuses.
    """
    for mark, name in _FOREIGN_BOMS:
        if data.startswith(mark):
            raise UndecodableError(f"the file is {name}, which Python does not read as source")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    if (nul := body.find(b"\0")) >= 0:
        raise UndecodableError("a NUL byte, which Python does not read as source", _line_of(body, nul))
    declared, line = _declared(body)
    encoding = declared or "utf-8"
    if not _is_known(encoding):
        return _by_its_looks(body, bom, data, declared, f"the declared encoding {encoding} is unknown", line)
    if bom and encoding != "utf-8":
        message = f"the coding declaration says {encoding}, the byte order mark UTF-8"
        return _by_its_looks(body, bom, data, declared, message, line)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        offence = f"byte 0x{body[error.start]:02x} is not {encoding}"
        missing = "" if line else ", and no encoding is declared"
        return _by_its_looks(body, bom, data, declared, offence + missing, _line_of(body, error.start))
    except (LookupError, ValueError) as error:
        # A codec from bytes to bytes (hex), or one that fails in its own words (idna, undefined).
        raise UndecodableError(f"the declared encoding {encoding} does not decode the file: {error}", line) from error
    return Decoded(text, encoding, bom, data)


def _by_its_looks(body: bytes, bom: bytes, data: bytes, declared: str | None, message: str, line: int) -> Decoded:
    """Read a file in the encoding that its bytes speak for; Latin-1 takes all bytes as they are."""
    for encoding, certain in _candidates(body, declared):
        try:
            text = body.decode(encoding)
            if text.encode(encoding) == body:
                return Decoded(text, encoding, bom, data, Misread(encoding, message, line, certain))
        except (UnicodeError, LookupError):
            continue
    raise AssertionError("Latin-1 decodes everything")


def _candidates(body: bytes, declared: str | None) -> list[tuple[str, bool]]:
    """The encodings to try, the likeliest first, each with whether it is certain once it fits."""
    found = [("utf-8", True)]
    if declared is not None and _is_known(declared):
        wider = _WIDER.get(codecs.lookup(declared).name)
        if wider is not None:
            found.append((wider, True))
    high = _HIGH.findall(body)
    # Chinese comes in pairs of high bytes, most of them of the common characters; letters with accents stand alone.
    if all(_PAIRS.fullmatch(run) for run in high):
        characters = sum(len(run) for run in high) // 2
        if 2 * sum(len(_COMMON_HANZI.findall(run)) for run in high) >= characters:
            found.append(("gbk", False))
    # What is UTF-8 among the rest says nothing about the rest.
    if any(0x80 <= byte < 0xA0 for run in high for byte in _UTF8.sub(b"", run)):
        found.append(("cp1252", False))
    return [*found, ("iso-8859-1", False)]


def _declared(body: bytes) -> tuple[str | None, int]:
    """Find the declared encoding under its usual name and the line that declares it, or `(None, 0)`."""
    for number, line in enumerate(_NEWLINE.split(body[:4096], 2)[:2], 1):
        if match := _DECLARATION.match(line):
            return _usual_name(match[1].decode("ascii")), number
        if not _NO_CODE.match(line):
            break
    return None, 0


def _is_known(name: str) -> bool:
    """Whether this names an encoding, and one in which a declaration can be read at all (UTF-16 is none)."""
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    try:
        return "# coding".encode(name) == b"# coding"
    except (LookupError, ValueError):
        return True  # no text encoding: `decode` says why


def _usual_name(name: str) -> str:
    """Read a declared name as Python's own tokenizer does: Emacs writes `utf-8-unix` and `latin-1-dos`."""
    plain = name[:12].lower().replace("_", "-")
    if plain in ("utf8", "utf-8") or plain.startswith("utf-8-"):
        return "utf-8"
    if re.match(r"(latin-1|iso-8859-1|iso-latin-1)(-|$)", plain):
        return "iso-8859-1"
    return name


def _line_of(data: bytes, position: int) -> int:
    return len(_NEWLINE.findall(data[:position])) + 1
