"""What was said of a case so far: values that its fields had, and what its notes say."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dashboard.cases import Draft
from dashboard.commands.notes import LONGEST_NOTE


@dataclass(slots=True)
class Past:
    """A case's past, for whoever says the same again."""

    notes: str = ""
    values: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def add(self, events: Iterable[Draft]) -> "Past":
        """Take further events into account."""
        for event in events:
            if event.kind == "note_added":
                self.notes = f"{self.notes}\n{event.data['text']}"
            for key, value in event.data.get("fields", {}).items():
                held = plain_value(value)
                if held not in self.values.setdefault(key, []):
                    self.values[key].append(held)
        return self

    def has_said(self, key: str, value: Any) -> bool:
        """Whether the field had this value once."""
        return plain_value(value) in self.values.get(key, ())

    def has_noted(self, line: str) -> bool:
        """Whether a note says this line."""
        if f"\n{line}\n" in f"\n{self.notes}\n":
            return True
        # a long one was parted, between words
        return len(line) > LONGEST_NOTE and _packed(line) in _packed(self.notes)


def _packed(text: str) -> str:
    return "".join(text.split())


def plain_value(value: Any) -> Any:
    """The value without what people vary: case, blanks, the order of a list."""
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    if isinstance(value, list | tuple):
        return sorted(str(item).casefold() for item in value)
    return value
