"""The case that a row is of: by firm, path and submission; or one that it looks like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.cases import DATE_ONLY, Case
from dashboard.instants import to_us
from dashboard.intake.days import Days
from dashboard.intake.firms import id_of
from dashboard.intake.kept import clipped
from dashboard.intake.lookalikes import Lookalikes, same_times
from dashboard.intake.refusals import RowRefused
from dashboard.intake.rows import Understood, shown
from dashboard.sheets.columns import FIRM, FIRM_ID, STEPS
from dashboard.store import Store, firm_key
from dashboard.store.desk import Bulk, Opening
from dashboard.store.view import Head

ANSWERS = ("new", "same", "reject")


@dataclass(frozen=True, slots=True)
class Answers:
    """What rows are that look like a known case: `likely` for all, `rows` for single ones.

    Each is "new", "same", or "reject": held back. Rows are known by sheet and number.
    """

    likely: str = "reject"
    rows: Mapping[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])

    def of(self, row: Understood) -> str:
        """The answer for one row."""
        return self.rows.get((row.row.sheet, row.row.number), self.likely)


def opening_of(row: Understood) -> Opening:
    """What finds the row's case, if there is one: its firm, path and submission."""
    form = row.workflow.step(1)
    firm = firm_key(
        clipped(id_of(row.row.text(FIRM_ID)), form.field("firm_id").max_length),
        clipped(row.row.text(FIRM), form.field("firm_name").max_length),
    )
    return firm, row.workflow.key, to_us(row.times[0])


class Finder:
    """Finds cases on a desk, those that were opened there included."""

    def __init__(self, desk: Bulk, days: Days, heads: Iterable[Head]) -> None:
        self._desk, self._days = desk, days
        self._like = Lookalikes(days)
        self._like.add(heads)

    def add(self, heads: Iterable[Head]) -> None:
        """Know these cases, as they are now."""
        self._like.add(heads)

    def forget(self, case_ids: Iterable[str]) -> None:
        """Know nothing of these cases."""
        self._like.forget(case_ids)

    def changed(self, case_id: str) -> None:
        """Know the case as it is on the desk now."""
        case = self._desk.case(case_id)
        # as long as its day was all that was known once, other sheets know no more
        is_day = self._like.was_of_day(case_id) or DATE_ONLY in case.records[1].flags
        head = Head(
            case_id, case.workflow_key, case.fields.get("firm_id"), case.fields.get("firm_name"),
            case.opened_us, case.state == "open", is_day,
        )  # fmt: skip
        self._like.add([head])

    def on_days(self, rows: Sequence[Understood], store: Store) -> dict[Opening, Case]:
        """The cases of rows where the row or the case has the day of submission alone."""
        wanted = {}
        for row in rows:
            opening = opening_of(row)
            if heads := self._like.of_day(row, opening[0]):
                wanted[opening] = heads[0]
        openings = {
            opening: (opening[0], head.workflow, head.opened_us) for opening, head in wanted.items()
        }
        found = store.find_cases(set(openings.values()))
        return {asked: found[own] for asked, own in openings.items() if own in found}

    def case(self, row: Understood) -> Case | None:
        """The case of the row; None if there is none as yet."""
        opening = opening_of(row)
        if case := self._desk.find_case(*opening):
            return case
        heads = self._like.of_day(row, opening[0])
        return self._desk.case(heads[0].case_id) if heads else None

    def likely(self, row: Understood, answers: Answers) -> Case | None:
        """The known case that a row is said to be of; None if it is a new one.

        Raises RowRefused (`likely`) where nobody said.
        """
        answer = answers.of(row)
        if answer == "new" or not (found := self._lookalike(row)):
            return None
        case, why = found
        if answer == "same":
            return case
        raise RowRefused(
            "likely",
            f"This is likely {case.case_id}: {why}. Say whether it is the same case or a new one.",
            case.case_id,
        )

    def like(self, openings: Mapping[Opening, Sequence[int]], heads: Iterable[Head]) -> set[int]:
        """The places of the rows that could look like one of these cases."""
        firms: set[tuple[str, str]] = set()
        times: set[tuple[str, int]] = set()
        for head in heads:
            firms.add((firm_key(head.firm_id, head.firm_name), head.workflow))
            times.add((head.workflow, head.opened_us))
        return {
            at
            for (firm, workflow, us), places in openings.items()
            if (firm, workflow) in firms or (workflow, us) in times
            for at in places
        }

    def _lookalike(self, row: Understood) -> tuple[Case, str] | None:
        firm, workflow, _ = opening_of(row)
        for case_id in self._like.open_of_firm(firm, workflow):
            case = self._desk.case(case_id)
            if case.state == "open":
                return case, (
                    f"the same firm and path, open, with another submission than "
                    f"{shown(row.row, STEPS[0])}"
                )
        for case_id in self._like.at_time(row):
            case = self._desk.case(case_id)
            if same_times(row, case):
                name = case.fields.get("firm_name") or case.fields.get("firm_id")
                return case, f"the same times, and the firm there is “{name}”"
        return None
