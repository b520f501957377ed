"""Several stores over one log on PostgreSQL, as several servers have them."""

import hashlib
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

import pyarrow as pa

from dashboard.addresses import Database
from dashboard.store import Store
from dashboard.store.replica import Replica

WAIT_SECONDS = 30


@contextmanager
def replicas(database: Database, count: int = 2) -> Generator[list[Replica]]:
    """So many stores over the log, closed after the block."""
    with ExitStack() as stack:
        opened: list[Replica] = []
        for _ in range(count):
            opened.append(Replica.over(database))
            stack.callback(opened[-1].close)
        yield opened


def until(is_so: Callable[[], object], seconds: float = WAIT_SECONDS) -> float:
    """Wait until it is so; how many seconds that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, "it did not come to pass"
        time.sleep(0.01)
    return time.monotonic() - began


def level(*stores: Store) -> None:
    """Wait until each of the stores shows all that the log holds."""
    for store in stores:
        until(lambda store=store: store.position == store.log.head().position)


def tables_of(store: Store) -> dict[str, str]:
    """Every table of the read model, by its name: how many rows, and a hash over all of them."""
    with store.at_rest() as model:
        names = model.sql(
            "SELECT table_name AS name FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL"
        )["name"].to_pylist()
        tables = {name: model.sql(f"SELECT * FROM {name} ORDER BY ALL") for name in names}  # noqa: S608
    return {name: f"{table.num_rows} {_hash(table)}" for name, table in tables.items()}


def _hash(table: pa.Table) -> str:
    return hashlib.sha256(repr(table.to_pydict()).encode()).hexdigest()
