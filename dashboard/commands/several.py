"""The same step for many cases: every row by the rules of a completion, with its own verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from dashboard.commands.calling import NO_WAIT
from dashboard.commands.drafting import OURS, Stored
from dashboard.commands.progress import complete_step
from dashboard.errors import DashboardError, FieldsRefused, InputRefused, LogRefused
from dashboard.people import Person
from dashboard.store import Desk


@dataclass(frozen=True, slots=True)
class Completion:
    """One row: the step of one case. `at` None means now; `version` is the one that was seen."""

    case_id: str
    step: int
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: datetime | None = None
    done_by: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row: the events of its completion, or why there are none."""

    case_id: str
    stored: Stored = field(default_factory=list[Any])
    refused: DashboardError | None = None

    @property
    def problems(self) -> Mapping[str, str]:
        """The sentences of the fields that break a rule, by key."""
        return self.refused.problems if isinstance(self.refused, FieldsRefused) else {}


def complete_several(
    desk: Desk,
    rows: Sequence[Completion],
    *,
    by: Person,
    now: datetime,
    command_id: str,
    messages: Mapping[str, str] | None = None,
    wait: timedelta = NO_WAIT,
) -> list[Verdict]:
    """Complete one step of each row's case; returns a verdict for every row, in order.

    A wrong row is refused alone and holds up no other. On the desk of `Store.bulk()` all rows
    that are right land together, in one transaction. Each row is a command of its own, whose id
    follows from `command_id`, case, step and version: the same rows given again store nothing.
    A case named twice is completed by its first row. `messages` and `wait` are as in complete_step.
    Raises InputRefused (no row), LogRefused.
    """
    if not rows:
        raise InputRefused("Nothing was completed. Select at least one case.")
    verdicts: list[Verdict] = []
    for number, row in enumerate(rows):
        if row.case_id in (earlier.case_id for earlier in rows[:number]):
            twice = f"Case {row.case_id} is listed twice. Remove one of its rows."
            verdicts.append(Verdict(row.case_id, refused=InputRefused(twice)))
            continue
        verdicts.append(_completed(desk, row, by, now, _own_id(command_id, row), messages, wait))
    return verdicts


def _completed(
    desk: Desk,
    row: Completion,
    by: Person,
    now: datetime,
    command_id: str,
    messages: Mapping[str, str] | None,
    wait: timedelta,
) -> Verdict:
    try:
        stored = complete_step(
            desk, row.case_id, row.step, row.fields, by=by, now=now, at=row.at,
            done_by=row.done_by, version=row.version, command_id=command_id, messages=messages,
            wait=wait,
        )  # fmt: skip
    except LogRefused:
        raise  # that is no fault of the row: the next one would meet it too
    except DashboardError as refused:
        return Verdict(row.case_id, refused=refused)
    return Verdict(row.case_id, stored)


def _own_id(command_id: str, row: Completion) -> str:
    # With the version: a step that was reopened may be completed from the same list again.
    return str(uuid5(OURS, f"{command_id} {row.case_id} {row.step} {row.version}"))
