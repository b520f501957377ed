"""The SLA report page: chosen by period and instant, issued, made again, compared."""

from datetime import UTC, datetime, timedelta

from dashboard import clock, commands
from dashboard.formats import month_in_full
from dashboard.instants import to_datetime
from dashboard.store import Store
from dashboard.ui import sla_changes, sla_choice
from dashboard.ui.words import on_the_wall
from tests.builders import LEAD
from tests.test_pages import Browse, browse, live, log, said
from tests.test_pages_insight import FIRM, headings, metric, record

__all__ = ["browse", "live", "log"]  # fixtures

ZONE = "America/New_York"


def done_in(store: Store) -> str:
    """The month of the only completed case, as the page names it."""
    [closed] = store.run("cycle_times", now=clock.now())["closed_at"].to_pylist()
    return month_in_full(on_the_wall(closed, ZONE))


def chosen(browse: Browse, live: Store):
    """The page with the month in which the case was completed."""
    app = browse("sla_report")
    app.selectbox(key="month").set_value(done_in(live)).run()
    assert not app.exception
    return app


def test_both_clocks_stand_side_by_side(live: Store, browse: Browse):
    record(live, *[1.0] * 5, 24 * 20, back=60)  # only the customer's download took long

    app = chosen(browse, live)

    assert metric(app, "Within 3") == "0%"
    assert metric(app, "Our clock") == "100%"


def test_a_report_is_issued_with_a_click_and_shown_by_its_reference(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=60)
    app = chosen(browse, live)

    app.button(key="issue-report").click().run()

    [event] = live.stream("reports")
    reference = event.data["reference"]
    assert app.selectbox(key="reference").value == reference
    assert f"Reference: {reference.replace('-', chr(92) + '-')}" in said(app).replace("\\\\", "\\")
    assert event.data["log_position"] == event.version + live.head().position - 2


def test_an_issued_report_is_shown_as_known_then(live: Store, browse: Browse):
    case_id = record(live, *[1.0] * 6, back=60)
    app = chosen(browse, live)
    app.button(key="issue-report").click().run()
    commands.amend_case(live, case_id, {"firm_name": "Renamed"}, "a slip", by=LEAD, now=clock.now())
    reference = live.stream("reports")[0].data["reference"]

    again = browse("sla_report", reference=reference)
    now = chosen(browse, live)

    assert live.stream("reports")[0].data["log_hash"] in said(again)
    assert any("both paths, all team leaders, as known at" in one.value for one in again.caption)
    assert live.head().hash not in said(again)
    changed = next(frame.value for frame in now.dataframe if "Before" in frame.value)
    assert changed[["What", "Before", "Now"]].to_numpy().tolist() == [["Firm", FIRM, "Renamed"]]


def test_as_known_at_an_earlier_instant_what_came_later_is_not_there(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=60)
    before = on_the_wall(to_datetime(live.log.last_recorded_us()) - timedelta(hours=2), ZONE)

    app = chosen(browse, live)
    app.datetime_input(key="known").set_value(before.replace(second=0, microsecond=0)).run()

    assert f"No cases in {done_in(live)}" in said(app)
    assert not headings(app)


def test_an_instant_that_has_not_come_is_refused(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=60)
    app = chosen(browse, live)

    ahead = on_the_wall(clock.now() + timedelta(days=2), ZONE)
    app.datetime_input(key="known").set_value(ahead.replace(second=0, microsecond=0)).run()

    assert "is in the future" in app.error[0].value


def test_a_quarter_is_chosen_like_a_month(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=60)
    day = datetime.strptime(done_in(live), "%B %Y").replace(tzinfo=UTC)
    app = browse("sla_report")

    app.selectbox(key="month").set_value(f"Q{(day.month + 2) // 3} {day.year}").run()

    assert f"SLA results for Q{(day.month + 2) // 3} {day.year}" in headings(app)
    assert metric(app, "Completed") == "1"


def test_what_was_entered_since_any_instant_is_listed(live: Store, browse: Browse):
    record(live, *[1.0] * 6, back=60)
    app = chosen(browse, live)
    assert "no earlier issue" in said(app)

    yesterday = on_the_wall(clock.now() - timedelta(days=1), ZONE)
    app.datetime_input(key=sla_changes.KEY).set_value(
        yesterday.replace(second=0, microsecond=0)
    ).run()

    listed = next(frame.value for frame in app.dataframe if "Before" in frame.value)
    assert listed["Change"].tolist() == ["added"]


def test_a_live_report_needs_no_second_model_and_a_past_one_is_built_once(live: Store):
    record(live, *[1.0] * 6, back=60)
    last = to_datetime(live.log.last_recorded_us())

    assert sla_choice.view_at(live, last) is live
    then = last - timedelta(microseconds=1)
    assert sla_choice.view_at(live, then) is sla_choice.view_at(live, then)
    assert sla_choice.view_at(live, then).position == 0
