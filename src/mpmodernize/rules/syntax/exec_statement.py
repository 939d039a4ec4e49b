"""MP103: exec statement."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class ExecStatement(SyntaxRule):
    """`exec` is a statement in Python 2 and a function in Python 3.

    ## What it does
    Makes a function call of `exec code`, `exec code in globals` and `exec code in globals, locals`.

    ## Why it matters
    The statement is a syntax error in Python 3. A function call can no longer give new variables to the function in
    which it stands: where the code does that, hand it a dictionary.

    ## Example
    ```python
    namespace = {}
    exec "x = 1" in namespace
    exec code in namespace, variables
    ```

    ## Use instead
    ```python
    namespace = {}
    exec("x = 1", namespace)
    exec(code, namespace, variables)
    ```

    ## Fix safety
    Safe with `in`, and at module level. Inside a function, `exec` without `in` could change the function's variables,
    and in Python 3 it can't: that is converted, and reported.

    ## When it stays silent
    For `exec(code, globals)`, which is valid in both languages. A tuple of one, or of more than three, is an error in
    Python 2 and would run in Python 3: it gets parentheses of its own, and stays an error.

    ## References
    - [The exec statement](https://docs.python.org/2.7/reference/simple_stmts.html#the-exec-statement)
    - [exec()](https://docs.python.org/3/library/functions.html#exec)
    - [PEP 3100: Miscellaneous Python 3.0 plans](https://peps.python.org/pep-3100/)
    """

    code = "MP103"
    name = "exec-statement"
    advice = "make it a call"
