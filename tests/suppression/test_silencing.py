"""What a comment silences is not reported and not fixed, and the rest is."""

from __future__ import annotations

import pytest

from mpmodernize import Settings, check_source, fix_source
from mpmodernize.engine import Source, check_together, fix_together
from mpmodernize.files.modules import Modules

CALL = "import multiprocessing as mp\nmp.Process(target=print, args=(1)).start(){}\nx = mp.Pool(4 / 2)\n"


def codes(text: str, settings: Settings | None = None) -> list[tuple[int, str]]:
    findings = check_source(text, settings=settings or Settings()).findings
    return [(finding.line, finding.code) for finding in findings]


@pytest.mark.parametrize(
    "comment", ["mpmodernize: ignore[MP317]", "mpmodernize: ignore[args-not-a-tuple] why", "noqa: MP317"]
)
def test_a_silenced_finding_is_neither_reported_nor_fixed(comment: str) -> None:
    plain, silenced = codes(CALL.format("")), codes(CALL.format(f"  # {comment}"))
    assert [each for each in plain if each not in silenced] == [(2, "MP317")]
    assert [each for each in silenced if each not in plain] == []
    fixed = fix_source(CALL.format(f"  # {comment}"))
    assert "args=(1))" in fixed.source
    assert comment in fixed.source
    assert "MP317" not in {finding.code for finding in (*fixed.fixed, *fixed.findings)}


def test_a_comment_for_the_file_silences_the_rule_wherever_it_stands() -> None:
    text = CALL.format("") + "# mpmodernize: file-ignore[MP317]\n"
    assert "MP317" not in {code for _, code in codes(text)}


@pytest.mark.parametrize(
    "comment", ["mpmodernize: ignore", "noqa", "mpmodernize: ignore[MP3]", "mpmodernize: ignore[MP401]"]
)
def test_no_other_comment_silences_it(comment: str) -> None:
    assert (2, "MP317") in codes(CALL.format(f"  # {comment}"))


ROUNDS = """\
import multiprocessing as mp

lock = mp.Lock()
total = mp.Value("i", 0)


def job():
    with lock:  # mpmodernize: ignore[MP401] it is only a test
        total.value += 1


p = mp.Process(target=job)
p.start()
p.join()
"""


def test_comments_travel_with_the_code_through_every_round() -> None:
    fixed = fix_source(ROUNDS)
    assert "with lock:  # mpmodernize: ignore[MP401] it is only a test" in fixed.source
    assert "if __name__" in fixed.source, "what is not silenced is fixed"
    assert "MP002" not in {finding.code for finding in fixed.findings}
    assert fix_source(fixed.source).source == fixed.source


def test_a_fix_that_several_findings_share_is_nobodys_when_one_of_them_is_silenced() -> None:
    fixed = fix_source(ROUNDS)
    assert "def job():" in fixed.source, "total is not handed over either: the same fix would hand over the lock"
    (shared,) = [finding for finding in fixed.findings if finding.code == "MP401"]
    assert "`total`" in shared.message
    assert shared.advice.endswith("(not fixed here: the same fix would put right what a comment silences)")


ANONYMOUS = """\
from multiprocessing import Process, Queue
q = Queue()
def job(n):
    q.put(n * n)
for n in range(3):
    Process(target=job, args=(n,)).start()  # mpmodernize: ignore[MP301] never imported
print sorted([q.get() for n in range(3)])
"""

ON_ONE_LINE = """\
import multiprocessing as mp
def job(q):
    q.put('x' * 100000)
q = mp.Queue()
p1 = mp.Process(target=job, args=(q,)); p2 = mp.Process(target=job, args=(q,))
p1.start(); p2.start()
p1.join(); p2.join()  # noqa: MP501
print(len(q.get()), len(q.get()))
"""


@pytest.mark.parametrize(
    ("text", "line", "unwanted"),
    [
        (ANONYMOUS, "    process.start()  # mpmodernize: ignore[MP301] never imported\n", "if __name__"),
        (ON_ONE_LINE, "    p1.join()  # mpmodernize: ignore[MP501]\n", "p2.join()\n    print("),
    ],
)
def test_a_comment_goes_with_its_finding_where_a_fix_for_another_one_parts_the_line(
    text: str, line: str, unwanted: str
) -> None:
    fixed = fix_source(text)
    assert line in fixed.source
    if "MP301" in line:
        assert unwanted not in fixed.source
    else:
        assert fixed.source.index("p1.join()") < fixed.source.index("q.get()")
    assert fixed.source.count("#") == 1, "it stands beside its finding alone"
    assert fixed.findings == ()
    assert fix_source(fixed.source).source == fixed.source


def test_what_was_silenced_in_python_2_alone_needs_no_comment_afterwards() -> None:
    generator = "def each():\n    try:\n        yield 1\n    except StopIteration: pass\n"
    half = "half = mp.cpu_count() / 2  # mpmodernize: ignore[MP260] a float\n"
    text = f"import multiprocessing as mp\n\n{generator}\nprint 1\n{half}"
    assert (9, "MP260") in codes(text.partition("  #")[0])
    fixed = fix_source(text)
    assert "mp.cpu_count() / 2\n" in fixed.source, "neither halved as in Python 2, nor said to be silenced"
    assert codes(fixed.source) == []
    assert fix_source(fixed.source).source == fixed.source


