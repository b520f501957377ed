"""`events`: the log as a file, whole (jsonl) or as process mining tools take it (csv)."""

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dashboard.verbs.context import Context
from dashboard.verbs.files import Sink
from dashboard.verbs.tables import write_csv

if TYPE_CHECKING:
    from dashboard.store import Store

# The names of the XES standard and its extensions, for the columns of queries/event_log.sql.
STANDARD = {
    "case_id": "case:concept:name",
    "activity": "concept:name",
    "happened_at": "time:timestamp",
    "transition": "lifecycle:transition",
    "resource": "org:resource",
    "party": "org:role",
}
ABOUT_CASE = (
    "workflow",
    "firm",
    "state",
    "team_leader",
    "cs_representative",
    "sales_representative",
)


def run(args: Namespace, context: Context) -> int:
    """Write the log to the file."""
    with context.log.open() as store, context.output(args.output) as out:
        if args.format == "jsonl":
            _write_lines(store, out)
        else:
            table = store.run("event_log", now=context.now)
            write_csv(table.rename_columns([_standard(name) for name in table.column_names]), out)
    return 0


def _standard(column: str) -> str:
    return STANDARD.get(column, f"case:{column}" if column in ABOUT_CASE else column)


def _write_lines(store: "Store", out: Sink) -> None:
    """One event a line; `personal` holds what is kept beside the log and was not erased."""
    for table in store.log.read():
        for batch in table.to_batches(max_chunksize=1000):
            rows = batch.to_pylist()
            refs = [list(_refs(json.loads(row["data"]))) for row in rows]
            kept = store.personal([ref for some in refs for ref in some])
            for row, some in zip(rows, refs, strict=True):
                row["personal"] = {ref: kept[ref] for ref in some if ref in kept}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _refs(data: Any) -> Iterator[str]:
    """The references to personal values anywhere in an event's data."""
    if isinstance(data, dict):
        if data.keys() == {"ref"} and isinstance(data["ref"], str):
            yield data["ref"]
        for part in data.values():
            yield from _refs(part)
    elif isinstance(data, list):
        for part in data:
            yield from _refs(part)
