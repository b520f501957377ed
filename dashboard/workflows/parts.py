"""What a workflow is made of: parties, turns inside a step, messages, steps with their fields.

Every part checks itself when it is built, so that a slip in the data fails at import and
not in front of a customer. Texts live here; events name only keys and step numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.workflows.fields import Field
from dashboard.workflows.kinds import FieldKind


class Party(StrEnum):
    """Who can hold a case. The names are those of the charts and the exports."""

    CUSTOMER = "Customer"
    CS = "CS representative"
    TL = "Team leader"
    SALES = "Sales representative"
    CPT = "CitrixPortalTech"
    EMS = "EMS"
    ORDERS = "Order Team"


# A value of the ledger and no party: time until an agreed appointment is nobody's turn.
AGREED_DATE = "Agreed date"
NETFIRM_ADMINISTRATOR = "NetFirm administrator"


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment inside a step at which it changes hands: `before` had it until then, `after` since.

    `from_field` names the WINDOW of an earlier step that tells the moment; without it a person
    records the moment, or does not: then the whole step counts for the step's party.
    """

    key: str
    label: str
    before: str
    after: Party
    from_field: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a step calls for. `is_step`: sending it is the step itself."""

    key: str
    to: str
    subject: str
    is_step: bool = False
    only_if: tuple[str, bool] | None = None
    unless: tuple[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whose turn it is, what to do, what it records, what it sends."""

    number: int
    label: str
    title: str
    party: Party
    instruction: str
    fields: tuple[Field, ...] = ()
    messages: tuple[Message, ...] = ()
    off_messages: tuple[Message, ...] = ()  # its appointment, still ahead, was called off
    again_messages: tuple[Message, ...] = ()  # and is on again: to those who heard that it was off
    turn: Turn | None = None
    recorder: Party | None = None  # who records it, where its party cannot
    not_before: str = ""  # the WINDOW field that must have begun
    gate: tuple[int, int] | None = None  # first and last step that must be complete; told to people
    shows_trials: bool = False  # the trial-licence answer, with each product's limitations

    @property
    def recorded_by(self) -> Party:
        """The party whose members may complete the step."""
        return self.recorder or self.party

    @property
    def every_message(self) -> tuple[Message, ...]:
        """All messages that can come of the step."""
        return self.messages + self.off_messages + self.again_messages

    @property
    def window(self) -> Field | None:
        """The field that agrees on an appointment, if the step has one."""
        return next((item for item in self.fields if item.kind is FieldKind.WINDOW), None)

    def field(self, key: str) -> Field:
        """The step's field of that key; KeyError if it has none."""
        return {field.key: field for field in self.fields}[key]

    def called_for(self, values: Mapping[str, object]) -> tuple[Message, ...]:
        """The messages that the step calls for, its fields having these values."""
        return tuple(
            message
            for message in self.messages
            if (not message.only_if or values.get(message.only_if[0]) == message.only_if[1])
            and (not message.unless or values.get(message.unless[0]) != message.unless[1])
        )


@dataclass(frozen=True, slots=True)
class Workflow:
    """A path: its steps in their fixed order. `hold`: the badge shows from .. until complete."""

    key: str
    label: str
    short: str
    spellings: frozenset[str]  # how trackers write it, case and blanks folded
    steps: tuple[Step, ...]
    products_field: str
    products_required: bool
    hold: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if [step.number for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError(f"{self.key}: steps must be numbered 1, 2, 3 … without gaps")
        keys = [field.key for step in self.steps for field in step.fields]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{self.key}: two fields share a key")
        forms = [field for step in self.steps[:1] for field in step.fields]
        if (self.products_field, FieldKind.PRODUCTS) not in {(f.key, f.kind) for f in forms}:
            raise ValueError(f"{self.key}: the form has no products in {self.products_field!r}")
        if self.hold and not 1 <= self.hold[0] < self.hold[1] <= self.last:
            raise ValueError(f"{self.key}: the hold {self.hold} must lie within the steps")
        for step in self.steps:
            self._check_step(step)

    @property
    def delivered_by(self) -> int | None:
        """The step after which only the customer's own last one is left; None if there is none."""
        last = self.step(self.last)
        return last.number - 1 if last.party is Party.CUSTOMER else None

    def _check_step(self, step: Step) -> None:
        own = {field.key for field in step.fields}
        windows = {
            field.key
            for before in self.steps[: step.number - 1]
            for field in before.fields
            if field.kind is FieldKind.WINDOW
        }
        parts = (*step.fields, *step.messages)
        asked = {part.only_if[0] for part in parts if part.only_if}
        asked |= {message.unless[0] for message in step.messages if message.unless}
        if strays := asked - own:
            raise ValueError(f"{self.key} {step.number}: no field {sorted(strays)} in this step")
        if step.not_before and step.not_before not in windows:
            raise ValueError(f"{self.key} {step.number}: {step.not_before!r} is no earlier window")
        if step.turn and step.turn.from_field and step.turn.from_field not in windows:
            raise ValueError(f"{self.key} {step.number}: the turn's window is unknown")
        if step.off_messages and not step.window:
            raise ValueError(f"{self.key} {step.number}: no appointment that can be canceled")
        if step.gate and not 1 <= step.gate[0] <= step.gate[1] < step.number:
            raise ValueError(f"{self.key} {step.number}: a gate must lie before its step")

    @property
    def window_step(self) -> Step | None:
        """The step at which an appointment is agreed, if there is one."""
        return next((step for step in self.steps if step.window), None)

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.steps)

    def step(self, number: int) -> Step:
        """The step of that number, 1 being the first; KeyError outside."""
        if not 1 <= number <= self.last:
            raise KeyError(number)
        return self.steps[number - 1]
