"""Drafts in a table beside the log, so that whichever server answers next has them."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import psycopg

from dashboard.errors import LogRefused
from dashboard.store import postgres_tables
from dashboard.store.drafts import LARGEST, Drafts, Typed, oldest_us
from dashboard.store.postgres_connections import Connections

OF = "SELECT place, text, about, kept_us FROM drafts WHERE owner = %s AND kept_us >= %s"
KEEP = """
    INSERT INTO drafts (owner, place, text, about, kept_us) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (owner, place) DO UPDATE
    SET text = excluded.text, about = excluded.about, kept_us = excluded.kept_us
"""
DROP = "DELETE FROM drafts WHERE owner = %s AND place = %s"
SWEEP = "DELETE FROM drafts WHERE kept_us < %s"
ERASE = """
    WITH gone AS (DELETE FROM drafts WHERE owner = %s OR %s = ANY(about) RETURNING owner)
    SELECT count(*) FROM gone
"""
Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class PostgresDrafts(Drafts):
    """The drafts of all servers; where the table cannot be had, this server's own in memory."""

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections
        if self._ask(lambda one: one.execute("SELECT 1 FROM drafts LIMIT 0").fetchall()) is None:
            try:
                postgres_tables.make(connections)
            except LogRefused as refused:
                logger.warning("Drafts are kept in memory: %s", refused)

    def of(self, owner: str, now: datetime) -> dict[str, Typed]:
        asked = (owner, oldest_us(now))
        rows = self._ask(lambda one: one.execute(OF, asked).fetchall()) or []
        found = {place: Typed(text, tuple(about), us) for place, text, about, us in rows}
        return {**super().of(owner, now), **found}

    def keep(self, owner: str, place: str, draft: Typed, now: datetime) -> None:
        if len(draft.text) > LARGEST:
            return

        def work(one: psycopg.Connection) -> bool:
            one.execute(KEEP, (owner, place, draft.text, list(draft.about), draft.kept_us))
            one.execute(SWEEP, (oldest_us(now),))
            return True

        if self._ask(work) is None:
            super().keep(owner, place, draft, now)
        else:
            super().drop(owner, place)

    def drop(self, owner: str, place: str) -> None:
        super().drop(owner, place)
        self._ask(lambda one: one.execute(DROP, (owner, place)).rowcount)

    def erase(self, of: str) -> int:
        rows = self._ask(lambda one: one.execute(ERASE, (of, of)).fetchall()) or [(0,)]
        return super().erase(of) + rows[0][0]

    def _ask(self, work: Callable[[psycopg.Connection], Answer]) -> Answer | None:
        """What `work` gives; None where the table cannot be had."""
        try:
            return self._connections.ask(work)
        except LogRefused:
            return None
