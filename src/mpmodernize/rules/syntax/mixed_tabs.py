"""MP111: mixed tabs."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class MixedTabs(SyntaxRule):
    """Tabs and spaces are mixed in a way that Python 3 refuses.

    ## What it does
    Indents the lines of the file with spaces only, each to the column where Python 2 saw it: a tab goes to the next
    multiple of eight. Strings keep their tabs.

    ## Why it matters
    Python 3 stops with `TabError` where the order of two lines depends on the width of a tab.

    ## Example
    ```python
    if big:
            print "big"
    <tab>print "very big"
    ```

    ## Use instead
    ```python
    if big:
            print("big")
            print("very big")
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.

    ## When it stays silent
    For a file that Python 3 can read: its tabs stay, whatever they are. For a file with no other sign of Python 2.

    ## References
    - [Indentation](https://docs.python.org/3/reference/lexical_analysis.html#indentation)
    - [TabError](https://docs.python.org/3/library/exceptions.html#TabError)
    """

    code = "MP111"
    name = "mixed-tabs"
    advice = "indent the file with spaces, each line to the column where Python 2 saw it"


# Python 3.13 and later expand the tabs of docstrings when they compile them
MixedTabs.__doc__ = (MixedTabs.__doc__ or "").replace("<tab>", "\t")
