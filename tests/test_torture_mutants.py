"""The mutation check itself; `make torture TOPIC=mutants` runs it, which takes an hour."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.live import ROOT
from tests.torture import mutants
from tests.torture.changes import Change, python_changes, sql_changes

CORE = [path for area in mutants.AREAS for path in mutants.files_of(area)]


@pytest.mark.parametrize("path", CORE)
def test_the_tests_that_bear_on_a_file_of_the_core_are_there(path: str):
    for test in mutants.tests_of(path):
        file, _, name = test.partition("::")

        assert not name or f"\ndef {name}(" in (ROOT / file).read_text("utf-8")
        assert (ROOT / file).is_file()


def test_every_figure_and_every_part_of_the_core_is_there():
    for area, paths in mutants.AREAS.items():
        assert len(mutants.files_of(area)) >= len(paths)


def test_the_same_seed_draws_the_same_changes_and_as_many_from_each_area():
    first, again, other = (mutants.drawn(ROOT, 40, seed) for seed in (1, 1, 2))

    assert first == again != other
    assert len(set(first)) == 40
    assert Counter(one.area for one in first) == dict.fromkeys(mutants.AREAS, 8)


def test_what_only_people_read_is_left_alone():
    source = '''"""One, 1 < 2."""

__all__ = ["one"]
KINDS: TypeAlias = dict[Literal[1], str]


@cache(maxsize=1)
def one(number: Literal[1] = None) -> Literal[1]:
    """1 and 2."""
    assert number != 1
    text = f"{number + 1} of 2"
    if number:
        raise ValueError(f"{number - 1}", 3)
'''

    told = [change.told(source) for change in python_changes(source)]

    assert told == [
        "12: number -> (not (number))",
        '13: raise ValueError(f"{number - 1}", 3) -> pass',
    ]


def test_a_bound_a_sign_a_condition_a_number_and_a_line_are_changed():
    source = """
def ten(a, b):
    a.append(min(b))
    return a <= 10 and not b
"""

    told = [change.told(source) for change in python_changes(source)]

    assert told == [
        "3: a.append(min(b)) -> pass",
        "3: min(b) -> (max(b))",
        "4: return a <= 10 and not b -> return None",
        "4: a <= 10 -> (a < 10)",
        "4: a <= 10 -> (a > 10)",
        "4: a <= 10 and not b -> (a <= 10 or not b)",
        "4: a <= 10 and not b -> (a <= 10)",
        "4: a <= 10 and not b -> (not b)",
        "4: 10 -> (11)",
        "4: 10 -> (9)",
        "4: not b -> (b)",
    ]


def test_a_querys_conditions_bounds_joins_and_order_are_changed_and_it_stays_sql():
    text = """-- 1 < 2, and min(x)
SELECT sum(a) / 60 AS b
FROM s
INNER JOIN t ON s.c = t.c
WHERE
    a BETWEEN 'AND' AND $to
    AND a < $until
ORDER BY a, b
"""

    told = [change.told(text) for change in sql_changes(text)]

    assert told == [
        "2: sum -> max",
        "2: / -> *",
        "2: 60 -> 61",
        "4: INNER JOIN -> LEFT JOIN",
        "4: = -> <>",
        "7: AND a < $until -> nothing",
        "7: AND -> OR",
        "7: < -> <=",
        "7: < -> >=",
        "8: ORDER BY a, b -> ORDER BY b, a",
    ]


def test_a_change_is_caught_if_a_test_fails_by_it_and_undone_after(tmp_path: Path):
    for name in ("__init__.py", "torture/__init__.py", "torture/forks.py"):
        (tmp_path / "tree/tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, tmp_path / "tree/tests" / name)
    (tmp_path / "tree/tests/conftest.py").write_text(
        "import hypothesis\n\nhypothesis.settings.register_profile('mutants')\n", "utf-8"
    )
    source = tmp_path / "tree/sums.py"
    source.write_text("def more(a):\n    return a + 1 + 0\n", "utf-8")
    (tmp_path / "tree/tests/test_sums.py").write_text(
        "from sums import more\n\n\ndef test_it_is_more():\n    assert more(1) == 2\n", "utf-8"
    )
    kept = source.read_text("utf-8")
    noticed, unnoticed = Change(26, 27, "-"), Change(30, 31, "-")

    with mutants.Runner(tmp_path / "tree") as runner:
        caught = [
            runner.catches("sums.py", one, ("tests/test_sums.py",)) for one in (noticed, unnoticed)
        ]

    assert caught == [True, False]
    assert source.read_text("utf-8") == kept
