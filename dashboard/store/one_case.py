"""The rows of one case in the read model, made in Python as `fold.sql` makes those of many."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeAlias

from dashboard.cases import DATE_ONLY, Case, Draft, Record, Turn
from dashboard.instants import to_datetime
from dashboard.settings import Targets
from dashboard.store.settings_tables import PATHS
from dashboard.workflows import Party

Row: TypeAlias = dict[str, Any]
# Of each instant the position and the day; of None neither.
Places: TypeAlias = Mapping[int | None, tuple[int | None, date | None]]
REWORK = (
    "rework_at",
    "rework_pos",
    "rework_step",
    "rework_limit_at",
    "rework_us",
    "reworked_at",
)
NAMED = (
    "firm_name",
    "firm_id",
    "team_leader",
    "cs_representative",
    "sales_representative",
    "ems_ticket",
    "order_number",
    "products",
    "firm_zone",
)


@dataclass(frozen=True, slots=True)
class Held:
    """One case, with where its instants lie, and what all of its rows say."""

    number: int
    case: Case
    history: Sequence[Draft]
    requested_us: int | None
    ledger: Sequence[Turn]
    places: Places

    @property
    def is_reopened(self) -> bool:
        """Whether a step of it was ever reopened."""
        return any(item.kind == "step_reopened" for item in self.history)

    @property
    def shared(self) -> Row:
        """What turns and steps say of their case."""
        return {
            "case_no": self.number,
            "path": PATHS[self.case.workflow_key],
            "closed_date": self.places[self.case.closed_us][1],
        }

    def actor_of(self, version: int | None) -> str | None:
        """Who recorded the event of that version."""
        return next((item.actor for item in self.history if item.version == version), None)

    def last(self, *keys: str, kind: str = "") -> Any:
        """What was said of these keys last, in events of that kind if one is given."""
        for item in reversed(self.history):
            value: Any = item.data if item.kind == kind or not kind else None
            for key in keys:
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None:
                return value
        return None


def case_row(
    held: Held, promised: Targets, due: Sequence[datetime | None], last_date: date | None
) -> Row:
    """Its row in `cases`. `due`: target and limit; `last_date`: the limit by date."""
    case, places = held.case, held.places
    opened_pos, opened_date = places[case.opened_us]
    said = {name: text(held.last("fields", name)) for name in NAMED}
    return {
        **held.shared,
        "case_id": case.case_id,
        "version": case.version,
        "workflow": case.workflow_key,
        "state": case.state,
        "current_step": case.current_step,
        "firm": said["firm_name"] or said["firm_id"],
        **said,
        "firm_zone": said["firm_zone"] or None,
        "opened_at": to_datetime(case.opened_us),
        "opened_pos": opened_pos,
        "opened_date": opened_date,
        "closed_at": at(case.closed_us),
        "closed_pos": places[case.closed_us][0],
        "ours_us": _ours_us(held),
        **_delivered(held),
        "appointment_at": at(held.last("fields", "appointment")),
        "requested_at": at(held.requested_us),
        "follow_up": _follow_up(held.history),
        "breach_reason": text(held.last("reason", kind="breach_explained")),
        "breach_comment": text(held.last("comment", kind="breach_explained")),
        "is_imported": case.imported,
        "is_reopened": held.is_reopened,
        "day_us": promised.day_us,
        "target_us": promised.target_us,
        "limit_us": promised.limit_us,
        "target_at": due[0],
        "limit_at": due[1],
        "same_date_limit": last_date,
    }


def step_row(held: Held, record: Record, place: int | None) -> Row:
    """The row of one step: `place` is that of the day on which it became current, in its month."""
    case, places = held.case, held.places
    current_pos, current_date = places[record.current_us]
    completed_pos, completed_date = places[record.completed_us]
    is_complete = record.completed_us is not None
    return {
        **held.shared,
        "step": record.number,
        "party": str(case.workflow.step(record.number).party),
        "current_at": to_datetime(record.current_us),
        "current_pos": current_pos,
        "current_date_local": current_date,
        "started_at": at(record.started_us),
        "started_pos": places[record.started_us][0],
        "completed_at": at(record.completed_us),
        "completed_pos": completed_pos,
        "business_us": _spent_us(held, record.number) if is_complete else None,
        "actor": held.actor_of(record.completed_version) if is_complete else None,
        "done_by": record.done_by,
        "is_imported": record.imported,
        "lacks_handover": is_complete and _lacks_handover(case, record.number),
        "is_date_only": DATE_ONLY in record.flags,
        "place": place,
        "completed_date": completed_date,
        "is_reopened": held.is_reopened,
    }


def turn_row(held: Held, turn: Turn) -> Row:
    """The row of one turn."""
    return {
        **held.shared,
        "version": turn.version,
        "step": turn.step,
        "party": str(turn.party),
        "is_withdrawn": turn.is_withdrawn,
        "began_at": to_datetime(turn.began_us),
        "ended_at": at(turn.ended_us),
        "began_pos": held.places[turn.began_us][0],
        "ended_pos": held.places[turn.ended_us][0],
    }


def rework_turn_row(held: Held, turn: Turn) -> Row:
    """The row of one turn of what is done again."""
    row = turn_row(held, turn)
    return {name: value for name, value in row.items() if name not in ("path", "closed_date")}


def lived(history: Sequence[Draft], since: int) -> list[Draft]:
    """A case's first life: its events without the moves from that version on."""
    return [item for item in history if item.version < since or item.kind == "step_corrected"]


