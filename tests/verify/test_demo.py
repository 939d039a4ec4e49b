from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demo" / "run.py"
SCRIPT = """\
import multiprocessing as mp

def job(x):
    return x * x

p = mp.Pool(2)
print p.map(job, range(5))
p.close()
p.join()
"""


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DEMO), "--legacy", str(folder), "--timeout", "20"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_demo_fixes_runs_and_compares(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(SCRIPT)
    (tmp_path / "pool.fixed.py").write_text("raise SystemExit('the demo makes its own')")
    (tmp_path / "pool.out").write_text("[0, 1, 4, 9, 16]\n")
    done = demo(tmp_path)
    assert "+    print(p.map(job, range(5)))" in done.stdout, done.stderr
    assert "1 of 1 fixed scripts print what they should" in done.stdout
    assert done.returncode == 0
    assert (tmp_path / "pool.py").read_text() == SCRIPT


def test_the_demo_says_what_comes_out_different(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(SCRIPT)
    (tmp_path / "pool.out").write_text("[0, 1, 4, 9, 17]\n")
    done = demo(tmp_path)
    assert "DIFFERENT" in done.stdout
    assert "0 of 1" in done.stdout
    assert done.returncode == 1
