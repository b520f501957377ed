"""What commands work on: the store itself, or a bulk that collects and lands all at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from dashboard.cases import CASE_KINDS, Case, Draft, Event, evolve
from dashboard.errors import StaleCase, UnknownCase
from dashboard.settings import Settings

# What tells one case from another before it has an id: firm (`firm_key`), path, submission.
Opening: TypeAlias = tuple[str, str, int]


class Desk(Protocol):
    """What a command may ask of the store and do to it."""

    @property
    def settings(self) -> Settings:
        """What is set for the department."""
        ...

    def case(self, case_id: str) -> Case:
        """Where the case stands; raises UnknownCase."""
        ...

    def version(self, stream: str) -> int:
        """The last version of a stream; 0 if it is empty."""
        ...

    def next_case_id(self) -> str:
        """An id that no case has yet."""
        ...

    def find_case(self, firm_key: str, workflow: str, opened_us: int) -> Case | None:
        """The case of that firm (`firm_key`), path and submission; None if there is none."""
        ...

    def stored(self, command_id: str) -> list[Event]:
        """The events of a command that was carried out before; empty if it was not."""
        ...

    def append(self, drafts: Sequence[Draft]) -> list[Event] | list[Draft]:
        """Store the drafts, all or none; raises StaleCase, LogRefused."""
        ...


def case_id_of(number: int) -> str:
    """The id of the n-th case."""
    return f"C-{number:04d}"


def firm_key(firm_id: str | None, firm_name: str | None) -> str:
    """What makes two firms the same: the id, else the name, blanks and case folded."""
    if firm_id and firm_id.strip():
        return "id:" + " ".join(firm_id.split()).casefold()
    return "name:" + " ".join((firm_name or "").split()).casefold()


class Bulk:
    """Many commands as one transaction: cases fold in memory, and land together or not at all.

    Reads what the desk below it holds, and sees its own drafts besides.
    """

    def __init__(self, below: Desk, known: int, *, is_new: bool = False) -> None:
        self._below = below
        self._known = known
        self._is_new = is_new  # the log has no events: asking it for each command takes seconds
        self._cases: dict[str, Case] = {}
        self._versions: dict[str, int] = {}
        self._keys: dict[Opening, str] = {}
        self._absent: set[Opening] = set()
        self.drafts: list[Draft] = []

    @property
    def settings(self) -> Settings:
        """What is set for the department."""
        return self._below.settings

    def case(self, case_id: str) -> Case:
        """Where the case stands, with what was collected here; raises UnknownCase."""
        if case_id not in self._cases:
            self._cases[case_id] = self._below.case(case_id)
        return self._cases[case_id]

    def version(self, stream: str) -> int:
        """The last version of a stream; 0 if it is empty."""
        if stream not in self._versions:
            self._versions[stream] = self._below.version(stream)
        return self._versions[stream]

    def next_case_id(self) -> str:
        """The next id in order."""
        self._known += 1
        return case_id_of(self._known)

    def find_case(self, firm_key: str, workflow: str, opened_us: int) -> Case | None:
        """A case collected here, or one of the desk below."""
        opening = firm_key, workflow, opened_us
        if opening not in self._keys and opening not in self._absent:
            found = self._below.find_case(firm_key, workflow, opened_us)
            self.expect([opening], {opening: found} if found else {})
        return self._cases[self._keys[opening]] if opening in self._keys else None

    def expect(self, openings: Iterable[Opening], found: Mapping[Opening, Case]) -> None:
        """Take it that the desk below has found these cases, and none for the other openings."""
        for opening, case in found.items():
            # what was collected here comes after what the desk below knows
            self._cases.setdefault(case.case_id, case)
            self._keys.setdefault(opening, case.case_id)
        self._absent.update(opening for opening in openings if opening not in found)

    def stored(self, command_id: str) -> list[Event]:
        """The events that the desk below holds of that command."""
        return [] if self._is_new else self._below.stored(command_id)

    def append(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Collect the drafts; they land when the bulk does."""
        for draft in drafts:
            self._collect(draft)
        self.drafts += drafts
        return list(drafts)

    def _collect(self, draft: Draft) -> None:
        if draft.kind == "case_opened":
            self._cases[draft.stream] = Case(draft.stream)
        is_case = draft.kind in CASE_KINDS
        held = self.case(draft.stream).version if is_case else self.version(draft.stream)
        if draft.version != held + 1:
            raise StaleCase(draft.stream, draft.version)
        if not is_case:
            self._versions[draft.stream] = draft.version
            return
        case = evolve(self._cases[draft.stream], draft)
        if draft.kind == "case_opened":
            key = firm_key(case.fields.get("firm_id"), case.fields.get("firm_name"))
            self._keys[key, case.workflow_key, case.opened_us] = case.case_id


__all__ = ["Bulk", "Desk", "UnknownCase", "case_id_of", "firm_key"]
