"""What commands work on: the store itself, or a bulk that collects and lands all at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Protocol, TypeAlias

from dashboard.cases import CASE_KINDS, Case, Draft, Event, evolve, fold
from dashboard.errors import StaleCase, UnknownCase
from dashboard.settings import SETTINGS_STREAMS, Settings, settle

# What tells one case from another before it has an id: firm (`firm_key`), path, submission.
Opening: TypeAlias = tuple[str, str, int]
# What can change by which firm or submission a case is found.
NAMING = frozenset({"case_opened", "case_amended", "step_corrected"})


class Desk(Protocol):
    """What a command may ask of the store and do to it."""

    @property
    def settings(self) -> Settings:
        """What is set for the department."""
        ...

    def case(self, case_id: str) -> Case:
        """Where the case stands; raises UnknownCase."""
        ...

    def history(self, case_id: str) -> Sequence[Draft]:
        """The case's events in order of version; raises UnknownCase."""
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

    def stream(self, name: str) -> list[Draft]:
        """The events of a stream that is no case's, by version."""
        ...

    def named(self, actor: str) -> str:
        """What an actor of the log is called."""
        ...

    def appointments_between(self, begins_us: int, ends_us: int) -> dict[str, int]:
        """Standing appointments of open cases that begin in [begins_us, ends_us), by case id."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else writes meanwhile: for a check that looks at more than one stream."""
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
        self._opened: set[str] = set()
        self._versions: dict[str, int] = {}
        self._settings = below.settings
        self._appointments: dict[str, int | None] = {}  # of the cases that were collected here
        self._keys: dict[Opening, str] = {}
        self._absent: set[Opening] = set()
        self._commands: dict[str, list[Event]] = {}
        self.drafts: list[Draft] = []

    @property
    def settings(self) -> Settings:
        """What is set for the department, with what was collected here."""
        return self._settings

    def case(self, case_id: str) -> Case:
        """Where the case stands, with what was collected here; raises UnknownCase."""
        if case_id not in self._cases:
            self._cases[case_id] = deepcopy(self._below.case(case_id))  # it grows here
        return self._cases[case_id]

    def history(self, case_id: str) -> Sequence[Draft]:
        """Its events, those collected here last; raises UnknownCase."""
        below = () if case_id in self._opened else self._below.history(case_id)
        return [*below, *(item for item in self.drafts if item.stream == case_id)]

    def version(self, stream: str) -> int:
        """The last version of a stream; 0 if it is empty."""
        own = self._versions.get(stream)
        return self._below.version(stream) if own is None else own

    def named(self, actor: str) -> str:
        """What an actor of the log is called."""
        return self._below.named(actor)

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

    def expect_commands(self, command_ids: Iterable[str], stored: Iterable[Event]) -> None:
        """Take it that of these commands the desk below has these events, and no others."""
        self._commands.update({command_id: [] for command_id in command_ids})
        for event in stored:
            self._commands[event.command_id].append(event)

    def forget(self, case_ids: Collection[str], openings: Iterable[Opening]) -> None:
        """Drop what was collected here of these cases, and what is known of them."""
        self.drafts = [draft for draft in self.drafts if draft.stream not in case_ids]
        self._keys = {key: held for key, held in self._keys.items() if held not in case_ids}
        for case_id in case_ids:
            self._cases.pop(case_id, None)
            self._appointments.pop(case_id, None)
        self._absent.difference_update(openings)

    def stream(self, name: str) -> list[Draft]:
        """The events of a stream that is no case's, those collected here last."""
        return [*self._below.stream(name), *(item for item in self.drafts if item.stream == name)]

    def appointments_between(self, begins_us: int, ends_us: int) -> dict[str, int]:
        """Standing appointments of open cases, as they are once this has landed."""
        held = {} if self._is_new else self._below.appointments_between(begins_us, ends_us)
        return {
            case_id: us
            for case_id, us in {**held, **self._appointments}.items()
            if us is not None and begins_us <= us < ends_us
        }

    def alone(self) -> AbstractContextManager[None]:
        """Others wait until the bulk has landed anyway."""
        return nullcontext()

    def stored(self, command_id: str) -> list[Event]:
        """The events that the desk below holds of that command."""
        if command_id in self._commands:
            return self._commands[command_id]
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
            self._opened.add(draft.stream)
        is_case = draft.kind in CASE_KINDS
        held = self.case(draft.stream).version if is_case else self.version(draft.stream)
        if draft.version != held + 1:
            raise StaleCase(draft.stream, draft.version)
        if not is_case:
            self._versions[draft.stream] = draft.version
            if draft.stream in SETTINGS_STREAMS:
                self._settings = settle(self._settings, draft)
            return
        if draft.kind == "act_undone":
            earlier = [item for item in self.history(draft.stream) if item.version < draft.version]
            self._cases[draft.stream] = fold(draft.stream, [*earlier, draft])
        else:
            evolve(self._cases[draft.stream], draft)
        case = self._cases[draft.stream]
        self._note_appointment(case)
        if draft.kind in NAMING:
            key = firm_key(case.fields.get("firm_id"), case.fields.get("firm_name"))
            opening = key, case.workflow_key, case.opened_us
            self._keys.setdefault(opening, case.case_id)
            self._absent.discard(opening)

    def _note_appointment(self, case: Case) -> None:
        standing = case.appointment_us if case.state == "open" else None
        if standing is None and case.case_id in self._opened:
            # nothing below that it would hide: a bulk of many thousand cases stays quick
            self._appointments.pop(case.case_id, None)
        else:
            self._appointments[case.case_id] = standing


__all__ = ["Bulk", "Desk", "UnknownCase", "case_id_of", "firm_key"]
