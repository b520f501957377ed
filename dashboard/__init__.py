"""Changeover: the operations dashboard for moving accounting firms off SaaS.

For pandas and notebooks: `dashboard.list_figures()`, `dashboard.frame("cycle_times", …)`,
`dashboard.chart("trend", …)`, `dashboard.plot("spectrum", …)`.
"""

import zoneinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.frames import chart, frame, list_figures, plot

__all__ = ["chart", "frame", "list_figures", "plot"]

# The pinned tzdata and never the machine's: replicas and reports made again must agree.
zoneinfo.reset_tzpath(to=())


def __getattr__(name: str) -> Any:
    """The door for analysts, imported once somebody asks for it: pandas takes its time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dashboard import frames

    return getattr(frames, name)
