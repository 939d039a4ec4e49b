"""What goes wrong is marked where it goes wrong; files, lines and names are those of the program."""

from __future__ import annotations

from tests.map.drawn import (
    picture_of,
    picture_of_files,
    starts,
    ways,
    wrong_nodes,
    wrong_starts,
    wrong_ways,
)

GUARDED = "if __name__ == '__main__':\n"


def test_a_finding_about_a_start_marks_the_start_and_one_about_a_pool_the_pool() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Pool, Process

        def job(): pass

        p = Process(target=job)
        p.start()
        p.join()
        pool = Pool(2)
        print(pool.map(abs, [1]))
        """
    )
    assert ("job", "MP301") in wrong_starts(picture)
    assert ("pool", "MP502") in wrong_nodes(picture)
    assert ("program.py", "MP301") not in wrong_nodes(picture)


def test_an_ordinary_global_is_drawn_where_workers_change_it_in_vain_and_only_there() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process
        SIZE = 3
        count = 0

        def job():
            global count
            count += SIZE

        if __name__ == '__main__':
            ps = [Process(target=job) for _ in range(SIZE)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(count)
        """
    )
    assert [each.name for each in picture.of_kind("variable")] == ["count"]
    assert wrong_ways(picture) == {("count", "job", "MP403")}
    assert {each[3] for each in starts(picture)} == {3}


def test_a_finding_about_python_2_as_a_language_is_not_shown() -> None:
    picture = picture_of(
        "import multiprocessing\n\ndef job(): print 1\n\n"
        f"{GUARDED}    p = multiprocessing.Process(target=job)\n    p.start()\n    p.join()\n    print time.clock()\n"
    )
    assert picture.defects == ()
    assert picture.of_kind("worker")[0].place is not None


def test_lines_are_those_of_the_original_where_a_conversion_changes_them() -> None:
    code = (
        "import multiprocessing\n"
        "def job((a, b), q):\n    print >>f, a\n    q.put(b)\n\n"
        f"{GUARDED}    q = multiprocessing.Queue()\n"
        "    p = multiprocessing.Process(target=job, args=((1, 2), q))\n    p.start()\n"
        "    print q.get()\n    p.join()\n"
    )
    picture = picture_of(code)
    lines = {each.name: each.place.line for each in picture.nodes if each.place is not None}
    assert lines == {"job": 2, "q": 7}
    assert {each.line for edge in picture.edges if edge.kind == "reaches" for each in edge.places} == {8}


def test_files_of_one_program_are_one_picture_with_the_main_file_as_its_parent() -> None:
    files = {
        "shared.py": "import multiprocessing\nlock = multiprocessing.Lock()\n",
        "work.py": "import shared\nfrom shared import lock\n\ndef job():\n    with lock:\n        shared.lock\n",
        "main.py": "import multiprocessing\nimport work\n\n"
        f"{GUARDED}    p = multiprocessing.Process(target=work.job)\n    p.start()\n    p.join()\n",
    }
    picture = picture_of_files(files)
    assert starts(picture) == {("main.py", "job", "Process", 1)}
    assert ways(picture) == {("lock", "job", "inherited global")}
    assert {(each.name, each.place.filename) for each in picture.nodes if each.place is not None} == {
        ("job", "work.py"),
        ("lock", "shared.py"),
    }
    assert picture.files == ("shared.py", "work.py")


def test_a_file_that_cannot_be_parsed_has_its_finding_and_nothing_else() -> None:
    picture = picture_of("import multiprocessing\ndef (:\n")
    assert picture.nodes == ()
    assert [each.code for each in picture.defects] == ["MP001"]


def test_what_starts_while_a_file_is_imported_is_wrong_everywhere_though_it_is_found_once() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Pool, Process

        def one(): pass
        def other(): pass

        def later():
            p = Process(target=one)
            p.start()
            p.join()

        ps = [Process(target=one), Process(target=other)]
        for p in ps: p.start()
        for p in ps: p.join()
        with Pool() as pool:
            print(pool.map(abs, [1]))
        """
    )
    assert [each.code for each in picture.defects].count("MP301") == 1
    assert {("one", "MP301"), ("other", "MP301")} <= wrong_starts(picture)
    assert ("pool", "MP301") in wrong_nodes(picture)


def test_a_process_that_is_not_joined_is_wrong_and_not_the_queue_that_it_is_handed() -> None:
    picture = picture_of(
        "from multiprocessing import Process, Queue\n\ndef job(q): q.put(1)\n\n"
        f"{GUARDED}    q = Queue()\n    Process(target=job, args=(q,)).start()\n    print(q.get())\n"
    )
    assert wrong_starts(picture) == {("job", "MP503")}
    assert wrong_nodes(picture) | {each[:2] for each in wrong_ways(picture)} == set()


def test_objects_of_one_name_that_follow_each_other_are_told_apart() -> None:
    picture = picture_of(
        """\
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import Process, Value

        def job(v): v.value = 1

        if __name__ == '__main__':
            with ProcessPoolExecutor() as ex:
                ex.submit(abs, 1).result()
            with ProcessPoolExecutor() as ex:
                print([each.result() for each in [ex.submit(len, 'a') for _ in range(2)]])
            v = Value('i')
            ps = [Process(target=job, args=(v,)) for _ in range(2)]
            v = Value('i')
            ps[0].start(); ps[1].start(); ps[0].join(); ps[1].join()
        """
    )
    pools = {each.key: each.place.line for each in picture.of_kind("pool") if each.place is not None}
    tasks = {(pools[each.source], picture.node(each.target).name) for each in picture.edges if each.kind == "runs"}
    assert tasks == {(7, "abs"), (9, "len")}
    (handed,) = [picture.node(each.source) for each in picture.edges if each.kind == "reaches"]
    assert handed.place is not None
    assert handed.place.line == 11


def test_what_is_done_with_objects_in_containers_and_with_methods_as_values_is_seen() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process, Queue, Value

        def job(values, tasks):
            for task in iter(tasks.get, None):
                values[task].value = 1

        if __name__ == '__main__':
            values, tasks = {}, Queue()
            for name in ('a', 'b'):
                values[name] = Value('i', 0)
            p = Process(target=job, args=(values, tasks))
            p.start()
            tasks.put(None)
            p.join()
        """
    )
    done = {picture.node(each.source).name: each.uses for each in picture.edges if each.kind == "reaches"}
    assert done == {"values[name]": (".value",), "tasks": ("get",)}


def test_a_global_that_is_set_too_late_is_wrong_for_every_worker_that_reads_it() -> None:
    picture = picture_of(
        """\
        from multiprocessing import Process
        scale = 1

        def one(): print(scale)
        def other(): print(scale + 1)

        if __name__ == '__main__':
            scale = int(input())
            for job in (one, other):
                p = Process(target=job)
                p.start()
                p.join()
        """
    )
    assert {each[:2] for each in wrong_ways(picture)} == {("scale", "one"), ("scale", "other")}
    assert {each.place.line for each in picture.of_kind("variable") if each.place is not None} == {2}
