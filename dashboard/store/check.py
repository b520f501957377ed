"""Whether the log, and the read model kept up event by event, are what they should be."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.addresses import Database, Place
from dashboard.cases import KINDS
from dashboard.store import Store
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import Head
from dashboard.store.model import Model
from dashboard.store.postgres_log import PostgresLog
from dashboard.store.view import build

FOLDED = ("cases", "steps", "turns", "rework_turns", "messages")


def drifted(store: Store) -> list[str]:
    """Ids of the cases of which the model does not say what the log says; in order.

    Others may write meanwhile: both are compared up to one position.
    """
    with store.at_rest() as live:
        position = live.position
        shown = {name: _table(live, name) for name in FOLDED}
    batches = (batch.filter(pc.field("position") <= position) for batch in store.log.read())
    fresh, _ = build(batches)
    try:
        told = {name: _table(fresh, name) for name in FOLDED}
    finally:
        fresh.close()
    differing: set[int] = set()
    for name in FOLDED:
        if not shown[name].equals(told[name]):
            differing |= {row[0] for row in _rows(shown[name]) ^ _rows(told[name])}
    cases = shown["cases"].to_pylist() + told["cases"].to_pylist()
    return sorted({case["case_id"] for case in cases if case["case_no"] in differing})


def accept(place: Place) -> Head:
    """Trust a log as it is, if its chain is whole: note its head anew. LogRefused, LogHeld."""
    if isinstance(place, Database):
        return PostgresLog.accept(place, KINDS)
    return DuckdbLog.accept(place, KINDS)


def _table(model: Model, name: str) -> pa.Table:
    return model.sql(f"SELECT * FROM {name} ORDER BY ALL")  # noqa: S608 - one of our own tables


def _rows(table: pa.Table) -> set[tuple[Any, ...]]:
    """The rows as values; the first column of each table is the case's number."""
    return set(zip(*(column.to_pylist() for column in table.columns), strict=True))
