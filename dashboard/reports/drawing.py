"""The charts of a report as pictures for paper.

The specifications and the colours are the product's own: a page and a sheet of paper show the same.
"""

import json
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.charts.ready import for_reader

THEME = Path(__file__).resolve().parent.parent.parent / ".streamlit" / "config.toml"
FONT = "Libertinus Serif"  # comes with the typesetter, so that paper looks alike everywhere


def svg(spec: dict[str, Any], table: pa.Table, width: int) -> str:
    """The chart as a picture for white paper, so many pixels wide."""
    import vl_convert

    rows = json.loads(json.dumps(table.to_pylist(), default=_iso))
    whole = {**for_reader(spec), "width": width, "datasets": {"table": rows}}
    whole["config"] = _on_paper(whole["config"])
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
