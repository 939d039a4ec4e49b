"""A project that pins a start method hears of what goes wrong under it, and of nothing else.

What goes wrong under which is recorded beside the cases, in `.before` files that are run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mpmodernize import Settings, check_source, fix_source
from mpmodernize.report.pages import as_data, page
from mpmodernize.rules import all_rules, find_rule
from tests.before import Behaviour, behaviours
from tests.rules.test_cases import BROKEN, name_of

if TYPE_CHECKING:
    from mpmodernize.settings import StartMethod
    from tests.cases import Case

METHODS: tuple[StartMethod, ...] = ("fork", "spawn", "forkserver")
FACTS = [(case, method, behaviours(case.before)[method]) for case in BROKEN for method in METHODS]
WRONG = [fact for fact in FACTS if fact[2].what != "prints"]
# what is expected, where the case says no other words
RIGHT = [fact for fact in FACTS if fact[2].what == "prints" and not fact[2].words]
# The parent happens to have a global of that name, which a forked worker finds in place of its own.
BY_ACCIDENT = {"MP322_initializer_sets_nothing/parameter_of_the_same_name"}


def id_of(fact: tuple[Case, StartMethod, Behaviour]) -> str:
    return f"{fact[1]}-{name_of(fact[0])}"


def codes(case: Case, method: StartMethod) -> set[str]:
    settings = Settings(start_method=method, ignore=("MP1", "MP2"))
    findings = check_source(case.text, settings=settings, misread=case.misread, beside=case.beside).findings
    return {finding.code for finding in findings}


@pytest.mark.parametrize("fact", WRONG, ids=id_of)
def test_what_goes_wrong_under_a_start_method_is_reported_to_a_project_that_pins_it(
    fact: tuple[Case, StartMethod, Behaviour],
) -> None:
    assert codes(fact[0], fact[1])


@pytest.mark.parametrize("fact", RIGHT, ids=id_of)
def test_what_works_under_a_start_method_is_not_reported_to_a_project_that_pins_it(
    fact: tuple[Case, StartMethod, Behaviour],
) -> None:
    if name_of(fact[0]) not in BY_ACCIDENT:
        assert name_of(fact[0])[:5] not in codes(fact[0], fact[1])


LOCK = """\
import multiprocessing as mp
import threading
lock = threading.Lock()
def job():
    with lock:
        print(1)
if __name__ == "__main__":
    threading.Thread(target=job).start()
    p = mp.Process(target=job)
    p.start()
    p.join()
"""


@pytest.mark.parametrize(
    ("method", "expected"), [("any", True), ("fork", True), ("spawn", False), ("forkserver", False)]
)
def test_threads_before_a_fork_concern_projects_that_fork(method: StartMethod, expected: bool) -> None:
    found = {finding.code for finding in check_source(LOCK, settings=Settings(start_method=method)).findings}
    assert ("MP326" in found) is expected


UNGUARDED = "import multiprocessing as mp\nmp.Process(target=print, args=(1)).start()\n"


def test_a_fix_for_other_start_methods_is_not_carried_out() -> None:
    assert "__main__" in fix_source(UNGUARDED).source
    forked = fix_source(UNGUARDED, settings=Settings(start_method="fork"))
    assert "__main__" not in forked.source
    assert "args=(1,)" in forked.source, "what is wrong under fork too is put right"


def test_a_comment_about_a_rule_for_other_start_methods_is_not_unused() -> None:
    text = UNGUARDED.replace("(1)).start()", "(1,)).start()  # mpmodernize: ignore[MP301]")
    for method in ("any", *METHODS):
        findings = check_source(text, settings=Settings(start_method=method)).findings
        assert "MP002" not in {finding.code for finding in findings}, method


def test_a_rule_says_on_its_page_which_start_methods_it_concerns() -> None:
    guard, lock = find_rule("MP301"), find_rule("MP326")
    assert guard is not None
    assert lock is not None
    assert "\n\nConcerns spawn and forkserver alone.\n" in page(guard)
    assert as_data(lock)["start_methods"] == ["fork"]
    for rule in all_rules():
        assert rule.start_methods
        assert rule.start_methods <= {*METHODS}
