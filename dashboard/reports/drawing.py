"""The charts of a report: tables as their specifications want them, and pictures for paper.

The specifications and the colours are the product's own: a page and a sheet of paper show the same.
"""

import json
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.findings import Promise
from dashboard.formats import FEWEST, percent

THEME = Path(__file__).resolve().parent.parent.parent / ".streamlit" / "config.toml"
FONT = "Libertinus Serif"  # comes with the typesetter, so that paper looks alike everywhere
TONES = {"p50": "ink", "p85": "accent", "p95": "muted"}
LABEL_GAP = 0.065  # of the axis: the height of a word
UNSEEN, PALE = 0.001, 0.45  # what stays blank can still be clicked
MIDNIGHT = datetime.min.time()


def attained(months: pa.Table) -> pa.Table:
    """Rows of charts.ATTAINMENT from `attainment`: three a month, the last over the limit."""
    rows = []
    for row in months.to_pylist():
        n = row["n"]
        target, limit, by_date = (
            row[name] / n if n else 0.0
            for name in ("within_target", "within_limit", "within_limit_by_date")
        )
        shared = {
            "month": datetime.combine(row["month"], MIDNIGHT),
            "n": n,
            "few": n < FEWEST,
            "within": limit,
            "shown": percent(limit) if n else "",
            "by_date": by_date if n else None,
            "by_date_text": percent(by_date) if n else "",
        }
        parts = {"on time": target, "at risk": limit - target, "late": (n > 0) - limit}
        rows += [
            {
                **shared,
                "key": f"{row['month'].isoformat()} {state}",
                "rank": rank,
                "state": state,
                "share": share,
                "opacity": UNSEEN if state == "late" else PALE if n < FEWEST else 1.0,
            }
            for rank, (state, share) in enumerate(parts.items())
        ]
    return pa.Table.from_pylist(rows)


def trend(percentiles: pa.Table, asked: Promise) -> pa.Table:
    """Rows of charts.TREND from `cycle_percentiles` over all chosen paths together."""
    rows = percentiles.to_pylist()
    last = len(rows) - 1
    most = max([row["p95_days"] for row in rows] + [asked.limit or 0])
    labels = apart([rows[-1][f"{name}_days"] for name in TONES], LABEL_GAP * most) if rows else []
    return pa.Table.from_pylist([
        {
            "key": row["period"].isoformat(),
            "period": datetime.combine(row["period"], MIDNIGHT),
            "percentile": name.upper(),
            "days": row[f"{name}_days"],
            "label_days": labels[place],
            "text": asked.days(row[f"{name}_days"]),
            "n": row["n"],
            "few": row["n"] < FEWEST,
            "tone": tone,
            "is_last": number == last,
            "target": asked.target,
            "limit": asked.limit,
        }
        for number, row in enumerate(rows)
        for place, (name, tone) in enumerate(TONES.items())
    ])  # fmt: skip


def apart(heights: list[float], gap: float) -> list[float]:
    """Rising heights, moved up where a word would stand on the one below."""
    for number in range(1, len(heights)):
        heights[number] = max(heights[number], heights[number - 1] + gap)
    return heights


def svg(spec: dict[str, Any], table: pa.Table, width: int) -> str:
    """The chart as a picture for white paper, so many pixels wide."""
    import vl_convert

    rows = json.loads(json.dumps(table.to_pylist(), default=_iso))
    whole = {**spec, "width": width, "datasets": {"table": rows}}
    whole["config"] = _on_paper(spec["config"])
    return vl_convert.vegalite_to_svg(whole)


@cache
def colours() -> dict[str, Any]:
    """The light theme: what it calls each colour, and the list that tokens stand for."""
    return tomllib.loads(THEME.read_text(encoding="utf-8"))["theme"]["light"]


def _on_paper(config: dict[str, Any]) -> dict[str, Any]:
    light = colours()
    return {
        **config,
        "background": light["backgroundColor"],
        "font": FONT,
        "range": {"category": light["chartCategoricalColors"]},
        "view": {"stroke": None},
        "axis": {"gridColor": light["borderColor"]},
    }


def _iso(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(value)
