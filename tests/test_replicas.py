"""Several servers over one log: what one writes the others show, and nothing is done twice."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from dashboard import clock, commands, reports
from dashboard.__main__ import main
from dashboard.addresses import Database
from dashboard.errors import FieldsRefused, LogRefused, StaleCase
from dashboard.instants import to_us
from dashboard.locales import read_by
from dashboard.messages.daily import send_digests
from dashboard.messages.run import Run
from dashboard.messages.sending import send_waiting
from dashboard.people import Identity, key_of
from dashboard.store import Store, replica
from dashboard.store.check import drifted
from dashboard.store.drafts import Typed
from dashboard.store.replica import Replica
from dashboard.ui import handle
from tests.builders import ADMIN, LEAD, MONDAY, form, step_fields
from tests.department import Department
from tests.histories import History, new_york
from tests.post_office import PostOffice, post_office
from tests.postgres import Server
from tests.replicas import level, replicas, tables_of, until
from tests.test_forecasts_stored import said, store_one

pytestmark = pytest.mark.system
CONTACT = "P. Whitcomb, 555-0100"
NEVER = 3600.0  # seconds
LENA = "lena@example.com"


@pytest.fixture
def two(database: Database) -> Iterator[list[Replica]]:
    with replicas(database) as opened:
        yield opened


@pytest.fixture
def deaf(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Replica]]:
    """Two that do not look by themselves: each learns of the other only when it must."""
    monkeypatch.setattr(replica, "POLL_SECONDS", NEVER)
    with replicas(database) as opened:
        for one in opened:
            until(lambda one=one: one._worker.is_alive and one.behind() == "")
        yield opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


# What the same person says at the same microsecond is one command: no two are said at one.
CLICKS = count(1)


def clicked() -> datetime:
    return MONDAY + timedelta(microseconds=next(CLICKS))


def opened(store: Store, path: str = "local", **more: object) -> str:
    return commands.open_case(store, path, form(path, **more), by=LEAD, now=clicked())[0].stream


def complete(store: Store, case_id: str, step: int, version: int | None = None) -> None:
    now = clicked()
    fields = step_fields(store.case(case_id), step, now)
    commands.complete_step(store, case_id, step, fields, by=LEAD, now=now, version=version)


# --- Seen ------------------------------------------------------------------------------------


def test_what_is_done_on_one_shows_on_the_other_and_at_once_on_its_own(two: list[Replica]):
    one, other = two

    case_id = opened(one)
    complete(one, case_id, 2)

    assert one.case(case_id).current_step == 3
    level(other)
    assert other.case(case_id) == one.case(case_id)
    assert other.head() == one.head() == one.log.head()


def test_both_models_are_equal_table_by_table_after_a_change_of_hours_too(two: list[Replica]):
    one, other = two
    for number in range(4):
        case_id = opened(two[number % 2])
        level(*two)
        complete(two[(number + 1) % 2], case_id, 2)
    calendar = one.settings.calendar
    hours = dict.fromkeys(range(5), (("06:00", "18:00"),))
    commands.change_calendar(
        one,
        type(calendar)(calendar.zone, hours, {}),
        day_minutes=720,
        by=ADMIN,
        now=MONDAY + timedelta(hours=1),
    )
    level(*two)

    assert other.settings == one.settings
    assert tables_of(other) == tables_of(one)
    assert drifted(one) == drifted(other) == []


def test_a_replica_that_starts_anew_shows_what_the_others_do(
    two: list[Replica], database: Database
):
    for number in range(6):
        opened(two[number % 2])
    level(*two)

    with replicas(database, 1) as [third]:
        assert tables_of(third) == tables_of(two[0]) == tables_of(two[1])


def test_sessions_that_are_ended_on_one_are_over_on_the_other_within_five_seconds(
    two: list[Replica],
):
    one, other = two

    commands.end_sessions(one, LENA, "her mark", by=ADMIN, now=MONDAY, before=MONDAY)

    ended = {"her mark": to_us(MONDAY)}
    assert one.settings.sessions_ended == ended
    assert until(lambda: other.settings.sessions_ended == ended) < 5
    assert other.behind() == ""


def test_what_somebody_is_called_and_that_it_was_erased_shows_on_both(two: list[Replica]):
    one, other = two
    lena = replace(LEAD, identity=Identity(key_of("https://login", "1"), "Lena", LENA))
    case_id = commands.open_case(one, "local", form("local"), by=lena, now=MONDAY)[0].stream
    commands.introduce(one, by=lena, now=MONDAY)
    level(*two)
    assert [store.case(case_id).records[1].actor for store in two] == ["Lena"] * 2

    commands.erase_personal(other, lena.actor, by=ADMIN, now=MONDAY)
    level(*two)

    for store in two:
        assert store.case(case_id).records[1].actor.startswith("a person whose name was erased")
    assert tables_of(one) == tables_of(other)


# --- Both at once ----------------------------------------------------------------------------


def test_a_case_that_was_moved_on_the_other_is_stale_and_says_by_whom(deaf: list[Replica]):
    one, other = deaf
    case_id = opened(one)
    other.follow()
    shown = other.case(case_id).edited_version
    complete(one, case_id, 2)
    assert other.case(case_id).current_step == 2  # it has not heard of it yet

    with pytest.raises(StaleCase, match=r"T\. Vance changed case C-0001 while you were working"):
        complete(other, case_id, 2, shown)

    assert other.case(case_id) == one.case(case_id)


def test_two_that_open_a_case_at_once_give_it_two_ids(deaf: list[Replica]):
    ids = [opened(store) for _ in range(3) for store in deaf]

    assert ids == [f"C-{number:04d}" for number in range(1, 7)]


def test_of_two_that_book_the_last_appointment_at_once_one_is_refused(deaf: list[Replica]):
    commands.change_planning(deaf[0], by=ADMIN, now=MONDAY, appointments_at_once=1)
    histories = [
        History("virtual_office", desk=store, firm_name=f"Firm {number}")
        for number, store in enumerate(deaf)
    ]
    for store, history in zip(deaf, histories, strict=True):
        store.follow()
        for step in (2, 3):
            history.complete(step)
    start = Barrier(2)

    def book(history: History) -> bool:
        start.wait()
        try:
            with read_by(deaf[0].settings.reader(MONDAY)):  # as each server does
                history.complete(4, appointment=new_york(6, "10:00"))
        except FieldsRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(book, histories)) == [False, True]


def test_a_report_issued_on_each_at_once_has_a_reference_of_its_own_and_a_past_that_stays(
    two: list[Replica],
):
    opened(two[0])
    level(*two)
    as_of = MONDAY + timedelta(seconds=1)

    def issue(number: int) -> str:
        asked = reports.Asked(reports.read_period("2026-10"), as_of)
        now = as_of + timedelta(minutes=number)
        return reports.issue(two[number % 2], asked, by=LEAD, now=now).reference

    with ThreadPoolExecutor(4) as threads:
        references = list(threads.map(issue, range(8)))

    assert sorted(references) == [f"R-2026-10-{number:04d}" for number in range(1, 9)]


def test_a_forecast_that_both_would_store_is_stored_once(deaf: list[Replica]):
    case_id = opened(deaf[0])
    deaf[1].follow()

    stored = [store_one(store, said(case_id, [600] * 19), MONDAY, command_id="today")
              for store in deaf]  # fmt: skip

    assert stored[0] == stored[1]
    deaf[1].follow()
    assert deaf[1].version("forecasts") == 1


def test_nothing_is_sent_twice_though_both_empty_the_outbox(two: list[Replica], office: PostOffice):
    department = Department(two[0])
    cases = [department.wait(hours=1).one_waits() for _ in range(8)]
    level(*two)
    office.moods["DOT"] = ["delay"] * 4
    start = Barrier(2)

    def send(store: Replica) -> int:
        start.wait()
        run = Run(ADMIN, lambda: department.now, lambda seconds: None, f"of {id(store)}")
        return send_waiting(store, office.server(), run).sent

    with ThreadPoolExecutor(2) as threads:
        sent = list(threads.map(send, two))

    assert Counter(str(mail["Message-ID"]) for mail in office.mails).most_common(1)[0][1] == 1
    assert len(office.mails) == sum(sent) == 8
    level(*two)
    for store in two:
        states = [store.case(case_id).letters.values() for case_id in cases]
        assert {letter.state for own in states for letter in own if letter.waits} == set()


def test_the_digest_goes_once_though_both_send_it(two: list[Replica], office: PostOffice):
    department = Department(two[0])
    department.one_waits()
    department.now = new_york(6, "10:00")
    level(*two)
    start = Barrier(2)

    def send(store: Replica) -> int:
        start.wait()
        run = Run(ADMIN, lambda: department.now, lambda seconds: None, f"of {id(store)}")
        return send_digests(store, office.server(), run).sent

    with ThreadPoolExecutor(2) as threads:
        sent = sum(threads.map(send, two))

    to = Counter(str(mail["To"]) for mail in office.mails)
    assert sent == len(office.mails) > 0
    assert set(to.values()) == {1}


# --- The database is away --------------------------------------------------------------------


def test_while_the_database_is_away_what_was_read_stays_readable_and_it_goes_on_by_itself(
    two: list[Replica], postgres_server: Server
):
    one, other = two
    case_id = opened(one, contact=CONTACT)
    ref = one.case(case_id).fields["contact"]["ref"]
    unread = opened(one, contact=CONTACT)
    level(*two)
    assert one.personal([ref, "none"]) == {ref: CONTACT}

    postgres_server.stop()
    until(lambda: all(store.trouble() and store.behind() for store in two))

    assert one.trouble().startswith("The log’s database is not responding.")
    assert "work continues automatically" in one.trouble()
    assert "seconds behind" in one.behind()
    assert one.case(case_id).current_step == 2
    assert one.personal([ref, "none"]) == {ref: CONTACT}
    with pytest.raises(LogRefused):
        one.personal([one.case(unread).fields["contact"]["ref"]])
    with pytest.raises(LogRefused, match="Make sure the database is running"):
        complete(one, case_id, 2)
    postgres_server.start()
    until(lambda: not any(store.trouble() or store.behind() for store in two))
    complete(one, case_id, 2)
    level(other)
    assert other.case(case_id).current_step == 3


def test_what_was_erased_on_the_other_is_not_shown_while_the_database_is_away(
    two: list[Replica], postgres_server: Server
):
    one, other = two
    case_id = opened(one, contact=CONTACT)
    level(*two)
    ref = one.case(case_id).fields["contact"]["ref"]
    assert one.personal([ref]) == {ref: CONTACT}

    commands.erase_personal(other, case_id, by=ADMIN, now=MONDAY)
    level(*two)
    postgres_server.stop()
    until(one.trouble)

    with pytest.raises(LogRefused):
        one.personal([ref])
    postgres_server.start()
    until(lambda: not one.trouble())
    assert one.personal([ref]) == {}


def test_connections_that_are_cut_again_and_again_are_made_again(
    two: list[Replica], postgres_server: Server
):
    ids: list[str] = []
    for number in range(12):
        postgres_server.hang_up()
        ids.append(opened(two[number % 2]))

    level(*two)

    assert len(set(ids)) == 12
    assert tables_of(two[0]) == tables_of(two[1])


# --- Not the same log any more ---------------------------------------------------------------


def change(database: Database, *statements: str) -> None:
    with psycopg.connect(database.url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize("further", [0, 2])
def test_a_log_put_back_to_an_older_state_is_seen(
    two: list[Replica], database: Database, further: int
):
    for _ in range(3):
        opened(two[0])
    level(*two)
    change(
        database,
        "DELETE FROM events WHERE position > 2",
        "UPDATE head SET position = 2, hash = (SELECT hash FROM events WHERE position = 2)",
    )
    with suppress(LogRefused), replicas(database, 1) as [third]:
        for _ in range(further):
            opened(third, firm_name="Another firm")

    for store in two:
        until(lambda store=store: "rolled back to an older state" in store.trouble())
        with pytest.raises(LogRefused, match="older state"):
            opened(store)


def test_what_a_newer_version_wrote_is_not_shown_as_something_else(
    two: list[Replica], database: Database
):
    opened(two[0])
    level(*two)
    change(
        database,
        "INSERT INTO events SELECT 2, 'x', 1, 'case_merged', 0, recorded_us, 'x', '{}', 'x', 0, "
        "'x' FROM head",
        "UPDATE head SET position = 2, hash = 'x'",
    )

    for store in two:
        until(store.trouble)
        assert store.position == 1
        assert "damaged" in store.trouble() or "newer version" in store.trouble()


def test_a_store_that_is_closed_leaves_no_thread_and_no_connection(
    database: Database, postgres_server: Server
):
    with replicas(database) as pair:
        workers = [store._worker for store in pair]

    assert not any(worker.is_alive for worker in workers)
    until(lambda: postgres_server.hang_up() == 0)


# --- The server and the command line ---------------------------------------------------------


def test_a_server_over_a_database_puts_no_sample_aside(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CHANGEOVER_LOG", database.url)
    held = handle.held(handle.log_place())

    try:
        assert handle.store() is held.store
        assert isinstance(held.store, Replica)
        with pytest.raises(LogRefused, match="is a database, which cannot be renamed"):
            handle.start_empty()
    finally:
        handle.let_go(handle.log_place())


def test_what_somebody_was_typing_is_at_whichever_server_answers_next(
    two: list[Replica], database: Database
):
    one, other = two
    at = clock.now()
    typed = Typed('{"-note": "It rang\\u0000 twice"}', ("C-0001",), to_us(at))

    one.drafts.keep("ana", "C-0001-4", typed, at)
    one.drafts.keep("ana", "C-0002-4", typed._replace(about=("C-0002",)), at)

    assert json.loads(other.drafts.of("ana", at)["C-0001-4"].text) == {"-note": "It rang\0 twice"}
    assert other.drafts.of("ben", at) == {}
    assert other.drafts.erase("C-0001") == 1
    assert list(one.drafts.of("ana", at)) == ["C-0002-4"]
    other.drafts.drop("ana", "C-0002-4")
    assert one.drafts.of("ana", at) == {}
    one.drafts.keep("ana", "C-0001-4", typed._replace(kept_us=to_us(at - timedelta(8))), at)
    assert other.drafts.of("ana", at) == {}


def test_a_database_that_earlier_versions_made_gets_its_table_of_drafts(database: Database):
    Replica.over(database).close()
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute("DROP TABLE drafts")
    at = clock.now()

    with closing(Replica.over(database)) as store:
        store.drafts.keep("ana", "here", Typed("{}", (), to_us(at)), at)

    with closing(Replica.over(database)) as store:
        assert list(store.drafts.of("ana", at)) == ["here"]


def test_verbs_work_beside_the_servers_which_show_what_they_did(
    two: list[Replica], database: Database, capsys: pytest.CaptureFixture[str]
):
    case_id = opened(two[0], contact=CONTACT)

    verbs = (["ready"], ["verify"], ["erase", case_id], ["verify", "--accept"])
    codes = [main([*words, "--db", database.url]) for words in verbs]

    out = capsys.readouterr().out
    assert codes == [0, 0, 0, 0]
    assert f"Ready: the pages show all 1 events of {database}." in out
    level(*two)
    assert [store.version("erasures") for store in two] == [1, 1]
    ref = two[1].case(case_id).fields["contact"]["ref"]
    assert two[1].personal([ref]) == {}
