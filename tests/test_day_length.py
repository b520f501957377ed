"""One length of a business day: a case's time is told in days of its own, and promises keep."""

import json
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard import commands, findings, formats, metrics
from dashboard.figures.figure import Scope
from dashboard.figures.listed import list_row
from dashboard.findings import Promise
from dashboard.instants import to_us
from dashboard.messages.digest import digests
from dashboard.metrics.sla_changes import Known
from dashboard.reports import texts
from dashboard.reports.content import Asked, compared, make
from dashboard.reports.period import read_period
from dashboard.settings import MINUTE_US
from dashboard.store import Store
from dashboard.ui import log_words, tables
from dashboard.ui.case_view import headline, measured
from dashboard.ui.page import Page
from dashboard.ui.sla_breaches import breach_rows
from dashboard.workdays import Calendar, default_calendar
from dashboard.workflows import WORKFLOWS
from tests.builders import ADMIN, LEAD, MONDAY

NEW_YORK = ZoneInfo("America/New_York")
SPLIT = (("08:00", "12:00"), ("13:00", "17:00"))
NINE_TO_FIVE = (("09:00", "17:00"),)
NINE_TO_THREE = (("09:00", "15:00"),)
NOVEMBER_2 = date(2026, 11, 2)


def ny(text: str) -> datetime:
    """New York's wall clock in 2026: "10-05 09:00"."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


def hours(*spans: tuple[str, str]) -> Calendar:
    """The same hours from Monday to Friday, closed on the default's holidays."""
    return Calendar(
        "America/New_York", dict.fromkeys(range(5), spans), default_calendar().exceptions
    )


def record(desk: Any, firm: str, *times: datetime, workflow: str = "local") -> str:
    """A case with so many steps complete, the first its submission."""
    evidence = commands.Evidence(workflow, list(times), form={"firm_name": firm})
    given: dict[str, Any] = {"by": LEAD, "now": times[-1], "command_id": firm}
    stored = commands.record_evidence(desk, evidence, **given)
    return stored[0].stream


def told(store: Store, now: datetime) -> dict[str, dict[str, str]]:
    """What is said of the time left of each open case, by who says it."""
    page = Page(store, now, LEAD)
    today = store.run("worklist", now=now).to_pylist()
    listed = store.run("case_list", now=now, state="open").to_pylist()
    found = {
        row["case_id"]: {
            "Today": tables.worklist_row(page, row)["left"],
            "Case": headline(measured(page, store.case(row["case_id"]))),
        }
        for row in today
    }
    for row in listed:
        found[row["case_id"]]["Cases"] = list_row(row, page.zone)["left"]
    lines = [line for mail in digests(store, now=now) for line in mail.mail.body.splitlines()]
    for case_id, said in found.items():
        said["Case"] = said["Case"].removesuffix(" the SLA")
        said |= dict.fromkeys(["mail"], "".join({mailed(line, case_id) for line in lines}))
    return {
        case_id: {who: plain(text) for who, text in said.items() if text}
        for case_id, said in found.items()
    }


def mailed(line: str, case_id: str) -> str:
    """The time left that a line of a digest names of that case."""
    is_it = line.startswith(f"- {case_id} ") and "(due " in line
    return line.rpartition(": ")[2].partition(" (due ")[0] if is_it else ""


def plain(text: str) -> str:
    return text.replace(formats.NBSP, " ").replace("**", "")


def limit_of(store: Store, case_id: str) -> datetime:
    [limit] = [
        row["limit_at"]
        for row in store.run("case_list", now=ny("12-01 12:00")).to_pylist()
        if row["case_id"] == case_id
    ]
    return limit


# --- By hand ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "now", "words"),
    [
        # 24 hours are promised, 7 of them gone on Monday
        (SPLIT, "10-05 16:00", "2 d 1 h left"),
        (NINE_TO_FIVE, "10-05 17:00", "2 d left"),
        (NINE_TO_FIVE, "10-08 10:30", "1 h 30 m over"),
    ],
)
def test_the_time_left_of_a_case_is_the_same_in_every_place(store: Store, spans, now, words):
    before = ny("10-05 07:00")
    commands.change_calendar(store, hours(*spans), day_minutes=480, by=ADMIN, now=before)
    start = ny(f"10-05 {spans[0][0]}")
    case_id = record(store, "Juniper", start)

    said = told(store, ny(now))[case_id]

    late = {"mail"} if words.endswith("over") else set[str]()
    assert said == dict.fromkeys({"Today", "Cases", "Case"} | late, words)


