"""The look that all charts share: colours by token, quiet axes, words beside lines.

A mark names a token, not a colour: see `tokens`. So one specification serves the light and the dark
theme, and the server never has to know which of them a visitor sees. Only axis words have a colour
here.
"""

from typing import Any

import altair as alt

from dashboard.charts.ready import Spec
from dashboard.charts.tokens import TOKENS

# No range: Vega takes the theme's list. A colour field so means the same in every chart.
SCALE = alt.Scale(domain=TOKENS)
# The marks that stand beside the words ● on time, ◆ at risk, ▲ late.
SHAPES = alt.Scale(
    domain=TOKENS,
    range=[{"at risk": "diamond", "late": "triangle-up"}.get(token, "circle") for token in TOKENS],
)
# Streamlit fills the first source of a specification that has no name of its own, which in a
# layered chart may be a rule's single row. So the page's table has a name: see `ready.bind`.
TABLE = alt.NamedData("table")

# A click picks a mark by `key`, which names what it counts; a double click lets go of it.
PICK = alt.selection_point(name="picked", fields=["key"], toggle=False, empty=False)
# Of a legend: on a telephone its words stand one below the other, or many of them two by two.
COLUMNS = alt.ExprRef("width < 300 ? 1 : 3")
MANY_COLUMNS = alt.ExprRef("width < 420 ? 2 : width < 900 ? 4 : 0")

# Streamlit's own grey on white (3.7 : 1) is too faint to read; these are the theme's muted text.
MUTED = alt.ExprRef("luminance(background) > 0.5 ? '#616A78' : '#98A1AE'")
SHARE = "format(datum.value, '.0%')"
DAYS = "format(datum.value, '.2~f') + ' d'"
# Dates by the reader's locale, which a chart is given as it is drawn (`locales.vega_locale`): with
# the year, a month with its year, without. On an axis the first has its year, each January, and
# each that is not of the present year; where the axis is too short for months, it has days.
DATE_YEAR, MONTH_YEAR, DATE = "%x", "%X", "%c"
IS_SHORT = "span(domain('x')) < 75 * 86400000"
BEGINS = "datum.index == 0"
IS_PAST = "year(datum.value) != present"  # a parameter: see `ready.for_reader`
IS_NAMED = f"{BEGINS} || {IS_PAST}"
MONTH = f"timeFormat(datum.value, {IS_NAMED} || month(datum.value) == 0 ? '{MONTH_YEAR}' : '%b')"
DAY = f"timeFormat(datum.value, {IS_NAMED} ? '{DATE_YEAR}' : '{DATE}')"
DATES = f"{IS_SHORT} ? {DAY} : {MONTH}"
TICKS = alt.ExprRef(
    f"{IS_SHORT} ? {{interval: 'day', step: span(domain('x')) < 9 * 86400000 ? 1 : 7}}"
    " : {interval: 'month', step: 1}"
)

ROW_PX = 30  # of a lane
HOURS = "datum.value + ' h'"
CHANGES = {
    "kept": "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.0f') + ' points'",
    "time": "(datum.value < 0 ? '−' : '') + format(abs(datum.value), '.2~f') + ' h'",
}
# From the longest month's first counted day down to its last, then the next month's first five.
PLACES = [*range(17, -1, -1), *range(-1, -6, -1)]
PLACE = (
    "datum.value == 0 ? 'last day' : datum.value > 0 ? '−' + datum.value : '+' + abs(datum.value)"
)

QUIET = {
    "domain": False, "ticks": False, "labelPadding": 8, "labelFontSize": 12, "titleFontSize": 12,
    "titleFontWeight": 400, "titlePadding": 10, "labelColor": MUTED, "titleColor": MUTED,
}  # fmt: skip
QUIET_X = {**QUIET, "grid": False, "labelFlush": False, "labelOverlap": "greedy"}
QUIET_Y = {
    **QUIET, "grid": True, "gridOpacity": 0.7, "titleAngle": 0, "titleAlign": "left",
    "titleY": -10, "titleX": 0, "labelLimit": 190,
}  # fmt: skip


def look(chart: Any, height: int | dict[str, Any]) -> Spec:
    """The chart as the dict that pages pass on, in the shared look."""
    legend = alt.LegendConfig(
        orient="top", direction="horizontal", title=None, labelFontSize=12, labelColor=MUTED,
        symbolSize=70, padding=0, offset=10, labelLimit=260, columnPadding=18,
    )  # fmt: skip
    chart = chart.properties(
        height=height, width="container", padding={"left": 4, "top": 8, "right": 4, "bottom": 4}
    ).configure(
        axisX=QUIET_X,
        axisY=QUIET_Y,
        # Vega reads the ends of a time axis aloud in one locale only; the chart's alt says enough.
        axisTemporal=alt.AxisConfig(aria=False),
        legend=legend,
        text=alt.MarkConfig(fontSize=12),
        scale=alt.ScaleConfig(bandPaddingInner=0.18),
    )
    # Otherwise Altair moves constant rows away from their marks, to where the page's table goes.
    with alt.data_transformers.enable(consolidate_datasets=False):
        spec = chart.to_dict()
    del spec["$schema"]
    return spec


