"""Cases that a row looks like, though it is not the same firm, path and submission."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from dashboard.cases import Case
from dashboard.instants import to_datetime, to_us
from dashboard.intake.days import Days
from dashboard.intake.firms import is_id_slip, is_slip
from dashboard.intake.rows import Understood
from dashboard.sheets.columns import FIRM, FIRM_ID
from dashboard.store import firm_key
from dashboard.store.view import Head


@dataclass(slots=True)
class Lookalikes:
    """The heads of all cases that there are, by firm and by submission."""

    days: Days
    _by_firm: dict[tuple[str, str], dict[str, Head]] = field(
        default_factory=dict[tuple[str, str], dict[str, Head]]
    )
    _by_time: dict[tuple[str, int], dict[str, Head]] = field(
        default_factory=dict[tuple[str, int], dict[str, Head]]
    )
    _known: dict[str, Head] = field(default_factory=dict[str, Head])

    def add(self, heads: Iterable[Head]) -> None:
        """Know these cases, as they are now."""
        for head in heads:
            self.forget([head.case_id])
            self._known[head.case_id] = head
            key = firm_key(head.firm_id, head.firm_name), head.workflow
            self._by_firm.setdefault(key, {})[head.case_id] = head
            time = head.workflow, head.opened_us
            self._by_time.setdefault(time, {})[head.case_id] = head

    def forget(self, case_ids: Iterable[str]) -> None:
        """Know nothing of these cases."""
        for case_id in case_ids:
            if head := self._known.pop(case_id, None):
                key = firm_key(head.firm_id, head.firm_name), head.workflow
                self._by_firm[key].pop(case_id)
                self._by_time[head.workflow, head.opened_us].pop(case_id)

    def was_of_day(self, case_id: str) -> bool:
        """Whether the case was submitted on a day of which no hour was known at first."""
        return case_id in self._known and self._known[case_id].is_day

    def of_day(self, row: Understood, firm: str) -> list[Head]:
        """The firm's cases that were submitted on the row's day, where one knows the day alone.

        The day alone may be all that the row has, or all that the case has.
        """
        heads = self._by_firm.get((firm, row.workflow.key), {}).values()
        first = row.told[0]
        day = self.days.day_of(first)
        found = {
            head.case_id: head
            for head in heads
            if self.days.is_of(day, to_datetime(head.opened_us))
            and (first.day or self._may_be_day(head, day))
        }
        return [found[case_id] for case_id in _in_order(found)]

    def open_of_firm(self, firm: str, workflow: str) -> list[str]:
        """The firm's cases on that path that were open when they were looked up."""
        heads = self._by_firm.get((firm, workflow), {}).values()
        return _in_order(head.case_id for head in heads if head.is_open)

    def at_time(self, row: Understood) -> list[str]:
        """Cases of the same submission whose firm can be the row's, but for a slip."""
        heads = self._by_time.get((row.workflow.key, to_us(row.times[0])), {}).values()
        name, firm_id = row.row.text(FIRM), row.row.text(FIRM_ID)
        return _in_order(
            head.case_id
            for head in heads
            if is_id_slip(firm_id, head.firm_id) and is_slip(name, head.firm_name or "")
        )

    def _may_be_day(self, head: Head, day: date) -> bool:
        at = to_datetime(head.opened_us)
        return self.days.local(at) == day and head.is_day


def _in_order(case_ids: Iterable[str]) -> list[str]:
    """The oldest first, so that a second import names the same."""
    return sorted(case_ids, key=lambda case_id: (len(case_id), case_id))


def same_times(row: Understood, case: Case) -> bool:
    """Whether the steps that both have were completed at the same times."""
    held = [record.completed_us for record in case.records.values() if record.completed_us]
    both = list(zip(map(to_us, row.times), held, strict=False))
    return bool(both) and all(one == other for one, other in both)
