"""Messages on the pages: ready to send, sent in one act, stated by a person, shown where due."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.cases import Case, Draft, Letter
from dashboard.instants import to_us
from dashboard.messages.run import Run
from dashboard.messages.sending import send_waiting
from dashboard.people import Role
from dashboard.settings import Colleague, MessageMode
from dashboard.store import Store
from dashboard.ui import guard, handle
from dashboard.ui.words import plain
from dashboard.workflows import Party
from tests.builders import ADMIN, LEAD, form, step_fields
from tests.post_office import SENDER, PostOffice, post_office
from tests.test_pages import offered, turn_to

ENTRY = Path(__file__).resolve().parent.parent / "streamlit_app.py"
FIRM = "Quetzalcoatl & Daughters"
EMS, SALES = "ems@dept.example", "stahl@dept.example"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the pages work on, seen from this machine; EMS and Sales have addresses."""
    path = tmp_path / "log.duckdb"
    monkeypatch.setenv("CHANGEOVER_LOG", str(path))
    monkeypatch.setattr(guard, "hosts", lambda: ["127.0.0.1:8501"])
    monkeypatch.setattr(guard, "is_forwarded", lambda: False)
    monkeypatch.setattr(guard, "is_browser", lambda: True)
    held = handle.held(path)
    start = clock.now() - timedelta(hours=4)
    people = [Colleague("G. Stahl", email=SALES), Colleague("Vance", email="vance@dept.example")]
    mailboxes = {Party.EMS: EMS}
    commands.change_directory(held.store, people, mailboxes, by=ADMIN, now=start)
    yield held.store
    handle.let_go(path)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def sample(live: Store) -> None:
    """The log says of itself that it holds sample data."""
    now_us = to_us(clock.now() - timedelta(hours=3, minutes=30))
    version = 1 + max((event.version for event in live.stream("settings")), default=0)
    live.append([Draft("settings", version, "sample_marked", now_us, now_us, "s", {}, "mark")])


def at_step(store: Store, step: int, workflow: str = "local", **called: str) -> Case:
    """A case of which that step is current; the last completion called for its messages."""
    start = clock.now() - timedelta(hours=3)
    given = form(workflow, firm_name=FIRM, sales_representative="G. Stahl")
    case_id = commands.open_case(store, workflow, given, by=LEAD, now=start)[0].stream
    for number in range(2, step):
        commands.complete_step(
            store, case_id, number, step_fields(store.case(case_id), number, start), by=LEAD,
            now=start, messages=called if number == step - 1 and called else None,
        )  # fmt: skip
    return store.case(case_id)


def browse(page: str = "today", office: PostOffice | None = None, **params: str) -> AppTest:
    """A page, with the mail server in the secrets if there is one."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    if office:
        app.secrets["smtp"] = {
            "host": "127.0.0.1", "port": office.port, "sender": SENDER, "security": "none",
            "timeout": 5,
        }  # fmt: skip
    if page != "today":
        turn_to(app, page)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the one button of that label."""
    [button] = [item for item in app.button if item.label == label]
    button.click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {item.label for item in app.button}


def words(app: AppTest) -> str:
    """What the page says in text."""
    return "\n".join(item.value for item in (*app.markdown, *app.caption, *app.warning))


def send(store: Store, office: PostOffice, after: timedelta = timedelta(0)) -> None:
    """What the courier does in a while."""
    later = clock.now() + after
    send_waiting(store, office.server(), Run(ADMIN, lambda: later, lambda _: None, str(later)))


def letter(store: Store, case: Case, message: str) -> Letter:
    found = [item for item in store.case(case.case_id).letters.values() if item.message == message]
    return found[-1]


def fill_ticket(app: AppTest, case: Case) -> None:
    app.text_input(key=f"{case.case_id}-4-ems_ticket").set_value("EMS-77")
    app.checkbox(key=f"{case.case_id}-4-high_priority").check()


def begun(store: Store, case: Case, ago: timedelta) -> None:
    """The sending of a message began so long ago, and nothing is known of its end."""
    at = clock.now() - ago
    commands.begin_sending(
        store, case.case_id, letter(store, case, "sales_cancelled"),
        '{"to": [["G. Stahl", "stahl@dept.example"]], "subject": "S", "body": "B", "calendar": ""}',
        by=ADMIN, now=at, claim="a run",
    )  # fmt: skip


def queued(store: Store) -> Case:
    return at_step(store, 4, sales_cancelled="sent", cs_cancelled="elsewhere")


# --- What a completion calls for -------------------------------------------------------------


def test_after_a_completion_its_messages_are_named_and_stand_ready(live: Store):
    case = at_step(live, 3)
    app = browse("case", id=case.case_id)

    press(app, "Complete step 3")

    assert "Ready to send: “" in app.success[0].value
    assert "to Sales representative; “" in app.success[0].value
    assert "Ready to send" in [item.value for item in app.subheader]
    assert any(FIRM in item.value for item in app.code)
    assert f"**To** {plain('G. Stahl <stahl@dept.example>')}" in words(app)
    assert "Send message" not in labels(app)  # no mail server
    assert "No mail server is set up" in words(app)


