"""Sign-in in a real browser: every role, no role, a session that ends, signing out."""

import re
from collections.abc import Generator
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.ui import fresh
from tests.builders import LEAD, form, step_fields
from tests.identity import COOKIE, PEOPLE, age, provider, sign_in, write_secrets
from tests.live import free_port, live_app
from tests.screen import Room, Screen

pytestmark = pytest.mark.browser
FIRM = "Quetzalcoatl & Daughters"
HOUR = 60 * 60
TICKET = "EMS ticket number"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with provider() as address:
        yield write_secrets(tmp_path_factory.mktemp("secrets"), address)


def log_in(folder: Path) -> Path:
    """A log of two local cases: at the EMS ticket, a team leader's, and at the renewal, CS's."""
    path = folder / "log.duckdb"
    store, now = Store.open(path), clock.now()
    for done in (3, 4):
        given = form("local", firm_name=FIRM)
        case_id = commands.open_case(store, "local", given, by=LEAD, now=now)[0].stream
        for number in range(2, done + 1):
            values = step_fields(store.case(case_id), number, now)
            commands.complete_step(store, case_id, number, values, by=LEAD, now=now)
    store.close()
    return path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, secrets: str) -> Generator[str]:
    with live_app(
        log_in(tmp_path_factory.mktemp("identity")), STREAMLIT_SECRETS_FILES=secrets
    ) as served:
        yield served


def may(screen: Screen, case_id: str) -> bool:
    """Whether the button that completes the current step can be pressed."""
    screen.open(f"case?id={case_id}").says(FIRM)
    return screen.page.get_by_role("button", name="Complete step").is_enabled()


def shown(screen: Screen) -> str:
    return unescape(screen.page.content())  # with what stands on a canvas, in a table


def sign_out(screen: Screen) -> None:
    """Press the button; the provider then asks whether to end its own session, too."""
    screen.page.get_by_role("button", name="Sign out", exact=True).click()
    screen.page.wait_for_url(re.compile("//localhost:"))


@pytest.mark.parametrize(
    ("email", "ticket", "renewal", "planning"),
    [
        ("vera@example.com", False, False, False),
        ("carl@example.com", False, True, False),
        ("lena@example.com", True, True, False),
        ("adam@example.com", True, True, True),
    ],
)
def test_who_signs_in_may_do_what_the_role_may(
    room: Room, address: str, email: str, ticket: bool, renewal: bool, planning: bool
):
    screen = room.visitor(address).open()
    assert FIRM not in shown(screen)

    sign_in(screen, email)

    screen.says(PEOPLE[email][0])
    assert "Local mode" not in shown(screen)
    assert (may(screen, "C-0001"), may(screen, "C-0002")) == (ticket, renewal)
    screen.open("settings?section=Planning").says("Month end")
    hours = screen.page.get_by_role("spinbutton", name="Hours until users must sign in again")
    expect(hours).to_be_enabled(enabled=planning)
    assert screen.faults == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [("case?id=C-0001", "Step 4:"), ("settings?section=Planning", "Month end")],
)
def test_a_link_that_a_stranger_followed_leads_there_once_they_have_signed_in(
    room: Room, address: str, asked: str, told: str
):
    screen = room.visitor(address).open(asked)
    other = room.visitor(address).open()
    assert FIRM not in shown(screen)

    sign_in(screen, "lena@example.com").says(told)
    sign_in(other, "adam@example.com").says("Adam Admin")

    screen.is_at(asked)
    other.is_at("")  # another browser asked for nothing
    screen.open().says("Today").is_at("")  # and it leads there once
    assert screen.faults == other.faults == []


def test_who_has_no_role_is_told_how_to_get_one_and_sees_no_firm(room: Room, address: str):
    screen = sign_in(room.visitor(address).open("case?id=C-0001"), "stranger@example.com")

    for path in ("", "case?id=C-0001", "cases"):
        screen.open(path).says("have no role here", "Ask an administrator")
        assert FIRM not in shown(screen)
    sign_out(screen)


