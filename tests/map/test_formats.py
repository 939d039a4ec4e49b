"""The three formats: what they write for a few programs, word for word, and that what they write is valid."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mpmodernize.map.condense import condensed
from mpmodernize.map.layout import Spot, arranged
from mpmodernize.map.mermaid import as_mermaid, escaped
from mpmodernize.map.svg import as_svg
from mpmodernize.map.text import as_text
from mpmodernize.map.words import title
from mpmodernize.report.terminal import cells
from tests.map.drawn import FIXTURES, picture_of, picture_of_fixture

GOLDEN = Path(__file__).parent / "golden"
LEGACY = FIXTURES / "legacy"
SHOWN = (
    "notes_process_queue",
    "notes_pool",
    "notes_value_array",
    "notes_lock",
    "manager_dict",
    "pool_with_initializer",
)
SVG = "{http://www.w3.org/2000/svg}"


HEAD = "from multiprocessing import Process, Queue\n"
GUARD = "if __name__ == '__main__':\n"


def many(number: int) -> str:
    """A program with so many workers, each with a queue of its own."""
    numbers = range(number)
    functions = "".join(f"def job{n}(q): q.put({n})\n" for n in numbers)
    queues = "".join(f"    q{n} = Queue()\n" for n in numbers)
    starts = "".join(f"    p{n} = Process(target=job{n}, args=(q{n},))\n    p{n}.start()\n" for n in numbers)
    return HEAD + functions + GUARD + queues + starts + "".join(f"    q{n}.get()\n    p{n}.join()\n" for n in numbers)


def alike(number: int) -> str:
    """A program with so many workers that share one queue."""
    numbers = range(number)
    functions = "".join(f"def job{n}(q): q.put({n})\n" for n in numbers)
    starts = "".join(f"    p{n} = Process(target=job{n}, args=(q,))\n    p{n}.start()\n" for n in numbers)
    ends = "".join(f"    q.get()\n    p{n}.join()\n" for n in numbers)
    return HEAD + functions + GUARD + "    q = Queue()\n" + starts + ends


NASTY = HEAD + GUARD + '    Process(target=table["a<b>&`]|\\"#end;{}"]).start()\n'


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("form", ["txt", "mmd"])
def test_pictures_of_legacy_scripts_are_the_golden_ones(name: str, form: str, bless: bool) -> None:
    picture = picture_of_fixture(LEGACY / f"{name}.py")
    made = as_text(picture) if form == "txt" else as_mermaid([picture])
    golden = GOLDEN / f"{name}.{form}"
    if bless:
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


# -- text ------------------------------------------------------------------------------------------


def test_plain_text_has_no_character_that_a_plain_terminal_lacks() -> None:
    picture = picture_of_fixture(LEGACY / "notes_lock.py")
    made = as_text(picture, ascii_only=True)
    drawing = made.partition("What goes wrong")[0]
    assert drawing.isascii()
    assert "|-- job1  worker, line 7  <- Process, line 21  !! MP301" in drawing


def test_colours_are_asked_for_and_what_goes_wrong_is_red() -> None:
    picture = picture_of_fixture(LEGACY / "notes_lock.py")
    assert "\x1b[31m✗ MP301\x1b[0m" in as_text(picture, colour=True)
    assert "\x1b" not in as_text(picture)


def test_a_worker_that_two_processes_start_is_told_once() -> None:
    made = as_text(
        picture_of(
            """\
            from multiprocessing import Process, Queue
            def inner(q): q.put(1)
            def outer(q):
                p = Process(target=inner, args=(q,))
                p.start()
                p.join()
            if __name__ == '__main__':
                q = Queue()
                ps = [Process(target=outer, args=(q,)), Process(target=inner, args=(q,))]
                for p in ps: p.start()
                q.get(); q.get()
                for p in ps: p.join()
            """
        )
    )
    assert made.count("inner") == 2
    assert "(as above)" in made


def test_a_program_without_processes_is_said_to_have_none() -> None:
    picture = picture_of("print(1)\n")
    assert as_text(picture) == "no processes in program.py\n"
    assert "no processes in program.py" in as_mermaid([picture])
    assert "no processes in program.py" in as_svg([picture])


# -- fewer nodes -----------------------------------------------------------------------------------


def test_workers_that_are_alike_are_one_node_and_three_are_not() -> None:
    assert "job0, job1, job2 … and 27 more  worker  ← Process × 30" in as_text(picture_of(alike(30)))
    assert as_text(picture_of(alike(3))).count("worker, line") == 3


def test_of_too_many_nodes_the_first_are_drawn_and_the_others_counted() -> None:
    picture = picture_of(many(60))
    svg = as_svg([picture])
    assert "… and 37 more" in svg
    assert svg.count('class="card worker') == 24
    assert "job59" in as_text(picture)


# -- Mermaid ---------------------------------------------------------------------------------------

_NODE = re.compile(
    r'g\d+_\w+(?:\(\["(?P<a>[^"]*)"\]\)|\[\["(?P<b>[^"]*)"\]\]|\["(?P<c>[^"]*)"\]|\{\{"(?P<d>[^"]*)"\}\}|\("(?P<e>[^"]*)"\)'
    r'|>"(?P<f>[^"]*)"\])(?::::\w+)?'
)
_LINK = re.compile(r'(g\d+_\w+) (?:==>|-->|-\.-)(?:\|"([^"]*)"\|)? (g\d+_\w+)')
_STYLE = re.compile(r"classDef \w+ [\w:#,-]+|linkStyle \d+ stroke:#\w{6},color:#\w{6}")


def check_mermaid(text: str) -> None:
    """Every line is one of the few forms that this project writes of Mermaid's language, and every name is known."""
    first, *rest = text.splitlines()
    assert first == "flowchart TB"
    known: set[str] = set()
    links = 0
    for line in map(str.strip, rest):
        node, link = _NODE.fullmatch(line), _LINK.fullmatch(line)
        if node:
            known.add(re.split(r"\W", line)[0])
            labels = [each for each in node.groups() if each is not None]
        elif link:
            assert {link[1], link[3]} <= known
            labels, links = [link[2] or ""], links + 1
        else:
            assert _STYLE.fullmatch(line), line
            number = re.match(r"linkStyle (\d+)", line)
            assert number is None or int(number[1]) < links
            continue
        for label in labels:
            assert re.fullmatch(r"(?:[\w .,:()×…\-/]|#\d+;|<br/>)*", label.replace("_", "?" * 2)), label


