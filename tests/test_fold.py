"""The SQL that folds all cases and the Python that folds one say the same."""

import math
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashboard.cases import Case, Event, Turn, fold, standing, turns
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings
from dashboard.store.log import events_table
from dashboard.store.model import Model
from tests.builders import SETTINGS, Walk, bulk, events_of
from tests.drawn import SEEDS, drawn_settings, morning_of
from tests.examples import costly, dearest

Said = list[list[tuple[Any, ...]]]
DEPARTMENTS = st.builds(drawn_settings, SEEDS)


def walked(settings: Settings, seed: int, acts: int, cases: int = 4) -> list[Event]:
    """The log of a random department."""
    desk = bulk(settings)
    walk = Walk(desk, seed, cases, start=morning_of(settings))
    walk.answers = (None, True, True, False)
    walk.run(acts)
    return events_of(desk.drafts)


def folded(events: Sequence[Event]) -> list[Case]:
    """Every case of the log, folded in Python, by id."""
    by_case: dict[str, list[Event]] = {}
    for event in events:
        by_case.setdefault(event.stream, []).append(event)
    return [fold(case_id, by_case[case_id]) for case_id in sorted(by_case)]


def requested_us(case: Case, events: Sequence[Event], settings: Settings) -> int | None:
    """00:00 of the requested date on the wall; an emptied request ended when it was emptied."""
    held, zone = None, ZoneInfo(settings.calendar.zone)
    for event in events:
        if event.stream == case.case_id:
            fields = event.fields().get("fields", {})
            if "requested_date" in fields:
                day = fields["requested_date"]
                held = event.occurred_us
                if day:
                    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)
                    held = to_us(midnight)
    return held


def model_of(settings: Settings, events: Sequence[Event], sizes: Sequence[int] = ()) -> Model:
    """A model of the log, taken in at once or in batches of those sizes."""
    model, rest = Model(settings), list(events)
    for size in sizes:
        if rest[:size]:
            model.apply([events_table(rest[:size])])
        rest = rest[size:]
    if rest:
        model.apply([events_table(rest)])
    return model


def said_by_sql(model: Model) -> Said:
    cases = model.sql(
        "SELECT case_id, version, workflow, state, current_step, opened_at, closed_at, firm, "
        "is_reopened FROM cases ORDER BY case_id"
    )
    ledger = model.sql(
        "SELECT case_id, turns.version, step, party, began_at, ended_at, is_withdrawn FROM turns "
        "INNER JOIN cases ON turns.case_no = cases.case_no "
        "ORDER BY case_id, began_at, turns.version, "
        "ended_at NULLS LAST"
    )
    steps = model.sql(
        "SELECT case_id, step, current_at, started_at, completed_at, actor, done_by FROM steps "
        "INNER JOIN cases ON steps.case_no = cases.case_no ORDER BY case_id, step"
    )
    return [[tuple(row.values()) for row in table.to_pylist()] for table in (cases, ledger, steps)]


def at(us: int | None) -> datetime | None:
    return None if us is None else to_datetime(us)


def first_life(case_id: str, events: Sequence[Event], since: float) -> Case:
    """The case as it was closed first, with what was corrected of that later on."""
    own = standing([event for event in events if event.stream == case_id])
    return fold(case_id, [e for e in own if e.version < since or e.kind == "step_corrected"])


def said_by_python(events: Sequence[Event], settings: Settings = SETTINGS) -> Said:
    cases: list[tuple[Any, ...]] = []
    ledger: list[tuple[Any, ...]] = []
    steps: list[tuple[Any, ...]] = []
    for now in folded(events):
        since = now.finished_version or math.inf  # from there on it is done again
        case = first_life(now.case_id, events, since)
        cases.append((
            case.case_id, now.version, case.workflow_key, case.state, case.current_step,
            at(case.opened_us), at(case.closed_us), now.firm, now.reopened,
        ))  # fmt: skip
        ledger += [
            (case.case_id, turn.version, turn.step, str(turn.party), at(turn.began_us),
             at(turn.ended_us), turn.is_withdrawn)
            for turn in turns(now, requested_us(now, events, settings))
            if turn.version < since
        ]  # fmt: skip
        steps += [
            (case.case_id, record.number, at(record.current_us), at(record.started_us),
             at(record.completed_us), record.actor or None, record.done_by)
            for record in case.records.values()
        ]  # fmt: skip
    return [cases, ledger, sorted(steps, key=lambda row: row[:2])]


