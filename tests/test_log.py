"""What every kind of log promises. Another kind joins by an entry in OPENERS."""

import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.cases import Draft, Event
from dashboard.errors import CommandRefused, InputRefused, LogRefused, StaleCase
from dashboard.store.duckdb_log import DuckdbLog
from dashboard.store.log import (
    COLUMNS,
    SCHEMA,
    ZERO,
    Head,
    Log,
    canonical_json,
    chain_text,
    events_table,
    link,
)
from dashboard.store.postgres_log import PostgresLog
from tests.drafts import BEGINNING_US, KINDS, MINUTE_US, draft, rows

OpenLog = Callable[..., Log]


def open_duckdb(request: pytest.FixtureRequest) -> OpenLog:
    path = request.getfixturevalue("tmp_path") / "log.duckdb"
    return lambda known_kinds: DuckdbLog.open(path, known_kinds)


def open_postgres(request: pytest.FixtureRequest) -> OpenLog:
    database = request.getfixturevalue("database")
    return lambda known_kinds: PostgresLog.open(database, known_kinds)


OPENERS = [open_duckdb, pytest.param(open_postgres, marks=pytest.mark.system)]


@pytest.fixture(params=OPENERS)
def open_log(request: pytest.FixtureRequest) -> Iterator[OpenLog]:
    """Opens a log, the same one each time; a log must be closed before it is opened again."""
    opened: list[Log] = []
    opener = request.param(request)

    def open_one(known_kinds: frozenset[str] = KINDS) -> Log:
        opened.append(opener(known_kinds))
        return opened[-1]

    yield open_one
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: OpenLog) -> Log:
    return open_log()


# --- Bytes and chain -------------------------------------------------------------------------


def test_the_same_data_have_the_same_text_whatever_their_order():
    text = canonical_json({"step": 3, "fields": {"é": None, "b": [True, "x"]}, "a": -1})

    assert text == '{"a":-1,"fields":{"b":[true,"x"],"é":null},"step":3}'
    assert canonical_json({"a": -1, "fields": {"b": (True, "x"), "é": None}, "step": 3}) == text


@pytest.mark.parametrize(
    "value",
    [
        1.0, float("nan"), b"bytes", {1, 2}, object(), {1: "x"}, {"a": [{"b": 2.5}]},
        2**63, -(2**63), "a\0b", "\ud800", {"a\0": 1}, ["\udfff"],
    ],
)  # fmt: skip
def test_a_value_that_not_every_reader_takes_alike_is_refused(value):
    with pytest.raises(InputRefused):
        canonical_json({"value": value})


def test_the_chain_text_gives_each_column_with_its_length_in_bytes():
    assert chain_text([12, "C-1", "é🙂", ""]) == "2:123:C-16:é🙂0:"


def test_the_chain_is_what_it_was_when_the_first_log_was_written():
    # Computed with printf and sha256sum. If this changes, no log written before opens any more.
    columns = [1, "C-0001", 1, "note_added", 5, 7, "T. Vance", '{"text":"é"}', "id", 0]

    first = link(ZERO, columns)

    assert first == "8ed65b88739ec9acc797d9b77db18d03aa27608e02846ace0746fa884e456bf3"
    assert (
        link(first, columns) == "f131ad481156673516fd514e6c9f55d8310fec59c81bfd18ddd83fe12bbd7f7b"
    )


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**63, 2**63 - 1) | texts,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(texts, parts, max_size=3),
    max_leaves=8,
)


