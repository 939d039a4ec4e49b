"""MP126: yield in comprehension."""

from __future__ import annotations

from mpmodernize.rules.base import SyntaxRule


class YieldInComprehension(SyntaxRule):
    """A `yield` stands inside a comprehension.

    ## What it does
    Writes the loop that a list comprehension is, before the statement that holds it; for a generator expression, the
    function that it is.

    ## Why it matters
    A list comprehension of Python 2 is a loop of the function around it, and a `yield` in it hands out a value of that
    function. A generator expression is a function of its own, which a `yield` gives one more value. Python 3.8 and
    later refuse both.

    ## Example
    ```python
    def ask(questions):
        print "asking"
        answers = [(yield each) for each in questions if each]
        print answers
    ```

    ## Use instead
    ```python
    def ask(questions):
        print("asking")
        yielded = []
        for each in questions:
            if each:
                yielded.append((yield each))
        answers = yielded
        print(answers)
    ```

    ## Fix safety
    Safe: it is the same loop. Where the statement calls something before it reaches the comprehension, the order
    changes, and the finding stays. In a `while`, a `lambda`, a set or a dictionary there is no fix.

    ## When it stays silent
    For a `yield` in what the first `for` runs over, which both languages allow. In a file that is not Python 2.

    ## References
    - [Displays for sets and dictionaries](https://docs.python.org/3/reference/expressions.html#displays-for-lists-sets-and-dictionaries)
    - [Yield expressions](https://docs.python.org/2.7/reference/expressions.html#yield-expressions)
    - [bpo-10544: yield expressions inside generator expressions](https://github.com/python/cpython/issues/54753)
    """

    code = "MP126"
    name = "yield-in-comprehension"
    advice = "write it as the loop that it is"
    is_local = False