@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 120))
def test_the_sql_fold_and_the_python_fold_agree(settings: Settings, seed: int, acts: int) -> None:
    events = walked(settings, seed, acts)

    assert said_by_sql(model_of(settings, events)) == said_by_python(events, settings)


@costly
@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 60))
def test_a_model_kept_up_in_batches_equals_one_built_at_once(
    settings: Settings, seed: int, acts: int
) -> None:
    events = walked(settings, seed, acts)
    chance = random.Random(seed)
    sizes = [chance.choice([1, 1, 1, 2, 7]) for _ in events]

    assert said_by_sql(model_of(settings, events, sizes)) == said_by_sql(model_of(settings, events))


@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(2, 90))
def test_turns_of_a_closed_case_add_up_to_its_time_exactly(
    settings: Settings, seed: int, acts: int
) -> None:
    for case in folded(walked(settings, seed, acts)):
        if case.closed_us is not None:
            spent = sum((turn.ended_us or 0) - turn.began_us for turn in turns(case))

            assert spent == case.closed_us - case.opened_us


@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(2, 120))
def test_turns_follow_one_another_without_gap_or_overlap(
    settings: Settings, seed: int, acts: int
) -> None:
    events = walked(settings, seed, acts)
    for case in folded(events):
        ledger = turns(case, requested_us(case, events, settings))

        # from a closing to a reopening of what was really finished it is nobody's turn
        rests = {
            (closed.at_us, reopened.at_us)
            for closed, reopened in pairwise(case.moves)
            if reopened.finished
        }
        edges = {(one.ended_us, other.began_us) for one, other in pairwise(ledger)}
        assert {edge for edge in edges if edge[0] != edge[1]} <= rests
        assert all(isinstance(turn, Turn) for turn in ledger)


@dearest
@given(DEPARTMENTS)
def test_positions_beside_instants_are_the_calendars_own(settings: Settings) -> None:
    model = model_of(settings, walked(settings, 7, 200, cases=12))
    rows = model.sql(
        "SELECT epoch_us(began_at) AS us, began_pos AS pos FROM turns UNION ALL "
        "SELECT epoch_us(ended_at), ended_pos FROM turns WHERE ended_at IS NOT NULL UNION ALL "
        "SELECT epoch_us(completed_at), completed_pos FROM steps WHERE completed_at IS NOT NULL "
        "UNION ALL SELECT epoch_us(current_at), current_pos FROM steps UNION ALL "
        "SELECT epoch_us(opened_at), opened_pos FROM cases"
    )

    want = settings.calendar.position(rows["us"].to_numpy())

    assert rows.num_rows > 100
    assert want.tolist() == rows["pos"].to_pylist()


def test_limits_lie_two_and_three_business_days_after_submission() -> None:
    model = model_of(SETTINGS, walked(SETTINGS, 11, 150, cases=30))

    for row in model.sql("SELECT opened_at, target_at, limit_at FROM cases").to_pylist():
        opened = row["opened_at"].astimezone(UTC)
        assert row["target_at"] == SETTINGS.calendar.add(opened, timedelta(hours=18))
        assert row["limit_at"] == SETTINGS.calendar.add(opened, timedelta(hours=27))


@dearest
@given(DEPARTMENTS)
def test_limits_lie_as_far_off_as_was_promised_when_the_case_was_opened(settings: Settings) -> None:
    model = model_of(settings, walked(settings, 11, 150, cases=30))

    for row in model.sql(
        "SELECT workflow, opened_at, target_at, limit_at, day_us, target_us, limit_us FROM cases"
    ).to_pylist():
        opened = row["opened_at"].astimezone(UTC)
        held = settings.targets_at(row["workflow"], to_us(opened))
        for name in ("target", "limit"):
            length = timedelta(microseconds=row[f"{name}_us"])
            assert row[f"{name}_at"] == settings.calendar.add(opened, length)
        assert (row["day_us"], row["target_us"], row["limit_us"]) == (
            held.day_us, held.target_us, held.limit_us
        )  # fmt: skip


