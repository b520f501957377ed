"""The core with one small change at a time: do the tests notice?

Each change is made in a copy of the tree, and only the tests that bear on the changed file run, the
quick ones first. A change that no test notices has survived. What runs too long counts as noticed.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live import ROOT
from tests.torture.changes import Change, python_changes, sql_changes

NEEDED = 0.9  # of all changes
LONGEST_SECONDS = 1_800  # for tests without any change
FIGURES = ("cycle_times", "ledger", "step_times", "worklist", "month_end_steps", "sla_cases")

# The parts of the core, from each of which as many changes are drawn.
AREAS: dict[str, tuple[str, ...]] = {
    "workdays": ("dashboard/workdays/*.py",),
    "cases": ("dashboard/cases/*.py",),
    "checks": ("dashboard/workflows/fields.py", "dashboard/workflows/kinds.py"),
    "intake": ("dashboard/intake/*.py",),
    "figures": tuple(f"queries/{name}.sql" for name in FIGURES),
}
BY_HAND, WORK = "test_metrics_insight.py::test_", "test_metrics_work.py::test_"
TWINS, WORK_TWINS = "test_metrics_insight_twins.py::test_", "test_metrics_work_twins.py::test_"
ORDER = f"{BY_HAND}rows_stand_in_the_order_that_the_figure_names"
ASKED = f"{BY_HAND}a_figure_holds_the_days_the_path_and_the_team_leader_asked_for"
FILTERS = f"{TWINS}filters_narrow_each_figure_to_the_cases_they_name"
# What bears on a file, by the beginning of its path; the quickest first.
TESTS: dict[str, tuple[str, ...]] = {
    "dashboard/workdays/": ("test_windows.py", "test_workdays.py"),
    "dashboard/cases/": (
        "test_cases.py",
        "test_cases_undone.py",
        "test_corrections.py",
        "test_undoing.py",
        "test_messages.py",
        "test_law.py",
        "test_called_off.py",
        "test_fold.py::test_the_sql_fold_and_the_python_fold_agree",
    ),
    "dashboard/workflows/": (
        "test_complete_step.py",
        "test_open_case.py",
        "test_appointment.py",
        "test_amendments.py",
        "test_firm_zone.py::test_what_is_no_time_zone_is_refused",
        "test_firm_zone.py::test_it_can_be_amended_and_emptied",
    ),
    "dashboard/intake/": (
        "test_sheet.py",
        "test_intake_rows.py",
        "test_intake_kept.py",
        "test_intake.py",
    ),
    "queries/cycle_times.sql": (
        f"{BY_HAND}cycle_times_by_hand",
        ORDER,
        ASKED,
        f"{TWINS}cycle_times_ledger_and_step_times_agree_with_their_twin",
        FILTERS,
    ),
    "queries/ledger.sql": (
        f"{BY_HAND}ledger_by_hand",
        ORDER,
        ASKED,
        f"{TWINS}cycle_times_ledger_and_step_times_agree_with_their_twin",
        f"{TWINS}ledger_and_steps_of_a_completed_case_add_up_to_its_cycle_time",
        FILTERS,
    ),
    "queries/step_times.sql": (
        f"{BY_HAND}step_times_by_hand",
        ORDER,
        ASKED,
        f"{BY_HAND}a_step_done_twice_took_both_rounds",
        f"{TWINS}cycle_times_ledger_and_step_times_agree_with_their_twin",
        FILTERS,
    ),
    "queries/worklist.sql": (
        f"{WORK}the_worklist_puts_the_least_time_left_first",
        f"{WORK}time_in_a_step_counts_all_its_rounds",
        f"{WORK}a_turn_that_lies_ahead_is_nobodys_yet",
        f"{WORK}the_hold_shows_from_step_2_until_step_6_is_complete",
        f"{WORK}the_worklist_can_be_narrowed",
        f"{WORK_TWINS}the_worklist_agrees_with_its_twin",
    ),
    "queries/month_end_steps.sql": (
        f"{BY_HAND}a_step_belongs_to_the_window_by_the_day_it_became_current",
        ORDER,
        f"{BY_HAND}the_windows_bounds_can_be_set",
        f"{BY_HAND}the_judgment_by_month_end_by_hand",
        f"{BY_HAND}one_month_end_alone_is_told_from_nothing",
        f"{BY_HAND}seven_month_ends_are_too_few",
        f"{BY_HAND}days_after_a_month_end_alone_are_none",
        f"{TWINS}month_end_figures_agree_with_their_twin",
        FILTERS,
        "test_month_end_proof.py",
    ),
    "queries/sla_cases.sql": (
        f"{BY_HAND}a_report_holds_what_was_completed_and_what_was_open_and_late",
        ORDER,
        f"{BY_HAND}what_happened_now_is_over",
        f"{BY_HAND}a_breach_names_the_step_and_the_party_that_had_most_of_it",
        f"{BY_HAND}whether_an_open_case_kept_the_date_is_unknown_until_the_date_is_over",
        f"{BY_HAND}our_clock_leaves_the_customers_turns_out_and_ends_before_the_download",
        f"{BY_HAND}the_date_is_kept_on_our_clock_by_the_last_step_that_is_ours",
        f"{BY_HAND}a_period_of_three_months_holds_what_each_of_them_holds",
        f"{TWINS}the_cases_of_a_report_agree_with_their_twin",
        f"{TWINS}our_clock_of_a_reports_cases_agrees_with_its_twin",
        FILTERS,
    ),
}
PYTEST = (
    "-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:randomly",
    "--hypothesis-profile=mutants", "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".hypothesis", "build", "pictures", "*.duckdb*"
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one file of an area."""

    area: str
    path: str
    change: Change

    def told(self, root: Path) -> str:
        """Which it is, in a line."""
        return f"{self.area} {self.path}:{self.change.told((root / self.path).read_text('utf-8'))}"


