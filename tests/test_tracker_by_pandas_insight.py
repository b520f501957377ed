"""Every figure of Month end and Bottlenecks on a tracker, counted once more by pandas alone."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard import intake
from dashboard.store import Store
from tests import tracker_frame as sheet
from tests.builders import ADMIN
from tests.month_end_twin import judged
from tests.tracker_frame import AS_OF, DAY, NOW, ORDER_STEP, WINDOW

KEY = ["workflow", "step"]
LIMIT = 3 * DAY


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("tracker") / "log.duckdb")
    content = (sheet.DATA / "tracker.csv").read_bytes()
    intake.import_tracker(opened, content, "tracker.csv", by=ADMIN, now=AS_OF)
    yield opened
    opened.close()


def table(store: Store, name: str, **params: Any) -> Any:
    """A figure as a frame, as of the tracker's instant."""
    return store.run(name, now=AS_OF, **params).to_pandas()


def finished_steps() -> Any:
    """The steps of completed cases."""
    return sheet.steps()[sheet.steps()["is_closed"]]


# --- The ledger and the steps ----------------------------------------------------------------


def test_the_ledger_has_each_partys_minutes_of_each_case(tracked: Store):
    found = table(tracked, "ledger").set_index(["case_id", "party"])["business_minutes"]

    wanted = sheet.held()
    assert found.to_dict() == wanted.to_dict()
    per_case = wanted.groupby("case_id").sum()
    done = sheet.cases()[sheet.cases()["is_closed"]].set_index("case_id")
    assert per_case.to_dict() == done["minutes"].to_dict()


def test_step_times_are_the_minutes_from_one_cell_to_the_next(tracked: Store):
    found = table(tracked, "step_times")

    forms = found[found["step"] == 1]
    assert (len(forms), forms["business_us"].sum()) == (len(sheet.cases()), 0)
    rest = found[found["step"] > 1].reset_index(drop=True)
    wanted = sheet.steps()
    assert rest[["case_id", "step"]].values.tolist() == wanted[["case_id", "step"]].values.tolist()
    assert rest["business_minutes"].tolist() == wanted["spent"].tolist()
    assert rest["completed_at"].isna().tolist() == (~wanted["is_done"]).tolist()


# --- Month end -------------------------------------------------------------------------------


def compared(near: Any, rest: Any) -> list[Any]:
    """Window against rest: n, n, both medians, difference."""
    m1, m2 = near.median(), rest.median()
    return [len(near), len(rest), m1, m2, m1 - m2]


def by_month_end(done: Any, value: str) -> dict[Any, float]:
    """How much longer in the window than on the days around it, by logarithm, of each month end."""
    looks = {}
    own = done[done["day"].between(-5, 7)]
    for end, steps in own.groupby("month_end"):
        size = np.log(steps[value] + 1)
        near = steps["day"].isin(WINDOW)
        if near.any() and (~near).any() and (steps["day"] >= 0).any():
            looks[end] = size[near].mean() - size[~near].mean()
    return looks


COMPARED = [
    "n_window", "n_rest", "median_window_minutes", "median_rest_minutes", "difference_minutes",
]  # fmt: skip


def test_each_step_in_the_window_and_in_the_rest_is_compared_as_by_hand(tracked: Store):
    found = table(tracked, "month_end_steps").set_index(KEY)

    done = sheet.steps()[sheet.steps()["is_done"]]
    assert len(found) == 18
    for key, steps in done.groupby(KEY):
        near, rest = (steps[steps["in_window"] == side]["spent"] for side in (True, False))
        assert found.loc[key, COMPARED].tolist() == pytest.approx(compared(near, rest))
    looks = {key: by_month_end(steps, "spent") for key, steps in done.groupby(KEY)}
    agrees(found, looks)
    assert found.loc[("local", 6), "told_from_chance"]


def test_whole_cases_opened_in_the_window_are_compared_as_by_hand(tracked: Store):
    found = table(tracked, "month_end_whole").set_index("workflow")

    done = sheet.cases()[sheet.cases()["is_closed"]]
    for path, own in done.groupby("workflow"):
        is_near = own["place"].isin(WINDOW)
        wanted = compared(own[is_near]["minutes"], own[~is_near]["minutes"])
        assert found.loc[path, COMPARED].tolist() == pytest.approx(wanted)
    looks = {
        path: by_month_end(own.assign(day=own["place"]), "minutes")
        for path, own in done.groupby("workflow")
    }
    agrees(found, looks)
    assert len(found) == 2


def agrees(found: Any, looks: dict[Any, dict[Any, float]]) -> None:
    """What is judged by month end is so by the slow twin, too."""
    assert {key: len(look) for key, look in looks.items()} == {
        key: n for key, n in found["n_month_ends"].items() if key in looks
    }
    known = {key: look for key, look in looks.items() if len(look) >= 8}
    assert len(known) > 1
    for key, (is_told, middle, swing) in judged(known).items():
        row = found.loc[key]
        assert row["told_from_chance"] == is_told
        assert np.log(row["factor"]) == pytest.approx(middle)
        if swing is not None:
            assert np.log(row["least_factor"]) == pytest.approx(swing)


