"""Several steps entered at once: all of them or none."""

from datetime import datetime

import pytest

from dashboard import commands
from dashboard.errors import CommandRefused, FieldsRefused, InputRefused, NotAllowed
from dashboard.instants import to_us
from dashboard.workflows import Party
from tests.builders import LEAD, member
from tests.histories import HOUR, MINUTE, History, at_step, new_york, problems, refused

FIELDS = {
    2: {"team_leader": "T. Vance"},
    3: {},
    4: {"ems_ticket": "E-1", "high_priority": True},
    5: {"price_verified": True, "price_verified_by": "A. Diaz", "new_sales": False},
    6: {"order_number": "8-1"},
    7: {},
}
NINE = new_york(5, "09:00")


def item(step: int, at: datetime, turned_at: datetime | None = None, **fields) -> commands.CatchUp:
    return commands.CatchUp(step, at, FIELDS[step] | fields, turned_at=turned_at)


def opened() -> History:
    """Opened on Monday at 9, and it is Tuesday by now."""
    return History().wait(24 * HOUR)


def test_consecutive_steps_are_completed_each_at_its_own_time():
    history = opened()
    steps = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 8)]

    events = history.act(commands.catch_up, steps)

    assert [event.kind for event in events] == ["step_completed"] * 6
    assert {event.recorded_us for event in events} == {to_us(history.now)}
    assert history.case.closed_us == to_us(NINE + 6 * HOUR)


def test_moments_inside_the_steps_and_who_did_them_come_along():
    history = opened()
    steps = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 5)]
    steps.append(item(5, NINE + 6 * HOUR, turned_at=NINE + 5 * HOUR))
    done = commands.CatchUp(6, NINE + 8 * HOUR, FIELDS[6], "O. Clerk", NINE + 7 * HOUR)

    history.act(commands.catch_up, [*steps, done])

    moments = {moment.step: moment.at_us for moment in history.case.moments.values()}
    assert moments == {5: to_us(NINE + 5 * HOUR), 6: to_us(NINE + 7 * HOUR)}
    assert history.case.records[6].done_by == "O. Clerk"
    assert history.case.records[5].done_by is None


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([item(2, NINE + HOUR), item(4, NINE + 2 * HOUR)], "Step 4 was not completed: step 3"),
        ([item(3, NINE + HOUR)], "Step 3 was not completed: step 2"),
        ([item(2, NINE + HOUR), item(2, NINE + HOUR)], "Step 2 was not completed: step 3"),
        ([item(3, NINE + HOUR), item(2, NINE + 2 * HOUR)], "Step 3 was not completed: step 2"),
        ([item(2, NINE - MINUTE)], "the step became current"),
        ([item(2, NINE + 2 * HOUR), item(3, NINE + HOUR)], "the step became current"),
        ([item(2, NINE + HOUR), item(3, NINE + 25 * HOUR)], "in the future"),
        ([item(2, NINE + HOUR, turned_at=NINE)], "Step 2 of C-0001 has no handoff to record"),
    ],
)
def test_steps_out_of_order_or_of_time_are_refused_all_of_them(steps, words):
    history = opened()

    with refused(history, words):
        history.act(commands.catch_up, steps)


def test_a_moment_outside_its_step_refuses_all_of_them():
    history = opened()
    three = [item(step, NINE + (step - 1) * HOUR) for step in range(2, 5)]

    with refused(history, "the step became current at 2026-10-05 16:00"):
        early = item(5, NINE + 6 * HOUR, turned_at=NINE + 3 * HOUR - MINUTE)
        history.act(commands.catch_up, [*three, early])
    with refused(history, "it was handed over at 2026-10-05 19:01"):
        late = item(5, NINE + 6 * HOUR, turned_at=NINE + 6 * HOUR + MINUTE)
        history.act(commands.catch_up, [*three, late])


def test_a_field_that_breaks_a_rule_is_named_with_its_step_and_refuses_all_of_them():
    history = opened()
    steps = [item(2, NINE + HOUR), item(3, NINE + HOUR)]
    wrong = item(4, NINE + 2 * HOUR, ems_ticket="", high_priority=False)

    words = "Step 4 was not completed."
    with refused(history, words, "Enter the", error=FieldsRefused) as caught:
        history.act(commands.catch_up, [*steps, wrong])
    history.act(commands.catch_up, [*steps, item(4, NINE + 2 * HOUR)])

    assert problems(caught) == {"4.ems_ticket", "4.high_priority"}
    assert history.case.due == 5


def test_steps_beyond_the_last_are_refused_all_of_them():
    history = at_step(7)

    with refused(history, "Step 2 was not completed", "closed"):
        history.act(commands.catch_up, [item(7, history.now), item(2, history.now)])


