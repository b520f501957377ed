"""Tables that were asked for, as long as the model stays as it is."""

import threading
from collections.abc import Callable, Hashable

import pyarrow as pa
from cachetools import LRUCache, cached

KEPT_BYTES = 256 * 2**20  # those asked for longest ago go first
SMALL_BYTES = 2**20


class Kept:
    """Safe to use from several threads: of many who ask for the same at once one works."""

    def __init__(self) -> None:
        self._tables = LRUCache[Hashable, pa.Table](KEPT_BYTES, lambda table: table.nbytes + 1)
        self._changing = threading.Condition()
        self.table = cached(self._tables, _key, condition=self._changing)(_asked)

    def forget(self) -> None:
        """Nobody asks for an earlier state."""
        with self._changing:
            self._tables.clear()


def _key(key: Hashable, _ask: Callable[[], pa.Table]) -> Hashable:
    return key


def _asked(_key: Hashable, ask: Callable[[], pa.Table]) -> pa.Table:
    return fitting(ask())


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
