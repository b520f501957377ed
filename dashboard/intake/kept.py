"""What a row says besides the steps' times: fields where a step takes them, a note for the rest.

A sheet tells what happened, so nothing here is refused: what breaks a field's rule is kept and
flagged on its step, and what no field takes is kept in the note.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dashboard.cases import DATE_ONLY, Case
from dashboard.errors import InputRefused
from dashboard.instants import to_datetime, to_us
from dashboard.intake.days import Days
from dashboard.intake.moments import Unreadable, read_moment
from dashboard.intake.notes import split
from dashboard.intake.past import Past, plain_value
from dashboard.intake.rows import Understood
from dashboard.settings import Settings
from dashboard.sheets import columns
from dashboard.workflows import Field, FieldKind, FieldType

# Which field a column fills, whichever step asks for it; products and appointment stand apart.
FIELDS = {
    columns.FIRM_ID: "firm_id",
    columns.FIRM: "firm_name",
    columns.CS_REP: "cs_representative",
    columns.SALES_REP: "sales_representative",
    columns.TEAM_LEADER: "team_leader",
    columns.EMS_TICKET: "ems_ticket",
    columns.ORDER_NUMBER: "order_number",
}


def clipped(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


@dataclass(slots=True)
class Keeping:
    """What is kept of one row, for its steps from `first` on, as it comes together.

    `case` is the case that is there already, `past` what was said of it so far. `clashes` says
    of an open case's appointment (its beginning, its hours) whether it is too many. `changes` are
    what the row says otherwise of complete steps, with the columns that say it in `changed`.
    """

    row: Understood
    settings: Settings
    days: Days
    clashes: Callable[[int, int], bool]
    first: int
    case: Case | None
    past: Past
    fields: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    flags: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    lines: list[str] = field(default_factory=list[str])
    changes: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    owners: dict[str, Any] = field(default_factory=dict[str, Any])
    changed: list[str] = field(default_factory=list[str])

    def collect(self) -> "Keeping":
        """Take all that the row says of these steps, and of those before."""
        for column, key in FIELDS.items():
            self._keep_text(column, key)
        self._keep_products()
        self._keep_appointment()
        self._flag_early_steps()
        self._flag_days()
        for name, text in self.row.row.remarks():
            self._note(name, text)
        if self.row.standing.remark:
            self._note(self.row.row.name(columns.STATUS), self.row.standing.remark)
        return self

    @property
    def notes(self) -> list[str]:
        """What is kept as notes, each as long as one can be."""
        return split(self.lines)

    @property
    def known(self) -> Mapping[str, Any]:
        """The fields that the case has already."""
        return self.case.fields if self.case else {}

    def _keep_text(self, column: str, key: str) -> None:
        text = self.row.row.text(column)
        if not text:
            return
        step, item = self._taker(key)
        value = clipped(text, item.max_length) if item else text
        is_kept = self._keep(step, item, key, value, column)
        if value != text:
            self._flag(step, f"{key}_cut")
        if not is_kept or value != text:
            self._note(column, text)

    def _keep_products(self) -> None:
        if not self.row.products:
            if columns.PRODUCTS in self.row.row.lacking and self.row.workflow.products_required:
                self._flag(1 if self.first == 1 else None, "products_unknown")
            return
        key = self.row.workflow.products_field
        step, item = self._taker(key)
        spelt = {name.casefold() for name in self.row.products}
        names = [p.name for p in self.settings.catalogue if p.name.casefold() in spelt]
        strays = [name for name in self.row.products if name.casefold() not in _folded(names)]
        shortened = [clipped(name, item.max_length if item else len(name)) for name in strays]
        if strays:
            self._flag(step, "unknown_product")
        is_kept = self._keep(step, item, key, names + shortened, columns.PRODUCTS)
        if not is_kept or shortened != strays:
            self._note(columns.PRODUCTS, ", ".join(self.row.products))

    def _keep_appointment(self) -> None:
        text = self.row.row.text(columns.APPOINTMENT)
        if not text:
            return
        step, item = self._taker(kind=FieldKind.WINDOW)
        if item is None:
            self._note(columns.APPOINTMENT, text)
            return
        try:
            begins_us = to_us(read_moment(text, self.days.zone, self.row.row.order))
        except Unreadable:
            self._flag(step, f"{item.key}_unreadable")
            self._note(columns.APPOINTMENT, text)
            return
        if not self._is_in_hours(begins_us, item):
            self._flag(step, f"{item.key}_outside_hours")
        is_open = len(self.row.times) < self.row.workflow.last
        if step is not None and is_open and self.clashes(begins_us, item.hours):
            self._flag(step, f"{item.key}_clash")
        if not self._keep(step, item, item.key, begins_us, columns.APPOINTMENT):
            self._note(columns.APPOINTMENT, text)

    def _flag_early_steps(self) -> None:
        """Flag a step that was completed before the appointment that it needs."""
        given = {key: value for fields in self.fields.values() for key, value in fields.items()}
        for number in range(self.first, len(self.row.times) + 1):
            window = self.row.workflow.step(number).not_before
            begins_us = {**self.known, **given}.get(window)
            if isinstance(begins_us, int) and to_us(self.row.times[number - 1]) < begins_us:
                self._flag(number, f"before_{window}")

    def _flag_days(self) -> None:
        """Flag the steps of which the sheet has the day alone."""
        for number in range(self.first, len(self.row.told) + 1):
            if self.row.told[number - 1].day:
                self._flag(number, DATE_ONLY)

    def _taker(
        self, key: str = "", kind: FieldType | None = None
    ) -> tuple[int | None, Field | None]:
        """The field of that key or kind, and the step of this row that takes it, if one does."""
        for step in self.row.workflow.steps:
            for item in step.fields:
                if item.key != key and item.kind is not kind:
                    continue
                if step.number <= len(self.row.times):
                    return step.number, item
                # who works on a case may be known before the step that asks for it
                return (1 if item.owner and self.first == 1 else None), item
        return None, None

    def _keep(
        self, step: int | None, item: Field | None, key: str, value: Any, column: str
    ) -> bool:
        """Keep a field's value, if a step takes it; False if it is kept nowhere yet."""
        is_owner = item is not None and item.owner
        if step is not None and step >= self.first:
            self.fields.setdefault(step, {})[key] = value
        elif step is not None or (is_owner and self.case is not None):
            self._change(step or 1, key, value, column, is_owner=is_owner)
        else:
            return self.known.get(key) == value
        return True

    def _change(self, step: int, key: str, value: Any, column: str, *, is_owner: bool) -> None:
        """Note what is otherwise now, unless the case was so before and somebody changed it."""
        if _same(self.known.get(key), value) or self.past.has_said(key, value):
            return
        self.changed.append(self.row.row.name(column))
        if is_owner:
            self.owners[key] = value
        else:
            self.changes.setdefault(step, {})[key] = value

    def _flag(self, step: int | None, flag: str) -> None:
        if step is not None and step >= self.first:
            self.flags.setdefault(step, []).append(flag)

    def _note(self, name: str, text: str) -> None:
        line = f"{name}: {text}"
        if not self.past.has_noted(line):
            self.lines.append(line)

    def _is_in_hours(self, begins_us: int, item: Field) -> bool:
        begins = to_datetime(begins_us)
        try:
            return self.settings.calendar.is_open(begins, begins + timedelta(hours=item.hours))
        except InputRefused:  # it ends beyond the calendar
            return False


def _same(held: Any, value: Any) -> bool:
    if isinstance(held, list | tuple) and isinstance(value, list):
        return {str(name).casefold() for name in held} == _folded(value)
    return plain_value(held) == plain_value(value)


def _folded(names: list[str]) -> set[str]:
    return {name.casefold() for name in names}
