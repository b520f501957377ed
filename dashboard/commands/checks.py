"""Whether what was typed into a step's form keeps the step's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.errors import FieldsRefused
from dashboard.workflows import Asked, Field, Missing, Wrong


@dataclass(slots=True)
class Given:
    """Checked values: `data` for the event, `personal` (field key → value) for the side table."""

    data: dict[str, Any] = field(default_factory=dict[str, Any])
    personal: dict[str, str] = field(default_factory=dict[str, str])


def checked(what: str, fields: Sequence[Field], values: Mapping[str, Any], asked: Asked) -> Given:
    """The values as an event keeps them.

    Raises FieldsRefused with one sentence for every field that breaks a rule. A field that
    does not apply (`only_if`) is left out whatever it holds.
    """
    given, problems = Given(), {}
    for key in values.keys() - {item.key for item in fields}:
        problems[key] = f"There is no field {key!r} here."
    for item in fields:
        if item.only_if and values.get(item.only_if[0]) != item.only_if[1]:
            continue
        try:
            value = item.kind.taken(item, values.get(item.key), asked)
        except Wrong as wrong:
            is_whole = isinstance(wrong, Missing)
            problems[item.key] = str(wrong) if is_whole else f"{item.label}: {wrong}"
            continue
        if value is None:
            continue
        if item.personal:
            given.personal[item.key] = value
            value = {"ref": item.key}  # drafts gives it its own
        given.data[item.key] = value
    if problems:
        raise FieldsRefused(what, problems)
    return given
