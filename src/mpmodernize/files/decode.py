"""From the bytes of a source file to text, and back to the same bytes.

Python reads a source file by its byte order mark and by the coding declaration of PEP 263. Legacy files lean on
both: `# -*- coding: gbk -*-` must still be true after a fix, and every untouched line must keep its bytes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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


class UndecodableError(ValueError):
    """The bytes are no source text: `line` (from 1) is where, the message says why."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class UnencodableError(ValueError):
    """The new text can't be written in the file's own encoding."""


@dataclass(frozen=True)
class Decoded:
    r"""The text of a file, and what is needed to write it back.

    Newlines in `text` are the file's own (`\r\n` and `\r` included); `text` doesn't hold the byte order mark.
    """

    text: str
    encoding: str
    bom: bytes
    data: bytes

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
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            missing = text[error.start]
            raise UnencodableError(f"{self.encoding} has no character {missing!r}, which the new text needs") from error


def decode(data: bytes) -> Decoded:
    """Decode a source file by its byte order mark and coding declaration; without either, as UTF-8.

    Raises `UndecodableError` for a declaration that names no text encoding or contradicts the byte order mark, for
    bytes that are not text in the encoding, and for NUL bytes, which Python refuses.
    """
    for mark, name in _FOREIGN_BOMS:
        if data.startswith(mark):
            raise UndecodableError(f"the file is {name}, which Python does not read as source")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    if (nul := body.find(b"\0")) >= 0:
        raise UndecodableError("a NUL byte, which Python does not read as source", _line_of(body, nul))
    encoding, line = _declared(body)
    if encoding is None:
        encoding = "utf-8"
    elif bom and encoding != "utf-8":
        raise UndecodableError(f"the coding declaration says {encoding}, the byte order mark UTF-8", line)
    try:
        return Decoded(body.decode(encoding), encoding, bom, data)
    except UnicodeDecodeError as error:
        offence = f"byte 0x{body[error.start]:02x} is not {encoding}"
        missing = "" if line else ", and no encoding is declared"
        raise UndecodableError(offence + missing, _line_of(body, error.start)) from error
    except (LookupError, ValueError) as error:
        # A codec from bytes to bytes (hex), or one that fails in its own words (idna, undefined).
        raise UndecodableError(f"the declared encoding {encoding} does not decode the file: {error}", line) from error


def _declared(body: bytes) -> tuple[str | None, int]:
    """Find the declared encoding under its usual name and the line that declares it, or `(None, 0)`."""
    for number, line in enumerate(_NEWLINE.split(body[:4096], 2)[:2], 1):
        if match := _DECLARATION.match(line):
            name = _usual_name(match[1].decode("ascii"))
            try:
                codecs.lookup(name)
            except LookupError:
                raise UndecodableError(f"the declared encoding {name} is unknown", number) from None
            return name, number
        if not _NO_CODE.match(line):
            break
    return None, 0


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
