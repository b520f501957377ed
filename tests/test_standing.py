"""Who acts after leaving: an open page of somebody whose role or session is over does nothing."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.errors import LogRefused
from dashboard.store import Store
from dashboard.ui import door, guard, handle, sign_in
from tests.builders import ADMIN, LEAD, form
from tests.test_pages import ENTRY, SECONDS, live, log, turn_to

__all__ = ["live", "log"]  # fixtures

LENA = "lena@example.com"
AUTH = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "known to all servers"}
NOTE = "The firm called back."


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    yield
    sign_in.LEFT.clear()


def claims(hours_ago: float = 0, **more: object) -> dict[str, Any]:
    issued = clock.issuers_now() - timedelta(hours=hours_ago)
    told = {"is_logged_in": True, "email": LENA, "email_verified": True, "name": "Lena Lindqvist"}
    return {**told, "iss": "https://login.example", "sub": "1", "iat": issued.timestamp(), **more}


def at_her_case(live: Store, hours_ago: float = 0) -> AppTest:
    """A page that Lena has open, a team leader, with a note typed."""
    given = form("local", firm_name="Birch")
    case_id = commands.open_case(live, "local", given, by=LEAD, now=clock.now())[0].stream
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.secrets["auth"], app.secrets["roles"] = AUTH, {LENA: "lead"}
    app.user = claims(hours_ago)
    turn_to(app, "case")
    app.query_params["id"] = case_id
    app.run()
    assert "Birch" in shown(app)
    app.text_area(key=f"{case_id}-note").set_value(NOTE)
    return app


def shown(app: AppTest) -> str:
    assert not app.exception
    said = [*app.title, *app.markdown, *app.error, *app.info]
    return " ".join(item.value for item in said)


def keep_note(app: AppTest) -> AppTest:
    [button] = [item for item in app.button if str(item.key).startswith("keep-note")]
    return button.click().run()


@pytest.mark.parametrize("role", ["viewer", ["Order Team"], None])
def test_a_role_that_was_taken_away_stores_nothing_from_a_page_that_is_open(
    live: Store, role: object
):
    app, before = at_her_case(live), live.head()

    app.secrets["roles"] = {LENA: role} if role else {}
    keep_note(app)

    assert live.head() == before
    told = "your role has changed" if role else "have no role here"
    assert told in shown(app)
    assert ("Birch" in shown(app)) == bool(role)


def test_who_still_is_who_the_page_was_drawn_for_goes_on(live: Store):
    app = at_her_case(live)

    keep_note(app)

    assert live.history("C-0001")[-1].data == {"text": NOTE}


def test_sessions_that_an_administrator_ends_are_over_and_later_ones_are_not(live: Store):
    app = at_her_case(live, hours_ago=1)
    mark = marked(app, LENA)
    commands.end_sessions(live, LENA, mark, by=ADMIN, now=clock.now(), before=clock.issuers_now())
    before = live.head()

    keep_note(app)

    assert live.head() == before
    assert "Your session has ended" in shown(app)
    assert marked(app, "carl@example.com") not in live.settings.sessions_ended
    app.user = claims(-0.01)
    app.run()
    assert "Birch" in shown(app)


def marked(app: AppTest, address: str) -> str:
    """How this department's servers mark an address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "secrets", app.secrets)
        return sign_in.mark_of(address)


def test_a_mark_tells_nobody_the_address_and_the_log_does_not_either(live: Store):
    app = at_her_case(live)
    mark = marked(app, LENA)
    commands.end_sessions(live, LENA, mark, by=ADMIN, now=clock.now(), before=clock.issuers_now())
    app.secrets["auth"] = {**AUTH, "cookie_secret": "another"}

    assert marked(app, LENA) != mark != marked(app, "carl@example.com")
    [event] = live.log.events_of("directory")
    assert LENA not in event.data
    assert list(live.personal([event.fields()["fields"]["address"]["ref"]]).values()) == [LENA]
    commands.erase_personal(live, "directory", by=ADMIN, now=clock.now())
    assert live.settings.sessions_ended == {mark: event.fields()["before_us"]}


def test_who_signs_out_has_left_with_every_tab_and_nobody_else_has(live: Store):
    app, before = at_her_case(live), live.head()
    her_other_browser = claims(nonce="another")

    sign_in.has_left(app.user)
    keep_note(app)

    assert live.head() == before
    assert [item.key for item in app.button] == ["sign-in"]
    assert sign_in.has_come(her_other_browser)
    assert not sign_in.has_come(dict(app.user))


def test_no_file_is_given_out_while_nobody_knows_whose_session_was_ended(
    live: Store, monkeypatch: pytest.MonkeyPatch
):
    assert door.is_known()

    def away(_: object) -> None:
        raise LogRefused("away")

    monkeypatch.setattr(type(live), "behind", lambda _: "What is shown is 6 seconds old.")
    assert not door.is_known()
    monkeypatch.setattr(handle, "held", away)
    assert not door.is_known()
    monkeypatch.setattr(door, "_is_download", lambda _: True)
    refused = door.refusal("/media/backup", {"method": "GET", "type": "http"}, {})
    assert refused
    assert refused.status == door.NOT_NOW


@pytest.mark.parametrize("older", [False, True])
def test_roles_hold_as_the_file_has_them_also_after_one_that_could_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: bool
):
    file, secrets = tmp_path / "secrets.toml", Secrets()
    monkeypatch.setattr(st, "secrets", secrets)
    monkeypatch.setattr(st, "get_option", lambda _: [str(file)])
    monkeypatch.setattr("streamlit.runtime.secrets.config.get_option", lambda _: [str(file)])
    monkeypatch.setattr(secrets, "_file_watchers_installed", True)
    monkeypatch.setattr(guard, "_read", [])

    def write(text: str, seconds: int) -> bool | None:
        file.write_text(f"[auth]\n{text}", encoding="utf-8")
        moment = 1_700_000_000 + (-seconds if older else seconds)
        os.utime(file, (moment, moment))
        return guard.is_set_up()

    assert write(f'[roles]\n"{LENA}" = "lead"', 0)
    assert sign_in.person_behind(claims())
    assert write("[roles", 1) is None
    assert write(f'[roles]\n"{LENA}" = "nobody"', 2)
    assert sign_in.person_behind(claims()) is None
