"""The tracker of the tests as frames of pandas: cases, their steps, whose turn it was, the month.

Read from the sheet and its answers file alone. Nothing here uses the product's calendar, fold or
queries: business time is counted in minutes of a list of open minutes, dates by pandas' own
business days.
"""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.holiday import USFederalHolidayCalendar
from pandas.tseries.offsets import CustomBusinessDay

DATA = Path(__file__).parent / "data"
ZONE = "America/New_York"
AS_OF = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)  # Friday 15:30, as in the answers file
NOW: Any = pd.Timestamp(AS_OF)
DAY = 540  # minutes
WINDOW = (2, 1, 0, -1)
CS, TL, CPT, ORDERS, FIRM = (
    "CS representative", "Team leader", "CitrixPortalTech", "Order Team", "Customer",
)  # fmt: skip
WHOSE = {
    "local": [FIRM, CS, TL, TL, CS, ORDERS, FIRM],
    "virtual_office": [FIRM, CS, TL, CPT, CPT, CPT, TL, TL, CS, ORDERS, ORDERS],
}
ORDER_STEP = {"local": 6, "virtual_office": 10}
HANDED_OVER = {("local", 5), ("local", 6), ("virtual_office", 9), ("virtual_office", 10)}
AGREED = "Agreed date"
BUSINESS_DAY = CustomBusinessDay(
    holidays=list(USFederalHolidayCalendar().holidays("2024-01-01", "2027-12-31"))
)
DAYS: Any = pd.bdate_range("2024-12-01", "2026-12-31", freq=BUSINESS_DAY)


@cache
def open_minutes() -> np.ndarray:
    """Every minute in which the department is open, as UTC minutes since 1970, in order."""
    starts = (DAYS + pd.Timedelta(hours=8)).tz_localize(ZONE).tz_convert(None)
    first = starts.to_numpy().astype("datetime64[m]").astype(np.int64)
    return (first[:, None] + np.arange(DAY)).ravel()


def opened_minutes(at: Any) -> Any:
    """How many open minutes have passed before each instant."""
    minutes = pd.Series(at).dt.tz_convert(None).to_numpy().astype("datetime64[m]")
    return np.searchsorted(open_minutes(), minutes.astype(np.int64))


def minutes_between(since: Any, until: Any) -> Any:
    """Open minutes from each instant of one column to that of the other."""
    return opened_minutes(until) - opened_minutes(since)


def local_dates(at: Any) -> Any:
    return pd.Series(at).dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()


def read(text: str) -> Any:
    """A cell's instant: with its own offset, else of New York; NaT if it is no time."""
    instant: Any = pd.to_datetime(text, errors="coerce")
    if pd.isna(instant):
        return pd.NaT
    return (instant if instant.tzinfo else instant.tz_localize(ZONE)).tz_convert("UTC")


def instants(cells: Any) -> Any:
    return pd.to_datetime(cells.map(read), utc=True)


@cache
def places() -> Any:
    """Business days to month end by date: -1 to -5 from the first, then down to 0 on the last."""
    of_day: Any = {}
    for _, days in DAYS.to_series().groupby(DAYS.to_period("M")):
        for number, day in enumerate(days, start=1):
            rest = len(days) - number
            of_day[day] = -number if number <= 5 and rest else rest
    every = pd.date_range(DAYS[0], DAYS[-1])
    return pd.Series(of_day).reindex(every).bfill().astype(int)  # a day off is as the next one


def places_of(dates: Any) -> Any:
    return places().loc[dates].to_numpy()


def month_ends_of(dates: Any) -> Any:
    """To which month's end each date is counted, as a period."""
    following = DAYS[DAYS.searchsorted(dates)].to_period("M")
    return following - (places_of(dates) < 0).astype(int)


@cache
def cases() -> Any:
    """One row a case: case_id, workflow, leader, opened, closed (NaT), minutes (to now), place."""
    sheet: Any = pd.read_csv(
        DATA / "tracker.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    answers: Any = pd.DataFrame(json.loads((DATA / "tracker_key.json").read_text("utf-8"))["rows"])
    is_case = (answers["verdict"] == "accepted").to_numpy()
    sheet, answers = (frame[is_case].reset_index(drop=True) for frame in (sheet, answers))
    told: Any = pd.DataFrame({
        "case_id": [f"C-{number:04}" for number in range(1, len(sheet) + 1)],
        "workflow": answers["workflow"],
        "leader": sheet["Team leader"].str.strip(),
        "opened": instants(sheet["Step 1"]),
        "closed": pd.to_datetime(answers["closed_at"], utc=True),
        "appointment": instants(sheet["Appointment"]),
    })  # fmt: skip
    for step in range(2, 12):
        told[step] = instants(sheet[f"Step {step}"])
    told["is_closed"] = told["closed"].notna()
    told["minutes"] = minutes_between(told["opened"], told["closed"].fillna(NOW))
    told["opened_on"], told["closed_on"] = local_dates(told["opened"]), local_dates(told["closed"])
    told["place"] = places_of(told["opened_on"])
    told["month_end"] = month_ends_of(told["opened_on"])
    return told


@cache
def steps() -> Any:
    """One row per case and step from 2 on that was ever current, with the case's own columns."""
    every = cases()
    rows = []
    for step in range(2, 12):
        part = every.drop(columns=list(range(2, 12))).assign(
            step=step, current=every["opened"] if step == 2 else every[step - 1],
            completed=every[step],
        )  # fmt: skip
        fits = part["workflow"].map(lambda path: len(WHOSE[path])) >= step
        rows.append(part[fits & part["current"].notna()])
    told: Any = pd.concat(rows).sort_values(["case_id", "step"]).reset_index(drop=True)
    told["is_done"] = told["completed"].notna()
    told["spent"] = minutes_between(told["current"], told["completed"].fillna(NOW))
    told["party"] = [
        WHOSE[path][step - 1] for path, step in zip(told["workflow"], told["step"], strict=True)
    ]
    told["day"] = places_of(local_dates(told["current"]))
    told["month_end"] = month_ends_of(local_dates(told["current"]))
    told["in_window"] = told["day"].isin(WINDOW)
    return told


@cache
def held() -> Any:
    """Of completed cases, one row per case and party: minutes. Step 5 of VO waits for its date."""
    done = steps()[steps()["is_closed"]]
    waits = (done["workflow"] == "virtual_office") & (done["step"] == 5)
    cut = done["appointment"].where(waits, done["current"])
    cut = cut.clip(done["current"], done["completed"])
    before = done.assign(party=AGREED, until=cut, since=done["current"])
    after = done.assign(since=cut, until=done["completed"])
    turns: Any = pd.concat([before, after])
    turns = turns[turns["since"] < turns["until"]]
    turns["spent"] = minutes_between(turns["since"], turns["until"])
    return turns.groupby(["case_id", "party"])["spent"].sum()


def at_most(sample: Any, share: float) -> float:
    """The percentile as numpy has it."""
    return float(np.quantile(sample, share))
