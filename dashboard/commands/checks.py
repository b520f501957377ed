"""Whether what was typed into a step's form keeps the step's rules."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.catalogue import families
from dashboard.errors import DashboardError, FieldsRefused
from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings
from dashboard.workdays import time_zones
from dashboard.workflows import Field, FieldKind

EMAIL = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
FARTHEST = timedelta(days=730)  # a requested date or an appointment farther ahead is a slip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check may look at: the case so far, settings, the instant of the command."""

    settings: Settings
    now: datetime
    known: Mapping[str, Any]  # the case's fields so far
    products_field: str
    opened_us: int | None = None


@dataclass(slots=True)
class Given:
    """Checked values: `data` for the event, `personal` (field key → value) for the side table."""

    data: dict[str, Any] = field(default_factory=dict[str, Any])
    personal: dict[str, str] = field(default_factory=dict[str, str])


class _Wrong(Exception):
    """A value breaks a rule; the text completes the sentence that begins with its label."""


def is_one_line(text: str) -> bool:
    """Whether the text holds neither line breaks nor control characters nor halves of signs."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)


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
            value = _value(item, values.get(item.key), asked)
        except _Wrong as wrong:
            problems[item.key] = f"{item.label}: {wrong}"
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


def _value(item: Field, value: Any, asked: Asked) -> Any:
    """The checked value; None where an optional field is empty."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value in ("", [], ()):
        if item.required and item.kind is not FieldKind.FAMILIES:
            raise _Wrong(_MISSING.get(item.kind, "it is empty. Fill it in."))
        if item.kind is not FieldKind.FAMILIES:
            return None
        value = []
    return _CHECKS[item.kind](item, value, asked)


_MISSING = {
    FieldKind.CONFIRM: "it must be confirmed. Tick it once it is so.",
    FieldKind.YES_NO: "say yes or no.",
    FieldKind.CHOICE: "choose one.",
    FieldKind.PRODUCTS: "name at least one product.",
    FieldKind.WINDOW: "choose when it begins.",
    FieldKind.PERSON: "it is empty. Name the person.",
}


def _text(item: Field, value: Any, asked: Asked) -> str:
    if not isinstance(value, str):
        raise _Wrong("it must be text.")
    if len(value) > item.max_length:
        raise _Wrong(f"it has {len(value)} characters. Use at most {item.max_length}.")
    if not is_one_line(value):
        raise _Wrong("it holds a line break or a control character. Write it in one line.")
    if not any(sign.isprintable() for sign in value):
        raise _Wrong("it holds nothing that can be seen. Type it anew.")
    return value


def _email(item: Field, value: Any, asked: Asked) -> str:
    text = _text(item, value, asked)
    if not EMAIL.fullmatch(text):
        raise _Wrong(f"{text!r} is no e-mail address. Write it as name@firm.com.")
    return text


def _confirm(item: Field, value: Any, asked: Asked) -> bool:
    if value is not True:
        if item.required:
            raise _Wrong("it must be confirmed. Tick it once it is so.")
        return False
    return True


def _yes_no(item: Field, value: Any, asked: Asked) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("say yes or no.")
    return value


def _choice(item: Field, value: Any, asked: Asked) -> str:
    if value not in item.options:
        raise _Wrong(f"{value!r} is none of {', '.join(item.options)}. Choose one of these.")
    return value


def _date(item: Field, value: Any, asked: Asked) -> str:
    if isinstance(value, datetime):
        raise _Wrong(f"{value} has a time of day. Give the date alone.")
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise _Wrong(f"{value!r} is no date. Write it as 2026-10-30.") from error
    today = asked.settings.calendar.local_date([to_us(asked.now)])[0].astype(object)
    if item.not_before_today and day < today:
        raise _Wrong(f"{day} has passed. Choose {today} or a later date, or leave it empty.")
    if day > today + FARTHEST:
        raise _Wrong(f"{day} lies more than two years ahead. Check the year.")
    return day.isoformat()


def _products(item: Field, value: Any, asked: Asked) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _Wrong("give a list of products.")
    names = [product.name for product in asked.settings.catalogue]
    if strays := [name for name in value if name not in names]:
        raise _Wrong(f"{', '.join(map(str, strays))} is not in the catalogue. Choose from it.")
    return [name for name in names if name in value]


def _families(item: Field, value: Any, asked: Asked) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _Wrong("give a list of families.")
    products = asked.known.get(asked.products_field, ())
    names = {product.name for product in asked.settings.catalogue}
    if strays := [name for name in products if name not in names]:
        raise _Wrong(
            f"{', '.join(strays)} is not in the catalogue, so nobody knows which licence it needs. "
            "Amend the case's products, or have an administrator add it."
        )
    needed = families(products, asked.settings.catalogue)
    if missing := [family for family in needed if family not in value]:
        raise _Wrong(
            f"the licence for {', '.join(missing)} is missing. Add it to the renewal, then tick it."
        )
    return [family for family in needed if family in value]


def _window(item: Field, value: Any, asked: Asked) -> int:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise _Wrong(f"{value} has no zone. Give an offset from UTC.")
        value = to_us(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Wrong("choose when it begins.")
    calendar, length = asked.settings.calendar, timedelta(hours=item.hours)
    try:
        begins = to_datetime(value)
        is_open = calendar.is_open(begins, begins + length)
    except (DashboardError, OverflowError) as error:
        raise _Wrong("that date is out of range. Check the year.") from error
    if not is_open:
        windows = calendar.next_windows(max(begins, asked.now.astimezone(UTC)), item.hours, 1)
        free = f" The next that do begin {_local(windows[0][0], calendar.zone)}." if windows else ""
        raise _Wrong(
            f"the {item.hours} hours from {_local(begins, calendar.zone)} do not lie wholly within "
            f"business hours.{free}"
        )
    if asked.opened_us is not None and value < asked.opened_us:
        raise _Wrong("it begins before the form was submitted. Check the date.")
    if begins > asked.now + FARTHEST:
        raise _Wrong("it begins more than two years ahead. Check the year.")
    return value


def _zone(item: Field, value: Any, asked: Asked) -> str:
    if not isinstance(value, str) or value not in time_zones():
        raise _Wrong(f"{value!r} is no time zone. Write its name, such as America/Chicago.")
    return value


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


_CHECKS = {
    FieldKind.TEXT: _text,
    FieldKind.PERSON: _text,
    FieldKind.EMAIL: _email,
    FieldKind.CONFIRM: _confirm,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.DATE: _date,
    FieldKind.PRODUCTS: _products,
    FieldKind.FAMILIES: _families,
    FieldKind.WINDOW: _window,
    FieldKind.ZONE: _zone,
}