def test_a_missing_address_is_said_with_where_to_enter_it(live: Store):
    case = at_step(live, 4, cs_cancelled="drafted")

    app = browse("case", id=case.case_id)

    assert "No CS representative on this case" in words(app)
    assert "Edit the case details" in words(app)


def test_a_draft_is_marked_as_sent_with_its_time(live: Store):
    case = queued(live)
    commands.send_message(
        live, case.case_id, 3, "sales_cancelled", "drafted", by=LEAD, now=clock.now()
    )
    app = browse("case", id=case.case_id)

    press(app, "Mark as sent")

    sent = letter(live, case, "sales_cancelled")
    assert (sent.state, sent.is_outside) == ("sent", True)
    assert "Recorded as sent" in app.success[0].value
    assert "**Message sent outside Changeover:**" in app.table[-1].value["What"].tolist()[0]


def test_a_message_that_nobody_needs_waits_no_longer_but_only_with_a_reason(live: Store):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")
    app = browse("case", id=case.case_id)

    press(app, "Mark as not needed")
    assert letter(live, case, "sales_cancelled").state == "drafted"
    assert "needs a reason" in app.error[0].value

    [reason] = [item for item in app.text_input if item.label == "Reason"]
    reason.set_value("told on the phone")
    press(app, "Mark as not needed")

    assert letter(live, case, "sales_cancelled").state == "dropped"


# --- The message is the step -----------------------------------------------------------------


def test_completing_says_that_the_message_was_sent_where_it_is_the_step(live: Store):
    case = at_step(live, 4)
    app = browse("case", id=case.case_id)
    fill_ticket(app, case)

    press(app, "Complete step 4")

    sent = letter(live, case, "ems_ticket")
    assert (sent.state, sent.is_outside) == ("sent", True)
    assert "Recorded as sent: “" in app.success[0].value


def test_what_stands_in_the_form_is_previewed_and_not_stored(live: Store):
    case = at_step(live, 4)
    app = browse("case", id=case.case_id)
    assert not any("EMS-77" in item.value for item in app.code)

    fill_ticket(app, case)
    press(app, "Preview message")

    assert any("Ticket: EMS-77" in item.value for item in app.code)
    assert live.case(case.case_id).version == case.version


def test_send_and_complete_is_one_act(live: Store, office: PostOffice):
    case = at_step(live, 4)
    app = browse("case", office, id=case.case_id)
    fill_ticket(app, case)

    press(app, "Send and complete")

    assert live.case(case.case_id).due == 5
    assert "Goes out after ten seconds, unless you undo this: “" in app.success[0].value
    send(live, office)
    assert not office.envelopes
    send(live, office, commands.WAIT)
    assert [item.rcpt_tos for item in office.envelopes] == [[EMS]]
    assert letter(live, case, "ems_ticket").state == "sent"
    assert not letter(live, case, "ems_ticket").is_outside
    assert "Step 4 completed" in app.success[0].value


def test_a_message_of_a_completion_that_is_undone_is_never_sent(live: Store, office: PostOffice):
    case = at_step(live, 4)
    app = browse("case", office, id=case.case_id)
    fill_ticket(app, case)
    press(app, "Send and complete")

    press(app, "Undo")
    send(live, office, commands.WAIT)

    assert live.case(case.case_id).due == 4
    assert not office.envelopes
    assert not live.run("messages_waiting", now=clock.now()).num_rows


def test_without_an_address_nothing_is_completed_by_sending(live: Store, office: PostOffice):
    case = at_step(live, 4)
    commands.change_directory(live, [], {}, by=ADMIN, now=clock.now())
    app = browse("case", office, id=case.case_id)
    fill_ticket(app, case)

    press(app, "Send and complete")

    assert live.case(case.case_id).due == 4
    assert "No address for EMS" in app.error[0].value.replace("\\", "")
    assert app.text_input(key=f"{case.case_id}-4-ems_ticket").value == "EMS-77"


# --- Sending ---------------------------------------------------------------------------------


def test_what_changeover_is_to_send_goes_with_the_completion(live: Store, office: PostOffice):
    case = at_step(live, 3)
    commands.change_messages(live, {"sales_cancelled": MessageMode.SENT}, by=ADMIN, now=clock.now())
    app = browse("case", office, id=case.case_id)

    press(app, "Complete step 3")

    assert "Goes out after ten seconds" in app.success[0].value
    assert letter(live, case, "cs_cancelled").state == "drafted"
    send(live, office, commands.WAIT)
    assert [item.rcpt_tos for item in office.envelopes] == [[SALES]]