def rework_us(case: Case, places: Places) -> int:
    """Open time from each reopening of a finished case until it was done again."""
    first = case.finished_version or 0
    return sum(
        (places[following.at_us][0] or 0) - (places[move.at_us][0] or 0)
        for move, following in pairwise(case.moves)
        if move.version >= first and not following.finished
    )


def message_rows(held: Held, case: Case) -> list[Row]:
    """The rows of its letters."""
    return [
        {
            "case_no": held.number,
            "of_version": letter.of_version,
            "message": letter.message,
            "step": letter.step,
            "version": letter.version,
            "state": letter.state,
            "called_at": to_datetime(letter.called_us),
            "state_at": to_datetime(letter.at_us),
            "again_at": at(letter.again_us),
            "attempt": letter.attempt,
            "reason": letter.reason,
            "is_outside": letter.is_outside,
            "is_undone": letter.is_undone,
        }
        for letter in case.letters.values()
    ]


def _between(held: Held, began_us: int, ended_us: int | None) -> int:
    """Open time from one instant to another; none where there is no other yet."""
    began, ended = held.places[began_us][0], held.places[ended_us][0]
    return 0 if began is None or ended is None else ended - began


def _ours_us(held: Held) -> int | None:
    """Our clock, of a case that is done: without the Customer's turns."""
    case = held.case
    if case.closed_us is None:
        return None
    theirs = (turn for turn in held.ledger if turn.party == Party.CUSTOMER)
    return _between(held, case.opened_us, case.closed_us) - sum(
        _between(held, turn.began_us, turn.ended_us) for turn in theirs
    )


def _delivered(held: Held) -> Row:
    """Since when only the customer's own last step is left, or was."""
    record = held.case.records.get(held.case.workflow.delivered_by or 0)
    us = record.completed_us if record else None
    position, day = held.places[us]
    return {"delivered_at": at(us), "delivered_pos": position, "delivered_date": day}


def _spent_us(held: Held, step: int) -> int:
    """Open time of a step over all rounds; between closing and reopening: the reopened one's."""
    return sum(
        _between(held, move.at_us, following.at_us)
        for move, following in pairwise(held.case.moves)
        if step == (following.due if move.due > held.case.workflow.last else move.due)
    )


def _lacks_handover(case: Case, step: int) -> bool:
    """Whether nobody recorded when the step changed hands in its last round."""
    turn = case.workflow.step(step).turn
    entries = [move.entry for move in case.moves if move.due == step]
    return bool(turn and not turn.from_field and entries and entries[-1] not in case.moments)


def _follow_up(history: Sequence[Draft]) -> date | None:
    said = [item.data.get("date") for item in history if item.kind == "follow_up_set"]
    try:
        return date.fromisoformat(said[-1]) if said and said[-1] else None
    except ValueError:
        return None


def at(us: int | None) -> datetime | None:
    """The instant, if there is one."""
    return None if us is None else to_datetime(us)


def text(value: Any) -> str | None:
    """A value of an event's data as DuckDB tells it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
