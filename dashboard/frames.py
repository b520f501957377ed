"""Figures for those who work with pandas, Altair and notebooks.

They are computed as the command line does it: here, or in the process that holds the log.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.charts.spectrum import spectrum
from dashboard.cli.main import told
from dashboard.errors import InputRefused
from dashboard.store.queries import names, read_query
from dashboard.workflows import WORKFLOWS

if TYPE_CHECKING:
    import altair
    from plotly.graph_objects import Figure

# Texts of which there are few and known ones, by column.
CATEGORIES = frozenset({
    "kind", "party", "path", "path_label", "reason", "state", "step_label", "timing", "workflow",
})  # fmt: skip


def frame(
    name: str,
    *,
    db: str | Path | None = None,
    month: str | None = None,
    as_of: datetime | str | None = None,
    **params: object,
) -> pd.DataFrame:
    """The figure of that name, as `list_figures` has it: a row for each row of its table.

    `db` is the log, a file or an address of PostgreSQL; by default that of the command line.
    `month`, as in "2026-10", is short for `since` and `until`. `as_of`: as known and measured at
    that instant. Parameters left out mean all.

    Instants are `datetime64[us, UTC]`, dates `datetime64[s]` at midnight, whole numbers `Int64`,
    names of a known list `category`. Business time stays a number, in the unit that its column
    names: 27 business hours are not a day and three hours. `attrs` says what the figure means.

    Raises InputRefused for a figure, parameter or value that there is not, and LogRefused.
    """
    query = read_query(name)
    given = {**params, **(_month(month, query.parameters) if month else {})}
    table = _table(name, _words(db, as_of, given))
    found = pd.DataFrame({one: _series(table, one) for one in table.column_names})
    found.attrs = {"figure": name, "about": query.about, "grain": query.grain}
    return found


def list_figures() -> pd.DataFrame:
    """Every figure by its name: what it means, what a row is, its parameters, columns and order."""
    queries = [read_query(name) for name in names()]
    return pd.DataFrame(
        {
            "description": [query.about for query in queries],
            "grain": [query.grain for query in queries],
            "parameters": [
                ", ".join(
                    f"{one.name} {one.type} = {one.default}" for one in query.parameters.values()
                )
                for query in queries
            ],
            "columns": [", ".join(query.columns) for query in queries],
            "order": [query.order for query in queries],
        },
        index=pd.Index([query.name for query in queries], name="figure"),
    )


def chart(
    name: str,
    *,
    db: str | Path | None = None,
    as_of: datetime | str | None = None,
    **params: object,
) -> "altair.Chart":
    """The chart of that name as its page draws it, with its data: see the verb `chart`.

    Arguments and what it raises are as in `frame`.
    """
    import altair

    text = told(["chart", name, *_words(db, as_of, params)])
    return altair.Chart.from_dict(json.loads(text))


def plot(
    name: str,
    *,
    db: str | Path | None = None,
    as_of: datetime | str | None = None,
    **params: object,
) -> "Figure":
    """The Plotly figure of that name: "spectrum", of one path, which `workflow` names.

    Arguments and what it raises are as in `frame`.
    """
    if name != "spectrum":
        raise InputRefused(f"There is no plot {name!r}. Choose spectrum.")
    if params.get("workflow") is None:
        raise InputRefused(f"Say of which path: workflow={' or '.join(WORKFLOWS)}.")
    return spectrum(_table("spectrum", _words(db, as_of, params)))


def _table(name: str, words: list[str]) -> pa.Table:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "figure.parquet"
        told(["figure", name, *words, "--format", "parquet", "-o", str(place)])
        return pq.read_table(place)


def _words(
    db: str | Path | None, as_of: datetime | str | None, params: Mapping[str, object]
) -> list[str]:
    pairs = [f"{name}={_text(value)}" for name, value in params.items() if value is not None]
    return [
        *(["--param", *pairs] if pairs else []),
        *(["--db", str(db)] if db is not None else []),
        *(["--as-of", _text(as_of)] if as_of is not None else []),
    ]


def _text(value: object) -> str:
    if isinstance(value, datetime):  # a Timestamp, too
        if value.tzinfo is None:
            raise InputRefused(f"{value} has no offset. Say in which zone it is.")
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _month(month: str, known: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a figure that leave one month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise InputRefused(f"{month!r} is not a month. Enter it as 2026-10.") from error
    if not {"since", "until"} <= set(known):
        raise InputRefused(f"This figure takes no month. It takes: {', '.join(known) or 'none'}.")
    until = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return {"since": first, "until": until}


def _series(table: pa.Table, name: str) -> pd.Series:
    column = table[name]
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.to_pandas().astype("datetime64[us, UTC]")
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).to_pandas()
    if pa.types.is_boolean(kind):
        return column.to_pandas().astype("boolean")
    if pa.types.is_decimal(kind) and kind.scale == 0:  # a sum of whole numbers
        return column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if pa.types.is_integer(kind):
        wide = column.cast(pa.int64())
        return wide.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if pa.types.is_string(kind):
        return column.to_pandas().astype("category" if name in CATEGORIES else "string")
    return column.to_pandas()