def test_names_cannot_break_out_of_a_label() -> None:
    text = as_mermaid([picture_of(NASTY)])
    check_mermaid(text)
    assert escaped('a"]<b>') == "a#34;#93;#60;b#62;"
    assert 'table["a<b>&`]|\\"#end;{}"]' in re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text)


def test_several_programs_are_one_flowchart() -> None:
    text = as_mermaid([picture_of(alike(2), "a.py"), picture_of(NASTY, "b.py")])
    check_mermaid(text)
    assert "a.py" in text
    assert "b.py" in text


# -- SVG -------------------------------------------------------------------------------------------


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - what is parsed was made here


def test_an_svg_has_a_title_and_a_description_and_asks_nothing_of_the_net() -> None:
    svg = as_svg([picture_of_fixture(LEGACY / "notes_lock.py")])
    root = parsed(svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert title.text == "The processes of notes_lock.py"
    assert desc.text == "2 workers, 2 shared objects, 5 findings"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|<script|@import|href", svg)
    assert "prefers-color-scheme:dark" in svg


def test_two_svgs_in_one_page_do_not_style_each_other() -> None:
    one, other = (parsed(as_svg([picture_of(alike(n))])) for n in (1, 2))
    assert one.get("id") != other.get("id")
    for root in (one, other):
        style = root.find(f"{SVG}style")
        assert style is not None
        assert style.text is not None
        selectors = re.findall(r"([^{}]+)\{", style.text.replace("@media (prefers-color-scheme:dark){", ""))
        assert all(each.startswith(f"#{root.get('id')}") for line in selectors for each in line.split(","))


def test_names_of_the_program_stay_text_in_an_svg() -> None:
    svg = as_svg([picture_of(NASTY)])
    shown = "".join(each.text or "" for each in parsed(svg).iter(f"{SVG}text"))
    assert "a<b>&`]" in re.sub(r"\s", "", shown)
    assert "<b>" not in svg


@pytest.mark.parametrize("code", [many(1), many(4), many(24), many(60), alike(3), alike(40)])
def test_cards_do_not_overlap_and_lie_inside_the_picture(code: str) -> None:
    root = parsed(as_svg([picture_of(code)]))
    spots = [
        Spot(*(float(rect.get(name, "nan")) for name in ("x", "y", "width", "height")))
        for rect in root.iter(f"{SVG}rect")
    ]
    width, height = float(root.get("width", "nan")), float(root.get("height", "nan"))
    for position, one in enumerate(spots):
        assert one.left >= 0
        assert one.left + one.width <= width
        assert one.top >= 0
        assert one.top + one.height <= height
        for other in spots[:position]:
            apart_across = one.left + one.width <= other.left or other.left + other.width <= one.left
            assert apart_across or one.top + one.height <= other.top or other.top + other.height <= one.top


def test_small_pictures_fit_a_telephone() -> None:
    for name in ("notes_process_queue", "notes_pool", "notes_value_array", "notes_lock"):
        root = parsed(as_svg([picture_of_fixture(LEGACY / f"{name}.py")]))
        assert float(root.get("width", "nan")) <= 540, name


def test_a_link_over_several_layers_bends_in_each_of_them() -> None:
    layout = arranged([(10.0, 10.0)] * 3, [0, 1, 2], [(0, 1), (1, 2), (0, 2)], margin=0)
    assert [len(each) for each in layout.bends] == [0, 0, 1]
    ((x, _),) = layout.bends[2]
    middle = layout.spots[1]
    assert not middle.left <= x <= middle.left + middle.width


def test_the_same_program_gives_the_same_svg() -> None:
    assert as_svg([picture_of(many(9))]) == as_svg([picture_of(many(9))])


# -- everything ------------------------------------------------------------------------------------


def shown(text: str) -> str:
    return "".join(picture for picture, _ in cells(text))


@pytest.mark.parametrize("folder", sorted(each.name for each in FIXTURES.iterdir() if each.is_dir()))
def test_every_fixture_gives_a_map_in_every_format(folder: str) -> None:
    for path in sorted((FIXTURES / folder).rglob("*.py")):
        try:
            picture = picture_of_fixture(path)
        except UnicodeError:
            continue  # said by `check`
        keys = {each.key for each in picture.nodes}
        assert len(keys) == len(picture.nodes), path
        for edge in picture.edges:
            assert {edge.source, edge.target} <= keys, path
            assert all(number < len(picture.defects) for number in edge.defects), path
        marked = {n for node in picture.nodes for n in node.defects} | {n for e in picture.edges for n in e.defects}
        assert not picture.nodes or marked == set(range(len(picture.defects))), path
        text = as_text(picture)
        few = condensed(picture)
        assert sum(1 + len(each.more) for each in few.nodes) == len(picture.nodes), path
        assert all(shown(title(each)) in text for each in few.of_kind("worker")), path
        check_mermaid(as_mermaid([picture]))
        parsed(as_svg([picture]))
