"""The pages, run in process: what they show, what a click does, what a stranger sees of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from dashboard import clock, commands
from dashboard.cases import Case, Draft
from dashboard.instants import to_datetime, to_us
from dashboard.store import Store
from dashboard.ui import guard, handle, navigation
from dashboard.ui.visitor import local_name
from dashboard.ui.words import on_the_wall, plain
from tests.builders import ADMIN, LEAD, SETTINGS, form, step_fields

ROOT = Path(__file__).resolve().parent.parent
ENTRY = ROOT / "streamlit_app.py"
PAGES = sorted((ROOT / "pages").glob("*.py"))
FIRM = "Quetzalcoatl & Daughters"
SECONDS = 60

Browse = Callable[..., AppTest]


def page_name(path: Path) -> str:
    return path.stem


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A log of one's own, seen from this machine."""
    path = tmp_path / "log.duckdb"
    monkeypatch.setenv("CHANGEOVER_LOG", str(path))
    monkeypatch.setattr(guard, "hosts", lambda: ["127.0.0.1:8501"])
    monkeypatch.setattr(guard, "is_forwarded", lambda: False)
    monkeypatch.setattr(guard, "is_browser", lambda: True)
    yield path
    handle.let_go(path)


@pytest.fixture
def live(log: Path) -> Store:
    """The store that the pages work on."""
    return handle.held(log).store


@pytest.fixture
def browse(log: Path) -> Browse:
    """Open a page, as somebody who came through the entry point does."""

    def browsed(page: str = "today", **params: str) -> AppTest:
        app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
        if page != "today":
            turn_to(app, page)
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return browsed


def turn_to(app: AppTest, page: str) -> None:
    """Have the next run be this page's; only after its first run does a process know the pages."""
    if not navigation.ENTERED.is_set():
        app.run()
    app.switch_page(f"pages/{page}.py")


def walked(store: Store, workflow: str, done: int, **more: Any) -> Case:
    """A case of that path with so many steps complete, begun three hours ago."""
    start = clock.now() - timedelta(hours=3)
    fields = form(workflow, firm_name=FIRM, **more)
    with store.bulk() as desk:
        case_id = commands.open_case(desk, workflow, fields, by=LEAD, now=start)[0].stream
        for step in range(2, done + 1):
            given = step_fields(desk.case(case_id), step, start)
            commands.complete_step(desk, case_id, step, given, by=LEAD, now=start)
    return store.case(case_id)


def said(app: AppTest) -> str:
    """Everything that the server sends of the page."""
    return "\n".join(str(node.proto) for node in nodes(app.main))


def nodes(block: Block) -> Iterator[Block | Element]:
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from nodes(child)


def offered(app: AppTest) -> set[str]:
    """The buttons that do something, of those that can be pressed; others tell how."""
    can = {item.label for item in app.button if not item.disabled}
    return can - {":small[How is this computed?]"}


def marks(app: AppTest) -> list[str]:
    """What is marked as wrong beside the fields."""
    return [item.value for item in app.markdown if item.value.startswith(":red[")]


def told(app: AppTest) -> list[str]:
    """What the history of a case tells, the latest first."""
    return app.table[-1].value["What"].tolist()


def dialog(browse: Browse, case: Case, name: str) -> AppTest:
    """A case's page with a dialog open."""
    app = browse("case", id=case.case_id)
    app.session_state["case-dialog"] = name
    return app.run()


# --- Every page ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_a_page_runs_over_an_empty_log(browse: Browse, path: Path):
    app = browse(path.stem)

    assert not app.exception
    assert f'"{app.title[0].value}"' in path.read_text("utf-8")  # this page and no other


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_a_page_runs_over_a_log_with_cases(browse: Browse, live: Store, path: Path):
    cases = [walked(live, "local", done) for done in (1, 4, 6, 7)]
    cases += [walked(live, "virtual_office", done) for done in (1, 4)]

    app = browse(path.stem, id=cases[0].case_id)

    assert not app.exception
    assert app.title


