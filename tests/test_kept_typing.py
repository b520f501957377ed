"""What was typed when a session ended, also where it cannot be written: it keeps nobody out."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock
from dashboard.store import Store
from dashboard.store.drafts import FileDrafts
from dashboard.ui import handle
from tests.log_files import room_for
from tests.test_pages import ENTRY, SECONDS, live, log, turn_to, walked

__all__ = ["live", "log"]  # fixtures

LENA = "lena@example.com"
SECRETS = {"auth": {"redirect_uri": "http://127.0.0.1/oauth2callback"}, "roles": {LENA: "lead"}}
TICKET, TYPED = "C-0001-4-ems_ticket", "EMS-7007"


def visit(hours_ago: float) -> AppTest:
    """The page of a case at step 4, for somebody whose token was issued then."""
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    for name, value in SECRETS.items():
        app.secrets[name] = value
    signed_in(app, hours_ago)
    turn_to(app, "case")
    app.query_params["id"] = "C-0001"
    return app.run()


def signed_in(app: AppTest, hours_ago: float) -> None:
    issued = clock.issuers_now() - timedelta(hours=hours_ago)
    app.user = {
        "is_logged_in": True, "email": LENA, "email_verified": True, "name": "Lena Lindqvist",
        "iat": issued.timestamp(),
    }  # fmt: skip


def typed_as_the_session_ends() -> None:
    """Type into a step, and have the session be over when the server hears of it."""
    app = visit(11.9)
    signed_in(app, 13)
    app.text_input(key=TICKET).set_value(TYPED).run()
    assert not app.exception
    assert [item.key for item in app.button] == ["sign-in"]


def test_after_twelve_hours_one_can_sign_in_and_goes_on_though_the_disk_is_full(live: Store):
    walked(live, "local", 3)
    with room_for(0):
        typed_as_the_session_ends()
        back = visit(0)

    assert not back.exception
    assert back.text_input(key=TICKET).value == TYPED


def test_what_was_discarded_and_cannot_be_deleted_does_not_come_again(
    live: Store, log: Path, monkeypatch: pytest.MonkeyPatch
):
    walked(live, "local", 3)
    typed_as_the_session_ends()
    [kept] = log.with_name(f"{log.name}.drafts").iterdir()
    assert TYPED in kept.read_text("utf-8")

    # as under ProtectSystem=strict
    monkeypatch.setattr(FileDrafts, "_write", read_only)
    back = visit(0)
    assert back.text_input(key=TICKET).value == TYPED
    back.button(key="discard-C-0001-4").click().run()

    assert visit(0).text_input(key=TICKET).value == ""
    assert TYPED in kept.read_text("utf-8")


def read_only(*_: object) -> None:
    raise OSError(30, "Read-only file system")


def test_what_an_earlier_version_kept_is_not_left_lying(live: Store, log: Path):
    left = log.with_name(f"{log.name}.unfinished")
    left.write_text("{}", encoding="utf-8")

    handle.let_go(log)
    handle.held(log)

    assert not left.exists()
