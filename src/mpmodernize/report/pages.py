"""The page of a rule, for a terminal and for programs."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mpmodernize.rules.base import BaseRule

_START_METHODS = ("fork", "spawn", "forkserver")
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


def page(rule: type[BaseRule]) -> str:
    """Write the page as Markdown, under a title."""
    summary, _, rest = _explanation(rule).partition("\n")
    concerned = [each for each in _START_METHODS if each in rule.start_methods]
    told = f"\n\nConcerns {' and '.join(concerned)} alone." if len(concerned) < len(_START_METHODS) else ""
    return f"# {rule.name} ({rule.code})\n\n{summary}{told}\n{rest}\n"


def as_data(rule: type[BaseRule]) -> dict[str, Any]:
    """Give the page as plain data for JSON: what a rule is called, the whole text, and each section by its heading."""
    text = _explanation(rule)
    summary, *rest = _HEADING.split(text)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "start_methods": [each for each in _START_METHODS if each in rule.start_methods],
        "summary": " ".join(summary.split("\n\n")[0].split()),
        "explanation": text,
        "sections": {heading: body.strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)},
    }


def summary(rule: type[BaseRule]) -> str:
    """Return the first line of the page."""
    return _explanation(rule).partition("\n")[0]


def _explanation(rule: type[BaseRule]) -> str:
    # Not `inspect.getdoc`: that would take the page of the base class for a rule without one, and expand tabs.
    first, _, rest = (rule.__doc__ or "").partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}".rstrip()
