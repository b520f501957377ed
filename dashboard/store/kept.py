"""Tables that were asked for, as long as the model stays as it is."""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress

import pyarrow as pa
from cachetools import LRUCache

KEPT_BYTES = 256 * 2**20  # those asked for longest ago go first
SMALL_BYTES = 2**20


class Kept:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._tables = LRUCache[Hashable, pa.Table](KEPT_BYTES, lambda table: table.nbytes + 1)
        self._lock = threading.Lock()

    def table(self, key: Hashable, ask: Callable[[], pa.Table]) -> pa.Table:
        """The table that was kept under this key, or what `ask` gives now."""
        with self._lock:
            table = self._tables.get(key)
        if table is None:
            table = fitting(ask())
            with self._lock, suppress(ValueError):  # larger than all that may be kept
                self._tables[key] = table
        return table

    def forget(self) -> None:
        """Nobody asks for an earlier state."""
        with self._lock:
            self._tables.clear()


def fitting(table: pa.Table) -> pa.Table:
    """The table in no more room than its rows need: small ones are kept by the hundred.

    As DuckDB gives it, one of a few rows holds 50 to 100 kB.
    """
    if table.nbytes > SMALL_BYTES:
        return table
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, table.schema) as stream:
        stream.write_table(table)
    return pa.ipc.open_stream(written.getvalue()).read_all()
