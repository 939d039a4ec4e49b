"""Seeds: the defects of the catalogue, each with what plants it into a right program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import planting
from benchmarks.planting import swap, under_guard

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Seed:
    """A defect: what makes it, the rules that are to find it, and who is to put it right."""

    name: str
    codes: tuple[str, ...]
    plant: Callable[[str], str | None]
    """The program with the defect, or `None` where there is no place for it."""
    fix: str
    """`safe`, `unsafe`, or `report` where the catalogue has no fix that keeps the program's meaning."""


SEEDS = (
    Seed("drop the guard", ("MP301",), planting.drop_guard, "safe"),
    Seed("define the worker under the guard", ("MP302",), planting.worker_under_guard, "safe"),
    Seed("define the worker in main", ("MP310",), planting.worker_in_main, "safe"),
    Seed("make the target a lambda", ("MP310",), planting.lambda_target, "safe"),
    Seed("call the target", ("MP318",), planting.target_called, "safe"),
    Seed("give args without a comma", ("MP317",), swap(r"args=\(([\w\"]+),\)", r"args=(\1)"), "safe"),
    Seed("run for start", ("MP319",), swap(r"^( +\w+)\.start\(\)", r"\1.run()", 1), "report"),
    Seed("set the start method at import", ("MP303",), planting.start_method_at_import, "safe"),
    Seed(
        "pin fork",
        ("MP325",),
        under_guard("multiprocessing.set_start_method('fork')", "import multiprocessing"),
        "report",
    ),
    Seed("start a thread that takes a lock", ("MP326",), planting.thread_with_lock, "report"),
    Seed("fork by hand", ("MP327",), planting.fork_beside, "report"),
    Seed("drop wraps", ("MP313",), swap(r"^ +@functools\.wraps\(.*\)\n", ""), "safe"),
    Seed("drop __reduce__", ("MP314",), swap(r"^ +def __reduce__.*\n.*\n\n?", ""), "safe"),
    Seed("misname the named tuple", ("MP315",), swap(r"namedtuple\(\"Point\"", 'namedtuple("P"'), "safe"),
    Seed(
        "drop the base's __init__", ("MP316",), swap(r"^( +def __init__.*\n) +super\(\)\.__init__\(\)\n", r"\1"), "safe"
    ),
    Seed("keep the processes on self", ("MP311", "MP312"), planting.processes_on_self, "safe"),
    Seed(
        "register a lambda",
        ("MP320",),
        swap(r"register\(\"Board\", Board\)", 'register("Board", lambda: Board())'),
        "safe",
    ),
    Seed(
        "call the initializer",
        ("MP321",),
        swap(r"initializer=(\w+), initargs=\(([\w, ]*?),?\)", r"initializer=\1(\2)"),
        "safe",
    ),
    Seed("let the initializer set nothing", ("MP322",), swap(r"^ +global [\w, ]+\n(?=    \w+ = the_)", ""), "safe"),
    Seed("start a pool in a task", ("MP323",), planting.pool_in_task, "report"),
    Seed("hand over an open file", ("MP328",), planting.open_file, "report"),
    Seed("share by a global", ("MP401",), planting.share_by_global, "safe"),
    Seed("share by a global under the guard", ("MP401",), planting.share_under_guard, "safe"),
    Seed("drop the initializer", ("MP401",), planting.initializer_dropped, "safe"),
    Seed("update without the lock", ("MP402",), swap(r"^( *)with \w+\.get_lock\(\):\n +", r"\1"), "safe"),
    Seed("count in a plain global", ("MP403",), planting.plain_counter, "safe"),
    Seed("set data under the guard", ("MP404",), planting.data_under_guard, "safe"),
    Seed("set data again under the guard", ("MP404",), planting.stale_data, "safe"),
    Seed("write into a plain list", ("MP405",), swap(r"manager\.list\(\)", "[]"), "report"),
    Seed("change inside a proxy", ("MP406",), planting.change_inside_proxy, "report"),
    Seed("count in a proxy", ("MP407",), swap(r"table\[number\] = .*", "table['sum'] += number"), "report"),
    Seed("acquire and release", ("MP408",), planting.acquire_release, "safe"),
    Seed(
        "make the lock in the worker", ("MP409",), swap(r"^( +)with lock:", r"\1with multiprocessing.Lock():"), "report"
    ),
    Seed("send the lock with the tasks", ("MP410",), planting.lock_through_tasks, "safe"),
    Seed("take a thread's lock", ("MP411",), planting.thread_lock, "report"),
    Seed("overflow a type code", ("MP412",), swap(r"Value\(\"i\", 0\)", 'Value("b", 200)'), "report"),
    Seed("share a pointer", ("MP413",), planting.pointer, "report"),
    Seed(
        "give a plain lock to a Value",
        ("MP414",),
        swap(r"(\w+\.)?Value\(\"i\", 0\)", r'\1Value("i", 0, lock=\1Lock())'),
        "safe",
    ),
    Seed("configure logging in the parent", ("MP415",), planting.logging, "report"),
    Seed("share random numbers", ("MP416",), planting.random_numbers, "report"),
    Seed("join before get", ("MP501",), planting.early_join, "safe"),
    Seed("never join the pool", ("MP502",), planting.drop_pool_join, "safe"),
    Seed("never join", ("MP503",), planting.drop_join, "safe"),
    Seed("get after the pool", ("MP505",), planting.late_get, "safe"),
    Seed("get not called", ("MP507",), swap(r"result\.get\(\)", "result.get"), "safe"),
    Seed("drain until empty", ("MP508",), planting.until_empty, "report"),
    Seed("one after the other", ("MP509",), planting.serial, "report"),
    Seed("never say that a task is done", ("MP511",), swap(r"^ +tasks\.task_done\(\)\n", ""), "safe"),
    Seed("exit in a task", ("MP512",), planting.exit_in_task, "report"),
    Seed(
        "use what join returns",
        ("MP513",),
        swap(r"^( +)process\.join\(\)", r"\1answer = process.join()\n\1print(answer)"),
        "report",
    ),
    Seed("ask in a worker", ("MP514",), planting.input_in_worker, "report"),
    Seed(
        "import a removed module",
        ("MP601",),
        planting.imported("from multiprocessing.forking import freeze_support"),
        "safe",
    ),
    Seed(
        "import a moved name",
        ("MP602",),
        swap(r"from multiprocessing import Process$", "from multiprocessing.process import Process"),
        "safe",
    ),
    Seed(
        "make a queue without its context",
        ("MP603",),
        swap(
            r"from multiprocessing import (\w+), Queue$",
            r"from multiprocessing import \1\nfrom multiprocessing.queues import Queue",
        ),
        "safe",
    ),
    Seed("take a factory for a class", ("MP605",), planting.factory_as_class, "safe"),
    Seed("give a key of text", ("MP606",), swap(r"authkey=b", "authkey="), "safe"),
    Seed("send text as bytes", ("MP607",), swap(r"send_bytes\(b", "send_bytes("), "safe"),
    Seed("put text into characters", ("MP608",), swap(r"\.value = b", ".value = "), "safe"),
    Seed("send a view", ("MP609",), swap(r"args=\(list\((\w+\.(?:keys|values|items)\(\))\)", r"args=(\1"), "safe"),
    Seed("divide for a size", ("MP610",), swap(r"Pool\(((?:processes=)?)2", r"Pool(\g<1>4 / 2"), "safe"),
    Seed("divide for a chunk", ("MP610",), swap(r"numbers, 2\)", "numbers, len(numbers) / 2)"), "safe"),
    Seed("divide for an array", ("MP610",), swap(r"Array\(\"i\", 6\)", 'Array("i", 12 / 2)'), "safe"),
    Seed("wait for ever with a number", ("MP611",), swap(r"result\.get\(\)", "result.get(9999999)"), "safe"),
    Seed(
        "import a submodule by chance",
        ("MP617",),
        swap(r"multiprocessing\.Pool\(", "multiprocessing.pool.Pool("),
        "safe",
    ),
    Seed("catch Empty of the wrong Queue", ("MP618",), planting.wrong_empty, "safe"),
    Seed(
        "look into a pool",
        ("MP616",),
        swap(r"^( +)pool\.close\(\)\n", r"\1if pool._state == 0:\n\1    pool.close()\n"),
        "report",
    ),
    Seed("forget the import", ("MP202",), swap(r"^import multiprocessing( as mp)?\n", ""), "safe"),
)
