"""The peer of `many_browsers.py`: the same cases as Streamlit's own tutorials would show them.

pandas in `cache_data`, which copies for each run, Altair objects, the whole table, and nothing else
that Changeover does to be quick.
"""

import os
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st


@st.cache_data
def load(path: str) -> pd.DataFrame:
    """The completed cases, one row each."""
    return pd.read_parquet(path)


cases: Any = load(os.environ["PEER_CASES"])
cases["month"] = cases["closed_at"].dt.strftime("%Y-%m")
cases["on_time"] = cases["state"] != "late"
st.title("Throughput")
path = st.selectbox("Path", ["Both", *sorted(cases["workflow"].unique())])
shown = cases if path == "Both" else cases[cases["workflow"] == path]
for column, (label, value) in zip(
    st.columns(4),
    {
        "Completed": len(shown),
        "On time": f"{shown['on_time'].mean():.0%}",
        "Median days": f"{shown['business_days'].median():.1f}",
        "85 % within": f"{shown['business_days'].quantile(0.85):.1f}",
    }.items(),
    strict=True,
):
    column.metric(label, value)
monthly = shown.groupby("month", as_index=False).agg(
    n=("case_id", "count"), on_time=("on_time", "mean"), middle=("business_days", "median")
)
left, right = st.columns(2)
left.altair_chart(alt.Chart(monthly).mark_bar().encode(x="month:O", y="n:Q"))
right.altair_chart(alt.Chart(monthly).mark_line().encode(x="month:O", y="on_time:Q"))
newest = shown.nlargest(5_000, "closed_at")
st.altair_chart(
    alt.Chart(newest)
    .mark_circle()
    .encode(x="closed_at:T", y="business_days:Q", color="on_time:N", tooltip=["firm", "case_id"])
)
st.dataframe(shown)
