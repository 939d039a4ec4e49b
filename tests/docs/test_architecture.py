"""The house: a room imports only rooms below it; and what must stay cheap stays cheap."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from docs.house import PACKAGE, ROOT, imported_rooms, room_of

if TYPE_CHECKING:
    from pathlib import Path

# From the top of the house to the ground; `__main__` is the door.
ROOMS = (
    "__main__",
    "cli",
    "verify",
    "run",
    "configuration",
    "map",
    "engine",
    "suppression",
    "documents",
    "places",
    "report",
    "rules",
    "model",
    "rewrite",
    "python2",
    "files",
    "reference",
    "settings",
    "findings",
    "codes",
    "text",
    "records",
)
# The package itself hands on names of the rooms; what a room may take from it is its version alone.
FACADE = "__init__"


def test_the_list_of_rooms_is_complete() -> None:
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} == {*ROOMS, FACADE}


def test_a_room_imports_only_rooms_below_it() -> None:
    upward = [
        f"{path.relative_to(PACKAGE)} imports {room}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if room_of(path) != FACADE
        for room in sorted(imported_rooms(path) - {room_of(path), "__version__"})
        if room not in ROOMS or ROOMS.index(room) < ROOMS.index(room_of(path))
    ]
    assert upward == []


def test_reference_imports_nothing_else_of_the_package() -> None:
    for path in (PACKAGE / "reference").glob("*.py"):
        assert imported_rooms(path) <= {"reference"}, path


def test_contributing_tells_the_same_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[a-z0-9]+(?:/|\.py)`(?:, )?)+) \|", text, re.MULTILINE)
    told = [re.sub(r"/|\.py", "", name) for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert told == [room for room in ROOMS if room != "__main__"]


def modules_after(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_checking_a_clean_file_imports_neither_libcst_nor_the_map_and_fixing_a_wrong_one_does(tmp_path: Path) -> None:
    clean, wrong = tmp_path / "clean.py", tmp_path / "wrong.py"
    clean.write_text("from multiprocessing import Pool\n\nif __name__ == '__main__':\n    print(Pool)\n")
    wrong.write_text("import multiprocessing as mp\nmp.Process(target=print, args=(1)).start()\n")
    run = (
        "from mpmodernize.cli import main\ntry:\n    main({!r})\nexcept SystemExit as end:\n    assert end.code in {!r}"
    )
    for arguments in (["check", str(clean)], ["check", str(wrong)]):
        assert not {"libcst", "igraph", "mpmodernize.map"} & modules_after(run.format(arguments, (0, 1)))
    assert "libcst" in modules_after(run.format(["fix", "--diff", str(wrong)], (1,)))
