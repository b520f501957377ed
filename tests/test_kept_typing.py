"""What was typed when a session ended, where it cannot be written: nobody is kept out for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock
from dashboard.addresses import Database
from dashboard.store import Store
from dashboard.ui import handle, unfinished
from tests.live import ROOT
from tests.log_files import room_for
from tests.test_pages import ENTRY, SECONDS, live, log

__all__ = ["live", "log"]  # fixtures

LENA = "lena@example.com"
SECRETS = {"auth": {"redirect_uri": "http://127.0.0.1/oauth2callback"}, "roles": {LENA: "lead"}}
TYPED = "EMS-7007"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    unfinished.UNWRITTEN.clear()


def visit(hours_ago: float, typed: str = "") -> AppTest:
    """Today's page, of somebody whose token was issued then."""
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    for name, value in SECRETS.items():
        app.secrets[name] = value
    issued = clock.issuers_now() - timedelta(hours=hours_ago)
    app.user = {
        "is_logged_in": True, "email": LENA, "email_verified": True, "name": "Lena Lindqvist",
        "iat": issued.timestamp(),
    }  # fmt: skip
    if typed:
        app.session_state[unfinished.WATCHED] = ["ticket"]
        app.session_state["ticket"] = typed
    return app


def can_sign_in(app: AppTest) -> bool:
    assert not app.exception
    return [item.key for item in app.button] == ["sign-in"]


def test_after_twelve_hours_one_can_sign_in_and_goes_on_though_the_disk_is_full(live: Store):
    with room_for(0):
        assert can_sign_in(visit(13, TYPED).run())
        back = visit(0).run()

    assert not back.exception
    assert back.session_state["ticket"] == TYPED
    assert "ticket" not in visit(0).run().session_state  # and that once


def test_what_was_brought_back_and_cannot_be_deleted_does_not_come_again(
    live: Store, log: Path, monkeypatch: pytest.MonkeyPatch
):
    assert can_sign_in(visit(13, TYPED).run())
    kept = unfinished.file()
    assert TYPED in kept.read_text("utf-8")

    # as under ProtectSystem=strict
    monkeypatch.setattr(unfinished, "_put", read_only)
    assert visit(0).run().session_state["ticket"] == TYPED
    assert "ticket" not in visit(0).run().session_state
    assert TYPED in kept.read_text("utf-8")


def read_only(*_: object) -> None:
    raise OSError(30, "Read-only file system")


@pytest.mark.parametrize("held", ["nonsense", "[]", '{"lena@example.com": 1}',
                                  '{"lena@example.com": {"page": "", "query": {}, "kept_s": 9e9, '
                                  '"typed": {"ticket": {"hour": "x"}}}}'])  # fmt: skip
def test_a_damaged_file_keeps_nobody_out(live: Store, held: str):
    unfinished.file().write_text(held, encoding="utf-8")

    assert can_sign_in(visit(13, TYPED).run())
    assert visit(0).run().session_state["ticket"] == TYPED


def test_over_a_database_it_is_kept_where_the_unit_lets_the_service_write(
    monkeypatch: pytest.MonkeyPatch,
):
    place = Database("postgresql://app@db.example/changeover")
    monkeypatch.setenv("CHANGEOVER_LOG", place.url)
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/changeover")

    assert handle.file_beside(".unfinished") == Path("/var/lib/changeover/changeover.unfinished")
    unit = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert "ProtectSystem=strict" in unit
    assert "StateDirectory=changeover" in unit
