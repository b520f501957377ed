"""A clock that cannot be right, seen from the pages; and that a log at rest is left alone."""

from datetime import timedelta

import pytest

from dashboard import clock
from dashboard.errors import Sentence
from dashboard.instants import to_datetime
from dashboard.store import Store
from dashboard.ui import handle
from tests.test_pages import Browse, browse, live, log, walked

__all__ = ["browse", "live", "log"]  # fixtures


@pytest.fixture
def clock_after_last(live: Store, monkeypatch: pytest.MonkeyPatch):
    """Sets the clock to so long after the last event."""

    def put(by: timedelta) -> None:
        now = to_datetime(live.log.last_recorded_us()) + by
        monkeypatch.setattr(clock, "now", lambda: now)

    return put


def test_a_clock_hours_before_the_last_event_makes_pages_read_only_and_says_why(
    browse: Browse, live: Store, clock_after_last
):
    case = walked(live, "local", 2)
    clock_after_last(-timedelta(hours=2))
    app = browse("case", id=case.case_id)
    before = live.log.head()

    app.button(key=f"complete-{case.case_id}-3-{case.version}").click().run()

    told = " ".join(item.value for item in app.error)
    assert not app.exception
    assert live.log.head() == before
    assert "Nothing can be saved" in told
    assert "but the log was last written at" in told
    assert "repair\\-clock" in told  # as Markdown has it


def test_a_log_at_rest_is_spoken_of_only_as_long_as_something_waits_for_the_clock(
    browse: Browse, live: Store, clock_after_last
):
    walked(live, "local", 2)
    clock_after_last(timedelta(days=9))
    learner = handle.learner()
    learner.stop()

    quiet = [item.value for item in browse().caption]
    learner.waits = Sentence("Changeover waits.")
    told = [item.value for item in browse().caption]

    assert not any("Nothing has been recorded" in line for line in quiet)
    assert any("Nothing has been recorded for 9 days" in line for line in told)
