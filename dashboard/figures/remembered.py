"""What was once computed from some rows is not computed from the same rows again.

Most entries touch no completed case: figures over these are asked for anew with each entry, and
found to rest on the same rows as before.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec

import pyarrow as pa
from cachetools import LRUCache, cached

KEPT = 64  # tables of a few dozen rows

P = ParamSpec("P")


def by_rows(
    compute: Callable[Concatenate[pa.Table, P], pa.Table],
) -> Callable[Concatenate[pa.Table, P], pa.Table]:
    """`compute`, remembered by its table's rows and its other arguments; it must be pure."""
    return cached(LRUCache[Hashable, pa.Table](KEPT), _key, condition=threading.Condition())(
        compute
    )


def _key(table: pa.Table, *args: Hashable, **kwargs: Hashable) -> Hashable:
    return digest(table), args, tuple(sorted(kwargs.items()))


def digest(table: pa.Table) -> bytes:
    """A hash of the rows in their order, with the names and types of the columns."""
    hashed = hashlib.blake2b(table.schema.serialize(), digest_size=16)
    # in one piece: the same rows may come in other pieces, or as part of larger buffers
    for batch in table.combine_chunks().to_batches():
        hashed.update(batch.serialize())
    return hashed.digest()
