"""`chart NAME`: a chart as its page draws it, with its data, as a Vega-Lite specification."""

import json
from argparse import Namespace
from typing import TYPE_CHECKING

from dashboard.cli.context import Context, as_of
from dashboard.cli.verbs.figure import check
from dashboard.errors import InputRefused
from dashboard.files.tables import columns

if TYPE_CHECKING:
    import pyarrow as pa

FILTERS = {"workflow": "TEXT", "team_leader": "TEXT", "since": "DATE", "until": "DATE"}


def run(args: Namespace, context: Context) -> int:
    """Write the specification; Vega, Altair and most notebooks draw it as it is."""
    from dashboard.charts import bind
    from dashboard.figures.declared import charts
    from dashboard.figures.figure import Scope
    from dashboard.store.queries import Parameter

    now = as_of(args.as_of, context.now)
    known = charts()
    if args.name not in known:
        raise InputRefused(f"There is no chart {args.name!r}. Choose one of: {', '.join(known)}.")
    if strays := set(args.param) - set(FILTERS):
        raise InputRefused(
            f"A chart has no parameter {', '.join(sorted(strays))}. It takes: {', '.join(FILTERS)}."
        )
    filters = {
        name: Parameter(name, FILTERS[name], "NULL").read(value)
        for name, value in args.param.items()
    }
    figure = known[args.name]
    with context.log.open() as store:
        view = store if args.as_of is None else store.known_at(now)
        try:
            check(view, args.param, now)
            scope = figure.first(Scope(view, now, filters))
            drawn = figure.drawn(scope, figure.table_of(scope))
        finally:
            if view is not store:
                view.close()
        if drawn.chart is None:
            raise InputRefused("There is nothing to draw: no case is left by these parameters.")
        bound = {**bind(drawn.chart, drawn.rows), "description": drawn.alt}
    with context.output(args.output) as out:
        out.write(json.dumps({**bound, "datasets": {"table": _records(drawn.rows)}}) + "\n")
    return 0


def _records(rows: "pa.Table") -> list[dict[str, object]]:
    names = rows.column_names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns(rows), strict=True)]
