"""Reading: the model of the log up to some position, now or as known at an earlier instant."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.cases import Case, Draft, Event, fold
from dashboard.errors import UnknownCase
from dashboard.settings import SETTINGS_STREAMS, Settings, settled
from dashboard.store.desk import Opening
from dashboard.store.desk import firm_key as key_of
from dashboard.store.histories import History, drafts, named
from dashboard.store.log import Head as LogHead
from dashboard.store.model import Model
from dashboard.store.naming import Names, Naming

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Head:
    """What tells one case from others; `is_day`: of its submission only the day was known."""

    case_id: str
    workflow: str
    firm_id: str | None
    firm_name: str | None
    opened_us: int
    is_open: bool
    is_day: bool


class View:
    """What can be asked of the read model. Safe to use from several threads."""

    def __init__(self, model: Model, head: LogHead) -> None:
        self._model = model
        self._head = head

    @property
    def settings(self) -> Settings:
        """What is set for the department."""
        return self._model.settings

    @property
    def position(self) -> int:
        """The position of the last event that the model holds; a key for caches."""
        return self._model.position

    @property
    def names(self) -> Names:
        """What those who signed in are called."""
        return self._model.names

    def named(self, actor: str) -> str:
        """What an actor of the log is called: keys are for the log alone."""
        return self.names.named(actor)

    def head(self) -> LogHead:
        """Position and hash of the last event taken into account."""
        return self._head

    def run(self, figure: str, /, *, now: datetime, **params: Any) -> pa.Table:
        """The table of `queries/<figure>.sql`; parameters left out or None mean all."""
        return self._model.run(figure, now, params)

    def count_cases(self) -> int:
        """How many cases there are, whatever their state."""
        return self._model.count_cases()

    def pages(
        self, figure: str, /, *, now: datetime, cases: int, **params: Any
    ) -> Iterator[pa.Table]:
        """The figure's table, so many cases at a time: for one that is too long to be held.

        All of it is as at the beginning, whatever is appended meanwhile.
        """
        return self._model.pages(figure, now, params, cases)

    def unchanged(self) -> AbstractContextManager["DuckDBPyConnection"]:
        """The model as it is at the beginning of the block; for what is written of all of it."""
        return self._model.unchanged()

    def history(self, case_id: str) -> Sequence[Draft]:
        """The case's events in order of version; raises UnknownCase."""
        return self._history(case_id).events

    def case(self, case_id: str) -> Case:
        """Where the case stands; raises UnknownCase. Whoever changes it copies it first."""
        return self._history(case_id).case

    def stream(self, name: str) -> list[Draft]:
        """The events of a stream that is no case's, by version; empty if there are none."""
        rows = self._model.sql(
            "SELECT version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
            "FROM events WHERE case_no IS NULL AND stream = $stream ORDER BY version",
            {"stream": name},
        ).to_pylist()
        return [*named(drafts(name, rows), self.names)]

    def appointments_between(self, begins_us: int, ends_us: int) -> dict[str, int]:
        """Standing appointments of open cases that begin in [begins_us, ends_us), by case id."""
        rows = self._model.sql(
            "SELECT cases.case_id, epoch_us(cases.appointment_at) AS us FROM cases "
            "INNER JOIN workflow_steps AS begun "
            "ON cases.workflow = begun.workflow AND begun.turn_from_window "
            "WHERE cases.state = 'open' AND cases.current_step >= begun.step "
            "AND cases.appointment_at >= make_timestamptz($begins_us::BIGINT) "
            "AND cases.appointment_at < make_timestamptz($ends_us::BIGINT) ORDER BY cases.case_no",
            {"begins_us": begins_us, "ends_us": ends_us},
        ).to_pylist()
        return {row["case_id"]: row["us"] for row in rows}

    def find_case(self, firm_key: str, workflow: str, opened_us: int) -> Case | None:
        """The case of that firm, path and submission; None if there is none."""
        opening = firm_key, workflow, opened_us
        return self.find_cases([opening]).get(opening)

    def streams_since(self, position: int) -> set[str]:
        """The streams that have events after that position."""
        found = self._model.sql(
            "SELECT DISTINCT stream FROM events WHERE position > $position", {"position": position}
        )
        return set(found["stream"].to_pylist())

    def find_cases(
        self, openings: Collection[Opening], among: Collection[str] | None = None
    ) -> dict[Opening, Case]:
        """The cases of these firms, paths and submissions, as far as there are any.

        What was entered when a case was opened finds it too, whatever was put right since.
        With `among`, only cases of these ids are looked at.
        """
        if not openings:
            return {}
        rows = self._model.sql(
            "WITH asked AS (SELECT DISTINCT unnest($instants::BIGINT[]) AS us) "
            "SELECT cases.case_id, cases.workflow, epoch_us(cases.opened_at) AS opened_us, "
            "cases.firm_id, cases.firm_name, events.occurred.us AS entered_us, events.data "
            "FROM cases INNER JOIN events "
            "ON cases.case_no = events.case_no AND events.kind = 'case_opened' "
            "WHERE (epoch_us(cases.opened_at) IN (SELECT us FROM asked) "
            "OR events.occurred.us IN (SELECT us FROM asked)) "
            "AND ($ids IS NULL OR cases.case_id IN (SELECT unnest($ids::VARCHAR[]))) "
            "ORDER BY cases.case_no",
            {
                "instants": [opened_us for _, _, opened_us in openings],
                "ids": None if among is None else list(among),
            },
        ).to_pylist()
        found: dict[Opening, str] = {}
        for row in rows:
            for opening in _openings(row):
                found.setdefault(opening, row["case_id"])
        asked = {opening: found[opening] for opening in openings if opening in found}
        cases = self._cases(set(asked.values()))
        return {opening: cases[case_id] for opening, case_id in asked.items()}

    def heads(self, among: Collection[str] | None = None) -> list[Head]:
        """What tells each case from others; with `among`, only of cases of these ids."""
        rows = self._model.sql(
            "SELECT cases.case_id, cases.workflow, cases.firm_id, cases.firm_name, "
            "epoch_us(cases.opened_at) AS opened_us, cases.state = 'open' AS is_open, "
            "contains(events.data::VARCHAR, '\"date_only\"') AS is_day "
            "FROM cases INNER JOIN events "
            "ON cases.case_no = events.case_no AND events.kind = 'case_opened' "
            "WHERE $ids IS NULL OR cases.case_id IN (SELECT unnest($ids::VARCHAR[])) "
            "ORDER BY cases.case_no",
            {"ids": None if among is None else list(among)},
        ).to_pylist()
        return [Head(**row) for row in rows]

    def histories(self, case_ids: Iterable[str]) -> dict[str, list[Draft]]:
        """The events of many cases in order of version, read at once."""
        numbers = [self._model.case_number(case_id) for case_id in case_ids]
        rows = self._model.sql(
            "SELECT stream, version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
            "FROM events WHERE case_no IN (SELECT unnest($numbers::INTEGER[])) "
            "ORDER BY case_no, version",
            {"numbers": numbers},
        ).to_pylist()
        return {
            case_id: [*named(drafts(case_id, own), self.names)]
            for case_id, own in groupby(rows, key=itemgetter("stream"))
        }

    def close(self) -> None:
        """Give the memory back."""
        self._model.close()

    def _history(self, case_id: str) -> History:
        """Where everything about one case comes from."""
        found = self._model.history(case_id)
        if not found:
            raise UnknownCase(case_id)
        return found

    def _cases(self, case_ids: Iterable[str]) -> dict[str, Case]:
        """Where many cases stand, read at once."""
        histories = self.histories(case_ids)
        return {case_id: fold(case_id, events) for case_id, events in histories.items()}