@pytest.mark.parametrize(
    ("comment", "settings"),
    [
        ("  # mpmodernize: ignore[MP203]", Settings()),
        ("\n# mpmodernize: file-ignore[MP203]", Settings()),
        ("", Settings(ignore=("MP203",))),
        ("", Settings(unfixable=("MP203",))),
        ("", Settings(select=("MP204",))),
    ],
)
def test_the_new_input_is_never_taken_for_the_old_one(comment: str, settings: Settings) -> None:
    text = f"r = xrange(3){comment}\nname = raw_input()\n"
    first = fix_source(text, settings=settings)
    assert first.source == text
    (waiting,) = [each for each in first.findings if each.code == "MP204"]
    assert "MP203 stays" in waiting.advice
    for later in (settings, Settings()):
        assert "eval" not in fix_source(first.source, settings=later).source


PYTHON_2 = "import multiprocessing as mp\nprint 1{}\nmp.Process(target=len, args=(1)).start()\n"


def test_nothing_is_written_to_a_file_with_silenced_syntax() -> None:
    text = PYTHON_2.format("  # mpmodernize: ignore[MP101] by hand")
    fixed = fix_source(text)
    assert fixed.source == text
    assert fixed.fixed == ()
    assert "MP101" not in {finding.code for finding in fixed.findings}
    (tuple_finding,) = [finding for finding in fixed.findings if finding.code == "MP317"]
    assert "since MP101 is silenced by a comment" in tuple_finding.advice
    assert tuple_finding.safety.value == "manual"


def test_the_comments_of_python_2_files_are_read_where_they_stand_on_disk() -> None:
    text = "print '''a\n''', `1`\nimport multiprocessing as mp\nx = mp.Pool(4 / 2)  # noqa: MP610\nprint 2\n"
    assert [line for line, code in codes(text) if code in {"MP610", "MP002"}] == []
    assert "mp.Pool(4 / 2)  # noqa: MP610" in fix_source(text).source


def together(files: dict[str, str], *, fix: bool = False) -> dict[str, tuple[str, list[str]]]:
    run = fix_together if fix else check_together
    results = run([Source(name, text) for name, text in files.items()], find=Modules(files).find)
    return {each.filename: (each.source, [finding.code for finding in each.findings]) for each in results}


WORKER = "import multiprocessing as mp\nlock = mp.Lock()\ndef job():\n    with lock:{}\n        print(1)\n"
MAIN = (
    "import multiprocessing as mp\nimport worker\nif __name__ == '__main__':\n"
    "    p = mp.Process(target=worker.job)\n    p.start()\n    p.join()\n"
)


def test_a_comment_in_one_file_of_a_program_leaves_the_others_alone() -> None:
    files = {"worker.py": WORKER.format(""), "main.py": MAIN}
    assert "MP401" in together(files)["worker.py"][1]
    changed = together(files, fix=True)
    assert changed["main.py"][0] != MAIN, "the fix is one of both files"
    silenced = {"worker.py": WORKER.format("  # mpmodernize: ignore[MP401]"), "main.py": MAIN}
    assert together(silenced)["worker.py"][1] == []
    assert {name: source for name, (source, _) in together(silenced, fix=True).items()} == silenced


def test_a_comment_about_a_rule_that_is_not_selected_is_not_unused() -> None:
    text = "import multiprocessing as mp\nx = mp.cpu_count()  # mpmodernize: ignore[MP402]\n"
    assert codes(text) == [(2, "MP002")]
    assert codes(text, Settings(ignore=("MP402",))) == []
    assert codes(text, Settings(ignore=("MP002",))) == []


def test_a_comment_that_stays_because_nothing_may_be_removed_is_reported_without_a_fix() -> None:
    text = "import multiprocessing as mp\nx = mp.cpu_count()  # mpmodernize: ignore[MP402]\n"
    settings = Settings(unfixable=("MP002",))
    fixed = fix_source(text, settings=settings)
    assert fixed.source == text
    assert [(finding.code, finding.safety.value) for finding in fixed.findings] == [("MP002", "manual")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1  # mpmodernize: ignore[MP402] why", "x = 1"),
        ("x = 1\t#noqa:MP402", "x = 1"),
        ("x = 1  # noqa: MP402, E501", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501 MP402 MP401", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: MP402,E501,MP401,W1", "x = 1  # noqa: E501,W1"),
        ("x = 1  # a # mpmodernize: ignore[MP402]", "x = 1  # a"),
        ("x = 1  # mpmodernize: ignore[MP402] # b", "x = 1  # b"),
        ("x = 1  # mpmodernize: ignore[MP402] # mpmodernize: ignore[MP401]", "x = 1"),
        ("x = 1  # mpmodernize: ignore[MP402, MP402]  ", "x = 1"),
        ("# mpmodernize: ignore[MP402]  ", None),
        ("# mpmodernize: file-ignore[MP402,MP401]", None),
    ],
)
def test_what_silences_nothing_is_removed_with_what_belongs_to_it(
    line: str, expected: str | None, newline: str
) -> None:
    before, after = f"import multiprocessing{newline}", f"y = 2{newline}"
    fixed = fix_source(f"{before}{line}{newline}{after}")
    assert fixed.source == before + (expected + newline if expected is not None else "") + after
    assert {finding.code for finding in fixed.fixed} == {"MP002"}
    assert fixed.findings == ()


def test_a_line_goes_only_where_no_other_comment_becomes_the_coding_declaration() -> None:
    text = "import os; os.getcwd()\n# mpmodernize: file-ignore[MP220]\nunicode(1)\n"
    harmful = "#!/usr/bin/env python\n# mpmodernize: file-ignore[MP220]\n# coding: latin-1\nprint(unicode(1))\n"
    assert "file-ignore" not in fix_source(text).source
    assert "file-ignore" in fix_source(harmful).source
