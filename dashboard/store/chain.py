"""The chain of events that come as batches, from wherever: checked while they are read."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import duckdb
import numpy as np
import pyarrow as pa

from dashboard.store.duckdb_chain import CHECK, SETTINGS, BrokenChain, UnknownKinds
from dashboard.store.log import COLUMNS, Head, link

FEW = 1_000  # events: Python has checked them before DuckDB has begun


def checked(
    batches: Iterable[pa.Table], head: Head, known_kinds: frozenset[str]
) -> Iterator[pa.Table]:
    """The batches, each once it is known to follow the one before, the first one `head`.

    Raises BrokenChain, UnknownKinds.
    """
    with ExitStack() as stack:
        connection: duckdb.DuckDBPyConnection | None = None
        for batch in batches:
            if batch.num_rows > FEW:
                connection = connection or stack.enter_context(
                    duckdb.connect(":memory:", config=SETTINGS)
                )
                head = _many(connection, batch, head)
            else:
                head = _few(batch, head)
            if unknown := set(batch["kind"].unique().to_pylist()) - known_kinds:
                raise UnknownKinds(", ".join(sorted(unknown)))
            yield batch


def _few(batch: pa.Table, head: Head) -> Head:
    """The head that the batch leads to from `head`."""
    columns = [batch[name].to_pylist() for name in COLUMNS]
    for *event, hash_ in zip(*columns, batch["hash"].to_pylist(), strict=True):
        upto = head.position + 1
        if event[0] != upto or link(head.hash, event) != hash_:
            raise _broken(upto)
        head = Head(upto, hash_)
    return head


def _many(connection: duckdb.DuckDBPyConnection, batch: pa.Table, head: Head) -> Head:
    """Likewise, in SQL."""
    upto = head.position + batch.num_rows
    positions = np.arange(head.position + 1, upto + 1)
    if (wrong := np.flatnonzero(batch["position"].to_numpy() != positions)).size:
        raise _broken(int(positions[wrong[0]]))
    connection.register("events", batch)
    given = {"previous": head.hash, "after": head.position, "upto": upto}
    [(_, last_hash, broken, _)] = connection.execute(CHECK, given).fetchall()
    connection.unregister("events")
    if broken is not None:
        raise _broken(broken)
    return Head(upto, last_hash)


def _broken(position: int) -> BrokenChain:
    return BrokenChain(f"event {position} has been altered")
