"""Taking a few events into the read model: their cases are folded one by one, in Python.

For one case, planning the statements of `fold.sql` takes ten times as long as carrying them out.
A property test holds the rows of both equal, over random histories and settings.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from dashboard.cases import DATE_ONLY, Case, Draft, Event, fold, standing, turns
from dashboard.instants import to_us
from dashboard.settings import Settings, Targets
from dashboard.store.database import insert
from dashboard.store.histories import EVENTS_OF_CASE, Histories, History, drafts
from dashboard.store.naming import Names
from dashboard.store.one_case import (
    REWORK,
    Held,
    Places,
    Row,
    at,
    case_row,
    lived,
    message_rows,
    rework_turn_row,
    rework_us,
    step_row,
    text,
    turn_row,
)
from dashboard.store.pairs import Pairs
from dashboard.workdays import FIRST_DATE

FEW_STREAMS = 6  # of so many, folding one by one in Python is quicker


class Few:
    """Takes events in, in one state of the settings. `calendar`: the model's table of that name."""

    def __init__(self, settings: Settings, pairs: Pairs, calendar: pa.Table) -> None:
        self._settings = settings
        self._pairs = pairs
        self._to_month_end = calendar["days_to_month_end"]
        self._business_no = calendar["business_no"]
        self._business_dates = calendar.filter(calendar["is_business_day"])["date"]
        self._zone = ZoneInfo(settings.calendar.zone)

    def take(
        self,
        writer: duckdb.DuckDBPyConnection,
        told: Sequence[Mapping[str, Any]],
        numbers: Mapping[str, int],
        known: Histories,
        names: Names,
    ) -> dict[int, History]:
        """Put new rows of the log into `events`, and make the rows of their cases anew.

        `numbers`: of each stream that is a case. Returns the histories of these, by number, made of
        those that are `known` as far as they are.
        """
        insert(writer, "events", self._events(told, numbers))
        insert(writer, "undone", _undone(told, numbers))
        grown: dict[int, History] = {}
        for name, number in numbers.items():
            before, _ = known.get(number)
            if before:
                added = drafts(name, (row for row in told if row["stream"] == name))
                grown[number] = History.of([*before.recorded, *added], names)
            else:
                found = writer.execute(EVENTS_OF_CASE, {"case_no": number}).to_arrow_table()
                grown[number] = History.of(drafts(name, found.to_pylist()), names)
            for table, rows in self._case(number, grown[number]).items():
                writer.execute(f"DELETE FROM {table} WHERE case_no = ?", [number])  # noqa: S608
                insert(writer, table, rows)
        return grown

    def _events(self, told: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> list[Row]:
        """As `load.sql` makes them."""
        read = [(row, Event.parse(row["data"])) for row in told]
        instants = [self._instants(row["occurred_us"], data) for row, data in read]
        places = self._pairs.places(us for item in instants for us in item.values())
        return [
            {
                "position": row["position"],
                "case_no": numbers.get(row["stream"]),
                "stream": row["stream"],
                "version": row["version"],
                "kind": row["kind"],
                "actor": row["actor"],
                "data": row["data"],
                "recorded_us": row["recorded_us"],
                **{name: _pair(us, places) for name, us in item.items()},
                "workflow": text(data.get("workflow")),
                "step": data.get("step"),
                "of_version": data.get("of_version"),
                "done_by": text(data.get("done_by")),
                "is_imported": data.get("imported") is True,
                "is_finished": data.get("finished") is True,
                "is_date_only": DATE_ONLY in data.get("flags", ()),
            }
            for (row, data), item in zip(read, instants, strict=True)
        ]

    def _case(self, number: int, history: History) -> dict[str, list[Row]]:
        """The rows of one case by table."""
        case, events = history.case, standing(history.recorded)
        requested_us = self._requested_us(events)
        rework, every = case if case.finished_version else None, turns(case, requested_us)
        since = case.finished_version or case.version + 1
        ledger, again = (
            [turn for turn in every if (turn.version >= since) == is_again]
            for is_again in (False, True)
        )
        if rework:
            case = fold(case.case_id, lived(events, since))
        records = case.records.values()
        places = self._pairs.places(
            [
                *(us for turn in every for us in (turn.began_us, turn.ended_us)),
                *(move.at_us for move in (rework or case).moves),
                *(us for item in records for us in (item.current_us, item.started_us)),
                *(item.completed_us for item in records),
            ]
        )
        held = Held(number, case, events, requested_us, ledger, places)
        promised = self._settings.targets_at(case.workflow_key, case.opened_us)
        opened_pos, opened_date = places[case.opened_us]
        reached_us = self._settings.calendar.reached_us
        limits = (promised.target_us, promised.limit_us)
        due = [at(reached_us((opened_pos or 0) + us)) for us in limits]
        return {
            "turns": [turn_row(held, turn) for turn in ledger],
            "steps": [
                step_row(held, item, _on(self._to_month_end, places[item.current_us][1]))
                for item in records
            ],
            "cases": [
                case_row(held, promised, due, self._last_date(promised, opened_date))
                | self._rework(rework, promised, places)
            ],
            "rework_turns": [rework_turn_row(held, turn) for turn in again],
            "messages": message_rows(held, history.case),
        }

    def _rework(self, case: Case | None, promised: Targets, places: Places) -> Row:
        """What the row in `cases` says of a case that is, or was, done again."""
        if case is None:
            return dict.fromkeys(REWORK)
        [*_, since] = [move.at_us for move in case.moves if move.finished]
        position, _ = places[since]
        limit_us = self._settings.calendar.reached_us((position or 0) + promised.limit_us)
        is_done = case.state == "closed"
        values = (
            at(since),
            position,
            case.due if case.state == "open" else None,
            at(limit_us),
            rework_us(case, places) if is_done else None,
            at(case.closed_us),
        )
        return {**dict(zip(REWORK, values, strict=True)), "version": case.version}

    def _last_date(self, promised: Targets, opened_date: date | None) -> date | None:
        """The limit by date; None where the calendar has no business day as late."""
        number = _on(self._business_no, opened_date) + promised.limit_dates
        dates = self._business_dates
        return dates[number - 1].as_py() if number <= len(dates) else None

    def _instants(self, occurred_us: int, data: Mapping[str, Any]) -> dict[str, int | None]:
        fields = data.get("fields", {})
        return {
            "occurred": occurred_us,
            "corrected": data.get("at_us"),
            "appointment": fields.get("appointment"),
            "requested": self._asked_for(occurred_us, fields.get("requested_date")),
        }

    def _requested_us(self, events: Sequence[Draft]) -> int | None:
        """When the request begins that was made last."""
        for item in reversed(events):
            fields = item.data.get("fields", {})
            us = self._asked_for(item.occurred_us, fields.get("requested_date"))
            if us is not None:
                return us
        return None

    def _asked_for(self, occurred_us: int, day: str | None) -> int | None:
        """The beginning of the day that the firm asked for; an emptied one ends the request."""
        if not day:
            return None if day is None else occurred_us
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), self._zone)
        return to_us(midnight)


def _undone(told: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> list[Row]:
    """The events that these undo."""
    return [
        {"case_no": numbers[row["stream"]], "version": version}
        for row in told
        if row["kind"] == "act_undone"
        for version in Event.parse(row["data"])["versions"]
    ]


def _pair(us: int | None, places: Places) -> Row | None:
    position, day = places[us]
    return None if us is None else {"us": us, "pos": position, "day": day}


def _on(column: pa.ChunkedArray, day: date | None) -> Any:
    """What a column of the calendar says of a day."""
    return column[((day or FIRST_DATE) - FIRST_DATE).days].as_py()


def are_few(batches: Sequence[pa.Table]) -> bool:
    """Whether these rows of the log are of so few streams that it pays."""
    streams = {name for batch in batches for name in batch["stream"].unique().to_pylist()}
    return len(streams) <= FEW_STREAMS
