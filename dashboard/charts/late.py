"""The library for charts, imported when a chart is built: see `ready`. That takes a second."""

from importlib import import_module
from typing import TYPE_CHECKING, Any


class _Late:
    """A module that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    import altair as alt

    from dashboard.charts import look
else:
    alt, look = _Late("altair"), _Late("dashboard.charts.look")

__all__ = ["alt", "look"]