def test_step_5_of_virtual_office_waits_for_the_appointment_caught_up_with_it():
    history = at_step(4, "virtual_office").wait(48 * HOUR)
    begins = new_york(6, "08:00")
    booked = commands.CatchUp(4, new_york(5, "16:00"), {"appointment": begins})
    who = {"administrator": "Ann Birch", "administrator_email": "ann@juniper.example"}

    with refused(history, "the appointment begins at 2026-10-06 12:00"):
        early = commands.CatchUp(5, begins - MINUTE, who)
        history.act(commands.catch_up, [booked, early])
    history.act(commands.catch_up, [booked, commands.CatchUp(5, begins, who)])

    assert sorted(history.events[-1].personal.values()) == ["Ann Birch", "ann@juniper.example"]


def test_one_step_that_is_not_the_members_refuses_all_of_them():
    history = opened()
    steps = [item(2, NINE + HOUR), item(3, NINE + 2 * HOUR)]

    with refused(history, "cannot complete step 3", "Ask Team leader", error=NotAllowed):
        history.act(commands.catch_up, steps, by=member(Party.CS))
    history.act(commands.catch_up, steps, by=member(Party.CS, Party.TL))


def test_no_step_at_all_is_refused():
    history = opened()

    with refused(history, "Nothing was caught up", error=InputRefused):
        history.act(commands.catch_up, [], by=LEAD)


# --- Messages ----------------------------------------------------------------------------------


def sent(history: History) -> dict[str, tuple[str, bool, int]]:
    """Of each message: its state, whether it went outside Changeover, when."""
    letters = history.case.letters.values()
    return {item.message: (item.state, item.is_outside, item.at_us) for item in letters}


def told(step: int, at: datetime, hows: dict[str, str], when: datetime | None = None):
    return commands.CatchUp(step, at, FIELDS[step], messages=hows, sent_at=when)


def test_without_a_word_on_messages_a_step_caught_up_calls_for_none():
    history = opened()

    events = history.act(commands.catch_up, [item(2, NINE + HOUR)])

    assert [event.kind for event in events] == ["step_completed"]


def test_steps_caught_up_call_for_their_messages_each_its_own():
    history = opened()
    two, three, four = NINE + HOUR, NINE + 2 * HOUR, NINE + 3 * HOUR
    hows = {"sales_cancelled": "outside", "cs_cancelled": "drafted"}
    steps = [told(2, two, {"tl_form": "sent"}), told(3, three, hows), told(4, four, {})]

    events = history.act(commands.catch_up, steps)

    assert [event.kind for event in events] == [
        "step_completed", "message_queued", "step_completed", "message_sent", "message_drafted",
        "step_completed", "message_sent",
    ]  # fmt: skip
    assert sent(history) == {
        "tl_form": ("queued", False, to_us(history.now)),
        "sales_cancelled": ("sent", True, to_us(three)),
        "cs_cancelled": ("drafted", False, to_us(history.now)),
        # the message is the step: completing says that it was sent
        "ems_ticket": ("sent", True, to_us(four)),
    }
    completed = {record.completed_version for record in history.case.records.values()}
    assert {item.of_version for item in history.case.letters.values()} < completed


def test_a_message_sent_elsewhere_may_have_gone_at_another_time_than_its_step():
    history = opened()
    three, later = NINE + 2 * HOUR, NINE + 7 * HOUR
    outside = {"sales_cancelled": "outside", "cs_cancelled": "outside"}
    steps = [item(2, NINE + HOUR), told(3, three, outside, later)]
    steps.append(told(4, three + HOUR, {"ems_ticket": "outside"}, later))

    history.act(commands.catch_up, steps)

    when = {key: at for key, (_, _, at) in sent(history).items()}
    assert when == {
        "sales_cancelled": to_us(later), "cs_cancelled": to_us(later),
        "ems_ticket": to_us(three + HOUR),  # it is the step
    }  # fmt: skip


def test_what_was_sent_elsewhere_is_not_sent_again():
    history = opened()
    history.act(commands.catch_up, [told(2, NINE + HOUR, {"tl_form": "outside"})])

    with refused(history, "nobody should get it twice"):
        history.act(commands.send_message, 2, "tl_form", "sent")
    assert not history.case.letters[2, "tl_form"].is_due(to_us(history.now))


@pytest.mark.parametrize(
    ("hows", "when", "error", "words"),
    [
        ({"welcome": "sent"}, None, InputRefused, "Step 3 has no message welcome"),
        ({"cs_cancelled": "by pigeon"}, None, InputRefused, "is not a way to send a message"),
        ({}, NINE + 48 * HOUR, CommandRefused, "The sending cannot have happened"),
        ({}, NINE + HOUR - MINUTE, CommandRefused, "step 3 became current"),
    ],
)
def test_a_message_that_cannot_be_so_refuses_all_the_steps(hows, when, error, words):
    history = opened()
    first = item(2, NINE + HOUR)

    with refused(history, words, error=error):
        history.act(commands.catch_up, [first, told(3, NINE + 2 * HOUR, hows, when)])
    mended = told(3, NINE + 2 * HOUR, {"cs_cancelled": "outside"}, NINE + HOUR)
    history.act(commands.catch_up, [first, mended])

    assert history.case.due == 4
