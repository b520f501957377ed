"""Writes dashboard/charts/ready.json, a line a chart, from the modules that build them.

Run `python -m tests.write_charts` after a change of a chart; a test compares.
"""

import json
from collections.abc import Iterator
from typing import Any

from dashboard.charts.ready import READY, Spec, built, key
from tests import declared

OTHERS = (
    "forecast.coming_days",
    "forecast.record",
    "what_if.effects",
    "case.turns",
)


def main() -> None:
    """Write the file anew."""
    READY.write_text(text(), encoding="utf-8")


def text() -> str:
    """What the file should hold."""
    lines = [f"{json.dumps(one)}: {compact(spec)}" for one, spec in sorted(specs().items())]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compact(spec: Spec) -> str:
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))


def specs() -> dict[str, Spec]:
    return {key(*asked): built(*asked) for asked in charts()}


def charts() -> Iterator[tuple[Any, ...]]:
    """Each chart's name and arguments."""
    yield from declared.charts()
    yield from ((name,) for name in OTHERS)


if __name__ == "__main__":
    main()
