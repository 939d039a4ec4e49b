"""What depends on the oldest Python that the code has to run on."""

from __future__ import annotations

from mpmodernize import Settings, check_source

ANNOTATED = "from multiprocessing import Queue\ndef work(queue: Queue | None = None) -> None:\n    print(queue)\n"
COMPUTED = "from multiprocessing import Queue\nChannel = Queue | None\nclass Stage:\n    queue: Queue | None = None\n"


def lines(text: str, settings: Settings) -> list[int]:
    return [finding.line for finding in check_source(text, settings=settings).findings if finding.code == "MP605"]


def test_annotations_stop_a_program_only_where_they_are_computed_at_once() -> None:
    for target in ("py310", "py313"):
        settings = Settings(target_version=target)
        assert lines(ANNOTATED, settings) == [2], target
        assert lines(COMPUTED, settings) == [2, 4], target
    newest = Settings(target_version="py314")
    assert lines(ANNOTATED, newest) == []
    assert lines(COMPUTED, newest) == [2]