def test_opening_days_count_what_kept_the_limit_and_how_surely(tracked: Store):
    found = table(tracked, "opening_days").set_index("days_to_month_end")

    every = sheet.cases()
    age = sheet.minutes_between(every["opened"], pd.Series(NOW, every.index))
    decided = every[age > LIMIT]
    assert found["n"].sum() == len(decided) > 480
    for place, own in decided.groupby("place"):
        n, kept = len(own), (own["is_closed"] & (own["minutes"] <= LIMIT)).sum()
        # Wilson: the p for which the share found is 1.96 standard errors away
        square, share = 1.96**2 / n, kept / n
        ends = sorted(np.roots([1 + square, -(2 * share + square), share**2]).real)
        row = found.loc[place]
        assert (row["n"], row["on_time"], row["still_open"]) == (n, kept, (~own["is_closed"]).sum())
        assert [row["share"], row["low"], row["high"]] == pytest.approx([share, *ends], abs=1e-7)


def test_the_heat_map_has_each_days_median_against_the_usual_one(tracked: Store):
    found = table(tracked, "step_days").set_index([*KEY, "days_to_month_end"])

    done = sheet.steps()[sheet.steps()["is_done"]]
    usual = done[~done["in_window"]].groupby(KEY)["spent"].agg(["size", "median"])
    daily = done.groupby([*KEY, "day"])["spent"].agg(["size", "median"])
    assert found.index.sort_values().tolist() == daily.index.tolist()
    for key, day in daily.iterrows():
        of_step, row = usual.loc[key[:2]], found.loc[key]
        assert (row["n"], row["median_minutes"]) == (day["size"], day["median"])
        assert (row["n_usual"], row["usual_minutes"]) == (of_step["size"], of_step["median"])
        assert row["times_usual"] == pytest.approx(day["median"] / of_step["median"])


def test_order_times_are_those_of_the_order_steps_cells(tracked: Store):
    found = table(tracked, "order_times")

    done = finished_steps()
    wanted = done[done["step"] == done["workflow"].map(ORDER_STEP)]
    columns = ["workflow", "in_window", "spent", "minutes"]
    assert sorted(found.iloc[:, :4].values.tolist()) == sorted(wanted[columns].values.tolist())
    assert set(found["limit_minutes"]) == {LIMIT}


# --- Bottlenecks -----------------------------------------------------------------------------


def test_the_spread_of_each_step_is_that_of_pandas(tracked: Store):
    found = table(tracked, "step_spread").set_index(KEY)

    done = finished_steps()
    assert len(found) == 16
    for key, own in done.groupby(KEY):
        row, spent = found.loc[key], own["spent"]
        cuts = [row[f"p{level}_minutes"] for level in (50, 85, 95)]
        assert cuts == pytest.approx(spent.quantile([0.5, 0.85, 0.95]).tolist())
        assert (row["n"], row["business_us"]) == (len(own), spent.sum() * 60e6)
        assert row["share"] == pytest.approx(spent.sum() / done["spent"].sum())
        # a tracker has no Start, and no hand-over but the appointment
        assert (row["n_split"], row["not_split_us"]) == (0, row["business_us"])
        assert row["n_unrecorded_handover"] == (len(own) if key in sheet.HANDED_OVER else 0)


def test_the_spread_of_each_party_is_that_of_pandas(tracked: Store):
    found = table(tracked, "party_spread").set_index("party")

    held = sheet.held()
    assert found["business_us"].is_monotonic_decreasing
    assert sorted(found.index) == sorted({party for _, party in held.index})
    for party, own in held.groupby("party"):
        row = found.loc[party]
        assert (row["n"], row["business_us"]) == (len(own), own.sum() * 60e6)
        assert row["share"] == pytest.approx(own.sum() / held.sum())
        assert [row["p50_minutes"], row["p85_minutes"]] == pytest.approx(
            own.quantile([0.5, 0.85]).tolist()
        )


def test_budgets_split_the_limit_by_the_largest_remainders(tracked: Store):
    found = table(tracked, "step_budgets").set_index(KEY)["budget_us"]

    limit_us = LIMIT * 60_000_000
    for path, own in finished_steps().groupby("workflow"):
        spent = {step: int(minutes) for step, minutes in own.groupby("step")["spent"].sum().items()}
        whole = sum(spent.values())
        budgets = {step: limit_us * minutes // whole for step, minutes in spent.items()}
        left = limit_us - sum(budgets.values())
        for step in sorted(spent, key=lambda step: -(limit_us * spent[step] % whole))[:left]:
            budgets[step] += 1
        assert found[path].to_dict() == budgets
        assert sum(budgets.values()) == limit_us


def test_the_slowest_cases_are_named_with_their_longest_step_and_party(tracked: Store):
    found = table(tracked, "slowest_cases", most=50)

    done = sheet.cases()[sheet.cases()["is_closed"]]
    slow = done.sort_values(["minutes", "case_id"], ascending=[False, True]).head(50)
    assert found["case_id"].tolist() == slow["case_id"].tolist()
    assert found["business_minutes"].tolist() == slow["minutes"].tolist()
    for row in found.itertuples():
        own = finished_steps().set_index("case_id").loc[row.case_id]
        longest = own.sort_values(["spent", "step"], ascending=[False, True]).iloc[0]
        parties = sheet.held()[row.case_id].sort_index()
        assert (row.step, row.step_minutes) == (longest["step"], longest["spent"])
        assert (row.party, row.party_minutes) == (parties.idxmax(), parties.max())
