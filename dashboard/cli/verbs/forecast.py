"""`forecast`: when each open case will finish, now or as known at an earlier instant."""

from argparse import Namespace
from typing import Any

from dashboard.cli.context import Context, as_of
from dashboard.errors import InputRefused
from dashboard.files.tables import write_csv, write_json
from dashboard.formats import MINUTE_US, duration

WRITERS = {"csv": write_csv, "json": write_json}


def run(args: Namespace, context: Context) -> int:
    """Learn from the log as it was known, and write one row per open case."""
    # slow to import, and no other verb needs it
    from dashboard.forecast import CONTRACT, LEAST_FINISHED, forecast_open, learn
    from dashboard.forecasting import keep

    if args.store and args.as_of is not None:
        raise InputRefused(
            "--store keeps what is forecast now, not what would have been at --as-of. Leave one of "
            "them out."
        )
    now = as_of(args.as_of, context.now)
    with context.log.open() as store:
        view = store if args.as_of is None else store.known_at(now)
        try:
            forecaster = learn(view, now)
            table = forecast_open(view, now, forecaster)
            if args.store:
                keep(store, forecaster, by=context.by, now=now)
                context.complain("Forecast saved.")
        finally:
            if view is not store:
                view.close()
    for path in sorted(set(table["workflow"].to_pylist())):
        if (finished := forecaster.finished[path]) < LEAST_FINISHED:
            context.complain(_little(path, finished))
    _explain(table.to_pylist(), context)
    with context.output("-") as out:
        WRITERS[args.format](table.select(CONTRACT), out)
    return 0


def _little(path: str, finished: int) -> str:
    if not finished:
        return f"{path}: no case is completed yet, so there is no forecast for this path."
    return (
        f"{path}: only {finished} completed cases so far, too few to learn from. These forecasts "
        "are the plain spread of what its cases needed."
    )


def _explain(rows: list[dict[str, Any]], context: Context) -> None:
    """Say of which cases the figures mean something else."""
    for row in rows:
        if row["longest_minutes"] is not None:
            context.complain(_beyond(row))
        if row["is_delivered"]:
            context.complain(_delivered(row))


def _beyond(row: dict[str, Any]) -> str:
    return (
        f"{row['case_id']}: extrapolated, since no such case is known. It has been in step "
        f"{row['step']} longer than any completed case of its path (at most "
        f"{duration(row['longest_minutes'] * MINUTE_US, None)} of business time)."
    )


def _delivered(row: dict[str, Any]) -> str:
    return (
        f"{row['case_id']}: delivered, waiting for download. It is neither at risk nor late; its "
        "chances are only those of the exact clock, which runs until the download."
    )