def test_the_worst_case_of_today_is_told_in_its_own_days(store: Store):
    record(store, "Nine", ny("10-05 08:00"))
    commands.change_targets(
        store, "virtual_office", 0.25, 0.25, day_minutes=240, by=ADMIN, now=MONDAY
    )
    record(store, "Four", ny("10-05 09:00"), workflow="virtual_office")

    [row] = store.run("today_counts", now=ny("10-06 10:00")).to_pylist()

    # ten hours open less the one that was promised: nine hours, in days of four
    assert row["most_over_us"] == 9 * 60 * MINUTE_US
    assert plain(formats.duration(row["most_over_us"], row["most_over_day_us"])) == "2 d 1 h"


def test_new_hours_with_the_length_of_a_day_keep_the_promise_of_three_days(store: Store):
    before = record(store, "Before", ny("10-30 09:00"))
    commands.change_calendar(
        store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=360, by=ADMIN, now=ny("10-30 09:30")
    )
    after = record(store, "After", ny("11-09 09:00"))

    # the 11th is a holiday: three ordinary days after the 9th end with the 12th
    assert limit_of(store, after) == ny("11-12 15:00")
    assert told(store, ny("11-09 09:00"))[after]["Today"] == "3 d left"
    # a case opened before has 27 hours: eight on the Friday, then six a day
    assert limit_of(store, before) == ny("11-05 10:00")
    assert told(store, ny("11-02 09:00"))[before]["Today"] == "2 d 1 h left"


def test_a_promise_that_begins_later_is_one_of_the_new_days_too(store: Store):
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    commands.change_targets(store, "local", 1, 1.25, date(2026, 12, 1), **who)
    commands.change_calendar(store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=360, **who)

    held = {
        text: store.settings.targets_at("local", to_us(ny(text)))
        for text in ("11-01 12:00", "11-02 09:00", "12-01 09:00")
    }

    days = [(item.day_us / 60 / MINUTE_US, item.limit_us / item.day_us) for item in held.values()]
    assert days == [(9, 3), (6, 3), (6, 1.25)]


def test_hours_and_the_length_of_a_day_are_one_event_that_a_log_opened_again_replays(
    tmp_path: Path,
):
    path = tmp_path / "own.duckdb"
    with closing(Store.open(path)) as store:
        commands.change_calendar(
            store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=360, by=ADMIN, now=MONDAY
        )
        held = store.settings
    with closing(Store.open(path)) as again:
        assert [event.kind for event in again.stream("settings")] == ["hours_changed"]
        assert again.settings == held


def test_hours_of_an_older_log_leave_the_length_of_a_day_as_it_was(store: Store):
    commands.change_calendar(store, hours(("07:00", "16:00")), NOVEMBER_2, by=ADMIN, now=MONDAY)

    assert [event.kind for event in store.stream("settings")] == ["calendar_changed"]
    assert {item.day_us for item in store.settings.targets} == {540 * MINUTE_US}


# --- Figures over cases of several lengths ----------------------------------------------------


@pytest.fixture
def mixed(store: Store) -> Store:
    """A case of 18 hours in days of nine, done in October, and one in days of six in November."""
    record(store, "Nine", ny("10-05 08:00"), *[ny("10-06 17:00")] * 6)
    commands.change_calendar(
        store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=360, by=ADMIN, now=ny("10-30 09:00")
    )
    record(store, "Six", ny("11-09 09:00"), *[ny("11-12 15:00")] * 6)
    return store


