"""An appointment as an iCalendar file (RFC 5545, 5546), or that it is off.

A later SEQUENCE replaces an earlier one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unicodedata import category
from uuid import uuid5

from dashboard.cases import Case
from dashboard.commands.drafting import OURS
from dashboard.instants import to_datetime
from dashboard.messages.recipients import recipient
from dashboard.settings import Settings
from dashboard.workflows import Party

NO_ADDRESS = "invalid:nomail"
LONGEST_LINE = 75  # octets, without the line break


def invitation(case: Case, *, at: datetime, settings: Settings | None = None) -> str:
    """The case's appointment as a calendar file, or its cancellation; empty if there was none.

    `at`: when the file is made. `settings` know the address of its organizer, CitrixPortalTech.
    The same appointment has the same UID, whenever it is moved.
    """
    is_off, step = case.off_us is not None, case.workflow.window_step
    begins_us = case.off_us if is_off else case.appointment_us
    if begins_us is None or step is None or step.window is None:
        return ""
    begins, hours = to_datetime(begins_us), step.window.hours
    uid = uuid5(OURS, f"{case.entered_us} {case.case_id} {step.number} appointment")
    products = ", ".join(case.fields.get("products_to_load") or case.fields.get("products") or ())
    title = f"Down time of {case.firm}: {case.workflow.label}"
    about = f"Case {case.case_id}. Products: {products or 'not recorded'}."
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Changeover//Appointments//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if is_off else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{max(len(case.bookings) - 1, 0)}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(begins)}",
        f"DTEND:{_utc(begins + timedelta(hours=hours))}",
        _organizer(settings),
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(about)}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _organizer(settings: Settings | None) -> str:
    """Who holds the appointment; without an address as calendars write that there is none."""
    known = recipient(Party.CPT, {}, settings).address if settings else ""
    return f"ORGANIZER;CN={Party.CPT}:" + (f"mailto:{known}" if known else NO_ADDRESS)


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT: what has a meaning in the format is escaped."""
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        value = value.replace(sign, escaped)
    value = value.replace("\n", "\\n")
    # a blank that does not break is no control character, though Python takes it for one
    return "".join(sign for sign in value if sign.isprintable() or category(sign) == "Zs")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets that cut no character in two."""
    piece, room = "", LONGEST_LINE
    for sign in line:
        if len(sign.encode()) > room:
            yield piece
            piece, room = " ", LONGEST_LINE - 1
        piece += sign
        room -= len(sign.encode())
    yield piece