@dearest
@given(DEPARTMENTS)
def test_the_same_date_limit_is_as_many_business_dates_later_as_the_limit_has_days(
    settings: Settings,
) -> None:
    model = model_of(settings, walked(settings, 13, 150, cases=30))

    for row in model.sql(
        "SELECT opened_date, same_date_limit, limit_us, day_us FROM cases"
    ).to_pylist():
        day, left = row["opened_date"], -(-row["limit_us"] // row["day_us"])
        while left:
            day += timedelta(days=1)
            left -= bool(settings.calendar.is_business_day([day])[0])
        assert row["same_date_limit"] == day


def rows(model: Model, text: str) -> list[dict[str, Any]]:
    return model.sql(text).to_pylist()


@costly
@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(60, 200))
def test_a_case_that_is_done_again_has_the_same_rows_by_sql_and_by_python(
    settings: Settings, seed: int, acts: int
) -> None:
    events = walked(settings, seed, acts, cases=1)  # one case comes to its end, and further
    kept_up, built = model_of(settings, events, [1] * len(events)), model_of(settings, events)

    for name in ("cases", "steps", "turns", "rework_turns", "messages"):
        text = f"SELECT * FROM {name} ORDER BY ALL"  # noqa: S608 - a table of our own
        assert rows(kept_up, text) == rows(built, text)
    assert said_by_python(events, settings) == said_by_sql(built)


@costly
@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 3))
def test_every_row_is_the_same_however_the_log_came_in(
    settings: Settings, seed: int, acts: int, at_once: int
) -> None:
    events = walked(settings, seed, acts)
    chance = random.Random(seed)
    kept_up = model_of(settings, events, [chance.choice([1, 2, 7]) for _ in events])
    in_parts, built = Model(settings, at_once=at_once), model_of(settings, events)

    in_parts.apply([events_table(events)], is_read=False)

    for name in ("cases", "steps", "turns", "rework_turns", "messages"):
        text = f"SELECT * FROM {name} ORDER BY ALL"  # noqa: S608 - a table of our own
        assert rows(kept_up, text) == rows(built, text) == rows(in_parts, text)


@costly
@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 60))
def test_a_history_that_was_asked_for_grows_with_the_log(
    settings: Settings, seed: int, acts: int
) -> None:
    events, chance, model = walked(settings, seed, acts), random.Random(seed), Model(settings)
    streams = sorted({event.stream for event in events})
    rest = list(events)
    while rest:
        size = chance.choice([1, 1, 2, 40])
        model.apply([events_table(rest[:size])])
        rest = rest[size:]
        model.history(chance.choice(streams))

    for case_id in streams:
        own = [event for event in events if event.stream == case_id]
        held = model.history(case_id)
        assert held
        assert held.case == fold(case_id, own)
        assert [draft.version for draft in held.events] == [event.version for event in own]
        assert [draft.data for draft in held.events] == [event.fields() for event in own]


@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 120))
def test_what_steps_and_turns_say_of_their_case_is_what_the_case_says(
    settings: Settings, seed: int, acts: int
) -> None:
    model = model_of(settings, walked(settings, seed, acts))

    steps = rows(
        model,
        "SELECT steps.path = cases.path AND workflows.workflow = cases.workflow AS is_path, "
        "steps.closed_date IS NOT DISTINCT FROM cases.closed_date AS is_closed, "
        "steps.is_reopened = cases.is_reopened AS is_reopened, "
        "steps.place IS NOT DISTINCT FROM calendar.days_to_month_end AS is_place FROM steps "
        "INNER JOIN cases ON steps.case_no = cases.case_no "
        "INNER JOIN workflows ON steps.path = workflows.path "
        "LEFT JOIN calendar ON steps.current_date_local = calendar.date",
    )
    turns_of = rows(
        model,
        "SELECT turns.path = cases.path AS is_path, "
        "turns.closed_date IS NOT DISTINCT FROM cases.closed_date AS is_closed FROM turns "
        "INNER JOIN cases ON turns.case_no = cases.case_no",
    )

    assert [row for row in steps + turns_of if not all(row.values())] == []


@given(DEPARTMENTS, st.integers(0, 2**32), st.integers(1, 120))
def test_a_step_is_complete_on_the_local_day_of_its_completion(
    settings: Settings, seed: int, acts: int
) -> None:
    zone = ZoneInfo(settings.calendar.zone)
    for row in rows(
        model_of(settings, walked(settings, seed, acts)),
        "SELECT current_at, current_date_local, completed_at, completed_date FROM steps",
    ):
        done = row["completed_at"]

        assert row["current_date_local"] == row["current_at"].astimezone(zone).date()
        assert row["completed_date"] == (done and done.astimezone(zone).date())
