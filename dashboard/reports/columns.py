"""A table as Parquet, for programs that read columns."""

import io

import pyarrow as pa
import pyarrow.parquet as pq


def parquet(table: pa.Table) -> bytes:
    """The table as it is, types and all; the same table gives the same bytes."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
