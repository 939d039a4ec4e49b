"""MP116: keyword as name."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class KeywordAsName(SyntaxRule):
    """A name of Python 2 is a keyword in Python 3.

    ## What it does
    Renames `async`, `await` and `nonlocal`, everywhere in the file, to `async_` and so on, where the file defines the
    name. An attribute of something that comes from elsewhere is read by `getattr`, and an argument is passed by
    `**{'async': value}`. The same goes for attributes and arguments called `True`, `False` and `None`. An import that
    names such a module or such a name is made by `__import__`, which takes the name as a text.

    ## Why it matters
    The name is a syntax error in Python 3.

    ## Example
    ```python
    def start(job, async=False):
        print "start", job, async

    start("a", async=True)
    queue.put(1, async=True)
    ```

    ## Use instead
    ```python
    def start(job, async_=False):
        print("start", job, async_)

    start("a", async_=True)
    queue.put(1, **{'async': True})
    ```

    ## Fix safety
    Safe inside the file. Other files that use a renamed name have to follow. `from x.async import *` and an import with
    comments between its names are reported.

    ## When it stays silent
    For a file with no other sign of Python 2: `async` says nothing about it.

    ## References
    - [Keywords](https://docs.python.org/3/reference/lexical_analysis.html#keywords)
    - [PEP 492: Coroutines with async and await syntax](https://peps.python.org/pep-0492/)
    - [PEP 3104: Access to names in outer scopes](https://peps.python.org/pep-3104/)
    """

    code = "MP116"
    name = "keyword-as-name"
    advice = "rename it in the whole file"
    is_local = False
