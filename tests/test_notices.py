"""Notices, feedback and the directory: the commands and their figures, by hand and by twins."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import commands
from dashboard.errors import CommandRefused, DashboardError, InputRefused
from dashboard.people import Person, Role
from dashboard.settings import Colleague, settled
from dashboard.store import Store, View
from dashboard.store.log import Head, events_table
from dashboard.store.model import Model
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, MONDAY, VIEWER, bulk, events_of
from tests.histories import HOUR, MINUTE, new_york, refused

NEW_YORK = ZoneInfo("America/New_York")
SUNDAY = date(2026, 10, 4)
TODAY, TOMORROW, FRIDAY = date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 9)


def view_of(desk: Any) -> View:
    """The model of what a bulk has collected."""
    model = Model(settled(events_of(desk.drafts)))
    model.apply([events_table(events_of(desk.drafts))])
    return View(model, Head.empty())


def post(desk: Any, text: str = "EMS is slow.", last: date = FRIDAY, **how: Any) -> int:
    [event] = commands.post_notice(desk, text, last, **({"by": ADMIN, "now": MONDAY} | how))
    return event.version


def end(desk: Any, notice: int, now: datetime = MONDAY) -> None:
    commands.end_notice(desk, notice, by=ADMIN, now=now)


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


# --- Notices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("its text has 0 characters. Use 1 to 500", {"text": " \n "}),
        ("its text has 501 characters", {"text": "x" * 501}),
        ("contains a control character", {"text": "a\x1bb"}),
        ("'rumour' is not a kind of notice", {"kind": "rumour"}),
        ("it cannot run from 2026-10-05 to 2026-10-04", {"last": SUNDAY}),
        ("it cannot run from 2026-10-09", {"first_date": FRIDAY, "last": TOMORROW}),
        ("it cannot run from", {"last": TODAY + timedelta(days=367)}),
    ],
)
def test_a_notice_that_cannot_be_is_refused(words, given):
    desk = bulk()

    with refused(desk, "The notice was not posted", words, error=InputRefused):
        post(desk, **given)
    post(desk, "x" * 500, TODAY, kind="hot_topic")


def test_notices_are_shown_on_their_dates_and_until_somebody_ends_them(store: Store):
    first = post(store, "EMS is slow.", TOMORROW, kind="alert")
    post(store, "Closed at noon on Friday.\nTell your firms.", FRIDAY, first_date=FRIDAY)
    ended = post(store, "Price list 7 is out.", FRIDAY, kind="hot_topic")
    end(store, ended, MONDAY + 2 * HOUR)

    def shown(now: datetime) -> list[str]:
        return store.run("notices", now=now, in_force=True)["kind"].to_pylist()

    assert shown(MONDAY - MINUTE) == []
    assert shown(MONDAY) == ["hot_topic", "alert"]
    assert shown(MONDAY + 2 * HOUR) == ["alert"]
    assert shown(new_york(6, "23:59")) == ["alert"]
    assert shown(new_york(7, "00:00")) == []
    assert shown(new_york(9, "00:00")) == ["notice"]
    assert shown(new_york(10, "00:00")) == []
    everything = store.run("notices", now=MONDAY + 2 * HOUR)
    assert rows(everything, "notice", "ended_by", "in_force") == [
        (2, None, False), (ended, "A. Admin", False), (first, None, True),
    ]  # fmt: skip
    assert store.run("notices", now=MONDAY, kind="alert")["text"].to_pylist() == ["EMS is slow."]


def test_only_a_notice_that_is_there_can_be_ended_and_only_once():
    desk = bulk()
    notice = post(desk, last=TOMORROW)
    end(desk, post(desk))

    for words, number, now in (
        ("There is no notice 7", 7, MONDAY),
        ("There is no notice 3", 3, MONDAY),  # an ending
        ("Notice 2 was already ended by A. Admin", 2, MONDAY),
        ("Notice 1 has already expired", 1, new_york(7, "00:00")),
    ):
        with refused(desk, words):
            end(desk, number, now)
    end(desk, notice, new_york(6, "23:59"))


def test_a_notice_posted_twice_by_one_click_is_one(store: Store):
    assert post(store, command_id="click") == post(store, command_id="click") == 1
    assert store.run("notices", now=MONDAY).num_rows == 1


days = st.integers(-1, 9).map(lambda day: TODAY + timedelta(days=day))
acts = st.lists(
    st.tuples(st.integers(0, 2000), st.booleans(), st.none() | days, days, st.integers(1, 9)),
    max_size=12,
)


@given(acts, st.integers(0, 15_000))
def test_the_notices_in_force_agree_with_their_twin(made, minutes):
    desk, now = bulk(), MONDAY
    known: dict[int, list[Any]] = {}
    for passed, is_end, first, last, number in made:
        now += timedelta(minutes=passed)
        try:
            if is_end:
                end(desk, number, now)
                known[number][3] = now
            else:
                known[post(desk, last=last, first_date=first, now=now)] = [now, first, last, None]
        except DashboardError:
            continue
    then = MONDAY + timedelta(minutes=minutes)
    today = then.astimezone(NEW_YORK).date()

    told = view_of(desk).run("notices", now=then, in_force=True)["notice"].to_pylist()

    assert sorted(told) == [
        number
        for number, (posted, first, last, ended) in known.items()
        if posted <= then
        and (first is None or first <= today)
        and today <= last
        and (ended is None or then < ended)
    ]


# --- Feedback --------------------------------------------------------------------------------


def leave(desk: Any, text: str = "The clock is good.", **how: Any) -> Any:
    return commands.leave_feedback(desk, text, **({"by": VIEWER, "now": MONDAY} | how))


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("the text has 0 characters. Use 1 to 1,000", {"text": " "}),
        ("the text has 1001 characters", {"text": "x" * 1001}),
        ("the text contains a control character", {"text": "a\x00b"}),
        ("the contact has 121 characters", {"contact": "x" * 121}),
        ("the contact has 3 characters", {"contact": "a\nb"}),
    ],
)
def test_feedback_that_cannot_be_kept_is_refused(words, given):
    desk = bulk()

    with refused(desk, "Your feedback was not saved", words, error=InputRefused):
        leave(desk, **given)
    leave(desk, "x" * 1000, contact="x" * 120)


def test_feedback_is_kept_with_its_contact_beside_the_log(store: Store):
    leave(store, "Good:\n– the clock", contact=" ann@juniper.example ", page="/case")
    leave(store, "Slow today.", by=LEAD, now=new_york(6, "00:00"))

    table = store.run("feedback", now=MONDAY)
    assert rows(table, "feedback", "actor", "page", "text") == [
        (2, "T. Vance", "", "Slow today."),
        (1, "V. Viewer", "/case", "Good:\n– the clock"),
    ]
    second, ref = table["contact"].to_pylist()
    assert second is None
    assert store.personal([ref]) == {ref: "ann@juniper.example"}
    assert "juniper" not in store.log.events_of("feedback")[0].data
    assert store.run("feedback", now=MONDAY, until=TOMORROW)["feedback"].to_pylist() == [1]
    assert store.run("feedback", now=MONDAY, since=TOMORROW)["feedback"].to_pylist() == [2]

    store.log.erase([ref])
    assert store.personal([ref]) == {}


def test_what_fills_the_trap_is_thanked_and_leaves_no_trace():
    desk = bulk()

    assert leave(desk, "Buy now!", trap="http://spam.example") == []
    assert leave(desk, "", trap="x") == []
    assert desk.drafts == []
    leave(desk, trap=" ")
    assert len(desk.drafts) == 1


def test_a_person_leaves_a_few_a_minute_and_then_waits():
    desk = bulk()
    for second in range(3):
        leave(desk, f"No. {second}", now=MONDAY + timedelta(seconds=second))

    with refused(desk, "too many messages came in within a minute. Wait a minute"):
        leave(desk, now=MONDAY + timedelta(seconds=59))
    leave(desk, by=LEAD, now=MONDAY + timedelta(seconds=59))
    leave(desk, now=MONDAY + timedelta(seconds=60))
    with refused(desk, "Wait a minute"):
        leave(desk, now=MONDAY + timedelta(seconds=60))


def test_nor_do_many_names_together_leave_more_than_some():
    desk = bulk()
    for number in range(20):
        leave(desk, by=Person(f"Visitor {number}", Role.VIEWER))

    with refused(desk, "Wait a minute"):
        leave(desk, by=LEAD)
    leave(desk, by=LEAD, now=MONDAY + MINUTE)


def test_the_same_feedback_sent_twice_is_kept_once_and_does_not_count_twice(store: Store):
    for _ in range(5):
        leave(store, command_id="send")

    assert store.run("feedback", now=MONDAY).num_rows == 1
    leave(store, "Another.")
    leave(store, "And one more.")
    with pytest.raises(CommandRefused):
        leave(store, "Too many.")


words = st.text("äb ✔\n", min_size=1, max_size=8).filter(lambda text: text.strip())


@given(st.lists(st.tuples(words, st.integers(0, 900)), max_size=8), st.none() | days)
def test_feedback_agrees_with_its_twin(left, since):
    desk, now, known = bulk(), MONDAY, []
    for text, minutes in left:
        now += timedelta(minutes=minutes + 1)
        leave(desk, text, now=now)
        if since is None or now.astimezone(NEW_YORK).date() >= since:
            known.append((now, "\n".join(line.rstrip() for line in text.split("\n")).strip()))

    table = view_of(desk).run("feedback", now=now, since=since)

    assert rows(table, "left_at", "text") == known[::-1]


# --- The directory ---------------------------------------------------------------------------


def test_the_directory_by_hand(store: Store):
    ben = Colleague("Ben", "ben", "ben@o.example", (Party.ORDERS, Party.CS), Role.MEMBER)
    boxes = {Party.ORDERS: "orders@o.example"}
    who: dict[str, Any] = {"by": ADMIN, "now": MONDAY}
    commands.change_directory(store, [Colleague("Zed")], {Party.EMS: "ems@o.example"}, **who)
    commands.change_directory(store, [ben, Colleague("Ann")], boxes, **who)

    table = store.run("directory", now=MONDAY)

    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("Ann", False, "", "", "", ""),
        ("Ben", False, "ben", "ben@o.example", "CS representative, Order Team", "member"),
        ("Order Team", True, "", "orders@o.example", "Order Team", ""),
    ]
    of_orders = store.run("directory", now=MONDAY, party="Order Team")
    assert of_orders["name"].to_pylist() == ["Ben", "Order Team"]
    boxes_only = store.run("directory", now=MONDAY, mailboxes=True)
    assert boxes_only["email"].to_pylist() == ["orders@o.example"]
    assert store.known_at(MONDAY - HOUR).run("directory", now=MONDAY).num_rows == 0


listed = st.dictionaries(st.sampled_from(["Ann", "Ben", "Cy"]), st.sets(st.sampled_from(Party)))


@given(st.lists(listed, max_size=4), st.none() | st.sampled_from(Party))
def test_the_directory_agrees_with_its_twin(made, party):
    desk, known = bulk(), {}
    for people in made:
        colleagues = [Colleague(name, parties=tuple(p)) for name, p in people.items()]
        if people != known:
            commands.change_directory(desk, colleagues, {}, by=ADMIN, now=MONDAY)
        known = people

    table = view_of(desk).run("directory", now=MONDAY, party=party)

    assert {row["name"]: set(row["parties"].split(", ")) - {""} for row in table.to_pylist()} == {
        name: {str(one) for one in parties}
        for name, parties in known.items()
        if party is None or party in parties
    }