def test_figures_of_one_length_are_in_days_and_of_several_in_hours(mixed: Store):
    now = ny("11-13 12:00")

    said = {
        months: plain(Scope(mixed, now, {"since": since, "until": until}).promise.minutes(1080))
        for months, since, until in (
            ("October", date(2026, 10, 1), date(2026, 11, 1)),
            ("November", date(2026, 11, 1), date(2026, 12, 1)),
            ("both", None, None),
        )
    }

    assert said == {"October": "2 d", "November": "3 d", "both": "18 h"}
    assert plain(Scope(mixed, now).promise.days(2.5)) == "2.5 d"


def test_days_of_a_figure_count_each_case_in_its_own(mixed: Store):
    [row] = mixed.run(
        "cycle_percentiles", now=ny("11-13 12:00"), period="all", split="none"
    ).to_pylist()

    # two days of nine hours and three of six
    assert (row["p50_days"], row["p50_minutes"]) == (2.5, 18 * 60)


def test_a_limit_is_named_where_all_cases_of_a_figure_were_promised_it(store: Store):
    record(store, "Three", ny("10-05 08:00"), *[ny("10-06 17:00")] * 6)
    for path in WORKFLOWS:
        commands.change_targets(store, path, 1, 2, NOVEMBER_2, by=ADMIN, now=ny("10-30 09:00"))
    record(store, "Two", ny("11-09 09:00"), *[ny("11-12 15:00")] * 6)
    now, november = ny("11-13 12:00"), date(2026, 11, 1)

    asked = {
        "October": Scope(store, now, {"until": november}).promise,
        "November": Scope(store, now, {"since": november}).promise,
        "both": Scope(store, now).promise,
        "October's report": make(store, Asked(read_period("2026-10"), now)).promise,
    }

    assert {name: plain(item.limit_words) for name, item in asked.items()} == {
        "October": "3 d", "November": "2 d", "both": "the SLA", "October's report": "3 d"
    }  # fmt: skip
    assert (asked["October"].target, asked["November"].target) == (2, 1)


def test_a_figure_without_a_case_is_in_the_days_in_force(store: Store):
    commands.change_calendar(store, hours(*NINE_TO_FIVE), day_minutes=480, by=ADMIN, now=MONDAY)

    assert Scope(store, MONDAY).promise.day_us == 480 * MINUTE_US


def test_a_days_length_is_told_where_the_words_are_explained(store: Store):
    commands.change_calendar(store, hours(*NINE_TO_FIVE), day_minutes=480, by=ADMIN, now=MONDAY)
    asked = findings.promised(store.settings, None, to_us(MONDAY), ())

    assert plain(findings.agreed(asked)["day"]) == "8 h"
    assert findings.agreed(Promise(None))["day"] == "which differ"


def test_breaches_and_corrections_of_a_report_are_in_the_days_of_the_case(store: Store):
    commands.change_calendar(store, hours(*NINE_TO_FIVE), day_minutes=480, by=ADMIN, now=MONDAY)
    case_id = record(store, "Late", ny("10-05 09:00"), *[ny("10-09 17:00")] * 6)
    now = ny("10-30 12:00")
    [row] = breach_rows(metrics.sla_cases(store, now=now).to_pylist()).to_pylist()
    assert (plain(row["took"]), plain(row["over"])) == ("5 d", "2 d")

    before = Known(store.known_at(now), now)
    at, later = ny("10-13 12:00"), ny("11-02 12:00")
    commands.correct_step(store, case_id, 7, at=at, by=LEAD, now=later)
    asked = Asked(read_period("2026-10"), later)
    report = compared(make(store, asked), store, before)
    before.view.close()

    assert report.corrections
    words = [texts.change_words(report, row) for row in report.corrections.changes.to_pylist()]
    assert ("Business time", "5 d", "5 d 3 h") in [tuple(map(plain, item)) for item in words]


def test_what_the_log_says_of_a_change_of_hours_is_in_hours(store: Store):
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    commands.change_calendar(store, hours(*NINE_TO_FIVE), day_minutes=480, **who)
    commands.change_targets(store, "local", 1, 2, day_minutes=300, **who)
    hours_changed, targets = store.stream("settings")

    def line(event: Any) -> str:
        row = {"kind": event.kind, "workflow": None, "data": json.dumps(dict(event.data))}
        return plain(log_words.what(row, "America/New_York", None))

    assert line(hours_changed) == (
        "Hours changed · calendar Mon–Fri 9:00 AM–5:00 PM · day 8 h · valid from the beginning"
    )
    assert line(targets).endswith("day 5 h · SLA 2 d · since the beginning · target 1 d")


