"""MP264: a list comprehension's variable that is used after it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mpmodernize.findings import Safety, Severity
from mpmodernize.rewrite.edits import Replace
from mpmodernize.rules.base import Fix, Phase, Rule
from mpmodernize.rules.spelling import stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mpmodernize.model.program import Program
    from mpmodernize.rules.base import Diagnosis


class LeakedLoopVariable(Rule):
    """The variable of a list comprehension was a variable of the code around it, and is none in Python 3.

    ## What it does
    Finds names that are read after a list comprehension which bound them last.

    ## Why it matters
    In Python 2 a list comprehension was a loop: after `[x for x in xs]` the name `x` had the last value, also where it
    had another before. In Python 3 the comprehension has a scope of its own. Where nothing else binds the name, this
    stops with `NameError`; where something does, the old value stays, and nothing tells.

    ## Example
    ```python
    lines = [line.strip() for line in ["a ", "b "]]
    print "last:", line
    ```

    ## Use instead
    ```python
    lines = []
    for line in ["a ", "b "]:
        lines.append(line.strip())
    print("last:", line)
    ```

    ## Fix safety
    Safe: the loop is what the comprehension was. Where the comprehension is a part of a larger statement, or goes over
    several lines, there is no fix: whether the last element is meant, or the value from before, the writer knows.

    ## When it stays silent
    Where the name gets another value in between, as the variable of a loop or by an assignment; for generator
    expressions, sets and dictionaries, which had scopes of their own in Python 2, too; and in files that are not
    Python 2. Where the comprehension may not have run, the finding is a hint.

    ## References
    - [Displays for lists, sets and dictionaries](https://docs.python.org/3/reference/expressions.html#displays-for-lists-sets-and-dictionaries)
    - [List displays in Python 2.7](https://docs.python.org/2.7/reference/expressions.html#list-displays)
    """

    code = "MP264"
    name = "leaked-loop-variable"
    phase = Phase.LOCAL

    def check(self, program: Program) -> Iterator[Diagnosis]:
        """Look at each name that a list comprehension binds."""
        if not program.python2:
            return
        fixes: dict[ast.ListComp, Fix | None] = {}
        for comprehension, use, always in program.leaks.comprehensions():
            if comprehension not in fixes:
                loop = _as_loop(program, comprehension)
                fixes[comprehension] = Fix([loop], Safety.SAFE, self.phase) if loop is not None else None
            bound = program.index.owner(use) is not None
            what = "has the value from before" if bound else "is not bound"
            yield self.finding(
                use,
                f"`{use.id}` {what} in Python 3: the list comprehension of line {comprehension.lineno} keeps its own",
                advice="use a `for` loop, or say which value is meant",
                severity=Severity.ERROR if always else Severity.HINT,
                fix=fixes[comprehension],
            )


def _as_loop(program: Program, comprehension: ast.ListComp) -> Replace | None:
    """The loop that a comprehension was in Python 2, where it is all that a statement does, on one line."""
    statement = program.index.parent[comprehension]
    if not isinstance(statement, ast.stmt) or "#" in program.text(statement) or not stands_alone(program, statement):
        return None
    lines: list[str] = []
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        target = statement.targets[0].id
        if any(isinstance(each, ast.Name) and each.id == target for each in ast.walk(comprehension)):
            return None
        lines.append(f"{target} = []")
        body = f"{target}.append({program.text(comprehension.elt)})"
    elif isinstance(statement, ast.Expr):
        body = program.text(comprehension.elt)
    else:
        return None
    depth = 0
    for generator in comprehension.generators:
        lines.append(f"{'    ' * depth}for {program.text(generator.target)} in {program.text(generator.iter)}:")
        depth += 1
        for condition in generator.ifs:
            lines.append(f"{'    ' * depth}if {program.text(condition)}:")
            depth += 1
    lines.append("    " * depth + body)
    return Replace(statement, "\n".join(lines))
