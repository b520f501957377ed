"""The charts of Forecast: what the coming days will bring, and how good forecasts have been."""

import altair as alt

from dashboard.charts.look import SCALE, SHAPES, TABLE, Spec, ink, inked, look, tips

MODELS = "datum.label == 'accent' ? 'forecast' : 'plain median'"
DUE = "datum.label == 'late' ? 'SLAs due' : 'targets due'"


def coming_days() -> Spec:
    """Completions expected on each of the coming business days, against what is due on it.

    Table: day (in words, in order), expected, low, high, due, tone (a token), kind, text, interval,
    due_limit, due_target; three rows a day, of which those that are no expectation lack it.
    """
    days = alt.X(
        "day:O", sort=None, axis=alt.Axis(title=None, labelAngle=0), scale=alt.Scale(padding=0.25)
    )
    count = alt.Axis(title=None, tickCount=5)
    tip = tips(
        day="Day", text="Expected", interval="95% interval", due_limit="SLAs due",
        due_target="Targets due",
    )  # fmt: skip
    base = alt.Chart(TABLE).encode(x=days)
    bars = base.mark_bar(cornerRadiusEnd=2, opacity=0.75).encode(
        y=alt.Y("expected:Q", axis=count, scale=alt.Scale(zero=True)), tooltip=tip
    )
    spread = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y="low:Q", y2="high:Q")
    legend = alt.Legend(values=["late", "at risk"], labelExpr=DUE)
    marks = (
        base.mark_point(filled=True, size=80, opacity=1)
        .encode(
            y="due:Q",
            color=alt.Color("tone:N", scale=SCALE, legend=legend),
            shape=alt.Shape("tone:N", scale=SHAPES, legend=legend),
            tooltip=tip,
        )
        .transform_filter("isValid(datum.due)")
    )
    layers = alt.layer(inked(bars, "accent"), inked(spread, "ink"), marks)
    return look(layers.resolve_scale(color="independent", shape="independent"), 240)


def record() -> Spec:
    """The mean error by month of issue, of the forecast and of the plain median.

    Table: month (in words, in order), tone ("accent": the forecast, "muted": the median), hours,
    low, high, text, interval, cases.
    """
    months = alt.X(
        "month:O", sort=None, axis=alt.Axis(title=None, labelAngle=0), scale=alt.Scale(padding=0.3)
    )
    shift = alt.XOffset("tone:N", scale=alt.Scale(domain=["accent", "muted"], paddingOuter=0.7))
    axis = alt.Axis(labelExpr="datum.value + ' h'", title=None, tickCount=5)
    tip = tips(
        month="Made in", kind="By", text="Mean error", interval="95% interval", cases="Cases"
    )
    base = alt.Chart(TABLE).encode(x=months, xOffset=shift, tooltip=tip)
    spread = base.mark_rule(strokeWidth=3, opacity=0.35, strokeCap="round").encode(
        y=alt.Y("low:Q", axis=axis, scale=alt.Scale(zero=True)), y2="high:Q", color=ink("tone")
    )
    legend = alt.Legend(values=["accent", "muted"], symbolType="circle", labelExpr=MODELS)
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        y="hours:Q", color=alt.Color("tone:N", scale=SCALE, legend=legend)
    )
    return look(alt.layer(spread, dots).resolve_scale(color="independent"), 240)
