"""Throughput, Month end and the SLA report by hand: a few cases whose figures one can count."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from dashboard import commands, metrics
from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.store import Store
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, LEAD

NEW_YORK = ZoneInfo("America/New_York")
DECEMBER = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
DAY_MINUTES = 540

Told = Callable[..., str]


def ny(text: str) -> datetime:
    """New York's wall clock in October and November 2026: "10-05 09:00"."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


@pytest.fixture
def tell(store: Store) -> Told:
    """Record a case from the times of its first steps; further times are of the last step."""

    def told(
        workflow: str, *times: str, leader: str = "T. Vance", to_end: bool = True, **form: Any
    ) -> str:
        instants = [ny(text) for text in times]
        if to_end:
            missing = WORKFLOWS[workflow].last - len(instants)
            instants[1:1] = [instants[0]] * missing
        evidence = commands.Evidence(
            workflow, instants, form={"firm_name": "Juniper Advisors", "team_leader": leader} | form
        )
        events = commands.record_evidence(
            store, evidence, by=LEAD, now=DECEMBER, command_id=f"{store.count_cases()}"
        )
        return events[0].stream

    return told


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


# --- Where the time went ---------------------------------------------------------------------


def test_cycle_times_by_hand(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-06 10:30")  # Monday to Tuesday
    tell("local", "10-09 16:00", "10-13 08:30")  # over a weekend and a holiday
    tell("virtual_office", "10-05 09:00", "10-05 09:00", to_end=False)  # open: absent

    table = store.run("cycle_times", now=DECEMBER)

    assert rows(table, "case_id", "workflow", "firm", "business_minutes") == [
        ("C-0001", "local", "Juniper Advisors", DAY_MINUTES + 90.0),
        ("C-0002", "local", "Juniper Advisors", 90.0),
    ]
    assert table["business_us"].to_pylist() == [630 * 60_000_000, 90 * 60_000_000]
    assert table["closed_at"][0].as_py() == ny("10-06 10:30")


def test_since_is_included_and_until_is_not(store: Store, tell: Told):
    for day in ("10-05", "10-06", "10-07"):
        tell("local", f"{day} 09:00", f"{day} 10:00")

    table = store.run("cycle_times", now=DECEMBER, since=date(2026, 10, 5), until=date(2026, 10, 7))

    assert table["case_id"].to_pylist() == ["C-0001", "C-0002"]


def test_filters_name_a_path_and_a_team_leader(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 10:00")
    tell("virtual_office", "10-05 09:00", "10-05 10:00", leader="H. Abebe")

    local = store.run("cycle_times", now=DECEMBER, workflow="local")
    abebe = store.run("cycle_times", now=DECEMBER, team_leader="H. Abebe")

    assert local["case_id"].to_pylist() == ["C-0001"]
    assert abebe["case_id"].to_pylist() == ["C-0002"]


def test_ledger_by_hand(store: Store, tell: Told):
    tell(
        "local",
        "10-05 09:00",  # form
        "10-05 09:30",  # routed: CS representative 30
        "10-05 10:00",  # cancelled: team leader 30
        "10-05 11:00",  # EMS ticket: team leader 60
        "10-05 13:00",  # renewal: CS representative 120
        "10-06 09:00",  # order: Order Team 240 + 60
        "10-06 09:05",  # downloaded: Customer 5
    )

    table = store.run("ledger", now=DECEMBER)

    assert rows(table, "case_id", "party", "business_minutes") == [
        ("C-0001", "CS representative", 150.0),
        ("C-0001", "Customer", 5.0),
        ("C-0001", "Order Team", 300.0),
        ("C-0001", "Team leader", 90.0),
    ]


def test_until_the_requested_date_every_turn_is_the_customers(store: Store, tell: Told):
    tell("local", "10-05 16:00", "10-05 16:30", "10-07 09:00", to_end=False,
         requested_date="2026-10-07")  # fmt: skip
    events = commands.Evidence("local", [ny("10-07 10:00")] * 4, first=4)
    commands.record_evidence(
        store, events, by=LEAD, now=DECEMBER, command_id="rest", case=store.case("C-0001")
    )

    table = store.run("ledger", now=DECEMBER)

    assert rows(table, "party", "business_minutes") == [
        ("Customer", 600.0),  # an hour on the 5th, all of the 6th, none of the 7th
        ("Team leader", 120.0),
    ]


ORDERS = {
    "cycle_times": ("closed_at", "case_id"),
    "ledger": ("case_id", "party"),
    "month_end_steps": ("workflow", "step"),
    "sla_cases": ("closed_at", "case_id"),
    "step_times": ("case_id", "step"),
}


def test_rows_stand_in_the_order_that_the_figure_names(store: Store, tell: Told):
    tell("virtual_office", "10-05 09:00", "10-07 10:00")
    tell("local", "10-05 09:00", "10-06 10:00")
    tell("local", "10-05 09:00", "10-05 11:00", to_end=False)
    tell("local", "10-05 08:00", "10-06 10:00")

    tables = {name: store.run(name, now=DECEMBER) for name in ORDERS}

    for name, (first, second) in ORDERS.items():
        keys = [(one or DECEMBER, two) for one, two in rows(tables[name], first, second)]
        assert keys == sorted(keys), name
        assert len(keys) > 2


@pytest.mark.parametrize("name", ["cycle_times", "ledger", "step_times"])
def test_a_figure_holds_the_days_the_path_and_the_team_leader_asked_for(
    store: Store, tell: Told, name: str
):
    for day in ("10-05", "10-06", "10-07"):
        tell("local", f"{day} 09:00", f"{day} 10:00")
    tell("virtual_office", "10-06 09:00", "10-06 10:00", leader="H. Abebe")

    def cases(**asked: Any) -> set[str]:
        return set(store.run(name, now=DECEMBER, **asked)["case_id"].to_pylist())

    assert cases(since=date(2026, 10, 6)) == {"C-0002", "C-0003", "C-0004"}
    assert cases(until=date(2026, 10, 6)) == {"C-0001"}
    assert cases(workflow="virtual_office") == cases(team_leader="H. Abebe") == {"C-0004"}


def test_step_times_by_hand(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 09:30", "10-05 11:00", to_end=False)

    table = store.run("step_times", now=ny("10-05 12:00"))

    assert rows(table, "step", "party", "completed_at", "business_minutes") == [
        (1, "Customer", ny("10-05 09:00"), 0.0),
        (2, "CS representative", ny("10-05 09:30"), 30.0),
        (3, "Team leader", ny("10-05 11:00"), 90.0),
        (4, "Team leader", None, 60.0),  # current: up to now
    ]


def test_a_step_done_twice_took_both_rounds(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-05 09:30", "10-05 10:00", to_end=False)
    at = ny("10-05 11:00")
    commands.reopen_step(store, case_id, 2, "wrong leader", by=LEAD, now=DECEMBER, at=at)
    again = commands.Evidence("local", [ny("10-05 11:15"), ny("10-05 11:20")], first=2)
    commands.record_evidence(
        store, again, by=LEAD, now=DECEMBER, command_id="again", case=store.case(case_id)
    )

    table = store.run("step_times", now=ny("10-05 12:00"))

    assert rows(table, "step", "business_minutes") == [(1, 0.0), (2, 45.0), (3, 35.0), (4, 100.0)]


# --- How long, and is the promise kept -------------------------------------------------------


def test_percentiles_by_hand(store: Store, tell: Told):
    for minutes in (10, 20, 30, 40):
        tell("local", "10-05 09:00", f"10-05 09:{minutes}")
    tell("local", "11-02 09:00", "11-02 10:00")

    table = store.run("cycle_percentiles", now=DECEMBER)

    assert rows(table, "period", "workflow", "n", "p50_minutes", "p85_minutes", "p95_minutes") == [
        (date(2026, 10, 1), "local", 4, 25.0, pytest.approx(35.5), pytest.approx(38.5)),
        (date(2026, 11, 1), "local", 1, 60.0, 60.0, 60.0),
    ]
    assert table["p50_days"].to_pylist() == [pytest.approx(25 / 540), pytest.approx(60 / 540)]


def test_percentiles_by_week_and_of_all_paths_together(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-05 10:00")
    tell("virtual_office", "10-09 09:00", "10-11 12:00")  # done on the Sunday of that week
    tell("virtual_office", "10-12 09:00", "10-13 09:00")

    table = store.run("cycle_percentiles", now=DECEMBER, period="week", split="none")

    assert rows(table, "period", "workflow", "n") == [
        (date(2026, 10, 5), None, 2),
        (date(2026, 10, 12), None, 1),
    ]


def test_exactly_two_and_three_business_days_keep_the_promise(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-07 09:00")  # two days
    tell("local", "10-05 09:00", "10-07 09:01")
    tell("local", "10-05 09:00", "10-08 09:00")  # three days
    tell("local", "10-05 09:00", "10-08 09:01")

    table = store.run("attainment", now=DECEMBER, until=date(2026, 11, 1))
    marks = store.run("finished_cases", now=DECEMBER)

    assert rows(table, "month", "n", "within_target", "within_limit") == [
        (date(2026, 10, 1), 4, 1, 3)
    ]
    assert rows(marks, "case_id", "state") == [
        ("C-0004", "late"), ("C-0003", "at risk"), ("C-0002", "at risk"), ("C-0001", "on time"),
    ]  # fmt: skip


def test_people_count_dates_so_the_third_date_counts_to_its_end(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-08 23:59")  # Monday: Thursday is the third date after it
    tell("local", "10-05 09:00", "10-09 00:00")
    tell("local", "10-09 09:00", "10-15 16:00")  # the 12th is a holiday

    table = store.run("attainment", now=DECEMBER, until=date(2026, 11, 1))

    assert rows(table, "n", "within_limit", "within_limit_by_date") == [(3, 0, 2)]


def test_by_date_is_the_cases_own_number_of_days(store: Store, tell: Told):
    commands.change_targets(store, "local", 1, 2, by=ADMIN, now=DECEMBER)
    tell("local", "10-05 09:00", "10-07 23:59")  # Monday: two business dates end on Wednesday
    tell("local", "10-05 09:00", "10-08 00:00")
    tell("virtual_office", "10-05 09:00", "10-08 00:00")  # of this path it is still three

    table = store.run("attainment", now=DECEMBER, until=date(2026, 11, 1))

    assert rows(table, "n", "within_limit_by_date") == [(3, 2)]
    [one, _] = metrics.sla_cases(store, now=DECEMBER, month="2026-10", workflow="local").to_pylist()
    assert (one["target_minutes"], one["limit_minutes"]) == (540.0, 1080.0)


def test_open_late_cases_stand_beside_and_leave_when_done(store: Store, tell: Told):
    tell("virtual_office", "10-26 09:00", "11-03 09:00")  # late on the 29th, done in November
    tell(
        "virtual_office", "10-28 09:00", "10-28 09:00", to_end=False
    )  # late from November 2nd, 09:00
    tell("virtual_office", "11-30 09:00", "11-30 09:00", to_end=False)  # open, within its limit

    table = store.run("attainment", now=ny("11-30 12:00"))

    assert rows(table, "month", "n", "open_late") == [
        (date(2026, 10, 1), 0, 1),
        (date(2026, 11, 1), 1, 1),
    ]


def test_a_week_runs_from_monday_and_the_last_one_to_now(store: Store, tell: Told):
    tell("virtual_office", "10-05 09:00", "10-12 00:00")  # done as the second week begins
    tell("virtual_office", "10-11 12:00", "10-11 12:00", to_end=False)  # a Sunday
    tell("virtual_office", "10-14 09:00", "10-14 10:00")

    table = store.run("throughput", now=ny("10-14 10:30"))

    assert rows(table, "week", "opened", "completed", "open_at_end", "late_at_end") == [
        (date(2026, 10, 5), 2, 0, 2, 1),
        (date(2026, 10, 12), 1, 2, 1, 0),
    ]


def test_a_withdrawn_case_is_neither_open_nor_completed(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-05 09:00", to_end=False)
    at = ny("10-07 09:00")
    commands.withdraw_case(store, case_id, "the firm stays", by=LEAD, now=DECEMBER, at=at)

    table = store.run("throughput", now=ny("10-30 12:00"), until=date(2026, 10, 12))
    names = ("opened", "completed", "open_at_end", "late_at_end", "withdrawn_at_end")

    assert rows(table, *names) == [(1, 0, 0, 0, 1)]
    assert rows(store.run("attainment", now=DECEMBER), "open_late") == [(0,), (0,), (0,)]
    assert metrics.sla_cases(store, now=DECEMBER).num_rows == 0
    assert store.run("opening_days", now=DECEMBER).num_rows == 0


# --- What month end does ---------------------------------------------------------------------


def test_a_step_belongs_to_the_window_by_the_day_it_became_current(store: Store, tell: Told):
    # October's last business day is Friday the 30th: the window runs from the 28th to November 2nd.
    tell("local", "10-27 16:00", "10-28 00:00", "10-28 09:00", to_end=False)
    tell("local", "11-02 16:00", "11-03 00:00", "11-03 09:00", to_end=False)

    table = store.run("month_end_steps", now=DECEMBER, workflow="local")

    assert rows(table, "step", "n_window", "n_rest")[:4] == [
        (1, 1, 1),
        (2, 1, 1),
        (3, 1, 1),
        (4, 0, 0),
    ]
    assert rows(table, "median_window_minutes", "median_rest_minutes", "difference_minutes")[2] == (
        60.0, 60.0, 0.0,
    )  # fmt: skip
    assert rows(table, "low_minutes", "told_from_chance")[2] == (None, False)
    assert rows(table, "median_window_minutes", "difference_minutes")[3] == (None, None)


def test_the_windows_bounds_can_be_set(store: Store, tell: Told):
    tell("local", "11-06 09:00", "11-06 10:00")  # the month's fifth business day

    within = store.run(
        "month_end_whole", now=DECEMBER, window_from=2, window_to=-5, workflow="local"
    )
    outside = store.run(
        "month_end_whole", now=DECEMBER, window_from=2, window_to=-4, workflow="local"
    )

    assert rows(within, "n_window", "n_rest") == [(1, 0)]
    assert rows(outside, "n_window", "n_rest") == [(0, 1)]


def month_ends(store: Store, spent: Callable[[int, str], int]) -> None:
    """A case in the window of each of eight month ends, one some days before: `spent` minutes."""
    with store.bulk() as bulk:
        for month, (near, around) in enumerate(EIGHT_MONTHS):
            for side, day in (("window", near), ("around", around)):
                start = ny(f"{day} 09:00")
                times = [start, start + timedelta(minutes=spent(month, side))]
                evidence = commands.Evidence("local", times, form={"firm_name": "Juniper"})
                commands.record_evidence(bulk, evidence, by=LEAD, now=DECEMBER, command_id=day)


EIGHT_MONTHS = (
    ("03-30", "03-24"), ("04-29", "04-24"), ("05-28", "05-21"), ("06-29", "06-24"),
    ("07-30", "07-24"), ("08-28", "08-24"), ("09-29", "09-24"), ("10-29", "10-22"),
)  # fmt: skip


def test_the_judgment_by_month_end_by_hand(store: Store):
    # 3 minutes and one in the window of each month end, 1 and one around: twice as long each time.
    # Of the 128 sign patterns only the one as it is reaches so far; the next one down has one of
    # eight month ends the other way, 6 of 8, and 7 patterns may be passed, 8 of them are like that.
    month_ends(store, lambda month, side: 3 if side == "window" else 1)

    [_, row] = store.run("month_end_steps", now=DECEMBER, workflow="local").to_pylist()[:2]

    assert (row["n_window"], row["n_rest"], row["n_month_ends"]) == (8, 8, 8)
    assert (row["median_window_minutes"], row["median_rest_minutes"]) == (3.0, 1.0)
    assert row["told_from_chance"]
    assert [row[name] for name in ("factor", "factor_low", "factor_high")] == [
        pytest.approx(2.0)
    ] * 3  # all alike: nothing else is left
    assert [row["low_minutes"], row["high_minutes"]] == [pytest.approx(1.0)] * 2


def test_one_month_end_alone_is_told_from_nothing(store: Store):
    month_ends(store, lambda month, side: 99 if side == "window" and month == 3 else 1)

    [_, row] = store.run("month_end_steps", now=DECEMBER, workflow="local").to_pylist()[:2]

    assert row["factor"] == pytest.approx(50 ** (1 / 8))
    assert not row["told_from_chance"]
    assert row["factor_low"] == pytest.approx(1.0)  # just not left out


def test_seven_month_ends_are_too_few(store: Store):
    month_ends(store, lambda month, side: 3 if side == "window" else 1)

    [_, row] = store.run(
        "month_end_steps", now=DECEMBER, workflow="local", since=date(2026, 4, 1)
    ).to_pylist()[:2]

    assert (row["n_month_ends"], row["factor"], row["told_from_chance"]) == (7, None, False)


def test_days_after_a_month_end_alone_are_none(store: Store):
    # April's first days stand for March's end only with what was before it
    month_ends(store, lambda month, side: 3 if side == "window" else 1)

    def ends(first: date) -> int:
        table = store.run("month_end_steps", now=DECEMBER, workflow="local", since=first)
        return table["n_month_ends"].to_pylist()[1]

    assert (ends(date(2026, 3, 24)), ends(date(2026, 3, 25)), ends(date(2026, 3, 31))) == (8, 7, 7)


def test_opening_days_count_cases_whose_limit_has_passed(store: Store, tell: Told):
    tell("local", "10-28 09:00", "10-29 09:00")  # two business days to month end: kept
    tell("local", "10-28 09:00", "11-04 09:00")  # missed
    tell("local", "10-28 09:00", "10-28 09:00", to_end=False)  # still open: missed
    tell("local", "11-27 09:00", "11-27 10:00")  # its limit lies ahead: left out, though quick

    table = store.run("opening_days", now=ny("11-30 12:00"))

    low, high = 0.0615, 0.7923  # Wilson's interval for one of three
    assert rows(table, *table.column_names) == [
        (
            2,
            3,
            1,
            1,
            pytest.approx(1 / 3),
            pytest.approx(low, abs=1e-4),
            pytest.approx(high, abs=1e-4),
            1,
            False,
        )
    ]


def test_step_days_by_hand(store: Store, tell: Told):
    for day, until in (("10-14", "09:10"), ("10-15", "09:30"), ("10-29", "10:00")):
        tell("local", f"{day} 09:00", f"{day} {until}", to_end=False)

    table = store.run("step_days", now=DECEMBER)

    names = ("step", "days_to_month_end", "n", "median_minutes", "usual_minutes", "times_usual")
    assert rows(table, *names) == [
        (2, 12, 1, 10.0, 20.0, 0.5),
        (2, 11, 1, 30.0, 20.0, 1.5),
        (2, 1, 1, 60.0, 20.0, 3.0),
    ]
    assert rows(table, "label", "party", "n_usual")[0] == ("Routed to TL", "CS representative", 2)


# --- The SLA report --------------------------------------------------------------------------


def test_a_report_holds_what_was_completed_and_what_was_open_and_late(store: Store, tell: Told):
    tell("local", "09-28 09:00", "10-01 00:00")  # done as October begins
    tell("local", "10-26 09:00", "11-01 00:00")  # late at October's end, done as November begins
    tell("local", "10-28 09:00", "10-28 09:00", to_end=False)  # not late yet at its end
    tell("virtual_office", "09-21 09:00", "09-30 23:59")  # done in September

    table = metrics.sla_cases(store, now=DECEMBER, month="2026-10")

    assert rows(table, "case_id", "state", "closed_at", "business_minutes", "within_limit") == [
        ("C-0001", "closed", ny("10-01 00:00"), 3 * DAY_MINUTES - 60.0, True),
        ("C-0002", "open", None, 5 * DAY_MINUTES - 60.0, False),
    ]


def test_what_happened_now_is_over(store: Store, tell: Told):
    tell("local", "10-05 09:00", "10-09 10:30")

    before, now = (
        metrics.sla_cases(store, now=ny("10-09 10:30") - timedelta(microseconds=us))
        for us in (1, 0)
    )

    assert rows(before, "state", "closed_at") == [("open", None)]
    assert rows(now, "state", "closed_at") == [("closed", ny("10-09 10:30"))]


def test_a_breach_names_the_step_and_the_party_that_had_most_of_it(store: Store, tell: Told):
    case_id = tell("local", "10-05 09:00", "10-05 09:30", "10-05 10:00", "10-05 11:00",
                   "10-05 13:00", "10-09 13:00", "10-09 13:05")  # fmt: skip
    commands.explain_breach(store, case_id, "firm answered late", "on leave", by=LEAD, now=DECEMBER)

    [row] = metrics.sla_cases(store, now=DECEMBER, month="2026-10").to_pylist()

    assert (row["slowest_step"], row["slowest_step_label"]) == (6, "Order processed")
    assert (row["slowest_party"], row["slowest_party_minutes"]) == ("Order Team", 4 * 540.0)
    assert (row["breach_reason"], row["breach_comment"]) == ("firm answered late", "on leave")
    assert (row["is_imported"], row["is_reopened"]) == (True, False)


def test_whether_an_open_case_kept_the_date_is_unknown_until_the_date_is_over(
    store: Store, tell: Told
):
    tell("local", "10-05 09:00", "10-05 09:00", to_end=False)

    on_the_day = metrics.sla_cases(store, now=ny("10-08 12:00"))
    after_it = metrics.sla_cases(store, now=ny("10-09 00:00"))

    assert rows(on_the_day, "within_limit", "within_limit_by_date") == [(False, None)]
    assert rows(after_it, "within_limit", "within_limit_by_date") == [(False, False)]


@pytest.mark.parametrize(("month", "why"), [("2026-13", "not a month"), ("2027-01", "not begun")])
def test_a_month_that_is_none_or_has_not_begun_is_refused(store: Store, month: str, why: str):
    with pytest.raises(InputRefused, match=why):
        metrics.sla_cases(store, now=DECEMBER, month=month)


def test_our_clock_leaves_the_customers_turns_out_and_ends_before_the_download(
    store: Store, tell: Told
):
    tell("local", "10-05 09:00", *["10-05 10:00"] * 4, "10-07 10:00", "10-19 10:00")
    tell("local", "10-05 09:00", *["10-05 10:00"] * 4, "10-12 10:00", to_end=False)

    table = metrics.sla_cases(store, now=DECEMBER, month="2026-10")

    names = ("our_us", "our_minutes", "within_limit", "within_limit_ours", "waits_for_customer")
    minutes = 2 * DAY_MINUTES + 60.0
    assert rows(table, *names) == [
        (int(minutes * 60e6), minutes, False, True, False),
        # Monday the 12th is a holiday: done when it opens on Tuesday
        (4 * DAY_MINUTES * 60_000_000 + 480 * 60_000_000, 4 * DAY_MINUTES + 480.0, False, False,
         True),
    ]  # fmt: skip


def test_the_date_is_kept_on_our_clock_by_the_last_step_that_is_ours(store: Store, tell: Told):
    tell("local", "10-05 09:00", *["10-05 10:00"] * 4, "10-08 17:30", "10-19 10:00")
    tell("local", "10-05 09:00", *["10-05 10:00"] * 4, "10-09 00:00", "10-19 10:00")
    tell("local", "10-05 09:00", *["10-05 10:00"] * 3, to_end=False)

    table = metrics.sla_cases(store, now=DECEMBER, month="2026-10")

    assert rows(table, "within_limit_by_date", "within_limit_by_date_ours") == [
        (False, True), (False, False), (False, False),
    ]  # fmt: skip


def test_a_period_of_three_months_holds_what_each_of_them_holds(store: Store, tell: Told):
    for month in ("10", "11"):
        tell("local", f"{month}-05 09:00", f"{month}-06 10:30")

    whole = metrics.sla_cases(store, now=DECEMBER, month="2026-10", months=3)

    assert whole["case_id"].to_pylist() == ["C-0001", "C-0002"]


def test_withdrawn_cases_stand_apart_in_the_period_of_their_withdrawal(store: Store, tell: Told):
    for day in ("09-30", "10-05", "10-06", "11-02"):
        tell("local", f"{day} 09:00", f"{day} 09:00", to_end=False)
    for case_id, at in (("C-0001", "10-01 00:00"), ("C-0002", "10-06 09:00"),
                        ("C-0003", "10-07 09:00"), ("C-0004", "11-03 09:00")):  # fmt: skip
        commands.withdraw_case(store, case_id, "stays", by=LEAD, now=DECEMBER, at=ny(at))
    commands.resume_case(store, "C-0003", by=LEAD, now=DECEMBER, at=ny("10-30 09:00"))

    table = store.run("withdrawn_cases", now=DECEMBER, month="2026-10")

    assert rows(table, "case_id", "withdrawn_at", "business_minutes") == [
        ("C-0001", ny("10-01 00:00"), 480.0),
        ("C-0002", ny("10-06 09:00"), float(DAY_MINUTES)),
    ]


FIGURES = (
    "attainment", "cycle_percentiles", "cycle_times", "finished_cases", "ledger",
    "month_end_steps", "month_end_whole", "opening_days", "sla_cases", "step_days", "step_times",
    "throughput",
)  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_on_an_empty_log_every_figure_is_there_and_claims_nothing(store: Store, name: str):
    table = store.run(name, now=DECEMBER)

    claims = {"told_from_chance": False, "n_window": 0, "n_rest": 0}
    assert all(row[key] == claims[key] for row in table.to_pylist() for key in claims)


def test_positions_of_the_days_are_the_calendars_own(store: Store):
    table = store._model.sql(
        "SELECT date, first_us, first_pos FROM calendar WHERE year(date) = 2026"
    )

    calendar = store.settings.calendar
    days = table["date"].to_numpy()
    assert table["first_us"].to_numpy().tolist() == calendar.first_instant(days).tolist()
    assert (
        table["first_pos"].to_numpy().tolist()
        == calendar.position(calendar.first_instant(days)).tolist()
    )
    assert table["first_us"][0].as_py() == to_us(datetime(2026, 1, 1, 5, tzinfo=UTC))
