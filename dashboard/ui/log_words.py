"""An event of the log in one line of plain text, for a table: what it was, and what was entered."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from dashboard import formats
from dashboard.instants import to_datetime
from dashboard.settings import FOREVER_US
from dashboard.ui.forecasting import model_words
from dashboard.ui.settings_days import week_told
from dashboard.workdays import FIRST_DATE, Calendar
from dashboard.workflows import WORKFLOWS

HIDDEN = "(personal)"
ERASED = "(erased)"
ABOUT_IT = ("workflow", "step", "fields", "plain", "mark")  # what is told otherwise, or is no word
LONGEST = 400  # characters; the case's own page has all of it
IN_US = "_us"
# Of a forecast, and of what is promised.
CALLED = {"learnt_us": "learned", "version": "model", "limit_us": "SLA", "limit": "SLA"}
DATES = {"date", "day", "valid_from", "first_date", "last_date", "requested_date"}
DAY = "day_us"  # the length of a business day


def kind_word(kind: str) -> str:
    """A kind of event as pages say it: "Step completed"."""
    return kind.replace("_", " ").capitalize()


def refs(data: Mapping[str, Any]) -> list[str]:
    """The references to personal values in an event's data."""
    return [value["ref"] for value in _values(data) if _is_ref(value)]


def what(row: Mapping[str, Any], zone: str, personal: Mapping[str, str] | None) -> str:
    """The event in a line. `personal` has the values beside the log; None: they are not told."""
    data = json.loads(row["data"])
    workflow = WORKFLOWS.get(row["workflow"] or "")
    steps = {step.number: step for step in workflow.steps} if workflow else {}
    step = steps.get(data.get("step"))
    labels = {item.key: item.label for one in steps.values() for item in one.fields}
    told = [
        f"{labels.get(key) or _words(key)} {text}"
        for key, value in _entries(data)
        if (text := _told(key, value, zone, personal, data.get("day_us")))
    ]
    head = kind_word(row["kind"]) + (f": {step.number} {step.label}" if step else "")
    line = " · ".join([head, *told])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What was entered, the fields of a form first."""
    fields = data.get("fields")
    if isinstance(fields, dict):
        yield from fields.items()
    yield from ((key, value) for key, value in data.items() if key not in ABOUT_IT)


def _values(data: Any) -> Iterator[Any]:
    """Every value anywhere in it."""
    yield data
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from _values(part)


def _is_ref(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"ref"}


def _told(
    key: str, value: Any, zone: str, personal: Mapping[str, str] | None, day_us: int | None
) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_ref(value):
        return HIDDEN if personal is None else personal.get(value["ref"], ERASED)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if isinstance(value, list) and all(isinstance(part, dict) for part in value):
        return str(len(value))  # a page of figures for each: the event's file has them
    times = value if isinstance(value, list) else [value]
    is_time = key == "appointment" or key.endswith(IN_US)
    if is_time and all(isinstance(us, int) for us in times):
        return ", ".join(_time(key, us, zone, day_us) for us in times)
    return _text(key, value)


def _text(key: str, value: Any) -> str:
    """What is neither a time nor a list of its own kind."""
    if key == "version" and isinstance(value, str):
        return model_words(value.rpartition("-")[0])
    if key == "calendar" and isinstance(value, dict):
        return week_told(Calendar.from_data(value).weekly)
    if key in DATES and isinstance(value, str):
        day = date.fromisoformat(value)
        return formats.day(day) if day > FIRST_DATE else "the beginning"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_A_YEAR_US = 365 * 86_400_000_000  # less is a length of time, not an instant


def _time(key: str, us: int, zone: str, day_us: int | None) -> str:
    """An instant, or a length of time: in the business days that the event itself names."""
    if us == FOREVER_US:
        return "the beginning"
    if us > _A_YEAR_US:
        return formats.moment(to_datetime(us), zone)
    return formats.duration(us, None if key == DAY else day_us)


def _words(key: str) -> str:
    return CALLED.get(key) or key.removesuffix(IN_US).replace("_", " ")
