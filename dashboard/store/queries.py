"""Query files: one figure each, with a header that is a contract.

`-- params:` names every parameter with its SQL type and its default, which means all:
`$workflow TEXT = NULL`. A parameter of default `now` is filled with the instant asked about:
a TIMESTAMPTZ with the instant itself, a BIGINT with its position in business time.

A value that comes as text is read here: the database's own casts take 2026-01-01xyz for a date.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from dashboard.errors import InputRefused
from dashboard.instants import parse_instant

QUERIES = Path(__file__).resolve().parent.parent.parent / "queries"
PARAMETER = re.compile(r"\$(\w+)\s+(\w+)\s*=\s*('[^']*'|[-\w.]+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter's SQL type and default, the default as it stands in the header."""

    name: str
    type: str
    default: str

    def read(self, value: Any) -> Any:
        """What the database is given for it: a text in its type. Raises InputRefused."""
        if not isinstance(value, str) or self.type not in READ:
            return value
        kind, read = READ[self.type]
        try:
            return read(value)
        except (ValueError, InputRefused):
            raise InputRefused(f"Parameter {self.name}={value} is not {kind}.") from None


@dataclass(frozen=True, slots=True)
class Query:
    """One query file, read; `grain`: what a row stands for; `order`: that of the rows."""

    name: str
    text: str
    about: str
    grain: str
    parameters: dict[str, Parameter]
    columns: tuple[str, ...]
    order: str


@cache
def read_query(name: str) -> Query:
    """The query of that name; InputRefused if there is none."""
    path = QUERIES / f"{name}.sql"
    if not name.isidentifier() or not path.is_file():
        known = ", ".join(names())
        raise InputRefused(f"There is no figure {name!r}. Choose one of: {known}.")
    text = path.read_text(encoding="utf-8")
    header = _header(text)
    found = PARAMETER.findall(header.get("params", ""))
    return Query(
        name,
        text,
        header["about"],
        header["grain"],
        {key: Parameter(key, kind.upper(), default) for key, kind, default in found},
        tuple(header["columns"].split(", ")),
        header.get("order", ""),
    )


def names() -> list[str]:
    """The figures there are, in order of name."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text, re.ASCII) or not isfinite(float(text)):
        raise ValueError(text)
    return float(text)


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


# By SQL type what a text has to be, and what reads it; any other type takes a text as it is.
READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "DATE": ("a date. Enter it as 2026-10-30", _day),
    "BIGINT": ("a whole number. Enter it as 12", _whole),
    "INTEGER": ("a whole number. Enter it as 12", _whole),
    "DOUBLE": ("a number. Enter it as 0.85", _number),
    "BOOLEAN": ("true or false", _yes_or_no),
    "TIMESTAMPTZ": ("an instant. Enter it as 2026-10-30T19:30:00+00:00", parse_instant),
}


def _header(text: str) -> dict[str, str]:
    """The header's parts: "about", "grain", "params", "columns", "order"."""
    parts: dict[str, list[str]] = {"about": []}
    current = "about"
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        words = line[2:].strip()
        if label := re.match(r"(grain|params|columns|order):\s*", words):
            current = label[1]
            words = words[label.end() :]
        parts.setdefault(current, []).append(words)
    return {key: " ".join(lines).strip() for key, lines in parts.items()}
