"""MP250: `assertEquals` and its likes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Phase, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rewrite.edits import Edit
    from mpmodernize.rules.base import Diagnosis

_NAMES = {
    "assert_": "assertTrue",
    "assertEquals": "assertEqual",
    "assertNotEquals": "assertNotEqual",
    "assertAlmostEquals": "assertAlmostEqual",
    "assertNotAlmostEquals": "assertNotAlmostEqual",
    "assertRegexpMatches": "assertRegex",
    "assertNotRegexpMatches": "assertNotRegex",
    "assertRaisesRegexp": "assertRaisesRegex",
    "assertItemsEqual": "assertCountEqual",
    "failUnless": "assertTrue",
    "failIf": "assertFalse",
    "failUnlessEqual": "assertEqual",
    "failIfEqual": "assertNotEqual",
    "failUnlessAlmostEqual": "assertAlmostEqual",
    "failIfAlmostEqual": "assertNotAlmostEqual",
    "failUnlessRaises": "assertRaises",
}

_LOADERS = {"makeSuite": "loadTestsFromTestCase", "findTestCases": "loadTestsFromModule"}


class UnittestAlias(Rule):
    """The old names of unittest's assertions are gone since Python 3.12.

    ## What it does
    Writes the name that is left: `assertEqual` for `assertEquals` and `failUnlessEqual`, `assertTrue` for `assert_` and
    `failUnless`, `assertRaisesRegex` for `assertRaisesRegexp`, `assertCountEqual` for `assertItemsEqual` and so on.
    Also the loader's method for `unittest.makeSuite`, and a comparison for `assertDictContainsSubset`.

    ## Why it matters
    `fail…` and `assertItemsEqual` raise `AttributeError` in Python 3, the others since Python 3.12: every test fails,
    and none says anything about the program. None of this depends on the start method.

    ## Example
    ```python
    import unittest


    class Sums(unittest.TestCase):
        def test_sum(self):
            self.assertEquals(sum([1, 2]), 3)
    ```

    ## Use instead
    ```python
    import unittest


    class Sums(unittest.TestCase):
        def test_sum(self):
            self.assertEqual(sum([1, 2]), 3)
    ```

    ## Fix safety
    Safe on a test case: the names stood for the same methods, and the new ones are there since Python 3.2. Unsafe where
    it is not known what has the attribute.

    ## When it stays silent
    For classes of the program that have such a method themselves, and where the program asks first.

    ## References
    - [What's New in Python 3.12: unittest](https://docs.python.org/3/whatsnew/3.12.html#unittest)
    - [Deprecated aliases](https://docs.python.org/3.11/library/unittest.html#deprecated-aliases)
    """

    code = "MP250"
    name = "unittest-alias"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each attribute with one of the names."""
        for old, new in _NAMES.items():
            for use in program.index.attributes.get(old, ()):
                if not isinstance(use.ctx, ast.Load) or program.compatibility.asks_first(use):
                    continue
                class_ = program.functions.class_of_instance(use.value) or program.functions.resolve_class(use.value)
                if class_ is None and old == "assert_":
                    continue  # a common name
                if class_ is not None and not _is_test(program, class_, old):
                    continue
                message = f"unittest has no `{old}` in Python 3.12 and later: it is `{new}`"
                safety = Safety.SAFE if class_ is not None else Safety.UNSAFE
                edits = [Replace(use, f"$0.{new}", (use.value,))]
                yield self.finding(use, message, advice=f"use `{new}`", edits=edits, safety=safety)
        for call in program.index.method_calls.get("assertDictContainsSubset", ()):
            assert isinstance(call.func, ast.Attribute)
            class_ = program.functions.class_of_instance(call.func.value)
            if class_ is not None and _is_test(program, class_, call.func.attr):
                message = "unittest has no `assertDictContainsSubset` in Python 3.12 and later"
                advice = "compare the whole with itself and the subset: `{**whole, **subset}`"
                yield self.finding(call, message, advice=advice, edits=_subset(call))
        for old, new in _LOADERS.items():
            for use in program.index.attributes.get(old, ()):
                if program.qualified(use) == f"unittest.{old}" and not program.compatibility.asks_first(use):
                    place = program.index.parent[use]
                    given = len(place.args) + len(place.keywords) if isinstance(place, ast.Call) else 1
                    # a second argument was the prefix of the methods, or the kind of suite
                    edits = [Replace(use, f"$0.defaultTestLoader.{new}", (use.value,))] if given == 1 else []
                    message = f"unittest has no `{old}` in Python 3.13 and later"
                    yield self.finding(use, message, advice=f"use `defaultTestLoader.{new}`", edits=edits)


def _subset(call: ast.Call) -> list[Edit]:
    """The edit for `assertDictContainsSubset(subset, whole)`, where the whole can be written twice."""
    if len(call.args) != 2 or call.keywords or not isinstance(call.func, ast.Attribute):
        return []
    subset, whole = call.args
    if not isinstance(whole, (ast.Name, ast.Attribute)) or isinstance(subset, ast.Starred):
        return []
    return [Replace(call, "$0.assertEqual($1, {**$1, **$2})", (call.func.value, whole, subset))]


def _is_test(program: Program, class_: ast.ClassDef, name: str) -> bool:
    """Whether a class has the method from elsewhere: from a base that is not in the file."""
    family = program.functions.ancestors(class_)
    if any(name in program.index.inner_scope(each).bindings for each in family):
        return False
    return any(
        program.functions.resolve_class(base) is None and program.qualified(base) != "builtins.object"
        for each in family
        for base in each.bases
    )
