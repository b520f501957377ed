"""One case and its desk, taken through the commands, and what a refusal must be."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard import commands
from dashboard.cases import Case, Draft
from dashboard.errors import CommandRefused, DashboardError, FieldsRefused
from dashboard.store import Bulk
from tests.builders import LEAD, MONDAY, SETTINGS, bulk, form, step_fields

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def new_york(day: int, clock: str, month: int = 10) -> datetime:
    """An instant of October 2026 (New York is four hours behind UTC then)."""
    hours, minutes = map(int, clock.split(":"))
    return datetime(2026, month, day, hours, minutes, tzinfo=UTC) + 4 * HOUR


class History:
    """A case opened on Monday 5 October 2026 at 09:00 in New York; a step takes an hour."""

    def __init__(self, path: str = "local", *, desk: Any = None, **values: Any) -> None:
        self.desk = desk or bulk()
        self.now = MONDAY
        opened = commands.open_case(self.desk, path, form(path, **values), by=LEAD, now=self.now)
        self.case_id = opened[0].stream

    @property
    def case(self) -> Case:
        """Where it stands."""
        return self.desk.case(self.case_id)

    @property
    def events(self) -> list[Draft]:
        """What the desk holds of it."""
        return [draft for draft in self.desk.drafts if draft.stream == self.case_id]

    def wait(self, time: timedelta) -> "History":
        """Let time go by."""
        self.now += time
        return self

    def act(self, command: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """A command on this case, now and by a team leader unless it is said otherwise."""
        return command(self.desk, self.case_id, *args, **({"by": LEAD, "now": self.now} | named))

    def complete(self, step: int, **named: Any) -> Any:
        """Complete the step with values that keep its rules, but for those given."""
        how = {key: named.pop(key) for key in ("by", "at", "version", "messages") if key in named}
        fields = step_fields(self.case, step, self.now) | named
        return self.act(commands.complete_step, step, fields, **how)

    def until(self, step: int) -> "History":
        """Complete what comes before the step, an hour each."""
        for number in range(self.case.due, step):
            self.wait(HOUR).complete(number)
        return self.wait(HOUR)

    def closed(self) -> "History":
        """Complete all of it."""
        return self.until(self.case.workflow.last + 1)


def desk_with(**changes: Any) -> Bulk:
    """A desk whose settings are others."""
    return bulk(replace(SETTINGS, **changes))


def at_step(step: int, path: str = "local", **values: Any) -> History:
    """A case whose step of that number is due."""
    return History(path, **values).until(step)


@contextmanager
def refused(
    history: Any, *words: str, error: type[DashboardError] = CommandRefused
) -> Generator[pytest.ExceptionInfo[Any]]:
    """What is tried is refused with these words and what to do next, and leaves no trace.

    `history` is a history or a desk.
    """
    desk = getattr(history, "desk", history)
    drafts, versions = list(desk.drafts), dict(desk._versions)
    cases = {key: case.version for key, case in desk._cases.items()}
    with pytest.raises(error) as caught:
        yield caught
    said = str(caught.value)
    for word in words:
        assert word in said
    assert re.search(r"[.;] .+\.$", said), f"says what and why, but not what next: {said}"
    assert desk.drafts == drafts, "a refused command left a trace"
    assert {key: case.version for key, case in desk._cases.items()} == cases
    assert desk._versions == versions


def problems(caught: pytest.ExceptionInfo[Any]) -> set[str]:
    """The keys of the fields that were refused."""
    assert isinstance(caught.value, FieldsRefused)
    return set(caught.value.problems)
