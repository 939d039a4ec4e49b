"""MP101: print statement."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class PrintStatement(SyntaxRule):
    """`print` is a statement in Python 2 and a function in Python 3.

    ## What it does
    Makes a function call of every `print` statement: alone, with `>>file`, with a trailing comma, over several lines.
    What `print` wrote as one tuple stays one tuple. Where Python 2 leaves out the blank behind a string that ends in a
    tab or a newline, the call leaves it out too.

    ## Why it matters
    Most forms are syntax errors in Python 3: the file cannot even be imported, by a worker or by anything else. Some
    are worse, because they are valid there and mean something else: `print` alone does nothing, `print >>log, x` and
    `print (a), b` make a tuple, and `print ("a", b)` prints no tuple any more.

    ## Example
    ```python
    print "total:", total
    print >>log, "done"
    print ("a", total)
    print
    ```

    ## Use instead
    ```python
    print("total:", total)
    print("done", file=log)
    print(("a", total))
    print()
    ```

    ## Fix safety
    Safe. A trailing comma has a finding of its own, `soft-space`. In a file that is Python 3 for certain, `print` alone
    and `print >>log, x` are reported and left.

    ## When it stays silent
    In a file that imports `print_function` from `__future__`, and in one that shows no sign of Python 2:
    `print("a", b)` is then taken for a call.

    ## References
    - [The print statement](https://docs.python.org/2.7/reference/simple_stmts.html#the-print-statement)
    - [print()](https://docs.python.org/3/library/functions.html#print)
    - [PEP 3105: Make print a function](https://peps.python.org/pep-3105/)
    """

    code = "MP101"
    name = "print-statement"
    advice = "make it a call"
