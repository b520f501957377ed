"""Specifications that are ready to be drawn, without the library that they are built with.

That library and the building take a second, so what the charts of pages come to is kept in
ready.json; tests.write_charts writes it, and a test holds it equal to the code. A chart that is not
in it, such as one for a window of month end of somebody's own, is built when it is first drawn.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

Spec = dict[str, Any]

READY = Path(__file__).with_name("ready.json")
AXIS_PX = 50


@cache
def spec(name: str, *of: Any) -> Spec:
    """The chart of that name, "module.function", of these arguments."""
    return _kept().get(key(name, *of)) or built(name, *of)


def built(name: str, *of: Any) -> Spec:
    """Likewise, as the code builds it now."""
    module, _, function = name.partition(".")
    return getattr(import_module(f"dashboard.charts.{module}"), function)(*of)


def key(name: str, *of: Any) -> str:
    """Under what it stands in the file."""
    return f"{name}({', '.join(map(repr, of))})"


@cache
def _kept() -> dict[str, Spec]:
    return json.loads(READY.read_text("utf-8"))


def bind(spec: Spec, table: pa.Table) -> Spec:
    """The specification with the table that it draws, ready for st.vega_lite_chart."""
    return {**spec, "datasets": {"table": table}}


def room(spec: Spec, table: pa.Table) -> int:
    """How high the chart is, in pixels: as given, or a step for each of its rows and an axis."""
    height = spec["height"]
    if isinstance(height, int):
        return height
    rows = next(one["field"] for one in _encoded(spec, "y") if "field" in one)
    count = len(table[rows].unique()) if table.num_rows else 0
    return height["step"] * count + AXIS_PX


def _encoded(spec: Spec, channel: str) -> Iterator[dict[str, Any]]:
    """The encodings of a channel, from the outside inwards."""
    if channel in spec.get("encoding", {}):
        yield spec["encoding"][channel]
    for layer in spec.get("layer", ()):
        yield from _encoded(layer, channel)
