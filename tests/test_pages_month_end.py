"""Month end in process: what it says on nothing, one case, one month, and odd settings."""

from datetime import date, timedelta

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD, SETTINGS
from tests.test_pages import Browse, browse, live, log, said
from tests.test_pages_insight import headings, morning, record

__all__ = ["browse", "live", "log"]  # fixtures

SAFE = "Submit by when?"
FLOW = "Opened vs. completed"
QUEUE = "Order step queue"
PACE = "What if the order step kept its mid-month pace?"


def test_one_case_gets_each_card_and_no_claim(live: Store, browse: Browse):
    record(live, *(0.5 * step for step in range(1, 7)), back=40)

    app = browse("month_end")

    text = said(app)
    assert {SAFE, FLOW, QUEUE, PACE} <= set(headings(app))
    assert "Not enough cases on the local path" in text
    assert "Not enough cases for an estimate" in text
    assert "Receipt of signed orders was not recorded" in text or "No case was in the order" in text
    assert "Estimated" not in [item.label[:9] for item in app.metric]


def test_a_period_of_one_part_of_the_month_is_compared_with_nothing(live: Store, browse: Browse):
    record(live, 0.5, back=1)

    app = browse("month_end", period="This month")

    assert not app.exception
    assert "too few month ends to tell" in said(app)


def test_a_window_to_the_fifth_business_day_is_shown_as_set(live: Store, browse: Browse):
    commands.change_planning(live, window=(0, -5), by=ADMIN, now=clock.now())
    record(live, *(0.5 * step for step in range(1, 7)), back=40)

    text = said(browse("month_end"))

    assert "window, last day to +5" in text


def test_a_month_without_a_business_day_ahead_is_passed_over(live: Store, browse: Browse):
    today = SETTINGS.calendar.local_date([int(clock.now().timestamp() * 1e6)])[0]
    first = today.astype(object) + timedelta(1)
    closed: dict[date, tuple[()]] = {first + timedelta(day): () for day in range(45)}
    held = live.settings.calendar
    calendar = Calendar(held.zone, held.weekly, {**held.exceptions, **closed})
    with live.bulk() as bulk:
        for back in range(20, 300):
            start = morning(back)
            times = [start + timedelta(hours=hour) for hour in range(7)]
            commands.record_evidence(
                bulk, commands.Evidence("local", times, form={"firm_name": "J"}), by=LEAD,
                now=clock.now(), command_id=f"{back}",
            )  # fmt: skip
    commands.change_calendar(live, calendar, by=ADMIN, now=clock.now())

    app = browse("month_end")

    assert SAFE in headings(app)
    [figure] = [item.value for item in app.metric if item.label == "Local"]
    assert figure  # a day after the closure
    assert "To be done by" in said(app)


def test_enough_cases_make_an_estimate_and_a_last_safe_hour(live: Store, browse: Browse):
    with live.bulk() as bulk:
        for back in range(20, 300):
            place = int(SETTINGS.calendar.days_to_month_end([morning(back).date()])[0])
            order = 20.0 if -1 <= place <= 2 else 2.0
            start = morning(back)
            hours = (0.0, 0.1, 0.2, 0.3, 0.4, order + 0.01 * (back % 7), order + 0.2)
            commands.record_evidence(
                bulk,
                commands.Evidence(
                    "local", [start + timedelta(hours=hour) for hour in hours],
                    form={"firm_name": "J"},
                ),
                by=LEAD, now=clock.now(), command_id=f"{back}",
            )  # fmt: skip

    app = browse("month_end")

    labels = [item.label for item in app.metric]
    assert {"Estimated within SLA", "Estimated median", "Estimated mean", "Local"} <= set(labels)
    assert "An estimate, not a measurement" in said(app)
    assert "Not enough cases on the Virtual Office path" in said(app)
