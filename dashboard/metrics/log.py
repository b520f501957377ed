"""Figures of the log itself: its events as they were written, and who is in them."""

from datetime import date, datetime

import pyarrow as pa

from dashboard.store import View


def log_events(
    view: View,
    *,
    now: datetime,
    kind: str | None = None,
    stream: str | None = None,
    actor: str | None = None,
    done_by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    text: str | None = None,
    before: int | None = None,
    most: int = 50,
) -> pa.Table:
    """At most `most` events before a position, the newest first; recorded in [since, until).

    One row an event; `fitting` counts all that fit, wherever they stand. Personal fields are not
    in `data` but beside the log: neither given nor searched.
    """
    return view.run(
        "log_events", now=now, kind=kind, stream=stream, actor=actor, done_by=done_by, since=since,
        until=until, text=text, before=before, most=most,
    )  # fmt: skip


def log_people(view: View, *, now: datetime) -> pa.Table:
    """Everybody in the log by name: how many events they recorded, how many they did."""
    return view.run("log_people", now=now)


def entries_since(view: View, *, now: datetime, position: int) -> pa.Table:
    """Cases of which something was entered after that position: one row a case, and what it was.

    Messages and what is entered of no case (settings, forecasts) are left out.
    """
    return view.run("entries_since", now=now, position=position)
