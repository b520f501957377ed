"""Who did it: the log keeps a key that nobody can choose, and names are looked up at reading."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands
from dashboard.__main__ import main
from dashboard.commands.drafting import Deed
from dashboard.errors import InputRefused, StaleCase
from dashboard.people import NAMELESS, Identity, Person, Role, is_reserved, key_of
from dashboard.settings import Colleague
from dashboard.store import Store
from dashboard.ui import sign_in, visitor
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields
from tests.test_pages import ENTRY, SECONDS, live, log, turn_to

__all__ = ["live", "log"]  # fixtures

LOGIN = "https://login.example"
EMAIL, NAME = "lena@example.com", "Lena Lindqvist"
AUTH = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "any"}


def somebody(subject: str, name: str, email: str) -> Person:
    return Person(name, Role.LEAD, identity=Identity(key_of(LOGIN, subject), name, email))


LENA = somebody("1", NAME, EMAIL)
MALLORY = somebody("2", "T. Vance", "mallory@example.com")


def act(store: Store, by: Person, now: datetime = MONDAY) -> None:
    """A note, as a page stores it."""
    if not store.count_cases():
        commands.open_case(store, "local", form("local"), by=LEAD, now=MONDAY)
    commands.add_note(store, "C-0001", "The firm called back.", by=by, now=now)
    commands.introduce(store, by=by, now=now)


def doers(store: Store) -> list[str]:
    return [event.actor for event in store.history("C-0001")]


# --- What the log keeps ----------------------------------------------------------------------


def test_the_log_knows_who_signed_in_by_a_key_alone(store: Store):
    act(store, LENA)

    kept = [row for batch in store.log.read() for row in batch.to_pylist()]
    assert [row["actor"] for row in kept] == [LEAD.name, LENA.actor, LENA.actor]
    assert all(NAME not in row["data"] and EMAIL not in row["data"] for row in kept)
    assert doers(store) == [LEAD.name, NAME]  # what was there before keeps its name


def test_the_key_is_of_issuer_and_subject_whatever_somebody_is_called():
    claims = {"iss": LOGIN, "sub": "1", "email": EMAIL, "email_verified": True}
    roles = {EMAIL: "lead", "new@example.com": "lead"}

    others = [{"name": "A"}, {"name": "Ξ"}, {"email": "new@example.com"}]
    people = [sign_in.person_of({**claims, **other}, roles) for other in others]

    assert {person.actor for person in people if person} == {key_of(LOGIN, "1")}
    assert len({key_of(*pair) for pair in [("ab", "c"), ("a", "bc"), ("", "abc")]}) == 3


def test_who_only_looks_is_not_in_the_log_and_a_new_name_is_kept_once(store: Store):
    act(store, LENA)
    act(store, LENA)
    assert store.version(LENA.actor) == 1

    married = somebody("1", "Lena Okafor", EMAIL)
    act(store, married)
    act(store, married)

    assert store.version(LENA.actor) == 2
    assert set(doers(store)[1:]) == {"Lena Okafor"}


# --- Names at reading ------------------------------------------------------------------------


def test_what_a_person_calls_himself_is_not_taken_for_another(store: Store):
    act(store, LENA)
    act(store, MALLORY)  # T. Vance is in the log already
    act(store, somebody("3", " LENA  Lindqv\u0131st", "m@example.com"))
    act(store, somebody("4", f"{NAME} ({EMAIL})", "n@example.com"))

    told = doers(store)

    assert told[2] == "T. Vance (mallory@example.com)"
    assert told[1] == f"{NAME} ({EMAIL})"
    assert told[3].endswith("(m@example.com)")
    assert told[4] == f"{NAME} ({EMAIL}) (n@example.com)"
    assert len(set(told)) == 5


def test_the_directory_says_what_somebody_is_called(store: Store):
    act(store, MALLORY)
    people = [
        Colleague("T. Vance", "vance@example.com"),
        Colleague("M. Lory", "", "Mallory@Example.com"),
    ]
    commands.change_directory(store, people, {}, by=ADMIN, now=MONDAY)

    assert doers(store)[1] == "M. Lory"
    commands.change_directory(store, people[:1], {}, by=ADMIN, now=MONDAY)
    assert doers(store)[1] == "T. Vance (mallory@example.com)"


def test_names_are_there_again_after_a_start_and_after_the_model_was_built_anew(tmp_path: Path):
    store = Store.open(tmp_path / "one")
    act(store, LENA)
    commands.change_targets(store, "local", 1, 2, by=ADMIN, now=MONDAY)
    assert doers(store)[1] == NAME
    assert store.known_at(MONDAY).history("C-0001")[1].actor == NAME
    store.backup(tmp_path / "copy")
    store.close()

    assert main(["restore", str(tmp_path / "copy"), "--db", str(tmp_path / "two")]) == 0
    for path in (tmp_path / "one", tmp_path / "two"):
        again = Store.open(path)
        assert doers(again)[1] == NAME
        again.close()


def test_figures_and_exports_show_names(store: Store, tmp_path: Path):
    act(store, LENA)
    fields = step_fields(store.case("C-0001"), 2, MONDAY)
    then, later = MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1)
    commands.complete_step(store, "C-0001", 2, fields, by=LENA, now=then)
    commands.leave_feedback(store, "Well done.", by=LENA, now=then)
    boss = replace(LENA, role=Role.ADMIN)
    commands.post_notice(store, "Closed early.", date(2026, 10, 9), by=boss, now=then)

    def column(figure: str, name: str) -> set[str]:
        return set(store.run(figure, now=later)[name].to_pylist()) - {None}

    assert NAME in column("event_log", "resource")
    assert NAME in column("log_events", "done_by") & column("log_events", "actor")
    assert NAME in column("log_people", "name")
    assert column("feedback", "actor") == column("notices", "posted_by") == {NAME}
    assert NAME in column("entries_since", "recorded_by")
    assert NAME in column("planning_turns", "person")
    assert store.run("log_events", now=later, actor=NAME).num_rows == 5
    for figure, name in (
        ("event_log", "resource"),
        ("log_events", "actor"),
        ("log_people", "name"),
    ):
        assert LENA.actor not in column(figure, name)


def test_org_resource_is_a_name_and_the_lines_of_the_log_have_the_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "log"
    store = Store.open(path)
    act(store, LENA)
    fields = step_fields(store.case("C-0001"), 2, MONDAY)
    commands.complete_step(store, "C-0001", 2, fields, by=LENA, now=MONDAY)
    store.close()
    told = {}
    for form_of in ("xes", "csv", "jsonl"):
        main(["events", "--format", form_of, "--db", str(path), "-o", str(tmp_path / form_of)])
        told[form_of] = (tmp_path / form_of).read_text("utf-8")

    assert f'key="org:resource" value="{NAME}"' in told["xes"]
    assert NAME in told["csv"]
    assert LENA.actor not in told["xes"] + told["csv"]
    lines = [json.loads(line) for line in told["jsonl"].splitlines()]
    assert LENA.actor in {line.get("actor") for line in lines}


def test_a_refusal_names_who_was_quicker(store: Store):
    act(store, LENA)
    fields = step_fields(store.case("C-0001"), 2, MONDAY)
    commands.complete_step(store, "C-0001", 2, fields, by=LENA, now=MONDAY)

    with pytest.raises(StaleCase, match=NAME):
        commands.complete_step(store, "C-0001", 2, fields, by=LEAD, now=MONDAY, version=1)


# --- Erased ----------------------------------------------------------------------------------


def test_a_person_who_is_erased_leaves_the_chain_whole_and_no_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "log"
    store = Store.open(path)
    act(store, LENA)
    act(store, MALLORY)
    before = [row for batch in store.log.read() for row in batch["hash"].to_pylist()]
    store.close()

    assert main(["erase", EMAIL, "--db", str(path)]) == 0

    store = Store.open(path)
    after = [row for batch in store.log.read() for row in batch["hash"].to_pylist()]
    assert after[: len(before)] == before
    assert store.log.verify() == store.head()
    assert doers(store)[1] == f"{NAMELESS} ({LENA.actor[7:15]})"
    assert doers(store)[2] == "T. Vance (mallory@example.com)"
    assert NAME not in store.log.kept()[1]["value"].to_pylist()
    act(store, LENA, clock.now())  # who comes back is known again
    assert doers(store)[1] == NAME
    store.close()


def test_a_name_is_gone_from_pages_that_are_open_as_soon_as_it_is_erased(store: Store):
    act(store, LENA)

    commands.erase_personal(store, LENA.actor, by=ADMIN, now=MONDAY)

    assert doers(store)[1].startswith(NAMELESS)
    assert store.run("log_people", now=MONDAY)["name"].to_pylist()[-1].startswith(NAMELESS)


# --- Names that nobody may have --------------------------------------------------------------

RESERVED = [
    "Changeover", "CHANGEOVER ", "Ｃhangeover", "Сhangеover", "Change\u200bover", "Chängeover",  # noqa: RUF001
    "Change 0ver", "cli:root", "CLI : root", "cIi:root", "person:0123", "ｐerson：0123",  # noqa: RUF001
    f"{NAMELESS} (0123)",
]  # fmt: skip


@pytest.mark.parametrize("name", RESERVED)
def test_a_name_that_changeover_keeps_for_itself_is_refused_wherever_one_can_be_chosen(name: str):
    claims = {"iss": LOGIN, "sub": "1", "email": EMAIL, "email_verified": True, "name": name}

    assert sign_in.person_of(claims, {EMAIL: "admin"}) is None
    assert "reserved for Changeover" in sign_in.why_nobody(claims, {EMAIL: "admin"})
    with pytest.raises(InputRefused, match="reserved for Changeover"):
        Deed(LEAD, MONDAY, done_by=name)


def test_the_directory_takes_no_reserved_name_either(store: Store):
    with pytest.raises(InputRefused, match="reserved for Changeover"):
        commands.change_directory(store, [Colleague("Changeover")], {}, by=ADMIN, now=MONDAY)


@pytest.mark.parametrize("name", ["Clive", "Person", "C. Hangeover", "Ann Changeover-Smith"])
def test_other_names_are_free(name: str):
    assert not is_reserved(name)


def test_in_local_mode_a_reserved_name_is_not_taken(live: Store):
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.session_state["act-as-name"] = "Changeover"
    app.run()

    assert not app.exception
    assert any("That name is reserved for Changeover" in item.value for item in app.error)
    assert app.session_state["admitted"].name == visitor.local_name()


# --- On pages --------------------------------------------------------------------------------


@pytest.fixture
def signed_in(live: Store) -> AppTest:
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.secrets["auth"], app.secrets["roles"] = AUTH, {EMAIL: "lead"}
    app.user = {
        "is_logged_in": True, "iss": LOGIN, "sub": "1", "email": EMAIL, "email_verified": True,
        "name": "T. Vance", "iat": clock.issuers_now().timestamp(),
    }  # fmt: skip
    return app


def shown(app: AppTest) -> str:
    assert not app.exception
    texts = [item.value for item in (*app.markdown, *app.caption)]
    frames = [str(item.value) for item in (*app.dataframe, *app.table)]
    return " ".join([*texts, *frames]).replace("\\", "")


def test_a_note_of_somebody_with_anothers_name_is_told_with_the_address(
    live: Store, signed_in: AppTest
):
    given = form("local", firm_name="Birch")
    commands.open_case(live, "local", given, by=LEAD, now=clock.now())
    turn_to(signed_in, "case")
    signed_in.query_params["id"] = "C-0001"
    signed_in.run()
    signed_in.text_area(key="C-0001-note").set_value("It was me.")
    [keep] = [item for item in signed_in.button if str(item.key).startswith("keep-note")]

    keep.click().run()

    assert live.log.events_of("C-0001")[-1].actor == key_of(LOGIN, "1")
    told = shown(signed_in)
    assert "T. Vance (lena@" in told.replace(":color[]", "")
    assert "person:" not in told
    assert live.named(key_of(LOGIN, "1")) == f"T. Vance ({EMAIL})"


@pytest.mark.parametrize(("entry", "firms"), [(None, set()), ("L. Lindqvist", {"Hers"})])
def test_my_cases_are_those_of_whom_the_directory_says_i_am(
    live: Store, signed_in: AppTest, entry: str | None, firms: set[str]
):
    for firm, leader in (("His", "T. Vance"), ("Hers", "L. Lindqvist")):
        given = form("local", firm_name=firm)
        case_id = commands.open_case(live, "local", given, by=LEAD, now=clock.now())[0].stream
        commands.assign_cases(live, [case_id], leader, by=LEAD, now=clock.now())
    if entry:
        people = [Colleague(entry, EMAIL)]
        commands.change_directory(live, people, {}, by=ADMIN, now=clock.now())
    signed_in.query_params["mine"] = "true"

    signed_in.run()

    told = shown(signed_in)
    assert {firm for firm in ("His", "Hers") if f"{firm} " in f"{told} " or firm in told} == firms
    assert signed_in.toggle(key="mine").disabled == (entry is None)