def around(base: alt.Chart, tip: list[alt.Tooltip] | None = None) -> alt.Chart:
    """What a click near a point picks, unseen and on top: a hollow point has no middle."""
    marks = base.mark_point(size=90, filled=True, opacity=0.001)
    return (marks.encode(tooltip=tip) if tip else marks).add_params(PICK)


def once(**values: Any) -> alt.Chart:
    """One constant row: a rule, a word."""
    return alt.Chart(alt.InlineData(values=[values]))


def inked(chart: alt.Chart, token: str) -> alt.Chart:
    """The chart's marks in one colour. A constant has no scale in Vega-Lite, so it is a field."""
    return chart.transform_calculate(ink=f"'{token}'").encode(color=ink())


def ink(field: str = "ink", legend: alt.Legend | None = None) -> alt.Color:
    """Colour by a field that holds tokens."""
    return alt.Color(f"{field}:N", scale=SCALE, legend=legend)


def tips(**titles: str) -> list[alt.Tooltip]:
    """What shows when the pointer rests on a mark: words, by the field that holds them."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def dates(field: str, padding: int = 8) -> alt.X:
    """Time along the x axis, months as quiet words."""
    axis = alt.Axis(labelExpr=DATES, title=None, tickCount=TICKS)
    return alt.X(f"{field}:T", axis=axis, scale=alt.Scale(padding=padding))


def days(field: str) -> alt.Y:
    """Business days up the y axis, from nought."""
    return alt.Y(
        f"{field}:Q", axis=alt.Axis(labelExpr=DAYS, title=None), scale=alt.Scale(zero=True)
    )


def shares(field: str) -> alt.Y:
    """A share up the y axis, always from 0 to 100%."""
    axis = alt.Axis(labelExpr=SHARE, title=None, values=[0, 0.25, 0.5, 0.75, 1])
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[0, 1]))


def promise() -> tuple[list[alt.Chart], list[alt.Chart]]:
    """The band from target to limit, to lie behind marks in business days, and its words on top.

    From the table's own columns `target` and `limit`; where they are empty (paths with
    different targets in one chart) nothing is drawn.
    """
    base = (
        alt.Chart(TABLE)
        .transform_aggregate(target="min(target)", limit="min(limit)")
        .transform_filter("isValid(datum.target) && isValid(datum.limit)")
    )
    band = base.mark_rect(opacity=0.10).encode(y="target:Q", y2="limit:Q")
    target = base.mark_rule(strokeWidth=1.25, strokeDash=[4, 3]).encode(y="target:Q")
    limit = base.mark_rule(strokeWidth=1.25).encode(y="limit:Q")
    words = [
        haloed(base.transform_calculate(words=f"'{called} ' + format(datum.{name}, '.2~f') + ' d'")
               .encode(x=alt.value(0), y=f"{name}:Q", text="words:N"), token, dy)
        for name, called, token, dy in (
            ("target", "target", "muted", 10), ("limit", "SLA", "late", -9)
        )
    ]  # fmt: skip
    behind = [inked(band, "at risk"), inked(target, "at risk"), inked(limit, "late")]
    return behind, [layer for pair in words for layer in pair]


def haloed(base: alt.Chart, token: str, dy: int) -> tuple[alt.Chart, alt.Chart]:
    """Words over lines: once in the paper's colour and broad, then in their own."""
    shape: dict[str, Any] = {"align": "left", "dx": 4, "dy": dy, "fontWeight": 600}
    broad = base.mark_text(**shape, strokeWidth=4, strokeJoin="round").encode(
        stroke=alt.Stroke("ink:N", scale=SCALE, legend=None)
    )
    return inked(broad, "paper"), inked(base.mark_text(**shape), token)


def lanes(field: str) -> alt.Y:
    """One lane a row, in the order of the table, its name in full."""
    return alt.Y(
        f"{field}:N",
        sort=None,
        axis=alt.Axis(title=None, grid=False, labelLimit=190),
        scale=alt.Scale(paddingInner=0.3),
    )


def across(field: str, label: str, title: str | None = None, **more: Any) -> alt.X:
    """A measure along the x axis."""
    axis = alt.Axis(labelExpr=label, title=title, grid=True, gridOpacity=0.7, tickCount=5)
    return alt.X(f"{field}:Q", axis=axis, **more)


def place(window: tuple[int, int], padding: float = 0.08) -> alt.X:
    """Business days to month end along the x axis, the window's in bold."""
    is_window = f"datum.value <= {window[0]} && datum.value >= {window[1]}"
    axis = alt.Axis(
        labelExpr=PLACE,
        labelAngle=0,
        title="business days from the month’s last",
        labelFontWeight=alt.condition(is_window, alt.value(700), alt.value(400)),
    )
    scale = alt.Scale(paddingInner=padding, paddingOuter=padding / 2)
    return alt.X("place:O", sort=PLACES, scale=scale, axis=axis)


def shade(window: tuple[int, int]) -> alt.Chart:
    """The window's places, shaded, to lie behind the marks."""
    in_window = [day for day in PLACES if window[1] <= day <= window[0]]
    rows = alt.Chart(alt.InlineData(values=[{"place": day, "ink": "band"} for day in in_window]))
    return rows.mark_rect(opacity=1).encode(x=place(window), color=ink())
