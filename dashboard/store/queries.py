"""Query files: one figure each, with a header that is a contract.

`-- params:` names every parameter with its SQL type and its default, which means all:
`$workflow TEXT = NULL`. A parameter of default `now` is filled with the instant asked about:
a TIMESTAMPTZ with the instant itself, a BIGINT with its position in business time.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.errors import InputRefused

QUERIES = Path(__file__).resolve().parent.parent.parent / "queries"
PARAMETER = re.compile(r"\$(\w+)\s+(\w+)\s*=\s*('[^']*'|[-\w.]+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter's SQL type and default, the default as it stands in the header."""

    name: str
    type: str
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """One query file, read."""

    name: str
    text: str
    about: str
    parameters: dict[str, Parameter]
    columns: tuple[str, ...]


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
        {key: Parameter(key, kind.upper(), default) for key, kind, default in found},
        tuple(header["columns"].split(", ")),
    )


def names() -> list[str]:
    """The figures there are, in order of name."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


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
