"""When a clock is believed: by time that passed, by the log's last event, by a person's act."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.steady import Steady, behind, rested

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Machine:
    """A clock that is watched, and both of the times that a machine has."""

    def __init__(self, began: datetime = START) -> None:
        self.now, self.seconds = began, 1000.0
        self.steady = Steady(lambda: self.now, lambda: self.seconds)

    def passes(self, time: timedelta) -> "Machine":
        self.now += time
        self.seconds += time.total_seconds()
        return self

    def set_by(self, time: timedelta) -> "Machine":
        """Somebody, or something, sets the clock."""
        self.now += time
        return self


def waits(machine: Machine, last: datetime) -> bool:
    return machine.steady.doubt(last) is not None


@pytest.mark.parametrize(
    ("rest", "needed"),
    [(6 * MINUTE, 10 * MINUTE), (16 * HOUR, 10 * MINUTE), (3 * DAY, HOUR), (20 * DAY, HOUR)],
)
def test_after_a_start_it_waits_until_time_itself_has_confirmed_the_clock(
    rest: timedelta, needed: timedelta
):
    machine, last = Machine(), START - rest

    early = waits(machine, last), waits(machine.passes(needed - MINUTE), last)
    late = waits(machine.passes(MINUTE), last)

    assert early == (True, True)
    assert not late


def test_a_persons_act_confirms_the_clock_at_once():
    machine, last = Machine(), START - 9 * DAY
    before = waits(machine, last)

    acted = machine.passes(MINUTE).now

    assert before
    assert not waits(machine, acted)
    assert not waits(machine.passes(9 * MINUTE), acted)


def test_what_comes_minutes_after_the_last_event_can_lock_nothing():
    assert not waits(Machine(), START - 4 * MINUTE)
    assert not waits(Machine(), START + 4 * MINUTE)


def test_a_log_at_rest_over_a_holiday_waits_for_nobody_while_the_server_runs():
    machine, last = Machine(), START
    looks = [waits(machine.passes(MINUTE), last) for _ in range(9 * 24 * 60)]

    assert not any(looks)


@pytest.mark.parametrize("jump", [2 * DAY, -30 * MINUTE, 2 * MINUTE])
def test_a_clock_that_is_set_has_to_be_confirmed_anew(jump: timedelta):
    machine, last = Machine(), START - 2 * HOUR
    confirmed = waits(machine.passes(20 * MINUTE), last)

    jumped = waits(machine.set_by(jump), last)

    assert (confirmed, jumped) == (False, True)


def test_a_clock_that_is_corrected_second_by_second_has_not_been_set():
    machine, last = Machine(), START - 2 * HOUR
    machine.passes(HOUR)

    assert not waits(machine.set_by(timedelta(seconds=40)), last)


def test_a_clock_before_the_last_event_is_never_confirmed():
    machine, last = Machine(), START + 2 * DAY

    assert [waits(machine.passes(5 * HOUR), last) for _ in range(9)] == [True] * 9
    assert "2026-12-03 09:00 UTC" in str(machine.steady.doubt(last))


@pytest.mark.parametrize(
    ("told", "quiet", "loud"),
    [(behind, START + HOUR, START + HOUR + MINUTE), (rested, START - 4 * DAY, START - 5 * DAY)],
)
def test_what_is_usual_is_not_spoken_of(
    told: Callable[[datetime, datetime], object], quiet: datetime, loud: datetime
):
    assert told(START, quiet) == told(START, START) == told(START, NEVER) is None
    assert told(START, loud) is not None