def test_signing_out_ends_it(room: Room, address: str):
    screen = sign_in(room.visitor(address).open(), "lena@example.com").says("Lena Lindqvist")
    ends = [one.get("expires", 0) for one in screen.page.context.cookies() if COOKIE in str(one)]
    assert ends != []
    assert (
        max(ends) <= clock.issuers_now().timestamp() + 12 * HOUR
    )  # as the session, not after a month

    screen.page.locator(".st-key-signed-in-as").get_by_role("button").first.click()
    sign_out(screen)

    screen.open("cases").says("Sign in")
    assert FIRM not in shown(screen)


def test_signing_out_ends_every_tab_and_disturbs_nobody_who_is_still_signed_in(
    room: Room, address: str
):
    tab = sign_in(room.visitor(address).open(), "lena@example.com").says("Lena Lindqvist")
    other = Screen(tab.page.context.new_page(), address)
    other.open("case?id=C-0001").says(FIRM)
    adam = sign_in(room.visitor(address).open(), "adam@example.com")
    adam.open("case?id=C-0001").says("Step 4:")
    ticket = adam.page.get_by_role("textbox", name=TICKET, exact=True)
    ticket.press_sequentially("EMS-70")  # and the cursor stays there
    drawn = adam.page.evaluate("document.querySelector('h1').dataset.drawn = 'once'")

    tab.page.locator(".st-key-signed-in-as").get_by_role("button").first.click()
    sign_out(tab)

    other.page.get_by_role("button", name="Sign in", exact=True).wait_for(timeout=10_000)
    assert FIRM not in shown(other)
    adam.page.wait_for_timeout(1000 * fresh.LOOK_SECONDS + 2000)
    ticket.press_sequentially("07")
    adam.holds(TICKET, "EMS-7007")
    assert adam.page.evaluate("document.querySelector('h1').dataset.drawn") == drawn
    assert adam.page.evaluate("document.activeElement.value") == "EMS-7007"
    assert adam.faults == other.faults == []


def test_after_a_session_has_ended_the_draft_is_back_on_the_same_case_even_on_a_new_server(
    room: Room, secrets: str, tmp_path: Path
):
    own, port = log_in(tmp_path), free_port()
    with live_app(own, port=port, STREAMLIT_SECRETS_FILES=secrets) as address:
        lena = sign_in(room.visitor(address).open(), "lena@example.com").says("Lena Lindqvist")
        age(lena, 2 * HOUR)
        lena.open("case?id=C-0001").says("Step 4:").fill(TICKET, "EMS-7007")
        adam = sign_in(room.visitor(address).open(), "adam@example.com")
        end_sessions_after_an_hour(adam)

        with suppress(Error):  # unless the page has noticed by itself
            complete = lena.page.get_by_role("button", name="Complete step 4", exact=True).first
            complete.click(timeout=2_000)
        lena.settle().says("Your session has ended")

        assert FIRM not in shown(lena)
        adam.open("case?id=C-0001").says("Step 4:")  # nothing was stored
        assert lena.faults == adam.faults == []

    with live_app(own, port=port, STREAMLIT_SECRETS_FILES=secrets):
        lena.open().says("Your session has ended")

        sign_in(lena, "lena@example.com").says("Step 4:")

        lena.is_at("case?id=C-0001").holds(TICKET, "EMS-7007")
        lena.tick("The ticket's priority is High").press("Complete step 4")
        lena.says("Step 4 completed")
        assert list(own.with_name("log.duckdb.drafts").iterdir()) == []
        assert lena.faults == []


def end_sessions_after_an_hour(admin: Screen) -> None:
    admin.open("settings?section=Planning")
    hours = admin.page.get_by_role("spinbutton", name="Hours until users must sign in again")
    hours.fill("1")
    hours.press("Tab")
    admin.settle().press("Save planning").says("Planning saved.")