def build(batches: Iterable[pa.Table], naming: Naming | None = None) -> tuple[Model, LogHead]:
    """A model of these batches of the log, and the head they reach."""
    read = list(batches)
    model = Model(settled(settings_events(read)))
    model.apply(read, is_read=False, naming=naming)
    model.share_cores()
    filled = [batch for batch in read if batch.num_rows]
    if not filled:
        return model, LogHead.empty()
    return model, LogHead(filled[-1]["position"][-1].as_py(), filled[-1]["hash"][-1].as_py())


def settings_events(batches: Iterable[pa.Table]) -> list[Event]:
    """What `settled` folds of these batches."""
    return [
        Event(**row)
        for batch in batches
        if not SETTINGS_STREAMS.isdisjoint(batch["stream"].unique().to_pylist())
        for row in batch.filter(pc.field("stream").isin(list(SETTINGS_STREAMS))).to_pylist()
    ]


def _openings(row: Mapping[str, Any]) -> Iterator[Opening]:
    """What finds the case of this row: firm and submission, as they stand and as entered."""
    entered = Event.parse(row["data"])["fields"]
    firms = {key_of(item.get("firm_id"), item.get("firm_name")) for item in (row, entered)}
    for firm, opened_us in product(firms, {row["opened_us"], row["entered_us"]}):
        yield firm, row["workflow"], opened_us
