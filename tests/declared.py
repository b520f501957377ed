"""The figures that are declared: their choices, their charts, and what those ask of a table."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from dashboard.figures.declared import declared
from dashboard.figures.figure import Figure, Scope
from dashboard.settings import Settings


def choices(figure: Figure, scope: Scope) -> Iterator[Scope]:
    """What is asked of a figure, once for each choice that a reader has."""
    options = figure.choice.options.values() if figure.choice else [None]
    yield from (replace(scope, choice=value) for value in options)


def charts() -> Iterator[tuple[Any, ...]]:
    """Each chart that pages draw as the department's settings come: builder and arguments."""
    view: Any = SimpleNamespace(settings=Settings())
    scope = Scope(view, datetime(2026, 1, 1, tzinfo=UTC))
    for figure in declared().values():
        if figure.chart:
            yield from ((figure.chart, *figure.variant(one)) for one in choices(figure, scope))


def units(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The layers of a specification that draw something."""
    if "layer" in spec:
        for part in spec["layer"]:
            yield from units(part)
    else:
        yield spec


def fields(spec: dict[str, Any]) -> set[str]:
    """The fields of the page's table that a specification asks for."""
    shared = spec.get("data", {}).get("name")
    own = [one for one in units(spec) if one.get("data", {}).get("name", shared) == "table"]
    return set[str]().union(*(_drawn(unit) for unit in own))


def _drawn(unit: dict[str, Any]) -> set[str]:
    steps = unit.get("transform", [])
    read = set(re.findall(r"datum\.(\w+)", str(steps)))
    return (set(_asked(unit.get("encoding", {}))) | read | set(_asked(steps))) - _made(steps)


def _made(steps: list[dict[str, Any]]) -> set[str]:
    """Fields that the unit makes itself."""
    own = {step["as"] for step in steps if "calculate" in step}
    return own | {op["as"] for step in steps for op in step.get("aggregate", [])}


def _asked(part: Any) -> Iterator[str]:
    """Fields that encodings name, and those that their expressions read."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "field" and isinstance(value, str):
                yield re.sub(r"\W.*", "", value)
            else:
                yield from _asked(value)
    elif isinstance(part, list):
        for item in part:
            yield from _asked(item)
