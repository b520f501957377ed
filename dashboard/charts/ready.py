"""Specifications that are ready to be drawn, without the library that they are built with.

That library and the building take a second, so what the charts of pages come to is kept in
ready.json; tests.write_charts writes it, and a test holds it equal to the code. A chart that is not
in it, such as one for a window of month end of somebody's own, is built when it is first drawn.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.locales import reader, vega_locale

Spec = dict[str, Any]

READY = Path(__file__).with_name("ready.json")
AXIS_PX = 50


Build = Callable[..., Spec]


@cache
def spec(build: Build | str, *of: Any) -> Spec:
    """The chart that a function builds of these arguments."""
    return _kept().get(key(build, *of)) or built(build, *of)


def built(build: Build | str, *of: Any) -> Spec:
    """Likewise, as the code builds it now."""
    if not isinstance(build, str):
        return build(*of)
    module, _, function = build.partition(".")
    return getattr(import_module(f"dashboard.charts.{module}"), function)(*of)


def key(build: Build | str, *of: Any) -> str:
    """Under what it stands in the file."""
    if not isinstance(build, str):
        build = f"{build.__module__.rpartition('.')[2]}.{build.__name__}"
    return f"{build}({', '.join(map(repr, of))})"


@cache
def _kept() -> dict[str, Spec]:
    return json.loads(READY.read_text("utf-8"))


def bind(spec: Spec, table: pa.Table) -> Spec:
    """The specification with the table that it draws and the reader's dates, ready for the page."""
    return {**for_reader(spec), "datasets": {"table": table}}


def for_reader(spec: Spec) -> Spec:
    """With the reader's dates, in what is read aloud too, and the year that they need not name."""
    config = {**spec["config"], "locale": vega_locale(), "timeFormat": "%x"}
    present = {"name": "present", "value": reader().today.year}
    return {**spec, "config": config, "params": [*spec.get("params", ()), present]}


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