def test_a_draft_is_sent_with_one_click_and_only_once(live: Store, office: PostOffice):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")
    app, stale = (browse("case", office, id=case.case_id) for _ in range(2))

    press(app, "Send message")
    press(stale, "Send message")

    assert len(office.envelopes) == 1
    assert "**Sent:**" in app.success[0].value
    assert "Send message" not in labels(app)


def test_a_refusal_by_the_server_is_shown_with_what_to_do(live: Store, office: PostOffice):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")
    office.moods["RCPT"] = ["550 no such user"]
    app = browse("case", office, id=case.case_id)

    press(app, "Send message")

    assert letter(live, case, "sales_cancelled").state == "failed"
    assert not app.success
    assert "550" in words(app)
    assert "send it again" in words(app)

    press(app, "Send message")

    assert letter(live, case, "sales_cancelled").state == "sent"


def test_a_server_that_is_away_leaves_the_message_waiting(live: Store, office: PostOffice):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")
    office.moods["EHLO"] = ["drop", "drop", "drop"]
    app = browse("case", office, id=case.case_id)

    press(app, "Send message")

    assert letter(live, case, "sales_cancelled").state == "queued"
    assert "cannot be reached" in app.error[0].value
    assert "Unsent messages are kept" in app.error[0].value


def test_what_nobody_knows_is_left_to_a_person(live: Store, office: PostOffice):
    case = queued(live)
    begun(live, case, timedelta(minutes=20))
    app = browse("case", office, id=case.case_id)
    assert "Delivery unknown" in words(app)
    assert "Send message" not in labels(app)

    press(app, "Mark as not sent")

    assert letter(live, case, "sales_cancelled").state == "drafted"
    assert "Send message" in labels(app)
    assert office.envelopes == []


def test_a_person_states_that_it_was_sent_after_all(live: Store):
    case = queued(live)
    begun(live, case, timedelta(minutes=20))
    app = browse("case", id=case.case_id)

    press(app, "Mark as sent")

    assert letter(live, case, "sales_cancelled").state == "sent"


def test_what_is_being_sent_is_nobodys_to_decide(live: Store, office: PostOffice):
    case = queued(live)
    begun(live, case, timedelta(minutes=1))

    app = browse("case", office, id=case.case_id)

    assert "Sending since" in words(app)
    assert not labels(app) & {"Send message", "Mark as sent", "Mark as not sent"}


def test_of_a_step_that_was_reopened_a_person_still_says_what_became_of_it(live: Store):
    case = queued(live)
    begun(live, case, timedelta(minutes=20))
    commands.reopen_step(live, case.case_id, 3, "a slip", by=LEAD, now=clock.now())
    app = browse("case", id=case.case_id)

    press(app, "Mark as sent")

    assert letter(live, case, "sales_cancelled").state == "dropped"
    assert "It was sent" in app.table[-1].value["What"].tolist()[0]


# --- Who may, and where else it shows --------------------------------------------------------


def test_a_viewer_reads_the_messages_and_can_do_nothing(live: Store, office: PostOffice):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")
    app = browse("case", office, id=case.case_id)

    app.selectbox(key="act-as-role").select(Role.VIEWER.capitalize()).run()

    assert app.code
    assert offered(app) == {"Keyboard"}


def test_nothing_is_sent_from_sample_data(live: Store, office: PostOffice, sample: None):
    case = at_step(live, 4, sales_cancelled="drafted", cs_cancelled="elsewhere")

    app = browse("case", office, id=case.case_id)

    assert not labels(app) & {"Send message", "Send and complete"}
    assert "Sample data sends nothing" in words(app)


def test_today_lists_the_messages_that_wait(live: Store):
    at_step(live, 4, sales_cancelled="drafted", cs_cancelled="sent")

    app = browse()

    assert "Unsent messages (2)" in [item.value for item in app.subheader]
    links = [link.value for link in app.page_link if "step 3" in link.value]
    assert len(links) == 2
    assert "to Sales representative" in links[0]
    assert "to be sent manually" in links[0]


def test_the_reopening_of_a_step_names_the_messages_that_have_gone(live: Store):
    case = at_step(live, 4, sales_cancelled="outside", cs_cancelled="drafted")
    app = browse("case", id=case.case_id)
    app.session_state["case-dialog"] = "Reopen a step"
    app.run()

    [told] = [item.value for item in app.markdown if "Messages already sent:" in item.value]
    assert "Sales representative" in told
    assert "CS representative" not in told


def test_a_firm_that_has_only_its_download_left_can_be_reminded(live: Store):
    before, left = at_step(live, 6), at_step(live, 7)

    early = browse("case", id=before.case_id)
    late = browse("case", id=left.case_id)

    asks = f"Have you downloaded your licenses, {FIRM}?"
    assert not any("downloaded your licenses" in item.value for item in early.markdown)
    assert any(plain(asks) in item.value for item in late.markdown)
    assert any("Reminder, not a step · send manually" in item.value for item in late.caption)
