"""MP232: names of `os` that Python 3 has no more."""

from __future__ import annotations

from mpmodernize.model.library import OS, OS_GONE
from mpmodernize.rules.moves import MovedNames


class RemovedOsName(MovedNames):
    """A name of `os` that Python 3 has no more: `os.getcwdu`, `os.errno`, `os.popen2`.

    ## What it does
    `os.getcwdu()` becomes `os.getcwd()`, which gives text in Python 3, and `os.errno` the module `errno`. The
    functions `popen2`, `popen3` and `popen4`, and the `tempnam` family, are reported.

    ## Why it matters
    The names raise `AttributeError`. `popen2` and its kin went in Python 3.0 in favour of `subprocess`, `tempnam` and
    `tmpnam` because of the race between the choice of a name and the making of the file.

    ## Example
    ```python
    import os

    print len(os.getcwdu()) > 0
    ```

    ## Use instead
    ```python
    import os

    print(len(os.getcwd()) > 0)
    ```

    ## Fix safety
    Safe for `getcwdu` and `errno`: the line could not run. There is no fix for the others: the two interfaces differ
    in more than their names.

    ## When it stays silent
    Where the program asks first which Python it runs on, or whether the name is there.

    ## References
    - [What's New in Python 3.0: library changes](https://docs.python.org/3/whatsnew/3.0.html#library-changes)
    - [PEP 3108: standard library reorganization](https://peps.python.org/pep-3108/)
    - [Replacing os.popen, os.popen2, os.popen3](https://docs.python.org/3/library/subprocess.html#replacing-os-popen)
    """

    code = "MP232"
    name = "removed-os-name"
    moves = OS
    gone = OS_GONE