@pytest.mark.parametrize("path", PAGES, ids=page_name)
@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("0.0.0.0", "127.0.0.1:8501"),
        (None, "localhost:8501"),
        ("127.0.0.1", "changeover.example.com"),
        ("127.0.0.1", "192.168.0.7:8501"),
        ("127.0.0.1", ""),
    ],
)
def test_a_page_run_without_the_entry_point_shows_a_stranger_no_firm(
    live: Store, monkeypatch: pytest.MonkeyPatch, path: Path, address: str | None, host: str
):
    case = walked(live, "local", 3)
    monkeypatch.setattr(guard, "hosts", lambda: [host] if host else [])
    before = config.get_option("server.address")
    config.set_option("server.address", address)

    try:
        app = AppTest.from_file(str(path), default_timeout=SECONDS)
        app.query_params["id"] = case.case_id
        app.run()
    finally:
        config.set_option("server.address", before)

    assert FIRM not in said(app)
    assert case.case_id not in said(app)
    assert "Not open from here" in said(app)
    assert any("[auth]" in item.value for item in app.markdown)
    assert not app.button


def test_a_visitor_of_this_machine_is_let_in(browse: Browse, live: Store):
    walked(live, "local", 3)

    app = browse("cases")

    assert app.dataframe[0].value["firm"].tolist() == [FIRM]
    assert FIRM in said(app)  # which is where the test above looks for it


# --- Today, Cases ----------------------------------------------------------------------------


def test_today_shows_who_has_what_and_keeps_downloads_apart(browse: Browse, live: Store):
    walked(live, "local", 3)
    walked(live, "local", 6)

    app = browse()

    assert [metric.value for metric in app.metric][:3] == ["2", "0", "0"]
    assert app.dataframe[0].value["step"].tolist() == ["4 EMS ticket"]
    assert "Delivered, waiting for download (1)" in [item.value for item in app.subheader]


def test_a_filter_in_the_address_narrows_today_and_an_unknown_value_is_ignored(
    browse: Browse, live: Store
):
    walked(live, "local", 3)
    walked(live, "virtual_office", 3)

    narrowed, odd = browse(path="Local"), browse(path="Mars", tl="Nobody")

    assert narrowed.dataframe[0].value["path"].tolist() == ["Local"]
    assert len(odd.dataframe[0].value) == 2


def test_a_firms_name_is_shown_letter_by_letter(browse: Browse, live: Store):
    walked(live, "local", 3)
    odd = commands.open_case(
        live, "local", form("local", firm_name=":red[late] **now** $x$"), by=LEAD,
        now=clock.now(),
    )[0].stream  # fmt: skip

    app = browse("case", id=odd)

    assert app.title[0].value == r"\:red\[late\] \*\*now\*\* \$x\$"


# --- Case ------------------------------------------------------------------------------------


def test_completing_a_step_shows_the_next_one_and_whose_turn_it_is(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)

    app.button(key=f"complete-{case.case_id}-3-{case.version}").click().run()

    assert not app.exception
    assert live.case(case.case_id).due == 4
    assert "Step 3 completed" in app.success[0].value
    assert "**Team leader**’s turn" in app.success[0].value
    assert any(item.value.startswith("Step 4:") for item in app.subheader)


def test_the_trial_answer_and_its_limitations_stand_where_they_matter(browse: Browse, live: Store):
    products = [replace(item, limitation=f"no {item.name} export") for item in SETTINGS.catalogue]
    case = walked(live, "local", 2, trial_licences="offered")
    commands.change_catalogue(live, products, by=ADMIN, now=clock.now())

    step, new = browse("case", id=case.case_id), browse("new_case")

    assert "Trial licenses: **offered**." in [item.value for item in step.markdown]
    assert any("UltraTax CS: no UltraTax CS export" in item.value for item in step.caption)
    assert not any("Planner CS" in item.value for item in step.caption)
    assert any("Planner CS: no Planner CS export" in item.value for item in new.caption)