@given(actor=texts, data=st.dictionaries(texts, values, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_and_sql_compute_the_same_chain(log, actor, data):
    version = log.head().position + 1

    [event] = log.append([draft(version=version, actor=actor, data=data)])

    assert log.verify() == Head(event.position, event.hash)
    assert event.fields() == data
    assert rows(log)[-1]["data"] == canonical_json(data)


def test_writing_that_runs_right_to_left_emoji_and_quotes_come_back_as_they_were(log):
    names = [
        "שלום עולם",
        "مرحبا",
        "👩‍👩‍👧‍👦 🇳🇴",
        "O'Brien; DROP TABLE events --",
        '"quoted"\\',
        "e\u0301",
        "\u200f",
    ]

    log.append([draft(name, 1, actor=name, data={name: name}) for name in names])

    assert [row["actor"] for row in rows(log)] == names
    assert [log.events_of(name)[0].fields() for name in names] == [{name: name} for name in names]
    assert log.verify().position == len(names)


# --- Append and read -------------------------------------------------------------------------


def test_a_new_log_is_empty(log):
    assert log.head() == Head.empty() == Head(0, ZERO)
    assert log.last_recorded_us() == 0
    assert rows(log) == []
    assert log.verify() == Head.empty()


def test_events_follow_one_another_without_gaps(log):
    first = log.append([draft("C-0001", 1), draft("C-0002", 1)])
    second = log.append([draft("C-0001", 2)])

    assert [event.position for event in first + second] == [1, 2, 3]
    assert log.head() == Head(3, second[0].hash)
    assert second[0].hash == link(first[1].hash, [getattr(second[0], name) for name in COLUMNS])
    assert [Event(**row) for row in rows(log)] == first + second


def test_what_is_read_has_the_columns_of_an_event_in_their_order(log):
    events = log.append([draft(version=version) for version in (1, 2, 3)])

    [batch] = log.read()

    assert batch.schema.equals(SCHEMA)
    assert batch.equals(events_table(events))


def test_a_log_opened_again_goes_on_where_it_ended(open_log):
    log = open_log()
    stored = log.append([draft(version=1), draft(version=2)])
    log.close()

    log = open_log()
    [third] = log.append([draft(version=3)])

    assert third.position == 3
    assert [Event(**row) for row in rows(log)] == [*stored, third]
    assert log.last_recorded_us() == BEGINNING_US


def test_reading_begins_after_a_position(log):
    log.append([draft(version=version) for version in range(1, 6)])

    assert [row["position"] for row in rows(log, after=3)] == [4, 5]
    assert rows(log, after=5) == rows(log, after=9) == []


def test_what_was_known_is_the_longest_prefix_recorded_until_then(log):
    for version in range(1, 6):
        recorded_us = BEGINNING_US + version * MINUTE_US
        log.append([draft(version=version, recorded_us=recorded_us)])

    def known(at_us: int, after: int = 0) -> list[int]:
        return [row["position"] for row in rows(log, after, BEGINNING_US + at_us)]

    assert known(0) == []
    assert known(3 * MINUTE_US - 1) == [1, 2]
    assert known(3 * MINUTE_US) == [1, 2, 3]
    assert known(3 * MINUTE_US, after=1) == [2, 3]
    assert known(99 * MINUTE_US) == [1, 2, 3, 4, 5]


def test_a_stream_is_read_by_version(log):
    log.append([draft("C-0001", 1), draft("C-0002", 1), draft("C-0001", 2)])

    assert [event.position for event in log.events_of("C-0001")] == [1, 3]
    assert log.events_of("C-0009") == []


def test_nothing_to_append_is_nothing_appended(log):
    assert log.append([]) == []
    assert log.head() == Head.empty()


def test_a_large_append_lands_in_order(log):
    many = [
        draft(
            f"C-{number // 9:05d}",
            number % 9 + 1,
            occurred_us=BEGINNING_US,
            recorded_us=BEGINNING_US + number,
            personal={f"ref-{number}": "x"} if number % 9 == 0 else {},
        )
        for number in range(20_007)
    ]

    events = log.append(many)

    assert [event.position for event in events] == list(range(1, 20_008))
    assert [row["recorded_us"] for row in rows(log)] == [one.recorded_us for one in many]
    assert len(log.personal([f"ref-{number}" for number in range(20_007)])) == 2_223
    assert log.verify() == Head(20_007, events[-1].hash)


# --- Stored once -----------------------------------------------------------------------------


def test_the_same_command_twice_is_stored_once(log):
    drafts = [draft(version=1, command_id="A"), draft(version=2, command_id="A", ordinal=1)]
    first = log.append(drafts)
    later = [
        draft(version=version, command_id="A", ordinal=version - 1, recorded_us=BEGINNING_US + 9)
        for version in (1, 2)
    ]

    assert log.append(drafts) == log.append(later) == log.stored("A") == first
    assert log.head().position == 2


def test_a_command_given_again_under_another_version_is_not_stored_again(log):
    first = log.append([draft(version=1, command_id="A")])

    assert log.append([draft(version=2, command_id="A")]) == first
    assert log.head().position == 1


def test_a_command_given_again_after_the_clock_was_set_back_is_still_the_same(log):
    first = log.append([draft(version=1, command_id="A")])
    early_us = BEGINNING_US - 60 * MINUTE_US

    again = log.append([draft(command_id="A", occurred_us=early_us, recorded_us=early_us)])

    assert again == first


def test_of_a_command_stored_in_part_the_rest_is_stored(log):
    [first] = log.append([draft(version=1, command_id="A")])

    events = log.append(
        [draft(version=1, command_id="A"), draft(version=2, command_id="A", ordinal=1)]
    )

    assert events[0] == first
    assert [event.position for event in events] == [1, 2]
    assert log.verify().position == 2


def test_a_draft_twice_in_one_append_is_stored_once(log):
    events = log.append([draft(command_id="A"), draft(command_id="A")])

    assert events[0] == events[1]
    assert log.head().position == 1


def test_a_command_never_carried_out_has_no_events(log):
    assert log.stored("A") == []


# --- Refused without a trace -----------------------------------------------------------------


def test_a_version_that_is_taken_is_stale_and_says_who_took_it(log):
    log.append([draft(version=1, actor="R. Castellano")])

    with pytest.raises(StaleCase) as refused:
        log.append([draft(version=1, command_id="mine")])

    assert refused.value.case_id == "C-0001"
    assert refused.value.version == 1
    assert refused.value.moved_by == "R. Castellano"
    assert log.head().position == 1


def test_a_version_ahead_of_the_next_is_stale(log):
    with pytest.raises(StaleCase) as refused:
        log.append([draft(version=2)])

    assert refused.value.moved_by is None
    assert log.head() == Head.empty()


def test_one_stale_draft_refuses_all_that_come_with_it(log):
    log.append([draft("C-0001", 1)])
    before = rows(log)

    with pytest.raises(StaleCase):
        log.append(
            [draft("C-0002", 1, personal={"ref": "x"}), draft("C-0001", 1, command_id="mine")]
        )

    assert rows(log) == before
    assert log.personal(["ref"]) == {}
    assert log.append([draft("C-0002", 1)])[0].position == 2


def test_a_clock_a_little_behind_takes_the_last_instant(log):
    log.append([draft(version=1)])

    [event] = log.append(
        [
            draft(
                version=2,
                occurred_us=BEGINNING_US - 9 * MINUTE_US,
                recorded_us=BEGINNING_US - 5 * MINUTE_US + 1,
            )
        ]
    )

    assert event.recorded_us == BEGINNING_US
    assert event.occurred_us == BEGINNING_US - 9 * MINUTE_US
    assert log.last_recorded_us() == BEGINNING_US


def test_a_clock_set_back_is_refused(log):
    log.append([draft(version=1)])

    with pytest.raises(CommandRefused, match="entries must be in order"):
        log.append([draft(version=2, occurred_us=0, recorded_us=BEGINNING_US - 5 * MINUTE_US)])

    assert log.head().position == 1


def test_what_is_yet_to_happen_is_refused(log):
    with pytest.raises(CommandRefused, match="before it happened"):
        log.append([draft(occurred_us=BEGINNING_US + 1)])

    assert log.head() == Head.empty()


@pytest.mark.parametrize(
    "unfit",
    [
        {"actor": "a\0b"},
        {"command_id": "\ud800"},
        {"data": {"share": 0.5}},
        {"personal": {"ref": "\udc00"}},
        {"personal": {"r\0": "x"}},
    ],
)
def test_what_cannot_be_stored_is_refused_and_leaves_no_trace(log, unfit):
    with pytest.raises(InputRefused):
        log.append([draft("C-0001"), draft("C-0002", **unfit)])

    assert log.head() == Head.empty()
    assert log.append([draft("C-0001")])[0].position == 1


def test_a_kind_that_is_not_known_is_refused_as_newer(open_log):
    log = open_log()
    log.append([draft(version=1), draft(version=2, kind="case_opened")])
    log.close()

    with pytest.raises(LogRefused, match=r"newer version .* case_opened"):
        open_log(frozenset({"note_added"}))

    assert open_log().head().position == 2


def test_a_kind_that_would_keep_the_log_from_opening_again_is_a_fault(open_log):
    log = open_log(frozenset({"note_added"}))

    with pytest.raises(ValueError, match="case_opened"):
        log.append([draft(), draft(version=2, kind="case_opened")])

    assert log.head() == Head.empty()


def test_a_closed_log_answers_nothing(log):
    log.append([draft(version=1)])
    log.close()
    log.close()

    for ask in (
        lambda: log.append([draft(version=2)]),
        lambda: rows(log),
        lambda: log.stored("A"),
        lambda: log.erase(["A"]),
        log.verify,
    ):
        with pytest.raises(LogRefused, match="closed"):
            ask()


# --- Personal values -------------------------------------------------------------------------


def test_personal_values_stand_beside_the_log_and_can_be_erased(open_log):
    log = open_log()
    log.append([draft(data={"email": "r1"}, personal={"r1": "ana@example.org", "r2": "O'Hara"})])

    assert log.personal(["r1", "r2", "r3"]) == {"r1": "ana@example.org", "r2": "O'Hara"}
    assert log.personal([]) == {}
    assert "ana@example.org" not in str(rows(log))

    assert log.erase(["r1", "r3"]) == 1
    assert log.erase(["r1"]) == log.erase([]) == 0
    log.close()
    log = open_log()

    assert log.personal(["r1", "r2"]) == {"r2": "O'Hara"}
    assert log.events_of("C-0001")[0].fields() == {"email": "r1"}
    assert log.verify().position == 1


def test_a_command_given_again_does_not_bring_back_what_was_erased(log):
    once = draft(data={"email": "r1"}, personal={"r1": "ana@example.org"})
    log.append([once])
    log.erase(["r1"])

    log.append([once])

    assert log.personal(["r1"]) == {}


# --- Copies --------------------------------------------------------------------------------


def drafts_of(events: list[Event]) -> list[Draft]:
    return [
        Draft(
            event.stream, event.version, event.kind, event.occurred_us, event.recorded_us,
            event.actor, event.fields(), event.command_id, event.ordinal,
        )
        for event in events
    ]  # fmt: skip


def test_events_written_into_another_log_make_the_same_chain(open_log, tmp_path):
    log = open_log()
    log.append([draft(version=1, data={"b": 1, "a": ["é", None]}), draft(version=2)])
    log.append([draft(version=3, recorded_us=BEGINNING_US + MINUTE_US)])
    copied = log.events_of("C-0001")
    head = log.head()

    other = DuckdbLog.open(tmp_path / "copy.duckdb", KINDS)
    other.append(drafts_of(copied))

    assert other.head() == head
    other.close()


# --- Threads ---------------------------------------------------------------------------------


def test_many_threads_write_and_read_one_order(log):
    wrong: list[object] = []

    def write(number: int) -> None:
        for version in range(1, 16):
            [event] = log.append(
                [draft(f"C-{number}", version, personal={f"{number}-{version}": "x"})]
            )
            if log.stored(f"C-{number}/{version}") != [event]:
                wrong.append(event)

    def read() -> None:
        while len(seen := rows(log)) < 60:
            if [row["position"] for row in seen] != list(range(1, len(seen) + 1)):
                wrong.append(seen)

    in_threads([lambda number=number: write(number) for number in range(4)] + [read, read])

    assert wrong == []
    assert log.verify().position == 60
    assert (
        len(log.personal([f"{one}-{version}" for one in range(4) for version in range(16)])) == 60
    )


def test_of_two_who_take_one_version_exactly_one_gets_it(log):
    stale: list[StaleCase] = []

    def race(who: str) -> None:
        for version in range(1, 21):
            try:
                log.append([draft(version=version, actor=who, command_id=f"{who}{version}")])
            except StaleCase as refused:
                stale.append(refused)

    in_threads([lambda: race("ana"), lambda: race("ben")])

    assert [event.version for event in log.events_of("C-0001")] == list(range(1, 21))
    assert len(stale) == 20
    assert log.verify() == log.head()


def in_threads(tasks: list[Callable[[], None]]) -> None:
    failed: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
