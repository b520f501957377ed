"""The stepper: all steps of a case in a row, on a telephone as a list; a click picks one.

Arrow keys, Home and End move along it; each step says a whole sentence to a screen reader.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from streamlit.components.v2 import component

PARTS = Path(__file__).resolve().parent / "components"

_stepper = component(
    "case_stepper",
    html='<nav class="steps">\n</nav>',
    css=(PARTS / "stepper.css").read_text("utf-8"),
    js=(PARTS / "stepper.js").read_text("utf-8"),
)


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step as the stepper shows it. `is_slow`: it takes longer than most such steps do."""

    number: int
    name: str
    who: str
    time: str
    state: Literal["done", "current", "ahead"]
    is_slow: bool = False


def stepper(steps: Sequence[StepShown], label: str, selected: int, key: str) -> int | None:
    """Draw the steps; returns the number of the one that was clicked just now, if one was."""
    rows = [
        asdict(step) | {"number": int(step.number), "is_slow": bool(step.is_slow)}
        for step in steps  # a NumPy scalar among them would blank the whole component
    ]
    data = {"steps": rows, "label": label, "selected": int(selected)}
    picked = _stepper(data=data, key=key, on_picked_change=lambda: None, height="content").picked
    return None if picked is None else int(picked)
