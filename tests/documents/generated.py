"""Documents made at random from parts that are code and parts that look like it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from mpmodernize.documents import Kind

PROGRAMS = [
    "import multiprocessing as mp\n",
    "def job(q):\n    for i in range(3):\n\tq.put(i)\n",
    """\
def job(x):
    return x*x

if __name__ == '__main__':
    p = mp.Pool(2)                # 进程池
    print p.map(job, range(3))
""",
    """\
class Worker(object):
    '''Works.

And more.
    '''
    def run(self):
        try:
            pass
        except IOError, e:
            print e
""",
    "x = [\n  1,\n\n  2]\nfor each in x:\n        print(each)\n",
    "@decorated\ndef f():\n\n    # 注释\n    yield 1\n# done\n",
]
SESSIONS = [
    ">>> import os\n>>> for i in range(2):\n...     print i\n...\n0\n1\n",
    ">>> x = [1,\n...      2]\n>>> x\n[1, 2]\n",
    ">>> print 'a'\na\n\nmore words\n>>> 1/0\nTraceback (most recent call last):\n  ...\nZeroDivisionError\n",
]
OTHERS = [
    "$ python script.py\nusage: script.py [-h]\n",
    "Note: important\n",
    "see below\n",
    "a, b\n",
    "| x | y |\n| --- | --- |\n| `'i'` | int 整数 |\n",
    'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\n    main()\nValueError: no\n',
    "[section]\nkey = value\n",
    "mp.Pool() -- 进程池\n",
    "don't (worry\n",
    "\f\n\x0b \u2028 \x85\n",
    '"""\n',
]
LABELS = [
    "python",
    "py",
    "Python2",
    "python3",
    "pycon",
    "",
    "bash",
    "{.python}",
    "{code-block} python",
    "python title='a'",
]


def part(random: Random) -> str:
    """Code, a session, or something else."""
    return random.choice(random.choice((PROGRAMS, SESSIONS, OTHERS)))


def indented(text: str, prefix: str, random: Random) -> str:
    """The text behind a prefix; blank lines now with it and now without."""
    lines = text.split("\n")[:-1]
    return "".join((prefix if line or random.random() < 0.5 else prefix.rstrip()) + line + "\n" for line in lines)


def markdown(random: Random, depth: int = 0) -> str:
    """Blocks of Markdown, in quotations and lists."""
    text = "---\ntitle: x\n    y = f(1)\n---\n" if depth == 0 and random.random() < 0.2 else ""
    for _ in range(random.randint(1, 4)):
        choice = random.randrange(7)
        if choice < 3:
            fence = random.choice(("```", "~~~", "````"))
            text += f"{fence}{random.choice(LABELS)}\n{part(random)}{fence}\n"
        elif choice == 3:
            text += "\n" + indented(part(random), random.choice(("    ", "\t")), random) + "\n"
        elif choice == 4:
            text += "words, and\nmore of them\n\n"
        elif depth < 3:
            inner = markdown(random, depth + 1)
            mark = random.choice(("> ", ">", "- ", "1.  ", "\t", "* \t"))
            rest = mark if mark.startswith(">") else " " * len(mark.expandtabs(4))
            text += "\n" + mark + indented(inner, rest, random)[len(rest) :] + "\n"
    return text


def restructuredtext(random: Random) -> str:
    """Blocks of reStructuredText."""
    text = ""
    for _ in range(random.randint(1, 6)):
        head = random.choice(
            (
                ".. code-block:: python\n   :linenos:\n\n",
                ".. code::\n\n",
                "Thus::\n\n",
                "- so::\n\n",
                ".. c:function:: x\n\n",
                "..\n",
            )
        )
        margin = random.choice(("", "  ", "\t"))
        text += (
            indented(head + indented(part(random), random.choice(("    ", "\t", "   ")), random), margin, random) + "\n"
        )
        if random.random() < 0.4:
            text += indented(random.choice(SESSIONS), margin, random) + "\n"
        if random.random() < 0.4:
            text += "Words.\n\n"
    return text


def notes(random: Random) -> str:
    """Code and prose at any indentation."""
    text = ""
    for _ in range(random.randint(1, 7)):
        margin = random.choice(("", "    ", "\t", "              ", "  \t "))
        text += indented(part(random), margin, random) + "\n" * random.randrange(4)
    return text


def docstrings(random: Random) -> str:
    """Functions with docstrings."""
    text = "# coding: utf-8\n"
    for number in range(random.randint(1, 4)):
        inner = "".join(random.choice(SESSIONS) + "\n" for _ in range(random.randint(0, 2)))
        quotes = random.choice(('"""', "r'''"))
        text += (
            f"def f{number}(x):\n    {quotes}Do.\n\n{indented(inner, '    ', random)}    {quotes[-3:]}\n    print x\n\n"
        )
    return text


def notebook(random: Random) -> str:
    """A notebook."""
    cells: list[dict[str, object]] = []
    for _ in range(random.randint(1, 5)):
        source = random.choice(("", "%matplotlib inline\n", "%%time\n", "%%bash\n", "!ls -l \\\n  /\n")) + part(
            random
        ).rstrip("\n")
        lines = source.splitlines(keepends=True)
        cell: dict[str, object] = {
            "cell_type": random.choice(("code", "code", "markdown")),
            "metadata": {"é": 1.50},
            "source": random.choice((source, lines)),
        }
        if cell["cell_type"] == "code":
            cell |= {"outputs": [{"text": ["</x>\n", "\\u"], "n": 1e5}], "execution_count": None}
        cells.append(cell)
    text = json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4},
        ensure_ascii=random.random() < 0.5,
        indent=random.choice((None, 1, "\t")),
        sort_keys=random.random() < 0.5,
    )
    return text.replace("</x>", "<\\/x>") + random.choice(("", "\n"))


def document(kind: Kind, random: Random) -> str:
    """A document of a kind; with any newline, with and without the last one, with and without a byte order mark."""
    make = {
        "markdown": markdown,
        "restructuredtext": restructuredtext,
        "notes": notes,
        "docstrings": docstrings,
        "notebook": notebook,
    }
    text = make[kind](random)
    if kind != "notebook":
        text = text.replace("\n", random.choice(("\n", "\n", "\r\n", "\r")))
        if random.random() < 0.3:
            text = text.rstrip("\r\n")
    return ("\ufeff" if random.random() < 0.1 else "") + text