def test_a_refusal_marks_the_field_and_keeps_what_was_typed(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    scope = f"{case.case_id}-4"
    app = browse("case", id=case.case_id)

    app.text_input(key=f"{scope}-ems_ticket").set_value("EMS-1")
    app.button(key=f"complete-{scope}-{case.version}").click().run()

    assert live.case(case.case_id).due == 4
    assert "Step 4 was not completed" in app.error[0].value
    assert len(marks(app)) == 1
    assert "Confirm this to continue" in marks(app)[0]
    assert app.text_input(key=f"{scope}-ems_ticket").value == "EMS-1"

    app.checkbox(key=f"{scope}-high_priority").check()
    app.button(key=f"complete-{scope}-{case.version}").click().run()

    assert live.case(case.case_id).due == 5
    assert live.case(case.case_id).fields["ems_ticket"] == "EMS-1"


def test_who_acts_on_a_stale_page_is_told_who_moved_the_case(browse: Browse, live: Store):
    case = walked(live, "local", 3)
    scope = f"{case.case_id}-4"
    app = browse("case", id=case.case_id)
    app.text_input(key=f"{scope}-ems_ticket").set_value("EMS-1")
    app.checkbox(key=f"{scope}-high_priority").check()
    given = step_fields(case, 4, clock.now())
    commands.complete_step(live, case.case_id, 4, given, by=LEAD, now=clock.now())

    app.button(key=f"complete-{scope}-{case.version}").click().run()

    assert live.case(case.case_id).due == 5
    assert "Vance changed case" in app.error[0].value
    assert "EMS\\-1" in str(app.table[0].value)  # what was typed, though its form is gone


def test_a_moment_inside_a_step_is_one_click(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    app = browse("case", id=case.case_id)

    app.button(key=f"turn-{case.case_id}-5-{case.version}").click().run()

    assert len(live.case(case.case_id).moments) == 1
    assert "EMS has reinstated the products" in app.success[0].value
    assert not [item for item in app.button if item.label == "EMS has reinstated the products"]


def test_a_time_that_cannot_be_is_refused_in_local_words(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    scope = f"{case.case_id}-3"
    app = browse("case", id=case.case_id)

    app.text_input(key=f"{scope}-at").set_value("1/2/2020 9am")
    app.button(key=f"complete-{scope}-{case.version}").click().run()

    assert live.case(case.case_id).due == 3
    assert plain("Jan 2, 2020, 9:00 AM: the step") in app.error[0].value.replace("\xa0", " ")


def test_several_steps_are_caught_up_at_once(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    key = f"catch-up-{case.case_id}"
    app = browse("case", id=case.case_id)
    app.session_state[key] = True
    app.run()
    times = [clock.now() - timedelta(hours=hours) for hours in (2, 1)]
    local = [on_the_wall(instant, live.settings.calendar.zone) for instant in times]

    for step, at in zip((3, 4), local, strict=True):
        app.text_input(key=f"{key}-{step}-at").set_value(f"{at:%Y-%m-%d %H:%M}")
    app.text_input(key=f"{key}-4-ems_ticket").set_value("EMS-9")
    app.button(key=f"complete-{key}-{case.version}").click().run()

    assert live.case(case.case_id).due == 3
    assert "Confirm this to continue" in marks(app)[0]

    app.checkbox(key=f"{key}-4-high_priority").check()
    app.button(key=f"complete-{key}-{case.version}").click().run()

    assert live.case(case.case_id).due == 5
    assert "Steps 3 to 4 completed" in app.success[0].value


def test_a_step_is_reopened_with_a_reason_and_the_history_shows_it(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    scope = f"{case.case_id}-reopen-{case.version}"
    app = browse("case", id=case.case_id)
    app.session_state["case-dialog"] = "Reopen a step"
    app.run()

    app.button(key="reopen-step").click().run()
    assert live.case(case.case_id).due == 5

    app.text_area(key=f"{scope}-reason").set_value("the wrong ticket")
    app.button(key="reopen-step").click().run()

    assert live.case(case.case_id).due == 4
    assert "the wrong ticket" in told(app)[0]


def test_a_closed_case_is_reopened_with_the_answer_whether_it_was_finished(
    browse: Browse, live: Store
):
    case = walked(live, "local", 7)
    scope = f"{case.case_id}-reopen-{case.version}"
    app = dialog(browse, case, "Reopen a step")
    app.text_area(key=f"{scope}-reason").set_value("the wrong licenses")
    app.button(key="reopen-step").click().run()
    assert live.case(case.case_id).state == "closed"
    assert r"Choose whether the case was really finished\." in [item.value for item in app.error]

    app.radio(key=f"{scope}-finished").set_value("Yes, this is rework")
    app.button(key="reopen-step").click().run()

    assert live.case(case.case_id).state == "open"
    assert "It was really finished; this is rework. the wrong licenses" in told(app)[0]
    assert "Finished before; being reworked since" in said(app)
    assert live.run("cycle_times", now=clock.now()).num_rows == 1
    tiles = {item.label: (item.value, item.delta) for item in browse("today").metric}
    assert tiles["Open cases"] == ("1", "0 at risk, 1 in rework")
    assert {item.value for item in browse("throughput").metric if item.label == "Open now"} == {"1"}


def test_a_correction_shows_what_stood_before(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    commands.correct_step(
        live, case.case_id, 4, by=LEAD, now=clock.now(), fields={"ems_ticket": "EMS-7"}
    )

    app = browse("case", id=case.case_id)

    assert r"EMS ticket number EMS\-7 instead of A\-123" in told(app)[0]


def test_a_case_is_withdrawn_with_a_reason_and_taken_up_again(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    app = dialog(browse, case, "Withdraw the case")
    app.button(key="withdraw-case").click().run()
    assert live.case(case.case_id).state == "open"

    app.text_area(key=f"{case.case_id}-withdraw-{case.version}-reason").set_value("the firm stays")
    app.button(key="withdraw-case").click().run()
    assert live.case(case.case_id).state == "withdrawn"
    assert not [item for item in app.button if item.label.startswith("Complete step")]

    app.button(key="resume-case").click().run()
    assert live.case(case.case_id).state == "open"


def test_only_what_was_changed_is_amended(browse: Browse, live: Store):
    case = walked(live, "local", 4, contact="B. Jones")
    scope = f"{case.case_id}-amend-{case.version}"
    app = dialog(browse, case, "Edit case details")
    assert app.text_input(key=f"{scope}-contact").value == "B. Jones"

    app.text_input(key=f"{scope}-firm_id").set_value("F-9")
    app.text_area(key=f"{scope}-reason").set_value("known now")
    app.button(key="amend-case").click().run()

    assert live.history(case.case_id)[-1].data["fields"] == {"firm_id": "F-9"}


def test_a_time_and_a_field_are_corrected_together(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    scope = f"{case.case_id}-correct-{case.version}-4-completed"
    app = dialog(browse, case, "Correct a step")
    started = to_datetime(case.opened_us)
    local = on_the_wall(started + timedelta(minutes=2), live.settings.calendar.zone)

    app.text_input(key=f"{scope}-ems_ticket").set_value("EMS-8")
    app.text_input(key=f"{scope}-at").set_value(f"{local:%Y-%m-%d %H:%M}")
    app.button(key="correct-step").click().run()

    record = live.case(case.case_id).records[4]
    assert record.fields["ems_ticket"] == "EMS-8"
    assert record.completed_us is not None
    assert record.completed_us > case.opened_us


def test_a_missed_limit_is_explained_from_the_list(browse: Browse, live: Store):
    start = clock.now() - timedelta(days=20)
    opened = commands.open_case(live, "local", form("local"), by=LEAD, now=start)
    case = live.case(opened[0].stream)
    app = dialog(browse, case, "Explain the missed SLA")

    app.selectbox(key=f"{case.case_id}-explain-{case.version}-reason").select("firm answered late")
    app.button(key="explain-breach").click().run()

    assert live.history(case.case_id)[-1].data == {"reason": "firm answered late", "comment": ""}


def test_a_case_is_given_to_somebody_and_looked_at_again(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)
    leader = case.fields["team_leader"]

    app.selectbox(key=f"{case.case_id}-owner-{leader}").select(local_name())
    app.button(key="assign-case").click().run()
    tomorrow = clock.now().date() + timedelta(days=2)
    app.date_input(key=f"{case.case_id}-follow-None").set_value(tomorrow)
    app.button(key="set-follow-up").click().run()

    assert [event.kind for event in live.history(case.case_id)][-2:] == [
        "case_assigned",
        "follow_up_set",
    ]
    assert live.case(case.case_id).fields["team_leader"] == local_name()


def test_a_step_that_is_done_shows_its_record(browse: Browse, live: Store):
    case = walked(live, "virtual_office", 4)
    app = browse("case", id=case.case_id)

    app.session_state[f"picked-{case.case_id}"] = (4, case.version)
    app.run()

    assert any(item.value.startswith("Step 4:") for item in app.subheader)
    assert any("Completed **" in item.value for item in app.markdown)
    app.button(key="back-to-current").click().run()
    assert any(item.value.startswith("Step 5:") for item in app.subheader)


def test_a_note_is_kept_and_its_box_is_empty_again(browse: Browse, live: Store):
    case = walked(live, "local", 2)
    app = browse("case", id=case.case_id)

    app.text_area(key=f"{case.case_id}-note").set_value("call after noon")
    app.button(key=f"keep-note-{case.version}").click().run()

    assert live.history(case.case_id)[-1].data["text"] == "call after noon"
    assert app.text_area(key=f"{case.case_id}-note").value == ""


def test_a_viewer_is_offered_nothing_to_click(browse: Browse, live: Store):
    case = walked(live, "local", 4)
    app = browse("case", id=case.case_id)

    app.selectbox(key="act-as-role").select("Viewer").run()

    assert offered(app) == {"Keyboard"}


def test_an_unknown_case_leads_on(browse: Browse):
    app = browse("case", id="C-9999")

    assert "There is no case C\\-9999" in said(app).replace("\\\\", "\\")


# --- New case, import ------------------------------------------------------------------------


def test_a_new_case_is_refused_with_every_fault_named_and_opened_once_mended(
    browse: Browse, live: Store
):
    app = browse("new_case")
    app.text_input(key="new-contact_email").set_value("nobody")
    app.button(key="open-case-0").click().run()

    assert len(marks(app)) == 3
    assert live.count_cases() == 0

    app.text_input(key="new-firm_name").set_value(FIRM)
    app.text_input(key="new-contact_email").set_value("n@firm.example")
    app.checkbox(key="new-data_backed_up").check()
    app.button(key="open-case-0").click().run()

    assert live.case("C-0001").firm == FIRM
    assert app.query_params["id"] == "C-0001"
    assert "C\\-0001 opened" in app.success[0].value


def test_the_form_says_what_its_date_means(browse: Browse):
    app = browse("new_case")

    assert any("If submitted now, it is due" in item.value for item in app.markdown)


def test_month_end_is_announced_in_its_window_and_not_outside(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(handle, "page_now", lambda store: datetime(2026, 10, 30, 15, 0, tzinfo=UTC))
    near = browse()
    monkeypatch.setattr(handle, "page_now", lambda store: datetime(2026, 10, 14, 15, 0, tzinfo=UTC))
    far = browse()

    [banner] = [item.value for item in near.warning if "Month end" in item.value]
    assert banner == "**Month end.** There are too few month ends to tell."
    assert not far.warning


def test_the_find_box_leads_to_the_case_from_any_page(browse: Browse, live: Store):
    walked(live, "local", 3)
    app = browse("guide")

    app.text_input(key="find").set_value("quetz").run()

    found = [link.value for link in app.page_link if FIRM.split()[0] in link.value]
    assert found == [r"**Quetzalcoatl \& Daughters** C\-0001 · Local · step 4, EMS ticket"]


def test_a_tracker_is_tried_first_and_then_imported(browse: Browse, live: Store):
    sheet = """\
Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7
Granite Tax,local,,10/5/2026 9:00 AM,10/5/2026 9:30 AM,,,,,
,local,,10/5/2026 9:00 AM,,,,,,
"""
    app = browse()
    app.button(key="import-from-empty").click().run()

    app.file_uploader[0].upload("sheet.csv", sheet.encode()).run()

    assert any("1 accepted · 1 rejected" in item.value for item in app.markdown)
    assert live.count_cases() == 0

    app.button(key="import-now").click().run()

    assert not app.exception
    assert live.case("C-0001").firm == "Granite Tax"


def test_the_sample_says_that_it_is_one_and_can_be_put_aside(
    browse: Browse, live: Store, log: Path
):
    walked(live, "local", 3)
    now_us = to_us(clock.now())
    live.append([Draft("settings", 1, "sample_marked", now_us, now_us, "sample", {}, "mark")])
    app = browse()
    assert any("Sample data" in item.value for item in app.markdown)

    app.button(key="start-empty").click().run()
    app.button(key="start-empty-now").click().run()

    assert not app.exception
    assert handle.held(log).store.count_cases() == 0
    assert FIRM not in said(app)
    aside = Store.open(log.with_name(f"{log.name}.sample"), create=False)
    assert aside.count_cases() == 1
    aside.close()


def test_a_log_that_cannot_be_trusted_says_what_to_do(log: Path, live: Store, browse: Browse):
    head = log.with_name(log.name + ".head")
    handle.let_go(log)
    kept = head.read_bytes()
    head.write_bytes(b"nonsense")

    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS).run()
    head.write_bytes(kept)

    assert not app.exception
    assert "head file" in app.error[0].value
    assert [item.label for item in app.button] == ["Try again"]
