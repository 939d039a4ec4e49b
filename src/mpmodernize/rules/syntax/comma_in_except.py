"""MP104: comma in except."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class CommaInExcept(SyntaxRule):
    """`except E, e` binds the exception to `e` in Python 2.

    ## What it does
    Writes `except E as e`. A tuple, an attribute or an item as the target is assigned in the block's first statement.

    ## Why it matters
    The comma is a syntax error up to Python 3.13. From 3.14 on `except ValueError, error` is valid and
    means another thing: it catches two types and binds nothing.

    ## Example
    ```python
    try:
        work()
    except ValueError, error:
        report(error)
    except IOError, (number, text):
        report(number)
    ```

    ## Use instead
    ```python
    try:
        work()
    except ValueError as error:
        report(error)
    except IOError as error_:
        number, text = error_.args
        report(number)
    ```

    ## Fix safety
    Safe: the meaning is the same in every case.
    A tuple takes the exception's `args`, as iterating over an exception did.

    ## When it stays silent
    For `except (A, B):` and `except E as e:`.

    ## References
    - [The try statement](https://docs.python.org/2.7/reference/compound_stmts.html#the-try-statement)
    - [PEP 3110: Catching exceptions in Python 3000](https://peps.python.org/pep-3110/)
    - [PEP 758: Allow except and except* expressions without parentheses](https://peps.python.org/pep-0758/)
    """

    code = "MP104"
    name = "comma-in-except"
    advice = "write `except E as e`"
