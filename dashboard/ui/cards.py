"""What pages are put together from: cards, charts, empty states, refusals, figures, downloads."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Literal

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import clock
from dashboard.charts import bind, room
from dashboard.errors import DashboardError
from dashboard.figures.figure import Tile
from dashboard.files.book import sheet_of
from dashboard.files.tables import as_csv, worded
from dashboard.locales import read_by, reader
from dashboard.ui import arrival, definitions, door, drawn, handle
from dashboard.ui.words import plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROOM_PX, MOST_ROOMS = 20, 40  # the heights that head.STYLE keeps free for charts
SPARK_POINTS = 2  # a line needs two
SPARKED_PX = 180  # a number's height with its line
ACROSS = 158  # px a figure needs: four side by side, two on a telephone
LOST = (
    "The connection was interrupted, so your last click was not carried out and nothing was "
    "changed by it. Check the page, then click again."
)


@contextmanager
def card(
    question: str, finding: str, source: str, key: str, figures: str = "", more: str = ""
) -> Generator[None]:
    """A chart's card: the question, what the chart says now, the chart, what it rests on.

    `figures` are the queries behind it, which a click shows with their definitions; `more` says
    what is computed from them, where they are not all of it.
    """
    with frame(key):
        st.subheader(question, anchor=False)
        if finding:
            st.markdown(finding)
        yield
        if source:
            st.caption(source)
        if figures:
            definitions.button(figures, key, more)


def frame(key: str, height: Literal["stretch", "content"] = "stretch") -> DeltaGenerator:
    """The frame of a card, as high as the one beside it."""
    return st.container(border=True, key=f"card-{key}", gap="xsmall", height=height)


def chart(table: pa.Table, spec: dict[str, Any], alt: str, key: str, **more: Any) -> Any:
    """A chart's specification with its table; `alt` says in a sentence what it shows.

    Its room is kept from the beginning, or what stands below would jump when it is drawn.
    """
    height = min(max(room(spec, table) // ROOM_PX, 1), MOST_ROOMS) * ROOM_PX
    with room_for(height, key):
        return st.vega_lite_chart(spec=bind(spec, table), alt=alt, key=key, **more)


def alt(what: str, finding: str) -> str:
    """A chart's text alternative: what it shows, and what that says now."""
    return f"{what}. {finding.replace('**', '')}"


def room_for(height: int, key: str) -> DeltaGenerator:
    """A place that keeps so much height free (px, in twenties) for what the browser draws later."""
    return st.container(key=f"room-{height}-{key}")


def empty(icon: str, headline: str, next_step: str) -> None:
    """Nothing is here: what is so, and what to do."""
    with st.container(
        border=True, horizontal_alignment="center", gap="xsmall", key=f"empty-{icon}"
    ):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:] **{headline}**", text_alignment="center")
        st.caption(next_step, text_alignment="center")
        st.space("small")


def refused(error: DashboardError | str) -> None:
    """What was asked, why not, what next."""
    st.error(plain(error), icon=":material/error:")


def saved(text: str) -> None:
    """What was saved, when, and whose turn it is now."""
    st.success(text, icon=":material/check_circle:")


def flash(text: str) -> None:
    """Keep a confirmation for the next run, which shows it once."""
    st.session_state["flash"] = text
    st.session_state.pop("flash-over", None)


def flashed() -> None:
    """Show the confirmation that waits, if one does; it is over once the page has been drawn.

    The second half of a double click neither cuts it short nor takes it away.
    """
    if st.session_state.get("flash-over") and not drawn.is_too_late():
        unflashed()
    if text := st.session_state.get("flash"):
        st.session_state["flash-shown"] = True
        arrival.confirmation(text)


def drawn_to_its_end() -> None:
    """The page has been: what it confirmed is over, and a click that was lost is told."""
    if st.session_state.pop("flash-shown", False):
        st.session_state["flash-over"] = True
    if drawn.to_its_end():
        refused(LOST)


def unflashed() -> str:
    """Take the confirmation that waits, without showing it."""
    st.session_state.pop("flash-over", None)
    return st.session_state.pop("flash", "")


def tiles(row: Sequence[Tile], key: str, across: int = 0) -> None:
    """Numbers side by side; a chip that begins with ▲ means late."""
    has_course = any(len(tile.course) >= SPARK_POINTS for tile in row)
    with (
        room_for(SPARKED_PX, key) if has_course else nullcontext(),
        st.grid(across or len(row), min_column_width=ACROSS, gap="small", key=key),
    ):
        for tile in row:
            _tile(tile)


def _tile(tile: Tile) -> None:
    is_late = tile.chip.startswith("▲")
    st.metric(
        tile.label,
        tile.value,
        tile.chip.removeprefix("▲").strip() or None,
        border=True,
        height="stretch",
        delta_color="inverse" if is_late else "off",
        delta_arrow=tile.arrow,
        chart_data=tile.course if len(tile.course) >= SPARK_POINTS else None,
        help=tile.help,
    )


def figure_row(
    *row: tuple[str, str | int, str], key: str = "figures", figures: str = "", more: str = ""
) -> None:
    """Figures side by side: label, value and a chip; a chip that begins with ▲ means late.

    `figures` and `more` are as those of a card.
    """
    tiles([Tile(*told) for told in row], key)
    if figures:
        definitions.button(figures, key, more)


def download(
    table: pa.Table | Callable[[], pa.Table], name: str, key: str, label: str = "Download CSV"
) -> None:
    """The table as CSV and as XLSX, exactly as it is, with nothing that a spreadsheet would run.

    One that takes long to make is made when it is asked for.
    """

    def made() -> pa.Table:
        return table() if callable(table) else table

    with st.container(horizontal=True, gap="small", key=f"row-{key}"):
        file(label, lambda: as_csv(made()), f"{name}.csv", "text/csv", key)
        file("XLSX", lambda: _as_xlsx(made()), f"{name}.xlsx", XLSX, f"{key}-xlsx")


def file(
    label: str,
    make: Callable[[], str | bytes],
    name: str,
    kind: str,
    key: str,
    look: Literal["primary", "secondary", "tertiary"] = "tertiary",
    icon: str = ":material/download:",
    about: str | None = None,
) -> None:
    """A button that downloads a file; made when it is clicked, and for this visitor alone."""
    of = reader()

    def made() -> str | bytes:
        with read_by(of):
            return make()

    st.download_button(
        label, door.own(made, kind, name), name, kind, key=key, on_click="ignore", icon=icon,
        type=look, help=about,
    )  # fmt: skip


def _as_xlsx(table: pa.Table) -> bytes:
    calendar = handle.held(handle.log_place()).store.settings.calendar
    return sheet_of(worded(table), calendar.zone, clock.now())