def mutate_often(times: int, seed: int) -> Counter[str]:
    """So many changes, as many in each area; an AssertionError if too many of them survived."""
    tally: Counter[str] = Counter()
    survivors: list[str] = []
    with _tree() as root, Runner(root) as runner:
        for mutant in drawn(root, times, seed):
            is_caught = runner.catches(mutant.path, mutant.change, tests_of(mutant.path))
            tally[f"{mutant.area}: {'caught' if is_caught else 'survived'}"] += 1
            survivors += [] if is_caught else [mutant.told(root)]
    assert len(survivors) <= (1 - NEEDED) * sum(tally.values()), "\n".join(survivors)
    return tally + Counter(survivors)


def drawn(root: Path, times: int, seed: int) -> list[Mutant]:
    """So many different changes, by lot; where an area has fewer, all that it has."""
    lots = random.Random(seed)
    found: list[Mutant] = []
    for area in AREAS:
        # a file with few changes has the same chance as one with many: every figure has its share
        files = [
            [Mutant(area, *one) for one in _changes(root, path)] for path in files_of(area, root)
        ]
        for one in files:
            lots.shuffle(one)
        order = sorted(
            (place / len(one) if area != "figures" else place, lots.random(), mutant)
            for one in files
            for place, mutant in enumerate(one)
        )
        found += [mutant for *_, mutant in order[: -(-times // len(AREAS))]]
    return found[:times]


def files_of(area: str, root: Path = ROOT) -> list[str]:
    """The files of an area, by their path in the tree."""
    found = [path for pattern in AREAS[area] for path in root.glob(pattern)]
    return sorted(str(path.relative_to(root)) for path in found if path.name != "__init__.py")


def tests_of(path: str) -> tuple[str, ...]:
    """The tests that bear on a file, as pytest names them."""
    [named] = [tests for start, tests in TESTS.items() if path.startswith(start)]
    return tuple(f"tests/{test}" for test in named)


def _changes(root: Path, path: str) -> list[tuple[str, Change]]:
    text = (root / path).read_text("utf-8")
    found = sql_changes(text) if path.endswith(".sql") else python_changes(text)
    return [(path, change) for change in found]


@contextmanager
def _tree() -> Generator[Path]:
    """A copy of the tree, which may be changed."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=NOT_COPIED)
        yield root


class Runner:
    """Runs tests in the copy. Each set of them has to pass once without any change.

    Then each may take as long five times over, and a minute: more counts as noticed.
    """

    def __init__(self, root: Path) -> None:
        self._root, self._made = root, 0
        self._seconds: dict[tuple[str, ...], float] = {}  # how long a set may take

    def __enter__(self) -> "Runner":
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.forks"],
            cwd=self._root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._forks.communicate()

    def catches(self, path: str, change: Change, tests: tuple[str, ...]) -> bool:
        """Whether one of the tests fails once the file at that path of the copy is changed."""
        if tests not in self._seconds:
            began = time.monotonic()
            assert self._run(tests, LONGEST_SECONDS) == 0, self._output.read_text("utf-8")
            self._seconds[tests] = 60 + 5 * (time.monotonic() - began)
        file = self._root / path
        kept, times = file.read_text("utf-8"), file.stat()
        self._made += 1
        file.write_text(change.made_in(kept), "utf-8")
        # Python tells a stale compiled file by size and second: no two changes share theirs.
        os.utime(file, (self._made, self._made))
        try:
            return self._run(tests, self._seconds[tests]) != 0
        finally:
            file.write_text(kept, "utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    @property
    def _output(self) -> Path:
        return self._root.parent / "output"

    def _run(self, tests: tuple[str, ...], seconds: float) -> int:
        assert self._forks.stdin
        assert self._forks.stdout
        asked = json.dumps([[*PYTEST, *tests], seconds, str(self._output)])
        print(asked, file=self._forks.stdin, flush=True)
        return int(self._forks.stdout.readline())
