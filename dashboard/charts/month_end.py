"""The charts of Month end, all on its axis: business days to month end, 0 the month's last."""

import altair as alt

from dashboard.charts.look import PICK, SCALE, TABLE, Spec, ink, inked, look, shares, tips
from dashboard.charts.tokens import FEWEST_IN_CELL

Window = tuple[int, int]

# From the longest month's first counted day down to its last, then the next month's first five.
PLACES = [*range(17, -1, -1), *range(-1, -6, -1)]
PLACE = "datum.value < 0 ? '−' + abs(datum.value) : '' + datum.value"
# Where a cell's colour is so strong, in both themes, that its text has to be paper.
STRONG_TIMES = "datum.times > 2.05 || datum.times < 0.49"
STRONG_HOURS = "datum.hours > 11"
MOST_HOURS = 18  # a cell's colour ends here: twice as long in one step is as bad
GROUPS = ["window", "rest"]
COMPARE_TIPS = tips(
    step="Step", group_text="When", text="Median", n="Cases",
    interval="Difference, 95 % for all steps",
)  # fmt: skip


def place(window: Window, padding: float = 0.08) -> alt.X:
    """Business days to month end along the x axis, the window's in bold."""
    is_window = f"datum.value <= {window[0]} && datum.value >= {window[1]}"
    axis = alt.Axis(
        labelExpr=PLACE,
        labelAngle=0,
        title="business days to month end",
        labelFontWeight=alt.condition(is_window, alt.value(700), alt.value(400)),
    )
    scale = alt.Scale(paddingInner=padding, paddingOuter=padding / 2)
    return alt.X("place:O", sort=PLACES, scale=scale, axis=axis)


def shade(window: Window) -> alt.Chart:
    """The window's places, shaded, to lie behind the marks."""
    in_window = [day for day in PLACES if window[1] <= day <= window[0]]
    rows = alt.Chart(alt.InlineData(values=[{"place": day, "ink": "band"} for day in in_window]))
    return rows.mark_rect(opacity=1).encode(x=place(window), color=ink())


def opening_days(window: Window) -> Spec:
    """The share that kept the limit by opening day, with its interval.

    Table: key, place, share, low, high, n, few, tone, shown, interval, is_named, overall.
    """
    base = alt.Chart(TABLE).encode(x=place(window), color=ink("tone"))
    tip = tips(
        place="Business days to month end",
        shown="Kept the limit",
        interval="95 % interval",
        n="Cases",
    )
    spread = base.mark_rule(strokeWidth=3, opacity=0.35, strokeCap="round").encode(
        y=shares("low"), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(y=shares("share"), tooltip=tip)
    picked = dots.add_params(PICK)
    holes = dots.mark_point(filled=True, size=26, opacity=1).transform_filter("datum.few")
    words = (
        base.mark_text(
            align="left", dx=9, fontWeight=600, opacity=alt.ExprRef("width < 560 ? 0 : 1")
        )
        .encode(y=shares("share"), text="shown:N")
        .transform_filter("datum.is_named")
    )
    all_days = alt.Chart(TABLE).transform_aggregate(overall="min(overall)")
    line = all_days.mark_rule(strokeDash=[4, 3], strokeWidth=1.25).encode(y=shares("overall"))
    word = all_days.mark_text(align="left", dx=6).encode(
        x=alt.value("width"), y=shares("overall"), text=alt.value("all days")
    )
    layers = alt.layer(
        shade(window), inked(line, "muted"), spread, picked, inked(holes, "paper"), words,
        inked(word, "muted"),
    )  # fmt: skip
    return look(layers, 300)


def heat(kind: str, window: Window) -> Spec:
    """Step against day: "times" its usual (diverging) or "hours" (sequential).

    Table: key, place, step, party, times, hours, times_shown, hours_shown, text, usual, n.
    """
    strong = STRONG_TIMES if kind == "times" else STRONG_HOURS
    scale = (
        alt.Scale(type="log", base=2, domain=[1 / 3, 3], range="diverging", clamp=True)
        if kind == "times"
        else alt.Scale(domain=[0, MOST_HOURS], range="ramp", clamp=True)
    )
    is_cell = f"datum.n >= {FEWEST_IN_CELL} && isValid(datum.{kind})"
    base = alt.Chart(TABLE).encode(
        x=place(window), y=alt.Y("step:O", sort=None, axis=alt.Axis(title=None, grid=False))
    )
    tip = tips(
        step="Step", party="Whose turn", text="Median", usual="Outside the window", n="Cases"
    )
    cells = (
        base.mark_rect(cornerRadius=2)
        .encode(color=alt.Color(f"{kind}:Q", scale=scale, legend=None), tooltip=tip)
        .transform_filter(is_cell)
        .add_params(PICK)
    )
    dots = base.mark_point(size=5, filled=True).encode(tooltip=tip)
    words = [
        inked(
            base.mark_text(fontSize=11, opacity=alt.ExprRef("width < 700 ? 0 : 1"))
            .encode(text=f"{kind}_shown:N")
            .transform_filter(f"{is_cell} && {test}"),
            token,
        )
        for token, test in (("paper", f"({strong})"), ("ink", f"!({strong})"))
    ]
    few = inked(dots.transform_filter(f"!({is_cell})"), "muted")
    return look(alt.layer(cells, few, *words).resolve_scale(color="independent"), {"step": 32})


def compare() -> Spec:
    """Each step's median in the window and in the rest, and where the window's may truly lie.

    The bar is the interval of the difference, laid from the rest's median: if it does not
    touch the rest's mark, the difference can be told from chance. Two intervals of their own
    would not say that: they may overlap although the medians surely differ.

    Table: key, step, group, tone, hours, low, high, text, interval, n, few, times, is_told.
    """
    rows = alt.Y("step:N", sort=None, axis=alt.Axis(title=None, grid=False))
    shift = alt.YOffset("group:N", scale=alt.Scale(domain=GROUPS, paddingOuter=0.8))
    hours = alt.Axis(
        labelExpr="datum.value + ' h'", title="median business time", grid=True, gridOpacity=0.7,
        tickCount=5,
    )  # fmt: skip
    words = "datum.label == 'accent' ? 'in the window' : 'the rest'"
    legend = alt.Legend(values=["accent", "muted"], symbolType="circle", labelExpr=words)
    base = alt.Chart(TABLE).encode(y=rows, yOffset=shift, tooltip=COMPARE_TIPS)
    bars = (
        base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round")
        .encode(x=alt.X("low:Q", axis=hours), x2="high:Q", color=ink("tone"))
        .transform_filter("isValid(datum.low)")
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="hours:Q", color=alt.Color("tone:N", scale=SCALE, legend=legend)
    )
    picked = dots.add_params(PICK)
    holes = base.mark_point(filled=True, size=26, opacity=1).encode(x="hours:Q")
    times = (
        alt.Chart(TABLE)
        .mark_text(align="left", dx=8, fontWeight=600)
        .encode(y=rows, x=alt.value("width"), text="times:N")
        .transform_filter("datum.group == 'window' && datum.is_told")
    )
    layers = alt.layer(
        bars, picked, inked(holes.transform_filter("datum.few"), "paper"), inked(times, "ink")
    )
    return look(layers.resolve_scale(color="independent"), {"step": 40, "for": "position"})
