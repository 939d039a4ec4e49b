"""Python 2 text: its tokens, and the edits that make it Python 3 text.

`convert` takes text and returns text; it knows nothing of files, rules or trees, and uses the standard library only.
"""

from __future__ import annotations

from mpmodernize.python2.context import Change
from mpmodernize.python2.conversion import Conversion, convert

__all__ = ["Change", "Conversion", "convert"]
