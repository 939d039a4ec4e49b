"""What is known of the inputs of a run before any of them is worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mpmodernize.model.first_glance import Glance, look

if TYPE_CHECKING:
    from mpmodernize.run.inputs import Input

NOTHING = Glance(clear=False, processes=False, imports=())
"""What a glance shows of a file that is no Python module, or that can't be read."""


class Facts(NamedTuple):
    """What is known of one input."""

    glance: Glance
    size: int
    """How many bytes the file has."""
    digest: str
    """The fingerprint of its content; empty for what can't be read."""


def facts_of(each: Input) -> Facts:
    """Read an input and look at its bytes; what can't be read is nothing yet, and said when it is worked on."""
    try:
        data = each.read()
    except OSError:
        return Facts(NOTHING, 0, "")
    return Facts(look(data) if each.is_module else NOTHING, len(data), digest(data))


def digest(data: bytes) -> str:
    """The fingerprint of a content."""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()
