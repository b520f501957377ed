"""The tables of the read model that settings and workflows fill, not cases."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.workdays import FIRST_DATE, FIRST_INSTANT, LAST_DATE, LAST_INSTANT, Calendar
from dashboard.workdays.clocks import Dates, Integers
from dashboard.workflows import WORKFLOWS

FAR_US = 2**62
PATHS = {workflow: path for path, workflow in enumerate(WORKFLOWS)}  # their numbers in the model
DIRECTORY = pa.schema(
    {
        "name": pa.string(),
        "is_mailbox": pa.bool_(),
        "sign_in": pa.string(),
        "email": pa.string(),
        "parties": pa.string(),
        "role": pa.string(),
    }
)
BUDGETS = pa.schema({"workflow": pa.string(), "step": pa.int32(), "budget_us": pa.int64()})


@lru_cache(maxsize=2)
def calendar_tables(calendar: Calendar) -> Mapping[str, pa.Table]:
    """The rows of the tables that a calendar fills, by the table's name."""
    open_us, close_us, pos = calendar.spans()
    spans = {"open_us": open_us, "close_us": close_us, "pos": pos}
    return {
        "spans": pa.table(spans | {"until_pos": pos + close_us - open_us}),
        "calendar": _dates(calendar),
    }


def settings_tables(settings: Settings) -> dict[str, pa.Table]:
    """The other tables' rows; all go into limits but `tables_beside`."""
    return {
        "workflows": pa.Table.from_pylist(_workflows()),
        "workflow_steps": pa.Table.from_pylist(_workflow_steps()),
        "targets": pa.Table.from_pylist(_targets(settings)),
        **tables_beside(settings),
    }


def tables_beside(settings: Settings) -> dict[str, pa.Table]:
    """The rows of those that go into no position and no limit: they change without a rebuild."""
    return {"directory": directory_table(settings), "budgets": _budgets(settings)}


def directory_table(settings: Settings) -> pa.Table:
    """People, and the mailboxes of parties; texts are empty where nothing is known."""
    people = [
        {
            "name": item.name,
            "is_mailbox": False,
            "sign_in": item.sign_in,
            "email": item.email,
            "parties": ", ".join(item.parties),
            "role": str(item.role or ""),
        }
        for item in settings.people
    ]
    boxes = [
        {
            "name": str(party),
            "is_mailbox": True,
            "sign_in": "",
            "email": email,
            "parties": str(party),
            "role": "",
        }
        for party, email in settings.mailboxes.items()
    ]
    return pa.Table.from_pylist([*people, *boxes], schema=DIRECTORY)


def _budgets(settings: Settings) -> pa.Table:
    rows = [
        {"workflow": workflow, "step": step, "budget_us": us}
        for workflow, budgets in settings.budgets.items()
        for step, us in enumerate(budgets, start=2)
    ]
    return pa.Table.from_pylist(rows, schema=BUDGETS)


def _dates(calendar: Calendar) -> pa.Table:
    """Every date of the calendar's range: its place in the month, and when it begins."""
    dates = np.arange(str(FIRST_DATE), str(LAST_DATE), dtype="datetime64[D]")
    is_business = calendar.is_business_day(dates)
    business = dates[is_business]
    # past the last business day there is no month end to count to
    counted = dates <= business[-1] if len(business) else np.zeros(len(dates), dtype=bool)
    to_month_end = np.zeros(len(dates), dtype=np.int64)
    to_month_end[counted] = calendar.days_to_month_end(dates[counted])
    first_us = np.clip(calendar.first_instant(dates), to_us(FIRST_INSTANT), to_us(LAST_INSTANT))
    return pa.table(
        {
            "date": dates,
            "is_business_day": is_business,
            "days_to_month_end": pa.array(to_month_end, mask=~counted),
            "month_end": pa.array(_month_ends(dates, business, to_month_end), mask=~counted),
            "business_no": np.searchsorted(business, dates, side="right"),
            "first_us": first_us,
            "first_pos": calendar.position(first_us),
        }
    )


def _month_ends(dates: Dates, business: Dates, to_month_end: Integers) -> Dates:
    """The month (its first day) to whose end each date is counted, before or after it."""
    following = np.searchsorted(business, dates)
    known = following < len(business)
    months = dates.astype("datetime64[M]")
    months[known] = business[following[known]].astype("datetime64[M]")
    return (months - (to_month_end < 0)).astype("datetime64[D]")


def _targets(settings: Settings) -> list[dict[str, Any]]:
    """The targets with the instant until which each is in force."""
    rows: list[dict[str, Any]] = []
    for item in settings.targets:
        later = [
            other.since_us
            for other in settings.targets
            if other.workflow == item.workflow and other.since_us > item.since_us
        ]
        rows.append(
            {
                "workflow": item.workflow,
                "path": PATHS[item.workflow],
                "since_us": item.since_us,
                "until_us": min(later, default=FAR_US),
                "day_us": item.day_us,
                "target_us": item.target_us,
                "limit_us": item.limit_us,
            }
        )
    return rows


def _workflow_steps() -> list[dict[str, Any]]:
    return [
        {
            "workflow": workflow.key,
            "path": path,
            "step": step.number,
            "label": step.label,
            "party": str(step.party),
            "turn_before": str(step.turn.before) if step.turn else None,
            "turn_after": str(step.turn.after) if step.turn else None,
            "turn_from_window": bool(step.turn and step.turn.from_field),
        }
        for path, workflow in enumerate(WORKFLOWS.values())
        for step in workflow.steps
    ]


def _workflows() -> list[dict[str, Any]]:
    return [
        {
            "workflow": item.key,
            "path": path,
            "label": item.short,
            "last_step": item.last,
            "hold_from": item.hold[0] if item.hold else None,
            "hold_until": item.hold[1] if item.hold else None,
            "delivered_by": item.delivered_by,
        }
        for path, item in enumerate(WORKFLOWS.values())
    ]
