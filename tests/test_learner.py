"""Learning in the background: when, on what, and that nobody has to wait for it."""

import threading
import time
from datetime import datetime, timedelta

import pytest

from dashboard import commands
from dashboard.errors import LogRefused
from dashboard.forecasting import Learner, learner
from dashboard.sample import write_sample
from dashboard.steady import PROOF
from dashboard.store import Store
from tests.builders import ADMIN, LEAD, MONDAY, form
from tests.test_forecasts_stored import completed, opened

HOUR = timedelta(hours=1)
WAIT_SECONDS = 60


class Clock:
    """A clock that tests put forward."""

    def __init__(self, now: datetime) -> None:
        self.now, self.set_by = now, timedelta()

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        """Seconds that nobody sets: they go on as the clock does, until a test sets the clock."""
        return self.now.timestamp() - self.set_by.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY + 3 * HOUR)


@pytest.fixture
def one(store: Store, clock: Clock) -> Learner:
    """A learner whom nobody has started, over a log with two completed cases and an open one."""
    for n in range(2):
        completed(store, MONDAY, MONDAY + n * HOUR)
    opened(store, MONDAY + 2 * HOUR)
    made = Learner(store, by=ADMIN, clock=clock, monotonic=clock.monotonic)
    clock.now += PROOF
    return made


def test_it_learns_at_once_and_then_not_before_something_is_new(one: Learner, clock: Clock):
    one.look()
    first = one.learnt

    clock.now += HOUR
    one.look()

    assert first
    assert first.forecaster.finished == {"local": 2, "virtual_office": 0}
    assert one.learnt is first


def test_it_learns_anew_on_the_next_day(one: Learner, clock: Clock):
    one.look()
    first = one.learnt

    clock.now += timedelta(days=1)
    one.look()

    assert one.learnt is not first


def test_it_learns_anew_once_enough_more_is_completed(one: Learner, clock: Clock, store: Store):
    one.look()

    completed(store, clock.now, clock.now)
    one.look()

    assert one.learnt
    assert one.learnt.forecaster.finished["local"] == 3


def test_a_clock_that_has_just_been_put_forward_stores_no_forecast(
    one: Learner, store: Store, clock: Clock
):
    clock.now += timedelta(days=2)
    clock.set_by += timedelta(days=2)  # four minutes of a wrong clock, as in a bad start
    for _ in range(4):
        clock.now += timedelta(minutes=1)
        one.look()
    waits, stored = one.waits, store.stream("forecasts")
    clock.now -= timedelta(days=2)
    clock.set_by -= timedelta(days=2)
    opened(store, clock.now)  # a person acts, now that the clock is right again
    one.look()

    assert one.learnt
    assert "until this machine’s clock is confirmed" in str(waits)
    assert stored == []
    assert one.waits is None
    assert len(store.stream("forecasts")) == 1


def test_it_stores_the_first_forecast_of_the_day_under_its_own_name(one: Learner, store: Store):
    one.look()
    one.look()

    [event] = store.stream("forecasts")
    assert event.actor == ADMIN.name


def test_what_cannot_be_learnt_is_said_and_tried_again(one: Learner, clock: Clock, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("an odd log")

    with monkeypatch.context() as odd:
        odd.setattr(learner, "learn", fails)
        one.look()
        assert (one.learnt, one.trouble) == (None, "an odd log")

    clock.now += timedelta(days=1)
    one.look()

    assert one.learnt
    assert one.trouble == ""


def test_a_log_that_takes_no_forecast_is_still_forecast(one: Learner, store: Store, monkeypatch):
    def full(*_: object) -> None:
        raise LogRefused("the disk is full")

    monkeypatch.setattr(store.log, "append", full)

    one.look()

    assert one.learnt


def test_an_empty_log_has_nothing_to_learn_from(store: Store, clock: Clock):
    own = Learner(store, by=ADMIN, clock=clock)

    own.look()

    assert own.cases() == 0
    assert own.learnt
    assert own.learnt.record.num_rows == 0


def test_the_thread_learns_by_itself_and_ends_when_it_is_told_to(one: Learner, store: Store):
    own = Learner(store, by=ADMIN, clock=one._clock, first=0, every=0.05)
    own.start()
    until = time.monotonic() + WAIT_SECONDS
    while own.learnt is None and time.monotonic() < until:
        time.sleep(0.02)

    own.stop()

    assert own.learnt
    assert not own._worker._thread.is_alive()
    assert not own._worker._thread.daemon


def test_learning_that_has_begun_is_given_up_when_it_is_to_stop(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    now = datetime.fromisoformat("2026-10-30T15:30:00+00:00")
    write_sample(store, seed=3, cases=330, until=now, by=ADMIN)
    begun = threading.Event()

    class Watched(Learner):
        def _pause(self) -> None:
            begun.set()
            super()._pause()

    own = Watched(store, by=ADMIN, clock=lambda: now, first=0)
    own.start()
    assert begun.wait(WAIT_SECONDS)

    own.stop()
    store.close()

    assert own.learnt is None
    assert own.trouble == ""


def test_others_write_while_it_learns(tmp_path):
    store = Store.open(tmp_path / "log.duckdb")
    now = datetime.fromisoformat("2026-10-30T15:30:00+00:00")
    write_sample(store, seed=3, cases=330, until=now, by=ADMIN)
    written: list[str] = []

    class Watched(Learner):
        def _pause(self) -> None:
            if len(written) < 3:
                done = commands.open_case(store, "local", form("local"), by=LEAD, now=now)
                written.append(done[0].stream)
            super()._pause()
            if len(written) == 3:
                self._worker._stopping.set()

    own = Watched(store, by=ADMIN, clock=lambda: now, first=0)
    own.start()
    own._worker._thread.join(WAIT_SECONDS)

    assert written == ["C-0331", "C-0332", "C-0333"]
    store.close()
