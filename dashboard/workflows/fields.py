"""What a step records: a field, and what every kind of field says of itself.

The kinds stand in `kinds`. How each is asked for is another matter: `ui/inputs`.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from dashboard.catalogue import Product

if TYPE_CHECKING:
    from dashboard.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a step records. `only_if` names a field of the same step and its value."""

    key: str
    label: str
    kind: "FieldType"
    required: bool = True
    personal: bool = False
    owner: bool = False  # names who works on the case: kept whatever is reopened
    help: str = ""
    options: tuple[str, ...] = ()
    max_length: int = 120
    hours: int = 0  # length of a WINDOW, wholly inside business hours
    not_before_today: bool = False
    only_if: tuple[str, bool | str] | None = None
    asked_as: str = ""  # what to enter, in the middle of a sentence; if not the label

    @property
    def named(self) -> str:
        """What to enter, in the middle of a sentence: "the order number"."""
        if self.asked_as:
            return self.asked_as
        first = self.label.partition(" ")[0]
        is_name = any(sign.isupper() for sign in first[1:])
        return f"the {self.label if is_name else self.label[0].lower() + self.label[1:]}"

    def __post_init__(self) -> None:
        if not self.key.isidentifier():
            raise ValueError(f"field key {self.key!r} is no identifier")
        if self.kind.has_options != bool(self.options):
            raise ValueError(f"field {self.key}: options go with a choice, and only with one")
        if self.kind.has_hours != bool(self.hours):
            raise ValueError(f"field {self.key}: hours go with a window, and only with one")


class Agreed(Protocol):
    """What a check may know of the settings."""

    @property
    def calendar(self) -> "Calendar":
        """The business calendar."""
        ...

    @property
    def catalogue(self) -> Sequence[Product]:
        """The products that there are."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check may look at: the case so far, settings, the instant of the command."""

    settings: Agreed
    now: datetime
    known: Mapping[str, Any]  # the case's fields so far
    products_field: str
    opened_us: int | None = None


class Wrong(ValueError):
    """A value breaks a rule; the text completes the sentence that begins with its label."""


class Missing(Wrong):
    """A value is needed and was not given; the text is a sentence of its own: what to enter."""


def is_one_line(text: str) -> bool:
    """Whether the text holds neither line breaks nor control characters nor halves of signs."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)


class FieldType:
    """A kind of field: this one, and what the others change of it, is text in one line."""

    has_options = has_hours = False
    example: Any = "as agreed"  # the least that it takes, where that hangs on nothing
    is_final = False  # what was given cannot be taken back
    counts_empty = False  # nothing is an answer, and is checked

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def takes(self, item: Field) -> str:
        """What the field takes, as the rules say it."""
        return f"one line of at most {item.max_length} characters"

    def asks(self, item: Field) -> str:
        """What to do where nothing was given."""
        return f"Enter {item.named}."

    def taken(self, item: Field, value: Any, asked: Asked) -> Any:
        """The value as an event keeps it; None where an optional field is empty. Raises Wrong."""
        if isinstance(value, str):
            value = value.strip()
        if value is None or value in ("", [], ()):
            if not self.counts_empty:
                if item.required:
                    raise Missing(self.asks(item))
                return None
            value = []
        return self.check(item, value, asked)

    def check(self, item: Field, value: Any, asked: Asked) -> Any:
        """A value that was given, as an event keeps it. Raises Wrong."""
        if not isinstance(value, str):
            raise Wrong("enter text.")
        if len(value) > item.max_length:
            raise Wrong(f"it has {len(value)} characters. Use at most {item.max_length}.")
        if not is_one_line(value):
            raise Wrong("it contains a line break or control character. Enter it on one line.")
        if not any(sign.isprintable() for sign in value):
            raise Wrong("it contains no visible characters. Enter it again.")
        return value

    def read(self, cell: str) -> Any:
        """A cell of a spreadsheet, not empty. Raises Wrong."""
        return cell

    def tell(self, item: Field, value: Any, zone: str, there: str | None = None) -> str:
        """A value in words, for records and histories; `there` is the firm's own zone, if known."""
        return str(value)

    def write(self, item: Field, value: Any, zone: str) -> str:
        """A value in words as a letter says it."""
        return self.tell(item, value, zone)
