"""Events as XES (IEEE 1849), the format of process mining tools: one trace a case.

XML 1.0 has no place for most control characters, not even escaped: they are written as the signs
that Unicode has to show them by (␇ for a bell), and what has no such sign as U+FFFD.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from dashboard.files import tables
from dashboard.files.text import Sink

CASE = "case:concept:name"
OF_CASE = "case:"  # before the names of what is the case's
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000000Z"/>
<string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>
<string key="concept:name" value="Changeover"/>
<string key="lifecycle:model" value="standard"/>
"""
TAIL = "</log>\n"
TIME = "time:timestamp"
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
DELETE, PICTURES = 0x7F, 0x2400  # the signs for control characters begin there


def write_traces(table: pa.Table, out: Sink) -> None:
    """The traces of whole cases, whose rows follow one another; no head, no tail."""
    columns = dict(zip(table.column_names, tables.columns(table), strict=True))
    of_case = _elements({name: columns[name] for name in columns if name.startswith(OF_CASE)})
    of_event = _elements({name: columns[name] for name in columns if not name.startswith(OF_CASE)})
    before = None
    for case, about, event in zip(columns[CASE], of_case, of_event, strict=True):
        if case != before:
            if before:
                out.write("</trace>\n")
            out.write(f"<trace>\n{about}")
            before = case
        out.write(f"<event>\n{event}</event>\n")
    if before:
        out.write("</trace>\n")


def legal(text: str) -> str:
    """The text with signs in place of what XML cannot hold."""
    return UNFIT.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code == DELETE:
        return "\u2421"
    return chr(PICTURES + code) if code < PICTURES else "\ufffd"


def _elements(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """What each row says in these columns, as XML."""
    written = [_column(name.removeprefix(OF_CASE), values) for name, values in columns.items()]
    return ["".join(parts) for parts in zip(*written, strict=True)]


def _column(key: str, values: Sequence[Any]) -> list[str]:
    elements = {value: _element(key, value) for value in set(values)}
    return [elements[value] for value in values]


def _element(key: str, value: str | int | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            kind, text = "boolean", str(value).lower()
        case int():
            kind, text = "int", str(value)
        case _:
            kind, text = "date" if key == TIME else "string", legal(value)
    return f'<{kind} key="{key}" value={quoteattr(text)}/>\n'
