"""Run by Python at the start of each process that a test starts: its clock is the suite's.

TESTS_MOST_FILES says how many files it may have open at once.
"""

import importlib.abc
import importlib.machinery
import os
import resource
import sys
from collections.abc import Sequence
from types import ModuleType

CLOCK = "dashboard.clock"


class Shifting(importlib.abc.MetaPathFinder):
    """Finds the one module that reads the clock, and has it tell the suite's instant."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != CLOCK:
            return None
        sys.meta_path.remove(self)
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found and found.loader:
            found.loader = Shifted(name, str(found.origin))
        return found


class Shifted(importlib.machinery.SourceFileLoader):
    """Loads the clock, then shifts it."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        from datetime import UTC, datetime, timedelta

        ahead = timedelta(microseconds=int(os.environ["TESTS_AHEAD_US"]))
        vars(module)["now"] = lambda: datetime.now(UTC) + ahead


sys.meta_path.insert(0, Shifting())
if most := os.environ.get("TESTS_MOST_FILES"):
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(most), int(most)))
