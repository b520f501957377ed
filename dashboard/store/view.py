"""Reading: the model of the log up to some position, now or as known at an earlier instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.cases import Case, Draft, Event, fold
from dashboard.errors import UnknownCase
from dashboard.settings import Settings, settled
from dashboard.store.log import Head
from dashboard.store.model import Model


class View:
    """What can be asked of the read model. Safe to use from several threads."""

    def __init__(self, model: Model, head: Head) -> None:
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

    def head(self) -> Head:
        """Position and hash of the last event taken into account."""
        return self._head

    def run(self, figure: str, /, *, now: datetime, **params: Any) -> pa.Table:
        """The table of `queries/<figure>.sql`; parameters left out or None mean all."""
        return self._model.run(figure, now, params)

    def history(self, case_id: str) -> list[Draft]:
        """The case's events in order of version; raises UnknownCase."""
        rows = self._model.sql(
            "SELECT version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
            "FROM events WHERE case_no = $case_no ORDER BY version",
            {"case_no": self._model.case_number(case_id)},
        ).to_pylist()
        if not rows:
            raise UnknownCase(case_id)
        return [_draft(case_id, row) for row in rows]

    def case(self, case_id: str) -> Case:
        """Where the case stands; raises UnknownCase."""
        return fold(case_id, self.history(case_id))

    def find_case(self, firm_key: str, workflow: str, opened_us: int) -> Case | None:
        """The case of that firm, path and submission; None if there is none."""
        kind, _, name = firm_key.partition(":")
        column = "firm_id" if kind == "id" else "coalesce(firm_name, '')"
        rows = self._model.sql(
            "SELECT case_id FROM cases "
            "WHERE workflow = $workflow AND epoch_us(opened_at) = $opened_us "
            f"AND lower(regexp_replace(trim({column}), '\\s+', ' ', 'g')) = $name "  # noqa: S608 - one of two columns
            "AND ($by_id OR coalesce(firm_id, '') = '') ORDER BY case_id LIMIT 1",
            {"workflow": workflow, "opened_us": opened_us, "name": name, "by_id": kind == "id"},
        ).to_pylist()
        return self.case(rows[0]["case_id"]) if rows else None

    def close(self) -> None:
        """Give the memory back."""
        self._model.close()


def build(batches: Iterable[pa.Table]) -> tuple[Model, Head]:
    """A model of these batches of the log, and the head they reach."""
    read = list(batches)
    model = Model(settled(_settings_events(read)))
    model.apply(read)
    filled = [batch for batch in read if batch.num_rows]
    if not filled:
        return model, Head.empty()
    return model, Head(filled[-1]["position"][-1].as_py(), filled[-1]["hash"][-1].as_py())


def _settings_events(batches: Iterable[pa.Table]) -> list[Event]:
    return [
        Event(**row)
        for batch in batches
        for row in batch.filter(pc.field("stream") == "settings").to_pylist()
    ]


def _draft(case_id: str, row: dict[str, Any]) -> Draft:
    return Draft(
        case_id, row["version"], row["kind"], row["occurred_us"], row["recorded_us"], row["actor"],
        Event.parse(row["data"]), command_id="",
    )  # fmt: skip
