"""The clock of one case: business time used, against target and limit, as a bar with its words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from streamlit.components.v2 import component

Tone = Literal["on", "risk", "over", "done"]
HOUR_US = 3_600_000_000
PARTS = Path(__file__).resolve().parent / "components"

_clock = component(
    "case_clock",
    html='<div class="clock">\n</div>',
    css=(PARTS / "clock.css").read_text("utf-8"),
    js=(PARTS / "clock.js").read_text("utf-8"),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock shows; lengths in microseconds of business time."""

    tone: Tone
    headline: str
    used_us: int
    target_us: int
    limit_us: int
    target_text: str
    limit_text: str
    facts: Sequence[str]
    foot: Sequence[str]
    alt: str


def clock(shown: Clock, key: str) -> None:
    """Draw the clock."""
    data = asdict(shown)
    lengths = {name: data.pop(f"{name}_us") / HOUR_US for name in ("used", "target", "limit")}
    # a third more than the limit, or all of what was used: plain numbers, as the browser needs them
    span = max(lengths["limit"] * 4 / 3, lengths["used"] * 1.02, 1.0)
    plain = {name: float(hours) for name, hours in lengths.items()}
    lists = {"facts": list(shown.facts), "foot": list(shown.foot)}
    _clock(data=data | plain | lists | {"span": float(span)}, key=key, height="content")
