"""MP211: `.sort(f)` and `sorted(x, cmp=f)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpmodernize.rules.base import Phase, Rule
from mpmodernize.rules.comparisons import sortings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class ComparisonFunctionInSort(Rule):
    """`sort` and `sorted` take no comparison function in Python 3, only a key.

    ## What it does
    Makes a key of the comparison function that `list.sort` or `sorted` gets, by place or as `cmp=`. A lambda that
    compares the same thing of both sides becomes that key: `lambda a, b: cmp(a.n, b.n)` is `key=lambda a: a.n`, with
    `reverse=True` where the sides are swapped. Where one key goes up and the next one down it sorts twice, by the
    second and then by the first. Any other function is wrapped: `key=functools.cmp_to_key(f)`. `cmp` itself, and
    `None`, go away.

    ## Why it matters
    `sort()` with a function raises `TypeError` in Python 3, in a worker often only when the first task arrives, under
    every start method.

    ## Example
    ```python
    jobs = [("b", 2), ("a", 1)]
    jobs.sort(lambda a, b: cmp(a[1], b[1]))
    print sorted(jobs, lambda a, b: len(a[0]) - b[1])
    ```

    ## Use instead
    ```python
    import functools

    jobs = [("b", 2), ("a", 1)]
    jobs.sort(key=lambda a: a[1])
    print(sorted(jobs, key=functools.cmp_to_key(lambda a, b: len(a[0]) - b[1])))
    ```

    ## Fix safety
    Safe: both orders are the same, and both keep equal elements in their places, with `reverse=True` too. Unsafe where
    it is not known what is sorted, nor what is handed over.

    ## When it stays silent
    For a `sort` of the program's own classes or with an argument that is no function (`array.sort(0)` of NumPy), and
    where the program asks for the version first.

    ## References
    - [Sorting techniques: comparison functions](https://docs.python.org/3/howto/sorting.html#comparison-functions)
    - [functools.cmp_to_key](https://docs.python.org/3/library/functools.html#functools.cmp_to_key)
    """

    code = "MP211"
    name = "comparison-function-in-sort"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Report each sorting with a comparison."""
        for sorting in sortings(program):
            yield self.finding(
                sorting.call,
                "sorting takes no comparison function in Python 3, only a key",
                advice="hand over a key, or `functools.cmp_to_key(f)`",
                edits=sorting.edits,
                safety=sorting.safety,
            )
