"""The performance spectrum: each case a line from step to step over time, by how quick it was.

Denisov, Fahland and van der Aalst, Unbiased, Fine-Grained Description of Processes Performance
from Event Data (BPM 2018): parallel lines are a queue, a fan is a batch, steep lines are quick.
"""

from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import plotly.graph_objects as go

T = TypeVar("T")
# Quick to slow, dark enough on white and light enough on black.
TONES = {1: "#2E7D6B", 2: "#7A8F3C", 3: "#B7791F", 4: "#B3261E"}
WORDS = {1: "quickest quarter", 2: "second quarter", 3: "third quarter", 4: "slowest quarter"}
ROW_PX, EDGES_PX = 70, 120


def spectrum(table: pa.Table) -> "go.Figure":
    """The picture of the rows of `spectrum`, of one path.

    A line for each step of a case, from when the step became current to when it was completed;
    WebGL draws it, and gaps part the lines of one trace.
    """
    import plotly.graph_objects as go

    labels = dict(zip(table["step"].to_pylist(), table["step_label"].to_pylist(), strict=True))
    steps = sorted(labels)
    drawn = go.Figure()
    for quarter, tone in TONES.items():
        rows = table.filter(pc.field("quarter") == quarter)
        number = rows["step"].to_pylist()
        drawn.add_trace(
            go.Scattergl(
                x=_gapped(rows["current_at"].to_pylist(), rows["completed_at"].to_pylist()),
                y=_gapped([step - 1 for step in number], number),
                text=_gapped(rows["case_id"].to_pylist(), rows["case_id"].to_pylist()),
                mode="lines",
                line={"color": tone, "width": 1},
                opacity=0.6,
                name=WORDS[quarter],
                hovertemplate="%{text}<br>%{x|%b %-d, %Y %-I:%M %p}<extra></extra>",
            )
        )
    ends = [steps[0] - 1, *steps] if steps else []
    names = ["begun", *(labels[step] for step in steps)] if steps else []
    drawn.update_layout(
        height=EDGES_PX + ROW_PX * len(ends),
        yaxis={"tickvals": ends, "ticktext": names, "autorange": "reversed"},
        legend={"orientation": "h"},
        margin={"t": 40, "r": 20, "b": 40},
    )
    return drawn


def _gapped(firsts: list[T], lasts: list[T]) -> list[T | None]:
    return [one for pair in zip(firsts, lasts, strict=True) for one in (*pair, None)]
