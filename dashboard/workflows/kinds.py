"""The kinds of field, one type each: how it is checked, read from a spreadsheet and told.

A new kind is a type here with its line in `FieldKind`, and its input in `ui/inputs`.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from dashboard import formats
from dashboard.catalogue import families
from dashboard.instants import to_us
from dashboard.workflows import appointments
from dashboard.workflows.fields import Asked, Field, FieldType, Missing, Wrong

EMAIL = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
FARTHEST = timedelta(days=730)  # a requested date or an appointment farther ahead is a slip
YES = {"yes", "y", "true", "1", "x"}
TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M")
SHOWN = 60  # characters of what cannot be read


class _Email(FieldType):
    example = "name@firm.example"

    def takes(self, item: Field) -> str:
        return f"an e-mail address, {super().takes(item)}"

    def check(self, item: Field, value: Any, asked: Asked) -> str:
        text = super().check(item, value, asked)
        if not EMAIL.fullmatch(text):
            raise Wrong(f"{text!r} is not an e-mail address. Enter it as name@firm.com.")
        return text


class _Person(FieldType):
    def takes(self, item: Field) -> str:
        return f"a name, {super().takes(item)}"


class _YesNo(FieldType):
    example = False

    def asks(self, item: Field) -> str:
        return f"{item.label}: choose yes or no."

    def takes(self, item: Field) -> str:
        return "yes or no"

    def check(self, item: Field, value: Any, asked: Asked) -> bool:
        if not isinstance(value, bool):
            raise Missing(self.asks(item))
        return value

    def read(self, cell: str) -> bool:
        return cell.casefold() in YES

    def tell(self, item: Field, value: Any, zone: str, there: str | None = None) -> str:
        return "yes" if value else "no"


class _Confirm(_YesNo):
    example = True
    is_final = True

    def asks(self, item: Field) -> str:
        return f"Confirm this to continue: {item.label}."

    def takes(self, item: Field) -> str:
        return "must be checked" if item.required else "may be checked"

    def check(self, item: Field, value: Any, asked: Asked) -> bool:
        if value is not True and item.required:
            raise Missing(self.asks(item))
        return value is True


class _Choice(FieldType):
    has_options = True

    def asks(self, item: Field) -> str:
        return f"{item.label}: choose one."

    def takes(self, item: Field) -> str:
        return f"one of: {', '.join(item.options)}"

    def check(self, item: Field, value: Any, asked: Asked) -> str:
        if value not in item.options:
            raise Wrong(f"{value!r} is not one of {', '.join(item.options)}. Choose one of these.")
        return value


class _Date(FieldType):
    def takes(self, item: Field) -> str:
        return "today or a later date" if item.not_before_today else "a date"

    def check(self, item: Field, value: Any, asked: Asked) -> str:
        if isinstance(value, datetime):
            raise Wrong(f"{value} has a time of day. Enter only the date.")
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError as error:
            raise Wrong(f"{value!r} is not a date. Enter it as 2026-10-30.") from error
        today = asked.settings.calendar.local_date([to_us(asked.now)])[0].astype(object)
        if item.not_before_today and day < today:
            raise Wrong(
                f"{formats.day(day)} has passed. Choose {formats.day(today)} or later, or leave it "
                "empty."
            )
        if day > today + FARTHEST:
            raise Wrong(f"{formats.day(day)} is more than two years ahead. Check the year.")
        return day.isoformat()

    def read(self, cell: str) -> date:
        return _read_time(f"{cell} 00:00").date()

    def write(self, item: Field, value: Any, zone: str) -> str:
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return formats.day_with_year(day)


class _Products(FieldType):
    def asks(self, item: Field) -> str:
        return f"{item.label}: choose at least one product."

    def takes(self, item: Field) -> str:
        return f"products of the catalog{', at least one' if item.required else ''}"

    def check(self, item: Field, value: Any, asked: Asked) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Wrong("enter a list of products.")
        names = [product.name for product in asked.settings.catalogue]
        if strays := [name for name in value if name not in names]:
            raise Wrong(f"{', '.join(map(str, strays))} is not in the catalog. Choose from it.")
        return [name for name in names if name in value]

    def read(self, cell: str) -> list[str]:
        return [name.strip() for name in cell.split(",") if name.strip()]

    def tell(self, item: Field, value: Any, zone: str, there: str | None = None) -> str:
        return ", ".join(map(str, value)) or "none"

    def write(self, item: Field, value: Any, zone: str) -> str:
        return ", ".join(value)


class _Families(_Products):
    counts_empty = True  # a case without products needs no licence

    def takes(self, item: Field) -> str:
        return "every family of the products on the form must be checked"

    def check(self, item: Field, value: Any, asked: Asked) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Wrong("enter a list of families.")
        products = asked.known.get(asked.products_field, ())
        names = {product.name for product in asked.settings.catalogue}
        if strays := [name for name in products if name not in names]:
            raise Wrong(
                f"{', '.join(strays)} is not in the catalog, so its license is unknown. Correct "
                "the case's products, or ask an administrator to add it."
            )
        needed = families(products, asked.settings.catalogue)
        if missing := [family for family in needed if family not in value]:
            raise Wrong(
                f"the license for {', '.join(missing)} is missing. Add it to the renewal, then "
                "check the box."
            )
        return [family for family in needed if family in value]


class _Window(FieldType):
    has_hours = True

    def asks(self, item: Field) -> str:
        return f"{item.label}: choose a date and time."

    def takes(self, item: Field) -> str:
        return f"when a {item.hours}-hour appointment begins, entirely within business hours"

    def check(self, item: Field, value: Any, asked: Asked) -> int:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise Wrong(f"{value} has no time zone. Add an offset from UTC.")
            value = to_us(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Missing(self.asks(item))
        begins = appointments.in_hours(value, item.hours, asked)
        if asked.opened_us is not None and value < asked.opened_us:
            raise Wrong("it begins before the form was submitted. Check the date.")
        if begins > asked.now + FARTHEST:
            raise Wrong("it begins more than two years ahead. Check the year.")
        return value

    def read(self, cell: str) -> datetime:
        return _read_time(cell)

    def tell(self, item: Field, value: Any, zone: str, there: str | None = None) -> str:
        return appointments.words(value, item.hours, zone, there)

    def write(self, item: Field, value: Any, zone: str) -> str:
        return appointments.in_full(value, item.hours, zone)


class _Zone(FieldType):
    example = "America/New_York"

    def takes(self, item: Field) -> str:
        return "the name of a time zone, such as America/Chicago"

    def check(self, item: Field, value: Any, asked: Asked) -> str:
        from dashboard.workdays import time_zones  # numpy, which no help text needs

        if not isinstance(value, str) or value not in time_zones():
            raise Wrong(f"{value!r} is not a time zone. Enter its name, such as America/Chicago.")
        return value


def _read_time(cell: str) -> datetime:
    for form in TIMES:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 - a wall clock, as people type it
        except ValueError:
            continue
    raise Wrong(f"“{cell[:SHOWN]}” is not a date and time. Enter it as 2026-10-30 14:10.")


class FieldKind:
    """What a field can hold."""

    TEXT = FieldType("text")
    EMAIL = _Email("email")
    CONFIRM = _Confirm("confirm")  # must be ticked where it is required
    YES_NO = _YesNo("yes_no")
    CHOICE = _Choice("choice")
    DATE = _Date("date")  # a calendar date, ISO text
    PRODUCTS = _Products("products")  # names from the catalogue
    FAMILIES = _Families("families")  # product families whose licence is present
    WINDOW = _Window("window")  # the beginning of an appointment, UTC microseconds
    PERSON = _Person("person")
    ZONE = _Zone("zone")  # the name of a time zone (IANA)


KINDS = [kind for kind in vars(FieldKind).values() if isinstance(kind, FieldType)]
