"""What the tests of edits share."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from mpmodernize.rewrite.apply import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from mpmodernize.rewrite.edits import Edit

Tree = Any  # the tests reach into the tree by hand


def edited(source: str, edits: Callable[[Tree], list[Edit]]) -> str:
    """The text after these edits of its tree, all of which are carried out; it parses."""
    tree = ast.parse(source)
    result = rewrite(source, tree, [edits(tree)])
    assert result.applied == (0,), result.refused
    ast.parse(result.source)
    return result.source
