"""MP121: loose grammar."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class LooseGrammar(SyntaxRule):
    """A spelling that Python 2's grammar allows by accident.

    ## What it does
    Writes `f((a)=1)` as `f(a=1)`, `x[. . .]` as `x[...]`, and `f(x for x in y,)` without its comma; puts parentheses
    around a `lambda` that stands bare in the `if` of a comprehension.

    ## Why it matters
    Python 2 reads these; Python 3 refuses the file.

    ## Example
    ```python
    print f((start)=1), total(x for x in rows,)
    print [x for x in rows if lambda: x]
    ```

    ## Use instead
    ```python
    print(f(start=1), total(x for x in rows))
    print([x for x in rows if (lambda: x)])
    ```

    ## Fix safety
    Safe: only the spelling changes.

    ## When it stays silent
    For `f(a, (b)=1)` in the head of a `def`, which is tuple-parameter's. In a file that is not Python 2.

    ## References
    - [Full grammar of Python 2.7](https://docs.python.org/2.7/reference/grammar.html)
    - [Full grammar of Python 3](https://docs.python.org/3/reference/grammar.html)
    """

    code = "MP121"
    name = "loose-grammar"
    advice = "spell it as Python 3 does"