# --- Where hours and days disagree ------------------------------------------------------------


def test_a_day_that_is_not_as_long_as_an_ordinary_one_is_pointed_out_from_when_on(store: Store):
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    assert findings.odd_days(store.settings, to_us(MONDAY)) == []

    commands.change_calendar(store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=540, **who)
    [later] = findings.odd_days(store.settings, to_us(MONDAY))
    [now] = findings.odd_days(store.settings, to_us(ny("11-02 09:00")))

    assert plain(later).startswith(
        "From Mon, Nov 2, 2026, a normal day is open for 6 h, but a business day counts as 9 h"
    )
    assert plain(now).startswith("A normal day is open for 6 h")
    commands.change_calendar(store, hours(*NINE_TO_THREE), NOVEMBER_2, day_minutes=360, **who)
    assert findings.odd_days(store.settings, to_us(MONDAY)) == []


def test_an_ordinary_day_is_as_long_as_most_weekdays_that_open():
    week = {0: SPLIT, 1: SPLIT, 2: NINE_TO_THREE, 3: SPLIT, 4: (("08:00", "12:00"),)}

    assert Calendar("UTC", week, {}).ordinary_us == 480 * MINUTE_US
    assert Calendar("UTC", {0: SPLIT, 1: NINE_TO_THREE}, {}).ordinary_us == 480 * MINUTE_US
    assert Calendar("UTC", {}, {}).ordinary_us == 0


# --- At random --------------------------------------------------------------------------------

WEEKS = (SPLIT, NINE_TO_FIVE, NINE_TO_THREE, (("08:00", "17:00"),), (("07:30", "18:00"),))


@pytest.mark.parametrize("seed", range(4))
def test_every_place_says_the_same_of_every_case_whatever_is_set(tmp_path: Path, seed: int):
    rng = Random(seed)
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        now = walked(store, rng)

        found = told(store, now)

        assert len(found) > 10
        assert any("mail" in said for said in found.values())
        assert {len(set(said.values())) for said in found.values()} == {1}
        worst = store.run("today_counts", now=now).to_pylist()[0]
        over = plain(formats.duration(worst["most_over_us"], worst["most_over_day_us"]))
        assert f"{over} over" in {said["Today"] for said in found.values()}
        for row in store.run("worklist", now=now).to_pylist():
            held = store.settings.targets_at(row["workflow"], store.case(row["case_id"]).opened_us)
            assert row["day_us"] == held.day_us


def walked(store: Store, rng: Random) -> datetime:
    """Cases opened on sixteen days, between changes of hours, lengths and targets."""
    day = datetime(2026, 10, 5, 16, 0, tzinfo=UTC)
    with store.bulk() as desk:
        for number in range(16):
            if rng.random() < 0.4:
                changed(desk, rng, day)
            workflow = rng.choice(list(WORKFLOWS))
            record(desk, f"Firm {number}", day, workflow=workflow)
            day += timedelta(days=1, minutes=rng.randrange(90))
    return day + timedelta(days=1)


def changed(desk: Any, rng: Random, now: datetime) -> None:
    """Another length of a day, with hours or with the targets of a path, from today or later on."""
    since = now.date() + timedelta(days=rng.choice([0, 0, 3]))
    who: dict[str, Any] = {"by": ADMIN, "now": now}
    minutes = rng.choice([240, 360, 450, 480, 540, 615])
    if rng.random() < 0.5:
        commands.change_calendar(desk, hours(*rng.choice(WEEKS)), since, day_minutes=minutes, **who)
    else:
        target, limit = rng.choice([(0.5, 1), (1, 1.75), (2, 3)])
        workflow = rng.choice(list(WORKFLOWS))
        commands.change_targets(desk, workflow, target, limit, since, day_minutes=minutes, **who)
