from __future__ import annotations

from mpmodernize.findings import Severity
from mpmodernize.report.pages import as_data, page, summary
from mpmodernize.rules.base import BaseRule


class MissingThing(BaseRule):
    """A thing is missing.

    ## What it does
    Finds it.

    ## Example
    ```python
    # ## not a heading
    thing()
    ```
    """

    code = "MP999"
    name = "missing-thing"


class Silent(BaseRule):
    code = "MP998"
    name = "silent"
    severity = Severity.HINT


def test_a_page_has_a_title_and_keeps_its_markdown() -> None:
    assert page(MissingThing).startswith(
        "# missing-thing (MP999)\n\nA thing is missing.\n\n## What it does\nFinds it.\n"
    )


def test_a_page_as_data_has_its_sections_by_heading() -> None:
    data = as_data(MissingThing)
    assert data["code"] == "MP999"
    assert data["summary"] == "A thing is missing."
    assert list(data["sections"]) == ["What it does", "Example"]
    assert data["sections"]["What it does"] == "Finds it."
    assert "## not a heading" in data["sections"]["Example"]


def test_a_rule_without_a_page_does_not_show_that_of_its_base() -> None:
    assert as_data(Silent) == {
        "code": "MP998", "name": "silent", "severity": "hint", "start_methods": ["fork", "spawn", "forkserver"],
        "summary": "", "explanation": "", "sections": {},
    }  # fmt: skip
    assert summary(Silent) == ""
