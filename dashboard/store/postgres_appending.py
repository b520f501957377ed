"""Appending to a log on PostgreSQL, for whoever has locked its head.

What several threads want to append at one moment goes into one transaction: each of them is
stored, or refused, by itself, and a commit, which takes milliseconds, serves them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from dashboard.cases import Draft, Event
from dashboard.errors import DashboardError, StaleCase
from dashboard.store.copies import personal_table, personal_values
from dashboard.store.log import Head, Tip, events_table, place
from dashboard.store.postgres_tables import insert_events, insert_personal

OF_COMMANDS = """
    SELECT position, stream, version, kind, occurred_us, recorded_us, actor, data, command_id,
        ordinal, hash
    FROM events
    WHERE command_id = ANY(%s)
    ORDER BY position
"""
OF_STREAM = """
    SELECT position, stream, version, kind, occurred_us, recorded_us, actor, data, command_id,
        ordinal, hash
    FROM events
    WHERE stream = %s
    ORDER BY version
"""
VERSIONS = "SELECT stream, max(version) FROM events WHERE stream = ANY(%s) GROUP BY stream"
ACTOR = "SELECT actor FROM events WHERE stream = %s AND version = %s"


@dataclass(slots=True, eq=False)
class Ticket:
    """What a thread wants to append, and what came of it."""

    drafts: Sequence[Draft]
    events: list[Event] | None = None
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return self.events is not None or self.error is not None


@dataclass(slots=True)
class _Known:
    """What is stored of the streams and commands in question, and what is to be added."""

    tip: Tip
    versions: dict[str, int]
    stored: dict[tuple[str, int], Event]
    added: list[Event] = field(default_factory=list[Event])
    personal: dict[str, str] = field(default_factory=dict[str, str])

    def take(self, drafts: Sequence[Draft]) -> list[Event]:
        """Add the drafts after the tip; raises as `place` does, and then adds none."""
        events = place(drafts, self.tip, self.versions, self.stored)
        personal = personal_values(drafts, self.stored)
        last = self.tip.head.position
        for event in sorted(events, key=lambda event: event.position):
            if event.position > last:
                last = event.position
                self.tip = Tip(Head(event.position, event.hash), event.recorded_us)
                self.versions[event.stream] = event.version
                self.stored[event.command_id, event.ordinal] = event
                self.added.append(event)
        self.personal |= personal
        return events


def append_each(
    connection: psycopg.Connection, tip: Tip, tickets: Sequence[Ticket]
) -> tuple[Tip, None]:
    """Add what the tickets ask for after `tip`, one after the other; returns the new tip."""
    drafts = [draft for ticket in tickets for draft in ticket.drafts]
    told = connection.execute(VERSIONS, [list({draft.stream for draft in drafts})])
    found = connection.execute(OF_COMMANDS.encode(), [list({draft.command_id for draft in drafts})])
    versions = dict(told.fetchall())
    before = [Event(*row) for row in found.fetchall()]
    known = _Known(tip, versions, {(event.command_id, event.ordinal): event for event in before})
    for ticket in tickets:
        ticket.events = ticket.error = None
        try:
            ticket.events = known.take(ticket.drafts)
        except StaleCase as stale:
            ticket.error = StaleCase(
                stale.case_id, stale.version, _holder(connection, known, stale)
            )
        except DashboardError as refused:
            ticket.error = refused
    if known.added:
        insert_events(connection, events_table(known.added))
        insert_personal(connection, personal_table(known.personal.items()))
    return known.tip, None


def _holder(connection: psycopg.Connection, known: _Known, stale: StaleCase) -> str | None:
    """Who has taken the version."""
    taken = [event.actor for event in known.added
             if (event.stream, event.version) == (stale.case_id, stale.version)]  # fmt: skip
    if taken:
        return taken[0]
    rows = connection.execute(ACTOR, [stale.case_id, stale.version]).fetchall()
    return rows[0][0] if rows else None
